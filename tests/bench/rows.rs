//! What the bare loops of the tabular agents share: rows of values, the choice, the course of dialogues, and the comparison with
//! the complete agent. The loops must end with the agent's very bits.

use std::sync::Arc;

use dialoq::agents;
use dialoq::num::dice::{Dice, Key, Stream, scale};
use dialoq::num::lanes::{put, top};
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::{ActionId, Env};

use super::{SEED, holds, median, seconds, spec};

pub const ALPHA: f32 = 0.1;
pub const GAMMA: f32 = 0.95;
const EPSILON_BOUND: u64 = (0.1 * 4_294_967_296.0) as u64;
/// ε as the draw's bound makes it.
pub const EPSILON: f32 = (EPSILON_BOUND as f64 / 4_294_967_296.0) as f32;
pub const WIDTH: usize = 16;

pub type Row = [f32; WIDTH];

/// Zeros by state and act, −∞ where illegal.
pub fn fresh(world: &World) -> Vec<Row> {
    let row = |legal: &u64| std::array::from_fn(|a| if legal >> a & 1 == 1 { 0.0 } else { f32::NEG_INFINITY });
    world.tables().masks().iter().map(row).collect()
}

pub fn bits(rows: &[Row]) -> Vec<u32> {
    rows.iter().flatten().map(|x| x.to_bits()).collect()
}

#[inline(always)]
pub fn pick(mut mask: u64, bits: u64) -> usize {
    for _ in 0..scale(bits, mask.count_ones()) {
        mask &= mask - 1;
    }
    mask.trailing_zeros() as usize
}

/// ε-greedy.
#[inline(always)]
pub fn choose(greedy: u64, legal: u64, dice: &mut Dice) -> usize {
    let draw = dice.draw();
    if draw >> 32 < EPSILON_BOUND {
        pick(legal, draw & 0xffff_ffff)
    } else if greedy.is_power_of_two() {
        greedy.trailing_zeros() as usize
    } else {
        pick(greedy, draw & 0xffff_ffff)
    }
}

/// Q with each row's maximum and who has it.
#[derive(Clone)]
pub struct Rows {
    pub q: Vec<Row>,
    best: Vec<(f32, u64)>,
}

impl Rows {
    pub fn new(world: &World) -> Rows {
        let q = fresh(world);
        Rows { best: q.iter().map(top).collect(), q }
    }

    #[inline(always)]
    pub fn put(&mut self, state: usize, act: usize, value: f32) {
        self.best[state] = put(&mut self.q[state], act, value);
    }

    /// Q ← Q + α (target − Q); the error comes back.
    #[inline(always)]
    pub fn nudge(&mut self, state: usize, act: usize, target: f32, alpha: f32) -> f32 {
        let before = self.q[state][act];
        self.put(state, act, before + alpha * (target - before));
        target - before
    }

    #[inline(always)]
    pub fn max(&self, state: usize) -> f32 {
        self.best[state].0
    }

    #[inline(always)]
    pub fn greedy(&self, state: usize) -> u64 {
        self.best[state].1
    }
}

pub struct Turn {
    pub state: usize,
    pub act: usize,
    pub reward: f32,
    pub next: usize,
    /// Chosen for the next state, where the learner acts first and the dialogue did not close.
    pub next_act: usize,
    pub closed: bool,
    /// Closed or cut.
    pub over: bool,
}

/// What a bare loop does with a turn.
pub trait Learner {
    /// Whether the next act is chosen before the update, as in Sarsa.
    const ACT_FIRST: bool = false;
    fn begin(&mut self) {}
    fn choose(&mut self, state: usize, legal: u64, dice: &mut Dice) -> usize;
    fn learn(&mut self, t: &Turn, dice: &mut Dice);
    /// Of the table that the agent shows.
    fn bits(&self) -> Vec<u32>;
    /// Pairs corrected, where they are more than the turns.
    fn updates(&self) -> Option<u64> {
        None
    }
}

/// The course of dialogues: the same dice as the program's.
#[inline(always)]
pub fn drive<L: Learner>(world: &World, turns: u64, mut learner: L) -> L {
    let (world_key, agent_key) = (Key::new(SEED, Stream::World), Key::new(SEED, Stream::Agent));
    let (legal, limit) = (world.tables().masks(), world.turn_limit());
    let (mut dialogue, mut turn) = (0, 0);
    let mut state = world.open(&mut Dice::at_turn(world_key, 0, 0)) as usize;
    let mut act = learner.choose(state, legal[state], &mut Dice::at(agent_key, u64::MAX >> 6));
    for tick in 0..turns {
        let mut dice = Dice::at(agent_key, tick);
        let o = world.step(state as u32, ActionId(act as u8), &mut Dice::at_turn(world_key, dialogue, turn + 1));
        turn += 1;
        let next = o.next as usize;
        let next_act = if L::ACT_FIRST && !o.closed { learner.choose(next, legal[next], &mut dice) } else { 0 };
        let over = o.closed || turn >= limit;
        learner.learn(&Turn { state, act, reward: o.reward, next, next_act, closed: o.closed, over }, &mut dice);
        if over {
            (dialogue, turn) = (dialogue + 1, 0);
            state = world.open(&mut Dice::at_turn(world_key, dialogue, 0)) as usize;
            learner.begin();
            act = learner.choose(state, legal[state], &mut dice);
        } else {
            state = next;
            act = if L::ACT_FIRST { next_act } else { learner.choose(state, legal[state], &mut dice) };
        }
    }
    learner
}

/// Prints an agent's speed as a share of its own bare loop's. Pairs corrected are the same in both, so the share is one of updates too.
pub fn compare<L: Learner>(world: &Arc<World>, agent: &str, (turns, rounds): (u64, usize), bare: impl Fn(&World, u64) -> L) {
    let (mut bares, mut completes) = (Vec::new(), Vec::new());
    let (mut same, mut updates) = (false, None);
    for _ in 0..rounds {
        let (took, learner) = seconds(|| bare(world, turns));
        bares.push(took);
        let mut run = agents::start(world.clone(), &spec("customer-service", agent)).unwrap();
        completes.push(seconds(|| run.advance(Limit::ticks(turns))).0);
        same = holds(run.as_ref(), &learner.bits());
        updates = learner.updates();
    }
    let (bare, complete) = (median(bares), median(completes));
    let millions = |count: u64, took: f64| count as f64 / took / 1e6;
    let pairs = updates.map_or_else(String::new, |n| format!("  {:6.1} M updates/s", millions(n, complete)));
    println!(
        "  {agent:22} bare loop {:6.2}, complete {:6.2} M turns/s  {:4.0} % of its bare loop{pairs}",
        millions(turns, bare),
        millions(turns, complete),
        100.0 * bare / complete
    );
    assert!(same, "{agent}: the bare loop and the complete one must end with the same bits");
}
