//! Layer 1: worlds. Scenarios and their simulated users, finite MDPs, the exact solution, sentences.

pub mod acts;
pub mod compile;
pub mod env;
pub mod expert;
pub mod gym;
pub mod mdp;
pub mod names;
pub mod scenario;
pub mod setup;
pub mod simulator;
pub mod solve;
pub mod space;
pub mod tables;
pub mod tell;
pub mod user;
pub mod words;
pub mod worth;

mod check;
mod compiled;
mod direct;
mod draw;
mod hearing;
mod state;
mod strings;
pub use compiled::{BuildError, Dialogues, World, WorldSource};

/// A scenario that comes with the program.
pub struct Builtin {
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! builtin {
    ($name:literal) => {
        Builtin { name: $name, text: include_str!(concat!("../../assets/scenarios/", $name, ".json")) }
    };
}

/// The first one is the default.
pub const SCENARIOS: &[Builtin] =
    &[builtin!("customer-service"), builtin!("smart-home"), builtin!("virtual-assistant"), builtin!("virtual-assistant-large")];

pub fn builtin(name: &str) -> Option<&'static Builtin> {
    SCENARIOS.iter().find(|s| s.name == name)
}
