//! Generalised advantage estimation: how much better than expected a turn went, with λ between its own TD error and all that followed.
//! Â(t) = δ(t) + γ λ Â(t+1),  δ(t) = r(t) + γ V(s(t+1)) − V(s(t))
//! Source: Schulman et al. 2016, eq. 16.

use crate::world::env::End;

/// A turn of a rollout, as the critic saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub reward: f32,
    /// V(s)
    pub value: f32,
    /// V(s′); it does not count where the dialogue was closed.
    pub next: f32,
    pub end: End,
}

impl Step {
    /// δ = r + γ V(s′) − V(s), 0 in place of V(s′) after `Closed`; `Cut` bootstraps.
    pub fn delta(&self, gamma: f32) -> f32 {
        let next = if self.end == End::Closed { 0.0 } else { self.next };
        self.reward + gamma * next - self.value
    }
}

/// Â of each turn. Turns follow each other; a dialogue's end, of either kind, and the last turn end the sum.
pub fn advantages(steps: &[Step], gamma: f32, lambda: f32, out: &mut [f32]) {
    let mut later = 0.0;
    for (step, out) in steps.iter().zip(out).rev() {
        if step.end != End::Open {
            later = 0.0;
        }
        later = step.delta(gamma) + gamma * lambda * later;
        *out = later;
    }
}
