//! Exit codes mean the same in every command: 0 done, 1 the work failed or its result is not what it should be, 2 the input is wrong.
//! Commands and their flags are listed by clap, so that a new one cannot be left out.

use std::fs;
use std::path::PathBuf;

use clap::{Arg, Command, CommandFactory};
use dialoq::cli::Cli;

use super::{dialoq, path};

/// Every command that does something itself, by its words: `sessions delete`.
fn commands() -> Vec<(String, Command)> {
    fn walk(words: &str, command: &Command, found: &mut Vec<(String, Command)>) {
        let deeper: Vec<&Command> = command.get_subcommands().filter(|c| c.get_name() != "help").collect();
        if deeper.is_empty() || !command.is_subcommand_required_set() {
            found.push((words.to_owned(), command.clone()));
        }
        for command in deeper {
            walk(format!("{words} {}", command.get_name()).trim_start(), command, found);
        }
    }
    let mut root = Cli::command();
    root.build();
    let mut found = Vec::new();
    walk("", &root, &mut found);
    assert!(found.len() > 20, "clap lists the commands");
    found
}

/// Whether an argument is the path of a file to be read.
fn is_input(arg: &Arg) -> bool {
    if !arg.get_action().takes_values() {
        return false;
    }
    let name = arg.get_value_names().unwrap_or_default().first().map_or("", |name| name.as_str());
    let is_file = ["FILE", "DIR", "SESSION", "INPUT"].iter().any(|word| name.contains(word)) || arg.get_id() == "resume";
    is_file && arg.get_id() != "out"
}

/// What a file has to be.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Session,
    Scenario,
    Mdp,
    /// Records of dialogues or pairs.
    Records,
    /// A directory of a kind.
    Directory,
}

/// For each argument that reads a file: its command, its name, and a whole line with `@` for the file.
pub const LINES: &[(&str, &str, Kind, &str)] = &[
    ("", "scenario", Kind::Scenario, "--scenario @"),
    ("", "mdp", Kind::Mdp, "--mdp @"),
    ("", "resume", Kind::Session, "--resume @"),
    ("", "replay", Kind::Session, "--replay @"),
    ("watch", "scenario", Kind::Scenario, "watch --scenario @"),
    ("watch", "mdp", Kind::Mdp, "watch --mdp @"),
    ("watch", "resume", Kind::Session, "watch --resume @"),
    ("watch", "replay", Kind::Session, "watch --replay @"),
    ("train", "scenario", Kind::Scenario, "train --dialogues 10 --scenario @"),
    ("train", "mdp", Kind::Mdp, "train --dialogues 10 --mdp @"),
    ("train", "replay", Kind::Session, "train --replay @"),
    ("sweep", "scenario", Kind::Scenario, "sweep --seeds 1 --dialogues 20 --scenario @"),
    ("sweep", "mdp", Kind::Mdp, "sweep --seeds 1 --dialogues 20 --mdp @"),
    ("bench", "scenarios", Kind::Scenario, "bench --seeds 1 --agents random --dialogues 20 --scenarios @"),
    ("export", "session", Kind::Session, "export @ --csv"),
    ("eval", "scenario", Kind::Scenario, "eval --dialogues 30 --scenario @"),
    ("eval", "mdp", Kind::Mdp, "eval --dialogues 30 --mdp @"),
    ("solve", "scenario", Kind::Scenario, "solve --scenario @"),
    ("solve", "mdp", Kind::Mdp, "solve --mdp @"),
    ("mdp", "scenario", Kind::Scenario, "mdp --scenario @"),
    ("mdp", "mdp", Kind::Mdp, "mdp --mdp @"),
    ("scenarios show", "name", Kind::Scenario, "scenarios show @"),
    ("scenarios check", "file", Kind::Scenario, "scenarios check @"),
    ("sessions show", "session", Kind::Session, "sessions show @"),
    ("sessions delete", "session", Kind::Session, "sessions delete @ --yes"),
    ("chat", "session", Kind::Session, "chat --run @"),
    ("chat", "model", Kind::Directory, "chat --model @"),
    ("chat", "scenario", Kind::Scenario, "chat --dialogues 10 --scenario @"),
    ("chat", "mdp", Kind::Mdp, "chat --dialogues 10 --mdp @"),
    ("lm sft", "scenario", Kind::Scenario, "lm sft --preset test --scenario @"),
    ("lm sft", "data", Kind::Records, "lm sft --preset test --data @"),
    ("lm sft", "pairs", Kind::Records, "lm sft --preset test --pairs @"),
    ("lm reward", "scenario", Kind::Scenario, "lm reward --preset test --scenario @"),
    ("lm reward", "data", Kind::Records, "lm reward --preset test --data @"),
    ("lm reward", "pairs", Kind::Records, "lm reward --preset test --pairs @"),
    ("lm ppo", "scenario", Kind::Scenario, "lm ppo --preset test --scenario @"),
    ("lm ppo", "data", Kind::Records, "lm ppo --preset test --data @"),
    ("lm ppo", "pairs", Kind::Records, "lm ppo --preset test --pairs @"),
    ("lm all", "scenario", Kind::Scenario, "lm all --preset test --scenario @"),
    ("lm all", "data", Kind::Records, "lm all --preset test --data @"),
    ("lm all", "pairs", Kind::Records, "lm all --preset test --pairs @"),
    ("env", "scenario", Kind::Scenario, "env --scenario @"),
    ("env", "mdp", Kind::Mdp, "env --mdp @"),
    ("data prepare", "inputs", Kind::Records, "data prepare @ -o codes-prepared"),
    ("import sgd", "dir", Kind::Directory, "import sgd @ --service A_1 -o codes-mined.json"),
];

#[test]
fn every_argument_that_reads_a_file_has_a_line_here() {
    for (words, command) in commands() {
        for arg in command.get_arguments().filter(|arg| is_input(arg)) {
            let known = LINES.iter().any(|(of, name, ..)| *of == words && *name == arg.get_id().as_str());
            assert!(known, "dialoq {words}: the argument {} reads a file and is not in this test", arg.get_id());
        }
    }
}

/// A file that is made anew for each use, as some commands delete what they are given.
struct Bad {
    what: &'static str,
    make: fn(&PathBuf),
    fits: fn(Kind) -> bool,
    code: i32,
}

/// Runs as somebody whom permissions do not stop.
fn is_root() -> bool {
    let probe = path("codes-probe");
    fs::write(&probe, "x").unwrap();
    forbid(&probe);
    let root = fs::read(&probe).is_ok();
    fs::remove_file(&probe).unwrap();
    root
}

#[cfg(unix)]
fn forbid(path: &PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
}

#[cfg(not(unix))]
fn forbid(_: &PathBuf) {}

const BAD: &[Bad] = &[
    Bad { what: "missing", make: |_| (), fits: |_| true, code: 2 },
    Bad { what: "a directory", make: |path| fs::create_dir(path).unwrap(), fits: |_| true, code: 2 },
    Bad { what: "empty", make: |path| fs::write(path, "").unwrap(), fits: |_| true, code: 2 },
    Bad {
        what: "of something else",
        make: |path| fs::write(path, "Dear diary,\n\x07 no JSON here\n").unwrap(),
        fits: |kind| kind != Kind::Records,
        code: 2,
    },
    Bad {
        what: "JSON of something else",
        make: |path| fs::write(path, "{\"format\": \"recipe\", \"eggs\": [1, 2]}\n").unwrap(),
        fits: |_| true,
        code: 2,
    },
    Bad { what: "no UTF-8", make: |path| fs::write(path, [0xff_u8, 0xfe, 0x00, 0x80].repeat(50)).unwrap(), fits: |_| true, code: 2 },
    Bad {
        what: "cut off",
        make: |path| fs::write(path, "{\"format\": \"dialoq-scenario\", \"version\": 1, \"na").unwrap(),
        fits: |kind| kind != Kind::Session,
        code: 2,
    },
    Bad {
        what: "forbidden",
        make: |path| {
            fs::write(path, "{}").unwrap();
            forbid(path);
        },
        fits: |_| !is_root(),
        code: 2,
    },
    #[cfg(unix)]
    Bad { what: "a link to nothing", make: |path| std::os::unix::fs::symlink("codes-nowhere", path).unwrap(), fits: |_| true, code: 2 },
    #[cfg(unix)]
    Bad { what: "endless", make: |path| std::os::unix::fs::symlink("/dev/zero", path).unwrap(), fits: |_| true, code: 2 },
];

fn clear(path: &PathBuf) {
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir_all(path);
}

#[test]
fn a_bad_file_is_input_that_is_wrong_in_every_command() {
    let mut wrong = Vec::new();
    for bad in BAD {
        for (_, _, kind, line) in LINES.iter().filter(|(_, _, kind, _)| (bad.fits)(*kind)) {
            let name = match kind {
                Kind::Session => "./codes-bad.jsonl",
                Kind::Directory => "./codes-bad",
                _ => "./codes-bad.json",
            };
            let at = path(name);
            clear(&at);
            ["codes-prepared", "codes-mined.json"].iter().for_each(|name| clear(&path(name)));
            (bad.make)(&at);
            let answer = dialoq(&format!("{} --max-bytes 1M", line.replace('@', name)));
            if (answer.code, answer.err.lines().filter(|l| l.starts_with("error: ")).count()) != (bad.code, 1) {
                wrong.push(format!("{} ({}): {} {}", line.replace('@', name), bad.what, answer.code, answer.err));
            }
            clear(&at);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_session_that_is_damaged_at_its_end_is_read_in_part_and_ends_with_1() {
    let name = "./codes-damaged.jsonl";
    clear(&path(name));
    clear(&path("codes-damaged.checkpoint"));
    assert_eq!(dialoq(&format!("train --dialogues 30 --out {name}")).code, 0);
    let text = fs::read_to_string(path(name)).unwrap();
    for (damage, code) in [("", 0), ("{\"line\":\"ed", 1), ("what?\n", 1)] {
        for (words, _, _, line) in LINES.iter().filter(|(.., kind, _)| *kind == Kind::Session) {
            // The workbench needs a terminal before it opens a session, and any session may be deleted.
            if matches!(*words, "" | "watch" | "sessions delete") {
                continue;
            }
            fs::write(path(name), format!("{text}{damage}")).unwrap();
            let answer = dialoq(&line.replace('@', name));
            assert_eq!(answer.code, code, "{line}: {}", answer.err);
            assert!(!answer.out.is_empty(), "{line}: what can be read is shown");
            assert_eq!(answer.err.contains("error: "), code == 1, "{line}: {}", answer.err);
        }
    }
}

#[test]
fn help_is_done_and_an_unknown_flag_is_wrong_input_in_every_command() {
    for (words, _) in commands() {
        let help = dialoq(&format!("{words} --help"));
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{words}");
        let unknown = dialoq(&format!("{words} --no-such-flag"));
        assert_eq!((unknown.code, unknown.out.as_str()), (2, ""), "{words}");
    }
    assert!(dialoq("--help").out.contains("Exit codes:"));
}

#[test]
fn a_setting_is_given_once_in_every_command_that_takes_any() {
    let twice = "--set: alpha is given twice, as 0.1 and as 0.2; give it once";
    let mut seen = 0;
    for (words, command) in commands().into_iter().filter(|(_, c)| c.get_arguments().any(|a| a.get_id() == "set")) {
        assert!(command.get_arguments().any(|a| a.get_id() == "set"));
        seen += 1;
        let knob = if words == "bench" { "q-learning.alpha" } else { "alpha" };
        for flags in [format!("--set {knob}=0.1 --set {knob}=0.2"), format!("--set {knob}=0.1 {knob}=0.2")] {
            let answer = dialoq(&format!("{words} {flags}"));
            assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{words} {flags}");
            assert_eq!(answer.err, format!("error: {}\n", twice.replace("alpha is", &format!("{knob} is"))), "{words} {flags}");
        }
    }
    assert!(seen > 5, "commands that take settings are found");
}
