//! Chat messages as `OpenAI`'s and Anthropic's interfaces have them, and `ShareGPT`. Content may be null where a tool is called, or a list of
//! parts.

use serde_json::{Map, Value};

use super::calls::{self, Content};
use super::keys::empty;
use super::talk::turns;
use super::{Read, id, list, maybe, said, system_of};
use crate::data::elements::Element;
use crate::data::lenient;
use crate::data::record::{Record, Role, TOOLS, Turn};

/// Parts of a record that are left out: why, and the text.
pub type LeftOut = Vec<(&'static str, String)>;

/// Keys under which a tool's answer names its call.
const CALL_IDS: &[&str] = &["tool_call_id", "tool_use_id"];

/// Keys of thoughts beside the content: `DeepSeek`'s, vLLM's and Ollama's.
const THOUGHT: &[&str] = &["reasoning_content", "reasoning", "thinking"];

/// Why thoughts are left out.
pub const THOUGHTS: &str = "thoughts of the assistant left out";

pub fn messages(_: &Element, value: &Value) -> Read {
    conversation(value, list(value, "messages")?)
}

pub fn sharegpt(_: &Element, value: &Value) -> Read {
    conversation(value, list(value, "conversations")?)
}

/// A conversation of such messages, with the system's words and the tools beside them.
pub fn conversation(value: &Value, messages: &[Value]) -> Read {
    calls::texts_only(value)?;
    let mut left_out = LeftOut::new();
    let mut said = system_of(value)?;
    said.extend(turns(messages, &mut left_out)?);
    let record = with_tools(Record::conversation(id(value, "id"), said), value);
    Ok(vec![Record { left_out, ..record }])
}

/// The tools that the assistant could call stay with the record as JSON.
pub fn with_tools(record: Record, value: &Value) -> Record {
    let tools = ["tools", "functions"].iter().find_map(|key| value.get(*key)).map(|tools| calls::arguments(Some(tools)));
    let tools = tools.filter(|text| !["{}", "[]"].contains(&text.as_str())).unwrap_or_default();
    let parallel = value.get("parallel_tool_calls").filter(|v| v.is_boolean()).map(lenient::of_file).unwrap_or_default();
    record.with(TOOLS, tools).with("parallel_tool_calls", parallel)
}

/// One message in any of the spellings: a turn, with those of tools before it where their answers stand in it.
pub fn message(value: &Value, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    // What is null under one name may stand under the other.
    let pick = |a: &str, b: &str| value.get(a).filter(|given| !given.is_null()).or_else(|| value.get(b)).or_else(|| value.get(a));
    let name = pick("role", "from").and_then(Value::as_str).ok_or("a message has neither \"role\" nor \"from\"")?;
    calls::texts_only(value)?;
    let given = pick("content", "value");
    if ["function_call", "tool_call"].contains(&name) {
        let calls = calls::calls(given)?;
        return Ok(vec![Turn { calls, context: skipped(value), ..Turn::new(Role::Assistant, "") }]);
    }
    let answer = given.filter(|given| Role::known(name) == Some(Role::Tool) && given.is_object() && given.get("type").is_none());
    if let Some(answer) = answer {
        // A tool's answer may be a value.
        let answers = calls::id(value, CALL_IDS);
        return Ok(vec![Turn { answers, ..Turn::of(name, lenient::of_file(answer)) }]);
    }
    let Content { mut text, calls: mut called, results, thoughts } = calls::content(given)?;
    let beside = THOUGHT.iter().map(|key| maybe(value, key).to_owned()).find(|thought| !thought.trim().is_empty());
    left_out.extend(thoughts.into_iter().chain(beside).map(|thought| (THOUGHTS, thought)));
    for key in ["tool_calls", "function_call"] {
        called.extend(calls::calls(value.get(key))?);
    }
    if text.is_empty() {
        text.push_str(maybe(value, "refusal"));
    }
    let mut turns = results;
    let answers = calls::id(value, CALL_IDS);
    let turn = Turn { calls: called, answers, ..Turn::of(name, text) };
    let speaks = Role::known(name) == Some(Role::Assistant);
    // A message that only holds the answers of tools says nothing itself.
    if turns.is_empty() || !turn.text.is_empty() || !turn.calls.is_empty() {
        turns.push(Turn { context: speaks && skipped(value), ..turn });
    }
    Ok(turns)
}

/// Whether nothing is to be learned from a message: `weight` as `OpenAI` has it, `train` as axolotl has it.
fn skipped(value: &Value) -> bool {
    value.get("weight").and_then(Value::as_f64) == Some(0.0) || value.get("train").and_then(Value::as_bool) == Some(false)
}

/// Whether a key of a message is read besides its speaker and its text. A weight between nothing and one is not.
pub fn uses(keys: &Map<String, Value>, key: &str) -> bool {
    let first = |set: &[&str], there: &dyn Fn(&Value) -> bool| set.iter().find(|name| keys.get(**name).is_some_and(there)) == Some(&key);
    let thought = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    match key {
        "tool_calls" | "function_call" => true,
        "weight" => keys[key].as_f64().is_some_and(|weight| [0.0, 1.0].contains(&weight)),
        "train" => keys[key].is_boolean(),
        "refusal" => keys.get("content").is_none_or(empty),
        _ => first(CALL_IDS, &|value| said(value).is_some()) || first(THOUGHT, &thought),
    }
}
