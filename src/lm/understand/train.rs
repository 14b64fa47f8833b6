//! Softmax regression, example by example in an order drawn anew for each pass.

use super::features::{Example, Features};
use crate::num::dice::{Dice, Key, Stream, scale};

const PASSES: u64 = 15;
const RATE: f32 = 0.25;
/// Share of each weight that a step takes away: keeps the model from being surer than it may be.
const DECAY: f32 = 2e-4;

/// Shape: features × classes.
pub fn train(features: &Features, examples: &[Example], classes: usize) -> Vec<f32> {
    let on: Vec<Vec<u32>> = examples.iter().map(|example| features.of_pieces(&example.pieces)).collect();
    let mut weights = vec![0.0_f32; features.len() * classes];
    let mut squares = vec![1e-2_f32; features.len() * classes];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for pass in 0..PASSES {
        shuffle(&mut order, Key::new(0, Stream::Init).child(pass));
        for at in &order {
            let mut slopes = probabilities(&weights, &on[*at], classes);
            slopes[examples[*at].class] -= 1.0;
            for feature in &on[*at] {
                let row = *feature as usize * classes..(*feature as usize + 1) * classes;
                for ((w, s), slope) in weights[row.clone()].iter_mut().zip(&mut squares[row]).zip(&slopes) {
                    let slope = slope + DECAY * *w;
                    *s += slope * slope;
                    *w -= RATE * slope / s.sqrt();
                }
            }
        }
    }
    weights
}

pub fn probabilities(weights: &[f32], on: &[u32], classes: usize) -> Vec<f32> {
    let mut scores = vec![0.0_f32; classes];
    for feature in on {
        let row = &weights[*feature as usize * classes..][..classes];
        scores.iter_mut().zip(row).for_each(|(score, w)| *score += w);
    }
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = libm::expf(*score - most));
    let total: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= total);
    scores
}

/// Every order as likely as any other. Source: Durstenfeld 1964.
pub fn shuffle<T>(order: &mut [T], key: Key) {
    for i in (1..order.len()).rev() {
        let j = scale(Dice::at(key, i as u64).draw() >> 32, i as u32 + 1);
        order.swap(i, j as usize);
    }
}
