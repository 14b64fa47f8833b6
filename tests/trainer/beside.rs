//! The screen is beside training: asks never wait, a picture nobody takes costs nothing, and quitting ends everything.

use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::Pace;
use dialoq::trainer::{Builder, Trainer};

use super::faulty::{Counts, Faulty, Panics};
use super::{PATIENCE, build, everything, orders_with, until};

/// A builder of runs that count, and panic as told.
fn counting(counts: &Arc<Counts>, panics: Panics) -> Arc<Builder> {
    let counts = counts.clone();
    Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        let inner = build(spec)?;
        Ok(Box::new(Faulty { inner, panics, counts: counts.clone() }) as Box<dyn Run>)
    })
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + PATIENCE;
    while !done() {
        assert!(std::time::Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

#[test]
fn asks_do_not_wait_for_a_trainer_that_is_busy() {
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let builder: Arc<Builder> = Arc::new(move |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        // The world is being compiled until somebody lets go.
        let _ = held.lock().unwrap().recv();
        build(spec)
    });
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder)).unwrap();
    let (told, asked) = channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for tick in 0..10_000 {
                trainer.ask(Ask::SeekTick(tick));
            }
            trainer.ask(Ask::StepTurns(3));
            told.send(()).unwrap();
        });
        let in_time = asked.recv_timeout(PATIENCE);
        release.send(()).unwrap();
        in_time.expect("asks wait for the trainer");
    });
    until(&trainer, "all asks obeyed", |s| (s.view.tick == 3).then_some(()));
}

#[test]
fn a_picture_that_nobody_takes_is_the_only_one_and_learning_goes_on() {
    let counts = Arc::new(Counts::default());
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, counting(&counts, Panics::Never))).unwrap();
    trainer.ask(Ask::Watch(everything()));
    // Long enough for ten pictures, had anybody taken them.
    let begun = std::time::Instant::now();
    wait_for("a million turns", || counts.tick.load(Ordering::Acquire) > 1_000_000 && begun.elapsed().as_millis() > 300);
    assert_eq!(counts.looks.load(Ordering::Acquire), 1);
    let old = trainer.snapshot().unwrap();
    assert!(old.view.tick < 1_000_000, "the picture is of the moment it was made");
    wait_for("another picture", || counts.looks.load(Ordering::Acquire) == 2);
    let new = until(&trainer, "the new picture", |s| Some(s.view.tick));
    assert!(new > 1_000_000);
}

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let counts = Arc::new(Counts::default());
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, counting(&counts, Panics::Never))).unwrap();
    until(&trainer, "the solution", |s| s.solution.map(|_| ()));
    trainer.ask(Ask::Pause);
    // What the analyst still had in hand comes in after the pause.
    let quiet = |looks: &mut u64| {
        std::thread::sleep(std::time::Duration::from_millis(200));
        let before = std::mem::replace(looks, counts.looks.load(Ordering::Acquire));
        let picture = trainer.snapshot().is_some();
        before == *looks && !picture
    };
    let mut looks = 0;
    wait_for("rest", || quiet(&mut looks));
}

#[test]
fn a_paced_run_keeps_its_pace() {
    let counts = Arc::new(Counts::default());
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::TurnsPerSecond(200.0), counting(&counts, Panics::Never))).unwrap();
    let begun = std::time::Instant::now();
    wait_for("a hundred turns", || counts.tick.load(Ordering::Acquire) >= 100);
    // A loaded machine may be slower, but never faster.
    assert!(begun.elapsed().as_secs_f64() > 0.45, "{:?}", begun.elapsed());
    drop(trainer);
}

#[test]
fn quitting_ends_the_thread_and_drops_the_run() {
    let counts = Arc::new(Counts::default());
    for asks in [vec![], vec![Ask::Pause], vec![Ask::SeekTick(0), Ask::StepTurns(5)]] {
        let builder = counting(&counts, Panics::Never);
        let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder.clone())).unwrap();
        until(&trainer, "learning", |s| (s.view.tick > 0).then_some(()));
        asks.into_iter().for_each(|ask| trainer.ask(ask));
        drop(trainer);
        assert_eq!(Arc::strong_count(&builder), 1, "the thread holds its builder no more");
        drop(builder);
        assert_eq!(Arc::strong_count(&counts), 1, "the run is gone");
    }
}

#[test]
fn one_may_ask_after_the_end() {
    let counts = Arc::new(Counts::default());
    let builder = counting(&counts, Panics::Never);
    let trainer = Trainer::start(orders_with("q-learning", 1, Pace::Full, builder.clone())).unwrap();
    trainer.ask(Ask::Quit);
    wait_for("the end", || Arc::strong_count(&builder) == 1);
    trainer.ask(Ask::Run);
    while trainer.snapshot().is_some() {}
}
