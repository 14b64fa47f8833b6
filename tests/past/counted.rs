//! What a way through the past costs, counted in ticks of a machine whose ticks take long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dialoq::learn::machine::{Edit, EditError, Machine, Tick};
use dialoq::learn::probe::{Blind, Probe};
use dialoq::num::curve::Sample;
use dialoq::num::fields::{FieldError, Fields, Sink, Source};
use dialoq::run::timeline::{Limit, Timeline};

/// Counts by ticks alone, as a language model does, and counts the ticks of all of its copies.
#[derive(Clone)]
struct Counted {
    tick: u64,
    ran: Arc<AtomicU64>,
}

impl Fields for Counted {
    fn read(&self, to: &mut dyn Sink) {
        self.tick.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.tick.write(from)
    }
}

impl Machine for Counted {
    fn now(&self) -> Tick {
        Tick(self.tick)
    }

    fn dialogues(&self) -> u64 {
        0
    }

    fn run<P: Probe>(&mut self, ticks: u64, _: u64, _: &mut P, _: &mut dyn FnMut(&Sample) -> bool) {
        self.ran.fetch_add(ticks.saturating_sub(self.tick), Ordering::Relaxed);
        self.tick = self.tick.max(ticks);
    }

    fn sound(&self) -> bool {
        true
    }

    fn cost(&self) -> u64 {
        1 << 17
    }

    fn apply(&mut self, _: &Edit) -> Result<(), EditError> {
        Err(EditError::NotHere { what: "counter" })
    }
}

/// A run that has learned so many ticks, and how many were run so far.
fn learned(ticks: u64) -> (Timeline<Counted>, impl Fn() -> u64) {
    let ran = Arc::new(AtomicU64::new(0));
    let mut run = Timeline::new(Counted { tick: 0, ran: ran.clone() });
    run.advance(Limit::ticks(ticks), &mut Blind);
    (run, move || ran.load(Ordering::Relaxed))
}

#[test]
fn a_branch_of_a_run_without_dialogues_replays_nothing() {
    let (mut run, ran) = learned(1_003);
    run.seek(Tick(500), &mut |_| true);
    let before = ran();
    let branch = run.branch();
    assert_eq!((branch.now(), branch.head(), ran()), (Tick(500), Tick(500), before));
}

#[test]
fn the_way_back_to_the_head_replays_nothing() {
    let (mut run, ran) = learned(1_003);
    // No frame may be kept of the past on the way.
    run.seek(Tick(5), &mut |_| true);
    let before = ran();
    run.seek(Tick(1_003), &mut |_| true);
    assert_eq!((run.now(), ran()), (Tick(1_003), before));
}

#[test]
fn a_seek_that_is_stopped_replays_nothing_to_come_back() {
    let (mut run, ran) = learned(1_003);
    run.allow(0);
    run.seek(Tick(900), &mut |_| true);
    let before = ran();
    let mut asked = 0;
    let arrived = run.seek(Tick(700), &mut |_| {
        asked += 1;
        asked < 50
    });
    assert_eq!((arrived, run.now(), ran()), (false, Tick(900), before + 50));
}
