//! Generation: one token at a time for all sequences at once, with the keys and values of earlier tokens kept.
//!
//! A sequence's words do not depend on the others beside it, so threads share them as they like. Letters: n sequences still going,
//! S longest sequence, C channels, H channels of a head, V words.

use super::LmError;
use super::batch::{Batch, Room};
use super::gpt::{Pass, Text};
use super::norm::Moments;
use super::sample::Chosen;
use super::shape::{Block, Gpt};
use crate::nn::parallel::share;
use crate::nn::smooth::gelu;
use crate::nn::striped::Striped;
use crate::nn::sums::{exponentials, largest, sum};
use crate::nn::tile::{Product, Reach, Start};
use crate::nn::vector::vector;

/// When a reply ends: at the word that says so, which belongs to it, or at its longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    pub end: u32,
    pub most: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    pub words: Vec<u32>,
    /// Of each word, as the sampler told it.
    pub log_probabilities: Vec<f32>,
}

impl Gpt {
    /// The reply to each sequence of a batch. `sampler` is given the sequence, the place in its reply, and the logits there.
    ///
    /// Errors: prompt and longest reply together beyond the context.
    pub fn generate(
        &self,
        parameters: &[f32],
        prompts: &Batch,
        until: Until,
        room: &mut Room<f32>,
        sampler: impl Fn(usize, usize, &[f32]) -> Chosen + Sync,
    ) -> Result<Vec<Reply>, LmError> {
        let (length, context) = (prompts.length() + until.most, self.config.context);
        if length > context {
            return Err(LmError::Context { length, context });
        }
        let mut replies = vec![Reply::default(); prompts.sequences()];
        if until.most == 0 {
            return Ok(replies);
        }
        let weights = Weights::new(self, parameters);
        let each = replies.len().div_ceil(room.passes.len());
        let pieces = replies.chunks_mut(each).enumerate().collect();
        share(&mut room.passes, pieces, |pass, (k, replies): (usize, &mut [Reply])| {
            let mut writer = Writer::new(self, parameters, &weights, length, replies.len());
            let first = k * each;
            writer.read(prompts.tokens_of(first..first + replies.len()), prompts.length(), pass);
            writer.write(replies, until, &|row, place, logits| sampler(first + row, place, logits));
        });
        Ok(replies)
    }
}

/// Matrices in stripes.
struct Weights {
    /// Of each block: attend, mix, widen, narrow.
    blocks: Vec<[Striped<f32>; 4]>,
    /// C × V: the output layer, which is the embedding's transpose.
    words: Striped<f32>,
}

impl Weights {
    fn new(gpt: &Gpt, parameters: &[f32]) -> Weights {
        let (c, v) = (gpt.config.width, gpt.config.vocabulary);
        let block = |b: &Block| [&b.attend, &b.mix, &b.widen, &b.narrow].map(|linear| linear.striped(parameters));
        let words = &parameters[gpt.tokens.clone()];
        Weights { blocks: gpt.blocks.iter().map(block).collect(), words: Striped::of(c, v, |channel, word| words[word * c + channel]) }
    }
}

/// Keys and values of one block.
#[derive(Clone)]
struct Cache {
    heads: usize,
    /// C and S
    width: usize,
    longest: usize,
    /// Sequences × heads × H × S: turned, so that scores are sums of rows.
    keys: Vec<f32>,
    /// Sequences × heads × S × H.
    values: Vec<f32>,
}

/// Room for one token of each of n sequences.
struct Step {
    x: Vec<f32>,
    middle: Vec<f32>,
    normed: Vec<f32>,
    qkv: Vec<f32>,
    mixed: Vec<f32>,
    hidden: Vec<f32>,
    logits: Vec<f32>,
    scores: Vec<f32>,
    moments: Vec<Moments<f32>>,
}

struct Writer<'a> {
    gpt: &'a Gpt,
    parameters: &'a [f32],
    weights: &'a Weights,
    /// Tokens so far, the same for all.
    at: usize,
    /// Sequences still going, with the last token of each.
    going: Vec<(usize, u32)>,
    caches: Vec<Cache>,
    step: Step,
}

impl<'a> Writer<'a> {
    fn new(gpt: &'a Gpt, parameters: &'a [f32], weights: &'a Weights, longest: usize, sequences: usize) -> Writer<'a> {
        let (config, n) = (&gpt.config, sequences);
        let c = config.width;
        let numbers = vec![0.0; n * c * longest];
        let step = Step {
            x: vec![0.0; n * c],
            middle: vec![0.0; n * c],
            normed: vec![0.0; n * c],
            qkv: vec![0.0; n * 3 * c],
            mixed: vec![0.0; n * c],
            hidden: vec![0.0; n * c * config.hidden],
            logits: vec![0.0; n * config.vocabulary],
            scores: vec![0.0; longest],
            moments: vec![Moments::default(); n],
        };
        let cache = Cache { heads: config.heads, width: c, longest, keys: numbers.clone(), values: numbers };
        let caches = vec![cache; config.layers];
        Writer { gpt, parameters, weights, at: 0, going: Vec::new(), caches, step }
    }

    /// Reads the prompts at once and keeps their keys and values.
    fn read(&mut self, tokens: &[u32], length: usize, pass: &mut Pass<f32>) {
        let last: Vec<u32> = (0..tokens.len() / length).map(|row| ((row + 1) * length - 1) as u32).collect();
        self.gpt.forward(self.parameters, &Text { tokens, length, asked: &last, first: 0 }, pass);
        let c = self.gpt.config.width;
        for (cache, kept) in self.caches.iter_mut().zip(&pass.kept) {
            for (r, qkv) in kept.qkv.chunks_exact(3 * c).enumerate() {
                cache.put(r / length, r % length, qkv);
            }
        }
        self.step.logits.copy_from_slice(&pass.outputs);
        self.at = length;
        self.going = last.iter().enumerate().map(|(row, _)| (row, 0)).collect();
    }

    /// Words until every reply has ended; whose reply has ended costs nothing any more.
    fn write(&mut self, replies: &mut [Reply], until: Until, sampler: &impl Fn(usize, usize, &[f32]) -> Chosen) {
        let v = self.gpt.config.vocabulary;
        for place in 0..until.most {
            for ((row, last), logits) in self.going.iter_mut().zip(self.step.logits.chunks_exact(v)) {
                let Chosen { word, log_probability } = sampler(*row, place, logits);
                replies[*row].words.push(word);
                replies[*row].log_probabilities.push(log_probability);
                *last = word;
            }
            self.going.retain(|(_, last)| *last != until.end);
            if self.going.is_empty() || place + 1 == until.most {
                return;
            }
            self.token();
        }
    }

    /// Logits after the last token of each sequence still going.
    fn token(&mut self) {
        let (gpt, n, c) = (self.gpt, self.going.len(), self.gpt.config.width);
        let (tokens, places) = (&self.parameters[gpt.tokens.clone()], &self.parameters[gpt.places.clone()]);
        for ((_, token), x) in self.going.iter().zip(self.step.x.chunks_exact_mut(c)) {
            let embedded = tokens[*token as usize * c..].iter().zip(&places[self.at * c..]);
            x.iter_mut().zip(embedded).for_each(|(x, (e, p))| *x = e + p);
        }
        for (l, block) in gpt.blocks.iter().enumerate() {
            self.block(l, block);
        }
        let Step { x, normed, logits, moments, .. } = &mut self.step;
        gpt.last.forward(self.parameters, &x[..n * c], &mut normed[..n * c], &mut moments[..n]);
        let v = gpt.config.vocabulary;
        self.weights.words.apply(&normed[..n * c], Start::Zero, &mut logits[..n * v]);
        self.at += 1;
    }

    /// As `Block::forward`, of one token of each sequence.
    fn block(&mut self, l: usize, block: &Block) {
        let (n, c, p) = (self.going.len(), self.gpt.config.width, self.parameters);
        let [attend, mix, widen, narrow] = &self.weights.blocks[l];
        let Step { x, middle, normed, qkv, mixed, hidden, scores, moments, .. } = &mut self.step;
        let hidden = &mut hidden[..n * c * self.gpt.config.hidden];
        let [x, middle, normed] = [x, middle, normed].map(|x| &mut x[..n * c]);
        block.norm_1.forward(p, x, normed, moments);
        block.attend.forward_few(p, attend, normed, &mut qkv[..n * 3 * c]);
        let (qkv, mixed) = (&qkv[..n * 3 * c], &mut mixed[..n * c]);
        for (((row, _), qkv), mixed) in self.going.iter().zip(qkv.chunks_exact(3 * c)).zip(mixed.chunks_exact_mut(c)) {
            self.caches[l].put(*row, self.at, qkv);
            self.caches[l].mix(*row, self.at, &qkv[..c], mixed, scores);
        }
        block.mix.forward_few_onto(p, mix, mixed, x, middle);
        block.norm_2.forward(p, middle, normed, moments);
        block.widen.forward_few(p, widen, normed, hidden);
        vector(
            #[inline(always)]
            || {
                for x in hidden.iter_mut() {
                    *x = gelu(*x).0;
                }
            },
        );
        block.narrow.forward_few_onto(p, narrow, hidden, middle, x);
    }
}

impl Cache {
    /// Keeps the keys and values of a sequence's token.
    fn put(&mut self, row: usize, at: usize, qkv: &[f32]) {
        let (c, longest, h) = (self.width, self.longest, self.width / self.heads);
        let start = row * c * longest;
        for (channel, key) in qkv[c..2 * c].iter().enumerate() {
            self.keys[start + channel * longest + at] = *key;
        }
        for (head, value) in qkv[2 * c..].chunks_exact(h).enumerate() {
            self.values[start + (head * longest + at) * h..][..h].copy_from_slice(value);
        }
    }

    /// As `Attention::forward`, of a sequence's last token.
    ///
    /// Shape: queries and mixed C.
    fn mix(&self, row: usize, at: usize, queries: &[f32], mixed: &mut [f32], scores: &mut [f32]) {
        let (longest, h) = (self.longest, self.width / self.heads);
        let scale = 1.0 / (h as f32).sqrt();
        let scores = &mut scores[..=at];
        let numbers = h * longest;
        for (head, (query, mixed)) in queries.chunks_exact(h).zip(mixed.chunks_exact_mut(h)).enumerate() {
            let start = (row * self.heads + head) * numbers;
            let (keys, values) = (&self.keys[start..][..numbers], &self.values[start..][..numbers]);
            one(query, keys, longest, scores);
            vector(
                #[inline(always)]
                || {
                    let most = largest(scores) * scale;
                    for x in scores.iter_mut() {
                        *x *= scale;
                    }
                    exponentials(scores, most);
                    let share = 1.0 / sum(scores);
                    for x in scores.iter_mut() {
                        *x *= share;
                    }
                },
            );
            one(scores, values, h, mixed);
        }
    }
}

/// y = x M, with rows of M so far apart.
fn one(x: &[f32], m: &[f32], m_row: usize, y: &mut [f32]) {
    let (depth, columns) = (x.len(), y.len());
    let (reach, start) = (Reach::All, Start::Zero);
    Product { rows: 1, depth, columns, a: x, a_row: depth, a_place: 1, b: m, b_row: m_row, c: y, c_row: columns, reach, start }.run();
}
