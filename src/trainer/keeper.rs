//! Who keeps a session: told of everything as it happens, it writes beside training and never holds it up.

use super::snapshot::{BookmarkView, EvaluationView, RunId, SessionView};
use crate::run::journal::Line;
use crate::run::{Run, RunSpec};

pub trait Keeper: Send {
    /// A line of the journal; never blocks.
    fn line(&mut self, line: Line);
    /// A checkpoint's bytes, to take the place of the one before; never blocks.
    fn checkpoint(&mut self, bytes: Vec<u8>);
    /// Keeps the session under another name from now on; the sentence to be said comes back.
    fn save_as(&mut self, name: &str) -> Result<String, String>;
    /// Where it is kept, and what is wrong with that.
    fn view(&self) -> SessionView;
}

/// Runs as a session left them.
pub struct Restored {
    /// Parents before their branches.
    pub runs: Vec<RestoredRun>,
    pub focus: RunId,
    /// The number that the next new run gets.
    pub next: RunId,
}

pub struct RestoredRun {
    pub id: RunId,
    pub name: String,
    pub parent: Option<RunId>,
    /// Tick and dialogue at which it left its parent.
    pub branched_at: Option<(u64, u64)>,
    /// It and those that it comes from, open or closed, the oldest first: run, and the tick at which it left the one before.
    pub lineage: Vec<(RunId, u64)>,
    /// Edits that it shares with its parent.
    pub inherited: usize,
    /// Whether the journal has a digest of its head.
    pub digest_known: bool,
    pub change: String,
    pub spec: RunSpec,
    /// At the moment at which the person left it.
    pub run: Box<dyn Run>,
    pub bookmarks: Vec<BookmarkView>,
    pub evaluations: Vec<EvaluationView>,
}
