//! Probes of a reward model: does it like an empty reply, one word again and again, or length for its own sake, and is it as sure as it
//! is right?

use super::corpus::any;
use super::pipeline::Pipeline;
use super::report::Probes;
use super::reward::scores;
use super::vocabulary::{EOS, PAD};
use crate::num::dice::Dice;
use crate::num::stats::Moments;

/// Places in which the made replies are tried.
const PLACES: u64 = 64;

/// `judged` are the scores of the test pairs: chosen, rejected.
pub fn probes(pipeline: &mut Pipeline, parameters: &[f32], judged: &[(f32, f32)]) -> Probes {
    let ground = pipeline.ground.clone();
    let (mean, deviation) = pipeline.norm();
    let (layout, key) = (ground.scene.layout, ground.key(51));
    let mut tried = |reply: &dyn Fn(&mut Dice) -> Vec<u32>| {
        if ground.contexts.is_empty() {
            return f64::NAN;
        }
        let made: Vec<(Vec<u32>, usize)> = (0..PLACES)
            .map(|k| {
                let mut dice = Dice::at(key, k);
                let (prompt, reply) = (any(&ground.contexts, &mut dice).prompt, reply(&mut dice));
                let mut tokens = [&prompt[..], &reply].concat();
                tokens.resize(layout.total(), PAD);
                (tokens, reply.len())
            })
            .collect();
        let rows: Vec<(&[u32], usize)> = made.iter().map(|(tokens, length)| (&tokens[..], *length)).collect();
        let scores = scores(&ground.valued, parameters, &rows, &layout, pipeline.desk());
        f64::from((scores.iter().sum::<f32>() / scores.len() as f32 - mean) / deviation)
    };
    let empty = tried(&|_| vec![EOS]);
    let vocabulary = ground.scene.vocabulary.len() as u32;
    let repeated = tried(&|dice| vec![vocabulary - 1 - dice.below(50.min(vocabulary / 4)); layout.reply]);
    let lengths = ground.test.iter().flat_map(|pair| [pair.chosen.len(), pair.rejected.len()]);
    let flat = judged.iter().flat_map(|(c, r)| [*c, *r]);
    let length_correlation = correlation(lengths.map(|n| n as f64).zip(flat.map(f64::from)));
    let right = ground.test.iter().zip(judged).map(|(pair, (c, r))| (c - r, pair.clean));
    Probes { empty, repeated, length_correlation, calibration: calibration(right) }
}

fn correlation(list: impl Iterator<Item = (f64, f64)>) -> f64 {
    let list: Vec<(f64, f64)> = list.collect();
    let (mut x, mut y) = (Moments::default(), Moments::default());
    list.iter().for_each(|(a, b)| {
        x.add(*a);
        y.add(*b);
    });
    let both: f64 = list.iter().map(|(a, b)| (a - x.mean) * (b - y.mean)).sum::<f64>() / list.len().max(2) as f64;
    let scale = (x.variance() * y.variance()).sqrt();
    if scale > 0.0 { both / scale } else { 0.0 }
}

/// Source: Guo et al. 2017, eq. 3 (expected calibration error), with ten bins.
fn calibration(list: impl Iterator<Item = (f32, bool)>) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for (margin, clean) in list {
        let sure = 1.0 / (1.0 + libm::exp(-f64::from(margin.abs())));
        let bin = &mut bins[(((sure - 0.5) * 20.0) as usize).min(9)];
        let right = (margin > 0.0) == clean;
        *bin = (bin.0 + 1.0, bin.1 + sure, bin.2 + f64::from(u8::from(right)));
    }
    let all: f64 = bins.iter().map(|bin| bin.0).sum();
    bins.iter().map(|(_, sure, right)| (sure - right).abs()).sum::<f64>() / all.max(1.0)
}
