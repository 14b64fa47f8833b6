//! A multilayer perceptron: dense layers, plain or with a dueling head, over one flat vector of parameters.
//!
//! Letters: B rows of a batch, I inputs, O outputs. A network holds no numbers: its owner keeps the parameters, a `Pass` or a
//! `Single` is room to calculate in and no state.

use super::dense::{Activation, Dense, Rows, weigh};
use super::initial::Initial;
use super::real::Real;
use super::vector::vector;
use crate::num::dice::Key;
use crate::world::env::Feature;

/// What the last layer's outputs are made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    Plain,
    /// Q(s,a) = V(s) + A(s,a) − mean A(s,·). Source: Wang et al. 2016, eq. 9; here both streams share all hidden layers.
    Dueling,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Mlp {
    layers: Vec<Dense>,
    head: Head,
    outputs: usize,
}

impl Mlp {
    /// `hidden` are the widths of the hidden layers, from the input on; with none, outputs are linear in the features.
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize, activation: Activation, head: Head) -> Mlp {
        let mut layers: Vec<Dense> = Vec::with_capacity(hidden.len() + 1);
        let last = if head == Head::Dueling { outputs + 1 } else { outputs };
        let (mut width, mut start) = (inputs, 0);
        for (l, &next) in hidden.iter().chain([&last]).enumerate() {
            let (name, activation) =
                if l < hidden.len() { (format!("hidden {}", l + 1), activation) } else { ("output".to_owned(), Activation::Identity) };
            let layer = Dense::new(name, width, next, activation, start);
            (width, start) = (next, layer.range().end);
            layers.push(layer);
        }
        Mlp { layers, head, outputs }
    }

    pub fn layers(&self) -> &[Dense] {
        &self.layers
    }

    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Length of the vector of parameters.
    pub fn parameters(&self) -> usize {
        self.last().range().end
    }

    fn last(&self) -> &Dense {
        self.layers.last().expect("a network has an output layer")
    }

    /// Fresh parameters: hidden weights by `initial`, the output layer's drawn the same way and multiplied by `output_gain`, biases 0.
    pub fn fresh<F: Real>(&self, initial: Initial, output_gain: f64, key: Key) -> Vec<F> {
        let mut parameters = vec![F::ZERO; self.parameters()];
        for (l, layer) in self.layers.iter().enumerate() {
            let (w, _) = layer.views_mut(&mut parameters);
            let gain = if l + 1 < self.layers.len() { initial.gain(layer.activation) } else { output_gain };
            initial.fill(w, layer.inputs, layer.outputs, gain, key.child(l as u64));
        }
        parameters
    }

    /// Outputs of each row, left in `pass`.
    pub fn forward<F: Real>(&self, parameters: &[F], x: &Rows, pass: &mut Pass<F>) {
        let rows = x.len();
        pass.rows = rows;
        for (l, layer) in self.layers.iter().enumerate() {
            let (before, here) = pass.layers.split_at_mut(l);
            let y = &mut here[0][..rows * layer.outputs];
            match before.last() {
                None => layer.forward_rows(parameters, x, y),
                Some(input) => layer.forward(parameters, &input[..rows * layer.inputs], y),
            }
        }
        if self.head == Head::Dueling {
            let raw = &pass.layers[self.layers.len() - 1][..rows * (self.outputs + 1)];
            for (raw, q) in raw.chunks_exact(self.outputs + 1).zip(pass.head.chunks_exact_mut(self.outputs)) {
                duel(raw, q);
            }
        }
    }

    /// The gradient of a loss over all parameters, after `forward` of the same rows. The loss's gradient by the outputs (B × O)
    /// stands in `pass.error()`; it is used up.
    pub fn backward<F: Real>(&self, parameters: &[F], x: &Rows, pass: &mut Pass<F>, gradient: &mut [F]) {
        let rows = pass.rows;
        let Pass { layers, head: _, error, other, .. } = pass;
        if self.head == Head::Dueling {
            let raw = other.chunks_exact_mut(self.outputs + 1).zip(error.chunks_exact(self.outputs));
            raw.take(rows).for_each(|(raw, q)| duel_backward(q, raw));
            std::mem::swap(error, other);
        }
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let y = &layers[l][..rows * layer.outputs];
            let dy = &mut error[..rows * layer.outputs];
            if l == 0 {
                layer.backward_rows(x, y, dy, gradient);
            } else {
                let dx = &mut other[..rows * layer.inputs];
                layer.backward(parameters, &layers[l - 1][..rows * layer.inputs], y, dy, dx, gradient);
                std::mem::swap(error, other);
            }
        }
    }

    /// The outputs of one row of features, without a batch.
    pub fn one<'a, F: Real>(&self, parameters: &[F], features: &[Feature], single: &'a mut Single<F>) -> &'a [F] {
        let Single { values, active, outputs } = single;
        for (l, layer) in self.layers.iter().enumerate() {
            let (w, b) = layer.views(parameters);
            let y = &mut values[..layer.outputs];
            vector(
                #[inline(always)]
                || {
                    if l == 0 {
                        weigh(features.iter().map(|f| (f.at, F::from_f32(f.value))), w, b, y);
                    } else {
                        weigh(active.iter().copied(), w, b, y);
                    }
                    layer.activation.forward(y);
                },
            );
            if l + 1 < self.layers.len() {
                active.clear();
                active.extend(y.iter().enumerate().filter(|(_, y)| **y != F::ZERO).map(|(i, y)| (i as u32, *y)));
            }
        }
        match self.head {
            Head::Plain => &values[..self.outputs],
            Head::Dueling => {
                duel(&values[..=self.outputs], outputs);
                outputs
            }
        }
    }
}

/// Q(s,a) = V + A(a) − mean A, of a row (A …, V).
fn duel<F: Real>(raw: &[F], q: &mut [F]) {
    let (advantages, value) = raw.split_at(q.len());
    let mean = mean(advantages);
    q.iter_mut().zip(advantages).for_each(|(q, a)| *q = value[0] + (*a - mean));
}

/// dA(a) = dQ(a) − mean dQ, dV = Σ dQ.
fn duel_backward<F: Real>(dq: &[F], raw: &mut [F]) {
    let mean = mean(dq);
    let (advantages, value) = raw.split_at_mut(dq.len());
    advantages.iter_mut().zip(dq).for_each(|(a, dq)| *a = *dq - mean);
    value[0] = mean * F::of(dq.len() as f64);
}

fn mean<F: Real>(row: &[F]) -> F {
    row.iter().fold(F::ZERO, |sum, x| sum + *x) / F::of(row.len() as f64)
}

/// Room for a batch.
#[derive(Clone, Debug)]
pub struct Pass<F> {
    rows: usize,
    /// By layer, after its activation: B × O.
    layers: Vec<Vec<F>>,
    /// After a dueling head: B × O.
    head: Vec<F>,
    error: Vec<F>,
    other: Vec<F>,
    outputs: usize,
}

impl<F: Real> Pass<F> {
    /// For batches of at most `rows`.
    pub fn new(network: &Mlp, rows: usize) -> Pass<F> {
        let widest = network.layers.iter().map(|l| l.outputs).max().unwrap_or(0);
        let head = if network.head == Head::Dueling { rows * network.outputs } else { 0 };
        Pass {
            rows: 0,
            layers: network.layers.iter().map(|l| vec![F::ZERO; rows * l.outputs]).collect(),
            head: vec![F::ZERO; head],
            error: vec![F::ZERO; rows * widest],
            other: vec![F::ZERO; rows * widest],
            outputs: network.outputs,
        }
    }

    /// Shape: B × O.
    pub fn outputs(&self) -> &[F] {
        let last = if self.head.is_empty() { &self.layers[self.layers.len() - 1] } else { &self.head };
        &last[..self.rows * self.outputs]
    }

    pub fn row(&self, b: usize) -> &[F] {
        &self.outputs()[b * self.outputs..(b + 1) * self.outputs]
    }

    /// Where the loss's gradient by the outputs is to be written, all of it. Shape: B × O.
    pub fn error(&mut self) -> &mut [F] {
        &mut self.error[..self.rows * self.outputs]
    }
}

/// Room for one row.
#[derive(Clone, Debug)]
pub struct Single<F> {
    values: Vec<F>,
    /// Outputs of the layer before that are not 0.
    active: Vec<(u32, F)>,
    outputs: Vec<F>,
}

impl<F: Real> Single<F> {
    pub fn new(network: &Mlp) -> Single<F> {
        let widest = network.layers.iter().map(|l| l.outputs).max().unwrap_or(0);
        let outputs = vec![F::ZERO; network.outputs];
        Single { values: vec![F::ZERO; widest], active: Vec::with_capacity(widest), outputs }
    }
}
