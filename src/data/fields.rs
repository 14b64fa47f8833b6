//! What a person says of the keys of a file in no known form: `--fields prompt=question,reply=answer`. A path leads into objects by
//! dots (`content.body`) and into lists by numbers; the keys of a record then have the names that the formats know.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::formats::Format;
use super::report::safe;

/// What a key can be named as.
pub const NAMES: [&str; 10] = ["prompt", "reply", "system", "chosen", "rejected", "label", "text", "turns", "role", "id"];

/// A name and its path, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    given: Vec<(&'static str, String)>,
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.given.iter().map(|(name, path)| (name, path)))
    }
}

/// The value at the end of a path, and the key that the path begins with. A key may have dots of its own.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let step = |key: &str| match value {
        Value::Object(keys) => keys.get(key),
        Value::Array(all) => all.get(key.parse::<usize>().ok()?),
        _ => None,
    };
    step(path).or_else(|| path.match_indices('.').find_map(|(dot, _)| at(step(&path[..dot])?, &path[dot + 1..])))
}

fn begins(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Fields {
    /// Errors: a name that is not known, one without a path, or names that make no record together.
    pub fn parse(text: &str) -> Result<Fields, String> {
        let mut given: Vec<(&'static str, String)> = Vec::new();
        for part in text.split(',') {
            let (name, path) = part
                .split_once('=')
                .map(|(name, path)| (name.trim(), path.trim()))
                .filter(|(_, path)| !path.is_empty())
                .ok_or_else(|| format!("\"{}\" names no key; write NAME=KEY, such as prompt=question,reply=answer", safe(part, 80)))?;
            let known = NAMES.iter().find(|known| **known == name);
            let known = known.ok_or_else(|| format!("\"{}\" is no name of a field; use {}", safe(name, 40), NAMES.join(", ")))?;
            if given.iter().any(|(other, _)| other == known) {
                return Err(format!("\"{name}\" is named twice; name each field once"));
            }
            let inner = |name: &str| ["role", "text"].contains(&name) && text.contains("turns");
            if let Some((other, _)) = given.iter().find(|(other, same)| same == path && inner(other) == inner(known)) {
                return Err(format!("\"{other}\" and \"{name}\" name the same key \"{}\"; name another for one of them", safe(path, 80)));
            }
            given.push((*known, path.to_owned()));
        }
        let fields = Fields { given };
        fields.form().map(|_| fields.clone())
    }

    fn path(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| *known == name).map(|(_, path)| path.as_str())
    }

    /// The form of the records that the names make together.
    fn form(&self) -> Result<Format, String> {
        let has = |name: &str| self.path(name).is_some();
        let allowed: (&[&str], Format) = match () {
            () if has("turns") => {
                (&["turns", "role", "text", "system", "label", "id"], if has("label") { Format::Unpaired } else { Format::Messages })
            }
            () if has("chosen") && has("rejected") => (&["prompt", "system", "chosen", "rejected", "id"], Format::Preference),
            () if has("prompt") && has("reply") => {
                (&["prompt", "reply", "system", "label", "id"], if has("label") { Format::Unpaired } else { Format::Completion })
            }
            () if has("text") && has("label") => (&["text", "label", "id"], Format::Labelled),
            () if has("text") => (&["text", "id"], Format::Marked),
            () => return Err("the names make no record; give prompt and reply, chosen and rejected, turns, or text and label".into()),
        };
        match self.given.iter().find(|(name, _)| !allowed.0.contains(name)) {
            Some((name, _)) => Err(format!("\"{name}\" does not go with the others; with these go {}", allowed.0.join(", "))),
            None => Ok(allowed.1),
        }
    }

    /// Whether a key of a record, or of a table, is one that a path begins with.
    pub fn uses(&self, key: &str) -> bool {
        self.given.iter().any(|(_, path)| begins(path, key))
    }

    /// The list of turns of a record, with its path.
    pub fn list<'a>(&'a self, record: &'a Value) -> Option<(&'a str, &'a Value)> {
        let path = self.path("turns")?;
        Some((path, at(record, path)?))
    }

    /// Whether a key of a turn is one that a path of `role` or `text` begins with.
    pub fn uses_in_turns(&self, key: &str) -> bool {
        self.given.iter().filter(|(name, _)| self.inner(name)).any(|(_, path)| begins(path, key))
    }

    /// Names that stand in each turn and not in the record.
    fn inner(&self, name: &str) -> bool {
        self.path("turns").is_some() && ["role", "text"].contains(&name)
    }

    /// The record with the names that its form knows; `met` gets the names that it has.
    /// Errors: what the record lacks.
    pub fn read(&self, value: &Value, met: &mut BTreeSet<&'static str>) -> Result<(Format, Value), String> {
        let form = self.form()?;
        let mut out = Map::new();
        for (name, path) in self.given.iter().filter(|(name, _)| !self.inner(name)) {
            let Some(found) = at(value, path) else {
                if ["system", "id"].contains(name) {
                    continue;
                }
                return Err(format!("it has no \"{path}\", which --fields names for {name}"));
            };
            met.insert(*name);
            let (key, found) = match *name {
                "reply" => ("completion", found.clone()),
                "turns" => ("messages", self.turns(found, met)?),
                "label" if form == Format::Unpaired => ("label", judged(found)),
                name => (name, found.clone()),
            };
            out.insert(key.to_owned(), found);
        }
        Ok((form, Value::Object(out)))
    }

    /// Each turn with the names of chat messages.
    fn turns(&self, list: &Value, met: &mut BTreeSet<&'static str>) -> Result<Value, String> {
        let all = list.as_array().ok_or_else(|| format!("its \"{}\" is no list of turns", self.path("turns").unwrap_or_default()))?;
        let mut named = |turn: &Value| {
            let mut out = turn.as_object().cloned().unwrap_or_default();
            for (name, key) in [("role", "role"), ("text", "content")] {
                let Some(path) = self.path(name) else { continue };
                let found = at(turn, path).ok_or_else(|| format!("a turn has no \"{path}\", which --fields names for {name}"))?;
                met.insert(name);
                out.insert(key.to_owned(), found.clone());
            }
            Ok(Value::Object(out))
        };
        all.iter().map(&mut named).collect::<Result<Vec<_>, String>>().map(Value::Array)
    }

    /// Whether a record, or the first row of a table, has any of the paths.
    pub fn touches(&self, value: &Value) -> bool {
        self.given.iter().any(|(name, path)| !self.inner(name) && at(value, path).is_some())
    }

    /// A sentence on the first path that no record has; `keys`: those of the first record.
    pub fn unmet(&self, met: &BTreeSet<&'static str>, keys: &[String]) -> Option<String> {
        let (name, path) = self.given.iter().find(|(name, _)| !met.contains(name))?;
        let shown: Vec<String> = keys.iter().take(8).map(|key| format!("\"{}\"", safe(key, 40))).collect();
        let has = if shown.is_empty() { String::new() } else { format!("; the first has the keys {}", shown.join(", ")) };
        let place = if self.inner(name) { "no turn of a record" } else { "no record" };
        Some(format!("--fields {name}={}: {place} has it{has}", safe(path, 80)))
    }
}

/// Zero and one are judgements too, where a person says that this is one.
fn judged(value: &Value) -> Value {
    match value {
        Value::Number(n) if n.as_u64() == Some(0) => false.into(),
        Value::Number(n) if n.as_u64() == Some(1) => true.into(),
        Value::String(text) if text.trim() == "0" => false.into(),
        Value::String(text) if text.trim() == "1" => true.into(),
        other => other.clone(),
    }
}
