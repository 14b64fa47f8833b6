//! `dialoq train --replay`: a session learned again from nothing, and whether its digests are those that were taken.

use std::io::Write;

use serde_json::{Value, json};

use super::failure::Failure;
use super::progress::Replaying;
use super::session::{absent, builder, damage, existing};
use super::show::{grouped, print_json, print_table};
use crate::run::RunSpec;
use crate::run::journal::{Journal, RunRecord};
use crate::store::place::Files;
use crate::store::replay::{Replayed, Replayer};
use crate::text::sentence;

pub fn run(session: &str, only: Option<&str>, as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let files = existing(session)?;
    let journal = files.parse().map_err(Failure::Input)?;
    let wanted = wanted(&files, &journal, only)?;
    let build = builder();
    let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| build(spec, progress);
    let mut bar = Replaying::new();
    let mut show = |done, all| bar.show(done, all);
    let mut replayer = Replayer::new(&journal, &make, &mut show);
    let played = replayer.play(&wanted);
    let done = std::mem::take(&mut replayer.done);
    drop(bar);
    played.map_err(|why| absent(&files, &journal, format!("the session {} cannot be replayed: {why}", files.name())))?;
    let shown: Vec<(&RunRecord, &Replayed)> = journal
        .runs
        .iter()
        .filter(|record| wanted.contains(&record.id))
        .filter_map(|record| done.iter().find(|d| d.id == record.id).map(|d| (record, d)))
        .collect();
    let problems: Vec<&String> = done.iter().flat_map(|d| &d.problems).collect();
    if as_json {
        let object = json!({
            "session": files.name(),
            "path": files.shown(),
            "damage": journal.damage.as_ref().map(|d| json!({"line": d.line, "byte": d.byte, "reason": d.reason})),
            "left_out": journal.left_out.iter().map(|l| json!({"line": l.line, "byte": l.byte, "reason": l.reason})).collect::<Vec<_>>(),
            "runs": shown.iter().map(|(record, d)| run_json(record, d)).collect::<Vec<_>>(),
            "problems": problems,
        });
        print_json(out, &object)?;
    } else {
        table(out, &journal, &shown)?;
    }
    out.flush()?;
    match problems.as_slice() {
        [] => damage(&files, &journal).map_or(Ok(()), Err),
        [first, ..] => Err(Failure::Work((*first).clone())),
    }
}

fn wanted(files: &Files, journal: &Journal, only: Option<&str>) -> Result<Vec<u32>, Failure> {
    let Some(name) = only else {
        return Ok(journal.runs.iter().map(|r| r.id).collect());
    };
    // Names are used again after another scenario was opened: the last one is meant, an open one before others.
    let named = journal.runs.iter().filter(|r| r.name == name);
    let found = named.max_by_key(|r| (!r.closed, r.id)).ok_or_else(|| {
        let known: Vec<&str> = journal.runs.iter().map(|r| r.name.as_str()).collect();
        absent(files, journal, format!("--run: there is no run \"{name}\"; use one of {}", known.join(", ")))
    })?;
    Ok(vec![found.id])
}

/// Whether the digest is the one that was taken; none where none was taken there.
fn equal(d: &Replayed) -> Option<bool> {
    d.recorded.map(|taken| taken == d.run.digest())
}

fn run_json(record: &RunRecord, d: &Replayed) -> Value {
    json!({
        "run": record.name,
        "turns": d.run.now().0,
        "dialogues": d.run.dialogues(),
        "edits": d.run.journal().len(),
        "digest": d.run.digest().to_string(),
        "recorded": d.recorded.map(|digest| digest.to_string()),
        "equal": equal(d),
        "closed": record.closed,
    })
}

fn table(out: &mut dyn Write, journal: &Journal, shown: &[(&RunRecord, &Replayed)]) -> Result<(), Failure> {
    if let Some(d) = &journal.damage {
        writeln!(out, "damaged from line {} (byte {}) on: {}; all before it was replayed\n", d.line, d.byte, sentence(&d.reason))?;
    }
    for told in journal.told_left_out() {
        writeln!(out, "damaged: {told}")?;
    }
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|(record, d)| {
            let verdict = match equal(d) {
                Some(true) => "as recorded",
                Some(false) => "another one was recorded",
                None => "none was recorded here",
            };
            vec![
                record.name.clone(),
                grouped(d.run.now().0),
                grouped(d.run.dialogues()),
                d.run.journal().len().to_string(),
                d.run.digest().to_string(),
                verdict.to_owned(),
            ]
        })
        .collect();
    Ok(print_table(out, &["run", "turns", "dialogues", "edits", "digest", ""], &rows)?)
}
