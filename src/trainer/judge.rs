//! What the analyst is given to do, and what comes back.

use std::sync::Arc;

use super::analyst::{Job, Judged, Solved};
use super::lane::Lane;
use super::worker::Worker;
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

    pub(super) fn judged(&mut self, j: &Judged) {
        self.analyst_busy = false;
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.version == j.run) {
            Arc::make_mut(&mut lane.evaluations).push(j.view);
            self.changed = true;
        }
    }

    /// Gives the analyst its next job: a solution where γ, ε or the world moved, else a policy to judge if a point was reached.
    pub(super) fn employ_analyst(&mut self) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.crash.is_none()) {
            lane.reach();
        }
        if self.analyst_busy {
            return;
        }
        // The run in focus is solved first; policies are judged in turn.
        let focus = self.focus;
        let order = |lane: &&mut Lane| (lane.id <= self.judged_last, lane.id);
        let mut lanes: Vec<&mut Lane> = self.lanes.iter_mut().filter(|lane| lane.crash.is_none()).collect();
        lanes.sort_by_key(order);
        let known: Vec<(Arc<World>, Arc<Solution>)> =
            lanes.iter().filter_map(|lane| Some((lane.exact.world.clone()?, lane.exact.optimal.clone()?))).collect();
        let first = lanes.iter().position(|lane| lane.id == focus && lane.outdated().is_some());
        let Some(at) = first.or_else(|| lanes.iter().position(|lane| lane.outdated().is_some() || lane.candidate.is_some())) else {
            return;
        };
        let lane = &mut *lanes[at];
        let (world, run) = (lane.run.world().clone(), lane.version);
        let job = if let Some((gamma, epsilon)) = lane.outdated() {
            let known = known.into_iter().find(|(w, s)| Arc::ptr_eq(w, &world) && s.gamma == gamma).map(|(_, s)| s);
            Job::Solve { world, gamma, epsilon, known, run }
        } else if let (Some(solution), Some(candidate)) = (lane.exact.optimal.clone(), lane.candidate.take()) {
            Job::Judge { world, solution, candidate, run }
        } else {
            return;
        };
        self.judged_last = lane.id;
        self.analyst_busy = self.jobs.send(job).is_ok();
    }
}

impl Lane {
    /// The γ and ε for which there is no solution yet.
    fn outdated(&self) -> Option<(f64, f64)> {
        let run = &self.run;
        let gamma = run.knob_now("gamma").unwrap_or(run.world().mdp.gamma);
        let epsilon = run.knob_now("epsilon").unwrap_or(1.0);
        // A schedule moves ε a little with every dialogue; the line follows in steps of a hundredth.
        let near = self.exact.view.is_some_and(|s| s.gamma == gamma && (s.epsilon - epsilon).abs() < 0.01);
        let here = self.exact.world.as_ref().is_some_and(|world| Arc::ptr_eq(world, run.world()));
        (!near || !here).then_some((gamma, epsilon))
    }
}
