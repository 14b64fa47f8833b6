//! First weights, and the steps that follow gradients.

use dialoq::nn::adam::{Adam, Rates, clip, descend, squares};
use dialoq::nn::initial::Initial;
use dialoq::num::dice::{Key, Stream};

fn key() -> Key {
    Key::new(4, Stream::Init)
}

#[test]
fn orthogonal_weights_stand_at_right_angles() {
    for (inputs, outputs) in [(20, 8), (8, 20), (16, 16)] {
        let mut w = vec![0.0_f64; inputs * outputs];
        Initial::Orthogonal.fill(&mut w, inputs, outputs, 2.0, key());
        let vectors: Vec<Vec<f64>> = if inputs <= outputs {
            w.chunks(outputs).map(<[f64]>::to_vec).collect()
        } else {
            (0..outputs).map(|o| (0..inputs).map(|i| w[i * outputs + o]).collect()).collect()
        };
        for (i, a) in vectors.iter().enumerate() {
            for (j, b) in vectors.iter().enumerate() {
                let dot: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                let wanted = if i == j { 4.0 } else { 0.0 };
                assert!((dot - wanted).abs() < 1e-12, "{inputs} × {outputs}: vectors {i} and {j} have the product {dot}");
            }
        }
    }
}

#[test]
fn he_and_xavier_have_the_variance_of_their_papers() {
    let (inputs, outputs) = (200, 100);
    for (initial, gain, wanted) in [(Initial::He, 2.0_f64.sqrt(), 2.0 / 200.0), (Initial::Xavier, 1.0, 2.0 / 300.0)] {
        let mut w = vec![0.0_f64; inputs * outputs];
        initial.fill(&mut w, inputs, outputs, gain, key());
        let mean = w.iter().sum::<f64>() / w.len() as f64;
        let variance = w.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / w.len() as f64;
        // 20,000 uniform numbers: the variance has a standard error of 0.6 %.
        assert!((variance / wanted - 1.0).abs() < 0.03, "{initial:?}: {variance}, not {wanted}");
        assert!(mean.abs() < 4.0 * (wanted / w.len() as f64).sqrt(), "{initial:?}: mean {mean}");
    }
}

#[test]
fn adam_takes_the_steps_of_the_paper() {
    let (gradients, rates) = ([[0.5_f32, -2.0], [0.1, 0.0], [-0.3, 4.0]], Rates { decay: 0.1, ..Rates::of(0.01) });
    let (mut adam, mut p) = (Adam::new(2), [1.0_f32, -1.0]);
    // Algorithm 1 in f64, as it stands there.
    let (mut m, mut v, mut theta) = ([0.0_f64; 2], [0.0_f64; 2], [1.0_f64, -1.0]);
    for (t, g) in gradients.iter().enumerate() {
        adam.step(&mut p, g, 0.5, &rates);
        for i in 0..2 {
            let g = f64::from(g[i]) * 0.5;
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let (first, second) = (m[i] / (1.0 - 0.9_f64.powi(t as i32 + 1)), v[i] / (1.0 - 0.999_f64.powi(t as i32 + 1)));
            theta[i] = theta[i] * (1.0 - 0.01 * 0.1) - 0.01 * first / (second.sqrt() + 1e-8);
            // β₂ = 0.999 in f32 leaves 1 − β₂ five good digits, which the square root halves.
            assert!((f64::from(p[i]) - theta[i]).abs() < 1e-6, "step {t}: {} is not {}", p[i], theta[i]);
        }
    }
    assert_eq!(adam.steps(), 3);
}

#[test]
fn adam_goes_down_to_the_least_loss() {
    let (mut adam, mut p) = (Adam::new(3), [5.0_f32, -3.0, 0.0]);
    let goal = [1.0_f32, 2.0, -1.0];
    for step in 0..4_000 {
        let gradient: Vec<f32> = p.iter().zip(goal).map(|(p, g)| p - g).collect();
        adam.step(&mut p, &gradient, 1.0, &Rates::of(0.05 / (1.0 + step as f32 * 0.01)));
    }
    assert!(p.iter().zip(goal).all(|(p, g)| (p - g).abs() < 1e-3), "{p:?}");
}

#[test]
fn a_gradient_is_clipped_to_the_norm_asked_for_and_no_further() {
    let gradient = [3.0_f32, 4.0];
    let norm = squares(&gradient).sqrt();
    assert_eq!(norm, 5.0);
    assert_eq!((clip(norm, 1.0), clip(norm, 10.0), clip(norm, 0.0)), (0.2, 1.0, 1.0));
    let mut p = [0.0, 0.0];
    descend(&mut p, &gradient, clip(norm, 1.0), 1.0);
    assert!((squares(&p).sqrt() - 1.0).abs() < 1e-6);
}

#[test]
fn a_gradient_that_is_no_number_spoils_every_parameter() {
    for norm in [f32::NAN, f32::INFINITY] {
        let (mut adam, mut p) = (Adam::new(2), [1.0, 2.0]);
        adam.step(&mut p, &[0.0, f32::INFINITY], clip(norm, 1.0), &Rates::of(0.01));
        assert!(p.iter().all(|p| p.is_nan()), "{p:?}");
    }
}

#[test]
fn squares_are_the_sum_of_squares_at_every_length() {
    for n in 0..70_usize {
        let x: Vec<f32> = (0..n).map(|i| i as f32).collect();
        assert_eq!(squares(&x), x.iter().map(|x| x * x).sum::<f32>(), "{n} whole numbers add up exactly");
    }
}
