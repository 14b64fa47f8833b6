//! A transformer block with the norms first: x ← x + attention(norm(x)), then x ← x + MLP(norm(x)) with GELU between its two layers.
//!
//! Letters: R rows (sequences × T), C channels. Source: Radford et al. 2019; norms first as in Xiong et al. 2020.

use super::attention::Attention;
use super::norm::Moments;
use super::shape::{Block, Config};
use crate::nn::real::Real;
use crate::nn::smooth::gelu;
use crate::nn::vector::vector;

/// What a block's backward pass needs of its forward pass.
#[derive(Clone, Debug, Default)]
pub struct Kept<F> {
    moments_1: Vec<Moments<F>>,
    normed_1: Vec<F>,
    /// R × 3C: queries, keys, values.
    pub qkv: Vec<F>,
    weights: Vec<F>,
    mixed: Vec<F>,
    moments_2: Vec<Moments<F>>,
    normed_2: Vec<F>,
    /// Of GELU: its arguments first, then its slopes there.
    slopes: Vec<F>,
    hidden: Vec<F>,
}

/// Room that every block uses anew.
#[derive(Clone, Debug, Default)]
pub struct Scratch<F> {
    turned: Vec<F>,
    scores: Vec<F>,
    wide: Vec<F>,
    narrow: Vec<F>,
}

impl<F: Real + Default> Kept<F> {
    pub fn fit(&mut self, config: &Config, attention: &Attention, sequences: usize) {
        let rows = sequences * attention.length;
        let (channels, hidden) = (rows * config.width, rows * config.width * config.hidden);
        self.moments_1.resize(rows, Moments::default());
        self.moments_2.resize(rows, Moments::default());
        self.qkv.resize(3 * channels, F::ZERO);
        self.weights.resize(sequences * attention.weights(), F::ZERO);
        [&mut self.normed_1, &mut self.mixed, &mut self.normed_2].into_iter().for_each(|x| x.resize(channels, F::ZERO));
        [&mut self.slopes, &mut self.hidden].into_iter().for_each(|x| x.resize(hidden, F::ZERO));
    }
}

impl<F: Real> Scratch<F> {
    pub fn fit(&mut self, config: &Config, attention: &Attention, sequences: usize) {
        let channels = sequences * attention.length * config.width;
        self.turned.resize(attention.turned(), F::ZERO);
        self.scores.resize(attention.length * attention.length, F::ZERO);
        self.wide.resize(channels * config.hidden.max(3), F::ZERO);
        self.narrow.resize(channels, F::ZERO);
    }
}

impl Block {
    /// Shape: x, middle and out R × C.
    pub fn forward<F: Real>(
        &self,
        parameters: &[F],
        attention: &Attention,
        x: &[F],
        (middle, out): (&mut [F], &mut [F]),
        (kept, scratch): (&mut Kept<F>, &mut Scratch<F>),
    ) {
        self.norm_1.forward(parameters, x, &mut kept.normed_1, &mut kept.moments_1);
        self.attend.forward(parameters, &kept.normed_1, &mut kept.qkv);
        let (tokens, weights) = (attention.length * attention.width, attention.weights());
        let sequences = kept.qkv.chunks_exact(3 * tokens).zip(kept.weights.chunks_exact_mut(weights));
        for ((qkv, weights), mixed) in sequences.zip(kept.mixed.chunks_exact_mut(tokens)) {
            attention.forward(qkv, weights, mixed, &mut scratch.turned);
        }
        self.mix.forward_onto(parameters, &kept.mixed, x, middle);
        self.norm_2.forward(parameters, middle, &mut kept.normed_2, &mut kept.moments_2);
        self.widen.forward(parameters, &kept.normed_2, &mut kept.slopes);
        vector(
            #[inline(always)]
            || {
                for (slope, hidden) in kept.slopes.iter_mut().zip(&mut kept.hidden) {
                    (*hidden, *slope) = gelu(*slope);
                }
            },
        );
        self.narrow.forward_onto(parameters, &kept.hidden, middle, out);
    }

    /// `dx` holds dL/dout and becomes dL/dx.
    ///
    /// Shape: x, middle and dx R × C.
    pub fn backward<F: Real>(
        &self,
        parameters: &[F],
        attention: &Attention,
        (x, middle): (&[F], &[F]),
        (kept, scratch): (&Kept<F>, &mut Scratch<F>),
        dx: &mut [F],
        gradient: &mut [F],
    ) {
        let Scratch { turned, scores, wide, narrow } = scratch;
        let d_hidden = &mut wide[..kept.hidden.len()];
        self.narrow.backward(parameters, &kept.hidden, dx, d_hidden, gradient);
        vector(
            #[inline(always)]
            || {
                for (d, slope) in d_hidden.iter_mut().zip(&kept.slopes) {
                    *d *= *slope;
                }
            },
        );
        self.widen.backward(parameters, &kept.normed_2, d_hidden, narrow, gradient);
        self.norm_2.backward(parameters, middle, &kept.moments_2, narrow, dx, gradient);

        self.mix.backward(parameters, &kept.mixed, dx, narrow, gradient);
        let d_qkv = &mut wide[..kept.qkv.len()];
        let (tokens, weights) = (attention.length * attention.width, attention.weights());
        let sequences = kept.qkv.chunks_exact(3 * tokens).zip(kept.weights.chunks_exact(weights));
        for ((qkv, weights), (d_mixed, d_qkv)) in sequences.zip(narrow.chunks_exact(tokens).zip(d_qkv.chunks_exact_mut(3 * tokens))) {
            attention.backward(qkv, weights, d_mixed, d_qkv, turned, scores);
        }
        self.attend.backward(parameters, &kept.normed_1, d_qkv, narrow, gradient);
        self.norm_1.backward(parameters, x, &kept.moments_1, narrow, dx, gradient);
    }
}
