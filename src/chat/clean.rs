//! What a person typed, without what a terminal or a reader would stumble over: control characters, escape sequences, marks that turn
//! or hide text, runs of blanks, and all beyond a length that nobody says at once.

/// Characters that are read.
pub const LONGEST: usize = 500;

/// The text on one line; true where its end was cut off.
pub fn clean(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    let mut count = 0;
    while let Some(c) = letters.next() {
        if c == '\u{1b}' {
            skip_sequence(&mut letters);
        } else if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
                count += 1;
            }
        } else if !hides(c) {
            if count >= LONGEST {
                return (out.trim_end().to_owned(), true);
            }
            out.push(c);
            count += 1;
        }
    }
    (out.trim_end().to_owned(), false)
}

/// The rest of an escape sequence: `[` to its final letter, `]` and its like to the bell or the next escape, else one character.
fn skip_sequence(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.next() {
        Some('[') => while letters.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while letters.next().is_some_and(|c| c != '\u{7}' && c != '\u{1b}') {}
            letters.next_if_eq(&'\\');
        }
        _ => {}
    }
}

/// Marks without a width of their own that turn, join or hide what stands around them.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}
