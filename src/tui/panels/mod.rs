//! Panels: what stands inside the frames. One file each and one line in `PANELS`.

#![allow(clippy::trivially_copy_pass_by_ref, reason = "the theme is borrowed, as the rest of the scene is")]

pub mod acts;
pub mod chair;
pub mod chat;
pub mod curve;
pub mod curves;
pub mod difference;
mod equation;
pub mod facts;
pub mod inside;
pub mod inspector;
pub mod knobs;
pub mod language;
pub mod live;
pub mod runs;
pub mod sweep_map;
pub mod table;
mod talk;
pub mod trail;
pub mod transcript;
pub mod update;
pub mod verdict;
pub mod what_if;
mod words;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Slot};
use crate::tui::theme::Theme;
use crate::tui::{moments, screens, update as keys};

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
    inside::TRAIN,
    inside::TABLE,
    inside::VALUES,
    inside::DIALOGUE,
    update::VALUES,
    trail::TRAIN,
    trail::VALUES,
    trail::DIALOGUE,
    what_if::VALUES,
    what_if::DIALOGUE,
    language::path::ENTRY,
    language::chart::ENTRY,
    language::replies::ENTRY,
    language::word::ENTRY,
    language::duel::ENTRY,
    language::cleaning::ENTRY,
    chat::DIALOGUE,
    chat::LANGUAGE,
];

/// The slots in which something found comes into sight.
pub const FINDINGS: &[Slot] = &[Slot::TrainUpdate, Slot::ValuesInspector, Slot::DialogueActs];

/// Brings the model up to a new snapshot, before it is drawn: axis bounds, colour scales, cursors.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    curve::settle(model, snapshot);
    table::settle(model, snapshot);
    knobs::settle(model, snapshot);
    runs::settle(model, snapshot);
    curves::settle(model, snapshot);
    difference::settle(model, snapshot);
    sweep_map::settle(model, snapshot);
    moments::settle(model, snapshot);
    inside::settle(model, snapshot);
    language::settle(model, snapshot);
    crate::tui::chat::settle(model, snapshot);
}

/// The panels that a slot can show now, by their position among its panels: what was found needs to have been found, and an agent
/// to hold something.
pub fn ready(model: &Model, slot: Slot) -> impl Iterator<Item = (usize, &'static Panel)> {
    let (trail, what_if) = (model.moments.trail.is_some(), model.moments.what_if.is_some());
    let (inside, weights) = (model.inside.ready, model.inside.weights);
    let (explained, dueling, cleaned) = (model.language.explained, model.language.dueling, model.language.cleaned);
    let talking = model.chat.open;
    let here = PANELS.iter().copied().filter(move |panel| panel.slot == slot).enumerate();
    here.filter(move |(_, panel)| match panel.name {
        "trail" => trail,
        "what if" => what_if,
        "inside" if panel.slot == Slot::ValuesTable => weights,
        "inside" => inside,
        "word" => explained,
        "duel" => dueling || !cleaned,
        "cleaning" => cleaned,
        "chat" => talking,
        _ => true,
    })
}

/// The panel that a slot shows now.
pub fn shown(model: &Model, slot: Slot) -> Option<&'static Panel> {
    let turn = turn(model, slot);
    ready(model, slot).find(|(k, _)| *k == turn).or_else(|| ready(model, slot).next()).map(|(_, panel)| panel)
}

fn turn(model: &Model, slot: Slot) -> usize {
    model.turned.iter().find(|(s, _)| *s == slot).map_or(0, |(_, n)| *n)
}

/// Shows the next panel of a slot, after the last the first.
pub fn turn_on(model: &mut Model, slot: Slot) {
    let now = turn(model, slot);
    let next = ready(model, slot).map(|(k, _)| k).find(|k| *k > now).unwrap_or(0);
    model.turned.retain(|(s, _)| *s != slot);
    model.turned.push((slot, next));
}

/// Brings a panel of this name into sight, if the screen has a place for it.
pub fn bring(model: &mut Model, name: &str) {
    for slot in screens::screen(model.screen).slots {
        let named = ready(model, *slot).find(|(_, panel)| panel.name == name).map(|(k, _)| k);
        if let Some(k) = named {
            model.turned.retain(|(s, _)| s != slot);
            model.turned.push((*slot, k));
            return keys::focus(model, *slot);
        }
    }
}

/// Whether a slot of this screen has been turned to a panel of this name.
pub fn turned_to(model: &Model, name: &str) -> bool {
    screens::screen(model.screen).slots.iter().any(|slot| shown(model, *slot).is_some_and(|panel| panel.name == name))
}

/// A sentence in place of a panel.
pub fn say(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer, sentence: &str) {
    words::nothing_yet(&mut crate::tui::widgets::pen::Pen::new(buffer, area, *scene.theme), sentence);
}
