//! The whole table without numbers, for panes too narrow for them: one column an act, two states a line.

use ratatui::style::Style;

use super::cells;
use crate::trainer::view::{RowView, TableView};
use crate::tui::panels::Scene;
use crate::tui::theme::{Depth, Glyph, Ground, Ink};
use crate::tui::widgets::pen::Pen;

pub fn draw(scene: &Scene<'_>, view: &TableView, pen: &mut Pen<'_>) {
    let flat = scene.theme.ground == Ground::Mono || scene.theme.depth == Depth::Palette16 || !scene.theme.rich;
    for (y, pair) in view.rows.chunks(if flat { 1 } else { 2 }).take(usize::from(pen.height())).enumerate() {
        for act in 0..view.acts.len().min(usize::from(pen.width())) {
            if flat {
                draw_shade(scene, view, &pair[0], (act as u16, y as u16), pen);
            } else {
                draw_halves(scene, view, pair, (act as u16, y as u16), pen);
            }
        }
    }
}

fn share(scene: &Scene<'_>, view: &TableView, row: &RowView, act: u16) -> Option<f32> {
    let layer = scene.model.table.layer;
    let value = cells::value(layer, row.cells.get(usize::from(act))?, view.uncounted)?;
    Some(cells::share(layer, value, cells::bound(scene.model, view)))
}

fn draw_halves(scene: &Scene<'_>, view: &TableView, pair: &[RowView], (x, y): (u16, u16), pen: &mut Pen<'_>) {
    let layer = scene.model.table.layer;
    let colour =
        |row: Option<&RowView>| row.and_then(|row| share(scene, view, row, x)).and_then(|s| cells::style(scene.theme, layer, s).bg);
    let (upper, lower) = (colour(pair.first()), colour(pair.get(1)));
    let (symbol, style) = match (upper, lower) {
        (Some(upper), Some(lower)) => (scene.theme.glyph(Glyph::HalfUpper), Style::new().fg(upper).bg(lower)),
        (Some(upper), None) => (scene.theme.glyph(Glyph::HalfUpper), Style::new().fg(upper)),
        (None, Some(lower)) => ("▄", Style::new().fg(lower)),
        (None, None) => (scene.theme.glyph(Glyph::Never), scene.theme.ink(Ink::Faint)),
    };
    pen.put(x, y, symbol, style);
}

fn draw_shade(scene: &Scene<'_>, view: &TableView, row: &RowView, (x, y): (u16, u16), pen: &mut Pen<'_>) {
    let symbol = match share(scene, view, row, x) {
        Some(share) if share < 0.0 => "-",
        Some(share) => scene.theme.shade(share),
        None => scene.theme.glyph(Glyph::Never),
    };
    pen.put(x, y, symbol, scene.theme.ink(Ink::Text));
}
