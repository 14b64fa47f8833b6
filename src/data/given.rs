//! Records of data that was brought along as it is: what `dialoq data prepare` wrote, lists of texts, or any form that it reads.

use std::cell::Cell;

use serde_json::Value;

use super::elements::Element;
use super::formats::{Format, reader};
use super::lenient;
pub use super::lenient::is_json;
use super::record::{Body, Record, Turn};
use super::settings::Settings;
use super::stages::{Fixes, roles};

/// Why a value gave nothing.
pub enum Why {
    /// A sentence on the value.
    Unread(String),
    /// The reason of a stage.
    Left(&'static str),
}

/// Records of a JSON text, whose numbers stay as it writes them.
/// Errors: the sentence that `dialoq data prepare` says of it too.
pub fn read(text: &str) -> Result<Vec<Record>, Why> {
    let left = Cell::new(None);
    let records = lenient::read(text, |value| {
        records(value).map_err(|why| match why {
            Why::Unread(sentence) => sentence,
            Why::Left(reason) => {
                left.set(Some(reason));
                reason.to_owned()
            }
        })
    });
    records.map_err(|sentence| left.get().filter(|reason| **reason == *sentence).map_or(Why::Unread(sentence), Why::Left))
}

fn records(value: &Value) -> Result<Vec<Record>, Why> {
    let unread = |sentence: &str| Why::Unread(sentence.to_owned());
    match value {
        Value::Array(texts) => {
            listed(texts).map(|record| vec![record]).ok_or_else(|| unread("it is a list of neither two nor three texts"))
        }
        Value::Object(keys) if ["id", "file", "at", "kind"].iter().all(|key| keys.contains_key(*key)) => {
            let record = serde_json::from_value(value.clone());
            record.map(|record| vec![record]).map_err(|_| unread("it looks like a prepared record and is none"))
        }
        Value::Object(keys) => {
            let format = Format::of(keys).ok_or_else(|| Why::Unread(super::look::unknown(keys)))?;
            let element = Element { keys: Vec::new(), line: 0, bytes: Vec::new(), fault: None };
            let mut records = reader::of(format.row(), &element, value).map_err(Why::Unread)?;
            let tidied = records.iter_mut().try_for_each(|r| roles::run(r, &Settings::default(), &mut Fixes::new()));
            tidied.map(|()| records).map_err(|reason| Why::Left(reason.what))
        }
        _ => Err(unread("it is neither an object nor a list of texts")),
    }
}

/// [prompt, reply] or [prompt, chosen, rejected].
fn listed(texts: &[Value]) -> Option<Record> {
    let texts: Vec<&str> = texts.iter().map(Value::as_str).collect::<Option<_>>()?;
    let body = match texts[..] {
        [prompt, reply] => Body::Conversation { turns: vec![Turn::of("user", prompt), Turn::of("assistant", reply)] },
        [prompt, chosen, rejected] => {
            Body::Preference { prompt: vec![Turn::of("user", prompt)], chosen: chosen.to_owned(), rejected: rejected.to_owned() }
        }
        _ => return None,
    };
    Some(Record::new("", body))
}
