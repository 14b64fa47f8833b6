//! The house rules, so that nobody has to say them in review: layers, sizes, and what stays out of the deterministic part.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
/// A file's lines, and a function's.
const FILE_WALL: usize = 400;
const FUNCTION_WALL: usize = 70;

/// What a file of each layer may name. A layer not listed may name everything.
const LAYERS: &[(&str, &[&str])] = &[
    ("num", &["num", "fields!"]),
    ("text", &["text"]),
    ("world", &["num", "world", "fields!", "text"]),
    ("learn", &["num", "world", "learn", "fields!", "text"]),
    ("data", &["num", "world", "learn", "data", "fields!", "text"]),
    ("run", &["num", "world", "learn", "run", "fields!", "text"]),
    ("nn", &["num", "world", "learn", "run", "nn", "fields!", "text"]),
    ("agents", &["num", "world", "learn", "run", "nn", "agents", "fields!", "text"]),
    ("lm", &["num", "world", "learn", "data", "run", "nn", "lm", "fields!", "text"]),
    // The trainer is handed conversations by main, as plain records behind a trait.
    ("chat", &["num", "world", "learn", "run", "lm", "chat", "text"]),
    // The trainer knows agents only as `dyn Run` and through plain records.
    ("trainer", &["num", "world", "learn", "run", "trainer", "text"]),
    ("tui", &["trainer", "tui", "text"]),
    // Files of sessions: the only part below the command line that writes any.
    ("store", &["num", "world", "learn", "run", "trainer", "store", "text"]),
    ("cli", &["num", "world", "learn", "data", "run", "nn", "agents", "lm", "trainer", "store", "chat", "cli", "text"]),
];

/// The part that must give the same bits everywhere.
const DETERMINISTIC: &[&str] = &["num", "world", "learn", "run", "agents", "nn", "lm", "chat"];

struct File {
    path: PathBuf,
    /// Of its lines, comments emptied: rules are for code.
    code: Vec<String>,
    lines: usize,
}

impl File {
    /// `world` of `src/world/tell.rs`; `main` of `src/main.rs`.
    fn layer(&self) -> String {
        let inner = self.path.strip_prefix(SRC).unwrap();
        let first = inner.components().next().unwrap().as_os_str().to_string_lossy();
        first.trim_end_matches(".rs").to_owned()
    }

    fn name(&self) -> String {
        format!("src/{}", self.path.strip_prefix(SRC).unwrap().display())
    }
}

fn walk(dir: &Path, out: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = |l: &str| if l.trim_start().starts_with("//") { String::new() } else { l.to_owned() };
            out.push(File { path, code: text.lines().map(code).collect(), lines: text.lines().count() });
        }
    }
}

fn sources() -> Vec<File> {
    let mut files = Vec::new();
    walk(Path::new(SRC), &mut files);
    assert!(files.len() > 30, "the sources are found");
    files
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a line names behind `crate::`: a module, or a macro with its `!`. `use crate::{a, b}` names both.
fn named(line: &str) -> Vec<String> {
    let word = |s: &str| {
        let end = s.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(s.len());
        let bang = if s[end..].starts_with('!') || s == "fields;" { "!" } else { "" };
        format!("{}{bang}", &s[..end])
    };
    let mut out = Vec::new();
    for rest in line.split("crate::").skip(1).filter(|_| !line.contains("$crate::")) {
        match rest.strip_prefix('{') {
            Some(list) => out.extend(list.trim_end_matches(['}', ';']).split(',').map(|s| word(s.trim()))),
            None => out.push(word(rest)),
        }
    }
    out
}

#[test]
fn names_behind_crate_are_read() {
    assert_eq!(named("use crate::num::dice::Dice;"), ["num"]);
    assert_eq!(named("use crate::{num, world::env};"), ["num", "world"]);
    assert_eq!(named("use crate::fields;"), ["fields!"]);
    assert_eq!(named("fn f(x: &crate::run::Tick, y: crate::tui::Model)"), ["run", "tui"]);
}

#[test]
fn a_file_names_only_its_own_layer_and_those_above_it() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some((layer, may)) = LAYERS.iter().find(|(layer, _)| *layer == file.layer()) else {
            continue;
        };
        for (i, line) in file.code.iter().enumerate() {
            for name in named(line).iter().filter(|n| !may.contains(&n.as_str())) {
                wrong.push(format!("{}:{}: {layer} may not name {name}", file.name(), i + 1));
            }
            // Paths that would go round the rule.
            if line.contains("super::super::") {
                wrong.push(format!("{}:{}: super::super hides the layer; write crate::", file.name(), i + 1));
            }
        }
    }
    report(&wrong);
}

#[test]
fn every_directory_of_src_has_a_layer() {
    let known: Vec<&str> = LAYERS.iter().map(|(layer, _)| *layer).chain(["main", "lib"]).collect();
    let wrong: Vec<String> = sources().iter().filter(|f| !known.contains(&f.layer().as_str())).map(File::name).collect();
    report(&wrong);
}

#[test]
fn no_file_is_longer_than_the_wall() {
    let long = |f: &&File| f.lines > FILE_WALL;
    report(&sources().iter().filter(long).map(|f| format!("{}: {} lines; the wall is {FILE_WALL}", f.name(), f.lines)).collect::<Vec<_>>());
}

/// A function from its `fn` to the brace at the same depth, as rustfmt lays it out.
fn functions(file: &File) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (i, line) in file.code.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let head = line.trim_start();
        let is_fn =
            ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "const fn ", "pub const fn "].iter().any(|p| head.starts_with(p));
        if is_fn && !line.trim_end().ends_with(['}', ';']) {
            let end =
                file.code[i..].iter().position(|l| l.starts_with(&" ".repeat(indent)) && l.trim() == "}" && l.find('}') == Some(indent));
            out.push((i + 1, end.unwrap_or(0) + 1));
        }
    }
    out
}

#[test]
fn every_function_fits_a_screen() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in sources() {
        let functions = functions(&file);
        seen += functions.len();
        for (line, length) in functions.into_iter().filter(|(_, length)| *length > FUNCTION_WALL) {
            wrong.push(format!("{}:{line}: a function of {length} lines; a screen holds {FUNCTION_WALL}", file.name()));
        }
    }
    assert!(seen > 150, "functions are found");
    report(&wrong);
}

fn forbid(words: &[&str], layers: Option<&[&str]>, why: &str) {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| layers.is_none_or(|l| l.contains(&f.layer().as_str()))) {
        for (i, line) in file.code.iter().enumerate() {
            for word in words.iter().filter(|w| line.contains(**w)) {
                wrong.push(format!("{}:{}: {word} {why}", file.name(), i + 1));
            }
        }
    }
    report(&wrong);
}

#[test]
fn nothing_is_left_to_do() {
    forbid(&["todo!", "unimplemented!", "dbg!("], None, "is left over");
}

#[test]
fn the_deterministic_part_iterates_no_hash_map() {
    forbid(&["HashMap", "HashSet"], Some(DETERMINISTIC), "has no order; use a Vec or a BTreeMap");
}

#[test]
fn the_deterministic_part_uses_portable_maths() {
    let std =
        [".exp()", ".ln()", ".tanh()", ".powf(", ".exp2()", ".sin()", ".cos()", ".log10()", ".log2()", ".ln_1p()", ".exp_m1()", ".cbrt()"];
    forbid(&std, Some(DETERMINISTIC), "differs between platforms; use libm");
}

#[test]
fn below_the_trainer_there_is_no_clock_and_no_thread() {
    let words = ["std::time", "Instant", "SystemTime", "thread::current", "static mut", "thread_local!"];
    forbid(&words, Some(DETERMINISTIC), "does not belong into a deterministic machine");
    // `nn/parallel.rs` shares work out so that nobody can tell among how many threads.
    let threads = |f: &File| f.name() != "src/nn/parallel.rs" && f.code.iter().any(|line| line.contains("std::thread"));
    let below = |f: &&File| DETERMINISTIC.contains(&f.layer().as_str()) && threads(f);
    report(&sources().iter().filter(below).map(|f| format!("{}: std::thread belongs into nn/parallel.rs", f.name())).collect::<Vec<_>>());
}

#[test]
fn below_the_commands_nothing_touches_files() {
    let layers = ["num", "world", "learn", "run", "agents", "chat", "trainer", "tui"];
    forbid(&["std::fs", "File::open", "File::create"], Some(&layers), "belongs into main and cli");
}

#[test]
fn files_are_created_and_replaced_in_one_place() {
    let words = ["File::create", "fs::write(", "fs::rename(", "fs::copy(", ".create(true)", ".create_new(true)", "fs::hard_link("];
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| file.name() != "src/store/write.rs") {
        for (i, line) in file.code.iter().enumerate() {
            wrong.extend(
                words
                    .iter()
                    .filter(|w| line.contains(**w))
                    .map(|w| format!("{}:{}: {w} may follow a link; use store::write", file.name(), i + 1)),
            );
        }
    }
    report(&wrong);
}

#[test]
fn whatever_is_printed_passes_the_filter() {
    let words =
        ["stdout()", "stderr()", "Stdout", "Stderr", "println!", "eprintln!", "print!(", "STDOUT", "STDERR", "/dev/stdout", "/dev/stderr"];
    // The filter itself, and the workbench's terminal, where only cells are drawn.
    let own = ["src/cli/output.rs", "src/tui/terminal.rs"];
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| !own.contains(&f.name().as_str())) {
        for (i, line) in file.code.iter().enumerate() {
            for word in words.iter().filter(|w| line.replace("use_stderr()", "").replace("Output::stdout()", "").contains(**w)) {
                wrong.push(format!("{}:{}: {word} goes round the filter; use cli::output", file.name(), i + 1));
            }
        }
    }
    // These draw on the terminal by themselves: what they are given is cleaned in these files.
    for (word, home) in [("indicatif", "src/cli/progress.rs"), ("rustyline", "src/cli/chat/input.rs"), (".set_stringn(", "src/tui/")] {
        for file in sources().iter().filter(|f| !f.name().starts_with(home) && f.code.iter().any(|line| line.contains(word))) {
            wrong.push(format!("{}: {word} belongs into {home}", file.name()));
        }
    }
    report(&wrong);
}

#[test]
fn a_file_opens_with_what_it_is() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|f| !["main", "lib"].contains(&f.layer().as_str()))
        .filter(|f| !fs::read_to_string(&f.path).unwrap().starts_with("//!"))
        .map(|f| format!("{}: opens without a line of //!", f.name()))
        .collect();
    report(&wrong);
}

#[test]
fn the_readme_names_every_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(readme) = fs::read_to_string(root.join("README.md")) else {
        return;
    };
    let cli = dialoq::cli::Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    assert!(names.contains(&"train"), "the commands are found");
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !readme.contains(&format!("dialoq {name}")))
        .map(|name| format!("README.md does not name `dialoq {name}`"))
        .collect();
    report(&missing);
}
