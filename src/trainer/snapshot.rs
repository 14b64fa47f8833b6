//! What the screens see of the trainer: one immutable record, made when the last was taken.

use std::sync::Arc;

use crate::run::view::RunView;

/// The newest state of the trainer.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub scenario: String,
    pub scenario_title: String,
    pub agent: String,
    pub seed: u64,
    pub phase: Phase,
    pub pace: Pace,
    /// Measured over about the last second; 0 while paused.
    pub dialogues_per_s: f64,
    pub turns_per_s: f64,
    pub view: RunView,
    pub solution: Option<SolutionView>,
    /// Exact evaluations of the greedy policy, by dialogue count; bounded in number.
    pub evaluations: Arc<Vec<EvaluationView>>,
    pub catalogue: Arc<Catalogue>,
    /// The last thing to be said to the person; `serial` rises with each.
    pub notice: Option<Notice>,
    /// The command line that reproduces this run.
    pub command: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The world is being compiled; share done, 0 to 1.
    Compiling(f32),
    Running,
    Paused,
    /// A person asked for something that takes long (a seek): what, share done.
    Busy(String, f32),
    /// The trainer panicked: message and tick. Everything drawn is from before.
    Crashed {
        message: String,
        tick: u64,
    },
}

/// How fast training goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    TurnsPerSecond(f64),
    DialoguesPerSecond(f64),
    Full,
}

/// What a policy is worth. Value is discounted by γ from the start; the others are undiscounted, under the turn limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub value: f64,
    pub return_: f64,
    pub success: f64,
    pub turns: f64,
}

/// The exact solution's figures, for the γ and ε they were computed with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolutionView {
    pub gamma: f64,
    pub epsilon: f64,
    /// The γ-optimal policy.
    pub optimal: Score,
    /// The best policy that must explore with this ε.
    pub optimal_with_epsilon: Score,
    /// Acting uniformly at random among legal acts.
    pub random: Score,
    pub states: u32,
}

/// The greedy policy after so many dialogues, exactly evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluationView {
    pub dialogues: u64,
    pub greedy: Score,
    /// V*(start) − V^π(start).
    pub regret: f64,
    /// Share of visited states whose greedy acts are all optimal.
    pub optimal_share: f64,
    /// The same, weighted by how often the greedy policy is there.
    pub optimal_share_weighted: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub serial: u64,
    pub text: String,
    pub is_error: bool,
}

/// What can be chosen: plain records of scenarios and agents.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub scenarios: Vec<Entry>,
    pub agents: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub about: String,
}
