//! What the analyst says beside training: exact, at fixed dialogue counts, and of this very run.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dialoq::run::evaluate::{judge, next_point};
use dialoq::run::timeline::Limit;
use dialoq::run::view::Watch;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::keeper::{Restored, RestoredRun};
use dialoq::trainer::snapshot::{EvaluationView, Pace, RunCard, RunResult, Score, Snapshot, SolutionView};
use dialoq::trainer::{Builder, Orders, Start, Trainer};
use dialoq::world::World;
use dialoq::world::setup::Setting;
use dialoq::world::solve::{Policy, Worth, evaluate};

use super::faulty::{Counts, Faulty, Panics};
use super::{PATIENCE, at_rest, build, everything, live, orders, orders_with, spec, until};
use crate::support::{self, built_in, exact};

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
    let gamma = run.knob_now("gamma").unwrap_or(world.gamma());
    let best = exact(&world, gamma, 0.0);
    let verdict = judge(world.exact().unwrap(), &best, run.candidate());
    let random = evaluate(world.exact().unwrap(), &Policy::random(world.exact().unwrap()), gamma).value;
    EvaluationView {
        dialogues,
        greedy: score(&verdict.worth),
        margin: 0.0,
        success_margin: 0.0,
        regret: verdict.regret,
        optimal_share: verdict.optimal_share,
        optimal_share_weighted: verdict.optimal_share_weighted,
        way: (verdict.worth.value - random) / (best.start_value(world.exact().unwrap()) - random),
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
    let worth = |policy: &Policy| score(&evaluate(world.exact().unwrap(), policy, gamma));
    SolutionView {
        gamma,
        epsilon,
        optimal: worth(&Policy::optimal(world.exact().unwrap(), &exact(&world, gamma, 0.0))),
        optimal_with_epsilon: worth(&Policy::optimal(world.exact().unwrap(), &exact(&world, gamma, epsilon))),
        random: worth(&Policy::random(world.exact().unwrap())),
        states: world.states().unwrap(),
    }
}

#[test]
fn the_solution_is_exact_and_follows_gamma_and_epsilon() {
    let trainer = Trainer::start(orders("q-learning", 3, Pace::DialoguesPerSecond(60.0))).unwrap();
    let first = until(&trainer, "a solution", |s| s.solution);
    assert_eq!(first, solution(first.gamma, first.epsilon));
    for (knob, value) in [("gamma", 0.5), ("epsilon", 0.4), ("gamma", 0.99)] {
        trainer.ask(Ask::Edit(Edit::Tune { knob: knob.into(), value }));
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
    trainer.ask(Ask::Edit(Edit::Tune { knob: "gamma".into(), value: 0.5 }));
    until(&trainer, "another solution", |s| s.solution.filter(|n| n.gamma == 0.5));
}

/// A ring of states in which an exact judgement takes a good part of a second, since a dialogue may last for ever.
fn slow_to_judge() -> Arc<World> {
    const STATES: u32 = 300;
    let cell = |s: u32, a: u32| format!("[[0.99, {}, {}, false], [0.01, 0, 1, true]]", (s + 1) % STATES, (s * 7 + a * 13) % 10);
    let rows: Vec<String> = (0..STATES).map(|s| format!("[{}, {}]", cell(s, 0), cell(s, 1))).collect();
    let start: Vec<String> = (0..STATES).map(|s| format!("[{s}, {}]", 1.0 / f64::from(STATES))).collect();
    support::mdp(&format!(
        r#"{{"format": "dialoq-mdp", "version": 1, "states": {STATES}, "actions": 2, "gamma": 0.9, "max_turns": 10000,
            "start": [{}], "P": [{}]}}"#,
        start.join(", "),
        rows.join(", ")
    ))
}

#[test]
fn a_policy_of_a_dropped_future_is_not_judged_any_more() {
    let world = slow_to_judge();
    let start = |world: &Arc<World>| support::run(world, "q-learning", 3, &[("gamma", "0.9")]);
    let counts = Arc::new(Counts::default());
    let (own, ring) = (counts.clone(), world.clone());
    let builder: Arc<Builder> = Arc::new(move |_: &RunSpec, _: &mut dyn FnMut(f32)| {
        Ok(Box::new(Faulty { inner: start(&ring), panics: Panics::Never, counts: own.clone() }) as Box<dyn Run>)
    });
    let trainer = Trainer::start(orders_with("q-learning", 3, Pace::DialoguesPerSecond(100.0), builder)).unwrap();
    // A policy is on its way to be judged; meanwhile the future that it belongs to is dropped.
    let deadline = Instant::now() + PATIENCE;
    while counts.judged.load(Ordering::Acquire) <= 1 {
        assert!(Instant::now() < deadline, "no policy is taken");
        std::thread::sleep(Duration::from_micros(200));
    }
    for ask in [Ask::SeekTick(5), Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.7 }), Ask::Run] {
        trainer.ask(ask);
    }
    let points = until(&trainer, "new points", |s| (s.evaluations.len() >= 3).then(|| s.evaluations.clone()));
    let mut run = start(&world);
    run.advance(Limit::ticks(5));
    run.tune("alpha", 0.7).unwrap();
    for point in points.iter().filter(|point| point.dialogues > 0) {
        run.advance(Limit::dialogues(point.dialogues - run.dialogues()));
        let verdict = judge(world.exact().unwrap(), &exact(&world, 0.9, 0.0), run.candidate());
        assert_eq!(point.greedy, score(&verdict.worth), "at dialogue {}", point.dialogues);
    }
}

#[test]
fn at_full_speed_points_go_on_being_judged() {
    let trainer = Trainer::start(orders("q-learning", 3, Pace::Full)).unwrap();
    let mut wanted = 0;
    let (dialogues, last) = until(&trainer, "a long run", |s| {
        wanted += 1;
        trainer.ask(Ask::Watch(Watch { transcript: live(wanted).transcript, ..everything() }));
        (s.view.dialogues >= 60_000).then(|| (s.view.dialogues, s.evaluations.last().map_or(0, |e| e.dialogues)))
    });
    assert!(last >= dialogues / 2, "the last judged point is {last} at dialogue {dialogues}");
}

/// What the card of the run in focus has come to, once its policy was judged where it stands.
fn result(snapshot: &Snapshot) -> Option<RunResult> {
    let card = snapshot.card(snapshot.focus)?;
    (card.tick == snapshot.view.tick && card.result.judged_at == Some(card.dialogues)).then_some(card.result)
}

#[test]
fn at_rest_the_policy_of_the_present_moment_is_judged_beside_the_points() {
    let trainer = Trainer::start(orders("q-learning", 5, Pace::Full)).unwrap();
    until(&trainer, "a point", |s| (!s.evaluations.is_empty() && s.view.dialogues > 1_000).then_some(()));
    at_rest(&trainer, [Ask::Pause, Ask::StepDialogues(1), Ask::StepTurns(1)], |_| true);
    let (there, points) = until(&trainer, "the present", |s| Some((s.clone(), s.evaluations.clone())).filter(|_| result(s).is_some()));
    assert!(points.iter().all(|point| is_a_point(point.dialogues)));
    let mut run = build(&spec("q-learning", 5)).unwrap();
    run.advance(Limit::ticks(there.view.tick));
    let world = run.world().clone();
    let verdict = judge(world.exact().unwrap(), &exact(&world, run.knob_now("gamma").unwrap(), 0.0), run.candidate());
    assert_eq!(result(&there).unwrap().greedy_return, Some(verdict.worth.return_));
}

#[test]
fn in_the_past_the_results_are_of_the_moment_shown() {
    let trainer = Trainer::start(orders("q-learning", 6, Pace::Full)).unwrap();
    until(&trainer, "a long run", |s| (s.view.dialogues > 1_500).then_some(()));
    at_rest(&trainer, [Ask::Pause, Ask::SeekDialogue(150)], |s| s.view.dialogues == 150);
    let then = until(&trainer, "the past judged", result);
    let mut run = build(&spec("q-learning", 6)).unwrap();
    run.advance(Limit::dialogues(150));
    let (_, return_, success, _) = run.last_100();
    assert!((then.return_100.unwrap() - f64::from(return_)).abs() < 1e-4 && (then.success_100.unwrap() - f64::from(success)).abs() < 1e-4);
    assert_eq!(then.greedy_return, Some(judged("q-learning", 6, 150).greedy.return_));
    assert!(then.dialogues_to_90.is_none_or(|n| n <= 150));
}

#[test]
fn when_a_run_was_nearly_there_does_not_change_with_the_world_of_later() {
    let trainer = Trainer::start(orders("q-learning", 7, Pace::DialoguesPerSecond(1_000.0))).unwrap();
    let near = |s: &Snapshot| s.runs.first().and_then(|card| card.result.dialogues_to_90);
    let before = until(&trainer, "nine tenths of the way", near);
    let old = until(&trainer, "a solution", |s| s.solution);
    at_rest(&trainer, [Ask::Pause, Ask::Edit(Edit::World(Setting::Noise(Some(0.4))))], |_| true);
    let after = until(&trainer, "another solution", |s| s.solution.filter(|now| now.optimal != old.optimal).and(Some(near(s))));
    assert_eq!(after, Some(before));
}

#[test]
fn runs_changed_in_world_and_discount_go_on_being_judged_side_by_side() {
    let trainer = Trainer::start(orders("q-learning", 8, Pace::Full)).unwrap();
    until(&trainer, "a run", |s| (s.view.dialogues >= 5_000 && s.solution.is_some()).then_some(()));
    let noise = Edit::World(Setting::Noise(Some(0.3)));
    let gamma = Edit::Tune { knob: "gamma".into(), value: 0.99 };
    let asks = [Ask::Pause, Ask::SeekDialogue(100), Ask::Edit(noise), Ask::StepDialogues(50), Ask::Edit(gamma), Ask::Run];
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    let late = |card: &RunCard| card.result.judged_at.is_some_and(|at| at >= 10_000 && at >= card.dialogues / 2);
    until(&trainer, "both judged late", |s| (s.runs.len() == 2 && s.runs.iter().all(late)).then_some(()));
}

#[test]
fn a_world_too_large_to_solve_is_judged_by_dialogues_beside_training() {
    let large = RunSpec { source: dialoq::world::WorldSource::Builtin("virtual-assistant-large".into()), ..spec("q-learning", 3) };
    let trainer = Trainer::start(Orders { start: Start::Fresh(large), ..orders("q-learning", 3, Pace::Full) }).unwrap();
    trainer.ask(Ask::Watch(super::everything()));
    let seen = until(&trainer, "two points", |s| (s.evaluations.len() >= 2).then(|| s.clone()));
    assert_eq!(seen.solution, None);
    let played = seen.played.expect("reference lines that were played out");
    assert!(played.random.return_ < 0.0 && played.dialogues == 500);
    for point in seen.evaluations.iter() {
        assert!(is_a_point(point.dialogues), "a policy was judged at dialogue {}", point.dialogues);
        assert!(point.greedy.return_.is_finite() && point.margin > 0.0, "a mean has its interval");
        assert!(point.regret.is_nan() && point.way.is_nan(), "there is no regret without an optimum");
    }
    let card = &seen.runs[0];
    assert_eq!((card.result.regret, card.result.optimal_share), (None, None));
}

/// Every point up to a moment, judged by hand in one run that nobody watched.
fn all_judged(agent: &str, seed: u64, dialogues: u64) -> Vec<EvaluationView> {
    let mut points = vec![0];
    while let Some(last) = points.last().filter(|last| next_point(**last) <= dialogues) {
        points.push(next_point(*last));
    }
    points.into_iter().map(|point| judged(agent, seed, point)).collect()
}

/// What the run in focus shows at its moment: its points and its figures, once nothing is unknown any more; whatever it shows before is
/// either the same or nothing.
fn shown_in_the_end(trainer: &Trainer, wanted: &[EvaluationView], near: Option<u64>) -> RunResult {
    until(trainer, "all figures", |s| {
        let card = s.card(s.focus)?;
        let now = card.dialogues;
        let known = s.evaluations.iter().filter(|e| e.dialogues <= now);
        assert!(known.clone().all(|e| wanted.contains(e)), "a figure of its own way");
        let found = card.result.dialogues_to_90;
        assert!(found.is_none() || found == near, "nearly there at {found:?}, which is {near:?}");
        let whole = result(s)?;
        (card.result.unknown_from.is_none() && known.count() == wanted.len()).then_some(whole)
    })
}

#[test]
fn however_a_run_came_to_a_moment_it_has_the_figures_of_that_moment() {
    const DIALOGUES: u64 = 1_500;
    let (agent, seed) = ("q-learning", 7);
    let mut run = build(&spec(agent, seed)).unwrap();
    run.advance(Limit::dialogues(DIALOGUES));
    let tick = run.now().0;
    let wanted = all_judged(agent, seed, DIALOGUES);
    let near = wanted.iter().find(|e| e.way >= 0.9).map(|e| e.dialogues);
    assert!(near.is_some_and(|near| near > 0), "the run is good by then");
    let mut results = Vec::new();
    for pace in [Pace::Full, Pace::DialoguesPerSecond(2_000.0)] {
        let trainer = Trainer::start(orders(agent, seed, pace)).unwrap();
        until(&trainer, "a long run", |s| (s.view.dialogues > DIALOGUES).then_some(()));
        at_rest(&trainer, [Ask::Pause, Ask::SeekTick(tick)], |s| s.view.tick == tick);
        results.push(shown_in_the_end(&trainer, &wanted, near));
        // A branch of the past shares it.
        at_rest(&trainer, [Ask::Branch(None)], |s| s.runs.len() == 2);
        results.push(shown_in_the_end(&trainer, &wanted, near));
    }
    let at = Orders { start: Start::At(spec(agent, seed), tick), ..orders(agent, seed, Pace::Full) };
    results.push(shown_in_the_end(&Trainer::start(at).unwrap(), &wanted, near));
    results.push(shown_in_the_end(&Trainer::start(restored(run, &[])).unwrap(), &wanted, near));
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{results:?}");
}

/// Orders to open a run where it stands, with what is known of its points.
fn restored(run: Box<dyn Run>, known: &[EvaluationView]) -> Orders {
    let spec = spec("q-learning", run.seed());
    let kept = RestoredRun {
        id: 0,
        name: "A".into(),
        parent: None,
        branched_at: None,
        lineage: vec![(0, 0)],
        inherited: 0,
        digest_known: false,
        change: String::new(),
        bookmarks: Vec::new(),
        evaluations: known.to_vec(),
        spec: spec.clone(),
        run,
    };
    let seed = spec.seed;
    Orders { start: Start::Restored(Restored { runs: vec![kept], focus: 0, next: 1 }), ..orders("q-learning", seed, Pace::Full) }
}

#[test]
fn a_change_at_a_point_is_in_the_figures_of_that_point_and_in_none_before() {
    let noise = || Edit::World(Setting::Noise(Some(0.4)));
    let mut run = build(&spec("q-learning", 9)).unwrap();
    run.advance(Limit::dialogues(300));
    let trainer = Trainer::start(restored(run.branch(), &[])).unwrap();
    let before = all_judged("q-learning", 9, 300);
    let whole = |s: &Snapshot, points: usize| {
        let known = s.runs.iter().all(|card| card.result.unknown_from.is_none());
        (known && s.evaluations.len() >= points).then(|| s.evaluations.clone())
    };
    until(&trainer, "all points", |s| whole(s, before.len()));
    at_rest(&trainer, [Ask::Edit(noise())], |_| true);
    let now = |s: &Snapshot| s.evaluations.iter().find(|e| e.dialogues == 300).copied();
    let there = until(&trainer, "the point judged again", |s| now(s).filter(|e| *e != before[before.len() - 1]));
    // The same from the past, where nobody took the policy when it came by.
    run.edit(noise()).unwrap();
    run.advance(Limit::dialogues(100));
    let later = Trainer::start(restored(run, &[])).unwrap();
    let points = until(&later, "all points", |s| whole(s, before.len() + 1));
    assert_eq!(points[..before.len() - 1], before[..before.len() - 1]);
    assert_eq!(points[before.len() - 1], there);
}
