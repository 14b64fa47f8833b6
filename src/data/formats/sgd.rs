//! Schema-Guided Dialogue, and what has its shape: `MultiWOZ` 2.2, and `ConvLab`-3's unified format, whose acts stand in `dialogue_acts`.
//! Source: Rastogi et al. 2020; Zhu et al. 2023 (`ConvLab`-3). Offsets of spans are characters in both.

use serde_json::Value;

use super::{Read, list, maybe, said_in, speaker, text};
use crate::data::elements::Element;
use crate::data::record::{Act, Record, Role, Turn};
use crate::data::stages::spans::slice;

/// The kinds of acts that `ConvLab`-3 has.
pub(super) const KINDS: &[&str] = &["categorical", "non-categorical", "binary"];

/// Why a span is left out.
const OUTSIDE: &str = "spans outside their turns";
const ELSEWHERE: &str = "spans that hold another value";

/// Parts that are left out: why, and what was said there.
type LeftOut = Vec<(&'static str, String)>;

pub fn read(_: &Element, value: &Value) -> Read {
    let mut left_out = LeftOut::new();
    let turns = list(value, "turns")?.iter().map(|t| turn(t, &mut left_out)).collect::<Result<Vec<_>, _>>()?;
    let services = value.get("services").or_else(|| value.get("domains")).and_then(Value::as_array);
    let services: Vec<&str> = services.into_iter().flatten().filter_map(Value::as_str).collect();
    let record = Record::conversation(text(value, "dialogue_id")?, turns).with("services", services.join(" "));
    Ok(vec![Record { left_out, ..record }])
}

fn turn(value: &Value, left_out: &mut LeftOut) -> Result<Turn, String> {
    let role = match text(value, "speaker")? {
        name if name.eq_ignore_ascii_case("user") => Role::User,
        name => speaker(name),
    };
    let said = said_in(value, "utterance")?;
    let mut acts = Vec::new();
    // MultiWOZ 2.2 has the same turns without acts.
    for frame in value.get("frames").and_then(Value::as_array).into_iter().flatten() {
        for action in frame.get("actions").and_then(Value::as_array).into_iter().flatten() {
            acts.push(act(frame, action, &said, left_out)?);
        }
    }
    for kind in KINDS {
        let of = value.get("dialogue_acts").and_then(|acts| acts.get(*kind)).and_then(Value::as_array);
        for action in of.into_iter().flatten() {
            acts.push(unified(action, &said, left_out)?);
        }
    }
    Ok(Turn::annotated(role, said, acts))
}

/// Where a value stands, if it says so: a value copied from an earlier turn has no place here.
fn place(value: &Value, end: &str) -> Option<(i64, i64)> {
    let at = |key: &str| value.get(key).and_then(Value::as_i64);
    Some((at("start")?, at(end)?))
}

/// A span of a text, if it lies inside.
fn inside((start, end): (i64, i64), said: &str) -> Option<(u32, u32)> {
    let sound = 0 <= start && start < end && end <= said.chars().count() as i64;
    sound.then(|| Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?))).flatten()
}

fn told((start, end): (i64, i64), slot: &str, said: &str) -> String {
    format!("{slot} {start}..{end} in: {said}")
}

fn act(frame: &Value, action: &Value, said: &str, left_out: &mut LeftOut) -> Result<Act, String> {
    let slot = maybe(action, "slot");
    let values = super::slot_value(action.get("values").unwrap_or(&Value::Null));
    let places =
        frame.get("slots").and_then(Value::as_array).into_iter().flatten().filter(|s| maybe(s, "slot") == slot && !slot.is_empty());
    let mut spans = Vec::new();
    for place in places.filter_map(|s| place(s, "exclusive_end")) {
        match inside(place, said) {
            Some(span) if values.iter().any(|v| v == slice(said, span)) => spans.push(span),
            // The place of another act's value of the same slot.
            Some(_) => {}
            None => left_out.push((OUTSIDE, told(place, slot, said))),
        }
    }
    Ok(Act { act: text(action, "act")?.to_owned(), service: maybe(frame, "service").to_owned(), slot: slot.to_owned(), values, spans })
}

/// An act of `ConvLab`-3, which holds one value with its place.
fn unified(action: &Value, said: &str, left_out: &mut LeftOut) -> Result<Act, String> {
    let slot = maybe(action, "slot");
    let values = super::slot_value(action.get("value").unwrap_or(&Value::Null));
    let mut spans = Vec::new();
    if let Some(place) = place(action, "end") {
        match inside(place, said) {
            Some(span) if values.iter().any(|v| v == slice(said, span)) => spans.push(span),
            Some(_) => left_out.push((ELSEWHERE, told(place, slot, said))),
            None => left_out.push((OUTSIDE, told(place, slot, said))),
        }
    }
    let service = maybe(action, "domain").to_owned();
    Ok(Act { act: text(action, "intent")?.to_owned(), service, slot: slot.to_owned(), values, spans })
}
