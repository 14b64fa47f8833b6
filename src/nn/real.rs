//! What networks calculate with: f32, and f64 where gradients are held against finite differences.

use std::ops::{AddAssign, MulAssign, Neg, SubAssign};

use ndarray::LinalgScalar;

/// Functions are libm's, or exact in every IEEE arithmetic: the same bits on every machine.
pub trait Real: LinalgScalar + PartialOrd + Neg<Output = Self> + AddAssign + SubAssign + MulAssign + Send + Sync {
    const ZERO: Self;
    const ONE: Self;
    const LOWEST: Self;
    fn of(x: f64) -> Self;
    fn from_f32(x: f32) -> Self;
    fn to_f64(self) -> f64;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn tanh(self) -> Self;
    fn abs(self) -> Self;
}

macro_rules! real {
    ($t:ty, $exp:path, $ln:path, $tanh:path) => {
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
        }
    };
}

real!(f32, libm::expf, libm::logf, libm::tanhf);
real!(f64, libm::exp, libm::log, libm::tanh);
