//! One cell: its number, its colour by layer, and the marks for greedy, fresh, untried and selected.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::modified;
use crate::trainer::view::{CellView, Numbers, TableView};
use crate::tui::model::{Layer, Model, Scale};
use crate::tui::panels::Scene;
use crate::tui::theme::{Glyph, Ground, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub struct Shown<'a> {
    pub cell: &'a CellView,
    pub width: u16,
    /// Whether several acts are greedy in this row.
    pub ties: bool,
    pub visited: bool,
    /// Whether the cursor is here.
    pub here: bool,
}

/// The value at which colours are fullest: a round number that moves seldom.
pub fn bound(model: &Model, table: &TableView) -> f32 {
    let largest = match model.table.layer {
        Layer::Q => table.max_q,
        Layer::Policy => return 1.0,
        Layer::Visits => table.max_visits as f32,
        Layer::AbsDelta => table.max_delta,
        Layer::Exact => table.max_exact,
        Layer::Gap => table.max_gap,
    };
    // Colours of values that have diverged: as far as a scale can be written.
    let largest = if largest.is_finite() { largest.min(1e30) } else { 1e30 };
    let now = number::round_up(f64::from(largest)) as f32;
    match model.table.scale {
        Scale::SinceStart => model.table.bound.max(now),
        Scale::Locked if model.table.bound > 0.0 => model.table.bound,
        Scale::Auto | Scale::Locked => now,
    }
}

fn is_signed(layer: Layer) -> bool {
    matches!(layer, Layer::Q | Layer::Exact | Layer::Gap)
}

/// The layer's number in this cell, if it has one; without counts nobody knows whether it was tried.
pub fn value(layer: Layer, cell: &CellView, uncounted: bool) -> Option<f32> {
    let tried = cell.visits > 0 || uncounted;
    match layer {
        _ if !cell.legal => None,
        Layer::Q => tried.then_some(cell.q),
        Layer::Policy => Some(cell.probability),
        Layer::Exact => cell.exact,
        Layer::Visits => tried.then_some(cell.visits as f32),
        Layer::AbsDelta => tried.then_some(cell.delta),
        Layer::Gap => cell.exact.filter(|_| tried).map(|exact| cell.q - exact),
    }
}

/// The share of the bound that colours the cell: on [−1, 1] where the layer is signed.
pub fn share(layer: Layer, value: f32, bound: f32) -> f32 {
    let bound = bound.max(1e-6);
    match layer {
        Layer::Visits => value.ln_1p() / bound.ln_1p(),
        _ => value / bound,
    }
}

pub fn style(theme: &Theme, layer: Layer, share: f32) -> Style {
    if is_signed(layer) { theme.signed(share) } else { theme.unsigned(share) }
}

fn digits(layer: Layer, value: f32, columns: u16) -> String {
    let columns = usize::from(columns);
    let value = f64::from(value);
    match layer {
        Layer::Q | Layer::Exact | Layer::Gap => number::signed_in(value, columns),
        Layer::Policy => number::percent_in(value, if columns < 4 { 2 } else { columns }),
        Layer::Visits => number::count_in(value as u64, columns),
        Layer::AbsDelta => number::signed_in(value, columns + 1).replacen('+', "", 1),
    }
}

pub fn draw(scene: &Scene<'_>, table: &TableView, shown: &Shown<'_>, (x, y, lines): (u16, u16, u16), pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let layer = scene.model.table.layer;
    let bound = bound(scene.model, table);
    let value = value(layer, shown.cell, table.uncounted);
    // What has no numbers of its own prefers nothing.
    let greedy = shown.cell.greedy && shown.cell.legal && shown.visited && scene.model.table.numbers != Numbers::Nothing;
    let mut ink = value.map_or(theme.ink(Ink::Quiet), |v| style(theme, layer, share(layer, v, bound)));
    if shown.here {
        ink = theme.selected(scene.focused);
    }
    ink = modified(ink, greedy, Modifier::BOLD);
    ink = modified(ink, shown.cell.fresh, Modifier::UNDERLINED);
    let blank = " ".repeat(usize::from(shown.width));
    for line in 0..lines {
        let plain = ink.remove_modifier(Modifier::UNDERLINED);
        if value.is_some() || shown.here {
            pen.put(x, y + line, &blank, plain);
        }
    }
    draw_number(scene, shown, value, (x, y), ink, pen);
    if greedy && shown.width >= 4 {
        let marker = if shown.ties { Glyph::Tie } else { Glyph::Pointer };
        // Beside the dot of an untried act; else at the left, where the eye looks for it.
        let left = x + shown.width.saturating_sub(9);
        let at = if value.is_some() { left } else { x + shown.width - 2 - u16::from(shown.width >= 7) };
        pen.put(at, y, theme.glyph(marker), ink);
    }
    if lines > 1 && shown.cell.legal && shown.cell.visits > 0 {
        draw_second(shown, (x, y + 1), ink.remove_modifier(Modifier::UNDERLINED | Modifier::BOLD), pen);
    }
}

fn draw_number(scene: &Scene<'_>, shown: &Shown<'_>, value: Option<f32>, (x, y): (u16, u16), ink: Style, pen: &mut Pen<'_>) {
    // Wide cells keep their last column free, narrow ones end at it.
    let end = x + shown.width - u16::from(shown.width >= 7);
    let room = match shown.width {
        3 => 3,
        width => width.min(7) - 1 - u16::from(width >= 7),
    };
    match value {
        Some(value) => {
            pen.right(end, y, &digits(scene.model.table.layer, value, room), ink);
        }
        None if shown.cell.legal => pen.right(end, y, scene.theme.glyph(Glyph::Never), ink),
        None => {}
    }
}

/// `n37 δ.06` under the number, or `n37` where there is less room.
fn draw_second(shown: &Shown<'_>, (x, y): (u16, u16), ink: Style, pen: &mut Pen<'_>) {
    let visits = number::count_in(shown.cell.visits.into(), 3);
    let delta = number::signed_in(f64::from(shown.cell.delta), 4).replacen('+', "", 1);
    let both = pen.theme.plain(&format!("n{visits} δ{delta}")).into_owned();
    let text = if pen.theme.width(&both) < shown.width { both } else { format!("n{visits}") };
    pen.right(x + shown.width - 1, y, &text, ink);
}

const STEPS: usize = 12;

/// `−12 ▄▄▄▄▄▄▄▄ +12`: the bounds of the colours.
pub fn legend(theme: &Theme, layer: Layer, bound: f32, width: u16) -> String {
    let number = |value: f32| match layer {
        Layer::Policy => number::percent_in(f64::from(value), 5),
        Layer::Visits | Layer::AbsDelta => number::short(f64::from(value)),
        _ => number::signed_trimmed(f64::from(value), 2),
    };
    let low = if is_signed(layer) { number(-bound) } else { "0".into() };
    let high = number(bound);
    if width < 40 || !theme.rich || theme.ground == Ground::Mono {
        return format!("{low} to {high}");
    }
    format!("{low} {} {high}", "▄".repeat(STEPS))
}

/// The frame writes the legend in one ink; here its blocks get the colours that they stand for.
pub fn colour_legend(scene: &Scene<'_>, layer: Layer, area: Rect, buffer: &mut Buffer) {
    let Some(y) = area.y.checked_sub(1) else { return };
    let mut step = 0;
    for x in area.left()..area.right() {
        let Some(cell) = buffer.cell_mut((x, y)) else { return };
        if cell.symbol() == "▄" && step < STEPS {
            let share = step as f32 / (STEPS - 1) as f32;
            let share = if is_signed(layer) { share * 2.0 - 1.0 } else { share };
            if let Some(colour) = style(scene.theme, layer, share).bg {
                cell.set_fg(colour);
            }
            step += 1;
        }
    }
}
