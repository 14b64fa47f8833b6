//! Of pairs: two different answers to one question. A large difference in length is counted, as a reward model may learn nothing else.

use super::{Fixes, Kept, Reason, count};
use crate::data::near::words::folded;
use crate::data::record::{Body, Record};

/// The longer answer is so many times the shorter.
const RATIO: usize = 4;

pub fn run(record: &Record, fixes: &mut Fixes) -> Kept {
    let Body::Preference { prompt, chosen, rejected } = &record.body else { return Ok(()) };
    if prompt.iter().all(|t| t.text.is_empty()) {
        return Err(Reason::new("no prompt", "chosen and rejected have nothing before them"));
    }
    if folded(chosen) == folded(rejected) {
        return Err(Reason::new("equal answers", "chosen and rejected have the same words, but for case, blanks and punctuation"));
    }
    let (c, r) = (chosen.chars().count(), rejected.chars().count());
    count(fixes, "chosen four times as long, kept", u64::from(c > RATIO * r));
    count(fixes, "rejected four times as long, kept", u64::from(r > RATIO * c));
    Ok(())
}
