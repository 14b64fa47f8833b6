//! Products of small matrices, where packing their operands as `gemm` does would cost more than the product itself: the heads of an
//! attention, one token of each of some sequences.
//!
//! C ← C₀ + A B, each element Σₖ aₖ bₖ in the order of k and nothing fused: the same bits on every machine, whatever rows stand beside.

use pulp::Simd;

use super::real::Real;
use super::vector::registers;

/// Which part of a product counts, where A or C is a triangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    All,
    /// Of C's row i the columns up to i; what stands behind them afterwards does not count.
    ColumnsTo,
    /// Of A's row i the places up to i; those behind it, up to three, are 0.
    DepthTo,
    /// Of A's row i the places from i on; those before it, up to three, are 0.
    DepthFrom,
}

/// What the sums begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Zero,
    /// What stands in C.
    There,
}

/// Shape: A rows × depth, B depth × columns, C rows × columns, each within a larger matrix. The numbers of a row of B and of C are
/// neighbours.
pub struct Product<'a, F> {
    pub rows: usize,
    pub depth: usize,
    pub columns: usize,
    pub a: &'a [F],
    /// From one row of A to the next, and from one place in it to the next.
    pub a_row: usize,
    pub a_place: usize,
    pub b: &'a [F],
    pub b_row: usize,
    pub c: &'a mut [F],
    pub c_row: usize,
    pub reach: Reach,
    pub start: Start,
}

impl<F: Real> Product<'_, F> {
    pub fn run(self) {
        F::product(self);
    }

    /// Places of A that count for `rows` rows from i on.
    #[inline(always)]
    fn places(&self, i: usize, rows: usize) -> (usize, usize) {
        match self.reach {
            Reach::All | Reach::ColumnsTo => (0, self.depth),
            Reach::DepthTo => (0, self.depth.min(i + rows)),
            Reach::DepthFrom => (i, self.depth),
        }
    }
}

/// As it stands in the formula.
#[allow(clippy::needless_pass_by_value, reason = "the form that `wide` has")]
pub fn plain<F: Real>(p: Product<'_, F>) {
    for i in 0..p.rows {
        let (from, to) = p.places(i, 1);
        let columns = if p.reach == Reach::ColumnsTo { p.columns.min(i + 1) } else { p.columns };
        let c = &mut p.c[i * p.c_row..][..columns];
        if p.start == Start::Zero {
            c.fill(F::ZERO);
        }
        for k in from..to {
            let a = p.a[i * p.a_row + k * p.a_place];
            for (c, b) in c.iter_mut().zip(&p.b[k * p.b_row..]) {
                *c += a * *b;
            }
        }
    }
}

/// In registers, a block of rows and columns at a time.
pub fn wide(product: Product<'_, f32>) {
    registers(Wide(product));
}

struct Wide<'a>(Product<'a, f32>);

/// Rows of a block, and its columns in registers.
const ROWS: usize = 4;
const WIDTH: usize = 2;

impl pulp::WithSimd for Wide<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut p = self.0;
        let full = WIDTH * S::F32_LANES;
        let mut j = 0;
        // Columns outside, so that a stripe of B stays near while the rows go by.
        while j < p.columns {
            let columns = full.min(p.columns - j);
            if columns == full {
                stripe::<S, WIDTH, true>(simd, &mut p, j, columns);
            } else if columns > S::F32_LANES {
                stripe::<S, WIDTH, false>(simd, &mut p, j, columns);
            } else {
                stripe::<S, 1, false>(simd, &mut p, j, columns);
            }
            j += full;
        }
    }
}

#[inline(always)]
fn stripe<S: Simd, const N: usize, const FULL: bool>(simd: S, p: &mut Product<'_, f32>, j: usize, columns: usize) {
    // Rows above the triangle are left out.
    let mut i = if p.reach == Reach::ColumnsTo { j / ROWS * ROWS } else { 0 };
    while i + ROWS <= p.rows {
        block::<S, ROWS, N, FULL>(simd, p, i, j, columns);
        i += ROWS;
    }
    while i < p.rows {
        block::<S, 1, N, FULL>(simd, p, i, j, columns);
        i += 1;
    }
}

#[inline(always)]
fn block<S: Simd, const M: usize, const N: usize, const FULL: bool>(simd: S, p: &mut Product<'_, f32>, i: usize, j: usize, columns: usize) {
    let (from, to) = p.places(i, M);
    let mut sums = [[simd.splat_f32s(0.0); N]; M];
    if p.start == Start::There {
        for (r, sums) in sums.iter_mut().enumerate() {
            *sums = load::<S, N, FULL>(simd, &p.c[(i + r) * p.c_row + j..][..columns]);
        }
    }
    for k in from..to {
        let b = load::<S, N, FULL>(simd, &p.b[k * p.b_row + j..][..columns]);
        let a = &p.a[i * p.a_row + k * p.a_place..];
        for (r, sums) in sums.iter_mut().enumerate() {
            let a = simd.splat_f32s(a[r * p.a_row]);
            for n in 0..N {
                sums[n] = simd.add_f32s(sums[n], simd.mul_f32s(a, b[n]));
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        store::<S, N, FULL>(simd, &mut p.c[(i + r) * p.c_row + j..][..columns], sums);
    }
}

#[inline(always)]
fn load<S: Simd, const N: usize, const FULL: bool>(simd: S, from: &[f32]) -> [S::f32s; N] {
    let mut out = [simd.splat_f32s(0.0); N];
    let (whole, rest) = S::as_simd_f32s(from);
    for n in 0..N {
        out[n] = if FULL || n < whole.len() { whole[n] } else { simd.partial_load_f32s(rest) };
    }
    out
}

#[inline(always)]
fn store<S: Simd, const N: usize, const FULL: bool>(simd: S, to: &mut [f32], from: &[S::f32s; N]) {
    let (whole, rest) = S::as_mut_simd_f32s(to);
    for n in 0..N {
        if FULL || n < whole.len() {
            whole[n] = from[n];
        } else {
            simd.partial_store_f32s(rest, from[n]);
        }
    }
}
