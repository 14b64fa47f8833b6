//! From the worker's state to a snapshot.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::lane::Lane;
use super::snapshot::{Findings, Notice, Pace, Phase, Snapshot};
use super::worker::{Mode, Worker};
use crate::run::look::Exact;
use crate::run::timeline::Fault;

/// While training runs, a snapshot at most this often: the eye does not need more, and training keeps its time.
pub(super) const EVERY: Duration = Duration::from_millis(30);
/// Rows are put in a new order at most this often while training runs: rows that jump cannot be read.
const REORDER: Duration = Duration::from_millis(1500);
/// Notices that a snapshot holds besides the last one: far more than can come between two snapshots.
const EARLIER: usize = 256;

impl Worker {
    /// Whether there is something new to see; a look for where two runs part goes on from picture to picture.
    pub(super) fn is_news(&self) -> bool {
        self.changed || self.watch.compare.is_some() && self.comparison.is_looking()
    }

    /// Whether a snapshot is due: there is something new, the last one was taken, and the eye has had time.
    pub(super) fn due(&self, now: Instant) -> bool {
        self.is_news()
            && self.shelf.is_free()
            && (self.mode != Mode::Running || self.published.is_none_or(|last| now.duration_since(last) >= EVERY))
    }

    pub(super) fn publish(&mut self, now: Instant) {
        let running = self.mode == Mode::Running;
        let fast = running && !self.slow();
        let pace = self.pace;
        let watch = self.watch.clone();
        let mut reorder = !running || now.duration_since(self.reordered) >= REORDER;
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.id == self.focus) {
            let run = &mut lane.run;
            if !run.talks() {
                // Nothing is told of it turn by turn.
            } else if fast && lane.crash.is_none() && lane.stopped.is_none() {
                let before = (run.now().0, run.dialogues());
                lane.met = lane.story.glimpse(run.as_mut(), watch.transcript, watch.update, &lane.breakpoints);
                // What was trained to be looked at counts as trained.
                let (turns, dialogues) = (run.now().0 - before.0, run.dialogues() - before.1);
                lane.budget.spend(if matches!(pace, Pace::TurnsPerSecond(_)) { turns } else { dialogues });
            } else {
                lane.story.catch_up(run.as_ref());
            }
            if run.talks() {
                lane.story.look_up(run.as_ref(), watch.transcript);
            }
            reorder |= run.now().0 < 100_000 && now.duration_since(self.reordered) >= REORDER / 3;
            if reorder {
                lane.lens.stale = true;
                self.reordered = now;
            }
            let exact = Exact { optimal: lane.exact.optimal.as_deref(), with_epsilon: lane.exact.with_epsilon.as_deref() };
            let mut view = run.look(&watch, exact, lane.story.shown(watch.transcript), &mut lane.lens);
            if !running {
                view.digest = Some(lane.digest());
            }
            self.view = view;
        }
        self.settle();
        let still = self.mode == Mode::Paused;
        if still && self.view.digest.is_none() {
            // What was trained to be looked at met a breakpoint.
            self.view.digest = self.lane_mut().map(Lane::digest);
        }
        self.cards = self.lanes.iter_mut().map(|lane| lane.card(still)).collect();
        let mut snapshot = self.snapshot(now);
        snapshot.findings = self.findings();
        snapshot.compare = watch.compare.map(|watch| self.compare(watch, now));
        self.last = Arc::new(snapshot);
        self.shelf.put(self.last.clone());
        self.published = Some(now);
        self.changed = false;
    }

    fn findings(&self) -> Findings {
        let Some(lane) = self.lane() else { return Findings::default() };
        let still = self.mode == Mode::Paused && lane.crash.is_none();
        let answers = if still && self.watch.answers { lane.run.answers(self.watch.lang) } else { Vec::new() };
        let more_answers = if answers.is_empty() { 0 } else { lane.run.answers_in_all() - answers.len() as u32 };
        Findings {
            learned: lane.found.learned,
            trail: lane.found.trail.clone(),
            what_if: lane.found.what_if.clone(),
            beside: lane.found.beside,
            answers,
            more_answers,
            pending: still.then(|| u16::from(lane.run.pending().0)),
        }
    }

    /// The present state as plain records.
    pub(super) fn snapshot(&mut self, now: Instant) -> Snapshot {
        let (dialogues_per_s, turns_per_s) =
            if self.mode == Mode::Running { self.meter.read(now, self.view.tick, self.view.dialogues) } else { (0.0, 0.0) };
        let lane = self.lane();
        let crash = lane.and_then(|lane| lane.crash.as_ref()).or(self.crash.as_ref());
        let phase = match (crash, self.mode) {
            _ if self.refused => Phase::Refused,
            (Some((message, tick)), _) => Phase::Crashed { message: message.clone(), tick: *tick },
            (None, Mode::Running) => Phase::Running,
            (None, Mode::Paused) => Phase::Paused,
        };
        let spec = lane.map_or(&self.spec, |lane| &lane.spec);
        Snapshot {
            scenario: spec.source.argument().to_owned(),
            scenario_title: lane.map_or_else(String::new, |lane| lane.run.world().title(self.watch.lang)),
            agent: spec.agent.clone(),
            seed: lane.map_or(spec.seed, |lane| lane.run.seed()),
            first_seed: spec.seed,
            phase,
            left_s: None,
            pace: self.pace,
            dialogues_per_s,
            turns_per_s,
            view: self.view.clone(),
            solution: lane.and_then(|lane| lane.exact.view),
            played: lane.and_then(|lane| lane.exact.played),
            unevaluated: lane.and_then(Lane::first_unknown),
            evaluations: lane.map_or_else(Arc::default, |lane| lane.points.judged.clone()),
            catalogue: self.catalogue.clone(),
            notice: self.notice.clone(),
            earlier_notices: self.earlier_notices.clone(),
            command: self.command(),
            runs: self.cards.clone(),
            focus: self.focus,
            bookmarks: lane.map_or_else(Vec::new, |lane| lane.bookmarks.clone()),
            breakpoints: lane.map_or_else(Vec::new, |lane| lane.breakpoints.clone()),
            findings: Findings::default(),
            compare: None,
            chat: self.chat.as_ref().map(|chat| chat.view.clone()),
            sweep: self.map.as_ref().map(super::sweep::Map::view),
            session: self.keep.view(),
        }
    }

    pub(super) fn say(&mut self, text: impl Into<String>, is_error: bool) {
        let serial = self.notice.as_ref().map_or(1, |n| n.serial + 1);
        if let Some(before) = self.notice.replace(Notice { serial, text: text.into(), is_error }) {
            let earlier = Arc::make_mut(&mut self.earlier_notices);
            earlier.drain(..earlier.len().saturating_sub(EARLIER - 1));
            earlier.push(before);
        }
        self.changed = true;
    }
}

pub(super) fn fault_text(fault: &Fault) -> String {
    let written = fault.record.writes.iter().map(|(_, before, after)| format!("{before:.3e} → {after:.3e}")).next().unwrap_or_default();
    format!(
        "stopped before turn {}: the values have diverged, its update ({written}) is not finite; take it back and lower α or the rewards, or choose another agent",
        grouped(fault.tick + 1)
    )
}

/// 12345 as 12,345.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
