//! The one test crate: its modules are the suites, so that there is one link instead of ten.

mod cli;
mod screens;
