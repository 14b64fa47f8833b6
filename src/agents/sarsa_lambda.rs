//! Sarsa(λ): as Sarsa, but each TD error corrects the pairs before it too, the less the longer ago they were met.
//! δ ← r + γ Q(s′,a′) − Q(s,a); e(s,a) ← 1 (or more); for all pairs: Q ← Q + α δ e, e ← γ λ e.
//! Source: Rummery & Niranjan 1994; Sutton & Barto 2018, §12.7.

use super::base::Base;
use super::tabular::{Strategy, Tabular};
use super::traces::{RULE, TRACE_KNOBS, Traces, terms};
use crate::fields;
use crate::learn::agent::{Term, Transition, View};
use crate::learn::inside::Inside;
use crate::learn::knob::{Knob, Settings, Tuned};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::world::env::{ActionId, End, Shape};

#[derive(Clone)]
pub struct TracedSarsa {
    e: Traces,
}

fields!(TracedSarsa { e });

pub type SarsaLambda = Tabular<TracedSarsa>;

impl Strategy for TracedSarsa {
    const NAME: &'static str = "sarsa-lambda";
    const ABOUT: &'static str = "Sarsa whose every surprise also corrects the turns before it (eligibility traces)";
    const RULE: &'static str = RULE;
    const TERMS: &'static [Term] = &terms(Term { name: "next", symbol: "Q(s′,a′)", meaning: "what the act chosen next promises" });
    const KNOBS: &'static [Knob] = &TRACE_KNOBS;
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" }];
    const ON_POLICY: bool = true;

    fn new(_: &Shape, _: &Base) -> Self {
        TracedSarsa { e: Traces::default() }
    }

    fn settle(&mut self, settings: &Settings) {
        self.e.settle(settings);
    }

    #[inline(always)]
    fn begin(&mut self, base: &mut Base, at: View<'_>) {
        self.e.clear();
        base.table.settle(at.key);
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        base.table.settle(t.to.key);
        let act = base.choose(t.to, dice);
        self.e.learn(base, t, base.table.q(t.to.key, act), probe);
        act
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed {
            0.0
        } else {
            base.table.settle(t.to.key);
            let act = base.choose(t.to, dice);
            base.table.q(t.to.key, act)
        };
        self.e.learn(base, t, next, probe);
    }

    fn inside(&self, _: &Base, most: usize) -> Inside {
        Inside { traces: Some(self.e.list(most)), ..Inside::default() }
    }
}
