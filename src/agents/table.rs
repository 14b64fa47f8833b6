//! A table Q(s, a): rows padded to a power of two with −∞, so that illegal acts are never a maximum, and beside each row
//! its maximum and the acts that reach it, kept up to date by the one scan that follows each update. Both the greedy act
//! and the target are then one load.

use crate::fields;
use crate::learn::probe::{Place, Probe};
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
    /// Updates of each cell.
    visits: Vec<u32>,
    /// Last |δ| of each cell.
    delta: Vec<f32>,
    best: Vec<Best>,
    shift: u32,
}

// The row maxima follow from q, and are made anew when a table is loaded.
fields!(Table { q, visits, delta } then refresh_all);

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
        let mut table = Table { q, visits: vec![0; cells], delta: vec![0.0; cells], best, shift };
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

    /// Values of a row, padding included.
    pub fn row(&self, row: u64) -> &[f32] {
        &self.q[(row as usize) << self.shift..(row as usize + 1) << self.shift]
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
        self.visits[self.cell(row, act)]
    }

    /// Updates and last |δ| of a row's cells, padding included.
    pub fn counts(&self, row: u64) -> (&[u32], &[f32]) {
        let cells = (row as usize) << self.shift..(row as usize + 1) << self.shift;
        (&self.visits[cells.clone()], &self.delta[cells])
    }

    /// Q(s, a) ← Q(s, a) + α (target − Q(s, a)); the TD error comes back.
    #[inline(always)]
    pub fn nudge<P: Probe>(&mut self, row: u64, act: ActionId, target: f32, alpha: f32, probe: &mut P) -> f32 {
        let cell = self.cell(row, act);
        let before = self.q[cell];
        let delta = target - before;
        let after = before + alpha * delta;
        self.q[cell] = after;
        self.visits[cell] = self.visits[cell].saturating_add(1);
        self.delta[cell] = delta.abs();
        self.refresh(row as usize);
        if P::ON {
            probe.write(Place { row, column: u32::from(act.0) }, before, after);
        }
        delta
    }

    #[inline(always)]
    fn refresh(&mut self, row: usize) {
        self.best[row] = match self.shift {
            4 => scan(self.q[row << 4..].first_chunk::<16>().expect("a row of 16")),
            5 => scan(self.q[row << 5..].first_chunk::<32>().expect("a row of 32")),
            _ => scan_any(&self.q[row << self.shift..(row + 1) << self.shift]),
        };
    }

    fn refresh_all(&mut self) {
        (0..self.best.len()).for_each(|row| self.refresh(row));
    }
}

/// The maximum and who has it, in vector registers: the fixed length is what lets the compiler use them.
#[inline(always)]
fn scan<const N: usize>(row: &[f32; N]) -> Best {
    let mut lanes: [f32; 8] = [f32::NEG_INFINITY; 8];
    for part in row.chunks_exact(8) {
        for (lane, q) in lanes.iter_mut().zip(part) {
            *lane = if *q > *lane { *q } else { *lane };
        }
    }
    let mut max = lanes[0];
    for lane in &lanes[1..] {
        max = if *lane > max { *lane } else { max };
    }
    let mut acts = 0_u32;
    for (a, q) in row.iter().enumerate() {
        acts |= u32::from(*q == max) << a;
    }
    Best { acts: u64::from(acts), max }
}

fn scan_any(row: &[f32]) -> Best {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, |m, q| if q > m { q } else { m });
    let acts = row.iter().enumerate().fold(0, |acts, (a, q)| acts | u64::from(*q == max) << a);
    Best { acts, max }
}
