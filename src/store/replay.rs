//! Playing a journal again: every run to its head, each edit at its tick, each digest compared with the one that was taken.

use crate::learn::machine::Tick;
use crate::num::digest::Digest;
use crate::run::journal::{Journal, Origin, RunRecord, SpecLine};
use crate::run::keyframes::BUDGET_BYTES;
use crate::run::timeline::{Entry, Limit};
use crate::run::{Run, RunSpec};
use crate::trainer::kept::PROGRAM;

/// Builds a run; hears the share of the world that is compiled. The error is one sentence.
pub type Build<'a> = dyn Fn(&RunSpec, &mut dyn FnMut(f32)) -> Result<Box<dyn Run>, String> + 'a;
/// Hears how much of how much work is done, in turns of a table.
pub type Progress<'a> = dyn FnMut(u64, u64) + 'a;

/// Work between two calls of the progress, in turns of a table.
const SLICE: u64 = 1 << 17;

/// A run that was played again.
pub struct Replayed {
    pub id: u32,
    pub run: Box<dyn Run>,
    /// The digest that was taken where the run ended up.
    pub recorded: Option<Digest>,
    /// Sentences: a digest that is another one, an edit that was refused, a head that was not reached.
    pub problems: Vec<String>,
}

pub struct Replayer<'a> {
    journal: &'a Journal,
    build: &'a Build<'a>,
    progress: &'a mut Progress<'a>,
    /// Runs at dialogue 0, so that what shares a spec shares a world.
    fresh: Vec<(SpecLine, Box<dyn Run>)>,
    pub done: Vec<Replayed>,
    /// Runs whose work is counted in the total.
    expected: Vec<u32>,
    played: u64,
    total: u64,
}

impl<'a> Replayer<'a> {
    pub fn new(journal: &'a Journal, build: &'a Build<'a>, progress: &'a mut Progress<'a>) -> Self {
        Replayer { journal, build, progress, fresh: Vec::new(), done: Vec::new(), expected: Vec::new(), played: 0, total: 0 }
    }

    pub fn journal(&self) -> &'a Journal {
        self.journal
    }

    /// Plays these runs, and the ancestors that they need; those already done are left as they are.
    pub fn play(&mut self, wanted: &[u32]) -> Result<(), String> {
        let journal = self.journal;
        let mut needed = wanted.to_vec();
        for record in journal.runs.iter().rev() {
            if let Origin::Branch { parent, .. } = record.origin
                && needed.contains(&record.id)
                && !self.is_done(record.id)
            {
                needed.push(parent);
            }
        }
        let rest: Vec<&RunRecord> = journal.runs.iter().filter(|r| needed.contains(&r.id) && !self.is_done(r.id)).collect();
        for record in &rest {
            self.expect(record, record.begins())?;
        }
        for record in rest {
            let (run, covered) = self.begin(record)?;
            self.go_on(record, run, covered);
        }
        self.done.sort_by_key(|d| journal.runs.iter().position(|r| r.id == d.id));
        Ok(())
    }

    /// Counts the work of a run from a tick to its head, unless it is counted already.
    pub fn expect(&mut self, record: &RunRecord, from: u64) -> Result<(), String> {
        if !self.expected.contains(&record.id) {
            let run = self.fresh(record)?;
            self.expected.push(record.id);
            self.total = self.total.saturating_add(run.work(from.min(record.head.0), record.head.0));
            (self.progress)(self.played, self.total);
        }
        Ok(())
    }

    /// Takes back that a run's work is counted: there is more of it.
    pub fn unexpect(&mut self, id: u32) {
        self.expected.retain(|known| *known != id);
    }

    fn is_done(&self, id: u32) -> bool {
        self.done.iter().any(|d| d.id == id)
    }

    /// A run of this one's spec at dialogue 0.
    pub fn fresh(&mut self, record: &RunRecord) -> Result<Box<dyn Run>, String> {
        let line = self.journal.spec(record);
        if let Some((_, run)) = self.fresh.iter().find(|(known, _)| known == line) {
            return Ok(run.branch());
        }
        let spec = line.spec().map_err(|e| format!("run {}: {e}", record.name))?;
        let mut run = (self.build)(&spec, &mut |_| ())?;
        let world = run.world().digest.to_string();
        if world != line.world {
            return Err(format!(
                "run {} learned in another version of {} (its text has digest {}, here it has {world}); \
                 replay it with {}, which wrote it, not with {PROGRAM}",
                record.name,
                spec.source.argument(),
                line.world,
                self.journal.program
            ));
        }
        run.allow(BUDGET_BYTES / self.journal.runs.iter().filter(|r| !r.closed).count().max(1));
        let copy = run.branch();
        self.fresh.push((line.clone(), run));
        Ok(copy)
    }

    /// The run where its own edits begin, and how many of all its edits it has by then.
    fn begin(&mut self, record: &RunRecord) -> Result<(Box<dyn Run>, usize), String> {
        let Origin::Branch { parent, tick, .. } = record.origin else {
            return Ok((self.fresh(record)?, 0));
        };
        if let Some(parent) = self.done.iter_mut().find(|d| d.id == parent) {
            parent.run.seek(Tick(tick), &mut |_| true);
            let branch = parent.run.branch();
            parent.run.seek(Tick(u64::MAX), &mut |_| true);
            // An edit that the parent got at this very tick after it was left is not the branch's.
            if branch.now() == Tick(tick) && same_edits(branch.journal(), &record.edits.first(record.inherited).to_vec()) {
                return Ok((branch, record.inherited));
            }
        }
        Ok((self.fresh(record)?, 0))
    }

    /// Plays a run, which has so many of its edits, to its head.
    pub fn go_on(&mut self, record: &RunRecord, mut run: Box<dyn Run>, covered: usize) {
        let entries = self.journal.entries(record);
        let mut problems = Vec::new();
        let mut next = covered;
        let begun = run.now().0;
        // One from a checkpoint is played before anything was added up.
        self.total = self.total.max(self.played.saturating_add(record.head.0.saturating_sub(begun)));
        (self.progress)(self.played, self.total);
        // The digests of this tick and later were taken before an edit that only the checkpoint has.
        let stale = run.journal().get(entries.len()).map_or(u64::MAX, |edit| edit.tick);
        let digests = record.digests.iter().map(|d| d.0).filter(|t| (begun..=record.head.0).contains(t));
        for stop in digests.chain([record.head.0]) {
            if let Err(sentence) = self.reach(record, &mut *run, &entries, &mut next, stop) {
                problems.push(sentence);
                break;
            }
            if run.now().0 < stale {
                problems.extend(self.compare(record, &*run));
            }
        }
        problems.dedup();
        let recorded = record.digest_at(run.now().0).filter(|_| run.now().0 < stale);
        self.done.push(Replayed { id: record.id, run, recorded, problems });
    }

    /// Goes to a tick and through its edits.
    fn reach(&mut self, record: &RunRecord, run: &mut dyn Run, entries: &[Entry], next: &mut usize, stop: u64) -> Result<(), String> {
        while let Some(entry) = entries.get(*next).filter(|e| e.tick <= stop) {
            self.learn(record, run, entry.tick)?;
            if run.now().0 != entry.tick {
                return Err(format!("run {}: the edit \"{}\" at turn {} lies beyond its end", record.name, entry.text, entry.tick));
            }
            let refused = |e| format!("run {}: the edit \"{}\" at turn {} is refused: {e}", record.name, entry.text, entry.tick);
            run.edit(entry.edit.clone()).map_err(refused)?;
            *next += 1;
        }
        self.learn(record, run, stop)
    }

    fn learn(&mut self, record: &RunRecord, run: &mut dyn Run, tick: u64) -> Result<(), String> {
        while run.now().0 < tick {
            let now = run.now().0;
            run.advance(Limit::ticks((tick - now).min((SLICE / run.cost().max(1)).max(1))));
            let gone = run.now().0.saturating_sub(now);
            self.played = self.played.saturating_add(run.work(now, run.now().0));
            (self.progress)(self.played.min(self.total), self.total);
            if run.fault().is_some() || gone == 0 {
                // A run may have stopped there the first time too: then nothing is missing.
                let told = record.digest_at(run.now().0).is_some();
                let sentence =
                    format!("run {} stops at turn {} of {}: its next update is not finite", record.name, run.now().0, record.head.0);
                return if told { Ok(()) } else { Err(sentence) };
            }
        }
        Ok(())
    }

    /// The sentence where the digest here is not the one that was taken.
    pub fn compare(&self, record: &RunRecord, run: &dyn Run) -> Option<String> {
        let taken = record.digest_at(run.now().0)?;
        let here = run.digest();
        let (tick, program) = (run.now().0, &self.journal.program);
        let why = || other_kernel(self.journal, record, run).unwrap_or_else(|| format!("written by {program}, replayed by {PROGRAM}"));
        (taken != here)
            .then(|| format!("run {} at turn {tick}: the digest is {here}, and the session says {taken} ({})", record.name, why()))
    }
}

pub(super) fn same_edits(a: &[Entry], b: &[Entry]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a.tick, &a.edit) == (b.tick, &b.edit))
}

/// Where a network learned with another kernel than this machine's: both.
pub fn other_kernel(journal: &Journal, record: &RunRecord, run: &dyn Run) -> Option<String> {
    let (theirs, ours) = (journal.spec(record).kernel.as_deref()?, run.kernel()?);
    (theirs != ours).then(|| format!("its network learned with the matrix kernel {theirs}, and this machine has {ours}"))
}
