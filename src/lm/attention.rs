//! Causal self-attention of one sequence: each head mixes the values of earlier tokens by softmax(q k / √H).
//!
//! Letters: T tokens, C channels, H channels of a head. Source: Vaswani et al. 2017, eq. 1.

use crate::nn::real::Real;
use crate::nn::sums::{dot, exponentials, largest, sum};
use crate::nn::tile::{Product, Reach, Start};
use crate::nn::vector::vector;

/// Sizes of an attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    pub heads: usize,
    pub width: usize,
    pub length: usize,
}

/// A product's part that does not differ from one to the next.
fn product<F>(rows: usize, depth: usize, columns: usize, reach: Reach, c: &mut [F], c_row: usize) -> Product<'_, F> {
    Product { rows, depth, columns, reach, c, c_row, a: &[], a_row: 0, a_place: 1, b: &[], b_row: 0, start: Start::Zero }
}

impl Attention {
    fn head(&self) -> usize {
        self.width / self.heads
    }

    fn scale<F: Real>(&self) -> F {
        F::of(1.0 / (self.head() as f64).sqrt())
    }

    /// Numbers of `weights`.
    pub fn weights(&self) -> usize {
        self.heads * self.length * self.length
    }

    /// Numbers of `turned`: a head's keys or values, transposed.
    pub fn turned(&self) -> usize {
        self.head() * self.length
    }

    /// Shape: qkv T × 3C, weights heads × T × T, mixed T × C, turned H × T.
    pub fn forward<F: Real>(&self, qkv: &[F], weights: &mut [F], mixed: &mut [F], turned: &mut [F]) {
        let (t, c, h) = (self.length, self.width, self.head());
        for (head, weights) in weights.chunks_exact_mut(t * t).enumerate() {
            let at = head * h;
            turn(&qkv[c + at..], 3 * c, h, t, turned);
            Product { a: &qkv[at..], a_row: 3 * c, b: turned, b_row: t, ..product(t, h, t, Reach::ColumnsTo, weights, t) }.run();
            softmax(weights, t, self.scale());
            let value = Product {
                a: weights,
                a_row: t,
                b: &qkv[2 * c + at..],
                b_row: 3 * c,
                ..product(t, t, h, Reach::DepthTo, &mut mixed[at..], c)
            };
            value.run();
        }
    }

    /// dV = Pᵀ dO; dP = dO Vᵀ; dS = P ⊙ (dP − Σ P dP) / √H; dQ = dS K; dK = dSᵀ Q. P is `weights`, S the scores before softmax.
    ///
    /// Shape: as forward; slopes T × T.
    pub fn backward<F: Real>(&self, qkv: &[F], weights: &[F], d_mixed: &[F], d_qkv: &mut [F], turned: &mut [F], slopes: &mut [F]) {
        let (t, c, h) = (self.length, self.width, self.head());
        for (head, weights) in weights.chunks_exact(t * t).enumerate() {
            let at = head * h;
            let dv = product(t, t, h, Reach::DepthFrom, &mut d_qkv[2 * c + at..], 3 * c);
            Product { a: weights, a_row: 1, a_place: t, b: &d_mixed[at..], b_row: c, ..dv }.run();
            turn(&qkv[2 * c + at..], 3 * c, h, t, turned);
            Product { a: &d_mixed[at..], a_row: c, b: turned, b_row: t, ..product(t, h, t, Reach::ColumnsTo, slopes, t) }.run();
            softmax_backward(weights, slopes, t, self.scale());
            let dq = product(t, t, h, Reach::DepthTo, &mut d_qkv[at..], 3 * c);
            Product { a: slopes, a_row: t, b: &qkv[c + at..], b_row: 3 * c, ..dq }.run();
            let dk = product(t, t, h, Reach::DepthFrom, &mut d_qkv[c + at..], 3 * c);
            Product { a: slopes, a_row: 1, a_place: t, b: &qkv[at..], b_row: 3 * c, ..dk }.run();
        }
    }
}

/// The transpose of H columns of a matrix of T rows.
fn turn<F: Real>(from: &[F], stride: usize, h: usize, t: usize, to: &mut [F]) {
    for row in 0..t {
        for (channel, x) in from[row * stride..][..h].iter().enumerate() {
            to[channel * t + row] = *x;
        }
    }
}

/// Columns of row i in whole registers.
fn reach(i: usize, t: usize) -> usize {
    t.min((i / 16 + 1) * 16)
}

/// Row i becomes the softmax of its first i + 1 scores times `scale`, and 0 behind them.
///
/// Shape: scores T × T.
fn softmax<F: Real>(scores: &mut [F], t: usize, scale: F) {
    vector(
        #[inline(always)]
        || {
            for (i, row) in scores.chunks_exact_mut(t).enumerate() {
                let (row, behind) = row.split_at_mut(reach(i, t));
                behind.fill(F::ZERO);
                row[i + 1..].fill(F::LOWEST);
                let most = largest(row) * scale;
                for x in row.iter_mut() {
                    *x *= scale;
                }
                exponentials(row, most);
                let share = F::ONE / sum(row);
                for x in row.iter_mut() {
                    *x *= share;
                }
            }
        },
    );
}

/// dS from dP, in place, and 0 behind the diagonal.
///
/// Shape: weights and slopes T × T.
fn softmax_backward<F: Real>(weights: &[F], slopes: &mut [F], t: usize, scale: F) {
    vector(
        #[inline(always)]
        || {
            for (i, (p, dp)) in weights.chunks_exact(t).zip(slopes.chunks_exact_mut(t)).enumerate() {
                let (dp, behind) = dp.split_at_mut(reach(i, t));
                behind.fill(F::ZERO);
                dp[i + 1..].fill(F::ZERO);
                let mean = dot(&p[..dp.len()], dp);
                for (dp, p) in dp.iter_mut().zip(p) {
                    *dp = *p * (*dp - mean) * scale;
                }
            }
        },
    );
}
