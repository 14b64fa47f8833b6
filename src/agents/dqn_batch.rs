//! A minibatch of remembered turns: drawn, looked at, and the room to calculate with it.

use std::sync::Arc;

use crate::nn::dense::Rows;
use crate::nn::mlp::{Mlp, Pass};
use crate::nn::replay::{Memory, Priorities, Replay};
use crate::num::dice::Key;
use crate::world::env::{Feature, Sight};

/// The largest value of a row among legal acts.
#[derive(Clone, Copy)]
pub struct Best {
    pub value: f32,
    /// Mask of the acts that have it; 0 where it is not a number.
    pub acts: u64,
}

impl Best {
    /// Its first act's value in another row; NaN where there is none.
    pub fn of(self, row: &[f32]) -> f32 {
        row.get(self.acts.trailing_zeros() as usize).copied().unwrap_or(f32::NAN)
    }
}

/// A value that is not a number is not passed over: it becomes the largest.
pub fn best(row: &[f32], legal: u64) -> Best {
    let (mut value, mut acts) = (f32::NEG_INFINITY, 0);
    let mut rest = legal;
    while rest != 0 {
        let q = row[rest.trailing_zeros() as usize];
        if q > value {
            (value, acts) = (q, rest & rest.wrapping_neg());
        } else if q == value {
            acts |= rest & rest.wrapping_neg();
        } else if q.is_nan() {
            return Best { value: q, acts: 0 };
        }
        rest &= rest - 1;
    }
    Best { value, acts }
}

/// Room for a minibatch; no state.
#[derive(Clone)]
pub struct Batch {
    sight: Arc<dyn Sight>,
    features: Vec<Feature>,
    pub places: Vec<usize>,
    pub memories: Vec<Memory>,
    /// How much each counts; 1 where all are drawn with equal chance.
    pub weights: Vec<f32>,
    pub deltas: Vec<f32>,
    /// Of the states before and after each turn.
    pub states: Rows,
    pub nexts: Rows,
    pub legal: Vec<u64>,
    pub next_legal: Vec<u64>,
    /// Q(s,·), Q̂(s′,·) and Q(s′,·).
    pub q: Pass<f32>,
    pub promised: Pass<f32>,
    pub named: Pass<f32>,
    pub gradient: Vec<f32>,
}

impl Batch {
    pub fn new(network: &Mlp, size: usize, sight: Arc<dyn Sight>) -> Batch {
        let pass = Pass::new(network, size);
        Batch {
            sight,
            features: Vec::new(),
            places: vec![0; size],
            memories: vec![Memory::default(); size],
            weights: vec![1.0; size],
            deltas: vec![0.0; size],
            states: Rows::default(),
            nexts: Rows::default(),
            legal: vec![0; size],
            next_legal: vec![0; size],
            q: pass.clone(),
            promised: pass.clone(),
            named: pass,
            gradient: vec![0.0; network.parameters()],
        }
    }

    /// The world has changed.
    pub fn see(&mut self, sight: Arc<dyn Sight>) {
        self.sight = sight;
    }

    /// Draws places and looks at what happened there.
    pub fn draw(&mut self, replay: &Replay, priorities: Option<&Priorities>, beta: f32, key: Key) {
        match priorities {
            None => replay.uniform(key, &mut self.places),
            Some(p) => {
                p.draw(key, &mut self.places);
                p.weights(&self.places, replay.len(), beta, &mut self.weights);
            }
        }
        self.states.clear();
        self.nexts.clear();
        for (k, place) in self.places.iter().enumerate() {
            let m = replay.at(*place);
            for (key, rows, legal) in [(m.from, &mut self.states, &mut self.legal), (m.to, &mut self.nexts, &mut self.next_legal)] {
                self.sight.features(key, &mut self.features);
                rows.push(&self.features);
                legal[k] = self.sight.legal(key);
            }
            self.memories[k] = m;
        }
    }
}
