//! What of a session did not reach the disk, in words: the last sentence of a session that could not be written.

use std::collections::BTreeMap;

use crate::run::journal::Line;
use crate::run::thousands;

/// What lines of a journal hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    edits: u64,
    bookmarks: u64,
    runs: u64,
    /// The turn that each run has come to.
    heads: BTreeMap<u32, u64>,
}

impl Contents {
    /// Of a journal's bytes; a line that cannot be read holds nothing.
    pub fn of(journal: &[u8]) -> Contents {
        let mut contents = Contents::default();
        journal.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).for_each(|line| contents.add(&line));
        contents
    }

    pub fn add(&mut self, line: &Line) {
        match line {
            Line::Edit { .. } => self.edits += 1,
            Line::Bookmark { .. } => self.bookmarks += 1,
            Line::Run { run, .. } => {
                self.runs += 1;
                self.heads.insert(*run, 0);
            }
            Line::Branch { run, tick, .. } => {
                self.runs += 1;
                self.heads.insert(*run, *tick);
            }
            Line::Head { run, tick, .. } => {
                self.heads.insert(*run, *tick);
            }
            Line::Session { .. } | Line::Unmark { .. } | Line::Here { .. } | Line::Close { .. } => {}
        }
    }

    /// Whether a person did something that a journal keeps.
    pub fn has_acts(&self) -> bool {
        self.edits + self.bookmarks > 0 || self.runs > 1
    }

    /// Turns beyond those that `written` holds.
    fn turns_beyond(&self, written: &Contents) -> u64 {
        let beyond = |(run, head): (&u32, &u64)| head.saturating_sub(written.heads.get(run).copied().unwrap_or(0));
        self.heads.iter().map(beyond).sum()
    }
}

/// `37 of 61 edits, 1,200 turns`: what `all` holds and `written` does not; `nothing` where both hold the same.
pub fn lost(all: &Contents, written: &Contents) -> String {
    let plural = |n: u64| if n == 1 { "" } else { "s" };
    let part = |name: &str, all: u64, written: u64| {
        let lost = all.saturating_sub(written);
        let count = if lost == all { thousands(all) } else { format!("{} of {}", thousands(lost), thousands(all)) };
        (lost > 0).then(|| format!("{count} {name}{}", plural(all)))
    };
    let turns = all.turns_beyond(written);
    let parts = [
        part("edit", all.edits, written.edits),
        part("bookmark", all.bookmarks, written.bookmarks),
        part("run", all.runs, written.runs),
        (turns > 0).then(|| format!("{} turn{}", thousands(turns), plural(turns))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}
