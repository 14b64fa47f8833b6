//! A curve as bytes, and back: every level, the unfinished blocks, the last hundred dialogues, the moving average.

use super::{Block, Curve, Gathering, KEPT, Recent};
use crate::fields;
use crate::num::fields::{FieldError, Fields, Scalar, Sink, Source};
use crate::num::stats::Ema;

/// Levels beyond this would count more dialogues than 64 bits hold.
const LEVELS_MAX: u32 = 60;

impl Scalar for Block {
    const WIDTH: usize = 52;

    fn store(self, out: &mut [u8]) {
        self.count.store(&mut out[..4]);
        self.successes.store(&mut out[4..8]);
        self.turns.store(&mut out[8..16]);
        self.sum.store(&mut out[16..24]);
        let [a, b, c] = self.smooth;
        for (x, slot) in [self.min, self.max, self.abs_delta, self.epsilon, a, b, c].into_iter().zip(out[24..].chunks_exact_mut(4)) {
            x.store(slot);
        }
    }

    fn fetch(bytes: &[u8]) -> Self {
        let at = |k: usize| f32::fetch(&bytes[24 + 4 * k..28 + 4 * k]);
        Block {
            count: u32::fetch(&bytes[..4]),
            successes: u32::fetch(&bytes[4..8]),
            turns: u64::fetch(&bytes[8..16]),
            sum: f64::fetch(&bytes[16..24]),
            min: at(0),
            max: at(1),
            abs_delta: at(2),
            epsilon: at(3),
            smooth: [at(4), at(5), at(6)],
        }
    }
}

fields!(Gathering { count, successes, turns, sum, abs_delta, min, max, epsilon });

impl Fields for Recent {
    fn read(&self, to: &mut dyn Sink) {
        for (return_, turns, success) in self.ring {
            return_.read(to);
            turns.read(to);
            u8::from(success).read(to);
        }
        self.count.read(to);
        self.sum_100.read(to);
        self.sum_20.read(to);
        self.successes.read(to);
        self.turns.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        for (return_, turns, success) in &mut self.ring {
            return_.write(from)?;
            turns.write(from)?;
            let mut flag = 0_u8;
            flag.write(from)?;
            *success = flag != 0;
        }
        self.count.write(from)?;
        self.sum_100.write(from)?;
        self.sum_20.write(from)?;
        self.successes.write(from)?;
        self.turns.write(from)
    }
}

impl Recent {
    /// Whether the counts are those of the last hundred dialogues in the ring.
    fn adds_up(&self) -> bool {
        let last = |back: u64| self.ring[(self.count.wrapping_sub(back) & 127) as usize];
        let (turns, successes) = (1..=100).map(last).fold((0_u64, 0_u32), |(t, s), x| (t + u64::from(x.1), s + u32::from(x.2)));
        turns == u64::from(self.turns) && successes == self.successes
    }
}

impl Curve {
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4096 + self.levels.iter().map(|l| l.len() * Block::WIDTH).sum::<usize>());
        self.count.read(&mut out);
        (self.lowest as u32).read(&mut out);
        (self.levels.len() as u32).read(&mut out);
        for level in &self.levels {
            (level.len() as u32).read(&mut out);
            level.read(&mut out);
        }
        self.open.read(&mut out);
        self.gathering.read(&mut out);
        self.recent.read(&mut out);
        self.ema.read(&mut out);
        out
    }

    /// None where the bytes are not a curve's, down to the last one.
    pub fn parse(mut bytes: &[u8]) -> Option<Curve> {
        let from: &mut dyn Source = &mut bytes;
        let (mut count, mut lowest, mut depth) = (0_u64, 0_u32, 0_u32);
        count.write(from).ok()?;
        lowest.write(from).ok()?;
        depth.write(from).ok()?;
        if lowest >= depth || depth > LEVELS_MAX {
            return None;
        }
        let mut levels = Vec::new();
        for _ in 0..depth {
            let mut blocks = 0_u32;
            blocks.write(from).ok().filter(|()| blocks as usize <= KEPT)?;
            let mut level = vec![Block::default(); blocks as usize];
            level.write(from).ok()?;
            levels.push(level);
        }
        let mut open = vec![Block::default(); depth as usize];
        open.write(from).ok()?;
        let (mut gathering, mut recent, mut ema) = (Gathering::default(), Recent::default(), Ema::new(0.99));
        gathering.write(from).ok()?;
        recent.write(from).ok()?;
        ema.write(from).ok()?;
        let lowest = lowest as usize;
        let gathered = u64::from(gathering.count);
        let whole = gathered < 1 << lowest
            && count == ((levels[lowest].len() as u64) << lowest) + gathered
            && open.iter().enumerate().all(|(k, block)| u64::from(block.count) < 1 << k)
            && recent.adds_up();
        (whole && bytes.is_empty()).then_some(Curve { count, levels, open, gathering, lowest, recent, ema })
    }
}
