//! The first pass: each file is read once, each record goes through the stages, and what is left goes into the spool.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Write};
use std::rc::Rc;

use super::DataError;
use super::elements::Elements;
use super::encoding::{self, Decoding};
use super::examples;
use super::formats::{Format, Reader, Table};
use super::look::{Forced, Found, HEAD, look};
use super::metered::{Metered, reason};
use super::near::marks::mark;
use super::packed::{damage, inner, unpacked};
use super::prepare::{Broken, Failed, Source, Work, full_id, plain, reason_of, unwritten};
use super::record::{At, Record};
use super::report::{Input, Place};
use super::stages::{Fixes, Reason, STAGES, count};

/// The decoded bytes of a file, the count of raw ones, and the count of unpacked ones with its bound (`Metered`).
struct Open<'a> {
    input: &'a mut dyn Read,
    raw: Rc<Cell<u64>>,
    bytes: Rc<Cell<u64>>,
    leash: Rc<Cell<u64>>,
}

/// Who is told how many bytes were read.
type Step<'a> = &'a mut dyn FnMut(u64);

fn unread(e: &io::Error) -> DataError {
    damage(e).map_or_else(|| DataError::Unread(reason(e)), DataError::Refused)
}

impl Work<'_> {
    pub(super) fn read(&mut self, source: Source, forced: Option<Format>, step: Step<'_>) -> Result<(), Failed> {
        let Source { name, bytes, named, open } = source;
        let mut input = Input { file: name.clone(), bytes, ..Input::default() };
        let read = open().map_err(|e| Broken::Refused(unread(&e))).and_then(|file| {
            let mut metered = Metered::new(file, u64::from(self.settings.record_bytes));
            let read = self.within(&mut metered, forced, &mut input, step);
            let _ = metered.drain();
            (input.bytes, input.digest) = (metered.passed(), Some(format!("{:016x}", metered.digest())));
            read
        });
        match read {
            Err(Broken::Unread(e)) if named && e.kind() == io::ErrorKind::FileTooLarge => {
                return Err((Some(name), DataError::Refused(e.to_string())));
            }
            Err(Broken::Unread(e)) if named => return Err((Some(name), unread(&e))),
            Err(Broken::Refused(e)) if named => return Err((Some(name), e)),
            Err(Broken::Refused(e)) => {
                (input.bytes, input.digest, input.refused) = (bytes, None, Some(e.to_string()));
            }
            Err(Broken::Unread(e)) => {
                self.tallies[0].rows_in += 1;
                let place = Place { file: &name, at: 0, record: 0, id: "" };
                self.lose(0, &Reason::new("unreadable", e.to_string()), place, "")?;
            }
            Err(Broken::Failed(e)) => return Err(e),
            Ok(()) => {}
        }
        self.inputs.push(input);
        Ok(())
    }

    /// Unpacks, decodes and reads a file, and says in `input` what it was.
    fn within(
        &mut self,
        metered: &mut Metered<Box<dyn Read>>,
        forced: Option<Format>,
        input: &mut Input,
        step: Step<'_>,
    ) -> Result<(), Broken> {
        let refused = |e: io::Error| Broken::Refused(unread(&e));
        let raw = metered.count();
        let (packed, file) = unpacked(metered, raw.clone()).map_err(refused)?;
        // What is unpacked has a leash of its own: a small file may hold a row without an end.
        let mut bounded = Metered::new(file, u64::from(self.settings.record_bytes));
        let (passed, leash) = (bounded.count(), bounded.leash(None));
        let encoding = self.settings.encoding.and_then(encoding::named).filter(|e| !encoding::plain(e));
        let mut decoded: Box<dyn Read + '_> = match encoding {
            Some(encoding) => Box::new(Decoding::new(&mut bounded, encoding)),
            None => Box::new(&mut bounded),
        };
        let mut head = Vec::new();
        decoded.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(refused)?;
        let forced = Forced { format: forced, fields: self.settings.fields.as_ref() };
        let found = look(inner(&input.file), &head, head.len() < HEAD, forced).map_err(Broken::Refused)?;
        (input.packed, input.format) = (packed, Some(found.format.name()));
        let (rows, records) = (self.tallies[0].rows_in, self.tallies[0].rows_out);
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let mut whole = io::Cursor::new(text).chain(decoded);
        let file = Open { input: &mut whole, raw, bytes: passed, leash };
        let mut reader = Reader::new(found.format, forced.format.is_some(), forced.fields);
        let read = if found.table {
            self.rows(&input.file, file, found, &mut reader, step)
        } else {
            self.elements(&input.file, file, found, &mut reader, step)
        };
        input.rows = self.tallies[0].rows_in - rows;
        input.records = self.tallies[0].rows_out - records;
        input.unused = reader.unused();
        input.others = reader.others;
        self.met.extend(reader.met);
        self.first.get_or_insert(reader.first);
        read
    }

    fn elements(&mut self, name: &str, file: Open<'_>, found: Found, reader: &mut Reader, step: Step<'_>) -> Result<(), Broken> {
        let Open { input, raw, .. } = file;
        let mut elements = Elements::new(BufReader::with_capacity(1 << 16, input), found.layout, self.settings.record_bytes as usize);
        let mut at = At::default();
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
            step(raw.get());
        }
        for (at, read) in reader.end() {
            match read {
                Ok(records) => self.take(name, at, records)?,
                Err(detail) => self.lose_element(name, at, detail, "")?,
            }
        }
        Ok(())
    }

    fn rows(&mut self, name: &str, file: Open<'_>, found: Found, reader: &mut Reader, step: Step<'_>) -> Result<(), Broken> {
        let Open { input, raw, bytes, leash } = file;
        let slack = u64::from(self.settings.record_bytes) + (1 << 16);
        leash.set(bytes.get() + slack);
        let mut table = Table::new(input, found.format, found.delimiter, reader).map_err(|e| Broken::Unread(io::Error::other(e)))?;
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
            step(raw.get());
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
