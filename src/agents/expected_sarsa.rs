//! Expected Sarsa: as Sarsa, but with the mean over its policy instead of the one act drawn, so with less noise.
//! Q(s,a) ← Q(s,a) + α (r + γ Σ π(a′|s′) Q(s′,a′) − Q(s,a))
//! Source: van Seijen et al. 2009; Sutton & Barto 2018, eq. 6.9.

use super::base::Base;
use super::one_step::{Backup, OneStep};
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD};
use crate::learn::agent::{Term, View};
use crate::learn::knob::Tuned;
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Expected;

pub type ExpectedSarsa = OneStep<Expected>;

impl Backup for Expected {
    const NAME: &'static str = "expected-sarsa";
    const ABOUT: &'static str = "Sarsa with the mean over its next acts instead of the one it draws (less noise)";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA,
        REWARD,
        GAMMA,
        Term { name: "next", symbol: "Σ π(a′|s′) Q(s′,a′)", meaning: "what the next state promises, averaged over the policy" },
        DELTA,
    ];
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" }];
    const ON_POLICY: bool = true;
    const ACT_FIRST: bool = false;

    #[inline(always)]
    fn next(base: &Base, to: View<'_>, _: ActionId) -> f32 {
        base.expected(to)
    }
}
