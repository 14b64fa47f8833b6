//! Reads the two large tables of an MDP file, `P` and `features`, number by number, so that no tree of the whole file is ever held.
//!
//! The text is read twice: first for everything else and the tables' lengths, then for each table once its lengths are known.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::MdpError;

/// How long a table is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    pub length: usize,
    /// Of its first element; none where that is no list.
    pub first: Option<usize>,
}

/// A file without its tables.
#[derive(Default)]
pub struct Head {
    /// Every key. Those of tables have the value null.
    pub root: Map<String, Value>,
    /// None where it is not there or no list.
    pub p: Option<Shape>,
    pub features: Option<Shape>,
}

/// None where the file is JSON but no object.
pub fn head(text: &str) -> Result<Option<Head>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let head = json.deserialize_any(HeadVisitor)?;
    json.end().map(|()| head)
}

/// Takes the elements of a table as they come.
pub trait Sink {
    /// The table's key.
    const KEY: &'static str;
    /// Lists around an element.
    const DEPTH: usize;

    /// An element, and its place in each of the lists around it.
    fn element(&mut self, at: &[usize], value: &Value) -> Result<(), MdpError>;

    /// The end of a list at a place, which has so many elements.
    fn close(&mut self, at: &[usize], length: usize) -> Result<(), MdpError>;
}

/// Hands a table's elements to a sink, up to the first one that is wrong. The text was read by `head` before.
pub fn table<S: Sink>(text: &str, sink: &mut S) -> Result<(), MdpError> {
    let mut fault = None;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(TableVisitor { sink, fault: &mut fault });
    match (fault, read) {
        (Some(fault), _) => Err(fault),
        (None, Ok(())) => Ok(()),
        (None, Err(e)) => Err(MdpError { path: S::KEY.to_owned(), what: format!("it cannot be read ({e})") }),
    }
}

/// `P[3][1]`
pub fn path(key: &str, at: &[usize]) -> String {
    at.iter().fold(key.to_owned(), |path, k| format!("{path}[{k}]"))
}

struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = Option<Head>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Head>, A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key::<String>()? {
            let value = match key.as_str() {
                "P" => {
                    head.p = map.next_value_seed(Length(2))?;
                    Value::Null
                }
                "features" => {
                    head.features = map.next_value_seed(Length(2))?;
                    Value::Null
                }
                _ => map.next_value()?,
            };
            head.root.insert(key, value);
        }
        Ok(Some(head))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Head>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Head>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Head>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Head>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Head>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Option<Head>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Head>, E> {
        Ok(None)
    }
}

/// Counts the elements of a list, and of its first element where more than one list is to be looked into.
struct Length(usize);

impl<'de> DeserializeSeed<'de> for Length {
    type Value = Option<Shape>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<Shape>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Length {
    type Value = Option<Shape>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Shape>, A::Error> {
        let mut shape = Shape::default();
        if self.0 > 1 {
            let Some(first) = list.next_element_seed(Length(self.0 - 1))? else { return Ok(Some(shape)) };
            shape = Shape { length: 1, first: first.map(|s| s.length) };
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            shape.length += 1;
        }
        Ok(Some(shape))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Shape>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Shape>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Shape>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Shape>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Shape>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Option<Shape>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Shape>, E> {
        Ok(None)
    }
}

struct TableVisitor<'a, S> {
    sink: &'a mut S,
    fault: &'a mut Option<MdpError>,
}

impl<'de, S: Sink> Visitor<'de> for TableVisitor<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = false;
        while let Some(key) = map.next_key::<String>()? {
            if key != S::KEY {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if std::mem::replace(&mut seen, true) {
                *self.fault = Some(MdpError { path: key, what: "this key is there twice; give it once".to_owned() });
                return Err(A::Error::custom("twice"));
            }
            map.next_value_seed(List { at: &mut Vec::new(), sink: &mut *self.sink, fault: &mut *self.fault })?;
        }
        Ok(())
    }
}

/// A list of a table, at a place.
struct List<'a, S> {
    at: &'a mut Vec<usize>,
    sink: &'a mut S,
    fault: &'a mut Option<MdpError>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for List<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        let (path, what) = (path(S::KEY, self.at), "a list is needed here".to_owned());
        json.deserialize_seq(ListVisitor(List { at: self.at, sink: self.sink, fault: &mut *self.fault })).inspect_err(|_| {
            self.fault.get_or_insert(MdpError { path, what });
        })
    }
}

struct ListVisitor<'a, S>(List<'a, S>);

impl<'de, S: Sink> Visitor<'de> for ListVisitor<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let List { at, sink, fault } = self.0;
        let mut length = 0;
        loop {
            at.push(length);
            let found = if at.len() < S::DEPTH {
                list.next_element_seed(List { at, sink, fault })?.is_some()
            } else {
                let value: Option<Value> = list.next_element()?;
                if let Some(Err(wrong)) = value.as_ref().map(|value| sink.element(at, value)) {
                    *fault = Some(wrong);
                    return Err(A::Error::custom("wrong"));
                }
                value.is_some()
            };
            at.pop();
            if !found {
                break;
            }
            length += 1;
        }
        sink.close(at, length).map_err(|wrong| {
            *fault = Some(wrong);
            A::Error::custom("wrong")
        })
    }
}
