//! A table Q(s, a) with the updates of each cell. Where states are enumerated, a state's key is its row; else rows are given
//! to the states that are met (`Sparse`), and a state without one reads as new.

use super::sheet::Sheet;
use super::sparse::{ROOM, Sparse};
use crate::learn::agent::{Count, Rows, View};
use crate::learn::probe::{Place, Probe};
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, Shape};

#[derive(Clone)]
pub struct Table {
    sheet: Sheet,
    counts: Vec<Count>,
    sparse: Option<Sparse>,
    initial: f32,
}

impl Fields for Table {
    fn read(&self, to: &mut dyn Sink) {
        self.sheet.read(to);
        self.counts.read(to);
        if let Some(sparse) = &self.sparse {
            sparse.read(to);
        }
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.sheet.write(from)?;
        self.counts.write(from)?;
        self.sparse.as_mut().map_or(Ok(()), |sparse| sparse.write(from))
    }
}

impl Table {
    /// All legal cells at `initial`.
    pub fn new(shape: &Shape, initial: f32) -> Table {
        let sparse = shape.states.is_none().then(|| Sparse::new(shape.sight.clone()));
        let sheet = match sparse {
            None => Sheet::new(shape.actions, initial, shape.legal.iter().copied()),
            // The last row is that of all states without one: every act of it reads as new, whichever are legal.
            Some(_) => Sheet::new(shape.actions, initial, vec![u64::MAX; ROOM + 1].into_iter()),
        };
        let rows = if sparse.is_some() { ROOM + 1 } else { shape.legal.len() };
        Table { counts: vec![Count::default(); rows << sheet.shift()], sheet, sparse, initial }
    }

    /// The values by slot, for who keeps a sheet of its own beside this one.
    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// The row that a state is read from.
    #[inline(always)]
    pub fn slot(&self, key: u64) -> usize {
        match &self.sparse {
            None => key as usize,
            Some(sparse) => sparse.find(key),
        }
    }

    /// The row that a state is written to, and whether it was given to it just now.
    #[inline(always)]
    pub fn claim(&mut self, key: u64) -> (usize, bool) {
        match &self.sparse {
            None => (key as usize, false),
            Some(sparse) => match sparse.find(key) {
                ROOM => (self.admit(key), true),
                slot => (slot, false),
            },
        }
    }

    #[cold]
    fn admit(&mut self, key: u64) -> usize {
        let (sparse, shift) = (self.sparse.as_mut().expect("only a sparse table gives out rows"), self.sheet.shift());
        let slot = sparse.take(key, &self.counts, shift);
        self.sheet.fill(slot, sparse.sight.legal(key), self.initial);
        self.counts[slot << shift..(slot + 1) << shift].fill(Count::default());
        slot
    }

    /// The values by a state's number, where states are enumerated: for loops that ask for many.
    #[inline(always)]
    pub fn listed(&self) -> Option<&Sheet> {
        self.sparse.is_none().then_some(&self.sheet)
    }

    #[inline(always)]
    pub fn q(&self, key: u64, act: ActionId) -> f32 {
        self.sheet.q(self.slot(key), act)
    }

    /// Writes the values of a state's acts; −∞ where illegal.
    pub fn values(&self, at: View<'_>, out: &mut [f32]) {
        let row = self.sheet.row(self.slot(at.key));
        for (a, value) in out.iter_mut().enumerate() {
            *value = if at.legal >> a & 1 == 1 { row[a] } else { f32::NEG_INFINITY };
        }
    }

    #[inline(always)]
    pub fn max(&self, key: u64) -> f32 {
        self.sheet.max(self.slot(key))
    }

    /// Mask of the acts with the largest value; for a state that is new it holds illegal ones too.
    #[inline(always)]
    pub fn greedy(&self, key: u64) -> u64 {
        self.sheet.greedy(self.slot(key))
    }

    /// `greedy` for those who only look: also of a row that is not settled.
    pub fn winners(&self, key: u64) -> u64 {
        self.sheet.winners(self.slot(key))
    }

    /// After `add`: before a row's `max` or `greedy` are asked for.
    #[inline(always)]
    pub fn settle(&mut self, key: u64) {
        self.sheet.settle(self.slot(key));
    }

    #[inline(always)]
    pub fn visits(&self, key: u64, act: ActionId) -> u32 {
        self.counts[self.slot(key) << self.sheet.shift() | act.index()].visits
    }

    /// Updates and last |δ| of a row's cells, padding included; zeros for a state without a row.
    #[inline(always)]
    pub fn counts(&self, key: u64) -> &[Count] {
        let slot = self.slot(key);
        &self.counts[slot << self.sheet.shift()..(slot + 1) << self.sheet.shift()]
    }

    /// Q(s, a) ← Q(s, a) + α (target − Q(s, a)); the TD error comes back.
    #[inline(always)]
    pub fn nudge<P: Probe>(&mut self, key: u64, act: ActionId, target: f32, alpha: f32, probe: &mut P) -> f32 {
        let (slot, _) = self.claim(key);
        let before = self.sheet.q(slot, act);
        let delta = target - before;
        self.write((key, slot), act, (before, before + alpha * delta), delta, probe);
        delta
    }

    /// Q(s, a) ← Q(s, a) + step, which is a share of an error. The row must be settled before its maximum is asked for.
    #[inline(always)]
    pub fn add<P: Probe>(&mut self, key: u64, act: ActionId, step: f32, error: f32, probe: &mut P) {
        let (slot, _) = self.claim(key);
        let before = self.sheet.q(slot, act);
        self.sheet.put_unsettled(slot, act, before + step);
        self.count((key, slot), act, (before, before + step), error, probe);
    }

    /// Q(s, ·) ← Q(s, ·) + step · z for some acts of a state, by errors of error · z. 0 comes back, or NaN where a step was not finite.
    /// The row must be settled before its maximum is asked for.
    #[inline(always)]
    pub fn add_row<P: Probe>(&mut self, key: u64, mut acts: u64, z: &[f32], (step, error): (f32, f32), probe: &mut P) -> f32 {
        let (slot, _) = self.claim(key);
        // 0 times what is not finite is NaN.
        let mut trouble = 0.0;
        while acts != 0 {
            let act = ActionId(acts.trailing_zeros() as u8);
            acts &= acts - 1;
            let (before, step) = (self.sheet.q(slot, act), step * z[act.index()]);
            self.sheet.put_unsettled(slot, act, before + step);
            self.count((key, slot), act, (before, before + step), error * z[act.index()], probe);
            trouble += 0.0 * step;
        }
        trouble
    }

    /// Q(s, a) ← value, after an error.
    #[inline(always)]
    pub fn learn<P: Probe>(&mut self, key: u64, act: ActionId, value: f32, error: f32, probe: &mut P) {
        let (slot, _) = self.claim(key);
        let before = self.sheet.q(slot, act);
        self.write((key, slot), act, (before, value), error, probe);
    }

    #[inline(always)]
    fn write<P: Probe>(&mut self, at: (u64, usize), act: ActionId, change: (f32, f32), error: f32, probe: &mut P) {
        self.sheet.put(at.1, act, change.1);
        self.count(at, act, change, error, probe);
    }

    #[inline(always)]
    fn count<P: Probe>(&mut self, (row, slot): (u64, usize), act: ActionId, (before, after): (f32, f32), error: f32, probe: &mut P) {
        let count = &mut self.counts[slot << self.sheet.shift() | act.index()];
        *count = Count { visits: count.visits.saturating_add(1), delta: error.abs() };
        if P::ON {
            probe.write(Place { row, column: u32::from(act.0) }, before, after);
        }
    }

    /// Writes a cell by hand: no update is counted.
    pub fn put(&mut self, key: u64, act: ActionId, value: f32) {
        let (slot, _) = self.claim(key);
        self.sheet.put(slot, act, value);
    }

    /// Keys of the rows kept, rising, where there is no room for every state.
    pub fn keys(&self) -> Option<Vec<u64>> {
        self.sparse.as_ref().map(Sparse::keys)
    }

    pub fn rows(&self) -> Option<Rows> {
        self.sparse.as_ref().map(Sparse::rows)
    }
}
