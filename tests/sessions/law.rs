//! Law 3: saving, loading and replaying give the same digest, for every agent, with edits of every kind.

use dialoq::agents::AGENTS;
use dialoq::learn::machine::{Edit, Tick};
use dialoq::run::Run;
use dialoq::run::journal::{Journal, Line};
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Axis, CurveView, CurveWatch, Smooth, Watch};
use dialoq::store::restore::Outcome;

use super::{Sitting, bring_back, build, edits_of_every_kind, in_world, small};
use crate::laws::same;

fn back<'a>(outcome: &'a mut Outcome, name: &str) -> &'a mut dyn Run {
    let found = outcome.restored.runs.iter_mut().find(|r| r.name == name);
    &mut *found.unwrap_or_else(|| panic!("run {name} is there")).run
}

fn curve(run: &dyn Run, smooth: Smooth) -> CurveView {
    let curve = Some(CurveWatch { columns: 200, axis: Axis::Log, smooth });
    run.look(&Watch { curve, ..Watch::default() }, Exact::default(), Shown::default(), &mut Lens::default()).curve.unwrap()
}

/// Two runs that are one: now, in what they did, and in what they will do.
fn one(a: &mut dyn Run, b: &mut dyn Run, name: &str) {
    same(a, b, name);
    assert_eq!(a.journal(), b.journal(), "{name}: the journal");
    for smooth in [Smooth::Mean100, Smooth::Mean20, Smooth::Ema99] {
        let (left, right) = (curve(a, smooth), curve(b, smooth));
        assert_eq!((left.columns, left.marks), (right.columns, right.marks), "{name}: the curve");
    }
    let head = a.head().0;
    a.advance(Limit::ticks(531));
    b.advance(Limit::ticks(531));
    same(a, b, &format!("{name}, gone on"));
    for share in [0, 1, 3, 7, 9] {
        let tick = Tick(head * share / 10);
        assert!(a.seek(tick, &mut |_| true) && b.seek(tick, &mut |_| true));
        assert_eq!((a.now(), a.digest()), (b.now(), b.digest()), "{name}: sought to {tick:?}");
    }
}

#[test]
fn a_session_comes_back_from_its_journal_alone_and_from_its_checkpoint_to_the_same_digest() {
    for agent in AGENTS {
        // What knows dialogues only has no place in a finite MDP.
        let small = (agent.name != "expert").then(|| small(agent.name, 3));
        let mut specs: Vec<_> = small.into_iter().collect();
        specs.extend([in_world("customer-service", agent.name, 4), in_world("smart-home", agent.name, 5)]);
        if agent.name == "q-learning" {
            // States that are not listed: a table of a few of them.
            specs.push(in_world("virtual-assistant-large", agent.name, 6));
        }
        for spec in specs {
            let name = format!("{} in {}", agent.name, spec.source.argument());
            let mut sitting = Sitting::new();
            let id = sitting.open(spec.clone());
            edits_of_every_kind(&mut sitting, id);
            sitting.pause(id);
            let (text, checkpoint) = (sitting.text(), sitting.checkpoint());
            for (how, file) in [("replayed", None), ("loaded", Some(checkpoint.as_slice()))] {
                let mut outcome = bring_back(&text, file).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!((outcome.problems.len(), outcome.notes.len()), (0, 0), "{name}: {:?} {:?}", outcome.problems, outcome.notes);
                let mut before = sitting.run(id).branch();
                one(back(&mut outcome, "A"), &mut *before, &format!("{name}, {how}"));
            }
        }
    }
}

#[test]
fn what_came_after_a_checkpoint_is_replayed_on_top_of_it() {
    let mut sitting = Sitting::new();
    let id = sitting.open(in_world("customer-service", "sarsa", 8));
    sitting.go(id, 5000);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.2 });
    let checkpoint = sitting.checkpoint();
    // At the checkpoint's own tick, and later.
    sitting.edit(id, Edit::Tune { knob: "epsilon".into(), value: 0.4 });
    sitting.go(id, 3000);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.05 });
    sitting.go(id, 1500);
    sitting.pause(id);
    let mut outcome = bring_back(&sitting.text(), Some(&checkpoint)).unwrap();
    assert!(outcome.problems.is_empty() && outcome.notes.is_empty());
    one(back(&mut outcome, "A"), sitting.run(id), "gone on from the checkpoint");
}

/// A tree with everything that may happen at one tick.
fn tree() -> Sitting {
    let mut sitting = Sitting::new();
    let a = sitting.open(in_world("customer-service", "q-learning", 1));
    edits_of_every_kind(&mut sitting, a);
    sitting.go(a, 2000);
    let tick = sitting.run(a).head().0;
    // Before and after the branch, at its very tick.
    sitting.edit(a, Edit::Tune { knob: "alpha".into(), value: 0.4 });
    let b = sitting.branch(a, tick);
    sitting.edit(a, Edit::Tune { knob: "epsilon".into(), value: 0.3 });
    sitting.edit(b, Edit::Tune { knob: "gamma".into(), value: 0.9 });
    sitting.go(b, 900);
    sitting.go(a, 700);
    // From the middle of the past, a branch of a branch, another agent, a run that was closed.
    let c = sitting.branch(a, 500);
    sitting.go(c, 1200);
    let d = sitting.branch(b, tick + 100);
    sitting.edit(d, Edit::Seed { seed: 77 });
    sitting.go(d, 400);
    let e = sitting.open(in_world("customer-service", "expected-sarsa", 1));
    sitting.go(e, 800);
    for id in [a, b, c, d, e] {
        sitting.pause(id);
    }
    sitting.lines.push(Line::Close { run: b });
    sitting
}

#[test]
fn a_tree_of_runs_comes_back_as_it_was() {
    let mut sitting = tree();
    let (text, checkpoint) = (sitting.text(), sitting.checkpoint());
    for file in [None, Some(checkpoint.as_slice())] {
        let mut outcome = bring_back(&text, file).unwrap();
        assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
        let names: Vec<&str> = outcome.restored.runs.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["A", "C", "D", "E"], "the closed one stays closed");
        assert_eq!(outcome.restored.next, 5);
        for (id, name) in [(0, "A"), (2, "C"), (3, "D"), (4, "E")] {
            let mut before = sitting.run(id).branch();
            one(back(&mut outcome, name), &mut *before, name);
        }
        let d = outcome.restored.runs.iter().find(|r| r.name == "D").unwrap();
        assert_eq!((d.parent, d.change.as_str()), (Some(1), "seed 18446744073709551612 → 77"));
        let e = outcome.restored.runs.iter().find(|r| r.name == "E").unwrap();
        assert_eq!((e.parent, e.change.as_str()), (None, "q-learning → expected-sarsa"));
    }
}

#[test]
fn the_person_is_put_back_where_they_looked() {
    let mut sitting = tree();
    sitting.lines.push(Line::Bookmark { run: 2, tick: 640, dialogue: 9, name: "odd".into() });
    sitting.lines.push(Line::Bookmark { run: 2, tick: 650, dialogue: 9, name: "gone".into() });
    sitting.lines.push(Line::Unmark { run: 2, tick: 650 });
    sitting.lines.push(Line::Here { run: 2, tick: 777 });
    let checkpoint = sitting.checkpoint();
    for file in [None, Some(checkpoint.as_slice())] {
        let outcome = bring_back(&sitting.text(), file).unwrap();
        let c = outcome.restored.runs.iter().find(|r| r.id == outcome.restored.focus).unwrap();
        assert_eq!((c.name.as_str(), c.run.now(), c.run.head()), ("C", Tick(777), Tick(1700)));
        let marks: Vec<(u64, &str)> = c.bookmarks.iter().map(|b| (b.tick, b.name.as_str())).collect();
        assert_eq!(marks, [(640, "odd")]);
    }
}

#[test]
fn a_run_that_was_stored_in_its_past_is_loaded_with_its_future() {
    let mut sitting = Sitting::new();
    let id = sitting.open(in_world("smart-home", "q-learning", 2));
    sitting.go(id, 6000);
    sitting.pause(id);
    let end = sitting.run(id).digest();
    sitting.run(id).seek(Tick(1234), &mut |_| true);
    let mut outcome = bring_back(&sitting.text(), Some(&sitting.checkpoint())).unwrap();
    let run = back(&mut outcome, "A");
    assert_eq!((run.now(), run.head()), (Tick(1234), Tick(6000)));
    run.advance(Limit::ticks(6000 - 1234));
    assert_eq!(run.digest(), end);
}

#[test]
fn a_long_run_is_loaded_with_frames_close_enough_to_seek() {
    let mut long = build(&in_world("customer-service", "q-learning", 2));
    long.advance(Limit::ticks(3_000_000));
    let stored = long.store();
    assert!(stored.frames.len() >= 40, "{} frames", stored.frames.len());
    assert!(stored.frames.iter().map(|f| f.bytes.len()).sum::<usize>() <= 8 << 20);
    let mut loaded = build(&in_world("customer-service", "q-learning", 2));
    loaded.load(&stored).unwrap();
    assert_eq!(loaded.frames().0, stored.frames.len() + 1);
    assert_eq!(loaded.load(&stored).unwrap_err().to_string(), "only a run that has not begun can be loaded into");
    one(&mut *loaded, &mut *long, "a long run");
}

#[test]
fn a_digest_that_was_not_learned_is_named_with_run_turn_and_both_digests() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("sarsa", 1));
    sitting.go(id, 400);
    let right = sitting.run(id).digest();
    let digest = Some("00000000deadbeef".to_owned());
    sitting.lines.push(Line::Head { run: id, tick: 400, dialogue: 0, digest });
    let outcome = bring_back(&sitting.text(), None).unwrap();
    let [problem] = outcome.problems.as_slice() else { panic!("{:?}", outcome.problems) };
    for part in ["run A at turn 400", "00000000deadbeef", &right.to_string(), "dialoq 0."] {
        assert!(problem.contains(part), "{part} is missing from {problem}");
    }
}

#[test]
fn an_edit_takes_the_digest_of_its_own_tick_with_it() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 400);
    sitting.pause(id);
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.9 });
    let journal = Journal::parse(&sitting.text()).unwrap();
    assert_eq!(journal.runs[0].digest_at(400), None, "it was of the moment before the edit");
    assert!(bring_back(&sitting.text(), None).unwrap().problems.is_empty());
}

#[test]
fn a_checkpoint_of_another_run_is_not_believed() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 400);
    sitting.pause(id);
    let mut other = Sitting::new();
    let seed = other.open(small("q-learning", 2));
    other.go(seed, 400);
    let mut edited = Sitting::new();
    let own = edited.open(small("q-learning", 1));
    edited.go(own, 100);
    edited.edit(own, Edit::Tune { knob: "alpha".into(), value: 0.9 });
    edited.go(own, 300);
    for wrong in [other.checkpoint(), edited.checkpoint_of("another")] {
        let mut outcome = bring_back(&sitting.text(), Some(&wrong)).unwrap();
        assert!(outcome.notes.iter().any(|n| n.contains("cannot be used for run A")), "{:?}", outcome.notes);
        same(back(&mut outcome, "A"), sitting.run(id), "learned again");
    }
}

/// The sitting's first run, as if a machine with another kernel had begun it.
fn begun_elsewhere(sitting: &mut Sitting) {
    let Some(Line::Run { spec, .. }) = sitting.lines.get_mut(1) else { panic!("a run comes first") };
    spec.kernel = Some("abacus".into());
}

#[test]
fn a_network_of_another_machines_kernel_goes_on_here_and_that_is_said() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("dqn", 3));
    sitting.go(id, 400);
    sitting.pause(id);
    begun_elsewhere(&mut sitting);
    let checkpoint = sitting.checkpoint();
    for file in [None, Some(checkpoint.as_slice())] {
        let mut outcome = bring_back(&sitting.text(), file).unwrap();
        assert_eq!((&*outcome.problems, outcome.notes.len()), (&[][..], 1), "{:?}", outcome.notes);
        for name in ["run A", "abacus", dialoq::nn::gemm::kernel()] {
            assert!(outcome.notes[0].contains(name), "{}", outcome.notes[0]);
        }
        one(back(&mut outcome, "A"), &mut *sitting.run(id).branch(), "gone on here");
    }
}

#[test]
fn where_another_kernel_gives_another_digest_it_is_named_as_the_reason() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("dqn", 3));
    sitting.go(id, 400);
    sitting.pause(id);
    begun_elsewhere(&mut sitting);
    let Some(Line::Head { digest, .. }) = sitting.lines.last_mut() else { panic!("a head comes last") };
    *digest = Some("0123456789abcdef".into());
    let outcome = bring_back(&sitting.text(), None).unwrap();
    assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    assert!(outcome.problems[0].contains("0123456789abcdef") && outcome.problems[0].contains("abacus"), "{}", outcome.problems[0]);
}

#[test]
fn an_edit_that_only_the_checkpoint_has_takes_the_digest_of_its_tick_along() {
    let mut sitting = Sitting::new();
    let id = sitting.open(small("q-learning", 1));
    sitting.go(id, 100);
    sitting.pause(id);
    let before = sitting.text();
    sitting.edit(id, Edit::Tune { knob: "alpha".into(), value: 0.3 });
    let outcome = bring_back(&before, Some(&sitting.checkpoint())).unwrap();
    assert_eq!((outcome.problems.as_slice(), outcome.found.len()), (&[][..], 1));
    let run = &outcome.restored.runs[0];
    assert!(!run.digest_known && run.run.digest() == sitting.run(id).digest());
}

/// A sum of |δ| may be too large for its number where every value is finite: nothing is a fault then.
#[test]
fn a_dialogue_whose_errors_add_up_beyond_all_numbers_is_on_the_curve() {
    let mut met = 0;
    for (state, act) in [(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)] {
        for at in 10..24 {
            let mut run = build(&small("n-step-sarsa", 188));
            run.advance(Limit::ticks(at));
            run.edit(Edit::Set { state, act, value: 3e38 }).unwrap();
            for ticks in [19, 1, 30] {
                run.advance(Limit::ticks(ticks));
                let stored = run.store();
                let curve = dialoq::num::curve::Curve::parse(&stored.curve).unwrap();
                assert_eq!(curve.len(), run.head_dialogues(), "state {state}, act {act}, at {at}");
            }
            met += u32::from(run.fault().is_none());
        }
    }
    assert!(met > 0);
}
