//! The last messages, the newest first, over the screen: refusals, warnings, and what was done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::tui::chrome::{panel_over, wrap, write};
use crate::tui::layout::popup;
use crate::tui::model::{Listing, Model, Overlay, PastMessage};
use crate::tui::palette::first_shown;
use crate::tui::panels::Titles;
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::text::truncate;

/// Opens the list; there is something in it as soon as anything was said.
pub fn open(model: &mut Model) {
    if model.messages.past.is_empty() {
        model.say("there has been no message yet", false);
    } else {
        model.overlay = Some(Overlay::Messages(Listing { moved: true, ..Listing::default() }));
    }
}

/// Where the box lies.
pub fn area(screen: Rect) -> Rect {
    popup(screen, screen.width.saturating_sub(4).min(104), screen.height.saturating_sub(4).min(26))
}

/// Lines below the list: a blank, and the selected message in full.
const FOOT: u16 = 7;
/// Columns of how long ago it was.
const AGE: u16 = 9;

/// First row and number of rows of the list.
fn rows(area: Rect) -> (u16, u16) {
    (area.y + 1, area.height.saturating_sub(2 + FOOT.min(area.height / 2)))
}

/// The entry in a row of the screen.
pub fn entry_at(row: u16, screen: Rect, model: &Model, listing: &Listing) -> Option<usize> {
    let (top, rows) = rows(area(screen));
    let total = model.messages.past.len();
    let position = usize::from(row.checked_sub(top)?) + first_shown(listing.cursor, usize::from(rows), total);
    (row < top + rows && position < total).then_some(position)
}

pub fn draw(buf: &mut Buffer, screen: Rect, model: &Model, listing: &Listing, theme: Theme) {
    let past = &model.messages.past;
    let (area, all) = (area(screen), format!("{} kept, newest first", past.len()));
    let inner = panel_over(buf, area, &Titles { title: "Messages".to_owned(), top_right: all, ..Titles::default() }, theme);
    let (top, rows) = rows(area);
    let first = first_shown(listing.cursor, usize::from(rows), past.len());
    for (k, message) in past.iter().enumerate().skip(first).take(usize::from(rows)) {
        let line = Rect { y: top + (k - first) as u16, height: 1, ..inner };
        let mut style = theme.ink(if message.is_error { Ink::Alarm } else { Ink::Text });
        if k == listing.cursor {
            style = style.add_modifier(Modifier::BOLD);
            write(buf, line, line.x, line.y, theme.glyph(Glyph::Pointer), style);
        }
        write(buf, line, line.x + 2, line.y, &age(model, message), theme.ink(Ink::Quiet));
        let text = truncate(&theme.plain(&text(message)), inner.width.saturating_sub(AGE + 2), theme.glyph(Glyph::Ellipsis));
        write(buf, line, line.x + AGE + 2, line.y, &text, style);
    }
    let Some(message) = past.get(listing.cursor) else { return };
    for (line, y) in wrap(&theme.plain(&text(message)), inner.width).iter().zip(top + rows + 1..inner.bottom()) {
        write(buf, inner, inner.x, y, line, theme.ink(Ink::Text));
    }
}

fn text(message: &PastMessage) -> String {
    if message.times > 1 { format!("{} ({} times)", message.text, message.times) } else { message.text.clone() }
}

/// How long ago, in at most seven columns.
fn age(model: &Model, message: &PastMessage) -> String {
    let s = model.now_ms.saturating_sub(message.at_ms) / 1000;
    match s {
        0 => "now".to_owned(),
        1..100 => format!("{s} s"),
        100..6000 => format!("{} min", s / 60),
        _ => format!("{} h", s / 3600),
    }
}
