//! `dialoq chat` from a pipe.

use serde_json::Value;

use super::{dialoq, dialoq_fed, dialoq_with};

const QUICK: &str = "chat --lang en --agent optimal --dialogues 10";

fn objects(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn a_conversation_from_a_pipe_ends_in_the_deed() {
    let answer = dialoq_with(QUICK, "where is my parcel?\nC 9921\nyes\nyes\n");
    assert_eq!(answer.code, 0, "{}", answer.err);
    for line in ["You talk with optimal after 10 dialogues of customer-service (seed 1).", "you    C 9921", "done as you wanted: return"] {
        assert!(answer.out.contains(line), "{line} in {}", answer.out);
    }
    assert!(!answer.out.contains('\u{1b}'), "{}", answer.out);
}

#[test]
fn json_has_the_fields_that_the_help_names() {
    let answer = dialoq_with(&format!("{QUICK} --json"), "where is my parcel?\n/state\nasdf\n");
    let all = objects(&answer.out);
    assert_eq!(all.len(), 4, "{}", answer.out);
    let help = dialoq("chat --help").out;
    for name in all[1].as_object().expect("an object").keys() {
        assert!(help.contains(name), "{name}");
    }
    assert_eq!((&all[0]["person"], &all[1]["understood"], &all[1]["act"]), (&Value::Null, &"track".into(), &"ask order".into()));
    assert!(all[1]["confidence"].as_f64().is_some_and(|p| p > 0.9) && all[1]["exact"].as_f64().is_some(), "{}", all[1]);
    assert_eq!(all[2]["command"], "/state");
    assert_eq!(all[3]["asked_back"], true);
}

#[test]
fn a_transcript_is_written_once() {
    let answer = dialoq_with(QUICK, "where is my parcel?\n/save chat-once\n/save chat-once\n/save no/such/folder/x\n");
    let path = format!("{}/chat-once.jsonl", env!("CARGO_TARGET_TMPDIR"));
    let text = std::fs::read_to_string(&path).expect("it was written");
    std::fs::remove_file(path).expect("it can go");
    assert_eq!(objects(&text).len(), 2);
    assert!(answer.out.contains("chat-once.jsonl is there already and stays as it is"), "{}", answer.out);
    assert!(answer.out.contains("no/such/folder/x.jsonl: it cannot be written"), "{}", answer.out);
}

#[test]
fn one_talks_with_a_run_of_a_session() {
    for end in ["jsonl", "checkpoint"] {
        let _ = std::fs::remove_file(super::path(&format!("chat-of-session.{end}")));
    }
    let kept = dialoq("train --dialogues 200 --out chat-of-session.jsonl");
    assert_eq!(kept.code, 0, "{}", kept.err);
    let answer = dialoq_with("chat --lang en --run ./chat-of-session.jsonl", "hello\n");
    assert!(answer.out.contains("You talk with run A (q-learning in customer-service)"), "{} {}", answer.out, answer.err);
    assert!(answer.out.contains("chat-of-session, as of dialogue"), "{}", answer.out);
    let wrong = dialoq_with("chat --run ./chat-of-session.jsonl --branch Z", "hello\n");
    assert_eq!(
        (wrong.code, wrong.err.contains("there is no open run \"Z\"") && wrong.err.contains("use one of A")),
        (2, true),
        "{}",
        wrong.err
    );
}

#[test]
fn a_folder_of_models_speaks_with_the_most_trained_one() {
    let _ = std::fs::remove_dir_all(super::path("chat-model"));
    assert_eq!(dialoq("lm reward --preset test --seed 3 --out chat-model --json").code, 0);
    let answer = dialoq_with("chat --model chat-model --greedy", "I want a refund\n/why\n");
    assert!(
        answer.out.contains("You talk with the language model chat-model/sft (customer-service, seed 3)"),
        "{} {}",
        answer.out,
        answer.err
    );
    assert!(answer.out.contains("its words, each with its probability"), "{}", answer.out);
    let again = dialoq_with("chat --model chat-model --greedy", "I want a refund\n/why\n");
    assert_eq!(answer.out, again.out);
    for (line, words) in [
        ("chat --model chat-model --lang zh", "learned English"),
        ("chat --model chat-model/reward", "it is a reward model, which says nothing"),
        ("chat --model .", "there is no model in it that speaks"),
    ] {
        let refused = dialoq(line);
        assert_eq!((refused.code, refused.err.contains(words)), (2, true), "{line}: {}", refused.err);
    }
}

#[test]
fn bytes_that_are_no_text_are_answered_like_any_sentence() {
    let answer = dialoq_fed(QUICK, &[b"\xff\xfe\x00\x80\n".as_slice(), b"where is \xf0my parcel?\n", b"\n\n", b"A-1137"].concat());
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("you    A-1137"), "the last line needs no end: {}", answer.out);
}

#[test]
fn what_cannot_be_talked_with_is_refused_in_a_sentence() {
    for (line, words) in [
        ("chat --model no-such-folder", "there is no such folder; give a folder that dialoq lm all --out DIR wrote"),
        ("chat --run no-such-session", "there is no session \"no-such-session\""),
        ("chat --agent language-model", "train one with dialoq lm all --out DIR"),
        ("chat --temperature 9", "\"9\" is not a temperature; use a number from 0.05 to 5"),
        ("chat --top-p 0", "\"0\" is not a share"),
        ("chat --top-k many", "\"many\" is not a number of words"),
        ("chat --scenario pizza", "there is no scenario \"pizza\""),
        ("chat --model a --run b", "cannot be used with"),
    ] {
        let answer = dialoq(line);
        assert_eq!(answer.code, 2, "{line}: {}", answer.out);
        assert!(answer.err.contains(words), "{line}: {}", answer.err);
    }
}
