//! What the workbench opens with. A session is brought back behind the opened screens, because that can take minutes.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::failure::Failure;
use super::session::{absent, damage, existing, last};
use super::watch::WatchArgs;
use crate::learn::machine::Tick;
use crate::run::RunSpec;
use crate::run::journal::Journal;
use crate::store::files::{self, Opened as OpenedFiles};
use crate::store::kept::{Kept, Status};
use crate::store::place::{Files, Place, open_elsewhere};
use crate::store::restore::{Outcome, restore};
use crate::trainer::keeper::{Keeper, Restored};
use crate::trainer::{Builder, Opened, Start};

/// What the trainer is to begin with.
pub struct Opening {
    pub start: Start,
    pub keeper: Option<Box<dyn Keeper>>,
    pub told: Told,
}

/// What is to be said once the workbench has closed: it may become known only while it is open.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<Facts>>);

#[derive(Default)]
struct Facts {
    status: Option<Status>,
    notes: Vec<String>,
    failure: Option<Failure>,
    doubt: Option<Failure>,
}

/// A session that was brought back.
struct Brought {
    restored: Restored,
    kept: Option<Kept>,
    notes: Vec<String>,
    doubt: Option<Failure>,
}

impl Told {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of the session's files.
    pub fn status(&self) -> Option<Status> {
        self.facts().status.clone()
    }

    /// Sentences for the person.
    pub fn notes(&self) -> Vec<String> {
        self.facts().notes.clone()
    }

    /// Why the opened session is not all that was kept, or not what was learned: the program ends with this failure.
    pub fn doubt(&self) -> Option<Failure> {
        self.facts().doubt.take()
    }

    /// Why the session could not be opened.
    pub fn failure(&self) -> Option<Failure> {
        self.facts().failure.take()
    }
}

/// Hears what is being done, and the share done.
type Tell<'a> = dyn FnMut(&str, f32) + 'a;

/// Begins what the flags say, or the job that brings it back.
pub fn opening(args: &WatchArgs, build: Arc<Builder>) -> Result<Opening, Failure> {
    if let Some(name) = &args.resume {
        return resume(name.as_deref(), build);
    }
    if let Some(session) = &args.replay {
        return replay(args, session, build);
    }
    let spec = args.spec()?;
    let kept = (!args.no_session).then(|| {
        let begun = Place::find().and_then(|place| Kept::begin(&place, spec.source.argument()));
        begun.unwrap_or_else(|why| Kept::nowhere(format!("this session is kept nowhere: {why}")))
    });
    let start = match args.turn {
        Some(turn) => Start::At(spec, turn),
        None => Start::Fresh(spec),
    };
    let told = Told::default();
    told.facts().status = kept.as_ref().map(Kept::status);
    Ok(Opening { start, keeper: kept.map(|kept| Box::new(kept) as Box<dyn Keeper>), told })
}

/// A job for the trainer: what it finds out goes to `Told`.
fn later(spec: RunSpec, job: impl FnOnce(&mut Tell<'_>) -> Result<Brought, Failure> + Send + 'static) -> Opening {
    let told = Told::default();
    let own = told.clone();
    let bring_back = move |tell: &mut Tell<'_>| {
        let brought = job(tell);
        let mut facts = own.facts();
        match brought {
            Ok(Brought { restored, kept, mut notes, doubt }) => {
                facts.status = kept.as_ref().map(Kept::status);
                let note = notes.first().cloned();
                // The first note says what the failure says again.
                notes.drain(..notes.len().min(usize::from(doubt.is_some())));
                (facts.notes, facts.doubt) = (notes, doubt);
                Some(Opened { restored, keeper: kept.map(|kept| Box::new(kept) as Box<dyn Keeper>), note })
            }
            Err(failure) => {
                facts.failure = Some(failure);
                None
            }
        }
    };
    Opening { start: Start::Later(spec, Box::new(bring_back)), keeper: None, told }
}

/// Goes on with a session under its own name.
fn resume(name: Option<&str>, build: Arc<Builder>) -> Result<Opening, Failure> {
    let place = Place::find().map_err(Failure::Input)?;
    let session = match name {
        Some(name) => place.existing(name).map_err(Failure::Input)?,
        None => last(&place)?,
    };
    if session.is_open() {
        return Err(Failure::Work(open_elsewhere(&session)));
    }
    let opened = files::open(&session).map_err(Failure::Input)?;
    let spec = first(&opened.journal, &session)?;
    Ok(later(spec, move |tell| go_on(opened, &session, &*build, tell)))
}

fn go_on(opened: OpenedFiles, session: &Files, build: &Builder, tell: &mut Tell<'_>) -> Result<Brought, Failure> {
    let outcome = brought_back(&opened.journal, session, build, tell)?;
    if let Some(problem) = outcome.problems.first() {
        let name = session.name();
        return Err(Failure::Work(format!("{problem}; dialoq watch --replay {name} opens a copy as this program learns it")));
    }
    let doubt = damage(session, &opened.journal);
    let (kept, mended) = Kept::resume(opened, &outcome).map_err(Failure::Work)?;
    let notes = outcome.notes.into_iter().chain(mended).collect();
    Ok(Brought { restored: outcome.restored, kept: Some(kept), notes, doubt })
}

/// Opens a copy of a session; nothing of the session itself changes.
fn replay(args: &WatchArgs, session: &str, build: Arc<Builder>) -> Result<Opening, Failure> {
    let session = existing(session)?;
    let (bytes, journal) = session.read_and_parse().map_err(Failure::Input)?;
    let spec = first(&journal, &session)?;
    let (shown, turn, keeps) = (args.shown.clone(), args.turn, !args.no_session);
    Ok(later(spec, move |tell| {
        let mut outcome = brought_back(&journal, &session, &*build, tell)?;
        let stood = stand(&mut outcome.restored, shown.as_deref(), turn, tell);
        stood.map_err(|why| absent(&session, &journal, why))?;
        // What is worst comes first: the screens show that one.
        let mut notes = std::mem::take(&mut outcome.problems);
        let differs = notes.first().map(|problem| Failure::Work(format!("{}: {problem}", session.shown())));
        let doubt = differs.or_else(|| damage(&session, &journal));
        notes.append(&mut outcome.notes);
        let world = journal.runs.first().and_then(|run| journal.spec(run).spec().ok());
        let world = world.map_or_else(String::new, |spec| spec.source.argument().to_owned());
        let kept = keeps.then(|| {
            let copied = Place::find().and_then(|place| Kept::copy(&place, &world, &journal.believed(&bytes), &outcome));
            copied.unwrap_or_else(|why| Kept::nowhere(format!("this session is kept nowhere: {why}")))
        });
        Ok(Brought { restored: outcome.restored, kept, notes, doubt })
    }))
}

/// The spec of the first open run: the screens show it until all runs are there.
fn first(journal: &Journal, session: &Files) -> Result<RunSpec, Failure> {
    let failed = |why: String| absent(session, journal, format!("the session {} cannot be restored: {why}", session.name()));
    let run = journal.runs.iter().find(|run| !run.closed);
    let run = run.ok_or_else(|| failed("no run of it is open: nothing is there to go on with".to_owned()))?;
    journal.spec(run).spec().map_err(|e| failed(format!("run {}: {e}", run.name)))
}

fn brought_back(journal: &Journal, session: &Files, build: &Builder, tell: &mut Tell<'_>) -> Result<Outcome, Failure> {
    let tell = RefCell::new(tell);
    let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| {
        build(spec, &mut |share| {
            (tell.borrow_mut())("compiling the world", share);
            progress(share);
        })
    };
    let mut progress = |done: u64, all: u64| (tell.borrow_mut())("restoring the session", done as f32 / all.max(1) as f32);
    let restored = restore(journal, files::checkpoint(session).as_deref(), &make, &mut progress);
    restored.map_err(|why| absent(session, journal, format!("the session {} cannot be restored: {why}", session.name())))
}

/// Brings a run into focus, at a turn.
fn stand(restored: &mut Restored, run: Option<&str>, turn: Option<u64>, tell: &mut Tell<'_>) -> Result<(), String> {
    if let Some(name) = run {
        let names: Vec<&str> = restored.runs.iter().map(|r| r.name.as_str()).collect();
        let known = names.join(", ");
        let found = restored.runs.iter().rev().find(|r| r.name == name);
        let found = found.ok_or_else(|| format!("--run: there is no open run \"{name}\"; use one of {known}"))?;
        restored.focus = found.id;
    }
    let (Some(turn), Some(run)) = (turn, restored.runs.iter_mut().find(|r| r.id == restored.focus)) else {
        return Ok(());
    };
    let head = run.run.head().0;
    if turn > head {
        return Err(format!("--turn: run {} has come to turn {head}; use a number up to that", run.name));
    }
    run.run.seek(Tick(turn), &mut |share| {
        tell(&format!("going to turn {turn}"), share);
        true
    });
    Ok(())
}
