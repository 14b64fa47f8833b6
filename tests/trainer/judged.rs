//! What the analyst says beside training: exact, at fixed dialogue counts, and of this very run.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dialoq::run::evaluate::{judge, next_point};
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::{EvaluationView, Pace, Score, SolutionView};
use dialoq::trainer::{Builder, Trainer};
use dialoq::world::WorldSource;
use dialoq::world::solve::{Policy, Worth, evaluate};

use super::faulty::{Counts, Faulty, Panics};
use super::{PATIENCE, build, orders, orders_with, spec, until};
use crate::support::{built_in, exact};

fn score(worth: &Worth) -> Score {
    Score { value: worth.value, return_: worth.return_, success: worth.success, turns: worth.turns }
}

fn is_a_point(dialogues: u64) -> bool {
    let mut point = 0;
    while point < dialogues {
        point = next_point(point);
    }
    point == dialogues
}

/// What an exact judgement of a run nobody watched says at this dialogue.
fn judged(agent: &str, seed: u64, dialogues: u64) -> EvaluationView {
    let mut run = build(&spec(agent, seed)).unwrap();
    run.advance(Limit::dialogues(dialogues));
    let world = run.world().clone();
    let verdict = judge(&world.mdp, &exact(&world, run.knob_now("gamma").unwrap_or(world.mdp.gamma), 0.0), run.candidate());
    EvaluationView {
        dialogues,
        greedy: score(&verdict.worth),
        regret: verdict.regret,
        optimal_share: verdict.optimal_share,
        optimal_share_weighted: verdict.optimal_share_weighted,
    }
}

#[test]
fn policies_are_judged_at_the_points_only_and_exactly() {
    for (agent, pace) in [("q-learning", Pace::Full), ("sarsa", Pace::DialoguesPerSecond(400.0)), ("random", Pace::TurnsPerSecond(4_000.0))]
    {
        let trainer = Trainer::start(orders(agent, 3, pace)).unwrap();
        trainer.ask(Ask::Watch(super::everything()));
        let points = until(&trainer, "some points", |s| (s.evaluations.len() >= 6).then(|| s.evaluations.clone()));
        assert!(points.windows(2).all(|w| w[0].dialogues < w[1].dialogues), "points come in order");
        for point in points.iter() {
            assert!(is_a_point(point.dialogues), "{agent}: a policy was judged at dialogue {}", point.dialogues);
            assert_eq!(*point, judged(agent, 3, point.dialogues), "{agent}");
        }
    }
}

fn solution(gamma: f64, epsilon: f64) -> SolutionView {
    let world = built_in(super::WORLD);
    let worth = |policy: &Policy| score(&evaluate(&world.mdp, policy, gamma));
    SolutionView {
        gamma,
        epsilon,
        optimal: worth(&Policy::optimal(&world.mdp, &exact(&world, gamma, 0.0))),
        optimal_with_epsilon: worth(&Policy::optimal(&world.mdp, &exact(&world, gamma, epsilon))),
        random: worth(&Policy::random(&world.mdp)),
        states: world.mdp.state_count(),
    }
}

#[test]
fn the_solution_is_exact_and_follows_gamma_and_epsilon() {
    let trainer = Trainer::start(orders("q-learning", 3, Pace::DialoguesPerSecond(60.0))).unwrap();
    let first = until(&trainer, "a solution", |s| s.solution);
    assert_eq!(first, solution(first.gamma, first.epsilon));
    for (knob, value) in [("gamma", 0.5), ("epsilon", 0.4), ("gamma", 0.99)] {
        trainer.ask(Ask::Tune { knob, value, drop_future: false });
        let now = until(&trainer, "another solution", |s| {
            s.solution.filter(|n| (if knob == "gamma" { n.gamma } else { n.epsilon } - value).abs() < 1e-6)
        });
        assert_eq!(now, solution(now.gamma, now.epsilon));
    }
}

#[test]
fn the_solution_follows_gamma_while_learning_is_paused() {
    let trainer = Trainer::start(orders("q-learning", 3, Pace::Full)).unwrap();
    until(&trainer, "a solution", |s| s.solution);
    trainer.ask(Ask::Pause);
    trainer.ask(Ask::Tune { knob: "gamma", value: 0.5, drop_future: false });
    until(&trainer, "another solution", |s| s.solution.filter(|n| n.gamma == 0.5));
}

#[test]
fn a_policy_of_a_dropped_future_is_not_judged_any_more() {
    // In this world a judgement takes so long that the future is dropped meanwhile.
    let counts = Arc::new(Counts::default());
    let own = counts.clone();
    let builder: Arc<Builder> = Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        let inner = build(&RunSpec { source: WorldSource::Builtin("virtual-assistant".into()), ..spec.clone() })?;
        Ok(Box::new(Faulty { inner, panics: Panics::Never, counts: own.clone() }) as Box<dyn Run>)
    });
    let trainer = Trainer::start(orders_with("q-learning", 3, Pace::DialoguesPerSecond(200.0), builder)).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let taken = loop {
        let _ = trainer.snapshot();
        match counts.judged.load(Ordering::Acquire) {
            0 | 1 => assert!(Instant::now() < deadline, "no policy is taken"),
            dialogues => break dialogues - 1,
        }
        std::thread::sleep(Duration::from_micros(200));
    };
    for ask in [Ask::SeekTick(5), Ask::Tune { knob: "alpha", value: 0.7, drop_future: true }, Ask::Pace(Pace::Full), Ask::Run] {
        trainer.ask(ask);
    }
    let points = until(&trainer, "new points", |s| {
        let new = s.evaluations.iter().filter(|e| e.dialogues > 0).count() >= 2;
        (new && s.view.curve.is_none()).then(|| s.evaluations.clone())
    });
    let order: Vec<u64> = points.iter().map(|e| e.dialogues).collect();
    assert!(order.windows(2).all(|w| w[0] < w[1]), "a policy taken at dialogue {taken}, which is no more, stands among {order:?}");
    let mut run = build(&RunSpec { source: WorldSource::Builtin("virtual-assistant".into()), ..spec("q-learning", 3) }).unwrap();
    run.advance(Limit::ticks(5));
    run.tune("alpha", 0.7, false).unwrap();
    let first = points.iter().find(|e| e.dialogues > 0).unwrap();
    run.advance(Limit::dialogues(first.dialogues - run.dialogues()));
    let world = run.world().clone();
    let verdict = judge(&world.mdp, &exact(&world, world.mdp.gamma, 0.0), run.candidate());
    assert_eq!(first.greedy, score(&verdict.worth), "the first point is not of this run");
}
