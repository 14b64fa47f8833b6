//! What asks do: knobs in the present and in the past, other runs, and refusals in a sentence.

use std::sync::Arc;

use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::{Notice, Pace, Phase, Snapshot};
use dialoq::trainer::{Builder, Trainer};

use super::{at_rest, at_tick, build, curve, everything, orders, orders_with, spec, until, until_dialogue};
use crate::support;

fn started(seed: u64) -> Trainer {
    let trainer = Trainer::start(orders("q-learning", seed, Pace::Full)).unwrap();
    trainer.ask(Ask::Watch(curve()));
    trainer
}

fn tune(knob: &str, value: f64) -> Ask {
    Ask::Edit(Edit::Tune { knob: knob.into(), value })
}

fn alpha(snapshot: &Snapshot) -> f64 {
    snapshot.view.knobs.iter().find(|k| k.name == "alpha").unwrap().value
}

fn marks(snapshot: &Snapshot) -> Vec<(u64, String)> {
    snapshot.view.curve.as_ref().unwrap().marks.iter().map(|m| (m.tick, m.text.clone())).collect()
}

/// Waits for the next thing said.
fn said(trainer: &Trainer) -> (Snapshot, Notice) {
    until(trainer, "a notice", |s| s.notice.clone().map(|n| (s.clone(), n)))
}

#[test]
fn a_knob_that_is_turned_is_marked_on_the_curve_and_told() {
    let trainer = started(1);
    until_dialogue(&trainer, 50);
    trainer.ask(Ask::Pause);
    trainer.ask(tune("alpha", 0.7));
    let (after, notice) = said(&trainer);
    assert_eq!(alpha(&after), 0.7);
    assert!(!notice.is_error && notice.text == "α 0.1 → 0.7", "{notice:?}");
    assert_eq!(marks(&after), [(after.view.tick, notice.text.clone())]);
    assert!(after.command.ends_with(&format!(", after by hand: {} at turn {}", notice.text, after.view.tick)), "{}", after.command);
}

#[test]
fn a_knob_in_the_past_branches_there() {
    let trainer = started(3);
    let before = at_tick(&trainer, 100);
    trainer.ask(tune("alpha", 0.7));
    let (after, notice) = said(&trainer);
    assert_eq!(notice.text, format!("branched as B at dialogue {}: α 0.1 → 0.7", before.view.dialogues));
    assert!(!notice.is_error);
    assert_eq!((after.view.tick, after.view.head, alpha(&after)), (100, 100, 0.7));
    assert_eq!(marks(&after), [(100, "α 0.1 → 0.7".to_owned())]);
}

#[test]
fn a_branch_goes_on_as_a_run_that_was_tuned_there_at_once() {
    let trainer = started(4);
    until_dialogue(&trainer, 50);
    let asks = [Ask::Pause, Ask::SeekTick(100), tune("alpha", 0.7), Ask::StepTurns(900)];
    let after = at_rest(&trainer, asks, |s| s.view.tick == 1_000);
    let mut run = build(&spec("q-learning", 4)).unwrap();
    run.advance(Limit::ticks(100));
    run.tune("alpha", 0.7).unwrap();
    run.advance(Limit::ticks(900));
    assert_eq!(after.view.digest, Some(run.digest().0));
}

#[test]
fn a_knob_that_does_not_exist_is_refused_in_a_sentence() {
    let trainer = started(5);
    trainer.ask(tune("beta", 1.0));
    let (_, notice) = said(&trainer);
    assert!(notice.is_error && notice.text.contains("beta"), "{notice:?}");
}

#[test]
fn of_refusals_that_come_at_once_none_is_lost() {
    let trainer = started(5);
    let knobs: Vec<String> = (0..40).map(|k| format!("beta{k}")).collect();
    for knob in &knobs {
        trainer.ask(tune(knob, 1.0));
    }
    // Only the last of many snapshots may be seen.
    let (last, _) = until(&trainer, "the last refusal", |s| s.notice.clone().filter(|n| n.text.contains("beta39")).map(|n| (s.clone(), n)));
    let told: Vec<&Notice> = last.notices_since(0).collect();
    assert!(told.is_sorted_by(|a, b| a.serial < b.serial));
    assert!(knobs.iter().all(|knob| told.iter().any(|n| n.is_error && n.text.contains(knob.as_str()))), "{told:?}");
    assert_eq!(last.notices_since(told[38].serial).count(), 1);
}

#[test]
fn another_run_takes_what_was_asked_for_and_keeps_the_rest() {
    let trainer = started(6);
    let none = || Ask::New { scenario: None, agent: None, seed: None };
    let is = |s: &Snapshot, scenario: &str, agent: &str, seed: u64| {
        (s.scenario == scenario && s.agent == agent && s.seed == seed && s.view.tick > 0).then_some(())
    };
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(9) });
    until(&trainer, "the seed", |s| is(s, "customer-service", "q-learning", 9));
    trainer.ask(Ask::New { scenario: None, agent: Some("sarsa".into()), seed: None });
    until(&trainer, "the agent", |s| is(s, "customer-service", "sarsa", 9));
    trainer.ask(Ask::New { scenario: Some("smart-home".into()), agent: None, seed: None });
    let title = until(&trainer, "the scenario", |s| is(s, "smart-home", "sarsa", 9).map(|()| s.scenario_title.clone()));
    assert_eq!(title, support::built_in("smart-home").title(dialoq::run::view::Lang::English));
    trainer.ask(none());
    let again = at_tick(&trainer, 40);
    let mut run = support::run(&support::built_in("smart-home"), "sarsa", 9, &[]);
    run.advance(Limit::ticks(40));
    assert_eq!(again.view.digest, Some(run.digest().0));
}

#[test]
fn another_run_knows_nothing_of_the_marks_and_points_before_it() {
    let trainer = started(7);
    trainer.ask(tune("alpha", 0.7));
    until(&trainer, "a point", |s| (!s.evaluations.is_empty()).then_some(()));
    trainer.ask(Ask::Pace(Pace::TurnsPerSecond(1.0)));
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(8) });
    let fresh = until(&trainer, "the run", |s| (s.seed == 8 && s.view.curve.is_some()).then(|| s.clone()));
    assert_eq!((marks(&fresh), alpha(&fresh)), (vec![], alpha_by_default()));
    assert!(fresh.evaluations.len() <= 1 && !fresh.command.contains("by hand"));
}

fn alpha_by_default() -> f64 {
    build(&spec("q-learning", 1)).unwrap().knob_now("alpha").unwrap()
}

#[test]
fn a_first_run_that_cannot_be_built_is_told_and_another_can_begin() {
    let builder: Arc<Builder> = Arc::new(|spec: &RunSpec, _: &mut dyn FnMut(f32)| match spec.seed {
        1 => Err("pizza.json: there is no such world".to_owned()),
        _ => build(spec),
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    let (_, notice) = said(&trainer);
    assert_eq!((notice.text.as_str(), notice.is_error), ("pizza.json: there is no such world", true));
    for ask in [Ask::StepTurns(1), Ask::Run, Ask::Head, Ask::Watch(everything()), Ask::Pause] {
        trainer.ask(ask);
    }
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(2) });
    until(&trainer, "another run", |s| (s.seed == 2 && s.phase == Phase::Running && s.view.tick > 0).then_some(()));
}

#[test]
fn another_run_that_cannot_be_built_leaves_the_one_before_as_it_is() {
    let trainer = started(1);
    until_dialogue(&trainer, 50);
    let before = at_rest(&trainer, [Ask::Pause], |_| true);
    trainer.ask(Ask::New { scenario: None, agent: Some("sac".into()), seed: Some(9) });
    let (after, notice) = said(&trainer);
    assert!(notice.is_error && notice.text.contains("there is no agent \"sac\""), "{notice:?}");
    assert_eq!((after.agent.as_str(), after.seed, after.view.digest), ("q-learning", 1, before.view.digest));
    trainer.ask(Ask::Run);
    until(&trainer, "learning", |s| (s.view.tick > before.view.tick).then_some(()));
}

#[test]
fn compiling_tells_how_far_it_is() {
    let builder: Arc<Builder> = Arc::new(|spec: &RunSpec, progress: &mut dyn FnMut(f32)| {
        for step in 0..20 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            progress(step as f32 / 20.0);
        }
        build(spec)
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    let share = until(&trainer, "the share done", |s| match s.phase {
        Phase::Compiling(share) => Some(share),
        _ => None,
    });
    assert!((0.0..1.0).contains(&share));
    until(&trainer, "learning", |s| (s.phase == Phase::Running && s.view.tick > 0).then_some(()));
}

#[test]
fn an_update_that_is_not_finite_pauses_with_a_notice_that_names_the_turn() {
    // Q doubles from 3e38 to more than f32 holds at the second turn.
    let world = support::mdp(
        r#"{"format": "dialoq-mdp", "version": 1, "states": 1, "actions": 1, "max_turns": 1000, "P": [[[[1, 0, 3e38, false]]]]}"#,
    );
    let builder: Arc<Builder> = Arc::new(move |_: &RunSpec, _: &mut dyn FnMut(f32)| {
        Ok(support::run(&world, "q-learning", 1, &[("alpha", "1"), ("gamma", "1")]) as Box<dyn Run>)
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    let (paused, notice) = until(&trainer, "the pause", |s| s.notice.clone().filter(|_| s.phase == Phase::Paused).map(|n| (s.clone(), n)));
    assert!(notice.is_error && notice.text.starts_with("stopped before turn 2: "), "{notice:?}");
    assert_eq!((paused.view.tick, paused.view.head), (1, 1));
    trainer.ask(Ask::Run);
    let again = until(&trainer, "the pause again", |s| s.notice.clone().filter(|n| n.serial > notice.serial && s.phase == Phase::Paused));
    assert_eq!(again.text, notice.text);
    at_rest(&trainer, [Ask::BackTurns(1)], |s| s.view.tick == 0);
}

/// A learner whose turns take long is stepped turn by turn, and stops where it was asked to.
#[test]
fn dialogues_of_a_slow_learner_are_stepped_by_their_number() {
    for agent in ["dqn", "actor-critic"] {
        let trainer = Trainer::start(orders(agent, 1, Pace::Full)).unwrap();
        trainer.ask(Ask::Watch(curve()));
        at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0), Ask::StepDialogues(3)], |s| s.view.dialogues == 3);
        at_rest(&trainer, [Ask::StepTurns(2), Ask::StepDialogues(1)], |s| s.view.dialogues >= 4);
    }
}
