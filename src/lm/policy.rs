//! The clipped losses of PPO over words, with their slopes by logits and by values.
//!
//! Letters: N places, V logits x of each, p = softmax(x), ρ = π(w) / π′(w) with π′ the policy that drew, A advantage, H entropy.
//! Sources: Schulman et al. 2017, eq. 7; the clipped value loss as in DeepSpeed-Chat and TRL.

use super::loss::softmax;
use crate::nn::real::Real;
use crate::nn::sums::dot;
use crate::nn::vector::vector;

/// A word that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn<F> {
    pub word: u32,
    /// ln π′(word).
    pub log_probability: F,
    pub advantage: F,
    /// How much it counts: 1 / count for a mean.
    pub weight: F,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clip<F> {
    /// ε: ρ is held in 1 ± ε.
    pub range: F,
    /// Weight of the entropy bonus.
    pub entropy: F,
}

/// Weighted sums over words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums<F> {
    /// Σ w max(−A ρ, −A clip(ρ)), without the bonus.
    pub loss: F,
    pub entropy: F,
    /// Of ½ (ln ρ)²: how far the policy has moved from the one that drew.
    pub moved: F,
    pub ratio: F,
    /// Words beyond 1 ± ε.
    pub clipped: F,
}

impl<F: Real> Sums<F> {
    pub const ZERO: Sums<F> = Sums { loss: F::ZERO, entropy: F::ZERO, moved: F::ZERO, ratio: F::ZERO, clipped: F::ZERO };

    pub fn add(&mut self, other: &Sums<F>) {
        self.loss += other.loss;
        self.entropy += other.entropy;
        self.moved += other.moved;
        self.ratio += other.ratio;
        self.clipped += other.clipped;
    }
}

/// L = Σ w (max(−A ρ, −A clip(ρ, 1 ± ε)) − c H); the logits become its slopes.
///
/// Shape: x N × V, drawn N.
pub fn clipped_policy<F: Real>(x: &mut [F], drawn: &[Drawn<F>], clip: &Clip<F>) -> Sums<F> {
    let v = x.len() / drawn.len().max(1);
    let mut p = vec![F::ZERO; v];
    let mut sums = Sums::ZERO;
    vector(
        #[inline(always)]
        || {
            for (x, drawn) in x.chunks_exact_mut(v.max(1)).zip(drawn) {
                word(x, &mut p, drawn, clip, &mut sums);
            }
        },
    );
    sums
}

/// By the logits: ∂ ln p(w) = one at w − p, ∂H = −p (ln p + H).
#[inline(always)]
fn word<F: Real>(x: &mut [F], p: &mut [F], drawn: &Drawn<F>, clip: &Clip<F>, sums: &mut Sums<F>) {
    let Drawn { word, log_probability, advantage, weight } = *drawn;
    p.copy_from_slice(x);
    let total = softmax(p);
    let entropy = total - dot(p, x);
    let log_ratio = x[word as usize] - total - log_probability;
    let ratio = F::exp(log_ratio);
    let (low, high) = (F::ONE - clip.range, F::ONE + clip.range);
    let held = if ratio < low {
        low
    } else if ratio > high {
        high
    } else {
        ratio
    };
    let (free, bound) = (-advantage * ratio, -advantage * held);
    // Where the clip makes the loss larger it also makes it flat.
    let (loss, slope) = if bound > free { (bound, F::ZERO) } else { (free, free) };
    sums.add(&Sums {
        loss: weight * loss,
        entropy: weight * entropy,
        moved: weight * F::of(0.5) * log_ratio * log_ratio,
        ratio: weight * ratio,
        clipped: if held == ratio { F::ZERO } else { weight },
    });
    let (push, bonus) = (weight * slope, weight * clip.entropy);
    for (x, p) in x.iter_mut().zip(p.iter()) {
        *x = *p * (bonus * (*x - total + entropy) - push);
    }
    x[word as usize] += push;
}

/// ½ max((v − G)², (v′ + clip(v − v′, ± ε) − G)²) and its slope by v, with v′ the value at the time of drawing; an infinite ε is no clip.
pub fn clipped_value<F: Real>(value: F, old: F, target: F, range: F) -> (F, F) {
    let step = value - old;
    let held = if step > range {
        old + range
    } else if step < -range {
        old - range
    } else {
        value
    };
    let (free, bound) = (value - target, held - target);
    let half = F::of(0.5);
    if bound * bound > free * free { (half * bound * bound, F::ZERO) } else { (half * free * free, free) }
}
