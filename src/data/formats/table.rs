//! CSV as RFC 4180 has it, with commas, semicolons or tabs; fields may hold line breaks, so that lines are not rows.

use std::io::Read as Bytes;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use serde_json::{Map, Value};

use super::{Format, Read, Reader};
use crate::data::encoding;
use crate::data::record::{Body, Record};
use crate::data::table::{LABEL, TEXT, column, exact};

pub struct Table<'a, R> {
    rows: csv::Reader<R>,
    row: ByteRecord,
    format: Format,
    reader: &'a mut Reader,
    head: Vec<String>,
}

impl<'a, R: Bytes> Table<'a, R> {
    pub fn new(input: R, format: Format, delimiter: u8, reader: &'a mut Reader) -> Result<Table<'a, R>, String> {
        // Where \r ends a row, the library counts the \n behind it as of the next one, and lines are one too low.
        let mut rows = ReaderBuilder::new().delimiter(delimiter).flexible(true).terminator(Terminator::Any(b'\n')).from_reader(input);
        let head = rows.byte_headers().map_err(|e| e.to_string())?;
        let head = head.iter().map(if format == Format::Fields { exact } else { column }).collect();
        Ok(Table { rows, row: ByteRecord::new(), format, reader, head })
    }

    /// The next row with the line it begins in.
    pub fn read(&mut self) -> Result<Option<(u64, Read)>, csv::Error> {
        loop {
            if !self.rows.read_byte_record(&mut self.row)? {
                return Ok(None);
            }
            if self.row.len() > 1 || self.row.iter().any(|field| !field.trim_ascii().is_empty()) {
                break;
            }
        }
        let line = self.row.position().map_or(0, csv::Position::line);
        let read = self.record();
        Ok(Some((line, read)))
    }

    /// The last row, for people.
    pub fn raw(&self) -> String {
        self.row.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(" | ")
    }

    fn column(&self, names: &[&str]) -> Option<String> {
        let at = names.iter().find_map(|n| self.head.iter().position(|h| h == n))?;
        self.field(at)
    }

    fn field(&self, at: usize) -> Option<String> {
        let field = self.row.get(at)?;
        Some(String::from_utf8_lossy(field.strip_suffix(b"\r").unwrap_or(field)).into_owned())
    }

    /// The row as an object.
    fn object(&self) -> Value {
        let cell = |(at, name): (usize, &String)| Some((name.clone(), Value::String(self.field(at)?)));
        Value::Object(self.head.iter().enumerate().filter_map(cell).collect::<Map<String, Value>>())
    }

    fn record(&mut self) -> Read {
        if self.row.len() != self.head.len() {
            return Err(format!("fields: {} in the row, {} in the header", self.row.len(), self.head.len()));
        }
        if let Some(fault) = self.row.iter().find_map(encoding::fault) {
            return Err(fault);
        }
        let row = self.object();
        if [Format::Rows, Format::Fields].contains(&self.format) {
            return self.reader.value(&row);
        }
        self.reader.note(&row);
        let text = self.column(TEXT).ok_or("the header names no column for the text")?;
        let label = self.column(LABEL).ok_or("the header names no column for the label")?;
        if self.format == Format::Hwu {
            let label = format!("{}_{label}", self.column(&["scenario"]).unwrap_or_default());
            let id = self.column(&["answerid"]).unwrap_or_default();
            let annotation = self.column(&["answer_annotation"]).unwrap_or_default();
            return Ok(vec![Record::new(id, Body::Labelled { text, label }).with("annotation", annotation)]);
        }
        Ok(vec![Record::new(self.column(&["id"]).unwrap_or_default(), Body::Labelled { text, label })])
    }
}
