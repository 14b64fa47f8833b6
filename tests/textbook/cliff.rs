//! Cliff walking (Sutton & Barto 2018, example 6.6): Sarsa learns the safe way, Q-learning the short one along the edge.

use std::fmt::Write;
use std::sync::Arc;

use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::World;

use crate::support::{mdp, run};

const ROWS: i32 = 4;
const COLUMNS: i32 = 12;
const START: i32 = 3 * COLUMNS;
const GOAL: i32 = START + COLUMNS - 1;
/// Up, right, down, left.
const MOVES: [(i32, i32); 4] = [(-1, 0), (0, 1), (1, 0), (0, -1)];

/// Where a move leads, and its reward.
fn walk(state: i32, act: usize) -> (i32, i32) {
    let row = (state / COLUMNS + MOVES[act].0).clamp(0, ROWS - 1);
    let column = (state % COLUMNS + MOVES[act].1).clamp(0, COLUMNS - 1);
    let next = row * COLUMNS + column;
    if next > START && next < GOAL { (START, -100) } else { (next, -1) }
}

fn world() -> Arc<World> {
    let mut rows = String::new();
    for state in 0..ROWS * COLUMNS {
        let list: Vec<String> = (0..4)
            .map(|act| {
                let (next, reward) = walk(state, act);
                format!("[[1, {next}, {reward}, {}]]", next == GOAL)
            })
            .collect();
        let comma = if state == 0 { "" } else { "," };
        write!(rows, "{comma}[{}]", list.join(",")).unwrap();
    }
    mdp(&format!(
        r#"{{"format": "dialoq-mdp", "version": 1, "gamma": 1, "max_turns": 10000, "start": [[{START}, 1]], "actions": 4, "P": [{rows}]}}"#
    ))
}

const SETTINGS: [(&str, &str); 3] = [("alpha", "0.5"), ("gamma", "1"), ("epsilon", "0.1")];
const EPISODES: u64 = 500;
const RUNS: u64 = 40;

fn mean_100(it: &dyn Run) -> f64 {
    f64::from(it.last_100().1)
}

/// Mean return of the last 100 of 500 episodes, over the runs.
fn online(agent: &str) -> f64 {
    let world = world();
    let mean = |seed| {
        let mut it = run(&world, agent, seed, &SETTINGS);
        it.advance(Limit::dialogues(EPISODES));
        mean_100(&*it)
    };
    (1..=RUNS).map(mean).sum::<f64>() / RUNS as f64
}

/// The rows of the greedy way from start to goal; none where it does not get there.
fn way(it: &dyn Run) -> Option<Vec<i32>> {
    let greedy = it.candidate().greedy;
    let (mut state, mut rows) = (START, Vec::new());
    while state != GOAL {
        state = walk(state, greedy[state as usize].trailing_zeros() as usize).0;
        rows.push(state / COLUMNS);
        if rows.len() > 40 {
            return None;
        }
    }
    Some(rows)
}

#[test]
fn sarsa_falls_less_often_than_q_learning() {
    let (sarsa, q_learning) = (online("sarsa"), online("q-learning"));
    println!("cliff, mean return of episodes 401 to 500: sarsa {sarsa:.1}, q-learning {q_learning:.1}");
    // The figure shows about −25 and −50; over 40 runs of 100 episodes the standard error is near 1, five of which are allowed.
    assert!((-32.0..-17.0).contains(&sarsa), "{sarsa}");
    assert!((-62.0..-38.0).contains(&q_learning), "{q_learning}");
}

/// With α falling to nothing, so that noise does not decide the way.
fn settled(agent: &str, seed: u64) -> Option<Vec<i32>> {
    let mut it = run(&world(), agent, seed, &[("alpha", "0.5"), ("gamma", "1"), ("alpha-schedule", "visits"), ("alpha-visits", "50")]);
    it.advance(Limit::dialogues(10_000));
    way(&*it)
}

#[test]
fn q_learning_takes_the_short_way_along_the_edge() {
    for seed in 1..=3 {
        let way = settled("q-learning", seed).expect("it arrives");
        // One up, eleven right, one down.
        assert_eq!((way.len(), way.iter().copied().min()), (13, Some(2)), "seed {seed}");
    }
}

#[test]
fn sarsa_keeps_away_from_the_edge() {
    for seed in 1..=3 {
        let way = settled("sarsa", seed).expect("it arrives");
        let by_the_edge = way.iter().filter(|row| **row == 2).count();
        // Two are needed to leave the start and to reach the goal; the short way has eleven and more.
        assert!(way.len() > 13 && by_the_edge <= 4, "seed {seed}: {way:?}");
    }
}
