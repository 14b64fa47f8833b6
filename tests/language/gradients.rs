//! Every layer and every loss against finite differences in f64.

use std::ops::Range;

use dialoq::lm::attention::Attention;
use dialoq::lm::batch::{Batch, Room};
use dialoq::lm::linear::Linear;
use dialoq::lm::loss::{cross_entropy, likelihoods, pair, pairs};
use dialoq::lm::norm::{Moments, Norm};
use dialoq::lm::policy::{Clip, Drawn, clipped_policy, clipped_value};
use dialoq::lm::shape::{Gpt, Head};
use dialoq::nn::smooth::gelu;

use super::{batch, gpt, stirred, uniform, words};
use crate::gradients::distance;

/// Share of the largest entry: what the differences themselves are good for.
const TOLERANCE: f64 = 1e-8;

fn weighted(y: &[f64], weights: &[f64]) -> f64 {
    y.iter().zip(weights).map(|(y, w)| y * w).sum()
}

#[test]
fn the_norm_has_the_gradient_that_differences_give() {
    for channels in [3, 16, 21] {
        let (rows, norm) = (4, Norm::new(0..2 * channels));
        let (x, p, w) = (uniform(1, rows * channels), uniform(2, 2 * channels), uniform(3, rows * channels));
        let mut moments = vec![Moments::default(); rows];
        let mut y = vec![0.0; x.len()];
        let mut loss = |p: &[f64], x: &[f64]| {
            norm.forward(p, x, &mut y, &mut vec![Moments::default(); rows]);
            weighted(&y, &w)
        };
        norm.forward(&p, &x, &mut vec![0.0; x.len()], &mut moments);
        let (mut dx, mut gradient) = (vec![0.0; x.len()], vec![f64::NAN; p.len()]);
        norm.backward(&p, &x, &moments, &mut w.clone(), &mut dx, &mut gradient);
        let (by_parameters, by_inputs) = (distance(&p, &gradient, |p| loss(p, &x)), distance(&x, &dx, |x| loss(&p, x)));
        // A row of three has a larger curvature.
        assert!(by_parameters < TOLERANCE && by_inputs < 10.0 * TOLERANCE, "{channels} channels: {by_parameters:e} {by_inputs:e}");
    }
}

#[test]
fn the_linear_layer_has_the_gradient_that_differences_give() {
    let (rows, inputs, outputs) = (5, 6, 7);
    let linear = Linear::new(inputs, outputs, 0..(inputs + 1) * outputs);
    let (x, p, w) = (uniform(1, rows * inputs), uniform(2, (inputs + 1) * outputs), uniform(3, rows * outputs));
    let loss = |p: &[f64], x: &[f64]| {
        let mut y = vec![0.0; rows * outputs];
        linear.forward(p, x, &mut y);
        weighted(&y, &w)
    };
    let (mut dx, mut gradient) = (vec![f64::NAN; x.len()], vec![f64::NAN; p.len()]);
    linear.backward(&p, &x, &w, &mut dx, &mut gradient);
    assert!(distance(&p, &gradient, |p| loss(p, &x)) < TOLERANCE);
    assert!(distance(&x, &dx, |x| loss(&p, x)) < TOLERANCE);
}

#[test]
fn attention_has_the_gradient_that_differences_give() {
    for (heads, width, length) in [(1, 3, 1), (2, 8, 5), (4, 16, 18)] {
        let attention = Attention { heads, width, length };
        let (qkv, w) = (uniform(1, length * 3 * width), uniform(2, length * width));
        let mut weights = vec![f64::NAN; attention.weights()];
        let mut turned = vec![f64::NAN; attention.turned()];
        let mut loss = |qkv: &[f64]| {
            let mut mixed = vec![f64::NAN; length * width];
            attention.forward(qkv, &mut weights, &mut mixed, &mut turned);
            weighted(&mixed, &w)
        };
        loss(&qkv);
        let (mut kept, mut room) = (vec![0.0; attention.weights()], vec![f64::NAN; attention.turned()]);
        attention.forward(&qkv, &mut kept, &mut vec![0.0; length * width], &mut room);
        let mut gradient = vec![f64::NAN; qkv.len()];
        attention.backward(&qkv, &kept, &w, &mut gradient, &mut room, &mut vec![f64::NAN; length * length]);
        assert!(distance(&qkv, &gradient, &mut loss) < TOLERANCE, "{heads} heads, {length} tokens");
    }
}

#[test]
fn gelu_has_the_slope_that_differences_give() {
    let x = [-6.0, -2.0, -0.75, -0.1, 0.0, 0.3, 1.0, 4.0];
    let slopes = x.map(|x| gelu(x).1);
    assert!(distance(&x, &slopes, |x| x.iter().map(|x| gelu(*x).0).sum()) < TOLERANCE);
}

/// The distance of the gradient of a model's loss from differences.
fn held(gpt: &Gpt, batch: &Batch, loss: impl Fn(Range<usize>, &mut [f64]) -> f64 + Sync) -> f64 {
    let parameters = stirred(gpt, 5);
    let mut room = Room::new(1);
    let mut gradient = vec![f64::NAN; parameters.len()];
    gpt.gradient(&parameters, batch, &mut room, &loss, &mut gradient);
    distance(&parameters, &gradient, |p| {
        let mut outputs = gpt.outputs(p, batch, &mut room);
        // One call over the whole batch: weights are fixed numbers, so lanes add up to it.
        loss(0..batch.asked().len(), &mut outputs)
    })
}

#[test]
fn the_whole_model_has_the_gradient_that_differences_give() {
    for (layers, heads, width, sequences, length) in [(1, 1, 4, 1, 1), (1, 2, 6, 3, 4), (2, 2, 8, 9, 5)] {
        let gpt = gpt(7, 6, width, layers, heads, Head::Language);
        let batch = batch(&gpt, 3, sequences, length);
        let (targets, weights) = (words(8, sequences * length, 7), uniform(9, sequences * length));
        let worst = held(&gpt, &batch, |asked, x| cross_entropy(x, &targets[asked.clone()], &weights[asked]));
        assert!(worst < TOLERANCE, "{layers} layers, {heads} heads, {sequences} × {length}: {worst:e}");
    }
}

#[test]
fn a_model_asked_at_some_places_has_the_gradient_that_differences_give() {
    let gpt = gpt(7, 6, 8, 2, 2, Head::Language);
    // The fourth sequence is not asked at all.
    let asked = vec![2, 4, 5, 8, 24, 29];
    let batch = Batch::new(&gpt, words(3, 30, 7), 6, asked, 1).unwrap();
    let worst = held(&gpt, &batch, |asked, x| cross_entropy(x, &words(8, 6, 7)[asked.clone()], &uniform(9, 6)[asked]));
    assert!(worst < TOLERANCE, "{worst:e}");
}

#[test]
fn a_value_head_has_the_gradient_that_differences_give() {
    let gpt = gpt(7, 6, 8, 2, 2, Head::Value);
    let batch = Batch::new(&gpt, words(3, 24, 7), 6, vec![4, 5, 10, 11, 16, 17, 22, 23], 2).unwrap();
    // Pairs of sequences, two places of each, as the reward model's divergence form has them.
    let loss = |_: Range<usize>, x: &mut [f64]| {
        x.chunks_exact_mut(4)
            .map(|x| {
                let (chosen, rejected) = x.split_at_mut(2);
                pairs(chosen, rejected)
            })
            .sum::<f64>()
    };
    let worst = held(&gpt, &batch, loss);
    assert!(worst < TOLERANCE, "{worst:e}");
}

#[test]
fn a_wrong_gradient_of_the_model_is_noticed() {
    let gpt = gpt(7, 6, 4, 1, 1, Head::Language);
    let batch = batch(&gpt, 3, 2, 3);
    let (targets, weights) = (words(8, 6, 7), uniform(9, 6));
    let worst = held(&gpt, &batch, |asked, x| {
        let loss = cross_entropy(x, &targets[asked.clone()], &weights[asked]);
        x[0] += 1e-6;
        loss
    });
    assert!(worst > TOLERANCE, "{worst:e}");
}

#[test]
fn the_pair_losses_have_the_slopes_that_differences_give() {
    for d in [-10.0, -1.0, -0.1, 0.3, 2.0, 10.0] {
        assert!(distance(&[d], &[pair(d).1], |d| pair(d[0]).0) < 1e-5, "a difference of {d}");
    }
    assert_eq!((pair(1000.0_f64), pair(-1000.0_f64)), ((0.0, 0.0), (1000.0, -1.0)));
    let scores = uniform(1, 10);
    let mut slopes = scores.clone();
    let (chosen, rejected) = slopes.split_at_mut(5);
    pairs(chosen, rejected);
    let loss = |x: &[f64]| pairs(&mut x[..5].to_vec(), &mut x[5..].to_vec());
    assert!(distance(&scores, &slopes, loss) < TOLERANCE);
}

#[test]
fn the_clipped_policy_loss_has_the_slopes_that_differences_give() {
    let (n, v) = (6, 5);
    let logits = uniform(1, n * v);
    let choices = words(2, n, v);
    let now = likelihoods(&logits, &choices);
    // Ratios within and beyond the clip, advantages of both signs.
    let shifts = [0.0, 0.5, -0.5, 0.1, 0.5, -0.5];
    let advantages = [1.0, 1.0, 1.0, -2.0, -2.0, -2.0];
    let turn = |i: usize| Drawn {
        word: choices[i],
        log_probability: now[i].log_probability - shifts[i],
        advantage: advantages[i],
        weight: 0.1 * (i + 1) as f64,
    };
    let drawn: Vec<Drawn<f64>> = (0..n).map(turn).collect();
    for entropy in [0.0, 0.3] {
        let clip = Clip { range: 0.2, entropy };
        let mut slopes = logits.clone();
        let sums = clipped_policy(&mut slopes, &drawn, &clip);
        assert!((sums.clipped - 1.6).abs() < 1e-12, "words 1, 2, 4 and 5 are beyond the clip");
        let loss = |x: &[f64]| {
            let sums = clipped_policy(&mut x.to_vec(), &drawn, &clip);
            sums.loss - entropy * sums.entropy
        };
        let worst = distance(&logits, &slopes, loss);
        assert!(worst < TOLERANCE, "{worst:e}");
        assert!(slopes[v..2 * v].iter().all(|x| entropy > 0.0 || *x == 0.0), "a gain that is clipped pushes no further");
        assert!(slopes[2 * v..3 * v].iter().any(|x| *x != 0.0), "a good word that became rare is pushed back");
    }
}

#[test]
fn the_clipped_value_loss_has_the_slope_that_differences_give() {
    for (value, old, target) in [(0.1, 0.0, 1.0), (0.5, 0.0, 1.0), (0.5, 0.0, -1.0), (-0.5, 0.0, 1.0), (-0.5, 0.0, -1.0)] {
        for range in [0.2, f64::INFINITY] {
            let loss = |v| clipped_value(v, old, target, range).0;
            let difference = (loss(value + 1e-6) - loss(value - 1e-6)) / 2e-6;
            let slope: f64 = clipped_value(value, old, target, range).1;
            assert!((slope - difference).abs() < 1e-8, "{value} {old} {target} {range}: {slope} is not {difference}");
        }
    }
    assert_eq!(clipped_value(0.5, 0.0, 1.0, 0.25), (0.28125, 0.0), "beyond the clip, towards the target: flat");
}
