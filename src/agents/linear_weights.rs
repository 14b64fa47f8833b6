//! Linear action values: Q(s, a) = Σᵢ w(i, a) xᵢ over the features of the state that are not 0.
//! A row of weights for each feature, padded to a power of two, so that all acts of a state are summed side by side.
//! Source: Sutton & Barto 2018, §9.4 and eq. 10.1.

use crate::fields;
use crate::learn::inside::Weights;
use crate::num::lanes;
use crate::world::env::{ActionId, Feature, Shape};

#[derive(Clone, Debug)]
pub struct Linear {
    /// Shape: features × acts, padded.
    w: Vec<f32>,
    features: u32,
    acts: u32,
    shift: u32,
}

fields!(Linear { w });

/// Values of one state, its maximum over legal acts and who has it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub values: [f32; 64],
    pub legal: u64,
    pub max: f32,
    pub greedy: u64,
}

impl Linear {
    pub fn new(shape: &Shape) -> Linear {
        let shift = shape.actions.next_power_of_two().trailing_zeros();
        Linear { w: vec![0.0; (shape.features as usize) << shift], features: shape.features, acts: shape.actions, shift }
    }

    /// All weights alike, so that every act of a state with these features is worth `initial`.
    pub fn fill(&mut self, x: &[Feature], initial: f32) {
        let sum: f32 = x.iter().map(|f| f.value).sum();
        if sum != 0.0 {
            self.w.fill(initial / sum);
        }
    }

    #[inline(always)]
    pub fn q(&self, x: &[Feature], act: ActionId) -> f32 {
        x.iter().fold(0.0, |sum, f| sum + self.w[(f.at as usize) << self.shift | act.index()] * f.value)
    }

    /// w(i, a) ← w(i, a) + change · xᵢ
    #[inline(always)]
    pub fn nudge(&mut self, x: &[Feature], act: ActionId, change: f32) {
        for f in x {
            self.w[(f.at as usize) << self.shift | act.index()] += change * f.value;
        }
    }

    /// The values of all acts, illegal ones −∞.
    #[inline(always)]
    pub fn row(&self, x: &[Feature], legal: u64) -> Row {
        let mut row = Row { values: [f32::NEG_INFINITY; 64], legal, max: 0.0, greedy: 0 };
        match self.shift {
            4 => self.sum::<16>(x, &mut row),
            5 => self.sum::<32>(x, &mut row),
            _ => self.sum_any(x, &mut row),
        }
        row
    }

    #[inline(always)]
    fn sum<const N: usize>(&self, x: &[Feature], row: &mut Row) {
        let mut sum = [0.0_f32; N];
        for f in x {
            let w = self.w[(f.at as usize) << self.shift..].first_chunk::<N>().expect("a row of N weights for each feature");
            for (sum, w) in sum.iter_mut().zip(w) {
                *sum += w * f.value;
            }
        }
        for (a, sum) in sum.iter_mut().enumerate() {
            *sum = if row.legal >> a & 1 == 1 { *sum } else { f32::NEG_INFINITY };
        }
        (row.max, row.greedy) = lanes::top(&sum);
        row.values[..N].copy_from_slice(&sum);
    }

    fn sum_any(&self, x: &[Feature], row: &mut Row) {
        for a in (0..self.acts as u8).filter(|a| row.legal >> a & 1 == 1) {
            row.values[a as usize] = self.q(x, ActionId(a));
        }
        (row.max, row.greedy) = lanes::best(&row.values);
    }

    /// Makes the value of one act anew after its weights changed.
    #[inline(always)]
    pub fn refresh(&self, row: &mut Row, x: &[Feature], act: ActionId) {
        if row.legal >> act.index() & 1 == 0 {
            return;
        }
        row.values[act.index()] = self.q(x, act);
        (row.max, row.greedy) = match self.shift {
            4 => lanes::top(row.values.first_chunk::<16>().expect("16 of 64")),
            5 => lanes::top(row.values.first_chunk::<32>().expect("32 of 64")),
            _ => lanes::best(&row.values),
        };
    }

    /// Without the padding.
    pub fn shown(&self) -> Weights {
        let values = self.w.chunks_exact(1 << self.shift).flat_map(|row| &row[..self.acts as usize]).copied().collect();
        Weights { features: self.features, acts: self.acts, values }
    }

    /// Euclidean norm ‖w‖.
    pub fn norm(&self) -> f32 {
        self.w.iter().map(|w| f64::from(*w) * f64::from(*w)).sum::<f64>().sqrt() as f32
    }
}
