//! The pace: how many turns or dialogues the clock allows by now, and what the real rate was.

use std::time::{Duration, Instant};

use super::snapshot::Pace;
use crate::run::timeline::Limit;

/// Below this pace a person can follow every turn, so all are watched.
pub const READABLE_TURNS_PER_S: f64 = 30.0;
/// A run that is far behind the furthest one goes so many times as fast; one that is close, a little faster.
const HURRY: f64 = 8.0;
/// Seconds of the pace by which a run must be behind for one more time its speed. Runs that are level pass each other by a turn
/// or two all the time: were each of them hurried for it, all would be too fast.
const LAG_S: f64 = 0.25;
/// A pause or a stall is not caught up beyond this.
const CATCH_UP: f64 = 0.1;

#[derive(Debug)]
pub struct Budget {
    since: Instant,
    owed: f64,
}

impl Pace {
    /// The pace of a run that is so many turns (or dialogues) behind.
    pub(super) fn hurried(self, behind: u64) -> Pace {
        let faster = |rate: f64| rate * (1.0 + behind as f64 / (rate * LAG_S)).min(HURRY);
        match self {
            Pace::TurnsPerSecond(rate) => Pace::TurnsPerSecond(faster(rate)),
            Pace::DialoguesPerSecond(rate) => Pace::DialoguesPerSecond(faster(rate)),
            Pace::Full => Pace::Full,
        }
    }
}

impl Budget {
    pub fn new(now: Instant) -> Budget {
        Budget { since: now, owed: 0.0 }
    }

    /// What may be done now; none at full speed, where only the slice limits it.
    pub fn allowance(&mut self, pace: Pace, now: Instant) -> Option<Limit> {
        let rate = rate(pace)?;
        self.owed = (self.owed + now.duration_since(self.since).as_secs_f64() * rate).min((rate * CATCH_UP).max(1.0));
        self.since = now;
        let whole = self.owed.floor() as u64;
        Some(match pace {
            Pace::TurnsPerSecond(_) => Limit::ticks(whole),
            _ => Limit::dialogues(whole),
        })
    }

    pub fn spend(&mut self, done: u64) {
        self.owed -= done as f64;
    }

    /// How long until the next turn or dialogue is due.
    pub fn wait(&self, pace: Pace) -> Duration {
        rate(pace).map_or(Duration::ZERO, |rate| Duration::from_secs_f64(((1.0 - self.owed) / rate).clamp(0.0, 0.05)))
    }

    /// Begins to count afresh, one unit being due at once.
    pub fn restart(&mut self, now: Instant) {
        *self = Budget { since: now, owed: 0.0 };
    }
}

fn rate(pace: Pace) -> Option<f64> {
    match pace {
        Pace::TurnsPerSecond(rate) | Pace::DialoguesPerSecond(rate) => Some(rate.max(0.01)),
        Pace::Full => None,
    }
}

/// Turns and dialogues per second over about the last second.
#[derive(Debug)]
pub struct Meter {
    marks: Vec<(Instant, u64, u64)>,
}

impl Meter {
    pub fn new(now: Instant, ticks: u64, dialogues: u64) -> Meter {
        Meter { marks: vec![(now, ticks, dialogues)] }
    }

    /// Adds a reading; (dialogues, turns) per second come back.
    pub fn read(&mut self, now: Instant, ticks: u64, dialogues: u64) -> (f64, f64) {
        self.marks.push((now, ticks, dialogues));
        while self.marks.len() > 2 && now.duration_since(self.marks[1].0) > Duration::from_secs(1) {
            self.marks.remove(0);
        }
        let (then, old_ticks, old_dialogues) = self.marks[0];
        let seconds = now.duration_since(then).as_secs_f64();
        if seconds < 0.05 {
            return (0.0, 0.0);
        }
        (dialogues.saturating_sub(old_dialogues) as f64 / seconds, ticks.saturating_sub(old_ticks) as f64 / seconds)
    }
}
