//! What stands around panels: frames with words in their corners, boxes over the screen, lines of words.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::text::line;
use crate::tui::panels::Titles;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::text::truncate;

/// Corners and sides: top left, top right, bottom left, bottom right, across, down.
const ROUND: [&str; 6] = ["╭", "╮", "╰", "╯", "─", "│"];
const SAFE: [&str; 6] = ["+", "+", "+", "+", "-", "|"];

pub fn columns(text: &str) -> u16 {
    text.width().min(usize::from(u16::MAX)) as u16
}

/// Writes words from (x, y) on, at most to the right edge of `area`; gives the column after them.
pub fn write(buf: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    if !area.contains(Position::new(x, y)) {
        return x;
    }
    let room = usize::from(area.right() - x);
    buf.set_stringn(x, y, line(text), room, style).0
}

/// Draws a frame with its corner words; one that does not fit is left out, but the title, which is cut.
pub fn frame(buf: &mut Buffer, area: Rect, titles: &Titles, focused: bool, theme: Theme) {
    let line = theme.ink(if focused { Ink::Accent } else { Ink::Faint });
    outline(buf, area, line, if theme.rich { &ROUND } else { &SAFE });
    if area.width < 2 || area.height < 2 {
        return;
    }
    // The words stand on the line, whose ink must not shine through.
    let ink = |ink| Style::reset().patch(theme.ink(ink));
    let name = ink(if focused { Ink::Accent } else { Ink::Text });
    let quiet = ink(Ink::Quiet);
    let top = (&*titles.title, name.add_modifier(Modifier::BOLD), &*titles.top_right);
    let bottom = (&*titles.bottom_left, quiet, &*titles.bottom_right);
    for (y, (left, style, right)) in [(area.y, top), (area.bottom() - 1, bottom)] {
        let (mut left, right) = (theme.plain(left), theme.plain(right));
        let room = area.width.saturating_sub(4);
        if columns(&left) + 2 > room {
            left = truncate(&left, room.saturating_sub(2), if theme.rich { "…" } else { "..." }).into();
        }
        // A word needs a blank on each side, and a bit of the line between the two.
        let cells = |word: &str| {
            if word.is_empty() { 0 } else { columns(word) + 2 }
        };
        let (left_cells, right_cells) = (cells(&left), cells(&right));
        if left_cells > 0 && left_cells <= room {
            write(buf, area, area.x + 2, y, &format!(" {left} "), style);
        }
        if right_cells > 0 && left_cells + right_cells < room {
            let x = area.right() - 2 - right_cells;
            write(buf, area, x, y, &format!(" {right} "), quiet);
        }
    }
}

fn outline(buf: &mut Buffer, area: Rect, style: Style, parts: &[&str; 6]) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let (left, right, top, bottom) = (area.x, area.right() - 1, area.y, area.bottom() - 1);
    for x in left..=right {
        put(buf, x, top, parts[4], style);
        put(buf, x, bottom, parts[4], style);
    }
    for y in top..=bottom {
        put(buf, left, y, parts[5], style);
        put(buf, right, y, parts[5], style);
    }
    put(buf, left, top, parts[0], style);
    put(buf, right, top, parts[1], style);
    put(buf, left, bottom, parts[2], style);
    put(buf, right, bottom, parts[3], style);
}

fn put(buf: &mut Buffer, x: u16, y: u16, symbol: &str, style: Style) {
    if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
        cell.set_symbol(symbol).set_style(style);
    }
}

/// Empties an area and frames it: a box over the screen. Gives its inside, a blank away from the frame.
pub fn panel_over(buf: &mut Buffer, area: Rect, titles: &Titles, theme: Theme) -> Rect {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
                cell.reset();
            }
        }
    }
    frame(buf, area, titles, true, theme);
    area.inner(ratatui::layout::Margin::new(2, 1))
}

/// Breaks a sentence into lines of at most so many columns; a longer word is cut.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut rest = word;
        let line = lines.last().map_or(0, |line| line.width());
        if line > 0 && line + 1 + rest.width() > width {
            lines.push(String::new());
        } else if line > 0 {
            lines.last_mut().expect("there is always a line").push(' ');
        }
        loop {
            let line = lines.last_mut().expect("there is always a line");
            let room = width.saturating_sub(line.width());
            let cut = cut_at(rest, room);
            line.push_str(&rest[..cut]);
            rest = &rest[cut..];
            if rest.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Where a text must be cut to take at most so many columns; never 0, so that cutting gets on.
fn cut_at(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += unicode_width::UnicodeWidthChar::width(letter).unwrap_or(0);
        if used > room && at > 0 {
            return at;
        }
    }
    text.len()
}
