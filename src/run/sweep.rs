//! A sweep: a run of every seed in every cell of a grid of settings, and what each has come to. Runs of one seed meet the same
//! users in all cells, so cells can be compared seed by seed.

use serde::{Deserialize, Serialize};

use super::evaluate::{judge, next_point};
use super::timeline::Limit;
use super::{Run, RunSpec, sampled};
use crate::world::solve::{Policy, Solution, evaluate, reaches};

/// A knob and the values that it takes, as they are typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub knob: String,
    pub values: Vec<String>,
}

/// Cells are numbered with the last axis moving fastest; runs cell by cell, in each by seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What all runs share; its seed is the first.
    pub spec: RunSpec,
    /// None: a single cell.
    pub axes: Vec<Axis>,
    /// Seeds of a cell.
    pub seeds: u32,
    /// Of each run.
    pub dialogues: u64,
}

impl Plan {
    pub fn cells(&self) -> usize {
        self.axes.iter().map(|a| a.values.len()).product()
    }

    pub fn runs(&self) -> usize {
        self.cells() * self.seeds as usize
    }

    /// The settings of a cell, one for each axis.
    pub fn settings(&self, cell: usize) -> Vec<(String, String)> {
        let mut rest = cell;
        let mut out: Vec<(String, String)> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            out.push((axis.knob.clone(), axis.values[rest % axis.values.len()].clone()));
            rest /= axis.values.len();
        }
        out.reverse();
        out
    }

    /// The k-th seed; after the largest comes 0.
    pub fn seed(&self, k: usize) -> u64 {
        self.spec.seed.wrapping_add(k as u64)
    }

    /// The cell of a run, and its place among the seeds.
    pub fn place(&self, run: usize) -> (usize, usize) {
        (run / self.seeds as usize, run % self.seeds as usize)
    }

    pub fn spec_of(&self, run: usize) -> RunSpec {
        let (cell, k) = self.place(run);
        let mut spec = self.spec.clone();
        spec.seed = self.seed(k);
        spec.settings.extend(self.settings(cell));
        spec
    }
}

/// What runs of one γ are measured against.
#[derive(Debug)]
pub struct Yardstick {
    pub gamma: f64,
    /// The optimum, and what acting at random is worth at the start; none where values do not settle.
    pub exact: Option<(Solution, f64)>,
}

/// What a run has come to. Where it broke, nothing but `fault`, the counts and the digest is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub dialogues: u64,
    pub turns: u64,
    pub digest: String,
    /// The turn, counted from 1, whose update would not have been finite.
    pub fault: Option<u64>,
    /// Means of the last 100 dialogues; none where there was no dialogue.
    pub return_100: Option<f64>,
    pub success_100: Option<f64>,
    /// Of the greedy policy, exactly (where states are not enumerated, means of 500 dialogues): discounted from the start; the others without discount, under the turn limit.
    pub value: Option<f64>,
    #[serde(rename = "return")]
    pub return_: Option<f64>,
    pub success: Option<f64>,
    /// V*(start) − V(start) of the greedy policy.
    pub regret: Option<f64>,
    /// Share of visited states whose greedy acts are all optimal; the same, weighted by how often the greedy policy is there.
    pub optimal_visited: Option<f64>,
    pub optimal_weighted: Option<f64>,
    /// The first judged dialogue count at which the greedy policy's value was 90 % of the way from random to optimal.
    pub dialogues_to_90: Option<u64>,
}

/// Share of the way from random to optimal that counts as nearly there.
const NEARLY: f64 = 0.9;
/// Turns between two words of progress.
const SLICE: u64 = 1 << 20;

/// Brings a run to its end and measures it. `heard` is told the dialogues finished, now and then, and may stop it: then there is none.
pub fn complete(run: &mut dyn Run, dialogues: u64, yard: &Yardstick, heard: &mut dyn FnMut(u64) -> bool) -> Option<Outcome> {
    // Nobody will go back in it.
    run.allow(0);
    let world = run.world().clone();
    let exact = world.exact().zip(yard.exact.as_ref());
    let goal = exact.map(|(mdp, (best, random))| (mdp, best, random + NEARLY * (best.start_value(mdp) - random)));
    let mut reached = None;
    while run.dialogues() < dialogues && run.fault().is_none() {
        let searched = goal.filter(|_| reached.is_none());
        let point = next_point(run.dialogues());
        let stop = if searched.is_some() { point.min(dialogues) } else { dialogues };
        run.advance(Limit { ticks: SLICE, dialogues: stop - run.dialogues() });
        if !heard(run.dialogues()) {
            return None;
        }
        if let Some((mdp, best, goal)) = searched
            && run.dialogues() == point
            && reaches(mdp, &Policy { acts: run.candidate().greedy, epsilon: 0.0 }, yard.gamma, &best.v, goal)
        {
            reached = Some(point);
        }
    }
    Some(measure(run, yard, reached))
}

fn measure(run: &dyn Run, yard: &Yardstick, reached: Option<u64>) -> Outcome {
    let bare = Outcome { dialogues: run.dialogues(), turns: run.now().0, digest: run.digest().to_string(), ..Outcome::default() };
    if let Some(fault) = run.fault() {
        return Outcome { fault: Some(fault.tick + 1), ..bare };
    }
    let (count, return_100, success_100, _) = run.last_100();
    let recent = |x: f32| (count > 0).then(|| f64::from(x));
    let bare = Outcome { return_100: recent(return_100), success_100: recent(success_100), dialogues_to_90: reached, ..bare };
    let world = run.world();
    let Some(mdp) = world.exact() else {
        let got = sampled::greedy(world, sampled::judges(), yard.gamma, sampled::DIALOGUES, &mut run.frozen());
        return Outcome { value: Some(got.value.mean), return_: Some(got.return_.mean), success: Some(got.success.mean), ..bare };
    };
    let candidate = run.candidate();
    let Some((solution, _)) = &yard.exact else {
        let worth = evaluate(mdp, &Policy { acts: candidate.greedy, epsilon: 0.0 }, yard.gamma);
        return Outcome { return_: Some(worth.return_), success: Some(worth.success), ..bare };
    };
    let v = judge(mdp, solution, candidate);
    Outcome {
        value: Some(v.worth.value),
        return_: Some(v.worth.return_),
        success: Some(v.worth.success),
        regret: Some(v.regret),
        optimal_visited: Some(v.optimal_share),
        optimal_weighted: Some(v.optimal_share_weighted),
        ..bare
    }
}
