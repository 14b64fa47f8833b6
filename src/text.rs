//! Text from outside (files, arguments, terminals) on its way to a person. Characters that a terminal would obey are written out, as
//! JSON writes them: `\u001b`. Quotes and sentences are cut to a length that a person reads.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Characters of a quote, the mark of a cut included.
pub const QUOTE: usize = 80;
/// Bytes of a sentence: below the 4 kB that a message may have.
pub const SENTENCE: usize = 3_600;
/// Of a sentence that is too long, the bytes kept of its end, which says what would be right.
const ENDING: usize = 1_200;

/// Whether a terminal would obey this character, or it breaks a line or turns the order of reading: the controls C0, DEL and C1, line
/// and paragraph separators, marks of direction (Unicode's `Bidi_Control`), and the deprecated format characters beside them.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// The text with control characters written as `\u001b`; newlines and tabs stay, as they lay out our own text.
/// Within a string of JSON this is the same value.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_control(c) && c != '\n' && c != '\t')
}

/// The text on one line: newlines and tabs are written out too.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_control)
}

fn escaped(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) || !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) { out.push_str(&written(c)) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// All control characters lie in the first plane, so that four digits are enough.
fn written(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}

/// The text on one line of at most `QUOTE` characters: what is cut off its end becomes `…`. No symbol is cut in two, unless it alone is
/// longer.
pub fn short(text: &str) -> Cow<'_, str> {
    if text.chars().nth(QUOTE).is_none() {
        let whole = line(text);
        if whole.chars().nth(QUOTE).is_none() {
            return whole;
        }
    }
    let (mut out, mut count) = (String::new(), 0);
    for symbol in text.graphemes(true) {
        let symbol = line(symbol);
        let length = symbol.chars().count();
        if count + length > QUOTE - 1 {
            if count == 0 {
                out.extend(symbol.chars().take(QUOTE - 1));
            }
            break;
        }
        out.push_str(&symbol);
        count += length;
    }
    out.push('…');
    Cow::Owned(out)
}

/// A sentence for a person: on one line, each part in quotes cut to `QUOTE` characters, the whole to `SENTENCE` bytes.
pub fn sentence(text: &str) -> String {
    let text = line(text);
    let whole = short_quotes(&text);
    if whole.len() <= SENTENCE {
        return whole;
    }
    let boundary = |from: usize| (from..=whole.len()).find(|at| whole.is_char_boundary(*at)).unwrap_or(whole.len());
    // Room for the mark and for characters that lie across a boundary.
    let (head, tail) = (boundary(SENTENCE - ENDING - 8), boundary(whole.len() - ENDING));
    format!("{}…{}", &whole[..head], &whole[tail..])
}

/// A foreign text in quotes, shortened; quotes inside of it are marked, so that its end is seen.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", short(text).replace('"', "\\\""))
}

/// The text with each part between two `"` or two backticks shortened.
fn short_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(2 * SENTENCE));
    let mut rest = text;
    while let Some(open) = rest.find(['"', '`']) {
        let mark = &rest[open..=open];
        let inside = &rest[open + 1..];
        let Some(close) = closing(inside, mark) else { break };
        out.push_str(&rest[..=open]);
        out.push_str(&short(&inside[..close]));
        out.push_str(mark);
        rest = &inside[close + 1..];
    }
    out + rest
}

/// Where a quote ends: at its mark, but not at one behind a backslash, which JSON has inside of strings.
fn closing(inside: &str, mark: &str) -> Option<usize> {
    inside.match_indices(mark).map(|(at, _)| at).find(|at| {
        let slashes = inside[..*at].bytes().rev().take_while(|b| *b == b'\\').count();
        slashes % 2 == 0
    })
}
