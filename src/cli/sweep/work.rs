//! The runs of a sweep on all cores. Each is a machine of its own, so no result depends on how many there are at a time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::agents;
use crate::cli::failure::Failure;
use crate::cli::figures::{optimum, worth_of_random};
use crate::cli::jobs::{self, Heard};
use crate::cli::progress::{Sweeping, Waiting};
use crate::run::sweep::{Outcome, Plan, Yardstick, complete};
use crate::world::World;

/// Does the pending runs; `each` hears of every one as it is done, in no fixed order, and now and then of none; its failure stops the
/// others.
pub fn work(
    plan: &Plan,
    world: &Arc<World>,
    pending: &[usize],
    jobs: Option<usize>,
    each: &mut dyn FnMut(Heard<Outcome>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let jobs = jobs::at_a_time(jobs, pending.len());
    let yards = yardsticks(plan, world, pending, jobs);
    let done = plan.runs() - pending.len();
    let bar = Sweeping::new(plan.runs(), done, plan.runs() as u64 * plan.dialogues, done as u64 * plan.dialogues);
    let work = |job: usize, heard: &mut dyn FnMut(u64) -> bool| {
        let spec = plan.spec_of(pending[job]);
        let yard = &yards[&gamma(plan, world, pending[job]).to_bits()];
        match agents::start(world.clone(), &spec) {
            Ok(mut learner) => complete(&mut *learner, plan.dialogues, yard, heard).map(Ok),
            // Settings that are each in range may still not go together.
            Err(e) => Some(Err(Failure::from(e))),
        }
    };
    jobs::work(pending.len(), jobs, bar, &work, &mut |heard| {
        each(heard.map(|(job, outcome)| outcome.map(|outcome| (pending[job], outcome))).transpose()?)
    })
}

/// The γ of a run: its own where it was set, else the world's.
fn gamma(plan: &Plan, world: &World, run: usize) -> f64 {
    let spec = plan.spec_of(run);
    let set = spec.settings.iter().rev().find(|(name, _)| name == "gamma");
    set.and_then(|(_, value)| value.parse().ok()).unwrap_or(world.gamma())
}

/// The world is solved once for every γ.
fn yardsticks(plan: &Plan, world: &Arc<World>, pending: &[usize], jobs: usize) -> BTreeMap<u64, Yardstick> {
    let waiting = Waiting::new("solving");
    let mut wanted: Vec<u64> = pending.iter().map(|run| gamma(plan, world, *run).to_bits()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(wanted.len()) {
            scope.spawn(|| {
                while let Some(bits) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let gamma = f64::from_bits(*bits);
                    // Where values do not settle, runs are told without an optimum, as `dialoq train` does.
                    let solution = optimum(world, gamma, &waiting).ok();
                    let exact = world.exact().zip(solution).map(|(mdp, solution)| (solution, worth_of_random(mdp, gamma)));
                    let mut found = found.lock().expect("solving does not panic");
                    found.insert(*bits, Yardstick { gamma, exact });
                }
            });
        }
    });
    found.into_inner().expect("solving does not panic")
}
