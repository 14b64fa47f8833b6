//! The law of sessions: whatever a person does, in whatever order, the journal reads back to the same runs, edits, bookmarks and digests.
//!
//! `DIALOQ_SEQUENCES` says how many sequences there are in all, `DIALOQ_SEQUENCES_SEED` draws others. A failure prints the smallest
//! sequence found that fails.

mod acts;
mod desk;

use dialoq::agents::AGENTS;
use dialoq::lm::live;
use dialoq::run::RunSpec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use acts::{Act, acts, acts_of_a_model};
use desk::Desk;

use super::{in_world, small};

fn number(variable: &str, default: u64) -> u64 {
    let told = std::env::var(variable).ok();
    told.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: \"{text}\" is no number")))
}

/// Sequences of all agents together.
fn in_all() -> u64 {
    number("DIALOQ_SEQUENCES", 200)
}

fn hold(name: &str, cases: u64, plan: impl Strategy<Value = (RunSpec, u64, Vec<Act>, usize)>) {
    let seed = number("DIALOQ_SEQUENCES_SEED", 0);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    name.bytes().zip(&mut bytes[8..]).for_each(|(from, to)| *to = from);
    let config = Config { cases: cases as u32, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let result = runner.run(&plan, |(spec, turn, acts, cut)| {
        let mut desk = Desk::new(spec, turn);
        acts.iter().for_each(|act| desk.act(act));
        desk.end(cut);
        Ok(())
    });
    result.unwrap_or_else(|e| panic!("{name}, DIALOQ_SEQUENCES_SEED={seed}: {e}"));
}

/// Each agent of this share of them.
fn of_agents(share: usize) {
    let each = in_all().div_ceil(AGENTS.len() as u64);
    for agent in AGENTS.iter().skip(share).step_by(SHARES) {
        let far = if (agent.kernel)().is_some() { 30 } else { 120 };
        let spec = (0..1000_u64, 0..6_u8).prop_map(|(seed, world)| {
            // What knows dialogues only has no place in a finite MDP.
            if world == 0 || agent.name == "expert" { in_world("customer-service", agent.name, seed) } else { small(agent.name, seed) }
        });
        hold(agent.name, each, (spec, 0..far, acts(far), 0..1000_usize));
    }
}

/// Tests among which the agents are shared out, so that they go side by side.
const SHARES: usize = 3;

#[test]
fn whatever_is_done_with_a_third_of_the_agents_comes_back() {
    of_agents(0);
}

#[test]
fn whatever_is_done_with_another_third_of_the_agents_comes_back() {
    of_agents(1);
}

#[test]
fn whatever_is_done_with_the_last_third_of_the_agents_comes_back() {
    of_agents(2);
}

#[test]
fn whatever_is_done_with_a_language_model_comes_back() {
    let cases = in_all().div_ceil(200);
    let spec = (0..1000_u64).prop_map(|seed| {
        let settings = vec![("preset".to_owned(), "test".to_owned())];
        RunSpec { settings, ..in_world("customer-service", live::NAME, seed) }
    });
    hold(live::NAME, cases, (spec, 0..4_u64, acts_of_a_model(), 0..1000_usize));
}
