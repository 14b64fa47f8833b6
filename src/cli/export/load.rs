//! The runs of a session, each at the furthest point that it reached.

use std::io::Write;

use crate::agents;
use crate::cli::args::build;
use crate::cli::failure::Failure;
use crate::cli::progress::Replaying;
use crate::run::{Run, RunSpec};
use crate::store::place::Place;
use crate::store::restore::restore;

/// A run as it is exported.
pub struct Named {
    /// A, B, C, …
    pub name: String,
    /// What sets it apart from the others.
    pub about: String,
    pub run: Box<dyn Run>,
}

/// A session by its name or its file: its own name, and its open runs. Nothing of it is changed.
pub fn load(argument: &str) -> Result<(String, Vec<Named>), Failure> {
    let place = Place::find().map_err(Failure::Input)?;
    let files = place.existing(argument).map_err(Failure::Input)?;
    let journal = files.parse().map_err(Failure::Input)?;
    let checkpoint = std::fs::read(files.checkpoint()).ok();
    let make = |spec: &RunSpec, _: &mut dyn FnMut(f32)| {
        if spec.agent == crate::lm::live::NAME {
            return crate::lm::live::start(spec, crate::cli::cores()).map_err(|e| e.to_string());
        }
        let world = build(&spec.source, &spec.profile, spec.masks).map_err(|e| sentence(&e))?;
        agents::start(world, spec).map_err(|e| e.to_string())
    };
    let mut bar = Replaying::new();
    let mut progress = |turns: u64, of: u64| bar.show(turns, of);
    let outcome = restore(&journal, checkpoint.as_deref(), &make, &mut progress);
    let outcome = outcome.map_err(|e| Failure::Input(format!("{}: {e}", files.shown())))?;
    for note in &outcome.notes {
        // For people only: what could be read is exported.
        let _ = writeln!(std::io::stderr(), "{}: {note}", files.shown());
    }
    if let Some(problem) = outcome.problems.first() {
        return Err(Failure::Work(format!("{}: {problem}", files.shown())));
    }
    let named = outcome.restored.runs.into_iter().map(|mut kept| {
        let head = kept.run.head();
        kept.run.seek(head, &mut |_| true);
        let about = if kept.change.is_empty() { kept.spec.agent } else { kept.change };
        Named { name: kept.name, about, run: kept.run }
    });
    Ok((files.name(), named.collect()))
}

/// A refusal as a sentence within another one.
fn sentence(failure: &Failure) -> String {
    failure.to_string().replacen("error: ", "", 1)
}
