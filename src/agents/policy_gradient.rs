//! What A2C and PPO share: they live through a rollout of turns with one policy, and then learn from all of it.
//! δ = r + γ V(s′) − V(s) on every turn; Â and returns by generalised advantage estimation when the rollout is full.
//! They differ in how the policy is improved. Source: Sutton & Barto 2018, §13.5; Schulman et al. 2016.

use std::marker::PhantomData;
use std::sync::Arc;

use super::explore::pick;
use super::gae::Step;
use super::policy_gauges::Gauges;
use super::policy_knobs::{ADVANTAGE, GAMMA, HIDDEN, LAMBDA, LAYERS, NORMALISED, ROLLOUT};
use super::policy_loss::Sample;
use super::policy_net::{ActorCritic, Batch, Health};
use super::rollout::Rollout;
use crate::learn::agent::{Agent, Count, Numbers, Term, Transition, View};
use crate::learn::inside::Inside;
use crate::learn::knob::{Knob, KnobError, Settings, Tuned};
use crate::learn::probe::{Place, Probe};
use crate::nn::{gemm, policy};
use crate::num::dice::Dice;
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Shape, Sight};

/// How a policy is improved by a rollout.
pub trait Method: Clone + Send + 'static {
    const NAME: &'static str;
    const ABOUT: &'static str;
    /// δ of every turn; advantages are sums of it over the turns ahead, so that of a rollout's last turn, which is shown, is δ
    /// itself, scaled; then what the policy's network raises.
    const RULE: &'static str;
    const TERMS: &'static [Term];
    /// Those of `policy_knobs`, then its own.
    const KNOBS: &'static [Knob];
    const TUNED: &'static [Tuned];
    fn improve(net: &mut ActorCritic, lesson: &mut Batch, settings: &Settings, dice: &mut Dice) -> Health;
    /// What a turn adds to what is raised: from its ratio ρ, log π(a|s) of the policy that acted, and its advantage.
    fn objective(settings: &Settings, turn: &Judged) -> Vec<(&'static str, f32)>;
    /// Times that each turn is learned from.
    fn epochs(settings: &Settings) -> u64;
}

/// A turn after its rollout has been learned from.
pub struct Judged {
    pub ratio: f32,
    pub log: f32,
    pub advantage: f32,
}

#[derive(Clone)]
pub struct PolicyGradient<M> {
    net: ActorCritic,
    rollout: Rollout,
    gauges: Gauges,
    settings: Settings,
    sight: Arc<dyn Sight>,
    /// V of the present state.
    v: f32,
    surprise: f32,
    /// Room for π(·|s).
    probabilities: Vec<f32>,
    lesson: Batch,
    method: PhantomData<M>,
}

impl<M> Fields for PolicyGradient<M> {
    fn read(&self, to: &mut dyn Sink) {
        self.net.read(to);
        self.rollout.read(to);
        self.gauges.read(to);
        self.settings.0.read(to);
        self.v.read(to);
        self.surprise.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.net.write(from)?;
        self.rollout.write(from)?;
        self.gauges.write(from)?;
        self.settings.0.write(from)?;
        self.v.write(from)?;
        self.surprise.write(from)
    }
}

impl<M: Method> PolicyGradient<M> {
    fn gamma(&self) -> f32 {
        self.settings.0[GAMMA] as f32
    }

    fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        self.net.policy(at, &mut self.probabilities);
        let drawn = dice.weighted(self.probabilities.iter().map(|p| f64::from(*p)));
        // Without numbers there is no policy; the run stops as soon as that is seen.
        drawn.map_or_else(|| pick(at.legal, dice.draw() & 0xffff_ffff), |a| ActionId(a as u8))
    }

    /// The turn joins the rollout; a full one is learned from.
    fn live<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let next = if t.end == End::Closed { 0.0 } else { self.net.value(t.to.features) };
        let step = Step { reward: t.reward, value: self.v, next, end: t.end };
        let delta = step.delta(self.gamma());
        self.surprise = delta.abs();
        self.rollout.push(t.from.key, t.act, step);
        if P::ON {
            let terms = [("r", t.reward), ("gamma", self.gamma()), ("next", next), ("v", self.v), ("delta", delta)];
            terms.into_iter().for_each(|(name, value)| probe.term(name, value));
        }
        if self.rollout.is_full() {
            self.learn(t, dice, probe);
        }
        self.v = if t.end == End::Open && self.rollout.is_empty() { self.net.value(t.to.features) } else { next };
    }

    fn learn<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let before = self.net.preferences(t.from.features);
        let (explained, scale) = self.gather();
        let advantage = self.lesson.samples[self.lesson.samples.len() - 1].advantage;
        self.net.remember(&mut self.lesson);
        let health = Health { explained, ..M::improve(&mut self.net, &mut self.lesson, &self.settings, dice) };
        self.gauges.push(&health);
        self.rollout.clear();
        let after = self.net.preferences(t.from.features);
        let (old, new) = (before[t.act.index()], after[t.act.index()]);
        if !new.is_finite() {
            self.surprise = f32::NAN;
        }
        if P::ON {
            let log = |h: &[f32]| policy::log_probability(h, t.from.legal, t.act.index());
            let ratio = libm::expf(log(&after) - log(&before));
            let terms = [("advantage", advantage), ("mean", scale.mean), ("deviation", scale.deviation), ("old", old), ("new", new)];
            M::objective(&self.settings, &Judged { ratio, log: log(&before), advantage })
                .into_iter()
                .for_each(|(name, value)| probe.term(name, value));
            let losses = [("policy_loss", health.policy_loss), ("value_loss", health.value_loss), ("entropy", health.entropy)];
            terms.into_iter().chain(losses).chain([("kl", health.kl)]).for_each(|(name, value)| probe.term(name, value));
            probe.write(Place { row: t.from.key, column: u32::from(t.act.0) }, old, new);
        }
    }

    /// Makes the rollout a lesson; the share of its returns' variance that the critic foresaw comes back, and how advantages are scaled.
    fn gather(&mut self) -> (f32, Scale) {
        let (mut advantages, returns) = self.rollout.targets(self.gamma(), self.settings.0[LAMBDA] as f32);
        let explained = 1.0 - variance(&advantages) / variance(&returns).max(f32::MIN_POSITIVE);
        let scale = if self.settings.0[ADVANTAGE] == NORMALISED { Scale::of(&advantages) } else { Scale { mean: 0.0, deviation: 1.0 } };
        advantages.iter_mut().for_each(|a| *a = (*a - scale.mean) / scale.deviation);
        self.lesson.clear();
        let mut features = Vec::new();
        for (t, (advantage, g)) in advantages.into_iter().zip(returns).enumerate() {
            let key = self.rollout.key(t);
            self.sight.features(key, &mut features);
            self.lesson.x.push(&features);
            let (legal, act) = (self.sight.legal(key), self.rollout.act(t).index());
            self.lesson.samples.push(Sample { legal, act, advantage, old: 0.0 });
            self.lesson.returns.push(g);
        }
        (explained, scale)
    }
}

fn mean(xs: &[f32]) -> f32 {
    xs.iter().sum::<f32>() / xs.len() as f32
}

fn variance(xs: &[f32]) -> f32 {
    let m = mean(xs);
    xs.iter().map(|x| (x - m) * (x - m)).sum::<f32>() / xs.len() as f32
}

/// Brings advantages to mean 0 and standard deviation 1; what hardly varies is only centred.
struct Scale {
    mean: f32,
    deviation: f32,
}

impl Scale {
    fn of(advantages: &[f32]) -> Scale {
        Scale { mean: mean(advantages), deviation: variance(advantages).sqrt() + 1e-6 }
    }
}

impl<M: Method> Agent for PolicyGradient<M> {
    const NAME: &'static str = M::NAME;
    const ABOUT: &'static str = M::ABOUT;
    const RULE: &'static str = M::RULE;
    const TERMS: &'static [Term] = M::TERMS;
    const KNOBS: &'static [Knob] = M::KNOBS;
    const TUNED: &'static [Tuned] = M::TUNED;
    const NUMBERS: Numbers = Numbers::Preferences;
    const ON_POLICY: bool = true;
    const FEATURES: bool = true;

    fn new(shape: &Shape, settings: &Settings, dice: &mut Dice) -> Self {
        let turns = settings.0[ROLLOUT] as usize;
        let hidden = vec![settings.0[HIDDEN] as usize; settings.0[LAYERS] as usize];
        PolicyGradient {
            net: ActorCritic::new(shape, &hidden, turns, dice),
            rollout: Rollout::new(turns),
            gauges: Gauges::default(),
            settings: settings.clone(),
            sight: shape.sight.clone(),
            v: 0.0,
            surprise: 0.0,
            probabilities: vec![0.0; shape.actions as usize],
            lesson: Batch::default(),
            method: PhantomData,
        }
    }

    fn start(&mut self, at: View<'_>, _: u64, dice: &mut Dice) -> ActionId {
        self.v = self.net.value(at.features);
        self.choose(at, dice)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.live(t, dice, probe);
        self.choose(t.to, dice)
    }

    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.live(t, dice, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        let h = self.net.preferences(at.features);
        for (a, (out, h)) in out.iter_mut().zip(h).enumerate() {
            *out = if at.legal >> a & 1 == 1 { h } else { f32::NEG_INFINITY };
        }
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        policy::softmax(&self.net.preferences(at.features), at.legal, out);
    }

    fn critic(&self, at: View<'_>) -> Option<f32> {
        Some(self.net.worth(at.features))
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    fn surprise(&self) -> f32 {
        self.surprise
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

    fn inside(&self, most: usize) -> Inside {
        let (lived, turns) = (self.rollout.len(), self.settings.0[ROLLOUT]);
        let times = M::epochs(&self.settings);
        let often = if times > 1 { format!(", {times} times over") } else { String::new() };
        let note = format!(
            "{lived} of {turns} turns of a rollout are lived through: the networks learn from all of them{often}, when it is full; Â and J of its last turn stand here then."
        );
        Inside { note, gauges: self.gauges.shown(most), layers: self.net.layers(), ..Inside::default() }
    }

    fn cost(&self) -> u64 {
        // Two looks forward on each turn, and three times that for each time that it is learned from; a table's turn is about as
        // much as 100 parameters.
        self.net.parameters() as u64 * (1 + 3 * M::epochs(&self.settings)) / 100 + 1
    }

    fn kernel() -> Option<&'static str> {
        Some(gemm::kernel())
    }

    fn moved(&mut self, shape: &Shape) {
        self.sight = shape.sight.clone();
    }

    fn set(&mut self, knob: usize, value: f64, _: u64) -> Result<(), KnobError> {
        let knobs = M::KNOBS;
        if !knobs[knob].live {
            return Err(KnobError::Fixed { name: knobs[knob].name, value: knobs[knob].show(value) });
        }
        self.settings.0[knob] = knobs[knob].check(value)?;
        Ok(())
    }
}
