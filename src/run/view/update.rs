//! An update as a screen shows it: the rule, its numbers, and where it wrote.

use crate::world::names::StateView;

/// One update as an equation with its numbers; without terms where this turn taught nothing.
#[derive(Clone, Debug, Default)]
pub struct UpdateView {
    pub tick: u64,
    pub dialogue: u64,
    /// Counted from 1 in its dialogue.
    pub turn: u32,
    /// Of the value written first.
    pub state: u32,
    pub act: u16,
    pub words: StateView,
    pub act_name: String,
    pub next_words: Option<StateView>,
    /// How the dialogue ended with this turn, if it did.
    pub ending: Option<String>,
    pub reward: f32,
    pub choice: Choice,
    /// `{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})`; empty where nothing is learned.
    pub rule: &'static str,
    pub terms: Vec<TermView>,
    pub before: f32,
    pub after: f32,
    /// TD error δ.
    pub delta: f32,
    /// The exact value that the agent's rule tends to.
    pub exact: Option<f32>,
    pub goal: Goal,
    pub visits: u32,
    /// The turn's own state and act, where what was written belongs to an earlier one.
    pub now: Option<(StateView, String)>,
    /// Values written in the same turn beyond the first: by a trace, by planning, by a batch.
    pub further: u32,
}

/// Which exact value an agent's rule tends to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// Q*: the greedy policy's, as Q-learning.
    #[default]
    Optimal,
    /// That of the best policy which explores with this ε, as Sarsa.
    OptimalWithEpsilon,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    #[default]
    Greedy,
    /// An act that is not the greedy one: exploration.
    Explored,
    /// Chosen by a person.
    Forced,
}

/// A number in the rule: `{alpha}`, `α`, 0.3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermView {
    pub name: &'static str,
    pub symbol: &'static str,
    pub meaning: &'static str,
    pub value: f32,
}
