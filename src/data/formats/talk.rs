//! Lists of turns under any of the names that corpora give them, and each turn in any of their spellings: a speaker and a text, or
//! one text under each speaker's name.

use serde_json::{Map, Value};

use super::chat::{LeftOut, conversation, message};
use super::{Read, chat, pairs, said, speaker};
use crate::data::elements::Element;
use crate::data::record::{Role, Turn};
use crate::data::report::safe;

/// Keys of such lists, besides those of chat messages and `ShareGPT`.
pub const LISTS: &[&str] = &["conversation", "items", "dialogue", "dialog", "turns", "chat", "utterances"];

const SPEAKER: &[&str] = &["role", "from", "speaker", "author", "sender"];
const TEXT: &[&str] = &["content", "value", "text", "utterance", "message", "body"];

pub fn fits(keys: &Map<String, Value>) -> bool {
    list(keys).is_some_and(|all| all.first().is_some_and(speaks))
}

fn list(keys: &Map<String, Value>) -> Option<&[Value]> {
    LISTS.iter().find_map(|key| keys.get(*key)?.as_array()).map(Vec::as_slice)
}

pub fn read(_: &Element, value: &Value) -> Read {
    let all = value.as_object().and_then(list).ok_or_else(|| format!("none of its keys {} holds a list of turns", LISTS.join(", ")))?;
    conversation(value, all)
}

/// The keys of a turn that name its speaker and hold its text.
fn spoken(keys: &Map<String, Value>) -> (Option<&'static str>, Option<&'static str>) {
    let by = SPEAKER.iter().find(|name| keys.contains_key(**name)).copied();
    let by = by.filter(|key| keys[*key].is_string() || keys[*key].is_object());
    // What is null under one name may stand under another.
    let there = |null: bool| TEXT.iter().find(|name| keys.get(**name).is_some_and(|text| null || !text.is_null())).copied();
    (by, there(false).or_else(|| there(true)))
}

/// The roles that texts stand under where no key names the speaker.
fn is_name(key: &str) -> bool {
    matches!(Role::known(key), Some(Role::System | Role::User | Role::Assistant))
}

/// Whether a key of a turn is read.
pub fn uses(keys: &Map<String, Value>, key: &str) -> bool {
    let own = match spoken(keys) {
        (Some(by), text) => by == key || text == Some(key),
        (None, _) => is_name(key) || pairs::names(keys).is_some_and(|(asks, answers)| [asks, answers].contains(&key)),
    };
    own || chat::uses(keys, key)
}

pub fn turns(all: &[Value], left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    let each = all.iter().map(|one| turn(one, left_out)).collect::<Result<Vec<_>, _>>()?;
    Ok(each.into_iter().flatten().collect())
}

/// Whether a value is a turn, whatever it holds.
pub fn speaks(value: &Value) -> bool {
    turn(value, &mut LeftOut::new()).is_ok()
}

/// The turns of one entry: one, or two where each speaker's text stands under the speaker's name.
pub fn turn(value: &Value, left_out: &mut LeftOut) -> Result<Vec<Turn>, String> {
    let keys = value.as_object().ok_or("a turn is not an object")?;
    match spoken(keys) {
        // A message that only calls tools has no text.
        (Some("role" | "from"), Some("content" | "value") | None) => message(value, left_out),
        (Some(by), Some(text)) => {
            let mut turns = message(&renamed(keys, by, text), left_out)?;
            // Task-oriented corpora name their speakers so, and there the system is who answers.
            for turn in turns.iter_mut().filter(|_| by == "speaker") {
                turn.role = speaker(turn.role.name());
            }
            Ok(turns)
        }
        (Some(_), None) => Err(format!("a turn names its speaker and has no text; one of {} is looked for", TEXT.join(", "))),
        (None, text) => by_names(keys, text),
    }
}

/// The same turn with the names of chat messages.
fn renamed(keys: &Map<String, Value>, by: &str, text: &str) -> Value {
    let mut out = keys.clone();
    let name = &keys[by];
    let name = ["role", "name"].iter().find_map(|key| name.get(*key)).unwrap_or(name).clone();
    out.insert("content".into(), keys[text].clone());
    out.insert("role".into(), name);
    Value::Object(out)
}

/// Texts under the names of those who say them: {"human": …, "assistant": …}. Where one name stands beside a text ({"user": "U1",
/// "text": …}), it names a person, and what is under it is not said.
fn by_names(keys: &Map<String, Value>, text: Option<&str>) -> Result<Vec<Turn>, String> {
    let named = keys.iter().filter(|(key, _)| is_name(key));
    let told = |(key, value): (&String, &Value)| match value {
        Value::Null => None,
        value => Some(said(value).map(|text| Turn::of(key, text)).ok_or_else(|| format!("\"{}\" of a turn is not text", safe(key, 40)))),
    };
    let found = named.filter_map(told).collect::<Result<Vec<Turn>, String>>()?;
    if let ([one], Some(text)) = (&found[..], text) {
        return Err(format!("a turn has \"{text}\" and \"{}\", which names no role", safe(one.role.name(), 40)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let (asks, answers) = pairs::names(keys).ok_or_else(|| {
        format!("a turn names no speaker; one of {}, or texts under the names of speakers are looked for", SPEAKER.join(", "))
    })?;
    let part = |key: &str| said(&keys[key]).ok_or_else(|| format!("\"{key}\" of a turn is not text"));
    Ok(vec![Turn::of("user", part(asks)?), Turn::of("assistant", part(answers)?)])
}

/// Whether two turns say the same, whatever their file calls the speaker.
pub fn same(a: &Turn, b: &Turn) -> bool {
    let role = |t: &Turn| Role::known(t.role.name()).unwrap_or_else(|| t.role.clone());
    a.text.trim() == b.text.trim() && role(a) == role(b)
}

/// Whether a side goes on from these turns.
pub fn begins(side: &[Turn], with: &[Turn]) -> bool {
    side.len() > with.len() && side.iter().zip(with).all(|(a, b)| same(a, b))
}
