//! Semi-gradient Sarsa with linear features: learns the values of what it really does, exploration included.
//! w(i,a) ← w(i,a) + α / n · (r + γ Q(s′,a′) − Q(s,a)) xᵢ, a′ the act chosen next.
//! Source: Sutton & Barto 2018, §10.1.

use super::linear::{ALPHA_TERM, CHANGE, COUNT, DELTA, GAMMA_TERM, NEW, NORM, Promise, Q, REWARD, SemiGradient};
use super::linear_weights::Row;
use crate::learn::agent::Term;
use crate::learn::knob::Tuned;
use crate::world::env::ActionId;

#[derive(Clone, Debug)]
pub struct Sampled;

pub type LinearSarsa = SemiGradient<Sampled>;

impl Promise for Sampled {
    const NAME: &'static str = "linear-sarsa";
    const ABOUT: &'static str = "Sarsa with a weight for each feature and act: what it learns in one state holds for those like it";
    const TERMS: &'static [Term] = &[
        NEW,
        Q,
        ALPHA_TERM,
        REWARD,
        GAMMA_TERM,
        Term { name: "next", symbol: "Q(s′,a′)", meaning: "what the act chosen next promises" },
        DELTA,
        COUNT,
        CHANGE,
        NORM,
    ];
    const TUNED: &'static [Tuned] = &[];
    const ON_POLICY: bool = true;
    const ACT_FIRST: bool = true;

    #[inline(always)]
    fn next(to: &Row, act: ActionId) -> f32 {
        to.values[act.index()]
    }
}
