//! Every reader of the program on files that were changed at random, with the file's own structure in mind: whatever stands in a file,
//! a command ends with 0, 1 or 2, says what is wrong in a short line, and takes its share of memory and time at most.
//!
//! `DIALOQ_MUTATIONS` is the number of files for each reader in this process (a twentieth of it are given to the program itself);
//! `DIALOQ_MUTATION_SEED` chooses other files.

mod bytes;
mod caught;
mod checks;
mod child;
mod dice;
mod direct;
mod found;
mod readers;
mod seeds;
mod tree;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use dialoq::cli::{self, output::Output};
use dialoq::run::journal::Journal;
use dice::Dice;
use readers::Reader;

use crate::support::Sink;

/// Files of a reader in this process.
const INSIDE: u64 = 100;
/// One in so many is given to the program as a child.
const CHILDREN: u64 = 20;
/// A case in this process that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(240);
/// Seconds of one thread that a reading may take.
const SECONDS: f64 = 10.0;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |text| text.parse().expect("a whole number"))
}

fn home(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mutation").join(name)
}

/// An empty folder with these files.
fn lay(dir: &Path, files: &[(String, Vec<u8>)]) {
    let _ = fs::remove_dir_all(dir);
    fs::create_dir_all(dir).unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(dir.join(name), bytes).unwrap());
}

/// Kinds of faults, each with the first file that shows it.
#[derive(Default)]
struct Faults(BTreeMap<String, (u64, String)>);

impl Faults {
    fn add(&mut self, reader: &Reader, command: &str, case: u64, wrong: &[String], bytes: &[u8]) {
        for what in wrong {
            let word = command.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let kind: String = what.chars().filter(|c| !c.is_ascii_digit()).take(160).collect();
            let kind = format!("{} · {word} · {kind}", reader.name);
            if let Some((count, _)) = self.0.get_mut(&kind) {
                *count += 1;
                continue;
            }
            let name = format!("{}-{case}-{}", reader.name, reader.file);
            let kept = home("failed").join(name);
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::write(&kept, bytes).unwrap();
            self.0.insert(kind, (1, format!("{what}\n    {command}\n    {} (case {case})", kept.display())));
        }
    }

    fn end(self, seed: u64) {
        let told: Vec<String> = self.0.iter().map(|(kind, (count, first))| format!("{kind}: {count} times, first\n  {first}")).collect();
        assert!(told.is_empty(), "seed {seed}: {} kinds of faults\n{}", told.len(), told.join("\n"));
    }
}

fn case(reader: &Reader, seed: u64, case: u64, salt: &str) -> (Vec<u8>, &'static str) {
    let mut dice = Dice::of(seed, &format!("{}{salt}", reader.name), case);
    let bytes = bytes::mutate(reader.kind, &reader.seeds, &mut dice);
    (bytes, reader.commands[dice.below(reader.commands.len())])
}

fn lay_case(dir: &Path, reader: &Reader, bytes: &[u8]) {
    lay(dir, &reader.beside);
    fs::write(dir.join(&reader.file), bytes).unwrap();
}

/// Tells where the case lies that never came to an end, and ends.
struct Watchdog {
    alive: std::sync::mpsc::Sender<PathBuf>,
}

impl Watchdog {
    fn new() -> Watchdog {
        let (alive, cases) = channel();
        std::thread::spawn(move || {
            let mut last = PathBuf::new();
            loop {
                match cases.recv_timeout(PATIENCE) {
                    Ok(case) => last = case,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        eprintln!("a reading has not come to an end: {}", last.display());
                        std::process::exit(101);
                    }
                }
            }
        });
        Watchdog { alive }
    }
}

/// Turns that a journal asks to be learned again.
fn asked(bytes: &[u8]) -> u64 {
    Journal::parse(bytes).map_or(0, |j| j.runs.iter().map(|r| r.head.0).max().unwrap_or(0))
}

/// A command in this process: what is wrong with how it ended.
fn called(dir: &Path, command: &str) -> Vec<String> {
    let words = std::iter::once("dialoq".to_owned()).chain(command.split(' ').map(|w| w.replace("{}", &dir.display().to_string())));
    let parsed = cli::parse(words.map(OsString::from)).unwrap_or_else(|e| panic!("{command}: {}", e.text));
    let sink = Sink::default();
    let mut out = Output::to(sink.clone());
    let begun = Instant::now();
    let done = catch_unwind(AssertUnwindSafe(|| cli::run(parsed.command.unwrap(), &mut out)));
    let mut wrong = Vec::new();
    match done {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => checks::said(failure.to_string().as_bytes(), &mut wrong),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            wrong.push(format!("panicked: {}", text.unwrap_or_default()));
        }
    }
    drop(out);
    checks::printed("standard output", &sink.bytes(), &mut wrong);
    // The machine may be busy: the program itself is held against the processor's clock.
    if begun.elapsed().as_secs_f64() > 6.0 * SECONDS {
        wrong.push(format!("took {:.1} s", begun.elapsed().as_secs_f64()));
    }
    wrong
}

fn inside(chosen: impl Fn(&Reader) -> bool, readers: &[Reader]) {
    let (seed, count) = (number("DIALOQ_MUTATION_SEED", 1), number("DIALOQ_MUTATIONS", INSIDE));
    let mut faults = Faults::default();
    let watchdog = Watchdog::new();
    for reader in readers.iter().filter(|r| r.inside && chosen(r)) {
        let dir = home(&format!("inside-{}", reader.name));
        for number in 0..(count / reader.seldom).max(1) {
            let (bytes, command) = case(reader, seed, number, "");
            if Path::new(&reader.file).extension().is_some_and(|e| e == "jsonl") && asked(&bytes) > 50_000 {
                // Work without end is for the program itself, which can be ended.
                continue;
            }
            lay_case(&dir, reader, &bytes);
            watchdog.alive.send(dir.clone()).unwrap();
            let begun = Instant::now();
            let wrong = called(&dir, command);
            if begun.elapsed() > Duration::from_secs(2) {
                eprintln!("slow: {} case {number}, {command}: {:.1} s", reader.name, begun.elapsed().as_secs_f64());
            }
            faults.add(reader, command, number, &wrong, &bytes);
        }
        let _ = fs::remove_dir_all(&dir);
    }
    faults.end(seed);
}

fn children(readers: &[Reader]) {
    let (seed, count) = (number("DIALOQ_MUTATION_SEED", 1), number("DIALOQ_MUTATIONS", INSIDE) / CHILDREN);
    let mut faults = Faults::default();
    for reader in readers {
        let dir = home(&format!("child-{}", reader.name));
        let mut bases: BTreeMap<&str, child::Base> = BTreeMap::new();
        let sound = || lay_case(&dir, reader, &reader.seeds[0]);
        for number in 0..(count / reader.seldom).max(1) {
            let (bytes, command) = case(reader, seed, number, "child");
            let base = *bases.entry(command).or_insert_with(|| {
                sound();
                let base = child::base(&dir, command, &sound);
                assert!(matches!(base.code, Some(0 | 2)), "{}: {command} fails on a sound file", reader.name);
                base
            });
            lay_case(&dir, reader, &bytes);
            let size: usize = bytes.len() + reader.beside.iter().map(|b| b.1.len()).sum::<usize>();
            let (wrong, _) = child::tried(&dir, command, base, size as u64);
            faults.add(reader, command, number, &wrong, &bytes);
        }
        let _ = fs::remove_dir_all(&dir);
    }
    faults.end(seed);
}

/// Files that a command writes, for the readers that begin with them.
fn written() -> Vec<Reader> {
    readers::written(&|line, file| {
        let dir = home(&format!("written-{}", line.split(' ').next().unwrap()));
        lay(&dir, &[]);
        let ended = child::run(&dir, line, 64 << 20, 600);
        assert_eq!(ended.code, Some(0), "{line}: {}", String::from_utf8_lossy(&ended.err));
        let bytes = fs::read(dir.join(file)).unwrap();
        let _ = fs::remove_dir_all(&dir);
        bytes
    })
}

fn is_corpus(reader: &Reader) -> bool {
    reader.name.starts_with("corpus") || reader.name.starts_with("mined")
}

#[test]
fn no_changed_corpus_makes_a_command_panic_or_shout() {
    inside(is_corpus, &readers::all());
}

#[test]
fn no_changed_world_session_or_list_makes_a_command_panic_or_shout() {
    inside(|r| !is_corpus(r), &readers::all());
}

#[test]
fn the_program_ends_in_order_on_changed_worlds_sessions_and_models() {
    let readers: Vec<Reader> = readers::all().into_iter().filter(|r| !is_corpus(r)).collect();
    children(&readers);
}

#[test]
fn the_program_ends_in_order_on_changed_corpora() {
    let readers: Vec<Reader> = readers::all().into_iter().filter(is_corpus).collect();
    children(&readers);
}

#[test]
fn the_program_ends_in_order_on_changed_results_and_checkpoints_of_its_own() {
    children(&written());
}
