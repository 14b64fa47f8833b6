//! Which panes a screen has and where they stand, one file per screen. Panes are found by slot, never by name of a panel.

pub mod compare;
pub mod dialogue;
pub mod language;
pub mod train;
pub mod values;

use ratatui::layout::{Constraint, Layout, Rect};

use crate::tui::model::{ScreenId, Slot};

/// A screen: its tab and its panes.
pub struct Screen {
    pub id: ScreenId,
    pub digit: char,
    pub title: &'static str,
    /// In the order of Tab; the first is the anchor, which stays in sight where there is room for two.
    pub slots: &'static [Slot],
    /// A strip without a frame under the panes, such as the knobs.
    pub strip: Option<Slot>,
    /// Where everything stands when there is room for it, without the strip.
    pub full: fn(Rect) -> Vec<(Slot, Rect)>,
    /// Share of the anchor in percent where two panes stand one above the other.
    pub anchor_share: u16,
}

pub const SCREENS: &[&Screen] = &[&train::SCREEN, &values::SCREEN, &dialogue::SCREEN, &compare::SCREEN, &language::SCREEN];

pub fn screen(id: ScreenId) -> &'static Screen {
    SCREENS.iter().copied().find(|screen| screen.id == id).unwrap_or(&train::SCREEN)
}

/// Cuts an area into a left part of so many percent and the rest.
pub(super) fn beside(area: Rect, percent: u16) -> [Rect; 2] {
    Layout::horizontal([Constraint::Percentage(percent), Constraint::Fill(1)]).areas(area)
}

/// Cuts an area into an upper part of so many percent and the rest.
pub(super) fn above(area: Rect, percent: u16) -> [Rect; 2] {
    Layout::vertical([Constraint::Percentage(percent), Constraint::Fill(1)]).areas(area)
}
