//! Files that are read whole have a limit, and an MDP takes little more memory than its file.

use std::fmt::Write;
use std::fs;

use super::{dialoq, dialoq_with, file, path};

#[test]
fn a_file_beyond_the_limit_is_refused_with_the_limit_and_its_flag() {
    let name = file("limits-large.json", &" ".repeat(3000));
    let answer = dialoq(&format!("solve --mdp {name} --max-bytes 2K"));
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("it has more than 2048 bytes; --max-bytes sets the limit"), "{}", answer.err);
    assert!(!dialoq(&format!("solve --mdp {name} --max-bytes 3000")).err.contains("--max-bytes"));
    for wrong in ["0", "-1", "x", "5T", "99999999999G", ""] {
        let answer = dialoq(&format!("solve --max-bytes={wrong}"));
        assert!(answer.code == 2 && answer.err.contains("--max-bytes"), "{wrong}: {}", answer.err);
    }
}

#[test]
fn a_line_of_standard_input_without_an_end_is_refused() {
    let answer = dialoq_with("env", &"x".repeat(3 << 20));
    assert!(answer.code == 2 && answer.err.contains("line 1 has more than 1048576 bytes"), "{} {}", answer.code, answer.err);
}

#[test]
fn a_time_that_is_still_to_come_is_called_that() {
    let name = "limits-future";
    let dir = path("cli-sessions");
    let _ = fs::remove_file(dir.join(format!("{name}.jsonl")));
    let _ = fs::remove_file(dir.join(format!("{name}.checkpoint")));
    assert_eq!(dialoq(&format!("train --dialogues 20 --out {name}")).code, 0);
    let journal = fs::File::options().append(true).open(dir.join(format!("{name}.jsonl"))).unwrap();
    journal.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(3 * 3600 + 60)).unwrap();
    let listed = dialoq("sessions").out;
    let line = listed.lines().find(|l| l.contains(name)).unwrap();
    assert!(line.contains("3 hours in the future"), "{line}");
}

/// A file of about so many bytes: a walk of many states.
fn walk(states: usize) -> String {
    let mut text =
        format!("{{\"format\": \"dialoq-mdp\", \"version\": 1, \"gamma\": 0.9, \"states\": {states}, \"actions\": 4, \"P\": [\n");
    for s in 0..states {
        let (before, after) = (s.saturating_sub(1), (s + 1) % states);
        let act = format!("[[0.5,{before},-1,false],[0.25,{after},0,false],[0.25,{s},0.5,true]]");
        let comma = if s + 1 < states { ",\n" } else { "" };
        write!(text, "[{act},{act},[],{act}]{comma}").unwrap();
    }
    text + "]}"
}

#[cfg(target_os = "linux")]
#[test]
fn an_mdp_takes_at_most_twenty_times_its_file_beside_64_mib() {
    let text = walk(40_000);
    let name = file("limits-walk.json", &text);
    let allowed = (64 << 10) + 20 * text.len() / 1024;
    // The address space of the program itself is larger than what it uses, so that what it used at most is read from the system.
    let script = "\"$0\" scenarios check \"$1\" & pid=$!; most=0; while kill -0 $pid 2>/dev/null; do \
                  now=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status 2>/dev/null); \
                  [ -n \"$now\" ] && most=$now; sleep 0.01; done; wait $pid; echo \"$? $most\"";
    let done = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_dialoq"), &name])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    let numbers: Vec<usize> = said.lines().last().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers[0], 0, "{said}");
    assert!(
        numbers[1] > 1000 && numbers[1] <= allowed,
        "{} KiB for a file of {} KiB; {allowed} are allowed",
        numbers[1],
        text.len() / 1024
    );
}
