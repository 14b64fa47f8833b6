//! A number that is no longer finite stops the run at the update that would make it.

use std::sync::Arc;

use dialoq::learn::machine::Tick;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use dialoq::world::World;

use crate::support::{mdp, run};

/// α = γ = 1: Q doubles from 3e38 to more than f32 holds at the first turn that begins with Q = 3e38.
fn overflowing(turns_before: usize, max_turns: u32) -> Arc<World> {
    // A chain of harmless states, then one that pays 3e38 for ever.
    let last = turns_before;
    let mut rows: Vec<String> = (0..last).map(|s| format!("[[[1, {}, 1, false]]]", s + 1)).collect();
    rows.push(format!("[[[1, {last}, 3e38, false]]]"));
    mdp(&format!(
        r#"{{"format": "dialoq-mdp", "version": 1, "states": {}, "actions": 1, "max_turns": {max_turns}, "P": [{}]}}"#,
        last + 1,
        rows.join(", ")
    ))
}

fn started(turns_before: usize, max_turns: u32) -> Box<dyn Run> {
    run(&overflowing(turns_before, max_turns), "q-learning", 1, &[("alpha", "1"), ("gamma", "1")])
}

#[test]
fn a_run_stops_at_the_update_that_would_break_it() {
    let mut it = started(400, 1000);
    it.advance(Limit::ticks(100_000));
    // Turn 400 writes 3e38; turn 401 would write 6e38.
    assert_eq!((it.now(), it.head()), (Tick(401), Tick(401)));
    let fault = it.fault().expect("the run says why it stopped");
    assert_eq!(fault.tick, 401);
    assert!(fault.record.writes[0].1.is_finite() && !fault.record.writes[0].2.is_finite());
}

#[test]
fn the_state_before_a_fault_is_that_of_a_run_that_never_came_so_far() {
    let (mut broken, mut sound) = (started(400, 1000), started(400, 1000));
    broken.advance(Limit::ticks(100_000));
    sound.advance(Limit::ticks(401));
    assert!(sound.fault().is_none());
    assert_eq!(broken.digest(), sound.digest());
}

#[test]
fn a_fault_is_found_turn_by_turn_too() {
    let mut it = started(3, 1000);
    for _ in 0..20 {
        it.advance(Limit::ticks(1));
    }
    assert_eq!((it.now(), it.fault().map(|f| f.tick)), (Tick(4), Some(4)));
}

#[test]
fn a_slice_that_ends_just_after_the_fault_stands_before_it() {
    // The dialogue goes on long after: the fault must not wait for its end.
    for ticks in 5..40 {
        let mut it = started(3, 1000);
        it.advance(Limit::ticks(ticks));
        assert_eq!((it.now(), it.head()), (Tick(4), Tick(4)), "after a slice of {ticks}");
    }
}

#[test]
fn a_broken_run_does_not_go_on() {
    let mut it = started(3, 8);
    it.advance(Limit::ticks(50));
    let digest = it.digest();
    it.advance(Limit::ticks(50));
    it.advance(Limit::dialogues(5));
    assert_eq!((it.now(), it.digest()), (Tick(4), digest));
}

#[test]
fn another_knob_lets_it_go_on() {
    let mut it = started(3, 8);
    it.advance(Limit::ticks(50));
    it.tune("gamma", 0.0).unwrap();
    assert!(it.fault().is_none());
    it.advance(Limit::ticks(46));
    assert_eq!((it.now(), it.fault().is_none()), (Tick(50), true));
}

#[test]
fn one_can_step_back_from_a_fault_and_meets_it_again() {
    let mut it = started(400, 1000);
    it.advance(Limit::ticks(100_000));
    let digest = it.digest();
    assert!(it.seek(Tick(399), &mut |_| true), "a seek from a fault ends");
    assert_eq!((it.now(), it.fault().is_none()), (Tick(399), true));
    it.advance(Limit::ticks(500));
    assert_eq!((it.now(), it.fault().map(|f| f.tick), it.digest()), (Tick(401), Some(401), digest));
}

#[test]
fn the_curve_knows_only_the_dialogues_before_a_fault() {
    // Each dialogue of 3 turns pays 1e38 for each; with α = 1, Q grows until the fourth.
    let text = r#"{"format": "dialoq-mdp", "version": 1, "states": 1, "actions": 1, "max_turns": 2, "P": [[[[1, 0, 6e37, false]]]]}"#;
    let mut it = run(&mdp(text), "q-learning", 1, &[("alpha", "1"), ("gamma", "1")]);
    it.advance(Limit::ticks(1000));
    // f32 ends at 3.4e38: Q is 6e37 n after n turns, so the sixth turn breaks, in the third dialogue.
    assert_eq!((it.now(), it.dialogues()), (Tick(5), 2));
    assert_eq!(it.last_100().0, 2);
}
