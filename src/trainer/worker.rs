//! The training thread: obey, train a slice, publish if the last snapshot was taken.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::analyst::{Job, analyse};
use super::command::Ask;
use super::pace::{Budget, Meter};
use super::slot::Shelf;
use super::snapshot::{Catalogue, EvaluationView, Notice, Pace, Phase, SolutionView};
use super::story::Story;
use super::{Builder, Letter, Orders};
use crate::learn::probe::Recorder;
use crate::run::evaluate::next_point;
use crate::run::look::Lens;
use crate::run::timeline::Limit;
use crate::run::view::{RunView, Watch};
use crate::run::{Run, RunSpec};
use crate::world::solve::Solution;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Running,
    Paused,
}

pub(super) struct Worker {
    pub spec: RunSpec,
    pub run: Option<Box<dyn Run>>,
    pub mode: Mode,
    pub pace: Pace,
    pub watch: Watch,
    pub lens: Lens,
    pub story: Story,
    pub view: RunView,
    pub exact: Option<Arc<Solution>>,
    pub soft: Option<Arc<Solution>>,
    pub solution: Option<SolutionView>,
    pub evaluations: Arc<Vec<EvaluationView>>,
    pub catalogue: Arc<Catalogue>,
    pub notice: Option<Notice>,
    pub crash: Option<(String, u64)>,
    pub edits: Vec<String>,
    pub meter: Meter,
    pub shelf: Arc<Shelf>,
    pub changed: bool,
    /// The last snapshot's time; none asks for one at once.
    pub published: Option<Instant>,
    pub reordered: Instant,
    pub build: Arc<Builder>,
    pub inbox: Receiver<Letter>,
    /// Letters that came in while a long act went on.
    pub waiting: VecDeque<Letter>,
    pub jobs: Sender<Job>,
    pub analyst_busy: bool,
    /// Counts runs and dropped futures, so that a late result of an earlier one is known.
    pub run_number: u64,
    pub next_point: u64,
    pub budget: Budget,
    /// Ticks of a slice at full speed: about a millisecond's worth.
    pub slice: u64,
    pub kept: Instant,
}

const SLICE: Duration = Duration::from_millis(1);
/// Below this pace a person can follow every turn, so all are watched.
const READABLE_TURNS_PER_S: f64 = 30.0;
/// While training is paced, a frame of the present is kept this often, so that a step back is short in any world.
const KEEP_EVERY: Duration = Duration::from_secs(1);

pub(super) fn work(orders: Orders, inbox: Receiver<Letter>, letters: Sender<Letter>, shelf: Arc<Shelf>) {
    let (jobs, queue) = channel();
    let analyst = std::thread::Builder::new().name("analyst".into()).spawn(move || analyse(&queue, &letters));
    let now = Instant::now();
    let spec = match orders.start {
        super::Start::Fresh(spec) | super::Start::At(spec, _) => spec,
        super::Start::Restored(mut restored) => restored.runs.remove(0).spec,
    };
    let mut worker = Worker {
        spec,
        run: None,
        mode: Mode::Running,
        pace: orders.pace,
        watch: Watch::default(),
        lens: Lens::default(),
        story: Story::default(),
        view: RunView::default(),
        exact: None,
        soft: None,
        solution: None,
        evaluations: Arc::default(),
        catalogue: orders.catalogue,
        notice: None,
        crash: None,
        edits: Vec::new(),
        meter: Meter::new(now, 0, 0),
        shelf,
        changed: true,
        published: None,
        reordered: now,
        build: orders.build,
        inbox,
        waiting: VecDeque::new(),
        jobs,
        analyst_busy: analyst.is_err(),
        run_number: 0,
        next_point: 0,
        budget: Budget::new(now),
        slice: 4096,
        kept: now,
    };
    worker.guarded(|w| w.begin(w.spec.clone()));
    while worker.turn() {}
}

impl Worker {
    /// One round of the loop; false ends the thread.
    fn turn(&mut self) -> bool {
        let now = Instant::now();
        if self.due(now) {
            self.guarded(|w| w.publish(now));
            if self.changed {
                // No picture could be made: what was seen before, and why there is no more.
                let snapshot = self.snapshot(now, None);
                self.shelf.put(snapshot);
                self.changed = false;
            }
            self.guarded(Worker::employ_analyst);
        }
        let wait = self.wait();
        while let Some(letter) = self.next_letter(wait) {
            match letter {
                Letter::Ask(Ask::Quit) => return false,
                Letter::Ask(ask) => self.guarded(|w| w.obey(ask)),
                Letter::Solved(s) if s.run == self.run_number => {
                    self.analyst_busy = false;
                    (self.exact, self.soft, self.solution) = (Some(s.solution), Some(s.soft), Some(s.view));
                    self.lens.stale = true;
                    self.changed = true;
                }
                Letter::Judged(j) if j.run == self.run_number => {
                    self.analyst_busy = false;
                    Arc::make_mut(&mut self.evaluations).push(j.view);
                    self.changed = true;
                }
                Letter::Solved(_) | Letter::Judged(_) => self.analyst_busy = false,
            }
            // Whatever else has come is obeyed before the next slice, without waiting for more.
            if self.waiting.is_empty() {
                break;
            }
        }
        if self.mode == Mode::Running && self.run.is_some() && self.crash.is_none() {
            self.guarded(Worker::train);
        }
        self.guarded(Worker::employ_analyst);
        true
    }

    /// How long the inbox may be waited for.
    fn wait(&self) -> Option<Duration> {
        let idle = self.mode == Mode::Paused || self.run.is_none() || self.crash.is_some();
        match (idle, self.changed) {
            (true, false) => None,
            (true, true) => Some(Duration::from_millis(4)),
            (false, _) => Some(self.budget.wait(self.pace)),
        }
    }

    fn next_letter(&mut self, wait: Option<Duration>) -> Option<Letter> {
        if let Some(letter) = self.waiting.pop_front() {
            return Some(letter);
        }
        let ended = Letter::Ask(Ask::Quit);
        let first = match wait {
            None => self.inbox.recv().unwrap_or(ended),
            Some(wait) if wait.is_zero() => self.inbox.try_recv().ok()?,
            Some(wait) => match self.inbox.recv_timeout(wait) {
                Ok(letter) => letter,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => ended,
            },
        };
        self.waiting.extend(self.inbox.try_iter());
        Some(first)
    }

    /// Does something; a panic becomes a state that is drawn.
    fn guarded(&mut self, act: impl FnOnce(&mut Worker)) {
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| act(self))) {
            let text = cause.downcast_ref::<String>().cloned().or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            let tick = self.run.as_ref().map_or(0, |r| r.now().0);
            self.crash = Some((text.unwrap_or_else(|| "no message".into()), tick));
            self.mode = Mode::Paused;
            self.changed = true;
        }
    }

    /// Builds a run and begins it; where that fails, the run before goes on.
    pub(super) fn begin(&mut self, spec: RunSpec) {
        let build = self.build.clone();
        let mut told = Instant::now();
        let built = build(&spec, &mut |share| {
            let now = Instant::now();
            if self.shelf.is_free() && now.duration_since(told) > Duration::from_millis(100) {
                told = now;
                let snapshot = self.snapshot(now, Some(Phase::Compiling(share)));
                self.shelf.put(snapshot);
            }
        });
        match built {
            Ok(run) => self.take(spec, run),
            Err(sentence) => self.say(sentence, true),
        }
    }

    fn take(&mut self, spec: RunSpec, run: Box<dyn Run>) {
        let now = Instant::now();
        self.spec = spec;
        self.run = Some(run);
        self.run_number += 1;
        self.mode = Mode::Running;
        (self.exact, self.soft, self.solution, self.crash) = (None, None, None, None);
        self.evaluations = Arc::default();
        (self.story, self.lens) = (Story::default(), Lens::default());
        self.edits.clear();
        self.next_point = 0;
        self.meter = Meter::new(now, 0, 0);
        self.budget.restart(now);
        self.changed = true;
    }

    /// Whether every turn is watched.
    pub(super) fn slow(&self) -> bool {
        matches!(self.pace, Pace::TurnsPerSecond(rate) if rate <= READABLE_TURNS_PER_S)
    }

    /// Trains for about a slice, as far as the pace allows.
    fn train(&mut self) {
        let Some(run) = &mut self.run else { return };
        let now = Instant::now();
        let before = (run.now().0, run.dialogues());
        let mut limit = self.budget.allowance(self.pace, now).unwrap_or(Limit::ticks(self.slice));
        if limit.ticks == 0 || limit.dialogues == 0 {
            return;
        }
        limit.ticks = limit.ticks.min(self.slice);
        let at_head = run.now() == run.head();
        if at_head {
            limit.dialogues = limit.dialogues.min(self.next_point.saturating_sub(run.dialogues()).max(1));
        }
        if matches!(self.pace, Pace::TurnsPerSecond(rate) if rate <= READABLE_TURNS_PER_S) {
            let mut recorder = Recorder::default();
            run.advance_watched(limit, &mut recorder);
            self.story.hear(recorder.turns);
        } else {
            run.advance(limit);
        }
        let (ticks, dialogues) = (run.now().0 - before.0, run.dialogues() - before.1);
        self.budget.spend(if matches!(self.pace, Pace::TurnsPerSecond(_)) { ticks } else { dialogues });
        let took = now.elapsed();
        if took > SLICE && self.slice > 64 {
            self.slice = self.slice * 3 / 4;
        } else if took < SLICE / 2 && ticks == self.slice && self.slice < 1 << 20 {
            self.slice *= 2;
        }
        if self.pace != Pace::Full && now.duration_since(self.kept) > KEEP_EVERY {
            self.kept = now;
            run.keep();
        }
        self.changed |= ticks > 0;
        if let Some(fault) = run.fault().cloned() {
            self.mode = Mode::Paused;
            self.say_fault(&fault);
        }
    }

    /// Gives the analyst its next job: a solution if γ or ε moved, else a policy to judge if a point is reached.
    fn employ_analyst(&mut self) {
        let Some(run) = &self.run else { return };
        if self.crash.is_some() {
            return;
        }
        let at_head = run.now() == run.head();
        // A policy is taken exactly between two dialogues, or not at all.
        let reached = at_head && run.dialogues() == self.next_point && run.turn() == 0;
        if at_head && run.dialogues() >= self.next_point {
            self.next_point = next_point(run.dialogues());
        }
        if self.analyst_busy {
            return;
        }
        let gamma = run.knob_now("gamma").unwrap_or(run.world().mdp.gamma);
        let epsilon = run.knob_now("epsilon").unwrap_or(1.0);
        // A schedule moves ε a little with every dialogue; the line follows in steps of a hundredth.
        let outdated = self.solution.is_none_or(|s| s.gamma != gamma || (s.epsilon - epsilon).abs() >= 0.01);
        let job = match &self.exact {
            _ if outdated => {
                let known = self.exact.clone().filter(|s| s.gamma == gamma);
                Job::Solve { world: run.world().clone(), gamma, epsilon, known, run: self.run_number }
            }
            Some(solution) if reached => {
                Job::Judge { world: run.world().clone(), solution: solution.clone(), candidate: run.candidate(), run: self.run_number }
            }
            _ => return,
        };
        self.analyst_busy = self.jobs.send(job).is_ok();
    }
}
