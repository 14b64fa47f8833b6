//! Law 5: watching changes nothing, and what is replayed is what was seen.

use dialoq::learn::machine::Tick;
use dialoq::learn::probe::{Recorder, TurnRecord};
use dialoq::run::Run;
use dialoq::run::timeline::Limit;

use super::{cases, same, some_tune};

/// Ticks of the tests that keep a record of every turn.
const WATCHED: u64 = 1_200;

/// A run watched from its first turn, with an edit on the way.
fn watched(mut run: Box<dyn Run>) -> (Box<dyn Run>, Vec<TurnRecord>) {
    let mut recorder = Recorder::default();
    run.advance_watched(Limit::ticks(WATCHED / 3), &mut recorder);
    if let Some((knob, value)) = some_tune(run.knobs(), 0.3, 0.7) {
        run.tune(knob, value).unwrap();
    }
    run.advance_watched(Limit::ticks(WATCHED - WATCHED / 3), &mut recorder);
    (run, recorder.turns)
}

#[test]
fn watching_changes_nothing() {
    for case in cases() {
        let (seen, turns) = watched(case.start());
        let mut blind = case.start();
        blind.advance(Limit::ticks(WATCHED / 3));
        if let Some((knob, value)) = some_tune(blind.knobs(), 0.3, 0.7) {
            blind.tune(knob, value).unwrap();
        }
        blind.advance(Limit::ticks(WATCHED - WATCHED / 3));
        same(&*seen, &*blind, &case.name);
        assert_eq!(turns.len() as u64, WATCHED, "{}: every turn is recorded", case.name);
    }
}

#[test]
fn a_record_follows_the_one_before_it() {
    for case in cases() {
        let (_, turns) = watched(case.start());
        for (i, pair) in turns.windows(2).enumerate() {
            let (a, b) = (&pair[0], &pair[1]);
            assert_eq!((a.tick, b.tick), (i as u64, i as u64 + 1), "{}", case.name);
            if a.end == dialoq::world::env::End::Open {
                assert_eq!((a.next, a.turn + 1, a.dialogue), (b.state, b.turn, b.dialogue), "{}: tick {i}", case.name);
            } else {
                assert_eq!((b.turn, b.dialogue), (1, a.dialogue + 1), "{}: tick {i}", case.name);
            }
        }
    }
}

#[test]
fn the_chosen_act_was_legal_and_the_policy_adds_up_to_one() {
    for case in cases() {
        let (_, turns) = watched(case.start());
        for t in &turns {
            assert!(t.legal >> t.act.0 & 1 == 1, "{}: tick {} took an illegal act", case.name, t.tick);
            let total: f32 = t.probabilities.iter().sum();
            assert!((total - 1.0).abs() < 1e-5, "{}: tick {}: probabilities add up to {total}", case.name, t.tick);
            for (a, p) in t.probabilities.iter().enumerate() {
                assert!(*p >= 0.0 && (*p == 0.0 || t.legal >> a & 1 == 1), "{}: tick {}: act {a} has chance {p}", case.name, t.tick);
            }
        }
    }
}

#[test]
fn explaining_a_turn_gives_the_record_of_watching_it() {
    for case in cases() {
        let (mut run, turns) = watched(case.start());
        let digest = run.digest();
        let step = if case.draws > 1 { 7 } else { 199 };
        for t in turns.iter().step_by(step) {
            assert_eq!(run.explain(Tick(t.tick)).as_ref(), Some(t), "{}", case.name);
        }
        assert_eq!(run.explain(Tick(WATCHED)), None, "{}: what has not happened has no explanation", case.name);
        assert_eq!(run.digest(), digest, "{}: explaining moved the run", case.name);
        // And from the past, where the machine stands between two frames.
        run.seek(Tick(WATCHED / 2 + 1), &mut |_| true);
        for t in turns.iter().step_by(step * 3) {
            assert_eq!(run.explain(Tick(t.tick)).as_ref(), Some(t), "{} seen from the past", case.name);
        }
    }
}

#[test]
fn a_dialogue_replayed_gives_the_turns_recorded_live() {
    for case in cases() {
        let (run, turns) = watched(case.start());
        let last = turns.last().map_or(0, |t| t.dialogue);
        let step = if case.draws > 1 { 3 } else { 97 };
        for number in (0..=last).rev().step_by(step) {
            let live: Vec<TurnRecord> = turns.iter().filter(|t| t.dialogue == number).cloned().collect();
            assert_eq!(run.dialogue(number), live, "{}: dialogue {number}", case.name);
            assert_eq!(run.start_of(number).0, live[0].tick, "{}: start of dialogue {number}", case.name);
        }
    }
}

#[test]
fn in_the_past_a_dialogue_is_told_only_up_to_the_present() {
    for case in cases() {
        let (mut run, turns) = watched(case.start());
        for at in [1, 57, 400, 401, 803] {
            run.seek(Tick(at), &mut |_| true);
            let number = run.dialogues();
            let so_far: Vec<TurnRecord> = turns.iter().filter(|t| t.dialogue == number && t.tick < at).cloned().collect();
            assert_eq!(run.dialogue(number), so_far, "{}: at tick {at}", case.name);
        }
    }
}
