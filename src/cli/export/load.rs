//! The runs of a session, each at the furthest point that it reached.

use crate::agents;
use crate::cli::args::build;
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::progress::Replaying;
use crate::cli::session::{absent, damage, existing};
use crate::run::journal::Journal;
use crate::run::{Run, RunSpec};
use crate::store::files::checkpoint;
use crate::store::place::Files;
use crate::store::restore::restore;

/// A run as it is exported.
pub struct Named {
    /// A, B, C, …
    pub name: String,
    /// What sets it apart from the others.
    pub about: String,
    pub run: Box<dyn Run>,
}

/// A session and its open runs.
pub struct Loaded {
    pub session: String,
    pub files: Files,
    pub journal: Journal,
    pub runs: Vec<Named>,
}

/// A session by its name or its file. Nothing of it is changed.
pub fn load(argument: &str) -> Result<Loaded, Failure> {
    let files = existing(argument)?;
    let journal = files.parse().map_err(Failure::Input)?;
    let checkpoint = checkpoint(&files);
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
    let outcome = outcome.map_err(|why| absent(&files, &journal, format!("the session {} cannot be restored: {why}", files.name())))?;
    // The first note tells of the damage, with which this command ends.
    for note in outcome.notes.iter().skip(usize::from(journal.is_damaged())) {
        // For people only: what could be read is exported.
        output::note(&format!("{}: {note}", files.shown()));
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
    Ok(Loaded { session: files.name(), runs: named.collect(), files, journal })
}

impl Loaded {
    /// The failure after the export where a part of the session could not be read.
    pub fn whole(&self) -> Result<(), Failure> {
        damage(&self.files, &self.journal).map_or(Ok(()), Err)
    }

    /// The session has no such run, turn or dialogue.
    pub fn absent(&self, why: String) -> Failure {
        absent(&self.files, &self.journal, why)
    }
}

/// A refusal as a sentence within another one.
fn sentence(failure: &Failure) -> String {
    failure.to_string().replacen("error: ", "", 1)
}
