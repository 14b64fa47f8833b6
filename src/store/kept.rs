//! The keeper of a session: takes what the trainer tells and hands it to the writing threads.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::files::{Opened, create, publish};
use super::losses::{Contents, lost};
use super::names::{self, Moment};
use super::place::{Files, Place};
use super::restore::Outcome;
use super::scribe::{self, Order};
use super::shared::Shared;
use super::write::{There, remove_drafts, settle_directory, there};
use crate::run::journal::Line;
use crate::trainer::keeper::Keeper;
use crate::trainer::kept::PROGRAM;
use crate::trainer::snapshot::SessionView;

/// How long the end waits for a disk that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Sessions that begin in one world within one minute, at most.
const SAME_NAME: u32 = 10_000;

pub struct Kept {
    /// None where nothing can be kept.
    orders: Option<Sender<Order>>,
    ended: Receiver<()>,
    shared: Shared,
    /// Checkpoints given so far.
    checkpoints: u64,
    /// What was told where nothing can be kept.
    unkept: Contents,
}

/// What can be asked of a session that somebody else owns.
#[derive(Clone)]
pub struct Status(Arc<Mutex<SessionView>>);

impl Status {
    pub fn view(&self) -> SessionView {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Kept {
    /// A new session under a free automatic name; untouched ones of long ago make room.
    pub fn begin(place: &Place, world: &str) -> Result<Kept, String> {
        place.make()?;
        let clear = place.clone();
        // It may take a moment, and nobody waits for it.
        let _ = std::thread::Builder::new().name("prune".into()).spawn(move || clear.prune());
        let name = names::automatic(Moment::now(), world);
        for number in 1..SAME_NAME {
            let files = place.files(&if number == 1 { name.clone() } else { format!("{name}-{number}") });
            if there(&files.checkpoint()) == There::Nothing
                && let Some(file) = create(&files)?
            {
                return Kept::new(files, file);
            }
        }
        Err(format!("{}: there are too many sessions {name}", place.dir.display()))
    }

    /// A new session that a person named.
    pub fn begin_named(files: Files) -> Result<Kept, String> {
        match create(&files)? {
            Some(file) => Kept::new(files, file),
            None => Err(taken(&files)),
        }
    }

    fn new(files: Files, file: File) -> Result<Kept, String> {
        let first = Line::session(PROGRAM, &files.name(), &Moment::now().stamp());
        let mut kept = Kept::start(files, file, Vec::new())?;
        kept.line(first);
        Ok(kept)
    }

    /// Goes on with a session as it was restored; sentences on what had to be mended come back with it.
    pub fn resume(mut opened: Opened, outcome: &Outcome) -> Result<(Kept, Vec<String>), String> {
        let mut notes: Vec<String> = opened.mend()?.into_iter().collect();
        if outcome.bad_checkpoint {
            notes.extend(opened.put_checkpoint_aside());
        }
        let text = opened.files.read().map_err(|e| format!("{}: {}", opened.files.shown(), super::reason(&e)))?;
        let mut kept = Kept::start(opened.files.clone(), opened.into_file(), text)?;
        outcome.found.iter().for_each(|line| kept.line(line.clone()));
        Ok((kept, notes))
    }

    /// A new session that begins with the lines of another one, of which nothing changes.
    pub fn copy(place: &Place, world: &str, lines: &[u8], outcome: &Outcome) -> Result<Kept, String> {
        place.make()?;
        let name = names::automatic(Moment::now(), world);
        let mut number = 1;
        let files = loop {
            let files = place.files(&if number == 1 { name.clone() } else { format!("{name}-{number}") });
            if [&files.journal, &files.checkpoint()].iter().all(|path| there(path) == There::Nothing) {
                break files;
            }
            number += 1;
        };
        let mut lines = lines.to_vec();
        if !lines.ends_with(b"\n") {
            lines.push(b'\n');
        }
        let (file, _) = publish(&files, &lines)?;
        let text = files.read().map_err(|e| format!("{}: {}", files.shown(), super::reason(&e)))?;
        let mut kept = Kept::start(files, file, text)?;
        outcome.found.iter().for_each(|line| kept.line(line.clone()));
        Ok(kept)
    }

    /// A keeper that keeps nothing, and says why.
    pub fn nowhere(trouble: String) -> Kept {
        let view = SessionView { trouble: Some(trouble), ..SessionView::default() };
        let files = Files { journal: PathBuf::new() };
        let shared = Shared::new(files, view);
        Kept { orders: None, ended: channel().1, shared, checkpoints: 0, unkept: Contents::default() }
    }

    /// `text` is what the file holds.
    fn start(files: Files, file: File, text: Vec<u8>) -> Result<Kept, String> {
        // Where a directory cannot be settled, its names come with time.
        let _ = settle_directory(&files.journal);
        // It is locked: drafts of it are those of a program that was killed.
        remove_drafts(&files.journal);
        remove_drafts(&files.checkpoint());
        let (orders, inbox) = channel();
        let (end, ended) = channel();
        let view = SessionView { name: files.name(), path: Some(files.shown()), ..SessionView::default() };
        let shared = Shared::new(files, view);
        let (own, back) = (shared.clone(), orders.clone());
        let work = move || {
            let shared = own.clone();
            if let Err(cause) = catch_unwind(AssertUnwindSafe(|| scribe::work(&inbox, back, file, text, own))) {
                shared.fell_over(&*cause, |view, cause| {
                    let why =
                        format!("the session is not written any more: its writer fell over ({cause}); what was done last may be lost");
                    (view.trouble, view.lost) = (Some(why), true);
                });
            }
            let _ = end.send(());
        };
        let spawned = std::thread::Builder::new().name("session".into()).spawn(work);
        spawned.map_err(|e| format!("the thread that writes the session cannot be started: {}", super::reason(&e)))?;
        Ok(Kept { orders: Some(orders), ended, shared, checkpoints: 0, unkept: Contents::default() })
    }

    pub fn status(&self) -> Status {
        Status(self.shared.view.clone())
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A thread that fell over has nothing left to be asked.
            let _ = orders.send(order);
        }
    }
}

fn taken(files: &Files) -> String {
    format!(
        "there is already a session {}; choose another name, or delete it with dialoq sessions delete {}",
        files.name(),
        files.argument()
    )
}

impl Keeper for Kept {
    fn line(&mut self, line: Line) {
        if self.orders.is_none() {
            self.unkept.add(&line);
        }
        self.order(Order::Line(Box::new(line)));
    }

    fn checkpoint(&mut self, bytes: Vec<u8>) {
        if self.orders.is_some() {
            self.checkpoints += 1;
            self.shared.given.put(self.checkpoints, bytes);
            self.order(Order::Checkpoint(self.checkpoints));
        }
    }

    fn save_as(&mut self, name: &str) -> Result<String, String> {
        let before = self.shared.files();
        if self.orders.is_none() {
            return Err("this session is kept nowhere, so it cannot be saved".to_owned());
        }
        let beside = Place { dir: before.journal.parent().unwrap_or(Path::new("")).to_owned() };
        let to = beside.named(name)?;
        let leave = names::is_automatic(&before.name());
        let (answer, answered) = channel();
        self.order(Order::Move { to: to.clone(), leave, answer });
        answered.recv_timeout(PATIENCE).map_err(|_| "the disk does not answer; the session stays under its name".to_owned())??;
        let mut view = self.shared.view.lock().unwrap_or_else(PoisonError::into_inner);
        (view.name, view.path) = (to.name(), Some(to.shown()));
        // A name of its own lies beside the other sessions; of a path a person wants to know where it leads.
        let new = if Place::is_path(name) { to.argument() } else { to.name() };
        Ok(if leave {
            format!("the session is now kept as {new}")
        } else {
            format!("the session goes on as {new}; {} stays as it was", before.name())
        })
    }

    fn view(&self) -> SessionView {
        self.status().view()
    }

    fn on_change(&mut self, wake: Box<dyn Fn() + Send>) {
        *self.shared.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        *self.shared.wake.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if self.orders.is_none() {
            // Where a person did nothing, nothing of theirs is lost.
            if self.unkept.has_acts() {
                let lost = lost(&self.unkept, &Contents::default());
                self.shared.say(|view| {
                    let why = view.trouble.take().unwrap_or_default();
                    (view.trouble, view.lost) = (Some(format!("{why}. Lost: {lost}")), true);
                });
            }
            return;
        }
        self.order(Order::End);
        if let Err(RecvTimeoutError::Timeout) = self.ended.recv_timeout(PATIENCE) {
            let why = "the disk does not answer; what was done last may be lost";
            self.shared.say(|view| (view.trouble, view.lost) = (Some(why.to_owned()), true));
        }
    }
}
