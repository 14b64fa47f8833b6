//! What an agent holds beside its values, as plain records: traces, a model, a replay buffer, a network's health.

use crate::world::env::End;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inside {
    /// How what was lived through becomes an update, where that is not the turn at hand alone; else empty.
    pub note: String,
    pub gauges: Vec<Gauge>,
    /// A network's layers, from the input on.
    pub layers: Vec<Layer>,
    pub weights: Option<Weights>,
    pub replay: Option<Replay>,
    /// The eligibility trace, largest first.
    pub traces: Option<Vec<Trace>>,
    pub plan: Option<Plan>,
}

/// One number worth watching.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauge {
    /// `loss`
    pub name: &'static str,
    /// `L`; empty where it has none.
    pub symbol: &'static str,
    pub unit: &'static str,
    pub meaning: &'static str,
    pub value: f32,
    /// Values after the latest updates, oldest first; empty where none are kept.
    pub recent: Vec<f32>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// `hidden 1`
    pub name: String,
    pub inputs: u32,
    pub outputs: u32,
    /// Euclidean norms of its weights and of the last gradient.
    pub weights: f32,
    pub gradient: f32,
}

/// Shape: features × acts, row by row. For a linear agent, Q(s,a) is the sum of a column's weights over the state's features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    pub features: u32,
    pub acts: u32,
    pub values: Vec<f32>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    pub kept: u64,
    pub room: u64,
    /// Highest priorities first where there are any, else newest first.
    pub rows: Vec<Remembered>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Remembered {
    pub key: u64,
    pub act: u8,
    pub reward: f32,
    pub end: End,
    /// Turns since it was lived through.
    pub age: u64,
    /// None where all are drawn with equal chance.
    pub priority: Option<f32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trace {
    pub key: u64,
    pub act: u8,
    pub value: f32,
}

/// A learned model of the world, and what waits to be planned with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// State-act pairs that the model knows.
    pub pairs: u64,
    /// Outcomes remembered, over all pairs.
    pub outcomes: u64,
    /// Updates made from the model so far.
    pub planned: u64,
    /// Pairs waiting, with their priorities, highest first; `value` is the priority.
    pub queue: Vec<Trace>,
    /// The last planned updates, latest first; `value` is the TD error.
    pub last: Vec<Trace>,
}
