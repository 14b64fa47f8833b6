//! Which states have a row where there is no room for all: sets of eight rows, a state's set found by a hash of its key.
//! In a full set the row with the fewest updates is given up, so that what is met often stays.

use std::sync::Arc;

use crate::fields;
use crate::learn::agent::{Count, Rows};
use crate::world::env::Sight;

/// Rows that there is room for.
pub const ROOM: usize = 1 << 16;
const SET: usize = 8;
/// No state's key.
const FREE: u64 = u64::MAX;

#[derive(Clone)]
pub struct Sparse {
    /// By row.
    keys: Vec<u64>,
    kept: u64,
    forgotten: u64,
    pub sight: Arc<dyn Sight>,
}

fields!(Sparse { keys, kept, forgotten });

impl Sparse {
    pub fn new(sight: Arc<dyn Sight>) -> Sparse {
        Sparse { keys: vec![FREE; ROOM], kept: 0, forgotten: 0, sight }
    }

    /// The first row of a key's set. Multiplying by an odd number spreads neighbours over the high bits (Knuth 1998, §6.4).
    fn set(key: u64) -> usize {
        const SETS_BITS: u32 = (ROOM / SET).trailing_zeros();
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SETS_BITS)) as usize * SET
    }

    /// The row of a key; `ROOM` where it has none.
    #[inline(never)]
    pub fn find(&self, key: u64) -> usize {
        let first = Self::set(key);
        self.keys[first..first + SET].iter().position(|k| *k == key).map_or(ROOM, |i| first + i)
    }

    /// Gives a key without a row one: a free one of its set, else the one with the fewest updates.
    #[cold]
    pub fn take(&mut self, key: u64, counts: &[Count], shift: u32) -> usize {
        let first = Self::set(key);
        let updates = |row: usize| counts[row << shift..(row + 1) << shift].iter().map(|n| u64::from(n.visits)).sum::<u64>();
        let free = self.keys[first..first + SET].iter().position(|k| *k == FREE).map(|i| first + i);
        let row = free.or_else(|| (first..first + SET).min_by_key(|row| updates(*row))).expect("a set has rows");
        if free.is_some() {
            self.kept += 1;
        } else {
            self.forgotten += 1;
        }
        self.keys[row] = key;
        row
    }

    /// Rising.
    pub fn keys(&self) -> Vec<u64> {
        let mut keys: Vec<u64> = self.keys.iter().copied().filter(|k| *k != FREE).collect();
        keys.sort_unstable();
        keys
    }

    pub fn rows(&self) -> Rows {
        Rows { kept: self.kept, room: ROOM as u64, forgotten: self.forgotten }
    }
}
