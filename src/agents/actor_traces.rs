//! The eligibility of an actor-critic's states and acts. Source: Sutton & Barto 2018, §13.5.

use crate::fields;
use crate::learn::agent::View;
use crate::learn::inside::Trace;

/// States traced at a time, those met last; a trace below `LEAST` is dropped.
const ROOM: usize = 128;
const LEAST: f32 = 1e-4;

/// The eligibility of one dialogue's states and acts, in the order in which they were met.
#[derive(Clone)]
pub struct Traces {
    pub keys: Vec<u64>,
    pub legal: Vec<u64>,
    pub critic: Vec<f32>,
    /// Of state i at `i << shift`.
    pub actor: Vec<f32>,
    pub len: u32,
    /// Of a row of acts.
    pub shift: u32,
}

fields!(Traces { keys, legal, critic, actor, len });

impl Traces {
    pub fn new(shift: u32) -> Traces {
        Traces { keys: vec![0; ROOM], legal: vec![0; ROOM], critic: vec![0.0; ROOM], actor: vec![0.0; ROOM << shift], len: 0, shift }
    }

    /// All decay; what has all but gone is dropped.
    pub fn decay(&mut self, actor: f32, critic: f32) {
        let (width, mut kept) = (1 << self.shift, 0);
        for i in 0..self.len as usize {
            let from = i << self.shift;
            let critic = critic * self.critic[i];
            let mut lives = critic >= LEAST;
            for z in &mut self.actor[from..from + width] {
                *z *= actor;
                lives |= z.abs() >= LEAST;
            }
            if lives {
                if kept < i {
                    self.keys[kept] = self.keys[i];
                    self.legal[kept] = self.legal[i];
                    self.actor.copy_within(from..from + width, kept << self.shift);
                }
                self.critic[kept] = critic;
                kept += 1;
            }
        }
        self.len = kept as u32;
    }

    /// The place of a state that is met now; where there is no room, the first one met is given up.
    pub fn meet(&mut self, at: View<'_>) -> usize {
        let (len, width) = (self.len as usize, 1 << self.shift);
        if let Some(place) = (0..len).find(|i| self.keys[*i] == at.key) {
            return place;
        }
        if len == ROOM {
            self.keys.copy_within(1.., 0);
            self.legal.copy_within(1.., 0);
            self.critic.copy_within(1.., 0);
            self.actor.copy_within(width.., 0);
            self.len -= 1;
        }
        let place = self.len as usize;
        self.len += 1;
        (self.keys[place], self.legal[place], self.critic[place]) = (at.key, at.legal, 0.0);
        self.actor[place << self.shift..(place + 1) << self.shift].fill(0.0);
        place
    }

    /// Largest first, either way.
    pub fn list(&self, most: usize) -> Vec<Trace> {
        let of = |i: usize| {
            let trace = move |a: usize| Trace { key: self.keys[i], act: a as u8, value: self.actor[i << self.shift | a] };
            acts(self.legal[i]).map(trace)
        };
        let mut traces: Vec<Trace> = (0..self.len as usize).flat_map(of).collect();
        traces.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        traces.truncate(most);
        traces
    }
}

/// The set bits of a mask.
pub fn acts(mut mask: u64) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let act = (mask != 0).then_some(mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(act)
    })
}
