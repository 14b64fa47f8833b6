//! Q-learning: learns the values of the greedy policy, whatever it does itself (off-policy).
//! Q(s,a) ← Q(s,a) + α (r + γ max Q(s′,·) − Q(s,a)), the max over legal acts.
//! Source: Watkins 1989; Sutton & Barto 2018, eq. 6.8.

use super::base::Base;
use super::one_step::{Backup, OneStep};
use super::tabular::{ALPHA, DELTA, GAMMA, NEW, Q, REWARD};
use crate::learn::agent::{Term, View};
use crate::learn::knob::Tuned;
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Greedy;

pub type QLearning = OneStep<Greedy>;

impl Backup for Greedy {
    const NAME: &'static str = "q-learning";
    const ABOUT: &'static str = "learns what the best act is worth, whatever it tries itself (off-policy)";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA,
        REWARD,
        GAMMA,
        Term { name: "next", symbol: "max Q(s′,·)", meaning: "the best that the next state promises" },
        DELTA,
    ];
    // assets/sweeps
    const TUNED: &'static [Tuned] = &[Tuned { scenario: "virtual-assistant", knob: "alpha", value: "0.3" }];
    const ON_POLICY: bool = false;
    const ACT_FIRST: bool = false;

    #[inline(always)]
    fn next(base: &Base, to: View<'_>, _: ActionId) -> f32 {
        base.table.max(to.key)
    }
}
