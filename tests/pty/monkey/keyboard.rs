//! What a terminal sends for a key of the program's own table.

use crossterm::event::KeyCode;
use dialoq::tui::chord::Key;

/// The bytes of a key; `application` is the other form of arrows, Home and End that terminals have.
pub fn bytes(key: Key, application: bool) -> String {
    let lead = if application && !key.shift { "\x1bO" } else { "\x1b[" };
    let named = |letter: char| if key.shift { format!("\x1b[1;2{letter}") } else { format!("{lead}{letter}") };
    match key.code {
        KeyCode::Char(letter) if key.ctrl => char::from(letter as u8 & 0x1f).to_string(),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::Tab => "\t".into(),
        KeyCode::BackTab => "\x1b[Z".into(),
        KeyCode::Enter => "\r".into(),
        KeyCode::Esc => "\x1b".into(),
        KeyCode::Backspace => "\x7f".into(),
        KeyCode::Up => named('A'),
        KeyCode::Down => named('B'),
        KeyCode::Right => named('C'),
        KeyCode::Left => named('D'),
        KeyCode::Home => named('H'),
        KeyCode::End => named('F'),
        KeyCode::PageUp => "\x1b[5~".into(),
        KeyCode::PageDown => "\x1b[6~".into(),
        KeyCode::Delete => "\x1b[3~".into(),
        other => panic!("the table has a key that this test cannot press: {other:?}"),
    }
}
