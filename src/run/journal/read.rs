//! Reading a journal: its lines, put together into runs. A line that cannot be believed ends the reading; all before it counts.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{FORMAT, Line, SpecLine, VERSION};
use crate::num::digest::Digest;
use crate::run::timeline::Entry;

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
    /// The bytes that were understood, from the beginning.
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

#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    Spec(SpecLine),
    /// `edits` of the parent's were there when it was left; ones that it got later at the same tick are its own.
    Branch {
        parent: u32,
        tick: u64,
        dialogue: u64,
        edits: usize,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    pub id: u32,
    pub name: String,
    pub origin: Origin,
    /// The run beside which another learner began.
    pub beside: Option<u32>,
    /// Its own edits; a branch has its parent's before them.
    pub entries: Vec<Entry>,
    pub bookmarks: Vec<Bookmark>,
    /// Tick and dialogue of the furthest point known.
    pub head: (u64, u64),
    /// Digests taken, by tick, rising.
    pub digests: Vec<(u64, Digest)>,
    pub closed: bool,
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
        RunRecord { id, name, origin, beside: None, entries: Vec::new(), bookmarks: Vec::new(), head, digests: Vec::new(), closed: false }
    }

    pub fn digest_at(&self, tick: u64) -> Option<Digest> {
        self.digests.iter().find(|d| d.0 == tick).map(|d| d.1)
    }

    /// How many edits of the run that it left are its own as well.
    fn inherited(&self) -> usize {
        if let Origin::Branch { edits, .. } = self.origin { edits } else { 0 }
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
        // From the run back to the last ancestor of which anything is inherited: chains may be longer than the stack.
        let mut line = vec![run];
        while let Some(parent) = line.last().filter(|r| r.inherited() > 0).and_then(|r| self.parent(r)) {
            line.push(parent);
        }
        let mut entries: Vec<Entry> = Vec::new();
        for run in line.iter().rev() {
            entries.truncate(run.inherited());
            entries.extend_from_slice(&run.entries);
        }
        entries
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
            let line = serde_json::from_slice::<Line>(text).map_err(|e| unreadable(&e, text, lines.at == bytes.len()));
            if let Err(reason) = line.and_then(|line| journal.take(line)) {
                journal.damage = Some(Damage { line: number, byte, reason });
                return Ok(journal);
            }
            (journal.good_bytes, journal.ends_whole) = (lines.at, bytes[..lines.at].ends_with(b"\n"));
        }
    }

    fn take(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Session { .. } => Err("a second beginning".to_owned()),
            Line::Run { run, name, spec, parent } => {
                spec.spec()?;
                if let Some(parent) = parent {
                    self.known(parent)?;
                }
                self.add(RunRecord { beside: parent, ..RunRecord::new(run, name, Origin::Spec(spec)) })
            }
            Line::Branch { run, name, parent, tick, dialogue } => {
                let from = self.known(parent)?;
                if tick < from.begins() {
                    return Err(format!("a branch from turn {tick} of run {}, which begins at {}", from.name, from.begins()));
                }
                // All that it inherited came before it began.
                let edits = from.inherited() + from.entries.iter().filter(|e| e.tick <= tick).count();
                let from = self.known_mut(parent)?;
                from.head = from.head.max((tick, dialogue));
                self.add(RunRecord::new(run, name, Origin::Branch { parent, tick, dialogue, edits }))
            }
            Line::Edit { run, tick, dialogue, edit, text } => {
                let of = self.known_mut(run)?;
                let last = of.entries.last().map_or(of.begins(), |e| e.tick);
                if tick < last {
                    return Err(format!("an edit at turn {tick} of run {}, after one at turn {last}", of.name));
                }
                // A digest of this tick was of the moment before the edit.
                of.digests.truncate(of.digests.partition_point(|d| d.0 < tick));
                // Edits are made at the head only: a later one that was told of is forgotten (a fault took it back).
                of.head = (tick, dialogue);
                of.entries.push(Entry { tick, dialogue, edit, text });
                Ok(())
            }
            Line::Bookmark { run, tick, dialogue, name } => {
                let of = self.known_mut(run)?;
                of.head = of.head.max((tick, dialogue));
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

    /// A run has come so far.
    fn reach(&mut self, run: u32, head: (u64, u64), digest: Option<String>) -> Result<(), String> {
        let read = |text: String| u64::from_str_radix(&text, 16).map_err(|_| format!("\"{text}\" is not a digest"));
        let digest = digest.map(read).transpose()?;
        let of = self.known_mut(run)?;
        let grew = head.0 > of.head.0;
        of.head = of.head.max(head);
        if let Some(digest) = digest {
            match of.digests.binary_search_by_key(&head.0, |d| d.0) {
                Ok(place) => of.digests[place].1 = Digest(digest),
                Err(place) => of.digests.insert(place, (head.0, Digest(digest))),
            }
        }
        if grew && self.here.is_some_and(|here| here.0 == run) {
            // Only who stands at the head moves it.
            self.here = Some((run, u64::MAX));
        }
        Ok(())
    }

    fn add(&mut self, record: RunRecord) -> Result<(), String> {
        if self.run(record.id).is_some() {
            return Err(format!("a second run {}", record.id));
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
}

/// The first line, which says whose file this is.
fn begin(text: &[u8]) -> Result<Journal, JournalError> {
    let told: serde_json::Value = serde_json::from_slice(text).map_err(|_| JournalError::Foreign)?;
    if told["line"] != "session" || told["format"] != FORMAT {
        return Err(JournalError::Foreign);
    }
    match told["version"].as_u64() {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(JournalError::Version(version)),
        None => return Err(JournalError::Foreign),
    }
    match serde_json::from_value(told) {
        Ok(Line::Session { program, name, began, .. }) => {
            let (runs, places) = (Vec::new(), BTreeMap::new());
            Ok(Journal { name, began, program, runs, places, here: None, damage: None, good_bytes: 0, ends_whole: false })
        }
        _ => Err(JournalError::Foreign),
    }
}

fn unreadable(e: &serde_json::Error, text: &[u8], last: bool) -> String {
    match e.classify() {
        serde_json::error::Category::Eof if last => format!("the line breaks off after {} bytes", text.len()),
        _ => {
            let told = e.to_string();
            told.split(" at line ").next().unwrap_or(&told).to_owned()
        }
    }
}

/// Pieces between line ends; the last one may lack its own.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|b| *b == b'\n');
        self.at += length.map_or(rest.len(), |n| n + 1);
        self.number += 1;
        Some(&rest[..length.unwrap_or(rest.len())])
    }
}
