//! n-step Sarsa: a pair is corrected n turns later, by the rewards that did come and by what the act then chosen promises.
//! G ← r₁ + γ r₂ + … + γⁿ⁻¹ rₙ; Q(s,a) ← Q(s,a) + α (G + γⁿ Q(s⁽ⁿ⁾,a⁽ⁿ⁾) − Q(s,a)).
//! At a dialogue's end the pairs still waiting are corrected by the rewards that there were.
//! Source: Sutton & Barto 2018, §7.2, eq. 7.4 and 7.5.

use super::base::Base;
use super::knobs::{COUNT, KNOBS};
use super::tabular::{ALPHA, DELTA, NEW, Q, Strategy, Tabular};
use crate::fields;
use crate::learn::agent::{Term, Transition};
use crate::learn::inside::{Inside, Trace};
use crate::learn::knob::{Knob, KnobKind, Tuned, join};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::world::env::{ActionId, End, Shape};

const N: usize = COUNT;
const N_STEP_KNOBS: [Knob; COUNT + 1] = join(&[
    KNOBS,
    &[Knob {
        name: "n",
        symbol: "n",
        kind: KnobKind::Count { min: 1.0, max: 1024.0 },
        default: 4.0,
        unit: "turns",
        live: false,
        meaning: "Turns whose rewards count before what is expected afterwards: 1 is Sarsa, as many as a dialogue has is Monte Carlo.",
    }],
]);

/// The pairs that wait for their rewards: a ring of n.
#[derive(Clone)]
pub struct Waiting {
    keys: Vec<u64>,
    acts: Vec<u8>,
    rewards: Vec<f32>,
    /// Place of the oldest.
    first: u32,
    len: u32,
}

fields!(Waiting { keys, acts, rewards, first, len });

pub type NStepSarsa = Tabular<Waiting>;

impl Waiting {
    #[inline(always)]
    fn place(&self, k: u32) -> usize {
        let (at, n) = ((self.first + k) as usize, self.keys.len());
        if at < n { at } else { at - n }
    }

    #[inline(always)]
    fn push(&mut self, t: &Transition<'_>) {
        let at = self.place(self.len);
        self.keys[at] = t.from.key;
        self.acts[at] = t.act.0;
        self.rewards[at] = t.reward;
        self.len += 1;
    }

    /// Corrects the oldest pair, and lets it go. `first` says that it is the turn's first, whose terms are told.
    #[inline(always)]
    fn learn<P: Probe>(&mut self, base: &mut Base, next: f32, first: bool, probe: &mut P) {
        let (mut g, mut discount) = (0.0, 1.0);
        for k in 0..self.len {
            g += discount * self.rewards[self.place(k)];
            discount *= base.gamma;
        }
        let (key, act) = (self.keys[self.first as usize], ActionId(self.acts[self.first as usize]));
        let alpha = base.alpha(key, act);
        let q = base.table.q(key, act);
        let delta = base.table.nudge(key, act, g + discount * next, alpha, probe);
        // Of all pairs of this turn, so that a dialogue's mean is over all its pairs.
        base.surprise += delta.abs();
        if P::ON && first {
            probe.term("q", q);
            probe.term("alpha", alpha);
            probe.term("return", g);
            probe.term("discount", discount);
            probe.term("next", next);
            probe.term("delta", delta);
            probe.term("new", base.table.q(key, act));
        }
        self.first = self.place(1) as u32;
        self.len -= 1;
    }
}

impl Strategy for Waiting {
    const NAME: &'static str = "n-step-sarsa";
    const ABOUT: &'static str = "Sarsa that waits n turns and learns from the rewards that came, between one step and Monte Carlo";
    const RULE: &'static str = "{new} ← {q} + {alpha} ({return} + {discount} · {next} − {q})";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA,
        Term { name: "return", symbol: "G", meaning: "rewards of the n turns since, discounted" },
        Term { name: "discount", symbol: "γⁿ", meaning: "what comes after them is worth this share" },
        Term { name: "next", symbol: "Q(s⁽ⁿ⁾,a⁽ⁿ⁾)", meaning: "what the act chosen n turns later promises" },
        DELTA,
    ];
    const KNOBS: &'static [Knob] = &N_STEP_KNOBS;
    // assets/sweeps
    const TUNED: &'static [Tuned] =
        &[Tuned { scenario: "customer-service", knob: "n", value: "2" }, Tuned { scenario: "virtual-assistant", knob: "n", value: "2" }];
    const ON_POLICY: bool = true;

    fn new(_: &Shape, base: &Base) -> Self {
        let n = base.settings.0[N] as usize;
        Waiting { keys: vec![0; n], acts: vec![0; n], rewards: vec![0.0; n], first: 0, len: 0 }
    }

    #[inline(always)]
    fn step<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        let act = base.choose(t.to, dice);
        base.surprise = 0.0;
        self.push(t);
        if self.len as usize == self.keys.len() {
            self.learn(base, base.table.q(t.to.key, act), true, probe);
        }
        act
    }

    #[inline(always)]
    fn end<P: Probe>(&mut self, base: &mut Base, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed {
            0.0
        } else {
            let act = base.choose(t.to, dice);
            base.table.q(t.to.key, act)
        };
        base.surprise = 0.0;
        self.push(t);
        let mut first = true;
        while self.len > 0 {
            self.learn(base, next, first, probe);
            first = false;
        }
    }

    /// The pairs that wait, each with the share of the coming reward that it will get.
    fn inside(&self, base: &Base, most: usize) -> Inside {
        let mut share = 1.0;
        let trace = |k: u32| {
            share *= base.gamma;
            Trace { key: self.keys[self.place(k)], act: self.acts[self.place(k)], value: share }
        };
        Inside { traces: Some((0..self.len).rev().map(trace).take(most).collect()), ..Inside::default() }
    }
}
