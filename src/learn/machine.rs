//! A machine: a value whose next value follows from it alone. People act on it only through edits.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::knob::KnobError;
use super::probe::Probe;
use crate::num::curve::Sample;
use crate::num::fields::Fields;
use crate::world::setup::{Setting, SettingError};

/// The logical clock: one turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub u64);

/// What a tick finished.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TickEnd {
    Open,
    Dialogue(Sample),
}

/// An act of a person that changes training. It takes effect at the tick it is journalled with, before that tick's turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// Sets a live knob, by its command-line name; a choice is its position.
    Tune { knob: String, value: f64 },
    /// Takes an act in the agent's place: it is the next turn's.
    Force { act: u8 },
    /// Answers in the user's place: the next turn ends in this outcome, counted in the list of its state and act.
    Say { outcome: u16 },
    /// Writes a value by hand: Q(state, act).
    Set { state: u32, act: u8, value: f32 },
    /// Changes the users, the noise or a reward.
    World(Setting),
    /// Prefers one of two replies of a language model: the duel of this number.
    Prefer { duel: u64, choice: Choice },
    /// Draws with another seed from here on: other users, other exploration.
    Seed {
        #[serde(with = "as_text")]
        seed: u64,
    },
}

/// Which of two replies a person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    Left,
    Right,
    Tie,
}

/// Seeds use all 64 bits, which a JSON number does not keep everywhere.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
    pub fn serialize<S: Serializer>(seed: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&seed.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| serde::de::Error::custom(format!("\"{text}\" is not a seed; it is a whole number in quotes")))
    }
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum EditError {
    #[error(transparent)]
    Knob(#[from] KnobError),
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error("this is turn {now} of {head}: a change here needs a branch")]
    InThePast { now: u64, head: u64 },
    #[error("act {act} cannot be taken in this state; {legal} can")]
    Act { act: u8, legal: String },
    #[error("there is no outcome {outcome} here: this state and act have {count}, counted from 0")]
    Outcome { outcome: u16, count: usize },
    #[error("{agent} keeps no table, so no value can be set by hand")]
    NoTable { agent: &'static str },
    #[error("{value} is not a value: it must be finite")]
    Value { value: f32 },
    #[error("there is no state {state}; this world has {count}, counted from 0")]
    State { state: u32, count: u32 },
    #[error("a {what} takes no such edit; tune one of its live settings, or prefer a reply")]
    NotHere { what: &'static str },
    #[error("no two replies wait for a choice; there are some from the reward model on")]
    NoDuel,
    #[error("duel {found} is not the one that waits, which is {waiting}")]
    Duel { found: u64, waiting: u64 },
    #[error("an agent in a world of acts makes no replies to prefer; a language model does")]
    NoReplies,
}

pub trait Machine: Clone + Send + Fields + 'static {
    fn now(&self) -> Tick;
    /// Dialogues finished.
    fn dialogues(&self) -> u64;
    /// Runs until a tick or a number of dialogues is reached; `finished` hears each dialogue and may stop it there. Its type is
    /// forgotten, so that the hot loop is compiled once for each agent and not once for each caller.
    fn run<P: Probe>(&mut self, ticks: u64, dialogues: u64, probe: &mut P, finished: &mut dyn FnMut(&Sample) -> bool);
    /// Whether every number learned in the dialogue in progress is finite.
    fn sound(&self) -> bool;
    /// How many times as long as a table's turn one of its ticks takes, roughly.
    fn cost(&self) -> u64 {
        1
    }
    /// The work of the ticks from one up to another, in turns of a table, roughly. Progress is measured by it.
    fn work(&self, from: u64, to: u64) -> u64 {
        to.saturating_sub(from).saturating_mul(self.cost())
    }
    /// One tick.
    fn tick<P: Probe>(&mut self, probe: &mut P) -> TickEnd {
        let mut end = TickEnd::Open;
        self.run(self.now().0 + 1, u64::MAX, probe, &mut |sample| {
            end = TickEnd::Dialogue(*sample);
            true
        });
        end
    }
    /// Lets an edit take effect, or leaves everything as it was.
    fn apply(&mut self, edit: &Edit) -> Result<(), EditError>;
}
