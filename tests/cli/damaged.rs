//! Every command that reads a session ends in the same way: 0 where it is whole, 1 where a part of it is lost or it learns otherwise
//! than it says, 2 where it is no session at all.

use std::fs;

use super::codes::{Kind, LINES};
use super::{dialoq, path};

const NAME: &str = "./damaged-session.jsonl";

/// Forms of commands that `LINES` has once.
const FORMS: &[&str] = &[
    "train --replay @ --json",
    "sessions show @ --json",
    "export @ --csv --each",
    "export @ --csv --what table",
    "export @ --csv --what policy",
    "export @ --jsonl",
    "export @ --jsonl --what curve",
    "export @ --jsonl --what table",
    "export @ --jsonl --what policy",
    "export @ --svg",
];

/// Ends the workbench as soon as it has opened; its exit code, and what it leaves on the terminal.
#[cfg(unix)]
fn workbench(line: &str) -> (i32, String) {
    use crate::pty::terminal::{PATIENCE, Status, Terminal};
    let mut terminal = Terminal::open((120, 40), line);
    let deadline = std::time::Instant::now() + PATIENCE;
    while terminal.ended().is_none() && !terminal.screen(|screen| Status::read(screen).paused()) {
        assert!(std::time::Instant::now() < deadline, "{line}: neither open nor over");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    if terminal.ended().is_none() {
        terminal.press("q");
    }
    let code = terminal.end().0;
    terminal.read_to_the_end();
    // The terminal cuts lines as it likes.
    (code as i32, String::from_utf8(terminal.bytes()).unwrap().replace("\r\n", ""))
}

#[cfg(not(unix))]
fn workbench(_: &str) -> (i32, String) {
    unreachable!("the workbench is tried on Unix only")
}

/// A state of a session's file.
struct State {
    what: String,
    /// Its lines; none where the file is something else.
    bytes: Vec<u8>,
    code: i32,
    says: String,
}

/// A session of four lines: its beginning, its run, a bookmark, and how far it came, with a digest.
fn whole() -> Vec<String> {
    clear();
    assert_eq!(dialoq(&format!("train --scenario smart-home --dialogues 30 --out {NAME}")).code, 0);
    let text = fs::read_to_string(path(NAME)).unwrap();
    let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
    let last = lines.pop().unwrap();
    lines.truncate(2);
    lines.push("{\"line\":\"bookmark\",\"run\":0,\"tick\":5,\"dialogue\":1,\"name\":\"here\"}\n".to_owned());
    lines.push(last);
    lines
}

fn clear() {
    let _ = fs::remove_file(path(NAME));
    let _ = fs::remove_dir_all(path(NAME));
    let _ = fs::remove_file(path("damaged-session.checkpoint"));
}

fn states() -> Vec<State> {
    let lines = whole();
    let mut states = vec![State { what: "whole".into(), bytes: lines.concat().into_bytes(), code: 0, says: String::new() }];
    for (k, line) in lines.iter().enumerate() {
        let half = &line[..line.len() / 2];
        let (code, says) = if k == 0 { (2, "not a session of dialoq".to_owned()) } else { (1, format!("damaged from line {} ", k + 1)) };
        let before = lines[..k].concat();
        for (what, text) in [
            (format!("broken off in line {}", k + 1), format!("{before}{half}")),
            (format!("line {} cut", k + 1), format!("{before}{half}\n{}", lines[k + 1..].concat())),
        ] {
            states.push(State { what, bytes: text.into_bytes(), code, says: says.clone() });
        }
    }
    let foreign = lines.concat().replace("\"bookmark\",\"run\":0", "\"bookmark\",\"run\":9");
    states.push(State {
        what: "a line of no run".into(),
        bytes: foreign.into_bytes(),
        code: 1,
        says: "damaged: line 3 is left out".into(),
    });
    let end = lines[3].find("\"digest\":\"").unwrap() + 10;
    let other = format!("{}{}0123456789abcdef{}", lines[..3].concat(), &lines[3][..end], &lines[3][end + 16..]);
    states.push(State { what: "another digest".into(), bytes: other.into_bytes(), code: 1, says: "the digest is ".into() });
    states.push(State { what: "empty".into(), bytes: Vec::new(), code: 2, says: "it is empty".into() });
    states
}

/// Every line of a command that reads a session, and whether it opens the workbench.
fn commands() -> Vec<(String, bool)> {
    let all = LINES.iter().filter(|(words, _, kind, _)| *kind == Kind::Session && *words != "sessions delete");
    let lines = all.map(|(words, .., line)| ((*line).to_owned(), matches!(*words, "" | "watch")));
    lines.chain(FORMS.iter().map(|line| ((*line).to_owned(), false))).collect()
}

/// What is wrong with how a command ended; nothing where all is as it should be.
fn wrong(line: &str, opens: bool, name: &str, code: i32, says: &str) -> Option<String> {
    let line = line.replace('@', name);
    let (ended, told) = if opens {
        workbench(&line)
    } else {
        let answer = dialoq(&format!("{line} --max-bytes 1M"));
        (answer.code, answer.err)
    };
    let fits = ended == code && (code == 0) != told.contains("error: ") && told.contains(says);
    (!fits).then(|| format!("{line}: {ended}, not {code} and \"{says}\": {}", &told[told.len().saturating_sub(600)..]))
}

#[test]
fn every_command_that_reads_a_session_ends_in_the_same_way() {
    let mut faults = Vec::new();
    for State { what, bytes, code, says } in states() {
        for (line, opens) in commands().into_iter().filter(|(_, opens)| cfg!(unix) || !opens) {
            clear();
            fs::write(path(NAME), &bytes).unwrap();
            // To show a session nothing is learned, so that no digest is compared.
            let shows_only = line.starts_with("sessions show") && what == "another digest";
            let (code, says) = if shows_only { (0, "") } else { (code, says.as_str()) };
            faults.extend(wrong(&line, opens, NAME, code, says).map(|fault| format!("{what}: {fault}")));
        }
    }
    clear();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_is_no_file_is_called_what_it_is_by_every_command_that_reads_a_session() {
    // The other test's session stays where it is: both run at once.
    fs::create_dir_all(path("damaged-directory")).unwrap();
    let mut faults = Vec::new();
    let mut named = vec![("./damaged-nowhere.jsonl", "there is no such file"), ("./damaged-directory", "this is a directory")];
    if cfg!(unix) {
        named.extend([("/dev/zero", "this is a device"), ("/dev/null", "this is a device")]);
    }
    for (name, says) in named {
        for (line, opens) in commands().into_iter().filter(|(_, opens)| cfg!(unix) || !opens) {
            faults.extend(wrong(&line, opens, name, 2, says));
        }
        faults.extend(wrong("sessions delete @ --yes", false, name, 2, says));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
