//! The benchmark: six conditions in the form of `PyDial`'s, and what a run has come to after so many dialogues of learning.
//! Source: Casanueva et al. 2017, A Benchmarking Environment for Reinforcement Learning Based Task Oriented Dialogue Management.

use serde::{Deserialize, Serialize};

use super::evaluate::judge;
use super::timeline::Limit;
use super::{Run, sampled};
use crate::num::dice::{Key, Stream};
use crate::world::solve::Solution;

/// How a world is to be learned in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// Counted from 1.
    pub number: u32,
    /// The chance that what is heard is wrong, the same for every slot and the task.
    pub noise: f64,
    pub masks: bool,
    /// Kind of users.
    pub profile: &'static str,
}

const fn condition(number: u32, noise: f64, masks: bool, profile: &'static str) -> Condition {
    Condition { number, noise, masks, profile }
}

pub const CONDITIONS: [Condition; 6] = [
    condition(1, 0.0, true, "standard"),
    condition(2, 0.0, false, "standard"),
    condition(3, 0.15, true, "standard"),
    condition(4, 0.15, false, "standard"),
    condition(5, 0.15, true, "unfriendly"),
    condition(6, 0.3, true, "standard"),
];

/// Of the users of the evaluation: they are no seed's own.
const USERS: u64 = 0xbe9c;

impl Condition {
    /// The users that everybody is evaluated with, whatever was learned before.
    pub fn users(&self) -> Key {
        Key::new(USERS, Stream::Eval).child(u64::from(self.number))
    }
}

/// The greedy policy after so many dialogues of learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub dialogues: u64,
    /// Means over the evaluation dialogues; the return without discount.
    pub success: f64,
    #[serde(rename = "return")]
    pub return_: f64,
    pub turns: f64,
    /// V*(start) − V(start) at the world's own discount, exactly; none where states are not enumerated.
    pub regret: Option<f64>,
    /// How often an optimal act is taken: states whose greedy acts are all optimal, weighted by visits.
    pub optimal: Option<f64>,
}

/// What a run has come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// At each of the points that it came to.
    pub measured: Vec<Measured>,
    /// Of the learner at the end.
    pub digest: String,
    /// The turn, counted from 1, whose update would not have been finite.
    pub fault: Option<u64>,
    /// Why this agent cannot act in this world, if it cannot.
    pub unfit: Option<String>,
}

/// What every run of a condition is measured by.
pub struct Measure<'a> {
    /// Dialogue counts, rising.
    pub points: &'a [u64],
    pub users: Key,
    /// Evaluation dialogues at each point.
    pub evaluation: u64,
    /// At the world's own discount.
    pub solution: Option<&'a Solution>,
}

/// Turns between two words of progress.
const SLICE: u64 = 1 << 14;

/// Learns from point to point. `heard` is told the dialogues finished, now and then, and may stop it: then there is none.
pub fn complete(run: &mut dyn Run, measure: &Measure<'_>, heard: &mut dyn FnMut(u64) -> bool) -> Option<Outcome> {
    // Nobody will go back in it.
    run.allow(0);
    let mut measured = Vec::with_capacity(measure.points.len());
    for point in measure.points {
        while run.dialogues() < *point && run.fault().is_none() {
            run.advance(Limit { ticks: SLICE, dialogues: point - run.dialogues() });
            if !heard(run.dialogues()) {
                return None;
            }
        }
        if run.fault().is_some() {
            break;
        }
        measured.push(measure.take(run));
    }
    Some(Outcome { measured, digest: run.digest().to_string(), fault: run.fault().map(|f| f.tick + 1), unfit: None })
}

impl Measure<'_> {
    fn take(&self, run: &dyn Run) -> Measured {
        let world = run.world();
        let mut policy = run.frozen();
        let played = sampled::greedy(world, self.users, world.gamma(), self.evaluation, &mut policy);
        let exact = self.solution.zip(world.exact()).map(|(solution, mdp)| judge(mdp, solution, policy.candidate()));
        Measured {
            dialogues: run.dialogues(),
            success: played.success.mean,
            return_: played.return_.mean,
            turns: played.turns.mean,
            regret: exact.as_ref().map(|v| v.regret),
            optimal: exact.as_ref().map(|v| v.optimal_share_weighted),
        }
    }
}
