//! The whole way of raw files to clean ones, in two passes. The first reads each file once, cleans record by record and keeps what is
//! left in a spool, with some 330 bytes a record in memory besides its id; the second, which knows all records, drops duplicates and splits.

use std::io::{self, BufReader, Read, Seek, Write};

use serde::Serialize;

use super::DataError;
use super::elements::Elements;
use super::formats::{Format, Reader, Table};
use super::look::{Found, HEAD, look};
use super::metered::{Counted, Metered};
use super::near::clusters::Mark;
use super::near::marks::mark;
use super::record::Record;
use super::report::{Input, Report, Tally};
use super::settings::Settings;
use super::stages::{EXACT, Fixes, NEAR, PREFERENCE, Reason, STAGES, count, pii, unicode};

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
    seen: Option<&'a mut dyn FnMut(&Seen<'_>)>,
}

pub(super) fn unwritten(what: &'static str) -> impl Fn(io::Error) -> Failed {
    move |e| (None, DataError::Unwritten { what, reason: e.to_string() })
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
        seen,
    };
    let mut before = 0;
    for source in sources {
        let bytes = source.bytes;
        work.read(source, forced, &mut |done| step(Step::Read(before + done)))?;
        before += bytes;
    }
    work.write(splits, step)
}

impl Work<'_> {
    fn read(&mut self, source: Source, forced: Option<Format>, step: &mut dyn FnMut(u64)) -> Result<(), Failed> {
        let Source { name, bytes, named, open } = source;
        let refuse = |work: &mut Work<'_>, e: DataError| {
            if named {
                return Err((Some(name.clone()), e));
            }
            work.inputs.push(Input { file: name.clone(), format: None, bytes, records: 0, digest: None, refused: Some(e.to_string()) });
            Ok(())
        };
        let unread = |e: io::Error| DataError::Unread(super::metered::reason(&e));
        let mut file = match open() {
            Ok(file) => file,
            Err(e) => return refuse(self, unread(e)),
        };
        let mut head = Vec::new();
        if let Err(e) = file.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            return refuse(self, unread(e));
        }
        let found = match look(&name, &head, head.len() < HEAD, forced) {
            Ok(found) => found,
            Err(e) => return refuse(self, e),
        };
        let rows = self.tallies[0].rows_out;
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut metered = Metered::new(io::Cursor::new(head).chain(file), self.settings.record_bytes as u64);
        metered.skip(mark);
        let failed = if super::formats::FORMATS[found.format as usize].table {
            self.rows(&name, &mut metered, found, step)
        } else {
            self.elements(&name, &mut metered, found, step)
        };
        match failed {
            Err(Broken::Unread(e)) if named && e.kind() == io::ErrorKind::FileTooLarge => {
                return Err((Some(name), DataError::Refused(e.to_string())));
            }
            Err(Broken::Unread(e)) if named => return Err((Some(name), unread(e))),
            Err(Broken::Unread(e)) => {
                self.tallies[0].rows_in += 1;
                self.lose(0, &Reason::new("unreadable", e.to_string()), (&name, 0, ""), "")?;
            }
            Err(Broken::Failed(e)) => return Err(e),
            Ok(()) => {}
        }
        let _ = metered.drain();
        let records = self.tallies[0].rows_out - rows;
        let digest = Some(format!("{:016x}", metered.digest()));
        self.inputs.push(Input { file: name, format: Some(found.format.name()), bytes: metered.passed(), records, digest, refused: None });
        Ok(())
    }

    fn elements(&mut self, name: &str, file: &mut Metered<impl Read>, found: Found, step: &mut dyn FnMut(u64)) -> Result<(), Broken> {
        let bytes = file.count();
        file.leash(None);
        let mut elements = Elements::new(BufReader::with_capacity(1 << 16, file), found.layout, self.settings.record_bytes as usize);
        let mut reader = Reader::new(found.format);
        while let Some(element) = elements.read()? {
            self.tallies[0].rows_in += 1;
            match reader.read(&element) {
                Ok(records) => self.take(name, element.line, records)?,
                Err(detail) => {
                    let raw: String = String::from_utf8_lossy(&element.bytes).chars().take(2000).collect();
                    self.lose(0, &reason_of(detail), (name, element.line, ""), &raw)?;
                }
            }
            step(bytes.get());
        }
        for (line, read) in reader.end() {
            match read {
                Ok(records) => self.take(name, line, records)?,
                Err(detail) => self.lose(0, &reason_of(detail), (name, line, ""), "")?,
            }
        }
        Ok(())
    }

    fn rows(&mut self, name: &str, file: &mut Metered<impl Read>, found: Found, step: &mut dyn FnMut(u64)) -> Result<(), Broken> {
        let (bytes, leash) = (file.count(), file.leash(Some(0)));
        let slack = u64::from(self.settings.record_bytes) + (1 << 16);
        leash.set(bytes.get() + slack);
        let mut table = Table::new(file, found.format, found.delimiter).map_err(|e| Broken::Unread(io::Error::other(e)))?;
        loop {
            leash.set(bytes.get() + slack);
            let Some((line, read)) = table.read().map_err(|e| Broken::Unread(plain(e)))? else { return Ok(()) };
            self.tallies[0].rows_in += 1;
            match read {
                Ok(records) => self.take(name, line, records)?,
                Err(detail) => self.lose(0, &reason_of(detail), (name, line, ""), &table.raw())?,
            }
            step(bytes.get());
        }
    }

    fn take(&mut self, file: &str, line: u64, records: Vec<Record>) -> Result<(), Failed> {
        let several = records.len() > 1;
        for (i, mut record) in records.into_iter().enumerate() {
            file.clone_into(&mut record.file);
            record.at = line;
            record.id = full_id(file, line, &record.id, several.then_some(i));
            self.tallies[0].rows_out += 1;
            self.clean(record)?;
        }
        Ok(())
    }

    /// Through the stages of single records, and into the spool.
    fn clean(&mut self, mut record: Record) -> Result<(), Failed> {
        let raw = self.seen.is_some().then(|| record.tagged());
        let mut mended = Fixes::new();
        for (i, stage) in STAGES.iter().enumerate() {
            let tally = &mut self.tallies[i + 1];
            tally.rows_in += 1;
            let mut fixes = Fixes::new();
            let kept = if tally.on { (stage.run)(&mut record, self.settings, &mut fixes) } else { Ok(()) };
            for (what, times) in fixes {
                count(&mut tally.mended, what, times);
                count(&mut mended, what, times);
            }
            if let Err(reason) = kept {
                self.tell(raw.as_deref(), &record, &mended, Some((stage.name, reason.what)));
                return self.lose_record(i + 1, &reason, &record);
            }
            tally.rows_out += 1;
        }
        self.tell(raw.as_deref(), &record, &mended, None);
        self.marks.push(mark(&record));
        let spool = self.spool.as_mut().expect("the first pass writes it");
        serde_json::to_writer(&mut *spool, &record).map_err(io::Error::from).map_err(unwritten("the spool"))?;
        spool.write_all(b"\n").map_err(unwritten("the spool"))
    }

    /// Tells who listens what became of a record.
    pub(super) fn tell(&mut self, raw: Option<&str>, record: &Record, mended: &Fixes, lost: Option<(&'static str, &'static str)>) {
        if let (Some(seen), Some(raw)) = (&mut self.seen, raw) {
            seen(&Seen { file: &record.file, at: record.at, id: &record.id, raw, now: &record.tagged(), mended, lost });
        }
    }

    pub(super) fn lose_record(&mut self, stage: usize, reason: &Reason, record: &Record) -> Result<(), Failed> {
        self.lose(stage, reason, (&record.file, record.at, &record.id), &record.tagged())
    }

    /// Keeps what is dropped apart, as clean of persons and controls as what is kept.
    fn lose(&mut self, stage: usize, reason: &Reason, place: (&str, u64, &str), text: &str) -> Result<(), Failed> {
        let clean = |text: &str| {
            let mut text = text.to_owned();
            unicode::clean(&mut text, &mut Fixes::new());
            if self.settings.pii {
                pii::scrub(&mut text, &mut Fixes::new());
            }
            text
        };
        let reason = Reason { what: reason.what, detail: clean(&reason.detail) };
        let (text, id) = (clean(text), clean(place.2));
        if let (0, Some(seen)) = (stage, &mut self.seen) {
            let (file, at, id) = place;
            seen(&Seen { file, at, id, raw: &text, now: "", mended: &Fixes::new(), lost: Some((READ, reason.what)) });
        }
        let tally = &mut self.tallies[stage];
        tally.lost(&reason, (place.0, place.1, &id), &text);
        let (stage, detail) = (tally.name, reason.detail.as_str());
        let lost = Lost { id: &id, file: place.0, at: place.1, stage, reason: reason.what, detail, text: &text };
        self.dropped.line(&lost).map_err(unwritten("dropped.jsonl"))
    }
}

/// What ends the reading of a file before its end.
enum Broken {
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
fn plain(e: csv::Error) -> io::Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The reason that many share, of a sentence on one element.
fn reason_of(detail: String) -> Reason {
    let shared = [
        ("not JSON", "not JSON"),
        ("bytes long", "a record too long"),
        ("the file ends", "cut off"),
        ("found a tie", "a tie"),
        ("the judges have", "no majority"),
        ("gives no pair", "no pair"),
        ("is synthetic", "nothing usable"),
        ("answer different questions", "different questions"),
        ("outside its turn", "a span outside its turn"),
    ];
    let what = shared.iter().find(|(part, _)| detail.contains(part)).map_or("not of the format", |(_, what)| what);
    Reason { what, detail }
}

/// An id that no other file's record has: those of a corpus are unique within a directory at best.
fn full_id(file: &str, line: u64, own: &str, nth: Option<usize>) -> String {
    let mut parts = file.rsplit('/');
    let name = parts.next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let place = parts.next().filter(|dir| !["", "."].contains(dir)).map_or(stem.to_owned(), |dir| format!("{dir}/{stem}"));
    let at = nth.map_or(line.to_string(), |n| format!("{line}.{}", n + 1));
    format!("{place}:{}", if own.is_empty() { &at } else { own })
}
