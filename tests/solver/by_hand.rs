//! Small processes solved on paper.

use std::sync::Arc;

use dialoq::world::World;
use dialoq::world::env::Env;
use dialoq::world::solve::{Policy, Solution, evaluate};

use crate::support::{built_in, exact, mdp, two_rooms};

/// In `a`, stay for 1 or go to `b` for 0; in `b`, leave for 10 with ½, else fall back to `a` for 0; or give up for 2.
fn two_states() -> Arc<World> {
    mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": ["a", "b"], "actions": ["first", "second"], "max_turns": 50,
        "P": [[[[1, 0, 1, false]], [[1, 1, 0, false]]],
              [[[0.5, 1, 10, true], [0.5, 0, 0, false]], [[1, 1, 2, true]]]]}"#)
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-8, "{a} is not {b}");
}

#[test]
fn two_states_have_the_values_found_on_paper() {
    // Suppose a goes and b leaves. Then V(a) = γ V(b) and V(b) = 5 + ½ γ V(a), so V(b) = 5 / (1 − γ²/2).
    // At γ = 0.8: V(b) = 5 / 0.68 = 7.352941…, V(a) = 5.882352…
    // Staying in a is worth 1 + γ V(a) = 5.705882…, less than 5.882352…; giving up in b is worth 2 < 7.35. So it was right.
    let world = two_states();
    let s = exact(&world, 0.8, 0.0);
    let (a, b) = (4.0 / 0.68, 5.0 / 0.68);
    near(s.v[0], a);
    near(s.v[1], b);
    near(s.q(0, 0, 2), 1.0 + 0.8 * a);
    near(s.q(0, 1, 2), 0.8 * b);
    near(s.q(1, 0, 2), 5.0 + 0.4 * a);
    near(s.q(1, 1, 2), 2.0);
    assert_eq!((s.optimal(0, 2), s.optimal(1, 2)), (0b10, 0b01));
    near(s.start_value(world.exact().unwrap()), a);
}

#[test]
fn a_longer_view_changes_what_is_best() {
    // At γ = 0.9 staying for ever is worth 1 / (1 − γ) = 10, going is worth γ (5 + ½ γ 10) = 8.55: now staying is best.
    let s = exact(&two_states(), 0.9, 0.0);
    near(s.v[0], 10.0);
    near(s.q(0, 1, 2), 8.55);
    near(s.v[1], 5.0 + 0.45 * 10.0);
    assert_eq!(s.optimal(0, 2), 0b01);
}

#[test]
fn without_foresight_only_the_next_reward_counts() {
    let s = exact(&two_states(), 0.0, 0.0);
    assert_eq!((s.v[0], s.v[1]), (1.0, 5.0));
    assert_eq!(s.q(0, 1, 2), 0.0);
}

#[test]
fn undiscounted_values_add_up_where_every_dialogue_ends() {
    // A coin is thrown until it shows heads, a throw costs 1: V = −1 + ½ V, so V = −2, and with γ = 1 nothing is lost.
    let coin = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 1, "actions": 1, "max_turns": 1000,
        "P": [[[[0.5, 0, -1, true], [0.5, 0, -1, false]]]]}"#);
    near(exact(&coin, 1.0, 0.0).v[0], -2.0);
    let worth = evaluate(coin.exact().unwrap(), &Policy::random(coin.exact().unwrap()), 1.0);
    near(worth.value, -2.0);
    near(worth.return_, -2.0);
    near(worth.turns, 2.0);
}

#[test]
fn the_best_soft_policy_has_the_values_found_on_paper() {
    // γ = 0.8, ε = 0.2: V(a) = 0.9 q(go) + 0.1 q(stay) = 0.9·0.8 V(b) + 0.1 (1 + 0.8 V(a)),
    // V(b) = 0.9 (5 + 0.4 V(a)) + 0.1·2 = 4.7 + 0.36 V(a).
    // (1 − 0.08 − 0.72·0.36) V(a) = 0.1 + 0.72·4.7, so V(a) = 3.484 / 0.6608.
    let s = exact(&two_states(), 0.8, 0.2);
    let a = 3.484 / 0.6608;
    near(s.v[0], a);
    near(s.v[1], 4.7 + 0.36 * a);
    assert!(s.q(0, 1, 2) > s.q(0, 0, 2), "going is still the greedy act");
}

/// The largest amount by which the values miss their own equation.
fn miss(world: &World, s: &Solution) -> f64 {
    let actions = world.actions();
    let mut worst = 0.0_f64;
    for state in 0..world.states().unwrap() {
        let legal: Vec<f64> = (0..actions).map(|a| s.q(state, a, actions)).filter(|q| q.is_finite()).collect();
        let best = legal.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = legal.iter().sum::<f64>() / legal.len() as f64;
        worst = worst.max((s.v[state as usize] - (1.0 - s.epsilon) * best - s.epsilon * mean).abs());
    }
    worst
}

#[test]
fn every_solution_is_a_fixed_point_of_its_equation() {
    for world in [two_rooms(), two_states(), built_in("customer-service"), built_in("smart-home")] {
        for (gamma, epsilon) in [(0.95, 0.0), (0.95, 0.1), (0.5, 0.3), (0.0, 0.1), (0.9, 1.0)] {
            let s = exact(&world, gamma, epsilon);
            assert!(miss(&world, &s) < 1e-8, "{} at γ {gamma}, ε {epsilon}", world.name());
        }
    }
}

#[test]
fn a_solution_is_worth_what_its_policy_is_worth() {
    for world in [two_rooms(), two_states(), built_in("customer-service"), built_in("smart-home")] {
        for (gamma, epsilon) in [(0.95, 0.0), (0.95, 0.1), (0.5, 0.3), (0.0, 0.0), (0.8, 1.0)] {
            let s = exact(&world, gamma, epsilon);
            let worth = evaluate(world.exact().unwrap(), &Policy::optimal(world.exact().unwrap(), &s), gamma);
            let miss = (worth.value - s.start_value(world.exact().unwrap())).abs();
            assert!(miss < 1e-6, "{} at γ {gamma}, ε {epsilon}: misses by {miss}", world.name());
        }
    }
}

#[test]
fn no_policy_beats_the_solution() {
    let world = built_in("customer-service");
    let best = exact(&world, 0.95, 0.0);
    let soft = exact(&world, 0.95, 0.1);
    let value = |policy: &Policy| evaluate(world.exact().unwrap(), policy, 0.95).value;
    let optimal = Policy::optimal(world.exact().unwrap(), &best);
    assert!(value(&Policy::random(world.exact().unwrap())) < best.start_value(world.exact().unwrap()));
    // The optimal policy forced to explore is no better than the policy that knew it would have to.
    let forced = Policy { acts: optimal.acts.clone(), epsilon: 0.1 };
    assert!(
        value(&forced) <= soft.start_value(world.exact().unwrap()) + 1e-9
            && soft.start_value(world.exact().unwrap()) < best.start_value(world.exact().unwrap())
    );
    // Changing its act in any one state that it meets makes the policy no better.
    for (state, _) in evaluate(world.exact().unwrap(), &optimal, 0.95).met {
        for act in (0..world.actions()).filter(|a| world.legal(state) >> a & 1 == 1) {
            let mut other = optimal.clone();
            other.acts[state as usize] = 1 << act;
            assert!(value(&other) <= best.start_value(world.exact().unwrap()) + 1e-7, "act {act} in state {state} is better");
        }
    }
}

#[test]
fn where_one_act_is_all_there_is_solving_is_evaluating() {
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 3, "actions": 1, "max_turns": 400,
        "P": [[[[0.6, 1, 1, false], [0.4, 0, -1, false]]], [[[0.5, 2, 2, false], [0.5, 0, 0, false]]], [[[0.9, 2, 5, true], [0.1, 1, -3, false]]]]}"#);
    for gamma in [0.0, 0.5, 0.97, 1.0] {
        let worth = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), gamma);
        assert!((worth.value - exact(&world, gamma, 0.0).v[0]).abs() < 1e-8, "γ {gamma}");
    }
    let worth = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 1.0);
    assert!((worth.return_ - worth.value).abs() < 1e-8, "undiscounted and never cut, the return is the value");
    assert!((worth.success - 1.0).abs() < 1e-12, "the only ending is the best one");
}

#[test]
fn the_turn_limit_cuts_the_return_but_not_the_value() {
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 1, "actions": 1, "max_turns": 7, "P": [[[[1, 0, 1, false]]]]}"#);
    let worth = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 0.9);
    assert_eq!((worth.return_, worth.turns, worth.success), (7.0, 7.0, 0.0));
    near(worth.value, 10.0);
    assert_eq!(worth.met, vec![(0, 7.0)]);
}

#[test]
fn what_comes_after_the_turn_limit_is_worth_as_much_solved_as_walked() {
    let with_limit = |turns: u32| {
        mdp(&format!(
            r#"{{"format": "dialoq-mdp", "version": 1, "states": 3, "actions": 2, "max_turns": {turns}, "start": [[0, 0.5], [2, 0.5]],
            "P": [[[[0.9, 0, -1, false], [0.1, 1, 0, false]], [[1, 2, -2, false]]],
                  [[[0.7, 2, 0.5, false], [0.3, 0, 0, false]], [[0.05, 1, 8, true], [0.95, 1, -0.25, false]]],
                  [[[0.5, 0, 1, false], [0.5, 2, 3, false]], [[0.99, 1, 0, false], [0.01, 1, 0, true]]]]}}"#
        ))
    };
    let (short, long) = (with_limit(3), with_limit(10_000));
    for gamma in [0.5, 0.95, 0.999] {
        let value = |world: &World| evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), gamma).value;
        near(value(&short), value(&long));
    }
    let never = with_limit(3);
    let stays = Policy { acts: vec![1, 1, 1], epsilon: 0.0 };
    assert!(evaluate(never.exact().unwrap(), &stays, 1.0).value.is_nan(), "it never ends and earns something for ever");
}

#[test]
fn success_is_the_best_ending_and_nothing_else() {
    // Three endings: 5 (the best), 5 again by another way, and 4.9.
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 2, "actions": 1, "max_turns": 9,
        "P": [[[[0.2, 0, 5, true], [0.5, 1, 0, false], [0.3, 0, 4.9, true]]], [[[0.4, 0, 5, true], [0.6, 1, 4.9, true]]]]}"#);
    near(evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 1.0).success, 0.2 + 0.5 * 0.4);
}

#[test]
fn ties_share_the_policy() {
    // Two acts equally good: each is taken half of the time, and they end differently.
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 2, "actions": 2,
        "P": [[[[1, 1, 1, false]], [[1, 0, 1, true]]], [[[1, 1, 0, true]], [[1, 1, 0, true]]]]}"#);
    let s = exact(&world, 1.0, 0.0);
    assert_eq!(s.optimal(0, 2), 0b11);
    near(evaluate(world.exact().unwrap(), &Policy::optimal(world.exact().unwrap(), &s), 1.0).turns, 1.5);
}

#[test]
fn solving_can_be_stopped() {
    let world = built_in("customer-service");
    assert!(dialoq::world::solve::solve(world.exact().unwrap(), 0.95, 0.0, &|| false).is_none());
}
