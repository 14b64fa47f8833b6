//! Language: the path of a language model from raw dialogues to PPO, its curves, what it says, and what a person prefers.

use ratatui::layout::{Constraint, Layout, Rect};

use super::{Screen, beside};
use crate::tui::model::{ScreenId, Slot};

pub const SCREEN: Screen = Screen {
    id: ScreenId::Language,
    digit: '5',
    title: "Language",
    slots: &[Slot::LanguagePath, Slot::LanguageReplies, Slot::LanguageChart, Slot::LanguageDetail, Slot::Knobs],
    strip: Some(Slot::Knobs),
    full,
    anchor_share: 46,
};

fn full(area: Rect) -> Vec<(Slot, Rect)> {
    let [left, right] = beside(area, 46);
    let [path, chart] = Layout::vertical([Constraint::Length(15), Constraint::Fill(1)]).areas(left);
    let [replies, detail] = Layout::vertical([Constraint::Fill(1), Constraint::Length(17)]).areas(right);
    vec![(Slot::LanguagePath, path), (Slot::LanguageReplies, replies), (Slot::LanguageChart, chart), (Slot::LanguageDetail, detail)]
}
