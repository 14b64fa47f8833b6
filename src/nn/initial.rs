//! First weights, so that neither signals nor gradients grow or fade from layer to layer.
//!
//! Sources: Glorot and Bengio 2010, eq. 16 (Xavier); He et al. 2015, eq. 10; Saxe et al. 2014 (orthogonal).

use super::dense::Activation;
use super::real::Real;
use crate::num::dice::{Dice, Key};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// Uniform, of variance gain² / inputs.
    He,
    /// Uniform, of variance gain² · 2 / (inputs + outputs).
    Xavier,
    /// Rows or columns, whichever are fewer, at right angles and of length gain.
    Orthogonal,
}

impl Initial {
    /// √2 makes up for the half that a rectifier leaves out.
    pub fn gain(self, activation: Activation) -> f64 {
        match activation {
            Activation::Relu => std::f64::consts::SQRT_2,
            Activation::Identity | Activation::Tanh => 1.0,
        }
    }

    /// Shape: w I × O. Each weight has a place of its own in the dice.
    pub fn fill<F: Real>(self, w: &mut [F], inputs: usize, outputs: usize, gain: f64, key: Key) {
        // A uniform number in ±a has the variance a² / 3.
        let uniform = |w: &mut [F], variance: f64| {
            let bound = gain * (3.0 * variance).sqrt();
            for (i, w) in w.iter_mut().enumerate() {
                *w = F::of((2.0 * Dice::at(key, i as u64).unit() - 1.0) * bound);
            }
        };
        match self {
            Initial::He => uniform(w, 1.0 / inputs as f64),
            Initial::Xavier => uniform(w, 2.0 / (inputs + outputs) as f64),
            Initial::Orthogonal => orthogonal(w, inputs, outputs, gain, key),
        }
    }
}

/// Normal numbers of a deviation, each with a place of its own in the dice.
pub fn normals<F: Real>(w: &mut [F], deviation: f64, key: Key) {
    for (i, w) in w.iter_mut().enumerate() {
        *w = F::of(deviation * normal(&mut Dice::at(key, i as u64)));
    }
}

/// Gram and Schmidt's way, in f64.
fn orthogonal<F: Real>(w: &mut [F], inputs: usize, outputs: usize, gain: f64, key: Key) {
    let (few, many) = (inputs.min(outputs), inputs.max(outputs));
    let mut vectors: Vec<f64> = (0..few * many).map(|i| normal(&mut Dice::at(key, i as u64))).collect();
    for k in 0..few {
        let (done, rest) = vectors.split_at_mut(k * many);
        let vector = &mut rest[..many];
        for before in done.chunks_exact(many) {
            let along = dot(before, vector);
            vector.iter_mut().zip(before).for_each(|(v, b)| *v -= along * b);
        }
        let length = dot(vector, vector).sqrt();
        vector.iter_mut().for_each(|v| *v /= length);
    }
    for (at, w) in w.iter_mut().enumerate() {
        let (i, o) = (at / outputs, at % outputs);
        let (vector, place) = if inputs <= outputs { (i, o) } else { (o, i) };
        *w = F::of(gain * vectors[vector * many + place]);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A normal number, by Box and Muller's transform.
fn normal(dice: &mut Dice) -> f64 {
    let (radius, angle) = (1.0 - dice.unit(), dice.unit());
    (-2.0 * libm::log(radius)).sqrt() * libm::cos(std::f64::consts::TAU * angle)
}
