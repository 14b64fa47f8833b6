//! The contract of an agent: start, step, end, as in RL-Glue (Tanner & White 2009). `step` learns and returns the next act,
//! so that Q-learning and Sarsa both read as in the book.

use super::inside::Inside;
use super::knob::{Knob, KnobError, Settings, Tuned};
use super::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{Fields, Scalar};
use crate::world::env::{ActionId, End, Feature, Shape};

/// A state as an agent sees it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Row of a table, or hash key.
    pub key: u64,
    /// Mask of legal acts; never 0.
    pub legal: u64,
    /// Those that are not 0, by rising place; empty for agents that do not want features.
    pub features: &'a [Feature],
}

/// One turn, to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    pub from: View<'a>,
    /// The act that was taken; a person may have replaced the one that the agent chose.
    pub act: ActionId,
    pub reward: f32,
    pub to: View<'a>,
    pub end: End,
}

/// A number of a rule: `{alpha}`, shown as `α`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub name: &'static str,
    pub symbol: &'static str,
    pub meaning: &'static str,
}

/// What a table keeps of a cell beside its value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Updates of the cell.
    pub visits: u32,
    /// The last TD error's size |δ|.
    pub delta: f32,
}

impl Scalar for Count {
    const WIDTH: usize = 8;
    fn store(self, out: &mut [u8]) {
        self.visits.store(&mut out[..4]);
        self.delta.store(&mut out[4..]);
    }
    fn fetch(bytes: &[u8]) -> Self {
        Count { visits: u32::fetch(&bytes[..4]), delta: f32::fetch(&bytes[4..]) }
    }
}

/// What the numbers are that an agent has for each act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// Q(s, a): the return that it expects.
    #[default]
    Values,
    /// h(s, a): only their differences matter, as logarithms of probabilities (Sutton & Barto 2018, §13.1).
    Preferences,
    /// None of its own.
    Nothing,
}

/// The rows of a table that has no room for every state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub kept: u64,
    pub room: u64,
    /// Rows given up for others.
    pub forgotten: u64,
}

pub trait Agent: Clone + Send + Fields + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    /// The update as a template of terms: `{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})`; empty where nothing is learned.
    /// Several equations stand in lines of their own, each naming on its left what the later ones use; `{new}` is what is written.
    const RULE: &'static str;
    const TERMS: &'static [Term];
    const KNOBS: &'static [Knob];
    /// Defaults that a sweep found better for a scenario than the knob's own.
    const TUNED: &'static [Tuned] = &[];
    const NUMBERS: Numbers = Numbers::Values;
    /// Whether its values are those of its own behaviour, exploration included, and not of the greedy policy.
    const ON_POLICY: bool;
    /// Whether an update writes one cell of the state that it comes from, by one cell of the next one. Only such updates can be
    /// followed one by one; others reach many cells at once.
    const ONE_STEP: bool = false;
    /// Whether `View::features` must be filled.
    const FEATURES: bool;

    fn new(shape: &Shape, settings: &Settings, dice: &mut Dice) -> Self;
    /// The first act of a dialogue; schedules are computed here, once.
    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId;
    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId;
    /// The last update of a dialogue; `Cut` still bootstraps.
    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P);
    /// Writes the value (or preference) of each act; −∞ where illegal.
    fn values(&self, at: View<'_>, out: &mut [f32]);
    /// Writes the behaviour policy.
    fn probabilities(&self, at: View<'_>, out: &mut [f32]);
    /// What the critic of an actor-critic expects from a state.
    fn critic(&self, _at: View<'_>) -> Option<f32> {
        None
    }
    /// Updates and last |δ| of the row's cells, where a table keeps them.
    fn counts(&self, key: u64) -> Option<&[Count]>;
    /// |δ| of the last update.
    fn surprise(&self) -> f32;
    /// The exploration rate in force; 1 for an agent that only explores.
    fn epsilon(&self) -> f32;
    /// A knob's value now, where a schedule moves it.
    fn now(&self, knob: usize) -> f64;
    fn settings(&self) -> &Settings;
    /// `RULE`, or what stands in its place under the present settings.
    fn rule(&self) -> &'static str {
        Self::RULE
    }
    /// Keys of the rows that a table without room for every state keeps, rising; none for other agents.
    fn keys(&self) -> Option<Vec<u64>> {
        None
    }
    fn rows(&self) -> Option<Rows> {
        None
    }
    /// What it holds beside its values; lists have at most `most` entries.
    fn inside(&self, _most: usize) -> Inside {
        Inside::default()
    }
    /// Whether its knobs fit this world; a sentence where they do not.
    fn fits(_shape: &Shape, _settings: &Settings) -> Result<(), String> {
        Ok(())
    }
    /// How many times as long as a table's turn one of its turns takes, roughly: keyframes are that much closer.
    fn cost(&self) -> u64 {
        1
    }
    /// The kernel of this machine's matrix products, where its numbers come from such: their last bits are that kernel's.
    fn kernel() -> Option<&'static str> {
        None
    }
    /// The world has changed its users, noise or rewards; states and features are as before.
    fn moved(&mut self, _shape: &Shape) {}
    /// Writes a value by hand; false where no table is kept.
    fn put(&mut self, _key: u64, _act: ActionId, _value: f32) -> bool {
        false
    }
    /// Changes a live knob; the value is in range.
    fn set(&mut self, knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError>;
}
