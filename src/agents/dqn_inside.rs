//! What a DQN holds beside its values, as the screens show it: its health, its layers, its memories.

use super::dqn::Dqn;
use super::dqn_knobs as knobs;
use crate::fields;
use crate::learn::agent::Agent;
use crate::learn::inside::{Gauge, Inside, Layer, Remembered, Weights};
use crate::nn::adam::squares;
use crate::nn::mlp::Mlp;

/// Updates whose numbers are remembered.
const RECENT: usize = 120;

/// The numbers of the latest updates, round and round.
#[derive(Clone, Debug)]
struct Ring {
    values: Vec<f32>,
    count: u64,
}

fields!(Ring { values, count });

impl Ring {
    fn new() -> Ring {
        Ring { values: vec![0.0; RECENT], count: 0 }
    }

    fn push(&mut self, value: f32) {
        self.values[(self.count % RECENT as u64) as usize] = value;
        self.count += 1;
    }

    /// Oldest first.
    fn list(&self, most: usize) -> Vec<f32> {
        let kept = self.count.min(RECENT as u64).min(most as u64);
        (self.count - kept..self.count).map(|i| self.values[(i % RECENT as u64) as usize]).collect()
    }
}

/// What the last updates said of themselves.
#[derive(Clone, Debug)]
pub struct Health {
    pub loss: f32,
    /// Of the gradient, before it is clipped.
    pub norm: f32,
    /// Mean |δ| of the minibatch.
    pub surprise: f32,
    /// Mean max Q(s,·) of the minibatch.
    most: f32,
    losses: Ring,
    norms: Ring,
    maxima: Ring,
    /// By layer.
    layers: Vec<f32>,
}

fields!(Health { loss, norm, surprise, most, losses, norms, maxima, layers });

impl Health {
    pub fn new(network: &Mlp) -> Health {
        let layers = vec![0.0; network.layers().len()];
        Health { loss: 0.0, norm: 0.0, surprise: 0.0, most: 0.0, losses: Ring::new(), norms: Ring::new(), maxima: Ring::new(), layers }
    }

    /// Takes an update's gradient, and its loss, mean |δ| and mean max Q.
    pub fn tell(&mut self, network: &Mlp, gradient: &[f32], [loss, surprise, most]: [f32; 3]) {
        let mut sum = 0.0;
        for (norm, layer) in self.layers.iter_mut().zip(network.layers()) {
            let part = squares(&gradient[layer.range()]);
            *norm = part.sqrt();
            sum += part;
        }
        (self.loss, self.norm, self.surprise, self.most) = (loss, sum.sqrt(), surprise, most);
        self.losses.push(loss);
        self.norms.push(self.norm);
        self.maxima.push(most);
        if !self.norm.is_finite() {
            self.surprise = f32::NAN;
        }
    }
}

fn gauge(name: &'static str, symbol: &'static str, unit: &'static str, meaning: &'static str, value: f32, recent: Vec<f32>) -> Gauge {
    Gauge { name, symbol, unit, meaning, value, recent }
}

impl Dqn {
    pub(super) fn shown(&self, most: usize) -> Inside {
        let network = &self.network;
        let layer = |(layer, gradient): (&crate::nn::dense::Dense, &f32)| Layer {
            name: layer.name.clone(),
            inputs: layer.inputs as u32,
            outputs: layer.outputs as u32,
            weights: squares(&self.online[layer.range()]).sqrt(),
            gradient: *gradient,
        };
        // A plain linear network's weights are the table of features and acts itself.
        let linear = network.layers().len() == 1 && network.layers()[0].outputs == network.outputs();
        let weights = || {
            let (w, _) = network.layers()[0].views(&self.online);
            Weights { features: network.inputs() as u32, acts: network.outputs() as u32, values: w.to_vec() }
        };
        Inside {
            note: self.note(),
            gauges: self.gauges(most),
            layers: network.layers().iter().zip(&self.health.layers).map(layer).collect(),
            weights: linear.then(weights),
            replay: Some(self.memories(most)),
            ..Inside::default()
        }
    }

    /// A turn's own error is shown, but it is not what moves the weights.
    fn note(&self) -> String {
        let (batch, starts) = (self.knob(knobs::BATCH_SIZE), self.knob(knobs::LEARNING_STARTS));
        if self.updates == 0 {
            return format!("Turns are only remembered at first: updates begin with turn {starts}.");
        }
        format!(
            "The weights step along the gradient of L over {batch} remembered turns; this turn may not be among them, so Q(s,a) need not move by δ."
        )
    }

    fn gauges(&self, most: usize) -> Vec<Gauge> {
        let health = &self.health;
        let tau = self.knob(knobs::TARGET_TAU);
        let lag = if tau > 0.0 { 1.0 / tau } else { self.lag as f32 };
        let fill = self.replay.len() as f32 / self.replay.room() as f32;
        let learned = self.updates > 0;
        let mut gauges = vec![
            gauge("loss", "L", "", "Mean Huber loss of a minibatch.", health.loss, health.losses.list(most)),
            gauge(
                "gradient norm",
                "‖∇L‖",
                "",
                "Length of the loss's gradient, before it is clipped.",
                health.norm,
                health.norms.list(most),
            ),
            gauge(
                "mean promise",
                "max Q",
                "return",
                "What the network promises of the states of a minibatch; it should settle near the returns that are had.",
                health.most,
                health.maxima.list(most),
            ),
            gauge("replay fill", "", "%", "How much of the replay memory is in use.", 100.0 * fill, Vec::new()),
            gauge("target lag", "", "updates", "How far the target network is behind the learning one.", lag, Vec::new()),
            gauge("exploration", "ε", "", "Chance of the last choice to be of an act that is not greedy.", self.epsilon(), Vec::new()),
            gauge("updates", "", "", "Steps that the optimiser has made.", self.updates as f32, Vec::new()),
        ];
        // Before the first update there is no loss to tell.
        gauges.retain(|gauge| learned || !matches!(gauge.symbol, "L" | "‖∇L‖" | "max Q"));
        gauges
    }

    fn memories(&self, most: usize) -> crate::learn::inside::Replay {
        let replay = &self.replay;
        let mut places: Vec<usize> = replay.newest().collect();
        if let Some(p) = &self.priorities {
            places.sort_by(|a, b| p.of(*b).total_cmp(&p.of(*a)));
        }
        let remembered = |place: &usize| {
            let m = replay.at(*place);
            let priority = self.priorities.as_ref().map(|p| p.of(*place));
            Remembered { key: m.from, act: m.act.0, reward: m.reward, end: m.end, age: replay.age(*place), priority }
        };
        crate::learn::inside::Replay {
            kept: replay.len() as u64,
            room: replay.room() as u64,
            rows: places.iter().take(most).map(remembered).collect(),
        }
    }
}
