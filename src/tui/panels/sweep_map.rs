//! A map of two settings that fills while one watches: each cell the greedy policy's exact return, over the seeds done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Snapshot, SweepView};
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::panels::{Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Glyph, Ground, Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::pen::Pen;

pub const ENTRY: &Panel = &Panel {
    name: "sweep",
    slot: Slot::CompareDifference,
    about: "A map of two settings: what the greedy policy earns at each pair, over the seeds done so far. Enter opens a cell as a run.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, _: &mut Watch| {},
    act,
    touch,
};

fn symbol<'a>(snapshot: &'a Snapshot, name: &'a str) -> &'a str {
    snapshot.view.knobs.iter().find(|knob| knob.name == name).map_or(name, |knob| knob.symbol)
}

const STEPS: usize = 12;

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let Some(sweep) = &scene.snapshot.sweep else {
        return Titles { title: "Sweep map".to_owned(), ..Titles::default() };
    };
    let (rows, columns) = (symbol(scene.snapshot, &sweep.rows.0), symbol(scene.snapshot, &sweep.columns.0));
    let legend = span(sweep).map_or(String::new(), |(low, high)| {
        let (low, high) = (number::fixed(low, 1), number::fixed(high, 1));
        let bare = width < 60 || !scene.theme.rich || scene.theme.ground == Ground::Mono;
        if bare { format!("{low} to {high}") } else { format!("{low} {} {high}", "▄".repeat(STEPS)) }
    });
    let done = number::percent_in(f64::from(sweep.done), 6);
    let state = if sweep.done >= 1.0 { "full".to_owned() } else { format!("{done} done, W stops it") };
    let optimum = scene.snapshot.solution.map_or(String::new(), |solution| {
        format!("optimum {} at γ {}", number::fixed(solution.optimal.return_, 1), number::setting(solution.gamma))
    });
    Titles {
        title: format!("Sweep: {rows} × {columns} · {state}"),
        top_right: legend,
        bottom_left: foot(scene, sweep, width.saturating_sub(scene.theme.width(&optimum) + 7)),
        bottom_right: optimum,
    }
}

/// What the cells are and what Enter does with one, in the longest form that fits.
fn foot(scene: &Scene<'_>, sweep: &SweepView, room: u16) -> String {
    let (dialogues, seeds) = (number::thousands(sweep.dialogues), sweep.seeds);
    let forms = [
        format!("greedy return after {dialogues} dialogues, mean of {seeds} seeds · enter opens the cell"),
        format!("greedy return, {dialogues} dialogues, {seeds} seeds · enter opens the cell"),
        format!("greedy return, {dialogues} dialogues · enter opens it"),
        "enter opens the cell".to_owned(),
    ];
    let fitting = forms.iter().position(|form| scene.theme.width(form) <= room).unwrap_or(forms.len() - 1);
    forms[fitting].clone()
}

/// The smallest and the largest mean so far.
fn span(sweep: &SweepView) -> Option<(f64, f64)> {
    let known = || sweep.cells.iter().filter(|(value, done)| *done > 0 && value.is_finite()).map(|(value, _)| *value);
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    (low <= high).then_some((low, high))
}

fn share(value: f64, (low, high): (f64, f64)) -> f32 {
    if high > low { ((value - low) / (high - low)) as f32 } else { 1.0 }
}

/// Where the map stands: columns of the row heads, of a cell, and lines of a cell.
struct Grid {
    head: u16,
    cell: u16,
    lines: u16,
    /// First row and column shown, so that the cursor is in sight.
    top: usize,
    left: usize,
}

const HEAD: u16 = 1;

fn grid(model: &Model, snapshot: &Snapshot, sweep: &SweepView, area: Rect, rich: bool) -> Grid {
    let values = sweep.rows.1.iter().map(|value| number::setting(*value).len() as u16);
    let name = Theme::uncoloured(rich).width(symbol(snapshot, &sweep.rows.0));
    let head = name + values.max().unwrap_or(0) + 3;
    let (rows, columns) = (sweep.rows.1.len().max(1) as u16, sweep.columns.1.len().max(1) as u16);
    let cell = (area.width.saturating_sub(head) / columns).clamp(8, 16);
    let lines = (area.height.saturating_sub(HEAD) / rows).clamp(1, 2);
    let fit = |room: u16, size: u16| usize::from((room / size).max(1));
    let first = |at: usize, shown: usize| at.saturating_sub(shown - 1);
    let top = first(model.compare.cell.0, fit(area.height.saturating_sub(HEAD), lines));
    let left = first(model.compare.cell.1, fit(area.width.saturating_sub(head), cell));
    Grid { head, cell, lines, top, left }
}

fn act(model: &mut Model, snapshot: &Snapshot, _: Rect, step: Move) -> Option<Ask> {
    let sweep = snapshot.sweep.as_ref()?;
    let (rows, columns) = (sweep.rows.1.len(), sweep.columns.1.len());
    let (row, column) = &mut model.compare.cell;
    match step {
        Move::Up => *row = row.saturating_sub(1),
        Move::Down => *row = (*row + 1).min(rows.saturating_sub(1)),
        Move::Left => *column = column.saturating_sub(1),
        Move::Right => *column = (*column + 1).min(columns.saturating_sub(1)),
        Move::Home => (*row, *column) = (0, 0),
        Move::End => (*row, *column) = best(sweep).map_or((*row, *column), |at| (at / columns, at % columns)),
        Move::Open => return Some(Ask::OpenCell { row: *row, column: *column }),
        _ => {}
    }
    None
}

fn touch(model: &mut Model, snapshot: &Snapshot, area: Rect, touched: Touch) -> Option<Ask> {
    let Touch::Press(x, y) = touched else { return None };
    let sweep = snapshot.sweep.as_ref()?;
    let grid = grid(model, snapshot, sweep, area, model.rich);
    let row = grid.top + usize::from(y.checked_sub(HEAD)? / grid.lines);
    let column = grid.left + usize::from(x.checked_sub(grid.head)? / grid.cell);
    if row >= sweep.rows.1.len() || column >= sweep.columns.1.len() {
        return None;
    }
    let again = model.compare.cell == (row, column);
    model.compare.cell = (row, column);
    again.then_some(Ask::OpenCell { row, column })
}

/// The cell with the largest mean so far.
fn best(sweep: &SweepView) -> Option<usize> {
    let known = sweep.cells.iter().enumerate().filter(|(_, (value, done))| *done > 0 && value.is_finite());
    known.max_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b)).map(|(at, _)| at)
}

/// Keeps the cursor on the map.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    if let Some(sweep) = &snapshot.sweep {
        let (row, column) = model.compare.cell;
        let last = |values: &[f64]| values.len().saturating_sub(1);
        model.compare.cell = (row.min(last(&sweep.rows.1)), column.min(last(&sweep.columns.1)));
    }
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let Some(sweep) = &scene.snapshot.sweep else {
        let mut pen = Pen::new(buffer, area, *scene.theme);
        return words::nothing_yet(
            &mut pen,
            "No map yet. W fills one: two settings, some seeds at each pair of their values, beside training.",
        );
    };
    colour_legend(scene, area, buffer);
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let grid = grid(scene.model, scene.snapshot, sweep, area, scene.theme.rich);
    let quiet = scene.theme.ink(Ink::Quiet);
    let (rows, columns) = (symbol(scene.snapshot, &sweep.rows.0), symbol(scene.snapshot, &sweep.columns.0));
    let best = best(sweep);
    draw_best(scene, sweep, best, &grid, &mut pen);
    for (row, value) in sweep.rows.1.iter().enumerate().skip(grid.top) {
        let y = HEAD + (row - grid.top) as u16 * grid.lines;
        let style = if row == scene.model.compare.cell.0 { words::bold(scene.theme.ink(Ink::Accent)) } else { quiet };
        pen.right(grid.head - 1, y, &format!("{rows} {}", number::setting(*value)), style);
        for (column, value) in sweep.columns.1.iter().enumerate().skip(grid.left) {
            let x = grid.head + (column - grid.left) as u16 * grid.cell;
            if x + grid.cell > pen.width() {
                break;
            }
            if row == grid.top {
                let style = if column == scene.model.compare.cell.1 { words::bold(scene.theme.ink(Ink::Accent)) } else { quiet };
                let value = number::setting(*value);
                let named = format!("{columns} {value}");
                let fits = scene.theme.width(&named) < grid.cell;
                pen.right(x + grid.cell - 1, 0, if fits { &named } else { &value }, style);
            }
            let at = row * sweep.columns.1.len() + column;
            draw_cell(scene, sweep, (row, column), best == Some(at), (x, y, &grid), &mut pen);
        }
    }
}

/// Under the map, where there is room: the best cell so far in words, and what Enter does.
fn draw_best(scene: &Scene<'_>, sweep: &SweepView, best: Option<usize>, grid: &Grid, pen: &mut Pen<'_>) {
    let y = HEAD + (sweep.rows.1.len() - grid.top) as u16 * grid.lines + 1;
    let Some(at) = best else { return };
    let columns = sweep.columns.1.len();
    let value = |(name, values): &(String, Vec<f64>), at: usize| {
        let value = values.get(at).map_or(String::new(), |value| number::setting(*value));
        format!("{} {value}", symbol(scene.snapshot, name))
    };
    let (mean, done) = sweep.cells[at];
    let (row, column) = (value(&sweep.rows, at / columns), value(&sweep.columns, at % columns));
    let seeds = if done < sweep.seeds { format!(", {done} of {} seeds", sweep.seeds) } else { String::new() };
    let text = format!("best so far: {row}, {column} with {}{seeds} · enter opens the cell under the cursor", number::fixed(mean, 2));
    pen.put(1, y, scene.theme.glyph(Glyph::Pointer), scene.theme.ink(Ink::Accent));
    pen.cut(3, y, &text, scene.theme.ink(Ink::Quiet));
}

fn draw_cell(scene: &Scene<'_>, sweep: &SweepView, at: (usize, usize), best: bool, (x, y, grid): (u16, u16, &Grid), pen: &mut Pen<'_>) {
    let theme = scene.theme;
    let (value, done) = sweep.cells.get(at.0 * sweep.columns.1.len() + at.1).copied().unwrap_or((f64::NAN, 0));
    let known = done > 0 && value.is_finite();
    let mut ink = match span(sweep) {
        Some(span) if known => theme.unsigned(share(value, span)),
        _ => theme.ink(Ink::Quiet),
    };
    let here = at == scene.model.compare.cell;
    if best || here {
        ink = words::bold(ink);
    }
    let end = x + grid.cell - 1;
    for line in 0..grid.lines {
        pen.put(x, y + line, &" ".repeat(usize::from(grid.cell)), ink);
        // The colours are taken by the values: the cursor is a pair of brackets.
        if here {
            pen.put(x, y + line, "[", ink);
            pen.put(end, y + line, "]", ink);
        }
    }
    if !known {
        return pen.right(end, y, theme.glyph(Glyph::Never), ink);
    }
    pen.right(end, y, &number::fixed(value, 2), ink);
    if best {
        pen.put(x + 1, y, theme.glyph(Glyph::Pointer), ink);
    }
    let count = format!("{done}/{}", sweep.seeds);
    if grid.lines > 1 {
        pen.right(end, y + 1, &format!("{count} seeds"), ink);
    } else if done < sweep.seeds && grid.cell >= 12 {
        pen.put(x + 2, y, &count, ink);
    }
}

/// The frame writes the legend in one ink; here its blocks get the colours that they stand for.
fn colour_legend(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let Some(y) = area.y.checked_sub(1) else { return };
    let mut step = 0;
    for x in area.left()..area.right() {
        let Some(cell) = buffer.cell_mut((x, y)) else { return };
        if cell.symbol() == "▄" && step < STEPS {
            if let Some(colour) = scene.theme.unsigned(step as f32 / (STEPS - 1) as f32).bg {
                cell.set_fg(colour);
            }
            step += 1;
        }
    }
}
