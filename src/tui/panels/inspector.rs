//! Everything known of the cell under the cursor: value, truth, history, last update, what can happen.

mod history;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{InspectorView, OutcomeView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, equation, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "inspector",
    slot: Slot::ValuesInspector,
    about: "The selected cell: its value and the exact one, its history, its last update, and what can happen next.",
    titles,
    draw,
    watch,
    act: |_: &mut Model, _: &Snapshot, _: Rect, _: Move| None,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

fn watch(model: &Model, _: Rect, watch: &mut Watch) {
    watch.cell = model.table.selected.map(|state| (state, model.table.act));
}

fn titles(scene: &Scene<'_>, _: u16) -> Titles {
    let cell = scene.snapshot.view.cell.as_ref();
    Titles {
        title: "Selected cell".into(),
        bottom_left: if cell.is_some() { "w when did it learn this?".into() } else { String::new() },
        top_right: cell.map_or(String::new(), |c| format!("state {} · act {}", c.state, c.act)),
        ..Titles::default()
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(cell) = &scene.snapshot.view.cell else {
        return words::nothing_yet(&mut pen, "Move the cursor onto a cell of the table, and all that is known of it stands here.");
    };
    if area.width < 6 {
        return;
    }
    let columns = area.width - 2;
    let mut y = 0;
    let mut write = |rows: Vec<Row>, gap: u16, pen: &mut Pen<'_>| {
        for row in rows {
            pen.row(1, y, &row);
            y += 1;
        }
        y += gap;
        y
    };
    let gap = u16::from(area.height >= 24);
    write(place(cell, scene.theme, columns), gap, &mut pen);
    let at = write(figures(cell, scene.theme, columns), gap, &mut pen);
    let used = history::draw(cell, scene.theme, at, &mut pen);
    write(vec![Row::new(); usize::from(used)], if used > 0 { gap } else { 0 }, &mut pen);
    let room = usize::from(area.height.saturating_sub(write(Vec::new(), 0, &mut pen)));
    write(last_update(cell, scene, columns, room), gap, &mut pen);
    write(outcomes(cell, scene.theme, columns), 0, &mut pen);
}

/// The state and the act in words.
fn place(cell: &InspectorView, theme: &Theme, columns: u16) -> Vec<Row> {
    let text = theme.ink(Ink::Text);
    let mut rows = words::state_rows(theme, &cell.words, words::bold(text), columns);
    let runs = [
        Run::new(theme.plain(&cell.act_name), words::bold(theme.ink(Ink::Accent))),
        Run::new(format!("  {}", theme.plain(&cell.act_meaning)), theme.ink(Ink::Quiet)),
    ];
    rows.extend(wrap_runs(&runs, columns));
    rows
}

fn figures(cell: &InspectorView, theme: &Theme, columns: u16) -> Vec<Row> {
    let it = &cell.cell;
    if !it.legal {
        return vec![vec![Run::new("This act is not allowed in this state.", theme.ink(Ink::Quiet))]];
    }
    let quiet = theme.ink(Ink::Quiet);
    let named = |name: &str, number: String, style: Style| {
        vec![Run::new(format!("{} ", theme.plain(name)), quiet), Run::new(theme.plain(&number), words::bold(style))]
    };
    let signed = |value: f32| number::signed(value.into(), 2);
    let q = if it.visits == 0 { "never tried".into() } else { signed(it.q) };
    let mut pieces = vec![named("Q", q, theme.sign(if it.visits == 0 { 0.0 } else { it.q }))];
    if let Some(exact) = it.exact {
        pieces.push(named("Q*", signed(exact), theme.ink(Ink::Accent)));
        pieces.push(named("Q − Q*", signed(it.q - exact), theme.sign(it.q - exact)));
    }
    let text = theme.ink(Ink::Text);
    pieces.push(named("visits", number::thousands(it.visits.into()), text));
    pieces.push(named("last |δ|", number::fixed(it.delta.into(), 2), text));
    pieces.push(named("probability", number::percent_in(it.probability.into(), 6), text));
    if it.greedy && it.visits > 0 {
        pieces.push(vec![Run::new("greedy here", theme.ink(Ink::Good))]);
    }
    words::flow(theme, pieces, columns, 3)
}

/// The last update in so many lines, if possible: its numbers stay longer than its symbols.
fn last_update(cell: &InspectorView, scene: &Scene<'_>, columns: u16, room: usize) -> Vec<Row> {
    let Some(update) = &cell.last_update else { return Vec::new() };
    let theme = scene.theme;
    let quiet = theme.ink(Ink::Quiet);
    let heading = format!("last update, turn {}", number::thousands(update.tick + 1));
    let mut rows = vec![vec![Run::new(heading, quiet)]];
    if !update.rule.is_empty() {
        let lines = equation::of(update, &scene.snapshot.view.knobs, theme, columns);
        // The heading and δ take a line each.
        let whole = lines.iter().map(|line| line.symbols.len() + line.numbers.len()).sum::<usize>() + 2 <= room;
        for line in lines {
            if whole {
                rows.extend(line.symbols);
            }
            rows.extend(line.numbers);
        }
    }
    let delta = number::signed(update.delta.into(), 2);
    rows.push(vec![
        Run::new(theme.plain("TD error δ ").into_owned(), quiet),
        Run::new(theme.plain(&delta).into_owned(), words::bold(theme.sign(update.delta))),
        Run::new(format!("  {}", super::update::hoped(update.delta)), quiet),
    ]);
    rows
}

/// `60 % → order heard … reward −2 (then max Q 7.20)`
fn outcomes(cell: &InspectorView, theme: &Theme, columns: u16) -> Vec<Row> {
    if cell.outcomes.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![vec![Run::new("what can happen", theme.ink(Ink::Quiet))]];
    for outcome in &cell.outcomes {
        rows.extend(outcome_rows(outcome, theme, columns));
    }
    rows
}

fn outcome_rows(outcome: &OutcomeView, theme: &Theme, columns: u16) -> Vec<Row> {
    let quiet = theme.ink(Ink::Quiet);
    let chance = format!("{:>5} ", number::percent_in(outcome.probability, 5));
    let reward = number::signed_trimmed(outcome.reward, 2);
    let then = if outcome.ends { ", ends".to_string() } else { format!(", then max Q {}", number::fixed(outcome.next_value.into(), 2)) };
    let indent = chance.len() as u16;
    let lines = wrap(&theme.plain(&outcome.next), columns.saturating_sub(indent));
    let mut rows: Vec<Row> = Vec::new();
    for (k, line) in lines.into_iter().enumerate() {
        let head = if k == 0 { chance.clone() } else { " ".repeat(usize::from(indent)) };
        rows.push(vec![Run::new(head, words::bold(theme.ink(Ink::Text))), Run::new(line, theme.ink(Ink::Text))]);
    }
    let tail = vec![
        Run::new("  reward ", quiet),
        Run::new(theme.plain(&reward).into_owned(), theme.sign(outcome.reward as f32)),
        Run::new(then, quiet),
    ];
    let fits = |row: &Row| words::width(theme, row) + words::width(theme, &tail) <= columns;
    if rows.last().is_some_and(fits) {
        rows.last_mut().into_iter().for_each(|row| row.extend(tail.clone()));
    } else {
        let mut row = vec![Run::new(" ".repeat(usize::from(indent.saturating_sub(2))), quiet)];
        row.extend(tail);
        rows.push(row);
    }
    rows
}
