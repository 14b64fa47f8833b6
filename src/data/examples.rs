//! Examples of what was mended, for people: a text before and after, cut around the first place that differs.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

use super::record::Record;
use super::report::safe;
use super::settings::Settings;
use super::stages::{Fixes, arguments, html, pii, unicode};

/// Characters of an excerpt, and of what it shows before the first difference.
const EXCERPT: usize = 100;
const LEAD: usize = 30;
/// Records that are told of which lost most of their text.
pub const MOST: usize = 10;

/// A mended text, as it was and as it is.
#[derive(Clone, Debug, Serialize)]
pub struct Mended {
    pub file: String,
    pub at: u64,
    pub record: u64,
    pub id: String,
    pub before: String,
    pub after: String,
    /// Something else was mended in the same record by the same stage, so that the example may show that.
    #[serde(skip)]
    pub mixed: bool,
}

/// A kept record that lost much of its text. Units: characters that a reader sees, without blanks.
#[derive(Clone, Debug, Serialize)]
pub struct Shortened {
    pub characters_before: u64,
    pub characters_after: u64,
    #[serde(flatten)]
    pub example: Mended,
}

impl Shortened {
    /// The lost part.
    fn share(&self) -> f64 {
        1.0 - self.characters_after as f64 / self.characters_before.max(1) as f64
    }
}

/// A text with numbers in the place of what would act on a terminal or cannot be seen.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let code = c as u32;
        let hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        // Writing to a string cannot fail.
        let _ = match c {
            '\n' => out.write_char(c),
            _ if c.is_control() => write!(out, "\\x{code:02x}"),
            _ if hidden => write!(out, "\\u{code:04x}"),
            _ => out.write_char(c),
        };
    }
    out
}

/// Line ends, the blanks before them and blanks of other kinds, made visible besides.
fn shown(text: &str) -> String {
    let (text, mut out) = (visible(text), String::with_capacity(text.len()));
    for (at, c) in text.char_indices() {
        let rest = text[at..].trim_start_matches(' ');
        let _ = match c {
            ' ' if rest.is_empty() || rest.starts_with('\n') => out.write_char('␠'),
            '\n' => out.write_str("\\n"),
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'..='\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                write!(out, "\\u{:04x}", c as u32)
            }
            _ => out.write_char(c),
        };
    }
    out
}

/// An example for a kind of mending from a record before and after a stage. None where no text of it changed.
pub fn example(kind: &str, before: &Record, after: &Record, mixed: bool, settings: &Settings) -> Option<Mended> {
    let (before, after) = (&hidden(before, settings), &hidden(after, settings));
    let (old, new) = (texts(before), texts(after));
    let personal = pii::KINDS.contains(&kind);
    let changed = |(old, new): &(&&str, &&str)| old != new && (!personal || new.matches(kind).count() > old.matches(kind).count());
    let (old, new) = match old.iter().zip(&new).find(changed).filter(|_| old.len() == new.len()) {
        Some((old, new)) => ((*old).to_owned(), (*new).to_owned()),
        // Turns were renamed, joined or left out.
        None => (before.tagged(), after.tagged()),
    };
    (old != new).then(|| mended(after, &old, &new, mixed, settings))
}

/// The record without personal data in its calls, whose names tell what they hold and may stand outside of an excerpt.
fn hidden<'a>(record: &'a Record, settings: &Settings) -> Cow<'a, Record> {
    if !settings.pii || record.turns().iter().all(|turn| turn.calls.is_empty()) {
        return Cow::Borrowed(record);
    }
    let mut record = record.clone();
    arguments::mask(&mut record);
    Cow::Owned(record)
}

fn texts(record: &Record) -> Vec<&str> {
    let mut out = Vec::new();
    record.each_text(&mut |text| out.push(text));
    out
}

/// The two texts around their first difference, without personal data in them.
pub fn mended(record: &Record, before: &str, after: &str, mixed: bool, settings: &Settings) -> Mended {
    let clean = |text: &str| {
        let mut text = text.to_owned();
        if settings.pii {
            pii::mask(&mut text);
        }
        text
    };
    let (before, after) = (clean(before), clean(after));
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| {
        let from = same.saturating_sub(LEAD);
        let part: String = text.chars().skip(from).take(EXCERPT).collect();
        let more = text.chars().nth(from + EXCERPT).is_some();
        format!("{}{}{}", if from > 0 { "…" } else { "" }, shown(&part), if more { "…" } else { "" })
    };
    let (before, after) = (cut(&before), cut(&after));
    Mended { file: record.file.clone(), at: record.at, record: record.record, id: safe(&record.id, 80), before, after, mixed }
}

fn bytes(record: &Record) -> usize {
    let mut all = 0;
    record.each_text(&mut |text| all += text.len());
    all
}

/// The characters that a reader sees: an entity is the one that it stands for, and tags of layout and hidden characters are none.
fn characters(record: &Record, settings: &Settings) -> u64 {
    let mut all = 0;
    record.each_text(&mut |text| {
        let mut text = text.to_owned();
        unicode::clean(&mut text, &mut Fixes::new());
        if settings.html {
            html::clean(&mut text, &mut Fixes::new());
        }
        all += text.chars().filter(|c| !c.is_whitespace()).count() as u64;
    });
    all
}

/// Puts a record among those that lost most of their text, if it belongs there.
pub fn shortened(list: &mut Vec<Shortened>, before: &Record, after: &Record, settings: &Settings) {
    // Bytes are quickly counted, and tell nearly the same.
    let (old, new) = (bytes(before), bytes(after));
    let least = list.last().filter(|_| list.len() == MOST).map_or(0.0, Shortened::share);
    if new >= old || 1.0 - new as f64 / old as f64 <= least / 2.0 {
        return;
    }
    let (characters_before, characters_after) = (characters(before, settings), characters(after, settings));
    if characters_after >= characters_before {
        return;
    }
    let share = 1.0 - characters_after as f64 / characters_before.max(1) as f64;
    if share <= least {
        return;
    }
    let (old, new) = (hidden(before, settings).tagged(), hidden(after, settings).tagged());
    let example = mended(after, &old, &new, false, settings);
    let at = list.iter().position(|other| other.share() < share).unwrap_or(list.len());
    list.insert(at, Shortened { characters_before, characters_after, example });
    list.truncate(MOST);
}
