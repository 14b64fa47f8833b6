//! Chances of acts against values computed by hand, and draws against those chances.

use dialoq::agents::explore::{Explore, Plan, Row, Schedule, WAYS};
use dialoq::learn::agent::Count;
use dialoq::num::dice::{Dice, Key, Stream};

/// The fourth act is not legal, and would be the best.
const VALUES: [f32; 4] = [1.0, 2.0, 3.0, 9.0];
const LEGAL: u64 = 0b0111;

fn visits(numbers: [u32; 4]) -> [Count; 4] {
    numbers.map(|visits| Count { visits, delta: 0.0 })
}

fn constant(from: f64) -> Schedule {
    Schedule { kind: 0, from, to: 0.0, dialogues: 1.0 }
}

fn explorer(plan: Plan) -> Explore {
    let mut explore = Explore::default();
    explore.settle(plan);
    explore.begin(0);
    explore
}

fn way(name: &str) -> u8 {
    WAYS.iter().position(|way| *way == name).expect("a way") as u8
}

fn policy(plan: Plan, counts: &[Count]) -> [f64; 64] {
    explorer(plan).policy(Row { legal: LEGAL, greedy: 0b0100, values: &VALUES, counts })
}

fn close(found: &[f64; 64], wanted: [f64; 4]) {
    for (a, wanted) in wanted.into_iter().enumerate() {
        assert!((found[a] - wanted).abs() < 1e-6, "act {a}: {} is not {wanted}", found[a]);
    }
    assert!(found[4..].iter().all(|p| *p == 0.0));
}

#[test]
fn softmax_gives_an_act_that_is_tau_worse_e_times_less() {
    let plan = Plan { way: way("softmax"), temperature: constant(0.5), ..Plan::default() };
    // e⁻⁴, e⁻² and 1 over their sum 1.153651.
    close(&policy(plan, &[]), [0.015_876, 0.117_310, 0.866_814, 0.0]);
}

#[test]
fn softmax_of_large_values_and_small_temperatures_is_the_greedy_act() {
    let plan = Plan { way: way("softmax"), temperature: constant(0.001), ..Plan::default() };
    close(&policy(plan, &[]), [0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn upper_confidence_bounds_try_everything_once_then_what_is_least_known() {
    let plan = Plan { way: way("ucb"), c: 2.0, ..Plan::default() };
    close(&policy(plan, &visits([0, 5, 0, 0])), [0.5, 0.0, 0.5, 0.0]);
    // ln 105 = 4.654: 1 + 2 √(4.654 / 2) = 4.05; 2 + 2 √(4.654 / 3) = 4.49; 3 + 2 √(4.654 / 100) = 3.43.
    close(&policy(plan, &visits([2, 3, 100, 0])), [0.0, 1.0, 0.0, 0.0]);
    // Without the bonus, the largest value.
    close(&policy(Plan { c: 0.0, ..plan }, &visits([2, 3, 100, 0])), [0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn epsilon_by_visits_is_half_way_after_as_many_updates_of_the_state() {
    let epsilon = Schedule { kind: 3, from: 0.9, to: 0.1, dialogues: 1.0 };
    let plan = Plan { way: way("epsilon-greedy"), epsilon, visits: 30.0, ..Plan::default() };
    close(&policy(plan, &visits([0, 0, 0, 0])), [0.3, 0.3, 0.4, 0.0]);
    // 0.5, a third of it for each.
    close(&policy(plan, &visits([10, 10, 10, 0])), [0.5 / 3.0, 0.5 / 3.0, 2.0 / 3.0, 0.0]);
}

#[test]
fn acts_are_drawn_as_often_as_their_chances_say_and_the_rate_is_what_is_not_greedy() {
    let plan = Plan { way: way("softmax"), temperature: constant(1.0), ..Plan::default() };
    let mut explore = explorer(plan);
    let row = Row { legal: LEGAL, greedy: 0b0100, values: &VALUES, counts: &[] };
    let policy = explore.policy(row);
    let draws = 40_000;
    let mut times = [0.0; 4];
    for i in 0..draws {
        let act = explore.draw(&policy, row.greedy, &mut Dice::at(Key::new(1, Stream::Agent), i));
        times[act.index()] += 1.0;
    }
    for (a, times) in times.into_iter().enumerate() {
        let (n, p) = (draws as f64, policy[a]);
        assert!((times - n * p).abs() <= 4.0 * (n * p * (1.0 - p)).sqrt(), "act {a} was drawn {times} times of {n}, with a chance of {p}");
    }
    assert!((f64::from(explore.rate()) - (1.0 - policy[2])).abs() < 1e-6);
}
