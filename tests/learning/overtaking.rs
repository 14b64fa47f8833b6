//! Where a table drowns, what tells states alike learns sooner; where it is enough, networks come close to the optimum too.
//! Shares of the way from the random policy (0) to the optimum (1), by the exact worth of the greedy policy, at the world's γ.

use dialoq::agents::AGENTS;
use dialoq::run::evaluate::judge;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::solve::{Policy, Solution, evaluate};

use crate::support::{built_in, exact, run};

/// A world with what its policies are measured by.
struct Yard {
    world: std::sync::Arc<World>,
    solution: Solution,
    random: f64,
}

impl Yard {
    fn of(name: &str) -> Yard {
        let world = built_in(name);
        let solution = exact(&world, 0.95, 0.0);
        let mdp = world.exact().unwrap();
        let random = evaluate(mdp, &Policy::random(mdp), 0.95).value;
        Yard { world, solution, random }
    }

    fn share(&self, agent: &str, seed: u64, dialogues: u64) -> f64 {
        let mdp = self.world.exact().unwrap();
        let mut it = run(&self.world, agent, seed, &[]);
        it.advance(Limit::dialogues(dialogues));
        let worth = judge(mdp, &self.solution, it.candidate()).worth.value;
        let share = (worth - self.random) / (self.solution.start_value(mdp) - self.random);
        println!("{agent}, seed {seed}, after {dialogues} dialogues: {share:.3} of the way");
        share
    }
}

#[test]
fn networks_reach_most_of_the_way_in_customer_service() {
    let yard = Yard::of("customer-service");
    for agent in ["a2c", "ppo"] {
        for seed in 1..=3 {
            // Seen over six seeds: .88 to .98.
            let share = yard.share(agent, seed, 5_000);
            assert!(share > 0.85, "{agent} with seed {seed}: {share}");
        }
    }
}

#[test]
fn features_and_networks_are_ahead_of_the_table_in_the_virtual_assistant() {
    let yard = Yard::of("virtual-assistant");
    let table = yard.share("q-learning", 1, 2_000);
    assert!(table < 0.5, "the table drowns: {table}");
    for agent in ["linear-q", "ppo"] {
        let share = yard.share(agent, 1, 2_000);
        assert!(share > 0.85, "{agent}: {share}");
    }
}

#[test]
fn agents_that_see_features_say_so() {
    for agent in AGENTS.iter().filter(|a| ["linear-q", "linear-sarsa", "a2c", "ppo"].contains(&a.name)) {
        assert!(agent.features, "{}", agent.name);
    }
}
