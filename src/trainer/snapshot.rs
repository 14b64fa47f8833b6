//! What the screens see of the trainer: one immutable record, made when the last was taken.

use std::sync::Arc;

pub use crate::run::chat::ChatView;
pub use crate::run::findings::{Answer, Beside, Breakpoint, Hop, Spread, Taken, Trail, WhatIf};
use crate::run::view::{CurveView, Numbers, RowView, RunView};

/// A run's number in its session, counted from 0; never used again.
pub type RunId = u32;

/// The newest state of the trainer.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub scenario: String,
    pub scenario_title: String,
    pub agent: String,
    /// In force at the present moment.
    pub seed: u64,
    /// With which the run in focus began: the same however often a person changes the seed.
    pub first_seed: u64,
    pub phase: Phase,
    /// Seconds until what takes long is done, where that can be told.
    pub left_s: Option<f32>,
    pub pace: Pace,
    /// Measured over about the last second; 0 while paused.
    pub dialogues_per_s: f64,
    pub turns_per_s: f64,
    pub view: RunView,
    pub solution: Option<SolutionView>,
    /// In place of a solution where states are too many.
    pub played: Option<PlayedView>,
    /// Evaluations of the greedy policy, by dialogue count; bounded in number.
    pub evaluations: Arc<Vec<EvaluationView>>,
    /// The first point up to now that is still to be evaluated.
    pub unevaluated: Option<u64>,
    pub catalogue: Arc<Catalogue>,
    /// The last thing to be said to the person; `serial` rises with each.
    pub notice: Option<Notice>,
    /// Those before it, the oldest first: several may be said between two snapshots that a screen takes.
    pub earlier_notices: Arc<Vec<Notice>>,
    /// The command line that reproduces this run.
    pub command: String,
    /// Every open run, parents before their branches.
    pub runs: Vec<RunCard>,
    pub focus: RunId,
    pub bookmarks: Vec<BookmarkView>,
    pub breakpoints: Vec<Breakpoint>,
    pub findings: Findings,
    /// What the Compare screen asked for.
    pub compare: Option<CompareView>,
    pub sweep: Option<SweepView>,
    /// The conversation that a person has with a run.
    pub chat: Option<Arc<ChatView>>,
    pub session: SessionView,
}

impl Snapshot {
    /// What was said after a serial, the oldest first.
    pub fn notices_since(&self, serial: u64) -> impl Iterator<Item = &Notice> {
        self.earlier_notices.iter().chain(&self.notice).filter(move |notice| notice.serial > serial)
    }

    pub fn card(&self, id: RunId) -> Option<&RunCard> {
        self.runs.iter().find(|card| card.id == id)
    }
}

/// A run in the tree and in the tables of the Compare screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunCard {
    pub id: RunId,
    /// A, B, C, …: told in colour, marker and words alike.
    pub name: String,
    pub parent: Option<RunId>,
    /// Where it left its parent.
    pub branched_at: Option<(u64, u64)>,
    /// What makes it differ from its parent: `α 0.1 → 0.3`.
    pub change: String,
    pub agent: String,
    /// In force at the present moment.
    pub seed: u64,
    pub tick: u64,
    pub head: u64,
    pub dialogues: u64,
    pub head_dialogues: u64,
    /// Known while paused.
    pub digest: Option<u64>,
    /// Why it stands still while others train: a breakpoint, a fault.
    pub stopped: Option<String>,
    /// All settings in force, name and value, agent and world alike.
    pub settings: Vec<(String, String)>,
    pub result: RunResult,
}

/// What a run has come to; none where it is not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunResult {
    /// Of the last 100 dialogues before the present moment.
    pub return_100: Option<f64>,
    pub success_100: Option<f64>,
    /// Of the greedy policy, exactly, as last judged; regret against the optimum of its own world and γ.
    pub greedy_return: Option<f64>,
    pub regret: Option<f64>,
    /// The dialogue count at which the greedy policy was judged, in the past one of then; the present one where all stands still.
    pub judged_at: Option<u64>,
    /// Share of optimal acts, weighted by how often the greedy policy is there.
    pub optimal_share: Option<f64>,
    /// The first of the dialogue counts at which policies are judged where the greedy policy had 90 % of the way from random to optimal
    /// behind it, in the world and with the γ of then. None, too, while an earlier one is still to be judged.
    pub dialogues_to_90: Option<u64>,
    /// The first dialogue count up to now whose exact figures are still to be computed.
    pub unknown_from: Option<u64>,
}

/// A moment that a person marked.
#[derive(Clone, Debug, PartialEq)]
pub struct BookmarkView {
    pub tick: u64,
    pub dialogue: u64,
    pub name: String,
}

/// What was last asked and found; each stays until it is put away or another takes its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The update that was looked for last: its tick, and the cell that it wrote.
    pub learned: Option<(u64, u32, u16)>,
    pub trail: Option<Trail>,
    pub what_if: Option<WhatIf>,
    /// The last dialogue in which a person acted, beside the policy and the optimum.
    pub beside: Option<Beside>,
    /// The outcomes that a person in the user's chair can choose from, in the present moment.
    pub answers: Vec<Answer>,
    /// How many less likely ones there are beside these.
    pub more_answers: u32,
    /// The act about to be taken, while paused.
    pub pending: Option<u16>,
}

/// Runs side by side.
#[derive(Clone, Debug, Default)]
pub struct CompareView {
    pub curves: Vec<ComparedCurve>,
    /// The run in focus (first) and the one it is compared with.
    pub pair: Option<(RunId, RunId)>,
    /// Q of the first minus Q of the second: rows of `RowView` whose `q` is the difference; states by largest difference.
    pub difference: Vec<RowView>,
    pub acts: Vec<crate::run::view::ActView>,
    pub max_difference: f32,
    /// The first turn at which the two chose differently.
    pub parting: Option<Parting>,
    pub verdict: Option<Verdict>,
}

#[derive(Clone, Debug, Default)]
pub struct ComparedCurve {
    pub run: RunId,
    pub curve: CurveView,
    /// Of its silent replicas, where there are some.
    pub band: Option<BandView>,
}

/// Replicas with other seeds, at chosen dialogue counts: the smoothed return's quartiles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BandView {
    pub seeds: u32,
    /// (dialogues, lower quartile, median, upper quartile); as far as every replica has come.
    pub points: Vec<(u64, f32, f32, f32)>,
}

/// Where two runs part: the same moment, two acts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parting {
    pub dialogue: u64,
    /// Counted from 1.
    pub turn: u32,
    pub state_text: String,
    /// Tick and act name of each.
    pub first: (u64, String),
    pub second: (u64, String),
    /// Whether the state was another one already: then users or chance parted them, not the agents.
    pub state_differs: bool,
}

/// Which of two runs is better, judged by their replicas, seed by seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    pub better: RunId,
    pub other: RunId,
    pub wins: u32,
    pub seeds: u32,
    /// Mean difference of the last 100 dialogues' return at the same dialogue count, and its 95 % interval by paired bootstrap.
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    pub dialogues: u64,
    /// What the greedy policies are worth at round numbers of dialogues, earliest first; the first of the pair compared first.
    pub values: Vec<ValueAt>,
}

/// A mean with its 95 % interval over seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// The exact value at the start (the simulated return where there is no exact one) of two runs' greedy policies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ValueAt {
    pub dialogues: u64,
    pub first: Estimate,
    pub second: Estimate,
    /// The first minus the second, seed by seed.
    pub difference: Estimate,
}

/// A map of settings that fills while one watches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepView {
    /// What its runs have in common: `sarsa · seed 8`.
    pub about: String,
    pub rows: (String, Vec<f64>),
    pub columns: (String, Vec<f64>),
    pub seeds: u32,
    pub dialogues: u64,
    /// Row by row: mean of the greedy policy's exact return over the seeds done, and how many those are.
    pub cells: Vec<(f64, u32)>,
    /// Share done, 0 to 1.
    pub done: f32,
}

/// Where all that a person did is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionView {
    pub name: String,
    /// None where nothing is kept.
    pub path: Option<String>,
    /// Why it cannot be written; learning goes on.
    pub trouble: Option<String>,
    /// What had to be mended while it was written.
    pub note: Option<String>,
    /// At the end: something that should have been written was not.
    pub lost: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// The world is being compiled; share done, 0 to 1.
    Compiling(f32),
    Running,
    #[default]
    Paused,
    /// A person asked for something that takes long (a seek): what, share done.
    Busy(String, f32),
    /// A session is brought back: what is being done, share done. Nothing can be asked yet.
    Opening(String, f32),
    /// The session cannot be opened; whoever opened it knows why.
    Refused,
    /// The trainer panicked: message and tick. Everything drawn is from before.
    Crashed {
        message: String,
        tick: u64,
    },
}

/// How fast training goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    TurnsPerSecond(f64),
    DialoguesPerSecond(f64),
    #[default]
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

/// Reference lines of a world whose states are too many to be solved: means over dialogues played out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlayedView {
    pub dialogues: u64,
    /// Acting uniformly at random among legal acts.
    pub random: Score,
    /// What a person who knows the trade would do.
    pub expert: Option<Score>,
}

/// The greedy policy after so many dialogues: evaluated exactly, or by dialogues played out. What is not known is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluationView {
    pub dialogues: u64,
    pub greedy: Score,
    /// Half of the 95 % interval of its return and of its success; 0 where they are exact.
    pub margin: f64,
    pub success_margin: f64,
    /// V*(start) − V^π(start).
    pub regret: f64,
    /// Share of visited states whose greedy acts are all optimal.
    pub optimal_share: f64,
    /// The same, weighted by how often the greedy policy is there.
    pub optimal_share_weighted: f64,
    /// Share of the way from acting at random (0) to the optimum (1) by value, in the world and with the γ in which it was judged; NaN
    /// where it is not known.
    pub way: f64,
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
    /// Of a language model.
    pub paths: Vec<PathEntry>,
}

/// A way to begin a language model's path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathEntry {
    pub name: String,
    pub about: String,
    pub settings: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    pub name: String,
    pub about: String,
    /// Of an agent: its rule in symbols, several equations in lines of their own; empty where nothing is learned.
    pub rule: String,
    /// Of an agent: what its numbers for acts are.
    pub numbers: Numbers,
    /// Whether it is the language model, which has a screen of its own.
    pub language: bool,
}
