//! The exponential and GELU, without branches, so that loops over them are compiled wide; the same bits on every machine.
//!
//! eˣ = 2ⁿ eʳ with n the whole number nearest to x / ln 2; eʳ, |r| ≤ ½ ln 2, is Taylor's polynomial of degree 7, whose rest is below
//! 6e-9. GELU is its tanh form, ½ x (1 + tanh ½u) = x σ(u), u = 2 √(2/π) (x + 0.044715 x³).
//! Sources: Cody and Waite 1980 (ln 2 in two parts); Hendrycks and Gimpel 2016.

use super::real::Real;

/// 1.5 · 2²³: a number near it has no fraction left, and its last bits count from here.
const SHIFT: f32 = 12_582_912.0;
/// ln 2 in two parts, of which the first has so few digits that its product with n is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Beyond these 2ⁿ is no normal number.
const LEAST: f32 = -87.3;
const MOST: f32 = 88.3;

/// eˣ; 0 below −87.3, ∞ above 88.3, and a NaN stays one.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let rest = 1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0)))));
    let scale = f32::from_bits(shifted.to_bits().wrapping_sub(SHIFT.to_bits()).wrapping_add(127) << 23);
    let y = (1.0 + (r + r * r * rest)) * scale;
    let y = if x < LEAST { 0.0 } else { y };
    if x > MOST { f32::INFINITY } else { y }
}

/// 2 √(2/π), and that times 0.044715.
const LINEAR: f64 = 1.595_769_121_605_730_8;
const CUBIC: f64 = 0.071_354_816_272_600_25;

/// GELU(x) and its slope, which costs little beside it.
#[inline(always)]
pub fn gelu<F: Real>(x: F) -> (F, F) {
    let (linear, cubic, square) = (F::of(LINEAR), F::of(CUBIC), x * x);
    let sigmoid = F::ONE / (F::ONE + (-x * (linear + cubic * square)).wide_exp());
    let y = x * sigmoid;
    let inner = linear + F::of(3.0 * CUBIC) * square;
    (y, sigmoid + y * (F::ONE - sigmoid) * inner)
}
