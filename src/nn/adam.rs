//! Adam, plain gradient descent, and the gradient's norm that both are clipped by.
//! m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  θ ← θ − η m̂ / (√v̂ + ε)
//! Sources: Kingma and Ba 2015, algorithm 1; decay apart from the gradient as in Loshchilov and Hutter 2019; clipping: Pascanu et
//! al. 2013, algorithm 1.

use std::ops::Range;

use super::vector::vector;
use crate::fields;

/// What a step depends on beside gradient and moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// η
    pub learning_rate: f32,
    /// β₁ and β₂
    pub first: f32,
    pub second: f32,
    /// ε: added to √v̂.
    pub epsilon: f32,
    /// Share of each parameter that a step of rate 1 would take away.
    pub decay: f32,
}

impl Rates {
    /// Those of the paper, at a rate.
    pub fn of(learning_rate: f32) -> Rates {
        Rates { learning_rate, first: 0.9, second: 0.999, epsilon: 1e-8, decay: 0.0 }
    }
}

/// The moments, a pair for each parameter, and the steps taken.
#[derive(Clone, Debug, Default)]
pub struct Adam {
    m: Vec<f32>,
    v: Vec<f32>,
    steps: u64,
}

fields!(Adam { m, v, steps });

/// Moments below this are 0: they change nothing, and processors are slow with numbers near the smallest.
const FLUSH: f32 = 1e-30;

/// Uninlined it would be compiled for the plainest machine, and hold the loop up.
#[inline(always)]
fn flush(x: f32) -> f32 {
    if x.abs() < FLUSH { 0.0 } else { x }
}

impl Adam {
    pub fn new(parameters: usize) -> Adam {
        Adam { m: vec![0.0; parameters], v: vec![0.0; parameters], steps: 0 }
    }

    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One step against the gradient times `scale` (1, or what `clip` gives).
    pub fn step(&mut self, parameters: &mut [f32], gradient: &[f32], scale: f32, rates: &Rates) {
        let all = 0..parameters.len();
        self.step_parts(parameters, gradient, scale, rates, &[all]);
    }

    /// As `step`; only the ranges given decay. They rise and do not meet.
    pub fn step_parts(&mut self, parameters: &mut [f32], gradient: &[f32], scale: f32, rates: &Rates, decayed: &[Range<usize>]) {
        self.steps += 1;
        let mut at = 0;
        for range in decayed {
            self.part(parameters, gradient, scale, &Rates { decay: 0.0, ..*rates }, at..range.start);
            self.part(parameters, gradient, scale, rates, range.clone());
            at = range.end;
        }
        self.part(parameters, gradient, scale, &Rates { decay: 0.0, ..*rates }, at..parameters.len());
    }

    fn part(&mut self, parameters: &mut [f32], gradient: &[f32], scale: f32, rates: &Rates, range: Range<usize>) {
        let Rates { learning_rate, first, second, epsilon, decay } = *rates;
        // m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): the same for all parameters.
        let t = self.steps as f64;
        let rate = (f64::from(learning_rate) / (1.0 - libm::pow(f64::from(first), t))) as f32;
        let root = (1.0 / (1.0 - libm::pow(f64::from(second), t)).sqrt()) as f32;
        let kept = 1.0 - learning_rate * decay;
        let moments = self.m[range.clone()].iter_mut().zip(&mut self.v[range.clone()]);
        let (parameters, gradient) = (&mut parameters[range.clone()], &gradient[range]);
        vector(
            #[inline(always)]
            || {
                for ((p, g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
                    let g = g * scale;
                    *m = flush(first * *m + (1.0 - first) * g);
                    *v = flush(second * *v + (1.0 - second) * (g * g));
                    *p = *p * kept - rate * *m / (v.sqrt() * root + epsilon);
                }
            },
        );
    }
}

/// θ ← θ − η g, with the gradient times `scale`.
pub fn descend(parameters: &mut [f32], gradient: &[f32], scale: f32, learning_rate: f32) {
    vector(
        #[inline(always)]
        || {
            for (p, g) in parameters.iter_mut().zip(gradient) {
                *p -= learning_rate * (g * scale);
            }
        },
    );
}

/// What the gradient is to be multiplied by, so that its norm is at most `most`; 0 is no limit. A norm that is not finite gives
/// NaN: every parameter then becomes NaN, and the run stops and says so instead of going on from half a step.
pub fn clip(norm: f32, most: f32) -> f32 {
    if !norm.is_finite() {
        f32::NAN
    } else if most > 0.0 && norm > most {
        most / norm
    } else {
        1.0
    }
}

/// Sums of a fixed number of lanes, added in their order.
const LANES: usize = 16;

/// Σ x², in lanes, so that it is fast and the same on every machine.
pub fn squares(numbers: &[f32]) -> f32 {
    let (parts, rest) = numbers.as_chunks::<LANES>();
    let sums = vector(
        #[inline(always)]
        || {
            let mut sums = [0.0_f32; LANES];
            for part in parts {
                for k in 0..LANES {
                    sums[k] += part[k] * part[k];
                }
            }
            sums
        },
    );
    let ends: f32 = rest.iter().map(|x| x * x).sum();
    sums.iter().sum::<f32>() + ends
}
