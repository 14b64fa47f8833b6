//! Losses of a language model and of a reward model, each with its slopes by the outputs; log-probabilities, entropies, divergences.
//!
//! Letters: N places, V logits of each; x logits, p = softmax(x). Sources: Ouyang et al. 2022, eq. 1 (pairs); the mean from the
//! divergence on is DeepSpeed-Chat's; estimators of the divergence: Schulman 2020, "Approximating KL divergence".

use std::ops::Range;

use crate::nn::real::Real;
use crate::nn::sums::{dot, exponentials, largest, sum};
use crate::nn::vector::vector;

/// x ← softmax(x); gives ln Σ eˣ.
#[inline(always)]
pub fn softmax<F: Real>(x: &mut [F]) -> F {
    let most = largest(x);
    exponentials(x, most);
    let total = sum(x);
    let share = F::ONE / total;
    for x in x {
        *x *= share;
    }
    most + F::ln(total)
}

/// −Σ wᵢ ln pᵢ(wordᵢ); the logits become its slopes wᵢ (p − one at the word). A mask is a weight of 0, a mean one of 1 / count.
///
/// Shape: x N × V, words and weights N.
pub fn cross_entropy<F: Real>(x: &mut [F], words: &[u32], weights: &[F]) -> F {
    let v = x.len() / words.len().max(1);
    let mut loss = F::ZERO;
    vector(
        #[inline(always)]
        || {
            for ((x, word), weight) in x.chunks_exact_mut(v.max(1)).zip(words).zip(weights) {
                let at = x[*word as usize];
                loss += *weight * (softmax(x) - at);
                for x in x.iter_mut() {
                    *x *= *weight;
                }
                x[*word as usize] += -*weight;
            }
        },
    );
    loss
}

/// e^loss: among how many equally likely words the model wavers.
pub fn perplexity(loss: f64) -> f64 {
    libm::exp(loss)
}

/// Of a word under a row of logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood<F> {
    pub log_probability: F,
    /// −Σ p ln p of the row.
    pub entropy: F,
}

/// Shape: x N × V, words N.
pub fn likelihoods<F: Real>(x: &[F], words: &[u32]) -> Vec<Likelihood<F>> {
    let v = x.len() / words.len().max(1);
    let mut p = vec![F::ZERO; v];
    let mut out = Vec::with_capacity(words.len());
    vector(
        #[inline(always)]
        || {
            for (x, word) in x.chunks_exact(v.max(1)).zip(words) {
                p.copy_from_slice(x);
                let total = softmax(&mut p);
                out.push(Likelihood { log_probability: x[*word as usize] - total, entropy: total - dot(&p, x) });
            }
        },
    );
    out
}

/// Σ p (ln p − ln q) of each row: how far the first model is from the second.
///
/// Shape: x and y N × V, of rows of `v`.
pub fn divergences<F: Real>(x: &[F], y: &[F], v: usize) -> Vec<F> {
    let (mut p, mut q) = (vec![F::ZERO; v], vec![F::ZERO; v]);
    let mut out = Vec::with_capacity(x.len() / v);
    vector(
        #[inline(always)]
        || {
            for (x, y) in x.chunks_exact(v).zip(y.chunks_exact(v)) {
                p.copy_from_slice(x);
                q.copy_from_slice(y);
                let (over, under) = (softmax(&mut p), softmax(&mut q));
                out.push((dot(&p, x) - over) - (dot(&p, y) - under));
            }
        },
    );
    out
}

/// What one drawn word tells of the divergence of p from q: k₁ = ln p/q, k₂ = k₁²/2, k₃ = q/p − 1 + k₁.
pub fn estimates<F: Real>(log_p: F, log_q: F) -> [F; 3] {
    let k1 = log_p - log_q;
    [k1, F::of(0.5) * k1 * k1, F::exp(-k1) - F::ONE + k1]
}

/// −ln σ(d) of the difference of a chosen and a rejected score, and its slope by d: rejected has the opposite one. With d times β it is
/// the loss of DPO.
pub fn pair<F: Real>(d: F) -> (F, F) {
    // Without overflow either way: ln(1 + e^−|d|).
    let small = F::exp(-d.abs());
    let rest = F::ln(F::ONE + small);
    if d > F::ZERO { (rest, -small / (F::ONE + small)) } else { (rest - d, -F::ONE / (F::ONE + small)) }
}

/// The places from the first word that differs to the longer one's end; the last place where the two are alike.
///
/// Ends: how many tokens of each are no padding behind it.
pub fn divergence(chosen: &[u32], rejected: &[u32], ends: (usize, usize)) -> Range<usize> {
    let end = ends.0.max(ends.1).max(1);
    let from = chosen.iter().zip(rejected).position(|(c, r)| c != r).unwrap_or(end - 1);
    from.min(end - 1)..end
}

/// The mean of `pair` over places; the scores become its slopes.
///
/// Shape: chosen and rejected alike.
pub fn pairs<F: Real>(chosen: &mut [F], rejected: &mut [F]) -> F {
    let share = F::of(1.0 / chosen.len() as f64);
    let mut loss = F::ZERO;
    for (c, r) in chosen.iter_mut().zip(rejected) {
        let (one, slope) = pair(*c - *r);
        loss += one * share;
        (*c, *r) = (slope * share, -slope * share);
    }
    loss
}
