//! JSON as Python and others write it: NaN, Infinity, numbers beyond a float and halves of surrogate pairs. A record keeps what its
//! format does not use of them; where a text needs one, the record is refused with its name.
//!
//! What JSON does not know, or a float cannot hold, becomes a string behind a mark. Marks are noncharacters of Unicode, which no text needs.

use serde::de::IgnoredAny;
use serde_json::{Number, Value};

use super::doubled::{self, Lost};
use super::formats::Read;
use super::record::{Body, Record, Role};
use super::stages::unicode::unseen;

/// Why a value is left out that stands under a key which its object has once more.
pub const TWICE: &str = "values under a key that its object has twice, of which the last was read";

/// Before a number as the file writes it.
const NUMBER: char = '\u{fdd2}';
/// Before NaN and Infinity.
const NO_NUMBER: char = '\u{fdd1}';
/// Before the four digits of half a surrogate pair.
const HALF: char = '\u{fdd0}';

/// A number as text. A float gets a mark: `read` then looks up how the file writes it.
pub fn number(n: &Number) -> String {
    if n.is_f64() { format!("{NUMBER}{n}") } else { n.to_string() }
}

/// The value of a JSON text inside a text, with numbers that a float would change behind marks. None where a key stands twice in an
/// object: whoever keeps the text loses nothing.
pub fn value(text: &str) -> Option<Value> {
    let (value, lost) = doubled::parse(&rewrite(text.trim())).ok()?;
    lost.is_empty().then_some(value)
}

/// Whether a text is JSON, as Python and others write it.
pub fn is_json(text: &str) -> Result<(), String> {
    let read = |text: &str| serde_json::from_str::<IgnoredAny>(text).map(|_| ());
    read(text).or_else(|e| read(&rewrite(text)).map_err(|_| not_json(text, &e)))
}

/// A value of the file that is read, as `json` writes it. A float gets a mark: `read` then looks up how the file writes it.
pub fn of_file(value: &Value) -> String {
    let mut out = String::new();
    write(value, &number, &mut out);
    out
}

/// A value as JSON on one line, without blanks between its parts. Numbers are written as the file has them. Characters that would act
/// on a terminal or cannot be seen are escaped, so that nothing is lost.
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &Number::to_string, &mut out);
    out
}

/// The number, or NaN or Infinity, that a text behind a mark is.
pub fn marked_number(text: &str) -> Option<&str> {
    let token = text.strip_prefix([NUMBER, NO_NUMBER])?;
    (grammatical(token) || NO_NUMBERS.contains(&token)).then_some(token)
}

const NO_NUMBERS: &[&str] = &["NaN", "Infinity", "-Infinity"];

fn write(value: &Value, number: &dyn Fn(&Number) -> String, out: &mut String) {
    match value {
        Value::Number(n) => out.push_str(&number(n)),
        Value::String(text) => match marked_number(text) {
            Some(token) => out.push_str(token),
            None => quote(text, out),
        },
        Value::Array(all) => {
            out.push('[');
            for (i, one) in all.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write(one, number, out);
            }
            out.push(']');
        }
        Value::Object(all) => {
            out.push('{');
            for (i, (key, one)) in all.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                quote(key, out);
                out.push(':');
                write(one, number, out);
            }
            out.push('}');
        }
        Value::Bool(_) | Value::Null => out.push_str(&value.to_string()),
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for (at, c) in text.char_indices() {
        let half = || text.get(at + HALF.len_utf8()..at + HALF.len_utf8() + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Its four digits follow.
            HALF if matches!(half(), Some(0xd800..=0xdfff)) => out.push_str("\\u"),
            _ if c.is_control() || unseen(c) => {
                let escaped = |unit: &u16| format!("\\u{unit:04x}");
                out.extend(c.encode_utf16(&mut [0; 2]).iter().map(escaped));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// The records that a format reads in one JSON text.
pub fn read(text: &str, format: impl Fn(&Value) -> Read) -> Read {
    let text = text.trim();
    let (records, lost) = match doubled::parse(text) {
        Ok((value, lost)) => {
            let records = format(&value)?;
            if !records.iter().any(marked) {
                return Ok(with_lost(records, lost));
            }
            // A number that the format needs as one is none any more in the exact text.
            (rewritten(text, &format).and_then(|(read, _)| read.ok()).unwrap_or(records), lost)
        }
        Err(e) => {
            let (read, lost) = rewritten(text, &format).ok_or_else(|| not_json(text, &e))?;
            (read?, lost)
        }
    };
    settled(with_lost(records, lost))
}

/// Tells in the first record what was lost where a key stands twice.
fn with_lost(mut records: Vec<Record>, lost: Vec<Lost>) -> Vec<Record> {
    if let Some(first) = records.first_mut() {
        first.left_out.extend(lost.into_iter().map(|(key, value)| (TWICE, format!("{}: {}", quoted(&key), json(&value)))));
    }
    records
}

fn quoted(key: &str) -> String {
    let mut out = String::new();
    quote(key, &mut out);
    out
}

fn settled(mut records: Vec<Record>) -> Read {
    records.iter_mut().try_for_each(settle)?;
    Ok(records)
}

/// None where the text is no JSON with marks either.
fn rewritten(text: &str, format: &impl Fn(&Value) -> Read) -> Option<(Read, Vec<Lost>)> {
    let (value, lost) = doubled::parse(&rewrite(text)).ok()?;
    Some((format(&value), lost))
}

/// How the parser says it.
const TOO_DEEP: &str = "recursion limit exceeded";

/// Whether an error is that of JSON which holds more lists and objects inside one another than the parser takes.
pub fn too_deep(e: &serde_json::Error) -> bool {
    e.to_string().starts_with(TOO_DEEP)
}

/// The sentence on such JSON.
pub fn deep() -> &'static str {
    "its lists and objects are nested more than 127 deep; flatten it"
}

fn not_json(text: &str, e: &serde_json::Error) -> String {
    let what = e.to_string();
    let what = what.split(" at line ").next().unwrap_or(&what);
    if too_deep(e) {
        return deep().into();
    }
    if text.starts_with("{'") || text.starts_with("['") {
        return "not JSON: it has single quotes, as Python prints its dictionaries; write it with json.dumps".into();
    }
    format!("not JSON: {what}")
}

/// The text with strings behind marks in the place of what JSON does not know.
fn rewrite(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let used = match c {
            '"' => string(rest, &mut out),
            '{' | '}' | '[' | ']' | ',' | ':' => {
                out.push(c);
                1
            }
            _ if c.is_whitespace() => {
                out.push(c);
                c.len_utf8()
            }
            _ => {
                let end = rest.find(|c: char| "{}[],:\"".contains(c) || c.is_whitespace()).unwrap_or(rest.len());
                token(&rest[..end], &mut out);
                end
            }
        };
        rest = &rest[used..];
    }
    out
}

fn token(token: &str, out: &mut String) {
    let exact = || serde_json::from_str::<Number>(token).is_ok_and(|n| n.to_string() == token);
    match token {
        _ if NO_NUMBERS.contains(&token) => out.extend(["\"", &NO_NUMBER.to_string(), token, "\""]),
        _ if grammatical(token) && !exact() => out.extend(["\"", &NUMBER.to_string(), token, "\""]),
        _ => out.push_str(token),
    }
}

/// Whether a token is a number by JSON's grammar, however large. Source: RFC 8259, 6.
fn grammatical(token: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let token = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = token.split_once(['e', 'E']).map_or((token, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// Copies a string, with a mark in the place of half a surrogate pair; the bytes that it takes.
fn string(text: &str, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok()
    };
    let (mut at, mut copied) = (1, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                break;
            }
            b'\\' => match unit(at) {
                Some(0xd800..=0xdbff) if unit(at + 6).is_some_and(|low| (0xdc00..=0xdfff).contains(&low)) => at += 12,
                Some(0xd800..=0xdfff) => {
                    out.push_str(&text[copied..at]);
                    out.push(HALF);
                    out.push_str(&text[at + 2..at + 6]);
                    at += 6;
                    copied = at;
                }
                Some(_) => at += 6,
                None => at += 2,
            },
            _ => at += 1,
        }
    }
    // An escape at the end of a cut text reaches beyond it, or into a character.
    at = (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    out.push_str(&text[copied..at]);
    at
}

/// Every string of a record besides its id and group, to be changed in place.
fn strings(record: &mut Record, change: &mut dyn FnMut(&mut String)) {
    record.texts(change);
    record.labels.values_mut().for_each(&mut *change);
    let turns = match &mut record.body {
        Body::Conversation { turns } | Body::Preference { prompt: turns, .. } | Body::Unpaired { prompt: turns, .. } => turns,
        Body::Labelled { label, .. } => return change(label),
    };
    for turn in turns {
        if let Role::Named(name) = &mut turn.role {
            change(name);
        }
        turn.acts.iter_mut().flat_map(|act| &mut act.values).for_each(&mut *change);
        turn.calls.iter_mut().flat_map(|call| [&mut call.name, &mut call.id]).for_each(&mut *change);
        change(&mut turn.answers);
    }
}

fn marked(record: &Record) -> bool {
    // Its first byte is rare and quickly looked for.
    let has = |text: &str| text.as_bytes().contains(&0xef) && text.contains(NUMBER);
    let (mut found, values) = (record.id.contains(NUMBER), record.turns().iter().flat_map(|t| &t.acts).flat_map(|act| &act.values));
    found |= values.chain(record.labels.values()).any(|value| has(value));
    record.each_text(&mut |text| found |= has(text));
    found || matches!(&record.body, Body::Labelled { label, .. } if label.contains(NUMBER))
}

/// Takes the marks of numbers away. Errors: a text holds what no text can hold.
fn settle(record: &mut Record) -> Result<(), String> {
    let mut wrong = None;
    strings(record, &mut |text| {
        text.retain(|c| c != NUMBER);
        if let Some(at) = text.find(HALF) {
            let digits: String = text[at + HALF.len_utf8()..].chars().take(4).collect();
            wrong = Some(format!("half a surrogate pair (\\u{digits}) in a text, which is no character; write it whole or leave it out"));
        } else if let Some(rest) = text.strip_prefix(NO_NUMBER) {
            wrong = Some(format!("not JSON: {rest} in the place of a text; write a text"));
        }
    });
    record.id.retain(|c| c != NUMBER && c != HALF);
    if record.id.starts_with(NO_NUMBER) {
        record.id.clear();
    }
    wrong.map_or(Ok(()), Err)
}
