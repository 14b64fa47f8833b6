//! What no later stage could make sense of: records without anything said, and bytes that are no text.

use super::{Fixes, Kept, Reason, count};
use crate::data::record::{Body, Record};
use crate::data::settings::Settings;

/// Acts of one turn: each costs a pass over its text.
const ACTS: usize = 256;

pub fn run(record: &mut Record, _: &Settings, fixes: &mut Fixes) -> Kept {
    if matches!(&record.body, Body::Conversation { turns } if turns.is_empty()) {
        return Err(Reason::new("no turns", "the list of turns is empty"));
    }
    if let Some(acts) = record.turns().iter().map(|t| t.acts.len()).max().filter(|n| *n > ACTS) {
        return Err(Reason::new("too many acts", format!("{acts} acts in one turn; {ACTS} are allowed")));
    }
    let (mut replaced, mut all) = (0, 0);
    record.texts(&mut |text| {
        replaced += text.matches('\u{fffd}').count();
        all += text.chars().count();
    });
    count(fixes, "characters that were not UTF-8", replaced as u64);
    // A stray byte is a slip; one in ten is another encoding.
    if replaced * 10 > all {
        return Err(Reason::new("not UTF-8", format!("{replaced} of {all} characters could not be read")));
    }
    Ok(())
}
