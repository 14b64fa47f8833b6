//! Bars and one-line curves.

use ratatui::style::Style;

use crate::tui::theme::{Glyph, Ink};
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

/// Where zero lies on an axis of so many columns, from a lowest value to a highest one; both are taken so that zero is between them.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub low: f32,
    pub high: f32,
    pub columns: u16,
}

impl Axis {
    /// Of these values, of which those that are not finite do not count; none where all are zero.
    pub fn of(values: impl Iterator<Item = f32>, columns: u16) -> Option<Axis> {
        let (low, high) = values.filter(|v| v.is_finite()).fold((0.0_f32, 0.0_f32), |(low, high), v| (low.min(v), high.max(v)));
        (low < high && columns > 1).then_some(Axis { low, high, columns })
    }

    /// The column of the zero: the first for values that are all above it, the last for values all below.
    fn zero(&self) -> u16 {
        (-self.low / (self.high - self.low) * f32::from(self.columns - 1)).round() as u16
    }
}

/// A bar from zero to a value, to the left below zero; all bars of one axis have their zero under each other.
pub fn from_zero(pen: &mut Pen<'_>, x: u16, y: u16, axis: Axis, value: f32, style: Style) {
    let zero = axis.zero();
    let room = if value < 0.0 { zero } else { axis.columns - 1 - zero };
    let most = if value < 0.0 { -axis.low } else { axis.high };
    let length = if value.is_finite() && most > 0.0 { (value.abs() / most * f32::from(room)).round() as u16 } else { 0 };
    let (mark, full) = (pen.theme.glyph(Glyph::Upright), pen.theme.glyph(Glyph::TrackLeft));
    let faint = pen.theme.ink(Ink::Faint);
    pen.put(x + zero, y, mark, faint);
    let first = if value < 0.0 { zero - length } else { zero + 1 };
    for k in 0..length {
        pen.put(x + first + k, y, full, style);
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
