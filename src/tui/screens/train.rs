//! Train: everything at a glance while learning goes on.

use ratatui::layout::Rect;

use super::{Screen, above, beside};
use crate::tui::model::{ScreenId, Slot};

pub const SCREEN: Screen = Screen {
    id: ScreenId::Train,
    digit: '1',
    title: "Train",
    slots: &[Slot::TrainCurve, Slot::TrainDialogue, Slot::TrainTable, Slot::TrainUpdate, Slot::Knobs],
    strip: Some(Slot::Knobs),
    full,
    anchor_share: 45,
};

fn full(area: Rect) -> Vec<(Slot, Rect)> {
    let [top, bottom] = above(area, 50);
    let [curve, dialogue] = beside(top, 54);
    let [table, update] = beside(bottom, 67);
    vec![(Slot::TrainCurve, curve), (Slot::TrainDialogue, dialogue), (Slot::TrainTable, table), (Slot::TrainUpdate, update)]
}
