//! Talking with the run in focus: the line being typed, lines typed before, and what is sent to the trainer.

use crate::trainer::command::{Ask, ChatAsk};
use crate::trainer::snapshot::Snapshot;
use crate::tui::keys::Talk;
use crate::tui::model::{Model, Overlay};
use crate::tui::panels;
use crate::tui::update::{Outcome, ask};

/// Letters of a line.
const LONGEST: usize = 500;
/// Lines that come back.
const HISTORY: usize = 200;
/// Lines scrolled at once.
const PAGE: usize = 5;

/// Opens the conversation, or goes back to it.
pub fn open(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    if newest.runs.is_empty() {
        return model.say("there is no run to talk with yet", true);
    }
    model.moments.stand_up();
    model.chat.open = true;
    model.chat.heard = model.heard;
    model.chat.scroll = 0;
    panels::bring(model, "chat");
    ask(model, newest, Ask::Chat(ChatAsk::Open(model.lang)), out);
    model.overlay = Some(Overlay::Chat);
}

/// Leaves it; the trainer keeps it for the next time.
pub fn leave(model: &mut Model) {
    model.chat.open = false;
    model.overlay = None;
}

/// Sends what was typed.
pub fn send(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let line = std::mem::take(&mut model.chat.typed);
    model.chat.cursor = 0;
    model.chat.recalled = None;
    model.chat.scroll = 0;
    let line = line.trim();
    if line.is_empty() {
        return;
    }
    if model.chat.history.last().is_none_or(|last| last != line) {
        model.chat.history.push(line.to_owned());
        let extra = model.chat.history.len().saturating_sub(HISTORY);
        model.chat.history.drain(..extra);
    }
    if matches!(line, "/quit" | "/exit") {
        return leave(model);
    }
    ask(model, newest, Ask::Chat(ChatAsk::Say(line.to_owned())), out);
}

/// A letter at the cursor.
pub fn insert(model: &mut Model, letter: char) {
    let chat = &mut model.chat;
    if chat.typed.chars().count() < LONGEST {
        let at = byte(&chat.typed, chat.cursor);
        chat.typed.insert(at, letter);
        chat.cursor += 1;
    }
}

/// A pasted line at the cursor; false where it does not fit as a whole.
pub fn insert_text(model: &mut Model, text: &str) -> bool {
    let chat = &mut model.chat;
    let room = LONGEST.saturating_sub(chat.typed.chars().count());
    let taken: String = text.chars().take(room).collect();
    let at = byte(&chat.typed, chat.cursor);
    chat.typed.insert_str(at, &taken);
    chat.cursor += taken.chars().count();
    taken.len() == text.len()
}

pub fn erase(model: &mut Model) {
    let chat = &mut model.chat;
    if chat.cursor > 0 {
        chat.cursor -= 1;
        chat.typed.remove(byte(&chat.typed, chat.cursor));
    }
}

pub fn erase_all(model: &mut Model) {
    model.chat.typed.clear();
    model.chat.cursor = 0;
}

/// Where a letter begins.
fn byte(text: &str, letter: usize) -> usize {
    text.char_indices().nth(letter).map_or(text.len(), |(at, _)| at)
}

pub fn perform(model: &mut Model, key: Talk) {
    let chat = &mut model.chat;
    let end = chat.typed.chars().count();
    match key {
        Talk::Left => chat.cursor = chat.cursor.saturating_sub(1),
        Talk::Right => chat.cursor = (chat.cursor + 1).min(end),
        Talk::Home => chat.cursor = 0,
        Talk::End => chat.cursor = end,
        Talk::Delete if chat.cursor < end => {
            chat.typed.remove(byte(&chat.typed, chat.cursor));
        }
        Talk::Delete => {}
        Talk::Earlier => {
            let at = chat.recalled.unwrap_or(chat.history.len());
            recall(model, at.checked_sub(1));
        }
        Talk::Later => {
            let next = chat.recalled.map(|at| at + 1);
            recall(model, next);
        }
        Talk::PageUp => scroll(model, PAGE as isize),
        Talk::PageDown => scroll(model, -(PAGE as isize)),
    }
}

/// Brings a line typed before; after the last one the line is empty again.
fn recall(model: &mut Model, at: Option<usize>) {
    let Some(at) = at else { return };
    let chat = &mut model.chat;
    let line = chat.history.get(at).cloned();
    chat.recalled = line.as_ref().map(|_| at);
    chat.typed = line.unwrap_or_default();
    chat.cursor = chat.typed.chars().count();
}

/// Scrolls by lines, up where they are positive; drawing stops at the first.
pub fn scroll(model: &mut Model, lines: isize) {
    model.chat.scroll = model.chat.scroll.saturating_add_signed(lines).min(model.chat.most);
}

/// Closes the pane where no conversation could begin.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let refused = snapshot.notices_since(model.chat.heard).any(|notice| notice.is_error);
    if model.chat.open && snapshot.chat.is_none() && refused {
        leave(model);
    }
    panels::chat::settle(model, snapshot);
}
