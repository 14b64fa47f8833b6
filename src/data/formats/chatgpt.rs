//! The export of `ChatGPT` (conversations.json): a tree of messages of which the path to `current_node` is what the person sees.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::calls::no_text;
use super::chat::LeftOut;
use super::{Read, id, maybe, object, said};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

const HIDDEN: &str = "messages that ChatGPT does not show";
const BESIDE: &str = "messages of other branches, which ChatGPT does not show";
const TOOLS: &str = "messages to and from tools of ChatGPT";

pub fn fits(keys: &Map<String, Value>) -> bool {
    let node = |node: &Value| node.get("message").is_some() || node.get("children").is_some();
    keys.get("mapping").and_then(Value::as_object).is_some_and(|nodes| nodes.values().next().is_some_and(node))
}

pub fn read(_: &Element, value: &Value) -> Read {
    let nodes = object(value.get("mapping").unwrap_or(&Value::Null), "\"mapping\"")?;
    let (mut turns, mut left_out) = (Vec::new(), LeftOut::new());
    let path = path(nodes, maybe(value, "current_node"))?;
    let shown: BTreeSet<&str> = path.iter().map(|(key, _)| *key).collect();
    let beside = nodes.iter().filter(|(key, _)| !shown.contains(key.as_str())).filter_map(|(_, node)| node.get("message"));
    left_out.extend(beside.map(told).filter(|text| !text.is_empty()).map(|text| (BESIDE, text)));
    for (_, node) in path {
        if let Some(message) = node.get("message").filter(|m| m.is_object()) {
            turns.extend(turn(message, &mut left_out)?);
        }
    }
    let own = ["conversation_id", "id"].iter().map(|key| id(value, key)).find(|id| !id.is_empty()).unwrap_or_default();
    let record = Record::conversation(own, turns).with("title", maybe(value, "title"));
    Ok(vec![Record { left_out, ..record }])
}

/// The nodes from the root to the current one; where none is named, to the last that was written.
fn path<'a>(nodes: &'a Map<String, Value>, current: &'a str) -> Result<Vec<(&'a str, &'a Value)>, String> {
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
        out.push((key, node));
        at = node.get("parent").and_then(Value::as_str);
    }
    out.reverse();
    Ok(out)
}

/// The text of a part.
fn text(part: &Value) -> Option<String> {
    said(part).or_else(|| said(part.get("text")?))
}

fn parts(message: &Value) -> &[Value] {
    message.get("content").and_then(|content| content.get("parts")?.as_array()).map(Vec::as_slice).unwrap_or_default()
}

/// Keys of a message's content that hold texts besides its parts.
const OWN: &[&str] = &["text", "user_profile", "user_instructions", "result"];

/// All that a message says. Thoughts and what a person wrote of themselves stand under keys of their own.
fn told(message: &Value) -> String {
    let content = message.get("content").unwrap_or(&Value::Null);
    let own = OWN.iter().filter_map(|key| said(content.get(*key)?));
    let thoughts = content.get("thoughts").and_then(Value::as_array).into_iter().flatten().filter_map(|one| said(one.get("content")?));
    let texts = parts(message).iter().filter_map(text).chain(own).chain(thoughts);
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether a key of a message's content is read.
pub fn content_uses(_: &Map<String, Value>, key: &str) -> bool {
    OWN.contains(&key) || ["content_type", "parts", "thoughts"].contains(&key)
}

/// What a part holds that is no text.
fn what(part: &Value) -> &'static str {
    match maybe(part, "content_type") {
        kind if kind.starts_with("image") => "an image",
        kind if kind.starts_with("audio") => "a sound",
        kind if kind.starts_with("video") => "a video",
        _ => "a file",
    }
}

/// What a message says. None of what nobody sees, and of what goes to and comes from a tool.
fn turn(message: &Value, left_out: &mut LeftOut) -> Result<Option<Turn>, String> {
    let role = message.get("author").map_or("", |author| maybe(author, "role"));
    let told = told(message);
    if let Some(part) = parts(message).iter().find(|part| text(part).is_none() && !part.is_null()) {
        return Err(no_text(what(part)));
    }
    if told.is_empty() {
        return Ok(None);
    }
    let kind = message.get("content").map_or("", |content| maybe(content, "content_type"));
    let hidden = message.get("metadata").and_then(|m| m.get("is_visually_hidden_from_conversation")).and_then(Value::as_bool);
    let shown = ["text", "multimodal_text", "code", ""].contains(&kind);
    let tool = role == "tool" || !["", "all"].contains(&maybe(message, "recipient"));
    match (hidden == Some(true) || !shown, tool) {
        (true, _) => left_out.push((HIDDEN, told)),
        (_, true) => left_out.push((TOOLS, told)),
        _ if role.is_empty() => return Err("a message has no \"author\" with a \"role\"".into()),
        _ => return Ok(Some(Turn::of(role, told))),
    }
    Ok(None)
}
