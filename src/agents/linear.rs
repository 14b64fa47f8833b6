//! What the agents with linear features share: weights, ε-greedy choice, their knobs and the semi-gradient update.
//! w(i,a) ← w(i,a) + α / n · δ xᵢ for the n features of s that are not 0, δ = r + γ · next − Q(s,a)
//! They differ in one number: what the next state is worth. With one feature for each state they are the table, bit for bit.
//! Source: Sutton & Barto 2018, eq. 10.1 and 10.2; α / n as in §9.5.4.

use std::marker::PhantomData;

use super::explore::{self, Explore, Plan, SCHEDULES, Schedule};
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
const ALPHA_SCHEDULE: usize = 7;
const ALPHA_FINAL: usize = 8;
const ALPHA_DIALOGUES: usize = 9;
const EXPLORATION: usize = 10;
const TEMPERATURE: usize = 11;
const TEMPERATURE_FINAL: usize = 12;

pub const KNOBS: &[Knob] = &[
    Knob {
        default: 0.2,
        meaning: "Step size: divided by the number of the state's features that are not 0, so that where these are 1 it is the share of the TD error that one update corrects.",
        ..knobs::KNOBS[knobs::ALPHA]
    },
    knobs::KNOBS[knobs::GAMMA],
    knobs::KNOBS[knobs::EPSILON],
    Knob {
        kind: KnobKind::Choice(SCHEDULES),
        meaning: "How ε (or τ) moves with the dialogues: not at all, in a straight line, or by halves.",
        ..knobs::KNOBS[knobs::EPSILON_SCHEDULE]
    },
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
    Knob {
        kind: KnobKind::Choice(SCHEDULES),
        meaning: "How α moves with the dialogues: not at all, in a straight line, or by halves.",
        ..knobs::KNOBS[knobs::ALPHA_SCHEDULE]
    },
    knobs::KNOBS[knobs::ALPHA_FINAL],
    knobs::KNOBS[knobs::ALPHA_DIALOGUES],
    Knob {
        // Upper confidence bounds need counts of what was tried, which features do not give.
        kind: KnobKind::Choice(&["epsilon-greedy", "softmax"]),
        meaning: "How acts are chosen: the greedy one or, with chance ε, any; or by exp(Q/τ).",
        ..knobs::KNOBS[knobs::EXPLORATION]
    },
    knobs::KNOBS[knobs::TEMPERATURE],
    knobs::KNOBS[knobs::TEMPERATURE_FINAL],
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

/// A state's values as exploration reads them.
fn choice(row: &Row) -> explore::Row<'_> {
    explore::Row { legal: row.legal, greedy: row.greedy, values: &row.values, counts: &[] }
}

#[derive(Clone, Debug)]
pub struct SemiGradient<B> {
    weights: Linear,
    explore: Explore,
    settings: Settings,
    /// α in force.
    alpha_now: f64,
    alpha: f32,
    gamma: f32,
    /// Whether anything moves with the dialogues.
    moving: bool,
    surprise: f32,
    promise: PhantomData<B>,
}

impl<B> Fields for SemiGradient<B> {
    fn read(&self, to: &mut dyn Sink) {
        self.weights.read(to);
        self.explore.read(to);
        self.settings.0.read(to);
        self.alpha_now.read(to);
        self.surprise.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.weights.write(from)?;
        self.explore.write(from)?;
        self.settings.0.write(from)?;
        self.alpha_now.write(from)?;
        self.surprise.write(from)?;
        self.settle();
        Ok(())
    }
}

impl<B> SemiGradient<B> {
    /// What follows from the settings and α.
    fn settle(&mut self) {
        let s = &self.settings.0;
        let moved = |from: usize, to: usize| Schedule {
            kind: s[EPSILON_SCHEDULE] as u8,
            from: s[from],
            to: s[to],
            dialogues: s[EPSILON_DIALOGUES],
        };
        self.explore.settle(Plan {
            way: s[EXPLORATION] as u8,
            epsilon: moved(EPSILON, EPSILON_FINAL),
            temperature: moved(TEMPERATURE, TEMPERATURE_FINAL),
            ..Plan::default()
        });
        self.gamma = s[GAMMA] as f32;
        self.alpha = self.alpha_now as f32;
        self.moving = self.explore.moves() || self.alpha_schedule().moves();
    }

    fn alpha_schedule(&self) -> Schedule {
        let s = &self.settings.0;
        Schedule { kind: s[ALPHA_SCHEDULE] as u8, from: s[ALPHA], to: s[ALPHA_FINAL], dialogues: s[ALPHA_DIALOGUES] }
    }

    /// α, ε and τ as they are in a dialogue.
    fn move_to(&mut self, dialogue: u64) {
        self.explore.begin(dialogue);
        self.alpha_now = self.alpha_schedule().at(dialogue);
        self.alpha = self.alpha_now as f32;
    }

    #[inline(always)]
    fn choose(&mut self, row: &Row, dice: &mut Dice) -> ActionId {
        if let Some(epsilon) = self.explore.usual() {
            return epsilon.choose(row.greedy, row.legal, dice);
        }
        let policy = self.explore.policy(choice(row));
        self.explore.draw(&policy, row.greedy, dice)
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
            explore: Explore::default(),
            settings: settings.clone(),
            alpha_now: 0.0,
            alpha: 0.0,
            gamma: 0.0,
            moving: false,
            surprise: 0.0,
            promise: PhantomData,
        };
        agent.settle();
        agent.move_to(0);
        agent
    }

    #[inline(always)]
    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId {
        if self.moving {
            self.move_to(dialogue);
        }
        if dialogue == 0 {
            self.weights.fill(at.features, self.settings.0[INITIAL] as f32);
        }
        let row = self.weights.row(at.features, at.legal);
        self.choose(&row, dice)
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
        let row = self.weights.row(at.features, at.legal);
        match self.explore.usual() {
            Some(epsilon) => epsilon.probabilities(row.greedy & at.legal, at.legal, out),
            None => out.iter_mut().zip(self.explore.policy(choice(&row))).for_each(|(slot, p)| *slot = p as f32),
        }
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    #[inline(always)]
    fn surprise(&self) -> f32 {
        self.surprise
    }

    fn epsilon(&self) -> f32 {
        self.explore.rate()
    }

    fn now(&self, knob: usize) -> f64 {
        match knob {
            ALPHA => self.alpha_now,
            EPSILON => self.explore.epsilon(),
            TEMPERATURE => self.explore.temperature(),
            _ => self.settings.0[knob],
        }
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
        self.move_to(dialogue);
        Ok(())
    }
}
