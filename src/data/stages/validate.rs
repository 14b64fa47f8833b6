//! What no later stage could make sense of: records without anything said, and texts of which much was lost before.

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
    // Bytes that are no UTF-8 do not come this far: who wrote the file lost these characters.
    count(fixes, "characters lost before (U+FFFD), kept", replaced as u64);
    if replaced * 10 > all {
        let what = format!("{replaced} of {all} characters are U+FFFD, which stands for what could not be read");
        return Err(Reason::new("characters lost before", what));
    }
    Ok(())
}
