//! The threads that write a session: one for the journal, one for checkpoints, so that a large checkpoint holds up no line.

use std::fs::{self, File};
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::files::{copy_checkpoint, publish, remove_checkpoint, replace as replace_journal, replace_checkpoint};
use super::place::Files;
use super::reason;
use super::tail::{Flight, Tail};
use crate::run::journal::{Line, tidy};
use crate::trainer::snapshot::SessionView;

/// What is written is made certain after at most this long.
const SETTLE: Duration = Duration::from_millis(250);
/// What later lines supersede is left out when so much has been written since it was last, and at the end.
const TIDY: u64 = 1 << 20;
const TIDY_AT_END: u64 = 1 << 14;
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

/// Room for one checkpoint, the newest: a disk that hangs costs no more memory than that.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Numbered>>>);

type Numbered = (u64, Vec<u8>);

impl Slot {
    pub fn put(&self, number: u64, bytes: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, bytes));
    }

    /// The checkpoint of a number; an older one is gone.
    fn take(&self, number: u64) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(newest, _)| *newest == number).map(|(_, bytes)| bytes)
    }
}

/// What the threads share with whoever owns them.
#[derive(Clone)]
pub(super) struct Shared {
    pub files: Arc<Mutex<Files>>,
    pub view: Arc<Mutex<SessionView>>,
    /// The checkpoint that was given last.
    pub given: Slot,
    /// The one to be written next.
    ready: Slot,
}

impl Shared {
    pub fn new(files: Files, view: SessionView) -> Shared {
        let (given, ready) = (Slot::default(), Slot::default());
        Shared { files: Arc::new(Mutex::new(files)), view: Arc::new(Mutex::new(view)), given, ready }
    }

    pub fn files(&self) -> Files {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn trouble(&self, trouble: Option<String>) {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).trouble = trouble;
    }
}

struct Scribe {
    tail: Tail<File>,
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
}

/// The journal's thread. Waiting for the disk and writing checkpoints have threads of their own, so that they hold up no line.
pub(super) fn work(orders: &Receiver<Order>, back: Sender<Order>, file: File, length: u64, shared: Shared) {
    let (checkpoints, queue) = channel();
    let own = shared.clone();
    let second = std::thread::Builder::new().name("checkpoints".into()).spawn(move || keep_checkpoints(&queue, &own));
    let (settling, files) = channel::<(u64, File)>();
    let settle = move || files.iter().all(|(number, file)| back.send(Order::Settled(number, file.sync_data())).is_ok());
    // Without this thread lines are made certain at the end.
    let _ = std::thread::Builder::new().name("settling".into()).spawn(settle);
    let tail = Tail::new(file, length);
    let mut scribe = Scribe {
        tail,
        shared,
        due: None,
        failed: None,
        flight: None,
        flights: 0,
        checkpoint: None,
        settling,
        checkpoints,
        written: 0,
        tidied: length,
    };
    while scribe.turn(orders) {}
    if scribe.settle() && scribe.tail.length() > TIDY_AT_END {
        scribe.tidy();
    }
    // The settling thread may hold the file a moment longer.
    let _ = scribe.tail.disk().unlock();
    drop(scribe);
    if let Ok(thread) = second {
        let _ = thread.join();
    }
}

impl Scribe {
    /// One order and all that came with it; false after the last one.
    fn turn(&mut self, orders: &Receiver<Order>) -> bool {
        let alarm = self.failed.map(|at| at + RETRY).or(self.due).filter(|_| self.flight.is_none());
        let first = match alarm {
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => orders.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
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
        if self.failed.take().is_some() {
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
        let files = self.shared.files();
        let tidied = files.read().ok().and_then(|bytes| tidy(&bytes));
        self.tidied = self.tail.length();
        // Where it cannot be written, the longer file tells the same.
        if let Some((text, file)) = tidied.and_then(|text| replace_journal(&files, &text).ok().map(|file| (text, file))) {
            let _ = self.tail.disk().unlock();
            self.tidied = text.len() as u64;
            self.tail = Tail::new(file, self.tidied);
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
        let why = reason(e);
        self.shared.trouble(Some(format!("the session cannot be written ({why}); learning goes on, and it is tried again")));
    }

    /// Copies the session to other files, whole or not at all, and goes on there.
    fn move_to(&mut self, to: Files, leave: bool) -> Result<(), String> {
        if !self.settle() {
            return Err("the session cannot be written now, so it stays under its name".to_owned());
        }
        // Checkpoints wait meanwhile.
        let mut files = self.shared.files.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = files.read().map_err(|e| format!("{}: it cannot be read ({})", files.shown(), reason(&e)))?;
        let (file, length) = publish(&to, &bytes)?;
        // Without its checkpoint it only takes longer to resume.
        let _ = copy_checkpoint(&files, &to);
        let mut left = None;
        if leave {
            // The checkpoint first: alone, it would be taken for that of a later session of this name.
            let _ = remove_checkpoint(&files);
            left = Some(files.journal.clone());
        }
        // The settling thread may hold the file a moment longer.
        let _ = self.tail.disk().unlock();
        self.tail = Tail::new(file, length);
        *files = to;
        left.map_or(Ok(()), |journal| {
            fs::remove_file(&journal).map_err(|e| format!("{}: it cannot be removed ({})", journal.display(), reason(&e)))
        })
    }
}

/// Writes the newest checkpoint, one at a time.
fn keep_checkpoints(queue: &Receiver<u64>, shared: &Shared) {
    while let Ok(number) = queue.recv() {
        let Some(bytes) = shared.ready.take(number) else { continue };
        let files = shared.files.lock().unwrap_or_else(PoisonError::into_inner);
        let written = replace_checkpoint(&files.checkpoint(), &bytes);
        drop(files);
        let mut view = shared.view.lock().unwrap_or_else(PoisonError::into_inner);
        let own = "the checkpoint cannot be written";
        match written {
            Err(e) if view.trouble.is_none() => {
                view.trouble = Some(format!("{own} ({}); nothing is lost, but resuming will take longer", reason(&e)));
            }
            Ok(()) if view.trouble.as_ref().is_some_and(|t| t.starts_with(own)) => view.trouble = None,
            _ => {}
        }
    }
}
