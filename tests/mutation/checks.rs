//! What must hold of whatever a command says.

/// No line of a message has more bytes.
const LONGEST: usize = 4096;

/// What hides or turns text round.
fn bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What is wrong with a text that was printed.
pub fn printed(what: &str, bytes: &[u8], wrong: &mut Vec<String>) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        wrong.push(format!("{what} is not UTF-8"));
        return;
    };
    let raw = text.chars().find(|c| (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || bidi(*c));
    if let Some(c) = raw {
        wrong.push(format!("{what} has a raw U+{:04X}", u32::from(c)));
    }
}

/// What is wrong with what was said on standard error.
pub fn said(text: &[u8], wrong: &mut Vec<String>) {
    printed("standard error", text, wrong);
    if let Some(long) = text.split(|b| *b == b'\n').map(<[u8]>::len).find(|n| *n > LONGEST) {
        wrong.push(format!("a message of {long} bytes"));
    }
}
