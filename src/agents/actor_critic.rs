//! Actor-critic with eligibility traces: the actor keeps preferences h(s,a) and acts by π(a|s) = exp h(s,a) / Σ exp h(s,·); the
//! critic keeps v(s) and tells by δ whether the turn went better than expected.
//! δ ← r + γ v(s′) − v(s);  zᵥ ← γ λᵥ zᵥ + 1 for s;  z ← γ λ z + I (1\[a\] − π(·|s)) for s;
//! v ← v + αᵥ δ zᵥ;  h ← h + α δ z;  I ← γ I.
//! Source: Barto, Sutton & Anderson 1983; Sutton & Barto 2018, §13.5 (the episodic case), eq. 13.2 for the softmax.

use super::actor_traces::{Traces, acts};
use super::knobs;
use super::table::Table;
use super::tabular::{DELTA, GAMMA, REWARD};
use crate::learn::agent::{Agent, Count, Numbers, Rows, Term, Transition, View};
use crate::learn::inside::Inside;
use crate::learn::knob::{Knob, KnobError, KnobKind, Settings, Tuned};
use crate::learn::probe::Probe;
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Shape};

const GAMMA_KNOB: usize = 0;
const ALPHA_ACTOR: usize = 1;
const ALPHA_CRITIC: usize = 2;
const LAMBDA_ACTOR: usize = 3;
const LAMBDA_CRITIC: usize = 4;

const fn real(name: &'static str, symbol: &'static str, (min, max, default): (f64, f64, f64), log: bool, meaning: &'static str) -> Knob {
    Knob { name, symbol, kind: KnobKind::Real { min, max, log }, default, unit: "", live: true, meaning }
}

const KNOBS: &[Knob] = &[
    knobs::KNOBS[knobs::GAMMA],
    real("alpha-actor", "α", (0.0001, 1.0, 0.02), true, "Learning rate of the actor: how far one TD error moves the preferences."),
    real("alpha-critic", "αᵥ", (0.0001, 1.0, 0.1), true, "Learning rate of the critic: the share of the TD error that its value corrects."),
    real(
        "lambda-actor",
        "λ",
        (0.0, 1.0, 0.7),
        false,
        "Trace decay of the actor: how long an act stays answerable for what comes after it.",
    ),
    real("lambda-critic", "λᵥ", (0.0, 1.0, 0.7), false, "Trace decay of the critic: how long a state stays answerable."),
];

const TERMS: &[Term] = &[
    DELTA,
    REWARD,
    GAMMA,
    Term { name: "next", symbol: "v(s′)", meaning: "what the critic expects from the next state" },
    Term { name: "v", symbol: "v(s)", meaning: "what the critic expected from this state" },
    Term { name: "critic", symbol: "v(s)", meaning: "what the critic expects now" },
    Term { name: "alpha-critic", symbol: "αᵥ", meaning: "learning rate of the critic" },
    Term { name: "trace-critic", symbol: "zᵥ(s)", meaning: "how much of δ this state is answerable for" },
    Term { name: "new", symbol: "h(s,a)", meaning: "the actor's preference now" },
    Term { name: "h", symbol: "h(s,a)", meaning: "the actor's preference before" },
    Term { name: "alpha", symbol: "α", meaning: "learning rate of the actor" },
    Term { name: "trace", symbol: "z(s,a)", meaning: "how much of δ this act is answerable for" },
];

/// π(·|s) of the pending choice, kept for its update: nothing is learned between the two.
#[derive(Clone)]
struct Pending {
    /// Its state and legal acts; none where the preferences have changed since.
    of: Option<(u64, u64)>,
    policy: [f64; 64],
}

#[derive(Clone)]
pub struct ActorCritic {
    /// h(s, a).
    preferences: Table,
    /// v(s), by the table's rows.
    critic: Vec<f32>,
    z: Traces,
    pending: Pending,
    /// I: γ to the number of turns in this dialogue.
    discount: f32,
    settings: Settings,
    surprise: f32,
    /// The chance that the last choice had of being another act than the likeliest.
    rate: f32,
    gamma: f32,
    alpha: f32,
    alpha_critic: f32,
    lambda: f32,
    lambda_critic: f32,
}

impl Fields for ActorCritic {
    fn read(&self, to: &mut dyn Sink) {
        self.preferences.read(to);
        self.critic.read(to);
        self.z.read(to);
        self.discount.read(to);
        self.settings.0.read(to);
        self.surprise.read(to);
        self.rate.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.preferences.write(from)?;
        self.critic.write(from)?;
        self.z.write(from)?;
        self.discount.write(from)?;
        self.settings.0.write(from)?;
        self.surprise.write(from)?;
        self.rate.write(from)?;
        self.pending.of = None;
        self.settle();
        Ok(())
    }
}

/// π(·|s) = exp h(s,·) / Σ exp h(s,·). Less the largest, so that nothing overflows.
fn policy(preferences: &Table, at: View<'_>, out: &mut [f64]) {
    let h = preferences.sheet().row(preferences.slot(at.key));
    let largest = acts(at.legal).map(|a| h[a]).fold(f32::NEG_INFINITY, f32::max);
    out.fill(0.0);
    acts(at.legal).for_each(|a| out[a] = libm::exp(f64::from(h[a]) - f64::from(largest)));
    let total: f64 = acts(at.legal).map(|a| out[a]).sum();
    for a in acts(at.legal) {
        // A row that is no longer finite is chosen from at random until the fault is found.
        out[a] = if total.is_finite() { out[a] / total } else { 1.0 / f64::from(at.legal.count_ones()) };
    }
}

impl ActorCritic {
    fn settle(&mut self) {
        let of = |knob: usize| self.settings.0[knob] as f32;
        (self.gamma, self.alpha, self.alpha_critic) = (of(GAMMA_KNOB), of(ALPHA_ACTOR), of(ALPHA_CRITIC));
        (self.lambda, self.lambda_critic) = (of(LAMBDA_ACTOR), of(LAMBDA_CRITIC));
    }

    /// Makes sure that the pending policy is that of a state.
    fn consider(&mut self, at: View<'_>) {
        if self.pending.of != Some((at.key, at.legal)) {
            self.pending.of = Some((at.key, at.legal));
            policy(&self.preferences, at, &mut self.pending.policy[..1 << self.z.shift]);
        }
    }

    fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        self.consider(at);
        let chances = acts(at.legal).map(|a| self.pending.policy[a]);
        self.rate = 1.0 - chances.clone().fold(0.0, f64::max) as f32;
        let place = dice.weighted(chances).expect("a legal act has a chance");
        ActionId(acts(at.legal).nth(place).expect("the place is one of the legal acts") as u8)
    }

    /// The critic's place of a state that is written to; that of a state whose row was another's begins anew.
    fn claim(&mut self, key: u64) -> usize {
        let (slot, fresh) = self.preferences.claim(key);
        if fresh {
            self.critic[slot] = 0.0;
        }
        slot
    }

    fn v(&self, key: u64) -> f32 {
        self.critic[self.preferences.slot(key)]
    }

    fn learn<P: Probe>(&mut self, t: &Transition<'_>, probe: &mut P) {
        let next = if t.end == End::Closed { 0.0 } else { self.v(t.to.key) };
        let v = self.v(t.from.key);
        let delta = t.reward + self.gamma * next - v;

        self.consider(t.from);
        self.z.decay(self.gamma * self.lambda, self.gamma * self.lambda_critic);
        let here = self.z.meet(t.from);
        self.z.critic[here] += 1.0;
        for (a, z) in self.z.actor[here << self.z.shift..(here + 1) << self.z.shift].iter_mut().enumerate() {
            *z += self.discount * (f32::from(u8::from(a == t.act.index())) - self.pending.policy[a] as f32);
        }
        let trace = self.z.actor[here << self.z.shift | t.act.index()];
        if P::ON {
            probe.term("delta", delta);
            probe.term("r", t.reward);
            probe.term("gamma", self.gamma);
            probe.term("next", next);
            probe.term("v", v);
            probe.term("alpha-critic", self.alpha_critic);
            probe.term("trace-critic", self.z.critic[here]);
            probe.term("h", self.preferences.q(t.from.key, t.act));
            probe.term("alpha", self.alpha);
            probe.term("trace", trace);
        }

        self.pending.of = None;
        self.surprise = delta.abs();
        self.prefer((t.from.key, 1 << t.act.0), here, delta, probe);
        if P::ON {
            probe.term("new", self.preferences.q(t.from.key, t.act));
        }
        for i in 0..self.z.len as usize {
            let (key, legal) = (self.z.keys[i], self.z.legal[i]);
            let slot = self.claim(key);
            self.critic[slot] += self.alpha_critic * delta * self.z.critic[i];
            let acts = if i == here { legal & !(1 << t.act.0) } else { legal };
            self.prefer((key, acts), i, delta, probe);
        }
        if P::ON {
            probe.term("critic", self.v(t.from.key));
        }
        self.discount *= self.gamma;
    }

    /// h ← h + α δ z of some acts of a state, whose traces are those at a place.
    #[inline(always)]
    fn prefer<P: Probe>(&mut self, (key, acts): (u64, u64), place: usize, delta: f32, probe: &mut P) {
        self.claim(key);
        let z = &self.z.actor[place << self.z.shift..(place + 1) << self.z.shift];
        self.surprise += self.preferences.add_row(key, acts, z, (self.alpha * delta, delta), probe);
    }
}

impl Agent for ActorCritic {
    const NAME: &'static str = "actor-critic";
    const ABOUT: &'static str = "learns a policy directly, by a critic that says whether a turn went better than expected";
    const RULE: &'static str = "{delta} ← {r} + {gamma} · {next} − {v}\n{critic} ← {v} + {alpha-critic} · {delta} · {trace-critic}\n\
                                {new} ← {h} + {alpha} · {delta} · {trace}";
    const TERMS: &'static [Term] = TERMS;
    const KNOBS: &'static [Knob] = KNOBS;
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[
        Tuned { scenario: "virtual-assistant", knob: "alpha-actor", value: "0.2" },
        Tuned { scenario: "virtual-assistant", knob: "alpha-critic", value: "0.3" },
    ];
    const NUMBERS: Numbers = Numbers::Preferences;
    const ON_POLICY: bool = true;
    const FEATURES: bool = false;

    fn new(shape: &Shape, settings: &Settings, _: &mut Dice) -> Self {
        let preferences = Table::new(shape, 0.0);
        let shift = preferences.sheet().shift();
        let mut agent = ActorCritic {
            critic: vec![0.0; preferences.sheet().rows()],
            z: Traces::new(shift),
            preferences,
            pending: Pending { of: None, policy: [0.0; 64] },
            discount: 1.0,
            settings: settings.clone(),
            surprise: 0.0,
            rate: 0.0,
            gamma: 0.0,
            alpha: 0.0,
            alpha_critic: 0.0,
            lambda: 0.0,
            lambda_critic: 0.0,
        };
        agent.settle();
        agent
    }

    fn start(&mut self, at: View<'_>, _: u64, dice: &mut Dice) -> ActionId {
        self.z.len = 0;
        self.discount = 1.0;
        self.choose(at, dice)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.learn(t, probe);
        self.choose(t.to, dice)
    }

    fn end<P: Probe>(&mut self, t: &Transition<'_>, _: &mut Dice, probe: &mut P) {
        self.learn(t, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        self.preferences.values(at, out);
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        let mut chances = [0.0; 64];
        policy(&self.preferences, at, &mut chances);
        out.iter_mut().zip(chances).for_each(|(slot, p)| *slot = p as f32);
    }

    fn critic(&self, at: View<'_>) -> Option<f32> {
        Some(self.v(at.key))
    }

    fn counts(&self, key: u64) -> Option<&[Count]> {
        Some(self.preferences.counts(key))
    }

    fn surprise(&self) -> f32 {
        self.surprise
    }

    fn epsilon(&self) -> f32 {
        self.rate
    }

    fn now(&self, knob: usize) -> f64 {
        self.settings.0[knob]
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn keys(&self) -> Option<Vec<u64>> {
        self.preferences.keys()
    }

    fn rows(&self) -> Option<Rows> {
        self.preferences.rows()
    }

    fn inside(&self, most: usize) -> Inside {
        Inside { traces: Some(self.z.list(most)), ..Inside::default() }
    }

    fn cost(&self) -> u64 {
        8
    }

    fn put(&mut self, key: u64, act: ActionId, value: f32) -> bool {
        self.pending.of = None;
        self.claim(key);
        self.preferences.put(key, act, value);
        true
    }

    fn set(&mut self, knob: usize, value: f64, _: u64) -> Result<(), KnobError> {
        self.settings.0[knob] = KNOBS[knob].check(value)?;
        self.settle();
        Ok(())
    }
}
