//! A table Q(s, a): rows padded to a power of two with −∞, so that illegal acts are never a maximum, and beside each row
//! its maximum and the acts that reach it, kept up to date by the one scan that follows each update. Both the greedy act
//! and the target are then one load.

use crate::fields;
use crate::learn::agent::{Count, Rows, View};
use crate::learn::probe::{Place, Probe};
use crate::num::lanes;
use crate::world::env::{ActionId, Shape};

/// A row's maximum and the mask of the acts that have it.
#[derive(Clone, Copy, Debug)]
struct Best {
    acts: u64,
    max: f32,
}

#[derive(Clone, Debug)]
pub struct Table {
    q: Vec<f32>,
    counts: Vec<Count>,
    best: Vec<Best>,
    shift: u32,
}

// The row maxima follow from q, and are made anew when a table is loaded.
fields!(Table { q, counts } then refresh_all);

impl Table {
    /// All legal cells at `initial`.
    pub fn new(shape: &Shape, initial: f32) -> Table {
        let shift = shape.actions.next_power_of_two().trailing_zeros();
        let cells = shape.legal.len() << shift;
        let mut q = vec![f32::NEG_INFINITY; cells];
        for (row, legal) in q.chunks_exact_mut(1 << shift).zip(shape.legal.iter()) {
            for (a, cell) in row.iter_mut().enumerate().filter(|(a, _)| legal >> a & 1 == 1) {
                let _ = a;
                *cell = initial;
            }
        }
        let best = vec![Best { acts: 1, max: 0.0 }; shape.legal.len()];
        let mut table = Table { q, counts: vec![Count::default(); cells], best, shift };
        table.refresh_all();
        table
    }

    #[inline(always)]
    fn cell(&self, row: u64, act: ActionId) -> usize {
        (row as usize) << self.shift | act.index()
    }

    #[inline(always)]
    pub fn q(&self, row: u64, act: ActionId) -> f32 {
        self.q[self.cell(row, act)]
    }

    /// Writes the values of a state's acts; −∞ where illegal.
    pub fn values(&self, at: View<'_>, out: &mut [f32]) {
        out.copy_from_slice(&self.row(at.key)[..out.len()]);
    }

    fn row(&self, key: u64) -> &[f32] {
        &self.q[(key as usize) << self.shift..(key as usize + 1) << self.shift]
    }

    /// Keys of the rows kept, rising, where there is no room for every state.
    pub fn keys(&self) -> Option<Vec<u64>> {
        None
    }

    pub fn rows(&self) -> Option<Rows> {
        None
    }

    #[inline(always)]
    pub fn max(&self, row: u64) -> f32 {
        self.best[row as usize].max
    }

    /// Mask of the acts with the largest value.
    #[inline(always)]
    pub fn greedy(&self, row: u64) -> u64 {
        self.best[row as usize].acts
    }

    #[inline(always)]
    pub fn visits(&self, row: u64, act: ActionId) -> u32 {
        self.counts[self.cell(row, act)].visits
    }

    /// Updates and last |δ| of a row's cells, padding included.
    pub fn counts(&self, row: u64) -> &[Count] {
        &self.counts[(row as usize) << self.shift..(row as usize + 1) << self.shift]
    }

    /// Q(s, a) ← Q(s, a) + α (target − Q(s, a)); the TD error comes back.
    #[inline(always)]
    pub fn nudge<P: Probe>(&mut self, row: u64, act: ActionId, target: f32, alpha: f32, probe: &mut P) -> f32 {
        let cell = self.cell(row, act);
        let before = self.q[cell];
        let delta = target - before;
        let after = before + alpha * delta;
        self.put(row, act, after);
        let count = &mut self.counts[cell];
        *count = Count { visits: count.visits.saturating_add(1), delta: delta.abs() };
        if P::ON {
            probe.write(Place { row, column: u32::from(act.0) }, before, after);
        }
        delta
    }

    /// Writes a cell and makes its row's maximum anew.
    #[inline(always)]
    pub fn put(&mut self, row: u64, act: ActionId, value: f32) {
        let row = row as usize;
        let cells = &mut self.q[row << self.shift..(row + 1) << self.shift];
        let (max, acts) = match self.shift {
            4 => lanes::put(cells.first_chunk_mut::<16>().expect("a row of 16"), act.index(), value),
            5 => lanes::put(cells.first_chunk_mut::<32>().expect("a row of 32"), act.index(), value),
            _ => {
                cells[act.index()] = value;
                lanes::best(cells)
            }
        };
        self.best[row] = Best { acts, max };
    }

    fn refresh_all(&mut self) {
        for (best, row) in self.best.iter_mut().zip(self.q.chunks_exact(1 << self.shift)) {
            let (max, acts) = lanes::best(row);
            *best = Best { acts, max };
        }
    }
}
