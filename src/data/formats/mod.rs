//! The formats that are read. To add one: a file with `read`, and a line in `FORMATS`.

mod abcd;
mod alpaca;
mod calls;
mod chat;
mod chatgpt;
mod feedback;
mod gemini;
mod inside;
mod intents;
pub mod keys;
mod marked;
mod oasst;
mod pairs;
mod pandalm;
pub mod preference;
pub mod reader;
mod rows;
mod sgd;
mod table;
mod talk;
mod taskmaster;
mod unpaired;
mod woz;

use serde_json::{Map, Value};

use super::lenient::number;
use super::record::{Record, Role, Turn};

pub use reader::Reader;
pub use rows::{FORMATS, Row};
pub use table::Table;

/// In the order of `FORMATS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Sgd,
    MultiWoz,
    CrossWoz,
    UltraFeedback,
    OpenAiPairs,
    Preference,
    Unpaired,
    ChatGpt,
    Gemini,
    ShareGpt,
    Messages,
    Rewards,
    Taskmaster,
    PandaLm,
    Alpaca,
    Oasst,
    Slurp,
    Clinc,
    Abcd,
    TcBot,
    Dolly,
    Completion,
    Talk,
    Pairs,
    Marked,
    Labelled,
    Table,
    Hwu,
    Rows,
    Fields,
}

/// What an element gave.
pub type Read = Result<Vec<Record>, String>;

impl Format {
    pub fn name(self) -> &'static str {
        self.row().name
    }

    pub fn row(self) -> &'static Row {
        &FORMATS[self as usize]
    }

    pub fn named(name: &str) -> Option<Format> {
        FORMATS.iter().find(|f| f.name == name).map(|f| f.format)
    }

    /// The format of an element, by its keys.
    pub fn of(keys: &Map<String, Value>) -> Option<Format> {
        let has = |names: &[&str]| names.iter().all(|n| keys.contains_key(*n));
        let fits = |row: &&Row| row.keys.iter().any(|names| has(names)) && (row.fits)(keys);
        FORMATS.iter().find(fits).map(|row| row.format)
    }
}

// What the formats share: looking into values, with a sentence where something is not as it should be.

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{what} is not an object"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| format!("\"{key}\" is missing or not a list"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| format!("\"{key}\" is missing or not text"))
}

/// What somebody says: text, or a number, which is read as text.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(number(n)),
        _ => None,
    }
}

/// What somebody says, under a key.
fn said_in(value: &Value, key: &str) -> Result<String, String> {
    value.get(key).and_then(said).ok_or_else(|| format!("\"{key}\" is missing or not text"))
}

/// Text that may be absent or null.
fn maybe<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// An id as text, whether it is one or a number.
fn id(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => number(n),
        _ => String::new(),
    }
}

/// A value of a slot as text; the several spellings of "none" are one.
fn slot_value(value: &Value) -> Vec<String> {
    match value {
        Value::String(s) if ["", "none", "not mentioned"].contains(&s.trim()) => Vec::new(),
        Value::String(s) => vec![s.clone()],
        Value::Array(all) => all.iter().flat_map(slot_value).collect(),
        Value::Null => Vec::new(),
        Value::Number(n) => vec![number(n)],
        other => vec![other.to_string()],
    }
}

/// The speaker of a task-oriented corpus. There the system is the one who answers; a chat's system is something else.
fn speaker(name: &str) -> Role {
    if name.trim().eq_ignore_ascii_case("system") { Role::Assistant } else { Role::read(name) }
}

/// What the system says beside the turns, under either name: a text, or parts as Anthropic's interface has them. The first that says
/// something counts.
fn system_of(value: &Value) -> Result<Vec<Turn>, String> {
    for key in ["system", "system_prompt"] {
        let said = calls::content(value.get(key)).map_err(|_| format!("its \"{key}\" is neither text nor parts of text"))?;
        if !said.text.trim().is_empty() {
            return Ok(prompt_of(&said.text));
        }
    }
    Ok(Vec::new())
}

fn prompt_of(system: &str) -> Vec<Turn> {
    if system.trim().is_empty() { Vec::new() } else { vec![Turn::of("system", system)] }
}
