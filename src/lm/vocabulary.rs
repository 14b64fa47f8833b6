//! The words that a language model knows, with bytes for all others, so that nothing is ever unknown.
//!
//! A text is lower-cased and cut into pieces: words (letters and digits, with `'`, `-` and `:` between them), single marks, single
//! Chinese characters, placeholders such as `{order}`. Its normal form is these pieces with one space between them; encoding and
//! decoding lose nothing of it. A piece that is no word of the vocabulary is spelt in the bytes of its UTF-8, two such apart by a space.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub const PAD: u32 = 0;
pub const USER: u32 = 1;
pub const NOTES: u32 = 2;
pub const AGENT: u32 = 3;
pub const EOS: u32 = 4;
const SPECIALS: [&str; 5] = ["<pad>", "<u>", "<n>", "<a>", "<eos>"];
const BYTES: u32 = SPECIALS.len() as u32;
const WORDS: u32 = BYTES + 256;
/// Words of a vocabulary, all kinds together.
pub const MOST: usize = 1024;
const FORMAT: &str = "dialoq-vocabulary";

#[derive(Debug, Error, PartialEq, Eq)]
pub enum VocabularyError {
    #[error("vocabulary: {0}")]
    Form(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// By their numbers, from `WORDS` on.
    words: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    version: u32,
    tokens: Vec<String>,
}

/// Whether a character is a word of its own.
fn ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn letter(c: char) -> bool {
    c.is_alphanumeric() && !ideograph(c)
}

/// The pieces of a text, lower-cased.
pub fn pieces(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let chars: Vec<char> = lower.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let end = at + piece(&chars[at..]);
        if !chars[at].is_whitespace() {
            out.push(chars[at..end].iter().collect());
        }
        at = end;
    }
    out
}

/// How many characters the first piece has.
fn piece(chars: &[char]) -> usize {
    let name = |c: &char| c.is_alphanumeric() || *c == '_';
    if chars[0] == '{' {
        let end = 1 + chars[1..].iter().take_while(|c| name(c)).count();
        if end > 1 && chars.get(end) == Some(&'}') {
            return end + 1;
        }
    }
    if !letter(chars[0]) {
        return 1;
    }
    let inner = |at: usize| matches!(chars[at], '\'' | '-' | ':' | '’') && chars.get(at + 1).is_some_and(|c| letter(*c));
    (1..chars.len()).find(|at| !letter(chars[*at]) && !inner(*at)).unwrap_or(chars.len())
}

/// The text as decoding gives it back.
pub fn normal(text: &str) -> String {
    pieces(text).join(" ")
}

impl Vocabulary {
    /// Of all `kept` words, then those of the texts by how often they are met (of those met alike, by the alphabet), as far as there is room.
    pub fn of<'t>(kept: &[String], texts: impl Iterator<Item = &'t str>) -> Vocabulary {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for piece in texts.flat_map(pieces) {
            *counts.entry(piece).or_default() += 1;
        }
        let mut words: Vec<String> = Vec::new();
        for word in kept {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
        let mut met: Vec<(String, u64)> = counts.into_iter().filter(|(word, _)| !words.contains(word)).collect();
        met.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let room = (MOST - WORDS as usize).saturating_sub(words.len());
        words.extend(met.into_iter().take(room).map(|(word, _)| word));
        // More than there is room for would make a file that nothing opens; the rest is spelt in bytes.
        words.truncate(MOST - WORDS as usize);
        Vocabulary::from_words(words)
    }

    fn from_words(words: Vec<String>) -> Vocabulary {
        let numbers = words.iter().enumerate().map(|(k, word)| (word.clone(), WORDS + k as u32)).collect();
        Vocabulary { words, numbers }
    }

    pub fn len(&self) -> usize {
        WORDS as usize + self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        false
    }

    /// Of a word, whole.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// A text is never a special token, whatever it says.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut out = Vec::new();
        let mut spelt = false;
        for piece in pieces(text) {
            if let Some(number) = self.number(&piece) {
                out.push(number);
                spelt = false;
                continue;
            }
            if spelt {
                out.push(BYTES + u32::from(b' '));
            }
            out.extend(piece.bytes().map(|byte| BYTES + u32::from(byte)));
            spelt = true;
        }
        out
    }

    /// One token as it is shown: bytes as `<0x41>`.
    pub fn token(&self, number: u32) -> String {
        match number {
            special if special < BYTES => SPECIALS[special as usize].to_owned(),
            byte if byte < WORDS => format!("<0x{:02x}>", byte - BYTES),
            word => self.words.get((word - WORDS) as usize).cloned().unwrap_or_default(),
        }
    }

    /// The text in its normal form.
    pub fn decode(&self, tokens: &[u32]) -> String {
        let mut out: Vec<String> = Vec::new();
        let mut bytes: Vec<u8> = Vec::new();
        let spell = |bytes: &mut Vec<u8>, out: &mut Vec<String>| {
            let words = bytes.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
            out.extend(words.map(|word| String::from_utf8_lossy(word).into_owned()));
            bytes.clear();
        };
        for token in tokens {
            if (BYTES..WORDS).contains(token) {
                bytes.push((token - BYTES) as u8);
            } else {
                spell(&mut bytes, &mut out);
                out.push(self.token(*token));
            }
        }
        spell(&mut bytes, &mut out);
        out.join(" ")
    }

    pub fn to_json(&self) -> String {
        let tokens = (0..self.len() as u32).map(|number| self.token(number)).collect();
        let stored = Stored { format: FORMAT.into(), version: 1, tokens };
        serde_json::to_string_pretty(&stored).expect("strings are JSON")
    }

    pub fn from_json(text: &str) -> Result<Vocabulary, VocabularyError> {
        let wrong = |what: String| VocabularyError::Form(what);
        let stored: Stored = serde_json::from_str(text).map_err(|e| wrong(format!("this is not the JSON of a vocabulary ({e})")))?;
        if stored.format != FORMAT || stored.version != 1 {
            return Err(wrong(format!("format {} version {}; it must be {FORMAT} version 1", stored.format, stored.version)));
        }
        if stored.tokens.len() < WORDS as usize || stored.tokens.len() > MOST {
            return Err(wrong(format!("it has {} tokens; a vocabulary has {WORDS} to {MOST}", stored.tokens.len())));
        }
        let words = stored.tokens[WORDS as usize..].to_vec();
        let vocabulary = Vocabulary::from_words(words);
        match (0..vocabulary.len() as u32).find(|number| vocabulary.token(*number) != stored.tokens[*number as usize]) {
            Some(number) => {
                Err(wrong(format!("token {number} is {}; it must be {}", stored.tokens[number as usize], vocabulary.token(number))))
            }
            None if vocabulary.numbers.len() < vocabulary.words.len() => Err(wrong("a word stands in it twice".into())),
            None => Ok(vocabulary),
        }
    }
}

/// A text in normal form as people write it: marks closed up, sentences begun with a capital, control characters left out.
pub fn tidy(normal: &str) -> String {
    let mut out = String::with_capacity(normal.len());
    let mut begins = true;
    for word in normal.split(' ').filter(|word| !word.is_empty()) {
        let first = word.chars().next().unwrap_or(' ');
        let closes =
            matches!(first, '.' | ',' | '?' | '!' | ':' | ';' | '，' | '。' | '？' | '！' | '、' | '：') && word.chars().count() == 1;
        let joined = ideograph(first) && out.chars().last().is_none_or(|c| ideograph(c) || "，。？！、：".contains(c));
        if !out.is_empty() && !closes && !joined {
            out.push(' ');
        }
        let clean = word.chars().filter(|c| !c.is_control() && !is_format(*c));
        if begins || word == "i" || word.starts_with("i'") {
            out.extend(clean.enumerate().flat_map(|(k, c)| if k == 0 { c.to_uppercase().collect::<Vec<_>>() } else { vec![c] }));
        } else {
            out.extend(clean);
        }
        begins = matches!(first, '.' | '?' | '!' | '。' | '？' | '！');
    }
    out
}

/// Marks that turn or hide what stands around them.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
