//! What `--out` writes: it replaces nothing that a person did not ask for, follows no link, and is whole or not there.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use dialoq::cli::Cli;

use super::{Answer, dialoq, path};

/// An empty directory of a test's own, by its name in the tests' directory.
fn directory(name: &str) -> String {
    let name = format!("outputs-{name}");
    let _ = fs::remove_dir_all(path(&name));
    fs::create_dir_all(path(&name)).unwrap();
    name
}

fn names(dir: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path(dir)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refused(line: &str, part: &str) {
    let answer = dialoq(line);
    assert_eq!((answer.code, answer.out.as_str(), answer.err.lines().count()), (2, "", 1), "{line}: {}", answer.err);
    assert!(answer.err.contains(part), "{line}: {}", answer.err);
}

fn done(line: &str) -> Answer {
    let answer = dialoq(line);
    assert_eq!(answer.code, 0, "{line}: {}", answer.err);
    answer
}

/// Commands with `--out`, a line for each with `@` for the place, and whether a directory is meant.
const LINES: &[(&str, &str, bool)] = &[
    ("train", "train --dialogues 20 --out ./@", false),
    ("sweep", "sweep --seeds 1 --dialogues 20 --out ./@", false),
    ("mdp", "mdp --scenario smart-home --out ./@", false),
    ("export", "export ./outputs-session.jsonl --csv --out ./@", false),
    ("import sgd", "import sgd outputs-corpus --service A_1 -o ./@", false),
    ("bench", "bench --agents random --scenarios smart-home --seeds 1 --dialogues 20 --conditions 1 --out ./@", true),
    ("lm sft", "lm sft --preset test --out ./@", true),
    ("lm reward", "lm reward --preset test --out ./@", true),
    ("lm ppo", "lm ppo --preset test --out ./@", true),
    ("lm all", "lm all --preset test --out ./@", true),
    ("data prepare", "data prepare -o ./@", true),
];

#[test]
fn every_command_that_writes_a_result_has_a_line_here() {
    fn walk(words: &str, command: &Command) {
        if command.get_arguments().any(|arg| arg.get_id() == "out") {
            assert!(LINES.iter().any(|(known, ..)| *known == words), "dialoq {words} has --out and is not in this test");
        }
        for deeper in command.get_subcommands() {
            walk(format!("{words} {}", deeper.get_name()).trim_start(), deeper);
        }
    }
    walk("", &Cli::command());
}

#[test]
fn a_foreign_file_and_a_directory_stay_whatever_command_is_given_their_name() {
    session();
    for (words, line, takes_directory) in LINES {
        let dir = directory(&words.replace(' ', "-"));
        let file = format!("{dir}/mine.json");
        fs::write(path(&file), "precious\n").unwrap();
        // A session gets its own ending, so that this name is free for it.
        let line_of = |place: &str| line.replace('@', place);
        if *words == "train" {
            fs::write(path(&format!("{dir}/mine.jsonl")), "precious\n").unwrap();
            refused(&line_of(&format!("{dir}/mine.jsonl")), "already");
            assert_eq!(fs::read_to_string(path(&format!("{dir}/mine.jsonl"))).unwrap(), "precious\n");
        } else {
            refused(&line_of(&file), "");
        }
        assert_eq!(fs::read_to_string(path(&file)).unwrap(), "precious\n", "{words}");
        if !takes_directory && *words != "export" {
            refused(&line_of(&format!("{dir}/")), if *words == "import sgd" { "" } else { "directory" });
            assert!(names(&dir).iter().all(|name| name.starts_with("mine.json")), "{words}: {:?}", names(&dir));
        }
    }
}

/// A small session to export.
fn session() {
    // Tests of this file run beside each other.
    static MADE: std::sync::Once = std::sync::Once::new();
    MADE.call_once(|| {
        let _ = fs::remove_file(path("outputs-session.jsonl"));
        let _ = fs::remove_file(path("outputs-session.checkpoint"));
        done("train --dialogues 20 --out ./outputs-session.jsonl");
    });
}

#[test]
fn a_result_takes_the_place_of_another_one_only_with_force() {
    let dir = directory("force");
    let line = format!("mdp --scenario smart-home --out {dir}/world.json");
    done(&line);
    let first = fs::read(path(&format!("{dir}/world.json"))).unwrap();
    fs::write(path(&format!("{dir}/world.json")), "mine").unwrap();
    refused(&line, "there is already such a file; give another one, or --force");
    done(&format!("{line} --force"));
    assert_eq!(fs::read(path(&format!("{dir}/world.json"))).unwrap(), first);
    assert_eq!(names(&dir), ["world.json"]);
    refused(&format!("mdp --scenario smart-home --out {dir}/missing/world.json"), "its directory is not there");
    assert_eq!(dialoq("mdp --scenario smart-home --force").code, 2, "there is nothing to replace");
}

#[test]
fn models_of_an_earlier_path_are_not_replaced() {
    let dir = directory("models");
    fs::create_dir(path(&format!("{dir}/sft"))).unwrap();
    refused(&format!("lm sft --preset test --out {dir}"), "there is sft already, which would be replaced; give another directory");
    assert_eq!(names(&format!("{dir}/sft")).len(), 0);
}

#[test]
fn what_looks_like_an_earlier_result_is_removed_only_beside_its_report() {
    let dir = directory("clean");
    for name in ["train.jsonl", "test.jsonl.part"] {
        fs::write(path(&format!("{dir}/{name}")), "precious").unwrap();
        refused(&format!("data prepare -o {dir} --force"), "the directory is not empty");
        assert_eq!(names(&dir), [name]);
        fs::remove_file(path(&format!("{dir}/{name}"))).unwrap();
    }
    fs::write(path(&format!("{dir}/report.json")), "{\"format\": \"of mine\"}").unwrap();
    refused(&format!("data prepare -o {dir} --force"), "the directory is not empty");
    assert_eq!(names(&dir), ["report.json"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    session();
    let dir = directory("links");
    let target = path(&format!("{dir}/target"));
    for (words, line, takes_directory) in LINES.iter().filter(|(.., takes_directory)| !takes_directory) {
        assert!(!takes_directory);
        let name = format!("{dir}/link.{}", if *words == "train" { "jsonl" } else { "json" });
        for there in [false, true] {
            let _ = fs::remove_file(&target);
            if there {
                fs::write(&target, "precious").unwrap();
            }
            let _ = fs::remove_file(path(&name));
            std::os::unix::fs::symlink("target", path(&name)).unwrap();
            let force = if matches!(*words, "mdp" | "export" | "import sgd") { " --force" } else { "" };
            refused(&format!("{}{force}", line.replace('@', &name)), "");
            assert_eq!(fs::read_to_string(&target).ok().as_deref(), there.then_some("precious"), "{words}");
            assert!(path(&name).is_symlink(), "{words}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_leaves_nothing_half_written() {
    let device = Path::new("/dev/full");
    if !device.exists() {
        eprintln!("skipped: there is no /dev/full");
        return;
    }
    session();
    // A limit of the size of files stops a write as a full disk does.
    for (words, line) in [
        ("mdp", "mdp --scenario customer-service --out"),
        ("export", "export ./outputs-session.jsonl --csv --what table --out"),
        ("data-prepare", "data prepare -o"),
    ] {
        let dir = directory(&format!("full-{words}"));
        let script = format!("trap '' XFSZ; ulimit -f 1; exec {} {line} {dir}/x.json", env!("CARGO_BIN_EXE_dialoq"));
        let done = std::process::Command::new("sh").args(["-c", &script]).current_dir(env!("CARGO_TARGET_TMPDIR")).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), said.lines().count()), (Some(1), 1), "{words}: {said}");
        let place = format!("--out {dir}/x.json: ");
        assert!(said.contains(&place) && said.contains(" cannot be written (file too large); "), "{words}: {said}");
        assert!(names(&dir).is_empty(), "{words}: {said} {:?}", names(&dir));
    }
}
