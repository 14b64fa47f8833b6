//! What a screen asks of a run (`Watch`) and what it gets (`RunView`): plain records, no behaviour.
//! A view is made between two slices of training, holds only what was asked for, and is never changed.

pub mod language;
mod learner;
mod update;

use std::sync::Arc;

pub use crate::learn::agent::{Numbers, Rows};
pub use crate::learn::inside::{Gauge, Inside, Layer, Plan, Remembered, Replay, Trace, Weights};
pub use crate::world::env::End;
pub use crate::world::names::{ActView, Lang, SlotView, StateView, Status};
pub use crate::world::tell::{FactView, Meant, SpanView};
pub use learner::{FeatureView, InsideView, KnobKind, KnobView};
pub use update::{Choice, Goal, TermView, UpdateView};

/// What the visible panels want to see. Everything left out costs nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watch {
    pub lang: Lang,
    pub curve: Option<CurveWatch>,
    pub table: Option<TableWatch>,
    /// The cell under the cursor: state number and act.
    pub cell: Option<(u32, u16)>,
    pub update: bool,
    pub transcript: Option<TranscriptWatch>,
    pub compare: Option<CompareWatch>,
    /// Whether the answers that a user could give now are shown.
    pub answers: bool,
    /// What the agent holds beside its values; lists get at most so many entries.
    pub inside: Option<u16>,
    /// What a language model's path looks like.
    pub language: Option<language::Wanted>,
}

/// What the Compare screen shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompareWatch {
    pub curve: CurveWatch,
    pub against: Against,
    /// Rows of the difference of two tables; 0: none.
    pub rows: u16,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveWatch {
    /// At most so many columns come back.
    pub columns: u16,
    pub axis: Axis,
    pub smooth: Smooth,
}

/// What the x axis of compared curves counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    #[default]
    Dialogues,
    Turns,
}

/// How dialogues lie along the x axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    #[default]
    Linear,
    Log,
}

/// Which causal smoothing the bold line shows; each is computed on every sample as it arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Smooth {
    #[default]
    Mean100,
    Mean20,
    /// Debiased exponential moving average with decay 0.99.
    Ema99,
    Off,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableWatch {
    pub order: Order,
    /// Only states whose name holds all these phrases, apart by commas: `refund confirmed, item unknown`; empty: all.
    pub filter: String,
    /// First row wanted, counted in the filtered order.
    pub top: u32,
    pub rows: u16,
    /// Let `top` be chosen so that the live state is among the rows.
    pub follow: bool,
    /// The same for a state that a person has chosen, where the live one is not followed.
    pub keep: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Visits,
    /// Largest |δ| of a row's last updates first.
    Surprise,
    State,
}

/// Which dialogue the transcript shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptWatch {
    /// The dialogue in progress where training is slow enough to read, else a whole recorded one;
    /// the number is raised by one to ask for a fresh one.
    Live { wanted: u64 },
    /// The dialogue of this number (counted from 0), replayed from the timeline.
    Number(u64),
}

/// Where a run stands, and what was asked for.
#[derive(Clone, Debug, Default)]
pub struct RunView {
    /// Turns learned from so far, here and at the furthest point reached.
    pub tick: u64,
    pub head: u64,
    /// Dialogues finished, here and at the head.
    pub dialogues: u64,
    pub head_dialogues: u64,
    /// Turns taken in the dialogue in progress.
    pub turn: u32,
    pub turn_limit: u32,
    /// Digest of the learner's state; known while paused.
    pub digest: Option<u64>,
    pub knobs: Vec<KnobView>,
    /// What the agent's numbers for acts are.
    pub numbers: Numbers,
    /// Whether it counts no updates of single cells, as a network: then every cell has a value, and none can be said never to have been tried.
    pub uncounted: bool,
    pub inside: Option<InsideView>,
    /// Only of a language model.
    pub progress: Option<language::Progress>,
    pub language: Option<Arc<language::PipelineView>>,
    pub curve: Option<CurveView>,
    pub table: Option<TableView>,
    pub cell: Option<InspectorView>,
    pub update: Option<UpdateView>,
    pub transcript: Option<TranscriptView>,
}

impl RunView {
    /// Whether this is a moment before the furthest one reached.
    pub fn in_the_past(&self) -> bool {
        self.tick < self.head
    }
}

#[derive(Clone, Debug, Default)]
pub struct CurveView {
    /// Where the x axis ends, in dialogues: a little beyond the last one, so that columns stay where they are.
    pub to: u64,
    pub columns: Vec<Column>,
    /// Edits, oldest first.
    pub marks: Vec<Mark>,
    /// Mean of the last 100 dialogues (fewer at the start).
    pub last_100: Summary,
    /// The same smoothing as the columns', at the last dialogue.
    pub smooth_last: Option<f32>,
    /// And at the dialogue before the present, as finely as the curve remembers.
    pub smooth_now: Option<f32>,
}

/// What happened in the dialogues [from, to).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    pub from: u64,
    pub to: u64,
    /// Undiscounted return per dialogue: smallest, largest, mean.
    pub min: f32,
    pub max: f32,
    pub mean: f32,
    /// The smoothed return at the last dialogue of the column.
    pub smooth: f32,
    /// Share of successful dialogues, 0 to 1.
    pub success: f32,
    /// Turns per dialogue.
    pub turns: f32,
    /// Mean |δ| per turn.
    pub abs_delta: f32,
    /// Exploration rate ε in force.
    pub epsilon: f32,
    /// Turns of all dialogues up to `to`, where curves are laid against turns; else 0.
    pub turns_so_far: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    pub count: u32,
    pub return_: f32,
    pub success: f32,
    pub turns: f32,
}

/// A change that a person made.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub dialogue: u64,
    pub tick: u64,
    /// `α 0.10 → 0.30`
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct TableView {
    pub states: u32,
    /// States that pass the filter.
    pub matching: u32,
    /// States visited at least once.
    pub seen: u32,
    /// Of a table without room for every state; `states` is then the number of states there can be at most.
    pub room: Option<Rows>,
    /// As in `RunView`: every cell has a value.
    pub uncounted: bool,
    /// Position of the first row given.
    pub top: u32,
    pub acts: Vec<ActView>,
    pub rows: Vec<RowView>,
    /// Bounds of the whole table, for colour scales: largest |Q| of tried cells, visits, |δ|.
    pub max_q: f32,
    pub max_visits: u32,
    pub max_delta: f32,
    /// Largest |Q*| and |Q − Q*| of tried cells, where the exact solution is known.
    pub max_exact: f32,
    pub max_gap: f32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowView {
    pub state: u32,
    pub words: StateView,
    pub visits: u64,
    /// Whether the dialogue in progress stands here.
    pub live: bool,
    /// One for each act, in order.
    pub cells: Vec<CellView>,
    /// max over legal acts of Q.
    pub value: f32,
    /// What the critic of an actor-critic expects.
    pub critic: Option<f32>,
    /// max over legal acts of Q*.
    pub exact_value: Option<f32>,
    /// Whether every greedy act is optimal; known with the exact solution, for visited states.
    pub optimal: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellView {
    pub legal: bool,
    pub q: f32,
    /// Among the acts with the largest Q.
    pub greedy: bool,
    /// Probability under the behaviour policy.
    pub probability: f32,
    /// Updates of this cell; 0 shows as `·`.
    pub visits: u32,
    /// The last TD error's size |δ|.
    pub delta: f32,
    pub exact: Option<f32>,
    /// Whether the cell was written by the update shown.
    pub fresh: bool,
}

/// Everything known of one cell Q(s,a).
#[derive(Clone, Debug, Default)]
pub struct InspectorView {
    pub state: u32,
    pub act: u16,
    pub words: StateView,
    pub act_name: String,
    pub act_meaning: String,
    pub cell: CellView,
    /// The cell's value over time, oldest first: (tick, Q after that update). At most 64 points.
    pub history: Vec<(u64, f32)>,
    /// The update that wrote the cell last.
    pub last_update: Option<UpdateView>,
    /// What can happen: probability, reward, where to; most likely first.
    pub outcomes: Vec<OutcomeView>,
    /// The features of the state that are not 0: name, value, and the weight for this act where the agent is linear.
    pub features: Vec<FeatureView>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutcomeView {
    pub probability: f64,
    pub reward: f64,
    /// The next state in words, or how the dialogue ends.
    pub next: String,
    pub next_value: f32,
    pub ends: bool,
}

/// One dialogue, told in words.
#[derive(Clone, Debug, Default)]
pub struct TranscriptView {
    pub dialogue: u64,
    /// The user's first words; empty in a finite MDP.
    pub opening: String,
    /// State before the first turn.
    pub start: StateView,
    pub turns: Vec<TurnView>,
    /// Whether the dialogue has ended.
    pub complete: bool,
    /// `task done`, `wrong task done`, `the user hung up`, `handed over`, `turn limit`.
    pub ending: String,
    pub success: bool,
    pub return_: f32,
    /// Facts about the slots at the end of the turns given.
    pub slots: Vec<FactView>,
}

#[derive(Clone, Debug, Default)]
pub struct TurnView {
    /// Tick before the turn: seeking there shows the learner about to take it.
    pub tick: u64,
    /// Counted from 1.
    pub turn: u32,
    pub act: u16,
    pub act_name: String,
    /// The agent's sentence; the state's name in a finite MDP.
    pub agent: Vec<SpanView>,
    /// The user's answer.
    pub user: Vec<SpanView>,
    /// What the user's answer meant for the agent, in a few words: `answered`, `did not answer: patience 3 → 2`.
    pub note: String,
    pub reward: f32,
    /// Q of the chosen act before the update, and the TD error where something was learned.
    pub q: f32,
    pub delta: Option<f32>,
    pub choice: Choice,
    pub before: StateView,
    pub after: StateView,
    /// All acts at that turn, in act order.
    pub values: Vec<ActValueView>,
    /// Slots and task as they stand after the turn.
    pub facts: Vec<FactView>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ActValueView {
    pub act: u16,
    pub legal: bool,
    pub q: f32,
    pub greedy: bool,
    pub probability: f32,
    pub visits: u32,
    pub exact: Option<f32>,
}
