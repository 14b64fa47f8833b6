//! Dyna-Q: after each turn it imagines n more: pairs that it has tried, each with an outcome drawn from all that it led to.
//! Q(s,a) ← Q(s,a) + α (r + γ max Q(s′,·) − Q(s,a)), for the turn and then n times from the model. Dyna-Q+ adds κ √τ to the
//! imagined reward of a pair not tried for τ turns, so that a changed world is noticed.
//! Source: Sutton 1990; Sutton & Barto 2018, §8.2 and 8.3 (there acts never tried are imagined too).

use super::base::Base;
use super::knobs::{COUNT, KNOBS};
use super::model::Model;
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD, Strategy, Tabular};
use crate::fields;
use crate::learn::agent::{Term, Transition};
use crate::learn::inside::{Inside, Plan, Trace};
use crate::learn::knob::{Knob, KnobKind, Settings, join};
use crate::learn::probe::Probe;
use crate::num::dice::{Dice, scale};
use crate::world::env::{ActionId, End, Shape};

const PLANNING: usize = COUNT;
const KAPPA: usize = COUNT + 1;

pub const PLANNING_KNOB: Knob = Knob {
    name: "planning",
    symbol: "n",
    kind: KnobKind::Count { min: 0.0, max: 1000.0 },
    default: 5.0,
    unit: "updates",
    live: true,
    meaning: "Updates from the model after each turn; 0 is plain Q-learning.",
};

const ALL: [Knob; COUNT + 2] = join(&[
    KNOBS,
    &[
        PLANNING_KNOB,
        Knob {
            name: "kappa",
            symbol: "κ",
            kind: KnobKind::Real { min: 0.0, max: 10.0, log: false },
            default: 0.0,
            unit: "return",
            live: true,
            meaning: "Dyna-Q+: the bonus for an act not tried for τ turns is κ √τ; above 0, what was long left alone is tried again.",
        },
    ],
]);

pub const NEXT: Term = Term { name: "next", symbol: "max Q(s′,·)", meaning: "the best that the next state promises" };

/// The last planned updates, to be looked at.
const SHOWN: usize = 16;

#[derive(Clone)]
pub struct Imagined {
    keys: Vec<u64>,
    acts: Vec<u8>,
    deltas: Vec<f32>,
    pub count: u64,
}

fields!(Imagined { keys, acts, deltas, count });

impl Default for Imagined {
    fn default() -> Imagined {
        Imagined { keys: vec![0; SHOWN], acts: vec![0; SHOWN], deltas: vec![0.0; SHOWN], count: 0 }
    }
}

impl Imagined {
    #[inline(always)]
    pub fn push(&mut self, key: u64, act: ActionId, delta: f32) {
        let at = self.count as usize % SHOWN;
        (self.keys[at], self.acts[at], self.deltas[at]) = (key, act.0, delta);
        self.count += 1;
    }

    /// Latest first.
    pub fn list(&self, most: usize) -> Vec<Trace> {
        let shown = self.count.min(SHOWN as u64).min(most as u64);
        let at = |back: u64| ((self.count - 1 - back) % SHOWN as u64) as usize;
        (0..shown).map(at).map(|i| Trace { key: self.keys[i], act: self.acts[i], value: self.deltas[i] }).collect()
    }
}

#[derive(Clone)]
pub struct Dreaming {
    model: Model,
    imagined: Imagined,
    /// Turns so far.
    now: u64,
    planning: u64,
    kappa: f32,
}

fields!(Dreaming { model, imagined, now });

pub type DynaQ = Tabular<Dreaming>;

impl Dreaming {
    #[inline(always)]
    fn learn<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed { 0.0 } else { base.table.max(t.to.key) };
        base.learn(t, next, probe);
        self.now += 1;
        self.model.observe(t, self.now, dice);
        let key = dice.key();
        for i in 0..self.planning {
            self.imagine(base, Dice::at(key, i).draw(), probe);
        }
    }

    #[inline(always)]
    fn imagine<P: Probe>(&mut self, base: &mut Base, draw: u64, probe: &mut P) {
        let at = scale(draw >> 32, self.model.len() as u32) as usize;
        let (pair, outcome) = (self.model.pair(at), self.model.sample(at, draw & 0xffff_ffff));
        let bonus = if self.kappa > 0.0 { self.kappa * ((self.now - pair.tried) as f32).sqrt() } else { 0.0 };
        let next = if outcome.closed() { 0.0 } else { base.table.max(outcome.next) };
        let target = outcome.reward + bonus + base.gamma * next;
        let delta = base.update(pair.key, ActionId(pair.act), target, probe);
        self.imagined.push(pair.key, ActionId(pair.act), delta);
    }
}

impl Strategy for Dreaming {
    const NAME: &'static str = "dyna-q";
    const ABOUT: &'static str = "Q-learning that also learns from turns it imagines, by a model of what it has seen";
    const TERMS: &'static [Term] = &[NEW, Q, ALPHA, REWARD, GAMMA, NEXT, DELTA];
    const KNOBS: &'static [Knob] = &ALL;
    const ON_POLICY: bool = false;

    fn new(shape: &Shape, _: &Base) -> Self {
        Dreaming { model: Model::new(shape, false), imagined: Imagined::default(), now: 0, planning: 0, kappa: 0.0 }
    }

    fn settle(&mut self, settings: &Settings) {
        self.planning = settings.0[PLANNING] as u64;
        self.kappa = settings.0[KAPPA] as f32;
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.learn(base, t, dice, probe);
        base.choose(t.to, dice)
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.learn(base, t, dice, probe);
    }

    fn inside(&self, _: &Base, most: usize) -> Inside {
        let plan = Plan {
            pairs: self.model.len() as u64,
            outcomes: self.model.outcome_count(),
            planned: self.imagined.count,
            queue: Vec::new(),
            last: self.imagined.list(most),
        };
        Inside { plan: Some(plan), ..Inside::default() }
    }

    fn cost(&self, _: &Base) -> u64 {
        2 + self.planning
    }
}
