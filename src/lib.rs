#![doc = include_str!("architecture.md")]

pub mod run;
pub mod trainer;
pub mod tui;
