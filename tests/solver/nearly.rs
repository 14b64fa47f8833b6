//! Whether a policy reaches a value is known sooner than the value itself, and is never answered otherwise.

use dialoq::run::timeline::Limit;
use dialoq::world::solve::{Policy, evaluate, reaches};

use crate::support::{built_in, exact, run, two_rooms};

#[test]
fn whoever_reaches_a_value_is_worth_at_least_that_much() {
    let (mut yes, mut no) = (0, 0);
    for (world, gamma) in [(built_in("customer-service"), 0.95), (built_in("customer-service"), 0.5), (two_rooms(), 0.9)] {
        let solution = exact(&world, gamma, 0.0);
        let best = solution.start_value(world.exact().unwrap());
        let mut learner = run(&world, "q-learning", 3, &[]);
        for _ in 0..12 {
            learner.advance(Limit::dialogues(60));
            let policy = Policy { acts: learner.candidate().greedy, epsilon: 0.0 };
            let value = evaluate(world.exact().unwrap(), &policy, gamma).value;
            for goal in [value - 1.0, value - 1e-9, value, value + 1e-9, value + 0.01, best, best + 0.5] {
                let reached = reaches(world.exact().unwrap(), &policy, gamma, &solution.v, goal);
                assert_eq!(reached, value >= goal, "{}: {value} and {goal}", world.name());
                if reached { yes += 1 } else { no += 1 }
            }
        }
    }
    assert!(yes > 100 && no > 100, "both answers are given: {yes} and {no}");
}

#[test]
fn the_optimal_policy_reaches_all_but_its_own_value() {
    let world = built_in("customer-service");
    let solution = exact(&world, 0.95, 0.0);
    let policy = Policy::optimal(world.exact().unwrap(), &solution);
    let best = solution.start_value(world.exact().unwrap());
    assert!(reaches(world.exact().unwrap(), &policy, 0.95, &solution.v, best - 1e-7));
    assert!(!reaches(world.exact().unwrap(), &policy, 0.95, &solution.v, best + 1e-7));
}
