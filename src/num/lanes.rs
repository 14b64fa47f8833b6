//! The maximum of a short row and the mask of who has it, in vector registers.
//! A maximum has no rounding, so every machine gets the same bits.

use wide::f32x4;

/// The positions of a row, as the comparison in `put` wants them.
const PLACES: [f32; 32] = {
    let mut places = [0.0; 32];
    let mut i = 0;
    while i < 32 {
        places[i] = i as f32;
        i += 1;
    }
    places
};

#[inline(always)]
fn part<const N: usize>(row: &[f32; N], k: usize) -> f32x4 {
    f32x4::new([row[4 * k], row[4 * k + 1], row[4 * k + 2], row[4 * k + 3]])
}

/// Writes a cell and gives (maximum, mask of the positions that have it). N is a multiple of 4, at most 32; no cell is NaN.
///
/// The cell is blended in, in registers: a short store under the scan's long loads would stall it, and a choice among the
/// positions left to the compiler becomes a jump that no processor predicts.
#[inline(always)]
pub fn put<const N: usize>(row: &mut [f32; N], at: usize, value: f32) -> (f32, u64) {
    let (place, value) = (f32x4::splat(at as f32), f32x4::splat(value));
    let mut top = f32x4::splat(f32::NEG_INFINITY);
    for k in 0..N / 4 {
        let four = part(&PLACES, k).simd_eq(place).bitselect(value, part(row, k));
        row[4 * k..4 * k + 4].copy_from_slice(&four.to_array());
        top = top.fast_max(four);
    }
    let [a, b, c, d] = top.to_array();
    let larger = |x: f32, y: f32| if y > x { y } else { x };
    let max = larger(larger(a, b), larger(c, d));
    let wanted = f32x4::splat(max);
    let mut mask = 0;
    for k in 0..N / 4 {
        mask |= u64::from(part(row, k).simd_eq(wanted).to_bitmask()) << (4 * k);
    }
    (max, mask)
}

/// (maximum, mask of the positions that have it). N is a multiple of 4, at most 64; no cell is NaN.
#[inline(always)]
pub fn top<const N: usize>(row: &[f32; N]) -> (f32, u64) {
    let mut top = f32x4::splat(f32::NEG_INFINITY);
    for k in 0..N / 4 {
        top = top.fast_max(part(row, k));
    }
    let [a, b, c, d] = top.to_array();
    let larger = |x: f32, y: f32| if y > x { y } else { x };
    let max = larger(larger(a, b), larger(c, d));
    let wanted = f32x4::splat(max);
    let mask = (0..N / 4).fold(0, |mask, k| mask | u64::from(part(row, k).simd_eq(wanted).to_bitmask()) << (4 * k));
    (max, mask)
}

/// (maximum, mask of the positions that have it) of a row of any length up to 64.
pub fn best(row: &[f32]) -> (f32, u64) {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, |m, q| if q > m { q } else { m });
    (max, row.iter().enumerate().fold(0, |mask, (a, q)| mask | u64::from(*q == max) << a))
}
