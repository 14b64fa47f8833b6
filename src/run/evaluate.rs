//! Exact evaluation of a greedy policy: beside training, never in it.

use crate::world::mdp::Mdp;
use crate::world::solve::{Policy, Solution, Worth, evaluate};

/// A policy taken from a run at one tick.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub dialogues: u64,
    /// Mask of the greedy acts by state; ties are acted on with equal chance.
    pub greedy: Vec<u64>,
    /// Whether a state's row was ever learned in; empty where the agent keeps no table.
    pub visited: Vec<bool>,
}

/// A learner as it was at one tick, apart from its run.
pub trait Learner: Send {
    /// Mask of the greedy acts.
    fn greedy(&mut self, state: u32) -> u64;
    fn candidate(&mut self) -> Candidate;
}

/// A policy taken from a run, to be judged while the run goes on. Acts of every state are listed where that costs little; a learner that
/// must compute them is copied instead.
pub enum Frozen {
    Listed(Candidate),
    Learner { dialogues: u64, learner: Box<dyn Learner> },
}

impl Frozen {
    pub fn dialogues(&self) -> u64 {
        match self {
            Frozen::Listed(candidate) => candidate.dialogues,
            Frozen::Learner { dialogues, .. } => *dialogues,
        }
    }

    /// Memory that listed acts take; a copied learner counts nothing, as its size is not known here.
    pub fn bytes(&self) -> usize {
        match self {
            Frozen::Listed(candidate) => candidate.greedy.len() * size_of::<u64>() + candidate.visited.len(),
            Frozen::Learner { .. } => 0,
        }
    }

    /// Mask of the greedy acts.
    pub fn greedy(&mut self, state: u32) -> u64 {
        match self {
            Frozen::Listed(candidate) => candidate.greedy[state as usize],
            Frozen::Learner { learner, .. } => learner.greedy(state),
        }
    }

    /// The acts of every state; none where states are not enumerated.
    pub fn candidate(self) -> Candidate {
        match self {
            Frozen::Listed(candidate) => candidate,
            Frozen::Learner { mut learner, .. } => learner.candidate(),
        }
    }
}

/// How good it is, and how far from the best.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub dialogues: u64,
    pub worth: Worth,
    /// V*(start) − V^π(start).
    pub regret: f64,
    /// Share of visited states whose greedy acts are all optimal; ties within 1e-6 of max Q* count as optimal.
    pub optimal_share: f64,
    /// The same, weighted by how often the policy is in a state.
    pub optimal_share_weighted: f64,
}

pub fn judge(mdp: &Mdp, solution: &Solution, candidate: Candidate) -> Verdict {
    let Candidate { dialogues, greedy, visited } = candidate;
    let policy = Policy { acts: greedy, epsilon: 0.0 };
    let optimal = |s: u32| policy.acts[s as usize] & !solution.optimal(s, mdp.action_count()) == 0;
    let worth = evaluate(mdp, &policy, solution.gamma);
    let visited: Vec<u32> = (0..mdp.state_count()).filter(|s| visited.get(*s as usize).copied().unwrap_or(true)).collect();
    let good = visited.iter().filter(|s| optimal(**s)).count();
    let met: f64 = worth.met.iter().map(|(_, m)| m).sum();
    let met_good: f64 = worth.met.iter().filter(|(s, _)| optimal(*s)).map(|(_, m)| m).sum();
    Verdict {
        dialogues,
        regret: solution.start_value(mdp) - worth.value,
        optimal_share: good as f64 / visited.len().max(1) as f64,
        // An empty sum is −0, which nobody should read.
        optimal_share_weighted: (met_good / met.max(f64::MIN_POSITIVE)).abs(),
        worth,
    }
}

/// The dialogue count of the evaluation that follows the one after `dialogues`: 32 to a doubling, at least 10 apart, so that points are where they
/// are whatever the pace.
pub fn next_point(dialogues: u64) -> u64 {
    let step = (dialogues.next_power_of_two() / 64).max(10);
    (dialogues / step + 1) * step
}

/// The first evaluation after so many dialogues, whether they are an evaluation's themselves or not.
pub fn point_after(dialogues: u64) -> u64 {
    let mut point = 0;
    while point <= dialogues {
        point = next_point(point);
    }
    point
}

/// Whether there is an evaluation after exactly so many dialogues.
pub fn is_point(dialogues: u64) -> bool {
    dialogues == 0 || point_after(dialogues - 1) == dialogues
}
