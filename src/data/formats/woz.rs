//! `MultiWOZ` 2.1 and `CrossWOZ`: one object of dialogues by their ids. Spans of `MultiWOZ` count tokens, so they are left out.

use serde_json::Value;

use super::{Read, list, said_in, slot_value, speaker, text};
use crate::data::elements::Element;
use crate::data::record::{Act, Record, Role, Turn};

fn key(element: &Element) -> String {
    element.keys.last().cloned().unwrap_or_default()
}

pub fn multiwoz(element: &Element, value: &Value) -> Read {
    let turns = list(value, "log")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    let wanted = |(name, goal): (&String, &Value)| goal.get("info").is_some().then(|| name.clone());
    let domains: Vec<String> = value.get("goal").and_then(Value::as_object).into_iter().flatten().filter_map(wanted).collect();
    Ok(vec![Record::conversation(key(element), turns).with("services", domains.join(" "))])
}

fn turn(value: &Value) -> Result<Turn, String> {
    let belief = value.get("metadata").and_then(Value::as_object).ok_or("a turn has no \"metadata\", which tells the speakers apart")?;
    let role = if belief.is_empty() { Role::User } else { Role::Assistant };
    let mut acts = Vec::new();
    for (name, slots) in value.get("dialog_act").and_then(Value::as_object).into_iter().flatten() {
        let (service, act) = name.split_once('-').unwrap_or(("", name));
        for pair in slots.as_array().into_iter().flatten() {
            let slot = pair.get(0).and_then(Value::as_str).filter(|s| *s != "none").unwrap_or_default();
            let values = slot_value(pair.get(1).unwrap_or(&Value::Null));
            acts.push(Act { act: act.into(), service: service.into(), slot: slot.into(), values, spans: Vec::new() });
        }
    }
    Ok(Turn::annotated(role, said_in(value, "text")?, acts))
}

pub fn crosswoz(element: &Element, value: &Value) -> Read {
    let mut turns = Vec::new();
    for message in list(value, "messages")? {
        let mut turn = Turn::new(speaker(text(message, "role")?), said_in(message, "content")?);
        for act in message.get("dialog_act").and_then(Value::as_array).into_iter().flatten() {
            let part = |i: usize| act.get(i).and_then(Value::as_str).filter(|s| *s != "none").unwrap_or_default().to_owned();
            let values = slot_value(act.get(3).unwrap_or(&Value::Null));
            turn.acts.push(Act { act: part(0), service: part(1), slot: part(2), values, spans: Vec::new() });
        }
        turns.push(turn);
    }
    Ok(vec![Record::conversation(key(element), turns).with("type", super::maybe(value, "type"))])
}
