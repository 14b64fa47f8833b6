//! What a new snapshot changes in the model: notices, a crash, another run, the panels' own parts.

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::model::{DialogueModel, Model, Overlay, Telling};
use crate::tui::panels;
use crate::tui::widgets::number;

/// Brings the model in line with a new snapshot.
pub fn receive(model: &mut Model, snapshot: &Snapshot) {
    if let Some(notice) = snapshot.notice.as_ref().filter(|notice| notice.serial > model.heard) {
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
    begin(model, snapshot);
    if model.frozen.is_none() {
        panels::settle(model, snapshot);
    }
}

/// Another run knows nothing of the dialogues, states and knobs chosen in the one before.
fn begin(model: &mut Model, snapshot: &Snapshot) {
    let run = Some((snapshot.scenario.clone(), snapshot.agent.clone(), snapshot.seed));
    if model.run != run {
        let first = model.run.is_none();
        model.run = run;
        if !first {
            model.frozen = None;
            model.dialogue = DialogueModel { wanted: model.dialogue.wanted, ..DialogueModel::default() };
            model.telling = Telling::default();
            model.knob_pending = None;
            (model.table.top, model.table.row, model.table.selected) = (0, 0, None);
            model.table.filter.clear();
            model.table.names = 0;
        }
    }
}
