//! A matrix cut into stripes of columns that lie one behind the other, so that a product of few rows with it reads memory straight on.
//! Worth the cutting where the same matrix is multiplied often, as in generation.

use super::real::Real;
use super::tile::{Product, Reach, Start};

/// Columns of a stripe.
const STRIPE: usize = 32;

#[derive(Clone, Debug)]
pub struct Striped<F> {
    depth: usize,
    columns: usize,
    numbers: Vec<F>,
}

impl<F: Real> Striped<F> {
    /// Of the matrix with these elements.
    pub fn of(depth: usize, columns: usize, element: impl Fn(usize, usize) -> F) -> Striped<F> {
        let mut numbers = Vec::with_capacity(depth * columns);
        for j in (0..columns).step_by(STRIPE) {
            for k in 0..depth {
                numbers.extend((j..columns.min(j + STRIPE)).map(|j| element(k, j)));
            }
        }
        Striped { depth, columns, numbers }
    }

    /// Y ← Y₀ + X M.
    ///
    /// Shape: x R × depth, y R × columns.
    pub fn apply(&self, x: &[F], start: Start, y: &mut [F]) {
        let (rows, depth, reach) = (y.len() / self.columns, self.depth, Reach::All);
        for (stripe, j) in self.numbers.chunks(depth * STRIPE).zip((0..self.columns).step_by(STRIPE)) {
            let columns = STRIPE.min(self.columns - j);
            let (a, b, c, c_row) = (x, stripe, &mut y[j..], self.columns);
            Product { rows, depth, columns, a, a_row: depth, a_place: 1, b, b_row: columns, c, c_row, reach, start }.run();
        }
    }
}
