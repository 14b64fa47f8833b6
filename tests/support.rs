//! Worlds and runs as the suites need them. Each built-in world is compiled once for all tests of a process.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use dialoq::agents;
use dialoq::run::{Run, RunSpec};
use dialoq::world::solve::{Solution, solve};
use dialoq::world::{Builtin, SCENARIOS, World, WorldSource};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

static BUILT_IN: [OnceLock<Arc<World>>; SCENARIOS.len()] = [const { OnceLock::new() }; SCENARIOS.len()];

pub fn built_in(name: &str) -> Arc<World> {
    let at = SCENARIOS.iter().position(|s| s.name == name).expect("a built-in scenario");
    let build = || Arc::new(World::build(&WorldSource::Builtin(name.into()), "standard", None, &mut |_| ()).unwrap());
    BUILT_IN[at].get_or_init(build).clone()
}

/// The scenarios whose states are few enough to be numbered.
pub fn listed() -> impl Iterator<Item = &'static Builtin> {
    SCENARIOS.iter().filter(|s| built_in(s.name).states().is_some())
}

/// The world of a finite MDP's text.
pub fn mdp(text: &str) -> Arc<World> {
    let source = WorldSource::Mdp { path: "test.json".into(), text: text.into() };
    Arc::new(World::build(&source, "standard", None, &mut |_| ()).unwrap())
}

/// Two rooms and a corridor that sometimes loops: small, stochastic, with an illegal act and a turn limit that cuts.
pub fn two_rooms() -> Arc<World> {
    mdp(r#"{"format": "dialoq-mdp", "version": 1, "name": "two-rooms", "gamma": 0.9, "max_turns": 12,
        "states": ["left", "corridor", "right"], "actions": ["stay", "go"], "start": [[0, 0.75], [1, 0.25]],
        "P": [[[[1.0, 0, -0.5, false]], [[0.9, 1, 0.0, false], [0.1, 0, 0.0, false]]],
              [[], [[0.5, 2, 0.25, false], [0.25, 0, -1.0, false], [0.25, 1, 0.0, false]]],
              [[[1.0, 2, 0.1, false]], [[0.8, 2, 3.0, true], [0.2, 0, -2.0, false]]]]}"#)
}

pub fn settings(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn run(world: &Arc<World>, agent: &str, seed: u64, pairs: &[(&str, &str)]) -> Box<dyn Run> {
    start(world, agent, seed, settings(pairs))
}

pub fn start(world: &Arc<World>, agent: &str, seed: u64, settings: Vec<(String, String)>) -> Box<dyn Run> {
    let source = WorldSource::Builtin("unused".into());
    let spec = RunSpec { source, profile: "standard".into(), masks: None, agent: agent.into(), seed, settings };
    agents::start(world.clone(), &spec).unwrap()
}

pub fn exact(world: &World, gamma: f64, epsilon: f64) -> Solution {
    solve(world.exact().unwrap(), gamma, epsilon, &|| true).unwrap()
}

/// The same cases on every machine: a law that fails once fails always.
pub fn proptest(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Takes what a command prints.
#[derive(Clone, Default)]
pub struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
