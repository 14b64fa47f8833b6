//! The training thread: takes `Ask`s, trains in slices of about two milliseconds, publishes a `Snapshot` when the last was taken.

pub mod command;
pub mod snapshot;

pub use crate::run::view;
