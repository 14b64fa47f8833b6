//! Values: the whole table, and everything known of the cell under the cursor.

use ratatui::layout::Rect;

use super::{Screen, beside};
use crate::tui::model::{ScreenId, Slot};

pub const SCREEN: Screen = Screen {
    id: ScreenId::Values,
    digit: '2',
    title: "Values",
    slots: &[Slot::ValuesTable, Slot::ValuesInspector],
    strip: None,
    full,
    anchor_share: 52,
};

fn full(area: Rect) -> Vec<(Slot, Rect)> {
    let [table, inspector] = beside(area, 67);
    vec![(Slot::ValuesTable, table), (Slot::ValuesInspector, inspector)]
}
