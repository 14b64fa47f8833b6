//! ABCD: agent, customer and action, in no fixed turn. What the agent does (action) is a tool's word.

use serde_json::Value;

use super::{Read, id, list, maybe, said, speaker};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

pub fn read(_: &Element, value: &Value) -> Read {
    let turn = |pair: &Value| {
        let part = |i: usize| pair.get(i).and_then(Value::as_str).ok_or("an entry of \"original\" is not speaker and text");
        let said = pair.get(1).and_then(said).ok_or("an entry of \"original\" has no text")?;
        Ok::<Turn, String>(Turn::new(speaker(part(0)?), said))
    };
    let turns = list(value, "original")?.iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    let scenario = value.get("scenario").unwrap_or(&Value::Null);
    let record = Record::conversation(id(value, "convo_id"), turns);
    Ok(vec![record.with("flow", maybe(scenario, "flow")).with("subflow", maybe(scenario, "subflow"))])
}
