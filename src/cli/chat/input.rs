//! The lines of a person: typed, with editing and the lines of earlier times, or from a pipe.

use std::io::{BufRead, IsTerminal, stdin};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::cli::failure::{Failure, reason};
use crate::cli::output;
use crate::store::conversation;
use crate::store::place::Place;
use crate::text::line as line_of_text;

/// Where lines come from.
pub enum Lines {
    Typed {
        editor: Box<DefaultEditor>,
        place: Option<Place>,
        typed: Vec<String>,
    },
    /// From a pipe, or from a terminal without editing.
    Piped {
        prompt: bool,
    },
}

const PROMPT: &str = "you    ";
/// Bytes read of one line; what is longer goes on as another.
const LONGEST: u64 = 1 << 20;

impl Lines {
    pub fn new(plain: bool) -> Lines {
        let terminal = stdin().is_terminal() && output::is_terminal();
        let editor = if terminal && !plain { DefaultEditor::new().ok() } else { None };
        let Some(mut editor) = editor else { return Lines::Piped { prompt: terminal } };
        super::leaving::give_back_on_signals();
        let place = Place::find().ok();
        let typed = place.as_ref().map_or_else(Vec::new, conversation::history);
        for line in &typed {
            // The file may have been written by others; the editor shows a line as it is.
            let _ = editor.add_history_entry(line_of_text(line));
        }
        Lines::Typed { editor: Box::new(editor), place, typed }
    }

    /// Whether the person's lines are on the screen already.
    pub fn is_typed(&self) -> bool {
        matches!(self, Lines::Typed { .. } | Lines::Piped { prompt: true })
    }

    /// None at the end.
    pub fn next(&mut self) -> Result<Option<String>, Failure> {
        match self {
            Lines::Typed { editor, typed, place } => loop {
                match editor.readline(PROMPT) {
                    Ok(line) => {
                        if !line.trim().is_empty() && typed.last() != Some(&line) {
                            let _ = editor.add_history_entry(&line);
                            typed.push(line.clone());
                            // Kept at once: who is interrupted finds it too.
                            if let Some(Err(sentence)) = place.as_ref().map(|place| conversation::remember(place, typed)) {
                                output::note(&format!("note: {sentence}"));
                                *place = None;
                            }
                        }
                        return Ok(Some(line));
                    }
                    // Ctrl-c clears the line.
                    Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {}
                    Err(ReadlineError::Eof) => return Ok(None),
                    Err(e) => return Err(Failure::Work(format!("the terminal cannot be read: {e}"))),
                }
            },
            Lines::Piped { prompt } => {
                if *prompt {
                    output::prompt(PROMPT);
                }
                let mut bytes = Vec::new();
                let mut from = std::io::Read::take(stdin().lock(), LONGEST);
                let read = from
                    .read_until(b'\n', &mut bytes)
                    .map_err(|e| Failure::Work(format!("standard input cannot be read: {}", reason(&e))))?;
                // What is no UTF-8 is read as what it most likely was, and not understood if that is nothing.
                Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }
}
