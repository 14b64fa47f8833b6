//! Probes: who watches an update while it happens. `Blind` compiles to nothing; `Recorder` keeps the equation with its numbers.

use crate::world::env::{ActionId, End};

/// Which number was written: a cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub row: u64,
    pub column: u32,
}

pub trait Probe {
    const ON: bool;
    fn turn(&mut self, _turn: TurnRecord) {}
    fn term(&mut self, _name: &'static str, _value: f32) {}
    fn write(&mut self, _place: Place, _before: f32, _after: f32) {}
}

/// Nobody watches.
pub struct Blind;

impl Probe for Blind {
    const ON: bool = false;
}

/// The probability of an act under the behaviour policy is that of the moment it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnRecord {
    /// The tick before the turn.
    pub tick: u64,
    pub dialogue: u64,
    /// Counted from 1.
    pub turn: u32,
    /// Keys of the states before and after.
    pub state: u64,
    pub next: u64,
    pub legal: u64,
    pub act: ActionId,
    pub reward: f32,
    pub end: End,
    pub success: bool,
    /// Q of each act before the update.
    pub values: Vec<f32>,
    /// Of each act, under the behaviour policy.
    pub probabilities: Vec<f32>,
    pub visits: Vec<u32>,
    /// The numbers of the agent's rule.
    pub terms: Vec<(&'static str, f32)>,
    pub writes: Vec<(Place, f32, f32)>,
}

impl TurnRecord {
    /// Whether the act was among those with the largest value.
    pub fn greedy(&self) -> bool {
        let legal = |a: usize| self.legal >> a & 1 == 1;
        let best = self.values.iter().enumerate().filter(|(a, _)| legal(*a)).map(|(_, v)| *v).fold(f32::NEG_INFINITY, f32::max);
        self.values[self.act.index()] >= best
    }

    /// TD error δ; 0 where nothing was learned.
    pub fn delta(&self) -> f32 {
        self.surprise().unwrap_or(0.0)
    }

    /// TD error δ, where the rule has one and the turn taught something.
    pub fn surprise(&self) -> Option<f32> {
        self.terms.iter().find(|(name, _)| *name == "delta").map(|(_, v)| *v)
    }
}

/// Keeps every turn it sees, in order.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    pub turns: Vec<TurnRecord>,
}

impl Probe for Recorder {
    const ON: bool = true;

    fn turn(&mut self, turn: TurnRecord) {
        self.turns.push(turn);
    }

    fn term(&mut self, name: &'static str, value: f32) {
        if let Some(turn) = self.turns.last_mut() {
            turn.terms.push((name, value));
        }
    }

    fn write(&mut self, place: Place, before: f32, after: f32) {
        if let Some(turn) = self.turns.last_mut() {
            turn.writes.push((place, before, after));
        }
    }
}
