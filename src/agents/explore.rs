//! Exploration: ε-greedy, softmax and upper confidence bounds, among legal acts, ties broken at random.
//! The usual way, one ε for all states, takes one draw for the whole choice: its high half decides, its low half picks.
//! Source: Sutton & Barto 2018, §2.2, §2.7 (UCB), §2.8 (softmax); Auer et al. 2002.

use crate::fields;
use crate::learn::agent::Count;
use crate::num::dice::{Dice, scale};
use crate::world::env::ActionId;

/// How ε moves with the dialogues.
pub const SCHEDULES: &[&str] = &["constant", "linear", "exponential"];
/// The same, or with the updates of a state.
pub const SCHEDULES_AND_VISITS: &[&str] = &["constant", "linear", "exponential", "visits"];
const BY_VISITS: u8 = 3;

pub const WAYS: &[&str] = &["epsilon-greedy", "softmax", "ucb"];
const EPSILON_GREEDY: u8 = 0;
const SOFTMAX: u8 = 1;

/// How a number moves with the dialogues.
#[derive(Clone, Copy, Debug, Default)]
pub struct Schedule {
    /// Position in `SCHEDULES`; any other is constant here.
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
            1 => self.from + (self.to - self.from) * share.min(1.0),
            2 => self.to + (self.from - self.to) * libm::exp2(-share),
            _ => self.from,
        }
    }

    /// Whether it is another number in another dialogue.
    pub fn moves(&self) -> bool {
        matches!(self.kind, 1 | 2)
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
        mix(self.epsilon(), greedy, legal, |a, p| {
            if let Some(slot) = out.get_mut(a) {
                *slot = p as f32;
            }
        });
    }
}

/// (1 − ε) shared by the greedy acts and ε by all, act by act.
fn mix(epsilon: f64, greedy: u64, legal: u64, mut each: impl FnMut(usize, f64)) {
    for a in 0..64 {
        let of = |mask: u64, weight: f64| {
            if mask >> a & 1 == 1 { weight / f64::from(mask.count_ones()) } else { 0.0 }
        };
        each(a, of(greedy, 1.0 - epsilon) + of(legal, epsilon));
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

/// What a choice is made from.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Mask of the legal acts; never 0.
    pub legal: u64,
    /// Mask of those with the largest value.
    pub greedy: u64,
    pub values: &'a [f32],
    /// Updates of each act so far; empty where they are not counted.
    pub counts: &'a [Count],
}

impl Row<'_> {
    pub fn acts(&self) -> impl Iterator<Item = usize> + use<> {
        let legal = self.legal;
        (0..64).filter(move |a| legal >> a & 1 == 1)
    }

    fn visits(&self, act: usize) -> f64 {
        self.counts.get(act).map_or(0.0, |n| f64::from(n.visits))
    }
}

/// How an agent explores, as its settings say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// Position in `WAYS`.
    pub way: u8,
    pub epsilon: Schedule,
    pub temperature: Schedule,
    /// Updates of a state after which what moves with them is half-way.
    pub visits: f64,
    /// Weight of what is little known, for upper confidence bounds.
    pub c: f64,
}

#[derive(Clone, Debug, Default)]
pub struct Explore {
    epsilon: EpsilonGreedy,
    /// τ in force.
    temperature: f64,
    /// That of the last choice, where it differs from state to state.
    rate: f32,
    plan: Plan,
    /// One ε for all states.
    usual: bool,
}

fields!(Explore { epsilon, temperature, rate });

impl Explore {
    /// Takes over another plan; the numbers in force stay until `begin`.
    pub fn settle(&mut self, plan: Plan) {
        self.usual = plan.way == EPSILON_GREEDY && plan.epsilon.kind != BY_VISITS;
        self.plan = plan;
    }

    /// Whether a number of it is another one in another dialogue.
    pub fn moves(&self) -> bool {
        self.plan.epsilon.moves() || self.plan.temperature.moves()
    }

    pub fn begin(&mut self, dialogue: u64) {
        self.epsilon.set(self.plan.epsilon.at(dialogue));
        self.temperature = self.plan.temperature.at(dialogue);
    }

    /// One ε for all states, where that is the plan.
    #[inline(always)]
    pub fn usual(&self) -> Option<&EpsilonGreedy> {
        self.usual.then_some(&self.epsilon)
    }

    /// ε as the dialogue's number gives it.
    pub fn epsilon(&self) -> f64 {
        self.epsilon.epsilon()
    }

    /// τ as the dialogue's number gives it.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The exploration rate in force; by states, the chance of the last choice to be of an act that is not greedy.
    pub fn rate(&self) -> f32 {
        if self.usual { self.epsilon.epsilon() as f32 } else { self.rate }
    }

    /// An act of a policy, and the rate that it was drawn with.
    pub fn draw(&mut self, policy: &[f64; 64], greedy: u64, dice: &mut Dice) -> ActionId {
        let chance: f64 = policy.iter().enumerate().filter(|(a, _)| greedy >> a & 1 == 1).map(|(_, p)| *p).sum();
        self.rate = (1.0 - chance).max(0.0) as f32;
        ActionId(dice.weighted(policy.iter().copied()).expect("a legal act has a chance") as u8)
    }

    /// π(a|s).
    pub fn policy(&self, row: Row<'_>) -> [f64; 64] {
        let mut policy = [0.0; 64];
        // What moves with the updates of a state has come half-way after `visits` of them.
        let updates: f64 = row.acts().map(|a| row.visits(a)).sum();
        let settled = |s: Schedule, now: f64| {
            if self.plan.epsilon.kind == BY_VISITS { s.to + (s.from - s.to) / (1.0 + updates / self.plan.visits) } else { now }
        };
        let weights = match self.plan.way {
            EPSILON_GREEDY => {
                let greedy = if row.greedy & row.legal == 0 { row.legal } else { row.greedy & row.legal };
                mix(settled(self.plan.epsilon, self.epsilon.epsilon()), greedy, row.legal, |a, p| policy[a] = p);
                return policy;
            }
            SOFTMAX => softmax(row, settled(self.plan.temperature, self.temperature)),
            _ => upper_bounds(row, updates, self.plan.c),
        };
        let total: f64 = weights.iter().sum();
        for a in row.acts() {
            // A row that is no longer finite is chosen from at random until the fault is found.
            policy[a] = if total.is_finite() && total > 0.0 { weights[a] / total } else { 1.0 / f64::from(row.legal.count_ones()) };
        }
        policy
    }
}

/// exp(Q(a) / τ), less what all have in common, so that nothing overflows.
fn softmax(row: Row<'_>, temperature: f64) -> [f64; 64] {
    let mut weights = [0.0; 64];
    let max = row.acts().map(|a| row.values[a]).fold(f32::NEG_INFINITY, f32::max);
    row.acts().for_each(|a| weights[a] = libm::exp((f64::from(row.values[a]) - f64::from(max)) / temperature));
    weights
}

/// 1 for the acts with the largest Q(a) + c √(ln N / N(a)); as long as there are any, for those never tried.
fn upper_bounds(row: Row<'_>, updates: f64, c: f64) -> [f64; 64] {
    let mut weights = [0.0; 64];
    if row.acts().any(|a| row.visits(a) == 0.0) {
        row.acts().for_each(|a| weights[a] = f64::from(row.visits(a) == 0.0));
        return weights;
    }
    let bound = |a: usize| f64::from(row.values[a]) + c * (libm::log(updates) / row.visits(a)).sqrt();
    let max = row.acts().map(bound).fold(f64::NEG_INFINITY, f64::max);
    row.acts().for_each(|a| weights[a] = f64::from(bound(a) == max));
    weights
}
