//! What the user could answer: each answer, said, is what then happens.

use dialoq::learn::machine::Edit;
use dialoq::run::timeline::Limit;
use dialoq::world::env::{ActionId, End};
use dialoq::world::names::Lang;

use super::{each, here, told};
use crate::support::{built_in, mdp, run};

#[test]
fn an_answer_that_is_said_is_what_happens() {
    each(|name, world, start| {
        let mut it = start();
        let mut seen = 0;
        for _ in 0..60 {
            it.advance(Limit::ticks(7));
            let answers = it.answers(Lang::English);
            let listed = world.outcomes(here(&*it), u32::from(it.pending().0));
            assert_eq!(answers.len(), listed.len(), "{name}: every outcome is listed, impossible ones too");
            for (place, (answer, branch)) in answers.iter().zip(&*listed).enumerate() {
                assert_eq!((answer.outcome as usize, answer.probability, answer.reward), (place, branch.probability, branch.reward));
                let mut said = it.branch();
                said.edit(Edit::Say { outcome: answer.outcome }).unwrap();
                said.advance(Limit::ticks(1));
                let record = said.explain(it.now()).unwrap();
                assert_eq!((record.reward, record.end == End::Closed), (branch.reward as f32, branch.closed), "{name}: {answer:?}");
                let next =
                    if branch.closed { if branch.success { "ends well" } else { "ends" }.into() } else { world.state_text(branch.next) };
                assert_eq!(answer.next, next, "{name}");
                if answer.probability > 0.0 && world.dialogues.is_some() {
                    let tale = told(&*said, record.dialogue);
                    let turn = &tale.turns[record.turn as usize - 1];
                    let text =
                        if record.end == End::Open { answer.text.clone() } else { answer.text.replace(&format!(", {}", tale.ending), "") };
                    // The transcript has the words themselves; the list names what they tell.
                    if text.starts_with("wants ") || text.starts_with("tells ") {
                        assert!(turn.note.starts_with("answered") && turn.note.ends_with(" (you)"), "{name}: {answer:?}");
                    } else {
                        assert_eq!(turn.note, format!("{text} (you)"), "{name}: {answer:?}");
                    }
                    assert!(record.end == End::Open || answer.text.ends_with(&tale.ending), "{name}: {answer:?}");
                }
                seen += 1;
            }
        }
        assert!(seen > 100, "{name}: {seen} answers");
    });
}

#[test]
fn no_two_answers_that_tell_something_read_alike() {
    each(|name, world, start| {
        let mut it = start();
        for _ in 0..60 {
            it.advance(Limit::ticks(7));
            let told: Vec<String> = it.answers(Lang::English).into_iter().map(|a| a.text).filter(|t| t.contains("tells ")).collect();
            let distinct: std::collections::BTreeSet<&String> = told.iter().collect();
            assert_eq!(distinct.len(), told.len(), "{name}: {told:?} in {}", world.name());
        }
    });
}

#[test]
fn only_the_turn_that_was_answered_says_so() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::ticks(1000));
    let (at, dialogue) = (it.now().0, it.dialogues());
    it.edit(Edit::Say { outcome: 0 }).unwrap();
    it.advance(Limit::ticks(200));
    for number in dialogue - 1..dialogue + 3 {
        for turn in told(&*it, number).turns {
            assert_eq!(turn.note.ends_with("(you)"), turn.tick == at, "turn {}: {}", turn.tick, turn.note);
        }
    }
}

#[test]
fn an_answer_to_an_act_that_was_then_changed_was_never_given() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 5, &[]);
    it.edit(Edit::Say { outcome: 0 }).unwrap();
    it.edit(Edit::Force { act: it.pending().0 }).unwrap();
    it.advance(Limit::ticks(1));
    assert!(!told(&*it, 0).turns[0].note.contains("(you)"));
}

#[test]
fn an_impossible_answer_has_its_words_too() {
    let world = built_in("customer-service");
    for state in 0..world.states().unwrap() {
        for act in 0..world.actions() {
            for place in 0..world.outcomes(state, act).len() {
                assert!(!world.answer(state, ActionId(act as u8), place).is_empty(), "outcome {place} of ({state}, {act})");
            }
            assert_eq!(world.answer(state, ActionId(act as u8), usize::MAX), "");
        }
    }
}

#[test]
fn in_a_finite_mdp_an_answer_names_the_next_state() {
    let world = mdp(r#"{"format": "dialoq-mdp", "version": 1, "states": ["a", "b"], "actions": ["go"], "max_turns": 2,
        "P": [[[[0.5, 1, 0, false], [0.25, 0, 5, true], [0.25, 0, -5, true], [0.0, 0, 0, false]]], [[[1, 1, 0, false]]]]}"#);
    let mut it = run(&world, "q-learning", 1, &[]);
    let texts = |it: &dyn dialoq::run::Run| -> Vec<String> { it.answers(Lang::English).into_iter().map(|a| a.text).collect() };
    assert_eq!(texts(&*it), ["to b", "ends well", "ends", "to a"]);
    it.edit(Edit::Say { outcome: 0 }).unwrap();
    it.advance(Limit::ticks(1));
    assert_eq!(texts(&*it), ["to b, turn limit reached"]);
}
