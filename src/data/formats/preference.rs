//! Pairs of answers. Where no prompt is given, it is what both begin with, up to the last whole turn (as in hh-rlhf, Bai et al. 2022).

use serde_json::Value;

use super::chat::message;
use super::{Read, id, maybe, prompt_of};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Turn};

pub fn read(_: &Element, value: &Value) -> Read {
    let (mut chosen, mut rejected) = (side(value, "chosen")?, side(value, "rejected")?);
    let mut prompt = prompt_of(maybe(value, "system"));
    match value.get("prompt").or_else(|| value.get("conversations")) {
        Some(Value::String(s)) => prompt.extend(turns_of(s, "user")),
        Some(Value::Array(all)) => prompt.extend(all.iter().map(message).collect::<Result<Vec<_>, _>>()?),
        None if value.get("instruction").is_some() => prompt.push(Turn::of("user", instruction(value))),
        _ => {
            let same = chosen.iter().zip(&rejected).take_while(|(a, b)| a == b).count();
            // Two equal answers still are answers.
            let same = same.min(chosen.len().saturating_sub(1)).min(rejected.len().saturating_sub(1));
            prompt.extend(chosen.drain(..same));
            rejected.drain(..same);
        }
    }
    let (chosen, rejected) = (answer(&chosen)?, answer(&rejected)?);
    Ok(vec![Record::new(id(value, "id"), Body::Preference { prompt, chosen, rejected })])
}

/// Instruction and input as one request.
pub fn instruction(value: &Value) -> String {
    let (asked, with) = (maybe(value, "instruction").trim(), maybe(value, "input").trim());
    if with.is_empty() || with == "<noinput>" { asked.to_owned() } else { format!("{asked}\n{with}") }
}

fn side(value: &Value, key: &str) -> Result<Vec<Turn>, String> {
    match value.get(key) {
        Some(Value::String(s)) => Ok(turns_of(s, "assistant")),
        Some(Value::Array(all)) => all.iter().map(message).collect(),
        Some(one @ Value::Object(_)) => Ok(vec![message(one)?]),
        Some(Value::Null) => Ok(Vec::new()),
        _ => Err(format!("\"{key}\" is missing or neither text nor messages")),
    }
}

/// The turns of a text in which each begins with a blank line, "Human:" or "Assistant:"; without one it is all of one speaker.
fn turns_of(text: &str, speaker: &str) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let whole = format!("\n\n{}", text.trim_start());
    let mut rest = whole.as_str();
    loop {
        let next = ["\n\nHuman:", "\n\nAssistant:"].iter().filter_map(|m| rest.find(m).map(|at| (at, *m))).min();
        let before = next.map_or(rest, |(at, _)| &rest[..at]);
        match turns.last_mut() {
            Some(turn) => before.trim().clone_into(&mut turn.text),
            None if before.trim().is_empty() => {}
            None => turns.push(Turn::of(speaker, before.trim())),
        }
        let Some((at, mark)) = next else { break };
        turns.push(Turn::of(&mark.trim().trim_end_matches(':').to_lowercase(), ""));
        rest = &rest[at + mark.len()..];
    }
    // "… Assistant:" at the end of a prompt asks for the answer and is none.
    if speaker == "user" && turns.len() > 1 && turns.last().is_some_and(|t| t.text.is_empty() && t.role.name() == "assistant") {
        turns.pop();
    }
    turns
}

/// The answer of a side: its one turn. What a person said after it belongs to another exchange.
fn answer(turns: &[Turn]) -> Result<String, String> {
    match turns {
        [] => Ok(String::new()),
        [first, ..] if crate::data::record::Role::known(first.role.name()) == Some(crate::data::record::Role::User) => {
            Err("chosen and rejected answer different questions".into())
        }
        [first, ..] => Ok(first.text.clone()),
    }
}
