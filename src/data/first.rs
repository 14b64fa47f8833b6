//! The first pass: each file is read once, each record goes through the stages, and what is left goes into the spool.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Write};
use std::rc::Rc;

use super::DataError;
use super::elements::Elements;
use super::encoding::{self, Decoding};
use super::examples;
use super::formats::{FORMATS, Format, Reader, Table};
use super::look::{Found, HEAD, look};
use super::metered::{Metered, reason};
use super::near::marks::mark;
use super::prepare::{Broken, Failed, Source, Work, full_id, plain, reason_of, unwritten};
use super::record::{At, Record};
use super::report::{Input, Place};
use super::stages::{Fixes, Reason, STAGES, count};

/// The decoded bytes of a file, and the count of raw bytes and its bound (`Metered`).
struct Open<'a> {
    input: &'a mut dyn Read,
    bytes: Rc<Cell<u64>>,
    leash: Rc<Cell<u64>>,
}

fn unread(e: &io::Error) -> DataError {
    DataError::Unread(reason(e))
}

impl Work<'_> {
    pub(super) fn read(&mut self, source: Source, forced: Option<Format>, step: &mut dyn FnMut(u64)) -> Result<(), Failed> {
        let Source { name, bytes, named, open } = source;
        let refuse = |work: &mut Work<'_>, e: DataError| {
            if named {
                return Err((Some(name.clone()), e));
            }
            work.inputs.push(Input { file: name.clone(), format: None, bytes, records: 0, digest: None, refused: Some(e.to_string()) });
            Ok(())
        };
        let file = match open() {
            Ok(file) => file,
            Err(e) => return refuse(self, unread(&e)),
        };
        let mut metered = Metered::new(file, self.settings.record_bytes as u64);
        let (passed, leash) = (metered.count(), metered.leash(None));
        let encoding = self.settings.encoding.and_then(encoding::named).filter(|e| !encoding::plain(e));
        let mut input: Box<dyn Read + '_> = match encoding {
            Some(encoding) => Box::new(Decoding::new(&mut metered, encoding)),
            None => Box::new(&mut metered),
        };
        let mut head = Vec::new();
        if let Err(e) = input.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            return refuse(self, unread(&e));
        }
        let found = match look(&name, &head, head.len() < HEAD, forced) {
            Ok(found) => found,
            Err(e) => return refuse(self, e),
        };
        let rows = self.tallies[0].rows_out;
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let mut input = io::Cursor::new(text).chain(input);
        let file = Open { input: &mut input, bytes: passed, leash };
        let failed = if FORMATS[found.format as usize].table {
            self.rows(&name, file, found, step)
        } else {
            self.elements(&name, file, found, step)
        };
        drop(input);
        match failed {
            Err(Broken::Unread(e)) if named && e.kind() == io::ErrorKind::FileTooLarge => {
                return Err((Some(name), DataError::Refused(e.to_string())));
            }
            Err(Broken::Unread(e)) if named => return Err((Some(name), unread(&e))),
            Err(Broken::Unread(e)) => {
                self.tallies[0].rows_in += 1;
                let place = Place { file: &name, at: 0, record: 0, id: "" };
                self.lose(0, &Reason::new("unreadable", e.to_string()), place, "")?;
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

    fn elements(&mut self, name: &str, file: Open<'_>, found: Found, step: &mut dyn FnMut(u64)) -> Result<(), Broken> {
        let Open { input, bytes, .. } = file;
        let mut elements = Elements::new(BufReader::with_capacity(1 << 16, input), found.layout, self.settings.record_bytes as usize);
        let (mut reader, mut at) = (Reader::new(found.format), At::default());
        while let Some(element) = elements.read()? {
            self.tallies[0].rows_in += 1;
            at = At { line: element.line, record: at.record + 1, shares: element.line == at.line };
            match reader.read(&element, at) {
                Ok(records) => self.take(name, at, records)?,
                Err(detail) => {
                    let raw: String = String::from_utf8_lossy(&element.bytes).chars().take(2000).collect();
                    self.lose_element(name, at, detail, &raw)?;
                }
            }
            step(bytes.get());
        }
        for (at, read) in reader.end() {
            match read {
                Ok(records) => self.take(name, at, records)?,
                Err(detail) => self.lose_element(name, at, detail, "")?,
            }
        }
        Ok(())
    }

    fn rows(&mut self, name: &str, file: Open<'_>, found: Found, step: &mut dyn FnMut(u64)) -> Result<(), Broken> {
        let Open { input, bytes, leash } = file;
        let slack = u64::from(self.settings.record_bytes) + (1 << 16);
        leash.set(bytes.get() + slack);
        let mut table = Table::new(input, found.format, found.delimiter).map_err(|e| Broken::Unread(io::Error::other(e)))?;
        let mut at = At::default();
        loop {
            leash.set(bytes.get() + slack);
            let Some((line, read)) = table.read().map_err(|e| Broken::Unread(plain(e)))? else { break };
            self.tallies[0].rows_in += 1;
            at = At { line, record: at.record + 1, shares: false };
            match read {
                Ok(records) => self.take(name, at, records)?,
                Err(detail) => self.lose_element(name, at, detail, &table.raw())?,
            }
            step(bytes.get());
        }
        leash.set(u64::MAX);
        Ok(())
    }

    fn lose_element(&mut self, file: &str, at: At, detail: String, raw: &str) -> Result<(), Failed> {
        self.lose(0, &reason_of(detail), Place { file, at: at.line, record: at.record, id: "" }, raw)
    }

    fn take(&mut self, file: &str, at: At, records: Vec<Record>) -> Result<(), Failed> {
        let several = records.len() > 1;
        for (i, mut record) in records.into_iter().enumerate() {
            file.clone_into(&mut record.file);
            (record.at, record.record) = (at.line, at.record);
            record.id = full_id(file, at, &record.id, several.then_some(i));
            let tally = &mut self.tallies[0];
            tally.rows_out += 1;
            for (what, text) in std::mem::take(&mut record.left_out) {
                count(&mut tally.mended, what, 1);
                tally.examples.entry(what).or_insert_with(|| examples::mended(&record, &text, "", false, self.settings));
            }
            self.clean(record)?;
        }
        Ok(())
    }

    /// Through the stages of single records, and into the spool.
    fn clean(&mut self, mut record: Record) -> Result<(), Failed> {
        let before = record.clone();
        let raw = self.seen.is_some().then(|| record.tagged());
        let mut mended = Fixes::new();
        for (i, stage) in STAGES.iter().enumerate() {
            self.tallies[i + 1].rows_in += 1;
            let mut fixes = Fixes::new();
            let kept = if self.tallies[i + 1].on { (stage.run)(&mut record, self.settings, &mut fixes) } else { Ok(()) };
            self.show(i, &fixes, &before, &record);
            for (what, times) in fixes {
                count(&mut self.tallies[i + 1].mended, what, times);
                count(&mut mended, what, times);
            }
            if let Err(reason) = kept {
                self.tell(raw.as_deref(), &record, &mended, Some((stage.name, reason.what)));
                return self.lose_record(i + 1, &reason, &record);
            }
            self.tallies[i + 1].rows_out += 1;
        }
        self.tell(raw.as_deref(), &record, &mended, None);
        if !mended.is_empty() {
            examples::shortened(&mut self.shortened, &before, &record, self.settings);
        }
        self.marks.push(mark(&record));
        let spool = self.spool.as_mut().expect("the first pass writes it");
        serde_json::to_writer(&mut *spool, &record).map_err(io::Error::from).map_err(unwritten("the spool"))?;
        spool.write_all(b"\n").map_err(unwritten("the spool"))
    }

    /// Keeps an example of each kind that a stage mended in a record: the first, or the first that shows nothing else.
    fn show(&mut self, stage: usize, fixes: &Fixes, before: &Record, after: &Record) {
        let mixed = fixes.len() > 1;
        for what in fixes.keys().filter(|what| !what.contains("kept")) {
            let known = self.tallies[stage + 1].examples.get(what);
            if known.is_some_and(|known| mixed || !known.mixed) {
                continue;
            }
            let mut old = before.clone();
            for (stage, _) in STAGES[..stage].iter().zip(&self.tallies[1..]).filter(|(_, tally)| tally.on) {
                // What this stage saw, which is not kept: the earlier ones go over it once more.
                let _ = (stage.run)(&mut old, self.settings, &mut Fixes::new());
            }
            if let Some(example) = examples::example(what, &old, after, mixed, self.settings) {
                self.tallies[stage + 1].examples.insert(what, example);
            }
        }
    }
}
