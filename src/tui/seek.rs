//! Going to a dialogue by the time bar: many wishes may come quickly, one is under way, and the newest is the one that counts.

use crate::trainer::command::Ask;
use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::model::Model;

/// A wish that has not been answered after so long, while nothing is busy, never will be.
const PATIENCE_MS: u64 = 400;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seek {
    /// The dialogue that the person wants to be at; none once it is reached.
    pub wanted: Option<u64>,
    /// The one asked for, and when on the clock of `now_ms`.
    asked: Option<(u64, u64)>,
}

fn ask(dialogue: u64, snapshot: &Snapshot) -> Ask {
    match dialogue {
        0 => Ask::SeekTick(0),
        far if far >= snapshot.view.head_dialogues => Ask::Head,
        dialogue => Ask::SeekDialogue(dialogue),
    }
}

fn arrived(dialogue: u64, snapshot: &Snapshot) -> bool {
    let view = &snapshot.view;
    let at_head = dialogue >= view.head_dialogues && !view.in_the_past();
    at_head || view.dialogues == dialogue && view.turn == 0
}

fn is_busy(snapshot: &Snapshot) -> bool {
    matches!(snapshot.phase, Phase::Busy(..))
}

/// Wants to be at a dialogue; asks at once unless another wish is under way.
pub fn to(model: &mut Model, snapshot: &Snapshot, dialogue: u64) -> Option<Ask> {
    let now_ms = model.now_ms;
    let under_way = |(goal, asked_ms): (u64, u64)| !arrived(goal, snapshot) && (is_busy(snapshot) || now_ms < asked_ms + PATIENCE_MS);
    let waits = model.seek.asked.is_some_and(under_way);
    if model.seek.wanted == Some(dialogue) && waits {
        return None;
    }
    model.seek.wanted = Some(dialogue);
    if waits {
        return None;
    }
    model.seek.asked = Some((dialogue, now_ms));
    Some(ask(dialogue, snapshot))
}

/// What is to be asked now that time has passed or a snapshot has come.
pub fn due(model: &mut Model, snapshot: &Snapshot) -> Vec<Ask> {
    let (Some(wanted), Some((goal, asked_ms))) = (model.seek.wanted, model.seek.asked) else { return Vec::new() };
    let late = model.now_ms >= asked_ms + PATIENCE_MS;
    if wanted == goal {
        if arrived(goal, snapshot) || late && !is_busy(snapshot) {
            model.seek = Seek::default();
        }
        return Vec::new();
    }
    if !arrived(goal, snapshot) && !late {
        return Vec::new();
    }
    model.seek.asked = Some((wanted, model.now_ms));
    let stop = (is_busy(snapshot) && !arrived(goal, snapshot)).then_some(Ask::Cancel);
    stop.into_iter().chain([ask(wanted, snapshot)]).collect()
}

/// Where the person is, or is on the way to.
pub fn present(model: &Model, snapshot: &Snapshot) -> u64 {
    model.seek.wanted.unwrap_or(snapshot.view.dialogues)
}
