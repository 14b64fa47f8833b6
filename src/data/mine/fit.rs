//! Which values fit into which sentences: "on {date}" takes "March 3rd" and not "tomorrow", "{rooms} rooms" takes "2" and not "1".
//!
//! Articles, number, capitals and repeated words are a matter of grammar. The rest is read off the corpus: a value fits beside a word
//! if values of its class were said beside that word.

use std::collections::{BTreeMap, BTreeSet};

/// The form of a value, as far as the words around it depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// `1`, `one`.
    One,
    /// `2`, `three`, `7:30`.
    Number,
    /// `March 3rd`, `Friday`: takes "on" and no article.
    Dated,
    /// `the 3rd`, `a diner`, `my home`.
    Determined,
    /// `today`, `next Friday`, `later this week`: takes neither "on" nor an article.
    Relative,
    /// Everything else.
    Name,
}

const DETERMINERS: &[&str] = &["the", "a", "an", "my", "your", "our", "his", "her", "their", "some", "any", "this", "that", "another"];
const DAYS_FROM_NOW: &[&str] = &["today", "tomorrow", "tonight", "yesterday"];
const RELATIVE: &[&str] = &["next", "this", "later", "now", "coming"];
const NUMBERS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const ORDINALS: &[&str] = &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const MONTHS: &[&str] =
    &["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Nouns that stand behind a number, in the singular, with blanks between them.
const COUNTED: &str = "room bed bedroom bath bathroom day night week month hour ticket seat person adult guest passenger rider bag place spot \
    customer traveler traveller book movie song table";

fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split_whitespace().map(|w| w.trim_matches([',', '.']).to_owned()).collect()
}

fn is_ordinal(word: &str) -> bool {
    let ending = word.trim_start_matches(|c: char| c.is_ascii_digit());
    ending.len() < word.len() && ["st", "nd", "rd", "th"].contains(&ending) || ORDINALS.contains(&word)
}

pub fn class(value: &str) -> Class {
    let words = words(value);
    let Some(first) = words.first().map(String::as_str) else { return Class::Name };
    let ending = first.trim_start_matches(|c: char| c.is_ascii_digit() || ":.,$".contains(c));
    let numeric = first.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    if words.len() == 1 && ["1", "one"].contains(&first) {
        Class::One
    } else if words.iter().any(|w| DAYS_FROM_NOW.contains(&w.as_str())) || RELATIVE.contains(&first) {
        Class::Relative
    } else if MONTHS.contains(&first) || WEEKDAYS.contains(&first) {
        Class::Dated
    } else if DETERMINERS.contains(&first) {
        Class::Determined
    } else if numeric && ending.is_empty() || NUMBERS.contains(&first) {
        Class::Number
    } else {
        Class::Name
    }
}

/// `3rd`, `first of May`, `10th March`, `day after tomorrow`: a day that is said with an article. `7th Street` is a name.
pub fn lacks_article(value: &str) -> bool {
    let words = words(value);
    if value.to_lowercase().starts_with("day after ") {
        return true;
    }
    let follows = words.get(1).is_none_or(|w| w == "of" || MONTHS.contains(&w.as_str()));
    follows && words.first().is_some_and(|w| is_ordinal(w))
}

/// Words that a day stands behind: others take "on" before it, as in "check in on the 6th".
const BEFORE_DAYS: &[&str] = &[
    "on", "for", "from", "until", "till", "by", "to", "is", "be", "was", "it's", "about", "of", "and", "or", "between", "through", "after",
    "before", "since", "prefer", "want", "not", "it", "date", "try", "choose", "pick", "maybe", "perhaps", "say",
];

/// `the 6th of March`, `March 3rd`, `Friday`: a day that is not said by how far off it is.
fn is_day(value: &str) -> bool {
    let dated = class(value) == Class::Dated
        && words(value).iter().any(|w| WEEKDAYS.contains(&w.as_str()) || w.contains(|c: char| c.is_ascii_digit()));
    dated || value.strip_prefix("the ").is_some_and(lacks_article)
}

/// `4 pm`, `10:15`, `3 in the afternoon`.
fn is_time(value: &str) -> bool {
    let words = words(value);
    let ends = ["am", "pm", "a.m", "p.m", "morning", "afternoon", "evening", "o'clock"];
    value.starts_with(|c: char| c.is_ascii_digit()) && (value.contains(':') || words.last().is_some_and(|w| ends.contains(&w.as_str())))
}

/// The value with a capital at each day and month: "march 5th" is "March 5th".
pub fn proper(value: &str) -> String {
    let spelled = |word: &str| {
        let known = MONTHS.contains(&word) && word != "may" && word != "march" || WEEKDAYS.contains(&word);
        let dated = ["may", "march"].contains(&word) && value.contains(|c: char| c.is_ascii_digit());
        if known || dated { word[..1].to_uppercase() + &word[1..] } else { word.to_owned() }
    };
    value.split(' ').map(spelled).collect::<Vec<_>>().join(" ")
}

/// The word beside a hole, and on which side it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beside {
    Before(String),
    After(String),
}

/// A hole of a template, and what stands around it.
struct Hole<'a> {
    slot: &'a str,
    beside: Vec<Beside>,
    /// The hole begins a sentence.
    begins: bool,
    /// A mark ends the sentence behind the hole.
    ended: bool,
    /// The second word behind the hole, where no mark stands before it: "2 hotel room".
    second: Option<String>,
}

fn around(template: &str) -> Vec<Hole<'_>> {
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
        let rest = &template[close + 1..];
        let mut after = rest.strip_prefix([' ', '-']).unwrap_or_default().split([' ', '-']);
        let next = after.next().filter(|w| w.starts_with(|c: char| c.is_alphanumeric()));
        beside.extend(next.map(|w| Beside::After(word(w))));
        let second = next.filter(|w| w.ends_with(|c: char| c.is_alphanumeric())).and_then(|_| after.next()).map(word);
        let head = template[..open].trim_end();
        let begins = head.is_empty() || head.ends_with(['.', '!', '?']);
        out.push(Hole { slot: &template[open + 1..close], beside, begins, ended: rest.starts_with(['.', '!', '?']), second });
        at = close + 1;
    }
    out
}

/// The classes of values that were said beside a word, by slot.
#[derive(Clone, Debug, Default)]
pub struct Fits {
    seen: BTreeMap<(String, Beside), BTreeSet<Class>>,
}

impl Fits {
    /// Remembers the values that a sentence had in its holes, in their order.
    pub fn learn(&mut self, service: &str, template: &str, fills: &[(String, String)]) {
        for (hole, (_, value)) in around(template).into_iter().zip(fills) {
            for word in hole.beside {
                self.seen.entry((format!("{service}.{}", hole.slot), word)).or_default().insert(class(value));
            }
        }
    }

    /// Whether a value reads well in every hole that a template has for its slot.
    pub fn allows(&self, service: &str, slot: &str, template: &str, value: &str) -> bool {
        around(template).into_iter().filter(|hole| hole.slot == slot).all(|hole| {
            let doubled = hole.ended && value.ends_with(['.', '!', '?']);
            let small = hole.begins && value.chars().next().is_some_and(char::is_lowercase);
            let counts = hole.second.is_none_or(|w| agrees_in_number(class(value), &w));
            !doubled && !small && counts && hole.beside.into_iter().all(|word| self.joins(format!("{service}.{slot}"), word, value))
        })
    }

    fn joins(&self, slot: String, beside: Beside, value: &str) -> bool {
        let class = class(value);
        let own = words(value);
        let grammatical = match &beside {
            Beside::Before(w) if own.first() == Some(w) => false,
            Beside::After(w) if own.last() == Some(w) => false,
            Beside::Before(w) if w == "a" && vowel(value) || w == "an" && !vowel(value) => false,
            Beside::Before(w) if ["a", "an", "on"].contains(&w.as_str()) && is_time(value) => false,
            Beside::Before(w) if w == "at" && class == Class::Dated => false,
            Beside::Before(w) if DETERMINERS.contains(&w.as_str()) => {
                !matches!(class, Class::Determined | Class::Relative | Class::Dated) && !lacks_article(value)
            }
            Beside::Before(w) if ["something", "anything", "nothing"].contains(&w.as_str()) => false,
            Beside::Before(w) if is_day(value) && !BEFORE_DAYS.contains(&w.as_str()) => false,
            Beside::Before(w) if ["on", "in", "at"].contains(&w.as_str()) => class != Class::Relative,
            Beside::After(w) => agrees_in_number(class, w),
            Beside::Before(_) => true,
        };
        grammatical && self.seen.get(&(slot, beside)).is_some_and(|classes| classes.contains(&class))
    }
}

fn agrees_in_number(class: Class, noun: &str) -> bool {
    match class {
        Class::One => !plural(noun),
        Class::Number => !counted(noun),
        _ => true,
    }
}

fn counted(noun: &str) -> bool {
    COUNTED.split(' ').any(|known| known == noun)
}

fn plural(word: &str) -> bool {
    word == "people" || word.strip_suffix('s').is_some_and(counted)
}

/// Whether a word is said with a vowel at its beginning, so that it takes "an".
fn vowel(value: &str) -> bool {
    let lower = value.to_lowercase();
    let sounded = ["hour", "honest", "8", "11 ", "18 "].iter().any(|v| lower.starts_with(v)) || ["11", "18"].contains(&lower.as_str());
    let silent = ["one", "uni", "use", "eu"].iter().any(|v| lower.starts_with(v));
    sounded || !silent && lower.starts_with(['a', 'e', 'i', 'o', 'u'])
}
