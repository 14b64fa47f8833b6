//! The language model: a training step against this project's own matrix products on the same threads, and generation against it.

use std::time::Instant;

use dialoq::lm::batch::{Batch, Room};
use dialoq::lm::generate::Until;
use dialoq::lm::loss::cross_entropy;
use dialoq::lm::sample::{Sampling, Urn};
use dialoq::lm::shape::{Config, Gpt, Head};
use dialoq::nn::adam::{Adam, Rates, clip, squares};
use dialoq::nn::gemm::{Matrix, gemm, kernel};
use dialoq::num::dice::{Dice, Key, Stream};

use crate::{SEED, median};

const THREADS: usize = 2;
const BATCH: usize = 32;
const VOCABULARY: usize = 512;
const ROUNDS: usize = 15;
/// Words of a reply.
const REPLY: usize = 32;

/// Seconds by the clock on the wall: more than one thread works.
fn wall(calls: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| work());
    start.elapsed().as_secs_f64() / calls as f64
}

/// Products of 512 × 512 × 512 on as many threads at once, in operations a second.
fn sgemm() -> f64 {
    const N: usize = 512;
    const CALLS: usize = 16;
    let work = || {
        let (a, b, mut c) = (vec![1.0_f32; N * N], vec![0.5_f32; N * N], vec![0.0_f32; N * N]);
        (0..CALLS).for_each(|_| gemm(Matrix::new(&a, N, N), Matrix::new(&b, N, N), 0.0, &mut c));
        assert!(c[0] > 0.0);
    };
    let took = wall(1, || {
        std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
    });
    (2 * N * N * N * CALLS * THREADS) as f64 / took
}

/// Operations of the products of a forward pass of one token at place t, the output layer with them: 2 for each weight of a matrix,
/// and 4 C for each token that attention reaches back to, itself among them. A training step has three times those of a forward pass.
fn operations(config: &Config, t: usize) -> f64 {
    let c = config.width;
    let matrices = config.layers * (4 + 2 * config.hidden) * c * c + c * config.vocabulary;
    (2 * matrices + config.layers * 4 * c * (t + 1)) as f64
}

struct Bench {
    gpt: Gpt,
    parameters: Vec<f32>,
    room: Room<f32>,
    adam: Adam,
    gradient: Vec<f32>,
    batch: Batch,
    targets: Vec<u32>,
    prompts: Batch,
}

impl Bench {
    fn new(config: Config) -> Bench {
        let gpt = Gpt::new(config, Head::Language).unwrap();
        let parameters = gpt.fresh::<f32>(0.1, Key::new(SEED, Stream::Init));
        let length = config.context;
        let count = BATCH * length;
        let words: Vec<u32> = (0..count as u64).map(|i| Dice::at(Key::new(SEED, Stream::Words), i).below(VOCABULARY as u32)).collect();
        let batch = Batch::new(&gpt, words.clone(), length, (0..count as u32).collect(), 1).unwrap();
        let prompt = length - REPLY;
        let prompts = Batch::new(&gpt, words[..BATCH * prompt].to_vec(), prompt, Vec::new(), 1).unwrap();
        let mut targets = words;
        targets.rotate_left(1);
        let (adam, gradient) = (Adam::new(parameters.len()), vec![0.0; parameters.len()]);
        Bench { gpt, parameters, room: Room::new(THREADS), adam, gradient, batch, targets, prompts }
    }

    /// Loss at every place, gradient, clipping, `AdamW`.
    fn step(&mut self) {
        let Bench { gpt, parameters, room, adam, gradient, batch, targets, .. } = self;
        let weights = vec![1.0 / targets.len() as f32; targets.len()];
        let loss = |asked: std::ops::Range<usize>, x: &mut [f32]| cross_entropy(x, &targets[asked.clone()], &weights[asked]);
        let losses = gpt.gradient(parameters, batch, room, loss, gradient);
        assert!(losses.iter().sum::<f32>().is_finite());
        let rates = Rates { second: 0.95, decay: 0.1, ..Rates::of(1e-4) };
        adam.step_parts(parameters, gradient, clip(squares(gradient).sqrt(), 1.0), &rates, &gpt.decayed());
    }

    /// Prompts read and replies drawn at temperature 1, none of which ends early.
    fn generate(&mut self) {
        let until = Until { end: u32::MAX, most: REPLY };
        let key = Key::new(SEED, Stream::Agent);
        let sampler = |row: usize, place: usize, logits: &[f32]| {
            Urn::default().choose(logits, &Sampling::PLAIN, &mut Dice::at_turn(key, row as u64, place as u32))
        };
        let replies = self.gpt.generate(&self.parameters, &self.prompts, until, &mut self.room, sampler).unwrap();
        assert_eq!(replies.iter().map(|r| r.words.len()).sum::<usize>(), BATCH * REPLY);
    }
}

fn one(name: &str, config: Config) {
    let mut bench = Bench::new(config);
    let (mut rates, mut steps, mut generations, mut shares, mut ratios) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (length, work) = (config.context, 3.0 * (0..config.context).map(|t| operations(&config, t)).sum::<f64>() * BATCH as f64);
    let calls = (2e9 / work).ceil() as usize;
    for _ in 0..ROUNDS {
        let rate = sgemm();
        let step = wall(calls, || bench.step());
        let generation = wall(calls, || bench.generate());
        shares.push(100.0 * work / step / rate);
        ratios.push(generation / step);
        rates.push(rate * 1e-9);
        steps.push(step);
        generations.push(generation);
    }
    let (step, generation) = (median(steps), median(generations));
    println!(
        "  {name}: d {}, {} layers, context {length}, batch {BATCH}, vocabulary {VOCABULARY}, {} parameters",
        config.width,
        config.layers,
        bench.gpt.parameters()
    );
    println!(
        "    training step {:.2} ms, {:.0} tokens/s: {:.1} of {:.1} GFLOP/s, {:.0} % of the sgemm",
        step * 1e3,
        (BATCH * length) as f64 / step,
        work / step * 1e-9,
        median(rates),
        median(shares)
    );
    println!(
        "    {BATCH} × {REPLY} words generated in {:.2} ms, {:.0} words/s: {:.2} of a training step",
        generation * 1e3,
        (BATCH * REPLY) as f64 / generation,
        median(ratios)
    );
}

pub fn language() {
    println!("language model, {THREADS} threads, median of {ROUNDS}; kernel {}", kernel());
    println!("  counted: 2 operations for each weight of a matrix and token, 4 C for each token attended to, three times in training");
    one("small", Config::preset("tiny", VOCABULARY, 64).unwrap());
    one("large", Config::preset("medium", VOCABULARY, 96).unwrap());
}
