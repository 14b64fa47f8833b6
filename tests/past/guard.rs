//! Breakpoints: the run stops on the very turn, and is otherwise as if nobody had watched for it.

use dialoq::learn::machine::{Edit, Tick};
use dialoq::learn::probe::Recorder;
use dialoq::run::Run;
use dialoq::run::findings::{Breakpoint, Stop};
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Axis, CurveView, CurveWatch, Smooth, Watch};
use dialoq::world::World;
use dialoq::world::env::End;

use super::{Seen, each, greedy, row, seek, train, watch};
use crate::support::{built_in, mdp, run, two_rooms};

const TICKS: u64 = 1200;

/// The first turn from `from` on that meets the breakpoint, by looking at every turn of the record.
fn first(world: &World, seen: &[Seen], from: u64, breakpoint: Breakpoint) -> Option<u64> {
    let got = |s: &Seen| {
        let whole = seen.iter().filter(|o| o.record.dialogue == s.record.dialogue);
        whole.map(|o| f64::from(o.record.reward)).sum::<f64>() as f32
    };
    let ended = |s: &Seen| s.record.end != End::Open;
    let met = |s: &&Seen| match breakpoint {
        Breakpoint::DeltaAbove(x) => s.record.delta().abs() > x,
        Breakpoint::Success => ended(s) && s.record.success,
        Breakpoint::Flip { state } => greedy(row(world, &s.before, state)) != greedy(row(world, &s.after, state)),
        Breakpoint::ReturnBelow(y) => ended(s) && got(s) < y,
        Breakpoint::ReturnAbove(y) => ended(s) && got(s) > y,
        Breakpoint::Dialogues(n) => ended(s) && s.record.dialogue + 1 == n,
    };
    seen[from as usize..].iter().find(met).map(|s| s.record.tick)
}

fn breakpoints(world: &World) -> Vec<Breakpoint> {
    let states = world.states().unwrap();
    let start = world.start()[0].0;
    vec![
        Breakpoint::DeltaAbove(2.5),
        Breakpoint::DeltaAbove(9.0),
        Breakpoint::DeltaAbove(1e9),
        Breakpoint::Success,
        Breakpoint::Flip { state: start },
        Breakpoint::Flip { state: start + 1 },
        Breakpoint::Flip { state: states - 1 },
        Breakpoint::Flip { state: states },
        Breakpoint::ReturnBelow(-12.5),
        Breakpoint::ReturnAbove(2.9),
        Breakpoint::Dialogues(40),
        Breakpoint::Dialogues(0),
    ]
}

/// The same stop, found in slices of uneven length.
fn sliced(it: &mut dyn Run, until: u64, breakpoints: &[Breakpoint]) -> Option<Stop> {
    let mut slice = 1;
    while it.now().0 < until {
        slice = slice * 7 % 61 + 1;
        let stop = it.advance_until(Limit::ticks(slice.min(until - it.now().0)), breakpoints, None);
        if stop.is_some() {
            return stop;
        }
    }
    None
}

#[test]
fn a_run_stops_on_the_first_turn_that_meets_a_breakpoint() {
    each(|name, world, start| {
        let seen = watch(&mut *start(), TICKS, &[]);
        let states = world.states().unwrap();
        for breakpoint in breakpoints(world) {
            // What these are surprised by is of several turns at once, and no turn's own δ.
            let agent = name.split(' ').next().unwrap();
            if matches!(breakpoint, Breakpoint::DeltaAbove(_)) && ["n-step-sarsa", "dqn", "a2c", "ppo"].contains(&agent) {
                continue;
            }
            let known = !matches!(breakpoint, Breakpoint::Flip { state } if state >= states);
            for from in [0, 501] {
                let wanted = known.then(|| first(world, &seen, from, breakpoint)).flatten();
                for watched in [false, true] {
                    let (mut it, mut recorder) = (start(), Recorder::default());
                    it.advance(Limit::ticks(from));
                    let stop = it.advance_until(Limit::ticks(TICKS - from), &[breakpoint], watched.then_some(&mut recorder));
                    assert_eq!(stop.as_ref().map(|s| s.tick.0), wanted, "{name}: {breakpoint:?} from {from}");
                    assert_eq!(it.now().0, wanted.map_or(TICKS, |tick| tick + 1), "{name}: {breakpoint:?} stands just after");
                    assert_eq!(recorder.turns.len() as u64, if watched { it.now().0 - from } else { 0 });
                }
                let mut it = start();
                it.advance(Limit::ticks(from));
                assert_eq!(sliced(&mut *it, TICKS, &[breakpoint]).map(|s| s.tick.0), wanted, "{name}: {breakpoint:?} in slices");
            }
        }
    });
}

fn curve(run: &dyn Run) -> CurveView {
    let curve = Some(CurveWatch { columns: 100, axis: Axis::Linear, smooth: Smooth::Ema99 });
    run.look(&Watch { curve, ..Watch::default() }, Exact::default(), Shown::default(), &mut Lens::default()).curve.unwrap()
}

#[test]
fn a_run_that_is_stopped_many_times_and_goes_on_is_the_run_that_never_was() {
    each(|name, world, start| {
        let all = breakpoints(world);
        for some in [&all[..], &all[3..4], &all[8..11]] {
            let (mut stopped, mut never) = (start(), start());
            let mut stops = 0;
            while stopped.now().0 < 5 * TICKS {
                let left = 5 * TICKS - stopped.now().0;
                stops += u32::from(stopped.advance_until(Limit::ticks(left), some, None).is_some());
            }
            never.advance(Limit::ticks(5 * TICKS));
            assert!(stops > 0, "{name}: something was met");
            assert_eq!((stopped.digest(), stopped.frames()), (never.digest(), never.frames()), "{name}");
            assert_eq!((stopped.last_100(), stopped.head()), (never.last_100(), never.head()), "{name}");
            assert_eq!(curve(&*stopped).columns, curve(&*never).columns, "{name}");
        }
    });
}

#[test]
fn a_replay_of_the_past_stops_where_the_run_stopped_first() {
    let world = two_rooms();
    let edits = [(300, Edit::Set { state: 0, act: 1, value: -7.0 }), (640, Edit::Force { act: 1 })];
    for agent in ["q-learning", "sarsa", "expected-sarsa"] {
        let seen = watch(&mut *run(&world, agent, 5, &[]), TICKS, &edits);
        for breakpoint in breakpoints(&world).into_iter().filter(|b| !matches!(b, Breakpoint::Flip { state: 3 })) {
            let mut it = run(&world, agent, 5, &[]);
            train(&mut *it, TICKS, &edits);
            let end = it.digest();
            seek(&mut *it, 290);
            let stop = it.advance_until(Limit::ticks(TICKS - 290), &[breakpoint], None);
            // The edit at 300 turns the greedy acts of state 0, but no update did.
            assert_eq!(stop.map(|s| s.tick.0), first(&world, &seen, 290, breakpoint), "{agent}: {breakpoint:?}");
            it.advance(Limit::ticks(TICKS - it.now().0));
            assert_eq!((it.now(), it.digest()), (Tick(TICKS), end), "{agent}: {breakpoint:?}");
        }
    }
}

#[test]
fn a_stop_says_why_in_one_phrase() {
    let world = built_in("customer-service");
    let text = |seed: u64, breakpoint: Breakpoint| {
        let mut it = run(&world, "q-learning", seed, &[]);
        let stop = it.advance_until(Limit::ticks(1_000_000), &[breakpoint], None).unwrap();
        assert_eq!(stop.breakpoint, breakpoint);
        (stop.text, stop.tick.0 + 1, it.dialogues() - 1, it.explain(stop.tick).unwrap())
    };
    let (why, turn, _, record) = text(1, Breakpoint::DeltaAbove(10.0));
    assert_eq!(why, format!("|δ| = {:.2} > 10 at turn {turn}", record.delta().abs()));
    let (why, _, dialogue, _) = text(1, Breakpoint::ReturnBelow(-12.5));
    let got = why.strip_prefix("return −").and_then(|rest| rest.strip_suffix(&format!(" < −12.5 in dialogue {dialogue}")));
    assert!(got.and_then(|g| g.parse::<f32>().ok()).is_some_and(|g| g > 12.5), "{why}");
    let (why, _, dialogue, _) = text(1, Breakpoint::Success);
    assert_eq!(why, format!("dialogue {dialogue} ended well"));
    assert_eq!(text(1, Breakpoint::Dialogues(1234)).0, "1,234 dialogues are finished");
}

#[test]
fn a_flip_says_from_which_acts_to_which() {
    let world = two_rooms();
    let mut it = run(&world, "q-learning", 5, &[]);
    it.edit(Edit::Set { state: 1, act: 1, value: 1.0 }).unwrap();
    it.edit(Edit::Set { state: 0, act: 0, value: 1.0 }).unwrap();
    let stop = it.advance_until(Limit::ticks(1000), &[Breakpoint::Flip { state: 0 }], None).unwrap();
    assert_eq!(stop.text, format!("greedy act of \"left\" turned from stay to go at turn {}", stop.tick.0 + 1));
}

#[test]
fn of_breakpoints_met_by_one_turn_the_first_says_why() {
    let world = built_in("customer-service");
    let both = [Breakpoint::ReturnAbove(-1e9), Breakpoint::Dialogues(1), Breakpoint::DeltaAbove(-1.0)];
    for turned in [0, 1, 2] {
        let mut order = both;
        order.rotate_left(turned);
        let mut it = run(&world, "q-learning", 5, &[]);
        while it.dialogues() == 0 {
            let mut next = it.branch();
            next.advance(Limit::ticks(1));
            if next.dialogues() == 1 {
                let stop = it.advance_until(Limit::ticks(1), &order, None).unwrap();
                assert_eq!(stop.breakpoint, order[0]);
            } else {
                it.advance(Limit::ticks(1));
            }
        }
    }
}

#[test]
fn a_number_that_breaks_is_a_fault_and_no_breakpoint() {
    let chain = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": 3, "actions": 1, "max_turns": 50,
        "P": [[[[1, 1, 1, false]]], [[[1, 2, 1, false]]], [[[1, 2, 3e38, false]]]]}"#);
    for breakpoint in [Breakpoint::DeltaAbove(3.2e38), Breakpoint::ReturnAbove(1e9), Breakpoint::Dialogues(1)] {
        let settings = [("alpha", "1"), ("gamma", "1")];
        let (mut guarded, mut plain) = (run(&chain, "q-learning", 1, &settings), run(&chain, "q-learning", 1, &settings));
        assert_eq!(guarded.advance_until(Limit::ticks(10_000), &[breakpoint], None), None);
        plain.advance(Limit::ticks(10_000));
        assert_eq!(guarded.fault(), plain.fault());
        assert!(guarded.fault().is_some() && guarded.now() == plain.now() && guarded.digest() == plain.digest());
    }
}
