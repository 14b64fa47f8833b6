//! The table's header and row heads: states in glyphs, a column for each slot.

use ratatui::style::Modifier;
use unicode_width::UnicodeWidthChar;

use super::layout::Layout;
use super::{modified, pointer};
use crate::trainer::view::{RowView, TableView};
use crate::tui::panels::{Scene, words};
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::truncate;

pub fn draw_header(scene: &Scene<'_>, view: &TableView, layout: &Layout, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let foot = layout.header - 1;
    pen.put(1, foot, "state", quiet);
    for (k, slot) in layout.slots.iter().enumerate() {
        let x = layout.slots_at + k as u16 * layout.pitch;
        let initial = slot.chars().next().filter(|c| c.width() == Some(1));
        if layout.pitch > 2 {
            pen.put(x, foot, slot, theme.ink(Ink::Faint));
        } else if let Some(initial) = initial {
            pen.put(x, foot, &initial.to_string(), theme.ink(Ink::Faint));
        }
    }
    let columns = if layout.cell == 3 { 5 } else { layout.cell };
    let names = act_names(scene, view, columns);
    let tight = layout.cell <= 5 || names.iter().any(|name| theme.width(name) >= layout.cell);
    for shown in 0..layout.shown {
        let act = layout.left + shown;
        let Some(name) = names.get(usize::from(act)) else { break };
        // Names as wide as their columns are told apart by taking turns in brightness.
        let ink = if tight && act % 2 == 1 { Ink::Text } else { Ink::Quiet };
        let here = act == scene.model.table.act;
        let style = if here { words::bold(theme.ink(Ink::Accent)) } else { theme.ink(ink) };
        let x = layout.head + shown * layout.cell;
        // Three columns are too few for a name, so names take turns on two lines.
        if layout.cell == 3 {
            pen.put(x, shown % 2, name, style);
        } else {
            let spare = layout.cell >= 7 && theme.width(name) < layout.cell;
            pen.right(x + layout.cell - u16::from(spare), 0, name, style);
        }
    }
    if layout.critic > 0 {
        let end = layout.head + layout.shown * layout.cell + layout.critic;
        pen.right(end, layout.header - 1, "V(s)", theme.ink(Ink::Learner));
    }
    draw_hints(scene, view, layout, pen);
}

/// The acts' names, cut to so many columns: of those that begin alike, the ends are kept.
fn act_names(scene: &Scene<'_>, view: &TableView, columns: u16) -> Vec<String> {
    let theme = scene.theme;
    let mark = theme.glyph(Glyph::Ellipsis);
    let whole: Vec<_> = view.acts.iter().map(|act| theme.plain(&act.short)).collect();
    let heads: Vec<String> = whole.iter().map(|name| truncate(name, columns, mark)).collect();
    let alike = |k: usize| heads.iter().enumerate().any(|(other, head)| other != k && *head == heads[k]);
    let cut = |k: usize| if theme.width(&whole[k]) > columns && alike(k) { ending(&whole[k], columns, mark) } else { heads[k].clone() };
    (0..heads.len()).map(cut).collect()
}

/// `…north`
fn ending(name: &str, columns: u16, mark: &str) -> String {
    let backwards = |text: &str| text.chars().rev().collect::<String>();
    backwards(&truncate(&backwards(name), columns, mark))
}

/// `‹` and `›` where more acts lie to the sides.
fn draw_hints(scene: &Scene<'_>, view: &TableView, layout: &Layout, pen: &mut Pen<'_>) {
    let style = scene.theme.ink(Ink::Accent);
    if layout.left > 0 {
        pen.put(layout.head - 1, layout.header - 1, scene.theme.glyph(Glyph::Less), style);
    }
    let end = layout.head + layout.shown * layout.cell;
    if usize::from(layout.left + layout.shown) < view.acts.len() {
        let x = end.min(pen.width().saturating_sub(1));
        pen.put(x, layout.header - 1, scene.theme.glyph(Glyph::More), style);
    }
}

pub fn draw(scene: &Scene<'_>, view: &TableView, row: &RowView, (layout, y, under): (&Layout, u16, bool), pen: &mut Pen<'_>) {
    let theme = scene.theme;
    if row.live {
        let (glyph, style) = pointer(theme);
        pen.put(0, y, glyph, style);
    }
    let bold = under || row.live;
    let text = modified(theme.ink(Ink::Text), bold, Modifier::BOLD);
    let quiet = if bold { text } else { theme.ink(Ink::Quiet) };
    if layout.slots.is_empty() && layout.patience == 0 {
        pen.field(1, y, layout.task, &row.words.text, text);
    } else {
        match &row.words.task {
            Some((task, now)) => {
                pen.field(1, y, layout.task, task, text);
                pen.put(layout.slots_at - 2, y, &words::status(theme, *now).text, quiet);
            }
            None => {
                pen.put(1, y, "─", theme.ink(Ink::Quiet));
            }
        }
        draw_slots(scene, row, layout, y, pen);
        let x = layout.patience_at;
        let patience = words::patience(theme, row.words.patience);
        if theme.rich {
            pen.row(x, y, &patience);
        } else if let Some((now, _)) = row.words.patience {
            pen.put(x, y, &now.to_string(), theme.ink(Ink::Person));
        }
    }
    if layout.lines > 1 {
        draw_second(scene, view, row, layout, y + 1, pen);
    }
}

fn draw_slots(scene: &Scene<'_>, row: &RowView, layout: &Layout, y: u16, pen: &mut Pen<'_>) {
    for (k, short) in layout.slots.iter().enumerate() {
        let Some(slot) = row.words.slots.iter().find(|slot| slot.short == *short) else { continue };
        let mut run = words::status(scene.theme, slot.status);
        if !slot.needed && row.words.task.is_some() {
            run.style = scene.theme.ink(Ink::Faint);
        }
        pen.put(layout.slots_at + k as u16 * layout.pitch, y, &run.text, run.style);
    }
}

/// Under the state: how often it was met, and whether what is greedy there is optimal.
fn draw_second(scene: &Scene<'_>, _: &TableView, row: &RowView, layout: &Layout, y: u16, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let room = layout.head.saturating_sub(2);
    let visits = format!("{} visits", crate::tui::widgets::number::short(row.visits as f64));
    let end = pen.put(1, y, &truncate(&visits, room, ""), theme.ink(Ink::Faint));
    let word = match row.optimal {
        Some(true) => ("optimal", Ink::Good),
        Some(false) => ("not best", Ink::Worse),
        None => return,
    };
    if end + 1 + theme.width(word.0) < layout.head {
        pen.put(end + 1, y, word.0, theme.ink(word.1));
    }
}
