//! The analyst: a thread beside training that solves the world exactly and judges policies taken from the run; where states are too
//! many to be listed, by dialogues played out.
//! It does one job at a time; a policy that comes while it is busy is not judged at all, so no point on the curve ever moves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use super::Letter;
use super::lane::message;
use super::milestones::Milestones;
use super::points::gamma;
use super::snapshot::{EvaluationView, PlayedView, Score, SolutionView};
use crate::run::Run;
use crate::run::evaluate::{Frozen, judge};
use crate::run::sampled::{self, Sampled};
use crate::run::timeline::Limit;
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
    /// Goes on a bit on the way to a point in the past of a run, and judges its policy there.
    Fetch {
        past: Box<dyn Run>,
        point: u64,
        /// What is known of the present world, and of which discount it is.
        known: Option<(Arc<World>, f64, Yard)>,
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
    /// The world or the discount has changed since: it is solved for this policy.
    Unknown { gamma: f64 },
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

/// A copy of a run comes back from a stretch of its way to a point.
pub struct Fetched {
    pub run: u64,
    pub past: Box<dyn Run>,
    pub point: u64,
    pub found: Way,
}

pub enum Way {
    /// It is not there yet.
    On,
    Judged(Box<EvaluationView>),
    /// There is no such moment, or the world of then cannot be solved.
    Lost,
}

/// The solution that was made last for policies of another world or discount than the present one.
#[derive(Default)]
struct Former(Option<FormerWorld>);

struct FormerWorld {
    world: Arc<World>,
    gamma: f64,
    solution: Arc<Solution>,
    /// The value of acting at random.
    random: f64,
}

/// So long a way through the past goes on before anything else may be asked.
const STRETCH: Duration = Duration::from_millis(50);
/// Ticks of a table between two looks at the clock.
const TICKS: u64 = 1 << 14;

pub fn analyse(jobs: &Receiver<Job>, letters: &Sender<Letter>) {
    let mut former = Former::default();
    while let Ok(job) = jobs.recv() {
        let unsolved = if let Job::Solve { run, .. } | Job::Play { run, .. } = &job { Some(*run) } else { None };
        // Without a solution the workbench goes on; a panic here must not take it along. Whatever came of it, the next job may come.
        let (done, cause) = match catch_unwind(AssertUnwindSafe(|| work(job, &mut former))) {
            Ok(done) => (done, None),
            Err(cause) => (None, Some(message(&*cause))),
        };
        if letters.send(done.unwrap_or(Letter::Unfound { unsolved, cause })).is_err() {
            return;
        }
    }
}

fn work(job: Job, former: &mut Former) -> Option<Letter> {
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
            let view = former.held_against(&world, policy, &yard)?;
            Letter::Judged(Box::new(Judged { run, moment, view }))
        }
        Job::Fetch { past, point, known, run } => Letter::Fetched(Box::new(fetch(past, point, known, run, former))),
        Job::Value { world, mut policy, yard, milestones } => {
            let dialogues = policy.dialogues();
            let value = match yard {
                Yard::Exact { solution, .. } => evaluate(world.exact()?, &acts(policy), solution.gamma).value,
                Yard::Played { gamma } | Yard::Unknown { gamma } => {
                    sampled::greedy(&world, sampled::judges(), gamma, sampled::DIALOGUES, &mut policy).return_.mean
                }
            };
            milestones.judged(dialogues, value);
            Letter::Valued
        }
    })
}

impl Former {
    /// A policy's figures; none where its world cannot be solved.
    fn held_against(&mut self, world: &Arc<World>, policy: Frozen, yard: &Yard) -> Option<EvaluationView> {
        match yard {
            Yard::Exact { solution, random } => Some(exactly(world.exact()?, solution, *random, policy)),
            Yard::Played { gamma } => Some(by_play(world, *gamma, policy)),
            Yard::Unknown { gamma } => {
                let mdp = world.exact()?;
                if !self.0.as_ref().is_some_and(|former| Arc::ptr_eq(&former.world, world) && former.gamma == *gamma) {
                    let solution = solve(mdp, *gamma, 0.0, &|| true)?;
                    let random = evaluate(mdp, &Policy::random(mdp), *gamma).value;
                    self.0 = Some(FormerWorld { world: world.clone(), gamma: *gamma, solution: Arc::new(solution), random });
                }
                let former = self.0.as_ref()?;
                Some(exactly(mdp, &former.solution, former.random, policy))
            }
        }
    }
}

/// Goes on towards a point for a while.
fn fetch(mut past: Box<dyn Run>, point: u64, known: Option<(Arc<World>, f64, Yard)>, run: u64, former: &mut Former) -> Fetched {
    let behind = |past: &dyn Run| past.dialogues() > point || past.dialogues() == point && past.turn() > 0;
    if behind(&*past) {
        let start = past.start_of(point);
        past.seek(start, &mut |_| true);
    }
    let begun = Instant::now();
    while past.dialogues() < point {
        if past.now() >= past.head() || behind(&*past) {
            return Fetched { run, past, point, found: Way::Lost };
        }
        if begun.elapsed() > STRETCH {
            return Fetched { run, past, point, found: Way::On };
        }
        let ticks = (TICKS / past.cost().max(1)).max(1).min(past.head().0 - past.now().0);
        past.advance(Limit { ticks, dialogues: point - past.dialogues() });
    }
    let (world, gamma) = (past.world().clone(), gamma(&*past));
    let known = known.filter(|(of, with, _)| Arc::ptr_eq(of, &world) && *with == gamma).map(|(_, _, yard)| yard);
    let view = former.held_against(&world, past.frozen(), &known.unwrap_or(Yard::Unknown { gamma }));
    let found = view.map_or(Way::Lost, |view| Way::Judged(Box::new(view)));
    Fetched { run, past, point, found }
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
