//! Sums and maxima of a row in a fixed number of lanes, added in a fixed order: fast, and the same on every machine.

use super::real::Real;

const LANES: usize = 16;

/// The lanes folded in halves.
#[inline(always)]
fn fold<F: Real>(lanes: [F; LANES], with: impl Fn(F, F) -> F) -> F {
    let mut lanes = lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for k in 0..half {
            lanes[k] = with(lanes[k], lanes[k + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Σ xᵢ
#[inline(always)]
pub fn sum<F: Real>(x: &[F]) -> F {
    let (parts, rest) = x.as_chunks::<LANES>();
    let mut sums = [F::ZERO; LANES];
    for part in parts {
        for k in 0..LANES {
            sums[k] += part[k];
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += *x;
    }
    fold(sums, |a, b| a + b)
}

/// Σ xᵢ yᵢ
#[inline(always)]
pub fn dot<F: Real>(x: &[F], y: &[F]) -> F {
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let mut sums = [F::ZERO; LANES];
    for (x, y) in xs.iter().zip(ys) {
        for k in 0..LANES {
            sums[k] += x[k] * y[k];
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum += *x * *y;
    }
    fold(sums, |a, b| a + b)
}

/// Σ xᵢ (yᵢ − c)
#[inline(always)]
pub fn dot_from<F: Real>(x: &[F], y: &[F], c: F) -> F {
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let mut sums = [F::ZERO; LANES];
    for (x, y) in xs.iter().zip(ys) {
        for k in 0..LANES {
            sums[k] += x[k] * (y[k] - c);
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum += *x * (*y - c);
    }
    fold(sums, |a, b| a + b)
}

/// The largest; of an empty row −∞. A NaN is passed over.
#[inline(always)]
pub fn largest<F: Real>(x: &[F]) -> F {
    let (parts, rest) = x.as_chunks::<LANES>();
    let larger = |a: F, b: F| if b > a { b } else { a };
    let mut most = [F::LOWEST; LANES];
    for part in parts {
        for k in 0..LANES {
            most[k] = larger(most[k], part[k]);
        }
    }
    for (most, x) in most.iter_mut().zip(rest) {
        *most = larger(*most, *x);
    }
    fold(most, larger)
}

/// xᵢ ← e^(xᵢ − c)
#[inline(always)]
pub fn exponentials<F: Real>(x: &mut [F], c: F) {
    for x in x {
        *x = (*x - c).wide_exp();
    }
}
