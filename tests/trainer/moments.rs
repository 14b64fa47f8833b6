//! Moments: breakpoints, bookmarks, the chairs, and questions to the past.

use dialoq::learn::machine::Tick;
use dialoq::run::timeline::Limit;
use dialoq::run::view::Lang;
use dialoq::run::view::Watch;
use dialoq::trainer::command::{Ask, Breakpoint, Change, Edit};
use dialoq::trainer::snapshot::{Notice, Pace, Phase, Snapshot};
use dialoq::trainer::{Orders, Start, Trainer};

use super::{at_rest, at_tick, build, everything, orders, spec, until, until_dialogue};

fn started(seed: u64) -> Trainer {
    Trainer::start(orders("q-learning", seed, Pace::Full)).unwrap()
}

/// Asks, and waits for what is said to it.
fn said(trainer: &Trainer, ask: Ask) -> (Snapshot, Notice) {
    trainer.ask(Ask::Watch(everything()));
    let before = until(trainer, "a picture", |s| Some(s.notice.as_ref().map_or(0, |n| n.serial)));
    trainer.ask(ask);
    until(trainer, "a word", |s| s.notice.clone().filter(|n| n.serial > before).map(|n| (s.clone(), n)))
}

#[test]
fn a_breakpoint_stops_everything_on_the_very_turn_and_says_why() {
    for pace in [Pace::DialoguesPerSecond(3_000.0), Pace::TurnsPerSecond(20_000.0)] {
        let trainer = Trainer::start(orders("q-learning", 51, Pace::TurnsPerSecond(1.0))).unwrap();
        trainer.ask(Ask::Watch(everything()));
        for ask in [Ask::Pause, Ask::SeekTick(0), Ask::Breakpoints(vec![Breakpoint::Success]), Ask::Pace(pace), Ask::Run] {
            trainer.ask(ask);
        }
        let met = until(&trainer, "the stop", |s| (s.phase == Phase::Paused && s.runs[0].stopped.is_some()).then(|| s.clone()));
        let mut run = build(&spec("q-learning", 51)).unwrap();
        let stop = run.advance_until(Limit::ticks(1_000_000), &[Breakpoint::Success], None).unwrap();
        assert_eq!((met.view.tick, met.runs[0].stopped.clone()), (stop.tick.0 + 1, Some(stop.text.clone())), "{pace:?}");
        assert_eq!(met.notice.unwrap().text, stop.text);
        assert_eq!(met.breakpoints, [Breakpoint::Success]);
        let on = at_rest(&trainer, [Ask::StepTurns(1)], |s| s.view.tick == stop.tick.0 + 2);
        assert_eq!(on.runs[0].stopped, None);
    }
}

#[test]
fn a_breakpoint_of_one_run_pauses_the_others_too() {
    let trainer = started(52);
    until_dialogue(&trainer, 20);
    for ask in [Ask::Pause, Ask::Branch(None), Ask::Breakpoints(vec![Breakpoint::Success]), Ask::Run] {
        trainer.ask(ask);
    }
    let met =
        until(&trainer, "the stop", |s| (s.phase == Phase::Paused && s.runs.len() == 2 && s.runs[1].stopped.is_some()).then(|| s.clone()));
    assert_eq!(met.runs[0].stopped, None);
    assert!(met.notice.unwrap().text.starts_with("B: "));
}

#[test]
fn bookmarks_are_named_numbered_and_taken_away() {
    let trainer = started(53);
    at_tick(&trainer, 100);
    let one = at_rest(&trainer, [Ask::Bookmark(String::new())], |s| s.bookmarks.len() == 1);
    assert_eq!((one.bookmarks[0].tick, one.bookmarks[0].name.as_str(), one.bookmarks[0].dialogue), (100, "1", one.view.dialogues));
    let two = at_rest(&trainer, [Ask::SeekTick(50), Ask::Bookmark("odd".into())], |s| s.bookmarks.len() == 2);
    assert_eq!((two.bookmarks[0].tick, two.bookmarks[0].name.as_str()), (50, "odd"));
    let renamed = at_rest(&trainer, [Ask::Bookmark("even".into())], |s| s.bookmarks[0].name == "even");
    assert_eq!(renamed.bookmarks.len(), 2);
    at_rest(&trainer, [Ask::Unmark(50)], |s| s.bookmarks.len() == 1);
    assert!(said(&trainer, Ask::Unmark(50)).1.is_error);
}

#[test]
fn sitting_in_the_agents_chair_takes_that_act_and_ends_beside_the_policy() {
    let trainer = started(54);
    trainer.ask(Ask::Watch(Watch { answers: true, ..everything() }));
    let head = at_tick(&trainer, 2_000).view.head;
    let start = at_rest(&trainer, [Ask::Head], |s| s.view.tick == head);
    let mut run = build(&spec("q-learning", 54)).unwrap();
    run.advance(Limit::ticks(head));
    assert_eq!(start.findings.pending, Some(u16::from(run.pending().0)));
    assert_eq!(start.findings.answers, run.answers(Lang::English));
    // Acts are taken by hand until the dialogue is over.
    let dialogue = run.dialogues();
    let mut last = start;
    while last.view.dialogues == dialogue {
        let act = u8::try_from(last.findings.pending.unwrap()).unwrap();
        run.edit(Edit::Force { act }).unwrap();
        run.advance(Limit::ticks(1));
        let tick = run.now().0;
        last = at_rest(&trainer, [Ask::Sit(Edit::Force { act })], |s| s.view.tick == tick);
        assert_eq!(last.view.digest, Some(run.digest().0));
    }
    let beside = last.findings.beside.unwrap();
    assert_eq!(beside.dialogue, dialogue);
    let solution = last.solution.map(|s| crate::support::exact(run.world(), s.gamma, 0.0));
    assert_eq!(Some(beside), run.beside(dialogue, solution.as_ref()));
}

#[test]
fn sitting_in_the_past_branches_first_and_a_wrong_act_is_refused() {
    let trainer = started(55);
    let there = at_tick(&trainer, 500);
    let (refused, notice) = said(&trainer, Ask::Sit(Edit::Force { act: 63 }));
    assert!(notice.is_error && refused.runs.len() == 1 && refused.view.tick == 500, "{notice:?}");
    let act = u8::try_from(there.findings.pending.unwrap()).unwrap();
    let sat = at_rest(&trainer, [Ask::Sit(Edit::Force { act })], |s| s.runs.len() == 2);
    assert_eq!((sat.focus, sat.view.tick, sat.view.head), (1, 501, 501));
}

#[test]
fn what_was_learned_is_gone_to_and_told() {
    let trainer = started(56);
    let head = at_tick(&trainer, 3_000).view.head;
    at_rest(&trainer, [Ask::Head], |s| s.view.tick == head);
    let mut run = build(&spec("q-learning", 56)).unwrap();
    run.advance(Limit::ticks(head));
    let state = run.taken(Tick(0), 1)[0].state;
    for (change, what) in [(Change::Last, "last change"), (Change::Largest, "largest change")] {
        at_rest(&trainer, [Ask::Head], |s| s.view.tick == head);
        let act = run.taken(Tick(0), 1)[0].act;
        let found = run.learned(state, act, change, &mut |_| true).unwrap();
        let (after, notice) = said(&trainer, Ask::Learned { state, act, change });
        assert_eq!((after.view.tick, notice.is_error), (found.tick + 1, false), "{notice:?}");
        assert!(notice.text.starts_with(&format!("{what}: turn ")), "{notice:?}");
        let values = format!("{:.2} → {:.2}", found.before, found.after).replace('-', "−");
        assert!(notice.text.ends_with(&values), "{notice:?}");
    }
}

#[test]
fn what_was_never_learned_is_told_and_nothing_moves() {
    let trainer = started(57);
    at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0)], |s| s.view.tick == 0);
    let (after, notice) = said(&trainer, Ask::Learned { state: 0, act: 0, change: Change::Flip });
    assert!(notice.is_error && after.view.tick == 0, "{notice:?}");
}

#[test]
fn a_trail_and_a_what_if_stay_until_they_are_put_away() {
    let trainer = started(58);
    let there = at_tick(&trainer, 2_000);
    let mut run = build(&spec("q-learning", 58)).unwrap();
    run.advance(Limit::ticks(2_000));
    let act = there.findings.pending.unwrap();
    let found = at_rest(&trainer, [Ask::Credit(10), Ask::WhatIf { act }], |s| s.findings.trail.is_some() && s.findings.what_if.is_some());
    assert_eq!(found.findings.what_if, run.what_if(act, 1000));
    assert_eq!(found.findings.trail.unwrap().tick, 10);
    at_rest(&trainer, [Ask::Dismiss], |s| s.findings.trail.is_none() && s.findings.what_if.is_none());
}

#[test]
fn a_trainer_may_start_at_a_turn_paused() {
    let at = Orders { start: Start::At(spec("q-learning", 59), 1_234_567), ..orders("q-learning", 59, Pace::Full) };
    let trainer = Trainer::start(at).unwrap();
    let there = at_rest(&trainer, [], |s| s.view.tick > 0);
    let mut run = build(&spec("q-learning", 59)).unwrap();
    run.advance(Limit::ticks(1_234_567));
    assert_eq!((there.view.tick, there.view.digest), (1_234_567, Some(run.digest().0)));
}

#[test]
fn the_command_names_the_turn_and_after_edits_tells_them() {
    let trainer = started(60);
    let plain = at_tick(&trainer, 700);
    assert_eq!(plain.command, "dialoq watch --scenario customer-service --agent q-learning --seed 60 --turn 700");
    let edited = at_rest(&trainer, [Ask::Edit(Edit::Tune { knob: "alpha".into(), value: 0.3 })], |s| s.runs.len() == 2);
    let dialogue = edited.view.dialogues;
    let comment = format!("   # here at dialogue {dialogue}, turn 700, after by hand: α 0.1 → 0.3 at turn 700");
    assert!(edited.command.ends_with(&comment), "{}", edited.command);
}
