//! What if another act were taken: against the exact value of that act under the policy that plays on.

use dialoq::learn::machine::Edit;
use dialoq::run::Run;
use dialoq::run::findings::Spread;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::Env;
use dialoq::world::mdp::Mdp;
use dialoq::world::solve::{Policy, Worth, evaluate};

use super::{each, here, seek};
use crate::support::{built_in, run};

/// Return, success and turns of an act taken here, then the policy, under the turns that are left; exactly.
fn exactly(world: &World, policy: &Policy, state: u32, act: u16, turns_left: u32) -> Worth {
    let mut total = Worth { turns: 1.0, ..Worth::default() };
    for b in world.outcomes(state, u32::from(act)).iter().filter(|b| b.probability > 0.0) {
        let rest = if b.closed || turns_left <= 1 {
            Worth { success: f64::from(u8::from(b.success)), ..Worth::default() }
        } else {
            let from = Mdp { start: vec![(b.next, 1.0)], turn_limit: turns_left - 1, ..world.exact().unwrap().clone() };
            evaluate(&from, policy, 0.9)
        };
        total.return_ += b.probability * (b.reward + rest.return_);
        total.success += b.probability * rest.success;
        total.turns += b.probability * rest.turns;
    }
    total
}

fn policy(it: &dyn Run, name: &str) -> Policy {
    if name.starts_with("random") {
        return Policy::random(it.world().exact().unwrap());
    }
    Policy { acts: it.candidate().greedy, epsilon: it.knob_now("epsilon").unwrap_or(0.0) }
}

/// Agents whose policy is a softmax: there is no mask of acts to evaluate.
const WITHOUT_MASK: [&str; 3] = ["actor-critic", "a2c", "ppo"];

fn close(spread: &Spread, exact: &Worth, samples: u32, name: &str) {
    // Four standard errors: 1 in 16,000 by chance, and the dice are fixed.
    let bound = |spread: f64| 4.0 * spread + 1e-4;
    let error = f64::from(spread.margin) / 1.96;
    assert!(
        (f64::from(spread.mean) - exact.return_).abs() < bound(error),
        "{name}: mean {} ± {error}, exactly {}",
        spread.mean,
        exact.return_
    );
    let p = exact.success;
    let success = f64::from(spread.success);
    assert!((success - p).abs() < bound((p * (1.0 - p) / f64::from(samples)).sqrt()), "{name}: success {success}, exactly {p}");
    // Turns spread no wider than returns do, which cost a turn each.
    assert!((f64::from(spread.turns) - exact.turns).abs() < bound(0.1), "{name}: {} turns, exactly {}", spread.turns, exact.turns);
}

#[test]
fn the_mean_of_what_if_is_the_exact_value_of_the_act() {
    const SAMPLES: u32 = 2000;
    each(|name, world, start| {
        if WITHOUT_MASK.iter().any(|agent| name.starts_with(agent)) {
            return;
        }
        let mut it = start();
        for ticks in [1, 700, 803] {
            it.advance(Limit::ticks(ticks));
            let state = here(&*it);
            let left = world.turn_limit() - it.turn();
            let policy = policy(&*it, name);
            for act in (0..world.actions() as u16).filter(|a| world.legal(state) >> a & 1 == 1).step_by(2) {
                let what = it.what_if(act, SAMPLES).unwrap();
                assert_eq!((what.tick, what.state, what.taken.act), (it.now().0, state, u16::from(it.pending().0)), "{name}");
                assert_eq!((what.tried.act, &what.tried.act_name), (act, &world.act_names()[act as usize]), "{name}");
                close(&what.tried, &exactly(world, &policy, state, act, left), SAMPLES, name);
                close(&what.taken, &exactly(world, &policy, state, what.taken.act, left), SAMPLES, name);
            }
        }
    });
}

#[test]
fn the_same_question_gets_the_same_bits() {
    let world = built_in("customer-service");
    let mut it = run(&world, "sarsa", 3, &[]);
    it.advance(Limit::ticks(5000));
    let digest = it.digest();
    let act = u16::from(it.pending().0);
    let first = it.what_if(act, 300).unwrap();
    assert_eq!(first.taken, first.tried, "both meet the same dice");
    it.advance(Limit::ticks(1000));
    seek(&mut *it, 5000);
    assert_eq!(it.what_if(act, 300), Some(first), "and again after going on and back");
    assert_eq!(it.digest(), digest, "asking moved the run");
    it.advance(Limit::ticks(1));
    let later = it.what_if(u16::from(it.pending().0), 300).unwrap();
    assert_ne!(later.tick, 5000);
}

#[test]
fn more_samples_begin_with_the_fewer_ones() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 3, &[]);
    it.advance(Limit::ticks(5000));
    let act = u16::from(it.pending().0);
    let few = it.what_if(act, 1).unwrap().taken.returns[0];
    assert!(it.what_if(act, 50).unwrap().taken.returns.contains(&few));
}

#[test]
fn returns_are_sorted_and_their_mean_and_margin_are_those_of_the_list() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 3, &[]);
    it.advance(Limit::ticks(500));
    let spread = it.what_if(u16::from(it.pending().0), 1000).unwrap().taken;
    assert_eq!(spread.returns.len(), 1000);
    assert!(spread.returns.is_sorted());
    let mean: f64 = spread.returns.iter().map(|r| f64::from(*r)).sum::<f64>() / 1000.0;
    let variance: f64 = spread.returns.iter().map(|r| (f64::from(*r) - mean).powi(2)).sum::<f64>() / 999.0;
    assert!((f64::from(spread.mean) - mean).abs() < 1e-4);
    assert!((f64::from(spread.margin) - 1.96 * (variance / 1000.0).sqrt()).abs() < 1e-4);
}

#[test]
fn an_act_that_cannot_be_taken_has_no_what_if() {
    each(|name, world, start| {
        let it = start();
        let state = here(&*it);
        for act in 0..70_u16 {
            let legal = act < 64 && world.legal(state) >> act & 1 == 1;
            assert_eq!(it.what_if(act, 3).is_some(), legal, "{name}: act {act}");
        }
        assert_eq!(it.what_if(u16::from(it.pending().0), 0), None, "{name}: nothing played says nothing");
    });
}

#[test]
fn an_act_forced_is_the_one_about_to_be_taken() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 3, &[]);
    let legal = world.legal(world.start()[0].0);
    let other = (0..64).find(|a| legal >> a & 1 == 1 && *a != it.pending().0).unwrap();
    let before = it.what_if(u16::from(other), 100).unwrap();
    it.edit(Edit::Force { act: other }).unwrap();
    let after = it.what_if(u16::from(other), 100).unwrap();
    assert_eq!(after.taken, before.tried);
}
