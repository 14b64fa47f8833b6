//! Pieces of work shared out among threads. A piece touches what it owns and a room to calculate in, which holds no state: so which
//! thread does which piece, and how many threads there are, cannot be seen in what comes out.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

/// Does every piece once, on as many threads as there are rooms; the caller's is the first. What each gives is in the order of the
/// pieces. A panic in a piece is passed on.
pub fn share<Room: Send, Piece: Send, Result: Send>(
    rooms: &mut [Room],
    pieces: Vec<Piece>,
    work: impl Fn(&mut Room, Piece) -> Result + Sync,
) -> Vec<Result> {
    let (first, others) = rooms.split_first_mut().expect("there is a room to calculate in");
    let useful = others.len().min(pieces.len().saturating_sub(1));
    if useful == 0 {
        return pieces.into_iter().map(|piece| work(first, piece)).collect();
    }
    let mut results: Vec<Option<Result>> = pieces.iter().map(|_| None).collect();
    let queue = Mutex::new(pieces.into_iter().zip(&mut results));
    let serve = |room: &mut Room| {
        loop {
            let next = queue.lock().expect("nobody panics while taking a piece").next();
            let Some((piece, result)) = next else { break };
            *result = Some(work(room, piece));
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = others[..useful].iter_mut().map(|room| scope.spawn(|| serve(room))).collect();
        serve(first);
        // The scope itself would pass on that a thread panicked, and not why.
        for other in others {
            other.join().unwrap_or_else(|cause| resume_unwind(cause));
        }
    });
    drop(queue);
    results.into_iter().map(|result| result.expect("every piece was done")).collect()
}
