//! JSON in which an object has a key twice. The parser keeps the last value without a word; here the others are told of.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

/// A key that an object has more than once, and a value of it that a later one replaced.
pub type Lost = (String, Value);

/// The value of a JSON text, as `serde_json` reads it, with what later values of a key replaced.
pub fn parse(text: &str) -> Result<(Value, Vec<Lost>), serde_json::Error> {
    let lost = RefCell::default();
    let mut from = serde_json::Deserializer::from_str(text);
    let value = Seed(&lost).deserialize(&mut from)?;
    from.end()?;
    Ok((value, lost.into_inner()))
}

#[derive(Clone, Copy)]
struct Seed<'a>(&'a RefCell<Vec<Lost>>);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(one) = all.next_element_seed(self)? {
            out.push(one);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = all.next_key::<String>()? {
            let value = all.next_value_seed(self)?;
            match out.entry(key) {
                Entry::Vacant(place) => _ = place.insert(value),
                Entry::Occupied(mut place) => {
                    let earlier = place.insert(value);
                    self.0.borrow_mut().push((place.key().clone(), earlier));
                }
            }
        }
        Ok(Value::Object(out))
    }
}
