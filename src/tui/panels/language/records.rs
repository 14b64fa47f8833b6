//! Raw records beside what became of them: what was taken out, what came in its place, and why a record was dropped.

use ratatui::style::{Modifier, Style};

use super::view;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::language::{CardView, PipelineView, RawView};
use crate::tui::model::{Model, Replies};
use crate::tui::panels::{Move, Scene, Titles, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

/// Whether records stand in place of replies: where a person chose them, and while they are being cleaned.
pub fn in_sight(model: &Model, view: &PipelineView) -> bool {
    view.raw.is_some() && (model.language.replies == Replies::Raw || model.language.replies == Replies::Latest && view.stage == "data")
}

pub fn settle(model: &mut Model, raw: &RawView) {
    model.language.record = model.language.record.map(|at| at.min(raw.seen.saturating_sub(1)));
    model.language.count = (0, 0);
    model.language.word = 0;
}

/// The record under the cursor: the latest, unless a person chose another.
fn cursor(model: &Model, raw: &RawView) -> usize {
    model.language.record.unwrap_or(raw.seen.saturating_sub(1))
}

pub fn titles(scene: &Scene<'_>, raw: &RawView) -> Titles {
    let seen = &raw.cards[..raw.seen.min(raw.cards.len())];
    let dropped = seen.iter().filter(|card| card.lost.is_some()).count();
    Titles {
        title: "Raw records, and what became of them".into(),
        top_right: format!("{} kept, {} dropped", number::thousands((seen.len() - dropped) as u64), number::thousands(dropped as u64)),
        bottom_right: format!("record {} of {}", cursor(scene.model, raw) + usize::from(raw.seen > 0), raw.cards.len()),
        ..Titles::default()
    }
}

pub fn draw(scene: &Scene<'_>, raw: &RawView, pen: &mut Pen<'_>, (width, height): (u16, u16)) {
    let columns = width.saturating_sub(2);
    let cursor = cursor(scene.model, raw);
    let mut y = 0;
    // The record under the cursor is whole, those before it as far as there is room.
    for at in (0..=cursor).rev().take_while(|at| *at < raw.seen) {
        for row in block(scene, &raw.cards[at], at == cursor, columns) {
            if y >= height {
                return;
            }
            pen.row(1, y, &row);
            y += 1;
        }
        y += 1;
    }
    if raw.seen == 0 {
        words::nothing_yet(pen, "Raw dialogues will stand here one by one, and what is left of them.");
    }
}

/// `chat-logs.jsonl:14  dropped by roles: unknown speaker`
fn head(scene: &Scene<'_>, card: &CardView, here: bool) -> Vec<Run> {
    let theme = scene.theme;
    let ink = if here { words::bold(theme.ink(Ink::Accent)) } else { theme.ink(Ink::Quiet) };
    let place = Run::new(theme.plain(&format!("{}:{}  ", card.file, card.at)).into_owned(), ink);
    let mended: Vec<String> = card.mended.iter().map(|(what, times)| format!("{times} × {what}")).collect();
    let told = match card.lost {
        Some((stage, why)) => Run::new(theme.plain(&format!("dropped by {stage}: {why}")).into_owned(), theme.ink(Ink::Worse)),
        None if mended.is_empty() => Run::new("kept as it was", theme.ink(Ink::Good)),
        None => Run::new(theme.plain(&format!("kept; mended {}", mended.join(", "))).into_owned(), theme.ink(Ink::Good)),
    };
    vec![place, told]
}

fn block(scene: &Scene<'_>, card: &CardView, here: bool, columns: u16) -> Vec<Row> {
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let mut rows = wrap_runs(&head(scene, card, here), columns);
    let mut put = |name: &str, runs: &[Run]| {
        for (k, mut row) in wrap_runs(runs, columns.saturating_sub(6)).into_iter().enumerate() {
            row.insert(0, Run::new(format!("{:<6}", if k == 0 { name } else { "" }), quiet));
            rows.push(row);
        }
    };
    if card.lost.is_some() || card.raw == card.now {
        put("raw", &[Run::new(theme.plain(&card.raw.replace('\n', "  ")).into_owned(), if here { theme.ink(Ink::Text) } else { quiet })]);
    } else {
        let (raw, now) = compared(&card.raw, &card.now);
        put("raw", &coloured(scene, &raw, Ink::Worse));
        put("clean", &coloured(scene, &now, Ink::Good));
    }
    rows.into_iter().map(|row| words::cut(theme, &row, columns)).collect()
}

fn coloured(scene: &Scene<'_>, list: &[(String, bool)], ink: Ink) -> Vec<Run> {
    let theme = scene.theme;
    let style = |changed: bool| -> Style { if changed { theme.ink(ink).add_modifier(Modifier::BOLD) } else { theme.ink(Ink::Text) } };
    let word = |(text, changed): &(String, bool)| Run::new(format!("{} ", theme.plain(text)), style(*changed));
    list.iter().map(word).collect()
}

/// Words compared at the most; of longer texts the rest is taken as it is.
const COMPARED: usize = 400;

/// Words, each with whether the other text has nothing in its place.
type Compared = Vec<(String, bool)>;

/// The words of both texts, each with whether the other has nothing in its place: a longest common subsequence.
fn compared(a: &str, b: &str) -> (Compared, Compared) {
    let split = |text: &str| text.split_whitespace().take(COMPARED).map(str::to_owned).collect::<Vec<String>>();
    let (a, b) = (split(a), split(b));
    let wide = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * wide];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * wide + j] =
                if a[i] == b[j] { longest[(i + 1) * wide + j + 1] + 1 } else { longest[(i + 1) * wide + j].max(longest[i * wide + j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            left.push((a[i].clone(), false));
            right.push((b[j].clone(), false));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && longest[(i + 1) * wide + j] >= longest[i * wide + j + 1] {
            left.push((a[i].clone(), true));
            i += 1;
        } else {
            right.push((b[j].clone(), true));
            j += 1;
        }
    }
    (left, right)
}

pub fn act(model: &mut Model, snapshot: &Snapshot, step: Move) {
    let Some(raw) = view(snapshot).and_then(|view| view.raw.as_ref()) else { return };
    let (now, last) = (cursor(model, raw), raw.seen.saturating_sub(1));
    let next = match step {
        Move::Up | Move::Left => now.saturating_sub(1),
        Move::Down | Move::Right => now + 1,
        Move::PageUp => now.saturating_sub(10),
        Move::PageDown => now + 10,
        Move::Home => 0,
        Move::End => last,
        _ => return,
    };
    // At the latest it follows again.
    model.language.record = (next < last).then_some(next);
}
