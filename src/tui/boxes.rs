//! A line to be typed in the footer, and boxes with a question or a message.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::trainer::snapshot::Snapshot;
use crate::tui::chrome::{panel_over, wrap, write};
use crate::tui::layout::popup;
use crate::tui::model::{Prompt, Purpose};
use crate::tui::panels::Titles;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number::thousands;

/// The line being typed, in the footer's place.
pub fn draw_line(buf: &mut Buffer, area: Rect, prompt: &Prompt, newest: &Snapshot, theme: Theme) {
    let label = match prompt.purpose {
        Purpose::FindStates { .. } => "find states with".to_owned(),
        Purpose::GoToDialogue => {
            let last = thousands(newest.view.head_dialogues);
            format!("go to dialogue (0 to {last}), or a turn such as t{}", newest.view.tick)
        }
        Purpose::StopAt => "stop at".to_owned(),
        Purpose::ReadDialogue => {
            let last = thousands(newest.view.dialogues.saturating_sub(1));
            format!("read dialogue (0 to {last})")
        }
        Purpose::Seeds => "replicas with other seeds (nothing: 20, 0 ends them)".to_owned(),
        Purpose::Sweep => "sweep".to_owned(),
    };
    let bold = theme.ink(Ink::Text).add_modifier(Modifier::BOLD);
    let cursor = if theme.rich { "▏" } else { "_" };
    let x = write(buf, area, area.x + 1, area.y, &label, theme.ink(Ink::Accent));
    let x = write(buf, area, x + 1, area.y, &format!("{}{cursor}", prompt.typed), bold);
    match &prompt.complaint {
        Some(sentence) => write(buf, area, x + 2, area.y, &theme.plain(sentence), theme.ink(Ink::Alarm)),
        None => write(buf, area, x + 2, area.y, "enter keep  esc back", theme.ink(Ink::Quiet)),
    };
}

/// The choice of when a cell was learned.
pub fn draw_when(buf: &mut Buffer, screen: Rect, text: &str, theme: Theme) {
    draw_box(buf, screen, "When did it learn this?", text, "l last   m most   f flip   esc close", theme);
}

/// A question or a message in the middle of the screen.
pub fn draw_box(buf: &mut Buffer, screen: Rect, title: &str, text: &str, keys: &str, theme: Theme) {
    let width = screen.width.saturating_sub(4).min(76);
    let lines: Vec<String> = text.split('\n').flat_map(|part| wrap(&theme.plain(part), width.saturating_sub(4))).collect();
    let area = popup(screen, width, lines.len() as u16 + if keys.is_empty() { 2 } else { 4 });
    let titles = Titles { title: title.to_owned(), ..Titles::default() };
    let inner = panel_over(buf, area, &titles, theme);
    for (k, line) in lines.iter().enumerate() {
        write(buf, inner, inner.x, inner.y + k as u16, line, theme.ink(Ink::Text));
    }
    let last = inner.bottom().saturating_sub(1);
    write(buf, inner, inner.x, last, &theme.plain(keys), theme.ink(Ink::Accent));
}
