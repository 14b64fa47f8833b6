//! The acts of a dialogue agent, as a scenario orders them.

use super::env::ActionId;
use super::scenario::Scenario;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    AskTask,
    Ask(u8),
    ConfirmTask,
    Confirm(u8),
    /// One turn for everything heard.
    ConfirmAll,
    /// Carry the task out; ends the dialogue.
    Execute,
    /// Apologise, so that patience may rise.
    Repair,
    /// Hand over to a person; ends the dialogue.
    Escalate,
}

/// All acts of a scenario; an `ActionId` is a position here.
pub fn acts(scenario: &Scenario) -> Vec<Act> {
    let slots = 0..scenario.slots.len() as u8;
    let mut acts = vec![Act::AskTask];
    acts.extend(slots.clone().map(Act::Ask));
    acts.push(Act::ConfirmTask);
    acts.extend(slots.map(Act::Confirm));
    acts.extend([Act::ConfirmAll, Act::Execute, Act::Repair]);
    if scenario.rewards.escalate.is_some() {
        acts.push(Act::Escalate);
    }
    acts
}

pub fn position(acts: &[Act], act: Act) -> Option<ActionId> {
    acts.iter().position(|a| *a == act).map(|i| ActionId(i as u8))
}

impl Act {
    /// `ask order`
    pub fn name(self, scenario: &Scenario) -> String {
        let slot = |s: u8| scenario.slots[s as usize].name.as_str();
        match self {
            Act::AskTask => "ask task".into(),
            Act::Ask(s) => format!("ask {}", slot(s)),
            Act::ConfirmTask => "confirm task".into(),
            Act::Confirm(s) => format!("confirm {}", slot(s)),
            Act::ConfirmAll => "confirm all".into(),
            Act::Execute => "execute".into(),
            Act::Repair => "repair".into(),
            Act::Escalate => "escalate".into(),
        }
    }

    /// A column head of at most five columns: `ord?` asks, `ord✓` confirms.
    pub fn short(self, scenario: &Scenario) -> String {
        let slot = |s: u8| scenario.slots[s as usize].short.as_str();
        match self {
            Act::AskTask => "tsk?".into(),
            Act::Ask(s) => format!("{}?", slot(s)),
            Act::ConfirmTask => "tsk✓".into(),
            Act::Confirm(s) => format!("{}✓", slot(s)),
            Act::ConfirmAll => "all✓".into(),
            Act::Execute => "do!".into(),
            Act::Repair => "fix".into(),
            Act::Escalate => "pass".into(),
        }
    }

    /// What the act does, in one sentence.
    pub fn meaning(self, scenario: &Scenario) -> String {
        let slot = |s: u8| scenario.slots[s as usize].label.en.as_str();
        match self {
            Act::AskTask => "Asks what the user wants.".into(),
            Act::Ask(s) => format!("Asks for the {}; the answer may be misheard.", slot(s)),
            Act::ConfirmTask => "Checks whether the task was heard right; a turn's cost for certainty.".into(),
            Act::Confirm(s) => format!("Checks whether the {} was heard right; a turn's cost for certainty.", slot(s)),
            Act::ConfirmAll => "Checks everything heard so far in one turn; on a no all of it is in doubt.".into(),
            Act::Execute => "Carries the task out and ends the dialogue: a success only if all was heard right.".into(),
            Act::Repair => "Apologises, so that an impatient user may calm down.".into(),
            Act::Escalate => "Hands the user over to a person and ends the dialogue.".into(),
        }
    }
}
