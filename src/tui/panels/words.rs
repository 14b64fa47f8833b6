//! States, slots and patience in glyphs, as several panels show them.

use ratatui::style::{Modifier, Style};

use crate::trainer::view::{SlotView, StateView, Status};
use crate::tui::theme::{Glyph, Ink, Theme};
use crate::tui::widgets::text::{Row, Run, wrap};

pub fn status(theme: &Theme, status: Status) -> Run {
    match status {
        Status::Unknown => Run::new(theme.glyph(Glyph::Unknown), theme.ink(Ink::Quiet)),
        Status::Heard => Run::new(theme.glyph(Glyph::Heard), theme.ink(Ink::Accent)),
        Status::Confirmed => Run::new(theme.glyph(Glyph::Confirmed), theme.ink(Ink::Good)),
    }
}

/// `♥♥♡`, or `2/3` where only ASCII is safe.
pub fn patience(theme: &Theme, patience: Option<(u8, u8)>) -> Row {
    let Some((now, most)) = patience else { return Row::new() };
    if !theme.rich {
        return vec![Run::new(format!("{now}/{most}"), theme.ink(Ink::Person))];
    }
    let lost = most.saturating_sub(now);
    let heart = theme.glyph(Glyph::Heart).repeat(usize::from(now));
    let empty = theme.glyph(Glyph::HeartLost).repeat(usize::from(lost));
    let mut row = vec![Run::new(heart, theme.ink(Ink::Person))];
    if lost > 0 {
        row.push(Run::new(empty, theme.ink(Ink::Faint)));
    }
    row
}

/// `refund ●`, `order ◐`, …, `♥♥♡`: the pieces of a state, to be set apart by spaces. A finite MDP has its name only.
pub fn state(theme: &Theme, words: &StateView, style: Style) -> Vec<Row> {
    pieces(theme, words, style, |slot| &slot.label)
}

/// The state in as few rows as may be: with short names where the long ones do not fit in one.
pub fn state_rows(theme: &Theme, words: &StateView, style: Style, columns: u16) -> Vec<Row> {
    let short = || pieces(theme, words, style, |slot| &slot.short);
    let mut rows = flow(theme, state(theme, words, style), columns, 2);
    for gap in [2, 1] {
        if rows.len() > 1 {
            rows = flow(theme, short(), columns, gap);
        }
    }
    rows
}

fn pieces(theme: &Theme, words: &StateView, style: Style, name: fn(&SlotView) -> &str) -> Vec<Row> {
    if words.patience.is_none() && words.task.is_none() && words.slots.is_empty() {
        return vec![vec![Run::new(words.text.clone(), style)]];
    }
    let labelled = |label: &str, now: Status, style: Style| vec![Run::new(format!("{label} "), style), status(theme, now)];
    let mut pieces = vec![match &words.task {
        Some((task, now)) => labelled(task, *now, style),
        None => labelled("task", Status::Unknown, theme.ink(Ink::Quiet)),
    }];
    for slot in words.slots.iter().filter(|slot| slot.needed || slot.status != Status::Unknown) {
        let ink = if slot.status == Status::Unknown { theme.ink(Ink::Quiet) } else { style };
        pieces.push(labelled(name(slot), slot.status, ink));
    }
    pieces.push(patience(theme, words.patience));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// What the status glyphs mean.
pub fn legend(theme: &Theme) -> Row {
    let quiet = theme.ink(Ink::Quiet);
    let mut row = Row::new();
    for (now, word) in [(Status::Unknown, "unknown"), (Status::Heard, "heard"), (Status::Confirmed, "confirmed")] {
        row.push(Run::new(status(theme, now).text, quiet));
        row.push(Run::new(format!(" {word}  "), quiet));
    }
    if let Some(last) = row.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    row
}

/// Pieces side by side, `gap` columns apart, in as many rows as they need.
pub fn flow(theme: &Theme, pieces: Vec<Row>, columns: u16, gap: u16) -> Vec<Row> {
    let mut rows = vec![Row::new()];
    let mut used = 0;
    for piece in pieces {
        let width = width(theme, &piece);
        if used > 0 && used + gap + width > columns {
            rows.push(Row::new());
            used = 0;
        }
        let Some(row) = rows.last_mut() else { break };
        if used > 0 {
            row.push(Run::new(" ".repeat(usize::from(gap)), Style::new()));
            used += gap;
        }
        used += width;
        row.extend(piece);
    }
    rows
}

pub fn width(theme: &Theme, row: &[Run]) -> u16 {
    row.iter().map(|run| theme.width(&run.text)).sum()
}

pub fn bold(style: Style) -> Style {
    style.add_modifier(Modifier::BOLD)
}

/// A sentence where a panel has nothing to show yet.
pub fn nothing_yet(pen: &mut crate::tui::widgets::pen::Pen<'_>, sentence: &str) {
    let width = pen.width().saturating_sub(2);
    let style = pen.theme.ink(Ink::Quiet);
    // Line by line: a line's end is no symbol to be replaced.
    let lines = sentence.split('\n').flat_map(|part| wrap(&pen.theme.plain(part), width)).collect::<Vec<_>>();
    for (y, line) in lines.iter().enumerate() {
        pen.put(1, y as u16 + u16::from(pen.height() > 2), line, style);
    }
}

/// How a list writes its states, all alike: with names, with short names, as the table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Named,
    Short,
    Signs,
}

/// The roomiest form in which all these states fit.
pub fn form<'a>(theme: &Theme, states: &(impl Iterator<Item = &'a StateView> + Clone), columns: u16) -> Form {
    let fits = |form: &Form| states.clone().all(|words| width(theme, &state_line(theme, words, Style::new(), *form)) <= columns);
    [Form::Named, Form::Short].into_iter().find(fits).unwrap_or(Form::Signs)
}

/// The state in one row.
pub fn state_line(theme: &Theme, words: &StateView, style: Style, form: Form) -> Row {
    let named = words.patience.is_none() && words.task.is_none() && words.slots.is_empty();
    let joined = |pieces: Vec<Row>| flow(theme, pieces, u16::MAX, 1).remove(0);
    match form {
        Form::Named => joined(state(theme, words, style)),
        Form::Short => joined(pieces(theme, words, style, |slot| &slot.short)),
        Form::Signs if named => joined(state(theme, words, style)),
        Form::Signs => signs(theme, words, style),
    }
}

/// `refund● ◐○○ ♥♥♡`
fn signs(theme: &Theme, words: &StateView, style: Style) -> Row {
    let task = words.task.as_ref();
    let mut row =
        vec![Run::new(task.map_or("task", |(name, _)| name), style), status(theme, task.map_or(Status::Unknown, |(_, now)| *now))];
    row.push(Run::new(" ", style));
    row.extend(words.slots.iter().map(|slot| status(theme, slot.status)));
    row.push(Run::new(" ", style));
    row.extend(patience(theme, words.patience));
    row
}

/// What fits of a row, with a mark where something was cut off.
pub fn cut(theme: &Theme, row: &[Run], columns: u16) -> Row {
    let mut room = columns;
    let mut out = Row::new();
    for run in row {
        let text = theme.plain(&run.text);
        let wide = theme.width(&text);
        if wide > room || (wide == room && width(theme, row) > columns) {
            out.push(Run::new(crate::tui::widgets::text::truncate(&format!("{text} "), room, theme.glyph(Glyph::Ellipsis)), run.style));
            break;
        }
        room -= wide;
        out.push(Run::new(text.into_owned(), run.style));
    }
    out
}

/// A row filled with spaces to so many columns, or cut to them.
pub fn filled(theme: &Theme, row: &[Run], columns: u16) -> Row {
    let mut out = cut(theme, row, columns);
    let missing = columns.saturating_sub(width(theme, &out));
    out.push(Run::new(" ".repeat(usize::from(missing)), Style::new()));
    out
}

/// A bar over a share of so many columns, as text.
pub fn bar(theme: &Theme, columns: u16, share: f32, style: Style) -> Run {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let full = (share * f32::from(columns)).round() as usize;
    let rest = usize::from(columns) - full;
    Run::new(theme.glyph(Glyph::TrackLeft).repeat(full) + &" ".repeat(rest), style)
}
