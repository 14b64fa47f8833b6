//! The default run climbs: what "done" means for the learning.

use dialoq::num::stats::median;
use dialoq::run::evaluate::{judge, next_point};
use dialoq::run::timeline::Limit;
use dialoq::world::env::Env;
use dialoq::world::solve::{Policy, Solution, evaluate};

use crate::support::{built_in, exact, run};

/// How far the greedy policy has come from the random one (0) to the optimum (1), at each point until `dialogues`.
fn shares(solution: &Solution, random: f64, seed: u64, dialogues: u64) -> Vec<(u64, f64)> {
    let world = built_in("customer-service");
    let best = solution.start_value(world.exact().unwrap());
    let mut it = run(&world, "q-learning", seed, &[]);
    let mut out = Vec::new();
    let mut point = next_point(0);
    while point <= dialogues {
        it.advance(Limit::dialogues(point - it.dialogues()));
        let verdict = judge(world.exact().unwrap(), solution, it.candidate());
        out.push((point, (verdict.worth.value - random) / (best - random)));
        point = next_point(point);
    }
    out
}

fn last_ten(shares: &[(u64, f64)], until: u64) -> f64 {
    let upto: Vec<f64> = shares.iter().filter(|(n, _)| *n <= until).map(|(_, s)| *s).collect();
    upto[upto.len() - 10..].iter().sum::<f64>() / 10.0
}

#[test]
fn the_default_run_reaches_nine_tenths_of_the_way_to_the_optimum() {
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let random = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 0.95).value;
    let runs: Vec<Vec<(u64, f64)>> = (1..=20).map(|seed| shares(&solution, random, seed, 20_000)).collect();
    let mut early: Vec<f64> = runs.iter().map(|r| last_ten(r, 5_000)).collect();
    let mut late: Vec<f64> = runs.iter().map(|r| last_ten(r, 20_000)).collect();
    let (middle, worst) = (median(&mut early).unwrap(), late.iter().copied().fold(f64::INFINITY, f64::min));
    println!("share of the way: median by 5,000 {middle:.4} (from {:.4}), worst by 20,000 {worst:.4}", early[0]);
    println!("by 20,000: median {:.4}", median(&mut late).unwrap());
    assert!(middle >= 0.9, "by 5,000 dialogues: {early:?}");
    assert!(worst >= 0.9, "by 20,000 dialogues: {late:?}");
}

#[test]
fn the_default_run_begins_near_nothing() {
    // Else there would be no climb to see.
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let random = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 0.95).value;
    let mut first: Vec<f64> = (1..=20).map(|seed| shares(&solution, random, seed, 10)[0].1).collect();
    let middle = median(&mut first).unwrap();
    assert!(middle < 0.5, "after ten dialogues: {first:?}");
}

#[test]
fn evaluation_points_are_the_same_at_any_pace() {
    let mut point = 0;
    let mut points = Vec::new();
    while point < 1_000_000 {
        point = next_point(point);
        points.push(point);
    }
    // Whoever asks late gets one of the same points.
    for late in 0..40_000 {
        assert!(points.binary_search(&next_point(late)).is_ok(), "from {late} the next point is {}", next_point(late));
        assert!(next_point(late) > late);
    }
    assert!(points.len() < 64 * 20, "{} points", points.len());
}

#[test]
fn the_optimal_policy_has_no_regret_and_no_wrong_state() {
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let greedy = Policy::optimal(world.exact().unwrap(), &solution).acts;
    let all = vec![true; greedy.len()];
    let verdict = judge(world.exact().unwrap(), &solution, dialoq::run::evaluate::Candidate { dialogues: 0, greedy, visited: all });
    assert!(verdict.regret.abs() < 1e-8);
    assert_eq!((verdict.optimal_share, verdict.optimal_share_weighted), (1.0, 1.0));
}

#[test]
fn a_single_wrong_act_shows_in_the_shares() {
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let mut greedy = Policy::optimal(world.exact().unwrap(), &solution).acts;
    let start = world.start()[0].0 as usize;
    let wrong = world.legal(start as u32) & !greedy[start];
    // Beside the right act, so that half of the dialogues still begin well.
    greedy[start] |= wrong & wrong.wrapping_neg();
    let visited: Vec<bool> = (0..greedy.len()).map(|s| s == start || s == 1).collect();
    let verdict = judge(world.exact().unwrap(), &solution, dialoq::run::evaluate::Candidate { dialogues: 0, greedy, visited });
    assert!(verdict.regret > 0.01);
    assert_eq!(verdict.optimal_share, 0.5, "one of two visited states");
    assert!(verdict.optimal_share_weighted < 0.9 && verdict.optimal_share_weighted > 0.1);
}
