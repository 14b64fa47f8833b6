//! What each side can say, as texts with placeholders (`{order}`, `{summary}`), by what it expresses.

use crate::world::acts::Act;
use crate::world::names::Lang;
use crate::world::scenario::{Scenario, Variants};
use crate::world::user::{DialogueState, Rule, UNKNOWN};

/// What a sentence expresses. Tasks and slots by their positions in the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing that can be understood.
    Unknown,
    // The agent's.
    AskTask,
    Ask(u8),
    /// None: without saying which.
    ConfirmTask(Option<u8>),
    Confirm(u8),
    /// Without the value.
    ConfirmNothing(u8),
    ConfirmAll,
    ConfirmAllNothing,
    /// None: it cannot be done yet.
    Execute(Option<u8>),
    Repair,
    Escalate,
    // The user's.
    Greet,
    Wish(u8),
    /// Tells values; which ones stands in the slots mentioned.
    Tell,
    Yes,
    No,
    /// No, and a value or task said again.
    Correct,
    Evade,
    Thanks,
    Leave,
}

/// A class and the texts that express it.
pub type Phrases = Vec<(Class, Vec<String>)>;

/// What an act is said as in a state.
pub fn class_of(rule: &Rule, s: DialogueState, act: Act) -> Class {
    let task = s.task().map(|task| task as u8);
    match act {
        Act::AskTask => Class::AskTask,
        Act::Ask(slot) => Class::Ask(slot),
        Act::ConfirmTask => Class::ConfirmTask(task),
        Act::Confirm(slot) if s.slot(slot as usize) == UNKNOWN => Class::ConfirmNothing(slot),
        Act::Confirm(slot) => Class::Confirm(slot),
        Act::ConfirmAll if task.is_none() => Class::ConfirmAllNothing,
        Act::ConfirmAll => Class::ConfirmAll,
        Act::Execute if rule.sensible(s, act) => Class::Execute(task),
        Act::Execute => Class::Execute(None),
        Act::Repair => Class::Repair,
        Act::Escalate => Class::Escalate,
    }
}

/// `{value}` by the slot's own placeholder.
pub fn with_slot(text: &str, slot: &str) -> String {
    text.replace("{value}", &format!("{{{slot}}}"))
}

/// All that the agent can say.
pub fn agent(scenario: &Scenario, lang: Lang) -> Phrases {
    let side = &scenario.sentences.agent;
    let list = |variants: &Variants| variants.of(lang).to_vec();
    let mut out = vec![(Class::AskTask, list(&side.ask_task))];
    for (i, slot) in scenario.slots.iter().enumerate() {
        let slot_texts = |variants: &Variants| variants.of(lang).iter().map(|text| with_slot(text, &slot.name)).collect::<Vec<_>>();
        let label = slot.label.of(lang);
        let nothing = side.confirm_nothing.of(lang).iter().map(|text| text.replace("{slot}", label)).collect();
        out.push((Class::Ask(i as u8), list(&slot.ask)));
        out.push((Class::Confirm(i as u8), slot_texts(&slot.confirm)));
        out.push((Class::ConfirmNothing(i as u8), nothing));
    }
    for (i, task) in scenario.tasks.iter().enumerate() {
        out.push((Class::ConfirmTask(Some(i as u8)), list(&task.confirm)));
        out.push((Class::Execute(Some(i as u8)), list(&task.done)));
    }
    out.push((Class::ConfirmTask(None), list(&side.confirm_no_task)));
    out.push((Class::ConfirmAll, list(&side.confirm_all)));
    out.push((Class::ConfirmAllNothing, list(&side.confirm_all_nothing)));
    out.push((Class::Execute(None), list(&side.execute_early)));
    out.push((Class::Repair, list(&side.repair)));
    if scenario.rewards.escalate.is_some() {
        out.push((Class::Escalate, list(&side.escalate)));
    }
    out.sort_by_key(|(class, _)| *class);
    out
}

/// All that the user can say, move by move; a turn may be several of them one after the other.
pub fn user(scenario: &Scenario, lang: Lang) -> Phrases {
    let side = &scenario.sentences.user;
    let lists = |all: &[&Variants]| all.iter().flat_map(|variants| variants.of(lang).iter().cloned()).collect::<Vec<_>>();
    let mut out = vec![(Class::Greet, lists(&[&side.greet]))];
    let mut corrections = lists(&[&side.restate]);
    for (i, task) in scenario.tasks.iter().enumerate() {
        out.push((Class::Wish(i as u8), lists(&[&task.wish])));
        corrections.extend(lists(&[&task.correct, &task.affirm]));
    }
    let mut told = Vec::new();
    for slot in &scenario.slots {
        told.extend(lists(&[&slot.answer, &slot.volunteer, &side.neutral]).iter().map(|text| with_slot(text, &slot.name)));
        corrections.extend(lists(&[&slot.correct]).iter().map(|text| with_slot(text, &slot.name)));
    }
    out.push((Class::Tell, told));
    out.push((Class::Correct, corrections));
    out.push((Class::Yes, lists(&[&side.yes, &side.yes_all, &side.calmed])));
    out.push((Class::No, lists(&[&side.no, &side.no_all, &side.wronged, &side.not_calmed])));
    out.push((Class::Evade, lists(&[&side.evade, &side.evade_last, &side.pointless])));
    out.push((Class::Thanks, lists(&[&side.thanks, &side.escalated])));
    out.push((Class::Leave, lists(&[&side.hang_up])));
    out.sort_by_key(|(class, _)| *class);
    out
}

/// The texts of a class.
pub fn texts(phrases: &Phrases, class: Class) -> &[String] {
    phrases.binary_search_by_key(&class, |(class, _)| *class).map_or(&[], |at| &phrases[at].1)
}
