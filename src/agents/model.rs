//! A learned model of the world: how often each pair (s, a) led where. What is planned with it is drawn from all that happened,
//! ends of dialogues among it, and not from the last outcome alone. Bounded: the pair known longest makes room for a new one.
//! Source: Sutton & Barto 2018, §8.1, 8.2; a full list of outcomes is kept unbiased as in Ting 2018, §5.

use crate::fields;
use crate::learn::agent::Transition;
use crate::num::dice::{Dice, scale};
use crate::num::fields::Scalar;
use crate::world::env::{ActionId, End, Shape};

/// Pairs that there is room for.
const ROOM: usize = 1 << 15;
/// Different outcomes of a pair.
const OUTCOMES: usize = 16;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, Default)]
pub struct Pair {
    pub key: u64,
    pub act: u8,
    /// Times that it was tried, and the turn of the last time.
    pub total: u32,
    pub tried: u64,
}

/// One outcome of a pair, and how often it happened; 0 is a free place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    pub next: u64,
    pub reward: f32,
    closed: u8,
    pub count: u32,
}

impl Outcome {
    pub fn closed(&self) -> bool {
        self.closed == 1
    }

    fn same(&self, other: &Outcome) -> bool {
        (self.next, self.reward.to_bits(), self.closed) == (other.next, other.reward.to_bits(), other.closed)
    }
}

impl Scalar for Pair {
    const WIDTH: usize = 21;
    fn store(self, out: &mut [u8]) {
        self.key.store(&mut out[..8]);
        self.act.store(&mut out[8..9]);
        self.total.store(&mut out[9..13]);
        self.tried.store(&mut out[13..]);
    }
    fn fetch(bytes: &[u8]) -> Self {
        let (key, act) = (u64::fetch(&bytes[..8]), u8::fetch(&bytes[8..9]));
        Pair { key, act, total: u32::fetch(&bytes[9..13]), tried: u64::fetch(&bytes[13..]) }
    }
}

impl Scalar for Outcome {
    const WIDTH: usize = 17;
    fn store(self, out: &mut [u8]) {
        self.next.store(&mut out[..8]);
        self.reward.store(&mut out[8..12]);
        self.closed.store(&mut out[12..13]);
        self.count.store(&mut out[13..]);
    }
    fn fetch(bytes: &[u8]) -> Self {
        let (next, reward) = (u64::fetch(&bytes[..8]), f32::fetch(&bytes[8..12]));
        Outcome { next, reward, closed: u8::fetch(&bytes[12..13]), count: u32::fetch(&bytes[13..]) }
    }
}

#[derive(Clone)]
pub struct Model {
    pairs: Vec<Pair>,
    /// Of pair p at `p · OUTCOMES`.
    outcomes: Vec<Outcome>,
    /// Pairs known, and the place of the next one where all are taken.
    len: u32,
    oldest: u32,
    /// Pairs by (s, a), and outcomes by where they led: chains by a hash. They follow from the lists.
    of_pair: Chains,
    of_next: Chains,
    backwards: bool,
}

fields!(Model { pairs, outcomes, len, oldest } then index);

impl Model {
    /// `backwards`: whether `predecessors` will be asked for.
    pub fn new(shape: &Shape, backwards: bool) -> Model {
        let pairs: usize = shape.legal.iter().map(|legal| legal.count_ones() as usize).sum();
        let room = if shape.states.is_some() { pairs.clamp(1, ROOM) } else { ROOM };
        let back = if backwards { room * OUTCOMES } else { 0 };
        Model {
            pairs: vec![Pair::default(); room],
            outcomes: vec![Outcome::default(); room * OUTCOMES],
            len: 0,
            oldest: 0,
            of_pair: Chains::new(room, room),
            of_next: Chains::new(room, back),
            backwards,
        }
    }

    /// Pairs known.
    #[allow(clippy::len_without_is_empty, reason = "a model that plans has seen a turn")]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Pairs that there is room for.
    pub fn room(&self) -> usize {
        self.pairs.len()
    }

    #[inline(always)]
    pub fn pair(&self, pair: usize) -> Pair {
        self.pairs[pair]
    }

    /// Outcomes kept, over all pairs.
    pub fn outcome_count(&self) -> u64 {
        self.outcomes[..self.len() * OUTCOMES].iter().filter(|o| o.count > 0).count() as u64
    }

    /// Remembers a turn; the pair's place comes back.
    #[inline(always)]
    pub fn observe(&mut self, t: &Transition<'_>, now: u64, dice: &mut Dice) -> usize {
        let pair = self.find(t.from.key, t.act).unwrap_or_else(|| self.admit(t.from.key, t.act));
        let known = &mut self.pairs[pair];
        known.total = known.total.saturating_add(1);
        known.tried = now;
        // A turn limit is no end of the world: what comes after it is modelled as if it had gone on.
        let closed = u8::from(t.end == End::Closed);
        self.count(pair, Outcome { next: t.to.key, reward: t.reward, closed, count: 1 }, dice);
        pair
    }

    #[inline(always)]
    fn find(&self, key: u64, act: ActionId) -> Option<usize> {
        let here = |p: &usize| (self.pairs[*p].key, self.pairs[*p].act) == (key, act.0);
        self.of_pair.chain(hash(key, act.0)).find(here)
    }

    #[cold]
    fn admit(&mut self, key: u64, act: ActionId) -> usize {
        let pair = if self.len() < self.pairs.len() {
            self.len += 1;
            self.len() - 1
        } else {
            let pair = self.oldest as usize;
            self.oldest = (self.oldest + 1) % self.len;
            self.forget(pair);
            pair
        };
        self.pairs[pair] = Pair { key, act: act.0, total: 0, tried: 0 };
        self.of_pair.link(hash(key, act.0), pair);
        pair
    }

    fn forget(&mut self, pair: usize) {
        self.of_pair.unlink(hash(self.pairs[pair].key, self.pairs[pair].act), pair);
        for at in pair * OUTCOMES..(pair + 1) * OUTCOMES {
            if self.backwards && self.outcomes[at].count > 0 {
                self.of_next.unlink(hash(self.outcomes[at].next, 0), at);
            }
            self.outcomes[at] = Outcome::default();
        }
    }

    #[inline(always)]
    fn count(&mut self, pair: usize, outcome: Outcome, dice: &mut Dice) {
        let list = &mut self.outcomes[pair * OUTCOMES..(pair + 1) * OUTCOMES];
        for (i, known) in list.iter_mut().enumerate() {
            if known.count > 0 && known.same(&outcome) {
                known.count = known.count.saturating_add(1);
                return;
            }
            if known.count == 0 {
                *known = outcome;
                if self.backwards {
                    self.of_next.link(hash(outcome.next, 0), pair * OUTCOMES + i);
                }
                return;
            }
        }
        self.replace(pair, outcome, dice);
    }

    /// The seldomest outcome is counted in the new one's place, and becomes it once in so many times as it has been counted: no
    /// outcome is then drawn more or less often than it happened, on average.
    #[cold]
    fn replace(&mut self, pair: usize, outcome: Outcome, dice: &mut Dice) {
        let places = pair * OUTCOMES..(pair + 1) * OUTCOMES;
        let at = places.min_by_key(|at| self.outcomes[*at].count).expect("a pair has places for outcomes");
        let count = self.outcomes[at].count.saturating_add(1);
        if dice.below(count) > 0 {
            self.outcomes[at].count = count;
            return;
        }
        if self.backwards {
            self.of_next.unlink(hash(self.outcomes[at].next, 0), at);
            self.of_next.link(hash(outcome.next, 0), at);
        }
        self.outcomes[at] = Outcome { count, ..outcome };
    }

    /// One of a pair's outcomes, by 32 random bits, as often as it happened.
    #[inline(always)]
    pub fn sample(&self, pair: usize, bits: u64) -> Outcome {
        let mut rest = scale(bits, self.pairs[pair].total);
        let list = &self.outcomes[pair * OUTCOMES..(pair + 1) * OUTCOMES];
        for outcome in list {
            if rest < outcome.count {
                return *outcome;
            }
            rest -= outcome.count;
        }
        list[0]
    }

    /// A pair's outcomes.
    #[inline(always)]
    pub fn outcomes(&self, pair: usize) -> impl Iterator<Item = &Outcome> {
        self.outcomes[pair * OUTCOMES..(pair + 1) * OUTCOMES].iter().take_while(|o| o.count > 0)
    }

    /// Pairs that led to a state, without an end there; a pair may come more than once.
    pub fn predecessors(&self, key: u64) -> impl Iterator<Item = usize> {
        let led = move |at: &usize| self.outcomes[*at].next == key && !self.outcomes[*at].closed();
        self.of_next.chain(hash(key, 0)).filter(led).map(|at| at / OUTCOMES)
    }

    /// Makes the chains anew.
    fn index(&mut self) {
        self.of_pair.clear();
        self.of_next.clear();
        for (p, pair) in self.pairs[..self.len as usize].iter().enumerate() {
            self.of_pair.link(hash(pair.key, pair.act), p);
        }
        if self.backwards {
            for (at, outcome) in self.outcomes.iter().enumerate().filter(|(_, o)| o.count > 0) {
                self.of_next.link(hash(outcome.next, 0), at);
            }
        }
    }
}

/// Multiplying by an odd number spreads neighbours over the high bits (Knuth 1998, §6.4).
#[inline(always)]
fn hash(key: u64, act: u8) -> u64 {
    (key.wrapping_mul(64).wrapping_add(u64::from(act))).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Places by a hash. Nothing may depend on their order in a chain, which differs after loading.
#[derive(Clone)]
struct Chains {
    heads: Vec<u32>,
    links: Vec<u32>,
    shift: u32,
}

impl Chains {
    fn new(heads: usize, links: usize) -> Chains {
        let heads = heads.next_power_of_two().max(2);
        Chains { heads: vec![NONE; heads], links: vec![NONE; links], shift: 64 - heads.trailing_zeros() }
    }

    #[inline(always)]
    fn chain(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let mut at = self.heads[(hash >> self.shift) as usize];
        std::iter::from_fn(move || {
            let here = (at != NONE).then_some(at as usize)?;
            at = self.links[here];
            Some(here)
        })
    }

    fn link(&mut self, hash: u64, place: usize) {
        let head = &mut self.heads[(hash >> self.shift) as usize];
        self.links[place] = *head;
        *head = place as u32;
    }

    fn unlink(&mut self, hash: u64, place: usize) {
        let head = (hash >> self.shift) as usize;
        if self.heads[head] == place as u32 {
            self.heads[head] = self.links[place];
            return;
        }
        let before = self.chain(hash).find(|at| self.links[*at] == place as u32);
        self.links[before.expect("a place that is unlinked is in its chain")] = self.links[place];
    }

    fn clear(&mut self) {
        self.heads.fill(NONE);
        self.links.fill(NONE);
    }
}
