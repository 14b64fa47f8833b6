//! Runs side by side on one screen: curves, the difference of two tables, where two part, replicas and their verdict.

use dialoq::learn::machine::Tick;
use dialoq::num::bootstrap::quartiles;
use dialoq::run::evaluate::next_point;
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Against, Axis, CompareWatch, CurveWatch, Smooth, Watch};
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::Trainer;
use dialoq::trainer::command::{Ask, BranchChange, Edit};
use dialoq::trainer::snapshot::{CompareView, Pace, Snapshot};
use dialoq::world::solve::{Policy, evaluate};

use super::{at_rest, at_tick, build, orders, spec, until, until_dialogue};

fn compare() -> Watch {
    let curve = CurveWatch { columns: 50, axis: Axis::Linear, smooth: Smooth::Mean100 };
    Watch { compare: Some(CompareWatch { curve, against: Against::Dialogues, rows: 8 }), ..Watch::default() }
}

fn tune(value: f64) -> Edit {
    Edit::Tune { knob: "alpha".into(), value }
}

/// Two runs at rest: one, and its branch from a turn of its past with another α, so many turns on.
fn two(seed: u64) -> (Trainer, Snapshot) {
    let trainer = Trainer::start(orders("q-learning", seed, Pace::Full)).unwrap();
    at_tick(&trainer, 300);
    trainer.ask(Ask::Watch(compare()));
    let rest = at_rest(&trainer, [Ask::Edit(tune(0.6)), Ask::StepTurns(3_000)], |s| s.runs.len() == 2 && s.view.tick == 3_300);
    (trainer, rest)
}

/// The runs of `two`, built alone.
fn alone(snapshot: &Snapshot) -> [Box<dyn Run>; 2] {
    let mut parent = build(&spec("q-learning", snapshot.seed)).unwrap();
    let mut branch = build(&spec("q-learning", snapshot.seed)).unwrap();
    parent.advance(Limit::ticks(snapshot.runs[0].tick));
    branch.advance(Limit::ticks(300));
    branch.tune("alpha", 0.6).unwrap();
    branch.advance(Limit::ticks(3_000));
    [branch, parent]
}

fn compared(snapshot: &Snapshot) -> &CompareView {
    snapshot.compare.as_ref().unwrap()
}

#[test]
fn a_branch_is_compared_with_its_parent_and_every_run_has_a_curve() {
    let (trainer, rest) = two(31);
    let view = compared(&rest);
    assert_eq!(view.pair, Some((1, 0)));
    assert_eq!(view.curves.iter().map(|c| c.run).collect::<Vec<_>>(), [0, 1]);
    assert!(view.curves.iter().all(|c| !c.curve.columns.is_empty() && c.band.is_none()));
    let marks = |i: usize| view.curves[i].curve.marks.len();
    assert_eq!((marks(0), marks(1)), (0, 1));
    let third = at_rest(&trainer, [Ask::Branch(None), Ask::CompareWith(Some(0))], |s| s.focus == 2 && compared(s).pair == Some((2, 0)));
    assert_eq!(compared(&third).curves.len(), 3);
    at_rest(&trainer, [Ask::CompareWith(None)], |s| compared(s).pair == Some((2, 1)));
}

#[test]
fn the_difference_of_two_tables_is_that_of_their_values_largest_first() {
    let (_trainer, rest) = two(32);
    let view = compared(&rest);
    let [a, b] = alone(&rest);
    let (first, second, n) = (a.values(), b.values(), view.acts.len());
    assert_eq!(view.difference.len(), 8);
    let largest = |row: &dialoq::run::view::RowView| row.cells.iter().filter(|c| c.legal).map(|c| c.q.abs()).fold(0.0, f32::max);
    for row in &view.difference {
        for (act, cell) in row.cells.iter().enumerate().filter(|(_, cell)| cell.legal) {
            let at = row.state as usize * n + act;
            assert_eq!(cell.q, first[at] - second[at]);
        }
    }
    assert!(view.difference.windows(2).all(|w| largest(&w[0]) >= largest(&w[1])));
    assert_eq!(largest(&view.difference[0]), view.max_difference);
    let all = first.iter().zip(&second).map(|(x, y)| (x - y).abs()).filter(|d| d.is_finite()).fold(0.0, f32::max);
    assert_eq!(view.max_difference, all);
}

#[test]
fn where_two_runs_part_is_the_first_turn_at_which_they_stand_or_act_differently() {
    let (trainer, rest) = two(33);
    let told = |s: &Snapshot| Some((s.clone(), s.compare.as_ref()?.parting.clone()?));
    // It may be in the picture that shows the two at rest already.
    let (rest, parting) = told(&rest).unwrap_or_else(|| until(&trainer, "the parting", told));
    let [a, b] = alone(&rest);
    let (first, second) = (a.taken(Tick(0), 3_300), b.taken(Tick(0), 3_300));
    let at = first.iter().zip(&second).position(|(x, y)| (x.state, x.act) != (y.state, y.act)).unwrap();
    assert!(at >= 300, "before its first edit a branch is its parent");
    assert_eq!((parting.first.0, parting.second.0, parting.dialogue), (at as u64, at as u64, first[at].dialogue));
    assert_eq!(parting.turn, first[at].turn + 1);
    assert_eq!(parting.state_differs, first[at].state != second[at].state);
    assert_eq!(parting.state_text, a.world().state_text(first[at].state));
}

#[test]
fn runs_that_are_the_same_do_not_part() {
    let trainer = Trainer::start(orders("q-learning", 34, Pace::Full)).unwrap();
    at_tick(&trainer, 300);
    trainer.ask(Ask::Watch(compare()));
    let rest = at_rest(&trainer, [Ask::Branch(None), Ask::StepTurns(100)], |s| s.runs.len() == 2 && s.view.tick == 400);
    assert_eq!(compared(&rest).parting, None);
}

/// What a replica's smoothed return is after so many dialogues.
fn replica(spec: &RunSpec, j: u64, tuned: Option<(u64, f64)>, dialogues: u64) -> f32 {
    let mut run = build(&RunSpec { seed: spec.seed + 1000 + j, ..spec.clone() }).unwrap();
    if let Some((at, alpha)) = tuned.filter(|(at, _)| *at < dialogues) {
        run.advance(Limit::dialogues(at));
        run.tune("alpha", alpha).unwrap();
    }
    run.advance(Limit::dialogues(dialogues - run.dialogues()));
    run.last_100().1
}

#[test]
fn replicas_are_fresh_runs_with_other_seeds_that_take_over_what_was_changed() {
    let (trainer, rest) = two(35);
    let at = rest.runs[1].branched_at.unwrap().1;
    trainer.ask(Ask::Seeds(4));
    let both = |s: &Snapshot| {
        let view = s.compare.as_ref()?;
        let band = |i: usize| {
            view.curves[i].band.clone().filter(|b| b.points.last().is_some_and(|(n, ..)| next_point(*n) > s.runs[i].head_dialogues))
        };
        Some([band(0)?, band(1)?])
    };
    let bands = until(&trainer, "bands as far as the runs", both);
    for (band, tuned) in bands.iter().zip([None, Some((at, 0.6))]) {
        assert_eq!(band.seeds, 4);
        for (dialogues, low, middle, high) in [band.points[0], band.points[band.points.len() / 2], *band.points.last().unwrap()] {
            let mut values: Vec<f32> = (0..4).map(|j| replica(&spec("q-learning", 35), j, tuned, dialogues)).collect();
            assert_eq!((low, middle, high), quartiles(&mut values), "after {dialogues} dialogues");
        }
    }
    let ended = at_rest(&trainer, [Ask::Seeds(0)], |s| s.compare.as_ref().is_some_and(|c| c.curves.iter().all(|c| c.band.is_none())));
    assert_eq!(ended.runs.len(), 2);
}

#[test]
fn the_verdict_counts_the_seeds_in_which_a_run_was_better() {
    let trainer = Trainer::start(orders("q-learning", 36, Pace::Full)).unwrap();
    until_dialogue(&trainer, 400);
    trainer.ask(Ask::Watch(compare()));
    // Acting at random is worse in every seed.
    let asks =
        [Ask::Pause, Ask::SeekDialogue(0), Ask::Branch(Some(BranchChange::Agent("random".into()))), Ask::StepDialogues(600), Ask::Seeds(6)];
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    let verdict = until(&trainer, "a verdict", |s| {
        let verdict = s.compare.as_ref()?.verdict.clone()?;
        (verdict.dialogues >= 300).then_some(verdict)
    });
    assert_eq!((verdict.better, verdict.other, verdict.wins, verdict.seeds), (0, 1, 6, 6));
    assert!(verdict.low > 0.0 && verdict.low <= verdict.difference && verdict.difference <= verdict.high);
    let mean = |agent: &str, j: u64| f64::from(replica(&spec(agent, 36), j, None, verdict.dialogues));
    let wanted = (0..6).map(|j| mean("q-learning", j) - mean("random", j)).sum::<f64>() / 6.0;
    assert!((verdict.difference - wanted).abs() < 1e-9);
}

#[test]
fn the_values_at_a_milestone_are_those_of_the_same_seeds_alone() {
    let trainer = Trainer::start(orders("q-learning", 39, Pace::Full)).unwrap();
    until_dialogue(&trainer, 1_100);
    trainer.ask(Ask::Watch(compare()));
    let asks = [
        Ask::Pause,
        Ask::SeekDialogue(0),
        Ask::Branch(Some(BranchChange::Agent("sarsa".into()))),
        Ask::StepDialogues(1_100),
        Ask::Seeds(6),
    ];
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    let values = until(&trainer, "two milestones", |s| {
        let verdict = s.compare.as_ref()?.verdict.clone()?;
        (verdict.values.len() >= 2).then_some(verdict.values)
    });
    assert_eq!(values.iter().map(|v| v.dialogues).collect::<Vec<_>>()[..2], [500, 1_000]);
    let gamma = 0.95;
    let value = |agent: &str, j: u64| {
        let mut run = build(&RunSpec { seed: 1_039 + j, ..spec(agent, 39) }).unwrap();
        run.advance(Limit { ticks: u64::MAX, dialogues: 1_000 });
        let policy = Policy { acts: run.candidate().greedy, epsilon: 0.0 };
        evaluate(run.world().exact().unwrap(), &policy, gamma).value
    };
    let mean = |agent: &str| (0..6).map(|j| value(agent, j)).sum::<f64>() / 6.0;
    // Sarsa was branched last: it is in focus, and the first of the pair.
    let at = values[1];
    assert!((at.first.mean - mean("sarsa")).abs() < 1e-9, "{at:?}");
    assert!((at.second.mean - mean("q-learning")).abs() < 1e-9, "{at:?}");
    assert!((at.difference.mean - (at.first.mean - at.second.mean)).abs() < 1e-9);
    assert!(at.first.low <= at.first.mean && at.first.mean <= at.first.high);
}

#[test]
fn replicas_never_change_the_run_that_they_follow() {
    let trainer = Trainer::start(orders("q-learning", 37, Pace::Full)).unwrap();
    trainer.ask(Ask::Seeds(3));
    until(&trainer, "a long run", |s| (s.view.tick > 300_000).then_some(()));
    let rest = at_rest(&trainer, [Ask::Pause], |_| true);
    let mut run = build(&spec("q-learning", 37)).unwrap();
    run.advance(Limit::ticks(rest.view.tick));
    assert_eq!(rest.view.digest, Some(run.digest().0));
}

#[test]
fn of_runs_that_differ_in_their_seed_alone_none_is_better() {
    let trainer = Trainer::start(orders("q-learning", 38, Pace::Full)).unwrap();
    until_dialogue(&trainer, 300);
    trainer.ask(Ask::Watch(compare()));
    let asks = [Ask::Pause, Ask::Branch(Some(BranchChange::Edit(Edit::Seed { seed: 8 }))), Ask::StepDialogues(100), Ask::Seeds(6)];
    asks.into_iter().for_each(|ask| trainer.ask(ask));
    let grown = |s: &Snapshot| s.compare.as_ref()?.curves.iter().map(|c| c.band.as_ref().map(|b| b.points.len())).min()?;
    let verdict = until(&trainer, "bands", |s| grown(s).filter(|n| *n > 10).map(|_| compared(s).verdict.clone()));
    assert_eq!(verdict, None);
    // Another α makes them two.
    trainer.ask(Ask::Edit(tune(0.7)));
    let other = until(&trainer, "a verdict", |s| s.compare.as_ref()?.verdict.clone());
    assert_eq!(other.seeds, 6);
}
