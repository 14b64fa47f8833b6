//! What all tabular agents share: a table, a way to explore, and their schedules.

use super::explore::{Explore, Plan, Row, Schedule};
use super::knobs;
use super::table::Table;
use crate::learn::agent::{Transition, View};
use crate::learn::knob::{Knob, KnobError, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, Shape};

#[derive(Clone)]
pub struct Base {
    pub table: Table,
    explore: Explore,
    pub settings: Settings,
    /// α in force, by the dialogue's number; what the hot path reads is in f32.
    alpha_now: f64,
    alpha: f32,
    pub gamma: f32,
    /// 1 / span where α shrinks with visits, else 0.
    shrink: f32,
    /// Whether α, ε or τ is another one in another dialogue.
    moving: bool,
    /// |δ| of the last update; not finite as soon as any write was not.
    pub surprise: f32,
}

impl Fields for Base {
    fn read(&self, to: &mut dyn Sink) {
        self.table.read(to);
        self.explore.read(to);
        self.settings.0.read(to);
        self.alpha_now.read(to);
        self.surprise.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.table.write(from)?;
        self.explore.write(from)?;
        self.settings.0.write(from)?;
        self.alpha_now.write(from)?;
        self.surprise.write(from)?;
        self.settle();
        Ok(())
    }
}

impl Base {
    pub fn new(shape: &Shape, settings: &Settings) -> Base {
        let mut base = Base {
            table: Table::new(shape, settings.0[knobs::INITIAL] as f32),
            explore: Explore::default(),
            settings: settings.clone(),
            alpha_now: 0.0,
            alpha: 0.0,
            gamma: 0.0,
            shrink: 0.0,
            moving: false,
            surprise: 0.0,
        };
        base.settle();
        base.move_to(0);
        base
    }

    /// What follows from the settings and α.
    fn settle(&mut self) {
        let s = &self.settings.0;
        let moved = |from: usize, to: usize| Schedule {
            kind: s[knobs::EPSILON_SCHEDULE] as u8,
            from: s[from],
            to: s[to],
            dialogues: s[knobs::EPSILON_DIALOGUES],
        };
        self.explore.settle(Plan {
            way: s[knobs::EXPLORATION] as u8,
            epsilon: moved(knobs::EPSILON, knobs::EPSILON_FINAL),
            temperature: moved(knobs::TEMPERATURE, knobs::TEMPERATURE_FINAL),
            visits: s[knobs::EPSILON_VISITS],
            c: s[knobs::UCB_C],
        });
        self.gamma = s[knobs::GAMMA] as f32;
        self.shrink = if s[knobs::ALPHA_SCHEDULE] == knobs::BY_VISITS { (1.0 / s[knobs::ALPHA_VISITS]) as f32 } else { 0.0 };
        self.alpha = self.alpha_now as f32;
        self.moving = self.explore.moves() || self.alpha_schedule().moves();
    }

    fn alpha_schedule(&self) -> Schedule {
        let s = &self.settings.0;
        // Linear and exponential stand one place later in α's list than in ε's, behind visits.
        let kind = (s[knobs::ALPHA_SCHEDULE] as u8).saturating_sub(1);
        Schedule { kind, from: s[knobs::ALPHA], to: s[knobs::ALPHA_FINAL], dialogues: s[knobs::ALPHA_DIALOGUES] }
    }

    /// α, ε and τ as they are in a dialogue.
    fn move_to(&mut self, dialogue: u64) {
        self.explore.begin(dialogue);
        self.alpha_now = self.alpha_schedule().at(dialogue);
        self.alpha = self.alpha_now as f32;
    }

    /// A dialogue begins.
    #[inline(always)]
    pub fn begin(&mut self, dialogue: u64) {
        if self.moving {
            self.move_to(dialogue);
        }
    }

    fn row(&self, at: View<'_>) -> Row<'_> {
        let sheet = self.table.sheet();
        let slot = self.table.slot(at.key);
        Row { legal: at.legal, greedy: sheet.winners(slot), values: sheet.row(slot), counts: self.table.counts(at.key) }
    }

    /// An act of the behaviour policy.
    #[inline(always)]
    pub fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        match self.explore.usual() {
            Some(epsilon) => epsilon.choose(self.table.greedy(at.key), at.legal, dice),
            None => self.choose_otherwise(at, dice),
        }
    }

    #[inline(never)]
    fn choose_otherwise(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        let policy = self.explore.policy(self.row(at));
        self.explore.draw(&policy, self.table.greedy(at.key), dice)
    }

    /// Writes the behaviour policy.
    pub fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        if let Some(epsilon) = self.explore.usual() {
            epsilon.probabilities(self.table.winners(at.key) & at.legal, at.legal, out);
        } else {
            let policy = self.explore.policy(self.row(at));
            out.iter_mut().zip(policy).for_each(|(slot, p)| *slot = p as f32);
        }
    }

    /// Σ π(a|s) Q(s,a) under the behaviour policy.
    #[inline(always)]
    pub fn expected(&self, at: View<'_>) -> f32 {
        let Some(epsilon) = self.explore.usual() else { return self.expected_otherwise(at) };
        let epsilon = epsilon.epsilon() as f32;
        let (sheet, slot) = (self.table.sheet(), self.table.slot(at.key));
        let (mut sum, mut rest) = (0.0, at.legal);
        while rest != 0 {
            sum += sheet.q(slot, ActionId(rest.trailing_zeros() as u8));
            rest &= rest - 1;
        }
        // All greedy acts have the same value, so their share of π needs no list.
        (1.0 - epsilon) * sheet.max(slot) + epsilon * sum / at.legal.count_ones() as f32
    }

    #[inline(never)]
    fn expected_otherwise(&self, at: View<'_>) -> f32 {
        let row = self.row(at);
        let policy = self.explore.policy(row);
        // An illegal act's −∞ has no share.
        row.acts().fold(0.0, |sum, a| sum + policy[a] as f32 * row.values[a])
    }

    /// Whether an act is one of the greedy ones of its state.
    #[inline(always)]
    pub fn is_greedy(&self, at: View<'_>, act: ActionId) -> bool {
        self.table.greedy(at.key) >> act.0 & 1 == 1
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
        self.explore.rate()
    }

    /// A knob's value now, where a schedule moves it.
    pub fn now(&self, knob: usize) -> f64 {
        match knob {
            knobs::ALPHA => self.alpha_now,
            knobs::EPSILON => self.explore.epsilon(),
            knobs::TEMPERATURE => self.explore.temperature(),
            _ => self.settings.0[knob],
        }
    }

    /// Changes a live knob of the agent's list.
    pub fn set(&mut self, knobs: &[Knob], knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError> {
        if !knobs[knob].live {
            return Err(KnobError::Fixed { name: knobs[knob].name, value: knobs[knob].show(value) });
        }
        self.settings.0[knob] = knobs[knob].check(value)?;
        self.settle();
        self.move_to(dialogue);
        Ok(())
    }
}
