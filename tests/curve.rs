//! The curve's pyramid against a plain list of all its samples.

use dialoq::num::curve::{Block, Curve, Sample};
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::num::stats::{Moments, median};
use proptest::prelude::*;

use crate::support::proptest;

/// The n-th sample; all returns are multiples of ¼, so that sums are exact in any order.
fn sample(n: u64) -> Sample {
    let mut dice = Dice::at(Key::new(5, Stream::Eval), n);
    Sample {
        return_: dice.below(400) as f32 * 0.25 - 50.0,
        success: dice.below(3) > 0,
        turns: 1 + dice.below(20),
        abs_delta: dice.below(64) as f32 * 0.125,
        epsilon: 1.0 / (1.0 + n as f32),
    }
}

fn grown(count: u64) -> Curve {
    let mut curve = Curve::default();
    (0..count).for_each(|n| curve.push(&sample(n)));
    curve
}

/// The block of [from, to), from the samples themselves.
fn plain(from: u64, to: u64) -> Block {
    let mut b = Block { min: f32::INFINITY, max: f32::NEG_INFINITY, ..Block::default() };
    for s in (from..to).map(sample) {
        b.count += 1;
        b.successes += u32::from(s.success);
        b.turns += u64::from(s.turns);
        b.sum += f64::from(s.return_);
        b.min = b.min.min(s.return_);
        b.max = b.max.max(s.return_);
        b.abs_delta += s.abs_delta;
        b.epsilon = s.epsilon;
    }
    b.abs_delta /= b.count as f32;
    b
}

fn assert_exact(curve: &Curve, from: u64, to: u64) -> Result<(), TestCaseError> {
    let Some((first, last, got)) = curve.span(from, to) else {
        return Err(TestCaseError::fail(format!("nothing in [{from}, {to}) of {}", curve.len())));
    };
    let want = plain(first, last);
    prop_assert_eq!((got.count, got.successes, got.turns, got.sum), (want.count, want.successes, want.turns, want.sum));
    prop_assert_eq!((got.min, got.max, got.epsilon), (want.min, want.max, want.epsilon));
    prop_assert!((got.abs_delta - want.abs_delta).abs() < 1e-3);
    Ok(())
}

#[test]
fn a_span_holds_exactly_the_dialogues_that_it_names() {
    proptest(60)
        .run(&(1..40_000_u64, 0.0..1.0, 0.0..1.0), |(count, a, b)| {
            let curve = grown(count);
            let from = (a * count as f64) as u64;
            let to = (from + 1 + (b * (count - from) as f64) as u64).min(count);
            let (first, last, _) = curve.span(from, to).expect("a finished dialogue is somewhere");
            // Blocks are of at most 1/1024 of the run: that is half a column of the widest screen.
            let grain = (count / 1024).max(1).next_power_of_two();
            prop_assert!(first <= from && from - first < grain, "[{from}, {to}) of {count} began at {first}");
            prop_assert!(last.abs_diff(to) < grain, "[{from}, {to}) of {count} ended at {last}");
            assert_exact(&curve, from, to)
        })
        .unwrap();
}

#[test]
fn the_first_two_thousand_dialogues_stay_single() {
    let curve = grown(100_000);
    for n in [0, 1, 777, 2047] {
        assert_eq!(curve.span(n, n + 1).map(|(from, to, b)| (from, to, b.count)), Some((n, n + 1, 1)));
    }
}

#[test]
fn a_span_beyond_the_end_is_none() {
    let curve = grown(10);
    assert_eq!(curve.span(10, 20), None);
    assert_eq!(Curve::default().span(0, 1), None);
}

#[test]
fn a_spike_among_three_million_stays_visible() {
    let (count, at) = (3_000_000, 1_234_567);
    let mut curve = Curve::default();
    for n in 0..count {
        curve.push(&Sample { return_: if n == at { 999.0 } else { 1.0 }, turns: 1, ..Sample::default() });
    }
    let width = 200;
    let column = |i: u64| curve.span(i * count / width, (i + 1) * count / width).unwrap();
    let seen: Vec<u64> = (0..width).filter(|i| column(*i).2.max == 999.0).collect();
    assert!(seen.contains(&(at * width / count)), "the spike is drawn in {seen:?}");
    assert!(seen.len() <= 2, "the spike is drawn only where it was: {seen:?}");
}

#[test]
fn memory_stays_bounded() {
    // Debug output lists every block that is kept: a measure from outside.
    let blocks = |count: u64| {
        let mut curve = Curve::default();
        (0..count).for_each(|_| curve.push(&Sample::default()));
        format!("{curve:?}").matches("Block").count()
    };
    let (small, large) = (blocks(100_000), blocks(3_200_000));
    assert!(large < small + 6 * 2100, "{small} blocks at 100,000 dialogues, {large} at 3,200,000: five doublings may add five levels");
    assert!(large < 30_000, "{large} blocks");
}

#[test]
fn smoothed_values_never_move_when_more_arrives() {
    let mut curve = grown(5_000);
    let before: Vec<_> = (0..100).map(|i| curve.span(i * 50, i * 50 + 50).unwrap()).collect();
    // Up to here no level is given up: later, the same dialogues are seen in coarser blocks.
    (5_000..8_000).for_each(|n| curve.push(&sample(n)));
    for (i, old) in before.iter().enumerate() {
        let i = i as u64;
        let new = curve.span(i * 50, i * 50 + 50).unwrap();
        if (old.0, old.1) == (new.0, new.1) {
            assert_eq!(old.2.smooth, new.2.smooth, "the smoothed return at dialogue {} moved", old.1);
        }
    }
    assert!(before.iter().any(|b| b.2.smooth[0] != b.2.smooth[1]), "the windows differ somewhere");
}

#[test]
fn the_smoothings_are_those_of_all_samples() {
    let count = 3_000_u64;
    let curve = grown(count);
    let tail = |n: u64| (count - n..count).map(|k| f64::from(sample(k).return_)).sum::<f64>() / n as f64;
    let (mut moment, mut weight) = (0.0, 0.0);
    for n in 0..count {
        moment = 0.99 * moment + 0.01 * f64::from(sample(n).return_);
        weight = 0.99 * weight + 0.01;
    }
    let [mean_20, mean_100, ema] = curve.smooth_now();
    assert_eq!(mean_20, tail(20) as f32);
    assert_eq!(mean_100, tail(100) as f32);
    assert!((f64::from(ema) - moment / weight).abs() < 1e-4);
    assert_eq!(curve.last_100().0, 100);
    assert_eq!(curve.last_100().1, mean_100);
}

#[test]
fn a_young_average_is_of_what_there_is() {
    let curve = grown(1);
    let r = sample(0).return_;
    assert_eq!(curve.smooth_now(), [r, r, r], "nothing is pulled towards 0 at the start");
    assert_eq!(curve.last_100(), (1, r, f32::from(sample(0).success), sample(0).turns as f32));
}

#[test]
fn a_curve_cut_and_grown_again_is_as_if_it_had_never_been_longer() {
    let plan = (prop_oneof![1..200_u64, 1..30_000_u64], 0.0..1.0, prop_oneof![1..200_u64, 1..20_000_u64]);
    proptest(80)
        .run(&plan, |(count, share, more)| {
            let to = (count as f64 * share) as u64;
            let mut curve = grown(count);
            let edge = curve.cut(to);
            prop_assert!(edge <= to && to - edge < (count / 1024).max(1).next_power_of_two(), "cut at {to} of {count} kept {edge}");
            prop_assert_eq!(curve.len(), edge);
            (edge.saturating_sub(1000)..edge).for_each(|n| curve.warm(&sample(n)));
            (edge..to + more).for_each(|n| curve.push(&sample(n)));
            let fresh = grown(to + more);
            prop_assert_eq!(curve.len(), fresh.len());
            prop_assert_eq!(curve.last_100(), fresh.last_100());
            for i in 0..40 {
                let (a, b) = (i * fresh.len() / 40, (i + 1) * fresh.len() / 40);
                if a < b {
                    assert_exact(&curve, a, b)?;
                    let (got, want) = (curve.span(a, b).unwrap(), fresh.span(a, b).unwrap());
                    prop_assert_eq!((got.0, got.1), (want.0, want.1), "[{}, {}) is seen in other blocks", a, b);
                    prop_assert_eq!(got.2.smooth[..2].to_vec(), want.2.smooth[..2].to_vec());
                    prop_assert!((got.2.smooth[2] - want.2.smooth[2]).abs() < 0.01);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn blocks_stay_aligned_after_a_cut_at_a_few_dialogues() {
    // At three dialogues, the unfinished blocks above the finished ones hold what only they remember.
    for to in 0..40 {
        let mut curve = grown(100);
        let edge = curve.cut(to);
        (edge..70_000).for_each(|n| curve.push(&sample(n)));
        for (from, to) in [(0, 70_000), (60_000, 60_064), (35_000, 35_500)] {
            let (a, b, block) = curve.span(from, to).unwrap();
            assert_eq!(block.sum, plain(a, b).sum, "cut at {edge}: [{a}, {b}) holds other dialogues");
        }
    }
}

#[test]
fn the_median_of_an_even_count_lies_between_the_middle_two() {
    assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    assert_eq!(median(&mut [9.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&mut []), None);
}

#[test]
fn running_moments_are_those_of_the_list() {
    let xs: Vec<f64> = (0..1000).map(|n| 1e6 + f64::from(sample(n).return_)).collect();
    let mut moments = Moments::default();
    for x in &xs {
        moments.add(*x);
    }
    let mean = xs.iter().sum::<f64>() / 1000.0;
    let variance = xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 999.0;
    assert!((moments.mean - mean).abs() < 1e-6 && (moments.variance() / variance - 1.0).abs() < 1e-9);
    assert!((moments.half_width_95() - 1.96 * (variance / 1000.0).sqrt()).abs() < 1e-3);
}
