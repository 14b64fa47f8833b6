//! The formats that are read. To add one: a file with `read`, and a line in `FORMATS`.

mod abcd;
mod alpaca;
mod calls;
mod chat;
mod intents;
mod oasst;
mod pandalm;
mod preference;
mod sgd;
mod table;
mod taskmaster;
mod woz;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::elements::Element;
use super::encoding;
use super::lenient::{self, number};
use super::record::{At, Record, Role, Speakers, Turn};

pub use table::Table;

/// In the order of `FORMATS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Sgd,
    MultiWoz,
    CrossWoz,
    Preference,
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
    Table,
    Hwu,
}

/// What an element gave.
pub type Read = Result<Vec<Record>, String>;

pub struct Row {
    pub format: Format,
    pub name: &'static str,
    pub about: &'static str,
    /// Keys by which an element is known: one of these sets.
    pub keys: &'static [&'static [&'static str]],
    pub table: bool,
    /// How it says who speaks; none where its reader says that of each record.
    pub speakers: Option<Speakers>,
    read: fn(&Element, &Value) -> Read,
}

const fn row(
    format: Format,
    name: &'static str,
    about: &'static str,
    keys: &'static [&'static [&'static str]],
    read: fn(&Element, &Value) -> Read,
) -> Row {
    Row { format, name, about, keys, table: false, speakers: Some(Speakers::Named), read }
}

pub const FORMATS: &[Row] = &[
    row(Format::Sgd, "sgd", "Schema-Guided Dialogue: turns with acts and slots", &[&["dialogue_id", "turns"]], sgd::read),
    row(Format::MultiWoz, "multiwoz", "MultiWOZ 2.1 JSON", &[], woz::multiwoz),
    row(Format::CrossWoz, "crosswoz", "CrossWOZ JSON", &[], woz::crosswoz),
    Row {
        // hh-rlhf puts a whole conversation into one text; the others name their speakers.
        speakers: None,
        ..row(
            Format::Preference,
            "preference",
            "pairs of prompt, chosen, rejected; also as hh-rlhf has them",
            &[&["chosen", "rejected"]],
            preference::read,
        )
    },
    row(Format::ShareGpt, "sharegpt", "ShareGPT: conversations of from and value", &[&["conversations"]], chat::sharegpt),
    row(Format::Messages, "messages", "chat messages of role and content", &[&["messages"]], chat::messages),
    row(
        Format::Rewards,
        "taskmaster-rewards",
        "Taskmaster 4 rewards: pairs from contexts with both",
        &[&["context", "generation", "reward"]],
        taskmaster::reward,
    ),
    row(Format::Taskmaster, "taskmaster", "Taskmaster dialogues", &[&["conversation_id", "utterances"]], taskmaster::dialogue),
    row(Format::PandaLm, "pandalm", "PandaLM: two responses, judged", &[&["instruction", "response1", "response2"]], pandalm::read),
    row(Format::Alpaca, "alpaca", "Alpaca: instruction, input, output, history", &[&["instruction", "output"]], alpaca::read),
    row(Format::Oasst, "oasst", "OASST trees: their paths, and pairs of ranked replies", &[&["message_tree_id", "prompt"]], oasst::read),
    row(Format::Slurp, "slurp", "SLURP JSON lines", &[&["slurp_id", "sentence"]], intents::slurp),
    row(Format::Clinc, "clinc", "CLINC150: splits of text and label", &[], intents::clinc),
    row(Format::Abcd, "abcd", "ABCD: agent, customer, action", &[&["convo_id", "original"]], abcd::read),
    row(Format::TcBot, "tcbot", "TC-Bot: acts with sentences", &[&["nl", "inform_slots"]], intents::tcbot),
    Row { table: true, ..row(Format::Table, "table", "CSV, semicolons or tabs, with a column of text and one of labels", &[], no_element) },
    Row { table: true, ..row(Format::Hwu, "hwu", "HWU64: semicolons, scenario and intent", &[], no_element) },
];

fn no_element(_: &Element, _: &Value) -> Read {
    Err("a table has rows, not elements".into())
}

impl Format {
    pub fn name(self) -> &'static str {
        FORMATS[self as usize].name
    }

    pub fn named(name: &str) -> Option<Format> {
        FORMATS.iter().find(|f| f.name == name).map(|f| f.format)
    }
}

/// Reads the elements of one file; some records are known only at its end.
pub struct Reader {
    format: Format,
    rewards: taskmaster::Contexts,
}

impl Reader {
    pub fn new(format: Format) -> Reader {
        Reader { format, rewards: BTreeMap::new() }
    }

    pub fn read(&mut self, element: &Element, at: At) -> Read {
        if let Some(fault) = &element.fault {
            return Err(fault.clone());
        }
        let Ok(text) = std::str::from_utf8(&element.bytes) else {
            return Err(encoding::fault(&element.bytes).unwrap_or_default());
        };
        let row = &FORMATS[self.format as usize];
        let mut records = lenient::read(text, |value| (row.read)(element, value))?;
        if let Some(speakers) = row.speakers {
            records.iter_mut().for_each(|record| record.speakers = speakers);
        }
        if self.format == Format::Rewards {
            taskmaster::gather(&mut self.rewards, records, at);
            return Ok(Vec::new());
        }
        Ok(records)
    }

    /// What is left at the end of the file: records with their places, or the places of what came to nothing.
    pub fn end(&mut self) -> Vec<(At, Read)> {
        taskmaster::pairs(std::mem::take(&mut self.rewards))
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

fn prompt_of(system: &str) -> Vec<Turn> {
    if system.trim().is_empty() { Vec::new() } else { vec![Turn::of("system", system)] }
}
