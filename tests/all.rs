//! The one test crate: one link instead of ten. A suite is a module here.

#![allow(clippy::unwrap_used)]

mod curve;
mod data;
mod dice;
mod golden;
mod house;
mod laws;
mod learning;
mod scenarios;
mod solver;
mod support;
