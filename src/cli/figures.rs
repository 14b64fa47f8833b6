//! The exact figures of a world: optimal, optimal with exploration, random.

use super::failure::Failure;
use super::progress::Waiting;
use super::show::grouped;
use crate::trainer::snapshot::Score;
use crate::world::World;
use crate::world::mdp::Mdp;
use crate::world::solve::{Policy, Solution, Worth, evaluate, solve};

pub struct Figures {
    /// The γ-optimal solution.
    pub solution: Solution,
    pub optimal: Score,
    pub epsilon: f64,
    /// The best greedy policy that must explore with this ε.
    pub optimal_with_epsilon: Score,
    pub random: Score,
}

pub fn score(worth: &Worth) -> Score {
    Score { value: worth.value, return_: worth.return_, success: worth.success, turns: worth.turns }
}

/// The world as a finite MDP; a sentence where it is too large to be one.
pub fn listed(world: &World) -> Result<&Mdp, Failure> {
    world.exact().ok_or_else(|| {
        let (name, states) = (world.name(), grouped(world.states_at_most()));
        Failure::Input(format!(
            "{name}: {states} states are too many to be listed, so there is no exact solution; dialoq eval judges a policy there by \
             simulated dialogues"
        ))
    })
}

fn solved(world: &World, gamma: f64, epsilon: f64, waiting: &Waiting) -> Result<Solution, Failure> {
    let tick = || {
        waiting.tick();
        true
    };
    let solution = solve(listed(world)?, gamma, epsilon, &tick).expect("only its caller stops a solution");
    if solution.is_settled() {
        return Ok(solution);
    }
    let (name, states) = (world.name(), grouped(world.states_at_most()));
    let why = if gamma < 1.0 {
        format!("this close to 1 the {states} states take more sweeps than that; use a smaller gamma, such as 0.999")
    } else {
        "so dialogues can go on for ever; use a gamma below 1".to_owned()
    };
    let (moved, sweeps) = (solution.residual, grouped(u64::from(solution.sweeps)));
    Err(Failure::Work(format!("{name}: with γ = {gamma} the values still move by {moved:.3} after {sweeps} sweeps, {why}")))
}

/// The γ-optimal solution alone.
pub fn optimum(world: &World, gamma: f64, waiting: &Waiting) -> Result<Solution, Failure> {
    solved(world, gamma, 0.0, waiting)
}

/// What acting uniformly at random is worth at the start.
pub fn worth_of_random(mdp: &Mdp, gamma: f64) -> f64 {
    evaluate(mdp, &Policy::random(mdp), gamma).value
}

/// The three are found side by side: on a large world each takes seconds.
pub fn figures(world: &World, gamma: f64, epsilon: f64) -> Result<Figures, Failure> {
    let (mdp, waiting) = (listed(world)?, Waiting::new("solving"));
    let worth = |policy: &Policy| score(&evaluate(mdp, policy, gamma));
    std::thread::scope(|scope| {
        let explored = scope.spawn(|| solved(world, gamma, epsilon, &waiting).map(|s| worth(&Policy::optimal(mdp, &s))));
        let random = scope.spawn(|| worth(&Policy::random(mdp)));
        let solution = solved(world, gamma, 0.0, &waiting)?;
        Ok(Figures {
            optimal: worth(&Policy::optimal(mdp, &solution)),
            epsilon,
            optimal_with_epsilon: explored.join().expect("solving does not panic")?,
            random: random.join().expect("evaluating does not panic"),
            solution,
        })
    })
}
