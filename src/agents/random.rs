//! Random: any legal act, each as likely. Learns nothing; the yardstick that every learner must leave behind.

use super::explore::pick;
use crate::fields;
use crate::learn::agent::{Agent, Count, Term, Transition, View};
use crate::learn::knob::{Knob, KnobError, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::world::env::{ActionId, Shape};

#[derive(Clone, Debug)]
pub struct Random {
    settings: Settings,
}

fields!(Random {});

fn choose(at: View<'_>, dice: &mut Dice) -> ActionId {
    pick(at.legal, dice.draw() & 0xffff_ffff)
}

impl Agent for Random {
    const NAME: &'static str = "random";
    const ABOUT: &'static str = "any legal act, each as likely; learns nothing (the yardstick)";
    const RULE: &'static str = "";
    const TERMS: &'static [Term] = &[];
    const KNOBS: &'static [Knob] = &[];
    const ON_POLICY: bool = true;
    const FEATURES: bool = false;

    fn new(_: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        Random { settings: settings.clone() }
    }

    fn start(&mut self, at: View<'_>, _: u64, dice: &mut Dice) -> ActionId {
        choose(at, dice)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, _: &mut P) -> ActionId {
        choose(t.to, dice)
    }

    fn end<P: Probe>(&mut self, _: &Transition<'_>, _: &mut Dice, _: &mut P) {}

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        for (a, v) in out.iter_mut().enumerate() {
            *v = if at.legal >> a & 1 == 1 { 0.0 } else { f32::NEG_INFINITY };
        }
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        for (a, p) in out.iter_mut().enumerate() {
            *p = if at.legal >> a & 1 == 1 { 1.0 / at.legal.count_ones() as f32 } else { 0.0 };
        }
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    fn surprise(&self) -> f32 {
        0.0
    }

    fn epsilon(&self) -> f32 {
        1.0
    }

    fn now(&self, _: usize) -> f64 {
        0.0
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn set(&mut self, _: usize, _: f64, _: u64) -> Result<(), KnobError> {
        Ok(())
    }
}
