//! A session goes from one process to another, and its digests with it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::directory;

struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }
}

fn call(program: &Path, state: &Path, line: &str) -> Answer {
    let done = Command::new(program).args(line.split_whitespace()).env("DIALOQ_STATE_DIR", state).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

fn dialoq(state: &Path, line: &str) -> Answer {
    call(Path::new(env!("CARGO_BIN_EXE_dialoq")), state, line)
}

#[test]
fn what_one_process_learned_another_learns_again() {
    let state = directory("processes");
    for (name, flags) in [("a", "--seed 7"), ("b", "--agent sarsa --scenario smart-home --set alpha=0.2 --profile easy")] {
        let trained = dialoq(&state, &format!("train --dialogues 3000 --json --out {name} {flags}")).json();
        assert_eq!(trained["session"], state.join(format!("{name}.jsonl")).display().to_string());
        let replayed = dialoq(&state, &format!("train --replay {name} --json"));
        assert_eq!(replayed.code, 0, "{}", replayed.err);
        let run = &replayed.json()["runs"][0];
        assert_eq!((&run["digest"], &run["equal"]), (&trained["digest"], &Value::Bool(true)));
        assert_eq!((&run["turns"], &run["dialogues"]), (&trained["turns"], &trained["dialogues"]));
        assert_eq!(dialoq(&state, &format!("sessions show {name} --json")).json()["runs"][0]["digest"], trained["digest"]);
    }
    let listed = dialoq(&state, "sessions --json").json();
    let mut names: Vec<&str> = listed["sessions"].as_array().unwrap().iter().filter_map(|s| s["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_release_build_and_this_one_learn_the_same() {
    let own = Path::new(env!("CARGO_BIN_EXE_dialoq"));
    let release = own.parent().and_then(Path::parent).unwrap().join("release").join(own.file_name().unwrap());
    // Building one would take minutes. One of other sources would prove nothing.
    let newer = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    if newer(&release).is_none_or(|built| newer(&sources).is_some_and(|changed| built < changed)) {
        eprintln!("skipped: there is no release build; cargo build --release makes one");
        return;
    }
    let state = directory("release");
    let (told, versions) = (call(&release, &state, "train --help"), [call(&release, &state, "--version"), dialoq(&state, "--version")]);
    if !told.out.contains("--replay") || versions[0].out != versions[1].out {
        eprintln!("skipped: the release build is of an earlier version");
        return;
    }
    let trained = call(&release, &state, "train --dialogues 20000 --seed 3 --json --out quick").json();
    let replayed = dialoq(&state, "train --replay quick --json");
    assert_eq!(replayed.json()["runs"][0]["digest"], trained["digest"]);
    assert_eq!(replayed.code, 0, "{}", replayed.err);
}

#[test]
fn a_digest_that_does_not_fit_ends_with_1_and_a_sentence() {
    let state = directory("mismatch");
    let trained = dialoq(&state, "train --dialogues 500 --json --out mine").json();
    let path = state.join("mine.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let digest = trained["digest"].as_str().unwrap();
    std::fs::write(&path, text.replace(digest, "0123456789abcdef")).unwrap();
    let replayed = dialoq(&state, "train --replay mine");
    assert_eq!((replayed.code, replayed.err.lines().count()), (1, 1));
    for part in ["run A at turn", digest, "0123456789abcdef", "dialoq 0."] {
        assert!(replayed.err.contains(part), "{part} is missing from {}", replayed.err);
    }
    assert!(replayed.out.contains("another one was recorded"), "{}", replayed.out);
    assert_eq!(dialoq(&state, "train --replay mine --json").json()["runs"][0]["equal"], false);
}

#[test]
fn what_cannot_be_found_or_done_is_said_in_one_sentence() {
    let state = directory("refusals");
    dialoq(&state, "train --dialogues 20 --out mine");
    for (line, code, part) in [
        ("train --replay nix", 2, "there is no session \"nix\"; dialoq sessions lists them"),
        ("train --replay ./nix.jsonl", 2, "./nix.jsonl: there is no such file"),
        ("train --replay mine --run Z", 2, "--run: there is no run \"Z\"; use one of A"),
        ("train --dialogues 20 --out mine", 2, "--out: there is already a session mine"),
        ("train --dialogues 20 --out ../x?y", 1, ""),
        ("train --dialogues 20 --out x?y", 2, "--out: \"x?y\" cannot be the name of a session"),
        ("sessions show nix", 2, "there is no session \"nix\""),
        ("sessions delete mine", 2, "use --yes"),
        ("sessions delete nix --yes", 2, "there is no session \"nix\""),
    ] {
        let answer = dialoq(&state, line);
        if part.is_empty() {
            continue;
        }
        assert_eq!((answer.code, answer.err.lines().count()), (code, 1), "{line}: {}", answer.err);
        assert!(answer.err.contains(part), "{line}: {}", answer.err);
    }
    let answer = dialoq(&state, "sessions delete mine --yes");
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(dialoq(&state, "sessions").out.starts_with("no sessions in "));
}

#[test]
fn a_damaged_session_is_listed_shown_and_replayed_as_far_as_it_is_whole() {
    let state = directory("damaged");
    dialoq(&state, "train --dialogues 200 --out mine");
    let path = state.join("mine.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}{{\"line\":\"ed")).unwrap();
    std::fs::write(state.join("empty.jsonl"), "").unwrap();
    let listed = dialoq(&state, "sessions").out;
    assert!(listed.contains("damaged at its end") && listed.contains("empty"), "{listed}");
    let shown = dialoq(&state, "sessions show mine").out;
    assert!(shown.contains(&format!("damaged from line 4 (byte {}) on: the line breaks off after 11 bytes", text.len())), "{shown}");
    let replayed = dialoq(&state, "train --replay mine --json");
    assert_eq!((replayed.code, &replayed.json()["damage"]["line"]), (1, &Value::from(4)));
    assert!(dialoq(&state, "sessions show empty").err.contains("it is empty"));
}
