//! A policy learned directly (Sutton & Barto 2018, §13.5), and the two yardsticks: the hand-written expert and the exact solution.

use std::sync::Arc;

use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::solve::{Policy, evaluate};
use dialoq::world::{World, WorldSource};

use crate::support::{built_in, exact, run, two_rooms};

const GAMMA: f64 = 0.95;

/// Exact worth of a run's greedy policy at the start.
fn worth(run: &dyn Run, gamma: f64) -> f64 {
    let mdp = run.world().exact().unwrap();
    evaluate(mdp, &Policy { acts: run.candidate().greedy, epsilon: 0.0 }, gamma).value
}

/// The share of the way from acting at random to the optimum.
fn share(run: &dyn Run, gamma: f64) -> f64 {
    let world = run.world();
    let mdp = world.exact().unwrap();
    let (best, random) = (exact(world, gamma, 0.0).start_value(mdp), evaluate(mdp, &Policy::random(mdp), gamma).value);
    (worth(run, gamma) - random) / (best - random)
}

#[test]
fn actor_critic_learns_the_best_policy_of_two_rooms() {
    let mut it = run(&two_rooms(), "actor-critic", 7, &[("gamma", "0.9")]);
    it.advance(Limit::dialogues(20_000));
    let found = share(&*it, 0.9);
    println!("actor-critic in two rooms: {found:.4} of the way");
    assert!(found > 0.999, "{found}");
}

#[test]
fn actor_critic_comes_close_to_the_optimum_of_customer_service() {
    let mut it = run(&built_in("customer-service"), "actor-critic", 7, &[]);
    it.advance(Limit::dialogues(40_000));
    let found = share(&*it, GAMMA);
    println!("actor-critic in customer service: {found:.4} of the way");
    // A policy gradient settles in a local optimum: seeds 7 and 8 come to 0.98, and learning rates five times as large to 0.95.
    assert!(found > 0.9, "{found}");
}

fn under(scenario: &str, profile: &str, masks: bool) -> Arc<World> {
    let source = WorldSource::Builtin(scenario.into());
    Arc::new(World::build(&source, profile, Some(masks), &mut |_| ()).unwrap())
}

#[test]
fn the_expert_goes_nine_tenths_of_the_way_everywhere() {
    for scenario in ["customer-service", "smart-home"] {
        for profile in ["easy", "standard", "unfriendly"] {
            for masks in [true, false] {
                let found = share(&*run(&under(scenario, profile, masks), "expert", 7, &[]), GAMMA);
                println!("expert in {scenario}, {profile} users, masks {masks}: {found:.4} of the way");
                assert!(found > 0.9, "{scenario}, {profile}, masks {masks}: {found}");
            }
        }
    }
    let found = share(&*run(&built_in("virtual-assistant"), "expert", 7, &[]), GAMMA);
    assert!(found > 0.9, "virtual-assistant: {found}");
}

#[test]
fn optimal_attains_the_exact_worth_and_follows_a_change_of_gamma() {
    let world = built_in("customer-service");
    let mut it = run(&world, "optimal", 7, &[]);
    for gamma in [GAMMA, 0.5] {
        it.tune("gamma", gamma).unwrap();
        let best = exact(&world, gamma, 0.0).start_value(world.exact().unwrap());
        // Ties within 1e-6 are all taken; a value is exact to 1e-10.
        assert!((worth(&*it, gamma) - best).abs() < 1e-4, "γ {gamma}: {} is not {best}", worth(&*it, gamma));
    }
}

#[test]
fn the_yardsticks_say_where_they_do_not_fit() {
    use dialoq::agents;
    use dialoq::run::RunSpec;
    let spec = |agent: &str| RunSpec {
        source: WorldSource::Builtin("unused".into()),
        profile: "standard".into(),
        masks: None,
        agent: agent.into(),
        seed: 7,
        settings: Vec::new(),
    };
    let refusal = |world, agent: &str| agents::start(world, &spec(agent)).err().unwrap().to_string();
    assert!(refusal(two_rooms(), "expert").contains("a finite MDP has no users"));
    assert!(refusal(built_in("virtual-assistant-large"), "optimal").contains("too many states"));
}
