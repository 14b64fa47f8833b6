//! Sentences: which variant is said, with the values filled in.
//! Drawn from the dice of `Stream::Words`, by dialogue and turn: the same turn reads the same however often it is told.

use super::acts::Act;
use super::names::Lang;
use super::scenario::{Scenario, Variants};
use super::user::{DialogueState, Event, Rule};
use crate::num::dice::Dice;

/// A piece of a sentence before its values are known for certain.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Plain(String),
    /// The k-th hearing of the dialogue.
    Hearing(usize),
}

/// Says sentences of one scenario in one language.
pub struct Speaker<'a> {
    pub scenario: &'a Scenario,
    pub rule: &'a Rule,
    pub lang: Lang,
}

impl Speaker<'_> {
    /// A variant, never empty where the scenario was checked.
    pub fn pick<'v>(&self, variants: &'v Variants, dice: &mut Dice) -> &'v str {
        let list = variants.of(self.lang);
        if list.is_empty() { "…" } else { &list[dice.below(list.len() as u32) as usize] }
    }

    pub fn gap(&self) -> &'static str {
        match self.lang {
            Lang::English => " ",
            Lang::Chinese => "",
        }
    }

    pub fn value(&self, slot: usize, value: usize) -> &str {
        let values = self.scenario.slots[slot].values.of(self.lang);
        &values[value % values.len()]
    }

    /// What the agent says. `value` gives the text of a slot as it stands, if anything was heard of it.
    pub fn agent(&self, s: DialogueState, act: Act, value: &dyn Fn(usize) -> Option<String>, dice: &mut Dice) -> String {
        let agent = &self.scenario.sentences.agent;
        match act {
            Act::AskTask => self.pick(&agent.ask_task, dice).to_owned(),
            Act::Ask(slot) => self.pick(&self.scenario.slots[slot as usize].ask, dice).to_owned(),
            Act::ConfirmTask => match s.task() {
                Some(task) => self.pick(&self.scenario.tasks[task].confirm, dice).to_owned(),
                None => self.pick(&agent.confirm_no_task, dice).to_owned(),
            },
            Act::Confirm(slot) => {
                let kind = &self.scenario.slots[slot as usize];
                match value(slot as usize) {
                    Some(v) => self.pick(&kind.confirm, dice).replace("{value}", &v),
                    None => self.pick(&agent.confirm_nothing, dice).replace("{slot}", kind.label.of(self.lang)),
                }
            }
            Act::ConfirmAll => match self.summary(s, value) {
                Some(summary) => self.pick(&agent.confirm_all, dice).replace("{summary}", &summary),
                None => self.pick(&agent.confirm_all_nothing, dice).to_owned(),
            },
            Act::Execute if self.rule.sensible(s, act) => {
                let task = s.task().expect("executing makes sense only with a task");
                let mut said = self.pick(&self.scenario.tasks[task].done, dice).to_owned();
                for (i, slot) in self.scenario.slots.iter().enumerate() {
                    said = said.replace(&format!("{{{}}}", slot.name), &value(i).unwrap_or_default());
                }
                said
            }
            Act::Execute => self.pick(&agent.execute_early, dice).to_owned(),
            Act::Repair => self.pick(&agent.repair, dice).to_owned(),
            Act::Escalate => self.pick(&agent.escalate, dice).to_owned(),
        }
    }

    /// What stands to be confirmed, else all that is known; none where nothing is.
    fn summary(&self, s: DialogueState, value: &dyn Fn(usize) -> Option<String>) -> Option<String> {
        let task = s.task()?;
        let mut parts = vec![self.scenario.tasks[task].label.of(self.lang).to_owned()];
        for (i, slot) in self.scenario.slots.iter().enumerate().filter(|(i, _)| self.rule.needed(task, *i)) {
            if let Some(v) = value(i) {
                parts.push(slot.summary.of(self.lang).replace("{value}", &v));
            }
        }
        Some(parts.join(match self.lang {
            Lang::English => ", ",
            Lang::Chinese => "、",
        }))
    }

    /// A sentence with the hearing in its `{value}`.
    pub fn with_hearing(&self, variants: &Variants, hearing: usize, dice: &mut Dice) -> Vec<Piece> {
        let sentence = self.pick(variants, dice);
        match sentence.split_once("{value}") {
            Some((before, after)) => {
                vec![Piece::Plain(before.to_owned()), Piece::Hearing(hearing), Piece::Plain(after.to_owned())]
            }
            None => vec![Piece::Plain(sentence.to_owned())],
        }
    }

    /// The user's words where no value is told.
    pub fn reaction(&self, event: Event, patience_left: u8, hung_up: bool, success: bool, dice: &mut Dice) -> String {
        let user = &self.scenario.sentences.user;
        let variants = match event {
            _ if hung_up => &user.hang_up,
            Event::Evaded if patience_left == 1 => &user.evade_last,
            Event::Evaded => &user.evade,
            Event::Yes => &user.yes,
            Event::Denied => &user.no,
            Event::AllYes => &user.yes_all,
            Event::AllDenied => &user.no_all,
            Event::Executed if success => &user.thanks,
            Event::Executed => &user.wronged,
            Event::Calmed => &user.calmed,
            Event::NotCalmed => &user.not_calmed,
            Event::HandedOver => &user.escalated,
            Event::Told | Event::Corrected | Event::Restated | Event::Pointless => &user.pointless,
        };
        self.pick(variants, dice).to_owned()
    }
}
