//! Double Q-learning: two tables, one of which chooses the best next act and the other says what it is worth, so that luck
//! in one is not taken for worth. Acts, and shows, by their mean. A coin says which is i and which j:
//! Qᵢ(s,a) ← Qᵢ(s,a) + α (r + γ Qⱼ(s′, argmax Qᵢ(s′,·)) − Qᵢ(s,a)); Q(s,a) ← (Q₁(s,a) + Q₂(s,a)) / 2.
//! Source: van Hasselt 2010; Sutton & Barto 2018, §6.7.

use super::base::Base;
use super::explore::pick;
use super::sheet::Sheet;
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, REWARD, Strategy, Tabular};
use crate::learn::agent::{Term, Transition};
use crate::learn::knob::Tuned;
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Shape};

/// Both tables; the base keeps their mean.
#[derive(Clone)]
pub struct Twins([Sheet; 2]);

pub type DoubleQ = Tabular<Twins>;

impl Fields for Twins {
    fn read(&self, to: &mut dyn Sink) {
        self.0.iter().for_each(|sheet| sheet.read(to));
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.0.iter_mut().try_for_each(|sheet| sheet.write(from))
    }
}

impl Twins {
    /// The row of a state in all three tables; where the base has given it a new one, it is new in the twins too.
    #[inline(always)]
    fn claim(&mut self, base: &mut Base, key: u64) -> usize {
        let (row, fresh) = base.table.claim(key);
        if fresh {
            self.0.iter_mut().for_each(|sheet| sheet.copy_row(row, base.table.sheet()));
        }
        row
    }

    #[inline(always)]
    fn learn<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let draw = dice.draw();
        let (i, j) = if draw & 1 == 0 { (0, 1) } else { (1, 0) };
        let row = self.claim(base, t.from.key);
        let next = if t.end == End::Closed {
            0.0
        } else {
            let to = base.table.slot(t.to.key);
            let best = self.0[i].greedy(to) & t.to.legal;
            let best = pick(if best == 0 { t.to.legal } else { best }, draw >> 32);
            self.0[j].q(to, best)
        };
        let (qi, qj) = (self.0[i].q(row, t.act), self.0[j].q(row, t.act));
        let alpha = base.alpha(t.from.key, t.act);
        let delta = t.reward + base.gamma * next - qi;
        let half = qi + alpha * delta;
        self.0[i].put(row, t.act, half);
        let q = (half + qj) * 0.5;
        base.table.learn(t.from.key, t.act, q, delta, probe);
        base.surprise = delta.abs();
        if P::ON {
            for (name, value) in [("half", half), ("qi", qi), ("alpha", alpha), ("r", t.reward), ("gamma", base.gamma), ("next", next)] {
                probe.term(name, value);
            }
            probe.term("delta", delta);
            probe.term("qj", qj);
            probe.term("new", q);
        }
    }
}

impl Strategy for Twins {
    const NAME: &'static str = "double-q";
    const ABOUT: &'static str = "Q-learning with two tables that check each other, so that lucky rewards are not overrated";
    const RULE: &'static str = "{half} ← {qi} + {alpha} ({r} + {gamma} · {next} − {qi})\n{new} ← ({half} + {qj}) / 2";
    const TERMS: &'static [Term] = &[
        Term { name: "half", symbol: "Qᵢ(s,a)", meaning: "what the table that the coin fell on says now" },
        Term { name: "qi", symbol: "Qᵢ(s,a)", meaning: "what it said before" },
        ALPHA,
        REWARD,
        GAMMA,
        Term { name: "next", symbol: "Qⱼ(s′,argmax Qᵢ(s′,·))", meaning: "what the other table says of this one's best next act" },
        DELTA,
        NEW,
        Term { name: "qj", symbol: "Qⱼ(s,a)", meaning: "what the other table says" },
    ];
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" }];
    const ON_POLICY: bool = false;

    fn new(_: &Shape, base: &Base) -> Self {
        Twins([base.table.sheet().clone(), base.table.sheet().clone()])
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.learn(base, t, dice, probe);
        base.choose(t.to, dice)
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.learn(base, t, dice, probe);
    }

    fn put(&mut self, base: &mut Base, key: u64, act: ActionId, value: f32) {
        let row = self.claim(base, key);
        self.0.iter_mut().for_each(|sheet| sheet.put(row, act, value));
    }
}
