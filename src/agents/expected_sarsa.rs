//! Expected Sarsa: as Sarsa, but with the mean over its policy instead of the one act drawn, so with less noise.
//! Q(s,a) ← Q(s,a) + α (r + γ Σ π(a′|s′) Q(s′,a′) − Q(s,a))
//! Source: van Seijen et al. 2009; Sutton & Barto 2018, eq. 6.9.

use super::explore::EpsilonGreedy;
use super::table::Table;
use super::tabular::{ALPHA_TERM, Backup, DELTA, GAMMA_TERM, NEW, Q, REWARD, Tabular};
use crate::learn::agent::{Term, View};
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Expected;

pub type ExpectedSarsa = Tabular<Expected>;

impl Backup for Expected {
    const NAME: &'static str = "expected-sarsa";
    const ABOUT: &'static str = "Sarsa with the mean over its next acts instead of the one it draws (less noise)";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA_TERM,
        REWARD,
        GAMMA_TERM,
        Term { name: "next", symbol: "Σ π(a′|s′) Q(s′,a′)", meaning: "what the next state promises, averaged over the policy" },
        DELTA,
    ];
    const ON_POLICY: bool = true;
    const ACT_FIRST: bool = false;

    #[inline(always)]
    fn next(table: &Table, explore: &EpsilonGreedy, to: View<'_>, _: ActionId) -> f32 {
        let epsilon = explore.epsilon() as f32;
        let (mut sum, mut rest) = (0.0, to.legal);
        while rest != 0 {
            sum += table.q(to.key, ActionId(rest.trailing_zeros() as u8));
            rest &= rest - 1;
        }
        // All greedy acts have the same value, so their share of π needs no list.
        (1.0 - epsilon) * table.max(to.key) + epsilon * sum / to.legal.count_ones() as f32
    }
}
