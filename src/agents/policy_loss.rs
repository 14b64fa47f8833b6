//! What a turn adds to the loss of a policy, and its gradient by the preferences h.
//! A2C: −log π(a|s) Â − β H(π).  PPO: −min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β H(π),  ρ = π(a|s) / π′(a|s), π′ the policy that acted
//! Sources: Mnih et al. 2016, §4; Schulman et al. 2017, eq. 7 and 9.

use crate::nn::policy;
use crate::nn::real::Real;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective<F> {
    LogLikelihood,
    /// With ε.
    Clipped(F),
}

/// A turn as the policy learns from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<F> {
    pub legal: u64,
    pub act: usize,
    pub advantage: F,
    /// log π(a|s) when the act was taken.
    pub old: F,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts<F> {
    /// Without the entropy bonus.
    pub loss: F,
    pub entropy: F,
    pub ratio: F,
    /// Whether the clip holds, so that the turn no longer moves the policy.
    pub clipped: bool,
}

/// (ρ − 1) − log ρ, of log ρ: an estimate of KL(old, new) that is never negative.
///
/// Source: Schulman 2020, Approximating KL Divergence.
pub fn divergence<F: Real>(log: F) -> F {
    F::exp(bounded(log)) - F::ONE - log
}

/// An act that has become e²⁰ times as likely: more would only overflow.
const LOG_MOST: f64 = 20.0;

fn bounded<F: Real>(log: F) -> F {
    if log > F::of(LOG_MOST) { F::of(LOG_MOST) } else { log }
}

/// min(ρ Â, clip(ρ) Â) and its slope by ρ.
pub fn clipped<F: Real>(ratio: F, advantage: F, range: F) -> (F, F) {
    let (low, high) = (F::ONE - range, F::ONE + range);
    let held = if ratio < low {
        low
    } else if ratio > high {
        high
    } else {
        ratio
    };
    let (free, held) = (ratio * advantage, held * advantage);
    // A NaN goes the first way, and stays one.
    if held < free { (held, F::ZERO) } else { (free, advantage) }
}

/// The parts, and into `out` the gradient by h of  scale · (loss − β H).
///
/// Shape: h and out A.
pub fn turn<F: Real>(h: &[F], sample: &Sample<F>, objective: Objective<F>, beta: F, scale: F, out: &mut [F]) -> Parts<F> {
    let Sample { legal, act, advantage, old } = *sample;
    let log = policy::log_probability(h, legal, act);
    let ratio = F::exp(bounded(log - old));
    // The slope of what is to be made large, by log π: ∂ρ/∂ log π = ρ.
    let (gain, slope, clipped) = match objective {
        Objective::LogLikelihood => (log * advantage, advantage, false),
        Objective::Clipped(range) => {
            let (gain, slope) = clipped(ratio, advantage, range);
            (gain, slope * ratio, slope == F::ZERO && advantage != F::ZERO)
        }
    };
    policy::backward(h, legal, act, -scale * slope, -scale * beta, out);
    Parts { loss: -gain, entropy: policy::entropy(h, legal), ratio, clipped }
}
