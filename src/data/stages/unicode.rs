//! NFC; without controls, terminal escapes, zero-width and bidi characters; without blanks at the ends of lines; other line ends and
//! blanks made plain.
//!
//! Source: Unicode Standard Annex 15 (NFC); ECMA-48 (escape sequences).

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{Fixes, Kept, count, spans};
use crate::data::record::{Body, Record, Role, TOOLS};
use crate::data::settings::Settings;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    spans::change(record, fixes, &mut clean);
    // What is JSON was written without anything that acts on a terminal, and its blanks are part of it.
    record.labels.iter_mut().filter(|(label, _)| *label != TOOLS).for_each(|(_, value)| name(value));
    if let Body::Labelled { label, .. } = &mut record.body {
        clean(label, fixes);
        name(label);
    }
    names(record);
    Ok(())
}

/// Names come from a file like all else, and reach tables and screens.
fn names(record: &mut Record) {
    name(&mut record.id);
    record.group.iter_mut().for_each(name);
    let (Body::Conversation { turns } | Body::Preference { prompt: turns, .. } | Body::Unpaired { prompt: turns, .. }) = &mut record.body
    else {
        return;
    };
    for turn in turns {
        if let Role::Named(role) = &mut turn.role {
            name(role);
        }
        name(&mut turn.answers);
        turn.calls.iter_mut().flat_map(|call| [&mut call.name, &mut call.id]).for_each(name);
        for act in &mut turn.acts {
            [&mut act.act, &mut act.service, &mut act.slot].into_iter().for_each(name);
        }
    }
}

pub fn clean(text: &mut String, fixes: &mut Fixes) {
    // Most texts are clean already.
    if text.bytes().all(|b| (b' '..0x7f).contains(&b) || b == b'\n')
        && !text.ends_with([' ', '\n'])
        && !text.starts_with('\n')
        && !text.contains(" \n")
    {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let (used, put) = step(rest, c, before, fixes);
        out.extend(put);
        before = Some(c);
        rest = &rest[used..];
    }
    if !is_nfc(&out) {
        count(fixes, "texts brought into NFC", 1);
        out = out.nfc().collect();
    }
    let plain = blanks(&out);
    if plain != out {
        count(fixes, "texts with blanks to spare", 1);
    }
    *text = plain;
}

/// How many bytes one character takes up with what belongs to it, and what stays of it.
fn step(rest: &str, c: char, before: Option<char>, fixes: &mut Fixes) -> (usize, Option<char>) {
    let length = c.len_utf8();
    let what = match c {
        '\r' => {
            count(fixes, "line ends of another kind", 1);
            return (length + usize::from(rest[1..].starts_with('\n')), Some('\n'));
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => return (length, Some('\n')),
        '\n' | '\t' => return (length, Some(c)),
        '\u{1b}' | '\u{9b}' | '\u{90}' | '\u{9d}'..='\u{9f}' | '\u{98}' => {
            count(fixes, "terminal escapes", 1);
            return (escape(rest, c), None);
        }
        '\0' => "NUL characters",
        _ if c.is_control() => "control characters",
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            count(fixes, "blanks of another kind", 1);
            return (length, Some(' '));
        }
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => "bidi controls",
        // Joiners belong to emoji and to scripts that need them.
        '\u{200c}' | '\u{200d}' if before.is_some_and(joins) && rest[length..].chars().next().is_some_and(joins) => {
            return (length, Some(c));
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{180e}' => "zero-width characters",
        '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => "invisible characters",
        _ if (c as u32 & 0xfffe) == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c) => "invisible characters",
        _ => return (length, Some(c)),
    };
    count(fixes, what, 1);
    (length, None)
}

/// Whether a character cannot be seen, or turns the direction of those around it.
pub fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{fdd0}'..='\u{fdef}')
        || (c as u32 & 0xfffe) == 0xfffe
}

fn joins(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !('\u{200b}'..='\u{200f}').contains(&c)
}

/// The bytes of an escape sequence. One that does not end loses its beginning only, so that it cannot swallow the text behind it.
fn escape(rest: &str, c: char) -> usize {
    let begin = c.len_utf8();
    let (kind, at) = match c {
        '\u{1b}' => match rest[1..].chars().next() {
            None => return begin,
            Some(next) => (next, begin + next.len_utf8()),
        },
        '\u{9b}' => ('[', begin),
        '\u{90}' => ('P', begin),
        '\u{9d}' => (']', begin),
        _ => ('_', begin),
    };
    let bytes = rest.as_bytes();
    match kind {
        '[' => {
            let end = bytes[at..].iter().position(|b| !(0x20..=0x3f).contains(b)).map(|n| at + n);
            match end {
                Some(end) if (0x40..=0x7e).contains(&bytes[end]) => end + 1,
                _ => at,
            }
        }
        ']' | 'P' | '_' | '^' | 'X' => {
            let ends = ["\u{7}", "\u{1b}\\", "\u{9c}"].iter().filter_map(|e| rest[at..].find(e).map(|n| at + n + e.len()));
            // Of a title or a link, not of a book.
            ends.min().filter(|end| end - at < 2048).unwrap_or(at)
        }
        '(' | ')' | '#' | '%' | ' ' => at + rest[at..].chars().next().filter(char::is_ascii).map_or(0, char::len_utf8),
        '0'..='~' => at,
        _ => begin,
    }
}

/// Without blanks at the ends of lines and without empty lines at either end. Blanks before and inside a line stay: code, tables, YAML
/// and lists live by them.
fn blanks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begun = false;
    for line in text.trim_end().lines().map(str::trim_end) {
        if begun {
            out.push('\n');
        }
        begun |= !line.is_empty();
        out.push_str(line);
    }
    out
}

/// Cleans a name, which stands on one line without blanks to spare.
pub fn name(name: &mut String) {
    clean(name, &mut Fixes::new());
    if name.contains("  ") || name.contains(['\n', '\t']) || name.trim().len() < name.len() {
        *name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}
