//! Sentences broken so that they say nothing: what a model makes before it can speak, or when it games its reward.

use super::understand::shuffle;
use crate::num::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    Shuffled,
    Cut,
    /// One word again and again.
    Repeated,
    Random,
    /// The sentence twice.
    Doubled,
    /// Its first half and another's second.
    Spliced,
}

pub const WAYS: [Breakage; 6] =
    [Breakage::Shuffled, Breakage::Cut, Breakage::Repeated, Breakage::Random, Breakage::Doubled, Breakage::Spliced];

impl Breakage {
    pub fn drawn(dice: &mut Dice) -> Breakage {
        WAYS[dice.below(WAYS.len() as u32) as usize]
    }
}

/// A sentence broken in a way; `words` are all there are.
pub fn broken<T: Clone>(sentence: &[T], other: &[T], words: &[T], way: Breakage, dice: &mut Dice) -> Vec<T> {
    let n = sentence.len();
    match way {
        Breakage::Shuffled => {
            let mut out = sentence.to_vec();
            shuffle(&mut out, dice.key());
            out
        }
        Breakage::Cut => sentence[..(n * 2 / 5).max(1).min(n)].to_vec(),
        // A sentence of marks alone has no word to repeat.
        Breakage::Repeated if n == 0 => Vec::new(),
        Breakage::Repeated => {
            let at = dice.below(n as u32) as usize;
            let times = 2 + dice.below(14) as usize;
            let mut out = sentence[..at].to_vec();
            out.extend(std::iter::repeat_n(sentence[at].clone(), times));
            out
        }
        Breakage::Random => (0..2 + dice.below(14)).map(|_| words[dice.below(words.len() as u32) as usize].clone()).collect(),
        Breakage::Doubled => [sentence, sentence].concat(),
        Breakage::Spliced => [&sentence[..n.div_ceil(2)], &other[other.len() / 2..]].concat(),
    }
}
