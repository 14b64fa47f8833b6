//! Everything known of the cell under the cursor: value, truth, history, last update, what can happen.

mod features;
mod history;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::{InspectorView, Numbers, OutcomeView, Watch};
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, equation, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, wrap, wrap_runs};

pub const ENTRY: &Panel = &Panel {
    name: "inspector",
    slot: Slot::ValuesInspector,
    about: "The selected cell: its value and the exact one, its history, its last update, what can happen next, and the features that the agent sees of its state. Arrows scroll.",
    titles,
    draw,
    watch,
    act,
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
    let Some(cell) = &scene.snapshot.view.cell else {
        let mut pen = Pen::new(buffer, area, *scene.theme);
        return words::nothing_yet(&mut pen, "Move the cursor onto a cell of the table, and all that is known of it stands here.");
    };
    if area.width < 6 {
        return;
    }
    let (whole, used) = painted(cell, scene, area);
    let top = scene.model.inside.inspected.min(usize::from(used.saturating_sub(area.height))) as u16;
    for (y, x) in (0..area.height.min(whole.area.height)).flat_map(|y| (0..area.width).map(move |x| (y, x))) {
        let place = ratatui::layout::Position::new(area.x + x, area.y + y);
        if let (Some(to), Some(from)) = (buffer.cell_mut(place), whole.cell((x, y + top))) {
            *to = from.clone();
        }
    }
    let more = used.saturating_sub(top + area.height);
    if more > 0 && area.height > 4 {
        let mut pen = Pen::new(buffer, area, *scene.theme);
        pen.right(area.width - 1, area.height - 1, &format!(" {more} more below"), scene.theme.ink(Ink::Quiet));
    }
}

/// Lines beyond the pane's that can be scrolled to: features are many.
const BEYOND: u16 = 24;

/// All that is known, where features make it long in more lines than the pane has; and how many lines are used.
fn painted(cell: &InspectorView, scene: &Scene<'_>, area: Rect) -> (Buffer, u16) {
    let columns = area.width.saturating_sub(2);
    let features = features::rows(cell, scene.theme, columns);
    let beyond = if features.is_empty() { 0 } else { features.len() as u16 + BEYOND };
    let mut buffer = Buffer::empty(Rect::new(0, 0, area.width, area.height + beyond));
    let whole = buffer.area;
    let mut pen = Pen::new(&mut buffer, whole, *scene.theme);
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
    write(figures(cell, scene, columns), gap, &mut pen);
    let at = write(features, u16::from(beyond > 0), &mut pen);
    let used = history::draw(cell, scene.theme, at, &mut pen);
    write(vec![Row::new(); usize::from(used)], if used > 0 { gap } else { 0 }, &mut pen);
    let room = usize::from(whole.height.saturating_sub(write(Vec::new(), 0, &mut pen)));
    write(last_update(cell, scene, columns, room), gap, &mut pen);
    let used = write(outcomes(cell, scene.theme, columns), 0, &mut pen);
    (buffer, if beyond > 0 { used } else { 0 })
}

fn act(model: &mut Model, snapshot: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let cell = snapshot.view.cell.as_ref().filter(|_| area.width >= 6)?;
    let theme = Theme::uncoloured(model.rich);
    let used = painted(cell, &Scene { snapshot, model, theme: &theme, focused: true }, area).1;
    let last = usize::from(used.saturating_sub(area.height));
    let (at, page) = (model.inside.inspected.min(last), usize::from(area.height));
    model.inside.inspected = match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(page),
        Move::PageDown => (at + page).min(last),
        Move::Home => 0,
        Move::End => last,
        _ => at,
    };
    None
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

fn figures(cell: &InspectorView, scene: &Scene<'_>, columns: u16) -> Vec<Row> {
    let (it, theme, view) = (&cell.cell, scene.theme, &scene.snapshot.view);
    if !it.legal {
        return wrap_runs(&[Run::new("This act is not allowed in this state.", theme.ink(Ink::Quiet))], columns);
    }
    let quiet = theme.ink(Ink::Quiet);
    let named = |name: &str, number: String, style: Style| {
        vec![Run::new(format!("{} ", theme.plain(name)), quiet), Run::new(theme.plain(&number), words::bold(style))]
    };
    let signed = |value: f32| number::signed(value.into(), 2);
    let (text, tried) = (theme.ink(Ink::Text), it.visits > 0 || view.uncounted);
    let probability = named("probability", number::percent_in(it.probability.into(), 6), text);
    let q = if tried { signed(it.q) } else { "never tried".into() };
    let ink = theme.sign(if tried { it.q } else { 0.0 });
    let mut pieces = match view.numbers {
        Numbers::Values => vec![named("Q", q, ink)],
        Numbers::Preferences => vec![probability.clone(), named("h", q, ink)],
        Numbers::Nothing => vec![probability.clone()],
    };
    if let Some(exact) = it.exact {
        pieces.push(named("Q*", signed(exact), theme.ink(Ink::Accent)));
        if view.numbers == Numbers::Values {
            pieces.push(named("Q − Q*", signed(it.q - exact), theme.sign(it.q - exact)));
        }
    }
    if !view.uncounted {
        pieces.push(named("visits", number::thousands(it.visits.into()), text));
        pieces.push(named("last |δ|", number::fixed(it.delta.into(), 2), text));
    }
    if view.numbers == Numbers::Values {
        pieces.push(probability);
    }
    if it.greedy && tried && view.numbers != Numbers::Nothing {
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
