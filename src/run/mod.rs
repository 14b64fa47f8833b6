//! Layer 3: runs. An interaction is the machine, a timeline puts it in time, `Run` hides their types. Names no agent.

pub mod evaluate;
pub mod interaction;
pub mod keyframes;
pub mod look;
pub mod timeline;
pub mod view;

mod erased;

use std::sync::Arc;

use crate::learn::knob::Knob;
use crate::learn::machine::{EditError, Tick};
use crate::learn::probe::{Recorder, TurnRecord};
use crate::num::digest::Digest;
use crate::num::fields::Sink;
use crate::world::World;
use evaluate::Candidate;
use look::{Exact, Lens, Shown};
use timeline::{Fault, Limit};
use view::{RunView, Watch};

/// What makes a run: with the program's version, it fixes every bit of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
    pub source: crate::world::WorldSource,
    /// Kind of users: easy, standard, unfriendly.
    pub profile: String,
    /// Masks on or off; none leaves it to the scenario.
    pub masks: Option<bool>,
    pub agent: String,
    pub seed: u64,
    /// Knobs that differ from their defaults, as `name`, `value`.
    pub settings: Vec<(String, String)>,
}

/// A timeline whose machine's type is forgotten: one virtual call for a slice of training, not for a turn.
pub trait Run: Send {
    fn now(&self) -> Tick;
    fn head(&self) -> Tick;
    fn dialogues(&self) -> u64;
    fn head_dialogues(&self) -> u64;
    fn turn(&self) -> u32;
    fn fault(&self) -> Option<&Fault>;
    fn advance(&mut self, limit: Limit);
    fn advance_watched(&mut self, limit: Limit, to: &mut Recorder);
    /// False where `keep_going` stopped it on the way.
    fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool;
    /// The tick at which a dialogue begins.
    fn start_of(&self, dialogue: u64) -> Tick;
    fn keep(&mut self);
    /// Sets a live knob; what the mark on the curve says comes back.
    fn tune(&mut self, knob: &str, value: f64, drop_future: bool) -> Result<String, EditError>;
    fn explain(&self, at: Tick) -> Option<TurnRecord>;
    /// The turns of a dialogue up to the present.
    fn dialogue(&self, number: u64) -> Vec<TurnRecord>;
    fn candidate(&self) -> Candidate;
    fn digest(&self) -> Digest;
    fn save(&self, to: &mut dyn Sink);
    fn knobs(&self) -> &'static [Knob];
    fn knob_now(&self, name: &str) -> Option<f64>;
    fn world(&self) -> &Arc<World>;
    /// Mean of the last hundred dialogues: how many there are, return, success, turns.
    fn last_100(&self) -> (u32, f32, f32, f32);
    /// Keyframes kept, and the bytes that they take.
    fn frames(&self) -> (usize, usize);
    fn look(&self, watch: &Watch, exact: Exact<'_>, shown: Shown<'_>, lens: &mut Lens) -> RunView;
}
