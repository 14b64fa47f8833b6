//! Layer normalisation: y = γ x̂ + β with x̂ = (x − mean) / √(variance + ε), over the channels of each row.
//! Source: Ba, Kiros and Hinton 2016, eq. 4.

use std::ops::Range;

use crate::nn::real::Real;
use crate::nn::sums::{dot, dot_from, sum};
use crate::nn::vector::vector;

const EPSILON: f64 = 1e-5;

/// γ, then β.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Norm {
    pub range: Range<usize>,
}

/// Of a row: its mean, and 1 / √(variance + ε).
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments<F> {
    mean: F,
    scale: F,
}

impl Norm {
    pub fn new(range: Range<usize>) -> Norm {
        Norm { range }
    }

    /// Shape: x and y R × C, moments R.
    pub fn forward<F: Real>(&self, parameters: &[F], x: &[F], y: &mut [F], moments: &mut [Moments<F>]) {
        let (gain, bias) = parameters[self.range.clone()].split_at(self.range.len() / 2);
        let c = gain.len();
        let share = F::of(1.0 / c as f64);
        vector(
            #[inline(always)]
            || {
                for ((x, y), moments) in x.chunks_exact(c).zip(y.chunks_exact_mut(c)).zip(moments) {
                    let mean = sum(x) * share;
                    for (y, x) in y.iter_mut().zip(x) {
                        *y = *x - mean;
                    }
                    let scale = F::ONE / F::sqrt(dot(y, y) * share + F::of(EPSILON));
                    for ((y, g), b) in y.iter_mut().zip(gain).zip(bias) {
                        *y = *y * scale * *g + *b;
                    }
                    *moments = Moments { mean, scale };
                }
            },
        );
    }

    /// dx ← dx + (w − mean w − x̂ mean(w x̂)) / √(variance + ε) with w = γ dy; dγ = Σ dy x̂, dβ = Σ dy. `dy` is used up.
    ///
    /// Shape: x, dy and dx R × C, moments R.
    pub fn backward<F: Real>(&self, parameters: &[F], x: &[F], moments: &[Moments<F>], dy: &mut [F], dx: &mut [F], gradient: &mut [F]) {
        let c = self.range.len() / 2;
        let gain = &parameters[self.range.clone()][..c];
        let (d_gain, d_bias) = gradient[self.range.clone()].split_at_mut(c);
        let share = F::of(1.0 / c as f64);
        d_gain.fill(F::ZERO);
        d_bias.fill(F::ZERO);
        vector(
            #[inline(always)]
            || {
                for (((x, dy), dx), m) in x.chunks_exact(c).zip(dy.chunks_exact_mut(c)).zip(dx.chunks_exact_mut(c)).zip(moments) {
                    let (mean, scale) = (m.mean, m.scale);
                    for ((((dg, db), dy), x), g) in d_gain.iter_mut().zip(d_bias.iter_mut()).zip(dy.iter_mut()).zip(x).zip(gain) {
                        *dg += *dy * ((*x - mean) * scale);
                        *db += *dy;
                        *dy *= *g;
                    }
                    let first = sum(dy) * share;
                    let along = dot_from(dy, x, mean) * scale * share;
                    for ((dx, dy), x) in dx.iter_mut().zip(dy.iter()).zip(x) {
                        *dx += (*dy - first - (*x - mean) * scale * along) * scale;
                    }
                }
            },
        );
    }
}
