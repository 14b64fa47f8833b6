//! Losses of a single error δ = target − prediction: their values and their slopes by the prediction.

use super::real::Real;

/// δ² / 2 up to a limit, then as steep as there: one surprising reward does not throw a network over.
///
/// Source: Huber 1964; Mnih et al. 2015 clip δ at 1, which is its slope at limit 1.
pub fn huber<F: Real>(delta: F, limit: F) -> F {
    let (size, half) = (delta.abs(), F::of(0.5));
    if size > limit { limit * (size - half * limit) } else { half * delta * delta }
}

/// dL/d(prediction) = −δ, at most the limit either way. A NaN stays one.
pub fn huber_backward<F: Real>(delta: F, limit: F) -> F {
    if delta > limit {
        -limit
    } else if delta < -limit {
        limit
    } else {
        -delta
    }
}
