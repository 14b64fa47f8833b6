//! The exact solution, and the exact worth of any policy.
//!
//! Value iteration in place (Gauss–Seidel): V(s) ← `max_a` Σ p (r + γ V(s′)), last states first, as dialogues run towards the
//! higher numbers. Source: Sutton & Barto 2018, §4.4 and eq. 4.10. The ε-soft optimum puts the ε-greedy mixture of §5.4 in place of max.

use super::mdp::Mdp;

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

/// The best policy that acts uniformly at random with probability `epsilon`. `keep_going` may stop it early.
pub fn solve(mdp: &Mdp, gamma: f64, epsilon: f64, keep_going: &dyn Fn() -> bool) -> Option<Solution> {
    let (states, actions) = (mdp.state_count(), mdp.action_count());
    let mut v = vec![0.0; states as usize];
    let (mut sweeps, mut residual) = (0, f64::INFINITY);
    while residual > 1e-10 && sweeps < SWEEPS_MAX {
        if !keep_going() {
            return None;
        }
        residual = 0.0_f64;
        for s in (0..states).rev() {
            let (mut best, mut sum, mut legal) = (f64::NEG_INFINITY, 0.0, 0.0);
            for a in (0..actions).filter(|a| !mdp.outcomes(s, *a).is_empty()) {
                let q = backup(mdp, &v, gamma, s, a);
                best = best.max(q);
                sum += q;
                legal += 1.0;
            }
            let value = if epsilon > 0.0 { (1.0 - epsilon) * best + epsilon * sum / legal } else { best };
            residual = residual.max((value - v[s as usize]).abs());
            v[s as usize] = value;
        }
        sweeps += 1;
    }
    let mut q = Vec::with_capacity((states * actions) as usize);
    for s in 0..states {
        for a in 0..actions {
            q.push(if mdp.outcomes(s, a).is_empty() { f64::NEG_INFINITY } else { backup(mdp, &v, gamma, s, a) });
        }
    }
    Some(Solution { gamma, epsilon, v, q, sweeps, residual })
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

    /// Probability of an act.
    fn weight(&self, legal: u64, s: u32, a: u32) -> f64 {
        let mask = self.acts[s as usize] & legal;
        let greedy = if mask >> a & 1 == 1 { (1.0 - self.epsilon) / f64::from(mask.count_ones()) } else { 0.0 };
        greedy + self.epsilon / f64::from(legal.count_ones())
    }

    /// The acts that may be taken, with their probabilities.
    fn mixture(&self, mdp: &Mdp, s: u32) -> Vec<(u32, f64)> {
        let legal = mdp.legal(s);
        (0..mdp.action_count()).filter(|a| legal >> a & 1 == 1).map(|a| (a, self.weight(legal, s, a))).filter(|(_, w)| *w > 0.0).collect()
    }
}

/// What a policy is worth, exactly.
#[derive(Clone, Debug, Default)]
pub struct Worth {
    /// Discounted, from the start, without a turn limit (a learner bootstraps through it); NaN where that is infinite, as for
    /// γ = 1 and a policy that never ends.
    pub value: f64,
    /// Undiscounted, under the turn limit.
    pub return_: f64,
    /// Probability of success under the turn limit.
    pub success: f64,
    pub turns: f64,
    /// Expected visits of a state in a dialogue, for the states that are met.
    pub met: Vec<(u32, f64)>,
}

pub fn evaluate(mdp: &Mdp, policy: &Policy, gamma: f64) -> Worth {
    let mut worth = Worth::default();
    let mut met = vec![0.0; mdp.state_count() as usize];
    let mut order = Vec::new();
    let mut here: Vec<(u32, f64)> = mdp.start.clone();
    let mut next_mass = vec![0.0; mdp.state_count() as usize];
    for _ in 0..mdp.turn_limit {
        let mut next = Vec::new();
        for (s, mass) in here {
            if met[s as usize] == 0.0 {
                order.push(s);
            }
            met[s as usize] += mass;
            worth.turns += mass;
            for (a, w) in policy.mixture(mdp, s) {
                for b in mdp.outcomes(s, a).iter().filter(|b| b.probability > 0.0) {
                    let p = mass * w * b.probability;
                    worth.return_ += p * b.reward;
                    if b.closed {
                        worth.success += if b.success { p } else { 0.0 };
                    } else {
                        if next_mass[b.next as usize] == 0.0 {
                            next.push((b.next, 0.0));
                        }
                        next_mass[b.next as usize] += p;
                    }
                }
            }
        }
        for (s, p) in &mut next {
            *p = std::mem::take(&mut next_mass[*s as usize]);
        }
        // What is left of a chance below 1e-300 is nothing, and would keep the loop busy.
        next.retain(|(_, p)| *p > 1e-300);
        here = next;
        if here.is_empty() {
            break;
        }
    }
    worth.value = value(mdp, policy, gamma, &order);
    worth.met = order.into_iter().map(|s| (s, met[s as usize])).collect();
    worth
}

/// V^π at the start, by sweeps over the states that the policy meets and those beyond the turn limit.
fn value(mdp: &Mdp, policy: &Policy, gamma: f64, met: &[u32]) -> f64 {
    let mut known = vec![false; mdp.state_count() as usize];
    let mut order: Vec<u32> = met.to_vec();
    order.iter().for_each(|s| known[*s as usize] = true);
    let mut mixtures = Vec::new();
    let mut at = 0;
    while at < order.len() {
        let mixture = policy.mixture(mdp, order[at]);
        for (a, _) in &mixture {
            for b in mdp.outcomes(order[at], *a).iter().filter(|b| b.probability > 0.0 && !b.closed) {
                if !std::mem::replace(&mut known[b.next as usize], true) {
                    order.push(b.next);
                }
            }
        }
        mixtures.push(mixture);
        at += 1;
    }
    let mut v = vec![0.0; mdp.state_count() as usize];
    for _ in 0..20_000 {
        let mut residual = 0.0_f64;
        for (s, mixture) in order.iter().zip(&mixtures).rev() {
            let new: f64 = mixture.iter().map(|(a, w)| w * backup(mdp, &v, gamma, *s, *a)).sum();
            residual = residual.max((new - v[*s as usize]).abs());
            v[*s as usize] = new;
        }
        if residual < 1e-11 {
            return mdp.start.iter().map(|(s, p)| p * v[*s as usize]).sum();
        }
    }
    f64::NAN
}
