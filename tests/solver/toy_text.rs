//! Gymnasium's taxi, frozen lake and cliff, as files that anyone might have written.

use std::collections::VecDeque;
use std::sync::Arc;

use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::solve::{Policy, Worth, evaluate};

use crate::data::{self, LAKE_4, LAKE_8, TAXI_ACTIONS, taxi_starts, taxi_step};
use crate::support::{exact, mdp, run};

fn optimal(world: &Arc<World>, gamma: f64) -> Worth {
    evaluate(world.exact().unwrap(), &Policy::optimal(world.exact().unwrap(), &exact(world, gamma, 0.0)), gamma)
}

#[test]
fn the_best_walk_along_the_cliff_takes_thirteen_steps() {
    // Up, eleven to the right, down: Sutton & Barto 2018, example 6.6.
    let world = mdp(&data::cliff_walking());
    let worth = optimal(&world, 1.0);
    assert!((worth.return_ + 13.0).abs() < 1e-9 && (worth.turns - 13.0).abs() < 1e-9 && (worth.success - 1.0).abs() < 1e-9);
}

#[test]
fn the_slippery_lake_has_the_value_that_everyone_finds() {
    let world = mdp(&data::frozen_lake(&LAKE_4, true, 100));
    let value = exact(&world, 0.99, 0.0).v[0];
    assert!((value - 0.5420).abs() < 5e-5, "V*(start) = {value}");
}

#[test]
fn the_lake_without_slipping_is_crossed_for_certain() {
    for (map, steps) in [(&LAKE_4[..], 6.0), (&LAKE_8[..], 14.0)] {
        let worth = optimal(&mdp(&data::frozen_lake(map, false, 200)), 0.99);
        assert!((worth.success - 1.0).abs() < 1e-9 && (worth.turns - steps).abs() < 1e-9, "{worth:?}");
    }
}

#[test]
fn the_large_slippery_lake_is_worth_less_under_its_limit_than_without() {
    let world = mdp(&data::frozen_lake(&LAKE_8, true, 200));
    // At γ = 1 dawdling costs nothing and ties with walking on; at 0.99 it does not.
    let worth = optimal(&world, 0.99);
    assert!((exact(&world, 1.0, 0.0).v[0] - 1.0).abs() < 1e-6, "with all the time in the world one always arrives");
    assert!(worth.success < 0.95 && worth.success > 0.7, "within 200 turns one does not: {}", worth.success);
}

/// The fewest acts from a state to a drop-off at the destination, by breadth-first search over the published rules.
fn shortest(start: usize) -> u32 {
    let mut seen = vec![false; 500];
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((state, steps)) = queue.pop_front() {
        for action in 0..TAXI_ACTIONS {
            let (next, _, terminated) = taxi_step(state, action);
            if terminated {
                return steps + 1;
            }
            if !std::mem::replace(&mut seen[next], true) {
                queue.push_back((next, steps + 1));
            }
        }
    }
    panic!("state {start} never arrives");
}

#[test]
fn the_best_taxi_takes_the_shortest_way_from_every_start() {
    let world = mdp(&data::taxi());
    let solution = exact(&world, 1.0, 0.0);
    let starts = taxi_starts();
    assert_eq!(starts.len(), 300);
    let mut total = 0.0;
    for start in &starts {
        // Every act but the last costs 1, the last brings 20.
        let best = 21.0 - f64::from(shortest(*start));
        assert!((solution.v[*start] - best).abs() < 1e-9, "state {start}: {} is not {best}", solution.v[*start]);
        total += best;
    }
    let worth = optimal(&world, 1.0);
    assert!((worth.return_ - total / 300.0).abs() < 1e-9, "mean {} by search, {} by evaluation", total / 300.0, worth.return_);
    println!("taxi: mean optimal return {:.4}", total / 300.0);
    assert!((7.8..8.1).contains(&worth.return_));
}

#[test]
fn q_learning_learns_to_drive_the_taxi() {
    let world = mdp(&data::taxi());
    let mut taxi = run(&world, "q-learning", 3, &[("alpha", "0.5"), ("gamma", "0.99")]);
    taxi.advance(Limit::dialogues(20_000));
    let greedy = Policy { acts: taxi.candidate().greedy, epsilon: 0.0 };
    let value = evaluate(world.exact().unwrap(), &greedy, 0.99).value;
    let best = exact(&world, 0.99, 0.0).start_value(world.exact().unwrap());
    println!("taxi: greedy policy {value:.4}, optimum {best:.4}");
    assert!(best - value < 0.05, "{value} of {best}");
}

#[test]
fn a_written_world_reads_back_the_same() {
    for world in [mdp(&data::taxi()), mdp(&data::frozen_lake(&LAKE_4, true, 100)), crate::support::two_rooms()] {
        let (mut text, mdp) = (Vec::new(), world.exact().unwrap());
        dialoq::world::mdp::write(mdp, &mut text).unwrap();
        let back = dialoq::world::mdp::parse(std::str::from_utf8(&text).unwrap()).unwrap();
        assert_eq!((&back.branches, &back.rows, &back.states), (&mdp.branches, &mdp.rows, &mdp.states));
        assert_eq!((&back.actions, back.gamma, back.turn_limit), (&mdp.actions, mdp.gamma, mdp.turn_limit));
        for ((s, p), (t, q)) in back.start.iter().zip(&mdp.start) {
            assert!(s == t && (p - q).abs() < 1e-15);
        }
    }
}

#[test]
fn a_scenario_written_as_mdp_has_the_same_solution() {
    for name in ["customer-service", "smart-home"] {
        let world = crate::support::built_in(name);
        let mut written = world.exact().unwrap().clone();
        written.states = (0..written.state_count()).map(|s| world.state_text(s)).collect();
        let mut text = Vec::new();
        dialoq::world::mdp::write(&written, &mut text).unwrap();
        let back = mdp(std::str::from_utf8(&text).unwrap());
        let (a, b) = (exact(&world, 0.95, 0.0), exact(&back, 0.95, 0.0));
        let worst = a.q.iter().zip(&b.q).filter(|(x, _)| x.is_finite()).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        assert!(worst < 1e-9, "{name}: {worst}");
        assert_eq!(back.tables().masks(), world.tables().masks(), "{name}: illegal acts stay illegal");
    }
}
