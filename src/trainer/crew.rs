//! The crew: threads that take slices of lanes beside the worker, and of what trains silently in the background.
//! Which thread trains what decides only when it happens, never what comes out.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::lane::{Lane, message};
use super::snapshot::Pace;

/// Work in the background: a replica, a cell of a map.
pub(super) trait Side: Send {
    /// About a millisecond of work.
    fn slice(&mut self) -> Next;
    /// Whether there is something to do for one that rests.
    fn ready(&self) -> bool;
    /// It fell over in its slice: says so to the worker, and whether the rest of it can go on.
    fn broke(&mut self, cause: &str) -> Next;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    More,
    /// Nothing to do until others have gone on.
    Rest,
    Done,
}

/// At full speed a hand takes one slice in so many in the background, whatever lanes wait.
const SIDE_EVERY: u32 = 4;
/// While it waits for the hands, the worker listens this often.
const LOOK_UP: Duration = Duration::from_millis(1);

#[derive(Default)]
struct Board {
    /// Lanes of the round under way, with their places, and those that are done with it.
    lanes: VecDeque<(usize, Lane)>,
    done: Vec<(usize, Lane)>,
    /// Lanes in somebody's hands.
    out: usize,
    until: Option<Instant>,
    sides: VecDeque<Box<dyn Side>>,
    resting: Vec<Box<dyn Side>>,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    board: Mutex<Board>,
    /// Told when there is something to do.
    work: Condvar,
    /// Told when a lane is back.
    back: Condvar,
}

pub(super) struct Crew {
    shared: Arc<Shared>,
    hands: Vec<JoinHandle<()>>,
    hired: bool,
}

impl Board {
    /// The lane whose turn it is: at full speed the one that is furthest behind, so that runs stay side by side in dialogues; else who
    /// waited longest.
    fn next(&mut self) -> Option<(usize, Lane)> {
        let behind = |(at, (_, lane)): (usize, &(usize, Lane))| (lane.order.pace == Pace::Full).then(|| (lane.run.dialogues(), at));
        let at = self.lanes.iter().enumerate().filter_map(behind).min().map_or(0, |(_, at)| at);
        self.lanes.remove(at)
    }
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Trains the next lane of the round; false where none is left.
    fn train_one(&self) -> bool {
        let mut board = self.board();
        let over = board.until.is_none_or(|until| Instant::now() >= until);
        if over {
            let board = &mut *board;
            board.done.extend(board.lanes.drain(..));
        }
        let Some((place, mut lane)) = board.next() else { return false };
        board.out += 1;
        drop(board);
        let more = lane.train();
        let mut board = self.board();
        board.out -= 1;
        if lane.met.is_some() {
            // What stops one run pauses all.
            board.until = None;
        }
        if more && board.until.is_some_and(|until| Instant::now() < until) {
            board.lanes.push_back((place, lane));
        } else {
            board.done.push((place, lane));
        }
        self.back.notify_one();
        true
    }

    fn work_aside(&self) -> Option<Duration> {
        let mut side = self.board().sides.pop_front()?;
        let begun = Instant::now();
        // What breaks in the background is said; the runs that a person sees go on.
        let next = catch_unwind(AssertUnwindSafe(|| side.slice())).unwrap_or_else(|cause| side.broke(&message(&*cause)));
        let took = begun.elapsed();
        let mut board = self.board();
        match next {
            _ if board.ended => drop(side),
            Next::More => board.sides.push_back(side),
            Next::Rest => board.resting.push(side),
            Next::Done => drop(side),
        }
        Some(took)
    }

    /// A hand's life. `nap` is how long it rests after work in the background, in that work's own time.
    fn serve(&self, nap: u32) {
        let mut lanes_since = 0;
        loop {
            let aside_first = lanes_since + 1 >= SIDE_EVERY;
            if !aside_first && self.train_one() {
                lanes_since += 1;
                continue;
            }
            lanes_since = 0;
            if let Some(took) = self.work_aside() {
                if nap > 0 {
                    std::thread::sleep(took * nap);
                }
                continue;
            }
            let board = self.board();
            if board.ended {
                return;
            }
            if board.lanes.is_empty() && board.sides.is_empty() {
                drop(self.work.wait(board).unwrap_or_else(PoisonError::into_inner));
            }
        }
    }
}

/// Threads beside the worker.
pub(super) fn hands() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1)
}

impl Crew {
    pub fn new() -> Crew {
        Crew { shared: Arc::default(), hands: Vec::new(), hired: false }
    }

    /// One run alone needs no hands.
    fn hire(&mut self) {
        if std::mem::replace(&mut self.hired, true) {
            return;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // On a single core the background leaves three quarters of the time to what is seen.
        let nap = if cores == 1 { SIDE_EVERY - 1 } else { 0 };
        for _ in 0..hands() {
            let shared = self.shared.clone();
            // With fewer hands than wished for the worker does more itself.
            self.hands.extend(std::thread::Builder::new().name("crew".into()).spawn(move || shared.serve(nap)));
        }
    }

    /// Trains lanes side by side, each as its order says, until a moment, until none may go on, or until `interrupt` says so,
    /// which is asked about once a slice. They come back in their places.
    pub fn round(&mut self, lanes: Vec<Lane>, until: Instant, interrupt: &mut dyn FnMut() -> bool) -> Vec<Lane> {
        self.hire();
        let mut lanes: Vec<(usize, Lane)> = lanes.into_iter().enumerate().collect();
        lanes.sort_by_key(|(_, lane)| lane.served);
        {
            let mut board = self.shared.board();
            board.lanes = lanes.into();
            board.until = Some(until);
        }
        self.shared.work.notify_all();
        loop {
            let trained = self.shared.train_one();
            let over = interrupt();
            let mut board = self.shared.board();
            if over {
                board.until = None;
            }
            if board.out == 0 && board.lanes.is_empty() {
                break;
            }
            if !trained && board.lanes.is_empty() {
                // The others are in the hands' hands.
                drop(self.shared.back.wait_timeout(board, LOOK_UP).unwrap_or_else(PoisonError::into_inner));
            }
        }
        let mut board = self.shared.board();
        board.until = None;
        let mut done = std::mem::take(&mut board.done);
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().map(|(_, lane)| lane).collect()
    }

    /// Takes on work in the background.
    pub fn engage(&mut self, sides: impl IntoIterator<Item = Box<dyn Side>>) {
        self.hire();
        self.shared.board().sides.extend(sides);
        self.shared.work.notify_all();
    }

    /// Lets those in the background go on for whom there is something to do again.
    pub fn stir(&mut self) {
        if !self.hired {
            return;
        }
        let mut board = self.shared.board();
        let (ready, resting): (Vec<_>, Vec<_>) = std::mem::take(&mut board.resting).into_iter().partition(|side| side.ready());
        board.resting = resting;
        if !ready.is_empty() {
            board.sides.extend(ready);
            self.shared.work.notify_all();
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        {
            let mut board = self.shared.board();
            board.ended = true;
            board.sides.clear();
        }
        self.shared.work.notify_all();
        for hand in self.hands.drain(..) {
            let _ = hand.join();
        }
    }
}
