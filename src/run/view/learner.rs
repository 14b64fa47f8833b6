//! Of the learner itself: its knobs, and what it holds beside its values.

pub use crate::learn::knob::KnobKind;

use crate::learn::inside::Inside;
use crate::world::names::{ActView, StateView};

/// A setting of the agent as a slider shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnobView {
    /// Command-line name: `alpha`.
    pub name: &'static str,
    /// Symbol of the equation: `α`.
    pub symbol: &'static str,
    pub meaning: &'static str,
    pub unit: &'static str,
    pub kind: KnobKind,
    /// A choice is its position among the choices.
    pub value: f64,
    /// The value in force at this dialogue, where a schedule moves it.
    pub now: f64,
    pub default: f64,
    /// Whether it may be changed while learning goes on.
    pub live: bool,
}

/// What the agent holds beside its values, with names for states, acts and features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InsideView {
    pub inside: Inside,
    /// Heads of the acts' columns, by act.
    pub acts: Vec<ActView>,
    /// By place in the feature vector: `order heard`, `patience 2`; empty where no features are used.
    pub features: Vec<String>,
    /// Those of the present state that are not 0: place, value.
    pub active: Vec<(u32, f32)>,
    /// Words for the keys that occur in `inside`: key, state.
    pub states: Vec<(u64, StateView)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureView {
    pub name: String,
    pub value: f32,
    pub weight: Option<f32>,
}
