//! The end comes within a second, whatever is under way, and the session holds every finished step.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use dialoq::run::journal::Line;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::keeper::Keeper;
use dialoq::trainer::snapshot::Pace;
use dialoq::trainer::{Builder, Ended, Orders, Trainer};

use super::faulty::{Counts, Faulty, Panics};
use super::kept::Notes;
use super::{PATIENCE, build, orders_with};

/// A second, and what a loaded machine may take besides.
const SOON: Duration = Duration::from_millis(2_500);
const STUCK: u64 = 5_000;

/// A trainer whose runs of seed 1 come to a step that does not end.
fn stuck() -> (Trainer, Notes, [Arc<Counts>; 2]) {
    let counts = [Arc::new(Counts::default()), Arc::new(Counts::default())];
    let own = counts.clone();
    let builder: Arc<Builder> = Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        let (panics, counts) = if spec.seed == 1 { (Panics::Stuck(STUCK), &own[0]) } else { (Panics::Never, &own[1]) };
        Ok(Box::new(Faulty { inner: build(spec)?, panics, counts: counts.clone() }) as Box<dyn Run>)
    });
    let notes = Notes::default();
    let keeper: Box<dyn Keeper> = Box::new(notes.clone());
    let trainer = Trainer::start(Orders { keeper: Some(keeper), ..orders_with("q-learning", 1, Pace::Full, builder) }).unwrap();
    (trainer, notes, counts)
}

fn comes_to(counts: &Counts, tick: u64) {
    let deadline = Instant::now() + PATIENCE;
    while counts.tick.load(Ordering::Acquire) < tick {
        assert!(Instant::now() < deadline, "it came to {} only", counts.tick.load(Ordering::Acquire));
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn ends(trainer: Trainer) -> Ended {
    let asked = Instant::now();
    let ended = trainer.end();
    assert!(asked.elapsed() < SOON, "it took {:?}", asked.elapsed());
    ended
}

/// The head of a run that the journal says last.
fn head(notes: &Notes, of: u32) -> Option<u64> {
    let mut heads = notes.lines().into_iter().filter_map(|line| match line {
        Line::Head { run, tick, .. } if run == of => Some(tick),
        _ => None,
    });
    heads.next_back()
}

#[test]
fn a_step_that_does_not_end_is_given_up_and_the_steps_before_it_are_in_the_session() {
    let (trainer, notes, [counts, _]) = stuck();
    comes_to(&counts, STUCK);
    assert_eq!(ends(trainer), Ended { late: 0 });
    assert_eq!(head(&notes, 0), Some(STUCK));
}

#[test]
fn runs_beside_one_that_is_stuck_are_in_the_session_as_far_as_they_came() {
    let (trainer, notes, [first, second]) = stuck();
    // Before the first one is stuck; were it stuck already, nothing could be opened beside it.
    trainer.ask(Ask::New { scenario: None, agent: None, seed: Some(2) });
    comes_to(&first, STUCK);
    // The round under way comes to its end for all others.
    std::thread::sleep(Duration::from_millis(200));
    ends(trainer);
    assert_eq!(head(&notes, 0), Some(STUCK));
    let came = second.tick.load(Ordering::Acquire);
    assert_eq!(head(&notes, 1).unwrap_or(0), came);
}

#[test]
fn a_change_that_came_during_the_step_given_up_is_counted_and_not_in_the_session() {
    let (trainer, notes, [counts, _]) = stuck();
    comes_to(&counts, STUCK);
    std::thread::sleep(Duration::from_millis(50));
    trainer.ask(Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.3 }));
    trainer.ask(Ask::Pause);
    assert_eq!(ends(trainer), Ended { late: 1 });
    assert!(!notes.lines().iter().any(|line| matches!(line, Line::Edit { .. })));
}

#[test]
fn a_world_that_takes_long_to_build_is_not_waited_for() {
    let builder: Arc<Builder> = Arc::new(|_: &RunSpec, _: &mut dyn FnMut(f32)| {
        std::thread::sleep(Duration::from_secs(120));
        Err("too late".to_owned())
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    ends(trainer);
}
