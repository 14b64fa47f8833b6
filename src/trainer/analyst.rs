//! The analyst: a thread beside training that solves the world exactly and judges policies taken from the run; where states are too
//! many to be listed, by dialogues played out.
//! It does one job at a time; a policy that comes while it is busy is not judged at all, so no point on the curve ever moves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::Letter;
use super::lane::message;
use super::milestones::Milestones;
use super::snapshot::{EvaluationView, PlayedView, Score, SolutionView};
use crate::run::evaluate::{Frozen, judge};
use crate::run::sampled::{self, Sampled};
use crate::world::World;
use crate::world::mdp::Mdp;
use crate::world::solve::{Policy, Solution, Worth, evaluate, solve};

pub enum Job {
    /// The optimum for γ, and the best with ε; the optimum of the same γ is not solved twice.
    Solve { world: Arc<World>, gamma: f64, epsilon: f64, known: Option<Arc<Solution>>, run: u64 },
    /// Reference lines of a world that cannot be solved, by dialogues played out.
    Play { world: Arc<World>, gamma: f64, run: u64 },
    Judge {
        world: Arc<World>,
        policy: Frozen,
        yard: Yard,
        /// None at a point of the curve; for the policy of a moment at rest, that moment.
        moment: Option<Moment>,
        run: u64,
    },
    /// The policy of a replica.
    Value { world: Arc<World>, policy: Frozen, yard: Yard, milestones: Arc<Milestones> },
}

/// What a policy is held against.
pub enum Yard {
    /// The solution, and the value of acting at random with the same γ.
    Exact { solution: Arc<Solution>, random: f64 },
    /// It is played out.
    Played { gamma: f64 },
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

pub struct Played {
    pub run: u64,
    pub world: Arc<World>,
    pub gamma: f64,
    pub view: PlayedView,
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
        let unsolved = if let Job::Solve { run, .. } | Job::Play { run, .. } = &job { Some(*run) } else { None };
        // Without a solution the workbench goes on; a panic here must not take it along. Whatever came of it, the next job may come.
        let (done, cause) = match catch_unwind(AssertUnwindSafe(|| work(job))) {
            Ok(done) => (done, None),
            Err(cause) => (None, Some(message(&*cause))),
        };
        if letters.send(done.unwrap_or(Letter::Unfound { unsolved, cause })).is_err() {
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
        Job::Play { world, gamma, run } => {
            let random = sampled::random(&world, sampled::judges(), gamma, sampled::DIALOGUES);
            let expert = sampled::expert(&world, sampled::judges(), gamma, sampled::DIALOGUES);
            let view = PlayedView { dialogues: sampled::DIALOGUES, random: mean(&random), expert: expert.as_ref().map(mean) };
            Letter::Played(Box::new(Played { run, world, gamma, view }))
        }
        Job::Judge { world, policy, yard, moment, run } => {
            let view = match yard {
                Yard::Exact { solution, random } => exactly(world.exact()?, &solution, random, policy),
                Yard::Played { gamma } => by_play(&world, gamma, policy),
            };
            Letter::Judged(Box::new(Judged { run, moment, view }))
        }
        Job::Value { world, mut policy, yard, milestones } => {
            let dialogues = policy.dialogues();
            let value = match yard {
                Yard::Exact { solution, .. } => evaluate(world.exact()?, &acts(policy), solution.gamma).value,
                Yard::Played { gamma } => sampled::greedy(&world, sampled::judges(), gamma, sampled::DIALOGUES, &mut policy).return_.mean,
            };
            milestones.judged(dialogues, value);
            Letter::Valued
        }
    })
}

fn acts(policy: Frozen) -> Policy {
    Policy { acts: policy.candidate().greedy, epsilon: 0.0 }
}

fn exactly(mdp: &Mdp, solution: &Solution, random: f64, policy: Frozen) -> EvaluationView {
    let optimal = solution.start_value(mdp);
    let v = judge(mdp, solution, policy.candidate());
    EvaluationView {
        dialogues: v.dialogues,
        greedy: score(&v.worth),
        margin: 0.0,
        success_margin: 0.0,
        regret: v.regret,
        optimal_share: v.optimal_share,
        optimal_share_weighted: v.optimal_share_weighted,
        way: if optimal > random { (v.worth.value - random) / (optimal - random) } else { f64::NAN },
    }
}

fn by_play(world: &World, gamma: f64, mut policy: Frozen) -> EvaluationView {
    let got = sampled::greedy(world, sampled::judges(), gamma, sampled::DIALOGUES, &mut policy);
    EvaluationView {
        dialogues: policy.dialogues(),
        greedy: mean(&got),
        margin: got.return_.margin(),
        success_margin: got.success.margin(),
        regret: f64::NAN,
        optimal_share: f64::NAN,
        optimal_share_weighted: f64::NAN,
        way: f64::NAN,
    }
}

fn mean(s: &Sampled) -> Score {
    Score { value: s.value.mean, return_: s.return_.mean, success: s.success.mean, turns: s.turns.mean }
}

fn score(w: &Worth) -> Score {
    Score { value: w.value, return_: w.return_, success: w.success, turns: w.turns }
}
