//! Turns without a letter, a digit or a sign go; records without text are dropped.

use super::{Fixes, Kept, Reason, count};
use crate::data::record::{Body, Record, Role};
use crate::data::settings::Settings;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    let blank = |text: &str| text.trim().is_empty();
    match &mut record.body {
        Body::Conversation { turns } => {
            let before = turns.len();
            turns.retain(|t| !blank(&t.text));
            count(fixes, "empty turns", (before - turns.len()) as u64);
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
