//! The export of `ChatGPT` (conversations.json): a tree of messages of which the path to `current_node` is what the person sees.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::calls::no_text;
use super::chat::LeftOut;
use super::{Read, id, maybe, object, said};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

const HIDDEN: &str = "messages that ChatGPT does not show";
const TOOLS: &str = "messages to and from tools of ChatGPT";

pub fn fits(keys: &Map<String, Value>) -> bool {
    let node = |node: &Value| node.get("message").is_some() || node.get("children").is_some();
    keys.get("mapping").and_then(Value::as_object).is_some_and(|nodes| nodes.values().next().is_some_and(node))
}

pub fn read(_: &Element, value: &Value) -> Read {
    let nodes = object(value.get("mapping").unwrap_or(&Value::Null), "\"mapping\"")?;
    let (mut turns, mut left_out) = (Vec::new(), LeftOut::new());
    for node in path(nodes, maybe(value, "current_node"))? {
        if let Some(message) = node.get("message").filter(|m| m.is_object()) {
            turns.extend(turn(message, &mut left_out)?);
        }
    }
    let own = ["conversation_id", "id"].iter().map(|key| id(value, key)).find(|id| !id.is_empty()).unwrap_or_default();
    let record = Record::conversation(own, turns).with("title", maybe(value, "title"));
    Ok(vec![Record { left_out, ..record }])
}

/// The nodes from the root to the current one; where none is named, to the last that was written.
fn path<'a>(nodes: &'a Map<String, Value>, current: &'a str) -> Result<Vec<&'a Value>, String> {
    let written = |node: &Value| node.get("message").and_then(|m| m.get("create_time")).and_then(Value::as_f64).unwrap_or(0.0);
    let leaf = |node: &Value| node.get("children").and_then(Value::as_array).is_none_or(Vec::is_empty);
    let last =
        || nodes.iter().filter(|(_, node)| leaf(node)).max_by(|a, b| written(a.1).total_cmp(&written(b.1))).map(|(key, _)| key.as_str());
    let mut at = if current.is_empty() { last() } else { Some(current) };
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    while let Some(key) = at {
        let node = nodes.get(key).ok_or_else(|| format!("\"mapping\" has no node \"{}\"", crate::data::report::safe(key, 60)))?;
        if !seen.insert(key) {
            return Err("the nodes of \"mapping\" lead round in a circle".into());
        }
        out.push(node);
        at = node.get("parent").and_then(Value::as_str);
    }
    out.reverse();
    Ok(out)
}

/// What a message says. None of what nobody sees, and of what goes to and comes from a tool.
fn turn(message: &Value, left_out: &mut LeftOut) -> Result<Option<Turn>, String> {
    let role = message.get("author").map_or("", |author| maybe(author, "role"));
    let content = message.get("content").unwrap_or(&Value::Null);
    let parts = content.get("parts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |part: &Value| said(part).or_else(|| said(part.get("text")?));
    let texts: Vec<String> =
        parts.iter().filter_map(text).chain(content.get("text").and_then(said)).filter(|t| !t.trim().is_empty()).collect();
    let told = texts.join("\n");
    if let Some(part) = parts.iter().find(|part| text(part).is_none()) {
        let kind = maybe(part, "content_type");
        return Err(no_text(if kind.starts_with("image") {
            "an image"
        } else if kind.starts_with("audio") {
            "a sound"
        } else {
            "a file"
        }));
    }
    if told.is_empty() {
        return Ok(None);
    }
    let hidden = message.get("metadata").and_then(|m| m.get("is_visually_hidden_from_conversation")).and_then(Value::as_bool);
    let shown = ["text", "multimodal_text", "code", ""].contains(&maybe(content, "content_type"));
    let tool = role == "tool" || !["", "all"].contains(&maybe(message, "recipient"));
    match (hidden == Some(true) || !shown, tool) {
        (true, _) => left_out.push((HIDDEN, told)),
        (_, true) => left_out.push((TOOLS, told)),
        _ if role.is_empty() => return Err("a message has no \"author\" with a \"role\"".into()),
        _ => return Ok(Some(Turn::of(role, told))),
    }
    Ok(None)
}
