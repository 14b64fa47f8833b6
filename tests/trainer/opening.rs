//! A session that is brought back behind the opened screens.

use std::time::Duration;

use dialoq::learn::machine::Tick;
use dialoq::run::timeline::Limit;
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::keeper::{Restored, RestoredRun};
use dialoq::trainer::snapshot::{Pace, Phase};
use dialoq::trainer::{Opened, Orders, Restore, Start, Trainer};

use super::kept::Notes;
use super::{at_rest, build, orders, spec, until};

fn later(restore: Box<Restore>) -> Trainer {
    Trainer::start(Orders { start: Start::Later(spec("q-learning", 3), restore), ..orders("q-learning", 3, Pace::Full) }).unwrap()
}

/// A run that has learned 300 turns and stands at 200.
fn left() -> Restored {
    let spec = spec("q-learning", 3);
    let mut run = build(&spec).unwrap();
    run.advance(Limit::ticks(300));
    run.seek(Tick(200), &mut |_| true);
    let restored = RestoredRun {
        id: 0,
        name: "A".into(),
        parent: None,
        branched_at: None,
        lineage: vec![(0, 0)],
        inherited: 0,
        digest_known: false,
        change: String::new(),
        spec,
        run,
        bookmarks: Vec::new(),
        evaluations: Vec::new(),
    };
    Restored { runs: vec![restored], focus: 0, next: 1 }
}

#[test]
fn the_screen_hears_at_once_that_a_session_is_restored_then_how_far_and_how_long() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let trainer = later(Box::new(move |tell| {
        let _ = wait.recv();
        for step in 0..100 {
            tell("restoring the session", step as f32 / 100.0);
            std::thread::sleep(Duration::from_millis(30));
        }
        Some(Opened { restored: left(), keeper: Some(Box::new(Notes::default())), note: Some("a note".into()) })
    }));
    let first = until(&trainer, "a snapshot", |s| Some(s.clone()));
    assert_eq!(first.phase, Phase::Opening("restoring the session".into(), 0.0));
    assert_eq!((first.scenario.as_str(), first.agent.as_str()), ("customer-service", "q-learning"));
    go.send(()).unwrap();
    let (share, left_s) = until(&trainer, "the time left", |s| match s.phase {
        Phase::Opening(_, share) => s.left_s.map(|left_s| (share, left_s)),
        _ => None,
    });
    // A hundred steps of 30 ms, or longer on a loaded machine.
    let whole_s = left_s / (1.0 - share);
    assert!(share > 0.1 && whole_s > 2.0, "{share} {whole_s}");
    let opened = at_rest(&trainer, [], |s| s.view.tick == 200);
    assert_eq!((opened.view.head, opened.session.name.as_str()), (300, "monday"));
    assert!(opened.notice.is_some_and(|notice| notice.text == "a note"));
    trainer.ask(Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.3 }));
    until(&trainer, "the branch", |s| (s.runs.len() == 2).then_some(()));
}

#[test]
fn the_end_says_nothing_again_that_the_session_knows() {
    let notes = Notes::default();
    let own = notes.clone();
    let restore = move |_: &mut dyn FnMut(&str, f32)| {
        let mut restored = left();
        restored.runs[0].digest_known = true;
        Some(Opened { restored, keeper: Some(Box::new(own)), note: None })
    };
    let trainer = later(Box::new(restore));
    at_rest(&trainer, [], |s| s.view.tick == 200);
    drop(trainer);
    assert_eq!(notes.lines(), []);
}

#[test]
fn a_session_that_cannot_be_opened_is_refused() {
    let trainer = later(Box::new(|_| None));
    until(&trainer, "the refusal", |s| (s.phase == Phase::Refused).then_some(()));
}

#[test]
fn the_end_does_not_wait_for_a_session_that_is_being_restored() {
    let trainer = later(Box::new(|_| {
        std::thread::sleep(Duration::from_secs(120));
        None
    }));
    until(&trainer, "a snapshot", |s| matches!(s.phase, Phase::Opening(..)).then_some(()));
    let asked = std::time::Instant::now();
    drop(trainer);
    assert!(asked.elapsed() < Duration::from_millis(2_500), "it took {:?}", asked.elapsed());
}
