//! Every edit does what it says, at the turn it says, and a refused one leaves everything as it was.

use dialoq::learn::machine::{Edit, EditError, Tick};
use dialoq::learn::probe::{Place, Recorder, TurnRecord};
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{TranscriptWatch, Watch};
use dialoq::world::env::End;
use dialoq::world::setup::Setting;

use super::{cases, here, same};
use crate::support::{built_in, run, two_rooms};

fn next_turn(run: &mut dyn Run) -> TurnRecord {
    let mut recorder = Recorder::default();
    run.advance_watched(Limit::ticks(1), &mut recorder);
    recorder.turns.remove(0)
}

#[test]
fn a_forced_act_is_taken_and_learned_from_by_every_agent() {
    for case in cases() {
        let mut run = case.start();
        run.advance(Limit::ticks(501));
        let (_, legal) = here(&*run);
        for act in (0..64).filter(|a| legal >> a & 1 == 1) {
            let mut forced = run.branch();
            forced.edit(Edit::Force { act }).unwrap();
            let turn = next_turn(&mut *forced);
            assert_eq!(turn.act.0, act, "{}", case.name);
            // An agent that waits for later rewards learns from it in a later turn, at the dialogue's end at the latest.
            let mut recorder = Recorder { turns: vec![turn.clone()] };
            if turn.end == End::Open {
                forced.advance_watched(Limit::dialogues(1), &mut recorder);
            }
            let taken = |place: &Place| (place.row, place.column) == (turn.state, u32::from(act));
            let mut writes = recorder.turns.iter().flat_map(|t| &t.writes).peekable();
            assert!(
                writes.peek().is_none() || writes.any(|(place, ..)| taken(place)),
                "{}: the cell of the act that was taken is one that learns",
                case.name
            );
        }
    }
}

#[test]
fn an_answer_of_a_person_is_what_happens() {
    for case in cases() {
        let mut run = case.start();
        run.advance(Limit::ticks(333));
        let (state, act) = (here(&*run).0, run.pending());
        let outcomes = run.world().outcomes(state, u32::from(act.0)).to_vec();
        for (place, wanted) in outcomes.iter().enumerate() {
            let mut told = run.branch();
            told.edit(Edit::Say { outcome: place as u16 }).unwrap();
            let turn = next_turn(&mut *told);
            assert_eq!((turn.next as u32, turn.reward), (wanted.next, wanted.reward as f32), "{}: outcome {place}", case.name);
            // The turn after it is the dice's again, and it can be gone back over.
            told.advance(Limit::ticks(50));
            let later = told.digest();
            assert!(told.seek(Tick(333), &mut |_| true));
            told.advance(Limit::ticks(51));
            assert_eq!(told.digest(), later, "{}", case.name);
        }
    }
}

#[test]
fn an_answer_belongs_to_the_act_that_it_was_given_to() {
    let mut said = run(&built_in("customer-service"), "q-learning", 7, &[]);
    said.advance(Limit::ticks(40));
    let mut silent = said.branch();
    let act = here(&*said).1.trailing_zeros() as u8;
    said.edit(Edit::Say { outcome: 0 }).unwrap();
    for run in [&mut said, &mut silent] {
        run.edit(Edit::Force { act }).unwrap();
        run.advance(Limit::ticks(100));
    }
    assert_eq!(said.digest(), silent.digest());
}

#[test]
fn a_value_set_by_hand_is_the_value_from_there_on() {
    for agent in ["q-learning", "sarsa", "expected-sarsa"] {
        let mut run = run(&two_rooms(), agent, 7, &[("epsilon", "0")]);
        run.advance(Limit::ticks(100));
        run.edit(Edit::Set { state: 2, act: 0, value: 99.0 }).unwrap();
        assert_eq!(run.candidate().greedy[2], 1, "{agent}");
        run.edit(Edit::Set { state: 2, act: 0, value: -99.0 }).unwrap();
        assert_eq!(run.candidate().greedy[2], 2, "{agent}");
    }
}

#[test]
fn a_changed_world_keeps_its_states_and_goes_with_the_moment() {
    for case in cases().iter().filter(|c| c.world.dialogues.is_some() && c.draws > 1) {
        let mut run = case.start();
        let before = run.world().clone();
        run.advance(Limit::ticks(1_000));
        for setting in
            [Setting::Profile("unfriendly".into()), Setting::Noise(Some(0.4)), Setting::Reward { name: "success".into(), value: 50.0 }]
        {
            run.edit(Edit::World(setting)).unwrap();
        }
        let after = run.world().clone();
        assert_eq!(before.states().unwrap(), after.states().unwrap(), "{}", case.name);
        assert_eq!(before.state_text(17), after.state_text(17));
        assert!(
            after.exact().unwrap().branches.iter().any(|b| b.reward > 40.0)
                && before.exact().unwrap().branches.iter().all(|b| b.reward < 40.0)
        );
        run.advance(Limit::ticks(1_000));
        let end = run.digest();
        assert!(run.seek(Tick(999), &mut |_| true));
        assert_eq!(run.world().exact().unwrap(), before.exact().unwrap(), "{}: before the change the world is the old one", case.name);
        assert!(run.seek(Tick(1_000), &mut |_| true));
        assert_eq!(run.world().exact().unwrap(), after.exact().unwrap(), "{}: at the change it is the new one", case.name);
        run.advance(Limit::ticks(1_000));
        assert_eq!(run.digest(), end, "{}", case.name);
    }
}

#[test]
fn a_world_changed_back_is_the_world_that_it_was() {
    let mut there_and_back = run(&built_in("customer-service"), "q-learning", 7, &[]);
    there_and_back.advance(Limit::ticks(500));
    let mut never = there_and_back.branch();
    there_and_back.edit(Edit::World(Setting::Noise(Some(0.3)))).unwrap();
    there_and_back.edit(Edit::World(Setting::Noise(None))).unwrap();
    for run in [&mut there_and_back, &mut never] {
        run.advance(Limit::ticks(5_000));
    }
    same(&*there_and_back, &*never, "noise there and back");
}

#[test]
fn a_world_changed_from_the_first_turn_on_is_the_world_built_so() {
    let mut changed = run(&built_in("customer-service"), "sarsa", 7, &[]);
    changed.edit(Edit::World(Setting::Profile("easy".into()))).unwrap();
    changed.advance(Limit::ticks(3_000));
    let easy = dialoq::world::World::build(&dialoq::world::WorldSource::Builtin("customer-service".into()), "easy", None, &mut |_| ());
    let mut built = run(&std::sync::Arc::new(easy.unwrap()), "sarsa", 7, &[]);
    built.advance(Limit::ticks(3_000));
    assert_eq!(changed.digest(), built.digest());
}

#[test]
fn what_cannot_be_is_refused_in_a_sentence_and_changes_nothing() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 7, &[]);
    it.advance(Limit::ticks(300));
    let before = it.digest();
    let acts = world.actions() as u8;
    let illegal = (0..acts).find(|a| here(&*it).1 >> a & 1 == 0).unwrap();
    let reward = |name: &str, value| Edit::World(Setting::Reward { name: name.into(), value });
    for (edit, words) in [
        (Edit::Force { act: illegal }, "cannot be taken in this state"),
        (Edit::Force { act: 200 }, "cannot be taken in this state"),
        (Edit::Say { outcome: 9_999 }, "there is no outcome 9999"),
        (Edit::Set { state: 1 << 30, act: 0, value: 1.0 }, "there is no state"),
        (Edit::Set { state: 0, act: 250, value: 1.0 }, "cannot be taken"),
        (Edit::Set { state: 0, act: 0, value: f32::NAN }, "must be finite"),
        (Edit::World(Setting::Noise(Some(0.7))), "a number from 0 to 0.5"),
        (Edit::World(Setting::Noise(Some(f64::NAN))), "a number from 0 to 0.5"),
        (Edit::World(Setting::Profile("rude".into())), "there are no rude users"),
        (reward("tip", 1.0), "there is no reward \"tip\""),
        (reward("turn", f64::INFINITY), "is not a reward"),
        (Edit::Tune { knob: "beta".into(), value: 1.0 }, "there is no knob \"beta\""),
        (Edit::Tune { knob: "alpha".into(), value: 7.0 }, "alpha: \"7\" is not a number from"),
    ] {
        let refusal = it.edit(edit.clone()).unwrap_err().to_string();
        assert!(refusal.contains(words), "{edit:?}: {refusal}");
        assert_eq!((it.digest(), it.journal().len()), (before, 0), "{edit:?} left something behind");
    }
}

#[test]
fn an_agent_without_a_table_and_a_world_without_users_say_so() {
    let mut random = run(&built_in("customer-service"), "random", 7, &[]);
    let set = random.edit(Edit::Set { state: 0, act: 0, value: 1.0 });
    assert_eq!(set, Err(EditError::NoTable { agent: "random" }));
    let mut finite = run(&two_rooms(), "q-learning", 7, &[]);
    let refusal = finite.edit(Edit::World(Setting::Noise(Some(0.1)))).unwrap_err().to_string();
    assert!(refusal.starts_with("a finite MDP has no users"), "{refusal}");
}

#[test]
fn marks_say_what_was_done() {
    let mut it = run(&built_in("customer-service"), "q-learning", 7, &[]);
    it.advance(Limit::ticks(20));
    let act = here(&*it).1.trailing_zeros() as u8;
    let name = it.world().act_names()[act as usize].clone();
    assert_eq!(it.edit(Edit::Force { act }).unwrap(), format!("you: {name}"));
    assert_eq!(it.edit(Edit::World(Setting::Noise(Some(0.25)))).unwrap(), "noise → 0.25");
    assert_eq!(it.edit(Edit::World(Setting::Profile("easy".into()))).unwrap(), "users → easy");
    assert!(it.edit(Edit::Set { state: 0, act: 0, value: 3.0 }).unwrap().ends_with(" → 3.00"));
}

#[test]
fn what_happened_is_told_as_before_after_the_world_was_changed() {
    let mut it = run(&built_in("customer-service"), "q-learning", 7, &[]);
    it.advance(Limit::dialogues(40));
    let watch = Watch { transcript: Some(TranscriptWatch::Number(0)), ..Watch::default() };
    let tell = |it: &dyn Run, dialogue: u64| {
        let turns = it.dialogue(dialogue);
        let shown = Shown { dialogue, turns: &turns, update: None };
        let told = it.look(&watch, Exact::default(), shown, &mut Lens::default()).transcript.unwrap();
        told.turns.iter().map(|t| (t.note.clone(), t.user.is_empty())).collect::<Vec<_>>()
    };
    let before: Vec<_> = (0..40).map(|n| tell(&*it, n)).collect();
    for setting in [Setting::Profile("easy".into()), Setting::Noise(Some(0.0)), Setting::Reward { name: "turn".into(), value: -7.0 }] {
        it.edit(Edit::World(setting)).unwrap();
    }
    for (dialogue, told) in (0..).zip(before) {
        assert_eq!(tell(&*it, dialogue), told, "dialogue {dialogue}");
    }
}
