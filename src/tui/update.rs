//! What keys do: pure functions from (model, snapshot, key) to a changed model and asks for the trainer.

use crossterm::event::KeyEvent;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Phase, Snapshot};
use crate::trainer::view::Watch;
use crate::tui::keys::{self, Action};
use crate::tui::layout::{self, Plan};
use crate::tui::model::{Grip, Listing, Model, Overlay, Prompt, Purpose, ScreenId, Slot};
use crate::tui::panels::{self, Move};
use crate::tui::{agents, chat, choices, chord, messages, moments, prompt, runs, screens, seek};

/// What comes of an input besides the changed model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub asks: Vec<Ask>,
    pub quit: bool,
    pub suspend: bool,
    pub redraw: bool,
    /// What is to be copied to the terminal's clipboard.
    pub copy: Option<String>,
}

/// The snapshot on the screen: the frozen one, if there is one.
pub fn shown<'a>(model: &'a Model, newest: &'a Snapshot) -> &'a Snapshot {
    model.frozen.as_deref().unwrap_or(newest)
}

/// Obeys a key. Alt with a letter is not the letter: an Esc and a key that arrive in one piece do nothing.
pub fn press(model: &mut Model, newest: &Snapshot, event: KeyEvent) -> Outcome {
    let mut out = Outcome::default();
    let Some(key) = chord::key_of(event) else {
        return out;
    };
    model.read_notice();
    let plan = layout::plan(model);
    if let Some(binding) = keys::binding_of(key, model, &plan) {
        perform(model, newest, binding.action, &mut out);
        if model.overlay.is_some() {
            // It would come back, out of date, when the overlay closes.
            model.dismiss_notice();
        }
    } else if keys::over(model, &plan).is_some() {
        prompt::type_key(model, key);
    }
    out
}

/// Does what a binding stands for, whether it came by key, click, help or palette.
pub fn perform(model: &mut Model, newest: &Snapshot, action: Action, out: &mut Outcome) {
    match action {
        Action::RunOrPause => run_or_pause(model, newest, out),
        Action::StepTurn => ask(model, newest, Ask::StepTurns(1), out),
        Action::StepDialogue => ask(model, newest, Ask::StepDialogues(1), out),
        Action::BackTurn => ask(model, newest, Ask::BackTurns(1), out),
        Action::ForwardTurn => ask(model, newest, Ask::ForwardTurns(1), out),
        Action::BackDialogues(count) => ask(model, newest, Ask::BackDialogues(count), out),
        Action::ForwardDialogues(count) => ask(model, newest, Ask::ForwardDialogues(count), out),
        Action::Head => ask(model, newest, Ask::Head, out),
        Action::Freeze => freeze(model, newest),
        Action::Expand => model.expanded = model.expanded.xor(Some(model.focus)),
        Action::NextPane => turn_focus(model, 1),
        Action::PreviousPane => turn_focus(model, -1),
        Action::NextPanel => panels::turn_on(model, model.focus),
        Action::Screen(id) => open_screen(model, id),
        Action::Move(way) => move_in(model, newest, model.focus, way, out),
        Action::Knob(way) => move_in(model, newest, Slot::Knobs, way, out),
        Action::Help => model.overlay = Some(Overlay::Help(Listing::default())),
        Action::Messages => messages::open(model),
        Action::Agents => agents::open(model, newest),
        Action::Chat => chat::open(model, newest, out),
        Action::ChooseAgent | Action::CompareAgent => agents::choose(model, newest, action, out),
        Action::Palette => model.overlay = Some(Overlay::Palette(Listing::default())),
        Action::Back => back(model, newest, out),
        Action::Quit => {
            out.asks.extend(panels::knobs::flush(model, newest));
            out.quit = true;
        }
        Action::Redraw => out.redraw = true,
        Action::Suspend => out.suspend = true,
        Action::CompareRun | Action::CloseRun | Action::Parting | Action::PreviousRun | Action::NextRun | Action::Seeds | Action::Sweep => {
            runs::perform(model, newest, action, out);
        }
        Action::Find | Action::GoTo | Action::Read => open(model, action),
        Action::Close
        | Action::Accept
        | Action::Yes
        | Action::List(_)
        | Action::Complete
        | Action::Erase
        | Action::EraseAll
        | Action::Talk(_) => {
            prompt::perform(model, newest, action, out);
        }
        Action::Branch
        | Action::Bookmark
        | Action::NextMark
        | Action::PreviousMark
        | Action::When
        | Action::Learned(_)
        | Action::Credit
        | Action::Breakpoints
        | Action::Sit(_)
        | Action::HideValues
        | Action::WhatIf
        | Action::Command => moments::perform(model, newest, action, out),
        _ => choices::turn(model, newest, action),
    }
}

/// Sends an ask on its way, past the questions that must come first.
pub fn ask(model: &mut Model, newest: &Snapshot, ask: Ask, out: &mut Outcome) {
    if matches!(newest.phase, Phase::Crashed { .. }) && !matches!(ask, Ask::New { .. }) {
        let hint = "learning has stopped by an error; “: seed 7” or another agent starts over";
        model.say(hint, true);
        return;
    }
    if matches!(newest.phase, Phase::Opening(..)) && !matches!(ask, Ask::Watch(_) | Ask::Pace(_)) {
        model.say("the session is being restored; q leaves it as it is", false);
        return;
    }
    model.table.stepping = match ask {
        Ask::StepTurns(_) | Ask::StepDialogues(_) | Ask::BackTurns(_) | Ask::ForwardTurns(_) | Ask::Sit(_) => true,
        Ask::Run | Ask::Learned { .. } | Ask::Credit(_) => false,
        _ => model.table.stepping,
    };
    match ask {
        Ask::Run | Ask::New { .. } if model.table.grip == Grip::Kept => model.table.grip = Grip::Loose,
        Ask::Run | Ask::New { .. } | Ask::Watch(_) | Ask::Pause | Ask::Pace(_) => {}
        _ => model.table.keep(),
    }
    if !matches!(ask, Ask::Watch(_)) {
        // What was said of another moment is past.
        model.dismiss_notice();
        model.moments.reads_update = None;
        out.asks.extend(panels::knobs::flush(model, newest));
    }
    match ask {
        Ask::Run | Ask::Pause | Ask::Pace(_) | Ask::Watch(_) | Ask::Edit(_) => {
            out.asks.push(ask);
        }
        _ => {
            // Who moves the learner wants to see where it went.
            model.frozen = None;
            out.asks.push(ask);
        }
    }
}

fn run_or_pause(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    let wish = match newest.phase {
        Phase::Running => Ask::Pause,
        Phase::Busy(..) => Ask::Cancel,
        _ => Ask::Run,
    };
    if wish == Ask::Run {
        model.moments.stand_up();
    }
    ask(model, newest, wish, out);
}

fn freeze(model: &mut Model, newest: &Snapshot) {
    model.frozen = match model.frozen {
        Some(_) => None,
        None => Some(std::sync::Arc::new(newest.clone())),
    };
}

/// One layer out.
fn back(model: &mut Model, newest: &Snapshot, out: &mut Outcome) {
    if matches!(newest.phase, Phase::Busy(..)) {
        ask(model, newest, Ask::Cancel, out);
    } else if moments::dismiss(model, newest, out) {
    } else if model.moments.chair.is_some() {
        model.moments.stand_up();
    } else if model.dismiss_notice() || model.expanded.take().is_some() {
    } else if model.frozen.is_some() {
        model.frozen = None;
    } else if model.dialogue.number.is_some() {
        choices::turn(model, newest, Action::FollowDialogue);
    } else {
        model.table.filter.clear();
        model.table.keep();
    }
}

pub fn open_screen(model: &mut Model, id: ScreenId) {
    if model.screen != id {
        model.screen = id;
        model.expanded = None;
        model.moments.stand_up();
        focus(model, screens::screen(id).slots[0]);
    }
}

/// Gives a pane the focus; where only some are in sight, it comes into sight.
pub fn focus(model: &mut Model, slot: Slot) {
    let screen = screens::screen(model.screen);
    model.focus = slot;
    if slot != screen.slots[0] && Some(slot) != screen.strip {
        model.companion = slot;
    }
    if model.expanded.is_some() {
        model.expanded = Some(slot);
    }
}

fn turn_focus(model: &mut Model, by: isize) {
    let slots = screens::screen(model.screen).slots;
    let now = slots.iter().position(|slot| *slot == model.focus).unwrap_or(0);
    let next = (now as isize + by).rem_euclid(slots.len() as isize);
    focus(model, slots[next as usize]);
}

/// Moves inside a pane, if it is in sight.
pub fn move_in(model: &mut Model, newest: &Snapshot, slot: Slot, way: Move, out: &mut Outcome) {
    let Some(pane) = layout::plan(model).pane(slot).copied() else {
        return;
    };
    let Some(panel) = panels::shown(model, slot) else {
        return;
    };
    let frozen = model.frozen.clone();
    let snapshot = frozen.as_deref().unwrap_or(newest);
    if let Some(wish) = (panel.act)(model, snapshot, pane.inner, way) {
        ask(model, newest, wish, out);
    }
    mend(model);
}

/// A panel may have opened another screen: the focus follows.
pub fn mend(model: &mut Model) {
    let slots = screens::screen(model.screen).slots;
    if !slots.contains(&model.focus) {
        model.expanded = None;
        focus(model, slots[0]);
    }
}

fn open(model: &mut Model, action: Action) {
    let purpose = match action {
        Action::Find => Purpose::FindStates { before: model.table.filter.clone() },
        Action::GoTo => Purpose::GoToDialogue,
        _ => Purpose::ReadDialogue,
    };
    let typed = if action == Action::Find { model.table.filter.clone() } else { String::new() };
    model.overlay = Some(Overlay::Prompt(Prompt { purpose, typed, complaint: None }));
}

/// What is to be asked because time has passed or a snapshot has come.
pub fn due(model: &mut Model, newest: &Snapshot) -> Vec<Ask> {
    let mut asks = Vec::from_iter(panels::knobs::due(model, newest));
    asks.extend(seek::due(model, newest));
    asks
}

/// What all visible panels together want to see.
pub fn wanted(model: &Model, plan: &Plan) -> Watch {
    let mut watch = Watch { lang: model.lang, ..Watch::default() };
    for pane in plan.panes.iter().filter(|pane| !pane.inner.is_empty()) {
        if let Some(panel) = panels::shown(model, pane.slot) {
            (panel.watch)(model, pane.inner, &mut watch);
        }
    }
    watch
}
