//! Gemini's `contents` of parts, with a `systemInstruction`. Calls of functions and their results are told as chat messages tell them.

use serde_json::{Map, Value, json};

use super::calls::{no_text, unknown};
use super::chat::{LeftOut, THOUGHTS, message, with_tools};
use super::{Read, id, list, maybe, prompt_of, said};
use crate::data::elements::Element;
use crate::data::lenient;
use crate::data::record::{Record, Role, Turn};

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

/// The parts of a content. What Google's libraries take is written without a list too: one part, or its text.
fn parts(content: &Value) -> Result<&[Value], String> {
    match content.get("parts") {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(all)) => Ok(all),
        Some(one @ (Value::Object(_) | Value::String(_) | Value::Number(_))) => Ok(std::slice::from_ref(one)),
        Some(Value::Bool(_)) => Err("the \"parts\" of a content are neither a list nor a text".into()),
    }
}

/// A call of a function or its result, in either spelling.
fn function<'a>(part: &'a Value, names: [&str; 2]) -> Option<&'a Value> {
    names.iter().find_map(|key| part.get(*key))
}

const CALL: [&str; 2] = ["functionCall", "function_call"];
const RESULT: [&str; 2] = ["functionResponse", "function_response"];

/// The text of a content. Errors: a part that is no text.
fn texts(content: &Value, left_out: &mut LeftOut) -> Result<String, String> {
    let mut out = String::new();
    for part in parts(content)? {
        match said(part.get("text").unwrap_or(part)) {
            Some(thought) if part.get("thought").and_then(Value::as_bool) == Some(true) => left_out.push((THOUGHTS, thought)),
            Some(text) => out.push_str(&text),
            None if part.is_null() || function(part, CALL).or_else(|| function(part, RESULT)).is_some() => {}
            None => return Err(wrong(part)),
        }
    }
    Ok(out)
}

/// The sentence on a part that is no text: what it holds, by its media type, or by its keys.
fn wrong(part: &Value) -> String {
    let Some(data) = ["inlineData", "fileData", "inline_data", "file_data"].iter().find_map(|key| part.get(*key)) else {
        let keys = part.as_object().into_iter().flat_map(|keys| keys.keys());
        return unknown(keys.map(String::as_str).find(|key| *key != "thought").unwrap_or_default());
    };
    let kind = if data.get("mimeType").is_some() { maybe(data, "mimeType") } else { maybe(data, "mime_type") };
    no_text(match kind.split('/').next() {
        Some("image") => "an image",
        Some("audio") => "a sound",
        Some("video") => "a video",
        _ => "a file",
    })
}

/// The turns of one content: what is said and called, and what functions answer.
fn spoken(content: &Value, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    // Without a role it is the user's.
    let role = Some(maybe(content, "role")).filter(|role| !role.is_empty()).unwrap_or("user");
    let text = texts(content, left_out)?;
    let call = |part: &Value| {
        let call = function(part, CALL)?;
        let (name, arguments) = (call.get("name"), call.get("args").cloned().unwrap_or_else(|| json!({})));
        Some(json!({"id": call.get("id"), "type": "function", "function": {"name": name, "arguments": arguments}}))
    };
    let calls: Vec<Value> = parts(content)?.iter().filter_map(call).collect();
    let mut out = Vec::new();
    if !text.trim().is_empty() || !calls.is_empty() {
        let mut spoken = json!({"role": role, "content": text});
        if !calls.is_empty() {
            spoken["tool_calls"] = calls.into();
        }
        out.extend(message(&spoken, left_out)?);
    }
    for answer in parts(content)?.iter().filter_map(|part| function(part, RESULT)) {
        // Its value is data, whatever keys it has.
        let told = answer.get("response").map(|response| said(response).unwrap_or_else(|| lenient::of_file(response)));
        out.push(Turn { answers: id(answer, "id"), ..Turn::new(Role::Tool, told.unwrap_or_default()) });
    }
    Ok(out)
}
