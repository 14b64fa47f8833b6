//! A linear layer Y = Y₀ + X W + b, where Y₀ is 0 or the residual stream that the layer adds to.
//! Letters: R rows, I inputs, O outputs; W is I × O.

use std::ops::Range;

use crate::nn::gemm::{Matrix, gemm};
use crate::nn::real::Real;
use crate::nn::striped::Striped;
use crate::nn::tile::Start;
use crate::nn::vector::vector;

/// W, then b.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linear {
    pub inputs: usize,
    pub outputs: usize,
    pub range: Range<usize>,
}

impl Linear {
    pub fn new(inputs: usize, outputs: usize, range: Range<usize>) -> Linear {
        Linear { inputs, outputs, range }
    }

    /// W (I × O) and b (O).
    pub fn views<'a, F>(&self, parameters: &'a [F]) -> (&'a [F], &'a [F]) {
        parameters[self.range.clone()].split_at(self.inputs * self.outputs)
    }

    /// Y = X W + b.
    ///
    /// Shape: x R × I, y R × O.
    pub fn forward<F: Real>(&self, parameters: &[F], x: &[F], y: &mut [F]) {
        let (w, b) = self.views(parameters);
        self.product(w, x, spread(b, y));
    }

    /// Y = Y₀ + X W + b.
    ///
    /// Shape: x R × I, before and y R × O.
    pub fn forward_onto<F: Real>(&self, parameters: &[F], x: &[F], before: &[F], y: &mut [F]) {
        let (w, b) = self.views(parameters);
        self.product(w, x, spread_onto(b, before, y));
    }

    fn product<F: Real>(&self, w: &[F], x: &[F], y: &mut [F]) {
        let rows = y.len() / self.outputs;
        gemm(Matrix::new(x, rows, self.inputs), Matrix::new(w, self.inputs, self.outputs), F::ONE, y);
    }

    /// W as generation wants it.
    pub fn striped<F: Real>(&self, parameters: &[F]) -> Striped<F> {
        let (w, _) = self.views(parameters);
        Striped::of(self.inputs, self.outputs, |i, o| w[i * self.outputs + o])
    }

    /// As `forward`, of few rows, with W in stripes.
    pub fn forward_few<F: Real>(&self, parameters: &[F], w: &Striped<F>, x: &[F], y: &mut [F]) {
        w.apply(x, Start::There, spread(self.views(parameters).1, y));
    }

    /// As `forward_onto`, of few rows, with W in stripes.
    pub fn forward_few_onto<F: Real>(&self, parameters: &[F], w: &Striped<F>, x: &[F], before: &[F], y: &mut [F]) {
        w.apply(x, Start::There, spread_onto(self.views(parameters).1, before, y));
    }

    /// dW = Xᵀ dY, db = Σ dY over the rows, dX = dY Wᵀ.
    ///
    /// Shape: x and dx R × I, dy R × O.
    pub fn backward<F: Real>(&self, parameters: &[F], x: &[F], dy: &[F], dx: &mut [F], gradient: &mut [F]) {
        let (w, _) = self.views(parameters);
        let (dw, db) = gradient[self.range.clone()].split_at_mut(self.inputs * self.outputs);
        let rows = dy.len() / self.outputs;
        db.fill(F::ZERO);
        vector(
            #[inline(always)]
            || {
                for dy in dy.chunks_exact(self.outputs) {
                    for (db, dy) in db.iter_mut().zip(dy) {
                        *db += *dy;
                    }
                }
            },
        );
        let dy = Matrix::new(dy, rows, self.outputs);
        gemm(Matrix::new(x, rows, self.inputs).t(), dy, F::ZERO, dw);
        gemm(dy, Matrix::new(w, self.inputs, self.outputs).t(), F::ZERO, dx);
    }
}

/// Each row becomes b: the product adds to it, which saves a walk over Y.
fn spread<'a, F: Real>(b: &[F], y: &'a mut [F]) -> &'a mut [F] {
    y.chunks_exact_mut(b.len()).for_each(|y| y.copy_from_slice(b));
    y
}

/// Each row becomes b and what was before.
fn spread_onto<'a, F: Real>(b: &[F], before: &[F], y: &'a mut [F]) -> &'a mut [F] {
    vector(
        #[inline(always)]
        || {
            for (y, before) in y.chunks_exact_mut(b.len()).zip(before.chunks_exact(b.len())) {
                for ((y, before), b) in y.iter_mut().zip(before).zip(b) {
                    *y = *before + *b;
                }
            }
        },
    );
    y
}
