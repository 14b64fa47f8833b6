//! Sarsa: learns the values of what it really does, exploration included (on-policy).
//! Q(s,a) ← Q(s,a) + α (r + γ Q(s′,a′) − Q(s,a)), a′ the act chosen next.
//! Source: Rummery & Niranjan 1994; Sutton & Barto 2018, eq. 6.7.

use super::explore::EpsilonGreedy;
use super::table::Table;
use super::tabular::{ALPHA_TERM, Backup, DELTA, GAMMA_TERM, NEW, Q, REWARD, Tabular};
use crate::learn::agent::{Term, View};
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Sampled;

pub type Sarsa = Tabular<Sampled>;

impl Backup for Sampled {
    const NAME: &'static str = "sarsa";
    const ABOUT: &'static str = "learns what its own behaviour is worth, exploration included (on-policy)";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA_TERM,
        REWARD,
        GAMMA_TERM,
        Term { name: "next", symbol: "Q(s′,a′)", meaning: "what the act chosen next promises" },
        DELTA,
    ];
    const ON_POLICY: bool = true;
    const ACT_FIRST: bool = true;

    #[inline(always)]
    fn next(table: &Table, _: &EpsilonGreedy, to: View<'_>, act: ActionId) -> f32 {
        table.q(to.key, act)
    }
}
