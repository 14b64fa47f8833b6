//! Pasted text: it goes into the line being typed, as one line, and is never taken for keys.

use crate::tui::keys::{self, Over};
use crate::tui::model::Model;
use crate::tui::{chat, layout, prompt};

/// Adds a pasted text to the line being typed; where no line is open, it does nothing but say so.
pub fn paste(model: &mut Model, text: &str) {
    let plan = layout::plan(model);
    let line = one_line(text);
    let whole = match keys::over(model, &plan) {
        Some(Over::Chat) => chat::insert_text(model, &line),
        Some(Over::Help | Over::Palette | Over::Prompt) => prompt::type_text(model, &line),
        Some(Over::Agents | Over::Messages | Over::Question | Over::Message | Over::When) | None => {
            return model.say("pasted text is not taken for keys; open a line first, with : for example", false);
        }
    };
    if !whole {
        model.say("only a part of the pasted text fits into the line", true);
    }
}

/// The text as one line: line ends and tabs become one blank, other control characters and marks of direction are removed.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut broken = false;
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => broken = true,
            letter if letter.is_control() || is_direction(letter) => {}
            // Blanks around a line end would become two.
            ' ' if broken => {}
            letter => {
                if std::mem::take(&mut broken) && !line.is_empty() && !line.ends_with(' ') {
                    line.push(' ');
                }
                line.push(letter);
            }
        }
    }
    line
}

/// Marks that turn the direction of what stands beside them.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
