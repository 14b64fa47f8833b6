//! Intervals by resampling, and quartiles: how sure a few seeds make one.

use super::dice::{Dice, Key, Stream};

/// A mean (of all numbers, or of their middle half) with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// Resamples that an interval is read from.
pub const RESAMPLES: usize = 10_000;
/// The same dice for everybody: an interval depends on nothing but the numbers that it is of, in their order.
const KEY: u64 = 0xb007;
/// The normal quantile of 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// The mean of differences between pairs (or of any numbers), with the 95 % interval by bootstrap.
///
/// The interval is the expanded percentile one: the percentiles are those that widen the bootstrap of normal numbers to Student's
/// interval, so that ten seeds cover what they claim. Up to about five numbers it ends at the smallest and the largest of them.
/// One number says nothing about the spread: the interval is all numbers, −∞ to ∞. Of none, or where one is not finite, all
/// three are NaN. Source: Hesterberg 2015, What teachers should know about the bootstrap.
pub fn paired(differences: &[f64]) -> Interval {
    resampled(&[differences], |drawn| drawn.iter().sum::<f64>() / drawn.len() as f64)
}

/// The mean of the middle half: a quarter of the numbers, rounded down, is left out at each end. Several lists (the seeds of several
/// tasks) are one set of numbers, resampled each by itself. Otherwise as `paired`, with the interval of the shortest list.
/// Source: Agarwal et al. 2021, Deep RL at the edge of the statistical precipice.
pub fn interquartile(strata: &[&[f64]]) -> Interval {
    resampled(strata, |drawn| {
        let out = drawn.len() / 4;
        let end = drawn.len() - out;
        drawn.sort_unstable_by(f64::total_cmp);
        drawn[out..end].iter().sum::<f64>() / (end - out) as f64
    })
}

fn resampled(strata: &[&[f64]], statistic: fn(&mut [f64]) -> f64) -> Interval {
    let mut drawn: Vec<f64> = strata.concat();
    let n = strata.iter().map(|s| s.len()).min().unwrap_or(0);
    // Middle halves of numbers that are not all finite could still look sound.
    let sound = n > 0 && drawn.iter().all(|x| x.is_finite());
    let mean = if sound { statistic(&mut drawn) } else { f64::NAN };
    if !mean.is_finite() {
        return Interval { mean: f64::NAN, low: f64::NAN, high: f64::NAN };
    }
    if n == 1 {
        return Interval { mean, low: f64::NEG_INFINITY, high: f64::INFINITY };
    }
    let mut dice = Dice::at(Key::new(KEY, Stream::Eval), 0);
    let mut resample = || {
        drawn.clear();
        for stratum in strata {
            drawn.extend((0..stratum.len()).map(|_| stratum[dice.below(stratum.len() as u32) as usize]));
        }
        statistic(&mut drawn)
    };
    let mut found: Vec<f64> = (0..RESAMPLES).map(|_| resample()).collect();
    let out = (tail(n) * RESAMPLES as f64) as usize;
    let (_, low, _) = found.select_nth_unstable_by(out, f64::total_cmp);
    let low = *low;
    let (_, high, _) = found.select_nth_unstable_by(RESAMPLES - 1 - out, f64::total_cmp);
    Interval { mean, low, high: *high }
}

/// The share of resamples beyond each end: Φ(−t √(n / (n − 1))).
fn tail(n: usize) -> f64 {
    let n = n as f64;
    0.5 * libm::erfc(student(n - 1.0) * (n / (n - 1.0)).sqrt() / core::f64::consts::SQRT_2)
}

/// Student's quantile of 97.5 %: within 0.1 % from 3 degrees of freedom on, too small by a tenth for one.
/// Source: Abramowitz and Stegun 1964, 26.7.5.
fn student(freedom: f64) -> f64 {
    let power = |k: i32| (0..k).fold(1.0, |product, _| product * Z);
    let first = (power(3) + Z) / 4.0;
    let second = (5.0 * power(5) + 16.0 * power(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * Z) / 384.0;
    let fourth = (79.0 * power(9) + 776.0 * power(7) + 1482.0 * power(5) - 1920.0 * power(3) - 945.0 * Z) / 92_160.0;
    Z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom
}

/// Lower quartile, median and upper quartile, between two numbers in proportion (type 7 of Hyndman and Fan 1996). Sorts the
/// numbers; of none, all are NaN.
pub fn quartiles(values: &mut [f32]) -> (f32, f32, f32) {
    values.sort_unstable_by(f32::total_cmp);
    (quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75))
}

fn quantile(sorted: &[f32], share: f64) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f32::NAN;
    };
    let place = share * last as f64;
    let below = place as usize;
    let (a, b) = (f64::from(sorted[below]), f64::from(sorted[(below + 1).min(last)]));
    (a + (b - a) * (place - below as f64)) as f32
}
