//! Layer 5: the training thread. It takes `Ask`s, trains in slices of about a millisecond and publishes a `Snapshot` when the
//! last one was taken: a screen that hangs costs nothing. It knows runs only as `dyn Run`; up to eight train side by side, each a lane.

mod analyst;
mod ask;
mod busy;
mod cards;
mod chatting;
pub mod command;
mod compare;
mod crew;
mod ending;
mod judge;
mod keep;
pub mod keeper;
pub mod kept;
mod lane;
mod milestones;
mod obey;
mod open;
mod pace;
mod parting;
mod points;
mod publish;
mod reproduce;
mod same_world;
mod seeds;
mod slot;
pub mod snapshot;
mod story;
mod sweep;
mod worker;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::run::{Run, RunSpec};
pub use crate::run::{chat, view};
use command::Ask;
pub use ending::Ended;
use ending::LastWords;
use keeper::{Keeper, Restored};
use slot::Shelf;
use snapshot::{Catalogue, Pace, Snapshot};

/// Builds a run; hears the share of the world that is compiled. The error is one sentence.
pub type Builder = dyn Fn(&RunSpec, &mut dyn FnMut(f32)) -> Result<Box<dyn Run>, String> + Send + Sync;

/// What the training thread begins with.
pub struct Orders {
    pub start: Start,
    pub pace: Pace,
    pub catalogue: Arc<Catalogue>,
    pub build: Arc<Builder>,
    /// Begins conversations; without it nobody can talk with a run.
    pub talk: Option<Arc<chat::Begin>>,
    /// Keeps what a person does; without one nothing is written.
    pub keeper: Option<Box<dyn Keeper>>,
}

/// What is there at the beginning.
pub enum Start {
    /// A run at dialogue 0, learning.
    Fresh(RunSpec),
    /// A run at a turn of its past to be, paused: all the way there is learned first.
    At(RunSpec, u64),
    /// Runs of a session, paused.
    Restored(Restored),
    /// Runs that are brought back behind the opened screen, then as `Restored`. What a screen shows meanwhile is of the spec.
    Later(RunSpec, Box<Restore>),
}

/// Brings a session back on the training thread; hears what is being done and the share done. Returns nothing where it cannot: whoever gave
/// the job knows why, and the screens close.
pub type Restore = dyn FnOnce(&mut dyn FnMut(&str, f32)) -> Option<Opened> + Send;

/// A session that was brought back.
pub struct Opened {
    pub restored: Restored,
    pub keeper: Option<Box<dyn Keeper>>,
    /// The first thing to be said to the person.
    pub note: Option<String>,
}

/// What arrives at the worker: from the person, from the analyst, from the background.
enum Letter {
    Ask(Ask),
    Solved(Box<analyst::Solved>),
    Played(Box<analyst::Played>),
    Judged(Box<analyst::Judged>),
    Fetched(Box<analyst::Fetched>),
    /// The analyst found nothing; which lane it could not solve, if it was to solve one, and what a panic said, if it was one.
    Unfound {
        unsolved: Option<u64>,
        cause: Option<String>,
    },
    /// A replica's policy is judged.
    Valued,
    /// Something in the background has come so far that a look is worth it.
    Aside,
    /// Something in the background fell over: the sentence that says so.
    Broke(String),
}

/// The handle that screens hold.
pub struct Trainer {
    letters: Sender<Letter>,
    shelf: Arc<Shelf>,
    thread: Option<JoinHandle<()>>,
    ended: Mutex<Receiver<()>>,
    last_words: LastWords,
}

impl Trainer {
    /// Starts learning at once, on a thread named `trainer`.
    pub fn start(mut orders: Orders) -> std::io::Result<Trainer> {
        let (letters, inbox) = channel();
        let (end, ended) = channel();
        let shelf = Arc::new(Shelf::default());
        let last_words = LastWords::default();
        orders.keeper = orders.keeper.take().map(|keeper| last_words.keep(keeper));
        let (own, back, words) = (shelf.clone(), letters.clone(), last_words.clone());
        let work = move || worker::work(orders, inbox, back, own, words, &end);
        let thread = std::thread::Builder::new().name("trainer".into()).spawn(work)?;
        Ok(Trainer { letters, shelf, thread: Some(thread), ended: Mutex::new(ended), last_words })
    }

    /// Never blocks.
    pub fn ask(&self, ask: Ask) {
        self.last_words.asked(&ask);
        // A trainer that has ended has nothing left to be asked.
        let _ = self.letters.send(Letter::Ask(ask));
    }

    /// The newest snapshot, if there is one that was not taken yet.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.shelf.take()
    }

    /// Ends learning and the session: at once, even inside a long step, which is then given up.
    pub fn end(mut self) -> Ended {
        self.finish()
    }

    fn finish(&mut self) -> Ended {
        let Some(thread) = self.thread.take() else { return Ended::default() };
        let _ = self.letters.send(Letter::Ask(Ask::Quit));
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (ended, over) = self.last_words.end(ended);
        if over {
            let _ = thread.join();
        }
        ended
    }
}

impl Drop for Trainer {
    fn drop(&mut self) {
        self.finish();
    }
}
