//! The signature of a text: for each of 112 hash functions the least value over its n-grams, 16 bits of it kept. The share of equal
//! places estimates the Jaccard similarity of the sets of n-grams, with a deviation of √(s(1 − s) / 112), at most .047.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

pub const BANDS: usize = 14;
pub const ROWS: usize = 8;
pub const HASHES: usize = BANDS * ROWS;
pub const GRAM: usize = 5;
/// Texts of fewer words than this have 3-grams: one changed word would else change most 5-grams.
pub const SHORT: usize = 20;

/// Units: 224 bytes.
pub type Signature = [u16; HASHES];

/// The hashes of a text's n-grams; none below five words, of which nothing is near.
pub fn grams(words: &[String]) -> Option<BTreeSet<u64>> {
    if words.len() < GRAM {
        return None;
    }
    let n = if words.len() < SHORT { 3 } else { GRAM };
    Some(words.windows(n).map(|w| xxh3_64(w.join(" ").as_bytes())).collect())
}

/// Source: Steele et al. 2014 (splitmix64), whose steps are a permutation.
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

pub fn signature(grams: &BTreeSet<u64>) -> Signature {
    let mut least = [u64::MAX; HASHES];
    for gram in grams {
        for (i, least) in least.iter_mut().enumerate() {
            *least = (*least).min(mix(gram ^ (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        }
    }
    least.map(|x| mix(x) as u16)
}

/// The similarity that two signatures speak for.
pub fn estimate(a: &Signature, b: &Signature) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / HASHES as f64
}

pub fn jaccard(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> f64 {
    let both = a.intersection(b).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

/// The hash of one band.
pub fn band(signature: &Signature, number: usize) -> u64 {
    let mut bytes = [0; ROWS * 2];
    for (pair, row) in bytes.chunks_mut(2).zip(&signature[number * ROWS..]) {
        pair.copy_from_slice(&row.to_le_bytes());
    }
    xxh3_64(&bytes)
}
