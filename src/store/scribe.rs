//! The threads that write a session: one for the journal, one for checkpoints, so that a large checkpoint holds up no line.

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::files::{copy_checkpoint, publish, remove_checkpoint, replace as replace_journal, replace_checkpoint};
use super::in_place::{self, LOOK, is_in_place, publish_elsewhere, rewritten};
use super::losses::{Contents, lost};
use super::own::may_hold_checkpoint;
use super::place::Files;
use super::reason;
use super::shared::{Shared, hold};
use super::tail::{Flight, Tail};
use crate::run::journal::{Line, tidy};

/// What is written is made certain after at most this long.
const SETTLE: Duration = Duration::from_millis(250);
/// What later lines supersede is left out when so much has been written since it was last, and at the end.
const TIDY: u64 = 1 << 20;
const TIDY_AT_END: u64 = 1 << 14;
/// How it is said that a checkpoint is missing.
const UNWRITTEN: &str = "the checkpoint cannot be written";
const NOTHING_LOST: &str = "nothing is lost, but resuming will take longer";
/// After an error it is tried again this often.
const RETRY: Duration = Duration::from_secs(2);

pub(super) enum Order {
    Line(Box<Line>),
    /// The one of this number was given, if no newer one was.
    Checkpoint(u64),
    /// Go on under other files; those before go where nobody chose their name.
    Move {
        to: Files,
        leave: bool,
        answer: Sender<Result<(), String>>,
    },
    /// What became of the lines that were to be made certain.
    Settled(u64, io::Result<()>),
    End,
}

struct Scribe {
    tail: Tail<File>,
    /// As in `shared`, which may be locked while a checkpoint is written.
    files: Files,
    shared: Shared,
    /// When what was written has to be made certain.
    due: Option<Instant>,
    /// When an error came last.
    failed: Option<Instant>,
    /// Lines that are being made certain, and the checkpoint that follows them.
    flight: Option<(Flight, Option<Vec<u8>>)>,
    /// Counts flights, so that a late word of an earlier one is known.
    flights: u64,
    /// One that waits for the lines before it.
    checkpoint: Option<Vec<u8>>,
    settling: Sender<(u64, File)>,
    checkpoints: Sender<u64>,
    /// Checkpoints made ready so far.
    written: u64,
    /// How long the file was when it had been tidied last.
    tidied: u64,
    /// When the file is to be looked at next.
    look: Instant,
    /// The file was removed or replaced, and could not be written anew for this reason.
    gone: Option<String>,
}

/// The journal's thread. Waiting for the disk and writing checkpoints have threads of their own, so that they hold up no line.
/// `text` is what the file holds.
pub(super) fn work(orders: &Receiver<Order>, back: Sender<Order>, file: File, text: Vec<u8>, shared: Shared) {
    let (checkpoints, queue) = channel();
    let own = shared.clone();
    let second = std::thread::Builder::new().name("checkpoints".into()).spawn(move || keep_checkpoints(&queue, &own));
    let (settling, files) = channel::<(u64, File)>();
    let settle = move || files.iter().all(|(number, file)| back.send(Order::Settled(number, file.sync_data())).is_ok());
    // Without this thread lines are made certain at the end.
    let _ = std::thread::Builder::new().name("settling".into()).spawn(settle);
    let tidied = text.len() as u64;
    let ended = shared.clone();
    let mut scribe = Scribe {
        tail: Tail::new(file, text),
        files: shared.files(),
        shared,
        due: None,
        failed: None,
        flight: None,
        flights: 0,
        checkpoint: None,
        settling,
        checkpoints,
        written: 0,
        tidied,
        look: Instant::now() + LOOK,
        gone: None,
    };
    while scribe.turn(orders) {}
    scribe.end();
    // The settling thread may hold the file a moment longer.
    let _ = scribe.tail.disk().unlock();
    drop(scribe);
    if let Ok(thread) = second {
        let _ = thread.join();
    }
    ended.say(|view| view.lost = view.trouble.is_some());
}

impl Scribe {
    /// One order and all that came with it; false after the last one.
    fn turn(&mut self, orders: &Receiver<Order>) -> bool {
        let alarm = self.failed.map(|at| at + RETRY).or(self.due).filter(|_| self.flight.is_none());
        let alarm = alarm.map_or(self.look, |at| at.min(self.look));
        let first = orders.recv_timeout(alarm.saturating_duration_since(Instant::now()));
        let mut goes_on = !matches!(first, Err(RecvTimeoutError::Disconnected));
        for order in first.into_iter().chain(orders.try_iter()) {
            match order {
                Order::Line(line) => self.tail.push(*line),
                Order::Checkpoint(number) => self.checkpoint = self.shared.given.take(number).or(self.checkpoint.take()),
                Order::Move { to, leave, answer } => {
                    let _ = answer.send(self.move_to(to, leave));
                }
                Order::Settled(number, result) if number == self.flights => self.land(result),
                Order::Settled(..) => {}
                Order::End => goes_on = false,
            }
        }
        if Instant::now() >= self.look {
            self.look();
        }
        self.write();
        goes_on
    }

    fn write(&mut self) {
        let now = Instant::now();
        let retries = self.failed.is_some_and(|at| now >= at + RETRY);
        if self.failed.is_some() && !retries {
            return;
        }
        if self.flight.is_none() && (retries || self.due.is_some_and(|due| now >= due)) {
            self.depart();
        } else if self.tail.is_waiting() || self.checkpoint.is_some() {
            self.due = self.due.or(Some(now + SETTLE));
            if let Err(e) = self.tail.write() {
                self.fail(&e);
            }
        }
    }

    /// Writes all lines and lets them be made certain while more come.
    fn depart(&mut self) {
        self.due = None;
        let flight = self.tail.depart().and_then(|flight| Ok((flight, self.tail.disk().try_clone()?)));
        match flight {
            Err(e) => self.fail(&e),
            Ok((flight, file)) => {
                self.flights += 1;
                if self.settling.send((self.flights, file)).is_ok() {
                    self.flight = Some((flight, self.checkpoint.take()));
                }
            }
        }
    }

    fn land(&mut self, settled: io::Result<()>) {
        let Some((flight, checkpoint)) = self.flight.take() else { return };
        match self.tail.land(&flight, settled) {
            Ok(true) => return self.landed(checkpoint),
            Ok(false) => {}
            Err(e) => self.fail(&e),
        }
        self.checkpoint = self.checkpoint.take().or(checkpoint);
    }

    /// All lines up to a checkpoint are certain: now it may follow.
    fn landed(&mut self, checkpoint: Option<Vec<u8>>) {
        if self.tail.is_written() && self.failed.take().is_some() && self.gone.is_none() {
            self.shared.trouble(None);
        }
        if let Some(bytes) = checkpoint {
            self.written += 1;
            self.shared.ready.put(self.written, bytes);
            let _ = self.checkpoints.send(self.written);
        }
        if self.tail.length() > self.tidied + TIDY && self.flight.is_none() && self.tail.settle().is_ok() {
            self.tidy();
        }
    }

    /// Leaves out what later lines supersede. All lines are certain.
    fn tidy(&mut self) {
        if self.gone.is_some() || !self.is_in_place() {
            return;
        }
        let tidied = tidy(self.tail.certain());
        self.tidied = self.tail.length();
        // Where it cannot be written, the longer file tells the same.
        if let Some((text, file)) = tidied.and_then(|text| replace_journal(&self.files, &text).ok().map(|file| (text, file))) {
            let _ = self.tail.disk().unlock();
            self.tidied = text.len() as u64;
            self.tail = Tail::new(file, text);
        }
    }

    /// Makes all lines certain here and now.
    fn settle(&mut self) -> bool {
        self.due = None;
        if let Err(e) = self.tail.settle() {
            self.fail(&e);
            return false;
        }
        let flown = self.flight.take().and_then(|(_, checkpoint)| checkpoint);
        let checkpoint = self.checkpoint.take().or(flown);
        self.landed(checkpoint);
        true
    }

    fn fail(&mut self, e: &io::Error) {
        (self.failed, self.due) = (Some(Instant::now()), None);
        self.shared.trouble(Some(format!("the session cannot be written ({}); this is tried again", reason(e))));
    }

    /// Copies the session to other files, whole or not at all, and goes on there.
    fn move_to(&mut self, to: Files, leave: bool) -> Result<(), String> {
        if !self.settle() {
            return Err("the session cannot be written now, so it stays under its name".to_owned());
        }
        let own = self.is_in_place();
        // Checkpoints wait meanwhile.
        let mut files = self.shared.files.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, _) = publish(&to, self.tail.certain())?;
        let text = to.read().map_err(|e| format!("{}: it cannot be read ({})", to.shown(), reason(&e)))?;
        // Without its checkpoint it only takes longer to resume.
        let _ = copy_checkpoint(&files, &to);
        let mut left = None;
        if leave && own {
            // The checkpoint first: alone, it would be taken for that of a later session of this name.
            let _ = remove_checkpoint(&files);
            left = Some(files.journal.clone());
        }
        *self.shared.held.lock().unwrap_or_else(PoisonError::into_inner) = hold(&to);
        // The settling thread may hold the file a moment longer.
        let _ = self.tail.disk().unlock();
        self.tail = Tail::new(file, text);
        self.files = to.clone();
        *files = to;
        if self.gone.take().is_some() {
            self.shared.trouble(None);
        }
        left.map_or(Ok(()), |journal| {
            fs::remove_file(&journal).map_err(|e| format!("{}: it cannot be removed ({})", journal.display(), reason(&e)))
        })
    }

    fn is_in_place(&self) -> bool {
        is_in_place(self.tail.disk(), &self.files.journal, self.tail.file_length())
    }

    /// Finds out whether the journal is still in its place, and writes it anew where it is not.
    fn look(&mut self) {
        self.look = Instant::now() + LOOK;
        if self.is_in_place() {
            if self.gone.take().is_some() {
                self.shared.trouble(None);
            }
            return;
        }
        match self.write_anew() {
            Ok(note) => {
                (self.gone, self.failed, self.due) = (None, None, None);
                self.shared.say(|view| (view.trouble, view.note) = (None, Some(note)));
            }
            Err(why) => {
                self.look = Instant::now() + RETRY;
                self.shared
                    .trouble(Some(format!("the session is gone from the disk and cannot be written anew ({why}); this is tried again")));
                self.gone = Some(why);
            }
        }
    }

    /// Writes every line so far under the session's name, or under another where another program has taken that one. Returns the
    /// sentence to be said.
    fn write_anew(&mut self) -> Result<String, String> {
        let (all, files) = (self.tail.all(), self.files.clone());
        let (file, to, note) = if in_place::is_of_another(self.tail.disk(), &files.journal) {
            let (file, to) = publish_elsewhere(&files, &all)?;
            let note = format!("another dialoq has taken the name {}; this session goes on as {}", files.name(), to.name());
            (file, to, note)
        } else {
            let (file, aside) = in_place::write_anew(&files.journal, &all).map_err(|e| reason(&e))?;
            let note = rewritten(&files, aside);
            (file, files, note)
        };
        let text = to.read().map_err(|e| reason(&e))?;
        let _ = self.tail.disk().unlock();
        self.tail = Tail::new(file, text);
        // All lines are certain now; what is still being made certain was the file before.
        self.flights += 1;
        let flown = self.flight.take().and_then(|(_, checkpoint)| checkpoint);
        self.checkpoint = self.checkpoint.take().or(flown);
        if to != self.files {
            *self.shared.files.lock().unwrap_or_else(PoisonError::into_inner) = to.clone();
            self.shared.say(|view| (view.name, view.path) = (to.name(), Some(to.shown())));
            self.files = to;
        }
        Ok(note)
    }

    /// The last lines. What does not reach the disk now is lost, and said.
    fn end(&mut self) {
        self.look();
        if self.settle() && self.gone.is_none() {
            if self.tail.length() > TIDY_AT_END {
                self.tidy();
            }
            return;
        }
        // The lines that had room stay.
        let _ = self.tail.settle_appended();
        let written = if self.gone.is_some() { Contents::default() } else { Contents::of(self.tail.certain()) };
        let lost = lost(&self.tail.contents(), &written);
        self.shared.say(|view| {
            let why = view.trouble.take().unwrap_or_default();
            let why = why.strip_suffix("; this is tried again").unwrap_or(&why);
            view.trouble = Some(format!("{why}. Lost: {lost}"));
        });
    }
}

/// Writes the newest checkpoint, one at a time, and writes it again if it is removed.
fn keep_checkpoints(queue: &Receiver<u64>, shared: &Shared) {
    loop {
        let holds = shared.held.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        let next = if holds { queue.recv_timeout(LOOK) } else { queue.recv().map_err(|_| RecvTimeoutError::Disconnected) };
        // A panic costs this checkpoint; the next one is written again.
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| keep_checkpoint(next.ok(), shared))) {
            shared.fell_over(&*cause, |view, cause| {
                view.trouble.get_or_insert_with(|| format!("{UNWRITTEN} (its writer fell over: {cause}); {NOTHING_LOST}"));
            });
        }
        if next == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}

/// Writes the checkpoint of this number, or the last one if it is removed.
fn keep_checkpoint(number: Option<u64>, shared: &Shared) {
    // No session moves meanwhile.
    let files = shared.files.lock().unwrap_or_else(PoisonError::into_inner);
    let mut held = shared.held.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = number.map_or_else(|| removed(held.as_ref(), &files), |number| shared.ready.take(number));
    let Some(bytes) = bytes else { return };
    let mut written = write_checkpoint(&files, &bytes, number.is_none());
    if matches!(written, Ok(None)) {
        // It was removed or replaced before it was opened to be held.
        written = write_checkpoint(&files, &bytes, true);
    }
    let written = written.map(|file| *held = file);
    drop((files, held));
    checkpoint_written(shared, written);
}

/// Writes a checkpoint and holds it open; none where it is gone already. `again` says that something else may have taken its place.
fn write_checkpoint(files: &Files, bytes: &[u8], again: bool) -> io::Result<Option<(File, u64)>> {
    if again && !may_hold_checkpoint(&files.checkpoint()) {
        // Where it cannot be renamed, ours cannot be written, and that is said.
        let _ = in_place::move_aside(&files.checkpoint(), &[]);
    }
    in_place::make_directory(&files.journal)?;
    replace_checkpoint(&files.checkpoint(), bytes)?;
    Ok(hold(files).filter(|(_, length)| *length == bytes.len() as u64))
}

/// The bytes of a checkpoint that is not in its place any more, where they can still be had.
fn removed(held: Option<&(File, u64)>, files: &Files) -> Option<Vec<u8>> {
    let (file, length) = held?;
    if is_in_place(file, &files.checkpoint(), Some(*length)) {
        return None;
    }
    in_place::bytes_of(file).ok().filter(|bytes| bytes.len() as u64 == *length)
}

fn checkpoint_written(shared: &Shared, written: io::Result<()>) {
    shared.say(|view| match written {
        Err(e) if view.trouble.is_none() => {
            view.trouble = Some(format!("{UNWRITTEN} ({}); {NOTHING_LOST}", reason(&e)));
        }
        Ok(()) if view.trouble.as_ref().is_some_and(|t| t.starts_with(UNWRITTEN)) => view.trouble = None,
        _ => {}
    });
}
