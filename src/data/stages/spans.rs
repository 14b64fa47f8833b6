//! Changing texts while the spans of their acts keep pointing at their values. Units: characters.

use super::Fixes;
use crate::data::record::{Body, Record, Turn};

/// The part of a text from one character to another, the end excluded; empty where it lies outside.
pub fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    let byte = |n: u32| text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(n as usize);
    byte(start).zip(byte(end)).and_then(|(from, to)| text.get(from..to)).unwrap_or_default()
}

pub fn length(text: &str) -> u32 {
    text.chars().count() as u32
}

/// The place of a part in a text that lies closest to where it was.
fn nearest(text: &str, part: &str, was: u32) -> Option<(u32, u32)> {
    if part.is_empty() {
        return None;
    }
    let starts = text.match_indices(part).map(|(at, _)| length(&text[..at]));
    starts.min_by_key(|at| at.abs_diff(was)).map(|at| (at, at + length(part)))
}

/// Changes every text, and the values of acts with them, so that what left a text is not left in its acts.
pub fn change(record: &mut Record, fixes: &mut Fixes, f: &mut dyn FnMut(&mut String, &mut Fixes)) {
    if let Body::Conversation { turns } = &mut record.body {
        turns.iter_mut().for_each(|turn| change_turn(turn, fixes, f));
    } else {
        record.texts(&mut |text| f(text, fixes));
    }
}

fn change_turn(turn: &mut Turn, fixes: &mut Fixes, f: &mut dyn FnMut(&mut String, &mut Fixes)) {
    let before = (!turn.acts.is_empty()).then(|| turn.text.clone());
    f(&mut turn.text, fixes);
    let Some(before) = before else { return };
    // Only the text itself is counted.
    let uncounted = &mut Fixes::new();
    let same = before == turn.text;
    for act in &mut turn.acts {
        act.values.iter_mut().for_each(|value| f(value, uncounted));
        if let Some(span) = act.span.filter(|_| !same) {
            let mut part = slice(&before, span).to_owned();
            f(&mut part, uncounted);
            act.span = nearest(&turn.text, &part, span.0);
        }
    }
}
