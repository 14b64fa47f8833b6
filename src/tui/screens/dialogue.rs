//! Dialogue: one conversation turn by turn, with what the agent could have said and what it had understood.

use ratatui::layout::Rect;

use super::{Screen, above, beside};
use crate::tui::model::{ScreenId, Slot};

pub const SCREEN: Screen = Screen {
    id: ScreenId::Dialogue,
    digit: '3',
    title: "Dialogue",
    slots: &[Slot::DialogueTranscript, Slot::DialogueActs, Slot::DialogueFacts],
    strip: None,
    full,
    anchor_share: 55,
};

fn full(area: Rect) -> Vec<(Slot, Rect)> {
    let [transcript, side] = beside(area, 55);
    let [acts, facts] = above(side, 60);
    vec![(Slot::DialogueTranscript, transcript), (Slot::DialogueActs, acts), (Slot::DialogueFacts, facts)]
}
