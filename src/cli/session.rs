//! Sessions as commands use them: what the workbench opens with, and who builds its runs.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::failure::Failure;
use super::progress::Replaying;
use super::watch::WatchArgs;
use crate::agents;
use crate::learn::machine::Tick;
use crate::run::RunSpec;
use crate::run::journal::{Journal, JournalError, SpecLine};
use crate::store::files;
use crate::store::kept::{Kept, Status};
use crate::store::place::{Files, Place};
use crate::store::restore::{Outcome, restore};
use crate::trainer::keeper::{Keeper, Restored};
use crate::trainer::{Builder, Start};
use crate::world::{World, WorldSource};

/// A world that some run still holds, and what it was made from.
type Known = ((WorldSource, String, Option<bool>), Weak<World>);

/// Builds runs; those in the same world share it.
pub fn builder() -> Arc<Builder> {
    let worlds: Mutex<Vec<Known>> = Mutex::new(Vec::new());
    Arc::new(move |spec, progress| {
        if spec.agent == crate::lm::live::NAME {
            return crate::lm::live::start(spec, crate::cli::cores()).map_err(|e| e.to_string());
        }
        let key = (spec.source.clone(), spec.profile.clone(), spec.masks);
        let mut worlds = worlds.lock().unwrap_or_else(PoisonError::into_inner);
        worlds.retain(|(_, world)| world.strong_count() > 0);
        let known = worlds.iter().find(|(of, _)| *of == key).and_then(|(_, world)| world.upgrade());
        let world = if let Some(world) = known {
            world
        } else {
            let world = World::build(&spec.source, &spec.profile, spec.masks, progress).map_err(|e| e.to_string())?;
            let world = Arc::new(world);
            worlds.push((key, Arc::downgrade(&world)));
            world
        };
        drop(worlds);
        agents::start(world, spec).map_err(|e| e.to_string())
    })
}

/// What the workbench opens with.
pub struct Opening {
    pub start: Start,
    pub keeper: Option<Box<dyn Keeper>>,
    /// Of the session, after the workbench has closed.
    pub status: Option<Status>,
    /// Sentences for the person.
    pub notes: Vec<String>,
}

/// Restores or begins what the flags say.
pub fn opening(args: &WatchArgs, build: &Builder) -> Result<Opening, Failure> {
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
    Ok(opened(start, kept, Vec::new()))
}

fn opened(start: Start, kept: Option<Kept>, notes: Vec<String>) -> Opening {
    let status = kept.as_ref().map(Kept::status);
    Opening { start, keeper: kept.map(|kept| Box::new(kept) as Box<dyn Keeper>), status, notes }
}

/// Goes on with a session under its own name.
fn resume(name: Option<&str>, build: &Builder) -> Result<Opening, Failure> {
    let place = Place::find().map_err(Failure::Work)?;
    let session = match name {
        Some(name) => place.existing(name).map_err(Failure::Input)?,
        None => last(&place)?,
    };
    let opened_session = files::open(&session).map_err(Failure::Work)?;
    let outcome = brought_back(&opened_session.journal, &session, build)?;
    if let Some(problem) = outcome.problems.first() {
        let name = session.name();
        return Err(Failure::Work(format!("{problem}; dialoq watch --replay {name} opens a copy as this program learns it")));
    }
    let (kept, mended) = Kept::resume(opened_session, &outcome).map_err(Failure::Work)?;
    let notes = outcome.notes.into_iter().chain(mended).collect();
    Ok(opened(Start::Restored(outcome.restored), Some(kept), notes))
}

/// The session that was written last; one in which nothing has begun does not count.
fn last(place: &Place) -> Result<Files, Failure> {
    let begun = |files: &Files| match files.read().map(|bytes| Journal::parse(&bytes)) {
        Ok(Ok(journal)) => !journal.runs.is_empty(),
        // It has to be said that a newer program is needed.
        Ok(Err(JournalError::Version(_))) => true,
        Ok(Err(JournalError::Empty | JournalError::Foreign)) | Err(_) => false,
    };
    let found = place.list().into_iter().find(begun);
    found.ok_or_else(|| Failure::Input(format!("there is no session in {} to go on with", place.dir.display())))
}

/// Opens a copy of a session; nothing of the session itself changes.
fn replay(args: &WatchArgs, session: &str, build: &Builder) -> Result<Opening, Failure> {
    let place = Place::find();
    let session = existing(session)?;
    let bytes = session.read().map_err(|e| Failure::Input(format!("{}: {}", session.shown(), crate::store::reason(&e))))?;
    let journal = Journal::parse(&bytes).map_err(|e| Failure::Input(format!("{}: {e}", session.shown())))?;
    let mut outcome = brought_back(&journal, &session, build)?;
    stand(&mut outcome.restored, args.shown.as_deref(), args.turn)?;
    let mut notes = std::mem::take(&mut outcome.notes);
    notes.append(&mut outcome.problems);
    let world = journal.runs.first().and_then(|run| journal.spec(run).spec().ok());
    let world = world.map_or_else(String::new, |spec| spec.source.argument().to_owned());
    let kept = (!args.no_session).then(|| {
        let copied = place.and_then(|place| Kept::copy(&place, &world, &journal.believed(&bytes), &outcome));
        copied.unwrap_or_else(|why| Kept::nowhere(format!("this session is kept nowhere: {why}")))
    });
    Ok(opened(Start::Restored(outcome.restored), kept, notes))
}

/// The session that an argument means: a path needs no state directory.
pub fn existing(argument: &str) -> Result<Files, Failure> {
    let place = match Place::find() {
        Ok(place) => place,
        Err(_) if Place::is_path(argument) => Place { dir: ".".into() },
        Err(why) => return Err(Failure::Work(why)),
    };
    place.existing(argument).map_err(Failure::Input)
}

/// The open runs of a session, each where it was left.
pub fn restored(session: &Files) -> Result<Outcome, Failure> {
    let journal = session.parse().map_err(Failure::Input)?;
    brought_back(&journal, session, &*builder())
}

fn brought_back(journal: &Journal, session: &Files, build: &Builder) -> Result<Outcome, Failure> {
    let mut bar = Replaying::new();
    let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| build(spec, progress);
    let restored = restore(journal, files::checkpoint(session).as_deref(), &make, &mut |done, all| bar.show(done, all));
    restored.map_err(|why| Failure::Work(format!("the session {} cannot be restored: {why}", session.name())))
}

/// Brings a run into focus, at a turn.
fn stand(restored: &mut Restored, run: Option<&str>, turn: Option<u64>) -> Result<(), Failure> {
    if let Some(name) = run {
        let names: Vec<&str> = restored.runs.iter().map(|r| r.name.as_str()).collect();
        let known = names.join(", ");
        let found = restored.runs.iter().rev().find(|r| r.name == name);
        let found = found.ok_or_else(|| Failure::Input(format!("--run: there is no open run \"{name}\"; use one of {known}")))?;
        restored.focus = found.id;
    }
    let (Some(turn), Some(run)) = (turn, restored.runs.iter_mut().find(|r| r.id == restored.focus)) else {
        return Ok(());
    };
    let head = run.run.head().0;
    if turn > head {
        return Err(Failure::Input(format!("--turn: run {} has come to turn {head}; use a number up to that", run.name)));
    }
    run.run.seek(Tick(turn), &mut |_| true);
    Ok(())
}

/// What a session is kept as, said when the workbench has closed; none where there is nothing to be said.
pub fn farewell(status: &Status) -> Option<String> {
    let view = status.view();
    if let Some(trouble) = view.trouble {
        return Some(format!("warning: {trouble}"));
    }
    let files = Files { journal: view.path?.into() };
    files.parse().ok().filter(Journal::is_touched)?;
    Some(format!("kept as {}; dialoq --resume goes on with it", view.name))
}

/// A run's world and learner, in a few words.
pub fn told(spec: &SpecLine) -> String {
    let world = spec.scenario.as_deref().or(spec.mdp.as_deref()).unwrap_or_default();
    format!("{world} · {} · seed {}", spec.agent, spec.seed)
}
