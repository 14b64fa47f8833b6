//! Words of a text as they are compared: lower case, without signs; a character of a script without blanks is a word of its own.

use crate::data::record::Record;

/// Scripts that are written without blanks between words.
fn own(c: char) -> bool {
    matches!(c as u32, 0x2e80..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff | 0x0e00..=0x0eff | 0x1000..=0x109f)
}

fn each(text: &str, mut word: impl FnMut(&str)) {
    let mut begin = None;
    for (at, c) in text.char_indices() {
        // Ideographic punctuation is none.
        // A price in pounds is not the same as one in dollars.
        let letter = c.is_alphanumeric() || "'$£€¥￥".contains(c);
        if let Some(from) = begin.filter(|_| !letter || own(c)) {
            word(&text[from..at]);
            begin = None;
        }
        if letter && own(c) {
            word(&text[at..at + c.len_utf8()]);
        } else if letter && begin.is_none() {
            begin = Some(at);
        }
    }
    if let Some(from) = begin {
        word(&text[from..]);
    }
}

pub fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    each(text, |word| out.push(word.to_lowercase()));
    out
}

/// The words with one blank between them: equal for texts that differ in case, blanks and signs only.
pub fn folded(text: &str) -> String {
    words(text).join(" ")
}

/// Of a record, with those of arguments.
pub fn count(record: &Record) -> usize {
    let mut n = 0;
    record.each_text(&mut |text| each(text, |_| n += 1));
    n
}
