//! A session as it was left: from its checkpoint where that can be believed, by learning again where it cannot.

use super::replay::{Build, Progress, Replayer, other_kernel, same_edits};
use crate::learn::machine::Tick;
use crate::run::checkpoint::{self, Part};
use crate::run::journal::{Journal, Line, Origin, RunRecord};
use crate::run::timeline::Entry;
use crate::trainer::keeper::{Restored, RestoredRun};
use crate::trainer::kept::evaluations;
use crate::trainer::snapshot::BookmarkView;

pub struct Outcome {
    pub restored: Restored,
    /// What a person should know; nothing is wrong with the runs.
    pub notes: Vec<String>,
    /// What is wrong with them: this program does not learn what the session says was learned.
    pub problems: Vec<String>,
    /// Edits that only the checkpoint still had, to be put into the journal.
    pub found: Vec<Line>,
    /// Whether there was a checkpoint that could not be believed at all.
    pub bad_checkpoint: bool,
}

/// The open runs of a session, each where it was left. The error is one sentence.
pub fn restore<'a>(
    journal: &'a Journal,
    checkpoint: Option<&[u8]>,
    build: &'a Build<'a>,
    progress: &'a mut Progress<'a>,
) -> Result<Outcome, String> {
    let open: Vec<&RunRecord> = journal.runs.iter().filter(|r| !r.closed).collect();
    if open.is_empty() {
        return Err("no run of it is open: nothing is there to go on with".to_owned());
    }
    let mut notes: Vec<String> = journal
        .damage
        .iter()
        .map(|d| format!("the journal is damaged from line {} (byte {}) on: {}; all before it is restored", d.line, d.byte, d.reason))
        .collect();
    notes.extend(journal.told_left_out().into_iter().map(|told| format!("the journal is damaged: {told}")));
    let (parts, own, bad_checkpoint) = match checkpoint.map(checkpoint::read) {
        None => (Vec::new(), false, false),
        Some(Ok(read)) => (read.parts, read.session == journal.name, false),
        Some(Err(e)) => {
            notes.push(format!("the checkpoint cannot be used: {e}; everything is learned again"));
            (Vec::new(), false, true)
        }
    };
    let mut replayer = Replayer::new(journal, build, progress);
    let (mut found, mut used) = (Vec::new(), Vec::new());
    for record in &open {
        let part = parts.iter().find(|p| p.run == record.id && p.spec.is_that_of(journal.spec(record)));
        replayer.expect(record, part.map_or(record.begins(), |part| part.stored.head))?;
    }
    for record in &open {
        let Some(part) = parts.iter().find(|p| p.run == record.id) else { continue };
        match load(&mut replayer, record, part, own) {
            Ok(lines) => {
                found.extend(lines);
                used.push(part);
            }
            Err(Unusable::World(sentence)) => return Err(sentence),
            Err(Unusable::Part(why)) => {
                replayer.unexpect(record.id);
                notes.push(format!("the checkpoint cannot be used for run {}: {why}; it is learned again", record.name));
            }
        }
    }
    if !found.is_empty() {
        notes.push(format!("the checkpoint still had {} edits that the journal lacks; they are kept", found.len()));
    }
    let ids: Vec<u32> = open.iter().map(|r| r.id).collect();
    replayer.play(&ids)?;
    let mut problems = Vec::new();
    let mut runs = Vec::new();
    for done in replayer.done {
        problems.extend(done.problems);
        if let Some(record) = open.iter().find(|r| r.id == done.id) {
            let other = other_kernel(journal, record, &*done.run);
            notes.extend(other.map(|o| format!("run {}: {o}; it goes on here, but with other last digits than there", record.name)));
            let part = used.iter().find(|p| p.run == done.id).copied();
            runs.push(restored(journal, record, done.run, part)?);
        }
    }
    let focus = journal.here.map(|h| h.0).filter(|id| ids.contains(id)).unwrap_or(ids[0]);
    let next = journal.runs.iter().map(|r| r.id).max().map_or(0, |id| id + 1);
    Ok(Outcome { restored: Restored { runs, focus, next }, notes, problems, found, bad_checkpoint })
}

enum Unusable {
    /// The run's world is not to be had: the journal cannot be replayed either.
    World(String),
    Part(String),
}

/// Puts a run from the checkpoint among those done and plays on to the journal's head; edits that the journal lacks come back.
fn load(replayer: &mut Replayer<'_>, record: &RunRecord, part: &Part, own: bool) -> Result<Vec<Line>, Unusable> {
    let journal = replayer.journal();
    let no = |why: &str| Err(Unusable::Part(why.to_owned()));
    if !part.spec.is_that_of(journal.spec(record)) {
        return no("it is of another run");
    }
    if record.went_back && part.stored.head > record.head.0 {
        return no("a fault took the run back since");
    }
    let (told, stored) = (journal.entries(record), &part.stored.entries);
    let common = told.len().min(stored.len());
    if !same_edits(&told[..common], &stored[..common]) || told.get(common).is_some_and(|e| e.tick < part.stored.head) {
        return no("its edits are not those of the journal");
    }
    if stored.len() > common && !own {
        return no("it has edits that the journal lacks, and it is of another session");
    }
    let mut run = replayer.fresh(record).map_err(Unusable::World)?;
    run.load(&part.stored).map_err(|e| Unusable::Part(e.to_string()))?;
    if told.len() == stored.len()
        && let Some(sentence) = replayer.compare(record, &*run)
    {
        return Err(Unusable::Part(sentence));
    }
    replayer.go_on(record, run, stored.len());
    let line = |e: &Entry| Line::Edit { run: record.id, tick: e.tick, dialogue: e.dialogue, edit: e.edit.clone(), text: e.text.clone() };
    Ok(stored[common..].iter().map(line).collect())
}

fn restored(journal: &Journal, record: &RunRecord, mut run: Box<dyn crate::run::Run>, part: Option<&Part>) -> Result<RestoredRun, String> {
    // Where it stood when the checkpoint was made counts only if it has not gone on since.
    let stood = part.filter(|p| p.stored.head == run.head().0).map_or(u64::MAX, |p| p.stored.tick);
    let here = journal.here.filter(|h| h.0 == record.id).map_or(stood, |h| h.1);
    run.seek(Tick(here), &mut |_| true);
    let (parent, branched_at) = match record.origin {
        Origin::Branch { parent, tick, dialogue, .. } => (Some(parent), Some((tick, dialogue))),
        Origin::Spec(_) => (record.beside, None),
    };
    let bookmarks = record.bookmarks.iter().map(|b| BookmarkView { tick: b.tick, dialogue: b.dialogue, name: b.name.clone() });
    Ok(RestoredRun {
        id: record.id,
        name: record.name.clone(),
        parent,
        branched_at,
        lineage: journal.lineage(record),
        inherited: record.inherited,
        // One that was taken before an edit that only the checkpoint had is none.
        digest_known: record.digest_at(run.head().0).is_some() && run.journal().len() == record.edits.len(),
        change: change(journal, record)?,
        spec: journal.spec(record).spec()?,
        bookmarks: bookmarks.collect(),
        evaluations: part.map_or_else(Vec::new, |p| evaluations(&p.extra)),
        run,
    })
}

/// What makes a run differ from the one it came from: its first edit there; its agent or seed, where it began anew.
fn change(journal: &Journal, record: &RunRecord) -> Result<String, String> {
    if matches!(record.origin, Origin::Branch { .. }) {
        let first = record.entries.first().filter(|e| e.tick == record.begins());
        return Ok(first.map_or_else(String::new, |e| e.text.clone()));
    }
    let (own, first) = (journal.spec(record).spec()?, journal.spec(&journal.runs[0]).spec()?);
    let differs = [
        (own.agent != first.agent).then(|| format!("{} → {}", first.agent, own.agent)),
        (own.seed != first.seed).then(|| format!("seed {} → {}", first.seed, own.seed)),
    ];
    Ok(differs.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
