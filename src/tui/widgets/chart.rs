//! A line chart drawn straight into the buffer, in time proportional to its width: dim raw dots under a bold line,
//! labelled levels, marks of events, a cursor. Labels go where they hide least of the line.

mod labels;
pub mod lines;

use ratatui::style::Style;

use crate::tui::theme::Glyph;
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::pen::Pen;
use labels::Labels;
use lines::Line;

/// Columns left of the plot for tick labels, and right of it for the last value.
pub const LEFT: u16 = 6;
pub const RIGHT: u16 = 6;

/// One sample or block of samples; what is not finite is not drawn.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub low: f64,
    pub high: f64,
    pub mean: f64,
    pub line: f64,
}

/// A horizontal reference.
pub struct Level {
    pub value: f64,
    pub label: String,
    pub style: Style,
}

/// Something that happened at x.
pub struct Event {
    pub x: f64,
    pub text: String,
}

/// The horizontal axis: [0, to] as it is or by its logarithm.
#[derive(Clone, Copy, Debug)]
pub struct Along {
    pub to: f64,
    pub log: bool,
}

impl Along {
    fn share(self, x: f64) -> f64 {
        if self.to <= 0.0 {
            return 0.0;
        }
        let x = x.clamp(0.0, self.to);
        if self.log { x.ln_1p() / self.to.ln_1p() } else { x / self.to }
    }

    /// The column of cells, of so many, in which x lies.
    pub fn column(self, x: f64, columns: u16) -> u16 {
        let last = f64::from(columns) * 2.0 - 1.0;
        (self.share(x) * last).round() as u16 / 2
    }

    /// The x in the middle of a column.
    pub fn at(self, column: u16, columns: u16) -> f64 {
        let share = ((f64::from(column) + 0.5) / f64::from(columns.max(1))).clamp(0.0, 1.0);
        if self.log { (share * self.to.ln_1p()).exp_m1() } else { share * self.to }
    }
}

pub struct Inks {
    pub line: Style,
    pub raw: Style,
    pub axis: Style,
    pub event: Style,
    pub cursor: Style,
}

pub struct Chart<'a> {
    pub points: &'a [Point],
    /// Other lines, which lie behind this one.
    pub others: &'a [Line],
    pub along: Along,
    pub bounds: Bounds,
    pub levels: &'a [Level],
    /// Said where the levels' names will stand, while they are not known.
    pub coming: String,
    pub events: &'a [Event],
    /// A moment looked at; the line beyond it is drawn dim.
    pub cursor: Option<f64>,
    /// Lines of words for a corner that is free.
    pub notes: &'a [(String, Style)],
    /// Writes an axis value in at most five columns.
    pub format: fn(f64) -> String,
    pub inks: Inks,
}

/// Where values lie in dots.
#[derive(Clone, Copy)]
struct Grid {
    bounds: Bounds,
    along: Along,
    width: u16,
    height: u16,
}

impl Grid {
    fn x(self, x: f64) -> i32 {
        let last = f64::from(self.width) * 2.0 - 1.0;
        (self.along.share(x) * last).round() as i32
    }

    fn y(self, value: f64) -> i32 {
        let last = f64::from(self.height) * 4.0 - 1.0;
        let share = (self.bounds.high - value) / self.bounds.span().max(1e-12);
        (share * last).round().clamp(-1e6, 1e6) as i32
    }

    /// The row of cells that a value lies in, if it is in sight.
    fn row(self, value: f64) -> Option<u16> {
        let y = self.y(value);
        (y >= 0 && y < i32::from(self.height) * 4).then_some((y / 4) as u16)
    }
}

/// Columns of cells that the plot itself takes in an area so wide.
pub fn plot_width(area_width: u16) -> u16 {
    if area_width < 30 { area_width.saturating_sub(LEFT) } else { area_width - LEFT - RIGHT }
}

pub fn draw(chart: &Chart<'_>, pen: &mut Pen<'_>) {
    let width = plot_width(pen.width());
    let height = pen.height();
    if width < 2 || height == 0 {
        return;
    }
    let grid = Grid { bounds: chart.bounds, along: chart.along, width, height };
    draw_axis(grid, chart.format, chart.inks.axis, pen);
    let line = line_canvas(chart, grid);
    let raw = raw_canvas(chart, grid);
    {
        let mut plot = pen.part(LEFT, 0, width, height);
        draw_canvas(&raw, '.', |_| chart.inks.raw, &mut plot);
        lines::draw_behind(chart.others, grid, &mut plot);
        draw_levels(chart.levels, grid, &line, &mut plot);
        draw_cursor(chart.cursor, grid, chart.inks.cursor, &mut plot);
        let present = chart.cursor.map_or(i32::MAX, |x| grid.x(x));
        let ink = |x: u16| if i32::from(x) * 2 > present { chart.inks.raw } else { chart.inks.line };
        draw_canvas(&line, '*', ink, &mut plot);
        let mut labels = Labels::new(&line);
        labels.levels(chart.levels, |value| grid.row(value), &mut plot);
        labels.coming(&chart.coming, chart.inks.axis, &mut plot);
        let ink = chart.inks.event;
        let columns: Vec<_> = chart.events.iter().map(|event| ((grid.x(event.x) / 2) as u16, event.text.as_str(), ink)).collect();
        labels.events(&columns, &mut plot);
        labels.notes(chart.notes, &mut plot);
    }
    draw_last(chart, grid, pen);
}

fn draw_axis(grid: Grid, format: fn(f64) -> String, ink: Style, pen: &mut Pen<'_>) {
    let count = (grid.height / 2).clamp(2, 8);
    let mut free_from = 0;
    for value in grid.bounds.ticks(count).into_iter().rev() {
        let Some(row) = grid.row(value) else { continue };
        if row < free_from {
            continue;
        }
        free_from = row + 2;
        pen.right(LEFT - 1, row, &format(value), ink);
        let tick = pen.theme.glyph(Glyph::Tick);
        pen.put(LEFT - 1, row, tick, ink);
    }
}

fn line_canvas(chart: &Chart<'_>, grid: Grid) -> Canvas {
    let mut canvas = Canvas::new(grid.width, grid.height);
    let mut last: Option<(i32, i32)> = None;
    for point in chart.points.iter().filter(|p| p.line.is_finite()) {
        let here = (grid.x(point.x), grid.y(point.line));
        canvas.line(last.unwrap_or(here), here);
        last = Some(here);
    }
    canvas
}

/// Single samples as dots; of blocks, only the ends and the mean of each cell: more would outshine the line.
fn raw_canvas(chart: &Chart<'_>, grid: Grid) -> Canvas {
    let mut canvas = Canvas::new(grid.width, grid.height);
    let cells = chart.points.chunk_by(|a, b| grid.x(a.x) / 2 == grid.x(b.x) / 2);
    for cell in cells {
        let raw = || cell.iter().filter(|point| point.mean.is_finite());
        if raw().all(|point| point.low >= point.high) {
            raw().for_each(|point| canvas.dot(grid.x(point.x), grid.y(point.mean)));
            continue;
        }
        let lowest = raw().min_by(|a, b| a.low.total_cmp(&b.low)).map(|point| (point.x, point.low));
        let highest = raw().max_by(|a, b| a.high.total_cmp(&b.high)).map(|point| (point.x, point.high));
        let mean = raw().map(|point| point.mean).sum::<f64>() / raw().count() as f64;
        for (x, y) in [lowest, highest, Some((cell[0].x, mean))].into_iter().flatten() {
            canvas.dot(grid.x(x), grid.y(y));
        }
    }
    canvas
}

fn draw_canvas(canvas: &Canvas, plain: char, ink: impl Fn(u16) -> Style, plot: &mut Pen<'_>) {
    let rich = plot.theme.rich;
    for y in 0..canvas.height {
        for x in 0..canvas.width {
            let symbol = canvas.braille(x, y).map(|braille| if rich { braille } else { plain });
            if let (Some(symbol), Some(cell)) = (symbol, plot.cell(x, y)) {
                // What lies beneath may be dim, and modifiers add up.
                cell.set_char(symbol).set_style(Style::reset()).set_style(ink(x));
            }
        }
    }
}

// Drawn in dots, so that the line meets the level exactly where its value does.
fn draw_levels(levels: &[Level], grid: Grid, line: &Canvas, plot: &mut Pen<'_>) {
    // The first level is drawn last: where two share a row, it is the one that shows.
    for level in levels.iter().rev() {
        let y = grid.y(level.value);
        let Some(row) = grid.row(level.value) else { continue };
        let mut dash = Canvas::new(1, 1);
        dash.dot(0, y % 4);
        dash.dot(1, y % 4);
        let symbol = if plot.theme.rich { dash.braille(0, 0) } else { Some('-') };
        for x in (0..grid.width).filter(|x| x % 3 != 2 && !line.is_set(*x, row)) {
            if let (Some(symbol), Some(cell)) = (symbol, plot.cell(x, row)) {
                cell.set_char(symbol).set_style(Style::reset()).set_style(level.style);
            }
        }
    }
}

fn draw_cursor(cursor: Option<f64>, grid: Grid, ink: Style, plot: &mut Pen<'_>) {
    if let Some(x) = cursor {
        let glyph = plot.theme.glyph(Glyph::Upright);
        for y in 0..grid.height {
            plot.put((grid.x(x) / 2) as u16, y, glyph, Style::reset().patch(ink));
        }
    }
}

/// The line's last value, in the margin beside its end.
fn draw_last(chart: &Chart<'_>, grid: Grid, pen: &mut Pen<'_>) {
    let seen = |p: &&Point| p.line.is_finite() && chart.cursor.is_none_or(|x| p.x <= x);
    let Some(last) = chart.points.iter().rev().find(seen) else { return };
    let column = LEFT + (grid.x(last.x) / 2) as u16 + 1;
    let y = grid.y(last.line).clamp(0, i32::from(grid.height) * 4 - 1);
    let text = format!(" {}", (chart.format)(last.line));
    if column + pen.theme.width(&text) <= pen.width() {
        pen.put(column, (y / 4) as u16, &text, Style::reset().patch(chart.inks.line));
    }
}
