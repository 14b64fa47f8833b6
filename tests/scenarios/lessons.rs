//! What each world is there to teach is true of its exact solution.

use dialoq::num::digest::digest_bytes;
use dialoq::world::acts::Act;
use dialoq::world::solve::{Policy, evaluate};
use dialoq::world::user::Rule;
use dialoq::world::{World, WorldSource};

use super::compiled::dialogues;
use crate::support::{built_in, exact};

fn with_noise(name: &str, noise: f64) -> World {
    let scenario = WorldSource::Builtin(name.into()).scenario().unwrap().unwrap();
    let rule = Rule::new(&scenario, &scenario.users.standard).with_noise(noise);
    World::from_rule(scenario, rule, digest_bytes(b"test"), &mut |_| ())
}

fn confirms(act: Act) -> bool {
    matches!(act, Act::ConfirmTask | Act::Confirm(_) | Act::ConfirmAll)
}

/// The tasks for which the optimal policy, acting from the start, ever confirms anything.
fn confirmed_tasks(world: &World) -> Vec<String> {
    let d = dialogues(world);
    let policy = Policy::optimal(world.exact().unwrap(), &exact(world, 0.95, 0.0));
    let mut out: Vec<String> = Vec::new();
    for (state, _) in evaluate(world.exact().unwrap(), &policy, 0.95).met {
        let acts = policy.acts[state as usize];
        let confirming = d.rule.acts.iter().enumerate().any(|(a, act)| acts >> a & 1 == 1 && confirms(*act));
        let task = d.state(state).task().map(|t| d.scenario.tasks[t].name.clone());
        if let Some(task) = task.filter(|t| confirming && !out.contains(t)) {
            out.push(task);
        }
    }
    out.sort();
    out
}

#[test]
fn without_noise_the_optimal_policy_never_confirms() {
    for name in ["customer-service", "smart-home"] {
        assert_eq!(confirmed_tasks(&with_noise(name, 0.0)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn smart_home_confirms_only_the_door() {
    assert_eq!(confirmed_tasks(&built_in("smart-home")), ["door"]);
}

#[test]
fn the_dearer_the_mistake_the_sooner_it_is_confirmed() {
    let tasks = ["refund", "cancel", "track"];
    let mut thresholds = [None; 3];
    for step in 0..=120 {
        let e = f64::from(step) * 0.0025;
        let confirmed = confirmed_tasks(&with_noise("customer-service", e));
        for (task, threshold) in tasks.iter().zip(&mut thresholds) {
            if threshold.is_none() && confirmed.iter().any(|t| t == task) {
                *threshold = Some(e);
            }
        }
        if thresholds.iter().all(Option::is_some) {
            break;
        }
    }
    println!("confirmed from this noise on: {tasks:?} {thresholds:?}");
    let [refund, cancel, track] = thresholds.map(|t| t.expect("every task is worth a question at some noise"));
    assert!(0.0 < refund && refund < cancel && cancel < track, "{tasks:?}: {thresholds:?}");
}

#[test]
fn the_default_world_confirms_what_is_dear() {
    let confirmed = confirmed_tasks(&built_in("customer-service"));
    assert!(confirmed.contains(&"refund".to_owned()) && confirmed.contains(&"cancel".to_owned()), "{confirmed:?}");
}

#[test]
fn random_acting_leaves_much_to_learn() {
    for (name, least) in [("customer-service", 10.0), ("smart-home", 5.0), ("virtual-assistant", 10.0)] {
        let world = built_in(name);
        let worth = |policy: &Policy| evaluate(world.exact().unwrap(), policy, 0.95).return_;
        let (random, best) =
            (worth(&Policy::random(world.exact().unwrap())), worth(&Policy::optimal(world.exact().unwrap(), &exact(&world, 0.95, 0.0))));
        println!("{name}: random {random:.2}, γ-optimal {best:.2}");
        assert!(best > random + least, "{name}: {random} to {best}");
    }
}
