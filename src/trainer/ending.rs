//! The end of the trainer. It waits for the step under way, but not long, and no finished step and no journalled act is lost.
//!
//! The training thread may be inside a step that takes minutes on a slow machine. The session's keeper is therefore shared: after a moment
//! the owner writes down how far every run had come, ends the session and leaves the thread to the end of the process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::command::Ask;
use super::keeper::Keeper;
use super::lane::Lane;
use super::snapshot::{RunId, SessionView};
use crate::run::journal::Line;

/// How long the end waits for the step under way.
const STEP: Duration = Duration::from_millis(500);
/// How long the end waits for the training thread to write the session once learning has stopped.
const WRITING: Duration = Duration::from_secs(5);

/// What came of the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Changes that a person asked for during the step that was given up: they are not in the session.
    pub late: u64,
}

/// How far a run has come, and how far the journal says it has.
#[derive(Clone, Copy, Default)]
struct Far {
    tick: u64,
    dialogues: u64,
    written: u64,
}

#[derive(Default)]
struct Shared {
    keeper: Option<Box<dyn Keeper>>,
    far: BTreeMap<RunId, Far>,
}

/// The session's keeper and the progress of the runs, shared between the training thread and its owner.
#[derive(Clone, Default)]
pub(super) struct LastWords {
    shared: Arc<Mutex<Shared>>,
    /// Changes asked for and not obeyed yet. Asking never waits for a lock.
    waiting: Arc<AtomicU64>,
}

impl LastWords {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a keeper over. The one that comes back passes everything on to it.
    pub fn keep(&self, keeper: Box<dyn Keeper>) -> Box<dyn Keeper> {
        self.shared().keeper = Some(keeper);
        Box::new(self.clone())
    }

    /// Notes how far a run has come.
    pub fn note(&self, lane: &Lane) {
        let (tick, dialogues) = (lane.run.head().0, lane.run.head_dialogues());
        let mut shared = self.shared();
        let far = shared.far.entry(lane.id).or_default();
        (far.tick, far.dialogues) = (tick, dialogues);
    }

    /// A run that the journal knows as far as it has come.
    pub fn knows(&self, lane: &Lane) {
        self.note(lane);
        self.shared().far.entry(lane.id).and_modify(|far| far.written = far.tick);
    }

    pub fn asked(&self, ask: &Ask) {
        self.waiting.fetch_add(u64::from(is_change(ask)), Ordering::Relaxed);
    }

    pub fn obeyed(&self, is_change: bool) {
        self.waiting.fetch_sub(u64::from(is_change), Ordering::Relaxed);
    }

    /// Ends the training thread, which was asked to quit; `ended` hears when it begins to write the session and when it has done so.
    /// True where the thread has ended, too.
    pub fn end(&self, ended: &Receiver<()>) -> (Ended, bool) {
        let by = Instant::now() + STEP;
        let mut result = Ended::default();
        if ended.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
            result.late = self.waiting.load(Ordering::Relaxed);
        } else {
            let _ = ended.recv_timeout(WRITING);
        }
        self.close();
        // What works in the background is waited for only as long as anything else.
        let rest = ended.recv_timeout(by.saturating_duration_since(Instant::now()));
        (result, rest == Err(RecvTimeoutError::Disconnected))
    }

    /// Writes down what the journal does not say yet, and ends the session.
    fn close(&self) {
        let mut shared = self.shared();
        let Some(mut keeper) = shared.keeper.take() else { return };
        for (run, far) in shared.far.iter().filter(|(_, far)| far.tick != far.written) {
            keeper.line(Line::Head { run: *run, tick: far.tick, dialogue: far.dialogues, digest: None });
        }
        // The keeper's end waits for the disk, and the training thread may want to note something meanwhile.
        drop(shared);
    }
}

/// Whether an ask changes what the session holds.
pub(super) fn is_change(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::Edit(_) | Ask::Sit(_) | Ask::Branch(_) | Ask::Bookmark(_) | Ask::Unmark(_) | Ask::Close(_) | Ask::New { .. } | Ask::Path(_)
    )
}

impl Keeper for LastWords {
    fn line(&mut self, line: Line) {
        let mut shared = self.shared();
        match &line {
            Line::Head { run, tick, .. } => shared.far.entry(*run).or_default().written = *tick,
            Line::Close { run } => drop(shared.far.remove(run)),
            _ => {}
        }
        if let Some(keeper) = &mut shared.keeper {
            keeper.line(line);
        }
    }

    fn checkpoint(&mut self, bytes: Vec<u8>) {
        if let Some(keeper) = &mut self.shared().keeper {
            keeper.checkpoint(bytes);
        }
    }

    fn save_as(&mut self, name: &str) -> Result<String, String> {
        match &mut self.shared().keeper {
            Some(keeper) => keeper.save_as(name),
            None => Err("the session has ended".to_owned()),
        }
    }

    fn on_change(&mut self, hear: Box<dyn Fn() + Send>) {
        if let Some(keeper) = &mut self.shared().keeper {
            keeper.on_change(hear);
        }
    }

    fn view(&self) -> SessionView {
        self.shared().keeper.as_ref().map_or_else(SessionView::default, |keeper| keeper.view())
    }
}
