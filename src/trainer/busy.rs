//! A long act: the screen hears how far it is, and the person may stop it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::Letter;
use super::command::Ask;
use super::slot::Shelf;
use super::snapshot::{Phase, Snapshot};

/// How often the screen is told.
const TELL_EVERY: Duration = Duration::from_millis(80);

pub(super) struct Busy<'a> {
    pub shelf: &'a Shelf,
    /// What was seen last: it stays on the screen meanwhile.
    pub last: &'a Snapshot,
    pub inbox: &'a Receiver<Letter>,
    pub waiting: &'a mut VecDeque<Letter>,
    pub told: Instant,
}

impl Busy<'_> {
    /// Tells the phase if it is time; false where the person wants it to stop.
    pub fn goes_on(&mut self, phase: impl FnOnce() -> Phase) -> bool {
        let now = Instant::now();
        if self.shelf.is_free() && now.duration_since(self.told) > TELL_EVERY {
            self.told = now;
            let rest = self.last.clone();
            self.shelf.put(Arc::new(Snapshot { phase: phase(), dialogues_per_s: 0.0, turns_per_s: 0.0, ..rest }));
        }
        self.waiting.extend(self.inbox.try_iter());
        !self.waiting.iter().any(|l| matches!(l, Letter::Ask(Ask::Cancel | Ask::Quit)))
    }
}
