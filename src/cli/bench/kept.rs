//! The directory that a benchmark is kept in: one file, one line for every finished run with all that it follows from, so that other
//! agents, seeds or scenarios may be added to it by another command.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::plan::{Job, Plan};
use crate::cli::failure::{Failure, reason};
use crate::cli::lines::Lines;
use crate::run::benchmark::Outcome;
use crate::store::read::whole;

const FILE: &str = "runs.jsonl";

fn header() -> Value {
    json!({"format": "dialoq-bench", "version": 1})
}

/// A finished run: what it follows from, as text, and its outcome.
fn read(line: &[u8]) -> Option<(String, Outcome)> {
    let mut line: Value = serde_json::from_slice(line).ok()?;
    let outcome = serde_json::from_value(line.as_object_mut()?.shift_remove("outcome")?).ok()?;
    Some((line.to_string(), outcome))
}

/// Puts what is there in its places; runs of other plans are let be.
fn place(found: &BTreeMap<String, Outcome>, plan: &Plan, jobs: &[Job], outcomes: &mut [Option<Outcome>]) {
    for (job, outcome) in jobs.iter().zip(outcomes) {
        *outcome = found.get(&plan.words(job).to_string()).cloned();
    }
}

/// Places what is there without writing anything.
pub fn look(dir: &str, plan: &Plan, jobs: &[Job], outcomes: &mut [Option<Outcome>]) -> Result<(), Failure> {
    let path = Path::new(dir).join(FILE);
    if !path.exists() {
        return Ok(());
    }
    let bytes = whole(&path).map_err(|e| Failure::Input(format!("--out {}: it cannot be read ({})", path.display(), reason(&e))))?;
    let found = bytes.split(|b| *b == b'\n').filter_map(read).collect();
    place(&found, plan, jobs, outcomes);
    Ok(())
}

pub struct Kept(Lines);

impl Kept {
    /// Opens the directory or makes it, and puts the outcomes that are there in their places.
    pub fn open(dir: &str, plan: &Plan, jobs: &[Job], outcomes: &mut [Option<Outcome>]) -> Result<Kept, Failure> {
        let right = "give a directory that you may write to";
        std::fs::create_dir_all(dir)
            .map_err(|e| Failure::Input(format!("--out {dir}: it cannot be made a directory ({}); {right}", reason(&e))))?;
        let mut found = BTreeMap::new();
        let path = Path::new(dir).join(FILE);
        let hear = |line: &[u8]| read(line).map(|(words, outcome)| found.insert(words, outcome)).is_some();
        let lines = Lines::open(&path.to_string_lossy(), "benchmark", &header(), |_| Ok(()), hear)?;
        place(&found, plan, jobs, outcomes);
        Ok(Kept(lines))
    }

    /// Writes the file anew where somebody removed it.
    pub fn look(&mut self) -> Result<(), Failure> {
        self.0.look()
    }

    pub fn add(&mut self, plan: &Plan, job: &Job, outcome: &Outcome) -> Result<(), Failure> {
        let mut line = plan.words(job);
        line["outcome"] = serde_json::to_value(outcome).expect("a result can be written as JSON");
        self.0.add(&line.to_string())
    }
}
