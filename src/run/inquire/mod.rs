//! Questions to a run's past and future, each on a copy: the run itself does not move.

pub mod answers;
pub mod beside;
pub mod credit;
pub mod guard;
pub mod learned;
pub mod taken;
pub mod trial;
pub mod what_if;

mod play;
mod row;
mod words;

/// Turns replayed from one question to `keep_going` to the next.
const BETWEEN: u64 = 1 << 16;
