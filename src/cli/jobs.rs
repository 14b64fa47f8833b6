//! Jobs on all cores, each heard of as it is done. No result depends on how many there are at a time.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::failure::Failure;
use super::progress::Sweeping;

/// Does the job of a number. It says now and then how many dialogues it has finished, and gives none where it is told to stop.
type Job<'a, T> = dyn Fn(usize, &mut dyn FnMut(u64) -> bool) -> Option<T> + Sync + 'a;

/// Receives each finished job, and `None` about once a second while jobs are still running.
pub type Heard<T> = Option<(usize, T)>;

/// Time between two such signs.
const SIGN: Duration = Duration::from_millis(750);

/// As many as are wanted, else one for each core; never more than there are jobs.
pub fn at_a_time(wanted: Option<usize>, count: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    wanted.unwrap_or(cores).min(count)
}

/// What the workers share.
#[derive(Default)]
struct Shared {
    /// Jobs that were begun.
    taken: AtomicUsize,
    /// Dialogues finished by all.
    dialogues: AtomicU64,
    stop: AtomicBool,
}

impl Shared {
    /// A worker's life: one job after the other.
    fn serve<T>(&self, count: usize, work: &Job<'_, T>, done: &Sender<(usize, T)>) {
        loop {
            let job = self.taken.fetch_add(1, Ordering::Relaxed);
            // Whoever stopped it wants no more results.
            if job >= count || self.stop.load(Ordering::Relaxed) {
                return;
            }
            let mut before = 0;
            let mut heard = |finished: u64| {
                self.dialogues.fetch_add(finished - before, Ordering::Relaxed);
                before = finished;
                !self.stop.load(Ordering::Relaxed)
            };
            // After a panic nobody waits for the others' work.
            let result = catch_unwind(AssertUnwindSafe(|| work(job, &mut heard))).unwrap_or_else(|cause| {
                self.stop.store(true, Ordering::Relaxed);
                resume_unwind(cause)
            });
            if result.is_none_or(|result| done.send((job, result)).is_err()) {
                return;
            }
        }
    }
}

/// Does the jobs 0..count in that order, so many at a time. `each` hears of every job as it is done, in no fixed order, and now and
/// then of none; its failure stops the others, and so does a panic, which is passed on.
pub fn work<T: Send>(
    count: usize,
    at_a_time: usize,
    mut bar: Sweeping,
    work: &Job<'_, T>,
    each: &mut dyn FnMut(Heard<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let shared = Shared::default();
    let (send, done) = channel();
    std::thread::scope(|scope| {
        let begin = |send: Sender<(usize, T)>| {
            let shared = &shared;
            scope.spawn(move || shared.serve(count, work, &send))
        };
        let workers: Vec<_> = (0..at_a_time).map(|_| begin(send.clone())).collect();
        drop(send);
        let mut signed = Instant::now();
        let told = loop {
            let heard = match done.recv_timeout(Duration::from_millis(100)) {
                Ok(result) => Some(Some(result)),
                Err(RecvTimeoutError::Timeout) => (signed.elapsed() >= SIGN).then_some(None),
                Err(RecvTimeoutError::Disconnected) => break Ok(()),
            };
            if let Some(heard) = heard {
                if heard.is_some() {
                    bar.done();
                }
                signed = Instant::now();
                if let Err(e) = each(heard) {
                    shared.stop.store(true, Ordering::Relaxed);
                    break Err(e);
                }
            }
            bar.show(shared.dialogues.load(Ordering::Relaxed));
        };
        // The scope itself would say a second time that a thread panicked.
        workers.into_iter().for_each(|worker| worker.join().unwrap_or_else(|cause| resume_unwind(cause)));
        told
    })
}
