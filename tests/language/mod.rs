//! The numeric engine of the language model: gradients, losses, generation, files.

use dialoq::lm::batch::Batch;
use dialoq::lm::shape::{Config, Gpt, Head};
use dialoq::num::dice::{Dice, Key, Stream};

mod files;
mod generation;
mod gradients;
mod losses;
mod model;
mod products;
mod sampling;

fn key(k: u64) -> Key {
    Key::new(k, Stream::Words)
}

fn uniform(k: u64, count: usize) -> Vec<f64> {
    (0..count as u64).map(|i| 2.0 * Dice::at(key(k), i).unit() - 1.0).collect()
}

fn gpt(vocabulary: usize, context: usize, width: usize, layers: usize, heads: usize, head: Head) -> Gpt {
    Gpt::new(Config { vocabulary, context, width, layers, heads, hidden: 4 }, head).unwrap()
}

/// Random words.
fn words(k: u64, count: usize, vocabulary: usize) -> Vec<u32> {
    (0..count as u64).map(|i| Dice::at(key(k), i).below(vocabulary as u32)).collect()
}

/// Random sequences, asked everywhere.
fn batch(gpt: &Gpt, k: u64, sequences: usize, length: usize) -> Batch {
    let tokens = words(k, sequences * length, gpt.config.vocabulary);
    Batch::new(gpt, tokens, length, (0..(sequences * length) as u32).collect(), 1).unwrap()
}

/// Parameters of which none is 0 or 1 by convention.
fn stirred(gpt: &Gpt, k: u64) -> Vec<f64> {
    let mut parameters: Vec<f64> = gpt.fresh(0.3, key(k));
    parameters.iter_mut().zip(uniform(k + 1, gpt.parameters())).for_each(|(p, u)| *p += 0.2 * u);
    parameters
}
