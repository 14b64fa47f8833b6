//! Weights by feature: a heatmap with a row for each feature and a column for each act, as the table of values has for states.

use ratatui::style::Modifier;

use crate::trainer::view::{InsideView, Weights};
use crate::tui::model::Layer;
use crate::tui::panels::{Scene, table::cells, words};
use crate::tui::theme::{Depth, Glyph, Ground, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run, truncate};

/// Shape of the drawn weights, in columns of the screen.
pub struct Layout {
    pub name: u16,
    pub cell: u16,
    pub left: u16,
    pub shown: u16,
}

/// Shorter names of features say too little to leave room for numbers beside them.
const LEAST_NAME: u16 = 12;

impl Layout {
    pub fn of(view: &InsideView, weights: &Weights, left: u16, theme: &Theme, columns: u16) -> Layout {
        let acts = weights.acts as u16;
        let plain = view.features.iter().map(|name| theme.width(name)).max();
        let valued = view.active.iter().map(|(at, _)| theme.width(&label(view, *at as usize, theme))).max();
        let longest = plain.max(valued).unwrap_or(8).max(8);
        // A mark for what is active, the name, a blank.
        let beside = columns.saturating_sub(acts * 4 + 2);
        let name = longest.min(if beside >= LEAST_NAME { beside } else { columns / 3 });
        let room = columns.saturating_sub(name + 2);
        let cell = [7, 6, 5, 4].into_iter().find(|cell| acts * cell <= room).unwrap_or(if acts * 2 <= room { 2 } else { 5 });
        let shown = (room / cell).min(acts);
        Layout { name, cell, left: left.min(acts - shown), shown }
    }
}

/// The largest |w|, for the colours.
pub fn largest(weights: &Weights) -> f32 {
    weights.values.iter().map(|value| value.abs()).filter(|value| value.is_finite()).fold(0.0, f32::max)
}

pub fn heads(scene: &Scene<'_>, view: &InsideView, layout: &Layout) -> Row {
    let theme = scene.theme;
    let (quiet, mark) = (theme.ink(Ink::Quiet), theme.glyph(Glyph::Ellipsis));
    let less = if layout.left > 0 { theme.glyph(Glyph::Less) } else { " " };
    let more = if usize::from(layout.left + layout.shown) < view.acts.len() { theme.glyph(Glyph::More) } else { "" };
    let mut row = words::filled(theme, &[Run::new("  feature", quiet)], layout.name + 1);
    row.push(Run::new(less, theme.ink(Ink::Accent)));
    for act in layout.left..layout.left + layout.shown {
        let name = view.acts.get(usize::from(act)).map_or(String::new(), |act| theme.plain(&act.short).into_owned());
        let room = layout.cell.saturating_sub(u16::from(layout.cell > 2));
        let text = truncate(&name, room, if room > 3 { mark } else { "" });
        let pad = usize::from(layout.cell.saturating_sub(theme.width(&text)));
        // Heads as wide as their columns are told apart by taking turns in brightness.
        let ink = if act % 2 == 1 { theme.ink(Ink::Text) } else { quiet };
        row.push(Run::new(format!("{}{text}", " ".repeat(pad)), ink));
    }
    row.push(Run::new(more, theme.ink(Ink::Accent)));
    row
}

/// The feature in words, with its value in the present state where that is more than being there.
fn label(view: &InsideView, feature: usize, theme: &Theme) -> String {
    let name = view.features.get(feature).map_or_else(|| format!("feature {feature}"), |name| theme.plain(name).into_owned());
    match view.active.iter().find(|(at, _)| *at as usize == feature) {
        Some((_, value)) if *value != 1.0 => format!("{name} {}", theme.plain(&number::setting((*value).into()))),
        _ => name,
    }
}

/// The weights of one feature; bold and with a pointer where it is active in the present state.
pub fn row(scene: &Scene<'_>, view: &InsideView, weights: &Weights, feature: usize, layout: &Layout, bound: f32) -> Row {
    let theme = scene.theme;
    let active = view.active.iter().find(|(at, _)| *at as usize == feature);
    let name = label(view, feature, theme);
    let ink = if active.is_some() { words::bold(theme.ink(Ink::Text)) } else { theme.ink(Ink::Quiet) };
    let mut row = vec![Run::new(if active.is_some() { theme.glyph(Glyph::Pointer) } else { " " }, theme.ink(Ink::Accent))];
    row.extend(words::filled(theme, &[Run::new(name, ink)], layout.name));
    row.push(Run::new(" ", ink));
    for act in layout.left..layout.left + layout.shown {
        let at = feature * weights.acts as usize + usize::from(act);
        let value = weights.values.get(at).copied().unwrap_or(0.0);
        row.push(cell(theme, value, bound, layout.cell, active.is_some()));
    }
    row
}

fn cell(theme: &Theme, value: f32, bound: f32, columns: u16, active: bool) -> Run {
    let share = cells::share(Layer::Q, value, bound);
    let wide = usize::from(columns);
    let mut style = cells::style(theme, Layer::Q, share);
    if active {
        style = style.add_modifier(Modifier::BOLD);
    }
    if !value.is_finite() {
        return Run::new(format!("{:>wide$}", "!"), theme.ink(Ink::Alarm));
    }
    if columns >= 4 {
        let text = if value == 0.0 { theme.glyph(Glyph::Never).to_owned() } else { number::signed_in(value.into(), wide - 1) };
        let text = theme.plain(&text).into_owned();
        let pad = wide.saturating_sub(usize::from(theme.width(&text)));
        let style = if value == 0.0 { theme.ink(Ink::Faint) } else { style };
        return Run::new(format!("{}{text}", " ".repeat(pad)), style);
    }
    // Too narrow for numbers: colour, or where there is none a shade with the sign.
    let flat = theme.ground == Ground::Mono || theme.depth == Depth::Palette16 || !theme.rich;
    match share {
        _ if value == 0.0 => Run::new(format!("{:>wide$}", theme.glyph(Glyph::Never)), theme.ink(Ink::Faint)),
        share if flat && share < 0.0 => Run::new(format!("-{}", theme.shade(-share)), theme.ink(Ink::Text)),
        share if flat => Run::new(format!(" {}", theme.shade(share)), theme.ink(Ink::Text)),
        _ => Run::new(" ".repeat(wide), style),
    }
}
