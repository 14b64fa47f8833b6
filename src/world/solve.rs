//! The exact solution.
//!
//! Value iteration in place (Gauss–Seidel): V(s) ← `max_a` Σ p (r + γ V(s′)), last states first, as dialogues run towards the
//! higher numbers. Source: Sutton & Barto 2018, §4.4 and eq. 4.10. The ε-soft optimum puts the ε-greedy mixture of §5.4 in place of max.

use super::mdp::Mdp;
pub use super::worth::{Worth, evaluate, reaches};

/// Q* counts acts within this of the best as optimal.
pub const TIE: f64 = 1e-6;
const SWEEPS_MAX: u32 = 100_000;

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
    while residual > 1e-10 && sweeps < SWEEPS_MAX {
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
    let mut q = Vec::with_capacity((states * actions) as usize);
    for s in 0..states {
        for a in 0..actions {
            q.push(if mdp.outcomes(s, a).is_empty() { f64::NEG_INFINITY } else { backup(mdp, &v, gamma, s, a) });
        }
    }
    Some(Solution { gamma, epsilon, v, q, sweeps, residual })
}

/// One full sweep; the largest change comes back.
fn improve(mdp: &Mdp, gamma: f64, epsilon: f64, v: &mut [f64], greedy: &mut [u32]) -> f64 {
    let mut residual = 0.0_f64;
    for s in (0..mdp.state_count()).rev() {
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
        let value = if epsilon > 0.0 { (1.0 - epsilon) * best + epsilon * sum / legal } else { best };
        residual = residual.max((value - v[s as usize]).abs());
        v[s as usize] = value;
    }
    residual
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
