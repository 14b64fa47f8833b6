//! What was done, for people and programs: rows of each stage, reasons with an example, histograms, digests, settings.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use super::examples::{Mended, Shortened};
use super::formats::keys::Unused;
use super::record::{Body, Record, Role};
use super::settings::Settings;
use super::stages::{Fixes, Reason, unicode};

/// Columns of an example, and of why it was dropped.
const EXAMPLE: usize = 160;
const DETAIL: usize = 400;
/// Names that one table of the coverage holds: of more, the first met.
pub const NAMES: usize = 500;

/// A text on one line of at most `width` columns, without anything that a terminal would obey.
pub fn safe(text: &str, width: usize) -> String {
    let mut text = text.chars().take(width * 4 + 64).collect::<String>();
    unicode::clean(&mut text, &mut Fixes::new());
    let (mut out, mut columns) = (String::new(), 0);
    for c in text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c }) {
        columns += c.width().unwrap_or(0);
        if columns > width.saturating_sub(1) {
            out.push('…');
            return out;
        }
        out.push(c);
    }
    out
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Input {
    pub file: String,
    /// None where it was refused.
    pub format: Option<&'static str>,
    /// What packed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed: Option<&'static str>,
    /// Records in the form of another format.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<&'static str, u64>,
    /// Keys that nothing was read from, those first that can change what a record means.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unused: Vec<Unused>,
    pub bytes: u64,
    /// Elements or rows of the file, of which one may give several records, one or none.
    pub rows: u64,
    pub records: u64,
    pub digest: Option<String>,
    /// Why nothing of it was read.
    pub refused: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Example {
    pub file: String,
    pub at: u64,
    /// Its number in the file, from 1.
    pub record: u64,
    pub id: String,
    pub detail: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Dropped {
    pub count: u64,
    pub example: Example,
}

/// What one stage did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    pub name: &'static str,
    pub on: bool,
    pub rows_in: u64,
    pub rows_out: u64,
    pub mended: BTreeMap<&'static str, u64>,
    /// One text before and after for each kind of mending that changes texts.
    pub examples: BTreeMap<&'static str, Mended>,
    pub dropped: BTreeMap<&'static str, Dropped>,
}

impl Tally {
    pub fn new(name: &'static str, on: bool) -> Tally {
        Tally { name, on, ..Tally::default() }
    }

    pub fn lost(&mut self, reason: &Reason, Place { file, at, record, id }: Place<'_>, text: &str) {
        let (detail, text) = (safe(&reason.detail, DETAIL), safe(text, EXAMPLE));
        let example = || Example { file: file.to_owned(), at, record, id: safe(id, 80), detail, text };
        self.dropped.entry(reason.what).or_insert_with(|| Dropped { count: 0, example: example() }).count += 1;
    }
}

/// Where a record stands: its file, line, number in the file and id.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub file: &'a str,
    pub at: u64,
    pub record: u64,
    pub id: &'a str,
}

#[derive(Clone, Debug, Serialize)]
pub struct Output {
    pub name: &'static str,
    pub rows: u64,
    pub bytes: u64,
    pub digest: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Duplicates {
    pub exact: u64,
    pub contradicting: u64,
    pub near: u64,
    /// Clusters of two or more, and records of the largest.
    pub clusters: u64,
    pub largest: u64,
}

/// Names of what was kept, and how often.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    pub kinds: BTreeMap<&'static str, u64>,
    pub acts: BTreeMap<String, u64>,
    pub slots: BTreeMap<String, u64>,
    pub intents: BTreeMap<String, u64>,
    /// Calls of tools, and turns of tools.
    pub calls: u64,
    pub tool_turns: u64,
    /// Turns of the assistant that a file marks as not to be learned from.
    pub context_turns: u64,
}

/// Counts by ranges: each from its bound to below the next.
#[derive(Clone, Debug, Serialize)]
pub struct Histogram {
    pub from: &'static [u32],
    pub counts: Vec<u64>,
}

impl Histogram {
    pub fn new(from: &'static [u32]) -> Histogram {
        Histogram { from, counts: vec![0; from.len()] }
    }

    pub fn add(&mut self, x: usize) {
        let at = self.from.iter().rposition(|f| *f as usize <= x).unwrap_or(0);
        self.counts[at] += 1;
    }
}

pub const TURNS: &[u32] = &[0, 1, 2, 3, 5, 9, 17, 33, 65];
pub const WORDS: &[u32] = &[0, 5, 10, 20, 50, 100, 200, 500, 1000];

/// What a report says of itself.
pub const FORMAT: &str = "dialoq-data-report";

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub format: &'static str,
    pub version: u32,
    pub inputs: Vec<Input>,
    pub stages: Vec<Tally>,
    pub pii: BTreeMap<&'static str, u64>,
    pub duplicates: Duplicates,
    /// The kept records that lost most of their text, the most first.
    pub shortened: Vec<Shortened>,
    pub turns: Histogram,
    pub words: Histogram,
    pub coverage: Coverage,
    pub splits: Vec<Output>,
    pub dropped: Output,
    pub settings: Settings,
}

impl Coverage {
    pub fn add(&mut self, record: &Record) {
        *self.kinds.entry(record.body.kind()).or_default() += 1;
        if let Body::Labelled { label, .. } = &record.body {
            note(&mut self.intents, label);
        }
        for turn in record.turns() {
            self.calls += turn.calls.len() as u64;
            self.tool_turns += u64::from(turn.role == Role::Tool);
            self.context_turns += u64::from(turn.context);
        }
        for act in record.turns().iter().flat_map(|t| &t.acts) {
            note(&mut self.acts, &act.act);
            match act.slot.as_str() {
                "" => {}
                "intent" => act.values.iter().for_each(|v| note(&mut self.intents, v)),
                slot => note(&mut self.slots, &if act.service.is_empty() { slot.to_owned() } else { format!("{}.{slot}", act.service) }),
            }
        }
    }
}

fn note(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(n) = counts.get_mut(name) {
        *n += 1;
    } else if counts.len() < NAMES {
        counts.insert(name.to_owned(), 1);
    }
}
