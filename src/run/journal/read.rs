//! Reading a journal: its lines, put together into runs.
//!
//! A line that is no line of ours ends the reading; all before it counts. A whole line that cannot be true is left out, and with it
//! what depends on it: where it would have changed a run, that run ends there. The other runs go on.

use std::collections::BTreeMap;

use thiserror::Error;

use super::edits::Edits;
use super::lines::{Lines, Refusal, begin, run_of, unreadable};
use super::{FORMAT, Line, SpecLine, VERSION};
use crate::num::digest::Digest;
use crate::run::timeline::Entry;

/// Lines left out that are named, at most.
const TOLD: usize = 3;

#[derive(Clone, Debug, Error, PartialEq)]
pub enum JournalError {
    #[error("it is empty: nothing was kept")]
    Empty,
    #[error("it is not a session of dialoq: its first line should begin with {{\"line\":\"session\",\"format\":\"{FORMAT}\"")]
    Foreign,
    #[error("it is a session of version {0}, and this program reads version {VERSION}; use a newer dialoq")]
    Version(u64),
}

/// A session as its journal tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    pub name: String,
    pub began: String,
    /// The program and version that began it.
    pub program: String,
    /// By number, in the order in which they came; parents before their branches.
    pub runs: Vec<RunRecord>,
    /// Where each of them stands, by its number.
    pub places: BTreeMap<u32, usize>,
    /// Where the person last looked: run and tick.
    pub here: Option<(u32, u64)>,
    pub damage: Option<Damage>,
    /// Lines before any damage that cannot be true.
    pub left_out: Vec<LeftOut>,
    /// The bytes that were read, from the beginning.
    pub good_bytes: usize,
    /// Whether the last of them ends a line.
    pub ends_whole: bool,
}

/// From where on a journal cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Damage {
    /// Counted from 1.
    pub line: usize,
    pub byte: usize,
    pub reason: String,
}

/// A whole line that cannot be true.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Counted from 1.
    pub line: usize,
    pub byte: usize,
    /// With its end.
    pub length: usize,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    Spec(Box<SpecLine>),
    /// The run to which the tick belongs: the tick does not lie before its own beginning.
    Branch {
        parent: u32,
        tick: u64,
        dialogue: u64,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    pub id: u32,
    pub name: String,
    pub origin: Origin,
    /// The run beside which another learner began.
    pub beside: Option<u32>,
    /// Every edit that its state follows from: the inherited ones, then its own.
    pub edits: Edits,
    /// How many were there when it left its parent; ones that the parent got later at the same tick are not among them.
    pub inherited: usize,
    /// Its own edits.
    pub entries: Vec<Entry>,
    pub bookmarks: Vec<Bookmark>,
    /// Tick and dialogue of the furthest point known.
    pub head: (u64, u64),
    /// Digests taken, by tick, rising.
    pub digests: Vec<(u64, Digest)>,
    pub closed: bool,
    /// Whether a fault took it back: a checkpoint that is further on than the head may then be of what is no more.
    pub went_back: bool,
    /// The line that was left out from which on it is not known how it went on.
    pub ends_at: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    pub tick: u64,
    pub dialogue: u64,
    pub name: String,
}

impl RunRecord {
    fn new(id: u32, name: String, origin: Origin) -> RunRecord {
        let head = if let Origin::Branch { tick, dialogue, .. } = origin { (tick, dialogue) } else { (0, 0) };
        RunRecord {
            id,
            name,
            origin,
            beside: None,
            edits: Edits::default(),
            inherited: 0,
            entries: Vec::new(),
            bookmarks: Vec::new(),
            head,
            digests: Vec::new(),
            closed: false,
            went_back: false,
            ends_at: None,
        }
    }

    pub fn digest_at(&self, tick: u64) -> Option<Digest> {
        self.digests.iter().find(|d| d.0 == tick).map(|d| d.1)
    }

    /// The tick from which on its edits are its own.
    pub fn begins(&self) -> u64 {
        if let Origin::Branch { tick, .. } = self.origin { tick } else { 0 }
    }
}

impl Journal {
    pub fn run(&self, id: u32) -> Option<&RunRecord> {
        self.places.get(&id).map(|place| &self.runs[*place])
    }

    /// The run from which a run left another one, if it did.
    fn parent(&self, run: &RunRecord) -> Option<&RunRecord> {
        if let Origin::Branch { parent, .. } = run.origin { self.run(parent) } else { None }
    }

    /// Every edit that a run's state follows from, its ancestors' first.
    pub fn entries(&self, run: &RunRecord) -> Vec<Entry> {
        run.edits.to_vec()
    }

    /// A run and those that it comes from, the oldest first: run, and the tick at which it left the one before.
    pub fn lineage(&self, run: &RunRecord) -> Vec<(u32, u64)> {
        let line = std::iter::successors(Some(run), |at| self.parent(at));
        let mut lineage: Vec<(u32, u64)> = line.map(|at| (at.id, at.begins())).collect();
        lineage.reverse();
        lineage
    }

    /// The run itself, or the ancestor to which a tick before its beginning belongs.
    fn owner(&self, run: u32, tick: u64) -> Result<u32, String> {
        let from = self.known(run)?;
        let mut line = std::iter::successors(Some(from), |at| self.parent(at));
        Ok(line.find(|at| at.begins() <= tick).map_or(run, |at| at.id))
    }

    /// The spec of a run, or of the one at the root of its branch.
    pub fn spec<'a>(&'a self, run: &'a RunRecord) -> &'a SpecLine {
        let mut at = run;
        loop {
            match &at.origin {
                Origin::Spec(spec) => return spec,
                Origin::Branch { parent, .. } => at = self.run(*parent).expect("a branch is read only after its parent"),
            }
        }
    }

    /// Whether not all of its lines are believed.
    pub fn is_damaged(&self) -> bool {
        self.damage.is_some() || !self.left_out.is_empty()
    }

    /// What was left out, in sentences: the first lines, and how many more there are.
    pub fn told_left_out(&self) -> Vec<String> {
        let told = |l: &LeftOut| format!("line {} is left out: {}", l.line, l.reason);
        let more = self.left_out.len().saturating_sub(TOLD);
        let rest = (more > 0).then(|| format!("{more} more lines are left out"));
        self.left_out.iter().take(TOLD).map(told).chain(rest).collect()
    }

    /// Whether a person did anything beyond letting one run learn.
    pub fn is_touched(&self) -> bool {
        self.runs.len() > 1 || self.runs.iter().any(|r| !r.entries.is_empty() || !r.bookmarks.is_empty())
    }

    /// Understands a journal's bytes. An error only where its very first line is not one of ours.
    pub fn parse(bytes: &[u8]) -> Result<Journal, JournalError> {
        let mut lines = Lines { bytes, at: 0, number: 0 };
        let mut journal = begin(lines.next().ok_or(JournalError::Empty)?)?;
        (journal.good_bytes, journal.ends_whole) = (lines.at, bytes[..lines.at].ends_with(b"\n"));
        loop {
            let (byte, number) = (lines.at, lines.number + 1);
            let Some(text) = lines.next() else {
                return Ok(journal);
            };
            let refused = match serde_json::from_slice::<Line>(text) {
                Ok(line) => journal.take(line).err(),
                Err(e) => {
                    let reason = unreadable(&e, text, lines.at == bytes.len());
                    let Some(run) = run_of(text) else {
                        journal.damage = Some(Damage { line: number, byte, reason });
                        return Ok(journal);
                    };
                    Some(Refusal { reason, ends: Some(run) })
                }
            };
            if let Some(refusal) = refused {
                journal.leave_out(refusal, number, byte, lines.at - byte);
            }
            (journal.good_bytes, journal.ends_whole) = (lines.at, bytes[..lines.at].ends_with(b"\n"));
        }
    }

    fn leave_out(&mut self, refusal: Refusal, line: usize, byte: usize, length: usize) {
        let Refusal { mut reason, ends } = refusal;
        if let Some(run) = ends.and_then(|id| self.known_mut(id).ok()).filter(|r| r.ends_at.is_none()) {
            run.ends_at = Some(line);
            reason.extend(["; run ", run.name.as_str(), " is as it was before"]);
        }
        self.left_out.push(LeftOut { line, byte, length, reason });
    }

    /// The lines that were read, without those that were left out: they tell the same.
    pub fn believed(&self, bytes: &[u8]) -> Vec<u8> {
        let (mut kept, mut from) = (Vec::with_capacity(self.good_bytes), 0);
        for left in &self.left_out {
            kept.extend_from_slice(&bytes[from..left.byte]);
            from = left.byte + left.length;
        }
        kept.extend_from_slice(&bytes[from..self.good_bytes]);
        kept
    }

    fn take(&mut self, line: Line) -> Result<(), Refusal> {
        match line {
            Line::Session { .. } => Err("a second beginning".to_owned().into()),
            Line::Run { run, name, spec, parent } => {
                spec.spec()?;
                // Without the other one it is the same run.
                let beside = parent.filter(|parent| self.run(*parent).is_some());
                self.add(RunRecord { beside, ..RunRecord::new(run, name, Origin::Spec(Box::new(spec))) })
            }
            Line::Branch { run, name, parent, tick, dialogue } => self.branch(run, name, (parent, tick, dialogue)),
            Line::Edit { run, tick, dialogue, edit, text } => {
                let of = self.going_on(run)?;
                let last = of.entries.last().map_or(of.begins(), |e| e.tick);
                if tick < last {
                    let reason = format!("an edit at turn {tick} of run {}, after one at turn {last}", of.name);
                    return Err(Refusal { reason, ends: Some(run) });
                }
                // A digest of this tick was of the moment before the edit.
                of.digests.truncate(of.digests.partition_point(|d| d.0 < tick));
                let entry = Entry { tick, dialogue, edit, text };
                of.edits.push(entry.clone());
                of.entries.push(entry);
                // Edits are made at the head only: a later one that was told of is forgotten (a fault took it back).
                if of.head.0 > tick {
                    (of.head, of.went_back) = ((tick, dialogue), true);
                }
                self.raise(run, (tick, dialogue));
                Ok(())
            }
            Line::Bookmark { run, tick, dialogue, name } => {
                self.going_on(run)?;
                self.raise(run, (tick, dialogue));
                let of = self.known_mut(run)?;
                let mark = Bookmark { tick, dialogue, name };
                match of.bookmarks.binary_search_by_key(&tick, |b| b.tick) {
                    Ok(place) => of.bookmarks[place] = mark,
                    Err(place) => of.bookmarks.insert(place, mark),
                }
                Ok(())
            }
            Line::Unmark { run, tick } => {
                self.known_mut(run)?.bookmarks.retain(|b| b.tick != tick);
                Ok(())
            }
            Line::Head { run, tick, dialogue, digest } => self.reach(run, (tick, dialogue), digest),
            Line::Here { run, tick } => {
                self.known(run)?;
                self.here = Some((run, tick));
                Ok(())
            }
            Line::Close { run } => {
                self.known_mut(run)?.closed = true;
                Ok(())
            }
        }
    }

    /// A run that left another one at a tick, which may lie before that one's own beginning: then it left the ancestor that was there.
    fn branch(&mut self, run: u32, name: String, (parent, tick, dialogue): (u32, u64, u64)) -> Result<(), Refusal> {
        let from = self.known(parent)?;
        if from.ends_at.is_some() && tick > from.head.0 {
            return Err(lost(from).into());
        }
        let edits = from.edits.until(tick);
        let parent = self.owner(parent, tick)?;
        self.raise(parent, (tick, dialogue));
        self.add(RunRecord { inherited: edits.len(), edits, ..RunRecord::new(run, name, Origin::Branch { parent, tick, dialogue }) })
    }

    /// A run has come so far; less far than before where a fault took it back.
    fn reach(&mut self, run: u32, head: (u64, u64), digest: Option<String>) -> Result<(), Refusal> {
        let read = |text: String| u64::from_str_radix(&text, 16).map_err(|_| format!("\"{text}\" is not a digest"));
        let digest = digest.map(read).transpose()?;
        if head.0 < self.going_on(run)?.head.0 {
            self.take_back(run, head)?;
        }
        self.raise(run, head);
        let of = self.known_mut(run)?;
        if let Some(digest) = digest {
            match of.digests.binary_search_by_key(&head.0, |d| d.0) {
                Ok(place) => of.digests[place].1 = Digest(digest),
                Err(place) => of.digests.insert(place, (head.0, Digest(digest))),
            }
        }
        Ok(())
    }

    /// A run is known to have come so far, if not further.
    fn raise(&mut self, run: u32, head: (u64, u64)) {
        let stands_here = self.here.is_some_and(|here| here.0 == run);
        let Ok(of) = self.known_mut(run) else { return };
        let grew = head.0 > of.head.0;
        of.head = of.head.max(head);
        if grew && stands_here {
            // Only who stands at the head moves it.
            self.here = Some((run, u64::MAX));
        }
    }

    /// Forgets what a run was after a tick, which may lie before its beginning.
    fn take_back(&mut self, run: u32, head: (u64, u64)) -> Result<(), String> {
        let owner = self.owner(run, head.0)?;
        let of = self.known_mut(run)?;
        (of.head, of.went_back) = (head, true);
        of.digests.retain(|d| d.0 <= head.0);
        of.entries.retain(|e| e.tick <= head.0);
        of.edits = of.edits.until(head.0);
        if owner != run {
            of.inherited = of.edits.len();
            of.origin = Origin::Branch { parent: owner, tick: head.0, dialogue: head.1 };
        }
        Ok(())
    }

    fn add(&mut self, record: RunRecord) -> Result<(), Refusal> {
        if self.run(record.id).is_some() {
            // From here on the number means either.
            return Err(Refusal { reason: format!("a second run {}", record.id), ends: Some(record.id) });
        }
        self.places.insert(record.id, self.runs.len());
        self.runs.push(record);
        Ok(())
    }

    fn known(&self, run: u32) -> Result<&RunRecord, String> {
        self.run(run).ok_or_else(|| format!("there is no run {run}"))
    }

    fn known_mut(&mut self, run: u32) -> Result<&mut RunRecord, String> {
        let place = self.places.get(&run).copied();
        place.map(|place| &mut self.runs[place]).ok_or_else(|| format!("there is no run {run}"))
    }

    /// A run of which nothing was left out so far.
    fn going_on(&mut self, run: u32) -> Result<&mut RunRecord, String> {
        let of = self.known_mut(run)?;
        if of.ends_at.is_some() { Err(lost(of)) } else { Ok(of) }
    }
}

fn lost(run: &RunRecord) -> String {
    format!("run {} ends at line {}, which was left out", run.name, run.ends_at.unwrap_or_default())
}
