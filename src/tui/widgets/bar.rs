//! Bars and one-line curves.

use ratatui::style::Style;

use crate::tui::theme::Glyph;
use crate::tui::widgets::pen::Pen;

/// A bar from the left over `share` of `columns`, to half a column.
pub fn meter(pen: &mut Pen<'_>, x: u16, y: u16, columns: u16, share: f32, style: Style) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let halves = (share * f32::from(columns) * 2.0).round() as u16;
    let full = pen.theme.glyph(Glyph::TrackLeft);
    for k in 0..halves / 2 {
        pen.put(x + k, y, full, style);
    }
    if pen.theme.rich && !halves.is_multiple_of(2) {
        pen.put(x + halves / 2, y, "╸", style);
    }
}

/// A curve in one line, the newest values at the right; at most `columns` of them.
pub fn sparkline(pen: &mut Pen<'_>, x: u16, y: u16, columns: u16, values: &[f32], style: Style) -> u16 {
    let shown = &values[values.len().saturating_sub(usize::from(columns))..];
    let low = shown.iter().copied().fold(f32::INFINITY, f32::min);
    let high = shown.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut at = x;
    for &value in shown {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        let glyph = pen.theme.height(share);
        at = pen.put(at, y, glyph, style);
    }
    at
}
