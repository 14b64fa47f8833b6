//! A start that takes minutes: the screen is there at once, says how far it is and how long it takes, and can be left.

#![cfg(unix)]

use std::path::Path;
use std::time::Duration;

use dialoq::lm::live;
use dialoq::run::RunSpec;
use dialoq::run::journal::{Journal, Line, SpecLine};

use super::{Sitting, bring_back, build, directory, in_world};
use crate::pty::terminal::Terminal;

/// A second, and what a loaded machine may take besides.
const SOON: Duration = Duration::from_millis(2_500);
/// So many turns take hours.
const FAR: u64 = 200_000_000_000;

fn open(state: &Path, flags: &str) -> Terminal {
    let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.to_str().unwrap())];
    Terminal::open_with((120, 40), flags, &env)
}

/// The help opens and closes, and the program can be left at once.
fn is_awake(mut terminal: Terminal) {
    terminal.press("?");
    terminal.until_shown(&["─ Help ─"]);
    terminal.press("\x03");
    let (code, took) = terminal.end();
    assert_eq!(code, 0);
    assert!(took < SOON, "it took {took:?}");
    terminal.until_restored();
}

/// A session without a checkpoint whose run has come to a turn.
fn session(state: &Path, spec: &RunSpec, tick: u64) -> Vec<u8> {
    let mut sitting = Sitting::new();
    let world = build(&in_world("customer-service", "q-learning", 1)).world().digest.to_string();
    sitting.lines.push(Line::Run { run: 0, name: "A".into(), spec: SpecLine::new(spec, &world), parent: None });
    sitting.lines.push(Line::Head { run: 0, tick, dialogue: 0, digest: None });
    let text = sitting.text();
    std::fs::write(state.join("long.jsonl"), &text).unwrap();
    text
}

fn files(state: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(state).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_session_that_takes_hours_to_restore_says_how_far_it_is_and_is_left_as_it_was() {
    for flags in ["--resume long", "watch --replay long"] {
        let state = directory("hours");
        let before = session(&state, &in_world("customer-service", "q-learning", 1), FAR);
        let mut terminal = open(&state, flags);
        terminal.until("how far and how long", |s| {
            let line = s.rows(0, 120).next().unwrap_or_default();
            (line.contains("restoring the session  0 %, ") && line.contains(" left")).then_some(())
        });
        // What changes the session is refused meanwhile.
        terminal.press("n");
        terminal.until_shown(&["the session is being restored; q leaves it as it is"]);
        is_awake(terminal);
        assert_eq!(std::fs::read(state.join("long.jsonl")).unwrap(), before, "{flags}");
        assert_eq!(files(&state), ["long.jsonl"], "{flags}");
    }
}

#[test]
fn the_session_of_a_language_model_is_restored_behind_the_screen() {
    let state = directory("model");
    let spec = in_world("customer-service", live::NAME, 1);
    let before = session(&state, &spec, 3_000);
    let mut terminal = open(&state, "--resume long");
    terminal.until_shown(&["restoring the session"]);
    is_awake(terminal);
    assert_eq!(std::fs::read(state.join("long.jsonl")).unwrap(), before);
}

#[test]
fn a_turn_far_away_is_learned_up_to_behind_the_screen() {
    let state = directory("far");
    let mut terminal = open(&state, &format!("--turn {FAR}"));
    terminal.until("how far and how long", |s| {
        let line = s.rows(0, 120).next().unwrap_or_default();
        (line.contains(&format!("learning up to turn {FAR}  0 %, ")) && line.contains(" left")).then_some(())
    });
    is_awake(terminal);
}

#[test]
fn a_session_that_cannot_be_restored_is_refused_as_it_is_without_a_screen() {
    let state = directory("other-world");
    let text = String::from_utf8(session(&state, &in_world("customer-service", "q-learning", 1), 10)).unwrap();
    let journal = Journal::parse(text.as_bytes()).unwrap();
    let world = journal.spec(&journal.runs[0]).world.clone();
    let other = text.replace(&world, &world.chars().rev().collect::<String>());
    assert_ne!(other, text);
    std::fs::write(state.join("long.jsonl"), &other).unwrap();
    let mut terminal = open(&state, "--resume long");
    assert_eq!(terminal.end().0, 2);
    terminal.until_shown(&["error: the session long cannot be restored: run A learned in another version of customer-service"]);
    terminal.until_restored();
    assert_eq!(std::fs::read_to_string(state.join("long.jsonl")).unwrap(), other);
}

#[test]
fn restoring_tells_the_share_of_the_work_done() {
    let state = directory("shares");
    let spec = RunSpec { settings: vec![("preset".into(), "test".into())], ..in_world("customer-service", live::NAME, 1) };
    let text = session(&state, &spec, 40);
    let journal = Journal::parse(&text).unwrap();
    let mut told = Vec::new();
    let make = |spec: &RunSpec, _: &mut dyn FnMut(f32)| Ok(build(spec));
    let outcome = dialoq::store::restore::restore(&journal, None, &make, &mut |done, all| told.push((done, all))).unwrap();
    assert_eq!(outcome.restored.runs[0].run.head().0, 40);
    assert!(told.len() > 40, "a language model is heard of after every step: {}", told.len());
    assert!(told.is_sorted() && told.iter().all(|(done, all)| done <= all && *all == told[0].1), "{told:?}");
    assert_eq!(told.last().map(|(done, all)| done == all), Some(true));
    assert!(bring_back(&text, None).is_ok());
}
