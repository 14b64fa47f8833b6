//! Intervals by resampling, held against cases that can be counted out, and against Student's.

use dialoq::num::bootstrap::{interquartile, paired, quartiles};
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::num::stats::Moments;

/// The treated mice of Efron and Tibshirani 1993, table 2.1: days that they survived.
const MICE: [f64; 7] = [94.0, 197.0, 16.0, 38.0, 99.0, 141.0, 23.0];

fn normals(key: Key, place: u64, count: usize) -> Vec<f64> {
    let mut dice = Dice::at(key, place);
    let mut normal = || (-2.0 * (1.0 - dice.unit()).ln()).sqrt() * (std::f64::consts::TAU * dice.unit()).cos();
    (0..count).map(|_| normal()).collect()
}

/// Every resample of seven numbers, 7⁷ of them: the mean below which a share of them lies, from either end.
fn counted_out(values: &[f64; 7], share: f64) -> (f64, f64) {
    let mut means: Vec<f64> = (0..7_usize.pow(7))
        .map(|mut code| {
            let mut sum = 0.0;
            for _ in 0..7 {
                sum += values[code % 7];
                code /= 7;
            }
            sum / 7.0
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let out = (share * means.len() as f64) as usize;
    (means[out], means[means.len() - 1 - out])
}

#[test]
fn the_interval_of_seven_mice_is_that_of_all_their_resamples() {
    let i = paired(&MICE);
    assert!((i.mean - 86.857).abs() < 0.001, "{i:?}");
    // Student's 97.5 % for 6 degrees is 2.4469; widened by √(7/6) it is 2.6430, and Φ(−2.6430) is 0.00411.
    let (narrow_low, narrow_high) = counted_out(&MICE, 0.00411 + 0.0015);
    let (wide_low, wide_high) = counted_out(&MICE, 0.00411 - 0.0015);
    assert!(wide_low <= i.low && i.low <= narrow_low, "{i:?}: {wide_low} to {narrow_low}");
    assert!(narrow_high <= i.high && i.high <= wide_high, "{i:?}: {narrow_high} to {wide_high}");
}

#[test]
fn ten_normal_numbers_are_covered_about_as_often_as_by_students_interval() {
    let key = Key::new(5, Stream::World);
    let trials = 400;
    let (mut bootstrap, mut student, mut wider) = (0, 0, Moments::default());
    for trial in 0..trials {
        let values = normals(key, trial, 10);
        let i = paired(&values);
        let mut m = Moments::default();
        values.iter().for_each(|x| m.add(*x));
        let half = 2.262_157 * (m.variance() / 10.0).sqrt();
        bootstrap += u32::from(i.low <= 0.0 && 0.0 <= i.high);
        student += u32::from(m.mean.abs() <= half);
        wider.add((i.high - i.low) / (2.0 * half));
    }
    // 380 are due; four standard deviations are 17.
    assert!((363..=397).contains(&bootstrap), "{bootstrap} of {trials}");
    assert!(bootstrap.abs_diff(student) <= 12, "{bootstrap} and {student} of {trials}");
    assert!((wider.mean - 1.0).abs() < 0.05, "as wide as Student's: {}", wider.mean);
}

#[test]
fn an_interval_of_two_hundred_numbers_is_the_normal_one() {
    let values = normals(Key::new(6, Stream::World), 0, 200);
    let mut m = Moments::default();
    values.iter().for_each(|x| m.add(*x));
    let (i, half) = (paired(&values), m.half_width_95());
    assert!((i.mean - m.mean).abs() < 1e-12);
    assert!((i.low - (m.mean - half)).abs() < 0.1 * half, "{i:?} ± {half}");
    assert!((i.high - (m.mean + half)).abs() < 0.1 * half, "{i:?} ± {half}");
}

#[test]
fn the_same_numbers_give_the_same_bits_and_moved_ones_a_moved_interval() {
    let i = paired(&MICE);
    assert_eq!(paired(&MICE), i);
    let moved = paired(&MICE.map(|x| x - 64.0));
    assert!((moved.low - (i.low - 64.0)).abs() < 1e-9 && (moved.high - (i.high - 64.0)).abs() < 1e-9, "{moved:?}");
}

#[test]
fn equal_numbers_leave_no_doubt() {
    let i = paired(&[0.1; 12]);
    assert_eq!((i.low, i.high), (i.mean, i.mean));
    assert!((i.mean - 0.1).abs() < 1e-15);
}

#[test]
fn one_number_says_nothing_about_the_spread_and_none_says_nothing_at_all() {
    let one = paired(&[3.0]);
    assert_eq!((one.mean, one.low, one.high), (3.0, f64::NEG_INFINITY, f64::INFINITY));
    for empty in [paired(&[]), paired(&[1.0, f64::NAN]), paired(&[f64::INFINITY, 1.0])] {
        assert!(empty.mean.is_nan() && empty.low.is_nan() && empty.high.is_nan(), "{empty:?}");
    }
}

#[test]
fn two_numbers_are_the_ends_of_their_interval() {
    let i = paired(&[-1.0, 4.0]);
    assert_eq!((i.mean, i.low, i.high), (1.5, -1.0, 4.0));
}

#[test]
fn the_interquartile_mean_leaves_out_a_quarter_at_each_end_and_what_lies_there_cannot_move_it() {
    // Of ten numbers two are left out at each end, as scipy's trim_mean does: (3 + 4 + 5 + 6 + 7 + 8) / 6.
    let ten = [10.0, 1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0];
    let i = interquartile(&[&ten]);
    assert_eq!(i.mean, 5.5);
    assert!(i.low < 5.5 && 5.5 < i.high, "{i:?}");
    assert_eq!(interquartile(&[&[1000.0, 1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0]]).mean, 5.5);
    assert_eq!(interquartile(&[&[1.0, 2.0, 6.0]]).mean, 3.0, "three numbers have no quarter to leave out");
    assert!(interquartile(&[]).mean.is_nan() && interquartile(&[&[1.0], &[]]).mean.is_nan());
    assert_eq!(interquartile(&[&[4.0]]).low, f64::NEG_INFINITY);
}

#[test]
fn several_tasks_are_resampled_each_by_itself_so_that_their_distance_is_no_doubt() {
    let (low, high) = ([0.0; 10], [1.0; 10]);
    let apart = interquartile(&[&low, &high]);
    assert_eq!((apart.mean, apart.low, apart.high), (0.5, 0.5, 0.5));
    let together: Vec<f64> = low.into_iter().chain(high).collect();
    let mixed = interquartile(&[&together]);
    assert!(mixed.low < 0.5 && mixed.high > 0.5, "{mixed:?}");
}

#[test]
fn quartiles_lie_between_two_numbers_in_proportion() {
    assert_eq!(quartiles(&mut [4.0, 1.0, 3.0, 2.0]), (1.75, 2.5, 3.25));
    assert_eq!(quartiles(&mut [5.0, 1.0, 4.0, 2.0, 3.0]), (2.0, 3.0, 4.0));
    assert_eq!(quartiles(&mut [7.0]), (7.0, 7.0, 7.0));
    let (low, middle, high) = quartiles(&mut []);
    assert!(low.is_nan() && middle.is_nan() && high.is_nan());
}
