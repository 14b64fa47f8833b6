//! Sentences with their values taken out: spans from right to left, and values without a span where their words stand once.

use serde_json::Value;

use super::wording::sentence;
use super::{all, text};
use crate::data::stages::spans::slice;

/// A sentence with holes, and the slots and values that were in them, in their order.
pub struct Template {
    pub text: String,
    pub fills: Vec<(String, String)>,
}

/// A sentence with `{slot}` for each value; none where a value cannot be found, or where braces are part of what was said.
pub fn delexicalise(frame: &Value, said: &str) -> Option<Template> {
    if said.contains(['{', '}']) || said.trim().is_empty() {
        return None;
    }
    let place = |s: &Value, key: &str| s.get(key).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let mut spans: Vec<(u32, u32, &str)> =
        all(frame, "slots").filter_map(|s| Some((place(s, "start")?, place(s, "exclusive_end")?, text(s, "slot")))).collect();
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return None;
    }
    let mut out = said.to_owned();
    let mut values: Vec<(String, String)> = Vec::new();
    for (start, end, slot) in spans.iter().rev() {
        let from = slice(&out, (0, *start)).len();
        let length = slice(&out, (*start, *end)).len();
        if length == 0 {
            return None;
        }
        values.push(((*slot).to_owned(), out[from..from + length].to_owned()));
        out.replace_range(from..from + length, &format!("{{{slot}}}"));
    }
    for action in all(frame, "actions") {
        let slot = text(action, "slot");
        if slot.is_empty() || slot == "intent" || spans.iter().any(|(.., s)| *s == slot) {
            continue;
        }
        for value in all(action, "values").filter_map(Value::as_str) {
            // A value said in other words ("no subtitles" for False) would stay in the sentence as if it were the form's.
            let at = out.find(value).filter(|_| !value.is_empty() && out.matches(value).count() == 1)?;
            out.replace_range(at..at + value.len(), &format!("{{{slot}}}"));
            values.push((slot.to_owned(), value.to_owned()));
        }
    }
    let text = sentence(&out.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut fills = Vec::new();
    for hole in holes(&text) {
        // Values were cut out from right to left, so the last one of a slot comes first in the sentence.
        let at = values.iter().rposition(|(slot, _)| slot == hole)?;
        fills.push(values.remove(at));
    }
    Some(Template { text, fills })
}

/// The slots that a template has holes for, in their order.
pub fn holes(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}
