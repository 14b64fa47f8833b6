//! Random walks (Sutton & Barto 2018, ex. 6.2, fig. 7.2 and 12.6): prediction, as control with one act.
//! From the middle of a row of states one goes left or right with equal chance until one falls off an end.

use std::sync::Arc;

use dialoq::run::timeline::Limit;
use dialoq::world::World;

use crate::support::{mdp, run};

/// The reward is `left` at the one end and 1 at the other, else 0.
fn walk(states: i32, left: i32) -> Arc<World> {
    let side = |next: i32| match next {
        -1 => format!("[0.5, 0, {left}, true]"),
        n if n == states => "[0.5, 0, 1, true]".to_owned(),
        n => format!("[0.5, {n}, 0, false]"),
    };
    let rows: Vec<String> = (0..states).map(|s| format!("[[{}, {}]]", side(s - 1), side(s + 1))).collect();
    mdp(&format!(
        r#"{{"format": "dialoq-mdp", "version": 1, "gamma": 1, "max_turns": 60000, "start": [[{}, 1]], "P": [{}]}}"#,
        states / 2,
        rows.join(",")
    ))
}

/// Root mean square error over states, by the exact values, which lie on a straight line.
fn error(values: &[f32], left: f64) -> f64 {
    let n = values.len() as f64;
    let exact = |s: usize| left + (1.0 - left) * (s as f64 + 1.0) / (n + 1.0);
    (values.iter().enumerate().map(|(s, v)| (f64::from(*v) - exact(s)).powi(2)).sum::<f64>() / n).sqrt()
}

/// The error after each episode, averaged over the episodes and over 100 runs, as in the figures.
fn mean_error(world: &Arc<World>, left: f64, episodes: u64, agent: &str, settings: &[(&str, &str)]) -> f64 {
    const RUNS: u64 = 100;
    let mut sum = 0.0;
    for seed in 1..=RUNS {
        let mut it = run(world, agent, seed, settings);
        for _ in 0..episodes {
            it.advance(Limit::dialogues(1));
            let e = error(&it.values(), left);
            // α too large for so long a trace: off the figure, as far as it goes.
            sum += if e.is_finite() { e.min(1.0) } else { 1.0 };
        }
    }
    sum / (RUNS * episodes) as f64
}

/// The least error over α of an agent with one more setting, in the walk of 19 states.
fn least(world: &Arc<World>, agent: &str, own: &[(&str, &str)], alphas: &[&str]) -> f64 {
    let at = |alpha: &&str| {
        let settings: Vec<(&str, &str)> = own.iter().copied().chain([("alpha", *alpha), ("gamma", "1")]).collect();
        mean_error(world, -1.0, 10, agent, &settings)
    };
    alphas.iter().map(at).fold(f64::INFINITY, f64::min)
}

#[test]
fn td_finds_the_values_of_five_states_and_is_better_than_monte_carlo() {
    let world = walk(5, 0);
    let at = |agent: &str, alpha: &str, own: &[(&str, &str)]| {
        let settings: Vec<(&str, &str)> = own.iter().copied().chain([("alpha", alpha), ("gamma", "1"), ("initial", "0.5")]).collect();
        mean_error(&world, 0.0, 100, agent, &settings)
    };
    let best = |agent: &str, own: &[(&str, &str)], alphas: &[&str]| alphas.iter().map(|a| at(agent, a, own)).fold(f64::INFINITY, f64::min);
    let td = best("sarsa", &[], &["0.05", "0.1", "0.15"]);
    // As many steps as an episode has, nearly always: constant-α Monte Carlo.
    let monte_carlo = best("n-step-sarsa", &[("n", "500")], &["0.01", "0.02", "0.03", "0.04"]);
    println!("five states: td {td:.3}, monte carlo {monte_carlo:.3}");
    // The curves of the example lie around .07 to .1 and .1 to .13, above .2 at the start; means over 100 runs err by less than .005.
    assert!(td < 0.11 && td < monte_carlo - 0.01, "td {td}, monte carlo {monte_carlo}");
}

#[test]
fn between_one_step_and_monte_carlo_is_best_in_19_states() {
    let world = walk(19, -1);
    let alphas = ["0.1", "0.2", "0.4", "0.6", "0.8", "1"];
    let errors: Vec<f64> = ["1", "4", "16", "128"].iter().map(|n| least(&world, "n-step-sarsa", &[("n", n)], &alphas)).collect();
    println!("19 states, n = 1, 4, 16, 128: {errors:.3?}");
    // Fig. 7.2: the least errors are about .33, .27, .33 and .43 of .55; means of 100 runs err by less than .01.
    assert!(errors[1] < errors[0] - 0.03 && errors[1] < errors[2] - 0.03 && errors[2] < errors[3], "{errors:?}");
    assert!((0.22..0.30).contains(&errors[1]), "{errors:?}");
}

#[test]
fn one_step_is_sarsa_and_lambda_0_is_sarsa() {
    let world = walk(19, -1);
    let value = |agent: &str, own: &[(&str, &str)]| {
        let settings: Vec<(&str, &str)> = own.iter().copied().chain([("alpha", "0.3"), ("gamma", "1")]).collect();
        let mut it = run(&world, agent, 3, &settings);
        it.advance(Limit::dialogues(50));
        it.values()
    };
    let sarsa = value("sarsa", &[]);
    assert_eq!(value("n-step-sarsa", &[("n", "1")]), sarsa);
    for trace in ["replacing", "accumulating", "dutch"] {
        let traced = value("sarsa-lambda", &[("lambda", "0"), ("trace", trace)]);
        // α δ e is added where α (target − Q) was: the rounding of 50 episodes.
        assert!(traced.iter().zip(&sarsa).all(|(a, b)| (a - b).abs() < 1e-5), "{trace}");
    }
}

#[test]
fn an_intermediate_lambda_is_best_in_19_states() {
    let world = walk(19, -1);
    let of = |lambda: &str, alphas: &[&str]| least(&world, "sarsa-lambda", &[("lambda", lambda), ("trace", "accumulating")], alphas);
    let errors = [
        of("0", &["0.2", "0.4", "0.6", "0.8", "1"]),
        of("0.4", &["0.2", "0.4", "0.6", "0.8"]),
        of("0.8", &["0.1", "0.2", "0.3", "0.4"]),
        of("0.9", &["0.05", "0.1", "0.2", "0.3"]),
        of("1", &["0.005", "0.01", "0.02", "0.05"]),
    ];
    println!("19 states, λ = 0, .4, .8, .9, 1: {errors:.3?}");
    // Fig. 12.6, TD(λ): from about .33 down to .28 between .8 and .9, and up to .5 for 1; means of 100 runs err by less than .01.
    let best = errors[2].min(errors[3]);
    assert!(best < errors[0] - 0.02 && best < errors[4] - 0.1 && errors[1] < errors[0], "{errors:?}");
    assert!((0.22..0.32).contains(&best), "{errors:?}");
}
