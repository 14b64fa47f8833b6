//! The runs of a benchmark on all cores. Runs of a condition share its world, which is dropped with the last of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::plan::{Job, Plan};
use crate::agents::{self, AgentError};
use crate::cli::failure::Failure;
use crate::cli::jobs::{self, Heard};
use crate::cli::progress::Sweeping;
use crate::run::benchmark::{Measure, Outcome, complete};
use crate::world::World;
use crate::world::env::Env;
use crate::world::setup::Setting;
use crate::world::solve::Solution;

/// A condition's world, and its optimum where that is known.
struct Ground {
    world: Arc<World>,
    solution: Option<Arc<Solution>>,
}

/// Where the runs of a condition find their world.
struct Place {
    /// Runs that are not done.
    left: AtomicUsize,
    ground: Mutex<Option<Arc<Ground>>>,
}

/// Does the pending runs; `each` hears of every one as it is done, in no fixed order, and now and then of none; its failure stops the
/// others.
pub fn work(
    plan: &Plan,
    jobs: &[Job],
    pending: &[usize],
    at_a_time: Option<usize>,
    each: &mut dyn FnMut(Heard<Outcome>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut places: BTreeMap<(usize, usize), Place> = BTreeMap::new();
    for job in pending.iter().map(|job| &jobs[*job]) {
        let place = places.entry((job.arena, job.condition)).or_insert(Place { left: 0.into(), ground: Mutex::default() });
        *place.left.get_mut() += 1;
    }
    let length = |jobs: &mut dyn Iterator<Item = &Job>| jobs.map(|job| plan.length(job)).sum::<u64>();
    let (all, rest) = (length(&mut jobs.iter()), length(&mut pending.iter().map(|job| &jobs[*job])));
    let bar = Sweeping::new(jobs.len(), jobs.len() - pending.len(), all, all - rest);
    let work = |n: usize, heard: &mut dyn FnMut(u64) -> bool| {
        let job = &jobs[pending[n]];
        let place = &places[&(job.arena, job.condition)];
        let result = place.ground(plan, job).and_then(|ground| finish(plan, job, &ground, heard)).transpose();
        if place.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            *place.ground.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        result
    };
    jobs::work(pending.len(), jobs::at_a_time(at_a_time, pending.len()), bar, &work, &mut |heard| {
        each(heard.map(|(job, outcome)| outcome.map(|outcome| (pending[job], outcome))).transpose()?)
    })
}

impl Place {
    /// The world is made by the first that needs it; others wait.
    fn ground(&self, plan: &Plan, job: &Job) -> Result<Arc<Ground>, Failure> {
        let mut ground = self.ground.lock().unwrap_or_else(PoisonError::into_inner);
        if ground.is_none() {
            *ground = Some(Arc::new(Ground::new(plan, job)?));
        }
        Ok(ground.clone().expect("it was just made"))
    }
}

impl Ground {
    fn new(plan: &Plan, job: &Job) -> Result<Ground, Failure> {
        let (source, condition) = (&plan.arenas[job.arena].source, &plan.conditions[job.condition]);
        let bad = |e: &dyn std::fmt::Display| Failure::Work(format!("{}: {e}", source.argument()));
        let world = World::build(source, condition.profile, Some(condition.masks), &mut |_| ())?;
        let setup = world.changed(&Setting::Noise(Some(condition.noise))).map_err(|e| bad(&e))?;
        let world = world.under(&setup).ok_or_else(|| bad(&"this world cannot be changed"))?;
        let solution = world.shape().sight.solution(world.gamma());
        Ok(Ground { world: Arc::new(world), solution })
    }
}

/// None where it was told to stop.
fn finish(plan: &Plan, job: &Job, ground: &Ground, heard: &mut dyn FnMut(u64) -> bool) -> Result<Option<Outcome>, Failure> {
    let mut run = match agents::start(ground.world.clone(), &plan.spec(job)) {
        Ok(run) => run,
        Err(AgentError::Unfit { why, .. }) => return Ok(Some(Outcome { unfit: Some(why), ..Outcome::default() })),
        Err(e) => return Err(e.into()),
    };
    let users = plan.conditions[job.condition].users();
    let measure = Measure { points: plan.points_of(job), users, evaluation: plan.evaluation, solution: ground.solution.as_deref() };
    Ok(complete(&mut *run, &measure, heard))
}
