//! Alpaca: instruction and input make a request, history comes before it.

use serde_json::Value;

use super::pairs::history;
use super::preference::instruction;
use super::{Read, id, said_in, system_of};
use crate::data::elements::Element;
use crate::data::record::{Record, Turn};

pub fn read(_: &Element, value: &Value) -> Read {
    let mut turns = system_of(value)?;
    turns.extend(history(value)?);
    turns.push(Turn::of("user", instruction(value)));
    turns.push(Turn::of("assistant", said_in(value, "output")?));
    Ok(vec![Record::conversation(id(value, "id"), turns)])
}
