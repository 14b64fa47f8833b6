//! From the worker's state to a snapshot.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::snapshot::{Findings, Notice, Pace, Phase, SessionView, Snapshot};
use super::worker::{Mode, Worker};
use crate::run::look::Exact;
use crate::run::timeline::Fault;

/// While training runs, a snapshot at most this often: the eye does not need more, and training keeps its time.
const EVERY: Duration = Duration::from_millis(30);
/// Rows are put in a new order at most this often while training runs: rows that jump cannot be read.
const REORDER: Duration = Duration::from_millis(1500);

impl Worker {
    /// Whether a snapshot is due: something changed, the last one was taken, and the eye has had time.
    pub(super) fn due(&self, now: Instant) -> bool {
        self.changed
            && self.shelf.is_free()
            && (self.mode != Mode::Running || self.published.is_none_or(|last| now.duration_since(last) >= EVERY))
    }

    pub(super) fn publish(&mut self, now: Instant) {
        let fast = self.mode == Mode::Running && !self.slow();
        if let Some(run) = &mut self.run {
            let watch = &self.watch;
            if fast {
                let before = (run.now().0, run.dialogues());
                self.story.glimpse(run.as_mut(), watch.transcript, watch.update);
                // What was trained to be looked at counts as trained.
                let (turns, dialogues) = (run.now().0 - before.0, run.dialogues() - before.1);
                self.budget.spend(if matches!(self.pace, Pace::TurnsPerSecond(_)) { turns } else { dialogues });
            } else {
                self.story.catch_up(run.as_ref());
            }
            self.story.look_up(run.as_ref(), watch.transcript);
            let reorder = self.mode != Mode::Running || run.now().0 < 100_000 && now.duration_since(self.reordered) >= REORDER / 3;
            if reorder || now.duration_since(self.reordered) >= REORDER {
                self.lens.stale = true;
                self.reordered = now;
            }
            let exact = Exact { optimal: self.exact.as_deref(), with_epsilon: self.soft.as_deref() };
            let mut view = run.look(watch, exact, self.story.shown(watch.transcript), &mut self.lens);
            if self.mode == Mode::Paused {
                view.digest = Some(run.digest().0);
            }
            self.view = view;
        }
        let snapshot = self.snapshot(now, None);
        self.shelf.put(snapshot);
        self.published = Some(now);
        self.changed = false;
    }

    /// The present state as plain records; `busy` stands in for the phase during a long act.
    pub(super) fn snapshot(&mut self, now: Instant, busy: Option<Phase>) -> Snapshot {
        let (dialogues_per_s, turns_per_s) =
            if self.mode == Mode::Running { self.meter.read(now, self.view.tick, self.view.dialogues) } else { (0.0, 0.0) };
        let phase = busy.unwrap_or_else(|| match (&self.crash, self.mode) {
            (Some((message, tick)), _) => Phase::Crashed { message: message.clone(), tick: *tick },
            (None, Mode::Running) => Phase::Running,
            (None, Mode::Paused) => Phase::Paused,
        });
        Snapshot {
            scenario: self.spec.source.argument().to_owned(),
            scenario_title: self.run.as_ref().map_or_else(String::new, |r| r.world().title(self.watch.lang)),
            agent: self.spec.agent.clone(),
            seed: self.spec.seed,
            phase,
            pace: self.pace,
            dialogues_per_s,
            turns_per_s,
            view: self.view.clone(),
            solution: self.solution,
            evaluations: self.evaluations.clone(),
            catalogue: self.catalogue.clone(),
            notice: self.notice.clone(),
            command: self.command(),
            runs: Vec::new(),
            focus: 0,
            bookmarks: Vec::new(),
            breakpoints: Vec::new(),
            findings: Findings::default(),
            compare: None,
            sweep: None,
            session: SessionView::default(),
        }
    }

    pub(super) fn say(&mut self, text: impl Into<String>, is_error: bool) {
        let serial = self.notice.as_ref().map_or(1, |n| n.serial + 1);
        self.notice = Some(Notice { serial, text: text.into(), is_error });
        self.changed = true;
    }

    pub(super) fn say_fault(&mut self, fault: &Fault) {
        let written = fault.record.writes.iter().map(|(_, before, after)| format!("{before} → {after}")).next().unwrap_or_default();
        let text = format!("stopped before turn {}: its update is not finite ({written}); lower α or the rewards", fault.tick + 1);
        self.say(text, true);
    }

    /// The command line that starts this run again; what a person changed since stands behind it as a comment.
    fn command(&self) -> String {
        let mut line = format!("dialoq {} --seed {}", source_flag(&self.spec), self.spec.seed);
        let _ = write!(line, " --agent {}", self.spec.agent);
        if self.spec.profile != "standard" {
            let _ = write!(line, " --profile {}", self.spec.profile);
        }
        if let Some(masks) = self.spec.masks {
            line.push_str(if masks { " --masks on" } else { " --masks off" });
        }
        for (name, value) in &self.spec.settings {
            let _ = write!(line, " --set {name}={value}");
        }
        let _ = write!(line, "   # here at dialogue {}, turn {}", self.view.dialogues, self.view.tick);
        if !self.edits.is_empty() {
            let _ = write!(line, ", after by hand: {}", self.edits.join("; "));
        }
        line
    }
}

fn source_flag(spec: &crate::run::RunSpec) -> String {
    let name = quoted(spec.source.argument());
    match spec.source {
        crate::world::WorldSource::Mdp { .. } => format!("--mdp {name}"),
        _ => format!("--scenario {name}"),
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./=+:,@".contains(&b)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
