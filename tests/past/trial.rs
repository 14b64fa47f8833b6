//! Trials: what the greedy policy gives to users of their own, learning off.

use dialoq::num::dice::{Key, Stream};
use dialoq::num::stats::Moments;
use dialoq::run::timeline::Limit;
use dialoq::world::solve::{Policy, evaluate};

use super::each;
use crate::support::{built_in, run};

fn users(n: u64) -> Key {
    Key::new(n, Stream::Eval)
}

#[test]
fn a_trial_moves_nothing_and_is_the_same_every_time() {
    each(|name, _, start| {
        let mut it = start();
        it.advance(Limit::dialogues(40));
        let before = (it.digest(), it.now());
        let first = it.trial(users(1), 30);
        assert_eq!((it.digest(), it.now()), before, "{name}");
        assert_eq!(it.trial(users(1), 30), first, "{name}");
        assert_eq!(it.trial(users(1), 12), first[..12], "{name}: fewer dialogues are the first of them");
        assert_ne!(it.trial(users(2), 30), first, "{name}: another key is other users");
        let mut watched = start();
        watched.advance(Limit::dialogues(40));
        assert_eq!(watched.trial(users(1), 30), first, "{name}");
    });
}

#[test]
fn policies_that_act_alike_meet_the_same_users_whoever_learned_them() {
    let world = built_in("customer-service");
    let [a, b] = [1, 2].map(|seed| run(&world, "random", seed, &[]).trial(users(3), 50));
    assert_eq!(a, b);
}

#[test]
fn the_means_of_many_dialogues_are_the_exact_ones_of_the_greedy_policy() {
    let world = built_in("customer-service");
    for dialogues in [0, 300] {
        let mut it = run(&world, "q-learning", 4, &[]);
        it.advance(Limit::dialogues(dialogues));
        let policy = Policy { acts: it.candidate().greedy, epsilon: 0.0 };
        let exact = evaluate(world.exact().unwrap(), &policy, world.gamma());
        let (mut returns, mut turns, mut successes) = (Moments::default(), Moments::default(), Moments::default());
        for played in it.trial(users(5), 20_000) {
            returns.add(played.return_);
            turns.add(f64::from(played.turns));
            successes.add(f64::from(u8::from(played.success)));
        }
        // Four standard errors are about twice the half width.
        for (m, exact) in [(returns, exact.return_), (turns, exact.turns), (successes, exact.success)] {
            assert!((m.mean - exact).abs() < 2.05 * m.half_width_95() + 1e-9, "after {dialogues}: {} and {exact}", m.mean);
        }
    }
}
