//! Jobs on all cores, each heard of as it is done. No result depends on how many there are at a time.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
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

/// Does the jobs 0..count in that order, so many at a time. `each` hears of every job as it is done, in no fixed order, and now and
/// then of none; its failure stops the others.
pub fn work<T: Send>(
    count: usize,
    at_a_time: usize,
    mut bar: Sweeping,
    work: &Job<'_, T>,
    each: &mut dyn FnMut(Heard<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (taken, dialogues, stop) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let (send, done) = channel();
    let (taken, dialogues, stop) = (&taken, &dialogues, &stop);
    std::thread::scope(|scope| {
        for _ in 0..at_a_time {
            let send = send.clone();
            scope.spawn(move || {
                loop {
                    let job = taken.fetch_add(1, Ordering::Relaxed);
                    let mut before = 0;
                    let mut heard = |finished: u64| {
                        dialogues.fetch_add(finished - before, Ordering::Relaxed);
                        before = finished;
                        !stop.load(Ordering::Relaxed)
                    };
                    // Whoever stopped it wants no more results.
                    let result = if job < count && !stop.load(Ordering::Relaxed) { work(job, &mut heard) } else { None };
                    let Some(result) = result else { return };
                    if send.send((job, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut signed = Instant::now();
        loop {
            let heard = match done.recv_timeout(Duration::from_millis(100)) {
                Ok(result) => Some(Some(result)),
                Err(RecvTimeoutError::Timeout) => (signed.elapsed() >= SIGN).then_some(None),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if let Some(heard) = heard {
                if heard.is_some() {
                    bar.done();
                }
                signed = Instant::now();
                if let Err(e) = each(heard) {
                    stop.store(true, Ordering::Relaxed);
                    return Err(e);
                }
            }
            bar.show(dialogues.load(Ordering::Relaxed));
        }
    })
}
