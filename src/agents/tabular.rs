//! What the one-step tabular agents share: a table, ε-greedy choice and their knobs.
//!
//! They differ in one number: what the next state is worth. Source: Sutton & Barto 2018, §6.4 to 6.6.

use std::marker::PhantomData;

use super::explore::{EpsilonGreedy, SCHEDULES, Schedule};
use super::table::Table;
use crate::learn::agent::{Agent, Count, Term, Transition, View};
use crate::learn::knob::{Knob, KnobError, KnobKind, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Shape};

const ALPHA: usize = 0;
const GAMMA: usize = 1;
const EPSILON: usize = 2;
const EPSILON_SCHEDULE: usize = 3;
const EPSILON_FINAL: usize = 4;
const EPSILON_DIALOGUES: usize = 5;
const ALPHA_SCHEDULE: usize = 6;
const ALPHA_VISITS: usize = 7;
const INITIAL: usize = 8;

/// α follows `ALPHA_SCHEDULES[1]`.
const BY_VISITS: f64 = 1.0;

pub const KNOBS: &[Knob] = &[
    Knob {
        name: "alpha",
        symbol: "α",
        kind: KnobKind::Real { min: 0.0001, max: 1.0, log: true },
        default: 0.1,
        unit: "",
        live: true,
        meaning: "Learning rate: the share of the TD error that one update corrects.",
    },
    Knob {
        name: "gamma",
        symbol: "γ",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.95,
        unit: "",
        live: true,
        meaning: "Discount: what a reward is worth if it comes one turn later.",
    },
    Knob {
        name: "epsilon",
        symbol: "ε",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.1,
        unit: "",
        live: true,
        meaning: "Exploration: the chance that a turn's act is drawn at random instead of being the greedy one.",
    },
    Knob {
        name: "epsilon-schedule",
        symbol: "ε moves",
        kind: KnobKind::Choice(SCHEDULES),
        default: 0.0,
        unit: "",
        live: true,
        meaning: "How ε moves with the dialogues: not at all, in a straight line, or by halves.",
    },
    Knob {
        name: "epsilon-final",
        symbol: "ε final",
        kind: KnobKind::Real { min: 0.0, max: 1.0, log: false },
        default: 0.01,
        unit: "",
        live: true,
        meaning: "Where a moving ε ends.",
    },
    Knob {
        name: "epsilon-dialogues",
        symbol: "ε span",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 2000.0,
        unit: "dialogues",
        live: true,
        meaning: "Linear: dialogues until ε is final. Exponential: dialogues in which the rest of the way halves.",
    },
    Knob {
        name: "alpha-schedule",
        symbol: "α moves",
        kind: KnobKind::Choice(&["constant", "visits"]),
        default: 0.0,
        unit: "",
        live: true,
        meaning: "Whether α shrinks with the visits n of a cell, as α / (1 + n / span), so that values settle.",
    },
    Knob {
        name: "alpha-visits",
        symbol: "α span",
        kind: KnobKind::Count { min: 1.0, max: 1e9 },
        default: 100.0,
        unit: "visits",
        live: true,
        meaning: "Visits of a cell after which its α has halved.",
    },
    Knob {
        name: "initial",
        symbol: "Q₀",
        kind: KnobKind::Real { min: -1000.0, max: 1000.0, log: false },
        default: 0.0,
        unit: "return",
        live: false,
        meaning: "Initial value of every cell: above what is possible, it makes a greedy agent try everything (optimism).",
    },
];

pub const Q: Term = Term { name: "q", symbol: "Q(s,a)", meaning: "what the table said before" };
pub const NEW: Term = Term { name: "new", symbol: "Q(s,a)", meaning: "what the table says now" };
pub const ALPHA_TERM: Term = Term { name: "alpha", symbol: "α", meaning: "learning rate" };
pub const REWARD: Term = Term { name: "r", symbol: "r", meaning: "reward of this turn" };
pub const GAMMA_TERM: Term = Term { name: "gamma", symbol: "γ", meaning: "discount" };
pub const DELTA: Term = Term { name: "delta", symbol: "δ", meaning: "TD error" };

/// The update that all one-step agents share; `{next}` is where they differ.
pub const RULE: &str = "{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})";

/// What an agent takes the next state to be worth.
pub trait Backup: Clone + Send + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    const TERMS: &'static [Term];
    const ON_POLICY: bool;
    /// Whether the next act is chosen before the update (and enters it), as in Sarsa.
    const ACT_FIRST: bool;
    fn next(table: &Table, explore: &EpsilonGreedy, to: View<'_>, act: ActionId) -> f32;
}

#[derive(Clone, Debug)]
pub struct Tabular<B> {
    table: Table,
    explore: EpsilonGreedy,
    settings: Settings,
    alpha: f32,
    gamma: f32,
    /// 1 / span where α shrinks with visits, else 0.
    shrink: f32,
    surprise: f32,
    backup: PhantomData<B>,
}

impl<B> Fields for Tabular<B> {
    fn read(&self, to: &mut dyn Sink) {
        self.table.read(to);
        self.explore.read(to);
        self.settings.0.read(to);
        self.surprise.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.table.write(from)?;
        self.explore.write(from)?;
        self.settings.0.write(from)?;
        self.surprise.write(from)?;
        self.settle();
        Ok(())
    }
}

impl<B> Tabular<B> {
    /// The numbers of the hot path, from the settings.
    fn settle(&mut self) {
        let s = &self.settings.0;
        self.alpha = s[ALPHA] as f32;
        self.gamma = s[GAMMA] as f32;
        self.shrink = if s[ALPHA_SCHEDULE] == BY_VISITS { (1.0 / s[ALPHA_VISITS]) as f32 } else { 0.0 };
    }

    fn schedule(&self) -> Schedule {
        let s = &self.settings.0;
        Schedule { kind: s[EPSILON_SCHEDULE] as u8, from: s[EPSILON], to: s[EPSILON_FINAL], dialogues: s[EPSILON_DIALOGUES] }
    }
}

impl<B: Backup> Tabular<B> {
    #[inline(always)]
    fn learn<P: Probe>(&mut self, t: &Transition<'_>, next: f32, probe: &mut P) {
        let alpha =
            if self.shrink == 0.0 { self.alpha } else { self.alpha / (1.0 + self.table.visits(t.from.key, t.act) as f32 * self.shrink) };
        let target = t.reward + self.gamma * next;
        if P::ON {
            probe.term("q", self.table.q(t.from.key, t.act));
            probe.term("alpha", alpha);
            probe.term("r", t.reward);
            probe.term("gamma", self.gamma);
            probe.term("next", next);
        }
        let delta = self.table.nudge(t.from.key, t.act, target, alpha, probe);
        self.surprise = delta.abs();
        if P::ON {
            probe.term("delta", delta);
            probe.term("new", self.table.q(t.from.key, t.act));
        }
    }

    #[inline(always)]
    fn choose(&self, at: View<'_>, dice: &mut Dice) -> ActionId {
        self.explore.choose(self.table.greedy(at.key), at.legal, dice)
    }
}

impl<B: Backup> Agent for Tabular<B> {
    const NAME: &'static str = B::NAME;
    const ABOUT: &'static str = B::ABOUT;
    const RULE: &'static str = RULE;
    const TERMS: &'static [Term] = B::TERMS;
    const KNOBS: &'static [Knob] = KNOBS;
    const ON_POLICY: bool = B::ON_POLICY;
    const FEATURES: bool = false;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        let mut agent = Tabular {
            table: Table::new(shape, settings.0[INITIAL] as f32),
            explore: EpsilonGreedy::default(),
            settings: settings.clone(),
            alpha: 0.0,
            gamma: 0.0,
            shrink: 0.0,
            surprise: 0.0,
            backup: PhantomData,
        };
        agent.settle();
        agent
    }

    #[inline(always)]
    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId {
        if dialogue == 0 || self.settings.0[EPSILON_SCHEDULE] != 0.0 {
            self.explore.set(self.schedule().at(dialogue));
        }
        self.choose(at, dice)
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        if B::ACT_FIRST {
            let act = self.choose(t.to, dice);
            let next = B::next(&self.table, &self.explore, t.to, act);
            self.learn(t, next, probe);
            act
        } else {
            let next = B::next(&self.table, &self.explore, t.to, t.act);
            self.learn(t, next, probe);
            self.choose(t.to, dice)
        }
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed {
            0.0
        } else {
            let act = if B::ACT_FIRST { self.choose(t.to, dice) } else { t.act };
            B::next(&self.table, &self.explore, t.to, act)
        };
        self.learn(t, next, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        out.copy_from_slice(&self.table.row(at.key)[..out.len()]);
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        self.explore.probabilities(self.table.greedy(at.key), at.legal, out);
    }

    fn counts(&self, key: u64) -> Option<&[Count]> {
        Some(self.table.counts(key))
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

    fn put(&mut self, key: u64, act: ActionId, value: f32) -> bool {
        self.table.put(key as usize, act, value);
        true
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
