//! Keys while something lies over the screen: lists narrowed by typing, lines to be typed, questions.

use crossterm::event::KeyCode;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::tui::chord::Key;
use crate::tui::commands::{self, Deed};
use crate::tui::keys::{self, Action};
use crate::tui::layout;
use crate::tui::model::{Grip, Listing, Model, Overlay, Prompt, Purpose, ScreenId};
use crate::tui::panels::Move;
use crate::tui::update::{Outcome, ask, open_screen, perform as perform_action};
use crate::tui::{chat, help, moments, palette, runs};

/// Nobody types more than this.
const LONGEST: usize = 200;

/// A letter for the line being typed.
pub fn type_key(model: &mut Model, key: Key) {
    let KeyCode::Char(letter) = key.code else {
        return;
    };
    if key.ctrl || letter.is_control() {
        return;
    }
    if model.overlay == Some(Overlay::Chat) {
        return chat::insert(model, letter);
    }
    edit(model, |typed| push(typed, letter));
}

/// A pasted line for the line being typed; false where it does not fit as a whole.
pub fn type_text(model: &mut Model, text: &str) -> bool {
    let mut whole = true;
    edit(model, |typed| {
        for letter in text.chars() {
            whole &= typed.len() < LONGEST;
            push(typed, letter);
        }
    });
    whole
}

/// Adds a letter where there is room. In the help and the palette, the key that would open or search them is not a letter of the first word.
fn push(typed: &mut String, letter: char) {
    if typed.len() < LONGEST && !(typed.is_empty() && matches!(letter, '/' | ':' | '?')) {
        typed.push(letter);
    }
}

/// Changes the words typed; what depends on them follows.
fn edit(model: &mut Model, change: impl FnOnce(&mut String)) {
    match &mut model.overlay {
        Some(Overlay::Help(listing) | Overlay::Palette(listing)) => {
            change(&mut listing.typed);
            *listing = Listing { typed: std::mem::take(&mut listing.typed), ..Listing::default() };
        }
        Some(Overlay::Prompt(prompt)) => {
            change(&mut prompt.typed);
            prompt.complaint = None;
            if matches!(prompt.purpose, Purpose::FindStates { .. }) {
                let typed = prompt.typed.clone();
                find(model, typed);
            }
        }
        _ => {}
    }
}

fn find(model: &mut Model, words: String) {
    if model.table.filter != words {
        model.table.filter = words;
        model.table.top = 0;
        model.table.row = 0;
        model.table.grip = Grip::Adrift;
    }
}

/// The actions that exist only over the screen.
pub fn perform(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    match action {
        Action::Close => close(model),
        Action::Accept => accept(model, newest, out),
        Action::Yes => yes(model, newest, out),
        Action::List(way) => move_cursor(model, newest, way),
        Action::Complete => complete(model, newest),
        Action::Talk(key) => chat::perform(model, key),
        Action::Erase if model.overlay == Some(Overlay::Chat) => chat::erase(model),
        Action::EraseAll if model.overlay == Some(Overlay::Chat) => chat::erase_all(model),
        Action::Erase => edit(model, |typed| {
            typed.pop();
        }),
        Action::EraseAll => edit(model, String::clear),
        _ => {}
    }
}

/// One layer out: first the words typed into a list, then the overlay.
fn close(model: &mut Model) {
    match model.overlay.take() {
        Some(Overlay::Help(listing)) if !listing.typed.is_empty() => {
            model.overlay = Some(Overlay::Help(Listing::default()));
        }
        Some(Overlay::Prompt(Prompt { purpose: Purpose::FindStates { before }, .. })) => {
            find(model, before);
        }
        Some(Overlay::Question { .. }) => model.knob_pending = None,
        Some(Overlay::Chat) => chat::leave(model),
        _ => {}
    }
}

fn yes(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    if let Some(Overlay::Question { ask: wish, .. }) = model.overlay.take() {
        ask(model, newest, wish, out);
    }
}

fn accept(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    match model.overlay.clone() {
        Some(Overlay::Help(listing)) => help::accept(model, newest, &listing, out),
        Some(Overlay::Palette(listing)) => accept_command(model, newest, &listing, out),
        Some(Overlay::Chat) => chat::send(model, newest, out),
        Some(Overlay::Prompt(prompt)) => accept_prompt(model, newest, &prompt, out),
        _ => {}
    }
}

fn accept_prompt(model: &mut Model, newest: &Snapshot, prompt: &Prompt, out: &mut Outcome) {
    let deed = match prompt.purpose {
        Purpose::FindStates { .. } => Ok(Deed::Find(prompt.typed.clone())),
        Purpose::Seeds => runs::seeds(&prompt.typed).map(Deed::Ask),
        _ if prompt.typed.is_empty() => return close(model),
        Purpose::Sweep => runs::plan(&prompt.typed, newest).map(|plan| Deed::Ask(Ask::Sweep(plan))),
        Purpose::GoToDialogue => commands::time::moment(&prompt.typed, newest).map(Deed::Ask),
        Purpose::StopAt => commands::time::breakpoint(prompt.typed.trim(), newest),
        Purpose::ReadDialogue => commands::past_dialogue(&prompt.typed, newest).map(Deed::Read),
    };
    match deed {
        Ok(deed) => execute(model, newest, deed, out),
        Err(sentence) => complain(model, sentence),
    }
}

/// What was typed counts if it is a command; otherwise, or once the cursor was moved, the selected entry.
fn accept_command(model: &mut Model, newest: &Snapshot, listing: &Listing, out: &mut Outcome) {
    let selected = palette::matching(&listing.typed, newest).into_iter().nth(listing.cursor);
    let selected = selected.filter(|entry| !(entry.wants_word() && listing.typed.starts_with(&entry.text)));
    if let Some(verb) = selected.as_ref().filter(|_| !listing.moved).and_then(|entry| wordless(entry, &listing.typed, newest))
        && let Err(sentence) = commands::parse(&verb, newest)
    {
        edit(model, |typed| *typed = format!("{verb} "));
        return complain(model, sentence);
    }
    match (commands::parse(&listing.typed, newest), selected) {
        (Ok(deed), _) if !listing.moved => execute(model, newest, deed, out),
        (_, Some(entry)) if entry.wants_word() => complete(model, newest),
        (_, Some(entry)) => match commands::parse(&entry.text, newest) {
            Ok(deed) => execute(model, newest, deed, out),
            Err(sentence) => complain(model, sentence),
        },
        (Ok(deed), None) => execute(model, newest, deed, out),
        (Err(sentence), None) => complain(model, sentence),
    }
}

/// The verb of an entry of which no more than that, or a part of it, was typed: its word must be chosen by the person.
fn wordless(entry: &palette::Entry, typed: &str, newest: &Snapshot) -> Option<String> {
    let (verb, _) = entry.text.split_once(' ').filter(|(_, word)| !word.is_empty())?;
    let of_verb = commands::verbs().any(|(stem, _, _)| *stem == verb) || newest.view.knobs.iter().any(|knob| knob.name == verb);
    let bare = verb.starts_with(&typed.trim().to_lowercase());
    (of_verb && bare).then(|| verb.to_owned())
}

fn complete(model: &mut Model, newest: &Snapshot) {
    let Some(Overlay::Palette(listing)) = &model.overlay else {
        return;
    };
    if let Some(entry) = palette::matching(&listing.typed, newest).into_iter().nth(listing.cursor) {
        // What was typed beyond the entry is kept: it is the word that the entry wants.
        if !listing.typed.starts_with(&entry.text) {
            edit(model, |typed| *typed = entry.text);
        }
    }
}

fn execute(model: &mut Model, newest: &Snapshot, deed: Deed, out: &mut Outcome) {
    match deed {
        Deed::Act(action) => return run(model, newest, action, out),
        Deed::Find(words) => find(model, words),
        Deed::Read(number) => {
            open_screen(model, ScreenId::Dialogue);
            model.dialogue.number = Some(number);
            model.dialogue.turn = None;
            model.dialogue.scroll = None;
        }
        Deed::Speak(lang) => model.lang = lang,
        Deed::Wish(wish) => match moments::fulfil(model, newest, &wish, out) {
            Ok(()) => {}
            Err(sentence) => return complain(model, sentence),
        },
        Deed::Ask(wish) => {
            model.overlay = None;
            match wish {
                Ask::Sweep(_) => runs::show_map(model),
                Ask::Seeds(count) => model.compare.seeds = count > 0,
                _ => {}
            }
            return ask(model, newest, wish, out);
        }
    }
    model.overlay = None;
}

/// Runs a binding from help or palette, if it acts on what is below them.
pub fn run(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    let plan = layout::plan(model);
    let mut of_action = commands::palette_bindings().filter(|binding| binding.action == action);
    if of_action.clone().any(|binding| keys::acts_below(binding, model, &plan)) {
        model.overlay = None;
        perform_action(model, newest, action, out);
    } else if let Some(binding) = of_action.next() {
        let place = binding.context.place();
        complain(model, format!("“{}” acts only {place}", binding.command));
    }
}

fn complain(model: &mut Model, sentence: String) {
    match &mut model.overlay {
        Some(Overlay::Help(listing) | Overlay::Palette(listing)) => {
            listing.complaint = Some(sentence);
        }
        Some(Overlay::Prompt(prompt)) => prompt.complaint = Some(sentence),
        _ => {}
    }
}

/// Moves the cursor of a list; it stops at both ends.
pub fn move_cursor(model: &mut Model, newest: &Snapshot, way: Move) {
    let total = match &model.overlay {
        Some(Overlay::Help(listing)) => help::entries(model, listing).len(),
        Some(Overlay::Palette(listing)) => palette::matching(&listing.typed, newest).len(),
        Some(Overlay::Agents(_)) => newest.catalogue.agents.len(),
        Some(Overlay::Messages(_)) => model.messages.past.len(),
        _ => return,
    };
    let Some(Overlay::Help(listing) | Overlay::Palette(listing) | Overlay::Agents(listing) | Overlay::Messages(listing)) =
        &mut model.overlay
    else {
        return;
    };
    let now = listing.cursor;
    let wanted = match way {
        Move::Up => now.saturating_sub(1),
        Move::PageUp => now.saturating_sub(10),
        Move::PageDown => now + 10,
        _ => now + 1,
    };
    listing.cursor = wanted.min(total.saturating_sub(1));
    listing.moved = true;
    listing.complaint = None;
}
