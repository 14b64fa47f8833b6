//! The analyst: a thread beside training that solves the world exactly and judges policies taken from the run.
//! It does one job at a time; a policy that comes while it is busy is not judged at all, so no point on the curve ever moves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::Letter;
use super::milestones::Milestones;
use super::snapshot::{EvaluationView, Score, SolutionView};
use crate::run::evaluate::{Candidate, judge};
use crate::world::World;
use crate::world::solve::{Policy, Solution, Worth, evaluate, solve};

pub enum Job {
    /// The optimum for γ, and the best with ε; the optimum of the same γ is not solved twice.
    Solve { world: Arc<World>, gamma: f64, epsilon: f64, known: Option<Arc<Solution>>, run: u64 },
    Judge {
        world: Arc<World>,
        solution: Arc<Solution>,
        candidate: Candidate,
        /// The value of acting at random, with the same γ.
        random: f64,
        /// None at a point of the curve; for the policy of a moment at rest, that moment.
        moment: Option<Moment>,
        run: u64,
    },
    /// The policy of a replica.
    Value { world: Arc<World>, solution: Arc<Solution>, candidate: Candidate, milestones: Arc<Milestones> },
}

/// `run` tells which lane a result belongs to, `world` what was solved.
pub struct Solved {
    pub run: u64,
    pub world: Arc<World>,
    pub solution: Arc<Solution>,
    /// The best policy with ε.
    pub soft: Arc<Solution>,
    pub view: SolutionView,
}

/// Tick, and entries of the journal.
pub type Moment = (u64, usize);

pub struct Judged {
    pub run: u64,
    pub moment: Option<Moment>,
    pub view: EvaluationView,
}

pub fn analyse(jobs: &Receiver<Job>, letters: &Sender<Letter>) {
    while let Ok(job) = jobs.recv() {
        let unsolved = if let Job::Solve { run, .. } = &job { Some(*run) } else { None };
        // Without a solution the workbench goes on; a panic here must not take it along. Whatever came of it, the next job may come.
        let done = catch_unwind(AssertUnwindSafe(|| work(job))).ok().flatten();
        if letters.send(done.unwrap_or(Letter::Unfound { unsolved })).is_err() {
            return;
        }
    }
}

fn work(job: Job) -> Option<Letter> {
    Some(match job {
        Job::Solve { world, gamma, epsilon, known, run } => {
            let mdp = world.exact()?;
            let solution = match known {
                Some(solution) => solution,
                None => Arc::new(solve(mdp, gamma, 0.0, &|| true)?),
            };
            let soft = solve(mdp, gamma, epsilon, &|| true)?;
            let view = SolutionView {
                gamma,
                epsilon,
                optimal: score(&evaluate(mdp, &Policy::optimal(mdp, &solution), gamma)),
                optimal_with_epsilon: score(&evaluate(mdp, &Policy::optimal(mdp, &soft), gamma)),
                random: score(&evaluate(mdp, &Policy::random(mdp), gamma)),
                states: mdp.state_count(),
            };
            Letter::Solved(Box::new(Solved { run, solution, soft: Arc::new(soft), view, world }))
        }
        Job::Judge { world, solution, candidate, random, moment, run } => {
            let mdp = world.exact()?;
            let optimal = solution.start_value(mdp);
            let v = judge(mdp, &solution, candidate);
            let view = EvaluationView {
                dialogues: v.dialogues,
                greedy: score(&v.worth),
                regret: v.regret,
                optimal_share: v.optimal_share,
                optimal_share_weighted: v.optimal_share_weighted,
                way: if optimal > random { (v.worth.value - random) / (optimal - random) } else { f64::NAN },
            };
            Letter::Judged(Box::new(Judged { run, moment, view }))
        }
        Job::Value { world, solution, candidate, milestones } => {
            let verdict = judge(world.exact()?, &solution, candidate);
            milestones.judged(verdict.dialogues, verdict.worth.value);
            Letter::Valued
        }
    })
}

fn score(w: &Worth) -> Score {
    Score { value: w.value, return_: w.return_, success: w.success, turns: w.turns }
}
