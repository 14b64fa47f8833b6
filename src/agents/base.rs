//! What all tabular agents share: a table, a way to explore, and the knobs of both.

use super::explore::{EpsilonGreedy, SCHEDULES, Schedule};
use super::table::Table;
use crate::learn::agent::{Transition, View};
use crate::learn::knob::{Knob, KnobError, KnobKind, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, Shape};

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

#[derive(Clone, Debug)]
pub struct Base {
    pub table: Table,
    explore: EpsilonGreedy,
    pub settings: Settings,
    alpha: f32,
    pub gamma: f32,
    /// 1 / span where α shrinks with visits, else 0.
    shrink: f32,
    /// |δ| of the last update; not finite as soon as any write was not.
    pub surprise: f32,
}

impl Fields for Base {
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

impl Base {
    pub fn new(shape: &Shape, settings: &Settings) -> Base {
        let mut base = Base {
            table: Table::new(shape, settings.0[INITIAL] as f32),
            explore: EpsilonGreedy::default(),
            settings: settings.clone(),
            alpha: 0.0,
            gamma: 0.0,
            shrink: 0.0,
            surprise: 0.0,
        };
        base.settle();
        base
    }

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

    /// A dialogue begins: schedules move.
    #[inline(always)]
    pub fn begin(&mut self, dialogue: u64) {
        if dialogue == 0 || self.settings.0[EPSILON_SCHEDULE] != 0.0 {
            self.explore.set(self.schedule().at(dialogue));
        }
    }

    /// An act of the behaviour policy.
    #[inline(always)]
    pub fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        self.explore.choose(self.table.greedy(at.key), at.legal, dice)
    }

    /// Writes the behaviour policy.
    pub fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        self.explore.probabilities(self.table.greedy(at.key) & at.legal, at.legal, out);
    }

    /// Σ π(a|s) Q(s,a) under the behaviour policy.
    #[inline(always)]
    pub fn expected(&self, at: View<'_>) -> f32 {
        let epsilon = self.explore.epsilon() as f32;
        let (mut sum, mut rest) = (0.0, at.legal);
        while rest != 0 {
            sum += self.table.q(at.key, ActionId(rest.trailing_zeros() as u8));
            rest &= rest - 1;
        }
        // All greedy acts have the same value, so their share of π needs no list.
        (1.0 - epsilon) * self.table.max(at.key) + epsilon * sum / at.legal.count_ones() as f32
    }

    /// α of a cell.
    #[inline(always)]
    pub fn alpha(&self, key: u64, act: ActionId) -> f32 {
        if self.shrink == 0.0 { self.alpha } else { self.alpha / (1.0 + self.table.visits(key, act) as f32 * self.shrink) }
    }

    /// Q(s,a) ← Q(s,a) + α (r + γ next − Q(s,a)) of the turn's own cell, with the terms of `ONE_STEP`; δ comes back.
    #[inline(always)]
    pub fn learn<P: Probe>(&mut self, t: &Transition<'_>, next: f32, probe: &mut P) -> f32 {
        let alpha = self.alpha(t.from.key, t.act);
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
        delta
    }

    /// Q(s,a) ← Q(s,a) + α (target − Q(s,a)) of any cell, without terms: planning and what else follows a turn's own update.
    #[inline(always)]
    pub fn update<P: Probe>(&mut self, key: u64, act: ActionId, target: f32, probe: &mut P) -> f32 {
        let alpha = self.alpha(key, act);
        let delta = self.table.nudge(key, act, target, alpha, probe);
        // 0 times what is not finite is NaN.
        self.surprise += 0.0 * delta;
        delta
    }

    /// The exploration rate in force.
    pub fn epsilon(&self) -> f32 {
        self.explore.epsilon() as f32
    }

    /// A knob's value now, where a schedule moves it.
    pub fn now(&self, knob: usize) -> f64 {
        if knob == EPSILON { self.explore.epsilon() } else { self.settings.0[knob] }
    }

    /// Changes a live knob of the agent's list.
    pub fn set(&mut self, knobs: &[Knob], knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError> {
        if !knobs[knob].live {
            return Err(KnobError::Fixed { name: knobs[knob].name, value: knobs[knob].show(value) });
        }
        self.settings.0[knob] = knobs[knob].check(value)?;
        self.settle();
        self.explore.set(self.schedule().at(dialogue));
        Ok(())
    }
}
