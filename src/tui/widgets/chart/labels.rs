//! Where the words of a chart go: each label tries a few places and takes the one that hides least of the line
//! and none of the words already there.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Level;
use crate::tui::theme::Glyph;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::pen::Pen;

/// Where a line ends, in cells, and what is said there.
pub struct End {
    pub x: u16,
    pub y: u16,
    pub text: String,
    pub style: Style,
}

/// Rows of their own for labels that wish to stand at these, given in rising order: no two alike, the order kept, and together as
/// near to the wishes as can be.
fn spread(wishes: &[u16], height: u16) -> Vec<u16> {
    // Labels that push each other stand as a block around the mean of their wishes: (sum of wishes less their places, count).
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for (k, wish) in wishes.iter().enumerate() {
        blocks.push((f64::from(*wish) - k as f64, 1.0));
        while let [.., before, last] = blocks.as_slice()
            && before.0 / before.1 > last.0 / last.1
        {
            let joined = (before.0 + last.0, before.1 + last.1);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    let most = f64::from(height) - wishes.len() as f64;
    let tops = blocks.iter().flat_map(|(sum, count)| std::iter::repeat_n((sum / count).round(), *count as usize));
    tops.enumerate().map(|(k, top)| top.clamp(0.0, most.max(0.0)) as u16 + k as u16).collect()
}

pub struct Labels<'a> {
    line: &'a Canvas,
    taken: Vec<Rect>,
}

impl<'a> Labels<'a> {
    pub fn new(line: &'a Canvas) -> Labels<'a> {
        Labels { line, taken: Vec::new() }
    }

    /// Cells of the line that words here would hide; none where other words or the border are hit.
    fn hides(&self, place: Rect) -> Option<u16> {
        let inside = place.right() <= self.line.width && place.bottom() <= self.line.height;
        if !inside || self.taken.iter().any(|other| other.intersects(place)) {
            return None;
        }
        let cells = place.rows().flat_map(Rect::columns);
        Some(cells.filter(|cell| self.line.is_set(cell.x, cell.y)).count() as u16)
    }

    fn best(&self, places: impl Iterator<Item = Rect>, most_hidden: u16) -> Option<Rect> {
        places
            .filter_map(|place| self.hides(place).map(|hidden| (hidden, place)))
            .filter(|(hidden, _)| *hidden <= most_hidden)
            .min_by_key(|(hidden, _)| *hidden)
            .map(|(_, place)| place)
    }

    fn write(&mut self, place: Rect, text: &str, style: Style, plot: &mut Pen<'_>) {
        // A blank on either side keeps dots from reading as letters.
        let blank = place.x.saturating_sub(1);
        for x in blank..(place.right() + 1).min(self.line.width) {
            if !self.line.is_set(x, place.y) {
                plot.put(x, place.y, " ", Style::reset());
            }
        }
        for x in place.columns() {
            plot.put(x.x, place.y, " ", Style::reset());
        }
        plot.put(place.x, place.y, text, style);
        self.taken.push(place);
    }

    pub fn levels(&mut self, levels: &[Level], row_of: impl Fn(f64) -> Option<u16>, plot: &mut Pen<'_>) {
        // Other levels' own rows are not written over: they are lines, too.
        let rows: Vec<Option<u16>> = levels.iter().map(|level| row_of(level.value)).collect();
        for (k, level) in levels.iter().enumerate() {
            let Some(row) = rows[k] else { continue };
            let width = plot.theme.width(&level.label);
            let free = self.line.width.saturating_sub(width);
            let other = |y: u16| rows.iter().enumerate().any(|(j, r)| j != k && *r == Some(y));
            let above = row.checked_sub(1).filter(|y| !other(*y));
            let below = Some(row + 1).filter(|y| !other(*y));
            let near = |j: usize| j != k && rows[j].is_some_and(|r| r.abs_diff(row) <= 2);
            let beneath = (0..levels.len()).any(|j| near(j) && levels[j].value > level.value);
            let over = (0..levels.len()).any(|j| near(j) && levels[j].value <= level.value);
            // Labels keep the order of their levels, be it on the line itself.
            let heights = match (beneath, over) {
                (true, _) => [below, Some(row), above],
                (false, true) => [above, Some(row), below],
                (false, false) => [above, below, Some(row)],
            };
            let columns = [1, free, free / 2, free / 4, free * 3 / 4];
            let places = heights.into_iter().flatten().flat_map(|y| columns.into_iter().map(move |x| Rect { x, y, width, height: 1 }));
            if let Some(place) = self.best(places, 2) {
                self.write(place, &level.label, level.style, plot);
            }
        }
    }

    /// Words at the top left, or where else at the top there is room.
    pub fn coming(&mut self, text: &str, style: Style, plot: &mut Pen<'_>) {
        let width = plot.theme.width(text);
        let free = self.line.width.saturating_sub(width);
        let places = (0..3).flat_map(|y| [1, free, free / 2].into_iter().map(move |x| Rect { x, y, width, height: 1 }));
        if let Some(place) = self.best(places, 0).filter(|_| width > 0) {
            self.write(place, text, style, plot);
        }
    }

    /// Events stand in a row at the foot, the newest named first; where names collide they climb.
    pub fn events(&mut self, events: &[(u16, &str, Style)], plot: &mut Pen<'_>) {
        let Some(foot) = self.line.height.checked_sub(1) else { return };
        let mark = plot.theme.glyph(Glyph::Mark);
        for (x, _, style) in events {
            plot.put(*x, foot, mark, *style);
            self.taken.push(Rect { x: *x, y: foot, width: 1, height: 1 });
        }
        for (x, text, style) in events.iter().rev() {
            let width = plot.theme.width(text);
            let heights = (0..3).filter_map(|up| foot.checked_sub(up));
            let sides = [Some(x + 2), x.checked_sub(width + 1)];
            let places = heights.flat_map(|y| sides.into_iter().flatten().map(move |x| Rect { x, y, width, height: 1 }));
            if let Some(place) = self.best(places, 0) {
                self.write(place, text, *style, plot);
            }
        }
    }

    /// Names at the ends of lines, given from the top: those of lines that end alike stand in a column, each as near to its end
    /// as the others let it; the name of a line that ends early stands beside its end.
    pub fn ends(&mut self, ends: &[End], plot: &mut Pen<'_>) {
        let last = ends.iter().map(|end| end.x).max().unwrap_or(0);
        let widest = ends.iter().map(|end| plot.theme.width(&end.text)).max().unwrap_or(0);
        let (column, alone): (Vec<&End>, Vec<&End>) = ends.iter().partition(|end| end.x + widest + 2 > last);
        let rows = spread(&column.iter().map(|end| end.y).collect::<Vec<u16>>(), self.line.height);
        for (end, y) in column.iter().zip(rows) {
            let place = Rect { x: last + 2, y, width: plot.theme.width(&end.text), height: 1 };
            if place.right() <= self.line.width && y < self.line.height {
                self.write(place, &end.text, end.style, plot);
            }
        }
        for end in alone {
            let width = plot.theme.width(&end.text);
            let heights = (0..self.line.height).flat_map(|far| [end.y.checked_sub(far), (far > 0).then_some(end.y + far)]).flatten();
            let mut places = heights.map(|y| Rect { x: end.x + 2, y, width, height: 1 });
            if let Some(place) = places.find(|place| self.hides(*place) == Some(0)) {
                self.write(place, &end.text, end.style, plot);
            }
        }
    }

    /// Notes stand right-aligned, one under another, in the lowest corner that the line leaves free.
    pub fn notes(&mut self, notes: &[(String, Style)], plot: &mut Pen<'_>) {
        let height = notes.len() as u16;
        let width = notes.iter().map(|(text, _)| plot.theme.width(text)).max().unwrap_or(0);
        if height == 0 || self.line.height < height + 4 || self.line.width < width + 12 {
            return;
        }
        let lowest = self.line.height - height - 1;
        let x = self.line.width - width - 1;
        let places = (0..=lowest.min(4)).map(|up| Rect { x, y: lowest - up, width, height });
        let Some(place) = self.best(places, 0) else { return };
        for (k, (text, style)) in notes.iter().enumerate() {
            let own = plot.theme.width(text);
            let row = Rect { x: place.right() - own, y: place.y + k as u16, width: own, height: 1 };
            self.write(row, text, *style, plot);
        }
    }
}
