//! A cell's value over time: a small chart towards Q* where there is height, else a curve in one line.

use crate::trainer::view::InspectorView;
use crate::tui::panels::{curve, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::bounds::Bounds;
use crate::tui::widgets::chart::{self, Along, Chart, Inks, Level, Point};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::{bar, number};

const CHART_ROWS: u16 = 7;

/// Draws from row `y` on and returns the rows used.
pub fn draw(cell: &InspectorView, theme: &Theme, y: u16, pen: &mut Pen<'_>) -> u16 {
    if !cell.cell.legal || cell.history.len() < 2 || y + 2 > pen.height() {
        return 0;
    }
    let room = pen.height() - y;
    if room >= 24 && pen.width() >= 34 { draw_chart(cell, theme, y, pen) } else { draw_line(cell, theme, y, pen) }
}

fn span(cell: &InspectorView) -> String {
    let ends = (cell.history.first(), cell.history.last());
    let (first, last) = (ends.0.map_or(0, |p| p.0), ends.1.map_or(0, |p| p.0));
    format!("turns {} to {}", number::thousands(first), number::thousands(last))
}

fn draw_chart(cell: &InspectorView, theme: &Theme, y: u16, pen: &mut Pen<'_>) -> u16 {
    let start = cell.history.first().map_or(0, |p| p.0);
    let unseen = f64::NAN;
    let point = |(tick, q): &(u64, f32)| Point {
        x: (tick - start.min(*tick)) as f64,
        low: unseen,
        high: unseen,
        mean: unseen,
        line: f64::from(*q),
    };
    let points: Vec<Point> = cell.history.iter().map(point).collect();
    let levels: Vec<Level> = cell
        .cell
        .exact
        .map(|exact| Level {
            value: exact.into(),
            label: format!("Q* {}", theme.plain(&number::fixed(exact.into(), 2))),
            style: theme.ink(Ink::Accent),
        })
        .into_iter()
        .collect();
    let values = points.iter().map(|p| p.line).chain(levels.iter().map(|level| level.value));
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let quiet = theme.ink(Ink::Quiet);
    pen.put(1, y, &format!("Q(s,a) over {}", span(cell)), quiet);
    chart::draw(
        &Chart {
            points: &points,
            others: &[],
            along: Along { to: points.last().map_or(1.0, |p| p.x), log: false },
            bounds: Bounds::settle(None, low, high),
            levels: &levels,
            coming: String::new(),
            events: &[],
            cursor: None,
            notes: &[],
            format: curve::tick,
            inks: Inks {
                line: words::bold(theme.ink(Ink::Learner)),
                raw: theme.ink(Ink::Faint),
                axis: quiet,
                event: theme.ink(Ink::Person),
                cursor: theme.ink(Ink::Accent),
            },
        },
        &mut pen.part(0, y + 1, u16::MAX, CHART_ROWS),
    );
    CHART_ROWS + 1
}

/// One line with its first and its last value.
fn draw_line(cell: &InspectorView, theme: &Theme, y: u16, pen: &mut Pen<'_>) -> u16 {
    let (Some(first), Some(last)) = (cell.history.first(), cell.history.last()) else { return 0 };
    let values: Vec<f32> = cell.history.iter().map(|(_, q)| *q).collect();
    let quiet = theme.ink(Ink::Quiet);
    let label = format!("history {} ", number::signed(first.1.into(), 2));
    let end = format!(" {}", number::signed(last.1.into(), 2));
    let room = pen.width().saturating_sub(2 + theme.width(&label) + theme.width(&end));
    if room < 4 {
        return 0;
    }
    let x = pen.put(1, y, &label, quiet);
    let x = bar::sparkline(pen, x, y, room, &values, theme.ink(Ink::Learner));
    pen.put(x, y, &end, words::bold(theme.sign(last.1)));
    pen.put(1, y + 1, &span(cell), quiet);
    2
}
