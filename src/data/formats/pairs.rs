//! A request and its reply under any two names that corpora give them (Dolly, prompt and completion, question and answer), each a text
//! or messages. A context follows the request, as Alpaca's input does.

use serde_json::{Map, Value};

use super::calls::texts_only;
use super::chat::{LeftOut, with_tools};
use super::keys::empty;
use super::preference::{asks_for_answer, turns_of};
use super::talk::{begins, speaks, turn, turns};
use super::{Read, id, maybe, said, system_of};
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
    let follows = said(&keys[asks]).is_some_and(|asked| !asks_for_answer(&asked));
    [asks, answers].contains(&key) || follows && context(keys, asks).is_some_and(|(name, _)| name == key)
}

/// The text that follows a request, and its key: the first that says something.
fn context(keys: &Map<String, Value>, asks: &str) -> Option<(&'static str, String)> {
    let told = |key: &&'static str| Some((*key, said(keys.get(*key)?)?));
    let blank = |text: &str| text.trim().is_empty() || text.trim() == "<noinput>";
    CONTEXT.iter().filter(|key| **key != asks).filter_map(told).find(|(_, text)| !blank(text))
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
    let mut all = system_of(value)?;
    all.extend(history(value)?);
    let asked = said(&value[asks]);
    let speakers = if asked.as_deref().is_some_and(asks_for_answer) { Speakers::InText } else { Speakers::Named };
    let prompt = match asked {
        Some(text) if speakers == Speakers::InText => turns_of(&text, "user"),
        Some(text) => vec![Turn::of("user", with_context(text, value, asks))],
        None => said_by(&value[asks], "user", left_out)?,
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
    let before = value.get("history").filter(|before| !empty(before));
    let before = before.map(|all| all.as_array().ok_or("its \"history\" is not a list of pairs of texts")).transpose()?;
    for pair in before.into_iter().flatten() {
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

fn with_context(asked: String, value: &Value, asks: &str) -> String {
    match value.as_object().and_then(|keys| context(keys, asks)) {
        Some((_, context)) => format!("{}\n{}", asked.trim_end(), context.trim_end()),
        None => asked,
    }
}
