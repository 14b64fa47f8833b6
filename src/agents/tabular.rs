//! A tabular agent: what all of them share (`Base`) and what is its own (`Strategy`).

use super::base::Base;
use super::knobs;
use crate::learn::agent::{Agent, Count, Rows, Term, Transition, View};
use crate::learn::inside::Inside;
use crate::learn::knob::{Knob, KnobError, Settings, Tuned};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, Shape};

pub const Q: Term = Term { name: "q", symbol: "Q(s,a)", meaning: "what the table said before" };
pub const NEW: Term = Term { name: "new", symbol: "Q(s,a)", meaning: "what the table says now" };
pub const ALPHA: Term = Term { name: "alpha", symbol: "α", meaning: "learning rate" };
pub const REWARD: Term = Term { name: "r", symbol: "r", meaning: "reward of this turn" };
pub const GAMMA: Term = Term { name: "gamma", symbol: "γ", meaning: "discount" };
pub const DELTA: Term = Term { name: "delta", symbol: "δ", meaning: "TD error" };

/// The one-step update; `{next}` is what the next state is taken to be worth.
pub const ONE_STEP: &str = "{new} ← {q} + {alpha} ({r} + {gamma} · {next} − {q})";

/// How a tabular agent learns. Its fields are what it remembers beside the table: traces, a second table, a model.
pub trait Strategy: Clone + Send + Fields + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    const RULE: &'static str = ONE_STEP;
    const TERMS: &'static [Term];
    /// `knobs::KNOBS`, then its own.
    const KNOBS: &'static [Knob] = knobs::KNOBS;
    const TUNED: &'static [Tuned] = &[];
    const ON_POLICY: bool;
    const ONE_STEP: bool = false;

    fn new(shape: &Shape, base: &Base) -> Self;
    /// Takes its own numbers of the hot path from the settings.
    fn settle(&mut self, _settings: &Settings) {}
    /// A dialogue begins: what belonged to the last one is forgotten. The first act is chosen afterwards.
    fn begin(&mut self, _base: &mut Base, _at: View<'_>) {}
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId;
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P);
    /// A value is about to be written into the table by hand.
    fn put(&mut self, _base: &mut Base, _key: u64, _act: ActionId, _value: f32) {}
    fn inside(&self, _base: &Base, _most: usize) -> Inside {
        Inside::default()
    }
    fn fits(_shape: &Shape, _settings: &Settings) -> Result<(), String> {
        Ok(())
    }
    fn cost(&self, _base: &Base) -> u64 {
        1
    }
    fn moved(&mut self, _shape: &Shape) {}
}

#[derive(Clone)]
pub struct Tabular<S> {
    base: Base,
    own: S,
}

impl<S: Strategy> Fields for Tabular<S> {
    fn read(&self, to: &mut dyn Sink) {
        self.base.read(to);
        self.own.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.base.write(from)?;
        self.own.write(from)?;
        self.own.settle(&self.base.settings);
        Ok(())
    }
}

impl<S: Strategy> Agent for Tabular<S> {
    const NAME: &'static str = S::NAME;
    const ABOUT: &'static str = S::ABOUT;
    const RULE: &'static str = S::RULE;
    const TERMS: &'static [Term] = S::TERMS;
    const KNOBS: &'static [Knob] = S::KNOBS;
    const TUNED: &'static [Tuned] = S::TUNED;
    const ON_POLICY: bool = S::ON_POLICY;
    const ONE_STEP: bool = S::ONE_STEP;
    const FEATURES: bool = false;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        let base = Base::new(shape, settings);
        let mut own = S::new(shape, &base);
        own.settle(settings);
        Tabular { base, own }
    }

    #[inline(always)]
    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId {
        self.base.begin(dialogue);
        self.own.begin(&mut self.base, at);
        self.base.choose(at, dice)
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.own.step(&mut self.base, t, dice, probe)
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.own.end(&mut self.base, t, dice, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        self.base.table.values(at, out);
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        self.base.probabilities(at, out);
    }

    fn counts(&self, key: u64) -> Option<&[Count]> {
        Some(self.base.table.counts(key))
    }

    #[inline(always)]
    fn surprise(&self) -> f32 {
        self.base.surprise
    }

    fn epsilon(&self) -> f32 {
        self.base.epsilon()
    }

    fn now(&self, knob: usize) -> f64 {
        self.base.now(knob)
    }

    fn settings(&self) -> &Settings {
        &self.base.settings
    }

    fn keys(&self) -> Option<Vec<u64>> {
        self.base.table.keys()
    }

    fn rows(&self) -> Option<Rows> {
        self.base.table.rows()
    }

    fn inside(&self, most: usize) -> Inside {
        self.own.inside(&self.base, most)
    }

    fn fits(shape: &Shape, settings: &Settings) -> Result<(), String> {
        S::fits(shape, settings)
    }

    fn cost(&self) -> u64 {
        self.own.cost(&self.base)
    }

    fn moved(&mut self, shape: &Shape) {
        self.own.moved(shape);
    }

    fn put(&mut self, key: u64, act: ActionId, value: f32) -> bool {
        self.own.put(&mut self.base, key, act, value);
        self.base.table.put(key, act, value);
        true
    }

    fn set(&mut self, knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError> {
        self.base.set(S::KNOBS, knob, value, dialogue)?;
        self.own.settle(&self.base.settings);
        Ok(())
    }
}
