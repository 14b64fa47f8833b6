//! Panels: what stands inside the frames. One file each and one line in `PANELS`.

#![allow(clippy::trivially_copy_pass_by_ref, reason = "the theme is borrowed, as the rest of the scene is")]

pub mod acts;
pub mod curve;
pub mod curves;
pub mod difference;
mod equation;
pub mod facts;
pub mod inspector;
pub mod knobs;
pub mod live;
pub mod runs;
pub mod sweep_map;
pub mod table;
mod talk;
pub mod transcript;
pub mod update;
pub mod verdict;
mod words;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::theme::Theme;

/// All that drawing may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub model: &'a Model,
    pub theme: &'a Theme,
    pub focused: bool,
}

/// The words in a frame's four corners; each is left out where it does not fit, the title last.
#[derive(Clone, Debug, Default)]
pub struct Titles {
    pub title: String,
    pub top_right: String,
    pub bottom_left: String,
    pub bottom_right: String,
}

/// A move inside the focused panel: arrows, hjkl, wheel, page keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    /// Enter.
    Open,
    /// `+` and `-`, ten times as far with shift.
    More {
        big: bool,
    },
    Less {
        big: bool,
    },
}

/// A mouse act inside the panel, in cells from its inner top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    Press(u16, u16),
    Drag(u16, u16),
    Release(u16, u16),
}

/// One panel. `area` is always the inside of its frame.
pub struct Panel {
    pub name: &'static str,
    pub slot: Slot,
    /// One sentence for the help: what the panel shows.
    pub about: &'static str,
    pub titles: fn(&Scene<'_>, width: u16) -> Titles,
    pub draw: fn(&Scene<'_>, Rect, &mut Buffer),
    /// Adds what the panel needs to see, given the size of its inside.
    pub watch: fn(&Model, Rect, &mut Watch),
    /// Moves the panel's own cursor; what the trainer must be asked comes back.
    pub act: fn(&mut Model, &Snapshot, Rect, Move) -> Option<Ask>,
    pub touch: fn(&mut Model, &Snapshot, Rect, Touch) -> Option<Ask>,
}

/// Every panel; the first of a slot is the one shown at the start.
pub const PANELS: &[&Panel] = &[
    curve::ENTRY,
    live::ENTRY,
    table::ENTRY,
    update::ENTRY,
    knobs::ENTRY,
    table::ROOMY,
    inspector::ENTRY,
    transcript::ENTRY,
    acts::ENTRY,
    facts::ENTRY,
    curves::ENTRY,
    runs::ENTRY,
    verdict::ENTRY,
    difference::ENTRY,
    sweep_map::ENTRY,
];

/// Brings the model up to a new snapshot, before it is drawn: axis bounds, colour scales, cursors.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    curve::settle(model, snapshot);
    table::settle(model, snapshot);
    knobs::settle(model, snapshot);
    runs::settle(model, snapshot);
    curves::settle(model, snapshot);
    difference::settle(model, snapshot);
    sweep_map::settle(model, snapshot);
}

/// The panel that a slot shows now.
pub fn shown(model: &Model, slot: Slot) -> Option<&'static Panel> {
    let turn = model.turned.iter().find(|(s, _)| *s == slot).map_or(0, |(_, n)| *n);
    let mut here = PANELS.iter().filter(|panel| panel.slot == slot);
    let count = here.clone().count();
    if count == 0 { None } else { here.nth(turn % count).copied() }
}
