//! Pairs of answers. Where no prompt is given, it is what both begin with, up to the last whole turn (as in hh-rlhf, Bai et al. 2022).
//!
//! In the form of hh-rlhf one text holds a whole conversation. Only there are texts split at their labels: where a prompt of its own or
//! messages name the speakers, an answer that holds a talk stays whole.

use serde_json::Value;

use super::calls::texts_only;
use super::chat::{LeftOut, message, turns, with_tools};
use super::{Read, id, maybe, prompt_of, said};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Role, Speakers, Turn};
use crate::data::stages::labels;

/// Why the rest of a side is left out: what a person said after the answer belongs to another exchange.
const AFTER: &str = "turns behind the answer of a pair";

pub fn read(_: &Element, value: &Value) -> Read {
    let asked = value.get("prompt").or_else(|| value.get("conversations"));
    texts_only(value)?;
    let speakers = if talks(value, asked) { Speakers::InText } else { Speakers::Named };
    let mut left_out = LeftOut::new();
    let (mut chosen, mut rejected) = (side(value, "chosen", speakers, &mut left_out)?, side(value, "rejected", speakers, &mut left_out)?);
    let mut prompt = prompt_of(maybe(value, "system"));
    match asked {
        Some(text @ (Value::String(_) | Value::Number(_))) => {
            let text = said(text).unwrap_or_default();
            let turns = if speakers == Speakers::InText { turns_of(&text, "user") } else { vec![Turn::of("user", text)] };
            // A side may repeat its prompt.
            for side in [&mut chosen, &mut rejected].into_iter().filter(|_| speakers == Speakers::InText) {
                if side.len() > turns.len() && side.starts_with(&turns) {
                    side.drain(..turns.len());
                }
            }
            prompt.extend(turns);
        }
        Some(Value::Array(all)) => prompt.extend(turns(all, &mut left_out)?),
        None if value.get("instruction").is_some() => prompt.push(Turn::of("user", instruction(value))),
        _ => {
            let same = chosen.iter().zip(&rejected).take_while(|(a, b)| a == b).count();
            // Two equal answers still are answers.
            let same = same.min(chosen.len().saturating_sub(1)).min(rejected.len().saturating_sub(1));
            prompt.extend(chosen.drain(..same));
            rejected.drain(..same);
        }
    }
    let (chosen, rejected) = (answer(chosen, &mut left_out)?, answer(rejected, &mut left_out)?);
    let record = with_tools(Record::new(id(value, "id"), Body::Preference { prompt, chosen, rejected }), value);
    Ok(vec![Record { speakers, left_out, ..record }])
}

/// Whether the record has the form of hh-rlhf: its prompt is a conversation in one text, or it has none and its answers are.
fn talks(value: &Value, asked: Option<&Value>) -> bool {
    let talk = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(is_talk);
    match asked {
        Some(Value::Null) | None => value.get("instruction").is_none() && (talk(value.get("chosen")) || talk(value.get("rejected"))),
        // Only such a prompt ends with the label of the answer that it asks for.
        asked => asked.and_then(Value::as_str).is_some_and(|text| is_talk(text) && text.trim_end().ends_with("Assistant:")),
    }
}

/// Labels of this form.
const LABELS: &[(&str, &str)] = &[("Human:", "user"), ("Assistant:", "assistant")];

/// A text that begins with a person's label and holds an answer's.
fn is_talk(text: &str) -> bool {
    text.trim_start().starts_with("Human:") && text.lines().any(|line| line.starts_with("Assistant:"))
}

/// Instruction and input as one request.
pub fn instruction(value: &Value) -> String {
    let part = |key: &str| value.get(key).and_then(said).unwrap_or_default();
    let (asked, with) = (part("instruction"), part("input"));
    if with.trim().is_empty() || with.trim() == "<noinput>" { asked } else { format!("{}\n{with}", asked.trim_end()) }
}

fn side(value: &Value, key: &str, speakers: Speakers, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    match value.get(key) {
        Some(Value::String(s)) if speakers == Speakers::InText => Ok(turns_of(s, "assistant")),
        Some(one @ (Value::String(_) | Value::Number(_))) => Ok(vec![Turn::of("assistant", said(one).unwrap_or_default())]),
        Some(Value::Array(all)) => turns(all, left_out),
        Some(one @ Value::Object(_)) => message(one, left_out),
        Some(Value::Null) => Ok(Vec::new()),
        _ => Err(format!("\"{key}\" is missing or neither text nor messages")),
    }
}

/// The turns of a text in which each begins, behind an empty line and outside of code fences, with "Human:" or "Assistant:". What
/// stands before the first label is of the given speaker.
fn turns_of(text: &str, speaker: &str) -> Vec<Turn> {
    let mut turns = vec![Turn::of(speaker, "")];
    let mut behind_empty = true;
    // "Assistant:" and its blank stand at the end of the prompt.
    for (line, fenced) in labels::lines(text.strip_prefix(' ').unwrap_or(text)) {
        let label = LABELS.iter().find_map(|(label, role)| Some((*role, line.strip_prefix(label)?)));
        let said = match label.filter(|_| behind_empty && !fenced) {
            Some((role, said)) => {
                turns.push(Turn::of(role, ""));
                said.trim_start()
            }
            None => line,
        };
        let text = &mut turns.last_mut().expect("one was put in first").text;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(said);
        behind_empty = line.trim().is_empty();
    }
    for turn in &mut turns {
        turn.text.truncate(turn.text.trim_end().len());
    }
    if turns[0].text.trim().is_empty() && turns.len() > 1 {
        turns.remove(0);
    }
    // "… Assistant:" at the end of a prompt asks for the answer and is none.
    if speaker == "user" && turns.len() > 1 && turns.last().is_some_and(|t| t.text.is_empty() && t.role.name() == "assistant") {
        turns.pop();
    }
    turns
}

/// The answer of a side: its first turn.
fn answer(turns: Vec<Turn>, left_out: &mut LeftOut) -> Result<String, String> {
    let mut turns = turns.into_iter();
    let Some(first) = turns.next() else { return Ok(String::new()) };
    if Role::known(first.role.name()) == Some(Role::User) {
        return Err("chosen and rejected answer different questions".into());
    }
    if !first.calls.is_empty() {
        return Err("an answer of the pair calls a tool; both answers must be texts".into());
    }
    left_out.extend(turns.map(|turn| (AFTER, turn.text)));
    Ok(first.text)
}
