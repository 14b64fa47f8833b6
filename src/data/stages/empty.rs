//! Turns without a letter, a digit or a sign go; records without text are dropped.

use super::{Fixes, Kept, Reason, count};
use crate::data::record::{Body, Record, Role, Turn};
use crate::data::settings::Settings;

/// Leaves out turns that neither say nor do anything. A call says something without text, and so does a tool that answers it with nothing.
pub fn without_empty(turns: &mut Vec<Turn>, fixes: &mut Fixes) {
    let (before, mut called) = (turns.len(), false);
    turns.retain(|turn| {
        let answers = called && turn.role == Role::Tool;
        let kept = answers || !turn.calls.is_empty() || !turn.text.trim().is_empty();
        if kept {
            called = answers || !turn.calls.is_empty();
        }
        kept
    });
    count(fixes, "empty turns", (before - turns.len()) as u64);
}

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    let blank = |text: &str| text.trim().is_empty();
    match &mut record.body {
        Body::Conversation { turns } => {
            without_empty(turns, fixes);
            let said = |role: &Role| turns.iter().any(|t| t.role == *role);
            if !said(&Role::User) && !said(&Role::Assistant) && !turns.iter().any(|t| matches!(t.role, Role::Named(_))) {
                return Err(Reason::new("no text", "all turns are empty"));
            }
        }
        Body::Preference { chosen, rejected, .. } => {
            for (answer, what) in [(chosen, "the chosen answer is empty"), (rejected, "the rejected answer is empty")] {
                if blank(answer) {
                    return Err(Reason::new("empty answer", what));
                }
            }
        }
        Body::Unpaired { completion, .. } if blank(completion) => return Err(Reason::new("empty answer", "the answer is empty")),
        Body::Unpaired { .. } => {}
        Body::Labelled { text, label } => {
            if blank(text) {
                return Err(Reason::new("no text", "the text is empty"));
            }
            if blank(label) {
                return Err(Reason::new("no label", "the label is empty"));
            }
        }
    }
    Ok(())
}
