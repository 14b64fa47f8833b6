//! What is left behind: every session, wherever it was saved, learns itself again to the same digests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long one session may take to be learned again.
const PATIENCE: Duration = Duration::from_secs(300);

/// Every session in a directory and below it.
pub fn all(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "jsonl") && is_session(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A conversation's lines have the same ending; a session in which nothing has begun has nothing to be learned again.
pub fn is_session(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    lines.next().is_some_and(|line| line.contains("dialoq-session")) && lines.next().is_some()
}

/// A session that was learned again to the same digests.
pub struct Learned {
    pub runs: usize,
    /// Whether every run has a digest of its head. An open one has none where the end gave up the step under way.
    pub with_digests: bool,
}

/// Learns a session again; what is wrong with it, or what it holds.
pub fn learn_again(session: &Path, state: &Path) -> Result<Learned, String> {
    let dir = session.parent().unwrap();
    let said = |text: &str| format!("{}: {text}", session.display());
    // Two sessions of one directory are learned again at a time.
    let (out, err) = (session.with_extension("out"), session.with_extension("err"));
    let file = |path: &Path| Stdio::from(std::fs::File::create(path).unwrap());
    let mut child = Command::new(env!("CARGO_BIN_EXE_dialoq"))
        .args(["train", "--json", "--replay"])
        .arg(session)
        .env("DIALOQ_STATE_DIR", state)
        .current_dir(dir)
        .stdout(file(&out))
        .stderr(file(&err))
        .spawn()
        .unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return Err(said("it is not learned again in time"));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let (printed, complaint) = (text(&out), text(&err));
    if status.code() != Some(0) {
        return Err(said(&format!("{status}: {complaint}{printed}")));
    }
    let answer: Value = serde_json::from_str(&printed).map_err(|error| said(&format!("{error}: {printed}")))?;
    let runs = answer["runs"].as_array().ok_or_else(|| said(&printed))?;
    let given_up = |run: &Value| run["equal"].is_null() && run["closed"] == Value::Bool(false);
    let right = |run: &Value| run["equal"] == Value::Bool(true) || given_up(run);
    if !answer["damage"].is_null() || !runs.iter().all(right) {
        return Err(said(&printed));
    }
    Ok(Learned { runs: runs.len(), with_digests: !runs.iter().any(given_up) })
}
