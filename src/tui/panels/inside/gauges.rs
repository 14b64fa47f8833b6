//! Numbers worth watching, with their last values as a curve, and a network's layers.

use crate::trainer::view::{Gauge, Layer, Replay};
use crate::tui::panels::words;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run, truncate, wrap};

/// Columns from which on the meaning stands in the gauge's own line.
const INLINE: u16 = 90;
const LONGEST_CURVE: u16 = 24;

/// Any number that a gauge may have, huge, tiny or none.
pub fn figure(value: f32) -> String {
    let value = f64::from(value);
    match value.abs() {
        s if !s.is_finite() => number::fixed(value, 0),
        s if s >= 1e7 => format!("{value:.1e}"),
        s if s >= 1000.0 => {
            let sign = if value < 0.0 { "−" } else { "" };
            format!("{sign}{}", number::thousands(s.round() as u64))
        }
        s if s >= 0.001 || s == 0.0 => number::setting(value).replace('-', "−"),
        _ => format!("{value:.1e}").replace('-', "−"),
    }
}

/// One line a gauge, and below it what it means where that is wanted.
pub fn rows(gauges: &[Gauge], theme: &Theme, columns: u16, told: bool) -> Vec<Row> {
    let head = |gauge: &Gauge| if gauge.symbol.is_empty() { gauge.name.to_owned() } else { format!("{} {}", gauge.name, gauge.symbol) };
    let names = gauges.iter().map(|gauge| theme.width(&head(gauge))).max().unwrap_or(0).min(columns / 2);
    let figures = gauges.iter().map(|gauge| theme.width(&figure(gauge.value))).max().unwrap_or(0);
    let units = gauges.iter().map(|gauge| theme.width(gauge.unit)).max().unwrap_or(0);
    let (quiet, mark) = (theme.ink(Ink::Quiet), theme.glyph(crate::tui::theme::Glyph::Ellipsis));
    let mut out = Vec::new();
    for gauge in gauges {
        let bad = !gauge.value.is_finite();
        let ink = words::bold(theme.ink(if bad { Ink::Alarm } else { Ink::Text }));
        let mut row = words::filled(theme, &[Run::new(head(gauge), quiet)], names);
        let value = theme.plain(&figure(gauge.value)).into_owned();
        row.push(Run::new(" ".repeat(usize::from((1 + figures).saturating_sub(theme.width(&value)))), quiet));
        row.push(Run::new(value, ink));
        let unit = if units > 0 { format!(" {:<1$}", theme.plain(gauge.unit), usize::from(units)) } else { String::new() };
        row.push(Run::new(unit, quiet));
        let used = words::width(theme, &row) + 1;
        let room = columns.saturating_sub(used).min(LONGEST_CURVE);
        if room >= 4 && gauge.recent.len() > 1 {
            row.push(Run::new(" ", quiet));
            row.push(Run::new(curve(theme, &gauge.recent, room), theme.ink(Ink::Learner)));
        }
        let inline = columns >= INLINE;
        if inline {
            let at = used + LONGEST_CURVE + 1;
            let mut row = words::filled(theme, &row, at);
            row.push(Run::new(truncate(&theme.plain(gauge.meaning), columns.saturating_sub(at), mark), quiet));
            out.push(row);
        } else {
            out.push(words::cut(theme, &row, columns));
            if told {
                let lines = wrap(&theme.plain(gauge.meaning), columns.saturating_sub(2));
                out.extend(lines.into_iter().map(|line| vec![Run::new(format!("  {line}"), quiet)]));
            }
        }
    }
    out
}

/// The newest values, each as high as it is among them.
fn curve(theme: &Theme, values: &[f32], columns: u16) -> String {
    let shown = &values[values.len().saturating_sub(usize::from(columns))..];
    let finite = || shown.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f32::INFINITY, f32::min), finite().fold(f32::NEG_INFINITY, f32::max));
    let height = |value: &f32| match value {
        value if !value.is_finite() => "!",
        value if high > low => theme.height((value - low) / (high - low)),
        _ => theme.height(0.5),
    };
    shown.iter().map(height).collect()
}

/// `hidden 1  64 → 128  norm 8.1  gradient 0.03`
pub fn layers(layers: &[Layer], theme: &Theme, columns: u16) -> Vec<Row> {
    let quiet = theme.ink(Ink::Quiet);
    let shape = |layer: &Layer| format!("{} → {}", layer.inputs, layer.outputs);
    let names = layers.iter().map(|layer| theme.width(&layer.name)).max().unwrap_or(0).max(5).min(columns / 3);
    let shapes = layers.iter().map(|layer| theme.width(&shape(layer))).max().unwrap_or(0).max(8);
    let room = columns.saturating_sub(names + shapes + 1);
    let heads: &[&str] = if room >= 18 { &["‖w‖", "‖∇‖"] } else { &["‖w‖"] };
    let line = |name: &str, shape: &str, figures: [String; 2], ink| {
        let mut row = words::filled(theme, &[Run::new(name, quiet)], names + 1);
        row.extend(words::filled(theme, &[Run::new(shape, ink)], shapes));
        for figure in &figures[..heads.len()] {
            let text = theme.plain(figure).into_owned();
            let pad = usize::from(9u16.saturating_sub(theme.width(&text)));
            row.push(Run::new(format!("{}{text}", " ".repeat(pad)), ink));
        }
        words::cut(theme, &row, columns)
    };
    let mut out = vec![line("layer", "in → out", ["‖w‖".into(), "‖∇‖".into()], quiet)];
    let text = theme.ink(Ink::Text);
    out.extend(layers.iter().map(|layer| line(&layer.name, &shape(layer), [figure(layer.weights), figure(layer.gradient)], text)));
    out
}

/// `12,345 of 50,000 turns  25 % ━━━━━`
pub fn fill(replay: &Replay, theme: &Theme, columns: u16) -> Row {
    let share = replay.kept as f32 / replay.room.max(1) as f32;
    let text =
        format!("{} of {} turns, {} ", number::thousands(replay.kept), number::thousands(replay.room), number::percent_in(share.into(), 6));
    let room = columns.saturating_sub(theme.width(&text)).min(20);
    let mut row = vec![Run::new(text, theme.ink(Ink::Text))];
    if room >= 4 {
        row.push(words::bar(theme, room, share, theme.ink(Ink::Learner)));
    }
    words::cut(theme, &row, columns)
}
