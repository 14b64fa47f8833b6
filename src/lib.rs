#![doc = include_str!("architecture.md")]

pub mod agents;
pub mod chat;
pub mod cli;
pub mod data;
pub mod learn;
pub mod lm;
pub mod nn;
pub mod num;
pub mod run;
pub mod store;
pub mod text;
pub mod trainer;
pub mod tui;
pub mod world;
