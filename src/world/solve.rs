//! The exact solution.
//!
//! Value iteration in place (Gauss–Seidel): V(s) ← `max_a` Σ p (r + γ V(s′)), last states first, as dialogues run towards the
//! higher numbers. Source: Sutton & Barto 2018, §4.4 and eq. 4.10. The ε-soft optimum puts the ε-greedy mixture of §5.4 in place of max.
//! Where γ is so close to 1 that this takes too many sweeps, a small world is solved by policy iteration (§4.3), whose linear systems are
//! solved directly.

use super::direct;
use super::mdp::Mdp;
pub use super::worth::{Worth, evaluate, reaches};

/// Q* counts acts within this of the best as optimal.
pub const TIE: f64 = 1e-6;
const SWEEPS_MAX: u32 = 100_000;
/// Sweeps after which a world of few states is solved directly instead.
const SWEEPS_BEFORE_DIRECT: u32 = 20_000;
/// Residual at which values count as those of a solution, next to values of about 1.
const SETTLED: f64 = 1e-6;

#[derive(Clone, Debug)]
pub struct Solution {
    pub gamma: f64,
    /// ε of the best ε-soft policy; 0 is the optimal policy.
    pub epsilon: f64,
    pub v: Vec<f64>,
    /// Q(s, a) at `s·A + a`; −∞ where illegal.
    pub q: Vec<f64>,
    pub sweeps: u32,
    /// Largest change of the last sweep.
    pub residual: f64,
}

impl Solution {
    pub fn q(&self, state: u32, act: u32, actions: u32) -> f64 {
        self.q[(state * actions + act) as usize]
    }

    /// Mask of the optimal acts.
    pub fn optimal(&self, state: u32, actions: u32) -> u64 {
        let row = &self.q[(state * actions) as usize..((state + 1) * actions) as usize];
        let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter().enumerate().filter(|(_, q)| **q >= best - TIE).fold(0, |mask, (a, _)| mask | 1 << a)
    }

    /// Whether these are the values of the world, to about six digits.
    pub fn is_settled(&self) -> bool {
        let largest = self.v.iter().fold(1.0_f64, |largest, v| largest.max(v.abs()));
        self.residual <= SETTLED * largest
    }

    pub fn start_value(&self, mdp: &Mdp) -> f64 {
        mdp.start.iter().map(|(s, p)| p * self.v[*s as usize]).sum()
    }
}

fn backup(mdp: &Mdp, v: &[f64], gamma: f64, s: u32, a: u32) -> f64 {
    mdp.outcomes(s, a).iter().map(|b| b.probability * (b.reward + if b.closed { 0.0 } else { gamma * v[b.next as usize] })).sum()
}

/// Sweeps that only follow the greedy acts found, between two that look for better ones.
const FOLLOWING: u32 = 6;

/// The best policy that acts uniformly at random with probability `epsilon`. `keep_going` may stop it early.
///
/// Between two full sweeps the greedy acts are kept and only their values are brought on: modified policy iteration (Puterman &
/// Shin 1978), which reaches the same fixed point with far fewer looks at the other acts.
pub fn solve(mdp: &Mdp, gamma: f64, epsilon: f64, keep_going: &dyn Fn() -> bool) -> Option<Solution> {
    let (states, actions) = (mdp.state_count(), mdp.action_count());
    let mut v = vec![0.0; states as usize];
    let mut greedy = vec![0_u32; states as usize];
    let (mut sweeps, mut residual) = (0, f64::INFINITY);
    let direct = gamma < 1.0 && states <= direct::STATES_MAX;
    let most = if direct { SWEEPS_BEFORE_DIRECT } else { SWEEPS_MAX };
    while residual > 1e-10 && sweeps < most {
        if !keep_going() {
            return None;
        }
        residual = improve(mdp, gamma, epsilon, &mut v, &mut greedy);
        sweeps += 1;
        if epsilon == 0.0 && residual > 1e-10 {
            for _ in 0..FOLLOWING {
                for s in (0..states).rev() {
                    v[s as usize] = backup(mdp, &v, gamma, s, greedy[s as usize]);
                }
                sweeps += 1;
            }
        }
    }
    if residual > 1e-10 && direct {
        (residual, sweeps) = iterate_policy(mdp, gamma, epsilon, &mut v, sweeps, keep_going)?;
    }
    let mut q = Vec::with_capacity((states * actions) as usize);
    for s in 0..states {
        for a in 0..actions {
            q.push(if mdp.outcomes(s, a).is_empty() { f64::NEG_INFINITY } else { backup(mdp, &v, gamma, s, a) });
        }
    }
    Some(Solution { gamma, epsilon, v, q, sweeps, residual })
}

/// Policies that are tried; from values that are nearly right a few are enough.
const POLICIES_MAX: u32 = 100;

/// Rounding of a value of about 1: an act that is better by less is no better.
const ROUNDING: f64 = 1e-12;

/// Policy iteration from the values given, until no act is better than the policy's. Gives the residual, and the sweeps with those added
/// that looked for better acts; none where it was stopped.
fn iterate_policy(
    mdp: &Mdp,
    gamma: f64,
    epsilon: f64,
    v: &mut Vec<f64>,
    mut sweeps: u32,
    keep_going: &dyn Fn() -> bool,
) -> Option<(f64, u32)> {
    let mut acts = greedy_acts(mdp, gamma, epsilon, v);
    for _ in 0..POLICIES_MAX {
        if !keep_going() {
            return None;
        }
        let weights = |s: u32, a: u32| {
            let greedy = if acts[s as usize] == a { 1.0 - epsilon } else { 0.0 };
            greedy + epsilon / f64::from(mdp.legal(s).count_ones())
        };
        let Some(values) = direct::values(mdp, gamma, &weights) else { break };
        *v = values;
        sweeps += 1;
        let slack = ROUNDING * v.iter().fold(1.0_f64, |largest, v| largest.max(v.abs()));
        let mut stable = true;
        for (s, better) in greedy_acts(mdp, gamma, epsilon, v).into_iter().enumerate() {
            let q = |a: u32| backup(mdp, v, gamma, s as u32, a);
            if q(better) > q(acts[s]) + slack {
                acts[s] = better;
                stable = false;
            }
        }
        if stable {
            break;
        }
    }
    Some((change(mdp, gamma, epsilon, v), sweeps))
}

/// The greedy act of each state.
fn greedy_acts(mdp: &Mdp, gamma: f64, epsilon: f64, v: &[f64]) -> Vec<u32> {
    let mut greedy = vec![0; v.len()];
    for s in 0..mdp.state_count() {
        best(mdp, v, gamma, epsilon, s, &mut greedy);
    }
    greedy
}

/// How far the values are from solving the equation: the largest change that one sweep would make.
fn change(mdp: &Mdp, gamma: f64, epsilon: f64, v: &[f64]) -> f64 {
    let mut greedy = vec![0; v.len()];
    (0..mdp.state_count()).map(|s| (best(mdp, v, gamma, epsilon, s, &mut greedy) - v[s as usize]).abs()).fold(0.0, f64::max)
}

/// One full sweep; the largest change comes back.
fn improve(mdp: &Mdp, gamma: f64, epsilon: f64, v: &mut [f64], greedy: &mut [u32]) -> f64 {
    let mut residual = 0.0_f64;
    for s in (0..mdp.state_count()).rev() {
        let value = best(mdp, v, gamma, epsilon, s, greedy);
        residual = residual.max((value - v[s as usize]).abs());
        v[s as usize] = value;
    }
    residual
}

/// The best value of a state after one more turn, and the greedy act there.
fn best(mdp: &Mdp, v: &[f64], gamma: f64, epsilon: f64, s: u32, greedy: &mut [u32]) -> f64 {
    let (mut best, mut sum, mut legal) = (f64::NEG_INFINITY, 0.0, 0.0);
    for a in (0..mdp.action_count()).filter(|a| !mdp.outcomes(s, *a).is_empty()) {
        let q = backup(mdp, v, gamma, s, a);
        if q > best {
            best = q;
            greedy[s as usize] = a;
        }
        sum += q;
        legal += 1.0;
    }
    if epsilon > 0.0 { (1.0 - epsilon) * best + epsilon * sum / legal } else { best }
}

/// Uniform over the acts of a mask in each state, but with probability ε uniform over all legal acts.
#[derive(Clone, Debug)]
pub struct Policy {
    pub acts: Vec<u64>,
    pub epsilon: f64,
}

impl Policy {
    pub fn optimal(mdp: &Mdp, solution: &Solution) -> Policy {
        let acts = (0..mdp.state_count()).map(|s| solution.optimal(s, mdp.action_count())).collect();
        Policy { acts, epsilon: solution.epsilon }
    }

    pub fn random(mdp: &Mdp) -> Policy {
        Policy { acts: (0..mdp.state_count()).map(|s| mdp.legal(s)).collect(), epsilon: 0.0 }
    }
}
