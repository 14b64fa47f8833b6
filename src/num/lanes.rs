//! The maximum of a short row and the mask of who has it, in vector registers.
//! A maximum has no rounding, so every machine gets the same bits.

use wide::f32x4;

/// (maximum, mask of the positions that have it). N is a multiple of 4; no cell is NaN.
#[inline(always)]
pub fn best<const N: usize>(row: &[f32; N]) -> (f32, u64) {
    let part = |k: usize| f32x4::new([row[4 * k], row[4 * k + 1], row[4 * k + 2], row[4 * k + 3]]);
    let mut top = part(0);
    for k in 1..N / 4 {
        top = top.fast_max(part(k));
    }
    let [a, b, c, d] = top.to_array();
    let larger = |x: f32, y: f32| if y > x { y } else { x };
    let max = larger(larger(a, b), larger(c, d));
    let wanted = f32x4::splat(max);
    let mut mask = 0;
    for k in 0..N / 4 {
        mask |= u64::from(part(k).simd_eq(wanted).to_bitmask()) << (4 * k);
    }
    (max, mask)
}

/// As `best`, for a row of any length up to 64.
pub fn best_any(row: &[f32]) -> (f32, u64) {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, |m, q| if q > m { q } else { m });
    (max, row.iter().enumerate().fold(0, |mask, (a, q)| mask | u64::from(*q == max) << a))
}
