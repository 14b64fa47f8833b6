//! What a file is, by its first bytes and keys; where it is nothing that can be read, one sentence says what it is instead.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::DataError;
use super::elements::Layout;
use super::encoding;
use super::fields::Fields;
use super::formats::Format;
use super::lenient;
use super::table::{PEOPLE, SCALAR, TWICE, is_whatsapp, table};

/// Bytes from a file's beginning that are enough to tell: a whole dialogue of the most verbose format fits.
pub const HEAD: usize = 512 << 10;

/// A file that can be read, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub format: Format,
    pub layout: Layout,
    pub table: bool,
    /// Of a table.
    pub delimiter: u8,
}

/// What a person said that a file is: its format, or what its keys are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forced<'a> {
    pub format: Option<Format>,
    pub fields: Option<&'a Fields>,
}

type Sign = (&'static [u8], &'static str);

const BINARY: &[Sign] = &[
    (b"\x1f\x8b", "it is packed twice, by gzip inside; unpack it once (gzip -d)"),
    (b"PK\x03\x04", "it is a zip archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is packed twice, by zstd inside; unpack it once (zstd -d)"),
    (b"BZh", "it is compressed by bzip2; unpack it first"),
    (b"\xfd7zXZ", "it is compressed by xz; unpack it first"),
    (b"PAR1", "it is a Parquet table; export it as JSON lines"),
    (b"ARROW1", "it is an Arrow table; export it as JSON lines"),
    (b"SQLite format 3", "it is an SQLite database; export its rows as CSV"),
    (b"%PDF", "it is a PDF; give the text as JSON lines or CSV"),
    (b"\x89PNG", "it is a picture; give a file of dialogues"),
    (b"\xff\xfe", "it is UTF-16 text; save it as UTF-8, or give --encoding utf-16"),
    (b"\xfe\xff", "it is UTF-16 text; save it as UTF-8, or give --encoding utf-16"),
    (b"}q\0", PICKLE),
    (b"]q\0", PICKLE),
    (b"version https://git-lfs", "it is a pointer of Git LFS, not the file itself; fetch it first (git lfs pull)"),
];

const PICKLE: &str = "it is a Python pickle, whatever its name; load it in Python and write it with json.dump";

pub(super) fn refused<T>(sentence: impl Into<String>) -> Result<T, DataError> {
    Err(DataError::Refused(sentence.into()))
}

/// A pickle, which JSON's name does not change: protocol 2 and later begin with a mark, protocol 0 with a bracket and an opcode.
fn is_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, ..])
        || [&b"(dp"[..], b"(lp", b"(d", b"ccopy_reg", b"c__builtin__", b"(iN"].iter().any(|s| head.starts_with(s))
}

/// Says what a file is. `whole`: the head is all of it. `forced`: the format that a person said it has, or what they said of its keys.
pub fn look(name: &str, head: &[u8], whole: bool, forced: Forced<'_>) -> Result<Found, DataError> {
    if let Some((_, sentence)) = BINARY.iter().find(|(sign, _)| head.starts_with(sign)) {
        return refused(*sentence);
    }
    if is_pickle(head) {
        return refused(PICKLE);
    }
    if head.get(257..262) == Some(b"ustar") {
        return refused("it is a tar archive; unpack it first (tar -x)");
    }
    if let Some(order) = encoding::without_mark(head) {
        return refused(format!("it looks like UTF-16 text; save it as UTF-8, or give --encoding {order}"));
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let Some(first) = head.iter().find(|b| !b.is_ascii_whitespace()) else {
        return refused("it is empty; give a file with dialogues");
    };
    let json_like = matches!(first, b'{' | b'[');
    if let Some(format) = forced.format.filter(|f| json_like && f.row().table) {
        return misfit(format, "JSON");
    }
    let found = match first {
        _ if is_whatsapp(head) => refused(format!("it is an export of WhatsApp, which names people and tells nobody's role; {PEOPLE}")),
        b'<' => refused("it is HTML or XML; give the text as JSON lines or CSV"),
        _ if json_like => json(head, whole, forced),
        _ => table(name, head, forced),
    }?;
    if let Some(sentence) = encoding::refusal(head, whole) {
        return refused(sentence);
    }
    match forced.format {
        Some(format) if !json_like && !format.row().table && format != Format::Fields => misfit(format, "a table"),
        _ => Ok(found),
    }
}

fn misfit(format: Format, is: &str) -> Result<Found, DataError> {
    let name = format.name();
    refused(format!("--format {name} does not fit: the file is {is}; leave the flag out to have it found"))
}

/// The first value of a text with its brackets closed where it ends inside, and the byte behind it where it is whole.
fn first_value(text: &str) -> (Cow<'_, str>, Option<usize>) {
    let (mut stack, mut string, mut escaped) = (Vec::new(), false, false);
    // The last place where closing all brackets gives JSON: between it and the end nothing opens and nothing closes.
    let mut safe = 0;
    for (i, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if string => escaped = true,
            b'"' => string = !string,
            _ if string => {}
            b'{' | b'[' => {
                stack.push(if b == b'{' { b'}' } else { b']' });
                safe = i + 1;
            }
            b'}' | b']' => {
                stack.pop();
                safe = i + 1;
                if stack.is_empty() {
                    return (Cow::Borrowed(&text[..=i]), Some(i + 1));
                }
            }
            b',' => safe = i,
            _ => {}
        }
    }
    let mut mended = text[..safe].to_owned();
    mended.extend(stack.iter().rev().map(|b| *b as char));
    (Cow::Owned(mended), None)
}

/// The first value as far as it is JSON: what is broken later costs one element and not the file.
fn sound(text: &str) -> (Result<Value, serde_json::Error>, Option<serde_json::Error>) {
    let e = match serde_json::from_str(text) {
        Ok(value) => return (Ok(value), None),
        Err(e) => e,
    };
    let line: usize = text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
    let before = (0..=(line + e.column()).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    // The character that is wrong is no safe place either.
    let before = text[..before].char_indices().next_back().map_or(0, |(at, _)| at);
    (serde_json::from_str(&first_value(&text[..before]).0), Some(e))
}

fn json(head: &[u8], whole: bool, forced: Forced<'_>) -> Result<Found, DataError> {
    let text = String::from_utf8_lossy(head);
    let (first, end) = first_value(&text);
    let (value, wrong) = sound(&first);
    let not_json = |e: &serde_json::Error| {
        if let Some(format) = later(&text) {
            return Ok(Found { format: forced.format.unwrap_or(format), layout: Layout::Lines, table: false, delimiter: b',' });
        }
        let (line, column) = (e.line(), e.column());
        if lenient::too_deep(e) {
            return refused(format!("line {line} column {column}: {}", lenient::deep()));
        }
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or(&what).to_owned();
        refused(format!("line {line} column {column}: this is not JSON ({what}); give valid JSON, or CSV with a header"))
    };
    let value = match value {
        Ok(value) => value,
        Err(e) => return not_json(wrong.as_ref().unwrap_or(&e)),
    };
    if end.is_none() && whole {
        return refused("its JSON ends before the last bracket is closed; it was cut off, fetch it again");
    }
    match (shape(&value, &text, end, whole, forced), wrong) {
        // Of what is left of broken JSON nothing was known: that it is broken is the truth about it.
        (Err(_), Some(e)) => not_json(&e),
        (found, _) => found,
    }
}

/// Lines that are tried where the first of them is broken.
const LINES: usize = 20;

/// The format of JSON lines of which the first is broken.
fn later(text: &str) -> Option<Format> {
    let format = |line: &str| match serde_json::from_str(line) {
        Ok(Value::Object(keys)) => of(&keys).ok(),
        _ => None,
    };
    text.trim_start().starts_with('{').then(|| text.lines().skip(1).take(LINES).find_map(format)).flatten()
}

/// Format and layout, by the first value of a file.
fn shape(
    value: &Value,
    text: &str,
    end: Option<usize>,
    whole: bool,
    Forced { format: forced, fields }: Forced<'_>,
) -> Result<Found, DataError> {
    let found = |format, layout| Ok(Found { format, layout, table: false, delimiter: b',' });
    let one_line = end.is_some_and(|end| !text[..end].trim_start().contains('\n'));
    let more = end.is_some_and(|end| !text[end..].trim_ascii_start().is_empty());
    // One object after another: on lines of their own, or laid out over several.
    let loose = if one_line { Layout::Lines } else { Layout::Depth(0) };
    match value {
        Value::Array(items) => match items.first() {
            None if more || !whole => refused("its first array is empty; give a file with dialogues"),
            None => refused("it is an empty list; give a file with dialogues"),
            Some(Value::Object(keys)) => match forced.map_or_else(|| of(keys), Ok) {
                // An array on each line is no document.
                Ok(format) => found(format, if more { Layout::Depth(0) } else { Layout::Depth(1) }),
                Err(sentence) => refused(sentence),
            },
            Some(Value::String(inner)) if encoded(inner) => refused(TWICE),
            Some(other) => refused(format!("it is a list of {}, which are no dialogues; give a list of objects", kind(other))),
        },
        Value::Object(keys) if keys.is_empty() && end.is_none() && forced.is_none() => {
            refused(format!("nothing in its first {HEAD} bytes tells its format; name it by --format"))
        }
        Value::Object(keys) if fields.is_some() => {
            // Records may stand in a list under a key, where the document itself has none of what was named.
            let within =
                |fields: &Fields| !fields.touches(value) && keys.values().any(|v| v.get(0).is_some_and(|first| fields.touches(first)));
            found(Format::Fields, if !more && fields.is_some_and(within) { Layout::Depth(2) } else { loose })
        }
        Value::Object(keys) => match of(keys) {
            Ok(format) => found(forced.unwrap_or(format), loose),
            Err(sentence) => match of_document(keys).filter(|_| !more) {
                Some((format, depth)) => found(forced.unwrap_or(format), Layout::Depth(depth)),
                None => forced.map_or_else(|| refused(sentence), |format| found(format, loose)),
            },
        },
        _ => refused(SCALAR),
    }
}

/// Whether a string is itself a JSON object or array.
pub(super) fn encoded(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && !matches!(serde_json::from_str(text), Err::<Value, _>(e) if !e.is_eof())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nulls",
        Value::Bool(_) => "booleans",
        Value::Number(_) => "numbers",
        Value::String(_) => "strings",
        Value::Array(_) => "lists",
        Value::Object(_) => "objects",
    }
}

/// The format of an element, by its keys; a sentence where it has none.
fn of(keys: &Map<String, Value>) -> Result<Format, String> {
    let has = |names: &[&str]| names.iter().all(|n| keys.contains_key(*n));
    if has(&["id", "file", "at", "kind"]) {
        return Err("dialoq data prepare wrote it, and it is clean already; give what it was made of".into());
    }
    if let Some(format) = Format::of(keys) {
        return Ok(format);
    }
    if has(&["type", "user", "text", "ts"]) {
        return Err(format!("it is an export of Slack, which names people and tells nobody's role; {PEOPLE}"));
    }
    if has(&["service_name", "slots"]) {
        return Err("it is a schema as Schema-Guided Dialogue has it and holds no dialogue; give the dialogues_NNN.json beside it".into());
    }
    if has(&["diaact", "inform_slots"]) || has(&["request_slots", "inform_slots"]) {
        return Err("it holds goals of simulated users and no text; give the file with the sentences".into());
    }
    Err(unknown(keys))
}

/// What is said of an object in no known format.
pub fn unknown(keys: &Map<String, Value>) -> String {
    let shown: Vec<String> = keys.keys().take(4).map(|k| format!("\"{}\"", super::report::safe(k, 40))).collect();
    let right = "give one of the formats of dialoq data prepare --help, or say what the keys are by --fields prompt=…,reply=…";
    format!("its objects have the keys {}, which is no known format of dialogues; {right}", shown.join(", "))
}

/// The format of a document whose elements stand under keys, and how deep.
fn of_document(keys: &Map<String, Value>) -> Option<(Format, usize)> {
    let first = keys.values().find(|v| v.is_object() || v.is_array())?;
    match first {
        Value::Object(inner) => {
            let has = |names: &[&str]| names.iter().all(|n| inner.contains_key(*n));
            match () {
                () if keys.contains_key("dia_acts") => Some((Format::TcBot, 3)),
                () if has(&["goal", "log"]) => Some((Format::MultiWoz, 1)),
                () if has(&["goal", "messages"]) => Some((Format::CrossWoz, 1)),
                () => None,
            }
        }
        Value::Array(items) => match items.first()? {
            Value::Array(pair) if pair.len() == 2 && pair.iter().all(Value::is_string) => Some((Format::Clinc, 2)),
            Value::Object(inner) => of(inner).ok().map(|format| (format, 2)),
            _ => None,
        },
        _ => None,
    }
}
