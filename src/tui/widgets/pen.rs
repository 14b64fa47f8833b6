//! Writing into an area: coordinates count from its top left, and nothing ever falls outside it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::theme::{Glyph, Theme};
use crate::tui::widgets::text::{Run, padded, truncate};

pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    pub area: Rect,
    pub theme: Theme,
}

impl<'a> Pen<'a> {
    pub fn new(buffer: &'a mut Buffer, area: Rect, theme: Theme) -> Pen<'a> {
        let area = area.intersection(buffer.area);
        Pen { buffer, area, theme }
    }

    pub fn width(&self) -> u16 {
        self.area.width
    }

    pub fn height(&self) -> u16 {
        self.area.height
    }

    /// The same pen on a part of its area.
    pub fn part(&mut self, x: u16, y: u16, width: u16, height: u16) -> Pen<'_> {
        let x = x.min(self.area.width);
        let y = y.min(self.area.height);
        let area = Rect {
            x: self.area.x + x,
            y: self.area.y + y,
            width: width.min(self.area.width - x),
            height: height.min(self.area.height - y),
        };
        Pen { buffer: self.buffer, area, theme: self.theme }
    }

    /// Writes what fits; returns the column after it.
    pub fn put(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        if x >= self.area.width || y >= self.area.height {
            return x;
        }
        let text = self.theme.plain(text);
        let room = usize::from(self.area.width - x);
        let (end, _) = self.buffer.set_stringn(self.area.x + x, self.area.y + y, text, room, style);
        end - self.area.x
    }

    /// Writes in exactly `columns`, cut with `…` or filled with spaces.
    pub fn field(&mut self, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
        let columns = columns.min(self.area.width.saturating_sub(x));
        let text = padded(&self.theme.plain(text), columns, self.theme.glyph(Glyph::Ellipsis));
        self.put(x, y, &text, style)
    }

    /// Writes the text, cut with `…` where it does not fit.
    pub fn cut(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let columns = self.area.width.saturating_sub(x);
        let text = truncate(&self.theme.plain(text), columns, self.theme.glyph(Glyph::Ellipsis));
        self.put(x, y, &text, style)
    }

    /// Writes so that the text ends before column `end`; left out where it does not fit.
    pub fn right(&mut self, end: u16, y: u16, text: &str, style: Style) {
        let width = self.theme.width(text);
        if width <= end {
            self.put(end - width, y, text, style);
        }
    }

    pub fn row(&mut self, mut x: u16, y: u16, runs: &[Run]) -> u16 {
        for run in runs {
            x = self.put(x, y, &run.text, run.style);
        }
        x
    }

    /// The row, if it fits whole.
    pub fn row_if(&mut self, x: u16, y: u16, runs: &[Run]) -> bool {
        let fits = y < self.area.height && x.saturating_add(self.row_width(runs)) <= self.area.width;
        if fits {
            self.row(x, y, runs);
        }
        fits
    }

    pub fn row_width(&self, runs: &[Run]) -> u16 {
        runs.iter().map(|run| self.theme.width(&run.text)).sum()
    }

    /// A horizontal rule.
    pub fn rule(&mut self, y: u16, style: Style) {
        let glyph = self.theme.glyph(Glyph::Rule);
        for x in 0..self.area.width {
            self.put(x, y, glyph, style);
        }
    }

    pub fn cell(&mut self, x: u16, y: u16) -> Option<&mut Cell> {
        if x >= self.area.width || y >= self.area.height {
            return None;
        }
        self.buffer.cell_mut((self.area.x + x, self.area.y + y))
    }

    /// Restyles `columns` cells.
    pub fn restyle(&mut self, x: u16, y: u16, columns: u16, style: Style) {
        for column in x..x.saturating_add(columns).min(self.area.width) {
            if let Some(cell) = self.cell(column, y) {
                cell.set_style(style);
            }
        }
    }
}
