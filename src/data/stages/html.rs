//! Entities become the characters they mean; tags of HTML go, and nothing else in angle brackets does.

use std::borrow::Cow;

use super::{Fixes, Kept, count, spans, unicode};
use crate::data::record::Record;
use crate::data::settings::Settings;

/// Tags that stand inside a line, and those that end one.
const INLINE: &[&str] = &[
    "span", "b", "i", "u", "s", "em", "strong", "a", "font", "small", "big", "sub", "sup", "mark", "abbr", "cite", "img", "label",
    "button", "input", "tt", "strike", "del", "ins", "q",
];
const BLOCK: &[&str] = &[
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "td",
    "th",
    "table",
    "tbody",
    "thead",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "html",
    "body",
    "head",
    "title",
    "form",
    "center",
];
/// Their content is no text either.
const HIDDEN: &[&str] = &["script", "style", "iframe", "noscript"];

/// A tag has no more.
const TAG: usize = 2048;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    spans::change(record, fixes, &mut clean);
    Ok(())
}

pub fn clean(text: &mut String, fixes: &mut Fixes) {
    if !text.contains(['&', '<']) {
        return;
    }
    let mut plain = Cow::Borrowed(text.as_str());
    // `&amp;lt;` was escaped twice, which happens; more often is somebody's joke.
    for _ in 0..2 {
        let decoded = html_escape::decode_html_entities(&controls(&plain)).into_owned();
        if decoded == plain {
            break;
        }
        count(fixes, "texts with entities", 1);
        plain = Cow::Owned(decoded);
    }
    let (stripped, tags) = strip(&plain);
    count(fixes, "tags", tags);
    if stripped != *text {
        *text = stripped;
        // An entity may have stood for a control or a blank.
        unicode::clean(text, fixes);
    }
}

/// What numbers from 128 to 159 stand for. Source: HTML Living Standard, 13.2.5.80 (numeric character reference end state).
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The numbers of controls, which the library leaves alone: an escape written as `&#27;` is one all the same.
fn controls(text: &str) -> Cow<'_, str> {
    if !text.contains("&#") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("&#") {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let (put, used) = control(reference).unwrap_or(('&', 1));
        out.push(put);
        rest = &reference[used..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The control or Windows character that a reference stands for, and its bytes.
fn control(reference: &str) -> Option<(char, usize)> {
    let inner = reference.get(2..)?.bytes().position(|b| b == b';').filter(|n| *n <= 8)?;
    let number = &reference[2..2 + inner];
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let put = match code {
        0x80..=0x9f => WINDOWS.chars().nth(code as usize - 0x80)?,
        _ => char::from_u32(code).filter(|c| c.is_control())?,
    };
    Some((put, inner + 3))
}

fn strip(text: &str) -> (String, u64) {
    let (mut out, mut tags, mut rest) = (String::with_capacity(text.len()), 0, text);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((length, put)) = tag(rest) {
            out.push_str(put);
            rest = &rest[length..];
            tags += 1;
        } else {
            out.push('<');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    (out, tags)
}

/// The bytes of the tag that a text begins with, and what takes its place.
fn tag(text: &str) -> Option<(usize, &'static str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").filter(|n| *n < TAG).map(|n| (n + 7, ""));
    }
    let inner = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).take(12).collect::<String>().to_ascii_lowercase();
    let after = &inner[name.len()..];
    if !after.starts_with(['>', ' ', '/', '\n', '\t']) {
        return None;
    }
    let end = text.find('>').filter(|n| *n < TAG && !text[1..*n].contains('<'))? + 1;
    let known = |list: &[&str]| list.contains(&name.as_str());
    match () {
        () if known(INLINE) => Some((end, "")),
        () if known(BLOCK) => Some((end, "\n")),
        () if known(HIDDEN) => {
            let close = format!("</{name}>");
            let length = text[end..].to_ascii_lowercase().find(&close).map_or(end, |n| end + n + close.len());
            Some((length, ""))
        }
        () => None,
    }
}
