//! A request and its reply under any two names that corpora give them (Dolly, prompt and completion, question and answer), each a text
//! or messages. A context follows the request, as Alpaca's input does.

use serde_json::{Map, Value};

use super::calls::texts_only;
use super::chat::{LeftOut, with_tools};
use super::preference::{asks_for_answer, turns_of};
use super::talk::{begins, speaks, turn, turns};
use super::{Read, id, maybe, prompt_of, said};
use crate::data::elements::Element;
use crate::data::record::{Record, Speakers, Turn};

/// Names of a request and of its reply.
pub const NAMES: &[(&str, &str)] = &[
    ("instruction", "response"),
    ("instruction", "output"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("prompt", "reply"),
    ("prompt", "answer"),
    ("question", "answer"),
    ("question", "response"),
    ("query", "response"),
    ("query", "answer"),
    ("input", "output"),
    ("request", "response"),
];

/// What may follow a request.
const CONTEXT: &[&str] = &["context", "input"];

/// Which of them an object has, as texts or messages.
pub fn names(keys: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let said = |key: &str| match keys.get(key) {
        Some(Value::String(_) | Value::Number(_)) => true,
        Some(Value::Array(all)) => all.first().is_none_or(speaks),
        Some(one @ Value::Object(_)) => speaks(one),
        _ => false,
    };
    NAMES.iter().find(|(asks, answers)| said(asks) && said(answers)).copied()
}

/// Whether a key is the request, the reply or the context of a record.
pub fn uses(keys: &Map<String, Value>, key: &str) -> bool {
    let Some((asks, answers)) = names(keys) else { return false };
    let context = CONTEXT.iter().find(|name| **name != asks && keys.contains_key(**name));
    [asks, answers].contains(&key) || context == Some(&key)
}

pub fn fits(keys: &Map<String, Value>) -> bool {
    names(keys).is_some()
}

pub fn read(_: &Element, value: &Value) -> Read {
    let mut left_out = LeftOut::new();
    let (turns, speakers) = exchange(value, &mut left_out)?;
    let record = with_tools(Record::conversation(id(value, "id"), turns), value).with("category", maybe(value, "category"));
    Ok(vec![Record { speakers, left_out, ..record }])
}

/// The request, what is before it, and the reply.
pub fn exchange(value: &Value, left_out: &mut LeftOut) -> Result<(Vec<Turn>, Speakers), String> {
    texts_only(value)?;
    let wrong = || "its request or its reply is missing, or neither text nor messages".to_owned();
    let (asks, answers) = value.as_object().and_then(names).ok_or_else(wrong)?;
    let system = ["system", "system_prompt"].iter().map(|key| maybe(value, key)).find(|text| !text.is_empty());
    let mut all = prompt_of(system.unwrap_or_default());
    all.extend(history(value)?);
    let asked = &value[asks];
    let speakers = if asked.as_str().is_some_and(asks_for_answer) { Speakers::InText } else { Speakers::Named };
    let prompt = match asked.as_str() {
        Some(text) if speakers == Speakers::InText => turns_of(text, "user"),
        Some(text) => vec![Turn::of("user", with_context(text, value, asks))],
        None => said_by(asked, "user", left_out)?,
    };
    let mut reply = said_by(&value[answers], "assistant", left_out)?;
    if begins(&reply, &prompt) {
        reply.drain(..prompt.len());
    }
    all.extend(prompt);
    all.extend(reply);
    Ok((all, speakers))
}

/// Pairs of texts that were said before.
pub fn history(value: &Value) -> Result<Vec<Turn>, String> {
    let mut out = Vec::new();
    for pair in value.get("history").and_then(Value::as_array).into_iter().flatten() {
        let part = |i: usize| pair.get(i).and_then(said).ok_or("an entry of \"history\" is not a pair of texts");
        out.push(Turn::of("user", part(0)?));
        out.push(Turn::of("assistant", part(1)?));
    }
    Ok(out)
}

fn said_by(value: &Value, speaker: &str, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    match value {
        Value::Array(all) => turns(all, left_out),
        Value::Object(_) => turn(value, left_out),
        other => Ok(vec![Turn::of(speaker, said(other).ok_or("a request or a reply is neither text nor messages")?)]),
    }
}

fn with_context(asked: &str, value: &Value, asks: &str) -> String {
    let context = CONTEXT.iter().filter(|key| **key != asks).map(|key| maybe(value, key));
    let context = context.map(str::trim_end).find(|text| !text.trim().is_empty() && text.trim() != "<noinput>");
    context.map_or_else(|| asked.to_owned(), |context| format!("{}\n{context}", asked.trim_end()))
}
