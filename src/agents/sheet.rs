//! Numbers by row and act: rows padded to a power of two with −∞, so that illegal acts are never a maximum, and beside each
//! row its maximum and the acts that reach it, kept up to date by the one scan that follows each write. Both the greedy act
//! and the target are then one load. Who writes many cells for each row that is read leaves the scan to the reading instead.

use crate::fields;
use crate::num::lanes;
use crate::world::env::ActionId;

/// A row's maximum and the mask of the acts that have it; without an act where writes have left them to `settle`.
#[derive(Clone, Copy, Debug)]
struct Best {
    acts: u64,
    max: f32,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    q: Vec<f32>,
    best: Vec<Best>,
    shift: u32,
}

// The row maxima follow from q, and are made anew when a sheet is loaded.
fields!(Sheet { q } then refresh);

impl Sheet {
    /// Legal cells at `initial`, by a mask for each row.
    pub fn new(actions: u32, initial: f32, legal: impl ExactSizeIterator<Item = u64>) -> Sheet {
        let shift = actions.next_power_of_two().trailing_zeros();
        let rows = legal.len();
        let mut sheet = Sheet { q: vec![0.0; rows << shift], best: vec![Best { acts: 1, max: 0.0 }; rows], shift };
        for (row, legal) in legal.enumerate() {
            sheet.fill(row, legal, initial);
        }
        sheet
    }

    /// Acts with padding, as a shift: the cell of (row, act) is `row << shift | act`.
    pub fn shift(&self) -> u32 {
        self.shift
    }

    pub fn rows(&self) -> usize {
        self.best.len()
    }

    #[inline(always)]
    pub fn q(&self, row: usize, act: ActionId) -> f32 {
        self.q[row << self.shift | act.index()]
    }

    /// Values of a row, padding included.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.q[row << self.shift..(row + 1) << self.shift]
    }

    #[inline(always)]
    pub fn max(&self, row: usize) -> f32 {
        self.best[row].max
    }

    /// Mask of the acts with the largest value.
    #[inline(always)]
    pub fn greedy(&self, row: usize) -> u64 {
        self.best[row].acts
    }

    /// Writes a cell and makes its row's maximum anew.
    #[inline(always)]
    pub fn put(&mut self, row: usize, act: ActionId, value: f32) {
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

    /// Writes a cell; until `settle`, its row has no maximum.
    #[inline(always)]
    pub fn put_unsettled(&mut self, row: usize, act: ActionId, value: f32) {
        self.q[row << self.shift | act.index()] = value;
        self.best[row].acts = 0;
    }

    /// Makes a row's maximum anew where writes have left it behind.
    #[inline(always)]
    pub fn settle(&mut self, row: usize) {
        if self.best[row].acts == 0 {
            let (max, acts) = self.scan(row);
            self.best[row] = Best { acts, max };
        }
    }

    #[inline(always)]
    fn scan(&self, row: usize) -> (f32, u64) {
        let cells = self.row(row);
        match self.shift {
            4 => lanes::top(cells.first_chunk::<16>().expect("a row of 16")),
            5 => lanes::top(cells.first_chunk::<32>().expect("a row of 32")),
            _ => lanes::best(cells),
        }
    }

    /// Mask of the acts with the largest value, whether the row is settled or not.
    pub fn winners(&self, row: usize) -> u64 {
        if self.best[row].acts == 0 { self.scan(row).1 } else { self.best[row].acts }
    }

    /// Begins a row anew: legal cells at a value.
    pub fn fill(&mut self, row: usize, legal: u64, value: f32) {
        let cells = &mut self.q[row << self.shift..(row + 1) << self.shift];
        for (a, cell) in cells.iter_mut().enumerate() {
            *cell = if legal >> a & 1 == 1 { value } else { f32::NEG_INFINITY };
        }
        let (max, acts) = lanes::best(cells);
        self.best[row] = Best { acts, max };
    }

    /// Takes over a row of another sheet of the same shape.
    pub fn copy_row(&mut self, row: usize, from: &Sheet) {
        self.q[row << self.shift..(row + 1) << self.shift].copy_from_slice(from.row(row));
        self.best[row] = from.best[row];
    }

    fn refresh(&mut self) {
        for (best, row) in self.best.iter_mut().zip(self.q.chunks_exact(1 << self.shift)) {
            let (max, acts) = lanes::best(row);
            *best = Best { acts, max };
        }
    }
}
