//! A slider: a share of its length, and the share that a mouse column means.

use ratatui::style::Style;

use crate::tui::theme::Glyph;
use crate::tui::widgets::pen::Pen;

/// The share of a slider that is set, its colour, and the colour of the rest.
pub struct Slider {
    pub share: f64,
    pub set: Style,
    pub rest: Style,
}

pub fn draw(pen: &mut Pen<'_>, x: u16, y: u16, columns: u16, slider: &Slider) {
    let handle = handle_at(columns, slider.share);
    for k in 0..columns {
        let (glyph, style) = match k.cmp(&handle) {
            std::cmp::Ordering::Less => (Glyph::TrackLeft, slider.set),
            std::cmp::Ordering::Equal => (Glyph::Handle, slider.set),
            std::cmp::Ordering::Greater => (Glyph::Track, slider.rest),
        };
        let glyph = pen.theme.glyph(glyph);
        pen.put(x + k, y, glyph, style);
    }
}

fn handle_at(columns: u16, share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * f64::from(columns.saturating_sub(1))).round() as u16
}

/// The share at `column` of a slider of `columns`.
pub fn share_at(columns: u16, column: u16) -> f64 {
    if columns < 2 { 0.0 } else { (f64::from(column) / f64::from(columns - 1)).clamp(0.0, 1.0) }
}
