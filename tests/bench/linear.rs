//! Semi-gradient Q-learning with linear features against its own bare loop: the same world, dice, sums and tie rule, nothing else.

use dialoq::agents;
use dialoq::agents::explore::EpsilonGreedy;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::num::lanes::top;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::{Env, Feature};

use super::{ROUNDS, SEED, holds, median, seconds, spec, world};
const TURNS: u64 = 5_000_000;
const ALPHA: f32 = 0.2;
const GAMMA: f32 = 0.95;
const EPSILON: f64 = 0.1;
const WIDTH: usize = 16;

type Row = [f32; WIDTH];

/// Q of every act, its maximum and who has it.
fn values(w: &[Row], x: &[Feature], legal: u64) -> (f32, u64) {
    let mut sum = [0.0_f32; WIDTH];
    for f in x {
        for (sum, w) in sum.iter_mut().zip(&w[f.at as usize]) {
            *sum += w * f.value;
        }
    }
    for (a, sum) in sum.iter_mut().enumerate() {
        *sum = if legal >> a & 1 == 1 { *sum } else { f32::NEG_INFINITY };
    }
    top(&sum)
}

/// The bits of the weights after `turns`.
fn bare(world: &World, turns: u64) -> Vec<u32> {
    let (world_key, agent_key) = (Key::new(SEED, Stream::World), Key::new(SEED, Stream::Agent));
    let mut w: Vec<Row> = vec![[0.0; WIDTH]; world.shape().features as usize];
    let mut explore = EpsilonGreedy::default();
    explore.set(EPSILON);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let (mut dialogue, mut turn, limit) = (0, 0, world.turn_limit());
    let mut state = world.open(&mut Dice::at_turn(world_key, 0, 0));
    world.features(state, &mut x);
    let (_, greedy) = values(&w, &x, world.legal(state));
    let mut act = explore.choose(greedy, world.legal(state), &mut Dice::at(agent_key, u64::MAX >> 6));
    for tick in 0..turns {
        let o = world.step(state, act, &mut Dice::at_turn(world_key, dialogue, turn + 1));
        turn += 1;
        world.features(o.next, &mut y);
        let promise = if o.closed { 0.0 } else { values(&w, &y, world.legal(o.next)).0 };
        let q = x.iter().fold(0.0, |sum, f| sum + w[f.at as usize][act.index()] * f.value);
        let change = ALPHA / x.len() as f32 * (o.reward + GAMMA * promise - q);
        x.iter().for_each(|f| w[f.at as usize][act.index()] += change * f.value);
        if o.closed || turn >= limit {
            dialogue += 1;
            turn = 0;
            state = world.open(&mut Dice::at_turn(world_key, dialogue, 0));
            world.features(state, &mut x);
        } else {
            state = o.next;
            std::mem::swap(&mut x, &mut y);
        }
        let (_, greedy) = values(&w, &x, world.legal(state));
        act = explore.choose(greedy, world.legal(state), &mut Dice::at(agent_key, tick));
    }
    w.iter().flatten().map(|w| w.to_bits()).collect()
}

pub fn linear() {
    let world = world("customer-service");
    let (mut bares, mut complete, mut sarsas) = (Vec::new(), Vec::new(), Vec::new());
    let mut same = false;
    for _ in 0..ROUNDS {
        let (t, weights) = seconds(|| bare(&world, TURNS));
        bares.push(t);
        for (agent, times) in [("linear-q", &mut complete), ("linear-sarsa", &mut sarsas)] {
            let mut run = agents::start(world.clone(), &spec("customer-service", agent)).unwrap();
            times.push(seconds(|| run.advance(Limit::ticks(TURNS))).0);
            if agent == "linear-q" {
                same = holds(run.as_ref(), &weights);
            }
        }
    }
    println!("linear features on customer-service, {} M turns, one thread, median of {ROUNDS}", TURNS / 1_000_000);
    let loop_ = median(bares.clone());
    for (name, times) in [("bare loop", bares), ("linear-q, complete", complete), ("linear-sarsa, complete", sarsas)] {
        let t = median(times);
        println!("  {name:28} {:6.1} M turns/s  {:4.0} % of the bare loop", TURNS as f64 / t / 1e6, 100.0 * loop_ / t);
    }
    println!("  same weights' bits as the bare loop: {}", if same { "yes" } else { "NO" });
    assert!(same, "the bare loop and the complete one must end with the same bits");
}
