//! The compiled world as a sampler: one 64-bit draw and two loads a turn.
//!
//! Source: alias method (Walker 1977; Vose 1991). A row's cell is picked by the high half of the draw, and one of its two
//! branches by the low half.

use super::env::{ActionId, Outcome};
use super::mdp::{Branch, Mdp};
use crate::num::dice::{Dice, scale};

/// Next state (29 bits), closed, success; reward above them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packed(u64);

const CLOSED: u64 = 1 << 29;
const SUCCESS: u64 = 1 << 30;

impl Packed {
    fn new(b: &Branch) -> Packed {
        let flags = if b.closed { CLOSED } else { 0 } | if b.success { SUCCESS } else { 0 };
        Packed(u64::from((b.reward as f32).to_bits()) << 32 | flags | u64::from(b.next))
    }

    #[inline(always)]
    pub fn open(self) -> Outcome<u32> {
        Outcome {
            next: (self.0 & (CLOSED - 1)) as u32,
            reward: f32::from_bits((self.0 >> 32) as u32),
            closed: self.0 & CLOSED != 0,
            success: self.0 & SUCCESS != 0,
        }
    }
}

/// One column of an alias row.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub here: Packed,
    pub other: Packed,
    /// The low half of the draw takes `here` below this; 2³² always does.
    pub threshold: u64,
}

/// Where the cells of a (state, act) are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    pub first: u32,
    pub len: u32,
}

/// Alias rows of every (state, act).
#[derive(Debug)]
pub struct Tables {
    rows: Vec<Row>,
    cells: Vec<Cell>,
    /// Acts padded to a power of two, so that a row's place is a shift.
    shift: u32,
    legal: Vec<u64>,
    start: Row,
}

impl Tables {
    /// Of a world that is not enumerated.
    pub fn empty(actions: u32) -> Tables {
        let shift = actions.next_power_of_two().trailing_zeros();
        Tables { rows: Vec::new(), cells: Vec::new(), shift, legal: Vec::new(), start: Row::default() }
    }

    pub fn new(mdp: &Mdp) -> Tables {
        let shift = mdp.action_count().next_power_of_two().trailing_zeros();
        let mut t = Tables {
            rows: vec![Row::default(); (mdp.state_count() as usize) << shift],
            cells: Vec::new(),
            shift,
            legal: Vec::new(),
            start: Row::default(),
        };
        for s in 0..mdp.state_count() {
            for a in 0..mdp.action_count() {
                let row = t.add(mdp.outcomes(s, a));
                t.rows[(s as usize) << shift | a as usize] = row;
            }
            t.legal.push(mdp.legal(s));
        }
        let starts: Vec<Branch> =
            mdp.start.iter().map(|(s, p)| Branch { probability: *p, reward: 0.0, next: *s, closed: false, success: false }).collect();
        t.start = t.add(&starts);
        t.cells.shrink_to_fit();
        t
    }

    /// Adds a row's cells: Vose's method, small and large columns in list order.
    fn add(&mut self, list: &[Branch]) -> Row {
        let first = self.cells.len() as u32;
        let possible: Vec<&Branch> = list.iter().filter(|b| b.probability > 0.0).collect();
        let n = possible.len();
        let mut share: Vec<f64> = possible.iter().map(|b| b.probability * n as f64).collect();
        let mut cells: Vec<(usize, u64)> = (0..n).map(|i| (i, 1 << 32)).collect();
        let mut small: Vec<usize> = (0..n).filter(|i| share[*i] < 1.0).collect();
        let mut large: Vec<usize> = (0..n).filter(|i| share[*i] >= 1.0).collect();
        while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
            cells[s] = (l, (share[s] * 4_294_967_296.0).round() as u64);
            share[l] -= 1.0 - share[s];
            if share[l] < 1.0 {
                large.pop();
                small.push(l);
            }
        }
        for (i, (alias, threshold)) in cells.into_iter().enumerate() {
            self.cells.push(Cell { here: Packed::new(possible[i]), other: Packed::new(possible[alias]), threshold });
        }
        Row { first, len: n as u32 }
    }

    #[inline(always)]
    fn sample(&self, row: Row, draw: u64) -> Outcome<u32> {
        let cell = &self.cells[(row.first + scale(draw >> 32, row.len)) as usize];
        if draw & 0xffff_ffff < cell.threshold { cell.here.open() } else { cell.other.open() }
    }

    /// None for a state that is not listed.
    #[inline(always)]
    pub fn step(&self, state: u32, act: ActionId, dice: &mut Dice) -> Option<Outcome<u32>> {
        let row = self.rows.get((state as usize) << self.shift | act.index())?;
        Some(self.sample(*row, dice.draw()))
    }

    pub fn open(&self, dice: &mut Dice) -> u32 {
        self.sample(self.start, dice.draw()).next
    }

    /// None for a state that is not listed.
    #[inline(always)]
    pub fn legal(&self, state: u32) -> Option<u64> {
        self.legal.get(state as usize).copied()
    }

    pub fn masks(&self) -> &[u64] {
        &self.legal
    }

    /// The rows (at `state << shift | act`) and the cells, for the benchmark's bare loop.
    pub fn parts(&self) -> (&[Row], &[Cell], u32) {
        (&self.rows, &self.cells, self.shift)
    }

    /// Bytes held, for the benchmark's report.
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>() + self.cells.len() * size_of::<Cell>() + self.legal.len() * 8
    }
}
