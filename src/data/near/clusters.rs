//! Which records are the same, nearly the same, or belong together. Of a cluster the first record stays.
//!
//! Memory: what is kept of a record is a `Mark` (224 bytes of signature and at most 100 more), and while bands are searched 16 more.

use std::collections::BTreeMap;

use super::minhash::{BANDS, Signature, band, estimate};

/// What is remembered of a record.
pub struct Mark {
    /// Of its kind, its words and their speakers.
    pub text: u64,
    /// Of its label, where it has one: equal texts with other labels contradict each other.
    pub label: u64,
    /// Of what may not be parted from it: a tree, a prompt.
    pub groups: [Option<u64>; 2],
    /// None of short texts.
    pub signature: Option<Box<Signature>>,
}

pub struct Union {
    parent: Vec<u32>,
}

impl Union {
    pub fn new(size: usize) -> Union {
        Union { parent: (0..size as u32).collect() }
    }

    /// The first record of a cluster.
    pub fn first(&mut self, mut i: u32) -> u32 {
        while self.parent[i as usize] != i {
            self.parent[i as usize] = self.parent[self.parent[i as usize] as usize];
            i = self.parent[i as usize];
        }
        i
    }

    /// The lower root stays one, so that a cluster is always named by its first record.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Stays,
    /// The same words as this earlier record.
    Exact(u32),
    /// The same words as this one, but another label.
    Contradicts(u32),
    Near(u32),
}

impl Fate {
    /// The earlier record that it is a duplicate of.
    pub fn first(self) -> Option<u32> {
        match self {
            Fate::Stays => None,
            Fate::Exact(first) | Fate::Contradicts(first) | Fate::Near(first) => Some(first),
        }
    }
}

pub struct Clusters {
    pub fates: Vec<Fate>,
    /// For each record the first of those that may not be parted from it.
    pub split: Vec<u32>,
}

/// `near`: the similarity from which records are near duplicates.
pub fn clusters(marks: &[Mark], near: f64) -> Clusters {
    let size = marks.len();
    let (mut same, mut alike, mut split) = (Union::new(size), Union::new(size), Union::new(size));
    let mut firsts: BTreeMap<u64, u32> = BTreeMap::new();
    let mut groups: BTreeMap<u64, u32> = BTreeMap::new();
    for (i, mark) in marks.iter().enumerate() {
        let i = i as u32;
        let first = *firsts.entry(mark.text).or_insert(i);
        same.join(first, i);
        split.join(first, i);
        for group in mark.groups.iter().flatten() {
            split.join(*groups.entry(*group).or_insert(i), i);
        }
    }
    drop(groups);
    let mut bands: Vec<(u64, u32)> = Vec::new();
    for number in 0..BANDS {
        bands.clear();
        // Equal texts are joined already.
        let signed = marks.iter().enumerate().filter(|(i, m)| firsts.get(&m.text) == Some(&(*i as u32)));
        bands.extend(signed.filter_map(|(i, m)| Some((band(m.signature.as_deref()?, number), i as u32))));
        bands.sort_unstable();
        for bucket in bands.chunk_by(|a, b| a.0 == b.0) {
            // Each with the first and with the one before it: a bucket of thousands costs thousands, not millions.
            for pair in bucket.windows(2) {
                for other in [bucket[0].1, pair[0].1] {
                    let (a, b) = (&marks[other as usize], &marks[pair[1].1 as usize]);
                    let (Some(x), Some(y)) = (&a.signature, &b.signature) else { continue };
                    if estimate(x, y) < near {
                        continue;
                    }
                    // Two intents may be said in nearly the same words, and two prompts have the same answers.
                    let same = a.label == b.label;
                    if same {
                        alike.join(other, pair[1].1);
                    }
                    if same || a.groups[1].is_none() {
                        split.join(other, pair[1].1);
                    }
                }
            }
        }
    }
    let fate = |i: u32, same: &mut Union, alike: &mut Union| {
        let first = same.first(i);
        match () {
            () if first != i && marks[first as usize].label != marks[i as usize].label => Fate::Contradicts(first),
            () if first != i => Fate::Exact(first),
            () if alike.first(i) != i => Fate::Near(alike.first(i)),
            () => Fate::Stays,
        }
    };
    let fates = (0..size as u32).map(|i| fate(i, &mut same, &mut alike)).collect();
    Clusters { fates, split: (0..size as u32).map(|i| split.first(i)).collect() }
}
