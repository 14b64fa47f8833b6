//! The real program where its files cannot stay: a full disk to the end, a directory that is removed, values that diverge, turns that take
//! long. Kept is what can be kept; what is lost is said, with exit code 1.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dialoq::run::journal::Journal;
use dialoq::store::kept::Kept;
use dialoq::store::place::Files;
use dialoq::trainer::snapshot::{Catalogue, Pace, Phase};
use dialoq::trainer::{Orders, Start, Trainer};
use dialoq::world::WorldSource;

use super::{build, directory, small, until};
use crate::pty::terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_dialoq");
/// One state whose reward is as large as a number of 32 bits can be: its value soon is none.
const HUGE: &str = r#"{"format": "dialoq-mdp", "version": 1, "gamma": 0.9, "max_turns": 50, "P": [[[[1.0, 0, 3e38, false]]]]}"#;

/// A command under a limit of the size of every file, in blocks of 512 or 1024 bytes.
fn limited(blocks: u32, words: &str) -> String {
    format!("trap '' XFSZ; ulimit -f {blocks}; exec {PROGRAM} {words}")
}

fn run(line: &str) -> Output {
    Command::new("sh").args(["-c", line]).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn training_on_a_full_disk_ends_with_1_and_says_what_is_lost() {
    let dir = directory("full-at-the-end");
    let padding = "x".repeat(2000);
    fs::write(dir.join("world.json"), super::SMALL.replace("\"small\"", &format!("\"{padding}\""))).unwrap();
    let line = limited(1, &format!("train --mdp {0}/world.json --dialogues 300 --out {0}/full.jsonl", dir.display()));
    let done = run(&line);
    let (out, err) = (said(&done.stdout), said(&done.stderr));
    assert_eq!(done.status.code(), Some(1), "{err}");
    assert!(out.contains("300 dialogues"), "what was learned is told: {out}");
    assert!(err.contains("full.jsonl: the session cannot be written (") && err.contains(" Lost: 1 run, "), "{err}");
    assert!(err.trim_end().ends_with(" turns") && !err.contains("again") && !err.contains("goes on"), "{err}");
}

#[test]
fn a_sweep_on_a_full_disk_ends_with_1_and_keeps_the_runs_before() {
    let dir = directory("full-sweep");
    let line = limited(2, &format!("sweep --seeds 30 --dialogues 10 --out {}/s.jsonl", dir.display()));
    let done = run(&line);
    let err = said(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{err}");
    assert!(err.contains("s.jsonl: it cannot be written (") && err.contains("the results before this one are in it"), "{err}");
    let again = run(&format!("{PROGRAM} sweep --seeds 30 --dialogues 10 --out {}/s.jsonl", dir.display()));
    assert!(
        again.status.success() && said(&again.stderr).contains(" of 30 runs are there; going on with the rest"),
        "{}",
        said(&again.stderr)
    );
}

#[test]
fn the_workbench_on_a_full_disk_ends_with_1_and_counts_the_edits_that_are_lost() {
    let state = directory("full-workbench");
    let line = limited(2, "--seed 5 --pace 300");
    let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.to_str().unwrap())];
    let mut terminal = Terminal::start((120, 40), &["sh", "-c", &line], &env);
    terminal.until_status("some dialogues", |s| (s.dialogue >= Some(5)).then_some(()));
    terminal.press(" ");
    terminal.until_status("the pause", |s| s.digest.clone());
    let journal = || fs::read_dir(&state).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "jsonl"));
    // What is on the disk before the edits stays there.
    until("the run is written", || journal().is_some_and(|path| said(&fs::read(path).unwrap()).contains("\"digest\":\"")));
    std::thread::sleep(Duration::from_millis(600));
    for round in 0..20 {
        terminal.press(&format!(":alpha 0.{}\r", 11 + round));
    }
    terminal.until_shown(&["not saved"]);
    terminal.press("q");
    assert_eq!(terminal.end().0, 1, "something is lost");
    terminal.read_to_the_end();
    let told = said(&terminal.bytes());
    let end = &told[told.rfind("error: ").unwrap_or(0)..];
    assert!(end.starts_with("error: the session cannot be written (") && !end.contains("again") && !end.contains("goes on"), "{end}");
    let lost: Vec<u64> = end[end.find("Lost: ").unwrap() + 6..].split(' ').filter_map(|word| word.parse().ok()).collect();
    let written = said(&fs::read(journal().unwrap()).unwrap()).lines().filter(|line| line.starts_with("{\"line\":\"edit\"")).count() as u64;
    assert_eq!(lost[..2], [20 - written, 20], "{end}; {written} are there");
}

#[test]
fn the_paused_workbench_notices_that_its_directory_is_gone() {
    let state = directory("gone-workbench");
    let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.to_str().unwrap())];
    let mut terminal = Terminal::open_with((120, 40), "--seed 5 --pace 300", &env);
    terminal.until_status("some dialogues", |s| (s.dialogue >= Some(5)).then_some(()));
    terminal.press(" ");
    terminal.until_status("the pause", |s| s.digest.clone());
    terminal.press(":alpha 0.3\r");
    std::thread::sleep(Duration::from_millis(900));
    fs::remove_dir_all(&state).unwrap();
    let edits = || {
        let files = fs::read_dir(&state).into_iter().flatten().map(|e| e.unwrap().path());
        files.filter(|p| p.extension().is_some_and(|e| e == "jsonl")).any(|p| said(&fs::read(p).unwrap()).contains("{\"line\":\"edit\""))
    };
    until("the session is there again, with the edit", edits);
    terminal.until_shown(&["it is written anew"]);
    fs::remove_dir_all(&state).unwrap();
    fs::write(&state, "a file where the directory was").unwrap();
    terminal.until_shown(&["not saved"]);
    terminal.press("q");
    assert_eq!(terminal.end().0, 1);
    terminal.read_to_the_end();
    let told = said(&terminal.bytes());
    assert!(told.contains("error: the session is gone from the disk") && told.contains("Lost: 1 edit, "), "{}", &told[told.len() - 600..]);
    fs::remove_file(&state).unwrap();
}

#[test]
fn after_its_session_was_written_anew_the_workbench_says_so_and_where_it_is_each_on_a_line() {
    let state = directory("gone-once");
    let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("DIALOQ_STATE_DIR", state.to_str().unwrap())];
    let mut terminal = Terminal::open_with((200, 40), "--seed 5 --pace 300", &env);
    terminal.until_status("some dialogues", |s| (s.dialogue >= Some(5)).then_some(()));
    fs::remove_dir_all(&state).unwrap();
    terminal.until_shown(&["it is written anew"]);
    terminal.press(":alpha 0.3\r");
    terminal.until_shown(&["α 0.1 → 0.3"]);
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
    terminal.read_to_the_end();
    let told = said(&terminal.bytes());
    let lines: Vec<&str> = told.lines().rev().take(3).collect();
    assert!(lines[0].starts_with("kept as ") && lines[0].ends_with("; dialoq --resume goes on with it"), "{lines:?}");
    assert!(lines[1].contains("it is written anew, and nothing is lost") && !told.contains("\\u000a"), "{lines:?}");
}

#[test]
fn a_sweep_whose_file_is_removed_writes_it_anew_with_all_results() {
    let dir = directory("sweep-gone");
    let path = dir.join("s.jsonl");
    let line = format!("{PROGRAM} sweep --seeds 8 --jobs 1 --dialogues 20000 --out {}", path.display());
    let child = Command::new("sh").args(["-c", &format!("exec {line}")]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = || fs::read_to_string(&path).map_or(0, |text| text.lines().count());
    until("two runs are written", || lines() >= 3);
    assert!(lines() < 9, "there is something left to do");
    fs::remove_dir_all(&dir).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success() && said(&done.stderr).contains("is written anew"), "{}", said(&done.stderr));
    assert_eq!(lines(), 9);
}

fn diverging() -> dialoq::run::RunSpec {
    let source = WorldSource::Mdp { path: "huge.json".into(), text: HUGE.into() };
    dialoq::run::RunSpec { source, ..small("q-learning", 1) }
}

fn head(path: &Path) -> Option<(u64, bool)> {
    let journal = Journal::parse(&fs::read(path).ok()?).ok()?;
    journal.runs.first().map(|run| (run.head.0, !run.digests.is_empty()))
}

#[test]
fn training_that_diverges_is_kept_up_to_the_turn_before_and_says_so() {
    let dir = directory("diverging");
    fs::write(dir.join("huge.json"), HUGE).unwrap();
    let path = dir.join("kept.jsonl");
    let done = run(&format!("{PROGRAM} train --mdp {}/huge.json --dialogues 50 --out {}", dir.display(), path.display()));
    let err = said(&done.stderr);
    assert_eq!((done.status.code(), err.lines().count()), (Some(1), 1), "{err}");
    let (tick, digest) = head(&path).unwrap();
    assert!(tick > 0 && digest, "turn {tick}");
    assert!(err.starts_with(&format!("error: turn {}: the update of ", tick + 1)), "{err}");
    assert!(err.contains(&format!("; what was learned before it, {tick} turns, is kept as {}", path.display())), "{err}");
    let replayed = run(&format!("{PROGRAM} train --json --replay {}", path.display()));
    assert!(replayed.status.success() && said(&replayed.stdout).contains("\"equal\":true"), "{}", said(&replayed.stderr));
}

#[test]
fn a_run_of_the_workbench_that_diverges_is_kept_up_to_the_turn_before() {
    let path = directory("diverging-trainer").join("kept.jsonl");
    let kept = Kept::begin_named(Files { journal: path.clone() }).unwrap();
    let build: Arc<dialoq::trainer::Builder> = Arc::new(|spec, _| Ok(build(spec)));
    let (start, pace) = (Start::Fresh(diverging()), Pace::Full);
    let orders = Orders { start, keeper: Some(Box::new(kept)), pace, catalogue: Arc::new(Catalogue::default()), build, talk: None };
    let trainer = Trainer::start(orders).unwrap();
    let mut fault = None;
    until("it has diverged", || {
        fault = fault.or(trainer.snapshot().and_then(|s| (s.phase == Phase::Paused && s.notice.is_some()).then_some(s.view.tick)));
        fault.is_some()
    });
    until("the turns before stand in the session, with their digest", || head(&path) == fault.map(|tick| (tick, true)));
    assert!(fault > Some(0));
    drop(trainer);
    assert_eq!(head(&path), fault.map(|tick| (tick, true)));
}

#[test]
fn training_whose_turns_take_long_is_kept_every_second_too() {
    let dir = directory("slow");
    let path = dir.join("slow.jsonl");
    let child = Command::new(PROGRAM)
        .args(["train", "--agent", "dqn", "--dialogues", "900000000000", "--out"])
        .arg(&path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let child = super::Endless(child);
    let heads = || said(&fs::read(&path).unwrap_or_default()).matches("{\"line\":\"head\"").count();
    // Five seconds on a quiet machine; the first one came after 37 when a slice was a number of turns.
    until("five heads are written", || heads() >= 5);
    drop(child);
    assert!(head(&path).unwrap().0 > 0);
}
