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

/// The time that is left is told once so many seconds have gone by.
const SURE_S: f32 = 1.0;

pub(super) struct Busy<'a> {
    pub shelf: &'a Shelf,
    /// What was seen last: it stays on the screen meanwhile.
    pub last: &'a Snapshot,
    pub inbox: &'a Receiver<Letter>,
    pub waiting: &'a mut VecDeque<Letter>,
    pub told: Instant,
    /// The part of the act under way, when it was first heard of, and the share done by then.
    pub begun: Option<(String, Instant, f32)>,
}

impl Busy<'_> {
    /// Tells the phase if it is time; false where the person wants it to stop.
    pub fn goes_on(&mut self, phase: impl FnOnce() -> Phase) -> bool {
        let now = Instant::now();
        if self.shelf.is_free() && now.duration_since(self.told) > TELL_EVERY {
            self.told = now;
            let (phase, rest) = (phase(), self.last.clone());
            let left_s = self.left_s(&phase, now);
            self.shelf.put(Arc::new(Snapshot { phase, left_s, dialogues_per_s: 0.0, turns_per_s: 0.0, ..rest }));
        }
        self.waiting.extend(self.inbox.try_iter());
        !self.waiting.iter().any(|l| matches!(l, Letter::Ask(Ask::Cancel | Ask::Quit)))
    }

    /// Seconds until the part under way is done, as far as it can be told from the time that it has taken so far.
    fn left_s(&mut self, phase: &Phase, now: Instant) -> Option<f32> {
        let (what, share) = match phase {
            Phase::Busy(what, share) | Phase::Opening(what, share) => (what.as_str(), *share),
            Phase::Compiling(share) => ("", *share),
            _ => return None,
        };
        let begun = self.begun.take().filter(|(of, _, from)| of == what && *from <= share);
        let (of, since, from) = begun.unwrap_or_else(|| (what.to_owned(), now, share));
        let (took_s, done) = (now.duration_since(since).as_secs_f32(), share - from);
        self.begun = Some((of, since, from));
        (took_s >= SURE_S && done > 0.0).then(|| took_s * (1.0 - share).max(0.0) / done)
    }
}
