//! Layer 3: runs. An interaction is the machine, a timeline puts it in time, `Run` hides their types. Names no agent.

pub mod benchmark;
pub mod chat;
pub mod checkpoint;
pub mod evaluate;
pub mod findings;
pub mod interaction;
pub mod journal;
pub mod keyframes;
pub mod look;
pub mod passage;
pub mod sampled;
mod seek;
pub mod stored;
pub mod sweep;
pub mod timeline;
pub mod view;

mod edits;
mod erased;
mod inquire;

use std::sync::Arc;

use crate::learn::agent::Rows;
use crate::learn::knob::{Knob, Settings};
use crate::learn::machine::{Edit, EditError, Tick};
use crate::learn::probe::{Recorder, TurnRecord};
use crate::num::digest::Digest;
use crate::num::fields::Sink;
use crate::world::World;
use crate::world::env::ActionId;
use crate::world::names::Lang;
use crate::world::solve::Solution;
use chat::Voice;
use checkpoint::CheckpointError;
use evaluate::{Candidate, Frozen};
use findings::{Answer, Beside, Breakpoint, Change, Found, Stop, Taken, Trail, WhatIf};
pub use inquire::words::thousands;
use look::{Exact, Lens, Shown};
use stored::Stored;
use timeline::{Entry, Fault, Limit};
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
    /// Of the dice, at the present moment.
    fn seed(&self) -> u64;
    fn fault(&self) -> Option<&Fault>;
    /// Whether its ticks are turns of dialogues; those of a language model are minibatches, and it counts no dialogues.
    fn talks(&self) -> bool {
        true
    }
    /// The moment so many larger steps on, or back: of a language model, which has no dialogues to go by.
    fn beat(&self, _steps: i64) -> Tick {
        self.now()
    }
    /// Where all that there is to do has been done.
    fn end(&self) -> Option<Tick> {
        None
    }
    /// How many times as long as a table's turn one of its turns takes, roughly.
    fn cost(&self) -> u64 {
        1
    }
    /// The work of the ticks from one up to another, in turns of a table, roughly. Progress is measured by it.
    fn work(&self, from: u64, to: u64) -> u64 {
        to.saturating_sub(from).saturating_mul(self.cost())
    }
    fn advance(&mut self, limit: Limit);
    fn advance_watched(&mut self, limit: Limit, to: &mut Recorder);
    /// False where `keep_going` stopped it on the way.
    fn seek(&mut self, to: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> bool;
    /// The tick at which a dialogue begins.
    fn start_of(&self, dialogue: u64) -> Tick;
    fn keep(&mut self);
    /// Journals an edit at the present moment and lets it take effect; what the mark on the curve says comes back. Refused in the past.
    fn edit(&mut self, edit: Edit) -> Result<String, EditError>;
    /// Sets a live knob.
    fn tune(&mut self, knob: &str, value: f64) -> Result<String, EditError> {
        self.edit(Edit::Tune { knob: knob.to_owned(), value })
    }
    /// A run of its own from the present moment on: it shares all that was, and has no future yet.
    fn branch(&self) -> Box<dyn Run>;
    fn journal(&self) -> &[Entry];
    /// Lets keyframes take so many bytes; with 0 only the first is kept.
    fn allow(&mut self, bytes: usize);
    fn explain(&self, at: Tick) -> Option<TurnRecord>;
    /// Goes on as `advance` does, but stops right after the turn that meets one of the breakpoints.
    fn advance_until(&mut self, limit: Limit, breakpoints: &[Breakpoint], to: Option<&mut Recorder>) -> Option<Stop>;
    /// Looks through the past of a cell; none where nothing is found, or `keep_going` said no.
    fn learned(&self, state: u32, act: u16, change: Change, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Found>;
    /// Follows the reward of the turn that begins at a tick back through the table, as far as the present.
    fn credit(&self, from: Tick, keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Trail>;
    /// The pending act beside another one, each gone on with so many times by the present policy, learning off.
    fn what_if(&self, act: u16, samples: u32) -> Option<WhatIf>;
    /// How others would have fared with the user of a finished dialogue.
    fn beside(&self, dialogue: u64, optimal: Option<&Solution>) -> Option<Beside>;
    /// The turns from a tick on, as far as the head, at most so many.
    fn taken(&self, from: Tick, count: usize) -> Vec<Taken>;
    /// Q of every state and act, row by row; −∞ where illegal. Empty where states are not enumerated.
    fn values(&self) -> Vec<f32>;
    /// What the user could answer to the pending act: all, or the likeliest of too many.
    fn answers(&self, lang: Lang) -> Vec<Answer>;
    /// How many answers there are.
    fn answers_in_all(&self) -> u32 {
        self.answers(Lang::English).len() as u32
    }
    fn pending(&self) -> ActionId;
    /// The turns of a dialogue up to the present.
    fn dialogue(&self, number: u64) -> Vec<TurnRecord>;
    /// The greedy acts of every state; none where states are not enumerated.
    fn candidate(&self) -> Candidate;
    /// Whether a state's row was ever learned in, by state; empty where the agent keeps no table of every state.
    fn visited(&self) -> Vec<bool> {
        self.candidate().visited
    }
    /// The present policy, to be judged elsewhere: quick whatever the agent.
    fn frozen(&self) -> Frozen {
        Frozen::Listed(self.candidate())
    }
    /// The agent of the present moment, to be talked with; none where the world has no words.
    fn voice(&self) -> Option<Box<dyn Voice>>;
    fn digest(&self) -> Digest;
    fn save(&self, to: &mut dyn Sink);
    /// The run as a checkpoint holds it.
    fn store(&self) -> Stored;
    /// Becomes what was stored, standing at its head. Only a run as it was built can; on an error it still is.
    fn load(&mut self, stored: &Stored) -> Result<(), CheckpointError>;
    fn knobs(&self) -> &'static [Knob];
    fn knob_now(&self, name: &str) -> Option<f64>;
    /// The rows of a table that has no room for every state.
    fn rows(&self) -> Option<Rows>;
    /// ε in force, where acts that are not greedy are taken with a chance ε.
    fn epsilon(&self) -> Option<f64> {
        let way = self.knobs().iter().position(|k| k.name == "exploration");
        let way = way.map(|at| self.knobs()[at].show(self.settings().0[at]));
        self.knob_now("epsilon").filter(|_| way.is_none_or(|way| way.contains("epsilon")))
    }
    /// The knobs as they are set at the present moment, in their order.
    fn settings(&self) -> Settings;
    fn world(&self) -> &Arc<World>;
    /// The kernel of this machine's matrix products, where the run's bits are those of such.
    fn kernel(&self) -> Option<&'static str>;
    /// Mean of the last hundred dialogues before the present moment: how many there are, return, success, turns. In the far past as
    /// finely as the curve remembers.
    fn last_100(&self) -> (u32, f32, f32, f32);
    /// Keyframes kept, and the bytes that they take.
    fn frames(&self) -> (usize, usize);
    fn look(&self, watch: &Watch, exact: Exact<'_>, shown: Shown<'_>, lens: &mut Lens) -> RunView;
}
