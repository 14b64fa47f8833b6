//! Softmax policies over legal acts: probabilities, their logarithms, entropy, and gradients by the preferences.
//! π(a) = exp h(a) / Σ exp h(b), over legal acts b
//! Source: Sutton & Barto 2018, eq. 13.2; sums go by rising act, functions are libm's, so that every machine gets the same bits.

use super::real::Real;

fn legal_acts(legal: u64, acts: usize) -> impl Iterator<Item = usize> + Clone {
    (0..acts).filter(move |a| legal >> a & 1 == 1)
}

/// log Σ exp h over legal acts, without overflow.
pub fn log_sum<F: Real>(h: &[F], legal: u64) -> F {
    // A NaN must not be passed over.
    let top = legal_acts(legal, h.len()).fold(F::LOWEST, |top, a| if h[a] <= top { top } else { h[a] });
    let sum = legal_acts(legal, h.len()).fold(F::ZERO, |sum, a| sum + (h[a] - top).exp());
    top + sum.ln()
}

/// Writes π, 0 where illegal.
pub fn softmax<F: Real>(h: &[F], legal: u64, out: &mut [F]) {
    let all = log_sum(h, legal);
    out.fill(F::ZERO);
    legal_acts(legal, h.len()).for_each(|a| out[a] = (h[a] - all).exp());
}

/// log π(act).
pub fn log_probability<F: Real>(h: &[F], legal: u64, act: usize) -> F {
    h[act] - log_sum(h, legal)
}

/// H(π) = −Σ π log π.
pub fn entropy<F: Real>(h: &[F], legal: u64) -> F {
    let all = log_sum(h, legal);
    legal_acts(legal, h.len()).fold(F::ZERO, |sum, a| sum - (h[a] - all).exp() * (h[a] - all))
}

/// Writes the gradient by h of  x · log π(act) + y · H(π), 0 where illegal.
///
/// ∂ log π(a) / ∂h(b) = 1[a = b] − π(b);  ∂H / ∂h(b) = −π(b) (log π(b) + H).
pub fn backward<F: Real>(h: &[F], legal: u64, act: usize, x: F, y: F, out: &mut [F]) {
    let all = log_sum(h, legal);
    let entropy = entropy(h, legal);
    out.fill(F::ZERO);
    for b in legal_acts(legal, h.len()) {
        let log = h[b] - all;
        let p = log.exp();
        let own = if b == act { F::ONE } else { F::ZERO };
        out[b] = x * (own - p) - y * p * (log + entropy);
    }
}
