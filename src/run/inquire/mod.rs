//! Questions to a run's past and future, each on a copy: the run itself does not move.

use crate::learn::machine::Machine;

pub mod answers;
pub mod beside;
pub mod credit;
pub mod guard;
pub mod learned;
pub mod taken;
pub mod what_if;
pub mod words;

mod play;
mod row;

/// Turns replayed from one question to `keep_going` to the next.
fn between(machine: &impl Machine) -> u64 {
    ((1 << 16) / machine.cost().max(1)).max(1)
}
