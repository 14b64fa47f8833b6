//! Curves of a stage in bounded memory: when a series is full, neighbours become their mean.

use crate::fields;
use crate::num::fields::{FieldError, Fields, Sink, Source};

/// Points of a series.
const KEPT: usize = 512;

#[derive(Clone, Debug)]
pub struct Series {
    points: Vec<f32>,
    filled: u32,
    /// Values in each point.
    stride: u32,
    sum: f64,
    pending: u32,
}

fields!(Series { points, filled, stride, sum, pending });

impl Default for Series {
    fn default() -> Self {
        Series { points: vec![0.0; KEPT], filled: 0, stride: 1, sum: 0.0, pending: 0 }
    }
}

impl Series {
    pub fn push(&mut self, value: f32) {
        self.sum += f64::from(value);
        self.pending += 1;
        if self.pending < self.stride {
            return;
        }
        if self.filled as usize == KEPT {
            for k in 0..KEPT / 2 {
                self.points[k] = f32::midpoint(self.points[2 * k], self.points[2 * k + 1]);
            }
            self.points[KEPT / 2..].fill(0.0);
            (self.filled, self.stride) = (KEPT as u32 / 2, self.stride * 2);
            // The value at hand is half of the next point.
            if self.pending < self.stride {
                return;
            }
        }
        self.points[self.filled as usize] = (self.sum / f64::from(self.pending)) as f32;
        self.filled += 1;
        (self.sum, self.pending) = (0.0, 0);
    }

    pub fn points(&self) -> &[f32] {
        &self.points[..self.filled as usize]
    }

    pub fn stride(&self) -> u32 {
        self.stride
    }

    pub fn last(&self) -> Option<f32> {
        self.points().last().copied()
    }
}

/// The series of a stage, in the order of their names.
#[derive(Clone, Debug)]
pub struct Board {
    pub names: &'static [&'static str],
    series: Vec<Series>,
}

impl Board {
    pub fn new(names: &'static [&'static str]) -> Board {
        Board { names, series: vec![Series::default(); names.len()] }
    }

    pub fn push(&mut self, values: &[(&'static str, f32)]) {
        for (name, value) in values {
            if let Some(at) = self.names.iter().position(|known| known == name) {
                self.series[at].push(*value);
            }
        }
    }

    pub fn get(&self, name: &str) -> Option<&Series> {
        self.names.iter().position(|known| *known == name).map(|at| &self.series[at])
    }

    pub fn last(&self, name: &str) -> f32 {
        self.get(name).and_then(Series::last).unwrap_or(0.0)
    }

    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Series)> {
        self.names.iter().copied().zip(&self.series)
    }
}

impl Fields for Board {
    fn read(&self, to: &mut dyn Sink) {
        self.series.iter().for_each(|series| series.read(to));
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.series.iter_mut().try_for_each(|series| series.write(from))
    }
}
