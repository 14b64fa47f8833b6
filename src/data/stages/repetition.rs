//! Answers that go round in circles: half of their words in 5-grams said before, a word eight times in a row, a character forty
//! times, or the same answer three times running. What is rejected may be as bad as it likes.
//!
//! Source: the duplicate n-gram filters of Rae et al. 2021 (Gopher), brought to the length of answers.

use std::collections::BTreeSet;

use super::{Fixes, Kept, Reason, count};
use crate::data::near::words::words;
use crate::data::record::{Body, Record, Role};
use crate::data::settings::Settings;

const GRAM: usize = 5;
/// Below so many words nothing is said of shares.
const WORDS: usize = 20;
const SAME_WORD: usize = 8;
const SAME_CHAR: usize = 40;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    match &record.body {
        Body::Conversation { turns } => {
            let mut answers = turns.iter().filter(|t| t.role == Role::Assistant && !t.text.is_empty()).map(|t| t.text.as_str());
            if let Some(reason) = answers.clone().find_map(circles) {
                return Err(reason);
            }
            let (mut last, mut times) = ("", 0);
            let again = answers.any(|text| {
                times = if text == last { times + 1 } else { 1 };
                last = text;
                times == 3
            });
            if again {
                return Err(Reason::new("an answer said three times", last.chars().take(80).collect::<String>()));
            }
        }
        Body::Preference { chosen, rejected, .. } => {
            if let Some(reason) = circles(chosen) {
                return Err(reason);
            }
            count(fixes, "rejected answers that repeat themselves, kept", u64::from(circles(rejected).is_some()));
        }
        Body::Unpaired { completion, label, .. } => match circles(completion) {
            Some(reason) if *label => return Err(reason),
            found => count(fixes, "rejected answers that repeat themselves, kept", u64::from(found.is_some())),
        },
        Body::Labelled { .. } => {}
    }
    Ok(())
}

/// Numbers and single characters are no words, whatever they are repeated for: a list of zeros is an answer.
fn is_word(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().any(char::is_alphabetic)
}

/// Whether a character over and over is a stutter. Rulers, the blanks and brackets of code, and the digits of a number are none.
fn stutters(c: char) -> bool {
    !(c.is_whitespace() || c.is_numeric() || "-=_*#.|~+<>()[]{}/\\:;,^'\"`─━═│┃█░▒▓·•…".contains(c))
}

pub fn circles(answer: &str) -> Option<Reason> {
    let longest = |mut same: Box<dyn FnMut() -> Option<bool> + '_>| {
        let (mut run, mut most) = (1, 1);
        while let Some(again) = same() {
            run = if again { run + 1 } else { 1 };
            most = most.max(run);
        }
        most
    };
    let mut chars = answer.chars().zip(answer.chars().skip(1));
    let stutter = longest(Box::new(|| chars.next().map(|(a, b)| a == b && stutters(a))));
    if stutter >= SAME_CHAR {
        return Some(Reason::new("a character over and over", format!("{stutter} times in a row")));
    }
    let words = words(answer);
    let mut pairs = words.windows(2);
    let stutter = longest(Box::new(|| pairs.next().map(|w| w[0] == w[1] && is_word(&w[0]))));
    if stutter >= SAME_WORD {
        return Some(Reason::new("a word over and over", format!("{stutter} times in a row")));
    }
    let all = words.iter().filter(|word| is_word(word)).count();
    if all < WORDS {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut again = vec![false; words.len()];
    for (i, gram) in words.windows(GRAM).enumerate() {
        // A row of zeros tells nothing, nor do the coordinates between two words.
        let speaks = gram.iter().filter(|word| is_word(word)).count() * 2 > GRAM;
        if !seen.insert(gram) && speaks {
            again[i..i + GRAM].iter_mut().for_each(|word| *word = true);
        }
    }
    let said_before = words.iter().zip(&again).filter(|(word, again)| **again && is_word(word)).count();
    let share = said_before as f64 / all as f64;
    (share > 0.5).then(|| Reason::new("an answer that repeats itself", format!("{:.0} % of its words were said before", share * 100.0)))
}
