//! What the agents with linear features share: weights, ε-greedy choice, their knobs and the semi-gradient update.
//! w(i,a) ← w(i,a) + α / n · δ xᵢ for the n features of s that are not 0, δ = r + γ · next − Q(s,a)
//! They differ in one number: what the next state is worth. With one feature for each state they are the table, bit for bit.
//! Source: Sutton & Barto 2018, eq. 10.1 and 10.2; α / n as in §9.5.4.

use std::marker::PhantomData;

use super::explore::{EpsilonGreedy, SCHEDULES, Schedule};
use super::linear_weights::{Linear, Row};
use super::{knobs, tabular};
use crate::learn::agent::{Agent, Count, Term, Transition, View};
use crate::learn::inside::{Gauge, Inside};
use crate::learn::knob::{Knob, KnobError, KnobKind, Settings, Tuned};
use crate::learn::probe::{Place, Probe};
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Feature, Shape};

const ALPHA: usize = 0;
const GAMMA: usize = 1;
const EPSILON: usize = 2;
const EPSILON_SCHEDULE: usize = 3;
const EPSILON_FINAL: usize = 4;
const EPSILON_DIALOGUES: usize = 5;
const INITIAL: usize = 6;

pub const KNOBS: &[Knob] = &[
    Knob {
        default: 0.2,
        meaning: "Step size: the share of the TD error that one update corrects, divided evenly among the state's features that are not 0.",
        ..knobs::KNOBS[knobs::ALPHA]
    },
    knobs::KNOBS[knobs::GAMMA],
    knobs::KNOBS[knobs::EPSILON],
    Knob { kind: KnobKind::Choice(SCHEDULES), ..knobs::KNOBS[knobs::EPSILON_SCHEDULE] },
    knobs::KNOBS[knobs::EPSILON_FINAL],
    knobs::KNOBS[knobs::EPSILON_DIALOGUES],
    Knob {
        name: "initial",
        symbol: "Q₀",
        kind: KnobKind::Real { min: -1000.0, max: 1000.0, log: false },
        default: 0.0,
        unit: "return",
        live: false,
        meaning: "Initial value of every act, spread evenly over the features: above what is possible, it makes a greedy agent try everything \
                  (optimism).",
    },
];

pub const RULE: &str = "{delta} ← {r} + {gamma} · {next} − {q}\n{change} ← {alpha} / {n} · {delta}\n{new} ← {q} + {change} · {norm}";

pub const NEW: Term = Term { name: "new", symbol: "Q(s,a)", meaning: "what the weights say now: the sum of w(i,a) xᵢ" };
pub const Q: Term = Term { name: "q", symbol: "Q(s,a)", meaning: "what the weights said before" };
pub const DELTA: Term = tabular::DELTA;
pub const REWARD: Term = tabular::REWARD;
pub const GAMMA_TERM: Term = tabular::GAMMA;
pub const ALPHA_TERM: Term = Term { name: "alpha", symbol: "α", meaning: "step size" };
pub const COUNT: Term = Term { name: "n", symbol: "n", meaning: "features of the state that are not 0" };
pub const CHANGE: Term = Term { name: "change", symbol: "Δw", meaning: "added, times xᵢ, to the weight of each of these features" };
pub const NORM: Term = Term { name: "norm", symbol: "Σ xᵢ²", meaning: "what the prediction moves by, for a change of 1" };

/// What an agent takes the next state to be worth.
pub trait Promise: Clone + Send + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    const TERMS: &'static [Term];
    const TUNED: &'static [Tuned];
    const ON_POLICY: bool;
    /// Whether the next act is chosen before the update (and enters it), as in Sarsa.
    const ACT_FIRST: bool;
    fn next(to: &Row, act: ActionId) -> f32;
}

#[derive(Clone, Debug)]
pub struct SemiGradient<B> {
    weights: Linear,
    explore: EpsilonGreedy,
    settings: Settings,
    alpha: f32,
    gamma: f32,
    surprise: f32,
    promise: PhantomData<B>,
}

impl<B> Fields for SemiGradient<B> {
    fn read(&self, to: &mut dyn Sink) {
        self.weights.read(to);
        self.explore.read(to);
        self.settings.0.read(to);
        self.surprise.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.weights.write(from)?;
        self.explore.write(from)?;
        self.settings.0.write(from)?;
        self.surprise.write(from)?;
        self.settle();
        Ok(())
    }
}

impl<B> SemiGradient<B> {
    fn settle(&mut self) {
        self.alpha = self.settings.0[ALPHA] as f32;
        self.gamma = self.settings.0[GAMMA] as f32;
    }

    fn schedule(&self) -> Schedule {
        let s = &self.settings.0;
        Schedule { kind: s[EPSILON_SCHEDULE] as u8, from: s[EPSILON], to: s[EPSILON_FINAL], dialogues: s[EPSILON_DIALOGUES] }
    }

    #[inline(always)]
    fn choose(&self, row: &Row, dice: &mut Dice) -> ActionId {
        self.explore.choose(row.greedy, row.legal, dice)
    }

    #[inline(always)]
    fn learn<P: Probe>(&mut self, t: &Transition<'_>, next: f32, probe: &mut P) {
        let x = t.from.features;
        let q = self.weights.q(x, t.act);
        let delta = t.reward + self.gamma * next - q;
        let n = x.len().max(1) as f32;
        let change = self.alpha / n * delta;
        self.weights.nudge(x, t.act, change);
        self.surprise = delta.abs();
        if P::ON {
            let new = self.weights.q(x, t.act);
            let norm: f32 = x.iter().map(|f: &Feature| f.value * f.value).sum();
            let terms = [("q", q), ("alpha", self.alpha), ("r", t.reward), ("gamma", self.gamma), ("next", next)];
            let more = [("delta", delta), ("n", n), ("change", change), ("norm", norm), ("new", new)];
            terms.into_iter().chain(more).for_each(|(name, value)| probe.term(name, value));
            probe.write(Place { row: t.from.key, column: u32::from(t.act.0) }, q, new);
        }
    }
}

impl<B: Promise> Agent for SemiGradient<B> {
    const NAME: &'static str = B::NAME;
    const ABOUT: &'static str = B::ABOUT;
    const RULE: &'static str = RULE;
    const TERMS: &'static [Term] = B::TERMS;
    const KNOBS: &'static [Knob] = KNOBS;
    const TUNED: &'static [Tuned] = B::TUNED;
    const ON_POLICY: bool = B::ON_POLICY;
    const FEATURES: bool = true;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        let mut agent = SemiGradient {
            weights: Linear::new(shape),
            explore: EpsilonGreedy::default(),
            settings: settings.clone(),
            alpha: 0.0,
            gamma: 0.0,
            surprise: 0.0,
            promise: PhantomData,
        };
        agent.settle();
        agent
    }

    #[inline(always)]
    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId {
        if dialogue == 0 || self.settings.0[EPSILON_SCHEDULE] != 0.0 {
            self.explore.set(self.schedule().at(dialogue));
        }
        if dialogue == 0 {
            self.weights.fill(at.features, self.settings.0[INITIAL] as f32);
        }
        self.choose(&self.weights.row(at.features, at.legal), dice)
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        let mut to = self.weights.row(t.to.features, t.to.legal);
        if B::ACT_FIRST {
            let act = self.choose(&to, dice);
            self.learn(t, B::next(&to, act), probe);
            act
        } else {
            self.learn(t, B::next(&to, t.act), probe);
            // The two states share features: the update has moved the next one's value too.
            self.weights.refresh(&mut to, t.to.features, t.act);
            self.choose(&to, dice)
        }
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed {
            0.0
        } else {
            let to = self.weights.row(t.to.features, t.to.legal);
            let act = if B::ACT_FIRST { self.choose(&to, dice) } else { t.act };
            B::next(&to, act)
        };
        self.learn(t, next, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        out.copy_from_slice(&self.weights.row(at.features, at.legal).values[..out.len()]);
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        self.explore.probabilities(self.weights.row(at.features, at.legal).greedy, at.legal, out);
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    #[inline(always)]
    fn surprise(&self) -> f32 {
        self.surprise
    }

    fn epsilon(&self) -> f32 {
        self.explore.epsilon() as f32
    }

    fn now(&self, knob: usize) -> f64 {
        if knob == EPSILON { self.explore.epsilon() } else { self.settings.0[knob] }
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn inside(&self, _: usize) -> Inside {
        let norm = Gauge {
            name: "weight norm",
            symbol: "‖w‖",
            unit: "return",
            meaning: "Length of the vector of all weights; one that grows without end shows that learning diverges.",
            value: self.weights.norm(),
            recent: Vec::new(),
        };
        Inside { gauges: vec![norm], weights: Some(self.weights.shown()), ..Inside::default() }
    }

    fn cost(&self) -> u64 {
        3
    }

    fn set(&mut self, knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError> {
        if !KNOBS[knob].live {
            return Err(KnobError::Fixed { name: KNOBS[knob].name, value: KNOBS[knob].show(value) });
        }
        self.settings.0[knob] = KNOBS[knob].check(value)?;
        self.settle();
        self.explore.set(self.schedule().at(dialogue));
        Ok(())
    }
}
