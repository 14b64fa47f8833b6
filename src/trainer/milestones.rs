//! What the greedy policies of a run's replicas are worth (exactly, or in dialogues played out) at round numbers of dialogues: 500, 1,000, 2,000, 5,000 …
//!
//! Replicas stop there and leave their policies; the analyst judges them when it has nothing else to do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::analyst::Job;
use super::lane::Lane;
use super::seeds::Replicas;
use super::snapshot::{Estimate, RunId, ValueAt};
use super::worker::Worker;
use crate::num::bootstrap::paired;
use crate::run::evaluate::Frozen;

/// Fewer dialogues tell nothing; and judging costs a large world a second.
const FIRST: u64 = 500;
/// Fewer pairs of seeds have no interval.
const SEEDS_MIN: usize = 3;
/// The latest milestones are shown.
const SHOWN: usize = 4;

/// The first milestone after so many dialogues: 1, 2 and 5 in each power of ten.
pub(super) fn after(dialogues: u64) -> u64 {
    let mut power = 10_u64.pow(dialogues.max(1).ilog10());
    loop {
        if let Some(found) = [power, 2 * power, 5 * power].into_iter().find(|m| *m > dialogues && *m >= FIRST) {
            return found;
        }
        power = power.saturating_mul(10);
    }
}

/// Of one replica.
#[derive(Default)]
pub(super) struct Milestones(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Policies that were not judged yet, in order.
    waiting: VecDeque<Frozen>,
    /// Dialogues, value at the start.
    values: Vec<(u64, f64)>,
}

impl Milestones {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn leave(&self, policy: Frozen) {
        self.with(|kept| kept.waiting.push_back(policy));
    }

    /// Takes the next policy, if it is of this milestone or an earlier one.
    fn take(&self, at_most: u64) -> Option<Frozen> {
        self.with(|kept| if kept.waiting.front()?.dialogues() <= at_most { kept.waiting.pop_front() } else { None })
    }

    fn first(&self) -> Option<u64> {
        self.with(|kept| kept.waiting.front().map(Frozen::dialogues))
    }

    pub fn judged(&self, dialogues: u64, value: f64) {
        self.with(|kept| kept.values.push((dialogues, value)));
    }

    fn value(&self, dialogues: u64) -> Option<f64> {
        self.with(|kept| kept.values.iter().find(|(d, _)| *d == dialogues).map(|(_, v)| *v))
    }

    fn reached(&self) -> Vec<u64> {
        self.with(|kept| kept.values.iter().map(|(d, _)| *d).collect())
    }
}

fn estimate(values: &[f64]) -> Estimate {
    let interval = paired(values);
    Estimate { mean: interval.mean, low: interval.low, high: interval.high }
}

/// Seed by seed, at the milestones that both runs' replicas have reached and that are judged.
pub(super) fn values(pairs: &[(&Milestones, &Milestones)]) -> Vec<ValueAt> {
    let Some((first, _)) = pairs.first() else {
        return Vec::new();
    };
    let at = |dialogues: u64| {
        let both: Option<Vec<(f64, f64)>> = pairs.iter().map(|(a, b)| Some((a.value(dialogues)?, b.value(dialogues)?))).collect();
        let both = both.filter(|both| both.len() >= SEEDS_MIN)?;
        let (a, b): (Vec<f64>, Vec<f64>) = both.iter().copied().unzip();
        let differences: Vec<f64> = both.iter().map(|(a, b)| a - b).collect();
        Some(ValueAt { dialogues, first: estimate(&a), second: estimate(&b), difference: estimate(&differences) })
    };
    let mut all: Vec<ValueAt> = first.reached().into_iter().filter_map(at).collect();
    all.drain(..all.len().saturating_sub(SHOWN));
    all
}

impl Replicas {
    /// The earliest policy that waits to be judged.
    fn waiting(&self) -> Option<(Arc<Milestones>, Frozen)> {
        let earliest = self.milestones().filter_map(|m| m.first()).min()?;
        self.milestones().find_map(|m| Some((m.clone(), m.take(earliest)?)))
    }
}

impl Lane {
    /// What its replicas leave for the analyst, once the world is solved.
    pub(super) fn left_over(&self) -> Option<Job> {
        let (yard, replicas) = (self.exact.yard()?, self.replicas.as_ref()?);
        let (milestones, policy) = replicas.waiting()?;
        Some(Job::Value { world: self.run.world().clone(), policy, yard, milestones })
    }
}

impl Worker {
    /// The run in focus first, then the one that it is compared with, then the others.
    pub(super) fn left_over(&self) -> Option<Job> {
        let mut order: Vec<RunId> = self.pair().map_or_else(Vec::new, |(a, b)| vec![a, b]);
        order.extend(self.lanes.iter().map(|lane| lane.id));
        order.into_iter().filter_map(|id| self.at(id)).find_map(|at| self.lanes[at].left_over())
    }
}
