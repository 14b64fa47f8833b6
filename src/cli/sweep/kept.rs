//! The file that a sweep is kept in: first the whole plan, then one line for every finished run, as it finishes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::lines::Lines;
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

pub struct Kept(Lines);

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
        let header = header(plan, digest);
        let same = |theirs: &Value| compare(path, theirs, &header);
        let place = |line: Line| Some((run_of(plan, &line)?, line.outcome));
        let found = |line: &[u8]| {
            let found = serde_json::from_slice(line).ok().and_then(place);
            found.map(|(run, outcome)| outcomes[run] = Some(outcome)).is_some()
        };
        Ok(Kept(Lines::open(path, "sweep", &header, same, found)?))
    }

    /// Writes the file anew where somebody removed it.
    pub fn look(&mut self) -> Result<(), Failure> {
        self.0.look()
    }

    pub fn add(&mut self, plan: &Plan, run: usize, outcome: &Outcome) -> Result<(), Failure> {
        let (cell, k) = plan.place(run);
        let line = Line { cell, seed: plan.seed(k).to_string(), outcome: outcome.clone() };
        self.0.add(&serde_json::to_string(&line).expect("a result can be written as JSON"))
    }
}

fn compare(path: &str, theirs: &Value, ours: &Value) -> Result<(), Failure> {
    let fields = ours.as_object().into_iter().flatten();
    let Some((name, own)) = fields.into_iter().find(|(name, own)| theirs[name.as_str()] != **own) else {
        return Ok(());
    };
    let other = &theirs[name.as_str()];
    let what = format!("it holds another sweep, whose {name} is {other}, not {own}");
    Err(Failure::Input(format!("--out {path}: {what}; give another file, or the command that began this one")))
}

/// The number of the run whose line this is.
fn run_of(plan: &Plan, line: &Line) -> Option<usize> {
    let seed: u64 = line.seed.parse().ok()?;
    let k = seed.wrapping_sub(plan.spec.seed);
    let fits = line.cell < plan.cells() && k < u64::from(plan.seeds);
    fits.then(|| line.cell * plan.seeds as usize + k as usize)
}
