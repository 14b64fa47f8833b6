//! A panic in the trainer becomes a state that is drawn; asking for another run, and quitting, always work.

use std::sync::Arc;

use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::{Pace, Phase, Snapshot};
use dialoq::trainer::{Builder, Trainer};

use super::faulty::{Counts, Faulty, Panics};
use super::{at_tick, build, everything, orders_with, until, until_dialogue};

/// Seed 1 gives the run that panics, every other one a sound one.
fn panicking(panics: Panics) -> Trainer {
    panicking_at(Pace::Full, panics)
}

fn panicking_at(pace: Pace, panics: Panics) -> Trainer {
    let builder: Arc<Builder> = Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        let inner = build(spec)?;
        let panics = if spec.seed == 1 { panics } else { Panics::Never };
        Ok(Box::new(Faulty { inner, panics, counts: Arc::new(Counts::default()) }) as Box<dyn Run>)
    });
    Trainer::start(orders_with("q-learning", 1, pace, builder)).unwrap()
}

fn crash(snapshot: &Snapshot) -> Option<(String, u64)> {
    match &snapshot.phase {
        Phase::Crashed { message, tick } => Some((message.clone(), *tick)),
        _ => None,
    }
}

fn is_sound(trainer: &Trainer) {
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(2) });
    until(trainer, "another run", |s| (s.seed == 2 && s.phase == Phase::Running && s.view.tick > 0).then_some(()));
}

#[test]
fn a_panic_while_learning_is_told_with_its_turn_and_another_run_can_begin() {
    let trainer = panicking(Panics::Learning(5_000));
    let told = until(&trainer, "the crash", crash);
    assert_eq!(told, ("the learner fell over at 5000".to_owned(), 5_000));
    is_sound(&trainer);
}

#[test]
fn a_panic_at_a_step_is_told_too() {
    let trainer = panicking_at(Pace::DialoguesPerSecond(60.0), Panics::Learning(5_000));
    at_tick(&trainer, 10);
    trainer.ask(Ask::StepTurns(6_000));
    assert_eq!(until(&trainer, "the crash", crash).1, 5_000);
    is_sound(&trainer);
}

#[test]
fn a_panic_while_the_picture_is_made_is_told_too() {
    let trainer = panicking(Panics::Looking);
    trainer.ask(Ask::Watch(everything()));
    assert_eq!(until(&trainer, "the crash", crash).0, "the view fell over");
    is_sound(&trainer);
}

#[test]
fn a_panic_while_a_policy_is_taken_is_told_too() {
    let trainer = panicking(Panics::Judged);
    assert_eq!(until(&trainer, "the crash", crash).0, "the policy fell over");
    is_sound(&trainer);
}

#[test]
fn a_panic_on_the_way_to_the_past_is_told_too() {
    let trainer = panicking(Panics::Sought);
    until_dialogue(&trainer, 10);
    trainer.ask(Ask::BackTurns(1));
    assert_eq!(until(&trainer, "the crash", crash).0, "the past fell over");
    is_sound(&trainer);
}

#[test]
fn a_panic_while_the_first_run_is_built_is_told_too() {
    let builder: Arc<Builder> = Arc::new(|spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        assert!(spec.seed != 1, "the world fell over");
        build(spec)
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    assert_eq!(until(&trainer, "the crash", crash), ("the world fell over".to_owned(), 0));
    is_sound(&trainer);
}

#[test]
fn what_was_learned_before_a_crash_can_still_be_looked_at() {
    let trainer = panicking(Panics::Learning(5_000));
    until(&trainer, "the crash", crash);
    trainer.ask(Ask::Watch(everything()));
    let view = until(&trainer, "the table", |s| s.view.table.as_ref().map(|t| (s.view.tick, t.rows.len())).filter(|_| crash(s).is_some()));
    assert_eq!(view, (5_000, 100));
}

#[test]
fn other_asks_after_a_crash_are_refused_in_a_sentence() {
    let trainer = panicking(Panics::Learning(5_000));
    until(&trainer, "the crash", crash);
    for ask in [Ask::StepTurns(1), Ask::Head, Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.5 })] {
        trainer.ask(Ask::Watch(everything()));
        let before = until(&trainer, "a picture", |s| Some(s.notice.as_ref().map_or(0, |n| n.serial)));
        trainer.ask(ask.clone());
        let text = until(&trainer, "a refusal", |s| s.notice.clone().filter(|n| n.serial > before && n.is_error)).text;
        assert!(text.contains(":new"), "{ask:?}: {text}");
    }
}

#[test]
fn a_trainer_that_crashed_can_be_ended() {
    let trainer = panicking(Panics::Learning(5_000));
    until(&trainer, "the crash", crash);
    drop(trainer);
}

#[test]
fn a_run_that_crashes_leaves_the_others_as_they_are() {
    // The run of seed 1 panics later than the other one begins.
    let trainer = panicking_at(Pace::DialoguesPerSecond(100.0), Panics::Learning(5_000));
    until_dialogue(&trainer, 5);
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(2) });
    until(&trainer, "another run", |s| (s.runs.len() == 2 && s.focus == 1).then_some(()));
    trainer.ask(Ask::Pace(Pace::Full));
    let told = until(&trainer, "the crash", |s| s.runs[0].stopped.clone());
    assert_eq!(told, "the learner fell over at 5000");
    until(&trainer, "the other run going on", |s| (s.phase == Phase::Running && s.view.tick > 50_000).then_some(()));
    trainer.ask(Ask::Focus(0));
    assert_eq!(until(&trainer, "the crashed run", crash).1, 5_000);
    trainer.ask(Ask::Close(0));
    until(&trainer, "the other run alone", |s| (s.runs.len() == 1 && s.phase == Phase::Running).then_some(()));
}
