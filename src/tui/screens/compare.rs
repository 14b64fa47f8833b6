//! Compare: all runs side by side, what sets them apart, and which is better.

use ratatui::layout::{Constraint, Layout, Rect};

use super::{Screen, beside};
use crate::tui::model::{ScreenId, Slot};

pub const SCREEN: Screen = Screen {
    id: ScreenId::Compare,
    digit: '4',
    title: "Compare",
    slots: &[Slot::CompareCurves, Slot::CompareRuns, Slot::CompareVerdict, Slot::CompareDifference],
    strip: None,
    full,
    anchor_share: 54,
};

fn full(area: Rect) -> Vec<(Slot, Rect)> {
    // Eight runs where there is room for them.
    let list = if area.height > 44 { 13 } else { 10 };
    let constraints = [Constraint::Fill(5), Constraint::Length(list), Constraint::Fill(4)];
    let [top, runs, difference] = Layout::vertical(constraints).areas(area);
    let [curves, verdict] = beside(top, 65);
    vec![(Slot::CompareCurves, curves), (Slot::CompareRuns, runs), (Slot::CompareVerdict, verdict), (Slot::CompareDifference, difference)]
}
