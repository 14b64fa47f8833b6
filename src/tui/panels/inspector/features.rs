//! The features of the cell's state in words; for a linear agent, the weights that sum up to its value.

use crate::trainer::view::{FeatureView, InspectorView};
use crate::tui::panels::words;
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::number;
use crate::tui::widgets::text::{Row, Run, wrap_runs};

pub fn rows(cell: &InspectorView, theme: &Theme, columns: u16) -> Vec<Row> {
    if cell.features.is_empty() {
        return Vec::new();
    }
    let quiet = theme.ink(Ink::Quiet);
    if cell.features.iter().any(|feature| feature.weight.is_some()) {
        return summed(cell, theme, columns);
    }
    let named = |feature: &FeatureView| vec![Run::new(theme.plain(&name(feature)).into_owned(), theme.ink(Ink::Text))];
    let mut rows = vec![vec![Run::new("what the agent sees of it", quiet)]];
    rows.extend(words::flow(theme, cell.features.iter().map(named).collect(), columns, 2));
    rows
}

/// `patience 0.67`; what is only there or not has no number.
fn name(feature: &FeatureView) -> String {
    if feature.value == 1.0 { feature.name.clone() } else { format!("{} {}", feature.name, number::setting(feature.value.into())) }
}

/// `+0.41 order confirmed`, the largest first, and what they come to.
fn summed(cell: &InspectorView, theme: &Theme, columns: u16) -> Vec<Row> {
    let (quiet, text) = (theme.ink(Ink::Quiet), theme.ink(Ink::Text));
    let mut parts: Vec<(f32, &FeatureView)> = cell.features.iter().map(|one| (one.weight.unwrap_or(0.0) * one.value, one)).collect();
    parts.sort_by(|(a, _), (b, _)| b.abs().total_cmp(&a.abs()));
    let written = |value: f32| theme.plain(&number::signed(value.into(), 2)).into_owned();
    let wide = parts.iter().map(|(value, _)| theme.width(&written(*value))).max().unwrap_or(0).max(6);
    let line = |value: f32, name: String, ink| {
        let value_text = written(value);
        let pad = usize::from(wide.saturating_sub(theme.width(&value_text)));
        let runs =
            vec![Run::new(format!("{}{value_text} ", " ".repeat(pad)), theme.sign(value)), Run::new(theme.plain(&name).into_owned(), ink)];
        words::cut(theme, &runs, columns)
    };
    let mut rows = wrap_runs(&[Run::new(theme.plain("Q(s,a) is the sum of w(i,a) over the features seen").into_owned(), quiet)], columns);
    rows.extend(parts.iter().map(|(value, feature)| line(*value, name(feature), text)));
    let total = parts.iter().map(|(value, _)| value).sum();
    rows.push(line(total, "in all: Q(s,a)".to_owned(), words::bold(text)));
    rows
}
