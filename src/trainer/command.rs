//! What a person may ask of the trainer.

pub use crate::learn::machine::Edit;
pub use crate::run::findings::{Breakpoint, Change};
use crate::run::view::Watch;
use crate::trainer::snapshot::{Pace, RunId};
use crate::world::names::Lang;
/// Kinds of users and names of rewards, as a person types them.
pub use crate::world::setup::{PROFILES as USERS, REWARDS, Setting};

#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    Run,
    Pause,
    Pace(Pace),
    /// So many turns on, then pause; in the past this replays.
    StepTurns(u64),
    StepDialogues(u64),
    /// So many turns back in learner time, then pause.
    BackTurns(u64),
    BackDialogues(u64),
    /// So many turns towards the head, never past it.
    ForwardTurns(u64),
    ForwardDialogues(u64),
    SeekTick(u64),
    SeekDialogue(u64),
    /// Back to the furthest point reached.
    Head,
    /// Change the run in focus; in the past this branches first, and the branch comes into focus.
    Edit(Edit),
    /// Take an act in the agent's place, or answer in the user's, and let that one turn happen. In the past this branches first.
    Sit(Edit),
    /// A run of its own from the present moment of the one in focus on; it comes into focus.
    Branch(Option<BranchChange>),
    /// Show this run; the others go on.
    Focus(RunId),
    /// Close a run that is not the last open one.
    Close(RunId),
    /// Compare the run in focus with this one; none lets the trainer choose (its parent, else the one before it).
    CompareWith(Option<RunId>),
    /// Remember the present moment under a name; an empty one gets the next free number.
    Bookmark(String),
    Unmark(u64),
    /// Stop the run in focus as soon as one of these is met.
    Breakpoints(Vec<Breakpoint>),
    /// Go to just after the update that changed a cell last, most, or turned its state's greedy act.
    Learned {
        state: u32,
        act: u16,
        change: Change,
    },
    /// Follow a reward's worth back through the table, from the turn that begins at this tick.
    Credit(u64),
    /// Try another act in the present moment.
    WhatIf {
        act: u16,
    },
    /// Put what was found (a trail, a what-if) away.
    Dismiss,
    /// So many silent replicas beside every open run; 0 ends them.
    Seeds(u32),
    /// Fill a map of settings beside training.
    Sweep(SweepPlan),
    StopSweep,
    /// Open a cell of the map as a run.
    OpenCell {
        row: usize,
        column: usize,
    },
    /// Start over with another scenario, agent or seed; what is none stays. Another scenario closes all runs; else a run is added.
    New {
        scenario: Option<String>,
        agent: Option<String>,
        seed: Option<u64>,
    },
    /// A language model at the beginning of its path, with these settings, in the world of the run in focus; it comes into focus.
    Path(Vec<(String, String)>),
    /// Keep the session under a name of its own.
    SaveAs(String),
    /// Talk with the run in focus.
    Chat(ChatAsk),
    Watch(Watch),
    /// Stop a long act.
    Cancel,
    Quit,
}

/// What a person does in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatAsk {
    /// In this language, unless the agent has one of its own.
    Open(Lang),
    /// A sentence, or a command such as `/why`.
    Say(String),
}

/// How a branch is to differ from its beginning.
#[derive(Clone, Debug, PartialEq)]
pub enum BranchChange {
    Edit(Edit),
    /// Another learner cannot go on with this one's memory: it begins at dialogue 0, in the same world, and meets the same users.
    Agent(String),
}

/// Two knobs, each with its values, some seeds, some dialogues.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    pub rows: (String, Vec<f64>),
    pub columns: (String, Vec<f64>),
    pub seeds: u32,
    pub dialogues: u64,
}
