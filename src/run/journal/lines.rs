//! The lines of a journal, before anybody believes them.

use super::read::{Journal, JournalError};
use super::{FORMAT, Line, VERSION};

/// The run of a whole line of an unknown kind; none where it is no such line.
pub(super) fn run_of(text: &[u8]) -> Option<u32> {
    let told: serde_json::Value = serde_json::from_slice(text).ok()?;
    told["line"].as_str()?;
    u32::try_from(told["run"].as_u64()?).ok()
}

/// The first line, which says whose file this is.
pub(super) fn begin(text: &[u8]) -> Result<Journal, JournalError> {
    let told: serde_json::Value = serde_json::from_slice(text).map_err(|_| JournalError::Foreign)?;
    if told["line"] != "session" || told["format"] != FORMAT {
        return Err(JournalError::Foreign);
    }
    match told["version"].as_u64() {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(JournalError::Version(version)),
        None => return Err(JournalError::Foreign),
    }
    match serde_json::from_value(told) {
        Ok(Line::Session { program, name, began, .. }) => Ok(Journal {
            name,
            began,
            program,
            runs: Vec::new(),
            here: None,
            damage: None,
            left_out: Vec::new(),
            good_bytes: 0,
            ends_whole: false,
        }),
        _ => Err(JournalError::Foreign),
    }
}

pub(super) fn unreadable(e: &serde_json::Error, text: &[u8], last: bool) -> String {
    match e.classify() {
        serde_json::error::Category::Eof if last => format!("the line breaks off after {} bytes", text.len()),
        _ => {
            let told = e.to_string();
            told.split(" at line ").next().unwrap_or(&told).to_owned()
        }
    }
}

/// Pieces between line ends; the last one may lack its own.
pub(super) struct Lines<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    pub number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|b| *b == b'\n');
        self.at += length.map_or(rest.len(), |n| n + 1);
        self.number += 1;
        Some(&rest[..length.unwrap_or(rest.len())])
    }
}
