//! Sessions as commands use them, and who builds their runs.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::failure::Failure;
use super::progress::Replaying;
use crate::agents;
use crate::run::RunSpec;
use crate::run::journal::{Damage, Journal, JournalError, SpecLine};
use crate::store::files;
use crate::store::kept::Status;
use crate::store::place::{Files, Place};
use crate::store::restore::{Outcome, restore};
use crate::trainer::Builder;
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

/// The session that was written last; one in which nothing has begun does not count.
pub(super) fn last(place: &Place) -> Result<Files, Failure> {
    let begun = |files: &Files| match files.read().map(|bytes| Journal::parse(&bytes)) {
        Ok(Ok(journal)) => !journal.runs.is_empty(),
        // It has to be said that a newer program is needed.
        Ok(Err(JournalError::Version(_))) => true,
        Ok(Err(JournalError::Empty | JournalError::Foreign)) | Err(_) => false,
    };
    let found = place.list().into_iter().find(begun);
    found.ok_or_else(|| Failure::Input(format!("there is no session in {} to go on with", place.dir.display())))
}

/// The session that an argument means: a path needs no state directory.
pub fn existing(argument: &str) -> Result<Files, Failure> {
    let place = match Place::find() {
        Ok(place) => place,
        Err(_) if Place::is_path(argument) => Place { dir: ".".into() },
        Err(why) => return Err(Failure::Input(why)),
    };
    place.existing(argument).map_err(Failure::Input)
}

/// The open runs of a session, each where it was left.
pub fn restored(journal: &Journal, session: &Files) -> Result<Outcome, Failure> {
    brought_back(journal, session, &*builder())
}

/// The failure with which every command that reads a session ends after its work, where a part of the session could not be read.
pub fn damage(session: &Files, journal: &Journal) -> Option<Failure> {
    told_damage(session, journal).map(Failure::Work)
}

/// What is asked for is not in a session, or nothing can be made of it: the input is wrong, unless a part of the session was lost.
pub fn absent(session: &Files, journal: &Journal, why: String) -> Failure {
    match told_damage(session, journal) {
        Some(damage) => Failure::Work(format!("{why}; {damage}")),
        None => Failure::Input(why),
    }
}

/// What could not be read, in one sentence.
fn told_damage(session: &Files, journal: &Journal) -> Option<String> {
    let told = |d: &Damage| format!("damaged from line {} (byte {}) on: {}; only what is before it was read", d.line, d.byte, d.reason);
    let from = journal.damage.as_ref().map(told);
    let left_out = || journal.told_left_out().first().map(|told| format!("damaged: {told}"));
    from.or_else(left_out).map(|told| format!("{}: {told}", session.shown()))
}

fn brought_back(journal: &Journal, session: &Files, build: &Builder) -> Result<Outcome, Failure> {
    let mut bar = Replaying::new();
    let make = |spec: &RunSpec, progress: &mut dyn FnMut(f32)| build(spec, progress);
    let restored = restore(journal, files::checkpoint(session).as_deref(), &make, &mut |done, all| bar.show(done, all));
    restored.map_err(|why| absent(session, journal, format!("the session {} cannot be restored: {why}", session.name())))
}

/// How a session ended: sentences for when the workbench has closed, and whether what should have been kept was lost.
pub fn farewell(status: &Status) -> (Vec<String>, bool) {
    let view = status.view();
    if let Some(trouble) = view.trouble {
        return (vec![format!("{}: {trouble}", if view.lost { "error" } else { "warning" })], view.lost);
    }
    let kept = view.path.map(|path| Files { journal: path.into() }).filter(|f| f.parse().is_ok_and(|journal| journal.is_touched()));
    let kept = kept.map(|files| match files.argument() {
        name if !Place::is_path(&name) => format!("kept as {}; dialoq --resume goes on with it", files.name()),
        path => format!("kept as {path}; dialoq --resume {path} goes on with it"),
    });
    let note = view.note.map(|note| format!("note: {note}"));
    (note.into_iter().chain(kept).collect(), false)
}

/// A run's world and learner, in a few words.
pub fn told(spec: &SpecLine) -> String {
    let world = spec.scenario.as_deref().or(spec.mdp.as_deref()).unwrap_or_default();
    format!("{world} · {} · seed {}", spec.agent, spec.seed)
}
