//! The turns that a policy learns from at once: lived through with one policy, used, and forgotten. States are kept by their keys.

use super::gae::{self, Step};
use crate::fields;
use crate::world::env::{ActionId, End};

/// Lists have room for a whole rollout, so that what is stored has one length; the first `count` turns are there.
#[derive(Clone, Debug)]
pub struct Rollout {
    keys: Vec<u64>,
    acts: Vec<u8>,
    rewards: Vec<f32>,
    values: Vec<f32>,
    nexts: Vec<f32>,
    ends: Vec<u8>,
    count: u32,
}

fields!(Rollout { keys, acts, rewards, values, nexts, ends, count });

fn code(end: End) -> u8 {
    match end {
        End::Open => 0,
        End::Closed => 1,
        End::Cut => 2,
    }
}

fn end(code: u8) -> End {
    match code {
        0 => End::Open,
        1 => End::Closed,
        _ => End::Cut,
    }
}

impl Rollout {
    pub fn new(turns: usize) -> Rollout {
        Rollout {
            keys: vec![0; turns],
            acts: vec![0; turns],
            rewards: vec![0.0; turns],
            values: vec![0.0; turns],
            nexts: vec![0.0; turns],
            ends: vec![0; turns],
            count: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn room(&self) -> usize {
        self.keys.len()
    }

    pub fn is_full(&self) -> bool {
        self.len() >= self.room()
    }

    /// One more turn; there is room for it.
    pub fn push(&mut self, key: u64, act: ActionId, step: Step) {
        let at = self.len();
        self.keys[at] = key;
        self.acts[at] = act.0;
        self.rewards[at] = step.reward;
        self.values[at] = step.value;
        self.nexts[at] = step.next;
        self.ends[at] = code(step.end);
        self.count += 1;
    }

    pub fn clear(&mut self) {
        self.count = 0;
    }

    pub fn key(&self, t: usize) -> u64 {
        self.keys[t]
    }

    pub fn act(&self, t: usize) -> ActionId {
        ActionId(self.acts[t])
    }

    pub fn step(&self, t: usize) -> Step {
        Step { reward: self.rewards[t], value: self.values[t], next: self.nexts[t], end: end(self.ends[t]) }
    }

    /// Â of each turn, and the returns Â + V(s) that the critic learns.
    pub fn targets(&self, gamma: f32, lambda: f32) -> (Vec<f32>, Vec<f32>) {
        let steps: Vec<Step> = (0..self.len()).map(|t| self.step(t)).collect();
        let mut advantages = vec![0.0; steps.len()];
        gae::advantages(&steps, gamma, lambda, &mut advantages);
        let returns = advantages.iter().zip(&steps).map(|(a, s)| a + s.value).collect();
        (advantages, returns)
    }
}
