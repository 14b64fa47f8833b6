//! All open runs as a tree, with the settings in which they differ and what they have come to.

mod columns;
mod tree;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{RunCard, RunId, Snapshot};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, curves, words};
use crate::tui::theme::{Glyph, Ink};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::wrap;
use columns::Column;
use tree::Branch;
pub use tree::order;

pub const ENTRY: &Panel = &Panel {
    name: "runs",
    slot: Slot::CompareRuns,
    about: "Every run, each under the one that it left, with the settings that differ and the results so far. Enter brings one into focus.",
    titles,
    draw,
    watch: |model: &Model, _: Rect, watch: &mut Watch| {
        curves::together(model, watch);
    },
    act,
    touch,
};

/// The run under the cursor; the one in focus where the cursor is on none.
pub fn under(model: &Model, snapshot: &Snapshot) -> RunId {
    model.compare.run.filter(|id| snapshot.card(*id).is_some()).unwrap_or(snapshot.focus)
}

/// A run that was closed is no longer under the cursor.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let bands = snapshot.compare.iter().flat_map(|compare| &compare.curves).any(|one| one.band.is_some());
    model.compare.beside = snapshot.runs.len() > 1 || bands || model.compare.seeds;
    model.compare.run = model.compare.run.filter(|id| snapshot.card(*id).is_some());
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let snapshot = scene.snapshot;
    let name = |id: RunId| snapshot.card(id).map_or("", |card| card.name.as_str());
    let pair = snapshot.compare.as_ref().and_then(|compare| compare.pair);
    let count = snapshot.runs.len();
    Titles {
        title: "Runs".to_owned(),
        top_right: if count > 1 { format!("{count} train side by side") } else { String::new() },
        bottom_left: pair.map_or(String::new(), |(focus, other)| format!("{} in focus, compared with {}", name(focus), name(other))),
        bottom_right: if columns::differ(snapshot) { "only settings that differ are shown".to_owned() } else { String::new() },
    }
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let order = order(snapshot);
    let here = under(model, snapshot);
    let at = order.iter().position(|id| *id == here)?;
    let to = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(order.len() - 1),
        Move::Home | Move::PageUp => 0,
        Move::End | Move::PageDown => order.len() - 1,
        Move::Open if here == snapshot.focus => return None,
        Move::Open => return Some(Ask::Focus(here)),
        _ => return None,
    };
    model.compare.run = Some(order[to]);
    None
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let Touch::Press(_, y) = touched else { return None };
    let order = order(snapshot);
    let first = first_shown(model, snapshot, area.height);
    let id = *order.get(first + usize::from(y.checked_sub(HEAD)?))?;
    let again = model.compare.run == Some(id) && id != snapshot.focus;
    model.compare.run = Some(id);
    again.then_some(Ask::Focus(id))
}

const HEAD: u16 = 2;

/// The first run shown, so that the one under the cursor is in sight.
fn first_shown(model: &Model, snapshot: &Snapshot, height: u16) -> usize {
    let rows = usize::from(height.saturating_sub(HEAD).max(1));
    let here = under(model, snapshot);
    let at = order(snapshot).iter().position(|id| *id == here).unwrap_or(0);
    at.saturating_sub(rows - 1)
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let snapshot = scene.snapshot;
    if snapshot.runs.is_empty() {
        return words::nothing_yet(&mut pen, "No run is open yet.");
    }
    let branches = tree::branches(snapshot);
    let all = columns::of(snapshot, &branches);
    let widest = branches.iter().map(|branch| scene.theme.width(&branch.line())).max().unwrap_or(0) + 3;
    let (shown, tree_width) = columns::fitting(&all, widest, pen.width().saturating_sub(1), scene.theme);
    draw_heads(scene, &shown, tree_width, &mut pen);
    let first = first_shown(scene.model, snapshot, area.height);
    let rows = usize::from(area.height.saturating_sub(HEAD));
    for (k, branch) in branches.iter().enumerate().skip(first).take(rows) {
        let y = HEAD + (k - first) as u16;
        draw_branch(scene, branch, y, tree_width, &mut pen);
        let mut x = tree_width;
        for column in &shown {
            let style = if column.cells[k] == columns::UNKNOWN { Ink::Faint } else { Ink::Text };
            x += column.width(scene.theme);
            pen.right(x, y, &column.cells[k], scene.theme.ink(style));
        }
    }
    let quiet = scene.theme.ink(Ink::Quiet);
    if first > 0 {
        pen.put(0, HEAD, "↑", quiet);
    }
    if first + rows < branches.len() {
        pen.put(0, area.height.saturating_sub(1), "↓", quiet);
    }
    let free = HEAD + (branches.len() - first) as u16;
    draw_words(scene, &all, &shown, &branches, free, &mut pen);
}

fn draw_heads(scene: &Scene<'_>, shown: &[&Column], tree_width: u16, pen: &mut Pen<'_>) {
    let quiet = scene.theme.ink(Ink::Quiet);
    pen.put(2, 1, "run", quiet);
    let mut x = tree_width;
    for column in shown {
        x += column.width(scene.theme);
        for (y, head) in column.head.iter().enumerate() {
            pen.right(x, y as u16, head, if column.setting { scene.theme.ink(Ink::Accent) } else { quiet });
        }
    }
}

fn draw_branch(scene: &Scene<'_>, branch: &Branch<'_>, y: u16, width: u16, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let card = branch.card;
    let focused = card.id == scene.snapshot.focus;
    let own = curves::ink(theme, card.id as usize);
    let text = if focused { words::bold(theme.ink(Ink::Text)) } else { theme.ink(Ink::Text) };
    if focused {
        pen.put(0, y, theme.glyph(Glyph::Pointer), theme.ink(Ink::Accent));
    }
    let mut part = pen.part(2, y, width.saturating_sub(3), 1);
    let x = part.put(0, 0, &branch.twigs, theme.ink(Ink::Faint));
    let x = part.put(x, 0, &card.name, words::bold(own));
    part.cut(x + 1, 0, &branch.text, text);
    if under(scene.model, scene.snapshot) == card.id && scene.snapshot.runs.len() > 1 {
        let selected = theme.selected(scene.focused);
        pen.restyle(2, y, width.saturating_sub(3), selected);
    }
}

/// Under the runs: what the narrow pane leaves out of the run under the cursor, and why something is not known.
fn draw_words(scene: &Scene<'_>, all: &[Column], shown: &[&Column], branches: &[Branch<'_>], mut y: u16, pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let here = under(scene.model, scene.snapshot);
    let Some(at) = branches.iter().position(|branch| branch.card.id == here) else { return };
    let hidden = all.iter().filter(|column| !shown.iter().any(|one| one.head == column.head));
    let left_out: Vec<String> = hidden.map(|column| format!("{} {}", column.said, column.cells[at])).collect();
    if !left_out.is_empty() {
        let name = &branches[at].card.name;
        let said = theme.plain(&format!("{name}: {}", left_out.join(" · "))).into_owned();
        for line in wrap(&said, pen.width().saturating_sub(3)) {
            pen.put(2, y, &line, theme.ink(Ink::Quiet));
            y += 1;
        }
    }
    let cards = || branches.iter().map(|branch| branch.card);
    for card in cards() {
        if let Some(reason) = &card.stopped {
            pen.cut(2, y, &format!("{} stands still: {reason}", card.name), theme.ink(Ink::Person));
            y += 1;
        }
    }
    let reason = unknown(cards());
    if !reason.is_empty() {
        pen.cut(2, y, reason, theme.ink(Ink::Quiet));
        y += 1;
    }
    if branches.len() == 1 {
        pen.cut(2, y, "There is one run. b branches it here; then both stand here, each under the one it left.", theme.ink(Ink::Quiet));
    }
}

/// Why some results are dashes.
fn unknown<'a>(mut cards: impl Iterator<Item = &'a RunCard> + Clone) -> &'static str {
    if cards.clone().any(|card| card.result.return_100.is_none()) {
        "—  no dialogue of this run has ended yet"
    } else if cards.clone().any(|card| card.result.greedy_return.is_none() || card.result.unknown_from.is_some()) {
        "—  not evaluated yet: exact figures are computed beside training"
    } else if cards.any(|card| card.result.dialogues_to_90.is_none()) {
        "—  90 % of the way from random to optimal is not behind it yet"
    } else {
        ""
    }
}
