//! A key as the table of keys knows it, made from what the terminal sends.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key as it is pressed; letters carry their shift in themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub ctrl: bool,
    pub shift: bool,
}

pub const fn key(letter: char) -> Key {
    named(KeyCode::Char(letter))
}
pub const fn ctrl(letter: char) -> Key {
    Key { code: KeyCode::Char(letter), ctrl: true, shift: false }
}
pub const fn named(code: KeyCode) -> Key {
    Key { code, ctrl: false, shift: false }
}
pub const fn shifted(code: KeyCode) -> Key {
    Key { code, ctrl: false, shift: true }
}
/// The key of an event, none for releases and for chords that mean nothing here.
pub fn key_of(event: KeyEvent) -> Option<Key> {
    const UNUSED: KeyModifiers = KeyModifiers::ALT.union(KeyModifiers::SUPER).union(KeyModifiers::HYPER).union(KeyModifiers::META);
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    // Terminals merge two quick Esc into Alt-Esc.
    let unused = event.modifiers.intersects(UNUSED) && event.code != KeyCode::Esc;
    if event.kind != KeyEventKind::Press || unused {
        return None;
    }
    let (code, shift) = match event.code {
        KeyCode::Char(letter) if ctrl => (KeyCode::Char(letter.to_ascii_lowercase()), false),
        KeyCode::Char(_) | KeyCode::BackTab | KeyCode::Esc => (event.code, false),
        code => (code, event.modifiers.contains(KeyModifiers::SHIFT)),
    };
    Some(Key { code, ctrl, shift })
}

impl Key {
    pub fn name(self) -> String {
        let plain = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            code => format!("{code}").to_lowercase().replace(' ', "-"),
        };
        match (self.ctrl, self.shift) {
            (true, _) => format!("ctrl-{plain}"),
            (_, true) => format!("shift-{plain}"),
            _ => plain,
        }
    }
}
