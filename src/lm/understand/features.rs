//! Features of a sentence: its words, its pairs of neighbours (its ends count as words), and which share of the pairs is known at all.

use xxhash_rust::xxh3::xxh3_64;

/// Of one sentence.
#[derive(Clone, Debug)]
pub struct Example {
    pub pieces: Vec<String>,
    /// Position of its class; 0 is what cannot be understood.
    pub class: usize,
}

/// The features met in training, by their hashes, rising.
#[derive(Clone, Debug)]
pub struct Features {
    hashes: Vec<u64>,
    /// Hashes of the pairs met in sentences that can be understood, rising.
    sound: Vec<u64>,
}

/// Steps of the share of known pairs, and of the length.
const SHARES: usize = 6;
const LENGTHS: usize = 8;
/// Always on; then the steps.
const FIXED: usize = 1 + SHARES + LENGTHS;

fn word(piece: &str) -> u64 {
    xxh3_64(piece.as_bytes())
}

fn pair(a: &str, b: &str) -> u64 {
    xxh3_64(format!("{a}\u{0}{b}").as_bytes())
}

fn pairs(pieces: &[String]) -> impl Iterator<Item = u64> + '_ {
    let end = |at: usize| pieces.get(at).map_or("", String::as_str);
    (0..=pieces.len()).map(move |k| pair(if k == 0 { "" } else { end(k - 1) }, end(k)))
}

impl Features {
    pub fn of(examples: &[Example]) -> Features {
        let sorted = |mut list: Vec<u64>| {
            list.sort_unstable();
            list.dedup();
            list
        };
        let sound = examples.iter().filter(|example| example.class != 0).flat_map(|example| pairs(&example.pieces)).collect();
        let words = examples.iter().flat_map(|example| example.pieces.iter().map(|piece| word(piece)));
        let sound = sorted(sound);
        let hashes = sorted(words.chain(sound.iter().copied()).collect());
        Features { hashes, sound }
    }

    pub fn len(&self) -> usize {
        FIXED + self.hashes.len()
    }

    /// Positions of the features that are on.
    pub fn of_pieces(&self, pieces: &[String]) -> Vec<u32> {
        let mut out = vec![0];
        let known = pairs(pieces).filter(|pair| self.sound.binary_search(pair).is_ok()).count();
        let unknown = pieces.len() + 1 - known;
        out.push(1 + unknown.min(SHARES - 1) as u32);
        out.push((1 + SHARES + (pieces.len() / 3).min(LENGTHS - 1)) as u32);
        let place = |hash: u64| self.hashes.binary_search(&hash).ok().map(|at| (FIXED + at) as u32);
        let mut all: Vec<u32> = pieces.iter().map(|piece| word(piece)).chain(pairs(pieces)).filter_map(place).collect();
        all.sort_unstable();
        all.dedup();
        out.extend(all);
        out
    }
}
