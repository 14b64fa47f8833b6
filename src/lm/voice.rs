//! The user's sentences, turn by turn as a dialogue goes on, with placeholders for values.
//!
//! `world/tell.rs` tells the same after the fact, where it is known what was meant.

use super::phrases::with_slot;
use crate::num::dice::Dice;
use crate::world::acts::Act;
use crate::world::scenario::Variants;
use crate::world::user::{DialogueState, Ending, Event, HEARD, Listed, Rule, UNKNOWN};
use crate::world::words::Speaker;

/// What was heard anew in an outcome.
pub fn heard_anew(rule: &Rule, s: DialogueState, act: Act, o: &Listed) -> Vec<usize> {
    let again = |slot: usize| match (act, o.event) {
        (Act::Confirm(asked), Event::Corrected) => asked as usize == slot,
        (Act::ConfirmAll, Event::Restated) => s.slot(slot) == HEARD,
        _ => s.slot(slot) == UNKNOWN,
    };
    (0..rule.slots()).filter(|slot| o.next.slot(*slot) == HEARD && again(*slot)).collect()
}

/// The user's answer to an act that led to an outcome.
pub fn answer(speaker: &Speaker<'_>, s: DialogueState, act: Act, o: &Listed, dice: &mut Dice) -> String {
    let hung_up = o.ending == Some(Ending::HungUp);
    let told = matches!(o.event, Event::Told | Event::Corrected | Event::Restated);
    if hung_up || !told {
        let success = o.ending == Some(Ending::Success);
        return speaker.reaction(o.event, o.next.patience(), hung_up, success, dice);
    }
    let scenario = speaker.scenario;
    let mut sentences = Vec::new();
    let mut slot_sentence = |variants: &Variants, slot: usize, dice: &mut Dice| {
        sentences.push(with_slot(speaker.pick(variants, dice), &scenario.slots[slot].name));
    };
    let mut fresh = heard_anew(speaker.rule, s, act, o);
    match act {
        Act::Ask(slot) => {
            let slot = slot as usize;
            fresh.retain(|other| *other != slot);
            // A user whose task was misheard had nothing of the kind in mind.
            let unsure = s.task_status() == HEARD && dice.unit() < speaker.rule.noise(None);
            let variants = if unsure { &scenario.sentences.user.neutral } else { &scenario.slots[slot].answer };
            slot_sentence(variants, slot, dice);
        }
        Act::Confirm(slot) => {
            fresh.retain(|other| *other != slot as usize);
            slot_sentence(&scenario.slots[slot as usize].correct, slot as usize, dice);
        }
        Act::ConfirmAll => sentences.push(speaker.pick(&scenario.sentences.user.restate, dice).to_owned()),
        _ => {}
    }
    let new_task = o.next.task() != s.task();
    if let Some(task) = o.next.task().filter(|_| new_task || (act == Act::ConfirmAll && o.event == Event::Restated)) {
        let kind = &scenario.tasks[task];
        let variants = match (act, new_task) {
            (Act::ConfirmTask, _) => &kind.correct,
            (_, true) => &kind.wish,
            (_, false) => &kind.affirm,
        };
        sentences.push(speaker.pick(variants, dice).to_owned());
    }
    for slot in fresh {
        sentences.push(with_slot(speaker.pick(&scenario.slots[slot].volunteer, dice), &scenario.slots[slot].name));
    }
    sentences.join(speaker.gap())
}
