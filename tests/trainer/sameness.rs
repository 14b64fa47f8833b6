//! Watching, pacing, pausing, stepping and travelling change nothing: the digest at a dialogue is that of a run nobody watched.

use dialoq::run::timeline::Limit;
use dialoq::run::view::Watch;
use dialoq::trainer::Trainer;
use dialoq::trainer::command::Ask;
use dialoq::trainer::snapshot::Pace;

use super::{at_rest, build, everything, live, orders, spec, until, until_dialogue};

const DIALOGUES: u64 = 300;

fn unwatched(agent: &str, seed: u64) -> u64 {
    let mut run = build(&spec(agent, seed)).unwrap();
    run.advance(Limit::dialogues(DIALOGUES));
    run.digest().0
}

/// The digest at the dialogue's start, of a trainer that has been there.
fn digest(trainer: &Trainer) -> u64 {
    let snapshot = at_rest(trainer, [Ask::Pause, Ask::SeekDialogue(DIALOGUES)], |s| s.view.dialogues == DIALOGUES && s.view.turn == 0);
    snapshot.view.digest.unwrap()
}

#[test]
fn every_pace_leads_to_the_same_bits() {
    for agent in ["q-learning", "sarsa", "expected-sarsa"] {
        let wanted = unwatched(agent, 3);
        for pace in [Pace::Full, Pace::DialoguesPerSecond(3_000.0), Pace::TurnsPerSecond(30_000.0)] {
            let trainer = Trainer::start(orders(agent, 3, pace)).unwrap();
            until_dialogue(&trainer, DIALOGUES);
            assert_eq!(digest(&trainer), wanted, "{agent} at {pace:?}");
        }
    }
}

#[test]
fn what_is_watched_leads_to_the_same_bits() {
    let wanted = unwatched("q-learning", 4);
    for watch in [Watch::default(), everything(), Watch { update: true, ..Watch::default() }, live(1)] {
        let trainer = Trainer::start(orders("q-learning", 4, Pace::DialoguesPerSecond(1_000.0))).unwrap();
        trainer.ask(Ask::Watch(watch.clone()));
        // Ever fresh dialogues are asked for, as a screen does.
        let mut wanted_dialogue = 1;
        until(&trainer, "the end", |s| {
            if let (Some(told), true) = (&s.view.transcript, watch.transcript.is_some())
                && told.complete
            {
                wanted_dialogue += 1;
                trainer.ask(Ask::Watch(Watch { transcript: live(wanted_dialogue).transcript, ..watch.clone() }));
            }
            (s.view.dialogues >= DIALOGUES).then_some(())
        });
        assert_eq!(digest(&trainer), wanted, "{watch:?}");
    }
}

#[test]
fn turns_a_person_can_follow_lead_to_the_same_bits() {
    let trainer = Trainer::start(orders("q-learning", 5, Pace::TurnsPerSecond(30.0))).unwrap();
    trainer.ask(Ask::Watch(everything()));
    until(&trainer, "some turns", |s| (s.view.tick >= 20).then_some(()));
    trainer.ask(Ask::Pace(Pace::Full));
    until_dialogue(&trainer, DIALOGUES);
    assert_eq!(digest(&trainer), unwatched("q-learning", 5));
}

#[test]
fn pauses_steps_and_travels_lead_to_the_same_bits() {
    let trainer = Trainer::start(orders("q-learning", 6, Pace::DialoguesPerSecond(500.0))).unwrap();
    trainer.ask(Ask::Watch(everything()));
    until_dialogue(&trainer, 5);
    let steps = [
        Ask::Pause,
        Ask::StepTurns(1),
        Ask::StepTurns(7),
        Ask::BackTurns(3),
        Ask::ForwardTurns(1),
        Ask::StepDialogues(2),
        Ask::BackDialogues(1),
        Ask::StepTurns(2),
        Ask::SeekTick(11),
        Ask::StepDialogues(4),
        Ask::Head,
        Ask::StepDialogues(1),
        Ask::BackTurns(1_000_000),
        Ask::Run,
    ];
    steps.into_iter().for_each(|ask| trainer.ask(ask));
    until_dialogue(&trainer, 60);
    for ask in [Ask::BackDialogues(20), Ask::Run, Ask::SeekDialogue(7), Ask::Pace(Pace::Full), Ask::Head, Ask::Run] {
        trainer.ask(ask);
        // So that the trainer acts between the asks too.
        until(&trainer, "an answer", |_| Some(()));
    }
    until_dialogue(&trainer, DIALOGUES);
    assert_eq!(digest(&trainer), unwatched("q-learning", 6));
}

#[test]
fn a_picture_that_is_never_taken_leads_to_the_same_bits() {
    let trainer = Trainer::start(orders("q-learning", 7, Pace::Full)).unwrap();
    trainer.ask(Ask::Watch(everything()));
    std::thread::sleep(std::time::Duration::from_millis(100));
    until_dialogue(&trainer, DIALOGUES);
    assert_eq!(digest(&trainer), unwatched("q-learning", 7));
}

#[test]
fn steps_from_the_start_go_exactly_so_far() {
    let trainer = Trainer::start(orders("q-learning", 8, Pace::TurnsPerSecond(1.0))).unwrap();
    let before = at_rest(&trainer, [Ask::Pause], |_| true);
    let after = at_rest(&trainer, [Ask::StepTurns(5)], |s| s.view.tick != before.view.tick);
    assert_eq!(after.view.tick, before.view.tick + 5);
    let done = at_rest(&trainer, [Ask::StepDialogues(DIALOGUES - after.view.dialogues)], |s| s.view.dialogues != after.view.dialogues);
    assert_eq!((done.view.dialogues, done.view.turn), (DIALOGUES, 0));
    assert_eq!(done.view.digest.unwrap(), unwatched("q-learning", 8));
}

#[test]
fn going_back_and_forth_again_finds_the_same_moment() {
    let trainer = Trainer::start(orders("sarsa", 9, Pace::Full)).unwrap();
    until(&trainer, "a long run", |s| (s.view.tick > 300_000).then_some(()));
    let before = at_rest(&trainer, [Ask::Pause], |_| true);
    let back = at_rest(&trainer, [Ask::BackTurns(1)], |s| s.view.tick < before.view.tick);
    assert_eq!((back.view.tick + 1, back.view.head), (before.view.tick, before.view.tick));
    assert_ne!(back.view.digest, before.view.digest);
    let far = at_rest(&trainer, [Ask::SeekTick(1_234)], |s| s.view.tick < back.view.tick);
    assert_eq!(far.view.tick, 1_234);
    let again = at_rest(&trainer, [Ask::Head], |s| s.view.tick > far.view.tick);
    assert_eq!((again.view.tick, again.view.digest), (before.view.tick, before.view.digest));
}
