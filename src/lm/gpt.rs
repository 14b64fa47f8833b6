//! A GPT of some sequences of one length: embeddings, blocks, and the output layer at the places asked for alone, as a layer over the
//! whole vocabulary is dear.
//!
//! Letters: R rows (sequences × T), C channels, V words, N asked places, O outputs of each (V logits, or one value).

use super::attention::Attention;
use super::block::{Kept, Scratch};
use super::norm::Moments;
use super::shape::{Gpt, Head};
use crate::nn::gemm::{Matrix, gemm};
use crate::nn::real::Real;
use crate::nn::sums::dot;
use crate::nn::vector::vector;

/// Some sequences and the places asked of them.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Sequence after sequence.
    pub tokens: &'a [u32],
    /// T
    pub length: usize,
    /// Rising; counted from `first` as the place of the first token.
    pub asked: &'a [u32],
    pub first: u32,
}

impl Text<'_> {
    fn rows(&self) -> impl Iterator<Item = usize> {
        self.asked.iter().map(|place| (place - self.first) as usize)
    }
}

/// Room for a pass forward and backward; no state.
#[derive(Clone, Debug, Default)]
pub struct Pass<F> {
    /// The residual stream: before the first block, and after each half of each.
    stream: Vec<Vec<F>>,
    pub kept: Vec<Kept<F>>,
    scratch: Scratch<F>,
    slope: Vec<F>,
    /// At the asked places: N × C before and after the last norm, and its gradient.
    asked: Vec<F>,
    normed: Vec<F>,
    d_asked: Vec<F>,
    moments: Vec<Moments<F>>,
    /// N × O; the loss turns them into its slopes.
    pub outputs: Vec<F>,
}

impl<F: Real + Default> Pass<F> {
    fn fit(&mut self, gpt: &Gpt, attention: &Attention, sequences: usize, asked: usize) {
        let config = &gpt.config;
        let channels = sequences * attention.length * config.width;
        self.stream.resize(2 * config.layers + 1, Vec::new());
        self.stream.iter_mut().chain([&mut self.slope]).for_each(|x| x.resize(channels, F::ZERO));
        self.kept.resize(config.layers, Kept::default());
        self.kept.iter_mut().for_each(|kept| kept.fit(config, attention, sequences));
        self.scratch.fit(config, attention, sequences);
        [&mut self.asked, &mut self.normed, &mut self.d_asked].into_iter().for_each(|x| x.resize(asked * config.width, F::ZERO));
        self.moments.resize(asked, Moments::default());
        self.outputs.resize(asked * gpt.width_of_outputs(), F::ZERO);
    }
}

impl Gpt {
    pub fn attention(&self, length: usize) -> Attention {
        Attention { heads: self.config.heads, width: self.config.width, length }
    }

    /// Outputs of the asked places, left in `pass`.
    pub fn forward<F: Real + Default>(&self, parameters: &[F], text: &Text<'_>, pass: &mut Pass<F>) {
        let attention = self.attention(text.length);
        pass.fit(self, &attention, text.tokens.len() / text.length, text.asked.len());
        self.embed(parameters, text, &mut pass.stream[0]);
        for (l, block) in self.blocks.iter().enumerate() {
            let (before, after) = pass.stream.split_at_mut(2 * l + 1);
            let (middle, out) = after.split_at_mut(1);
            block.forward(parameters, &attention, &before[2 * l], (&mut middle[0], &mut out[0]), (&mut pass.kept[l], &mut pass.scratch));
        }
        let (c, last) = (self.config.width, &pass.stream[2 * self.config.layers]);
        for (row, asked) in text.rows().zip(pass.asked.chunks_exact_mut(c)) {
            asked.copy_from_slice(&last[row * c..][..c]);
        }
        self.last.forward(parameters, &pass.asked, &mut pass.normed, &mut pass.moments);
        self.read(parameters, &pass.normed, &mut pass.outputs);
    }

    /// The gradient over all parameters, after `forward` of the same text, from the slopes in `pass.outputs`.
    pub fn backward<F: Real>(&self, parameters: &[F], text: &Text<'_>, pass: &mut Pass<F>, gradient: &mut [F]) {
        self.read_backward(parameters, &pass.normed, &pass.outputs, &mut pass.d_asked, gradient);
        let c = self.config.width;
        // Where nothing was asked, nothing comes in from above.
        let d_normed = &mut pass.normed;
        d_normed.copy_from_slice(&pass.d_asked);
        pass.d_asked.fill(F::ZERO);
        self.last.backward(parameters, &pass.asked, &pass.moments, d_normed, &mut pass.d_asked, gradient);
        pass.slope.fill(F::ZERO);
        for (row, asked) in text.rows().zip(pass.d_asked.chunks_exact(c)) {
            pass.slope[row * c..][..c].copy_from_slice(asked);
        }
        let attention = self.attention(text.length);
        for (l, block) in self.blocks.iter().enumerate().rev() {
            let around = (&pass.stream[2 * l][..], &pass.stream[2 * l + 1][..]);
            block.backward(parameters, &attention, around, (&pass.kept[l], &mut pass.scratch), &mut pass.slope, gradient);
        }
        self.embed_backward(text, &pass.slope, gradient);
    }

    /// xᵣ = E(token) + P(place).
    ///
    /// Shape: x R × C.
    fn embed<F: Real>(&self, parameters: &[F], text: &Text<'_>, x: &mut [F]) {
        let c = self.config.width;
        let (tokens, places) = (&parameters[self.tokens.clone()], &parameters[self.places.clone()]);
        vector(
            #[inline(always)]
            || {
                for (r, x) in x.chunks_exact_mut(c).enumerate() {
                    let (token, place) = (text.tokens[r] as usize, r % text.length);
                    for ((x, e), p) in x.iter_mut().zip(&tokens[token * c..]).zip(&places[place * c..]) {
                        *x = *e + *p;
                    }
                }
            },
        );
    }

    /// dE(token) ← dE(token) + dxᵣ, on what the output layer left there; dP(place) = Σ dxᵣ.
    fn embed_backward<F: Real>(&self, text: &Text<'_>, dx: &[F], gradient: &mut [F]) {
        let c = self.config.width;
        gradient[self.places.clone()].fill(F::ZERO);
        // Tokens come first in the vector of parameters, then places.
        let (tokens, places) = gradient[..self.places.end].split_at_mut(self.places.start);
        vector(
            #[inline(always)]
            || {
                for (r, dx) in dx.chunks_exact(c).enumerate() {
                    let (token, place) = (text.tokens[r] as usize, r % text.length);
                    let (token, place) = (&mut tokens[token * c..][..c], &mut places[place * c..][..c]);
                    for ((e, p), dx) in token.iter_mut().zip(place).zip(dx) {
                        *e += *dx;
                        *p += *dx;
                    }
                }
            },
        );
    }

    /// Y = X Eᵀ, or yᵢ = xᵢ w.
    ///
    /// Shape: x N × C, y N × O.
    fn read<F: Real>(&self, parameters: &[F], x: &[F], y: &mut [F]) {
        let (c, n) = (self.config.width, x.len() / self.config.width);
        match self.head {
            Head::Language => {
                let words = Matrix::new(&parameters[self.tokens.clone()], self.config.vocabulary, c);
                gemm(Matrix::new(x, n, c), words.t(), F::ZERO, y);
            }
            Head::Value => {
                let w = &parameters[self.value.clone()];
                y.iter_mut().zip(x.chunks_exact(c)).for_each(|(y, x)| *y = dot(x, w));
            }
        }
    }

    /// dE = dYᵀ X and dX = dY E, or dw = Σ dyᵢ xᵢ and dxᵢ = dyᵢ w.
    ///
    /// Shape: x and dx N × C, dy N × O.
    fn read_backward<F: Real>(&self, parameters: &[F], x: &[F], dy: &[F], dx: &mut [F], gradient: &mut [F]) {
        let (c, v, n) = (self.config.width, self.config.vocabulary, x.len() / self.config.width);
        match self.head {
            Head::Language => {
                let slopes = Matrix::new(dy, n, v);
                gemm(slopes.t(), Matrix::new(x, n, c), F::ZERO, &mut gradient[self.tokens.clone()]);
                gemm(slopes, Matrix::new(&parameters[self.tokens.clone()], v, c), F::ZERO, dx);
            }
            Head::Value => {
                gradient[self.tokens.clone()].fill(F::ZERO);
                gradient[self.value.clone()].fill(F::ZERO);
                let (w, dw) = (&parameters[self.value.clone()], &mut gradient[self.value.clone()]);
                for ((dy, x), dx) in dy.iter().zip(x.chunks_exact(c)).zip(dx.chunks_exact_mut(c)) {
                    for (((dx, w), dw), x) in dx.iter_mut().zip(w).zip(dw.iter_mut()).zip(x) {
                        *dx = *dy * *w;
                        *dw += *dy * *x;
                    }
                }
            }
        }
    }
}
