//! Training without a screen, kept as a session: the same lines as the workbench writes.

use std::time::{Duration, Instant};

use super::failure::Failure;
use super::output;
use super::show::several;
use crate::run::journal::{Line, SpecLine};
use crate::run::{Run, RunSpec};
use crate::store::kept::{Kept, Status};
use crate::store::place::Place;
use crate::trainer::keeper::Keeper;
use crate::trainer::kept::{KeptRun, checkpoint};

const HEADS_EVERY: Duration = Duration::from_millis(400);
const CHECKPOINTS_EVERY: Duration = Duration::from_secs(15);

pub struct Keeping {
    kept: Kept,
    spec: RunSpec,
    told: Instant,
    checkpointed: Instant,
}

impl Keeping {
    /// A new session under a name, or at a path.
    pub fn begin(argument: &str, spec: &RunSpec) -> Result<Keeping, Failure> {
        let place = Place::find().or_else(|why| if Place::is_path(argument) { Ok(Place { dir: ".".into() }) } else { Err(why) });
        let place = place.map_err(Failure::Input)?;
        let files = place.named(argument).map_err(|why| Failure::Input(format!("--out: {why}")))?;
        if !Place::is_path(argument) {
            place.make().map_err(Failure::Input)?;
        }
        let kept = Kept::begin_named(files).map_err(|why| Failure::Input(format!("--out: {why}")))?;
        let now = Instant::now();
        Ok(Keeping { kept, spec: spec.clone(), told: now, checkpointed: now })
    }

    pub fn opened(&mut self, run: &dyn Run) {
        let spec = SpecLine::new(&self.spec, &run.world().digest.to_string()).with(run.kernel());
        self.kept.line(Line::Run { run: 0, name: "A".to_owned(), spec, parent: None });
    }

    /// Told of the run now and then.
    pub fn hear(&mut self, run: &dyn Run) {
        let now = Instant::now();
        if now.duration_since(self.told) >= HEADS_EVERY {
            self.told = now;
            self.head(run, None);
        }
        if now.duration_since(self.checkpointed) >= CHECKPOINTS_EVERY {
            self.checkpointed = now;
            self.checkpoint(run);
        }
    }

    fn head(&mut self, run: &dyn Run, digest: Option<String>) {
        self.kept.line(Line::Head { run: 0, tick: run.now().0, dialogue: run.dialogues(), digest });
    }

    fn checkpoint(&mut self, run: &dyn Run) {
        let parts = [KeptRun { id: 0, spec: &self.spec, run, evaluations: &[] }];
        self.kept.checkpoint(checkpoint(&self.kept.view().name, &parts));
    }

    /// The last lines; returns when they are written, with the session's path.
    pub fn end(mut self, run: &dyn Run) -> Result<String, Failure> {
        self.head(run, Some(run.digest().to_string()));
        self.checkpoint(run);
        let status: Status = self.kept.status();
        drop(self.kept);
        let view = status.view();
        if let Some(note) = view.note {
            output::note(&format!("note: {note}"));
        }
        match view.trouble {
            None => Ok(view.path.unwrap_or_default()),
            Some(trouble) => Err(Failure::Work(format!("--out: {}: {trouble}", view.path.unwrap_or_default()))),
        }
    }

    /// The last lines of a run whose values diverged, which stands before the update that broke it. Returns what is to be said.
    pub fn end_broken(self, run: &dyn Run, broken: &str) -> Failure {
        let turns = run.now().0;
        match self.end(run) {
            Ok(path) => Failure::Work(format!("{broken}; what was learned before it, {}, is kept as {path}", several(turns, "turn"))),
            Err(e) => Failure::Work(format!("{broken}; {}", e.to_string().trim_start_matches("error: "))),
        }
    }
}
