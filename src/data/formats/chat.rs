//! Chat messages as `OpenAI`'s interface has them, and `ShareGPT`. Content may be null where a tool is called, or a list of parts.

use serde_json::Value;

use super::{Read, id, list, maybe, prompt_of};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

pub fn messages(_: &Element, value: &Value) -> Read {
    let turns = list(value, "messages")?.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![Record::conversation(id(value, "id"), turns)])
}

pub fn sharegpt(_: &Element, value: &Value) -> Read {
    let mut turns = prompt_of(maybe(value, "system"));
    for m in list(value, "conversations")? {
        turns.push(message(m)?);
    }
    Ok(vec![Record::conversation(id(value, "id"), turns)])
}

/// One message in either of the two spellings.
pub fn message(value: &Value) -> Result<Turn, String> {
    let pick = |a: &str, b: &str| value.get(a).or_else(|| value.get(b));
    let name = pick("role", "from").and_then(Value::as_str).ok_or("a message has neither \"role\" nor \"from\"")?;
    let mut said = match pick("content", "value") {
        None | Some(Value::Null) => String::new(),
        Some(one @ (Value::String(_) | Value::Number(_))) => super::said(one).unwrap_or_default(),
        Some(Value::Array(parts)) => parts.iter().map(|p| maybe(p, "text")).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n"),
        Some(_) => return Err("the content of a message is neither text, null nor a list of parts".into()),
    };
    for call in value.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        let function = call.get("function").unwrap_or(call);
        let arguments = function.get("arguments").map_or(String::new(), |a| a.as_str().map_or_else(|| a.to_string(), str::to_owned));
        if !said.is_empty() {
            said.push('\n');
        }
        said.extend(["call ", maybe(function, "name"), " ", &arguments]);
    }
    Ok(Turn::of(name, said))
}
