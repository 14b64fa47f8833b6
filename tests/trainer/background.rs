//! What works in the background and falls over is said; learning goes on without it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dialoq::run::journal::Line;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, SweepPlan};
use dialoq::trainer::keeper::Keeper;
use dialoq::trainer::snapshot::{Pace, Phase, SessionView, Snapshot};
use dialoq::trainer::{Builder, Orders, Trainer};

use super::faulty::{Counts, Faulty, Panics};
use super::{build, orders, orders_with, until};

/// A trainer of seed 1 whose runs panic as their spec says.
fn falling(panics: fn(&RunSpec) -> Panics) -> Trainer {
    let builder: Arc<Builder> = Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        let (inner, panics) = (build(spec)?, panics(spec));
        assert!(panics != Panics::Built, "the world fell over \u{1b}[2J");
        Ok(Box::new(Faulty { inner, panics, counts: Arc::new(Counts::default()) }) as Box<dyn Run>)
    });
    Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap()
}

fn said(trainer: &Trainer, words: &str) -> String {
    until(trainer, words, |s| s.notice.clone().filter(|n| n.is_error && n.text.contains(words))).text
}

fn learns(trainer: &Trainer) {
    let tick = until(trainer, "a moment", |s| Some(s.view.tick));
    until(trainer, "learning", |s| (s.phase == Phase::Running && s.view.tick > tick + 1_000).then_some(()));
}

#[test]
fn a_replica_that_falls_over_is_said_and_the_others_go_on() {
    let trainer = falling(|spec| if spec.seed == 1001 { Panics::Learning(500) } else { Panics::Never });
    trainer.ask(Ask::Seeds(2));
    let text = said(&trainer, "seed 1001");
    assert_eq!(text, "the replica of seed 1001 fell over (the learner fell over at 500); the others go on without it");
    learns(&trainer);
}

#[test]
fn a_replica_whose_world_falls_over_is_said_too() {
    let trainer = falling(|spec| if spec.seed == 1002 { Panics::Built } else { Panics::Never });
    trainer.ask(Ask::Seeds(2));
    let text = said(&trainer, "seed 1002");
    assert!(text.contains("the world fell over") && !text.contains('\u{1b}'), "{text}");
    learns(&trainer);
}

#[test]
fn a_map_whose_runs_fall_over_is_said_and_fills_to_its_end_without_them() {
    let trainer = falling(|spec| {
        let set = |to: &str| spec.settings.iter().any(|(name, value)| name == "alpha" && value == to);
        match (set("0.2"), set("0.3")) {
            (true, _) => Panics::Learning(100),
            (_, true) => Panics::Built,
            _ => Panics::Never,
        }
    });
    let plan = SweepPlan { rows: ("alpha".into(), vec![0.1, 0.2, 0.3]), columns: ("gamma".into(), vec![0.9]), seeds: 2, dialogues: 100 };
    trainer.ask(Ask::Sweep(plan));
    let map = until(&trainer, "the whole map", |s| s.sweep.clone().filter(|map| map.done >= 1.0));
    assert_eq!(map.cells.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 0, 0]);
    said(&trainer, "a run of the map fell over");
    learns(&trainer);
}

#[test]
fn a_policy_that_cannot_be_judged_is_said() {
    let trainer = falling(|_| Panics::Unjudgeable);
    assert!(said(&trainer, "judging a policy fell over").ends_with("learning goes on without that result"));
    learns(&trainer);
}

/// A keeper of which nothing can be seen while it falls.
struct Falling(Arc<AtomicBool>);

impl Keeper for Falling {
    fn line(&mut self, _: Line) {}
    fn checkpoint(&mut self, _: Vec<u8>) {}
    fn save_as(&mut self, _: &str) -> Result<String, String> {
        Err("it is kept nowhere".into())
    }
    fn view(&self) -> SessionView {
        assert!(!self.0.load(Ordering::Acquire), "the keeper fell over");
        SessionView::default()
    }
}

fn crash(snapshot: &Snapshot) -> Option<String> {
    if let Phase::Crashed { message, .. } = &snapshot.phase { Some(message.clone()) } else { None }
}

#[test]
fn where_not_even_a_plain_snapshot_can_be_made_the_last_one_says_why_and_the_trainer_goes_on() {
    let falls = Arc::new(AtomicBool::new(false));
    let keeper: Box<dyn Keeper> = Box::new(Falling(falls.clone()));
    let trainer = Trainer::start(Orders { keeper: Some(keeper), ..orders("q-learning", 1, Pace::Full) }).unwrap();
    let seed = until(&trainer, "learning", |s| (s.view.tick > 0).then_some(s.seed));
    falls.store(true, Ordering::Release);
    assert_eq!(until(&trainer, "the crash", crash), "the keeper fell over");
    falls.store(false, Ordering::Release);
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(seed + 1) });
    until(&trainer, "another run", |s| (s.seed == seed + 1 && s.phase == Phase::Running && s.view.tick > 0).then_some(()));
    // It ends in order, too.
    trainer.end();
}
