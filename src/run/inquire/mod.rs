//! Questions to a run's past and future, each on a copy: the run itself does not move.

pub mod answers;
pub mod beside;
pub mod credit;
pub mod guard;
pub mod learned;
pub mod taken;
pub mod what_if;
