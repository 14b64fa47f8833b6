//! A conversation with the run in focus: what was said, under each sentence of the agent what it understood and did, and the line
//! being typed at the foot.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::trainer::chat::{ChatView, Entry, Exchange};
use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::tui::model::{Model, Overlay, Slot};
use crate::tui::panels::{self, Move, Panel, Scene, Titles, Touch, words};
use crate::tui::theme::{Ink, Theme};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text::{Row, Run, width, wrap_runs};
use crate::tui::{chat, layout};

pub const DIALOGUE: &Panel = &Panel {
    name: "chat",
    slot: Slot::DialogueActs,
    about: "You talk with the agent as it was when the conversation began: what it understood, its state, its act and the act's value. Nothing you say changes the run; /new takes the agent as it is now.",
    titles,
    draw,
    watch: |_: &Model, _: Rect, _: &mut Watch| {},
    act,
    touch: |_: &mut Model, _: &Snapshot, _: Rect, _: Touch| None,
};

pub const LANGUAGE: &Panel = &Panel { slot: Slot::LanguageDetail, ..*DIALOGUE };

/// Columns before each sentence.
const NAMES: u16 = 6;

fn titles(scene: &Scene<'_>, width: u16) -> Titles {
    let Some(view) = &scene.snapshot.chat else {
        return Titles { title: "Chat".into(), ..Titles::default() };
    };
    let name = scene.snapshot.card(view.run).map_or_else(String::new, |card| format!(" with {}", card.name));
    let typing = scene.model.overlay == Some(Overlay::Chat);
    let keys = match (typing, width) {
        (false, _) => "C goes on".to_owned(),
        (true, ..50) => "/help".to_owned(),
        (true, _) => "/why /state /undo /save /new /help".to_owned(),
    };
    let above = if scene.model.chat.scroll > 0 { "pgdn goes on".to_owned() } else { String::new() };
    Titles { title: format!("Chat{name}"), top_right: format!("as of {}", view.moment), bottom_left: keys, bottom_right: above }
}

/// A text beside a name, in lines that fit.
fn said(theme: &Theme, name: &Run, text: &str, style: Style, columns: u16, out: &mut Vec<Row>) {
    let pad = usize::from(NAMES.saturating_sub(theme.width(&name.text)));
    let runs = [Run::new(theme.plain(text), style)];
    for (k, mut row) in wrap_runs(&runs, columns.saturating_sub(NAMES)).into_iter().enumerate() {
        let head = if k == 0 { Run::new(format!("{}{}", name.text, " ".repeat(pad)), name.style) } else { blank() };
        row.insert(0, head);
        out.push(row);
    }
}

fn blank() -> Run {
    Run::new(" ".repeat(usize::from(NAMES)), Style::new())
}

fn exchange(theme: &Theme, e: &Exchange, columns: u16, out: &mut Vec<Row>) {
    let (text, quiet) = (theme.ink(Ink::Text), theme.ink(Ink::Quiet));
    if !e.person.is_empty() {
        said(theme, &Run::new("you", words::bold(theme.ink(Ink::Person))), &e.person, text, columns, out);
        said(theme, &Run::new("", quiet), &e.heard(), quiet, columns, out);
    }
    for note in &e.notes {
        said(theme, &Run::new("", quiet), note, theme.ink(Ink::Person), columns, out);
    }
    said(theme, &Run::new("agent", words::bold(theme.ink(Ink::Accent))), &e.agent, text, columns, out);
    let under = e.did();
    if !under.is_empty() {
        said(theme, &Run::new("", quiet), &under, quiet, columns, out);
    }
    if !e.ended.is_empty() {
        let ink = match e.success {
            Some(true) => Ink::Good,
            Some(false) => Ink::Worse,
            None => Ink::Text,
        };
        said(theme, &Run::new("", quiet), &e.ended, words::bold(theme.ink(ink)), columns, out);
    }
}

/// The whole conversation, line by line.
fn rows(theme: &Theme, view: &ChatView, columns: u16) -> Vec<Row> {
    let mut out = Vec::new();
    let quiet = theme.ink(Ink::Quiet);
    for line in &view.about {
        out.extend(wrap_runs(&[Run::new(theme.plain(line), quiet)], columns));
    }
    for entry in &view.entries {
        match entry {
            Entry::Exchange(e) => exchange(theme, e, columns, &mut out),
            Entry::Told { command, lines } => {
                said(theme, &Run::new("you", words::bold(theme.ink(Ink::Person))), command, theme.ink(Ink::Text), columns, &mut out);
                for line in lines {
                    out.extend(wrap_runs(&[Run::new(theme.plain(line), theme.ink(Ink::Text))], columns));
                }
            }
        }
    }
    out
}

/// Rows of the pane that the conversation has.
fn room(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(2))
}

fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, area, *scene.theme);
    let Some(view) = &scene.snapshot.chat else {
        return words::nothing_yet(&mut pen, "The conversation begins …");
    };
    if area.height < 3 || area.width < 20 {
        return;
    }
    let rows = rows(scene.theme, view, area.width.saturating_sub(2));
    let most = rows.len().saturating_sub(room(area));
    let first = most - scene.model.chat.scroll.min(most);
    for (y, row) in rows.iter().skip(first).take(room(area)).enumerate() {
        pen.row(1, y as u16, row);
    }
    pen.rule(area.height - 2, scene.theme.ink(Ink::Quiet));
    draw_line(scene, area, &mut pen);
}

/// The line being typed, as far as it fits around the cursor.
fn draw_line(scene: &Scene<'_>, area: Rect, pen: &mut Pen<'_>) {
    let (theme, chat, y) = (scene.theme, &scene.model.chat, area.height - 1);
    let x = pen.put(1, y, "> ", words::bold(theme.ink(Ink::Person)));
    if scene.model.overlay != Some(Overlay::Chat) {
        pen.put(x, y, "C to go on", theme.ink(Ink::Quiet));
        return;
    }
    if chat.typed.is_empty() {
        let end = pen.put(x, y, " ", theme.ink(Ink::Text).add_modifier(Modifier::REVERSED));
        pen.cut(end + 1, y, "type a sentence, or /help", theme.ink(Ink::Quiet));
        return;
    }
    let letters: Vec<char> = chat.typed.chars().collect();
    let plain = |some: &[char]| theme.plain(&some.iter().collect::<String>()).into_owned();
    let columns = area.width.saturating_sub(x + 2);
    let mut from = 0;
    while from < chat.cursor && width(&plain(&letters[from..chat.cursor])) > columns {
        from += 1;
    }
    let text = theme.ink(Ink::Text);
    let under = letters.get(chat.cursor).map_or_else(|| " ".to_owned(), |c| plain(&[*c]));
    let mut x = pen.put(x, y, &plain(&letters[from..chat.cursor]), text);
    x = pen.put(x, y, &under, text.add_modifier(Modifier::REVERSED));
    pen.put(x, y, &plain(letters.get(chat.cursor + 1..).unwrap_or(&[])), text);
}

fn act(model: &mut Model, _: &Snapshot, area: Rect, step: Move) -> Option<Ask> {
    let page = room(area) as isize;
    match step {
        Move::Up => chat::scroll(model, 1),
        Move::Down => chat::scroll(model, -1),
        Move::PageUp => chat::scroll(model, page),
        Move::PageDown => chat::scroll(model, -page),
        Move::Home => chat::scroll(model, isize::MAX),
        Move::End => model.chat.scroll = 0,
        _ => {}
    }
    None
}

/// How far one can scroll in the pane as it is.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let Some(view) = snapshot.chat.as_ref().filter(|_| model.chat.open) else { return };
    let plan = layout::plan(model);
    let pane = plan.panes.iter().find(|pane| panels::shown(model, pane.slot).is_some_and(|panel| panel.name == "chat"));
    if let Some(pane) = pane {
        let theme = Theme::uncoloured(model.rich);
        let rows = rows(&theme, view, pane.inner.width.saturating_sub(2));
        model.chat.most = rows.len().saturating_sub(room(pane.inner));
        model.chat.scroll = model.chat.scroll.min(model.chat.most);
    }
}
