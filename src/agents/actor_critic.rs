//! Actor-critic with eligibility traces: the actor keeps preferences h(s,a) and acts by π(a|s) = exp h(s,a) / Σ exp h(s,·); the
//! critic keeps v(s) and tells by δ whether the turn went better than expected.
//! δ ← r + γ v(s′) − v(s);  zᵥ ← γ λᵥ zᵥ + 1 for s;  z ← γ λ z + I (1\[a\] − π(·|s)) for s;
//! v ← v + αᵥ δ zᵥ;  h ← h + α δ z;  I ← γ I.
//! Source: Barto, Sutton & Anderson 1983; Sutton & Barto 2018, §13.5 (the episodic case), eq. 13.2 for the softmax.

use super::knobs;
use super::table::Table;
use super::tabular::{DELTA, GAMMA, REWARD};
use crate::fields;
use crate::learn::agent::{Agent, Count, Numbers, Rows, Term, Transition, View};
use crate::learn::inside::{Inside, Trace};
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

/// States traced at a time, those met last; a trace below `LEAST` is dropped.
const ROOM: usize = 128;
const LEAST: f32 = 1e-4;

/// The eligibility of one dialogue's states and acts, in the order in which they were met.
#[derive(Clone)]
struct Traces {
    keys: Vec<u64>,
    legal: Vec<u64>,
    critic: Vec<f32>,
    /// Of state i at `i << shift`.
    actor: Vec<f32>,
    len: u32,
    shift: u32,
}

fields!(Traces { keys, legal, critic, actor, len });

impl Traces {
    fn new(shift: u32) -> Traces {
        Traces { keys: vec![0; ROOM], legal: vec![0; ROOM], critic: vec![0.0; ROOM], actor: vec![0.0; ROOM << shift], len: 0, shift }
    }

    /// All decay; what has all but gone is dropped.
    fn decay(&mut self, actor: f32, critic: f32) {
        let (width, mut kept) = (1 << self.shift, 0);
        for i in 0..self.len as usize {
            let from = i << self.shift;
            let mut largest = critic * self.critic[i];
            for z in &mut self.actor[from..from + width] {
                *z *= actor;
                largest = largest.max(z.abs());
            }
            if largest >= LEAST {
                self.keys[kept] = self.keys[i];
                self.legal[kept] = self.legal[i];
                self.critic[kept] = critic * self.critic[i];
                self.actor.copy_within(from..from + width, kept << self.shift);
                kept += 1;
            }
        }
        self.len = kept as u32;
    }

    /// The place of a state that is met now; where there is no room, the first one met is given up.
    fn meet(&mut self, at: View<'_>) -> usize {
        let (len, width) = (self.len as usize, 1 << self.shift);
        if let Some(place) = (0..len).find(|i| self.keys[*i] == at.key) {
            return place;
        }
        if len == ROOM {
            self.keys.copy_within(1.., 0);
            self.legal.copy_within(1.., 0);
            self.critic.copy_within(1.., 0);
            self.actor.copy_within(width.., 0);
            self.len -= 1;
        }
        let place = self.len as usize;
        self.len += 1;
        (self.keys[place], self.legal[place], self.critic[place]) = (at.key, at.legal, 0.0);
        self.actor[place << self.shift..(place + 1) << self.shift].fill(0.0);
        place
    }
}

#[derive(Clone)]
pub struct ActorCritic {
    /// h(s, a).
    preferences: Table,
    /// v(s), by the table's rows.
    critic: Vec<f32>,
    z: Traces,
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
        self.settle();
        Ok(())
    }
}

impl ActorCritic {
    fn settle(&mut self) {
        let of = |knob: usize| self.settings.0[knob] as f32;
        (self.gamma, self.alpha, self.alpha_critic) = (of(GAMMA_KNOB), of(ALPHA_ACTOR), of(ALPHA_CRITIC));
        (self.lambda, self.lambda_critic) = (of(LAMBDA_ACTOR), of(LAMBDA_CRITIC));
    }

    /// π(·|s) = exp h(s,·) / Σ exp h(s,·). Less the largest, so that nothing overflows.
    fn policy(&self, at: View<'_>) -> [f64; 64] {
        let h = self.preferences.sheet().row(self.preferences.slot(at.key));
        let legal = || (0..64).filter(|a| at.legal >> a & 1 == 1);
        let largest = legal().map(|a| h[a]).fold(f32::NEG_INFINITY, f32::max);
        let mut policy = [0.0; 64];
        legal().for_each(|a| policy[a] = libm::exp(f64::from(h[a]) - f64::from(largest)));
        let total: f64 = legal().map(|a| policy[a]).sum();
        for a in legal() {
            // A row that is no longer finite is chosen from at random until the fault is found.
            policy[a] = if total.is_finite() { policy[a] / total } else { 1.0 / f64::from(at.legal.count_ones()) };
        }
        policy
    }

    fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        let policy = self.policy(at);
        self.rate = 1.0 - policy.iter().fold(0.0, |largest: f64, p| largest.max(*p)) as f32;
        ActionId(dice.weighted(policy.iter().copied().take(64 - at.legal.leading_zeros() as usize)).expect("a legal act has a chance") as u8)
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

        let policy = self.policy(t.from);
        self.z.decay(self.gamma * self.lambda, self.gamma * self.lambda_critic);
        let here = self.z.meet(t.from);
        self.z.critic[here] += 1.0;
        for (a, z) in self.z.actor[here << self.z.shift..(here + 1) << self.z.shift].iter_mut().enumerate() {
            *z += self.discount * (f32::from(u8::from(a == t.act.index())) - policy[a] as f32);
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

        self.surprise = delta.abs();
        self.prefer(t.from.key, t.act, delta, trace, probe);
        if P::ON {
            probe.term("new", self.preferences.q(t.from.key, t.act));
        }
        for i in 0..self.z.len as usize {
            let (key, mut rest) = (self.z.keys[i], self.z.legal[i]);
            let slot = self.claim(key);
            self.critic[slot] += self.alpha_critic * delta * self.z.critic[i];
            while rest != 0 {
                let act = ActionId(rest.trailing_zeros() as u8);
                rest &= rest - 1;
                if i != here || act != t.act {
                    self.prefer(key, act, delta, self.z.actor[i << self.z.shift | act.index()], probe);
                }
            }
        }
        if P::ON {
            probe.term("critic", self.v(t.from.key));
        }
        self.discount *= self.gamma;
    }

    /// h ← h + α δ z of one pair.
    #[inline(always)]
    fn prefer<P: Probe>(&mut self, key: u64, act: ActionId, delta: f32, trace: f32, probe: &mut P) {
        let step = self.alpha * delta * trace;
        self.claim(key);
        self.preferences.add(key, act, step, delta * trace, probe);
        // 0 times what is not finite is NaN.
        self.surprise += 0.0 * step;
    }
}

impl Agent for ActorCritic {
    const NAME: &'static str = "actor-critic";
    const ABOUT: &'static str = "learns a policy directly, by a critic that says whether a turn went better than expected";
    const RULE: &'static str = "{delta} ← {r} + {gamma} · {next} − {v}\n{critic} ← {v} + {alpha-critic} {delta} {trace-critic}\n\
                                {new} ← {h} + {alpha} {delta} {trace}";
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
        out.iter_mut().zip(self.policy(at)).for_each(|(slot, p)| *slot = p as f32);
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
        let of = |i: usize| {
            let acts = (0..64_u8).filter(move |a| self.z.legal[i] >> a & 1 == 1);
            acts.map(move |act| Trace { key: self.z.keys[i], act, value: self.z.actor[i << self.z.shift | usize::from(act)] })
        };
        let mut traces: Vec<Trace> = (0..self.z.len as usize).flat_map(of).collect();
        traces.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        traces.truncate(most);
        Inside { traces: Some(traces), ..Inside::default() }
    }

    fn cost(&self) -> u64 {
        8
    }

    fn put(&mut self, key: u64, act: ActionId, value: f32) -> bool {
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
