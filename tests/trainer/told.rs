//! The dialogue that is told is real training: turn by turn what a run nobody watched went through.

use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Lang, TranscriptView, TranscriptWatch, Watch};
use dialoq::trainer::Trainer;
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::{Pace, Snapshot};
use dialoq::world::solve::Solution;

use super::{at_rest, at_tick, build, everything, live, orders, spec, until};
use crate::support::{built_in, exact};

const AGENT: &str = "q-learning";

/// A dialogue as a run nobody watched tells it; the last turns may not have been yet.
fn unwatched(seed: u64, number: u64, turns: usize, watch: &Watch, solution: Option<&Solution>) -> TranscriptView {
    let mut run = build(&spec(AGENT, seed)).unwrap();
    run.advance(Limit::dialogues(number + 1));
    let records = run.dialogue(number);
    assert!(records.len() >= turns, "dialogue {number} has only {} turns", records.len());
    let shown = Shown { dialogue: number, turns: &records[..turns], update: None };
    run.look(watch, Exact { optimal: solution, with_epsilon: None }, shown, &mut Lens::default()).transcript.unwrap()
}

/// All of a transcript, as text: whatever a screen could show of it.
fn text(transcript: &TranscriptView) -> String {
    format!("{transcript:#?}")
}

fn check(snapshot: &Snapshot, told: &TranscriptView, watch: &Watch) {
    let world = built_in(super::WORLD);
    let solution = snapshot.solution.map(|s| exact(&world, s.gamma, 0.0));
    let wanted = unwatched(snapshot.seed, told.dialogue, told.turns.len(), watch, solution.as_ref());
    assert_eq!(text(told), text(&wanted), "dialogue {}", told.dialogue);
}

#[test]
fn at_full_speed_whole_real_dialogues_are_told() {
    let trainer = Trainer::start(orders(AGENT, 1, Pace::DialoguesPerSecond(2_000.0))).unwrap();
    let mut last = None;
    for wanted in 1..6 {
        let watch = live(wanted);
        trainer.ask(Ask::Watch(watch.clone()));
        let (snapshot, told) = until(&trainer, "a fresh dialogue", |s| {
            let told = s.view.transcript.clone().filter(|t| t.complete && Some(t.dialogue) != last && !t.turns.is_empty())?;
            Some((s.clone(), told))
        });
        check(&snapshot, &told, &watch);
        last = Some(told.dialogue);
    }
}

#[test]
fn a_dialogue_is_told_until_another_is_asked_for() {
    let trainer = Trainer::start(orders(AGENT, 2, Pace::DialoguesPerSecond(2_000.0))).unwrap();
    trainer.ask(Ask::Watch(live(1)));
    let first = until(&trainer, "a dialogue", |s| s.view.transcript.clone().filter(|t| t.complete));
    let mut later = until(&trainer, "a hundred dialogues", |s| {
        let told = s.view.transcript.clone().unwrap();
        (s.view.dialogues > first.dialogue + 100).then_some(told)
    });
    later.turns.iter_mut().zip(&first.turns).for_each(|(turn, before)| turn.values.clone_from(&before.values));
    assert_eq!(text(&later), text(&first));
}

#[test]
fn at_a_pace_one_can_follow_the_dialogue_in_progress_is_told() {
    let trainer = Trainer::start(orders(AGENT, 3, Pace::TurnsPerSecond(30.0))).unwrap();
    let watch = live(1);
    trainer.ask(Ask::Watch(watch.clone()));
    let mut open = 0;
    until(&trainer, "forty turns", |s| {
        if let Some(told) = s.view.transcript.as_ref().filter(|t| !t.turns.is_empty()) {
            assert_eq!(told.turns.last().unwrap().tick + 1, s.view.tick, "the newest turn is told");
            check(s, told, &watch);
            open += usize::from(!told.complete);
        }
        (s.view.tick > 40).then_some(())
    });
    assert!(open > 5, "dialogues are told before they are over");
}

#[test]
fn steps_are_told_as_they_happened() {
    let trainer = Trainer::start(orders(AGENT, 4, Pace::Full)).unwrap();
    let watch = live(1);
    trainer.ask(Ask::Watch(watch.clone()));
    let mut tick = at_tick(&trainer, 700).view.tick;
    for ask in [Ask::StepTurns(1), Ask::StepTurns(2), Ask::BackTurns(1), Ask::StepDialogues(1), Ask::BackTurns(4), Ask::ForwardTurns(2)] {
        let now = at_rest(&trainer, [ask.clone()], |s| s.view.tick != tick);
        tick = now.view.tick;
        let told = now.view.transcript.clone().unwrap();
        assert_eq!(told.turns.last().map(|t| t.tick + 1), Some(tick), "{ask:?}: the newest turn is told");
        check(&now, &told, &watch);
    }
}

#[test]
fn a_dialogue_of_the_past_is_told_by_its_number() {
    let trainer = Trainer::start(orders(AGENT, 5, Pace::DialoguesPerSecond(2_000.0))).unwrap();
    super::until_dialogue(&trainer, 300);
    for (number, lang) in [(0, Lang::English), (7, Lang::Chinese), (299, Lang::English)] {
        let watch = Watch { lang, transcript: Some(TranscriptWatch::Number(number)), ..Watch::default() };
        trainer.ask(Ask::Watch(watch.clone()));
        let (snapshot, told) = until(&trainer, "the dialogue", |s| {
            let told = s.view.transcript.clone().filter(|t| t.dialogue == number)?;
            (!told.turns.is_empty()).then(|| (s.clone(), told))
        });
        assert!(told.complete);
        check(&snapshot, &told, &watch);
    }
}

#[test]
fn the_update_shown_is_one_that_happened() {
    let trainer = Trainer::start(orders(AGENT, 6, Pace::DialoguesPerSecond(2_000.0))).unwrap();
    trainer.ask(Ask::Watch(everything()));
    let mut run = build(&spec(AGENT, 6)).unwrap();
    run.advance(Limit::ticks(100_000));
    let mut seen = 0;
    until(&trainer, "ten updates", |s| {
        if let Some(update) = &s.view.update {
            let record = run.explain(dialoq::learn::machine::Tick(update.tick)).unwrap();
            let (_, before, after) = record.writes[0];
            assert_eq!((update.before, update.after, update.delta, update.reward), (before, after, record.delta(), record.reward));
            assert_eq!((u64::from(update.state), update.act, update.dialogue), (record.state, u16::from(record.act.0), record.dialogue));
            seen += 1;
        }
        (seen >= 10).then_some(())
    });
}
