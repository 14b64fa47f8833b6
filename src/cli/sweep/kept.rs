//! The file that a sweep is kept in: JSON lines, first the whole plan, then one line for every finished run, as it finishes.
//! A line that a kill or a power cut tore off is made anew; a file of anything else is left alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::failure::{Failure, reason};
use crate::run::sweep::{Outcome, Plan};

const FORMAT: &str = "dialoq-sweep";
const VERSION: u32 = 1;

/// Every line but the first.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    cell: usize,
    seed: String,
    outcome: Outcome,
}

pub struct Kept {
    file: File,
    path: String,
}

/// All that the results follow from.
fn header(plan: &Plan, digest: &str) -> Value {
    let settings: Vec<String> = plan.spec.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    json!({
        "format": FORMAT,
        "version": VERSION,
        "program": env!("CARGO_PKG_VERSION"),
        "scenario": plan.spec.source.argument(),
        "world": digest,
        "profile": plan.spec.profile,
        "masks": plan.spec.masks,
        "agent": plan.spec.agent,
        "settings": settings,
        "grid": plan.axes.iter().map(|a| json!({"knob": a.knob, "values": a.values})).collect::<Vec<_>>(),
        "seed": plan.spec.seed.to_string(),
        "seeds": plan.seeds,
        "dialogues": plan.dialogues,
    })
}

impl Kept {
    /// Opens the file or begins it, and puts the outcomes that are there in their places.
    pub fn open(path: &str, plan: &Plan, digest: &str, outcomes: &mut [Option<Outcome>]) -> Result<Kept, Failure> {
        let right = "give a file in a directory that you may write to";
        let failed = |e: &io::Error| Failure::Input(format!("--out {path}: it cannot be written ({}); {right}", reason(e)));
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(|e| failed(&e))?;
        // Where files cannot be locked, nobody is kept out.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Input(format!("--out {path}: another sweep is writing it; wait for its end or give another file")));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|e| failed(&e))?;
        let header = header(plan, digest);
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let mut kept = Kept { file, path: path.to_owned() };
        if whole == 0 {
            let line = header.to_string();
            if !line.as_bytes().starts_with(&bytes) {
                return Err(kept.foreign());
            }
            kept.cut(0).and_then(|()| kept.file.write_all(format!("{line}\n").as_bytes())).map_err(|e| failed(&e))?;
            return Ok(kept);
        }
        let mut lines = bytes[..whole - 1].split(|b| *b == b'\n');
        kept.compare(lines.next().unwrap_or_default(), &header)?;
        for (number, line) in lines.enumerate() {
            let place = |line: Line| Some((run_of(plan, &line)?, line.outcome));
            let Some((run, outcome)) = serde_json::from_slice(line).ok().and_then(place) else {
                let wrong = format!("line {} is not a result of this sweep; remove that line, or give another file", number + 2);
                return Err(Failure::Input(format!("--out {path}: {wrong}")));
            };
            outcomes[run] = Some(outcome);
        }
        kept.cut(whole as u64).map_err(|e| failed(&e))?;
        Ok(kept)
    }

    fn foreign(&self) -> Failure {
        Failure::Input(format!("--out {}: this is not the file of a sweep and is left as it is; give another one", self.path))
    }

    fn compare(&self, line: &[u8], ours: &Value) -> Result<(), Failure> {
        let theirs: Value = serde_json::from_slice(line).map_err(|_| self.foreign())?;
        if theirs["format"] != FORMAT {
            return Err(self.foreign());
        }
        let fields = ours.as_object().into_iter().flatten();
        let Some((name, own)) = fields.into_iter().find(|(name, own)| theirs[name.as_str()] != **own) else {
            return Ok(());
        };
        let other = &theirs[name.as_str()];
        let what = format!("it holds another sweep, whose {name} is {other}, not {own}");
        Err(Failure::Input(format!("--out {}: {what}; give another file, or the command that began this one", self.path)))
    }

    /// Drops what stands behind the last whole line.
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length)).map(|_| ())
    }

    /// One line in one write, so that a kill tears at most this one.
    pub fn add(&mut self, plan: &Plan, run: usize, outcome: &Outcome) -> Result<(), Failure> {
        let (cell, k) = plan.place(run);
        let line = Line { cell, seed: plan.seed(k).to_string(), outcome: outcome.clone() };
        let mut text = serde_json::to_string(&line).expect("a result can be written as JSON");
        text.push('\n');
        let rest = "what is there is kept, and the same command goes on from it";
        let failed = |e: io::Error| Failure::Work(format!("--out {}: it cannot be written ({}); {rest}", self.path, reason(&e)));
        self.file.write_all(text.as_bytes()).map_err(failed)
    }
}

/// The number of the run whose line this is.
fn run_of(plan: &Plan, line: &Line) -> Option<usize> {
    let seed: u64 = line.seed.parse().ok()?;
    let k = seed.wrapping_sub(plan.spec.seed);
    let fits = line.cell < plan.cells() && k < u64::from(plan.seeds);
    fits.then(|| line.cell * plan.seeds as usize + k as usize)
}
