//! Several lines in one chart, each told by colour, letter and, where there is no colour, by its dashes; bands lie behind them.
//! Time is proportional to the width and the number of lines.

use ratatui::style::{Modifier, Style};

use super::labels::{End, Labels};
use super::{Along, Event, Grid, LEFT, Level, draw_axis, draw_canvas, draw_cursor, draw_levels};
use crate::tui::theme::Ground;
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::pen::Pen;

/// Columns right of the plot: a letter and the last value.
pub const RIGHT: u16 = 8;

/// What one run draws.
pub struct Line {
    pub letter: String,
    /// Its place in the order of colours and dashes.
    pub kind: usize,
    pub style: Style,
    /// Of its band.
    pub behind: Style,
    /// Whether it is the one looked at: drawn last and bold.
    pub bold: bool,
    /// (x, y), from left to right.
    pub points: Vec<(f64, f64)>,
    /// (x, lower, middle, upper)
    pub band: Vec<(f64, f64, f64, f64)>,
    /// Where it left another line, and what is said there.
    pub begins: Option<Event>,
}

pub struct Lines<'a> {
    /// In the order of their letters.
    pub lines: &'a [Line],
    pub along: Along,
    pub bounds: Bounds,
    pub levels: &'a [Level],
    pub cursor: Option<(f64, Style)>,
    pub notes: &'a [(String, Style)],
    pub format: fn(f64) -> String,
    pub axis: Style,
}

/// Columns of cells that the plot itself takes in an area so wide.
pub fn plot_width(area_width: u16) -> u16 {
    area_width.saturating_sub(LEFT + RIGHT)
}

pub fn draw(chart: &Lines<'_>, pen: &mut Pen<'_>) {
    let (width, height) = (plot_width(pen.width()), pen.height());
    if width < 4 || height == 0 {
        return;
    }
    let grid = Grid { bounds: chart.bounds, along: chart.along, width, height };
    draw_axis(grid, chart.format, chart.axis, pen);
    // The line looked at lies over the others.
    let mut order: Vec<&Line> = chart.lines.iter().collect();
    order.sort_by_key(|line| line.bold);
    let mut all = Canvas::new(width + RIGHT, height);
    let canvases: Vec<Canvas> = order.iter().map(|line| canvas(line, grid, pen.theme.ground)).collect();
    canvases.iter().for_each(|one| all.join(one));
    let mut plot = pen.part(LEFT, 0, width + RIGHT, height);
    for line in &order {
        draw_band(line, grid, &mut plot);
    }
    draw_levels(chart.levels, grid, &all, &mut plot);
    if let Some((x, ink)) = chart.cursor {
        draw_cursor(Some(x), grid, ink, &mut plot);
    }
    for (line, canvas) in order.iter().zip(&canvases) {
        let plain = line.letter.chars().next().map_or('*', |c| c.to_ascii_lowercase());
        draw_canvas(canvas, plain, |_| style(line), &mut plot);
    }
    for line in &order {
        draw_letters(line, grid, &mut plot);
    }
    draw_words(chart, grid, &all, &mut plot);
}

/// Lines and bands behind another line: in their dimmer inks, with their letters.
pub(super) fn draw_behind(lines: &[Line], grid: Grid, plot: &mut Pen<'_>) {
    for line in lines {
        draw_band(line, grid, plot);
    }
    for line in lines.iter().filter(|line| line.points.len() > 1) {
        let mut narrow = canvas(line, grid, plot.theme.ground);
        narrow.crop(grid.width);
        draw_canvas(&narrow, '.', |_| line.behind, plot);
        draw_letters(line, grid, plot);
        if let Some((x, y)) = line.points.last().filter(|(_, y)| y.is_finite())
            && let Some(row) = grid.row(*y)
        {
            plot.put((grid.x(*x) / 2) as u16, row, &line.letter, Style::reset().patch(line.style));
        }
    }
}

fn style(line: &Line) -> Style {
    if line.bold { line.style.add_modifier(Modifier::BOLD) } else { line.style }
}

/// The line in dots. Where nothing has a colour, lines differ in their dashes.
fn canvas(line: &Line, grid: Grid, ground: Ground) -> Canvas {
    let mut canvas = Canvas::new(grid.width + RIGHT, grid.height);
    let mut last: Option<(i32, i32)> = None;
    for (x, y) in line.points.iter().filter(|(_, y)| y.is_finite()) {
        let here = (grid.x(*x), grid.y(*y));
        canvas.line(last.unwrap_or(here), here);
        last = Some(here);
    }
    if ground == Ground::Mono && !line.bold {
        canvas.keep(|x| inked(line.kind, x));
    }
    canvas
}

/// Solid, dashes, dots, dashes and dots; each again for four more runs.
fn inked(kind: usize, x: u16) -> bool {
    match kind % 4 {
        0 => true,
        1 => x % 8 < 5,
        2 => x.is_multiple_of(3),
        _ => x % 10 < 5 || x % 10 == 7,
    }
}

/// The quartiles as a thin web, the median as dots.
fn draw_band(line: &Line, grid: Grid, plot: &mut Pen<'_>) {
    let (mut web, mut middle) = (Canvas::new(grid.width, grid.height), Canvas::new(grid.width, grid.height));
    for pair in line.band.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (left, right) = (grid.x(from.0), grid.x(to.0));
        for x in left..=right {
            let share = if right > left { f64::from(x - left) / f64::from(right - left) } else { 0.0 };
            let between = |a: f64, b: f64| grid.y(a + (b - a) * share);
            let (bottom, top) = (between(from.1, to.1), between(from.3, to.3));
            if x % 2 == 0 {
                web.dot(x, top);
                web.dot(x, bottom);
            }
            let inside = (top.max(0)..=bottom.min(4 * i32::from(grid.height))).filter(|y| x % 4 == 2 * (y / 2 % 2) && y % 2 == 0);
            inside.for_each(|y| web.dot(x, y));
            if x % 6 < 2 {
                middle.dot(x, between(from.2, to.2));
            }
        }
    }
    draw_canvas(&web, '.', |_| line.behind, plot);
    // A cell has one colour: where the median runs, it takes the web's dots along.
    middle.join_where_set(&web);
    draw_canvas(&middle, ':', |_| line.style, plot);
}

/// The letter stands on its line now and then, at places of its own.
fn draw_letters(line: &Line, grid: Grid, plot: &mut Pen<'_>) {
    const APART: u16 = 32;
    let Some((first, _)) = line.points.first() else { return };
    let mut wanted = (grid.x(*first) / 2) as u16 + 4 + (line.kind as u16 * 7) % APART;
    for pair in line.points.windows(2) {
        let x = (grid.x(pair[1].0) / 2) as u16;
        if x < wanted {
            continue;
        }
        wanted += APART;
        let Some(y) = grid.row(pair[1].1).filter(|_| x + 4 < grid.width) else { continue };
        plot.put(x, y, &line.letter, Style::reset().patch(style(line)));
    }
}

fn draw_words(chart: &Lines<'_>, grid: Grid, all: &Canvas, plot: &mut Pen<'_>) {
    let mut labels = Labels::new(all);
    let mut ends: Vec<(f64, End)> = chart.lines.iter().filter_map(|line| end(chart, line, grid)).collect();
    ends.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    labels.ends(&ends.into_iter().map(|(_, end)| end).collect::<Vec<End>>(), plot);
    labels.levels(chart.levels, |value| grid.row(value), plot);
    let begun = chart.lines.iter().filter_map(|line| Some((line.begins.as_ref()?, line.style)));
    let events: Vec<_> = begun.map(|(event, style)| ((grid.x(event.x) / 2) as u16, event.text.as_str(), style)).collect();
    labels.events(&events, plot);
    labels.notes(chart.notes, plot);
}

/// `B 5.8` at the end of its line, and the value there.
fn end(chart: &Lines<'_>, line: &Line, grid: Grid) -> Option<(f64, End)> {
    let (x, y) = line.points.iter().rev().find(|(_, y)| y.is_finite())?;
    let row = grid.y(*y).clamp(0, i32::from(grid.height) * 4 - 1) / 4;
    let text = format!("{} {}", line.letter, (chart.format)(*y));
    Some((*y, End { x: (grid.x(*x) / 2) as u16, y: row as u16, text, style: style(line) }))
}
