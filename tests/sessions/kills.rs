//! `kill -9` at random instants: what was told more than a second before is there, the file is whole, and it comes back.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use dialoq::learn::machine::Edit;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::journal::{Line, SpecLine};
use dialoq::run::timeline::Limit;
use dialoq::store::files::checkpoint;
use dialoq::store::kept::Kept;
use dialoq::store::place::Files;
use dialoq::trainer::keeper::Keeper;
use dialoq::trainer::kept::{KeptRun, checkpoint as bytes_of};

use super::{bring_back, build, directory, small};

const KILLS: u64 = 200;
/// Programs under load beside each other.
const AT_ONCE: u64 = 4;
/// Where the program to be killed writes; set for it alone.
const VARIABLE: &str = "DIALOQ_TEST_KILLED";
const TICKS: u64 = 40;

/// Not a test of its own: what is killed. It learns, edits without rest, and says each edit once it was told to the keeper.
#[test]
#[ignore = "it is started by the test of kills"]
fn a_program_under_load() {
    let Ok(path) = std::env::var(VARIABLE) else { return };
    let spec = small("q-learning", 1);
    let mut run = build(&spec);
    let mut kept = Kept::begin_named(Files { journal: path.into() }).unwrap();
    let line = SpecLine::new(&spec, &run.world().digest.to_string());
    kept.line(Line::Run { run: 0, name: "A".into(), spec: line, parent: None });
    let mut out = std::io::stderr().lock();
    for number in 1_u64.. {
        run.advance(Limit::ticks(TICKS));
        let edit = Edit::Tune { knob: "alpha".into(), value: 0.1 + (number % 50) as f64 / 100.0 };
        let text = run.edit(edit.clone()).unwrap();
        let (tick, dialogue) = (run.now().0, run.dialogues());
        kept.line(Line::Edit { run: 0, tick, dialogue, edit, text });
        if number.is_multiple_of(16) {
            kept.line(Line::Head { run: 0, tick, dialogue, digest: Some(run.digest().to_string()) });
        }
        if number.is_multiple_of(40) {
            kept.checkpoint(bytes_of("killed", &[KeptRun { id: 0, spec: &spec, run: &*run, evaluations: &[] }]));
        }
        writeln!(out, "edit {number}").unwrap();
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// The edits that were said before the kill, each with the time at which it was heard.
fn killed_after(path: &Path, wait: Duration) -> Vec<(u64, Instant)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sessions::kills::a_program_under_load", "--ignored", "--nocapture"])
        .env(VARIABLE, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let heard = std::thread::spawn(move || {
        let mut heard = Vec::new();
        while let Some(Ok(line)) = lines.next() {
            if let Some(number) = line.strip_prefix("edit ").and_then(|n| n.parse().ok()) {
                heard.push((number, Instant::now()));
            }
        }
        heard
    });
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    heard.join().unwrap()
}

/// What a second is on this machine now: beside the kills somebody else writes a line and waits for the disk, again and again;
/// what that takes at worst is no fault of ours.
struct Disk {
    over: Arc<AtomicBool>,
    worst_ms: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    fn watched(dir: &Path) -> Disk {
        let (over, worst_ms) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (done, worst, path) = (over.clone(), worst_ms.clone(), dir.join("beside"));
        let thread = std::thread::spawn(move || {
            let mut file = std::fs::File::create(path).unwrap();
            while !done.load(Ordering::Acquire) {
                let start = Instant::now();
                std::thread::sleep(Duration::from_millis(20));
                file.write_all(b"a line\n").unwrap();
                file.sync_data().unwrap();
                worst.fetch_max((start.elapsed().as_millis() as u64).saturating_sub(20), Ordering::AcqRel);
            }
        });
        Disk { over, worst_ms, thread: Some(thread) }
    }

    /// Waking up, writing and syncing may each be as late as it was at worst.
    fn second(&self) -> Duration {
        Duration::from_millis(1000 + 3 * self.worst_ms.load(Ordering::Acquire))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What was found after some kills.
#[derive(Default)]
struct Found {
    empty: u64,
    whole: u64,
    with_checkpoint: u64,
}

/// Kills number `kill`, and what is left is as it must be.
fn kill_and_look(dir: &Path, kill: u64, disk: &Disk, found: &mut Found) {
    let path = dir.join(format!("{kill}.jsonl"));
    let files = Files { journal: path.clone() };
    // Mostly while it begins and writes its first lines and checkpoints; now and then later.
    let late = kill.is_multiple_of(20);
    let wait = if late { 1500 } else { 5 + Dice::at(Key::new(5, Stream::Eval), kill).draw() % 400 };
    let heard = killed_after(&path, Duration::from_millis(wait));
    let over = Instant::now();
    let second = disk.second();
    let due = heard.iter().filter(|(_, at)| over - *at > second).map(|(n, _)| *n).max().unwrap_or(0);
    let bytes = std::fs::read(&path).unwrap_or_default();
    let outcome = if bytes.is_empty() { Err("no run of it is open".to_owned()) } else { bring_back(&bytes, checkpoint(&files).as_deref()) };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(why) => {
            found.empty += 1;
            return assert!(why.contains("no run of it is open") && due == 0, "kill {kill}: {why}; {due} edits were due");
        }
    };
    found.whole += 1;
    found.with_checkpoint += u64::from(files.checkpoint().exists());
    assert!(outcome.problems.is_empty(), "kill {kill}: {:?}", outcome.problems);
    assert!(!outcome.notes.iter().any(|n| n.contains("checkpoint")), "kill {kill}: {:?}", outcome.notes);
    let kept = outcome.restored.runs[0].run.journal().len() as u64;
    assert!(kept >= due, "kill {kill}: {kept} edits of {due} that are more than a second old");
    if late {
        let again = bring_back(&bytes, None).unwrap();
        assert!(again.problems.is_empty(), "kill {kill}: {:?}", again.problems);
        assert_eq!(again.restored.runs[0].run.digest(), outcome.restored.runs[0].run.digest(), "kill {kill}");
        assert!(heard.len() > 10, "kill {kill}: the program was not under load: {}", heard.len());
    }
}

#[test]
fn two_hundred_kills_lose_nothing_beyond_the_last_second_and_never_the_file() {
    let dir = directory("kills");
    let disk = Disk::watched(&dir);
    let kill_some = |first: u64| {
        let mut found = Found::default();
        (first..KILLS).step_by(AT_ONCE as usize).for_each(|kill| kill_and_look(&dir, kill, &disk, &mut found));
        found
    };
    let found: Vec<Found> = std::thread::scope(|scope| {
        let kill_some = &kill_some;
        let all: Vec<_> = (0..AT_ONCE).map(|first| scope.spawn(move || kill_some(first))).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let sum = |of: fn(&Found) -> u64| found.iter().map(of).sum::<u64>();
    let (empty, whole) = (sum(|f| f.empty), sum(|f| f.whole));
    assert!(empty + whole == KILLS && whole > KILLS / 2, "{empty} were killed before they began, {whole} later");
    assert!(sum(|f| f.with_checkpoint) > 20, "{} had a checkpoint", sum(|f| f.with_checkpoint));
}

#[test]
fn a_killed_training_comes_back_to_less_than_a_second_before() {
    let dir = directory("killed-training");
    let disk = Disk::watched(&dir);
    for (kill, wait) in [700, 1100, 1900].into_iter().enumerate() {
        let path = dir.join(format!("{kill}.jsonl"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_dialoq"))
            .args(["train", "--dialogues", "900000000000", "--seed", &kill.to_string(), "--out"])
            .arg(&path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let age = std::fs::metadata(&path).unwrap().modified().unwrap().elapsed().unwrap();
        assert!(age < disk.second(), "the last line is {age:?} old");
        let replayed = Command::new(env!("CARGO_BIN_EXE_dialoq")).args(["train", "--json", "--replay"]).arg(&path).output().unwrap();
        let told: serde_json::Value = serde_json::from_slice(&replayed.stdout).unwrap();
        assert!(replayed.status.success() && told["damage"].is_null(), "{told}");
    }
}
