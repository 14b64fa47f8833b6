//! Shapes from the textbook, and what the knobs do.

use std::collections::BTreeSet;

use dialoq::learn::knob::KnobError;
use dialoq::learn::machine::EditError;
use dialoq::learn::probe::Recorder;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::ActionId;

use crate::data::{self, CLIFF_START};
use crate::support::{built_in, mdp, run};

/// The states on the greedy way from the cliff's start to its goal.
fn greedy_walk(world: &World, run: &dyn Run) -> Vec<u32> {
    let greedy = run.candidate().greedy;
    let mut at = CLIFF_START as u32;
    let mut walk = vec![at];
    for _ in 0..60 {
        let act = ActionId(greedy[at as usize].trailing_zeros() as u8);
        let outcome = world.outcomes(at, u32::from(act.0))[0];
        if outcome.closed {
            return walk;
        }
        at = outcome.next;
        walk.push(at);
    }
    panic!("the greedy way leads nowhere: {walk:?}");
}

/// Learned at a small α, that noise does not decide the way.
fn walker(agent: &str) -> (std::sync::Arc<World>, Box<dyn Run>) {
    let world = mdp(&data::cliff_walking());
    let mut it = run(&world, agent, 2, &[("alpha", "0.05"), ("gamma", "1"), ("epsilon", "0.1")]);
    it.advance(Limit::dialogues(20_000));
    (world, it)
}

#[test]
fn q_learning_walks_along_the_edge_of_the_cliff() {
    let (world, it) = walker("q-learning");
    let walk = greedy_walk(&world, &*it);
    assert_eq!(walk.len(), 13, "{walk:?}");
    assert!((24..36).all(|s| walk.contains(&s)), "the row above the cliff: {walk:?}");
}

#[test]
fn sarsa_keeps_away_from_the_edge() {
    for agent in ["sarsa", "expected-sarsa"] {
        let (world, it) = walker(agent);
        let walk = greedy_walk(&world, &*it);
        let at_the_edge = walk.iter().filter(|s| (25..35).contains(*s)).count();
        assert_eq!(at_the_edge, 0, "{agent}: {walk:?}");
    }
}

#[test]
fn sarsa_earns_more_while_it_learns() {
    let recent = |agent| walker(agent).1.last_100().1;
    let (q, sarsa) = (recent("q-learning"), recent("sarsa"));
    assert!(sarsa > q + 10.0, "with ε = 0.1, Sarsa returns {sarsa} and Q-learning {q}");
}

/// Different (state, act) pairs tried in the first dialogues without any ε.
fn tried(initial: &str) -> usize {
    let mut recorder = Recorder::default();
    let mut it = run(&built_in("customer-service"), "q-learning", 4, &[("epsilon", "0"), ("initial", initial)]);
    it.advance_watched(Limit::dialogues(100), &mut recorder);
    recorder.turns.iter().map(|t| (t.state, t.act)).collect::<BTreeSet<_>>().len()
}

#[test]
fn optimism_tries_more() {
    let (plain, optimistic, gloomy) = (tried("0"), tried("10"), tried("-50"));
    println!("pairs tried: {gloomy} at −50, {plain} at 0, {optimistic} at 10");
    assert!(optimistic > plain, "{optimistic} pairs at Q₀ = 10, {plain} at 0");
    assert!(gloomy < plain, "{gloomy} pairs at Q₀ = −50, {plain} at 0: whatever is tried first looks best");
}

fn epsilon_at(pairs: &[(&str, &str)], dialogues: u64) -> f64 {
    let mut it = run(&built_in("customer-service"), "q-learning", 4, pairs);
    it.advance(Limit::dialogues(dialogues));
    it.knob_now("epsilon").unwrap()
}

fn near(a: f64, b: f64) {
    // ε is kept as a bound of 32 bits.
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

#[test]
fn a_linear_schedule_goes_straight_and_then_stays() {
    let pairs = [("epsilon", "0.5"), ("epsilon-schedule", "linear"), ("epsilon-final", "0.1"), ("epsilon-dialogues", "200")];
    near(epsilon_at(&pairs, 0), 0.5);
    near(epsilon_at(&pairs, 50), 0.4);
    near(epsilon_at(&pairs, 150), 0.2);
    near(epsilon_at(&pairs, 200), 0.1);
    near(epsilon_at(&pairs, 1000), 0.1);
}

#[test]
fn an_exponential_schedule_halves_the_rest_of_the_way() {
    let pairs = [("epsilon", "0.5"), ("epsilon-schedule", "exponential"), ("epsilon-final", "0.1"), ("epsilon-dialogues", "100")];
    near(epsilon_at(&pairs, 0), 0.5);
    near(epsilon_at(&pairs, 100), 0.3);
    near(epsilon_at(&pairs, 200), 0.2);
    near(epsilon_at(&pairs, 300), 0.15);
}

#[test]
fn a_constant_epsilon_stays() {
    near(epsilon_at(&[("epsilon", "0.25")], 0), 0.25);
    near(epsilon_at(&[("epsilon", "0.25")], 500), 0.25);
}

#[test]
fn a_schedule_switched_on_later_goes_by_the_dialogue_it_is() {
    let mut it =
        run(&built_in("customer-service"), "q-learning", 4, &[("epsilon", "0.5"), ("epsilon-final", "0.1"), ("epsilon-dialogues", "200")]);
    it.advance(Limit::dialogues(100));
    it.tune("epsilon-schedule", 1.0).unwrap();
    near(it.knob_now("epsilon").unwrap(), 0.3);
}

#[test]
fn epsilon_is_how_often_an_act_is_drawn() {
    let mut recorder = Recorder::default();
    let mut it = run(&built_in("customer-service"), "q-learning", 4, &[("epsilon", "0.2")]);
    it.advance(Limit::ticks(50_000));
    it.advance_watched(Limit::ticks(50_000), &mut recorder);
    // An act not greedy is taken with ε (1 − 1/n) where one of n legal acts is greedy.
    let (mut expected, mut variance, mut explored) = (0.0, 0.0, 0.0);
    for t in &recorder.turns {
        let greedy: f32 = t.probabilities.iter().copied().fold(0.0, f32::max);
        if t.values.iter().enumerate().filter(|(a, q)| t.legal >> a & 1 == 1 && **q >= t.values[t.act.index()]).count() > 0 {
            let p = 1.0 - f64::from(greedy);
            expected += p;
            variance += p * (1.0 - p);
            explored += f64::from(u8::from(!t.greedy()));
        }
    }
    let z: f64 = (explored - expected) / f64::sqrt(variance);
    assert!(z.abs() < 4.5, "{explored} explored, {expected:.0} expected: {z:.1} deviations");
}

#[test]
fn what_is_set_at_the_start_cannot_be_tuned_later() {
    let mut it = run(&built_in("customer-service"), "q-learning", 4, &[]);
    it.advance(Limit::ticks(10));
    let before = it.digest();
    let refused = it.tune("initial", 5.0);
    assert_eq!(refused, Err(EditError::Knob(KnobError::Fixed { name: "initial", value: "5".into() })));
    assert_eq!(it.digest(), before);
}

#[test]
fn a_knob_says_what_would_be_right() {
    let refusal = |name: &str, value: f64| run(&built_in("smart-home"), "sarsa", 4, &[]).tune(name, value).unwrap_err().to_string();
    assert_eq!(refusal("gamma", 1.5), "gamma: \"1.5\" is not a number from 0 to 1");
    assert_eq!(refusal("epsilon-dialogues", 2.5), "epsilon-dialogues: \"2.5\" is not a whole number from 1 to 1000000000");
    assert_eq!(refusal("alpha", f64::NAN), "alpha: \"NaN\" is not a number from 0.0001 to 1");
    assert_eq!(refusal("alpha-schedule", 9.0), "alpha-schedule: \"9\" is not one of constant, visits, linear, exponential");
    let unknown = refusal("lambda", 0.5);
    assert!(unknown.starts_with("there is no knob \"lambda\"; sarsa has alpha, gamma, epsilon, epsilon-schedule, "), "{unknown}");
    assert!(unknown.ends_with("temperature-final, epsilon-visits, ucb-c"), "{unknown}");
}

#[test]
fn a_tune_says_what_it_changed() {
    let mut it = run(&built_in("smart-home"), "sarsa", 4, &[]);
    assert_eq!(it.tune("alpha", 0.3), Ok("α 0.1 → 0.3".to_owned()));
    assert_eq!(it.tune("epsilon-schedule", 1.0), Ok("ε moves constant → linear".to_owned()));
}
