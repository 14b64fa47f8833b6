//! The duel: two replies to the same user side by side; the person says which is better, and the reward model learns from it at once.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{together, view};
use crate::trainer::command::{Ask, Edit};
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::trainer::view::language::Preferred;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::Ink;
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Run, wrap, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "duel",
    slot: Slot::LanguageDetail,
    about: "Two replies to the same user: left and right arrow prefer one, down says that they are alike; the reward model refits at once and shows what it learned.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, watch: &mut Watch| {
        together(watch).duel = true;
    },
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let duel = view(scene.snapshot).and_then(|view| view.duel.as_ref());
    let keys = if duel.is_some() { "← prefer →   ↓ alike".to_owned() } else { String::new() };
    Titles { title: "Which reply is better?".into(), top_right: keys, ..Titles::default() }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let theme = scene.theme;
    let Some(duel) = view(scene.snapshot).and_then(|view| view.duel.as_ref()) else {
        return words::nothing_yet(&mut pen, "From the reward model on, two replies will stand here, and you say which is better.");
    };
    let (text, quiet) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet));
    let mut y = 0;
    let user = [Run::new("user  ", words::bold(theme.ink(Ink::Learner))), Run::new(theme.plain(&duel.user).into_owned(), text)];
    let notes = [Run::new("notes ", quiet), Run::new(theme.plain(&duel.notes).into_owned(), quiet)];
    for line in [&user[..], &notes].into_iter().flat_map(|runs| wrap_runs(runs, area.width.saturating_sub(2))) {
        pen.row(1, y, &line);
        y += 1;
    }
    let half = area.width.saturating_sub(3) / 2;
    let mut below = y;
    for (k, reply) in duel.replies.iter().enumerate() {
        let x = 1 + k as u16 * (half + 1);
        let mut row = y + 1;
        let head = if k == 0 { "← left" } else { "right →" };
        pen.put(x, row, &theme.plain(head), words::bold(theme.ink(Ink::Accent)));
        row += 1;
        for line in wrap(&theme.plain(reply), half.saturating_sub(1)) {
            pen.put(x, row, &line, text);
            row += 1;
        }
        below = below.max(row);
    }
    // Its scores come after the choice, lest they sway it.
    let labels = view(scene.snapshot).map(|view| view.labels).unwrap_or_default();
    let said = match labels.choices + labels.ties {
        0 => "The reward model learns from your choice at once, and what it learned will stand here.".to_owned(),
        count if labels.choices == 0 => format!("{}: nothing is learned from a tie.", choices(count)),
        count => format!(
            "{}. In your last one the reward model now puts the reply that you preferred {} sd above the other; before it was {} sd.",
            choices(count),
            number::signed(labels.after.into(), 2),
            number::signed(labels.before.into(), 2)
        ),
    };
    for (k, line) in wrap(&theme.plain(&said), area.width.saturating_sub(2)).iter().enumerate() {
        pen.put(1, below + 1 + k as u16, line, theme.ink(Ink::Person));
    }
}

fn choices(count: u32) -> String {
    if count == 1 { "1 choice".into() } else { format!("{count} choices") }
}

fn act(_: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let duel = view(snapshot)?.duel.as_ref()?.number;
    let choice = match step {
        Move::Left => Preferred::Left,
        Move::Right => Preferred::Right,
        Move::Down => Preferred::Tie,
        _ => return None,
    };
    Some(Ask::Edit(Edit::Prefer { duel, choice }))
}
