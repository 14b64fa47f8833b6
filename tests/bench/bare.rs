//! The bare loop that full speed is held against: Q-learning over the same compiled tables with the same dice, masks and tie rule,
//! the row's maximum cached after each update, nothing else. Honestly made fast: this file alone may use `unsafe`.
#![allow(unsafe_code)]

use dialoq::num::dice::{Dice, Key, Stream, scale};
use dialoq::num::lanes::{best, put};
use dialoq::world::World;
use dialoq::world::env::{ActionId, Env};

const ALPHA: f32 = 0.1;
const GAMMA: f32 = 0.95;
const EPSILON_BOUND: u64 = (0.1 * 4_294_967_296.0) as u64;
const WIDTH: usize = 16;

#[derive(Clone, Copy)]
struct Best {
    max: f32,
    acts: u32,
}

#[inline(always)]
fn pick(mut mask: u32, bits: u64) -> u32 {
    for _ in 0..scale(bits, mask.count_ones()) {
        mask &= mask - 1;
    }
    mask.trailing_zeros()
}

#[inline(always)]
fn choose(greedy: u32, legal: u32, draw: u64) -> u32 {
    if draw >> 32 < EPSILON_BOUND {
        pick(legal, draw & 0xffff_ffff)
    } else if greedy.is_power_of_two() {
        greedy.trailing_zeros()
    } else {
        pick(greedy, draw & 0xffff_ffff)
    }
}

fn fresh_rows(world: &World) -> Vec<[f32; WIDTH]> {
    let row = |legal: u64| std::array::from_fn(|a| if legal >> a & 1 == 1 { 0.0 } else { f32::NEG_INFINITY });
    world.tables().masks().iter().map(|legal| row(*legal)).collect()
}

/// The bits of Q after `turns`.
pub fn eager_row_cache(world: &World, seed: u64, turns: u64) -> Vec<u32> {
    let (rows, cells, shift) = world.tables().parts();
    assert_eq!(1 << shift, WIDTH, "the bare loop is made for rows of 16");
    let legal = world.tables().masks();
    let (world_key, agent_key) = (Key::new(seed, Stream::World), Key::new(seed, Stream::Agent));
    let limit = world.turn_limit();
    let mut q = fresh_rows(world);
    let mut cache: Vec<Best> = q.iter().map(|row| best(row)).map(|(max, acts)| Best { max, acts: acts as u32 }).collect();
    let (mut dialogue, mut turn) = (0, 0);
    let mut state = world.open(&mut Dice::at_turn(world_key, 0, 0)) as usize;
    let mut act = choose(cache[state].acts, legal[state] as u32, Dice::at(agent_key, u64::MAX >> 6).draw()) as usize;
    for tick in 0..turns {
        let draw = Dice::at_turn(world_key, dialogue, turn + 1).draw();
        let mut dice = Dice::at(agent_key, tick);
        // SAFETY: states and acts come from the tables themselves, whose rows and cells were built for them.
        unsafe {
            let row = rows.get_unchecked(state << shift | act);
            let cell = cells.get_unchecked((row.first + scale(draw >> 32, row.len)) as usize);
            let o = if draw & 0xffff_ffff < cell.threshold { cell.here.open() } else { cell.other.open() };
            turn += 1;
            let next = o.next as usize;
            let promise = if o.closed { 0.0 } else { cache.get_unchecked(next).max };
            let row = q.get_unchecked_mut(state);
            let before = *row.get_unchecked(act);
            let after = before + ALPHA * ((o.reward + GAMMA * promise) - before);
            let (max, acts) = put(row, act, after);
            *cache.get_unchecked_mut(state) = Best { max, acts: acts as u32 };
            if o.closed || turn >= limit {
                dialogue += 1;
                turn = 0;
                state = world.open(&mut Dice::at_turn(world_key, dialogue, 0)) as usize;
            } else {
                state = next;
            }
            act = choose(cache.get_unchecked(state).acts, *legal.get_unchecked(state) as u32, dice.draw()) as usize;
        }
    }
    q.iter().flatten().map(|x| x.to_bits()).collect()
}

/// What one would write first: f64, bounds checked, the row scanned once for the choice and once for the target.
pub fn two_scans(world: &World, seed: u64, turns: u64) -> f64 {
    let actions = world.actions() as usize;
    let (world_key, agent_key) = (Key::new(seed, Stream::World), Key::new(seed, Stream::Agent));
    let mut q: Vec<Vec<f64>> = vec![vec![0.0; actions]; world.states().unwrap() as usize];
    let max = |row: &[f64], legal: u64| {
        row.iter().enumerate().filter(|(a, _)| legal >> a & 1 == 1).map(|(_, q)| *q).fold(f64::NEG_INFINITY, f64::max)
    };
    let choose = |row: &[f64], legal: u64, dice: &mut Dice| {
        let draw = dice.draw();
        let from: u64 = if draw >> 32 < EPSILON_BOUND {
            legal
        } else {
            let best = max(row, legal);
            (0..row.len()).filter(|a| legal >> a & 1 == 1 && row[*a] == best).fold(0, |m, a| m | 1 << a)
        };
        pick(from as u32, draw & 0xffff_ffff) as usize
    };
    let (mut dialogue, mut turn) = (0, 0);
    let mut state = world.open(&mut Dice::at_turn(world_key, 0, 0));
    let mut act = choose(&q[state as usize], world.legal(state), &mut Dice::at(agent_key, u64::MAX >> 6));
    for tick in 0..turns {
        let o = world.step(state, ActionId(act as u8), &mut Dice::at_turn(world_key, dialogue, turn + 1));
        turn += 1;
        let promise = if o.closed { 0.0 } else { max(&q[o.next as usize], world.legal(o.next)) };
        let cell = &mut q[state as usize][act];
        *cell += f64::from(ALPHA) * (f64::from(o.reward) + f64::from(GAMMA) * promise - *cell);
        state = o.next;
        if o.closed || turn >= world.turn_limit() {
            dialogue += 1;
            turn = 0;
            state = world.open(&mut Dice::at_turn(world_key, dialogue, 0));
        }
        act = choose(&q[state as usize], world.legal(state), &mut Dice::at(agent_key, tick));
    }
    q[0][0]
}
