//! Keys of the turns and other objects inside a record, and which of them each format reads. The report names all others.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::keys::{Keys, empty};
use super::{Format, Row, calls, chatgpt, feedback, talk};

/// Keys that lead to an object inside a record, outermost first; unused places are empty.
type Path<'a> = [&'a str; 4];
type Uses = fn(&Map<String, Value>, &str) -> bool;

/// Keys of which only a part is read, by their paths, with that part.
pub fn partly(format: Format) -> &'static [(&'static str, &'static str)] {
    match format {
        Format::MultiWoz => &[("goal", "only the names of its services are read"), ("log.metadata", "only whose turn it is is read")],
        Format::ChatGpt => &[("mapping.message.metadata", "only whether the message is shown is read")],
        _ => &[],
    }
}

/// Unused keys of one record, each once, in the order in which they stand.
#[derive(Default)]
struct Found<'a> {
    keys: Vec<(Path<'a>, &'a str)>,
    /// The same, to be looked up: a record may hold a hundred thousand.
    known: BTreeSet<(Path<'a>, &'a str)>,
}

impl<'a> Found<'a> {
    /// Notes what an object holds besides the keys that are used. Nothing is noted of other values.
    fn object(&mut self, path: Path<'a>, value: &'a Value, uses: impl Fn(&Map<String, Value>, &str) -> bool) {
        let Some(keys) = value.as_object() else { return };
        for (key, _) in keys.iter().filter(|(key, value)| !uses(keys, key) && !empty(value)) {
            let one = (path, key.as_str());
            if self.known.insert(one) {
                self.keys.push(one);
            }
        }
    }

    /// Notes the unused keys of each object that stands under a key, alone or in a list.
    fn each(&mut self, path: Path<'a>, value: Option<&'a Value>, uses: Uses) {
        all(value).iter().for_each(|one| self.object(path, one, uses));
    }

    fn only(&mut self, path: Path<'a>, value: Option<&'a Value>, used: &[&str]) {
        all(value).iter().for_each(|one| self.object(path, one, |_, key| used.contains(&key)));
    }

    /// Chat messages with their parts and calls.
    fn messages(&mut self, [a, b, ..]: Path<'a>, value: Option<&'a Value>, uses: &dyn Fn(&Map<String, Value>, &str) -> bool) {
        let under = |key| if b.is_empty() { [a, key, "", ""] } else { [a, b, key, ""] };
        for message in all(value) {
            self.object([a, b, "", ""], message, uses);
            for key in ["content", "value"] {
                self.each(under(key), message.get(key).filter(|content| parts(content)), calls::part_uses);
            }
            for key in ["tool_calls", "function_call"] {
                self.each(under(key), message.get(key), calls::call_uses);
            }
        }
    }

    /// The messages of a tree, from one down to its leaves.
    fn tree(&mut self, key: &'a str, node: Option<&'a Value>) {
        const USED: &[&str] = &["role", "text", "replies", "message_id", "lang", "rank", "deleted", "synthetic"];
        let mut open: Vec<&Value> = node.into_iter().collect();
        while let Some(node) = open.pop() {
            self.object([key, "", "", ""], node, |_, key| USED.contains(&key));
            open.extend(all(node.get("replies")));
        }
    }
}

/// The values of a list, or one that stands alone.
fn all(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// Whether the content of a message holds parts, and is no value that a tool gave.
fn parts(content: &Value) -> bool {
    all(Some(content)).iter().all(|part| part.is_string() || part.get("type").is_some_and(Value::is_string))
}

/// Counts the keys of what is inside a record and that its format does not read.
pub fn note(keys: &mut Keys, row: &Row, record: &Value) {
    let (mut found, of) = (Found::default(), |key| record.get(key));
    match row.format {
        Format::Sgd => all(of("turns")).iter().for_each(|turn| sgd(&mut found, turn)),
        Format::MultiWoz => found.only(["log", "", "", ""], of("log"), &["text", "dialog_act"]),
        Format::CrossWoz => found.only(["messages", "", "", ""], of("messages"), &["role", "content", "dialog_act"]),
        Format::UltraFeedback => found.each(["completions", "", "", ""], of("completions"), feedback::uses),
        Format::ChatGpt => mapping(&mut found, of("mapping")),
        Format::Gemini => gemini(&mut found, of("contents")),
        Format::Taskmaster => found.only(["utterances", "", "", ""], of("utterances"), &["speaker", "text"]),
        Format::Oasst => found.tree("prompt", of("prompt")),
        Format::Abcd => found.only(["scenario", "", "", ""], of("scenario"), &["flow", "subflow"]),
        Format::TcBot => found.only(["nl", "", "", ""], of("nl"), &["usr", "agt"]),
        _ if row.mixes => chats(&mut found, row, record),
        _ => {}
    }
    keys.add_inside(&found.keys);
}

/// Counts the same of turns that a person named, of which some keys are used.
pub fn note_turns(keys: &mut Keys, path: &str, turns: &Value, uses: &dyn Fn(&str) -> bool) {
    let mut found = Found::default();
    found.messages([path, "", "", ""], Some(turns), &|turn, key| uses(key) || talk::uses(turn, key));
    keys.add_inside(&found.keys);
}

/// Messages under any key that the format reads.
fn chats<'a>(found: &mut Found<'a>, row: &Row, record: &'a Value) {
    let Some(keys) = record.as_object() else { return };
    let others = ["tools", "functions", "system", "system_prompt"];
    for (key, value) in keys.iter().filter(|(key, _)| row.uses(keys, key) && !others.contains(&key.as_str())) {
        match value.get("messages") {
            Some(inner) => {
                found.only([key, "", "", ""], Some(value), &["messages", "tools", "functions", "parallel_tool_calls"]);
                found.messages([key, "messages", "", ""], Some(inner), &talk::uses);
            }
            None => found.messages([key, "", "", ""], Some(value), &talk::uses),
        }
    }
}

fn sgd<'a>(found: &mut Found<'a>, turn: &'a Value) {
    found.only(["turns", "", "", ""], Some(turn), &["speaker", "utterance", "frames", "dialogue_acts"]);
    for frame in all(turn.get("frames")) {
        found.only(["turns", "frames", "", ""], Some(frame), &["service", "actions", "slots"]);
        found.only(["turns", "frames", "actions", ""], frame.get("actions"), &["act", "slot", "values"]);
        found.only(["turns", "frames", "slots", ""], frame.get("slots"), &["slot", "start", "exclusive_end"]);
    }
    let Some(acts) = turn.get("dialogue_acts") else { return };
    found.only(["turns", "dialogue_acts", "", ""], Some(acts), super::sgd::KINDS);
    for kind in super::sgd::KINDS {
        let used = &["intent", "domain", "slot", "value", "start", "end"];
        found.only(["turns", "dialogue_acts", kind, ""], acts.get(*kind), used);
    }
}

fn mapping<'a>(found: &mut Found<'a>, nodes: Option<&'a Value>) {
    for node in nodes.and_then(Value::as_object).into_iter().flat_map(Map::values) {
        found.only(["mapping", "", "", ""], Some(node), &["id", "parent", "children", "message"]);
        let Some(message) = node.get("message") else { continue };
        found.only(["mapping", "message", "", ""], Some(message), &["id", "author", "create_time", "content", "recipient"]);
        found.only(["mapping", "message", "author", ""], message.get("author"), &["role"]);
        found.each(["mapping", "message", "content", ""], message.get("content"), chatgpt::content_uses);
    }
}

fn gemini<'a>(found: &mut Found<'a>, contents: Option<&'a Value>) {
    const USED: &[&str] = &["text", "thought", "functionCall", "function_call", "functionResponse", "function_response"];
    found.only(["contents", "", "", ""], contents, &["role", "parts"]);
    for content in all(contents) {
        found.only(["contents", "parts", "", ""], content.get("parts"), USED);
    }
}
