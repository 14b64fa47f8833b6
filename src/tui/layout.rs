//! Where everything stands for a window's size: one plan, used by drawing, keys, mouse and the `Watch` alike,
//! so that nothing can act where nothing is seen.

use ratatui::layout::{Constraint, Layout, Margin, Position, Rect};

use crate::tui::model::{Model, Slot};
use crate::tui::screens::{self, Screen};

/// How much there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Only the message that says so.
    Nothing,
    OnePane,
    TwoPanes,
    Everything,
}

/// The sizes from which on there is room, in columns and rows.
pub const EVERYTHING: (u16, u16) = (120, 35);
pub const TWO_PANES: (u16, u16) = (80, 24);
pub const ONE_PANE: (u16, u16) = (60, 15);
/// From this width on two panes stand side by side.
const WIDE: u16 = 110;
/// From this height on the strip has air around it.
const AIRY: u16 = 38;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pane {
    pub slot: Slot,
    pub outer: Rect,
    /// What the panel gets; the same as `outer` where there is no frame.
    pub inner: Rect,
    pub framed: bool,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub room: Room,
    pub area: Rect,
    pub status: Rect,
    pub tabs: Rect,
    pub body: Rect,
    pub footer: Rect,
    pub panes: Vec<Pane>,
}

impl Plan {
    pub fn pane(&self, slot: Slot) -> Option<&Pane> {
        self.panes.iter().find(|pane| pane.slot == slot)
    }

    pub fn shows(&self, slot: Slot) -> bool {
        self.pane(slot).is_some()
    }

    pub fn at(&self, column: u16, row: u16) -> Option<&Pane> {
        self.panes.iter().find(|pane| pane.outer.contains(Position::new(column, row)))
    }
}

pub fn room(width: u16, height: u16) -> Room {
    let fits = |(w, h): (u16, u16)| width >= w && height >= h;
    if fits(EVERYTHING) {
        Room::Everything
    } else if fits(TWO_PANES) {
        Room::TwoPanes
    } else if fits(ONE_PANE) {
        Room::OnePane
    } else {
        Room::Nothing
    }
}

/// The plan for the size that the model knows.
pub fn plan(model: &Model) -> Plan {
    plan_in(model, Rect::new(0, 0, model.size.0, model.size.1))
}

pub fn plan_in(model: &Model, area: Rect) -> Plan {
    let room = room(area.width, area.height);
    let [status, tabs, body, footer] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)]).areas(area);
    let panes = if room == Room::Nothing { Vec::new() } else { panes(model, room, body) };
    Plan { room, area, status, tabs, body, footer, panes }
}

fn panes(model: &Model, room: Room, body: Rect) -> Vec<Pane> {
    let screen = screens::screen(model.screen);
    if let Some(slot) = model.expanded {
        return vec![framed(slot, body)];
    }
    if room == Room::OnePane {
        return vec![framed(model.focus, body)];
    }
    let (body, strip) = strip(screen, body);
    let mut panes: Vec<Pane> = match room {
        Room::Everything => (screen.full)(body),
        _ => two(model, screen, body),
    }
    .into_iter()
    .map(|(slot, outer)| framed(slot, outer))
    .collect();
    panes.extend(strip);
    panes
}

/// Takes the strip's rows from the foot of the body.
fn strip(screen: &Screen, body: Rect) -> (Rect, Option<Pane>) {
    let Some(slot) = screen.strip else {
        return (body, None);
    };
    let air = u16::from(body.height + 3 >= AIRY);
    let [rest, rows] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1 + 2 * air)]).areas(body);
    let inner = rows.inner(Margin::new(0, air));
    (rest, Some(Pane { slot, outer: rows, inner, framed: false }))
}

/// The anchor and the companion: side by side in a wide window, else one above the other.
fn two(model: &Model, screen: &Screen, body: Rect) -> Vec<(Slot, Rect)> {
    let anchor = screen.slots[0];
    let companions = || screen.slots[1..].iter().copied().filter(|s| Some(*s) != screen.strip);
    let wanted = [model.focus, model.companion];
    let companion = wanted.into_iter().find(|slot| companions().any(|c| c == *slot)).or_else(|| companions().next());
    let Some(companion) = companion else {
        return vec![(anchor, body)];
    };
    let [first, second] = if body.width >= WIDE { screens::beside(body, 52) } else { screens::above(body, screen.anchor_share) };
    vec![(anchor, first), (companion, second)]
}

fn framed(slot: Slot, outer: Rect) -> Pane {
    Pane { slot, outer, inner: outer.inner(Margin::new(1, 1)), framed: true }
}

/// A box in the middle, at most as large as there is room for.
pub fn popup(area: Rect, width: u16, height: u16) -> Rect {
    area.centered(Constraint::Length(width.min(area.width)), Constraint::Length(height.min(area.height)))
}
