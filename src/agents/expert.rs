//! Expert: plays the policy that a person wrote down (`world/expert.rs`) and learns nothing. A yardstick: what it takes no
//! learning to reach.

use crate::fields;
use crate::learn::agent::{Agent, Count, Numbers, Term, Transition, View};
use crate::learn::knob::{Knob, KnobError, Settings};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::world::env::{ActionId, Shape, Sight};
use std::sync::Arc;

#[derive(Clone)]
pub struct Expert {
    settings: Settings,
    sight: Arc<dyn Sight>,
}

fields!(Expert {});

impl Expert {
    fn act(&self, at: View<'_>) -> ActionId {
        self.sight.expert(at.key).expect("a world has been refused that an expert knows nothing of")
    }
}

impl Agent for Expert {
    const NAME: &'static str = "expert";
    const ABOUT: &'static str = "what a person who knows the trade would do; learns nothing (a yardstick)";
    const RULE: &'static str = "";
    const TERMS: &'static [Term] = &[];
    const KNOBS: &'static [Knob] = &[];
    const NUMBERS: Numbers = Numbers::Nothing;
    const ON_POLICY: bool = true;
    const FEATURES: bool = false;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        Expert { settings: settings.clone(), sight: shape.sight.clone() }
    }

    fn start(&mut self, at: View<'_>, _: u64, _: &mut Dice) -> ActionId {
        self.act(at)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, _: &mut Dice, _: &mut P) -> ActionId {
        self.act(t.to)
    }

    fn end<P: Probe>(&mut self, _: &Transition<'_>, _: &mut Dice, _: &mut P) {}

    /// 1 for the act that it takes, 0 for the others: the largest is its choice, as with other agents.
    fn values(&self, at: View<'_>, out: &mut [f32]) {
        let act = self.act(at).index();
        for (a, value) in out.iter_mut().enumerate() {
            *value = if at.legal >> a & 1 == 1 { f32::from(u8::from(a == act)) } else { f32::NEG_INFINITY };
        }
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        out.fill(0.0);
        out[self.act(at).index()] = 1.0;
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

    fn now(&self, _: usize) -> f64 {
        0.0
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn fits(shape: &Shape, _: &Settings) -> Result<(), String> {
        let known = shape.sight.expert(0).is_some();
        if known { Ok(()) } else { Err("a finite MDP has no users, so nobody wrote down how to serve them; use optimal".into()) }
    }

    fn moved(&mut self, shape: &Shape) {
        self.sight = shape.sight.clone();
    }

    fn set(&mut self, _: usize, _: f64, _: u64) -> Result<(), KnobError> {
        Ok(())
    }
}
