//! The time bar under the curve, on the curve's own axis: what has been lived through, where the learner is,
//! and what a person changed or marked on the way.

use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Axis;
use crate::tui::model::Model;
use crate::tui::panels::{Move, Scene, Touch, words};
use crate::tui::seek;
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::chart::{self, Along, LEFT, RIGHT};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

/// From this height on there is a bar, and from the other on a row for the bookmarks' names.
const BAR: u16 = 6;
const NAMES: u16 = 12;

/// Rows that the bar takes from the foot of a pane so high.
pub fn rows(height: u16, snapshot: &Snapshot) -> u16 {
    match height {
        _ if snapshot.view.head == 0 => 0,
        NAMES.. if !snapshot.bookmarks.is_empty() => 2,
        BAR.. => 1,
        _ => 0,
    }
}

/// The axis that curve and bar share.
pub fn along(model: &Model, snapshot: &Snapshot) -> Along {
    let view = &snapshot.view;
    let to = view.curve.as_ref().map_or(0, |curve| curve.to).max(view.dialogues).max(view.head_dialogues).max(1);
    Along { to: to as f64, log: model.curve.axis == Axis::Log }
}

/// `dialogue 400 of 1,234 · turn 3,120`, from long to short.
pub fn present(snapshot: &Snapshot) -> [String; 3] {
    let view = &snapshot.view;
    let dialogue = format!("dialogue {}", number::thousands(view.dialogues));
    let turn = format!("turn {}", number::thousands(view.tick));
    let of = if view.in_the_past() { format!("{dialogue} of {}", number::thousands(view.head_dialogues)) } else { dialogue.clone() };
    [format!("{of} · {turn}"), of, dialogue]
}

/// Draws the bar into the rows given.
pub fn draw(scene: &Scene<'_>, pen: &mut Pen<'_>) {
    let (model, snapshot, theme) = (scene.model, scene.snapshot, scene.theme);
    let columns = chart::plot_width(pen.width());
    if pen.height() == 0 || columns < 2 {
        return;
    }
    let along = along(model, snapshot);
    let place = |dialogue: u64| along.column(dialogue as f64, columns);
    let (now, head) = (place(seek::present(model, snapshot)), place(snapshot.view.head_dialogues));
    let quiet = theme.ink(Ink::Quiet);
    pen.right(LEFT - 1, 0, "0", quiet);
    if pen.width() >= LEFT + columns + RIGHT {
        let end = if along.to < 10_000.0 { number::thousands(along.to as u64) } else { number::short(along.to) };
        pen.put(LEFT + columns, 0, &format!(" {end}"), quiet);
    }
    for x in 0..=head.max(now) {
        let (glyph, ink) = if x <= now { (Glyph::TrackLeft, Ink::Learner) } else { (Glyph::Track, Ink::Quiet) };
        pen.put(LEFT + x, 0, theme.glyph(glyph), theme.ink(ink));
    }
    let edits = snapshot.view.curve.iter().flat_map(|curve| &curve.marks);
    for mark in edits {
        pen.put(LEFT + place(mark.dialogue), 0, theme.glyph(Glyph::Mark), theme.ink(Ink::Person));
    }
    let mut free = LEFT;
    for mark in &snapshot.bookmarks {
        let x = LEFT + place(mark.dialogue);
        pen.put(x, 0, theme.glyph(Glyph::Bookmark), words::bold(theme.ink(Ink::Good)));
        let wide = theme.width(&mark.name);
        let from = x.saturating_sub(wide / 2).max(free);
        if pen.height() > 1 && from <= x && from + wide <= pen.width() {
            pen.put(from, 1, &mark.name, theme.ink(Ink::Good));
            free = from + wide + 1;
        }
    }
    let ink = if snapshot.view.in_the_past() { Ink::Person } else { Ink::Accent };
    pen.put(LEFT + now, 0, theme.glyph(Glyph::Handle), words::bold(theme.ink(ink)));
}

/// Left and right go by a column of the bar, with page keys by ten; Home and End to the start and the head.
pub fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let columns = chart::plot_width(area.width);
    let (along, head) = (along(model, snapshot), snapshot.view.head_dialogues);
    let now = seek::present(model, snapshot);
    let column = i32::from(along.column(now as f64, columns));
    let by = match step {
        Move::Left => -1,
        Move::Right => 1,
        Move::PageUp => -10,
        Move::PageDown => 10,
        Move::Home => return seek::to(model, snapshot, 0),
        Move::End => return seek::to(model, snapshot, head),
        _ => return None,
    };
    let there = dialogue_at(along, (column + by).clamp(0, i32::from(columns) - 1) as u16, columns);
    // However narrow a column, a step is a step.
    let there = if by < 0 { there.min(now.saturating_sub(1)) } else { there.max(now + 1).min(head) };
    let moves = there != now || by < 0 && snapshot.view.turn > 0;
    if moves { seek::to(model, snapshot, there) } else { None }
}

fn dialogue_at(along: Along, column: u16, columns: u16) -> u64 {
    along.at(column, columns).round() as u64
}

/// A press or a drag on the curve or its bar goes to the dialogue under the mouse.
pub fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let (Touch::Press(x, _) | Touch::Drag(x, _)) = touched else { return None };
    let columns = chart::plot_width(area.width);
    let dragged = matches!(touched, Touch::Drag(..));
    if snapshot.view.head == 0 || !dragged && !(LEFT..LEFT + columns).contains(&x) {
        return None;
    }
    let along = along(model, snapshot);
    let column = x.saturating_sub(LEFT).min(columns.saturating_sub(1));
    let first = column == 0;
    let there = if first { 0 } else { dialogue_at(along, column, columns).min(snapshot.view.head_dialogues) };
    // A press where the learner is, at the head, is no wish to go anywhere.
    let here = column == along.column(seek::present(model, snapshot) as f64, columns);
    if here && !dragged { None } else { seek::to(model, snapshot, there) }
}
