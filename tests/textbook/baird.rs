//! Baird's counterexample (Sutton & Barto 2018, §11.2, fig. 11.1 and 11.2): off-policy, bootstrapping and approximating at once, and the
//! weights grow without bound, although the solution can be written with these very features.
//!
//! Seven states, one act leading to each: the six dashed ones and the solid one. Drawn with equal chance they give the book's behaviour,
//! dashed 6/7 and solid 1/7. Every reward is 1 instead of 0, so that weights that begin alike have something to learn: every value is
//! 1 / (1 − .99) = 100, which all weights at 100/3 represent exactly. The features always have two numbers that are not 0, so α here is
//! twice the book's.

use std::sync::Arc;

use dialoq::learn::probe::Recorder;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::World;

use crate::support::{mdp, run};

const TEXT: &str = include_str!("../data/baird.json");

fn world() -> Arc<World> {
    mdp(TEXT)
}

fn off_policy(agent: &str, alpha: &str) -> Box<dyn Run> {
    run(&world(), agent, 1, &[("alpha", alpha), ("gamma", "0.99"), ("epsilon", "1")])
}

fn largest(run: &dyn Run) -> f32 {
    run.values().iter().copied().filter(|q| q.is_finite()).fold(0.0, |most, q| most.max(q.abs()))
}

#[test]
fn semi_gradient_q_learning_off_policy_grows_without_bound() {
    let mut it = off_policy("linear-q", "0.1");
    let mut before = 100.0;
    // Each 4,000 turns multiply the largest value by hundreds; ten is far on the safe side.
    for _ in 0..4 {
        it.advance(Limit::ticks(4_000));
        let now = largest(&*it);
        assert!(now > 10.0 * before, "{now} after {before}");
        before = now;
    }
    assert!(it.fault().is_none(), "large, but still a number");
}

#[test]
fn a_larger_step_ends_beyond_what_a_number_can_be_and_the_run_says_where() {
    let mut it = off_policy("linear-q", "0.5");
    it.advance(Limit::ticks(20_000));
    let fault = it.fault().expect("the run stops");
    assert!(it.now().0 == fault.tick && fault.tick < 20_000);
    let (_, before, after) = fault.record.writes[0];
    assert!(before.is_finite() && !after.is_finite(), "{before} → {after}");
    let values = it.values();
    assert!(values.iter().all(|q| q.is_finite()), "the run stands before the update that breaks it: {values:?}");
}

#[test]
fn on_policy_the_same_features_find_the_exact_values() {
    // Sarsa's target is under the policy that it follows, here the random one: §9.4 promises convergence. 0.5 is the noise of α.
    let mut it = off_policy("linear-sarsa", "0.1");
    it.advance(Limit::ticks(200_000));
    let values = it.values();
    assert!(values.iter().all(|q| (q - 100.0).abs() < 0.5), "{values:?}");
}

#[test]
fn a_table_finds_the_exact_values_off_policy() {
    // Without approximation nothing diverges. After 200,000 turns each of the 49 cells has had about 4,000 updates.
    let mut it = off_policy("q-learning", "0.5");
    it.advance(Limit::ticks(200_000));
    let values = it.values();
    assert!(values.iter().all(|q| (q - 100.0).abs() < 0.01), "{values:?}");
}

#[test]
fn the_change_of_a_weight_is_that_of_the_equation() {
    let mut it = off_policy("linear-q", "0.1");
    let mut recorder = Recorder::default();
    it.advance_watched(Limit::ticks(100), &mut recorder);
    for t in &recorder.turns {
        let term = |name: &str| t.terms.iter().find(|(n, _)| *n == name).unwrap().1;
        // Features 2 and 1 everywhere: n = 2, Σ x² = 5.
        assert_eq!((term("n"), term("norm")), (2.0, 5.0));
        assert_eq!(term("change"), 0.1 / 2.0 * term("delta"));
    }
}
