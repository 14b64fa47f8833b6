//! Discounts so close to 1 that sweeps do not come to an end: small worlds are solved exactly all the same.

use dialoq::world::mdp::{self, Mdp};
use dialoq::world::solve::{Policy, Solution, evaluate, reaches, solve};

fn world(gamma: f64, p: &str) -> Mdp {
    mdp::parse(&format!(r#"{{"format": "dialoq-mdp", "version": 1, "gamma": {gamma}, "max_turns": 20, "P": {p}}}"#)).unwrap()
}

fn solved(mdp: &Mdp, epsilon: f64) -> Solution {
    solve(mdp, mdp.gamma, epsilon, &|| true).unwrap()
}

fn close(x: f64, y: f64) {
    assert!((x - y).abs() <= 1e-8 * y.abs().max(1.0), "{x} is not {y}");
}

#[test]
fn a_reward_for_ever_is_worth_itself_over_one_minus_gamma() {
    for gamma in [0.9999, 0.999_999, 0.999_999_999] {
        let mdp = world(gamma, "[[[[1, 0, 1.0, false]]]]");
        let solution = solved(&mdp, 0.0);
        assert!(solution.is_settled(), "γ {gamma}: residual {}", solution.residual);
        close(solution.v[0], 1.0 / (1.0 - gamma));
        close(evaluate(&mdp, &Policy::optimal(&mdp, &solution), gamma).value, 1.0 / (1.0 - gamma));
    }
}

/// Two rooms: to go costs 1 and comes to the other one, to stay gives 1 in the left and 2 in the right one.
const ROOMS: &str = "[[[[1, 0, 1, false]], [[1, 1, -1, false]]], [[[1, 1, 2, false]], [[1, 0, -1, false]]]]";

#[test]
fn the_better_act_is_found_where_it_pays_only_after_a_long_time() {
    let gamma = 0.999_999;
    let mdp = world(gamma, ROOMS);
    let solution = solved(&mdp, 0.0);
    assert!(solution.is_settled());
    assert_eq!((solution.optimal(0, 2), solution.optimal(1, 2)), (0b10, 0b01));
    close(solution.v[1], 2.0 / (1.0 - gamma));
    close(solution.v[0], gamma * 2.0 / (1.0 - gamma) - 1.0);
    // Always going, the rooms take turns at −1: a chain that sweeps never settle.
    let going = Policy { acts: vec![0b10, 0b10], epsilon: 0.0 };
    close(evaluate(&mdp, &going, gamma).value, -1.0 / (1.0 - gamma));
}

#[test]
fn the_best_policy_that_must_explore_is_found_too() {
    let gamma = 0.999_999;
    let mdp = world(gamma, ROOMS);
    let solution = solved(&mdp, 0.2);
    assert!(solution.is_settled());
    // By hand: (I − γ P) v = r with 0.9 for the greedy act and 0.1 for the other one.
    let (r, p) = ([-0.9 + 0.1, 0.9 * 2.0 - 0.1], [[0.1, 0.9], [0.1, 0.9]]);
    let gain = gamma * (p[1][0] * r[0] + p[1][1] * r[1]) / (1.0 - gamma);
    close(solution.v[0], r[0] + gain);
    close(solution.v[1], r[1] + gain);
}

#[test]
fn whether_a_policy_reaches_a_value_is_known_there_too() {
    let gamma = 0.999_999;
    let mdp = world(gamma, ROOMS);
    let solution = solved(&mdp, 0.0);
    let start = solution.start_value(&mdp);
    let mut best = |s: u32| solution.optimal(s, 2);
    assert!(reaches(&mdp, &mut best, gamma, &solution.v, 0.9 * start));
    assert!(reaches(&mdp, &mut best, gamma, &solution.v, start));
    assert!(!reaches(&mdp, &mut best, gamma, &solution.v, start + 1.0));
    // Staying in the left room is worth half.
    assert!(!reaches(&mdp, &mut |_| 0b01, gamma, &solution.v, 0.9 * start));
    assert!(reaches(&mdp, &mut |_| 0b01, gamma, &solution.v, 0.45 * start));
}

#[test]
fn without_discount_a_reward_for_ever_has_no_value() {
    let mdp = world(1.0, "[[[[1, 0, 1.0, false]]]]");
    assert!(!solved(&mdp, 0.0).is_settled());
}

#[test]
fn a_world_that_sweeps_solve_is_left_to_them() {
    let mdp = world(0.99, ROOMS);
    let solution = solved(&mdp, 0.0);
    assert!(solution.residual <= 1e-10 && solution.sweeps < 20_000, "{} sweeps", solution.sweeps);
    close(solution.v[1], 200.0);
}
