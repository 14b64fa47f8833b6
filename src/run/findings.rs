//! What can be asked of a run's past and future, as plain records. Nothing here moves the run.

use crate::learn::machine::Tick;

/// Which of a cell's changes is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The update that changed the cell last.
    Last,
    /// The one that changed it most.
    Largest,
    /// The last one after which the state's greedy acts were others.
    Flip,
}

/// When a cell was changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Of the turn whose update it was: the learner stood there just before it.
    pub tick: u64,
    pub dialogue: u64,
    pub before: f32,
    pub after: f32,
}

/// One update along which a reward's worth travelled.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    pub tick: u64,
    pub dialogue: u64,
    /// Counted from 1.
    pub turn: u32,
    pub state: u32,
    pub act: u16,
    /// `refund~ order~ item? ☺3`
    pub state_text: String,
    pub act_name: String,
    pub before: f32,
    pub after: f32,
    /// How much of the reward had arrived in this cell by this update: r α, then times α γ at each hop.
    pub credit: f32,
}

/// The way of a reward's worth back through the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trail {
    /// The turn that earned it.
    pub tick: u64,
    pub reward: f32,
    /// The update of the turn that earned it first.
    pub hops: Vec<Hop>,
    /// Whether the last hop is a cell of the state in which dialogues begin.
    pub arrived: bool,
}

/// Returns of the same moment gone on from many times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    pub act: u16,
    pub act_name: String,
    /// Undiscounted, from this turn on; sorted.
    pub returns: Vec<f32>,
    pub success: f32,
    pub turns: f32,
    pub mean: f32,
    /// Half of the 95 % interval of the mean.
    pub margin: f32,
}

/// An act beside another in the same moment, gone on with by the present policy, learning off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    pub tick: u64,
    pub state: u32,
    pub state_text: String,
    /// The act that was about to be taken, then the one tried.
    pub taken: Spread,
    pub tried: Spread,
}

/// How the same user, met with the same luck, fares with others in the agent's chair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beside {
    pub dialogue: u64,
    /// What was got in the dialogue that was held.
    pub person: f32,
    /// What the present greedy policy would have got, and the optimal one where it is known.
    pub policy: f32,
    pub optimum: Option<f32>,
}

/// A turn as a run took it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub tick: u64,
    pub dialogue: u64,
    /// Turns taken before it in its dialogue.
    pub turn: u32,
    pub state: u32,
    pub act: u16,
}

/// What training stops for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Breakpoint {
    /// A TD error larger than this.
    DeltaAbove(f32),
    /// The first dialogue that ends well from here on.
    Success,
    /// The greedy acts of this state change.
    Flip {
        state: u32,
    },
    ReturnBelow(f32),
    ReturnAbove(f32),
    /// So many dialogues are finished.
    Dialogues(u64),
}

/// A breakpoint that was met.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    pub breakpoint: Breakpoint,
    /// The turn that met it: the run stands just after it.
    pub tick: Tick,
    /// `|δ| = 12.3 at turn 9,871`
    pub text: String,
}

/// An outcome of the present state and the pending act.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Its place in the list: what `Edit::Say` takes.
    pub outcome: u16,
    pub probability: f64,
    pub reward: f64,
    /// `answers`, `does not answer: patience 3 → 2`, `hangs up`.
    pub text: String,
    pub next: String,
}
