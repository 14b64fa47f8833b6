//! The training thread: obey, train a slice, publish if the last snapshot was taken.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::analyst::{Job, analyse};
use super::busy::Busy;
use super::chatting::Chat;
use super::command::Ask;
use super::compare::Comparison;
use super::crew::Crew;
use super::ending::{LastWords, is_change};
use super::keep::Keep;
use super::lane::{Lane, message};
use super::pace::Meter;
use super::slot::Shelf;
use super::snapshot::{Catalogue, Notice, Pace, Phase, RunCard, RunId, Snapshot};
use super::sweep::Map;
use super::{Builder, Letter, Orders};
use crate::run::RunSpec;
use crate::run::chat::Begin;
use crate::run::view::{RunView, Watch};

/// The pace of the others beside a language model at full speed.
const BESIDE: Pace = Pace::DialoguesPerSecond(60.0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Running,
    Paused,
}

pub(super) struct Worker {
    /// What was asked for last: where no run could be built, it is all there is.
    pub spec: RunSpec,
    /// Every open run, parents before their branches.
    pub lanes: Vec<Lane>,
    pub focus: RunId,
    /// The numbers of the next run and of the next name.
    pub next: RunId,
    pub named: u32,
    pub mode: Mode,
    pub pace: Pace,
    pub watch: Watch,
    pub view: RunView,
    pub cards: Vec<RunCard>,
    pub compare_with: Option<RunId>,
    pub comparison: Comparison,
    /// Replicas beside every run.
    pub seeds: u32,
    pub map: Option<Map>,
    pub catalogue: Arc<Catalogue>,
    pub notice: Option<Notice>,
    pub earlier_notices: Arc<Vec<Notice>>,
    pub talk: Option<Arc<Begin>>,
    pub chat: Option<Chat>,
    /// Of the worker itself, where no run is to blame.
    pub crash: Option<(String, u64)>,
    pub meter: Meter,
    pub shelf: Arc<Shelf>,
    /// The newest snapshot.
    pub last: Arc<Snapshot>,
    pub changed: bool,
    /// The last snapshot's time; none asks for one at once.
    pub published: Option<Instant>,
    pub reordered: Instant,
    pub build: Arc<Builder>,
    pub inbox: Receiver<Letter>,
    /// For those who write to the inbox.
    pub letters: Sender<Letter>,
    /// Letters that came in while a long act went on.
    pub waiting: VecDeque<Letter>,
    pub crew: Crew,
    pub jobs: Sender<Job>,
    pub analyst_busy: bool,
    /// The point for which the analyst was given a policy, or the way to it; none where its answer is not wanted any more.
    pub given: Option<super::points::Given>,
    /// The run that was solved or judged last.
    pub judged_last: RunId,
    /// Counts lanes, so that a late result of an earlier one is known.
    pub versions: u64,
    pub keep: Keep,
    pub last_words: LastWords,
    /// The session that was to be opened cannot be: nothing else will come.
    pub refused: bool,
}

/// Lanes side by side are trained so long before they are all brought together again, if nothing comes before.
const ROUND: Duration = Duration::from_millis(25);
/// How long the loop rests after a panic of its own.
const AGAIN: Duration = Duration::from_millis(20);

pub(super) fn work(
    orders: Orders,
    inbox: Receiver<Letter>,
    letters: Sender<Letter>,
    shelf: Arc<Shelf>,
    last_words: LastWords,
    end: &Sender<()>,
) {
    let (jobs, queue) = channel();
    let own = letters.clone();
    let analyst = std::thread::Builder::new().name("analyst".into()).spawn(move || analyse(&queue, &own));
    let now = Instant::now();
    let spec = match &orders.start {
        super::Start::Fresh(spec) | super::Start::At(spec, _) | super::Start::Later(spec, _) => Some(spec.clone()),
        super::Start::Restored(restored) => restored.runs.first().map(|run| run.spec.clone()),
    };
    let Some(spec) = spec else { return };
    let own = letters.clone();
    // A trainer that has ended shows nothing any more.
    let wake = move || drop(own.send(Letter::Aside));
    let mut worker = Worker {
        spec,
        lanes: Vec::new(),
        focus: 0,
        next: 0,
        named: 0,
        mode: Mode::Running,
        pace: orders.pace,
        watch: Watch::default(),
        view: RunView::default(),
        cards: Vec::new(),
        compare_with: None,
        comparison: Comparison::default(),
        seeds: 0,
        map: None,
        catalogue: orders.catalogue,
        notice: None,
        earlier_notices: Arc::default(),
        talk: orders.talk,
        chat: None,
        crash: None,
        meter: Meter::new(now, 0, 0),
        shelf,
        last: Arc::default(),
        changed: true,
        published: None,
        reordered: now,
        build: orders.build,
        inbox,
        letters,
        waiting: VecDeque::new(),
        crew: Crew::new(),
        jobs,
        analyst_busy: analyst.is_err(),
        given: None,
        judged_last: 0,
        versions: 0,
        keep: Keep::new(orders.keeper, now, wake),
        last_words,
        refused: false,
    };
    worker.guarded(|w| w.open(orders.start));
    worker.go_on();
    // Whoever ends this thread may have given it up meanwhile.
    let _ = end.send(());
    worker.guarded(Worker::leave);
    let _ = end.send(());
}

impl Worker {
    pub(super) fn at(&self, id: RunId) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.id == id)
    }

    /// The run in focus.
    pub(super) fn lane(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.id == self.focus)
    }

    pub(super) fn lane_mut(&mut self) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| lane.id == self.focus)
    }

    /// The run in focus, and how a long act of it tells how far it is.
    pub(super) fn busy(&mut self) -> Option<(&mut Lane, Busy<'_>)> {
        let lane = self.lanes.iter_mut().find(|lane| lane.id == self.focus)?;
        let (shelf, last, inbox) = (&*self.shelf, &*self.last, &self.inbox);
        Some((lane, Busy { shelf, last, inbox, waiting: &mut self.waiting, told: Instant::now(), begun: None }))
    }

    /// Round after round, until the owner quits.
    fn go_on(&mut self) {
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.turn())) {
                Ok(true) => {}
                Ok(false) => return,
                Err(cause) => self.fell_over(message(&*cause)),
            }
        }
    }

    /// One round of the loop; false ends the thread.
    fn turn(&mut self) -> bool {
        let now = Instant::now();
        if self.due(now) {
            self.guarded(|w| w.publish(now));
            if self.changed {
                // No picture could be made: what was seen before, and why there is no more.
                self.last = Arc::new(self.snapshot(now));
                self.shelf.put(self.last.clone());
                self.changed = false;
            }
            self.guarded(Worker::employ_analyst);
        }
        let wait = self.wait();
        while let Some(letter) = self.next_letter(wait) {
            match letter {
                Letter::Ask(Ask::Quit) => return false,
                Letter::Ask(ask) => {
                    let change = is_change(&ask);
                    self.guarded(|w| w.obey(ask));
                    self.last_words.obeyed(change);
                }
                Letter::Solved(s) => self.solved(*s),
                Letter::Played(p) => self.played(*p),
                Letter::Judged(j) => self.judged(&j),
                Letter::Fetched(f) => self.fetched(*f),
                Letter::Unfound { unsolved, cause } => self.unfound(unsolved, cause.as_deref()),
                Letter::Valued => self.valued(),
                Letter::Aside => self.changed = true,
                Letter::Broke(text) => self.say(text, true),
            }
            // Whatever else has come is obeyed before the next slice, without waiting for more.
            if self.waiting.is_empty() {
                break;
            }
        }
        if self.mode == Mode::Running {
            self.guarded(Worker::train);
        }
        self.guarded(Worker::employ_analyst);
        self.crew.stir();
        self.guarded(|w| w.write_down(Instant::now()));
        true
    }

    /// How long the inbox may be waited for.
    fn wait(&self) -> Option<Duration> {
        let idle = self.mode == Mode::Paused || !self.lanes.iter().any(Lane::is_sound);
        let wait = match (idle, self.is_news()) {
            (true, false) => None,
            (true, true) => Some(Duration::from_millis(4)),
            (false, _) => self
                .lanes
                .iter()
                .filter(|lane| lane.is_sound())
                .map(|lane| lane.budget.wait(lane.order.pace))
                .min()
                .or(Some(Duration::ZERO)),
        };
        match (wait, self.keep.wait()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
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
    pub(super) fn guarded(&mut self, act: impl FnOnce(&mut Worker)) {
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| act(self))) {
            self.crashed(message(&*cause));
        }
    }

    fn crashed(&mut self, text: String) {
        match self.lane_mut() {
            Some(lane) => lane.crash = Some((text, lane.run.now().0)),
            None => self.crash = Some((text, 0)),
        }
        self.mode = Mode::Paused;
        self.changed = true;
    }

    /// A panic between the guarded parts of a turn. Not even a plain snapshot may be possible: the last one then says why there is no more.
    fn fell_over(&mut self, text: String) {
        let phase = Phase::Crashed { message: text.clone(), tick: self.last.view.tick };
        self.last = Arc::new(Snapshot { phase, ..(*self.last).clone() });
        self.shelf.put(self.last.clone());
        self.crashed(text);
        // What would fall over in every turn may not take a core.
        self.changed = false;
        std::thread::sleep(AGAIN);
    }

    /// Trains about a slice of every run that may go on, as far as the pace allows.
    fn train(&mut self) {
        let now = Instant::now();
        self.give_orders();
        let ready = self.lanes.iter().filter(|lane| lane.is_sound()).count();
        let before: Vec<u64> = self.lanes.iter().map(|lane| lane.run.now().0).collect();
        if ready > 1 {
            let (mut ready, mut rest): (Vec<Lane>, Vec<Lane>) = std::mem::take(&mut self.lanes).into_iter().partition(Lane::is_sound);
            let next = self.published.map(|last| last + super::publish::EVERY);
            let Worker { crew, inbox, waiting, shelf, .. } = self;
            ready = crew.round(ready, now + ROUND, &mut || {
                waiting.extend(inbox.try_iter());
                !waiting.is_empty() || shelf.is_free() && next.is_none_or(|next| Instant::now() >= next)
            });
            rest.append(&mut ready);
            // Numbers rise in the order of opening.
            rest.sort_by_key(|lane| lane.id);
            self.lanes = rest;
        } else if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.is_sound()) {
            lane.train();
        }
        self.changed |= self.lanes.iter().zip(before).any(|(lane, before)| lane.run.now().0 != before);
        self.settle();
    }

    /// Says what each run may do until the next round.
    fn give_orders(&mut self) {
        let slow = self.slow();
        // At full speed a table that nobody looks at would take a core from the language model in focus.
        let alone = self.pace == Pace::Full && self.lane().is_some_and(|lane| !lane.run.talks() && lane.is_sound());
        let beside = if alone { BESIDE } else { self.pace };
        let furthest =
            self.lanes.iter().filter(|lane| lane.is_sound() && lane.run.talks()).map(|lane| (lane.run.head().0, lane.run.head_dialogues()));
        let (ticks, dialogues) = furthest.fold((0, 0), |far, head| (far.0.max(head.0), far.1.max(head.1)));
        for lane in &mut self.lanes {
            let watched = slow && lane.id == self.focus;
            // A person who follows every turn is not hurried.
            let order = if !lane.run.talks() {
                // It has no dialogues: so many a second are so many of its steps.
                let pace = match self.pace {
                    Pace::TurnsPerSecond(rate) | Pace::DialoguesPerSecond(rate) => Pace::TurnsPerSecond(rate),
                    Pace::Full => Pace::Full,
                };
                super::lane::Order::new(pace, false)
            } else if watched || lane.in_the_past() {
                super::lane::Order::new(self.pace, watched)
            } else {
                let (turns, whole) = (lane.run.head().0, lane.run.head_dialogues());
                super::lane::Order::behind(beside, ticks.saturating_sub(turns), dialogues.saturating_sub(whole))
            };
            lane.order = order;
        }
    }

    /// What has come of a round: breakpoints, faults, crashes, dialogues in which a person sat.
    pub(super) fn settle(&mut self) {
        let several = self.lanes.len() > 1;
        let mut said = None;
        let running = self.mode == Mode::Running;
        for lane in &mut self.lanes {
            let name = |lane: &Lane| if several { format!("{}: ", lane.name) } else { String::new() };
            if let Some(stop) = lane.met.take() {
                lane.stopped = Some(stop.text.clone());
                self.mode = Mode::Paused;
                said = Some((format!("{}{}", name(lane), stop.text), false));
            } else if let (Some(fault), true) = (lane.run.fault(), lane.is_sound()) {
                let text = super::publish::fault_text(fault);
                lane.stopped = Some(text.clone());
                said = Some((format!("{}{text}", name(lane)), true));
            }
            if running && lane.is_over() && lane.id == self.focus {
                said = Some((format!("{}the path is gone to its end", name(lane)), false));
            }
            lane.keep_root();
            self.last_words.note(lane);
            lane.look_beside();
            if let Some(replicas) = &mut lane.replicas {
                replicas.follow(lane.run.as_ref());
            }
        }
        if self.mode == Mode::Running && !self.lanes.iter().any(Lane::is_sound) {
            self.mode = Mode::Paused;
            self.changed = true;
        }
        if let Some((text, is_error)) = said {
            self.say(text, is_error);
        }
    }

    /// Whether every turn is watched.
    pub(super) fn slow(&self) -> bool {
        matches!(self.pace, Pace::TurnsPerSecond(rate) if rate <= super::pace::READABLE_TURNS_PER_S)
    }
}
