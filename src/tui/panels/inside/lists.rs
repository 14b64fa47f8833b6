//! Lists of states and acts with a number each: the trace, the queue, planned updates, what is replayed.

use crate::trainer::view::{End, InsideView, Remembered, StateView, Trace};
use crate::tui::panels::words::{self, Form};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run};

use super::gauges::figure;

/// Below so many columns a remembered turn takes two lines.
const WIDE: u16 = 58;

fn state(view: &InsideView, key: u64) -> Option<&StateView> {
    view.states.binary_search_by_key(&key, |(known, _)| *known).ok().map(|at| &view.states[at].1)
}

fn act(view: &InsideView, act: u8) -> &str {
    view.acts.get(usize::from(act)).map_or("?", |act| act.short.as_str())
}

/// The form in which the states of a list are written.
fn form(view: &InsideView, keys: impl Iterator<Item = u64> + Clone, theme: &Theme, columns: u16) -> Form {
    words::form(theme, &keys.filter_map(|key| state(view, key)), columns)
}

/// The state in so many columns; its number where it has no words.
fn place(view: &InsideView, key: u64, theme: &Theme, (form, columns): (Form, u16)) -> Row {
    let text = theme.ink(Ink::Text);
    let row = match state(view, key) {
        Some(words) => words::state_line(theme, words, text, form),
        None => vec![Run::new(format!("state {key}"), text)],
    };
    words::filled(theme, &row, columns)
}

fn acts(view: &InsideView, theme: &Theme) -> u16 {
    view.acts.iter().map(|act| theme.width(&act.short)).max().unwrap_or(0).clamp(3, 10)
}

/// A line each: state, act, number, and a bar as long as its share of the largest.
pub fn traces(list: &[Trace], view: &InsideView, theme: &Theme, columns: u16, signed: bool) -> Vec<Row> {
    let most = list.iter().map(|one| one.value.abs()).filter(|value| value.is_finite()).fold(1e-9, f32::max);
    let acts = acts(view, theme);
    let written =
        |value: f32| if signed { number::signed(value.into(), 2) } else { number::fixed(value.into(), if most < 100.0 { 3 } else { 1 }) };
    let numbers = list.iter().map(|one| theme.width(&written(one.value))).max().unwrap_or(0);
    let bars = (columns / 5).clamp(4, 20);
    let states = columns.saturating_sub(acts + numbers + bars + 3).min(48);
    let form = form(view, list.iter().map(|one| one.key), theme, states);
    let line = |one: &Trace| {
        let ink = if signed { theme.sign(one.value) } else { theme.ink(Ink::Learner) };
        let mut row = place(view, one.key, theme, (form, states));
        row.push(Run::new(" ", ink));
        row.extend(words::filled(theme, &[Run::new(act(view, one.act), words::bold(theme.ink(Ink::Text)))], acts));
        let value = theme.plain(&written(one.value)).into_owned();
        let pad = usize::from((1 + numbers).saturating_sub(theme.width(&value)));
        row.push(Run::new(format!("{}{value} ", " ".repeat(pad)), ink));
        row.push(words::bar(theme, bars, one.value.abs() / most, ink));
        row
    };
    list.iter().map(line).collect()
}

/// A remembered turn: state and act, reward, age, and where there are priorities a bar.
pub fn remembered(list: &[Remembered], view: &InsideView, theme: &Theme, columns: u16) -> Vec<Row> {
    let (quiet, text) = (theme.ink(Ink::Quiet), theme.ink(Ink::Text));
    let most = list.iter().filter_map(|one| one.priority).filter(|p| p.is_finite()).fold(1e-9, f32::max);
    let acts = acts(view, theme);
    let figures = |one: &Remembered, bars: u16| {
        let reward = number::signed_trimmed(one.reward.into(), 1);
        let ends = one.end != End::Open;
        let mut row = vec![Run::new("r ", quiet), Run::new(format!("{:<5}", theme.plain(&reward)), theme.sign(one.reward))];
        row.push(Run::new(if ends { " end " } else { "     " }, theme.ink(Ink::Accent)));
        row.push(Run::new(format!("age {:>6}", number::short(one.age as f64)), quiet));
        if let Some(priority) = one.priority {
            row.push(Run::new(format!(" p {:<5} ", figure(priority)), quiet));
            row.push(words::bar(theme, bars, priority / most, theme.ink(Ink::Learner)));
        }
        row
    };
    let wide = columns >= WIDE;
    let states = if wide { columns.saturating_sub(acts + 44).min(48) } else { columns.saturating_sub(acts + 3) };
    let form = form(view, list.iter().map(|one| one.key), theme, states);
    let mut out = Vec::new();
    for one in list {
        let named = Run::new(act(view, one.act), words::bold(text));
        let mut row = place(view, one.key, theme, (form, states));
        if wide {
            row.push(Run::new(" ", text));
            row.extend(words::filled(theme, &[named], acts + 1));
            row.extend(figures(one, 10));
            out.push(row);
        } else {
            row.extend([Run::new(" → ", quiet), named]);
            out.push(row);
            let mut below = vec![Run::new("  ", quiet)];
            below.extend(figures(one, columns.saturating_sub(34).min(10)));
            out.push(words::cut(theme, &below, columns));
        }
    }
    out
}
