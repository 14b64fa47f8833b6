//! Pairs of answers. Where no prompt is given, it is what both begin with, up to the last whole turn (as in hh-rlhf, Bai et al. 2022).
//!
//! In the form of hh-rlhf one text holds a whole conversation. Only there are texts split at their labels: where a prompt of its own or
//! messages name the speakers, an answer that holds a talk stays whole.

use serde_json::Value;

use super::calls::texts_only;
use super::chat::{LeftOut, message, with_tools};
use super::keys::empty;
use super::talk::{begins, same, speaks, turn, turns};
use super::{Read, id, said, system_of};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Role, Speakers, Turn};
use crate::data::stages::labels;

/// Why the rest of a side is left out: what a person said after the answer belongs to another exchange.
const AFTER: &str = "turns behind the answer of a pair";

/// Names of the two answers: TRL's, Argilla's, and those of `OpenAI`'s interface for tuning.
pub const CHOSEN: &[&str] = &["chosen", "chosen_response", "preferred_output"];
pub const REJECTED: &[&str] = &["rejected", "rejected_response", "non_preferred_output"];

/// Judgements that are kept as labels of the pair.
pub const SCORES: &[&str] =
    &["score_chosen", "score_rejected", "chosen_score", "rejected_score", "chosen_rating", "rejected_rating", "margin"];

/// What may ask, the first that is there; messages last, as in UltraFeedback-binarized they repeat the chosen side.
pub const ASKED: &[&str] = &["prompt", "conversations", "question", "instruction", "messages"];

pub fn read(_: &Element, value: &Value) -> Read {
    texts_only(value)?;
    let asked = asked(value);
    let speakers = if talks(value, asked.map(|(_, asked)| asked)) { Speakers::InText } else { Speakers::Named };
    let mut left_out = LeftOut::new();
    let (mut chosen, mut rejected) = (side(value, CHOSEN, speakers, &mut left_out)?, side(value, REJECTED, speakers, &mut left_out)?);
    let mut prompt = system_of(value)?;
    let before = match asked {
        Some((_, Value::Array(all))) => turns(all, &mut left_out)?,
        Some((_, one @ Value::Object(_))) => turn(one, &mut left_out)?,
        Some((_, text)) => {
            let text = said(text).unwrap_or_default();
            if speakers == Speakers::InText { turns_of(&text, "user") } else { vec![Turn::of("user", with_input(text, value))] }
        }
        None => Vec::new(),
    };
    prompt.extend(parted(before, &mut chosen, &mut rejected)?);
    let (chosen, rejected) = (answer(chosen, &mut left_out)?, answer(rejected, &mut left_out)?);
    // OpenAI's form has its tools beside the messages of the prompt.
    let tools = value.get("input").filter(|input| input.is_object()).unwrap_or(value);
    let record = with_tools(Record::new(id(value, "id"), Body::Preference { prompt, chosen, rejected }), tools);
    let record = SCORES.iter().fold(record, |record, key| record.with(key, value.get(*key).and_then(said).unwrap_or_default()));
    Ok(vec![Record { speakers, left_out, ..record }])
}

/// The value that asks, and its key.
fn asked(value: &Value) -> Option<(&'static str, &Value)> {
    if let Some(inner) = value.get("input").and_then(|input| input.get("messages")) {
        return Some(("input", inner));
    }
    let asks = |v: &&Value| !empty(v) && (v.is_string() || v.is_number() || v.is_array() || speaks(v));
    ASKED.iter().find_map(|key| Some((*key, value.get(*key).filter(asks)?)))
}

/// The prompt. Sides may repeat it; then all that both begin with is the prompt, and so it is where none is given.
fn parted(asked: Vec<Turn>, chosen: &mut Vec<Turn>, rejected: &mut Vec<Turn>) -> Result<Vec<Turn>, String> {
    let whole = |side: &[Turn]| side.first().is_some_and(|t| matches!(Role::known(t.role.name()), Some(Role::User | Role::System)));
    if !asked.is_empty() && !whole(chosen) && !whole(rejected) {
        return Ok(asked);
    }
    let common = chosen.iter().zip(&*rejected).take_while(|(a, b)| same(a, b)).count();
    // Two equal answers still are answers.
    let common = common.min(chosen.len().saturating_sub(1)).min(rejected.len().saturating_sub(1));
    let question = asked.iter().rfind(|t| Role::known(t.role.name()) == Some(Role::User));
    if question.is_none_or(|question| chosen[..common].iter().any(|t| same(t, question))) {
        rejected.drain(..common);
        return Ok(chosen.drain(..common).collect());
    }
    for side in [chosen, rejected] {
        if begins(side, &asked) {
            side.drain(..asked.len());
        } else if whole(side) {
            return Err("the prompt, chosen and rejected answer different questions".into());
        }
    }
    Ok(asked)
}

/// Whether the record has the form of hh-rlhf: its prompt is a conversation in one text, or it has none and its answers are.
fn talks(value: &Value, asked: Option<&Value>) -> bool {
    let talk = |keys: &[&str]| keys.iter().find_map(|key| value.get(*key)?.as_str()).is_some_and(is_talk);
    match asked {
        None => talk(CHOSEN) || talk(REJECTED),
        // Only such a prompt ends with the label of the answer that it asks for.
        Some(asked) => asked.as_str().is_some_and(asks_for_answer),
    }
}

/// A conversation in one text that ends with the label of the answer that it asks for.
pub fn asks_for_answer(text: &str) -> bool {
    is_talk(text) && text.trim_end().ends_with("Assistant:")
}

/// Labels of this form.
const LABELS: &[(&str, &str)] = &[("Human:", "user"), ("Assistant:", "assistant")];

/// A text that begins with a person's label and holds an answer's.
pub fn is_talk(text: &str) -> bool {
    text.trim_start().starts_with("Human:") && text.lines().any(|line| line.starts_with("Assistant:"))
}

/// Instruction and input as one request.
pub fn instruction(value: &Value) -> String {
    let part = |key: &str| value.get(key).and_then(said).unwrap_or_default();
    with_input(part("instruction"), value)
}

/// A request with the input that stands beside it.
fn with_input(asked: String, value: &Value) -> String {
    let with = value.get("input").and_then(said).unwrap_or_default();
    if with.trim().is_empty() || with.trim() == "<noinput>" { asked } else { format!("{}\n{with}", asked.trim_end()) }
}

fn side(value: &Value, keys: &[&str], speakers: Speakers, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    let key = keys.iter().find(|key| value.get(**key).is_some()).unwrap_or(&keys[0]);
    match value.get(*key) {
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
pub fn turns_of(text: &str, speaker: &str) -> Vec<Turn> {
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
        return Err("an answer of the pair calls a tool, and the prepared form of a pair holds two texts".into());
    }
    left_out.extend(turns.map(|turn| (AFTER, turn.text)));
    Ok(first.text)
}
