//! `/why`, `/state`, `/undo`, `/save`, `/new`, `/help`.

use std::sync::Arc;

use dialoq::chat;
use dialoq::run::chat::Next;
use dialoq::world::names::Lang;

use super::{Kept, ask, expert, opening, say};
use crate::support::{built_in, exact, run};

const SENTENCES: &[&str] = &["hello", "where is my parcel?", "asdf", "C 9921", "no, A-1137", "yes", "yes", "I want a refund", "the kettle"];

#[test]
fn the_same_sentences_get_the_same_answers() {
    let all = |mut talk: Box<dyn dialoq::run::chat::Conversation>| {
        for text in SENTENCES {
            talk.line(text);
        }
        talk.entries().to_vec()
    };
    assert_eq!(all(expert(Lang::English)), all(expert(Lang::English)));
}

#[test]
fn undo_takes_everything_back_and_the_same_sentence_gets_the_same_answer() {
    let mut talk = expert(Lang::English);
    let mut moments = Vec::new();
    for text in SENTENCES {
        moments.push(talk.entries().to_vec());
        talk.line(text);
    }
    let end = talk.entries().to_vec();
    for (text, before) in SENTENCES.iter().zip(moments).rev() {
        assert_eq!(ask(&mut *talk, "/undo"), [format!("taken back: “{text}”")]);
        assert_eq!(talk.entries()[..talk.entries().len() - 1], before);
    }
    assert!(ask(&mut *talk, "/undo")[0].starts_with("there is nothing to take back"));
    // The lines that told of taking back stay where they were said.
    let told = talk.entries().len() - 1;
    for text in SENTENCES {
        talk.line(text);
    }
    assert_eq!(talk.entries()[told + 1..], end[1..]);
}

#[test]
fn why_shows_every_act_and_the_exact_values() {
    let world = built_in("customer-service");
    let mut learner = run(&world, "q-learning", 5, &[]);
    learner.advance(dialoq::run::timeline::Limit::dialogues(300));
    let mut talk = chat::begin(Arc::new(|_, _| Ok(String::new())))(opening(learner.voice().unwrap(), Lang::English)).unwrap();
    assert!(!ask(&mut *talk, "/why").join("\n").contains("Q*"));
    talk.know(Arc::new(exact(&world, 0.95, 0.0)));
    let told = say(&mut *talk, "where is my parcel?");
    let why = ask(&mut *talk, "/why");
    assert_eq!(why[0], format!("in: {}", told.state));
    assert!(why[1].contains("Q*") && why[1].contains("tried"), "{why:?}");
    let chosen: Vec<&String> = why.iter().filter(|line| line.starts_with('▸')).collect();
    assert!(chosen.len() == 1 && chosen[0].contains(&told.act), "{why:?}");
    // It stays the reason of what was said, whatever patience was lost since.
    say(&mut *talk, "asdf qwer");
    assert_eq!(ask(&mut *talk, "/why"), why);
    assert!(why.iter().any(|line| line.contains("escalate") && line.contains("−5.00")), "{why:?}");
}

#[test]
fn state_tells_item_by_item() {
    let mut talk = expert(Lang::English);
    say(&mut *talk, "the kettle");
    assert!(ask(&mut *talk, "/state").contains(&"item: kettle kept until it is known what you want".to_owned()));
    say(&mut *talk, "I want to cancel");
    let state = ask(&mut *talk, "/state");
    for line in ["task: a cancellation (heard)", "order number: unknown", "item: kettle (heard)", "reason: not needed for this"] {
        assert!(state.contains(&line.to_owned()), "{line}: {state:?}");
    }
}

#[test]
fn a_transcript_is_kept_line_by_line_without_commands() {
    let kept = Kept::default();
    let own = kept.clone();
    let voice = run(&built_in("customer-service"), "optimal", 5, &[]).voice().unwrap();
    let keep = move |name: Option<&str>, text: &str| {
        own.0.lock().unwrap().push((name.map(str::to_owned), text.to_owned()));
        Ok("kept".to_owned())
    };
    let mut talk = chat::begin(Arc::new(keep))(opening(voice, Lang::English)).unwrap();
    say(&mut *talk, "where is my parcel?");
    ask(&mut *talk, "/why");
    assert_eq!(ask(&mut *talk, "/save talk"), ["kept"]);
    let all = kept.all();
    assert_eq!(all[0].0.as_deref(), Some("talk"));
    let lines: Vec<serde_json::Value> = all[0].1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), lines[1]["person"].as_str()), (2, Some("where is my parcel?")));
}

#[test]
fn an_unknown_command_names_the_nearest() {
    let mut talk = expert(Lang::English);
    assert_eq!(ask(&mut *talk, "/stat"), ["there is no command /stat; the nearest is /state, and /help lists all"]);
    let help = ask(&mut *talk, "/help").join("\n");
    assert!(chat::COMMANDS.iter().all(|(name, ..)| help.contains(&format!("/{name}"))), "{help}");
    assert_eq!((talk.line("/new"), talk.line("/quit"), talk.line("/QUIT")), (Next::New, Next::Quit, Next::Quit));
}

#[test]
fn beginning_anew_forgets_what_was_heard() {
    let mut talk = expert(Lang::English);
    say(&mut *talk, "where is my parcel?");
    talk.renew(None);
    assert_eq!(talk.entries().len(), 1);
    assert!(super::said(&*talk).state.starts_with("task unknown"));
}
