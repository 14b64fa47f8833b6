//! What the analyst is given to do, and what comes back.

use std::sync::Arc;

use super::analyst::{Fetched, Job, Judged, Played, Solved, Way, Yard};
use super::lane::{Exactly, Lane};
use super::worker::{Mode, Worker};
use crate::world::World;
use crate::world::solve::Solution;

impl Worker {
    pub(super) fn solved(&mut self, s: Solved) {
        self.analyst_busy = false;
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.version == s.run) {
            lane.exact.optimal = Some(s.solution);
            lane.exact.with_epsilon = Some(s.soft);
            lane.exact.view = Some(s.view);
            lane.exact.world = Some(s.world);
            lane.lens.stale = true;
            self.changed = true;
        }
    }

    pub(super) fn played(&mut self, p: Played) {
        self.analyst_busy = false;
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.version == p.run) {
            lane.exact = Exactly { played: Some(p.view), played_gamma: p.gamma, world: Some(p.world), ..Exactly::default() };
            self.changed = true;
        }
    }

    pub(super) fn judged(&mut self, j: &Judged) {
        self.analyst_busy = false;
        let wanted = self.given.take() == Some((j.run, j.view.dialogues));
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.version == j.run) {
            match j.moment {
                Some(moment) => lane.present = Some((moment, j.view)),
                None if wanted => lane.points.judge(j.view),
                None => {}
            }
            self.changed = true;
        }
    }

    pub(super) fn fetched(&mut self, f: Fetched) {
        self.analyst_busy = false;
        let wanted = self.given.take() == Some((f.run, f.point));
        if let Some(lane) = self.lanes.iter_mut().find(|lane| wanted && lane.version == f.run) {
            self.changed |= !matches!(f.found, Way::On);
            match f.found {
                Way::On => {}
                Way::Judged(view) => lane.points.judge(*view),
                Way::Lost => lane.points.lose(f.point),
            }
            lane.keep_past(f.past);
        }
    }

    pub(super) fn valued(&mut self) {
        self.analyst_busy = false;
        self.changed = true;
    }

    /// A job that failed once would fail again: a run that cannot be solved is left alone.
    pub(super) fn unfound(&mut self, unsolved: Option<u64>, cause: Option<&str>) {
        self.analyst_busy = false;
        if let Some((run, point)) = self.given.take()
            && let Some(lane) = self.lanes.iter_mut().find(|lane| lane.version == run)
        {
            lane.points.lose(point);
        }
        if let Some(cause) = cause {
            let what = if unsolved.is_some() { "solving the world" } else { "judging a policy" };
            self.say(format!("{what} fell over ({cause}); learning goes on without that result"), true);
        }
        if let Some(lane) = self.lanes.iter_mut().find(|lane| Some(lane.version) == unsolved) {
            lane.exact = Exactly { unsolvable: true, ..Exactly::default() };
        }
    }

    /// Gives the analyst its next job: a solution where γ, ε or the world moved, else a policy to judge: of a point that was reached,
    /// of the present moment where a run stands still.
    pub(super) fn employ_analyst(&mut self) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.crash.is_none() && lane.run.talks()) {
            lane.reach();
        }
        if self.analyst_busy {
            return;
        }
        // The run in focus is solved first; policies are judged in turn.
        let (focus, paused) = (self.focus, self.mode == Mode::Paused);
        let order = |lane: &&mut Lane| (lane.id <= self.judged_last, lane.id);
        let mut lanes: Vec<&mut Lane> = self.lanes.iter_mut().filter(|lane| lane.crash.is_none() && lane.run.talks()).collect();
        lanes.sort_by_key(order);
        let known: Vec<(Arc<World>, Arc<Solution>)> =
            lanes.iter().filter_map(|lane| Some((lane.exact.world.clone()?, lane.exact.optimal.clone()?))).collect();
        let first = lanes.iter().position(|lane| lane.id == focus && lane.outdated().is_some());
        let outdated = |lane: &&mut Lane| lane.outdated().is_some();
        let due = |lane: &&mut Lane| lane.points.is_waited_for();
        let at_rest = || {
            let mut still = lanes.iter().enumerate().filter(|(_, lane)| (paused || lane.stopped.is_some()) && lane.unjudged());
            let any = still.clone().map(|(at, _)| at).next();
            still.find(|(_, lane)| lane.id == focus).map(|(at, _)| at).or(any)
        };
        let at_rest = first.or_else(|| lanes.iter().position(outdated)).or_else(at_rest);
        let stands = at_rest.is_some();
        let Some(at) = at_rest.or_else(|| lanes.iter().position(due)) else {
            return self.look_back();
        };
        let lane = &mut *lanes[at];
        let (world, run) = (lane.run.world().clone(), lane.version);
        let job = if let Some((gamma, epsilon)) = lane.outdated() {
            if world.exact().is_none() {
                self.judged_last = lane.id;
                self.analyst_busy = self.jobs.send(Job::Play { world, gamma, run }).is_ok();
                return;
            }
            let known = known.into_iter().find(|(w, s)| Arc::ptr_eq(w, &world) && s.gamma == gamma).map(|(_, s)| s);
            Job::Solve { world, gamma, epsilon, known, run }
        } else if stands {
            let Some(yard) = lane.exact.yard() else { return };
            let moment = Some(lane.moment());
            lane.asked = moment;
            Job::Judge { world, policy: lane.run.frozen(), yard, moment, run }
        } else if let Some((job, given)) = lane.judgement() {
            self.given = Some(given);
            job
        } else {
            return;
        };
        self.judged_last = lane.id;
        self.analyst_busy = self.jobs.send(job).is_ok();
    }

    /// What nothing else waits for: policies that nobody took when their run came by, and those that replicas left.
    fn look_back(&mut self) {
        let (job, given) = match self.ways_back() {
            Some((job, given)) => (Some(job), Some(given)),
            None => (self.left_over(), None),
        };
        self.given = given;
        self.analyst_busy = job.is_some_and(|job| self.jobs.send(job).is_ok());
    }
}

impl Exactly {
    pub(super) fn yard(&self) -> Option<Yard> {
        if let (Some(solution), Some(view)) = (self.optimal.clone(), self.view) {
            return Some(Yard::Exact { solution, random: view.random.value });
        }
        self.played.map(|_| Yard::Played { gamma: self.played_gamma })
    }
}

impl Lane {
    /// Whether the policy of the present moment was never given to the analyst.
    fn unjudged(&self) -> bool {
        self.exact.is_known() && self.asked != Some(self.moment())
    }

    /// The γ and ε for which there is no solution yet.
    fn outdated(&self) -> Option<(f64, f64)> {
        let run = &self.run;
        let gamma = self.gamma();
        let epsilon = run.knob_now("epsilon").unwrap_or(1.0);
        // A schedule moves ε a little with every dialogue; the line follows in steps of a hundredth.
        let near = self.exact.played.is_some() && self.exact.played_gamma == gamma
            || self.exact.view.is_some_and(|s| s.gamma == gamma && (s.epsilon - epsilon).abs() < 0.01);
        let here = self.exact.world.as_ref().is_some_and(|world| Arc::ptr_eq(world, run.world()));
        (!self.exact.unsolvable && (!near || !here)).then_some((gamma, epsilon))
    }
}
