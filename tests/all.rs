//! The one test crate: its modules are the suites, so that there is one link instead of ten.

#![allow(clippy::unwrap_used)]

mod chat;
mod cli;
mod curve;
mod data;
mod dice;
mod golden;
mod gradients;
mod house;
mod language;
mod laws;
mod learning;
mod mutation;
mod past;
mod preparing;
mod pty;
mod scenarios;
mod screens;
mod sessions;
mod solver;
mod statistics;
mod support;
mod talking;
mod textbook;
mod trainer;
