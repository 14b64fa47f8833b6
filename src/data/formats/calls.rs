//! Calls of tools and parts of messages, in the spellings that files have for them.
//!
//! `OpenAI` has `tool_calls` and, earlier, `function_call`; `ShareGPT` and LLaMA-Factory have turns from `function_call`; Anthropic has parts
//! `tool_use` and `tool_result`. All become calls of a turn of the assistant, and turns of a tool.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::{maybe, said};
use crate::data::lenient;
use crate::data::record::{Call, Role, Turn};
use crate::data::report::safe;

/// A message's content by its parts.
#[derive(Default)]
pub struct Content {
    pub text: String,
    pub calls: Vec<Call>,
    /// What tools answered, in a message of another speaker.
    pub results: Vec<Turn>,
    /// Thoughts of the assistant that the user does not see.
    pub thoughts: Vec<String>,
}

impl Content {
    fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }
}

/// Types of parts that are no text, with what they hold.
const NO_TEXT: &[(&str, &str)] = &[
    ("image", "an image"),
    ("image_url", "an image"),
    ("image_file", "an image"),
    ("input_image", "an image"),
    ("audio", "a sound"),
    ("audio_url", "a sound"),
    ("input_audio", "a sound"),
    ("output_audio", "a sound"),
    ("video", "a video"),
    ("video_url", "a video"),
    ("input_video", "a video"),
    ("file", "a file"),
    ("file_url", "a file"),
    ("input_file", "a file"),
    ("document", "a file"),
];

/// Lists of a record or a message beside its texts that hold what a model saw or heard.
const BESIDE: &[(&str, &str)] = &[
    ("images", "an image"),
    ("image", "an image"),
    ("audios", "a sound"),
    ("audio", "a sound"),
    ("videos", "a video"),
    ("video", "a video"),
];

/// The sentence on what is no text; `prepare::reason_of` knows it by its end.
pub fn no_text(what: &str) -> String {
    format!("a message has {what}, which is not text")
}

/// Errors: something that is no text stands beside the texts.
pub fn texts_only(value: &Value) -> Result<(), String> {
    let there = |key: &str| match value.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(s)) => !s.is_empty(),
        Some(Value::Array(all)) => all.iter().any(|one| !one.is_null()),
        Some(_) => true,
    };
    BESIDE.iter().find(|(key, _)| there(key)).map_or(Ok(()), |(_, what)| Err(no_text(what)))
}

/// What a message says, with its calls. Errors: what cannot be kept as text.
pub fn content(value: Option<&Value>) -> Result<Content, String> {
    let mut content = Content::default();
    match value {
        None | Some(Value::Null) => {}
        Some(one @ (Value::String(_) | Value::Number(_))) => content.text = said(one).unwrap_or_default(),
        Some(Value::Array(parts)) => parts.iter().try_for_each(|one| part(one, &mut content))?,
        Some(one @ Value::Object(_)) if one.get("type").is_some() => part(one, &mut content)?,
        Some(_) => return Err("the content of a message is neither text, null nor a list of parts".into()),
    }
    Ok(content)
}

fn part(part: &Value, content: &mut Content) -> Result<(), String> {
    if let Some(text) = said(part) {
        content.say(&text);
        return Ok(());
    }
    let text = |key: &str| part.get(key).and_then(said);
    let kind = match part.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        None if part.get("text").or_else(|| part.get("value")).is_some() => "text",
        _ => return Err("a part of a message has no \"type\"".into()),
    };
    match kind {
        "text" | "input_text" | "output_text" => {
            let said = text("text").or_else(|| text("value"));
            let blank = ["text", "value"].iter().any(|key| matches!(part.get(*key), Some(Value::Null)));
            let said = said.or_else(|| blank.then(String::new));
            content.say(&said.ok_or_else(|| format!("a part of the type \"{kind}\" has no \"text\""))?);
        }
        // The user reads it as the answer.
        "refusal" => content.say(&text("refusal").or_else(|| text("text")).unwrap_or_default()),
        "thinking" | "reasoning" | "redacted_thinking" => {
            let told = ["thinking", "reasoning", "text", "data"].iter().find_map(|key| text(key));
            content.thoughts.push(told.unwrap_or_default());
        }
        "tool_use" | "tool_call" | "function_call" => content.calls.push(call(part)?),
        "tool_result" => content.results.push(result(part)?),
        _ => {
            let known = NO_TEXT.iter().find(|(name, _)| *name == kind);
            return Err(known.map_or_else(|| unknown(kind), |(_, what)| no_text(what)));
        }
    }
    Ok(())
}

/// Whether a key of a part is read.
pub fn part_uses(part: &Map<String, Value>, key: &str) -> bool {
    const THOUGHT: &[&str] = &["thinking", "reasoning", "text", "data"];
    match part.get("type").and_then(Value::as_str).unwrap_or("text") {
        _ if key == "type" => true,
        "refusal" => ["refusal", "text"].contains(&key),
        "thinking" | "reasoning" | "redacted_thinking" => THOUGHT.contains(&key),
        "tool_use" | "tool_call" | "function_call" => call_uses(part, key),
        "tool_result" => ["content", "output", "tool_use_id", "tool_call_id"].contains(&key),
        _ => ["text", "value"].contains(&key),
    }
}

/// Whether a key of a call is read.
pub fn call_uses(_: &Map<String, Value>, key: &str) -> bool {
    ["id", "call_id", "type", "function", "custom", "name"].contains(&key) || GIVEN.contains(&key)
}

/// The sentence on a part of a type that nobody knows.
pub fn unknown(kind: &str) -> String {
    format!("a message has a part of the unknown type \"{}\"; parts are text, refusal, tool_use or tool_result", safe(kind, 40))
}

/// What a tool answered, as a part.
fn result(part: &Value) -> Result<Turn, String> {
    let said = content(part.get("content").or_else(|| part.get("output")))?;
    let answers = id(part, &["tool_use_id", "tool_call_id"]);
    Ok(Turn { answers, ..Turn::new(Role::Tool, said.text) })
}

/// The first id that a value has under some keys.
pub fn id(value: &Value, keys: &[&str]) -> String {
    keys.iter().find_map(|key| value.get(*key).and_then(said)).unwrap_or_default()
}

/// Keys that hold the arguments of a call.
const GIVEN: &[&str] = &["arguments", "input", "parameters", "args"];

/// One call: the function's name and arguments stand in it, or one level deeper.
pub fn call(value: &Value) -> Result<Call, String> {
    let function = ["function", "custom"].iter().find_map(|key| value.get(*key).filter(|f| f.is_object())).unwrap_or(value);
    let name = maybe(function, "name");
    if name.trim().is_empty() {
        return Err("a call of a tool has no \"name\"".into());
    }
    let given = GIVEN.iter().find_map(|key| function.get(*key));
    Ok(Call { name: name.to_owned(), arguments: arguments(given), id: id(value, &["id", "call_id"]) })
}

/// Arguments as JSON: a value, or a text that holds one. A text that holds none stays a text.
pub fn arguments(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) if text.trim().is_empty() => "{}".to_owned(),
        Some(whole @ Value::String(text)) => lenient::value(text).map_or_else(|| lenient::of_file(whole), |inner| lenient::json(&inner)),
        Some(value) => lenient::of_file(value),
    }
}

/// The calls of a text or value that holds one or a list of them.
pub fn calls(value: Option<&Value>) -> Result<Vec<Call>, String> {
    let wrong =
        |what: &dyn Display| format!("a call cannot be read: {what}; it would be {{\"name\": …, \"arguments\": {{…}}}} or a list of such");
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        // Tables and some exports write nothing as an empty text.
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Vec::new()),
        Some(Value::String(text)) => match lenient::value(text) {
            Some(inner @ (Value::Object(_) | Value::Array(_))) => calls(Some(&inner)),
            _ => Err(wrong(&"its text is not JSON, or an object in it has a key twice")),
        },
        Some(Value::Array(all)) => all.iter().map(call).collect(),
        Some(one @ Value::Object(_)) => Ok(vec![call(one)?]),
        Some(_) => Err(wrong(&"it is neither an object nor a list")),
    }
}
