//! The command line, tested through the real binary; and the environment that it serves.

mod bench;
mod brought;
mod chat;
mod codes;
mod damaged;
mod env;
mod exact;
mod export;
mod foreign;
mod gym;
mod limits;
mod lists;
mod lm;
mod outputs;
mod python;
mod refusals;
mod sweep;
mod told;
mod train;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the program answered.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        assert_eq!(self.out.lines().count(), 1, "one object on one line");
        serde_json::from_str(&self.out).expect("JSON on standard output")
    }
}

fn dialoq(line: &str) -> Answer {
    dialoq_with(line, "")
}

/// Runs the program; words are split at spaces, standard input holds `input`.
fn dialoq_with(line: &str, input: &str) -> Answer {
    dialoq_fed(line, input.as_bytes())
}

fn dialoq_fed(line: &str, input: &[u8]) -> Answer {
    let words: Vec<&str> = line.split_whitespace().collect();
    dialoq_in(&words, input, concat!(env!("CARGO_TARGET_TMPDIR"), "/cli-sessions"))
}

/// The same with words as they are, and with sessions of its own.
fn dialoq_in(words: &[&str], input: &[u8], sessions: &str) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dialoq"))
        .args(words)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env("DIALOQ_STATE_DIR", sessions)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its flags never reads.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let done = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Answer { code: done.status.code().expect("an exit code"), out: text(done.stdout), err: text(done.stderr) }
}

/// A file in the directory that the program is run in; each test has its own names.
fn file(name: &str, text: &str) -> String {
    std::fs::write(path(name), text).expect("the temporary directory can be written");
    name.to_owned()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}
