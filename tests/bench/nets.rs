//! Networks: one update of a DQN, one greedy forward, and both against this project's own matrix products.

use dialoq::agents;
use dialoq::nn::adam::{Adam, Rates, clip, squares};
use dialoq::nn::dense::{Activation, Rows};
use dialoq::nn::gemm::{Matrix, gemm, kernel};
use dialoq::nn::initial::Initial;
use dialoq::nn::loss::huber_backward;
use dialoq::nn::mlp::{Head, Mlp, Pass, Single};
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::timeline::Limit;
use dialoq::world::env::Feature;

use crate::{SEED, median, seconds, spec, world};

const INPUTS: usize = 64;
const ACTIVE: usize = 12;
const HIDDEN: [usize; 2] = [128, 128];
const ACTS: usize = 8;
const BATCH: usize = 64;
const ROUNDS: usize = 15;

/// Microseconds of one call, median of rounds.
fn each(calls: usize, mut work: impl FnMut()) -> f64 {
    median((0..ROUNDS).map(|_| seconds(|| (0..calls).for_each(|_| work())).0 * 1e6 / calls as f64).collect())
}

/// Rows of one-hot features, as dialogues have them: some of 64 are 1.
fn rows() -> Rows {
    let mut rows = Rows::default();
    for b in 0..BATCH as u64 {
        let mut dice = Dice::at(Key::new(SEED, Stream::Words), b);
        let part = (INPUTS / ACTIVE) as u32;
        let row: Vec<Feature> = (0..ACTIVE as u32).map(|k| Feature { at: k * part + dice.below(part), value: 1.0 }).collect();
        rows.push(&row);
    }
    rows
}

fn sgemm(n: usize) -> f64 {
    let (a, b, mut c) = (vec![1.0_f32; n * n], vec![0.5_f32; n * n], vec![0.0_f32; n * n]);
    let micros = each((200_000_000 / (n * n * n)).max(1), || gemm(Matrix::new(&a, n, n), Matrix::new(&b, n, n), 0.0, &mut c));
    2.0 * (n * n * n) as f64 / micros * 1e-3
}

/// Multiplications and additions of an update: Q and Q̂ forward, the gradients of weights and of hidden outputs, in thousands.
fn work() -> f64 {
    let [h1, h2] = HIDDEN;
    let (first, rest) = (ACTIVE * h1, h1 * h2 + h2 * ACTS);
    2.0 * (BATCH * (3 * first + 4 * rest)) as f64 * 1e-3
}

pub fn networks() {
    let gflops = sgemm(512);
    println!("networks: {INPUTS} features, {ACTIVE} of them not 0, {HIDDEN:?} hidden, {ACTS} acts; kernel {}", kernel());
    println!("  sgemm 512 × 512 × 512: {gflops:.1} GFLOP/s; 128 × 128 × 128: {:.1} GFLOP/s", sgemm(128));
    let network = Mlp::new(INPUTS, &HIDDEN, ACTS, Activation::Relu, Head::Plain);
    let mut online: Vec<f32> = network.fresh(Initial::He, 1.0, Key::new(SEED, Stream::Init));
    let target = online.clone();
    let (states, nexts) = (rows(), rows());
    let (mut q, mut promised) = (Pass::new(&network, BATCH), Pass::new(&network, BATCH));
    let (mut adam, mut gradient) = (Adam::new(online.len()), vec![0.0; online.len()]);
    let update = each(100, || {
        network.forward(&online, &states, &mut q);
        network.forward(&target, &nexts, &mut promised);
        q.error().fill(0.0);
        for b in 0..BATCH {
            let next = promised.row(b).iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let delta = 0.9 * next - 0.1 - q.row(b)[b % ACTS];
            q.error()[b * ACTS + b % ACTS] = huber_backward(delta, 1.0) / BATCH as f32;
        }
        network.backward(&online, &states, &mut q, &mut gradient);
        adam.step(&mut online, &gradient, clip(squares(&gradient).sqrt(), 10.0), &Rates::of(1e-4));
    });
    let forward = each(100, || network.forward(&online, &states, &mut q));
    let backward = each(100, || network.backward(&online, &states, &mut q, &mut gradient));
    let step = each(100, || adam.step(&mut online, &gradient, 1.0, &Rates::of(1e-4)));
    let mut single = Single::new(&network);
    let mut sum = 0.0;
    let one = each(2_000, || sum += network.one(&online, states.row(3), &mut single)[0]);
    assert!(sum.is_finite());
    let reached = work() / update;
    println!(
        "  one update, batch {BATCH}, Adam: {update:.1} µs ({:.1} µs at 100 GFLOP/s of sgemm), {reached:.1} GFLOP/s, {:.0} % of the sgemm",
        update * gflops / 100.0,
        100.0 * reached / gflops
    );
    println!("    of it: forward {forward:.1} µs twice, backward {backward:.1} µs, Adam {step:.1} µs");
    println!("  one greedy forward: {one:.2} µs");
    for (scenario, dialogues) in [("customer-service", 500), ("virtual-assistant", 500)] {
        let mut run = agents::start(world(scenario), &spec(scenario, "dqn")).unwrap();
        run.advance(Limit::dialogues(100));
        let turns = run.now().0;
        let took = seconds(|| run.advance(Limit::dialogues(dialogues))).0;
        println!(
            "  dqn on {scenario}, complete, defaults: {:.0} dialogues/s, {:.1} µs a turn",
            dialogues as f64 / took,
            took * 1e6 / (run.now().0 - turns) as f64
        );
    }
}
