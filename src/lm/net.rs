//! A network with its numbers: parameters, Adam's moments, a step; and sheets, which are sequences with the places asked of each.

use std::ops::Range;

use super::batch::{Batch, Room};
use super::shape::Gpt;
use crate::fields;
use crate::nn::adam::{Adam, Rates, clip, squares};

#[derive(Clone, Debug)]
pub struct Net {
    pub parameters: Vec<f32>,
    adam: Adam,
    /// Of the last gradient, before it was clipped.
    pub norm: f32,
}

fields!(Net { parameters, adam, norm });

/// β₁, β₂ as usual for language models.
const BETAS: (f32, f32) = (0.9, 0.95);

impl Net {
    pub fn new(parameters: Vec<f32>) -> Net {
        Net { adam: Adam::new(parameters.len()), parameters, norm: 0.0 }
    }

    /// Other parameters, and no memory of gradients.
    pub fn begin(&mut self, parameters: &[f32]) {
        self.parameters[..parameters.len()].copy_from_slice(parameters);
        self.parameters[parameters.len()..].fill(0.0);
        self.adam = Adam::new(self.parameters.len());
    }

    /// One step against a gradient clipped at a norm.
    pub fn step(&mut self, gpt: &Gpt, gradient: &[f32], rate: f64, decay: f64, most: f64) {
        self.norm = squares(gradient).sqrt();
        let rates = Rates { first: BETAS.0, second: BETAS.1, decay: decay as f32, ..Rates::of(rate as f32) };
        self.adam.step_parts(&mut self.parameters, gradient, clip(self.norm, most as f32), &rates, &gpt.decayed());
    }
}

/// Room to calculate in: no state, so a copy begins with an empty one.
#[derive(Debug)]
pub struct Desk {
    pub room: Room<f32>,
    pub gradient: Vec<f32>,
    pub threads: usize,
}

impl Desk {
    pub fn new(threads: usize) -> Desk {
        Desk { room: Room::new(threads), gradient: Vec::new(), threads }
    }
}

impl Clone for Desk {
    fn clone(&self) -> Desk {
        Desk::new(self.threads)
    }
}

/// A sequence and the places after which outputs are wanted.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub tokens: &'a [u32],
    pub asked: Range<usize>,
}

/// Rows as a batch.
pub struct Sheet {
    pub batch: Batch,
    /// The word that follows each asked place.
    pub next: Vec<u32>,
    /// Of each row, among the batch's asked places.
    pub rows: Vec<Range<usize>>,
}

impl Sheet {
    /// Sequences are cut behind the last place asked of any. Rows stay together in groups.
    pub fn new(gpt: &Gpt, rows: &[Row<'_>], group: usize) -> Sheet {
        let length = rows.iter().map(|row| row.asked.end).max().unwrap_or(1).max(1);
        let (mut tokens, mut asked, mut next, mut ranges) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (r, row) in rows.iter().enumerate() {
            tokens.extend(&row.tokens[..length]);
            let begin = asked.len();
            asked.extend(row.asked.clone().map(|place| (r * length + place) as u32));
            next.extend(row.asked.clone().map(|place| row.tokens.get(place + 1).copied().unwrap_or(0)));
            ranges.push(begin..asked.len());
        }
        let batch = Batch::new(gpt, tokens, length, asked, group).expect("sequences of one layout fit its model");
        Sheet { batch, next, rows: ranges }
    }
}

/// The places before each word of a reply.
pub fn reply_places(prompt: usize, length: usize) -> Range<usize> {
    prompt - 1..prompt - 1 + length
}

/// The place of its last word.
pub fn last_place(prompt: usize, length: usize) -> Range<usize> {
    prompt + length.max(1) - 1..prompt + length.max(1)
}

/// A cosine from 1 down to a twentieth, after a straight rise.
pub fn schedule(step: u64, steps: u64, warm_up: u64) -> f64 {
    if step < warm_up {
        return (step + 1) as f64 / warm_up as f64;
    }
    let share = (step - warm_up) as f64 / (steps.saturating_sub(warm_up)).max(1) as f64;
    0.05 + 0.95 * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share.min(1.0)))
}
