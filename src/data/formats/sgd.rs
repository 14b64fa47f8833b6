//! Schema-Guided Dialogue. Source: Rastogi et al. 2020; offsets of its spans are characters, as its README says.

use serde_json::Value;

use super::{Read, list, maybe, said_in, text};
use crate::data::elements::Element;
use crate::data::record::{Act, Record, Role, Turn};
use crate::data::stages::spans::slice;

pub fn read(_: &Element, value: &Value) -> Read {
    let turns = list(value, "turns")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    let services: Vec<&str> = value.get("services").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    Ok(vec![Record::conversation(text(value, "dialogue_id")?, turns).with("services", services.join(" "))])
}

fn turn(value: &Value) -> Result<Turn, String> {
    let role = match text(value, "speaker")? {
        "USER" => Role::User,
        // The one who answers; a chat's system is something else.
        "SYSTEM" => Role::Assistant,
        other => Role::Named(other.to_owned()),
    };
    let said = said_in(value, "utterance")?;
    let mut acts = Vec::new();
    // MultiWOZ 2.2 has the same turns without acts.
    for frame in value.get("frames").and_then(Value::as_array).into_iter().flatten() {
        for action in frame.get("actions").and_then(Value::as_array).into_iter().flatten() {
            acts.push(act(frame, action, &said)?);
        }
    }
    Ok(Turn { role, text: said, acts })
}

fn act(frame: &Value, action: &Value, said: &str) -> Result<Act, String> {
    let slot = maybe(action, "slot");
    let values = super::slot_value(action.get("values").unwrap_or(&Value::Null));
    let places =
        frame.get("slots").and_then(Value::as_array).into_iter().flatten().filter(|s| maybe(s, "slot") == slot && !slot.is_empty());
    let mut spans = Vec::new();
    for s in places {
        let place = |key: &str| s.get(key).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        // A value copied from an earlier turn has no place here.
        let (Some(start), Some(end)) = (place("start"), place("exclusive_end")) else { continue };
        if start >= end || end as usize > said.chars().count() {
            return Err(format!("the span {start}..{end} of \"{slot}\" lies outside its turn"));
        }
        if values.iter().any(|v| v == slice(said, (start, end))) {
            spans.push((start, end));
        }
    }
    Ok(Act { act: text(action, "act")?.to_owned(), service: maybe(frame, "service").to_owned(), slot: slot.to_owned(), values, spans })
}
