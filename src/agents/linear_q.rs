//! Semi-gradient Q-learning with linear features: learns the values of the greedy policy from any behaviour, and may diverge.
//! w(i,a) ← w(i,a) + α / n · (r + γ max Q(s′,·) − Q(s,a)) xᵢ, the max over legal acts.
//! Source: Sutton & Barto 2018, §11.1; its danger §11.2 and 11.3 (Baird 1995).

use super::linear::{ALPHA_TERM, CHANGE, COUNT, DELTA, GAMMA_TERM, NEW, NORM, Promise, Q, REWARD, SemiGradient};
use super::linear_weights::Row;
use crate::learn::agent::Term;
use crate::learn::knob::Tuned;
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Greedy;

pub type LinearQ = SemiGradient<Greedy>;

impl Promise for Greedy {
    const NAME: &'static str = "linear-q";
    const ABOUT: &'static str = "Q-learning with a weight for each feature and act: what it learns in one state holds for those like it";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA_TERM,
        REWARD,
        GAMMA_TERM,
        Term { name: "next", symbol: "max Q(s′,·)", meaning: "the best that the next state promises" },
        DELTA,
        COUNT,
        CHANGE,
        NORM,
    ];
    const TUNED: &'static [Tuned] = &[];
    const ON_POLICY: bool = false;
    const ACT_FIRST: bool = false;

    #[inline(always)]
    fn next(to: &Row, _: ActionId) -> f32 {
        to.max
    }
}
