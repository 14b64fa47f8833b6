//! Strings of scenario and MDP files: each has something to read and nothing that a terminal would obey.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::scenario::ScenarioError;
use crate::text::{is_control, quote, sentence, short};

/// A refusal of a file: where, and what is wrong there.
pub(super) fn refusal(path: &str, what: &str) -> String {
    sentence(&format!("{}: {what}", short(path)))
}

/// A value of a file in a refusal.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object {…}".into(),
        other => short(&other.to_string()).into_owned(),
    }
}

/// What is wrong with a name or a sentence that people read.
pub(super) fn fault(text: &str) -> Option<String> {
    if text.trim().width() == 0 {
        return Some("the text is empty; write at least one letter".into());
    }
    let control = text.chars().find(|c| is_control(*c))?;
    let code = u32::from(control);
    Some(format!("{} holds the control character U+{code:04X}; write plain text on one line", quote(text)))
}

/// Checks all strings of a scenario, whatever they are for.
pub(super) fn check(text: &str) -> Result<(), ScenarioError> {
    let root: Value = serde_json::from_str(text).map_err(|e| ScenarioError { path: "the file".into(), what: e.to_string() })?;
    walk(&root, "")
}

fn walk(value: &Value, path: &str) -> Result<(), ScenarioError> {
    match value {
        Value::String(text) => fault(text).map_or(Ok(()), |what| Err(ScenarioError { path: path.to_owned(), what })),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| walk(item, &format!("{path}[{i}]"))),
        Value::Object(items) => items.iter().try_for_each(|(key, item)| {
            let dot = if path.is_empty() { "" } else { "." };
            walk(item, &format!("{path}{dot}{key}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
