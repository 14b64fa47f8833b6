//! The whole way of raw files to clean ones, in two passes. The first reads each file once, cleans record by record and keeps what is
//! left in a spool, with some 330 bytes a record in memory besides its id; the second, which knows all records, drops duplicates and splits.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, Write};

use serde::Serialize;

use super::DataError;
use super::examples::Shortened;
use super::formats::Format;
use super::metered::Counted;
use super::near::clusters::Mark;
use super::packed::inner;
use super::record::{At, Record};
use super::report::{Input, Place, Report, Tally};
use super::settings::Settings;
use super::stages::{EXACT, Fixes, NEAR, PREFERENCE, Reason, STAGES, arguments, pii, unicode};

/// A file to read.
pub struct Source {
    pub name: String,
    pub bytes: u64,
    /// Named by a person, who is told at once where it cannot be used; what a directory holds besides is only listed.
    pub named: bool,
    pub open: Box<dyn FnOnce() -> io::Result<Box<dyn Read>>>,
}

pub trait Spool: Read + Write + Seek {}
impl<T: Read + Write + Seek> Spool for T {}

/// Where everything goes.
pub struct Sinks<'a> {
    pub spool: &'a mut dyn Spool,
    pub dropped: &'a mut dyn Write,
    /// train, valid, test
    pub splits: [&'a mut dyn Write; 3],
    /// Who is told what becomes of each record, where somebody wants to know.
    pub seen: Option<&'a mut dyn FnMut(&Seen<'_>)>,
}

/// What became of a record in the first pass, or why it went in the second, where `raw` is empty.
#[derive(Debug)]
pub struct Seen<'a> {
    pub file: &'a str,
    pub at: u64,
    pub id: &'a str,
    /// As it was read, and as it is now.
    pub raw: &'a str,
    pub now: &'a str,
    pub mended: &'a Fixes,
    /// The stage and the reason.
    pub lost: Option<(&'static str, &'static str)>,
}

pub const SPLITS: [&str; 3] = ["train", "valid", "test"];

/// How far it is: bytes read of the first pass, records written of the second.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Read(u64),
    Compared { of: u64 },
    Written(u64),
}

/// A failure, and the file where it is that of one.
pub type Failed = (Option<String>, DataError);

/// Names of the stages that have no file of their own.
const READ: &str = "read";

#[derive(Serialize)]
struct Lost<'a> {
    id: &'a str,
    file: &'a str,
    at: u64,
    record: u64,
    stage: &'static str,
    reason: &'static str,
    detail: &'a str,
    text: &'a str,
}

pub struct Work<'a> {
    pub(super) settings: &'a Settings,
    /// Until the second pass reads it.
    pub(super) spool: Option<io::BufWriter<&'a mut dyn Spool>>,
    pub(super) dropped: Counted<&'a mut dyn Write>,
    pub(super) tallies: Vec<Tally>,
    pub(super) marks: Vec<Mark>,
    pub(super) inputs: Vec<Input>,
    /// The names of fields that a record had, and the keys of the first.
    pub(super) met: BTreeSet<&'static str>,
    pub(super) first: Option<Vec<String>>,
    pub(super) shortened: Vec<Shortened>,
    pub(super) seen: Option<&'a mut dyn FnMut(&Seen<'_>)>,
}

pub(super) fn unwritten(what: &'static str) -> impl Fn(io::Error) -> Failed {
    move |e| (None, DataError::Unwritten { what, reason: super::metered::reason(&e) })
}

/// Reads, cleans, compares, splits and writes. Errors: a named source that cannot be used; nothing left; what cannot be written.
pub fn prepare<'a>(
    sources: Vec<Source>,
    forced: Option<Format>,
    settings: &'a Settings,
    sinks: Sinks<'a>,
    step: &mut dyn FnMut(Step),
) -> Result<Report, Failed> {
    let mut names = vec![Tally::new(READ, true)];
    names.extend(STAGES.iter().map(|s| Tally::new(s.name, (s.on)(settings))));
    names.extend([(EXACT, settings.exact), (NEAR, settings.near.is_some()), (PREFERENCE, true)].map(|(name, on)| Tally::new(name, on)));
    let Sinks { spool, dropped, splits, seen } = sinks;
    let mut work = Work {
        settings,
        spool: Some(io::BufWriter::new(spool)),
        dropped: Counted::new(dropped),
        tallies: names,
        marks: Vec::new(),
        inputs: Vec::new(),
        met: BTreeSet::new(),
        first: None,
        shortened: Vec::new(),
        seen,
    };
    let forced = settings.fields.as_ref().map_or(forced, |_| Some(Format::Fields));
    let mut before = 0;
    for source in sources {
        let bytes = source.bytes;
        work.read(source, forced, &mut |done| step(Step::Read(before + done)))?;
        before += bytes;
    }
    if let (Some(fields), Some(keys)) = (&settings.fields, &work.first)
        && let Some(sentence) = fields.unmet(&work.met, keys)
    {
        return Err((None, DataError::Refused(sentence)));
    }
    work.write(splits, step)
}

impl Work<'_> {
    /// Tells who listens what became of a record.
    pub(super) fn tell(&mut self, raw: Option<&str>, record: &Record, mended: &Fixes, lost: Option<(&'static str, &'static str)>) {
        if let (Some(seen), Some(raw)) = (&mut self.seen, raw) {
            seen(&Seen { file: &record.file, at: record.at, id: &record.id, raw, now: &record.tagged(), mended, lost });
        }
    }

    pub(super) fn lose_record(&mut self, stage: usize, reason: &Reason, record: &Record) -> Result<(), Failed> {
        let place = Place { file: &record.file, at: record.at, record: record.record, id: &record.id };
        let mut clean = record.clone();
        if self.settings.pii {
            arguments::scrub(&mut clean, &mut Fixes::new());
        }
        self.lose(stage, reason, place, &clean.tagged())
    }

    /// Keeps what is dropped apart, as clean of persons and controls as what is kept.
    pub(super) fn lose(&mut self, stage: usize, reason: &Reason, place: Place<'_>, text: &str) -> Result<(), Failed> {
        let clean = |text: &str| {
            let mut text = text.to_owned();
            unicode::clean(&mut text, &mut Fixes::new());
            if self.settings.pii {
                pii::scrub(&mut text, &mut Fixes::new());
            }
            text
        };
        let reason = Reason { what: reason.what, detail: clean(&reason.detail) };
        let (text, id) = (clean(text), clean(place.id));
        if let (0, Some(seen)) = (stage, &mut self.seen) {
            let Place { file, at, id, .. } = place;
            seen(&Seen { file, at, id, raw: &text, now: "", mended: &Fixes::new(), lost: Some((READ, reason.what)) });
        }
        let tally = &mut self.tallies[stage];
        let Place { file, at, record, .. } = place;
        tally.lost(&reason, Place { id: &id, ..place }, &text);
        let (stage, detail) = (tally.name, reason.detail.as_str());
        let lost = Lost { id: &id, file, at, record, stage, reason: reason.what, detail, text: &text };
        self.dropped.line(&lost).map_err(unwritten("dropped.jsonl"))
    }
}

/// What ends the reading of a file before its end.
pub(super) enum Broken {
    /// Nothing of it was read.
    Refused(DataError),
    Unread(io::Error),
    Failed(Failed),
}

impl From<io::Error> for Broken {
    fn from(e: io::Error) -> Broken {
        Broken::Unread(e)
    }
}

impl From<Failed> for Broken {
    fn from(e: Failed) -> Broken {
        Broken::Failed(e)
    }
}

/// What went wrong below the reader of tables.
pub(super) fn plain(e: csv::Error) -> io::Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The reason that many share, of a sentence on one element.
pub(super) fn reason_of(detail: String) -> Reason {
    let shared = [
        ("a call cannot be read", "a call that cannot be read"),
        ("a call of a tool has no", "a call that cannot be read"),
        ("not JSON", "not JSON"),
        ("nested more than", "nested too deeply"),
        ("not UTF-8", "not UTF-8"),
        ("half a surrogate pair", "half a character"),
        ("bytes long", "a record too long"),
        ("the file ends", "cut off"),
        ("found a tie", "a tie"),
        ("the judges have", "no majority"),
        ("gives no pair", "no pair"),
        ("is synthetic", "nothing usable"),
        ("answer different questions", "different questions"),
        ("an image, which is not text", "has an image"),
        ("a sound, which is not text", "has a sound"),
        ("a video, which is not text", "has a video"),
        ("a file, which is not text", "has a file"),
        ("part of the unknown type", "has a part of an unknown type"),
        ("calls a tool, and the prepared form", "an answer that calls a tool"),
    ];
    let what = shared.iter().find(|(part, _)| detail.contains(part)).map_or("not of the format", |(_, what)| what);
    Reason { what, detail }
}

/// An id that no other file's record has: those of a corpus are unique within a directory at best. A record without an id of its own
/// is named by its line, and by its number where several share one.
pub(super) fn full_id(file: &str, at: At, own: &str, nth: Option<usize>) -> String {
    let mut parts = inner(file).rsplit('/');
    let name = parts.next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let place = parts.next().filter(|dir| !["", "."].contains(dir)).map_or(stem.to_owned(), |dir| format!("{dir}/{stem}"));
    let line = if at.shares { format!("{}#{}", at.line, at.record) } else { at.line.to_string() };
    let at = nth.map_or(line.clone(), |n| format!("{line}.{}", n + 1));
    format!("{place}:{}", if own.is_empty() { &at } else { own })
}
