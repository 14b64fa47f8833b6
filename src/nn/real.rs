//! What networks calculate with: f32, and f64 where gradients are held against finite differences.

use std::ops::{AddAssign, MulAssign, Neg, SubAssign};

use ndarray::LinalgScalar;

use super::smooth;
use super::tile::{self, Product};

/// Functions are libm's, or exact in every IEEE arithmetic: the same bits on every machine. Where a type is known, its own method goes
/// before the trait's, and is the platform's: write `F::exp(x)`, never `x.exp()`.
pub trait Real: LinalgScalar + PartialOrd + Neg<Output = Self> + AddAssign + SubAssign + MulAssign + Send + Sync {
    const ZERO: Self;
    const ONE: Self;
    const LOWEST: Self;
    fn of(x: f64) -> Self;
    fn from_f32(x: f32) -> Self;
    fn to_f64(self) -> f64;
    #[must_use]
    fn sqrt(self) -> Self;
    #[must_use]
    fn exp(self) -> Self;
    #[must_use]
    fn ln(self) -> Self;
    #[must_use]
    fn tanh(self) -> Self;
    #[must_use]
    fn abs(self) -> Self;
    /// eˣ for loops over many numbers: inlined, without branches. In f32 `smooth::exp`, in f64 libm's.
    #[must_use]
    fn wide_exp(self) -> Self;
    /// See `tile`.
    fn product(product: Product<'_, Self>);
}

macro_rules! real {
    ($t:ty, $exp:path, $ln:path, $tanh:path, $wide_exp:path, $product:path) => {
        impl Real for $t {
            const ZERO: $t = 0.0;
            const ONE: $t = 1.0;
            const LOWEST: $t = <$t>::NEG_INFINITY;
            #[inline(always)]
            fn of(x: f64) -> $t {
                x as $t
            }
            #[inline(always)]
            fn from_f32(x: f32) -> $t {
                <$t>::from(x)
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn sqrt(self) -> $t {
                <$t>::sqrt(self)
            }
            fn exp(self) -> $t {
                $exp(self)
            }
            fn ln(self) -> $t {
                $ln(self)
            }
            fn tanh(self) -> $t {
                $tanh(self)
            }
            #[inline(always)]
            fn abs(self) -> $t {
                <$t>::abs(self)
            }
            #[inline(always)]
            fn wide_exp(self) -> $t {
                $wide_exp(self)
            }
            fn product(product: Product<'_, $t>) {
                $product(product);
            }
        }
    };
}

real!(f32, libm::expf, libm::logf, libm::tanhf, smooth::exp, tile::wide);
real!(f64, libm::exp, libm::log, libm::tanh, libm::exp, tile::plain);
