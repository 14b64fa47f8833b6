//! Gemini's `contents` of parts, with a `systemInstruction`. Calls of functions and their results are told as chat messages tell them.

use serde_json::{Map, Value, json};

use super::calls::no_text;
use super::chat::{LeftOut, THOUGHTS, message, with_tools};
use super::{Read, id, list, maybe, prompt_of};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

pub fn fits(keys: &Map<String, Value>) -> bool {
    keys.get("contents").and_then(Value::as_array).and_then(|all| all.first()).is_some_and(|first| first.get("parts").is_some())
}

pub fn read(_: &Element, value: &Value) -> Read {
    let mut left_out = LeftOut::new();
    let system = ["systemInstruction", "system_instruction"].iter().find_map(|key| value.get(*key));
    let system = match system {
        Some(Value::String(text)) => text.clone(),
        Some(content) => texts(content, &mut left_out)?,
        None => String::new(),
    };
    let mut turns = prompt_of(&system);
    for content in list(value, "contents")? {
        turns.extend(spoken(content, &mut left_out)?);
    }
    Ok(vec![Record { left_out, ..with_tools(Record::conversation(id(value, "id"), turns), value) }])
}

fn parts(content: &Value) -> &[Value] {
    content.get("parts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The text of a content. Errors: a part that is no text.
fn texts(content: &Value, left_out: &mut LeftOut) -> Result<String, String> {
    let mut out = String::new();
    for part in parts(content) {
        match part.get("text").and_then(Value::as_str) {
            Some(thought) if part.get("thought").and_then(Value::as_bool) == Some(true) => left_out.push((THOUGHTS, thought.to_owned())),
            Some(text) => out.push_str(text),
            None if ["functionCall", "functionResponse"].iter().any(|key| part.get(*key).is_some()) => {}
            None => return Err(no_text(what(part))),
        }
    }
    Ok(out)
}

/// What a part holds, by its media type.
fn what(part: &Value) -> &'static str {
    let data = ["inlineData", "fileData", "inline_data", "file_data"].iter().find_map(|key| part.get(*key));
    let kind = data.map_or("", |data| if data.get("mimeType").is_some() { maybe(data, "mimeType") } else { maybe(data, "mime_type") });
    match kind.split('/').next() {
        Some("image") => "an image",
        Some("audio") => "a sound",
        Some("video") => "a video",
        _ => "a file",
    }
}

/// The turns of one content: what is said and called, and what functions answer.
fn spoken(content: &Value, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    // Without a role it is the user's.
    let role = Some(maybe(content, "role")).filter(|role| !role.is_empty()).unwrap_or("user");
    let text = texts(content, left_out)?;
    let call = |part: &Value| {
        let call = part.get("functionCall")?;
        Some(json!({"type": "function", "function": {"name": call.get("name"), "arguments": call.get("args").unwrap_or(&json!({}))}}))
    };
    let calls: Vec<Value> = parts(content).iter().filter_map(call).collect();
    let mut out = Vec::new();
    if !text.trim().is_empty() || !calls.is_empty() {
        let mut said = json!({"role": role, "content": text});
        if !calls.is_empty() {
            said["tool_calls"] = calls.into();
        }
        out.extend(message(&said, left_out)?);
    }
    for answer in parts(content).iter().filter_map(|part| part.get("functionResponse")) {
        out.extend(message(&json!({"role": "tool", "tool_call_id": answer.get("id"), "content": answer.get("response")}), left_out)?);
    }
    Ok(out)
}
