//! The exact figures of a world: optimal, optimal with exploration, random.

use super::failure::Failure;
use super::progress::Waiting;
use crate::trainer::snapshot::Score;
use crate::world::World;
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

/// Residual above which the values are not those of a solution.
const SETTLED: f64 = 1e-6;

fn solved(world: &World, gamma: f64, epsilon: f64) -> Result<Solution, Failure> {
    let waiting = Waiting::new("solving");
    let tick = || {
        waiting.tick();
        true
    };
    let solution = solve(&world.mdp, gamma, epsilon, &tick).expect("only its caller stops a solution");
    if solution.residual <= SETTLED {
        return Ok(solution);
    }
    let name = &world.mdp.name;
    Err(Failure::Work(format!(
        "{name}: with γ = {gamma} the values still move by {:.3} after {} sweeps, so dialogues can go on for ever; use a gamma below 1",
        solution.residual, solution.sweeps
    )))
}

pub fn figures(world: &World, gamma: f64, epsilon: f64) -> Result<Figures, Failure> {
    let mdp = &world.mdp;
    let solution = solved(world, gamma, 0.0)?;
    let explored = solved(world, gamma, epsilon)?;
    let worth = |policy: &Policy| score(&evaluate(mdp, policy, gamma));
    Ok(Figures {
        optimal: worth(&Policy::optimal(mdp, &solution)),
        epsilon,
        optimal_with_epsilon: worth(&Policy::optimal(mdp, &explored)),
        random: worth(&Policy::random(mdp)),
        solution,
    })
}
