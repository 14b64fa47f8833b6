//! A machine: a value whose next value follows from it alone. People act on it only through edits.

use thiserror::Error;

use super::knob::KnobError;
use super::probe::Probe;
use crate::num::curve::Sample;
use crate::num::fields::Fields;

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
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Set a live knob, by its position in the agent's `KNOBS`.
    Tune { knob: u16, value: f64 },
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum EditError {
    #[error(transparent)]
    Knob(#[from] KnobError),
    #[error("this is turn {now} of {head}: an edit here needs the later turns dropped")]
    InThePast { now: u64, head: u64 },
}

pub trait Machine: Clone + Send + Fields + 'static {
    fn now(&self) -> Tick;
    /// Dialogues finished.
    fn dialogues(&self) -> u64;
    /// Runs until a tick or a number of dialogues is reached; `finished` hears each dialogue and may stop it there.
    fn run<P: Probe>(&mut self, ticks: u64, dialogues: u64, probe: &mut P, finished: impl FnMut(&Sample) -> bool);
    /// Whether every number learned in the dialogue in progress is finite.
    fn sound(&self) -> bool;
    /// One tick.
    fn tick<P: Probe>(&mut self, probe: &mut P) -> TickEnd {
        let mut end = TickEnd::Open;
        self.run(self.now().0 + 1, u64::MAX, probe, |sample| {
            end = TickEnd::Dialogue(*sample);
            true
        });
        end
    }
    fn apply(&mut self, edit: &Edit) -> Result<(), EditError>;
}
