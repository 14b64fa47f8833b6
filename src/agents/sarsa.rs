//! Sarsa: learns the values of what it really does, exploration included (on-policy).
//! Q(s,a) ← Q(s,a) + α (r + γ Q(s′,a′) − Q(s,a)), a′ the act chosen next.
//! Source: Rummery & Niranjan 1994; Sutton & Barto 2018, eq. 6.7.

use super::base::Base;
use super::one_step::{Backup, OneStep};
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD};
use crate::learn::agent::{Term, View};
use crate::learn::knob::Tuned;
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Sampled;

pub type Sarsa = OneStep<Sampled>;

impl Backup for Sampled {
    const NAME: &'static str = "sarsa";
    const ABOUT: &'static str = "learns what its own behaviour is worth, exploration included (on-policy)";
    const TERMS: &'static [Term] =
        &[NEW, Q, ALPHA, REWARD, GAMMA, Term { name: "next", symbol: "Q(s′,a′)", meaning: "what the act chosen next promises" }, DELTA];
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" }];
    const ON_POLICY: bool = true;
    const ACT_FIRST: bool = true;

    #[inline(always)]
    fn next(base: &Base, to: View<'_>, act: ActionId) -> f32 {
        base.table.q(to.key, act)
    }
}
