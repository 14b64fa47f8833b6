//! Corpora of single sentences and what they mean: CLINC150, SLURP, TC-Bot.

use serde_json::{Map, Value};

use super::{Read, id, maybe, object, said, said_in, text};
use crate::data::elements::Element;
use crate::data::record::{Body, Record};
use crate::data::table::{LABEL, TEXT};

fn labelled(id: String, text: &str, label: String) -> Record {
    Record::new(id, Body::Labelled { text: text.to_owned(), label })
}

pub fn clinc(element: &Element, value: &Value) -> Read {
    let part = |i: usize| value.get(i).and_then(said).ok_or("an entry is not a pair of text and label");
    let split = element.keys.last().cloned().unwrap_or_default();
    Ok(vec![labelled(String::new(), &part(0)?, part(1)?).with("split", split)])
}

/// A text and its label, under the names that tables have too.
fn columns(keys: &Map<String, Value>) -> Option<(String, String)> {
    let first = |names: &[&str]| names.iter().find_map(|name| said(keys.get(*name)?));
    Some((first(TEXT)?, first(LABEL)?))
}

pub fn fits(keys: &Map<String, Value>) -> bool {
    columns(keys).is_some()
}

pub fn text_and_label(_: &Element, value: &Value) -> Read {
    let (text, label) = value.as_object().and_then(columns).ok_or("its text or its label is missing, or no text")?;
    Ok(vec![labelled(id(value, "id"), &text, label)])
}

/// Its recordings are left out; some rows name the intent without its scenario.
pub fn slurp(_: &Element, value: &Value) -> Read {
    let (scenario, action) = (text(value, "scenario")?, text(value, "action")?);
    let record = labelled(id(value, "slurp_id"), &said_in(value, "sentence")?, format!("{scenario}_{action}"));
    Ok(vec![record.with("annotation", maybe(value, "sentence_annotation"))])
}

/// A sentence of the user and one of the agent; `$slot$` stands for a value.
pub fn tcbot(element: &Element, value: &Value) -> Read {
    let act = element.keys.last().cloned().unwrap_or_default();
    let names = |key: &str| -> Vec<String> {
        value.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let label = format!("{act}({})", [names("inform_slots"), names("request_slots")].concat().join(","));
    let spoken = object(value.get("nl").ok_or("\"nl\" is missing")?, "\"nl\"")?;
    let speaker = |(key, name): (&str, &str)| {
        let text = spoken.get(key).and_then(Value::as_str).filter(|t| !t.trim().is_empty())?;
        Some(labelled(String::new(), text, label.clone()).with("speaker", name))
    };
    Ok([("usr", "user"), ("agt", "assistant")].into_iter().filter_map(speaker).collect())
}
