//! A lane: one open run with all that belongs to it. Lanes are trained slice by slice, on whichever thread has time.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::analyst::Moment;
use super::ending::LastWords;
use super::pace::Budget;
use super::points::Points;
use super::seeds::Replicas;
use super::snapshot::{BookmarkView, Breakpoint, EvaluationView, Pace, PlayedView, RunId, SolutionView};
use super::story::Story;
use crate::learn::probe::Recorder;
use crate::run::findings::{Beside, Stop, Trail, WhatIf};
use crate::run::look::Lens;
use crate::run::timeline::Limit;
use crate::run::{Run, RunSpec};
use crate::text::line;
use crate::world::World;
use crate::world::solve::Solution;

const SLICE: Duration = Duration::from_millis(1);
/// While training is paced, a frame of the present is kept this often, so that a step back is short in any world.
const KEEP_EVERY: Duration = Duration::from_secs(1);

pub(super) struct Lane {
    pub id: RunId,
    pub name: String,
    pub parent: Option<RunId>,
    pub branched_at: Option<(u64, u64)>,
    /// It and those that it comes from, the oldest first: run, and the tick at which it left the one before.
    pub lineage: Vec<(RunId, u64)>,
    /// What it began with that its parent had not: `agent sarsa`. Its own edits stand in its journal.
    pub change: String,
    /// Entries of the journal that it shares with its parent.
    pub inherited: usize,
    pub spec: RunSpec,
    pub run: Box<dyn Run>,
    pub story: Story,
    pub lens: Lens,
    pub exact: Exactly,
    pub points: Points,
    /// The policy of a moment at rest, judged beside the points; and the moment for which that was last asked.
    pub present: Option<(Moment, EvaluationView)>,
    pub asked: Option<Moment>,
    /// Of this lane among all there ever were, and anew when its world changes hands: a late result of an earlier one is known by it.
    pub version: u64,
    pub bookmarks: Vec<BookmarkView>,
    pub breakpoints: Vec<Breakpoint>,
    /// Why it stands still while others train.
    pub stopped: Option<String>,
    pub crash: Option<(String, u64)>,
    /// The breakpoint that the last slice met.
    pub met: Option<Stop>,
    /// The dialogue in which a person acts, until it has ended.
    pub sat: Option<u64>,
    pub found: Found,
    pub order: Order,
    pub budget: Budget,
    /// Ticks of a slice at full speed: about a millisecond's worth.
    pub slice: u64,
    pub kept: Instant,
    /// When it was trained last: who waited longest comes first.
    pub served: Instant,
    pub replicas: Option<Replicas>,
    /// Hears how far it has come.
    pub last_words: LastWords,
    /// The digest of a moment: tick, entries of the journal.
    digest: Option<(u64, usize, u64)>,
}

/// The exact solutions for the present γ, ε and world, as far as they are known.
#[derive(Clone, Default)]
pub(super) struct Exactly {
    pub optimal: Option<Arc<Solution>>,
    pub with_epsilon: Option<Arc<Solution>>,
    pub view: Option<SolutionView>,
    /// In place of all these where states are too many.
    pub played: Option<PlayedView>,
    /// What `played` was played with.
    pub played_gamma: f64,
    pub world: Option<Arc<World>>,
    /// The analyst fell over it.
    pub unsolvable: bool,
}

impl Exactly {
    /// Whether policies can be judged.
    pub fn is_known(&self) -> bool {
        self.optimal.is_some() || self.played.is_some()
    }
}

/// What was asked of this run and found; shown while it is in focus.
#[derive(Default)]
pub(super) struct Found {
    pub learned: Option<(u64, u32, u16)>,
    pub trail: Option<Trail>,
    pub what_if: Option<WhatIf>,
    pub beside: Option<Beside>,
}

/// How a slice is to go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub pace: Pace,
    /// Beyond the pace's own limit.
    pub cap: Limit,
    /// Whether every turn is watched.
    pub watched: bool,
}

impl Order {
    pub fn new(pace: Pace, watched: bool) -> Order {
        Order { pace, cap: Limit::ticks(u64::MAX), watched }
    }

    /// For a run that is so many turns and dialogues behind the furthest one.
    pub fn behind(pace: Pace, ticks: u64, dialogues: u64) -> Order {
        let (behind, cap) = match pace {
            Pace::TurnsPerSecond(_) => (ticks, Limit::ticks(ticks)),
            _ => (dialogues, Limit::dialogues(dialogues)),
        };
        if pace == Pace::Full || behind == 0 {
            return Order::new(pace, false);
        }
        Order { pace: pace.hurried(behind), cap, watched: false }
    }
}

impl Lane {
    pub fn new(id: RunId, name: String, spec: RunSpec, run: Box<dyn Run>, version: u64) -> Lane {
        let now = Instant::now();
        let slice = if run.talks() { 4096 } else { 1 };
        Lane {
            id,
            name,
            parent: None,
            branched_at: None,
            lineage: vec![(id, 0)],
            change: String::new(),
            inherited: 0,
            spec,
            run,
            story: Story::default(),
            lens: Lens::default(),
            exact: Exactly::default(),
            points: Points::default(),
            present: None,
            asked: None,
            version,
            bookmarks: Vec::new(),
            breakpoints: Vec::new(),
            stopped: None,
            crash: None,
            met: None,
            sat: None,
            found: Found::default(),
            order: Order::new(Pace::Full, false),
            budget: Budget::new(now),
            slice,
            kept: now,
            served: now,
            replicas: None,
            last_words: LastWords::default(),
            digest: None,
        }
    }

    /// A lane of its own for a branch from the present moment of this one.
    pub fn branch(&self, id: RunId, name: String, run: Box<dyn Run>, version: u64) -> Lane {
        let mut branch = Lane::new(id, name, self.spec.clone(), run, version);
        branch.lineage = [self.lineage.as_slice(), &[(id, 0)]].concat();
        branch.take_root();
        branch.inherited = self.run.journal().partition_point(|e| e.tick <= branch.run.now().0);
        branch.exact = self.exact.clone();
        branch.points = self.points.branch(branch.run.dialogues(), branch.run.turn());
        branch.slice = self.slice;
        branch.last_words = self.last_words.clone();
        branch
    }

    /// A fault may take a run back to before it began.
    pub fn keep_root(&mut self) {
        if self.lineage.last().is_some_and(|(_, begins)| self.run.head().0 < *begins) {
            self.take_root();
        }
    }

    /// Begins here and now: it comes from the last of its ancestors that had begun by then, and all its edits so far are of that one.
    fn take_root(&mut self) {
        let (at, dialogues) = (self.run.now().0, self.run.dialogues());
        self.lineage.retain(|(run, begins)| *run != self.id && *begins <= at);
        self.parent = self.lineage.last().map(|(run, _)| *run);
        self.branched_at = Some((at, dialogues));
        self.lineage.push((self.id, at));
        self.inherited = self.run.journal().len();
    }

    pub fn in_the_past(&self) -> bool {
        self.run.now() < self.run.head()
    }

    /// Whether it may go on by itself.
    pub fn is_sound(&self) -> bool {
        self.crash.is_none() && self.stopped.is_none() && !self.is_over()
    }

    /// Whether all that there is to do has been done.
    pub fn is_over(&self) -> bool {
        self.run.end().is_some_and(|end| self.run.now() >= end)
    }

    /// Back to the furthest point reached.
    pub fn go_to_head(&mut self) {
        let head = self.run.head();
        self.run.seek(head, &mut |_| true);
    }

    /// Trains for about a slice; true where more may follow at once. A panic stops this lane alone.
    pub fn train(&mut self) -> bool {
        let more = catch_unwind(AssertUnwindSafe(|| {
            let more = self.go_on();
            self.last_words.note(self);
            more
        }));
        self.served = Instant::now();
        more.unwrap_or_else(|cause| {
            self.crash = Some((message(&*cause), self.run.now().0));
            false
        })
    }

    fn go_on(&mut self) -> bool {
        let now = Instant::now();
        let Order { pace, cap, watched } = self.order;
        // A minibatch takes as long as many turns.
        let least = if self.run.talks() { 64 } else { 1 };
        let before = (self.run.now().0, self.run.dialogues());
        let mut limit = self.budget.allowance(pace, now).unwrap_or(Limit::ticks(self.slice));
        limit = Limit { ticks: limit.ticks.min(cap.ticks).min(self.slice), dialogues: limit.dialogues.min(cap.dialogues) };
        if limit.ticks == 0 || limit.dialogues == 0 {
            return false;
        }
        if !self.in_the_past() {
            limit.dialogues = limit.dialogues.min(self.points.next.saturating_sub(before.1).max(1));
        }
        let mut recorder = Recorder::default();
        self.met = advance(self.run.as_mut(), limit, &self.breakpoints, watched.then_some(&mut recorder));
        self.story.hear(recorder.turns);
        let (ticks, dialogues) = (self.run.now().0 - before.0, self.run.dialogues() - before.1);
        self.budget.spend(if matches!(pace, Pace::TurnsPerSecond(_)) { ticks } else { dialogues });
        self.order.cap = Limit { ticks: cap.ticks.saturating_sub(ticks), dialogues: cap.dialogues.saturating_sub(dialogues) };
        let took = now.elapsed();
        if took > SLICE && self.slice > least {
            self.slice = (self.slice * 3 / 4).max(least);
        } else if took < SLICE / 2 && ticks == self.slice && self.slice < 1 << 20 {
            self.slice *= 2;
        }
        if pace != Pace::Full && now.duration_since(self.kept) > KEEP_EVERY {
            self.kept = now;
            self.run.keep();
        }
        self.reach();
        ticks > 0 && self.met.is_none() && self.run.fault().is_none()
    }

    /// Tick and entries of the journal: what is known of one moment need not be asked for again.
    pub fn moment(&self) -> Moment {
        (self.run.now().0, self.run.journal().len())
    }

    /// The digest of the learner here and now.
    pub fn digest(&mut self) -> u64 {
        let (tick, entries) = (self.run.now().0, self.run.journal().len());
        if let Some((_, _, digest)) = self.digest.filter(|(t, n, _)| (*t, *n) == (tick, entries)) {
            return digest;
        }
        let digest = self.run.digest().0;
        self.digest = Some((tick, entries, digest));
        digest
    }

    /// How others would have fared in the dialogue in which a person sat, once it is over.
    pub fn look_beside(&mut self) {
        if let Some(dialogue) = self.sat.filter(|dialogue| *dialogue < self.run.dialogues()) {
            self.sat = None;
            self.found.beside = self.run.beside(dialogue, self.exact.optimal.as_deref());
        }
    }
}

/// Goes on, as far as the next breakpoint that is met.
pub(super) fn advance(run: &mut dyn Run, limit: Limit, breakpoints: &[Breakpoint], to: Option<&mut Recorder>) -> Option<Stop> {
    match to {
        _ if !breakpoints.is_empty() => return run.advance_until(limit, breakpoints, to),
        Some(recorder) => run.advance_watched(limit, recorder),
        None => run.advance(limit),
    }
    None
}

/// What a panic says, on one line: it may quote what came from a file.
pub(super) fn message(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<String>().cloned().or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned()));
    text.map_or_else(|| "no message".into(), |text| line(&text).into_owned())
}
