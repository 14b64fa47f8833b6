//! A dense layer Y = σ(X W + b), forward and backward, and a batch of rows whose features are mostly 0.
//!
//! Letters: B rows of a batch, I inputs, O outputs. W is I × O, so that an input that is not 0 adds one row of it.

use std::ops::Range;

use super::gemm::{Matrix, gemm};
use super::real::Real;
use super::vector::vector;
use crate::world::env::Feature;

/// What follows the sums of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Identity,
    Relu,
    Tanh,
}

impl Activation {
    /// y ← σ(y)
    #[inline(always)]
    pub fn forward<F: Real>(self, y: &mut [F]) {
        match self {
            Activation::Identity => {}
            // A NaN stays one.
            Activation::Relu => {
                for y in y {
                    *y = if *y < F::ZERO { F::ZERO } else { *y };
                }
            }
            Activation::Tanh => y.iter_mut().for_each(|y| *y = F::tanh(*y)),
        }
    }

    /// dy ← dy ⊙ σ′, told from y = σ(·).
    #[inline(always)]
    pub fn backward<F: Real>(self, y: &[F], dy: &mut [F]) {
        match self {
            Activation::Identity => {}
            Activation::Relu => {
                for (y, dy) in y.iter().zip(dy) {
                    *dy = if *y == F::ZERO { F::ZERO } else { *dy };
                }
            }
            Activation::Tanh => {
                for (y, dy) in y.iter().zip(dy) {
                    *dy *= F::ONE - *y * *y;
                }
            }
        }
    }
}

/// Rows of features, of each only those that are not 0.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    features: Vec<Feature>,
    ends: Vec<usize>,
}

impl Rows {
    pub fn clear(&mut self) {
        self.features.clear();
        self.ends.clear();
    }

    pub fn push(&mut self, features: &[Feature]) {
        self.features.extend_from_slice(features);
        self.ends.push(self.features.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn row(&self, b: usize) -> &[Feature] {
        let start = if b == 0 { 0 } else { self.ends[b - 1] };
        &self.features[start..self.ends[b]]
    }
}

/// The shape of a layer, and where its numbers stand in the vector of all parameters: W, then b.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// `hidden 1`
    pub name: String,
    pub inputs: usize,
    pub outputs: usize,
    pub activation: Activation,
    start: usize,
}

impl Dense {
    pub fn new(name: String, inputs: usize, outputs: usize, activation: Activation, start: usize) -> Dense {
        Dense { name, inputs, outputs, activation, start }
    }

    /// Of all its parameters.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + (self.inputs + 1) * self.outputs
    }

    /// W (I × O) and b (O).
    pub fn views<'a, F>(&self, parameters: &'a [F]) -> (&'a [F], &'a [F]) {
        parameters[self.range()].split_at(self.inputs * self.outputs)
    }

    pub fn views_mut<'a, F>(&self, parameters: &'a mut [F]) -> (&'a mut [F], &'a mut [F]) {
        parameters[self.range()].split_at_mut(self.inputs * self.outputs)
    }

    /// Y = σ(X W + b).
    ///
    /// Shape: x B × I, y B × O.
    pub fn forward<F: Real>(&self, parameters: &[F], x: &[F], y: &mut [F]) {
        let (w, b) = self.views(parameters);
        let rows = y.len() / self.outputs;
        gemm(Matrix::new(x, rows, self.inputs), Matrix::new(w, self.inputs, self.outputs), F::ZERO, y);
        vector(
            #[inline(always)]
            || {
                for y in y.chunks_exact_mut(self.outputs) {
                    add(y, F::ONE, b);
                }
                self.activation.forward(y);
            },
        );
    }

    /// dW = Xᵀ dY, db = Σ dY over the batch, dX = dY Wᵀ; `dy` holds dL/dY and becomes the gradient of the sums.
    ///
    /// Shape: x B × I, y and dy B × O, dx B × I.
    pub fn backward<F: Real>(&self, parameters: &[F], x: &[F], y: &[F], dy: &mut [F], dx: &mut [F], gradient: &mut [F]) {
        let rows = dy.len() / self.outputs;
        let (w, _) = self.views(parameters);
        let (dw, db) = self.views_mut(gradient);
        vector(
            #[inline(always)]
            || {
                self.activation.backward(y, dy);
                columns(dy, db);
            },
        );
        let dy = Matrix::new(dy, rows, self.outputs);
        gemm(Matrix::new(x, rows, self.inputs).t(), dy, F::ZERO, dw);
        gemm(dy, Matrix::new(w, self.inputs, self.outputs).t(), F::ZERO, dx);
    }

    /// As `forward`, of rows of features.
    pub fn forward_rows<F: Real>(&self, parameters: &[F], x: &Rows, y: &mut [F]) {
        let (w, bias) = self.views(parameters);
        vector(
            #[inline(always)]
            || {
                for (b, y) in y.chunks_exact_mut(self.outputs).enumerate() {
                    weigh(x.row(b).iter().map(|f| (f.at, F::from_f32(f.value))), w, bias, y);
                }
                self.activation.forward(y);
            },
        );
    }

    /// As `backward`; features have no gradient.
    pub fn backward_rows<F: Real>(&self, x: &Rows, y: &[F], dy: &mut [F], gradient: &mut [F]) {
        let (dw, db) = self.views_mut(gradient);
        vector(
            #[inline(always)]
            || {
                self.activation.backward(y, dy);
                dw.fill(F::ZERO);
                for (b, dy) in dy.chunks_exact(self.outputs).enumerate() {
                    for f in x.row(b) {
                        let value = F::from_f32(f.value);
                        let row = &mut dw[f.at as usize * self.outputs..][..self.outputs];
                        add(row, value, dy);
                    }
                }
                columns(dy, db);
            },
        );
    }
}

/// db ← Σ dY over the batch, row after row.
#[inline(always)]
fn columns<F: Real>(dy: &[F], db: &mut [F]) {
    db.fill(F::ZERO);
    for dy in dy.chunks_exact(db.len()) {
        add(db, F::ONE, dy);
    }
}

/// y ← y + f x
#[inline(always)]
fn add<F: Real>(y: &mut [F], factor: F, x: &[F]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * *x;
    }
}

/// y ← b + Σ xᵢ Wᵢ over the inputs that are not 0, in their order; Wᵢ is a row of W.
///
/// Shape: W I × O, b and y O.
#[inline(always)]
pub fn weigh<F: Real>(x: impl Iterator<Item = (u32, F)> + Clone, w: &[F], b: &[F], y: &mut [F]) {
    let mut start = 0;
    while start + 64 <= y.len() {
        block::<F, 64>(x.clone(), w, b, y, start);
        start += 64;
    }
    while start + 16 <= y.len() {
        block::<F, 16>(x.clone(), w, b, y, start);
        start += 16;
    }
    let outputs = y.len();
    let rest = &mut y[start..];
    if rest.is_empty() {
        return;
    }
    rest.copy_from_slice(&b[start..]);
    for (i, x) in x {
        let row = &w[i as usize * outputs + start..][..rest.len()];
        for (y, w) in rest.iter_mut().zip(row) {
            *y += x * *w;
        }
    }
}

/// N outputs, whose sums stay in registers.
#[inline(always)]
fn block<F: Real, const N: usize>(x: impl Iterator<Item = (u32, F)>, w: &[F], b: &[F], y: &mut [F], start: usize) {
    let outputs = y.len();
    let mut sums = [F::ZERO; N];
    sums.copy_from_slice(&b[start..start + N]);
    for (i, x) in x {
        let row: &[F; N] = w[i as usize * outputs + start..].first_chunk().expect("a row of W has O numbers");
        for k in 0..N {
            sums[k] += x * row[k];
        }
    }
    y[start..start + N].copy_from_slice(&sums);
}
