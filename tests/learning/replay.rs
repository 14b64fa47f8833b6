//! Experience replay: what is kept, and how it is drawn.

use dialoq::nn::replay::{Memory, Priorities, Replay};
use dialoq::num::dice::{Key, Stream};
use dialoq::num::fields::Fields;
use dialoq::world::env::{ActionId, End};

fn key(k: u64) -> Key {
    Key::new(6, Stream::Agent).child(k)
}

fn memory(n: u64) -> Memory {
    let end = [End::Open, End::Closed, End::Cut][n as usize % 3];
    Memory { from: n, act: ActionId(n as u8 % 5), reward: n as f32 / 2.0, to: n + 1, end }
}

#[test]
fn the_ring_keeps_the_latest_transitions_whole() {
    let mut replay = Replay::new(7);
    for n in 0..25 {
        let place = replay.push(&memory(n));
        assert_eq!(replay.at(place), memory(n));
        let kept: Vec<u64> = replay.newest().map(|place| replay.at(place).from).collect();
        let wanted: Vec<u64> = (0..=n).rev().take(7).collect();
        assert_eq!(kept, wanted);
        for (age, place) in replay.newest().enumerate() {
            assert_eq!(replay.age(place), age as u64);
            assert_eq!(replay.at(place), memory(n - age as u64));
        }
    }
}

#[test]
fn a_uniform_draw_gives_every_kept_transition_the_same_chance() {
    let mut replay = Replay::new(10);
    (0..6).for_each(|n| {
        replay.push(&memory(n));
    });
    let mut counts = [0_u32; 10];
    let mut places = [0; 50];
    for k in 0..2_000 {
        replay.uniform(key(k), &mut places);
        places.iter().for_each(|place| counts[*place] += 1);
    }
    assert_eq!(counts[6..], [0; 4], "what was never put there is not drawn");
    // 100,000 draws at 1/6: a standard error of 118.
    assert!(counts[..6].iter().all(|n| (f64::from(*n) - 100_000.0 / 6.0).abs() < 5.0 * 118.0), "{counts:?}");
}

#[test]
fn a_prioritised_draw_goes_by_priority_to_the_power_of_alpha() {
    let deltas = [0.5_f32, 2.0, 0.0, 1.0, 4.0];
    for alpha in [0.0_f32, 0.6, 1.0] {
        let mut priorities = Priorities::new(11);
        for (place, delta) in deltas.iter().enumerate() {
            priorities.fresh(place);
            priorities.set(place, *delta, alpha);
        }
        let weights = deltas.map(|d| f64::from(d + 1e-3).powf(f64::from(alpha)));
        let total: f64 = weights.iter().sum();
        let mut counts = [0_u32; 11];
        let mut places = [0; 32];
        for k in 0..4_000 {
            priorities.draw(key(k), &mut places);
            places.iter().for_each(|place| counts[*place] += 1);
        }
        let draws = 4_000.0 * 32.0;
        for (place, weight) in weights.iter().enumerate() {
            let chance = weight / total;
            // Strata make it more even than independent draws, whose standard error this is.
            let error = (draws * chance * (1.0 - chance)).sqrt();
            assert!((f64::from(counts[place]) - draws * chance).abs() < 4.0 * error + 1.0, "α {alpha}, place {place}: {counts:?}");
        }
        assert_eq!(counts[5..], [0; 6], "an empty place is not drawn");
    }
}

#[test]
fn what_is_new_has_the_largest_priority_there_was() {
    let mut priorities = Priorities::new(4);
    priorities.fresh(0);
    priorities.set(0, 7.0, 1.0);
    priorities.set(0, 0.5, 1.0);
    priorities.fresh(1);
    assert!((priorities.of(1) - 7.001).abs() < 1e-5 && priorities.of(0) < 1.0);
}

#[test]
fn weights_make_up_for_unequal_chances() {
    let mut priorities = Priorities::new(4);
    for (place, delta) in [1.0_f32, 3.0, 4.0].into_iter().enumerate() {
        priorities.set(place, delta, 1.0);
    }
    let mut weights = [0.0; 3];
    priorities.weights(&[0, 1, 2], 3, 1.0, &mut weights);
    // At β = 1 what is drawn three times as often counts a third.
    assert!((weights[0] - 1.0).abs() < 1e-6 && (weights[1] - 1.001 / 3.001).abs() < 1e-5, "{weights:?}");
    priorities.weights(&[0, 1, 2], 3, 0.0, &mut weights);
    assert_eq!(weights, [1.0; 3], "at β = 0 nothing is made up for");
}

#[test]
fn priorities_loaded_back_draw_as_before_to_the_bit() {
    let mut priorities = Priorities::new(1000);
    for place in 0..1000 {
        priorities.fresh(place);
    }
    for k in 0..5_000_u64 {
        priorities.set((k * 37 % 1000) as usize, (k % 91) as f32 * 0.1, 0.6);
    }
    let mut bytes = Vec::new();
    priorities.read(&mut bytes);
    let mut loaded = Priorities::new(1000);
    loaded.write(&mut bytes.as_slice()).unwrap();
    assert_eq!(loaded.total().to_bits(), priorities.total().to_bits());
    let (mut a, mut b) = ([0; 64], [0; 64]);
    priorities.draw(key(1), &mut a);
    loaded.draw(key(1), &mut b);
    assert_eq!(a, b);
}
