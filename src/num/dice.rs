//! Random numbers as a function of their place, not of a generator's memory.
//!
//! `draw = mix(key + place · ODD)`: seeking, branching and evaluating read other places and so never disturb training.
//! Source: the mixing step is wyrand's (Wang Yi, wyhash final version 4, public domain); keys are spread by `SplitMix64`'s
//! finaliser (Steele, Lea, Flood 2014).

use rand_core::{TryRng, utils::fill_bytes_via_next_word};

/// What a number is drawn for. Two streams of one seed share nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Init,
    World,
    Agent,
    Eval,
    Words,
}

/// The key of one stream of one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    pub fn new(seed: u64, stream: Stream) -> Key {
        Key(spread(spread(seed).wrapping_add(spread(stream as u64 + 1))))
    }

    /// A key below this one, for the k-th of many things of one kind.
    #[must_use]
    pub fn child(self, k: u64) -> Key {
        Key(spread(self.0 ^ spread(k.wrapping_add(0x51))))
    }
}

const ODD: u64 = 0xa076_1d64_78bd_642f;
const FOLD: u64 = 0xe703_7ed1_a0b4_28db;

/// Draws at one place come from 64 neighbouring counters.
const DRAWS_BITS: u32 = 6;
/// Turns of one dialogue, for places made of (dialogue, turn).
const TURN_BITS: u32 = 16;

/// The dice at one place. At most 64 draws are distinct from those of the next place.
#[derive(Clone, Debug)]
pub struct Dice {
    at: u64,
}

impl Dice {
    #[inline(always)]
    pub fn at(key: Key, place: u64) -> Dice {
        Dice { at: key.0.wrapping_add((place << DRAWS_BITS).wrapping_mul(ODD)) }
    }

    /// The place of a turn in the n-th dialogue: two runs that act alike meet the same users.
    #[inline(always)]
    pub fn at_turn(key: Key, dialogue: u64, turn: u32) -> Dice {
        Dice::at(key, (dialogue << TURN_BITS) | u64::from(turn))
    }

    #[inline(always)]
    pub fn draw(&mut self) -> u64 {
        self.at = self.at.wrapping_add(ODD);
        let t = u128::from(self.at).wrapping_mul(u128::from(self.at ^ FOLD));
        (t >> 64) as u64 ^ t as u64
    }

    /// A key of its own, for who needs more draws than a place has.
    pub fn key(&mut self) -> Key {
        Key(spread(self.draw()))
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform in 0..n; the bias is below n / 2³².
    pub fn below(&mut self, n: u32) -> u32 {
        scale(self.draw() >> 32, n)
    }

    /// The position of a weight drawn in proportion; the last positive one where rounding leaves a rest.
    pub fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> Option<usize> {
        let total: f64 = weights.clone().sum();
        let mut rest = self.unit() * total;
        let mut last = None;
        for (i, w) in weights.enumerate().filter(|(_, w)| *w > 0.0) {
            last = Some(i);
            if rest < w {
                break;
            }
            rest -= w;
        }
        last
    }
}

/// `bits` (32 of them) scaled to 0..n.
#[inline(always)]
pub fn scale(bits: u64, n: u32) -> u32 {
    ((bits * u64::from(n)) >> 32) as u32
}

fn spread(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl TryRng for Dice {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.draw() >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.draw())
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        fill_bytes_via_next_word(out, || self.try_next_u64())
    }
}
