//! Alpaca: instruction and input make a request, history comes before it.

use serde_json::Value;

use super::preference::instruction;
use super::{Read, id, maybe, prompt_of, said, said_in};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

pub fn read(_: &Element, value: &Value) -> Read {
    let mut turns = prompt_of(maybe(value, "system"));
    for pair in value.get("history").and_then(Value::as_array).into_iter().flatten() {
        let part = |i: usize| pair.get(i).and_then(said).ok_or("an entry of \"history\" is not a pair of texts");
        turns.push(Turn::of("user", part(0)?));
        turns.push(Turn::of("assistant", part(1)?));
    }
    turns.push(Turn::of("user", instruction(value)));
    turns.push(Turn::of("assistant", said_in(value, "output")?));
    Ok(vec![Record::conversation(id(value, "id"), turns)])
}
