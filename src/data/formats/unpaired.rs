//! Answers that were judged alone, as KTO takes them: true is wanted, false is not. The last turn is the answer.

use serde_json::{Map, Value};

use super::calls::texts_only;
use super::chat::{LeftOut, with_tools};
use super::talk::turns;
use super::{Read, id, pairs, system_of};
use crate::data::elements::Element;
use crate::data::record::{Body, Record, Role, Speakers};

/// TRL's name, and LLaMA-Factory's.
pub const JUDGED: &[&str] = &["label", "kto_tag"];

/// The judgement, where it is one: a class or a number is none.
fn judged(keys: &Map<String, Value>) -> Option<bool> {
    JUDGED.iter().find_map(|key| match keys.get(*key)? {
        Value::Bool(label) => Some(*label),
        // Tables know texts only.
        Value::String(text) => text.trim().to_lowercase().parse().ok(),
        _ => None,
    })
}

fn messages(keys: &Map<String, Value>) -> Option<&[Value]> {
    ["messages", "conversations"].iter().find_map(|key| keys.get(*key)?.as_array()).map(Vec::as_slice)
}

pub fn fits(keys: &Map<String, Value>) -> bool {
    judged(keys).is_some() && (messages(keys).is_some() || pairs::fits(keys))
}

pub fn read(_: &Element, value: &Value) -> Read {
    let keys = super::object(value, "the record")?;
    let label = judged(keys).ok_or("\"label\" is neither true nor false, which tell whether the answer is wanted")?;
    texts_only(value)?;
    let mut left_out = LeftOut::new();
    let (mut prompt, speakers) = match messages(keys) {
        Some(all) => ([system_of(value)?, turns(all, &mut left_out)?].concat(), Speakers::Named),
        None => pairs::exchange(value, &mut left_out)?,
    };
    let answer = prompt.pop().filter(|t| Role::known(t.role.name()) == Some(Role::Assistant));
    let answer = answer.ok_or("its last turn is no answer, and nothing else can be judged")?;
    if !answer.calls.is_empty() {
        return Err("the judged answer calls a tool, and the prepared form of a judged answer is a text".into());
    }
    let record = with_tools(Record::new(id(value, "id"), Body::Unpaired { prompt, completion: answer.text, label }), value);
    Ok(vec![Record { speakers, left_out, ..record }])
}
