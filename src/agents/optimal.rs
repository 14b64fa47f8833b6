//! Optimal: plays the exact solution of its world, any of the best acts as likely, and learns nothing. The yardstick that no
//! learner can leave behind. Source: Sutton & Barto 2018, §4.4 (value iteration, `world/solve.rs`).

use std::sync::Arc;

use super::explore::pick;
use super::knobs;
use crate::learn::agent::{Agent, Count, Term, Transition, View};
use crate::learn::knob::{Knob, KnobError, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, Shape, Sight};
use crate::world::solve::Solution;

const GAMMA: usize = 0;

#[derive(Clone)]
pub struct Optimal {
    settings: Settings,
    sight: Arc<dyn Sight>,
    actions: u32,
    /// Follows from the world and γ.
    solution: Arc<Solution>,
}

impl Fields for Optimal {
    fn read(&self, to: &mut dyn Sink) {
        self.settings.0.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        let before = self.settings.0[GAMMA];
        self.settings.0.write(from)?;
        if self.settings.0[GAMMA].to_bits() != before.to_bits() {
            self.solution = solved(&self.sight, &self.settings);
        }
        Ok(())
    }
}

fn solved(sight: &Arc<dyn Sight>, settings: &Settings) -> Arc<Solution> {
    sight.solution(settings.0[GAMMA]).expect("a world has been refused whose states are not enumerated")
}

impl Optimal {
    /// Mask of the best acts.
    fn best(&self, at: View<'_>) -> u64 {
        self.solution.optimal(at.key as u32, self.actions) & at.legal
    }

    fn choose(&self, at: View<'_>, dice: &mut Dice) -> ActionId {
        pick(self.best(at), dice.draw() & 0xffff_ffff)
    }
}

impl Agent for Optimal {
    const NAME: &'static str = "optimal";
    const ABOUT: &'static str = "plays the exact solution of its world; learns nothing (the yardstick above)";
    const RULE: &'static str = "";
    const TERMS: &'static [Term] = &[];
    const KNOBS: &'static [Knob] = &[knobs::KNOBS[knobs::GAMMA]];
    const ON_POLICY: bool = false;
    const FEATURES: bool = false;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        let (sight, actions) = (shape.sight.clone(), shape.actions);
        Optimal { settings: settings.clone(), solution: solved(&sight, settings), sight, actions }
    }

    fn start(&mut self, at: View<'_>, _: u64, dice: &mut Dice) -> ActionId {
        self.choose(at, dice)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, _: &mut P) -> ActionId {
        self.choose(t.to, dice)
    }

    fn end<P: Probe>(&mut self, _: &Transition<'_>, _: &mut Dice, _: &mut P) {}

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        for (a, value) in out.iter_mut().enumerate() {
            *value = self.solution.q(at.key as u32, a as u32, self.actions) as f32;
        }
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        let best = self.best(at);
        for (a, p) in out.iter_mut().enumerate() {
            *p = if best >> a & 1 == 1 { 1.0 / best.count_ones() as f32 } else { 0.0 };
        }
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    fn surprise(&self) -> f32 {
        0.0
    }

    fn epsilon(&self) -> f32 {
        0.0
    }

    fn now(&self, knob: usize) -> f64 {
        self.settings.0[knob]
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn fits(shape: &Shape, _: &Settings) -> Result<(), String> {
        let listed = shape.states.is_some();
        if listed { Ok(()) } else { Err("this world has too many states to be solved exactly; use expert".into()) }
    }

    fn moved(&mut self, shape: &Shape) {
        self.sight = shape.sight.clone();
        self.solution = solved(&self.sight, &self.settings);
    }

    fn set(&mut self, knob: usize, value: f64, _: u64) -> Result<(), KnobError> {
        self.settings.0[knob] = Self::KNOBS[knob].check(value)?;
        self.solution = solved(&self.sight, &self.settings);
        Ok(())
    }
}
