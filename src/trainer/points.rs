//! The points of a run: numbers of dialogues at which its greedy policy is judged. They and their figures do not depend on how fast the
//! run came by, or in which way: a policy that nobody had time to judge is fetched from the past later.
//!
//! The policy of a point is that of the first moment at which so many dialogues are finished, after all edits of that moment.

use std::collections::VecDeque;
use std::sync::Arc;

use super::analyst::{Job, Yard};
use super::lane::{Exactly, Lane};
use super::snapshot::{EvaluationView, Pace};
use super::worker::Worker;
use crate::run::Run;
use crate::run::evaluate::{Frozen, is_point, next_point, point_after};
use crate::world::World;

/// Policies that wait to be judged; those that find no room are fetched from the past.
const ROOM: usize = 64;
/// Bytes that listed policies may take while they wait.
const ROOM_BYTES: usize = 32 << 20;

/// A policy taken at a point, with what it was learned in.
struct Waiting {
    policy: Frozen,
    world: Arc<World>,
    gamma: f64,
}

#[derive(Default)]
pub(super) struct Points {
    /// What was judged, in the order of dialogues.
    pub judged: Arc<Vec<EvaluationView>>,
    /// The next point on the way.
    pub next: u64,
    /// In the order of dialogues.
    waiting: VecDeque<Waiting>,
    /// Points at which no judgement can be made.
    lost: Vec<u64>,
    /// A copy of the run on its way through the past.
    past: Option<Box<dyn Run>>,
    /// The newest policy and the oldest take turns.
    oldest_is_due: bool,
}

/// What the analyst was given: a lane's version, and a point.
pub(super) type Given = (u64, u64);

impl Points {
    /// Of a run that has so many dialogues behind it.
    pub fn new(judged: Vec<EvaluationView>, dialogues: u64) -> Points {
        Points { judged: judged.into(), next: point_after(dialogues), ..Points::default() }
    }

    /// Those that a branch shares which begins after so many dialogues, and perhaps some turns of the next.
    pub fn branch(&self, dialogues: u64, turn: u32) -> Points {
        let mut own = Points { judged: self.judged.clone(), lost: self.lost.clone(), ..Points::default() };
        own.forget_from(dialogues, turn);
        own
    }

    /// A change at this moment leaves only what was before it.
    pub fn forget_from(&mut self, dialogues: u64, turn: u32) {
        self.next = if turn == 0 && is_point(dialogues) { dialogues } else { point_after(dialogues) };
        let next = self.next;
        if self.judged.last().is_some_and(|e| e.dialogues >= next) {
            Arc::make_mut(&mut self.judged).retain(|e| e.dialogues < next);
        }
        self.waiting.retain(|w| w.policy.dialogues() < next);
        self.lost.retain(|point| *point < next);
        self.past = None;
    }

    pub fn judge(&mut self, view: EvaluationView) {
        let at = self.judged.partition_point(|e| e.dialogues < view.dialogues);
        if self.judged.get(at).is_none_or(|e| e.dialogues != view.dialogues) {
            Arc::make_mut(&mut self.judged).insert(at, view);
        }
    }

    pub fn lose(&mut self, point: u64) {
        self.lost.push(point);
    }

    pub fn is_waited_for(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn has_room(&self, most: usize) -> bool {
        let bytes: usize = self.waiting.iter().map(|w| w.policy.bytes()).sum();
        self.waiting.len() < most && bytes < ROOM_BYTES
    }

    /// The newest policy, or the oldest, in turn: the screen shows what is new, and how soon the run was good is known early.
    fn take(&mut self) -> Option<Waiting> {
        self.oldest_is_due = !self.oldest_is_due;
        if self.oldest_is_due { self.waiting.pop_front() } else { self.waiting.pop_back() }
    }

    /// The first point up to so many dialogues of which no figures are known.
    pub fn first_unknown(&self, dialogues: u64) -> Option<u64> {
        self.first(dialogues, |_| false)
    }

    /// As `first_unknown`, but one whose policy does not wait either.
    fn first_missing(&self, dialogues: u64) -> Option<u64> {
        let mut waiting = self.waiting.iter().map(|w| w.policy.dialogues()).peekable();
        self.first(dialogues, |point| {
            while waiting.next_if(|w| *w < point).is_some() {}
            waiting.peek() == Some(&point)
        })
    }

    fn first(&self, dialogues: u64, mut waits: impl FnMut(u64) -> bool) -> Option<u64> {
        let mut judged = self.judged.iter().map(|e| e.dialogues).peekable();
        let mut point = 0;
        while point <= dialogues && point < self.next {
            while judged.next_if(|j| *j < point).is_some() {}
            if judged.peek() != Some(&point) && !waits(point) && !self.lost.contains(&point) {
                return Some(point);
            }
            point = next_point(point);
        }
        None
    }
}

impl Lane {
    /// Takes the policy if a point is reached: exactly between two dialogues, or not at all.
    pub fn reach(&mut self) {
        let dialogues = self.run.dialogues();
        if !self.run.talks() || self.in_the_past() || dialogues < self.points.next {
            return;
        }
        let exactly = dialogues == self.points.next && self.run.turn() == 0;
        self.points.next = point_after(dialogues);
        // Where states are too many, judging takes seconds; what comes meanwhile is not judged.
        let most = if self.exact.played.is_some() { 1 } else { ROOM };
        if exactly && self.exact.is_known() && self.points.has_room(most) {
            let (world, gamma) = (self.run.world().clone(), self.gamma());
            self.points.waiting.push_back(Waiting { policy: self.run.frozen(), world, gamma });
        }
    }

    /// γ in force.
    pub fn gamma(&self) -> f64 {
        gamma(&*self.run)
    }

    /// The first point behind it whose exact figures are still to be computed.
    pub fn first_unknown(&self) -> Option<u64> {
        if !self.run.talks() || self.exact.unsolvable || self.exact.played.is_some() {
            return None;
        }
        self.points.first_unknown(self.run.dialogues())
    }

    /// The judgement of a policy that waits.
    pub fn judgement(&mut self) -> Option<(Job, Given)> {
        let yard = self.exact.yard()?;
        let Waiting { policy, world, gamma } = self.points.take()?;
        let given = (self.version, policy.dialogues());
        let yard = if self.exact.is_of(&world, gamma) { yard } else { Yard::Unknown { gamma } };
        Some((Job::Judge { world, policy, yard, moment: None, run: self.version }, given))
    }

    /// A look for a policy that nobody took, on a way through the past. At full speed only what tells how soon the run was good is
    /// looked for: a copy that runs after the run would take a core from it.
    fn way_back(&mut self, moves_at: Option<Pace>, nearly: f64) -> Option<(Job, Given)> {
        self.exact.optimal.as_ref()?;
        let missing = self.points.first_missing(self.run.dialogues())?;
        let good = self.points.judged.iter().find(|e| e.way >= nearly).map_or(0, |e| e.dialogues);
        if moves_at == Some(Pace::Full) && missing > good {
            return None;
        }
        let past = self.points.past.take().unwrap_or_else(|| self.run.branch());
        let known = self.exact.world.clone().zip(self.exact.yard()).map(|(world, yard)| (world, self.exact.gamma(), yard));
        Some((Job::Fetch { past, point: missing, known, run: self.version }, (self.version, missing)))
    }

    /// Takes back the copy that was on its way.
    pub fn keep_past(&mut self, past: Box<dyn Run>) {
        if self.points.first_missing(self.run.dialogues()).is_some() {
            self.points.past = Some(past);
        }
    }
}

impl Worker {
    /// A way through the past of the run in focus, then of the others.
    pub(super) fn ways_back(&mut self) -> Option<(Job, Given)> {
        let (focus, running, pace) = (self.focus, self.mode == super::worker::Mode::Running, self.pace);
        let mut lanes: Vec<&mut Lane> = self.lanes.iter_mut().filter(|lane| lane.crash.is_none() && lane.run.talks()).collect();
        lanes.sort_by_key(|lane| lane.id != focus);
        lanes.into_iter().find_map(|lane| {
            let moves = running && lane.stopped.is_none();
            lane.way_back(moves.then_some(pace), super::cards::NEARLY)
        })
    }
}

impl Exactly {
    /// Whether it is of this world and discount.
    fn is_of(&self, world: &Arc<World>, gamma: f64) -> bool {
        self.world.as_ref().is_some_and(|own| Arc::ptr_eq(own, world)) && self.gamma() == gamma
    }

    fn gamma(&self) -> f64 {
        self.view.map_or(self.played_gamma, |view| view.gamma)
    }
}

/// γ in force in a run.
pub(super) fn gamma(run: &dyn Run) -> f64 {
    run.knob_now("gamma").unwrap_or(run.world().gamma())
}
