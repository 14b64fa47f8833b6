//! The contract between a world and what acts in it: immutable rules, and a small `Copy` state that holds all that changes.

use std::fmt::Debug;
use std::sync::Arc;

use super::setup::{Setting, SettingError, Setup};
use super::solve::Solution;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};

/// An act, counted from 0; a world has at most 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub u8);

impl ActionId {
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Fields for ActionId {
    fn read(&self, to: &mut dyn Sink) {
        self.0.read(to);
    }
    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.0.write(from)
    }
}

/// One number of a state's feature vector, all others of which are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Place in the vector.
    pub at: u32,
    pub value: f32,
}

/// What an agent may ask about a state that it remembers by its key alone: replay buffers and models keep keys, not features.
pub trait Sight: Send + Sync {
    /// Writes the features that are not 0, by rising place.
    fn features(&self, key: u64, out: &mut Vec<Feature>);
    /// Mask of the legal acts; never 0.
    fn legal(&self, key: u64) -> u64;
    /// What a person who knows the trade would do; none outside dialogues.
    fn expert(&self, _key: u64) -> Option<ActionId> {
        None
    }
    /// The exact solution under a discount, where states are enumerated.
    fn solution(&self, _gamma: f64) -> Option<Arc<Solution>> {
        None
    }
}

/// How large a world is, as agents need to know it, and what it tells about a state.
#[derive(Clone)]
pub struct Shape {
    /// Number of states, where they are enumerated.
    pub states: Option<u32>,
    pub actions: u32,
    /// Length of the feature vector.
    pub features: u32,
    /// Mask of legal acts by state; empty where states are not enumerated.
    pub legal: Arc<[u64]>,
    pub sight: Arc<dyn Sight>,
}

/// What one act led to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome<S> {
    /// The next state; where the dialogue ended, the state it ended in.
    pub next: S,
    pub reward: f32,
    /// Terminated: there is no next state to learn from.
    pub closed: bool,
    /// Whether it ended well; false while open.
    pub success: bool,
}

/// How a dialogue stands after a turn. `Cut` is a turn limit: not terminal, a learner still bootstraps
/// (Pardo et al. 2018, Time Limits in Reinforcement Learning).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    #[default]
    Open,
    Closed,
    Cut,
}

/// A world. `key` is the row of a table (or a hash key where states are not enumerated).
pub trait Env: Send + Sync + 'static {
    type State: Copy + PartialEq + Debug + Send + Fields;

    fn shape(&self) -> Shape;
    fn open(&self, dice: &mut Dice) -> Self::State;
    fn key(&self, state: Self::State) -> u64;
    /// Mask of the acts that may be chosen; never 0.
    fn legal(&self, state: Self::State) -> u64;
    /// Writes the features of a state that are not 0, by rising place; called only for agents that want them.
    fn features(&self, state: Self::State, out: &mut Vec<Feature>);
    fn step(&self, state: Self::State, act: ActionId, dice: &mut Dice) -> Outcome<Self::State>;
    /// Turns after which a dialogue is cut.
    fn turn_limit(&self) -> u32;
    /// The outcome at a place in the list of (state, act); the length of the list where there is none.
    fn outcome(&self, state: Self::State, act: ActionId, place: u16) -> Result<Outcome<Self::State>, usize>;
    /// What was changed in it since it was made.
    fn setup(&self) -> Setup {
        Setup::default()
    }
    /// The setup after one more change.
    fn changed(&self, _: &Setting) -> Result<Setup, SettingError> {
        Err(SettingError::NoUsers)
    }
    /// The same world under another setup; its states keep their numbers.
    fn under(&self, _: &Setup) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}
