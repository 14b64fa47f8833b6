//! Telling the live dialogue. While training runs fast the trainer delivers whole recorded dialogues; they are shown
//! turn by turn at a pace that can be read, then a fresh one is asked for.

use crate::trainer::snapshot::{Phase, Snapshot};
use crate::tui::model::{Model, Telling};

const TURN_MS: u64 = 700;
/// A long dialogue is told faster, so that a fresh one comes before this one is stale.
const DIALOGUE_MS: u64 = 15_000;
const LEAST_TURN_MS: u64 = 150;
const END_MS: u64 = 2_000;

/// Reveals what is due at `model.now_ms`; says whether anything changed.
pub fn tell(model: &mut Model, snapshot: &Snapshot) -> bool {
    if model.frozen.is_some() {
        return false;
    }
    let before = (model.dialogue.revealed, model.dialogue.wanted);
    if let Some(talk) = &snapshot.view.transcript {
        let turns = talk.turns.len();
        let same = model.telling.dialogue == Some(talk.dialogue);
        let whole = model.dialogue.number.is_none() && talk.complete && matches!(snapshot.phase, Phase::Running);
        if !whole || same && model.telling.followed {
            model.dialogue.revealed = turns;
        }
        if whole {
            advance(model, talk.dialogue, turns);
        } else {
            let followed = !talk.complete || same && model.telling.followed;
            model.telling = Telling { dialogue: Some(talk.dialogue), followed, since_ms: model.now_ms };
        }
    }
    before != (model.dialogue.revealed, model.dialogue.wanted)
}

fn advance(model: &mut Model, dialogue: u64, turns: usize) {
    let waited_ms = model.now_ms.saturating_sub(model.telling.since_ms);
    let turn_ms = (DIALOGUE_MS / turns.max(1) as u64).clamp(LEAST_TURN_MS, TURN_MS);
    if model.telling.dialogue != Some(dialogue) {
        model.telling = Telling { dialogue: Some(dialogue), ..Telling::default() };
        model.dialogue.revealed = turns.min(1);
    } else if model.dialogue.revealed < turns && waited_ms >= turn_ms {
        model.dialogue.revealed += 1;
    } else if model.dialogue.revealed >= turns && waited_ms >= END_MS {
        // Asked again if nothing fresh has come after as long again.
        model.dialogue.revealed = turns;
        model.dialogue.wanted += 1;
    } else {
        return;
    }
    model.telling.since_ms = model.now_ms;
}
