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

/// Changes every text but the arguments of calls, and the values of acts with them, so that what left a text is not left in its acts.
pub fn change(record: &mut Record, fixes: &mut Fixes, f: &mut dyn FnMut(&mut String, &mut Fixes)) {
    if let Body::Conversation { turns } = &mut record.body {
        turns.iter_mut().for_each(|turn| change_turn(turn, fixes, f));
    } else {
        record.said(&mut |text| f(text, fixes));
    }
}

fn change_turn(turn: &mut Turn, fixes: &mut Fixes, f: &mut dyn FnMut(&mut String, &mut Fixes)) {
    let before = (!turn.acts.is_empty()).then(|| turn.text.clone());
    f(&mut turn.text, fixes);
    let Some(before) = before else { return };
    // Only the text itself is counted.
    let mut plain = |text: &str| {
        let mut text = text.to_owned();
        f(&mut text, &mut Fixes::new());
        text
    };
    let text = (before != turn.text).then_some(turn.text.as_str());
    for act in &mut turn.acts {
        let old = std::mem::take(&mut act.values);
        let places = std::mem::take(&mut act.spans);
        for value in &old {
            let span = places.iter().copied().find(|span| slice(&before, *span) == value).or_else(|| found(&before, value));
            let now = text.zip(span).and_then(|(text, span)| moved(&before, span, text, &mut plain));
            act.values.push(now.map_or_else(|| alone(&act.slot, value, &mut plain), |now| slice(turn.text.as_str(), now).to_owned()));
        }
        let kept = places.iter().filter_map(|span| text.map_or(Some(*span), |text| moved(&before, *span, text, &mut plain)));
        act.spans = kept.collect();
    }
}

/// Puts other words in the place of some, and moves the spans behind them.
pub fn replace(turn: &mut Turn, place: (u32, u32), put: &str) {
    let all = length(&turn.text);
    turn.text = [slice(&turn.text, (0, place.0)), put, slice(&turn.text, (place.1, all))].concat();
    let end = place.0 + length(put);
    for (start, stop) in turn.acts.iter_mut().flat_map(|act| &mut act.spans) {
        *start = if *start >= place.1 { *start - place.1 + end } else { *start };
        *stop = if *stop >= place.1 { *stop - place.1 + end } else { *stop };
    }
}

/// Where a value stands, if it stands once.
pub fn found(text: &str, value: &str) -> Option<(u32, u32)> {
    let mut places = text.match_indices(value).filter(|_| !value.is_empty());
    let at = length(&text[..places.next()?.0]);
    places.next().is_none().then(|| (at, at + length(value)))
}

/// Where a part of the text before stands now: behind what has become of the text in front of it, which may speak of it ("call …").
fn moved(before: &str, span: (u32, u32), now: &str, plain: &mut dyn FnMut(&str) -> String) -> Option<(u32, u32)> {
    let head = plain(slice(before, (0, span.0)));
    let whole = plain(slice(before, (0, span.1)));
    let part = whole.strip_prefix(&head)?.trim_start();
    let start = length(&whole) - length(part);
    let here = (start, start + length(part));
    (!part.is_empty() && slice(now, here) == part).then_some(here)
}

/// A value that stands nowhere in its text; the name of its slot may speak of it ("phone").
fn alone(slot: &str, value: &str, plain: &mut dyn FnMut(&str) -> String) -> String {
    let told = plain(&format!("{slot}: {value}"));
    match told.strip_prefix(slot).and_then(|rest| rest.strip_prefix(':')) {
        Some(rest) => rest.trim_start().to_owned(),
        None => plain(value),
    }
}
