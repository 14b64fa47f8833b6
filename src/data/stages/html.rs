//! Tags that lay text out go, and entities become the characters they mean, in this order: what was escaped was meant to be read.
//!
//! Only what is certainly markup goes: a tag that is closed, or one that is never closed, with attributes as HTML has them. A record that
//! speaks of markup or code, or holds a whole page, is left alone.

use std::borrow::Cow;

use super::{Fixes, Kept, count, spans, unicode};
use crate::data::record::Record;
use crate::data::settings::Settings;

/// Tags that lay out words inside a line. Those that carry meaning (`sup`, `del`, `code`) are not among them.
const INLINE: &[&str] = &["span", "b", "i", "u", "em", "strong", "a", "font", "small", "big", "mark", "abbr", "cite"];
/// Tags that end a line.
const BLOCK: &[&str] = &["br", "p", "div", "li", "ul", "ol", "hr", "center", "blockquote"];
/// Tags without an end.
const VOID: &[&str] = &["br", "hr"];
/// What only a page, or a text about one, has.
const PAGE: &[&str] = &[
    "html", "body", "head", "title", "meta", "link", "script", "style", "iframe", "noscript", "form", "input", "button", "label", "select",
    "option", "textarea", "table", "thead", "tbody", "tr", "td", "th", "section", "article", "header", "footer", "nav", "main", "h1", "h2",
    "h3", "h4", "h5", "h6", "img", "video", "audio", "canvas", "svg", "code", "pre", "kbd", "template",
];

/// A tag has no more bytes.
const TAG: usize = 2048;
/// No deeper than layout goes.
const DEPTH: usize = 64;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    let (mut busy, mut special, mut marked) = (false, false, 0);
    record.each_said(&mut |text| busy |= text.contains(['&', '<']));
    if !busy {
        return Ok(());
    }
    record.each_said(&mut |text| {
        special |= about(text);
        marked += u64::from(text.contains('<') && !tags(text).is_empty());
    });
    if special {
        count(fixes, "texts about markup or code, kept as they are", marked);
        return Ok(());
    }
    spans::change(record, fixes, &mut clean);
    Ok(())
}

pub fn clean(text: &mut String, fixes: &mut Fixes) {
    if !text.contains(['&', '<']) || about(text) {
        return;
    }
    let (mut plain, tags) = strip(text);
    count(fixes, "tags", tags);
    // `&amp;lt;` was escaped twice, which happens; more often is somebody's joke.
    for _ in 0..2 {
        let decoded = html_escape::decode_html_entities(&controls(&plain)).into_owned();
        if decoded == plain {
            break;
        }
        count(fixes, "texts with entities", 1);
        plain = Cow::Owned(decoded);
    }
    if plain != *text {
        *text = plain.into_owned();
        // An entity may have stood for a control or a blank.
        unicode::clean(text, fixes);
    }
}

/// Words that speak of markup or code, and signs that only code has.
const WORDS: &[&str] = &[
    "html",
    "xml",
    "css",
    "svg",
    "jsx",
    "php",
    "javascript",
    "typescript",
    "markup",
    "markdown",
    "webpage",
    "web page",
    "website",
    "bbcode",
    "source code",
    "python",
    "c++",
    "sql",
    "regex",
    "网页",
    "代码",
    "网站",
    "编程",
];
const SIGNS: &[&str] = &["```", "~~~", "();", "=>", " == ", "!=", "&&", "||", "::", "<?", "<!", "{{", "*/", "#include", "def ", "</>"];

/// Whether a text is about markup or code: by a word, a sign of code, a quoted tag, a tag of a page or code between backticks.
fn about(text: &str) -> bool {
    let lower = text.to_lowercase();
    let word = |word: &&str| lower.match_indices(*word).any(|(at, _)| alone(&lower, at, word));
    let line = |line: &str| [";", "{", "}"].iter().any(|end| line.trim_end().ends_with(end)) && !entity(line.trim_end());
    WORDS.iter().any(word)
        || SIGNS.iter().any(|sign| text.contains(sign))
        || text.lines().any(line)
        || text.split('`').skip(1).step_by(2).any(|code| code.contains(['<', '&']))
        || quoted(text)
        || paged(&lower)
}

/// Whether letters do not run on around a word; those of scripts without blanks always may.
fn alone(text: &str, at: usize, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    !word.is_ascii() || !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
}

/// Whether a line ends in an entity ("&amp;") and not in the sign of a statement.
fn entity(line: &str) -> bool {
    let name = line.strip_suffix(';').and_then(|line| line.rsplit_once('&'));
    name.is_some_and(|(_, name)| name.len() < 32 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#' || c == ';'))
}

/// Whether a tag stands in quotes, as in a program that prints it.
fn quoted(text: &str) -> bool {
    ["\"<", "'<", "`<"]
        .iter()
        .any(|begin| text.match_indices(begin).any(|(at, _)| text[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')))
}

/// Whether a lower-case text has a tag of a page.
fn paged(lower: &str) -> bool {
    lower.match_indices('<').any(|(at, _)| {
        let inner = lower[at + 1..].trim_start_matches('/');
        let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
        PAGE.contains(&name) && inner[name.len()..].starts_with(['>', ' ', '/', '\n', '\t'])
    })
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

/// The text without its layout, and how many tags went. A line ends where a block does.
fn strip(text: &str) -> (Cow<'_, str>, u64) {
    let tags = tags(text);
    if tags.is_empty() {
        return (Cow::Borrowed(text), 0);
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for tag in &tags {
        out.push_str(&text[at..tag.start]);
        if tag.block && !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        at = tag.end;
    }
    out.push_str(&text[at..]);
    (Cow::Owned(out.trim_start_matches('\n').trim_end().to_owned()), tags.len() as u64)
}

/// A tag in a text. Units: bytes.
struct Tag {
    start: usize,
    end: usize,
    name: String,
    closes: bool,
    block: bool,
}

/// The tags of a text that are certainly layout, in order: those without an end, and pairs that lie inside one another.
fn tags(text: &str) -> Vec<Tag> {
    let (mut all, mut sure, mut open): (Vec<Tag>, Vec<bool>, Vec<usize>) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(n) = text[at..].find('<') {
        at += n;
        let Some(tag) = tag(text, at) else {
            at += 1;
            continue;
        };
        at = tag.end;
        let mut certain = VOID.contains(&tag.name.as_str());
        if tag.closes && !certain {
            let begun = open.iter().rev().take(DEPTH).position(|i| all[*i].name == tag.name);
            if let Some(begun) = begun.map(|n| open.len() - 1 - n) {
                sure[open[begun]] = true;
                open.truncate(begun);
                certain = true;
            }
        } else if !certain {
            open.push(all.len());
        }
        all.push(tag);
        sure.push(certain);
    }
    // HTML lets paragraphs and items end by themselves.
    if sure.contains(&true) {
        all.iter().zip(&mut sure).filter(|(tag, _)| ["p", "li"].contains(&tag.name.as_str())).for_each(|(_, sure)| *sure = true);
    }
    all.into_iter().zip(sure).filter_map(|(tag, sure)| sure.then_some(tag)).collect()
}

/// The tag of layout that begins at a place.
fn tag(text: &str, start: usize) -> Option<Tag> {
    let rest = &text[start + 1..];
    let closes = rest.starts_with('/');
    let inner = &rest[usize::from(closes)..];
    let length = inner.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let name = inner[..length].to_ascii_lowercase();
    let block = BLOCK.contains(&name.as_str());
    if !block && !INLINE.contains(&name.as_str()) {
        return None;
    }
    let (attributes, many) = attributes(&inner[length..])?;
    // A link leads somewhere: `Option<a>` does not.
    let bare = name == "a" && !closes && many == 0;
    let end = start + 1 + usize::from(closes) + length + attributes;
    (!(bare || closes && many > 0)).then_some(Tag { start, end, name, closes, block })
}

/// The bytes up to the end of a tag, and how many attributes it has. None where something else stands there, as in `a<b && b>c`.
fn attributes(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes().get(..text.len().min(TAG))?;
    let skip = |from: usize, f: fn(u8) -> bool| from + bytes[from..].iter().take_while(|b| f(**b)).count();
    let blank = |b: u8| b.is_ascii_whitespace();
    let (mut at, mut many) = (0, 0);
    loop {
        let next = skip(at, blank);
        match bytes.get(next)? {
            b'>' => return Some((next + 1, many)),
            b'/' if bytes.get(next + 1) == Some(&b'>') => return Some((next + 2, many)),
            _ if next == at => return None,
            _ => {}
        }
        let name = skip(next, |b| b.is_ascii_alphanumeric() || b"-_:".contains(&b));
        if name == next || bytes.get(name) != Some(&b'=') {
            return None;
        }
        at = match bytes.get(name + 1)? {
            quote @ (b'"' | b'\'') => name + 2 + bytes[name + 2..].iter().position(|b| b == quote)? + 1,
            _ => skip(name + 1, |b| !b.is_ascii_whitespace() && !b"\"'<>=`".contains(&b)),
        };
        many += 1;
    }
}
