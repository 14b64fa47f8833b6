//! Personal data in the arguments of calls, and in the tools that a record lists. They are JSON: each string is looked at behind the name
//! that it stands under ("phone: …"), and what takes its place leaves the rest JSON. Nothing else of them is changed.

use serde_json::{Map, Value};

use super::{Fixes, count, pii, unicode};
use crate::data::lenient;
use crate::data::record::{Record, TOOLS};

/// What takes the place of a piece of personal data of a kind.
type Put = fn(&'static str, &str) -> String;

struct Walk<'a> {
    put: Put,
    found: &'a mut dyn FnMut(&'static str),
}

/// Replaces personal data in the arguments and tools of a record by its kind.
pub fn scrub(record: &mut Record, fixes: &mut Fixes) {
    let mut walk = Walk { put: pii::kind_itself, found: &mut |kind| count(fixes, kind, 1) };
    each(record, &mut |json| walk.text(json));
}

/// Hides personal data in the arguments and tools of a record from people who read the report.
pub fn mask(record: &mut Record) {
    let mut walk = Walk { put: pii::hidden, found: &mut |_| () };
    each(record, &mut |json| walk.text(json));
}

fn each(record: &mut Record, change: &mut dyn FnMut(&mut String)) {
    record.labels.get_mut(TOOLS).into_iter().for_each(&mut *change);
    record.turns_mut().iter_mut().flat_map(|turn| &mut turn.calls).for_each(|call| change(&mut call.arguments));
}

impl Walk<'_> {
    fn text(&mut self, json: &mut String) {
        match lenient::value(json) {
            Some(mut value) => {
                if self.value("", &mut value) {
                    *json = lenient::json(&value);
                }
            }
            None => _ = self.plain(json),
        }
    }

    /// Whether anything was replaced in a value that stands under a name.
    fn value(&mut self, name: &str, value: &mut Value) -> bool {
        match value {
            Value::String(text) if lenient::marked_number(text).is_none() => self.under(name, text),
            Value::Array(all) => all.iter_mut().map(|one| self.value(name, one)).filter(|changed| *changed).count() > 0,
            Value::Object(all) => {
                let (mut changed, old) = (false, std::mem::take(all));
                *all = old.into_iter().map(|entry| self.entry(entry, &mut changed)).collect::<Map<_, _>>();
                changed
            }
            // Only its name tells whether a number is a telephone.
            Value::Number(number) if pii::cued(name) => {
                let mut text = number.to_string();
                let changed = self.under(name, &mut text);
                if changed {
                    *value = Value::String(text);
                }
                changed
            }
            _ => false,
        }
    }

    fn entry(&mut self, (mut key, mut value): (String, Value), changed: &mut bool) -> (String, Value) {
        *changed |= self.value(&key, &mut value);
        *changed |= self.plain(&mut key);
        (key, value)
    }

    /// A text behind its name. Characters that cannot be seen hide nothing: where more is found without them, they go.
    fn under(&mut self, name: &str, text: &mut String) -> bool {
        let mut plain = text.clone();
        unicode::clean(&mut plain, &mut Fixes::new());
        let (whole, seen) = (self.behind(name, text), self.behind(name, &plain));
        let chosen = if whole.found == seen.found { whole } else { seen };
        chosen.found.iter().for_each(|(kind, _)| (self.found)(kind));
        let changed = !chosen.found.is_empty();
        if changed {
            *text = chosen.text;
        }
        changed
    }

    fn behind(&self, name: &str, text: &str) -> Replaced {
        let told = self.replaced(&format!("{name}: {text}"));
        match told.text.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")) {
            Some(rest) => Replaced { text: rest.to_owned(), ..told },
            // A name that is personal data itself is no word about its value.
            None => self.replaced(text),
        }
    }

    fn replaced(&self, text: &str) -> Replaced {
        let (mut text, mut found) = (text.to_owned(), Vec::new());
        pii::each(&mut text, &mut |kind, piece| {
            found.push((kind, piece.to_owned()));
            (self.put)(kind, piece)
        });
        Replaced { text, found }
    }

    /// A text without a name.
    fn plain(&mut self, text: &mut String) -> bool {
        let replaced = self.replaced(text);
        replaced.found.iter().for_each(|(kind, _)| (self.found)(kind));
        *text = replaced.text;
        !replaced.found.is_empty()
    }
}

/// A text after the replacement, and what was found in it.
struct Replaced {
    text: String,
    found: Vec<(&'static str, String)>,
}
