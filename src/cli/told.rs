//! How far a long command is, on lines of standard error, where that is no terminal and bars cannot be drawn. `--quiet` stops them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::output;
use super::show::{grouped, seconds};

/// The first line comes after this time, so that what is done at once says nothing.
const FIRST: Duration = Duration::from_secs(2);
/// Then one line in this time.
const EVERY: Duration = Duration::from_secs(10);

static QUIET: AtomicBool = AtomicBool::new(false);

/// Whether progress is told and drawn at all.
pub fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// The lines of one piece of work.
pub struct Told {
    what: &'static str,
    unit: &'static str,
    begun: Instant,
    next: Duration,
    /// What was done when it began.
    before: Option<u64>,
}

impl Told {
    /// `what` is said before the numbers, `unit` is what they count: `learning`, `dialogues`.
    pub fn new(what: &'static str, unit: &'static str) -> Told {
        Told { what, unit, begun: Instant::now(), next: FIRST, before: None }
    }

    /// Says how far it is, if a line is due and somebody may read it.
    pub fn show(&mut self, done: u64, of: u64) {
        if let Some(line) = self.line(self.begun.elapsed(), done, of)
            && !is_quiet()
            && !output::notes_reach_a_terminal()
        {
            output::note(&line);
        }
    }

    /// The line that is due so long after the beginning.
    pub fn line(&mut self, since: Duration, done: u64, of: u64) -> Option<String> {
        let before = *self.before.get_or_insert(done);
        if since < self.next {
            return None;
        }
        self.next = since + EVERY;
        let (what, unit, gone) = (self.what, self.unit, done.saturating_sub(before));
        let far = format!("{what}: {} of {} {unit}", grouped(done), grouped(of));
        let left = since.as_secs_f64() * of.saturating_sub(done) as f64 / gone as f64;
        let left = if left < 99.5 { format!("{left:.0} s") } else { seconds(left) };
        Some(if gone > 0 { format!("{far}, about {left} left") } else { far })
    }
}
