//! Law 2: going back and on again gives what was, to the bit, whatever is done on the way.

use std::collections::BTreeMap;

use dialoq::learn::machine::{Edit, EditError, Tick};
use dialoq::num::digest::Digest;
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Axis, CurveView, CurveWatch, Smooth, Watch};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Case, cases, same, some_edit, some_tune};
use crate::support::proptest;

/// What a person may do to time.
#[derive(Clone, Debug)]
enum Move {
    On(u64),
    Back(u64),
    Dialogue(f64),
    Head,
    /// At the head only.
    Edit(f64, f64, f64),
    Keep,
}

fn moves(ticks: u64) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..ticks / 6).prop_map(Move::On),
        1 => (0..4_u64).prop_map(Move::On),
        3 => (0..ticks / 3).prop_map(Move::Back),
        2 => (1..3_u64).prop_map(Move::Back),
        1 => (0.0..1.0).prop_map(Move::Dialogue),
        1 => Just(Move::Head),
        4 => (0.0..1.0, 0.0..1.0, 0.0..1.0).prop_map(|(k, w, v)| Move::Edit(k, w, v)),
        1 => Just(Move::Keep),
    ];
    vec(one, 4..24)
}

fn seek(run: &mut dyn Run, to: u64) {
    assert!(run.seek(Tick(to), &mut |_| true));
}

/// Plays the moves; the digest at every tick it stood at (the last one, where edits changed it), and the edits made with their ticks.
fn play(case: &Case, moves: &[Move]) -> (BTreeMap<u64, Digest>, Vec<(u64, Edit)>) {
    let mut run = case.start();
    let (mut seen, mut edits) = (BTreeMap::new(), Vec::new());
    for step in moves {
        let now = run.now().0;
        match step {
            Move::On(n) => run.advance(Limit::ticks(*n)),
            Move::Back(n) => seek(&mut *run, now.saturating_sub(*n)),
            Move::Dialogue(share) => {
                let number = (run.head_dialogues() as f64 * share) as u64;
                let start = run.start_of(number);
                seek(&mut *run, start.0);
                assert_eq!((run.dialogues(), run.turn()), (number, 0), "{}: a dialogue begins at its start", case.name);
            }
            Move::Head => seek(&mut *run, u64::MAX),
            Move::Keep => run.keep(),
            Move::Edit(kind, which, value) => {
                seek(&mut *run, u64::MAX);
                let at = run.now().0;
                if let Some(edit) = some_edit(&*run, *kind, *which, *value) {
                    run.edit(edit.clone()).unwrap();
                    edits.push((at, edit));
                    seen.remove(&at);
                }
            }
        }
        let (at, digest) = (run.now().0, run.digest());
        let before = *seen.entry(at).or_insert(digest);
        assert_eq!(before, digest, "{}: tick {at} is another one now", case.name);
    }
    (seen, edits)
}

#[test]
fn stepping_back_and_forward_again_changes_nothing() {
    for case in cases() {
        let result = proptest(case.draws * 2).run(&moves(case.ticks), |moves| {
            let (seen, edits) = play(&case, &moves);
            let mut straight = case.start();
            let mut edits = edits.iter().peekable();
            for (tick, digest) in seen {
                while let Some((at, edit)) = edits.next_if(|e| e.0 <= tick) {
                    straight.advance(Limit::ticks(at - straight.now().0));
                    straight.edit(edit.clone()).unwrap();
                }
                straight.advance(Limit::ticks(tick - straight.now().0));
                prop_assert_eq!(straight.digest(), digest, "tick {} of a run that never looked back", tick);
            }
            Ok(())
        });
        result.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}

#[test]
fn a_seek_that_is_stopped_on_the_way_leaves_a_sound_run() {
    for case in cases().iter().filter(|c| c.draws > 1) {
        let mut run = case.start();
        run.advance(Limit::ticks(300_000));
        let end = run.digest();
        assert!(!run.seek(Tick(299_000), &mut |_| false) || run.now().0 == 299_000);
        run.advance(Limit::ticks(300_000 - run.now().0));
        assert_eq!(run.digest(), end, "{}", case.name);
    }
}

#[test]
fn a_long_seek_that_is_stopped_ends_where_it_began() {
    for case in cases().iter().filter(|c| c.draws > 1).take(2) {
        let mut run = case.start();
        // Without frames every way back begins at tick 0, and takes several steps.
        run.allow(0);
        run.advance(Limit::ticks(140_000));
        let there = run.digest();
        assert!(!run.seek(Tick(135_000), &mut |_| false), "{}", case.name);
        assert_eq!((run.now(), run.digest()), (Tick(140_000), there), "{}: from the head", case.name);
        let mut shares = Vec::new();
        assert!(run.seek(Tick(135_000), &mut |share| {
            shares.push(share);
            true
        }));
        assert!(shares.is_sorted() && shares.last() == Some(&1.0), "{}: {shares:?}", case.name);
        let past = run.digest();
        assert!(!run.seek(Tick(100_000), &mut |_| false), "{}", case.name);
        assert_eq!((run.now(), run.digest()), (Tick(135_000), past), "{}: in the past", case.name);
    }
}

#[test]
fn a_seek_never_goes_past_the_head() {
    for case in cases() {
        let mut run = case.start();
        run.advance(Limit::ticks(100));
        seek(&mut *run, 1_000_000);
        assert_eq!(run.now(), Tick(100), "{}", case.name);
    }
}

#[test]
fn a_tune_in_the_past_is_refused_while_the_future_stands() {
    for case in cases() {
        let mut run = case.start();
        run.advance(Limit::ticks(600));
        let end = run.digest();
        seek(&mut *run, 100);
        if let Some((knob, value)) = some_tune(run.knobs(), 0.0, 0.5) {
            assert_eq!(run.tune(knob, value), Err(EditError::InThePast { now: 100, head: 600 }), "{}", case.name);
        }
        seek(&mut *run, 600);
        assert_eq!(run.digest(), end, "{}: a refused tune left something behind", case.name);
    }
}

fn curve(run: &dyn Run, smooth: Smooth) -> CurveView {
    let curve = Some(CurveWatch { columns: 200, axis: Axis::Linear, smooth });
    run.look(&Watch { curve, ..Watch::default() }, Exact::default(), Shown::default(), &mut Lens::default()).curve.unwrap()
}

#[test]
fn a_run_whose_future_was_dropped_goes_on_as_if_it_never_had_one() {
    for case in cases().iter().filter(|c| c.agent.knobs.iter().any(|k| k.live)) {
        let ticks = case.ticks;
        let plan = (0..ticks, 0..ticks, 0..ticks, 0.0..1.0, 0.0..1.0);
        let result = proptest(case.draws).run(&plan, |(first, back, more, which, value)| {
            let now = first.saturating_sub(back);
            let (mut dropped, mut never) = (case.start(), case.start());
            dropped.advance(Limit::ticks(first));
            seek(&mut *dropped, now);
            never.advance(Limit::ticks(now));
            let (knob, value) = some_tune(dropped.knobs(), which, value).unwrap();
            for run in [&mut dropped, &mut never] {
                *run = run.branch();
                run.tune(knob, value).unwrap();
                prop_assert_eq!(run.head(), Tick(now));
                run.advance(Limit::ticks(more));
            }
            same(&*dropped, &*never, &case.name);
            prop_assert_eq!(curve(&*dropped, Smooth::Mean100).columns, curve(&*never, Smooth::Mean100).columns);
            prop_assert_eq!(curve(&*dropped, Smooth::Mean100).marks, curve(&*never, Smooth::Mean100).marks);
            // The moving average has forgotten the dialogues before its warm-up only to about 0.99^1000.
            for (a, b) in curve(&*dropped, Smooth::Ema99).columns.iter().zip(curve(&*never, Smooth::Ema99).columns) {
                prop_assert!((a.smooth - b.smooth).abs() < 0.01, "{a:?} {b:?}");
            }
            Ok(())
        });
        result.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}

#[test]
fn dropping_the_future_drops_the_edits_made_there() {
    for case in cases().iter().filter(|c| c.agent.knobs.iter().any(|k| k.live) && c.draws > 1) {
        let (mut run, mut plain) = (case.start(), case.start());
        let (knob, value) = some_tune(run.knobs(), 0.0, 0.9).unwrap();
        run.advance(Limit::ticks(500));
        run.tune(knob, value).unwrap();
        run.advance(Limit::ticks(500));
        seek(&mut *run, 300);
        let (knob, value) = some_tune(run.knobs(), 0.0, 0.4).unwrap();
        run = run.branch();
        run.tune(knob, value).unwrap();
        run.advance(Limit::ticks(700));
        plain.advance(Limit::ticks(300));
        plain.tune(knob, value).unwrap();
        plain.advance(Limit::ticks(700));
        same(&*run, &*plain, &case.name);
    }
}
