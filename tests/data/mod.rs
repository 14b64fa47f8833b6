//! Gymnasium's toy-text environments in the `dialoq-mdp` form, built from their published rules (`Taxi-v3`, `FrozenLake-v1`,
//! `CliffWalking-v1`; Gymnasium 1.x documentation), not from this program's code.

use serde_json::{Value, json};

/// One outcome as `P[state][action]` lists it: probability, next state, reward, terminated.
type Outcome = (f64, usize, f64, bool);

/// The text of a file with these lists; an outcome of the same place is kept as it comes.
fn text(name: &str, start: &[usize], max_turns: u32, p: &[Vec<Vec<Outcome>>]) -> String {
    let start: Vec<Value> = start.iter().map(|s| json!([s, 1.0 / start.len() as f64])).collect();
    json!({
        "format": "dialoq-mdp", "version": 1, "name": name, "gamma": 0.99, "states": p.len(), "actions": p[0].len(),
        "start": start, "max_turns": max_turns, "P": p,
    })
    .to_string()
}

const TAXI_MAP: [&str; 5] = ["|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |"];
pub const TAXI_PLACES: [(usize, usize); 4] = [(0, 0), (0, 4), (4, 0), (4, 3)];
pub const TAXI_ACTIONS: usize = 6;
const IN_TAXI: usize = 4;

pub fn taxi_encode(row: usize, col: usize, passenger: usize, destination: usize) -> usize {
    ((row * 5 + col) * 5 + passenger) * 4 + destination
}

fn taxi_decode(state: usize) -> (usize, usize, usize, usize) {
    (state / 100, state / 20 % 5, state / 4 % 5, state % 4)
}

/// What an act does: next state, reward, terminated. South, north, east, west, pick up, drop off.
pub fn taxi_step(state: usize, action: usize) -> (usize, f64, bool) {
    let (row, col, passenger, destination) = taxi_decode(state);
    let wall = |column: usize| TAXI_MAP[row].as_bytes()[column] != b':';
    let at = TAXI_PLACES.iter().position(|p| *p == (row, col));
    let to = |row, col, passenger| taxi_encode(row, col, passenger, destination);
    match action {
        0 => (to((row + 1).min(4), col, passenger), -1.0, false),
        1 => (to(row.saturating_sub(1), col, passenger), -1.0, false),
        2 if !wall(2 * col + 2) => (to(row, col + 1, passenger), -1.0, false),
        3 if !wall(2 * col) => (to(row, col - 1, passenger), -1.0, false),
        2 | 3 => (state, -1.0, false),
        4 if passenger < IN_TAXI && at == Some(passenger) => (to(row, col, IN_TAXI), -1.0, false),
        5 if passenger == IN_TAXI && at == Some(destination) => (to(row, col, destination), 20.0, true),
        5 if passenger == IN_TAXI && at.is_some() => (to(row, col, at.unwrap()), -1.0, false),
        _ => (state, -10.0, false),
    }
}

/// The 300 states a dialogue may begin in: a passenger waits somewhere and wants to go elsewhere.
pub fn taxi_starts() -> Vec<usize> {
    (0..500).filter(|s| taxi_decode(*s).2 < IN_TAXI && taxi_decode(*s).2 != taxi_decode(*s).3).collect()
}

pub fn taxi() -> String {
    let outcome = |s, a| {
        let (next, reward, terminated) = taxi_step(s, a);
        vec![(1.0, next, reward, terminated)]
    };
    let p: Vec<Vec<Vec<Outcome>>> = (0..500).map(|s| (0..TAXI_ACTIONS).map(|a| outcome(s, a)).collect()).collect();
    text("taxi", &taxi_starts(), 200, &p)
}

pub const LAKE_4: [&str; 4] = ["SFFF", "FHFH", "FFFH", "HFFG"];
pub const LAKE_8: [&str; 8] = ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"];

/// Left, down, right, up; on slippery ice each way but the opposite one, with a third each.
pub fn frozen_lake(map: &[&str], slippery: bool, max_turns: u32) -> String {
    let n = map.len();
    let cell = |s: usize| map[s / n].as_bytes()[s % n];
    let move_to = |s: usize, a: usize| {
        let (row, col) = (s / n, s % n);
        match a {
            0 => row * n + col.saturating_sub(1),
            1 => (row + 1).min(n - 1) * n + col,
            2 => row * n + (col + 1).min(n - 1),
            _ => row.saturating_sub(1) * n + col,
        }
    };
    let lead = |s: usize, a: usize, p: f64| {
        let next = move_to(s, a);
        (p, next, f64::from(u8::from(cell(next) == b'G')), b"GH".contains(&cell(next)))
    };
    let outcomes = |s: usize, a: usize| match (b"GH".contains(&cell(s)), slippery) {
        (true, _) => vec![(1.0, s, 0.0, true)],
        (false, false) => vec![lead(s, a, 1.0)],
        (false, true) => [(a + 3) % 4, a, (a + 1) % 4].iter().map(|b| lead(s, *b, 1.0 / 3.0)).collect(),
    };
    let p: Vec<Vec<Vec<Outcome>>> = (0..n * n).map(|s| (0..4).map(|a| outcomes(s, a)).collect()).collect();
    text("frozen-lake", &[0], max_turns, &p)
}

pub const CLIFF_START: usize = 36;

/// Up, right, down, left on 4 × 12; below the upper rows lies the cliff, between start and goal.
pub fn cliff_walking() -> String {
    let outcome = |s: usize, a: usize| {
        let (row, col) = (s / 12, s % 12);
        let (row, col) = match a {
            0 => (row.saturating_sub(1), col),
            1 => (row, (col + 1).min(11)),
            2 => ((row + 1).min(3), col),
            _ => (row, col.saturating_sub(1)),
        };
        if row == 3 && (1..11).contains(&col) {
            return vec![(1.0, CLIFF_START, -100.0, false)];
        }
        vec![(1.0, row * 12 + col, -1.0, (row, col) == (3, 11))]
    };
    let p: Vec<Vec<Vec<Outcome>>> = (0..48).map(|s| (0..4).map(|a| outcome(s, a)).collect()).collect();
    text("cliff-walking", &[CLIFF_START], 500, &p)
}
