//! Deep Q-network: Q(s,·) is a network of the state's features, trained on transitions drawn from a replay memory towards
//! y = r + γ max Q̂(s′,·), where Q̂ is a copy of the network that follows it with a lag, and the max is over legal acts.
//! Sources: Mnih et al. 2015, algorithm 1; van Hasselt et al. 2016 (double: y = r + γ Q̂(s′, argmax Q(s′,·))); Wang et al. 2016
//! (dueling); Schaul et al. 2016 (prioritised replay).

use super::dqn_batch::{Batch, best};
use super::dqn_inside::Health;
use super::dqn_knobs::{self as knobs, KNOBS, RULE, TERMS};
use super::explore::{EpsilonGreedy, Schedule, pick};
use crate::learn::agent::{Agent, Count, Term, Transition, View};
use crate::learn::inside::Inside;
use crate::learn::knob::{Knob, KnobError, Settings};
use crate::learn::probe::{Place, Probe};
use crate::nn::adam::{Adam, Rates, clip, descend};
use crate::nn::dense::Activation;
use crate::nn::gemm;
use crate::nn::initial::Initial;
use crate::nn::loss::{huber, huber_backward};
use crate::nn::mlp::{Head, Mlp, Single};
use crate::nn::policy;
use crate::nn::replay::{Memory, Priorities, Replay};
use crate::num::dice::{Dice, Key};
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Feature, Shape};

/// More parameters than this are refused: one step back would take minutes.
const PARAMETERS: usize = 20_000_000;

#[derive(Clone)]
pub struct Dqn {
    pub(super) network: Mlp,
    /// Parameters of Q and of Q̂.
    pub(super) online: Vec<f32>,
    target: Vec<f32>,
    adam: Adam,
    pub(super) replay: Replay,
    /// None where all transitions are drawn with equal chance.
    pub(super) priorities: Option<Priorities>,
    explore: EpsilonGreedy,
    /// Chance of the last choice to be of an act that is not greedy.
    rate: f32,
    settings: Settings,
    beta: f32,
    turns: u64,
    pub(super) updates: u64,
    /// Updates since Q̂ was Q.
    pub(super) lag: u64,
    pub(super) health: Health,
    /// Room to calculate in; no state.
    batch: Batch,
    single: Single<f32>,
}

impl Fields for Dqn {
    fn read(&self, to: &mut dyn Sink) {
        self.online.read(to);
        self.target.read(to);
        self.adam.read(to);
        self.replay.read(to);
        self.priorities.iter().for_each(|p| p.read(to));
        self.explore.read(to);
        self.rate.read(to);
        self.settings.0.read(to);
        self.beta.read(to);
        self.turns.read(to);
        self.updates.read(to);
        self.lag.read(to);
        self.health.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.online.write(from)?;
        self.target.write(from)?;
        self.adam.write(from)?;
        self.replay.write(from)?;
        self.priorities.iter_mut().try_for_each(|p| p.write(from))?;
        self.explore.write(from)?;
        self.rate.write(from)?;
        self.settings.0.write(from)?;
        self.beta.write(from)?;
        self.turns.write(from)?;
        self.updates.write(from)?;
        self.lag.write(from)?;
        self.health.write(from)
    }
}

fn network(shape: &Shape, settings: &Settings) -> Mlp {
    let s = &settings.0;
    let (width, layers) = (s[knobs::HIDDEN] as usize, s[knobs::LAYERS] as usize);
    let hidden = vec![width; if width == 0 { 0 } else { layers }];
    let head = if s[knobs::DUELING] == knobs::ON { Head::Dueling } else { Head::Plain };
    Mlp::new(shape.features as usize, &hidden, shape.actions as usize, Activation::Relu, head)
}

impl Dqn {
    pub(super) fn knob(&self, at: usize) -> f32 {
        self.settings.0[at] as f32
    }

    fn on(&self, at: usize) -> bool {
        self.settings.0[at] == knobs::ON
    }

    /// What moves with the dialogues.
    fn begin(&mut self, dialogue: u64) {
        let s = &self.settings.0;
        let (kind, dialogues) = (s[knobs::EPSILON_SCHEDULE] as u8, s[knobs::EPSILON_DIALOGUES]);
        self.explore.set(Schedule { kind, from: s[knobs::EPSILON], to: s[knobs::EPSILON_FINAL], dialogues }.at(dialogue));
        let dialogues = s[knobs::PRIORITY_BETA_DIALOGUES];
        self.beta = Schedule { kind: 1, from: s[knobs::PRIORITY_BETA], to: 1.0, dialogues }.at(dialogue) as f32;
    }

    /// A turn: it is remembered, a minibatch drawn, a step made on its loss.
    fn learn<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        let place = self.replay.push(&Memory { from: t.from.key, act: t.act, reward: t.reward, to: t.to.key, end: t.end });
        self.priorities.iter_mut().for_each(|p| p.fresh(place));
        self.turns += 1;
        let (starts, every) = (self.settings.0[knobs::LEARNING_STARTS] as u64, self.settings.0[knobs::TRAIN_EVERY] as u64);
        if self.turns < starts || !self.turns.is_multiple_of(every) {
            return;
        }
        if !P::ON {
            self.update(dice.key());
            return;
        }
        let (q, gamma, next) = (self.q(t), self.knob(knobs::GAMMA), self.next(t));
        self.update(dice.key());
        let (new, target) = (self.q(t), t.reward + gamma * next);
        let name = if self.on(knobs::DOUBLE) { "next" } else { "most" };
        let terms = [("target", target), ("r", t.reward), ("gamma", gamma), (name, next), ("delta", target - q)];
        let more = [("q", q), ("new", new)];
        terms.into_iter().chain(more).for_each(|(name, value)| probe.term(name, value));
        probe.write(Place { row: t.from.key, column: u32::from(t.act.0) }, q, new);
    }

    /// One step on a minibatch: L = mean huber(y − Q(s,a)), y = r + γ max Q̂(s′,·).
    fn update(&mut self, key: Key) {
        let (gamma, limit, double) = (self.knob(knobs::GAMMA), self.knob(knobs::HUBER), self.on(knobs::DOUBLE));
        let b = &mut self.batch;
        b.draw(&self.replay, self.priorities.as_ref(), self.beta, key);
        self.network.forward(&self.online, &b.states, &mut b.q);
        self.network.forward(&self.target, &b.nexts, &mut b.promised);
        if double {
            self.network.forward(&self.online, &b.nexts, &mut b.named);
        }
        let (share, acts) = (1.0 / b.memories.len() as f32, self.network.outputs());
        let (mut loss, mut surprise, mut most) = (0.0, 0.0, 0.0);
        b.q.error().fill(0.0);
        for (k, m) in b.memories.iter().enumerate() {
            let (promised, legal) = (b.promised.row(k), b.next_legal[k]);
            let next = match m.end {
                End::Closed => 0.0,
                End::Open | End::Cut if double => best(b.named.row(k), legal).of(promised),
                End::Open | End::Cut => best(promised, legal).value,
            };
            let target = m.reward + gamma * next;
            let delta = target - b.q.row(k)[m.act.index()];
            let weight = b.weights[k] * share;
            most += best(b.q.row(k), b.legal[k]).value * share;
            surprise += delta.abs() * share;
            loss += weight * huber(delta, limit);
            b.q.error()[k * acts + m.act.index()] = weight * huber_backward(delta, limit);
            b.deltas[k] = delta;
        }
        self.network.backward(&self.online, &b.states, &mut b.q, &mut b.gradient);
        self.health.tell(&self.network, &b.gradient, [loss, surprise, most]);
        self.descend();
        self.follow();
        let alpha = self.knob(knobs::PRIORITY_ALPHA);
        if let Some(priorities) = &mut self.priorities {
            self.batch.places.iter().zip(&self.batch.deltas).for_each(|(place, delta)| priorities.set(*place, *delta, alpha));
        }
    }

    /// A step against the gradient.
    fn descend(&mut self) {
        let (rate, scale) = (self.knob(knobs::LEARNING_RATE), clip(self.health.norm, self.knob(knobs::GRAD_CLIP)));
        if self.settings.0[knobs::OPTIMISER] == knobs::ADAM {
            self.adam.step(&mut self.online, &self.batch.gradient, scale, &Rates::of(rate));
        } else {
            descend(&mut self.online, &self.batch.gradient, scale, rate);
        }
        self.updates += 1;
    }

    /// Q̂ follows Q: a little at each update, or all the way after C of them.
    fn follow(&mut self) {
        let tau = self.knob(knobs::TARGET_TAU);
        self.lag += 1;
        if tau > 0.0 {
            self.target.iter_mut().zip(&self.online).for_each(|(target, online)| *target += tau * (online - *target));
        } else if self.lag >= self.settings.0[knobs::TARGET_PERIOD] as u64 {
            self.target.copy_from_slice(&self.online);
            self.lag = 0;
        }
    }

    /// Q(s,a) of a turn.
    fn q(&mut self, t: &Transition<'_>) -> f32 {
        self.network.one(&self.online, t.from.features, &mut self.single)[t.act.index()]
    }

    /// What the state after a turn is taken to be worth.
    fn next(&mut self, t: &Transition<'_>) -> f32 {
        if t.end == End::Closed {
            return 0.0;
        }
        let named = self.on(knobs::DOUBLE).then(|| best(self.network.one(&self.online, t.to.features, &mut self.single), t.to.legal));
        let promised = self.network.one(&self.target, t.to.features, &mut self.single);
        named.map_or_else(|| best(promised, t.to.legal).value, |named| named.of(promised))
    }

    fn choose(&mut self, at: View<'_>, dice: &mut Dice) -> ActionId {
        let softmax = self.settings.0[knobs::EXPLORATION] == knobs::SOFTMAX;
        let temperature = self.knob(knobs::TEMPERATURE);
        let q = self.network.one(&self.online, at.features, &mut self.single);
        let greedy = best(q, at.legal).acts;
        if !softmax {
            self.rate = self.explore.epsilon() as f32;
            return self.explore.choose(greedy, at.legal, dice);
        }
        let chances = chances(q, at.legal, temperature);
        let greedily = chances.iter().enumerate().filter(|(a, _)| greedy >> a & 1 == 1).map(|(_, p)| *p).sum::<f32>();
        self.rate = (1.0 - greedily).max(0.0);
        // Values that are not finite have no chances; until the fault is found any act will do.
        let drawn = dice.weighted(chances[..q.len()].iter().map(|p| f64::from(*p)));
        drawn.map_or_else(|| pick(at.legal, dice.draw() & 0xffff_ffff), |a| ActionId(a as u8))
    }

    fn values_of(&self, features: &[Feature], out: &mut [f32]) {
        out.copy_from_slice(self.network.one(&self.online, features, &mut Single::new(&self.network)));
    }
}

/// exp(Q / T), as chances.
fn chances(q: &[f32], legal: u64, temperature: f32) -> [f32; 64] {
    let (mut preferences, mut chances) = ([0.0; 64], [0.0; 64]);
    preferences.iter_mut().zip(q).for_each(|(h, q)| *h = q / temperature);
    policy::softmax(&preferences[..q.len()], legal, &mut chances[..q.len()]);
    chances
}

impl Agent for Dqn {
    const NAME: &'static str = "dqn";
    const ABOUT: &'static str = "a network learns what each act is worth from remembered turns (deep Q-network)";
    const RULE: &'static str = RULE;
    const TERMS: &'static [Term] = TERMS;
    const KNOBS: &'static [Knob] = KNOBS;
    const ON_POLICY: bool = false;
    const FEATURES: bool = true;

    fn new(shape: &Shape, settings: &Settings, dice: &mut Dice) -> Self {
        let network = network(shape, settings);
        let s = &settings.0;
        // Outputs linear in the features need no chance to differ, and begin at 0.
        let gain = if s[knobs::HIDDEN] == 0.0 { 0.0 } else { 1.0 };
        let online: Vec<f32> = network.fresh(Initial::He, gain, dice.key());
        let room = s[knobs::REPLAY_SIZE] as usize;
        let moments = if s[knobs::OPTIMISER] == knobs::ADAM { online.len() } else { 0 };
        let mut agent = Dqn {
            target: online.clone(),
            adam: Adam::new(moments),
            replay: Replay::new(room),
            priorities: (s[knobs::PRIORITISED] == knobs::ON).then(|| Priorities::new(room)),
            explore: EpsilonGreedy::default(),
            rate: 0.0,
            settings: settings.clone(),
            beta: 0.0,
            turns: 0,
            updates: 0,
            lag: 0,
            health: Health::new(&network),
            batch: Batch::new(&network, s[knobs::BATCH_SIZE] as usize, shape.sight.clone()),
            single: Single::new(&network),
            online,
            network,
        };
        agent.begin(0);
        agent
    }

    fn start(&mut self, at: View<'_>, dialogue: u64, dice: &mut Dice) -> ActionId {
        self.begin(dialogue);
        self.choose(at, dice)
    }

    fn step<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) -> ActionId {
        self.learn(t, dice, probe);
        self.choose(t.to, dice)
    }

    fn end<P: Probe>(&mut self, t: &Transition<'_>, dice: &mut Dice, probe: &mut P) {
        self.learn(t, dice, probe);
    }

    fn values(&self, at: View<'_>, out: &mut [f32]) {
        self.values_of(at.features, out);
        out.iter_mut().enumerate().filter(|(a, _)| at.legal >> a & 1 == 0).for_each(|(_, q)| *q = f32::NEG_INFINITY);
    }

    fn probabilities(&self, at: View<'_>, out: &mut [f32]) {
        self.values_of(at.features, out);
        if self.settings.0[knobs::EXPLORATION] == knobs::SOFTMAX {
            let chances = chances(out, at.legal, self.knob(knobs::TEMPERATURE));
            out.copy_from_slice(&chances[..out.len()]);
        } else {
            let greedy = best(out, at.legal).acts;
            self.explore.probabilities(if greedy == 0 { at.legal } else { greedy }, at.legal, out);
        }
    }

    fn counts(&self, _: u64) -> Option<&[Count]> {
        None
    }

    /// Of the minibatch: a turn's own error is not what is learned from.
    fn surprise(&self) -> f32 {
        self.health.surprise
    }

    fn epsilon(&self) -> f32 {
        self.rate
    }

    fn now(&self, knob: usize) -> f64 {
        match knob {
            knobs::EPSILON => self.explore.epsilon(),
            knobs::PRIORITY_BETA => f64::from(self.beta),
            _ => self.settings.0[knob],
        }
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn rule(&self) -> &'static str {
        if self.on(knobs::DOUBLE) { RULE } else { knobs::SINGLE }
    }

    fn inside(&self, most: usize) -> Inside {
        self.shown(most)
    }

    fn fits(shape: &Shape, settings: &Settings) -> Result<(), String> {
        let parameters = network(shape, settings).parameters();
        let why =
            || format!("{} features make a network of {parameters} weights; with --set hidden=N for a smaller N it fits", shape.features);
        if parameters > PARAMETERS { Err(why()) } else { Ok(()) }
    }

    /// A turn of a table takes some 25 ns, in which 2,000 multiplications of an update are done; each weight is used about five
    /// times for every row, and six times more by the step.
    fn cost(&self) -> u64 {
        let work = self.online.len() as u64 * (5 * self.settings.0[knobs::BATCH_SIZE] as u64 + 6);
        40 + work / (1_000 * self.settings.0[knobs::TRAIN_EVERY] as u64)
    }

    fn moved(&mut self, shape: &Shape) {
        self.batch.see(shape.sight.clone());
    }

    fn set(&mut self, knob: usize, value: f64, dialogue: u64) -> Result<(), KnobError> {
        if !KNOBS[knob].live {
            return Err(KnobError::Fixed { name: KNOBS[knob].name, value: KNOBS[knob].show(value) });
        }
        self.settings.0[knob] = KNOBS[knob].check(value)?;
        self.begin(dialogue);
        Ok(())
    }

    fn kernel() -> Option<&'static str> {
        Some(gemm::kernel())
    }
}
