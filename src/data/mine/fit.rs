//! Which values fit into which sentences: "on the {date}" takes "3rd" and not "tomorrow", "{rooms} rooms" takes "2" and not "1".
//!
//! What fits is read off the corpus: a value may stand beside a word if values of its class stood beside that word before. Articles and
//! doubled full stops are a matter of grammar and need no evidence.

use std::collections::{BTreeMap, BTreeSet};

/// What a value looks like to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// `1`, `one`.
    One,
    /// `2`, `three`, `7:30`.
    Number,
    /// `3rd`, `10th of March`, `first of May`.
    Ordinal,
    /// `the 3rd`, `a diner`, `my home`.
    Determined,
    /// `today`, `next Friday`, `later this week`: words that take no "on".
    Relative,
    /// Everything else.
    Name,
}

const DETERMINERS: &[&str] = &["the", "a", "an", "my", "your", "our", "his", "her", "their", "some", "any"];
const RELATIVE: &[&str] = &["today", "tomorrow", "tonight", "yesterday", "next", "this", "later", "now", "day", "coming"];
const NUMBERS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last"];

pub fn class(value: &str) -> Class {
    let lower = value.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default().trim_end_matches([',', '.']);
    let digits = first.trim_start_matches(|c: char| c.is_ascii_digit() || ":.,$".contains(c));
    let numeric = first.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    match first {
        "1" | "one" if !lower.contains(' ') => Class::One,
        _ if DETERMINERS.contains(&first) => Class::Determined,
        _ if RELATIVE.contains(&first) || lower.ends_with(" next week") || lower.ends_with(" this week") => Class::Relative,
        _ if numeric && ["st", "nd", "rd", "th"].contains(&digits) || ORDINALS.contains(&first) => Class::Ordinal,
        _ if numeric && digits.is_empty() || NUMBERS.contains(&first) => Class::Number,
        _ => Class::Name,
    }
}

/// The word beside a hole, and on which side it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    Before(String),
    After(String),
}

/// The words beside each hole of a template, with the hole's name.
fn neighbours(template: &str) -> Vec<(&str, Vec<Beside>)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = template[at..].find('{').map(|n| at + n) {
        let Some(close) = template[open..].find('}').map(|n| open + n) else { break };
        let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase();
        let mut beside = Vec::new();
        // A mark between a word and the hole keeps them apart.
        let before = template[..open].strip_suffix(' ').and_then(|head| head.split_whitespace().next_back());
        if let Some(w) = before.filter(|w| w.ends_with(|c: char| c.is_alphanumeric())) {
            beside.push(Beside::Before(word(w)));
        }
        let after = template[close + 1..].strip_prefix(' ').and_then(|tail| tail.split_whitespace().next());
        if let Some(w) = after.filter(|w| w.starts_with(|c: char| c.is_alphanumeric())) {
            beside.push(Beside::After(word(w)));
        }
        out.push((&template[open + 1..close], beside));
        at = close + 1;
    }
    out
}

/// What stood beside what, by slot.
#[derive(Clone, Debug, Default)]
pub struct Fits {
    seen: BTreeMap<(String, Beside), BTreeSet<Class>>,
}

impl Fits {
    /// Remembers the values that a sentence had in its holes, in their order.
    pub fn learn(&mut self, service: &str, template: &str, fills: &[(String, String)]) {
        for ((slot, beside), (_, value)) in neighbours(template).into_iter().zip(fills) {
            for word in beside {
                self.seen.entry((format!("{service}.{slot}"), word)).or_default().insert(class(value));
            }
        }
    }

    /// Whether a value reads well in every hole that a template has for its slot.
    pub fn allows(&self, service: &str, slot: &str, template: &str, value: &str) -> bool {
        let hole = format!("{{{slot}}}");
        if value.ends_with(['.', '!', '?']) && template.contains(&format!("{hole}.")) {
            return false;
        }
        let here = neighbours(template).into_iter().filter(|(name, _)| *name == slot);
        here.flat_map(|(_, beside)| beside).all(|word| {
            let agrees = match &word {
                Beside::Before(w) if w == "a" => !vowel(value),
                Beside::Before(w) if w == "an" => vowel(value),
                Beside::After(_) | Beside::Before(_) => true,
            };
            let determined = matches!(&word, Beside::Before(w) if DETERMINERS.contains(&w.as_str()));
            let known = self.seen.get(&(format!("{service}.{slot}"), word)).is_some_and(|classes| classes.contains(&class(value)));
            agrees && known && !(determined && class(value) == Class::Determined)
        })
    }
}

fn vowel(value: &str) -> bool {
    value.chars().next().is_some_and(|c| "aeiou".contains(c.to_ascii_lowercase()))
}
