//! Taskmaster dialogues, and the rewards of Taskmaster 4: contexts and replies are JSON inside JSON strings. A context gives a
//! pair for each good reply with each bad one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::calls::arguments;
use super::chat::LeftOut;
use super::{Read, list, maybe, said, said_in, speaker, text};
use crate::data::elements::Element;
use crate::data::record::{At, Body, Call, Record, Turn};

pub fn dialogue(_: &Element, value: &Value) -> Read {
    let turn = |u: &Value| Ok::<Turn, String>(Turn::new(speaker(text(u, "speaker")?), said_in(u, "text")?));
    let turns = list(value, "utterances")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    // Its instructions are templates for whoever wrote the dialogue, not part of it.
    Ok(vec![Record::conversation(text(value, "conversation_id")?, turns).with("services", maybe(value, "vertical"))])
}

/// The replies of a context; records hold the prompt and a reply in `chosen` or in `rejected`.
#[derive(Default)]
pub struct Replies {
    at: At,
    prompt: Vec<Turn>,
    dialogue: String,
    good: Vec<String>,
    bad: Vec<String>,
    left_out: LeftOut,
}

/// By their text.
pub type Contexts = BTreeMap<String, Replies>;

fn inner(value: &Value, key: &str) -> Result<Value, String> {
    match value.get(key) {
        Some(Value::String(s)) => serde_json::from_str(s).map_err(|_| format!("the text of \"{key}\" is not JSON")),
        Some(already @ (Value::Array(_) | Value::Object(_))) => Ok(already.clone()),
        _ => Err(format!("\"{key}\" is missing")),
    }
}

/// A turn that speaks, calls or answers a call. A call stands under the name of its tool.
fn turn(value: &Value) -> Result<Turn, String> {
    let role = speaker(text(value, "role")?);
    match (value.get("text"), value.get("api"), value.get("response")) {
        (Some(one @ (Value::String(_) | Value::Number(_))), ..) => Ok(Turn::new(role, said(one).unwrap_or_default())),
        (_, Some(Value::Object(called)), _) => {
            let call = |(name, given): (&String, &Value)| Call { name: name.clone(), arguments: arguments(Some(given)), ..Call::default() };
            Ok(Turn { calls: called.iter().map(call).collect(), ..Turn::new(role, "") })
        }
        (.., Some(response)) => Ok(Turn::new(role, response.to_string())),
        _ => Err("a turn of a context has neither text, api nor response".into()),
    }
}

pub fn reward(_: &Element, value: &Value) -> Read {
    let context = inner(value, "context")?;
    let prompt = context.as_array().ok_or("the context is not a list")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    let reply = turn(&inner(value, "generation")?)?;
    if !reply.calls.is_empty() {
        return Err("an answer of the pair calls a tool, and the prepared form of a pair holds two texts".into());
    }
    let good = value.get("reward").and_then(Value::as_f64).ok_or("\"reward\" is not a number")? > 0.5;
    let (chosen, rejected) = if good { (reply.text, String::new()) } else { (String::new(), reply.text) };
    Ok(vec![Record::new(maybe(value, "conversation_id"), Body::Preference { prompt, chosen, rejected })])
}

pub fn gather(contexts: &mut Contexts, records: Vec<Record>, at: At) {
    for mut record in records {
        let left_out = std::mem::take(&mut record.left_out);
        let key = serde_json::to_string(record.turns()).unwrap_or_default();
        let Body::Preference { prompt, chosen, rejected } = record.body else { continue };
        let replies = contexts.entry(key).or_insert_with(|| Replies { at, prompt, dialogue: record.id, ..Replies::default() });
        replies.left_out.extend(left_out);
        for (reply, all) in [(chosen, &mut replies.good), (rejected, &mut replies.bad)] {
            if !reply.is_empty() && !all.contains(&reply) {
                all.push(reply);
            }
        }
    }
}

pub fn pairs(contexts: Contexts) -> Vec<(At, Read)> {
    let mut out: Vec<(At, Read)> = Vec::new();
    for context in contexts.into_values() {
        let Replies { at, prompt, dialogue, good, bad, left_out } = context;
        if good.is_empty() || bad.is_empty() {
            out.push((at, Err("a context without both a good and a bad reply gives no pair".into())));
            continue;
        }
        let pair = |(nth, (chosen, rejected)): (usize, (&String, &String))| {
            let body = Body::Preference { prompt: prompt.clone(), chosen: chosen.clone(), rejected: rejected.clone() };
            // One dialogue has several contexts, and a context several pairs.
            Record::new(format!("{dialogue}.{}.{}", at.line, nth + 1), body).grouped(dialogue.clone())
        };
        let mut all: Vec<Record> = good.iter().flat_map(|g| bad.iter().map(move |b| (g, b))).enumerate().map(pair).collect();
        all[0].left_out = left_out;
        out.push((at, Ok(all)));
    }
    out.sort_by_key(|(at, _)| at.record);
    out
}
