//! What a benchmark found, by cell: an agent in a condition of a scenario, over its seeds.

use super::plan::{Job, Plan};
use crate::num::bootstrap::{Interval, interquartile, paired};
use crate::run::benchmark::{Measured, Outcome};

/// A number of a measure.
pub type Number = fn(&Measured) -> Option<f64>;

pub const SUCCESS: Number = |m| Some(m.success);
pub const RETURN: Number = |m| Some(m.return_);
pub const TURNS: Number = |m| Some(m.turns);
pub const REGRET: Number = |m| m.regret;
pub const OPTIMAL: Number = |m| m.optimal;

pub struct Cell<'a> {
    pub arena: usize,
    pub condition: usize,
    pub contender: usize,
    pub learns: bool,
    /// Where it is measured.
    pub points: &'a [u64],
    /// By seed.
    pub runs: Vec<(u64, &'a Outcome)>,
}

/// How well an agent does in a scenario, or in all, after so many dialogues.
pub struct Overall {
    /// None: in all scenarios.
    pub arena: Option<usize>,
    pub contender: usize,
    pub dialogues: u64,
    /// Share of the way from random to optimal return: the middle half of all conditions and seeds.
    pub score: Option<Interval>,
}

/// Cells in the order of the jobs.
pub fn rows<'a>(plan: &'a Plan, jobs: &[Job], outcomes: &'a [Outcome]) -> Vec<Cell<'a>> {
    let mut cells: Vec<Cell<'a>> = Vec::new();
    for arena in 0..plan.arenas.len() {
        for condition in 0..plan.conditions.len() {
            for contender in 0..plan.contenders.len() {
                let here = |job: &Job| (job.arena, job.condition, job.contender) == (arena, condition, contender);
                let ours: Vec<(&Job, &Outcome)> = jobs.iter().zip(outcomes).filter(|(job, _)| here(job)).collect();
                let first = ours.first().expect("a cell has a run").0;
                let runs = ours.iter().map(|(job, outcome)| (plan.seed_of(job), *outcome)).collect();
                let (learns, points) = (plan.learns(first), plan.points_of(first));
                cells.push(Cell { arena, condition, contender, learns, points, runs });
            }
        }
    }
    cells
}

impl Cell<'_> {
    /// The numbers of the runs that came to a point.
    pub fn numbers(&self, point: usize, number: Number) -> Vec<f64> {
        self.runs.iter().filter_map(|(_, o)| o.measured.get(point)).filter_map(number).collect()
    }

    pub fn mean(&self, point: usize, number: Number) -> Option<Interval> {
        known(paired(&self.numbers(point, number)))
    }

    pub fn iqm(&self, point: usize, number: Number) -> Option<Interval> {
        known(interquartile(&[&self.numbers(point, number)]))
    }

    pub fn stopped(&self) -> usize {
        self.runs.iter().filter(|(_, o)| o.fault.is_some()).count()
    }

    pub fn unfit(&self) -> Option<&str> {
        self.runs.iter().find_map(|(_, o)| o.unfit.as_deref())
    }
}

fn known(i: Interval) -> Option<Interval> {
    i.mean.is_finite().then_some(i)
}

/// Scenario by scenario, then all of them; in each by point, yardsticks first.
pub fn overall(plan: &Plan, cells: &[Cell<'_>]) -> Vec<Overall> {
    let mut out = Vec::new();
    let scenarios = (0..plan.arenas.len()).map(Some).chain((plan.arenas.len() > 1).then_some(None));
    for arena in scenarios {
        for point in 0..plan.points.len() {
            for (contender, c) in plan.contenders.iter().enumerate() {
                // A yardstick has one point.
                if point == 0 || c.agent.learns() {
                    let dialogues = if c.agent.learns() { plan.points[point] } else { 0 };
                    out.push(Overall { arena, contender, dialogues, score: score(plan, cells, arena, contender, point) });
                }
            }
        }
    }
    out
}

fn score(plan: &Plan, cells: &[Cell<'_>], arena: Option<usize>, contender: usize, point: usize) -> Option<Interval> {
    let mut strata: Vec<Vec<f64>> = Vec::new();
    for cell in cells.iter().filter(|c| c.contender == contender && arena.is_none_or(|a| a == c.arena)) {
        let yard = |name: &str| {
            let there =
                |c: &&Cell<'_>| (c.arena, c.condition) == (cell.arena, cell.condition) && plan.contenders[c.contender].agent.name == name;
            cells.iter().find(there).and_then(|c| c.numbers(0, RETURN).first().copied())
        };
        // Without both ends there is no way between them.
        if let (Some(random), Some(optimal)) = (yard("random"), yard("optimal")) {
            strata.push(cell.numbers(point, RETURN).iter().map(|x| (x - random) / (optimal - random)).collect());
        }
    }
    let lists: Vec<&[f64]> = strata.iter().map(Vec::as_slice).collect();
    known(interquartile(&lists))
}
