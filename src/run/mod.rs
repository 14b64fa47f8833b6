//! Runs.
pub mod view;
