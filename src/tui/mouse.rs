//! What the mouse does: tabs and hints are buttons, panes take the focus, a wheel scrolls what is under it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::trainer::snapshot::Snapshot;
use crate::tui::keys::{self, Over};
use crate::tui::layout::{self, Pane, Plan, Room};
use crate::tui::model::{Model, Overlay};
use crate::tui::panels::{self, Move, Touch};
use crate::tui::theme::Theme;
use crate::tui::update::{self, Outcome};
use crate::tui::{agents, chat, footer, help, messages, palette, prompt, status};

/// Lines of a conversation that the wheel scrolls.
const WHEEL: isize = 3;

/// Obeys the mouse.
pub fn touch(model: &mut Model, newest: &Snapshot, event: MouseEvent, theme: Theme) -> Outcome {
    let mut out = Outcome::default();
    let plan = layout::plan(model);
    if plan.room == Room::Nothing {
        return out;
    }
    if keys::over(model, &plan).is_some() {
        over(model, newest, event, &plan, theme, &mut out);
        return out;
    }
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            click(model, newest, at, &plan, theme, &mut out);
        }
        MouseEventKind::Drag(MouseButton::Left) => {
            held(model, newest, at, Touch::Drag, &plan, &mut out);
        }
        MouseEventKind::Up(MouseButton::Left) => {
            held(model, newest, at, Touch::Release, &plan, &mut out);
            model.held = None;
        }
        MouseEventKind::ScrollUp => wheel(model, newest, at, Move::Up, &plan, &mut out),
        MouseEventKind::ScrollDown => wheel(model, newest, at, Move::Down, &plan, &mut out),
        _ => {}
    }
    out
}

fn click(model: &mut Model, newest: &Snapshot, at: Position, plan: &Plan, theme: Theme, out: &mut Outcome) {
    let on_notice = footer::notice_area(model, plan, theme).is_some_and(|area| area.contains(at));
    let tabs = status::tabs(plan.tabs).into_iter().map(|tab| (tab.area, tab.action));
    // A click on a notice only takes it away.
    model.read_notice();
    if on_notice {
        model.dismiss_notice();
        return;
    }
    let hints = footer::hints(model, newest, plan, theme).into_iter();
    let button = tabs.chain(hints.map(|hint| (hint.area, hint.binding.action))).find(|(area, _)| area.contains(at));
    if let Some((_, action)) = button {
        update::perform(model, newest, action, out);
    } else if let Some(pane) = plan.at(at.x, at.y).copied() {
        update::focus(model, pane.slot);
        model.held = Some(pane.slot);
        // The focus may have moved panes about: only what is still there is touched.
        if layout::plan(model).pane(pane.slot) == Some(&pane) && pane.inner.contains(at) {
            send(model, newest, &pane, at, Touch::Press, out);
        }
    }
}

/// Drags and releases go to the pane where the button went down, wherever the mouse is now.
fn held(model: &mut Model, newest: &Snapshot, at: Position, touch: fn(u16, u16) -> Touch, plan: &Plan, out: &mut Outcome) {
    let pane = model.held.and_then(|slot| plan.pane(slot)).copied();
    if let Some(pane) = pane.filter(|pane| !pane.inner.is_empty()) {
        send(model, newest, &pane, at, touch, out);
    }
}

fn send(model: &mut Model, newest: &Snapshot, pane: &Pane, at: Position, touch: fn(u16, u16) -> Touch, out: &mut Outcome) {
    let Some(panel) = panels::shown(model, pane.slot) else {
        return;
    };
    let inner = pane.inner;
    let x = at.x.clamp(inner.x, inner.right() - 1) - inner.x;
    let y = at.y.clamp(inner.y, inner.bottom() - 1) - inner.y;
    let frozen = model.frozen.clone();
    let snapshot = frozen.as_deref().unwrap_or(newest);
    if let Some(wish) = (panel.touch)(model, snapshot, inner, touch(x, y)) {
        update::ask(model, newest, wish, out);
    }
    update::mend(model);
}

fn wheel(model: &mut Model, newest: &Snapshot, at: Position, way: Move, plan: &Plan, out: &mut Outcome) {
    if let Some(pane) = plan.at(at.x, at.y) {
        update::move_in(model, newest, pane.slot, way, out);
    }
}

/// Over the screen: a click selects, a click on what is selected does it, a click outside closes.
fn over(model: &mut Model, newest: &Snapshot, event: MouseEvent, plan: &Plan, theme: Theme, out: &mut Outcome) {
    let at = Position::new(event.column, event.row);
    let hint = || footer::hints(model, newest, plan, theme).into_iter().find(|h| h.area.contains(at));
    let kind = keys::over(model, plan);
    match event.kind {
        MouseEventKind::ScrollUp if kind == Some(Over::Chat) => chat::scroll(model, WHEEL),
        MouseEventKind::ScrollDown if kind == Some(Over::Chat) => chat::scroll(model, -WHEEL),
        MouseEventKind::ScrollUp => prompt::move_cursor(model, newest, Move::Up),
        MouseEventKind::ScrollDown => prompt::move_cursor(model, newest, Move::Down),
        MouseEventKind::Down(MouseButton::Left) => {
            if let Some(hint) = hint().filter(|_| kind != Some(Over::Prompt)) {
                update::perform(model, newest, hint.binding.action, out);
            } else if let Some(area) = list_area(model, plan.area) {
                let inside = area.contains(at);
                click_list(model, newest, inside.then_some(at.y), plan.area, theme, out);
            }
        }
        _ => {}
    }
}

fn list_area(model: &Model, screen: Rect) -> Option<Rect> {
    match model.overlay {
        Some(Overlay::Help(_)) => Some(help::area(screen)),
        Some(Overlay::Palette(_)) => Some(palette::area(screen)),
        Some(Overlay::Agents(_)) => Some(agents::area(screen)),
        Some(Overlay::Messages(_)) => Some(messages::area(screen)),
        _ => None,
    }
}

fn click_list(model: &mut Model, newest: &Snapshot, row: Option<u16>, screen: Rect, theme: Theme, out: &mut Outcome) {
    let Some(row) = row else {
        model.overlay = None;
        return;
    };
    let entry = match &model.overlay {
        Some(Overlay::Help(listing)) => help::entry_at(row, screen, model, listing, theme),
        Some(Overlay::Palette(listing)) => palette::entry_at(row, screen, listing, newest),
        Some(Overlay::Agents(listing)) => agents::entry_at(row, screen, listing, newest),
        Some(Overlay::Messages(listing)) => messages::entry_at(row, screen, model, listing),
        _ => None,
    };
    let choosing = matches!(model.overlay, Some(Overlay::Agents(_)));
    let Some(Overlay::Help(listing) | Overlay::Palette(listing) | Overlay::Agents(listing) | Overlay::Messages(listing)) =
        &mut model.overlay
    else {
        return;
    };
    if let Some(entry) = entry {
        let again = listing.cursor == entry && listing.moved;
        listing.cursor = entry;
        listing.moved = true;
        if again {
            let deed = if choosing { keys::Action::ChooseAgent } else { keys::Action::Accept };
            update::perform(model, newest, deed, out);
        }
    }
}
