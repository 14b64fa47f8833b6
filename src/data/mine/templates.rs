//! Sentences with their values cut out: spans from right to left, and values without a span where their words occur once.

use serde_json::Value;

use super::fit::lacks_article;
use super::wording::sentence;
use super::{all, text};
use crate::data::stages::spans::{length, slice};

/// A sentence with holes, and the slots and values that were in them, in their order.
pub struct Template {
    pub text: String,
    pub fills: Vec<(String, String)>,
}

/// A span of a frame, if it lies inside its utterance; none where a value was copied from an earlier turn and has no place.
fn place(span: &Value, said: &str) -> Option<Result<(u32, u32), ()>> {
    let (start, end) = (span.get("start")?, span.get("exclusive_end")?);
    let number = |v: &Value| v.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= length(said));
    Some(number(start).zip(number(end)).filter(|(start, end)| start < end).ok_or(()))
}

/// How many spans of a frame lie outside its utterance.
pub fn outside(frame: &Value, said: &str) -> u64 {
    all(frame, "slots").filter(|s| place(s, said) == Some(Err(()))).count() as u64
}

/// A sentence with `{slot}` for each value; none where a value cannot be found, or where braces are part of what was said. A span
/// outside the utterance is left out: its value is looked for.
pub fn delexicalise(frame: &Value, said: &str) -> Option<Template> {
    if said.contains(['{', '}']) || said.trim().is_empty() {
        return None;
    }
    let inside = |s| {
        let (start, end) = place(s, said)?.ok()?;
        Some((with_article(said, start, end), end, text(s, "slot")))
    };
    let mut spans: Vec<(u32, u32, &str)> = all(frame, "slots").filter_map(inside).collect();
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return None;
    }
    let mut out = said.to_owned();
    let mut values: Vec<(String, String)> = Vec::new();
    for (start, end, slot) in spans.iter().rev() {
        let from = slice(&out, (0, *start)).len();
        let bytes = slice(&out, (*start, *end)).len();
        values.push(((*slot).to_owned(), out[from..from + bytes].to_owned()));
        out.replace_range(from..from + bytes, &format!("{{{slot}}}"));
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

/// Where a value begins with its article: annotators cut "3rd" out of "on the 3rd", and "on the" would then stand before "Friday".
fn with_article(said: &str, start: u32, end: u32) -> u32 {
    let before = slice(said, (0, start));
    let article = before.len() >= 4 && before.is_char_boundary(before.len() - 4) && before[before.len() - 4..].eq_ignore_ascii_case("the ");
    let apart = before.len() == 4 || before[..before.len().saturating_sub(4)].ends_with(' ');
    if article && apart && lacks_article(slice(said, (start, end))) { start - 4 } else { start }
}

/// The slots that a template has holes for, in their order.
pub fn holes(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}
