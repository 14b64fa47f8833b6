//! The runs of a sweep on all cores. Each is a machine of its own, so no result depends on how many there are at a time.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::agents;
use crate::cli::failure::Failure;
use crate::cli::figures::{optimum, worth_of_random};
use crate::cli::progress::{Sweeping, Waiting};
use crate::run::sweep::{Outcome, Plan, Yardstick, complete};
use crate::world::World;

/// What the workers share.
struct Shop<'a> {
    plan: &'a Plan,
    world: &'a Arc<World>,
    pending: &'a [usize],
    /// By the bits of γ.
    yards: &'a BTreeMap<u64, Yardstick>,
    /// How many of `pending` were taken.
    taken: AtomicUsize,
    /// Dialogues finished, of all runs.
    dialogues: AtomicU64,
    stop: AtomicBool,
}

/// Does the pending runs; `each` hears of every one as it is done, in no fixed order, and its failure stops the others.
pub fn work(
    plan: &Plan,
    world: &Arc<World>,
    pending: &[usize],
    jobs: Option<usize>,
    each: &mut dyn FnMut(usize, Outcome) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = jobs.unwrap_or(cores).min(pending.len());
    let yards = yardsticks(plan, world, pending, jobs);
    let (taken, dialogues, stop) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let shop = Shop { plan, world, pending, yards: &yards, taken, dialogues, stop };
    let mut bar = Sweeping::new(plan.runs() as u64, plan.dialogues, (plan.runs() - pending.len()) as u64);
    let (send, done) = channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (send, shop) = (send.clone(), &shop);
            scope.spawn(move || shop.serve(&send));
        }
        drop(send);
        loop {
            match done.recv_timeout(Duration::from_millis(100)) {
                Ok((run, outcome)) => {
                    if let Err(e) = each(run, outcome) {
                        shop.stop.store(true, Ordering::Relaxed);
                        return Err(e);
                    }
                    bar.done();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            bar.show(shop.dialogues.load(Ordering::Relaxed));
        }
    })
}

impl Shop<'_> {
    fn serve(&self, done: &Sender<(usize, Outcome)>) {
        while let Some(run) = self.pending.get(self.taken.fetch_add(1, Ordering::Relaxed)) {
            let spec = self.plan.spec_of(*run);
            let mut learner = agents::start(self.world.clone(), &spec).expect("the settings of every cell were read before");
            let yard = &self.yards[&gamma(self.plan, self.world, *run).to_bits()];
            let mut before = 0;
            let outcome = complete(&mut *learner, self.plan.dialogues, yard, &mut |dialogues| {
                self.dialogues.fetch_add(dialogues - before, Ordering::Relaxed);
                before = dialogues;
                !self.stop.load(Ordering::Relaxed)
            });
            // Whoever stopped it wants no more results.
            let Some(outcome) = outcome else { return };
            if done.send((*run, outcome)).is_err() {
                return;
            }
        }
    }
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
