//! What the threads that write a session share with whoever owns them.

use std::any::Any;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use super::place::Files;
use crate::text::line;
use crate::trainer::snapshot::SessionView;

/// Room for one checkpoint, the newest: a disk that hangs costs no more memory than that.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Numbered>>>);

type Numbered = (u64, Vec<u8>);

impl Slot {
    pub fn put(&self, number: u64, bytes: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, bytes));
    }

    /// The checkpoint of a number; an older one is gone.
    pub fn take(&self, number: u64) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(newest, _)| *newest == number).map(|(_, bytes)| bytes)
    }
}

/// Called when something about the session is to be said at once.
pub(super) type Wake = Box<dyn Fn() + Send>;

/// What the threads share with whoever owns them.
#[derive(Clone)]
pub(super) struct Shared {
    pub files: Arc<Mutex<Files>>,
    pub view: Arc<Mutex<SessionView>>,
    /// The checkpoint that was given last.
    pub given: Slot,
    /// The one to be written next.
    pub ready: Slot,
    /// The checkpoint on the disk, held open, and its length.
    pub held: Arc<Mutex<Option<(File, u64)>>>,
    pub wake: Arc<Mutex<Option<Wake>>>,
}

impl Shared {
    pub fn new(files: Files, view: SessionView) -> Shared {
        let (given, ready) = (Slot::default(), Slot::default());
        let held = Arc::new(Mutex::new(hold(&files)));
        Shared { files: Arc::new(Mutex::new(files)), view: Arc::new(Mutex::new(view)), given, ready, held, wake: Arc::default() }
    }

    pub fn files(&self) -> Files {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what is said of the session; whoever shows it hears of that at once.
    pub fn say(&self, change: impl FnOnce(&mut SessionView)) {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let before = view.clone();
        change(&mut view);
        let changed = *view != before;
        drop(view);
        if changed {
            self.wake();
        }
    }

    /// Says what a panic of one of the threads ends. Whoever hears of changes may have been what fell over.
    pub fn fell_over(&self, cause: &(dyn Any + Send), change: impl FnOnce(&mut SessionView, &str)) {
        let told = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        let cause = line(told.unwrap_or("no message"));
        change(&mut self.view.lock().unwrap_or_else(PoisonError::into_inner), &cause);
        let _ = catch_unwind(AssertUnwindSafe(|| self.wake()));
    }

    fn wake(&self) {
        if let Some(wake) = self.wake.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            wake();
        }
    }

    pub fn trouble(&self, trouble: Option<String>) {
        self.say(|view| view.trouble = trouble);
    }
}

/// A session's checkpoint, opened so that its bytes can be had even when it is removed.
pub(super) fn hold(files: &Files) -> Option<(File, u64)> {
    let file = File::open(files.checkpoint()).ok()?;
    let length = file.metadata().ok()?.len();
    Some((file, length))
}
