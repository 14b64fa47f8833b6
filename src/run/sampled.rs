//! A policy judged by dialogues played out, nobody learning: the only way where states cannot be listed.
//!
//! All policies judged with one key meet the same users (common random numbers), so that they differ by what they do.

use super::evaluate::Frozen;
use crate::num::dice::{Dice, Key, Stream};
use crate::num::stats::Moments;
use crate::world::World;
use crate::world::env::{ActionId, Env};

/// Dialogues that judge one policy.
pub const DIALOGUES: u64 = 500;
/// Whoever judges runs of any seed lets them meet these users.
const SEED: u64 = 0;

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Half its width.
    pub fn margin(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// What a policy got; value is discounted, the others are not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampled {
    pub dialogues: u64,
    pub value: Interval,
    pub return_: Interval,
    pub success: Interval,
    pub turns: Interval,
}

/// The dice of judges.
pub fn judges() -> Key {
    Key::new(SEED, Stream::Eval)
}

/// Plays dialogues; of the acts that `choose` allows in a state each is taken with equal chance.
pub fn play(world: &World, key: Key, gamma: f64, dialogues: u64, choose: &mut dyn FnMut(u32) -> u64) -> Sampled {
    let (users, ties) = (key.child(0), key.child(1));
    let [mut values, mut returns, mut lengths] = [(); 3].map(|()| Moments::default());
    let mut successes = 0;
    for dialogue in 0..dialogues {
        let mut state = world.open(&mut Dice::at_turn(users, dialogue, 0));
        let (mut value, mut return_, mut discount, mut turn) = (0.0, 0.0, 1.0, 0);
        loop {
            turn += 1;
            let chosen = choose(state);
            // A row that is no longer finite has no greedy act.
            let chosen = if chosen == 0 { world.legal(state) } else { chosen };
            let act = any(chosen, &mut Dice::at_turn(ties, dialogue, turn));
            let o = world.step(state, act, &mut Dice::at_turn(users, dialogue, turn));
            value += discount * f64::from(o.reward);
            return_ += f64::from(o.reward);
            discount *= gamma;
            state = o.next;
            if o.closed || turn >= world.turn_limit() {
                successes += u64::from(o.success);
                break;
            }
        }
        values.add(value);
        returns.add(return_);
        lengths.add(f64::from(turn));
    }
    let (value, return_, turns) = (around(&values), around(&returns), around(&lengths));
    Sampled { dialogues, value, return_, success: wilson(successes, dialogues), turns }
}

/// The greedy policy of a learner.
pub fn greedy(world: &World, key: Key, gamma: f64, dialogues: u64, policy: &mut Frozen) -> Sampled {
    play(world, key, gamma, dialogues, &mut |state| policy.greedy(state))
}

/// Acting uniformly at random.
pub fn random(world: &World, key: Key, gamma: f64, dialogues: u64) -> Sampled {
    play(world, key, gamma, dialogues, &mut |state| world.legal(state))
}

/// What a person who knows the trade would do; none where nobody does.
pub fn expert(world: &World, key: Key, gamma: f64, dialogues: u64) -> Option<Sampled> {
    let sight = world.shape().sight;
    let (start, _) = *world.start().first()?;
    sight.expert(u64::from(start))?;
    let act = |state: u32| sight.expert(u64::from(state)).map_or_else(|| world.legal(state), |act| 1 << act.0);
    Some(play(world, key, gamma, dialogues, &mut { act }))
}

/// One of the acts of a mask, each as likely.
fn any(mut mask: u64, dice: &mut Dice) -> ActionId {
    for _ in 0..dice.below(mask.count_ones()) {
        mask &= mask - 1;
    }
    ActionId(mask.trailing_zeros() as u8)
}

fn around(m: &Moments) -> Interval {
    let half = m.half_width_95();
    Interval { mean: m.mean, low: m.mean - half, high: m.mean + half }
}

/// A share's interval that also holds near 0 and 1, where the normal one shrinks to nothing.
/// Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
fn wilson(successes: u64, n: u64) -> Interval {
    let (n, z) = (n as f64, 1.959_963_984_540_054_f64);
    let p = successes as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Interval { mean: p, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}
