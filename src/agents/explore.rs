//! ε-greedy among legal acts, ties broken at random, ε constant or decaying with the dialogues.
//! One draw serves the whole choice: its high half decides, its low half picks.

use crate::fields;
use crate::num::dice::{Dice, scale};
use crate::world::env::ActionId;

pub const SCHEDULES: &[&str] = &["constant", "linear", "exponential"];

/// How ε moves with the dialogue number.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Position in `SCHEDULES`.
    pub kind: u8,
    pub from: f64,
    pub to: f64,
    /// Linear: dialogues until `to` is reached. Exponential: dialogues in which the distance to `to` halves.
    pub dialogues: f64,
}

impl Schedule {
    pub fn at(&self, dialogue: u64) -> f64 {
        let share = dialogue as f64 / self.dialogues;
        match self.kind {
            0 => self.from,
            1 => self.from + (self.to - self.from) * share.min(1.0),
            _ => self.to + (self.from - self.to) * libm::exp2(-share),
        }
    }
}

/// ε in force, as a bound on the draw's high half.
#[derive(Clone, Debug, Default)]
pub struct EpsilonGreedy {
    bound: u64,
}

fields!(EpsilonGreedy { bound });

impl EpsilonGreedy {
    pub fn set(&mut self, epsilon: f64) {
        self.bound = (epsilon * 4_294_967_296.0) as u64;
    }

    pub fn epsilon(&self) -> f64 {
        self.bound as f64 / 4_294_967_296.0
    }

    /// `greedy` and `legal` are masks, `legal` not 0. A row that is no longer finite has no greedy act among the legal ones;
    /// it must still be chosen from until the slice ends and the fault is found.
    #[inline(always)]
    pub fn choose(&self, greedy: u64, legal: u64, dice: &mut Dice) -> ActionId {
        let draw = dice.draw();
        let greedy = if greedy & legal == 0 { legal } else { greedy & legal };
        if draw >> 32 < self.bound {
            pick(legal, draw & 0xffff_ffff)
        } else if greedy.is_power_of_two() {
            ActionId(greedy.trailing_zeros() as u8)
        } else {
            pick(greedy, draw & 0xffff_ffff)
        }
    }

    /// Probability of each act.
    pub fn probabilities(&self, greedy: u64, legal: u64, out: &mut [f32]) {
        let epsilon = self.epsilon();
        for (a, p) in out.iter_mut().enumerate() {
            let of = |mask: u64, weight: f64| {
                if mask >> a & 1 == 1 { weight / f64::from(mask.count_ones()) } else { 0.0 }
            };
            *p = (of(greedy, 1.0 - epsilon) + of(legal, epsilon)) as f32;
        }
    }
}

/// A set bit of the mask, uniformly by 32 random bits.
#[inline(always)]
pub fn pick(mut mask: u64, bits: u64) -> ActionId {
    for _ in 0..scale(bits, mask.count_ones()) {
        mask &= mask - 1;
    }
    ActionId(mask.trailing_zeros() as u8)
}
