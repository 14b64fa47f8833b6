//! The picture: a pure function of (snapshot, model, theme).

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::chrome::{columns, frame as draw_frame, write};
use crate::tui::layout::{self, ONE_PANE, Pane, Plan, Room};
use crate::tui::model::{Model, Overlay, Purpose, Slot};
use crate::tui::panels::{self, Scene, Titles};
use crate::tui::theme::{Ink, Theme};
use crate::tui::{boxes, footer, help, messages, moments, palette, status, update};

/// Draws everything. `newest` is the trainer's newest snapshot; a frozen one in the model is drawn in its place.
pub fn draw(frame: &mut Frame, newest: &Snapshot, model: &Model, theme: &Theme) {
    let plan = layout::plan_in(model, frame.area());
    let buf = frame.buffer_mut();
    draw_all(buf, &plan, newest, model, *theme);
    without_variants(buf);
}

/// Whether the footer's message can be seen in the picture.
pub fn shows_notice(model: &Model) -> bool {
    model.notice.is_some() && model.overlay.is_none() && layout::plan(model).room != Room::Nothing
}

fn draw_all(buf: &mut Buffer, plan: &Plan, newest: &Snapshot, model: &Model, theme: Theme) {
    if plan.room == Room::Nothing {
        return too_small(buf, plan.area, newest.phase == Phase::Running, theme);
    }
    let shown = update::shown(model, newest);
    status::draw_status(buf, plan.status, model, shown, newest, theme);
    status::draw_tabs(buf, plan.tabs, model, newest, theme);
    for pane in &plan.panes {
        let focused = pane.slot == model.focus;
        draw_pane(buf, pane, &Scene { snapshot: shown, model, theme: &theme, focused });
    }
    footer::draw(buf, model, newest, plan, theme);
    draw_overlay(buf, plan, newest, model, theme);
}

/// Takes the variation selector U+FE0F (a picture in colour, two columns wide) out of every cell. ratatui writes a blank into the second
/// column of such a symbol, and terminals that draw the symbol one or two columns wide then show the rest of the line shifted.
fn without_variants(buf: &mut Buffer) {
    const SELECTOR: char = '\u{fe0f}';
    const JOINER: char = '\u{200d}';
    for at in 0..buf.content.len() {
        let symbol = buf.content[at].symbol();
        if symbol.len() <= SELECTOR.len_utf8() || !symbol.contains(SELECTOR) {
            continue;
        }
        let room = symbol.width();
        let mut plain = symbol.replace(SELECTOR, "");
        // Parts that were one picture may be wider side by side: those that have room stay.
        while plain.width() > room || plain.ends_with(JOINER) {
            plain.pop();
        }
        let style = buf.content[at].style();
        buf.content[at].set_symbol(if plain.is_empty() { " " } else { &plain });
        // The columns behind it are blanks of their own now.
        let end = (at + room.max(1)).min(buf.content.len());
        for cell in &mut buf.content[at + 1..end] {
            cell.set_style(style);
        }
    }
}

/// Before anything is known of the run.
pub fn opening(frame: &mut Frame, theme: &Theme) {
    let area = frame.area();
    let buf = frame.buffer_mut();
    let x = write(buf, area, area.x + 1, area.y, "dialoq", theme.ink(Ink::Accent).add_modifier(Modifier::BOLD));
    write(buf, area, x + 3, area.y, &theme.plain("compiling the world …"), theme.ink(Ink::Quiet));
}

fn draw_pane(buf: &mut Buffer, pane: &Pane, scene: &Scene<'_>) {
    let panel = panels::shown(scene.model, pane.slot);
    if pane.framed {
        let width = pane.outer.width.saturating_sub(4);
        let titles = panel.map_or_else(Titles::default, |panel| (panel.titles)(scene, width));
        draw_frame(buf, pane.outer, &titles, scene.focused, *scene.theme);
    }
    let silent = scene.snapshot.view.progress.is_some()
        && pane.framed
        && !tells_language(pane.slot)
        && panel.is_none_or(|panel| panel.name != "chat");
    if silent && !pane.inner.is_empty() {
        let text = "A language model learns in minibatches, without a table: its path is on screen 5.";
        panels::say(scene, pane.inner, buf, text);
    } else if let Some(panel) = panel.filter(|_| !pane.inner.is_empty()) {
        (panel.draw)(scene, pane.inner, buf);
    }
}

fn draw_overlay(buf: &mut Buffer, plan: &Plan, newest: &Snapshot, model: &Model, theme: Theme) {
    match &model.overlay {
        Some(Overlay::Help(listing)) => help::draw(buf, plan.area, model, listing, theme),
        Some(Overlay::Palette(listing)) => palette::draw(buf, plan.area, listing, newest, theme),
        Some(Overlay::Agents(listing)) => crate::tui::agents::draw(buf, plan.area, listing, newest, theme),
        Some(Overlay::Messages(listing)) => messages::draw(buf, plan.area, model, listing, theme),
        Some(Overlay::Question { text, .. }) => {
            boxes::draw_box(buf, plan.area, "Really?", text, "y yes   esc no", theme);
        }
        Some(Overlay::Message { title, text }) => {
            boxes::draw_box(buf, plan.area, title, text, "esc close", theme);
        }
        Some(Overlay::When) => boxes::draw_when(buf, plan.area, &moments::when_words(model, update::shown(model, newest)), theme),
        Some(Overlay::Prompt(prompt)) if prompt.purpose == Purpose::StopAt => {
            let area = Rect { height: plan.area.height.saturating_sub(1), ..plan.area };
            boxes::draw_box(buf, area, "Where learning stops by itself", &moments::stops_words(newest), "", theme);
        }
        Some(Overlay::Prompt(_) | Overlay::Chat) | None => {}
    }
}

/// What there is room for in the smallest window: how large it is, how large it must be, how to leave.
fn too_small(buf: &mut Buffer, area: Rect, running: bool, theme: Theme) {
    let lines = [
        (format!("{} x {}", area.width, area.height), Ink::Alarm),
        (format!("is too small: {} x {}", ONE_PANE.0, ONE_PANE.1), Ink::Text),
        (if running { "is needed. Learning goes on." } else { "is needed." }.to_owned(), Ink::Text),
        ("q quits".to_owned(), Ink::Quiet),
    ];
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (k, (line, ink)) in lines.iter().enumerate() {
        let x = area.x + area.width.saturating_sub(columns(line)) / 2;
        let mut style = theme.ink(*ink);
        if k == 0 {
            style = style.add_modifier(Modifier::BOLD);
        }
        write(buf, area, x, top + k as u16, line, style);
    }
}

/// Panes that know what to say of a language model.
fn tells_language(slot: Slot) -> bool {
    matches!(
        slot,
        Slot::LanguagePath
            | Slot::LanguageChart
            | Slot::LanguageReplies
            | Slot::LanguageDetail
            | Slot::CompareRuns
            | Slot::CompareCurves
            | Slot::CompareVerdict
    )
}
