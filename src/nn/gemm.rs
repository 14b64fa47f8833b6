//! Matrix products: the one function behind which they stand, and the name of the kernel that this machine runs them with.
//!
//! A product has the same bits wherever the same kernel runs, whatever else the machine does; another kernel sums in another order.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use super::real::Real;

/// Numbers of a matrix, row by row, or of its transpose.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, F> {
    view: ArrayView2<'a, F>,
}

impl<'a, F: Real> Matrix<'a, F> {
    /// Shape: rows × columns, row by row.
    pub fn new(numbers: &'a [F], rows: usize, columns: usize) -> Self {
        Matrix { view: ArrayView2::from_shape((rows, columns), numbers).expect("a matrix has rows × columns numbers") }
    }

    /// The transpose; nothing moves.
    #[must_use]
    pub fn t(self) -> Self {
        Matrix { view: self.view.reversed_axes() }
    }
}

/// C ← A B + β C. With β = 0, what was in C does not count.
///
/// Shape: A m × k, B k × n, C m × n, row by row.
pub fn gemm<F: Real>(a: Matrix<'_, F>, b: Matrix<'_, F>, beta: F, c: &mut [F]) {
    let shape = (a.view.nrows(), b.view.ncols());
    let mut c = ArrayViewMut2::from_shape(shape, c).expect("C has as many rows as A and columns as B");
    general_mat_mul(F::ONE, &a.view, &b.view, beta, &mut c);
}

/// The kernel that products run on here, chosen when the program starts: it stands beside every digest of a network.
pub fn kernel() -> &'static str {
    // The order in which the library asks.
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    {
        if is_x86_feature_detected!("avx512f") {
            return "avx512";
        }
        if is_x86_feature_detected!("fma") && is_x86_feature_detected!("avx2") {
            return "avx2-fma";
        }
        if is_x86_feature_detected!("avx") {
            return "avx";
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        if std::arch::is_aarch64_feature_detected!("neon") {
            return "neon";
        }
    }
    "portable"
}
