//! Reads every byte that the program writes, as strictly as no terminal does: while the screen is the program's, nothing may come but
//! frames, and in a frame nothing but text, places and colours within the window.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

/// Modes that a terminal has when it is nobody's: the cursor is shown, it wraps, all else is off.
const AT_HOME: &[&str] = &["?25", "?7"];
const ALTERNATE: &str = "?1049";
const FRAME: &str = "?2026";

/// How many of the last bytes a complaint shows.
const RECENT: usize = 600;

#[derive(Default)]
pub struct Eye {
    /// Bytes of a sequence that has not come whole.
    left: Vec<u8>,
    modes: BTreeMap<String, bool>,
    /// Where the next letter falls, from 1, and what has been written from there.
    row: usize,
    column: usize,
    run: String,
    /// The largest window that a frame may have been drawn for.
    pub window: (u16, u16),
    /// What was told while the screen was nobody's.
    pub told: String,
    /// The last bytes, for whoever must find out what was wrong.
    recent: Vec<u8>,
    /// The first thing that must not be.
    pub wrong: Option<String>,
}

/// One piece of what came.
enum Piece {
    Letter(char),
    /// Parameters and the last letter of a control sequence.
    Control(String, char),
    /// An operating system command.
    Command(String),
    Other(String),
}

impl Eye {
    pub fn of(window: (u16, u16)) -> Eye {
        Eye { window, ..Eye::default() }
    }

    fn is(&self, mode: &str) -> bool {
        self.modes.get(mode).copied().unwrap_or_default()
    }

    /// Modes that are not as the program found them.
    pub fn left_on(&self) -> Vec<&str> {
        self.modes.iter().filter(|(mode, on)| **on != AT_HOME.contains(&mode.as_str())).map(|(mode, _)| mode.as_str()).collect()
    }

    pub fn read(&mut self, bytes: &[u8]) {
        let mut all = std::mem::take(&mut self.left);
        all.extend_from_slice(bytes);
        let mut at = 0;
        while at < all.len() {
            let Some((piece, length)) = piece(&all[at..]) else {
                self.left = all[at..].to_vec();
                return;
            };
            self.recent.extend_from_slice(&all[at..at + length]);
            if self.recent.len() > 8 * RECENT {
                self.recent.drain(..self.recent.len() - RECENT);
            }
            at += length;
            self.take(piece);
        }
    }

    fn complain(&mut self, sentence: &str) {
        let recent = String::from_utf8_lossy(&self.recent[self.recent.len().saturating_sub(RECENT)..]).into_owned();
        self.wrong.get_or_insert_with(|| format!("{sentence}; the last bytes: {recent:?}"));
    }

    fn take(&mut self, piece: Piece) {
        if let Piece::Control(parameters, letter @ ('h' | 'l')) = &piece {
            self.end_run();
            for mode in parameters.trim_start_matches('?').split(';') {
                self.modes.insert(format!("?{mode}"), *letter == 'h');
            }
            return;
        }
        if !self.is(ALTERNATE) {
            if let Piece::Letter(letter) = piece {
                self.told.push(letter);
            }
            return;
        }
        let in_frame = self.is(FRAME);
        match piece {
            Piece::Letter(letter) if !in_frame => self.complain(&format!("{letter:?} came between two frames")),
            Piece::Letter(letter) if letter.is_control() => self.complain(&format!("{letter:?} came in a frame, at row {}", self.row)),
            Piece::Letter(letter) => self.run.push(letter),
            Piece::Control(parameters, 'H') => {
                self.end_run();
                let numbers: Vec<usize> = parameters.split(';').filter_map(|number| number.parse().ok()).collect();
                (self.row, self.column) = (numbers.first().copied().unwrap_or(1), numbers.get(1).copied().unwrap_or(1));
            }
            Piece::Control(_, 'm' | 'J' | 'K') => self.end_run(),
            Piece::Control(parameters, letter) => self.complain(&format!("the sequence CSI {parameters}{letter} came")),
            // What was copied goes to the terminal's clipboard.
            Piece::Command(words) if words.starts_with("52;c;") && !in_frame => {}
            Piece::Command(words) | Piece::Other(words) => self.complain(&format!("the sequence {words:?} came")),
        }
    }

    /// What was written from one place on must end inside the window.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let width = run.width();
        let (columns, rows) = (usize::from(self.window.0), usize::from(self.window.1));
        if width > 0 && (self.row > rows || self.column + width - 1 > columns) {
            let (row, column) = (self.row, self.column);
            self.complain(&format!("{run:?} was written at column {column} of row {row}, outside a window of {columns}x{rows}"));
        }
        self.column += width;
    }
}

/// The first piece and its length; none where it has not come whole.
fn piece(bytes: &[u8]) -> Option<(Piece, usize)> {
    match bytes {
        [0x1b] => None,
        [0x1b, b'[', rest @ ..] => {
            let end = rest.iter().position(|byte| (0x40..=0x7e).contains(byte))?;
            Some((Piece::Control(String::from_utf8_lossy(&rest[..end]).into_owned(), char::from(rest[end])), end + 3))
        }
        [0x1b, b']', rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == 7)?;
            Some((Piece::Command(String::from_utf8_lossy(&rest[..end]).into_owned()), end + 3))
        }
        [0x1b, other, ..] => Some((Piece::Other(format!("ESC {}", char::from(*other))), 2)),
        _ => {
            // No letter is longer. All that is there would be read anew for each letter.
            let length = bytes[..bytes.len().min(4)].utf8_chunks().next()?;
            match (length.valid().chars().next(), length.invalid()) {
                (Some(letter), _) => Some((Piece::Letter(letter), letter.len_utf8())),
                // The rest of a letter may be on its way.
                (None, _) if bytes.len() < 4 => None,
                (None, invalid) => Some((Piece::Other(format!("{invalid:x?}")), invalid.len())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Eye;

    const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?1000h";

    fn seen(text: &str) -> Eye {
        let mut eye = Eye::of((10, 3));
        // Byte by byte: pieces come in parts.
        text.bytes().for_each(|byte| eye.read(&[byte]));
        eye
    }

    fn wrong(text: &str) -> String {
        seen(&format!("{ENTER}{text}")).wrong.unwrap_or_default()
    }

    #[test]
    fn a_frame_within_the_window_is_right() {
        assert_eq!(wrong("\x1b[?2026h\x1b[3;9H漢\x1b[1;1H\x1b[31mabcdefghij\x1b[?2026l\x1b]52;c;YWJj\x07"), "");
    }

    #[test]
    fn what_stands_outside_the_window_or_a_frame_is_wrong() {
        assert!(wrong("\x1b[?2026h\x1b[1;10H漢\x1b[?2026l").contains("outside a window"));
        assert!(wrong("\x1b[?2026h\x1b[4;1Ha\x1b[?2026l").contains("outside a window"));
        assert!(wrong("\x1b[?2026h\x1b[1;1Habcdef\x1b[1mghijk\x1b[?2026l").contains("outside a window"));
        assert!(wrong("a").contains("between two frames"));
        assert!(wrong("\x1b[?2026h\x07").contains("in a frame"));
        assert!(wrong("\x1b[?2026h\u{9b}31m").contains("in a frame"));
        assert!(wrong("\x1b[?2026h\x1b[6n").contains("6n"));
        assert!(wrong("\x1b[?2026h\x1b]0;title\x07").contains("title"));
    }

    #[test]
    fn modes_that_stay_on_are_named() {
        assert_eq!(seen(ENTER).left_on(), ["?1000", "?1049", "?25"]);
        assert!(seen(&format!("{ENTER}\x1b[?1000l\x1b[?25h\x1b[?1049lend")).left_on().is_empty());
    }
}
