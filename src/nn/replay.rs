//! Experience replay: a ring of the latest transitions, as keys, drawn from with equal chances or by priority.
//! P(i) = pᵢ^α / Σ pₖ^α;  wᵢ = (N P(i))^−β, the largest of a batch made 1
//! Sources: Lin 1992; Mnih et al. 2015 (uniform); Schaul et al. 2016, eq. 1, §3.4 and algorithm 1 (proportional).

use crate::fields;
use crate::num::dice::{Dice, Key, scale};
use crate::world::env::{ActionId, End};

/// A transition by its states' keys; features and legal acts are asked of the world when it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    pub from: u64,
    pub act: ActionId,
    pub reward: f32,
    pub to: u64,
    pub end: End,
}

#[derive(Clone, Debug)]
pub struct Replay {
    from: Vec<u64>,
    to: Vec<u64>,
    reward: Vec<f32>,
    act: Vec<u8>,
    end: Vec<u8>,
    /// Transitions lived through so far; the next one is put at this place, round and round.
    lived: u64,
}

fields!(Replay { from, to, reward, act, end, lived });

impl Replay {
    pub fn new(room: usize) -> Replay {
        Replay { from: vec![0; room], to: vec![0; room], reward: vec![0.0; room], act: vec![0; room], end: vec![0; room], lived: 0 }
    }

    /// Keeps a transition in the place of the oldest one, which comes back.
    pub fn push(&mut self, m: &Memory) -> usize {
        let place = (self.lived % self.room() as u64) as usize;
        self.from[place] = m.from;
        self.to[place] = m.to;
        self.reward[place] = m.reward;
        self.act[place] = m.act.0;
        self.end[place] = match m.end {
            End::Open => 0,
            End::Closed => 1,
            End::Cut => 2,
        };
        self.lived += 1;
        place
    }

    pub fn at(&self, place: usize) -> Memory {
        let end = [End::Open, End::Closed, End::Cut][usize::from(self.end[place].min(2))];
        Memory { from: self.from[place], act: ActionId(self.act[place]), reward: self.reward[place], to: self.to[place], end }
    }

    /// Transitions kept.
    pub fn len(&self) -> usize {
        (self.lived as usize).min(self.room())
    }

    pub fn is_empty(&self) -> bool {
        self.lived == 0
    }

    pub fn room(&self) -> usize {
        self.from.len()
    }

    /// Transitions lived through since the one at a place.
    pub fn age(&self, place: usize) -> u64 {
        let room = self.room() as u64;
        (self.lived - 1 - place as u64 % room) % room
    }

    /// Places, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = usize> + use<> {
        let (lived, room) = (self.lived, self.room() as u64);
        (1..=self.len() as u64).map(move |back| ((lived - back) % room) as usize)
    }

    /// Draws places with equal chances, each anew.
    pub fn uniform(&self, key: Key, places: &mut [usize]) {
        let kept = self.len() as u32;
        for (k, place) in places.iter_mut().enumerate() {
            *place = scale(Dice::at(key, k as u64).draw() >> 32, kept) as usize;
        }
    }
}

/// Added to |δ|, so that nothing is never drawn again.
const LEAST: f32 = 1e-3;

/// The priorities p^α of a ring's places, in a tree of sums: drawing and changing one take as many steps as the ring has doublings.
#[derive(Clone, Debug)]
pub struct Priorities {
    leaves: Vec<f32>,
    /// Node 1 is the root, k has the children 2k and 2k + 1; those from `leaves.len()`, made even, on are the leaves.
    sums: Vec<f32>,
    /// The largest ever given: what is new gets it, so that everything is drawn soon.
    largest: f32,
}

// Each sum follows from its children alone, so a tree made anew is the same to the bit.
fields!(Priorities { leaves, largest } then add_up);

impl Priorities {
    pub fn new(room: usize) -> Priorities {
        Priorities { leaves: vec![0.0; room], sums: vec![0.0; room.next_power_of_two()], largest: 1.0 }
    }

    fn add_up(&mut self) {
        for node in (1..self.sums.len()).rev() {
            self.sums[node] = self.node(2 * node) + self.node(2 * node + 1);
        }
    }

    fn node(&self, node: usize) -> f32 {
        let first = self.sums.len();
        if node < first { self.sums[node] } else { self.leaves.get(node - first).copied().unwrap_or(0.0) }
    }

    fn put(&mut self, place: usize, weight: f32) {
        self.leaves[place] = weight;
        let mut node = (self.sums.len() + place) / 2;
        while node > 0 {
            self.sums[node] = self.node(2 * node) + self.node(2 * node + 1);
            node /= 2;
        }
    }

    /// p^α of a place.
    pub fn of(&self, place: usize) -> f32 {
        self.leaves[place]
    }

    pub fn total(&self) -> f32 {
        self.node(1)
    }

    /// A transition has come to a place.
    pub fn fresh(&mut self, place: usize) {
        self.put(place, self.largest);
    }

    /// p ← |δ| + a little, with its exponent α.
    pub fn set(&mut self, place: usize, delta: f32, alpha: f32) {
        let weight = libm::powf(delta.abs() + LEAST, alpha);
        self.largest = self.largest.max(weight);
        self.put(place, weight);
    }

    /// Draws places in proportion to p^α, one from each of as many equal parts of the whole.
    pub fn draw(&self, key: Key, places: &mut [usize]) {
        let part = self.total() / places.len() as f32;
        for (k, place) in places.iter_mut().enumerate() {
            let unit = (Dice::at(key, k as u64).draw() >> 40) as f32 * (1.0 / (1_u32 << 24) as f32);
            *place = self.find((k as f32 + unit) * part);
        }
    }

    /// The place in whose share of the whole a number lies.
    fn find(&self, mut rest: f32) -> usize {
        let mut node = 1;
        while node < self.sums.len() {
            let left = self.node(2 * node);
            // Rounding may leave a rest; it must not lead where nothing is.
            if rest < left || self.node(2 * node + 1) == 0.0 {
                node *= 2;
            } else {
                rest -= left;
                node = 2 * node + 1;
            }
        }
        (node - self.sums.len()).min(self.leaves.len() - 1)
    }

    /// What each place drawn counts for, so that what is drawn often does not count more: (N P(i))^−β, the largest made 1.
    pub fn weights(&self, places: &[usize], kept: usize, beta: f32, out: &mut [f32]) {
        let total = self.total();
        let mut most = 0.0_f32;
        for (weight, place) in out.iter_mut().zip(places) {
            *weight = libm::powf(kept as f32 * (self.of(*place) / total), -beta);
            most = most.max(*weight);
        }
        out.iter_mut().for_each(|w| *w /= most);
    }
}
