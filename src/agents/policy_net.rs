//! Actor and critic: a network of preferences h(s,·) and one of values V(s), each with its parameters and its optimiser's moments.
//! Illegal acts are left out of the softmax, which is their preference at −∞.
//! Source: Mnih et al. 2016, §4; networks apart and orthogonal first weights as in Andrychowicz et al. 2021, §3.

use super::policy_loss::{Objective, Parts, Sample, divergence, turn};
use crate::fields;
use crate::learn::agent::View;
use crate::learn::inside::Layer;
use crate::nn::adam::{Adam, Rates, clip, squares};
use crate::nn::dense::{Activation, Rows};
use crate::nn::initial::Initial;
use crate::nn::mlp::{Head, Mlp, Pass, Single};
use crate::nn::policy;
use crate::num::dice::Dice;
use crate::world::env::{Feature, Shape};

/// The actor's last weights begin so small that every act is about as likely as any other.
const SHY: f64 = 0.01;

/// A network with what training changes of it.
#[derive(Clone, Debug)]
pub struct Learner {
    network: Mlp,
    parameters: Vec<f32>,
    moments: Adam,
    /// Of the last step, by layer: ‖∂L/∂W‖.
    norms: Vec<f32>,
    single: Single<f32>,
    pass: Pass<f32>,
    gradient: Vec<f32>,
}

fields!(Learner { parameters, moments, norms });

impl Learner {
    fn new(inputs: usize, hidden: &[usize], outputs: usize, gain: f64, rows: usize, dice: &mut Dice) -> Learner {
        let network = Mlp::new(inputs, hidden, outputs, Activation::Relu, Head::Plain);
        let parameters = network.fresh(Initial::Orthogonal, gain, dice.key());
        Learner {
            moments: Adam::new(parameters.len()),
            norms: vec![0.0; network.layers().len()],
            single: Single::new(&network),
            pass: Pass::new(&network, rows),
            gradient: vec![0.0; parameters.len()],
            network,
            parameters,
        }
    }

    fn one(&mut self, x: &[Feature]) -> &[f32] {
        self.network.one(&self.parameters, x, &mut self.single)
    }

    /// As `one`, for who may only look.
    fn look(&self, x: &[Feature]) -> Vec<f32> {
        self.network.one(&self.parameters, x, &mut Single::new(&self.network)).to_vec()
    }

    /// One step of Adam against the gradient whose errors stand in the pass; the gradient's norm before it was clipped.
    fn descend(&mut self, x: &Rows, rate: f32, most: f32) -> f32 {
        self.network.backward(&self.parameters, x, &mut self.pass, &mut self.gradient);
        for (layer, norm) in self.network.layers().iter().zip(&mut self.norms) {
            *norm = squares(&self.gradient[layer.range()]).sqrt();
        }
        let norm = self.norms.iter().map(|n| n * n).sum::<f32>().sqrt();
        // Adam's ε as in Andrychowicz et al. 2021 and before: with the paper's own, parameters that hardly move jump.
        let rates = Rates { epsilon: 1e-5, ..Rates::of(rate) };
        self.moments.step(&mut self.parameters, &self.gradient, clip(norm, most), &rates);
        norm
    }

    fn layers(&self, who: &str, out: &mut Vec<Layer>) {
        let layer = |(l, gradient): (&crate::nn::dense::Dense, &f32)| Layer {
            name: format!("{who} {}", l.name),
            inputs: l.inputs as u32,
            outputs: l.outputs as u32,
            weights: squares(&self.parameters[l.range()]).sqrt(),
            gradient: *gradient,
        };
        out.extend(self.network.layers().iter().zip(&self.norms).map(layer));
    }
}

#[derive(Clone, Debug)]
pub struct ActorCritic {
    actor: Learner,
    critic: Learner,
    acts: usize,
}

fields!(ActorCritic { actor, critic });

/// Turns that one step learns from.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub x: Rows,
    pub samples: Vec<Sample<f32>>,
    /// What the critic learns: the return of each.
    pub returns: Vec<f32>,
}

impl Batch {
    pub fn clear(&mut self) {
        self.x.clear();
        self.samples.clear();
        self.returns.clear();
    }

    /// A turn of another one.
    pub fn take(&mut self, from: &Batch, at: usize) {
        self.x.push(from.x.row(at));
        self.samples.push(from.samples[at]);
        self.returns.push(from.returns[at]);
    }
}

/// What a step depends on beside the batch.
#[derive(Clone, Copy, Debug)]
pub struct Stride {
    pub objective: Objective<f32>,
    /// β: weight of the entropy bonus.
    pub entropy: f32,
    pub actor_rate: f32,
    pub critic_rate: f32,
    /// Norm at which a gradient is clipped; 0 is no limit.
    pub most: f32,
}

/// Means over what was learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Health {
    pub policy_loss: f32,
    pub value_loss: f32,
    pub entropy: f32,
    pub kl: f32,
    /// Share of the turns that the clip holds.
    pub clipped: f32,
    /// Norm of both networks' gradients together, before clipping.
    pub norm: f32,
    /// 1 − Var(G − V) / Var(G) over the rollout.
    pub explained: f32,
}

impl Health {
    pub fn add(&mut self, other: &Health) {
        self.policy_loss += other.policy_loss;
        self.value_loss += other.value_loss;
        self.entropy += other.entropy;
        self.clipped += other.clipped;
        self.norm += other.norm;
    }

    /// The means of a sum.
    #[must_use]
    pub fn over(&self, steps: f32) -> Health {
        Health {
            policy_loss: self.policy_loss / steps,
            value_loss: self.value_loss / steps,
            entropy: self.entropy / steps,
            clipped: self.clipped / steps,
            norm: self.norm / steps,
            ..*self
        }
    }
}

impl ActorCritic {
    /// For batches of at most `rows`.
    pub fn new(shape: &Shape, hidden: &[usize], rows: usize, dice: &mut Dice) -> ActorCritic {
        let (inputs, acts) = (shape.features as usize, shape.actions as usize);
        ActorCritic {
            actor: Learner::new(inputs, hidden, acts, SHY, rows, dice),
            critic: Learner::new(inputs, hidden, 1, 1.0, rows, dice),
            acts,
        }
    }

    /// h(s,·), illegal acts included.
    pub fn preferences(&self, x: &[Feature]) -> Vec<f32> {
        self.actor.look(x)
    }

    /// V(s)
    pub fn value(&mut self, x: &[Feature]) -> f32 {
        self.critic.one(x)[0]
    }

    /// As `value`, for who may only look.
    pub fn worth(&self, x: &[Feature]) -> f32 {
        self.critic.look(x)[0]
    }

    /// Writes π(·|s).
    pub fn policy(&mut self, at: View<'_>, out: &mut [f32]) {
        let h = self.actor.network.one(&self.actor.parameters, at.features, &mut self.actor.single);
        policy::softmax(h, at.legal, out);
    }

    /// Into each sample log π(a|s) of the present policy.
    pub fn remember(&mut self, batch: &mut Batch) {
        self.actor.network.forward(&self.actor.parameters, &batch.x, &mut self.actor.pass);
        for (b, sample) in batch.samples.iter_mut().enumerate() {
            sample.old = policy::log_probability(self.actor.pass.row(b), sample.legal, sample.act);
        }
    }

    /// Mean KL from the policy of the samples to the present one.
    pub fn moved(&mut self, batch: &Batch) -> f32 {
        self.actor.network.forward(&self.actor.parameters, &batch.x, &mut self.actor.pass);
        let kl = |(b, s): (usize, &Sample<f32>)| divergence(policy::log_probability(self.actor.pass.row(b), s.legal, s.act) - s.old);
        batch.samples.iter().enumerate().map(kl).sum::<f32>() / batch.samples.len() as f32
    }

    /// One step of both networks.
    pub fn learn(&mut self, batch: &Batch, stride: &Stride) -> Health {
        let mut health = Health::default();
        self.improve_policy(batch, stride, &mut health);
        let actor = self.actor.descend(&batch.x, stride.actor_rate, stride.most);
        health.value_loss = self.correct_values(batch);
        let critic = self.critic.descend(&batch.x, stride.critic_rate, stride.most);
        health.norm = (actor * actor + critic * critic).sqrt();
        let sum = squares(&self.actor.parameters) + squares(&self.critic.parameters);
        if !sum.is_finite() {
            // What is broken anywhere is broken everywhere, so that the run stops at this very update.
            self.actor.parameters.fill(f32::NAN);
            self.critic.parameters.fill(f32::NAN);
        }
        health
    }

    /// The policy's loss: its errors into the actor's pass, its parts into `health`.
    fn improve_policy(&mut self, batch: &Batch, stride: &Stride, health: &mut Health) {
        let (actor, n) = (&mut self.actor, batch.samples.len() as f32);
        actor.network.forward(&actor.parameters, &batch.x, &mut actor.pass);
        let h = actor.pass.outputs().to_vec();
        let rows = h.chunks_exact(self.acts).zip(actor.pass.error().chunks_exact_mut(self.acts));
        for ((h, error), sample) in rows.zip(&batch.samples) {
            let Parts { loss, entropy, clipped, .. } = turn(h, sample, stride.objective, stride.entropy, 1.0 / n, error);
            health.policy_loss += loss / n;
            health.entropy += entropy / n;
            health.clipped += f32::from(clipped) / n;
        }
    }

    /// The critic's loss, ½ (G − V)² on the mean; its errors into the critic's pass.
    fn correct_values(&mut self, batch: &Batch) -> f32 {
        let (critic, n) = (&mut self.critic, batch.returns.len() as f32);
        critic.network.forward(&critic.parameters, &batch.x, &mut critic.pass);
        let v = critic.pass.outputs().to_vec();
        let mut loss = 0.0;
        for ((error, v), g) in critic.pass.error().iter_mut().zip(v).zip(&batch.returns) {
            *error = (v - g) / n;
            loss += 0.5 * (g - v) * (g - v) / n;
        }
        loss
    }

    /// Numbers that training changes.
    pub fn parameters(&self) -> usize {
        self.actor.parameters.len() + self.critic.parameters.len()
    }

    pub fn layers(&self) -> Vec<Layer> {
        let mut out = Vec::new();
        self.actor.layers("actor", &mut out);
        self.critic.layers("critic", &mut out);
        out
    }
}
