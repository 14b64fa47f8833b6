//! Planning agents against their own bare loops: the same tables, dice and numbers of updates, and nothing else. Counted per update,
//! real ones and planned ones together.

use dialoq::agents;
use dialoq::num::dice::{Dice, Key, Stream, scale};
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::{ActionId, Env};

use super::{SEED, median, seconds, spec, world};

const TURNS: u64 = 1_000_000;
const ROUNDS: usize = 5;
const PLANNING: u64 = 5;
const ALPHA: f32 = 0.1;
const GAMMA: f32 = 0.95;
const EPSILON_BOUND: u64 = (0.1 * 4_294_967_296.0) as u64;

/// Q by state and act, −∞ where illegal, with each row's maximum.
struct Rows {
    q: Vec<f32>,
    max: Vec<f32>,
    acts: usize,
}

impl Rows {
    fn new(world: &World) -> Rows {
        let acts = world.shape().actions as usize;
        let legal = world.tables().masks();
        let cell = |mask: &u64, a: usize| if mask >> a & 1 == 1 { 0.0 } else { f32::NEG_INFINITY };
        let q = legal.iter().flat_map(|mask| (0..acts).map(move |a| cell(mask, a))).collect();
        Rows { q, max: vec![0.0; legal.len()], acts }
    }

    fn row(&self, state: u32) -> &[f32] {
        &self.q[state as usize * self.acts..(state as usize + 1) * self.acts]
    }

    fn nudge(&mut self, state: u32, act: u8, target: f32) {
        let cell = state as usize * self.acts + usize::from(act);
        self.q[cell] += ALPHA * (target - self.q[cell]);
        self.max[state as usize] = self.row(state).iter().copied().fold(f32::NEG_INFINITY, f32::max);
    }

    fn choose(&self, state: u32, legal: u64, draw: u64) -> u8 {
        let best = self.max[state as usize];
        let of = |a: usize, q: f32| if q >= best { 1_u64 << a } else { 0 };
        let greedy = self.row(state).iter().enumerate().fold(0, |mask, (a, q)| mask | of(a, *q));
        let mut mask = if draw >> 32 < EPSILON_BOUND { legal } else { greedy };
        for _ in 0..scale(draw & 0xffff_ffff, mask.count_ones()) {
            mask &= mask - 1;
        }
        mask.trailing_zeros() as u8
    }
}

/// What a pair led to, and how often.
#[derive(Default)]
struct Pair {
    state: u32,
    act: u8,
    total: u32,
    outcomes: Vec<(u32, f32, bool, u32)>,
}

/// Dyna-Q as one would write it for speed.
fn bare_dyna(world: &World, turns: u64) -> f32 {
    let (world_key, agent_key) = (Key::new(SEED, Stream::World), Key::new(SEED, Stream::Agent));
    let mut rows = Rows::new(world);
    let mut places = vec![u32::MAX; rows.q.len()];
    let mut pairs: Vec<Pair> = Vec::new();
    let (mut dialogue, mut turn) = (0, 0);
    let mut state = world.open(&mut Dice::at_turn(world_key, 0, 0));
    let mut act = rows.choose(state, world.legal(state), Dice::at(agent_key, u64::MAX >> 6).draw());
    for tick in 0..turns {
        let mut dice = Dice::at(agent_key, tick);
        let o = world.step(state, ActionId(act), &mut Dice::at_turn(world_key, dialogue, turn + 1));
        turn += 1;
        rows.nudge(state, act, o.reward + if o.closed { 0.0 } else { GAMMA * rows.max[o.next as usize] });
        let place = &mut places[state as usize * rows.acts + usize::from(act)];
        if *place == u32::MAX {
            *place = pairs.len() as u32;
            pairs.push(Pair { state, act, ..Pair::default() });
        }
        let pair = &mut pairs[*place as usize];
        pair.total += 1;
        match pair.outcomes.iter_mut().find(|k| (k.0, k.1.to_bits(), k.2) == (o.next, o.reward.to_bits(), o.closed)) {
            Some(known) => known.3 += 1,
            None => pair.outcomes.push((o.next, o.reward, o.closed, 1)),
        }
        let key = dice.key();
        for i in 0..PLANNING {
            let draw = Dice::at(key, i).draw();
            let pair = &pairs[scale(draw >> 32, pairs.len() as u32) as usize];
            let mut rest = scale(draw & 0xffff_ffff, pair.total);
            for (next, reward, closed, count) in &pair.outcomes {
                if rest < *count {
                    rows.nudge(pair.state, pair.act, reward + if *closed { 0.0 } else { GAMMA * rows.max[*next as usize] });
                    break;
                }
                rest -= count;
            }
        }
        state = o.next;
        if o.closed || turn >= world.turn_limit() {
            (dialogue, turn) = (dialogue + 1, 0);
            state = world.open(&mut Dice::at_turn(world_key, dialogue, 0));
        }
        act = rows.choose(state, world.legal(state), dice.draw());
    }
    rows.max[0]
}

pub fn planning() {
    let world = world("customer-service");
    let mut bare = Vec::new();
    let agents = ["dyna-q", "prioritized-sweeping", "actor-critic"];
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        bare.push(seconds(|| bare_dyna(&world, TURNS)).0);
        for (agent, times) in agents.iter().zip(&mut times) {
            let mut run = agents::start(world.clone(), &spec("customer-service", agent)).unwrap();
            times.push(seconds(|| run.advance(Limit::ticks(TURNS))).0);
        }
    }
    let bare = median(bare);
    let updates = (TURNS * (1 + PLANNING)) as f64;
    println!("planning on customer-service, {} M turns, one thread, median of {ROUNDS}", TURNS / 1_000_000);
    println!("  {:28} {:6.1} M updates/s", "Dyna-Q, bare loop, n = 5", updates / bare / 1e6);
    let dyna = median(times[0].clone());
    println!("  {:28} {:6.1} M updates/s  {:4.0} % of the bare loop", "dyna-q, complete", updates / dyna / 1e6, 100.0 * bare / dyna);
    for (agent, times) in agents.iter().zip(times).skip(1) {
        println!("  {:28} {:6.2} M turns/s", format!("{agent}, complete"), TURNS as f64 / median(times) / 1e6);
    }
}
