//! Q(λ): Q-learning whose TD errors correct the pairs before it too, back to the last act that was not greedy: what came
//! of an exploratory act says nothing about the greedy policy, so the traces are cut there.
//! δ ← r + γ max Q(s′,·) − Q(s,a); e(s,a) ← 1 (or more); for all pairs: Q ← Q + α δ e, e ← γ λ e.
//! Source: Watkins 1989; Sutton & Barto 2018, §12.10.

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
pub struct TracedGreedy {
    e: Traces,
}

fields!(TracedGreedy { e });

pub type QLambda = Tabular<TracedGreedy>;

impl TracedGreedy {
    #[inline(always)]
    fn learn<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, next: f32, probe: &mut P) {
        // Asked of the act that was taken: a person may have replaced the one that was chosen.
        if !base.is_greedy(t.from, t.act) {
            self.e.clear();
        }
        self.e.learn(base, t, next, probe);
    }
}

impl Strategy for TracedGreedy {
    const NAME: &'static str = "q-lambda";
    const ABOUT: &'static str = "Q-learning whose every surprise also corrects the turns before it, back to the last exploratory act";
    const RULE: &'static str = RULE;
    const TERMS: &'static [Term] =
        &terms(Term { name: "next", symbol: "max Q(s′,·)", meaning: "the best that the next state promises" });
    const KNOBS: &'static [Knob] = &TRACE_KNOBS;
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[
        Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" },
        Tuned { scenario: "virtual-assistant", knob: "lambda", value: "0.5" },
    ];
    const ON_POLICY: bool = false;

    fn new(_: &Shape, _: &Base) -> Self {
        TracedGreedy { e: Traces::default() }
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
        self.learn(base, t, base.table.max(t.to.key), probe);
        base.table.settle(t.to.key);
        base.choose(t.to, dice)
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, _: &mut Dice, probe: &mut P) {
        base.table.settle(t.to.key);
        let next = if t.end == End::Closed { 0.0 } else { base.table.max(t.to.key) };
        self.learn(base, t, next, probe);
    }

    fn inside(&self, _: &Base, most: usize) -> Inside {
        Inside { traces: Some(self.e.list(most)), ..Inside::default() }
    }
}
