//! What a file is that does not begin as JSON: a table, by its first two rows, or what it is instead.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::DataError;
use super::elements::Layout;
use super::fields::Fields;
use super::formats::Format;
use super::look::{Forced, Found, encoded, refused};
use super::report::safe;

/// What is right where messages name people.
pub const PEOPLE: &str = "write who asks and who answers as CSV or JSON lines, and give --fields prompt=…,reply=…";

/// Columns that hold a text and its label, by the names that corpora give them.
pub const TEXT: &[&str] = &["answer_from_user", "text", "utterance", "sentence", "query", "message", "question", "内容", "文本"];
pub const LABEL: &[&str] = &["intent", "label", "category", "class", "tag", "标签", "意图"];

/// The names of a table's columns, lower case, with the texts of its first row.
fn first_row(head: &[u8], delimiter: u8) -> Option<Map<String, Value>> {
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(head);
    let names: Vec<String> = rows.byte_headers().ok()?.iter().map(column).collect();
    let first = rows.byte_records().next().and_then(Result::ok).unwrap_or_default();
    let cell = |i: usize| String::from_utf8_lossy(first.get(i).unwrap_or_default()).into_owned();
    Some(names.into_iter().enumerate().map(|(i, name)| (name, Value::String(cell(i)))).collect())
}

/// A column's name as it is compared.
pub fn column(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_lowercase()
}

/// A column's name as it stands there, which a person gives.
pub fn exact(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned()
}

/// Errors: two columns of one name, of which something would be read.
fn twice(
    head: &[u8],
    delimiter: u8,
    as_named: fn(&[u8]) -> String,
    uses: impl Fn(&Map<String, Value>, &str) -> bool,
) -> Result<(), DataError> {
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(head);
    let names: Vec<String> = rows.byte_headers().map(|head| head.iter().map(as_named).collect()).unwrap_or_default();
    let columns: Map<String, Value> = names.iter().map(|name| (name.clone(), Value::String("x".into()))).collect();
    let mut met = BTreeSet::new();
    match names.iter().find(|name| !met.insert(*name) && uses(&columns, name)) {
        Some(name) => refused(format!("two of its columns are named \"{}\"; give each a name of its own", safe(name, 60))),
        None => Ok(()),
    }
}

/// The format of a table, by its columns.
fn of_columns(columns: &Map<String, Value>) -> Option<Format> {
    let has = |names: &[&str]| names.iter().any(|name| columns.contains_key(*name));
    if has(&["answer_from_user"]) && has(LABEL) {
        return Some(Format::Hwu);
    }
    match Format::of(columns)? {
        Format::Labelled => Some(Format::Table),
        Format::Preference | Format::Unpaired | Format::Alpaca | Format::Dolly | Format::Completion | Format::Pairs | Format::Marked => {
            Some(Format::Rows)
        }
        _ => None,
    }
}

/// The delimiter of a table whose columns a person named.
fn delimiter(head: &[u8], fields: &Fields) -> u8 {
    let line = String::from_utf8_lossy(head.split(|b| *b == b'\n').next().unwrap_or(head)).into_owned();
    let named = |d: &u8| line.split(*d as char).filter(|cell| fields.uses(cell.trim().trim_matches(['"', '\u{feff}']))).count();
    let columns = |d: &u8| line.split(*d as char).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| (named(d), columns(d))).unwrap_or(b',')
}

pub fn table(name: &str, head: &[u8], forced: Forced<'_>) -> Result<Found, DataError> {
    if let Some(fields) = forced.fields.filter(|_| !head.contains(&0)) {
        let delimiter = delimiter(head, fields);
        twice(head, delimiter, exact, |_, name| fields.uses(name))?;
        return Ok(Found { format: Format::Fields, layout: Layout::Lines, table: true, delimiter });
    }
    let forced = forced.format;
    let known = |delimiter: u8| Some((delimiter, of_columns(&first_row(head, delimiter)?)?));
    if let Some((delimiter, format)) = [b',', b';', b'\t'].into_iter().find_map(known) {
        twice(head, delimiter, column, |columns, name| Format::of(columns).unwrap_or(format).row().uses(columns, name))?;
        return Ok(Found { format: forced.unwrap_or(format), layout: Layout::Lines, table: true, delimiter });
    }
    if head.contains(&0) {
        return refused("it is not text: it holds NUL bytes; give UTF-8 text");
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    match ending.as_str() {
        "yaml" | "yml" => refused("it is YAML, which is not imported; convert it to JSON lines or CSV with the columns text and label"),
        "json" | "jsonl" if head.trim_ascii_start().starts_with(b"\"") => scalar(head),
        "json" | "jsonl" if serde_json::from_slice::<Value>(head).is_ok() => refused(SCALAR),
        "json" | "jsonl" => refused("line 1 column 1: this is not JSON; give valid JSON, or CSV with a header"),
        "csv" | "tsv" => refused(
            "its first line names no columns for text and label, nor for prompt and reply; give such a header, or --fields prompt=…,reply=…",
        ),
        "md" | "txt" | "" => refused("it is plain text and no file of dialogues; give JSON, JSON lines or CSV with a header"),
        _ => refused("it is neither JSON nor a table with a header such as text,label; give one of these"),
    }
}

pub const SCALAR: &str = "it is a single JSON value; give a file with dialogues";
pub const TWICE: &str = "it is JSON inside JSON strings, encoded twice; decode it once more and give that";

/// A file that begins with a string.
fn scalar(head: &[u8]) -> Result<Found, DataError> {
    let text = String::from_utf8_lossy(head);
    match serde_json::Deserializer::from_str(&text).into_iter::<String>().next() {
        Some(Ok(inner)) if encoded(&inner) => refused(TWICE),
        Some(Ok(_)) => refused(SCALAR),
        // A text that the head cuts, or no JSON at all.
        _ if text.trim_start().starts_with(r#""{\""#) || text.trim_start().starts_with(r#""[{\""#) => refused(TWICE),
        _ => refused("line 1 column 1: this is not JSON; give valid JSON, or CSV with a header"),
    }
}

/// Whether a text is an export of `WhatsApp`: "[12/03/2024, 10:15:22] Anna: …" or "12.03.24, 10:15 - Anna: …".
pub fn is_whatsapp(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let dated = |line: &str| {
        let line = line.trim_start_matches(['\u{200e}', '\u{feff}', '[']);
        let (date, rest) = line.split_once(", ")?;
        let (time, said) = rest.split_once("] ").or_else(|| rest.split_once(" - "))?;
        let number = |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
        let day = parts.len() == 3 && parts.into_iter().all(number);
        let hour = time.len() <= 12 && time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':');
        (day && hour && said.contains(':')).then_some(())
    };
    let dates = text.lines().take(5).filter_map(dated).count();
    dates > 0 && dates >= 2.min(text.lines().count())
}
