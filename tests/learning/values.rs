//! Learned values against exact ones.

use std::sync::Arc;

use dialoq::learn::probe::Recorder;
use dialoq::num::stats::Moments;
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Order, TableWatch, Watch};
use dialoq::world::World;
use dialoq::world::solve::{Policy, Solution, evaluate};

use crate::support::{built_in, exact, mdp, run, two_rooms};

/// The largest |Q − exact| over cells tried at least `visits` times, and how many those are.
fn gap(run: &dyn Run, solution: &Solution, visits: u32) -> (f32, usize) {
    let table = Some(TableWatch { order: Order::State, filter: String::new(), top: 0, rows: u16::MAX, follow: false, keep: None });
    let view = run.look(
        &Watch { table, ..Watch::default() },
        Exact { optimal: Some(solution), with_epsilon: None },
        Shown::default(),
        &mut Lens::default(),
    );
    let table = view.table.unwrap();
    let gaps: Vec<f32> = table
        .rows
        .iter()
        .flat_map(|r| &r.cells)
        .filter(|c| c.legal && c.visits >= visits)
        .map(|c| (c.q - c.exact.expect("a legal cell has an exact value")).abs())
        .collect();
    (gaps.iter().copied().fold(0.0, f32::max), gaps.len())
}

/// α by visits settles; exploration reaches every cell.
const SETTLING: [(&str, &str); 5] =
    [("alpha", "1"), ("alpha-schedule", "visits"), ("alpha-visits", "20"), ("gamma", "0.9"), ("epsilon", "0.3")];

fn trained(world: &Arc<World>, agent: &str) -> Box<dyn Run> {
    let mut run = run(world, agent, 5, &SETTLING);
    run.advance(Limit::ticks(1_500_000));
    run
}

#[test]
fn q_learning_reaches_the_optimal_values_whatever_it_does() {
    let world = two_rooms();
    let (worst, cells) = gap(&*trained(&world, "q-learning"), &exact(&world, 0.9, 0.0), 1);
    assert_eq!(cells, 5, "every legal cell was tried");
    assert!(worst < 0.02, "{worst}");
}

#[test]
fn sarsa_and_expected_sarsa_reach_the_values_of_their_own_exploring() {
    let world = two_rooms();
    let soft = exact(&world, 0.9, 0.3);
    for agent in ["sarsa", "expected-sarsa"] {
        let run = trained(&world, agent);
        let (worst, _) = gap(&*run, &soft, 1);
        assert!(worst < 0.03, "{agent}: {worst}");
        let (from_optimal, _) = gap(&*run, &exact(&world, 0.9, 0.0), 1);
        assert!(from_optimal > 0.1, "{agent}: exploring costs, its values must show it ({from_optimal})");
    }
}

#[test]
fn q_learning_reaches_the_values_of_a_dialogue() {
    let world = built_in("customer-service");
    let pairs = [("alpha", "1"), ("alpha-schedule", "visits"), ("alpha-visits", "10"), ("epsilon", "0.4")];
    let mut learner = run(&world, "q-learning", 5, &pairs);
    learner.advance(Limit::ticks(6_000_000));
    let (worst, cells) = gap(&*learner, &exact(&world, 0.95, 0.0), 5_000);
    println!("customer-service: {cells} cells visited 5,000 times and more, the furthest {worst} from Q*");
    assert!(cells > 100 && worst < 1.0, "{cells} cells, {worst}");
}

#[test]
fn the_last_sarsa_policy_is_worth_what_its_values_say() {
    let world = two_rooms();
    let run = trained(&world, "sarsa");
    let policy = Policy { acts: run.candidate().greedy, epsilon: 0.3 };
    let worth = evaluate(world.exact().unwrap(), &policy, 0.9).value;
    let best = exact(&world, 0.9, 0.3).start_value(world.exact().unwrap());
    assert!((worth - best).abs() < 1e-6, "its ε-greedy policy is the best of those that explore: {worth} of {best}");
}

#[test]
fn without_exploration_expected_sarsa_is_q_learning() {
    // All of π lies on greedy acts, whose values are the maximum: (1 − 0) max + 0 Σ/n is max to the bit.
    for world in [built_in("customer-service"), two_rooms()] {
        let mut a = run(&world, "expected-sarsa", 9, &[("epsilon", "0"), ("initial", "10")]);
        let mut b = run(&world, "q-learning", 9, &[("epsilon", "0"), ("initial", "10")]);
        for _ in 0..20 {
            a.advance(Limit::ticks(2_500));
            b.advance(Limit::ticks(2_500));
            assert_eq!(a.digest(), b.digest(), "{}: tick {}", world.name(), a.now().0);
        }
    }
}

#[test]
fn with_exploration_the_three_learners_differ() {
    let digest = |agent: &str| {
        let mut run = run(&built_in("customer-service"), agent, 9, &[]);
        run.advance(Limit::ticks(5_000));
        run.digest()
    };
    let [a, b, c] = ["q-learning", "sarsa", "expected-sarsa"].map(digest);
    assert!(a != b && b != c && a != c);
}

#[test]
fn the_random_agent_returns_what_random_acting_is_worth() {
    for name in ["customer-service", "smart-home"] {
        let world = built_in(name);
        let mut recorder = Recorder::default();
        run(&world, "random", 11, &[]).advance_watched(Limit::dialogues(30_000), &mut recorder);
        let (mut returns, mut successes, mut turns) = (Moments::default(), Moments::default(), Moments::default());
        let mut return_ = 0.0;
        for t in &recorder.turns {
            return_ += f64::from(t.reward);
            if t.end != dialoq::world::env::End::Open {
                returns.add(std::mem::take(&mut return_));
                successes.add(f64::from(u8::from(t.success)));
                turns.add(f64::from(t.turn));
            }
        }
        let worth = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), 0.95);
        for (what, sampled, exact) in
            [("return", returns, worth.return_), ("success", successes, worth.success), ("turns", turns, worth.turns)]
        {
            let error = (sampled.variance() / sampled.count as f64).sqrt();
            let z = (sampled.mean - exact) / error;
            assert!(z.abs() < 4.5, "{name}: {what} {} is {z:.1} standard errors from {exact}", sampled.mean);
        }
    }
}

#[test]
fn a_cut_dialogue_still_bootstraps() {
    // It never ends; every fifth turn is the limit's. Taken for an ending, Q would stay at or below 1 + 0.9 + … = 4.1.
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 1, "actions": 1, "max_turns": 5, "P": [[[[1, 0, 1, false]]]]}"#);
    for agent in ["q-learning", "sarsa", "expected-sarsa"] {
        let mut it = run(&world, agent, 1, &[("gamma", "0.9")]);
        it.advance(Limit::ticks(5_000));
        assert_eq!(it.dialogues(), 1000);
        let (worst, _) = gap(&*it, &exact(&world, 0.9, 0.0), 1);
        assert!(worst < 1e-3, "{agent}: {worst} from 1 / (1 − γ)");
    }
}

#[test]
fn a_state_to_be_kept_is_among_the_rows_whatever_the_order() {
    let world = built_in("customer-service");
    let mut run = run(&world, "q-learning", 5, &[]);
    run.advance(Limit::ticks(20_000));
    let last = world.states().unwrap() - 1;
    for order in [Order::Visits, Order::Surprise, Order::State] {
        let rows = |keep| {
            let table = Some(TableWatch { order, filter: String::new(), top: 3, rows: 10, follow: false, keep });
            let none = Exact { optimal: None, with_epsilon: None };
            let view = run.look(&Watch { table, ..Watch::default() }, none, Shown::default(), &mut Lens::default());
            let table = view.table.unwrap();
            (table.top, table.rows.iter().map(|row| row.state).collect::<Vec<_>>())
        };
        let (top, states) = rows(None);
        assert_eq!(rows(Some(states[4])), (top, states.clone()), "what is in sight moves nothing");
        assert!(rows(Some(last)).1.contains(&last) && !(order == Order::State && states.contains(&last)));
    }
}
