//! The workbench keeps what a person does: quit or killed, it opens again where it was left.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;

use super::directory;
use crate::pty::terminal::{Status, Terminal};

fn open(state: &Path, flags: &str) -> Terminal {
    let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.to_str().unwrap())];
    Terminal::open_with((120, 40), flags, &env)
}

/// Waits for the pause, and reads turn and digest.
fn rest(terminal: &mut Terminal) -> (u64, String) {
    terminal.until_status("the pause", |s: &Status| s.turn.zip(s.digest.clone()))
}

fn replayed(state: &Path, session: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dialoq"));
    let done = command.args(["train", "--json", "--replay", session]).env("DIALOQ_STATE_DIR", state).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn only_session(state: &Path) -> String {
    let mut names: Vec<String> = std::fs::read_dir(state).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|n| Path::new(n).extension().is_some_and(|e| e == "jsonl"));
    assert_eq!(names.len(), 1, "{names:?}");
    names.remove(0).trim_end_matches(".jsonl").to_owned()
}

/// Learns, changes α, learns on and pauses.
fn play(terminal: &mut Terminal) -> (u64, String) {
    terminal.until_status("some dialogues", |s| (s.dialogue >= Some(20)).then_some(()));
    terminal.press(" ");
    rest(terminal);
    terminal.press(":alpha 0.3\r");
    terminal.press("NNNNNNNNn");
    terminal.until_status("the steps", |s| s.digest.clone().filter(|_| s.dialogue >= Some(28)));
    std::thread::sleep(std::time::Duration::from_millis(300));
    rest(terminal)
}

#[test]
fn after_quitting_the_workbench_opens_where_it_was_left_and_a_replay_has_its_digest() {
    let state = directory("quit");
    let mut terminal = open(&state, "--seed 5 --pace 300");
    let left = play(&mut terminal);
    terminal.quit();
    let session = only_session(&state);
    let told = replayed(&state, &session);
    assert_eq!((told["runs"][0]["turns"].as_u64(), &told["runs"][0]["equal"]), (Some(left.0), &Value::Bool(true)));
    assert!(told["runs"][0]["digest"].as_str().unwrap().starts_with(&left.1));
    let mut again = open(&state, "--resume");
    assert_eq!(rest(&mut again), left);
    // Nobody else may write it meanwhile.
    let mut second = open(&state, &format!("--resume {session}"));
    second.until_shown(&[&format!("error: the session {session} is open in another dialoq")]);
    assert_eq!(second.end().0, 1);
    again.press("N ");
    again.until_status("it learns on", |s| s.learning().then_some(()));
    again.quit();
    assert_eq!(only_session(&state), session);
    assert!(replayed(&state, &session)["runs"][0]["turns"].as_u64() > Some(left.0));
}

/// Turn, head and digest of the run in focus while paused.
fn focused(terminal: &mut Terminal, what: &str, is: impl Fn(&Status) -> bool) -> (u64, String) {
    terminal.until_status(what, |s: &Status| s.turn.zip(s.digest.clone()).filter(|_| is(s)))
}

#[test]
fn back_to_a_flip_another_alpha_there_both_go_on_and_all_of_it_is_there_again() {
    let state = directory("way");
    let mut terminal = open(&state, "--seed 7 --pace 300");
    terminal.until_status("some dialogues", |s| (s.dialogue >= Some(150)).then_some(()));
    terminal.press(" ");
    let (head, _) = rest(&mut terminal);
    // The first state of the table on Train: when did its best act become so?
    terminal.press("w");
    terminal.until_shown(&["When did it learn this?"]);
    terminal.press("f");
    let flip = terminal.until_status("the flip", |s| s.turn.filter(|turn| s.head == Some(head) && *turn < head && s.digest.is_some()));
    terminal.press(":branch alpha 0.3\r");
    let (turn, _) = focused(&mut terminal, "the branch", |s| s.head.is_none());
    assert_eq!(turn, flip, "it leaves where the flip was");
    terminal.press(" ");
    terminal.until_status("both go on", |s| (s.dialogue >= Some(250)).then_some(()));
    terminal.press(" ");
    let second = focused(&mut terminal, "B at rest", Status::paused);
    terminal.press("(");
    let first = focused(&mut terminal, "A at rest", |s| s.digest.as_ref().is_some_and(|d| *d != second.1));
    assert!(first.0 > head, "the parent went on from its own head");
    terminal.press(")");
    assert_eq!(focused(&mut terminal, "B again", |s| s.digest.as_ref() == Some(&second.1)), second);
    terminal.quit();
    let told = replayed(&state, &only_session(&state));
    for (run, (turn, digest)) in told["runs"].as_array().unwrap().iter().zip([&first, &second]) {
        assert_eq!((run["turns"].as_u64(), &run["equal"]), (Some(*turn), &Value::Bool(true)));
        assert!(run["digest"].as_str().unwrap().starts_with(digest.as_str()));
    }
    let mut again = open(&state, "--resume");
    assert_eq!(focused(&mut again, "B as it was left", Status::paused), second);
    again.press("(");
    assert_eq!(focused(&mut again, "A as it was left", |s| s.digest.as_ref() != Some(&second.1)), first);
    again.quit();
}

#[test]
fn a_killed_workbench_opens_where_it_was_a_second_before() {
    let state = directory("killed");
    let mut terminal = open(&state, "--seed 6 --pace 300");
    let left = play(&mut terminal);
    std::thread::sleep(std::time::Duration::from_millis(1200));
    terminal.signal(Signal::KILL);
    terminal.end();
    let mut again = open(&state, "--resume");
    assert_eq!(rest(&mut again), left);
    again.quit();
}

#[test]
fn a_copy_of_a_session_leaves_the_session_as_it_is() {
    let state = directory("copy");
    let mut terminal = open(&state, "--seed 8 --pace 300");
    let (turn, _) = play(&mut terminal);
    terminal.quit();
    let session = only_session(&state);
    let file = state.join(format!("{session}.jsonl"));
    let sent = directory("sent").join("sent.jsonl");
    std::fs::copy(&file, &sent).unwrap();
    let before = std::fs::read(&sent).unwrap();
    let elsewhere = directory("elsewhere");
    let mut copy = open(&elsewhere, &format!("watch --replay {} --run A --turn 30", sent.display()));
    copy.until_status("the past", |s| s.digest.clone().filter(|_| s.turn == Some(30) && s.head == Some(turn)));
    copy.press("G ");
    copy.until_status("it learns on", |s| s.learning().then_some(()));
    copy.quit();
    assert_eq!(std::fs::read(&sent).unwrap(), before);
    assert!(replayed(&elsewhere, &only_session(&elsewhere))["runs"][0]["turns"].as_u64() > Some(turn));
    // Where nothing is to be kept, nothing is.
    let private = directory("private");
    let mut terminal = open(&private, "--no-session --turn 100");
    terminal.until_status("the turn", |s| s.digest.clone().filter(|_| s.turn == Some(100)));
    terminal.quit();
    assert_eq!(std::fs::read_dir(&private).unwrap().count(), 0);
}
