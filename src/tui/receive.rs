//! What a new snapshot changes in the model: notices, a crash, another run, the panels' own parts.

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::model::{DialogueModel, Grip, Model, Overlay, Telling};
use crate::tui::moments::Moments;
use crate::tui::panels;
use crate::tui::seek::Seek;
use crate::tui::widgets::number;

/// Brings the model in line with a new snapshot.
pub fn receive(model: &mut Model, snapshot: &Snapshot) {
    for notice in snapshot.notices_since(model.heard) {
        model.heard = notice.serial;
        model.say(notice.text.clone(), notice.is_error);
    }
    match &snapshot.phase {
        Phase::Crashed { message, tick } if !model.crashed => {
            model.crashed = true;
            let title = "Learning was stopped by an error".to_owned();
            let tick = number::thousands(*tick);
            let text = format!(
                "At turn {tick}: {message}. All that was learned before can still be looked at, and y shows the command \
                 that leads here; “: agent”, “: scenario” and “: seed” start over."
            );
            model.overlay = Some(Overlay::Message { title, text });
        }
        Phase::Crashed { .. } => {}
        _ => model.crashed = false,
    }
    if model.moments.trouble != snapshot.session.trouble {
        model.moments.trouble.clone_from(&snapshot.session.trouble);
        if let Some(trouble) = &snapshot.session.trouble {
            model.say(format!("{trouble}; learning goes on"), true);
        }
    }
    if model.moments.note != snapshot.session.note {
        model.moments.note.clone_from(&snapshot.session.note);
        if let Some(note) = &snapshot.session.note {
            model.say(note.clone(), true);
        }
    }
    begin(model, snapshot);
    if model.frozen.is_none() {
        panels::settle(model, snapshot);
    }
}

/// Another run knows nothing of the dialogues, states and knobs chosen in the one before.
fn begin(model: &mut Model, snapshot: &Snapshot) {
    // A branch has the same states and, up to where it left, the same past: cursors and chairs stay.
    if model.moments.focus != snapshot.focus {
        model.moments.focus = snapshot.focus;
        model.moments.marks.clear();
        model.frozen = None;
        (model.knob_pending, model.knob_due, model.knob_sent) = (None, None, None);
        model.seek = Seek::default();
    }
    let run = Some((snapshot.scenario.clone(), snapshot.agent.clone(), snapshot.first_seed));
    if model.run != run {
        let first = model.run.is_none();
        model.run = run;
        if !first {
            model.frozen = None;
            (model.knob_pending, model.knob_due, model.knob_sent) = (None, None, None);
            model.seek = Seek::default();
            model.dialogue = DialogueModel { wanted: model.dialogue.wanted, ..DialogueModel::default() };
            model.telling = Telling::default();
            let before = std::mem::take(&mut model.moments);
            let Moments { values_hidden, focus, trouble, note, .. } = before;
            model.moments = Moments { values_hidden, focus, trouble, note, ..Moments::default() };
            (model.table.top, model.table.row, model.table.selected) = (0, 0, None);
            model.table.grip = Grip::Loose;
            model.table.filter.clear();
            model.table.names = 0;
        }
    }
}
