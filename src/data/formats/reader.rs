//! Reads the elements of one file, each by its own format where the file mixes forms.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keys::{Keys, Unused};
use super::{Format, Read, Row, inside, taskmaster};
use crate::data::elements::Element;
use crate::data::encoding;
use crate::data::fields::Fields;
use crate::data::lenient;
use crate::data::record::{At, Record};

/// Some records are known only at the end of their file.
pub struct Reader {
    format: Format,
    /// Nobody said that all records have one format.
    mixed: bool,
    rewards: taskmaster::Contexts,
    keys: Keys,
    fields: Option<Fields>,
    /// The names of fields that a record had.
    pub met: BTreeSet<&'static str>,
    /// The keys of the first record.
    pub first: Vec<String>,
    /// Records of other formats than the file's.
    pub others: BTreeMap<&'static str, u64>,
}

impl Reader {
    pub fn new(format: Format, forced: bool, fields: Option<&Fields>) -> Reader {
        Reader {
            format,
            mixed: !forced,
            rewards: BTreeMap::new(),
            keys: Keys::default(),
            fields: fields.cloned(),
            met: BTreeSet::new(),
            first: Vec::new(),
            others: BTreeMap::new(),
        }
    }

    pub fn read(&mut self, element: &Element, at: At) -> Read {
        if let Some(fault) = &element.fault {
            return Err(fault.clone());
        }
        let Ok(text) = std::str::from_utf8(&element.bytes) else {
            return Err(encoding::fault(&element.bytes).unwrap_or_default());
        };
        // Numbers that are read once more have the same keys.
        let last: RefCell<Option<Seen>> = RefCell::default();
        let records = lenient::read(text, |value| {
            let (read, seen) = self.one(element, value);
            last.replace(Some(seen));
            read
        });
        let records = self.count(last.into_inner(), records)?;
        if self.format == Format::Rewards {
            taskmaster::gather(&mut self.rewards, records, at);
            return Ok(Vec::new());
        }
        Ok(records)
    }

    /// Keys that nothing was read from, or only a part.
    pub fn unused(&self) -> Vec<Unused> {
        self.keys.unused(inside::partly(self.format))
    }

    /// A row of a table, by its columns.
    pub fn value(&mut self, value: &Value) -> Read {
        let element = Element { keys: Vec::new(), line: 0, bytes: Vec::new(), fault: None };
        let (read, seen) = self.one(&element, value);
        self.count(Some(seen), read)
    }

    /// A row of a table whose columns have no names of keys.
    pub fn note(&mut self, value: &Value) {
        let row = self.format.row();
        self.keys.join(&unused(value, |object, key| row.uses(object, key)));
    }

    /// A value by its own format, or by what was said of its keys.
    fn one(&self, element: &Element, value: &Value) -> (Read, Seen) {
        let mut seen = Seen::default();
        if let (Format::Fields, Some(fields)) = (self.format, &self.fields) {
            seen.first = value.as_object().filter(|_| self.first.is_empty()).map(|keys| keys.keys().take(8).cloned().collect());
            seen.keys = unused(value, |_, key| fields.uses(key));
            if let Some((path, turns)) = fields.list(value) {
                inside::note_turns(&mut seen.keys, path, turns, &|key| fields.uses_in_turns(key));
            }
            let read = fields.read(value, &mut seen.met).and_then(|(form, named)| of(form.row(), element, &named));
            return (read, seen);
        }
        let row = self.row(value);
        seen.keys = unused(value, |object, key| row.uses(object, key));
        inside::note(&mut seen.keys, row, value);
        seen.other = (row.format != self.format).then_some(row.name);
        (of(row, element, value), seen)
    }

    /// Remembers what was seen; of what was not read, only what tells whether it was named rightly.
    fn count(&mut self, seen: Option<Seen>, read: Read) -> Read {
        let Some(Seen { keys, met, first, other }) = seen else { return read };
        self.met.extend(met);
        if let Some(first) = first {
            self.first = first;
        }
        if read.is_ok() {
            self.keys.join(&keys);
            if let Some(name) = other {
                *self.others.entry(name).or_default() += 1;
            }
        }
        read
    }

    /// Judged answers are never read as others: what has no judgement there is not thereby good.
    fn row(&self, value: &Value) -> &'static Row {
        let row = self.format.row();
        let mixed = self.format == Format::Rows || self.mixed && row.mixes && self.format != Format::Unpaired;
        let own = value.as_object().filter(|_| mixed).and_then(Format::of);
        own.map(Format::row).filter(|own| own.mixes).unwrap_or(row)
    }

    /// What is left at the end of the file: records with their places, or the places of what came to nothing.
    pub fn end(&mut self) -> Vec<(At, Read)> {
        taskmaster::pairs(std::mem::take(&mut self.rewards))
    }
}

/// What is remembered of a value.
#[derive(Default)]
struct Seen {
    keys: Keys,
    met: BTreeSet<&'static str>,
    first: Option<Vec<String>>,
    /// The name of its format, where that is another than the file's.
    other: Option<&'static str>,
}

fn unused(value: &Value, uses: impl Fn(&Map<String, Value>, &str) -> bool) -> Keys {
    let mut keys = Keys::default();
    if let Some(object) = value.as_object() {
        keys.add(object, |key| uses(object, key));
    }
    keys
}

/// What a format reads in a value.
pub fn of(row: &Row, element: &Element, value: &Value) -> Read {
    let mut records: Vec<Record> = (row.read)(element, value)?;
    if let Some(speakers) = row.speakers {
        records.iter_mut().for_each(|record| record.speakers = speakers);
    }
    Ok(records)
}
