//! Layer 5, beside the trainer: sessions on disk. Writes what the trainer tells, as it happens; reads it back and plays it again.
//!
//! A session is `NAME.jsonl`, its journal, and `NAME.checkpoint`, which only saves time. The journal is locked while it is open.

pub mod conversation;
pub mod files;
pub mod in_place;
pub mod kept;
pub mod losses;
pub mod names;
pub mod place;
pub mod read;
pub mod replay;
pub mod restore;
pub mod tail;
pub mod write;

mod own;
mod scribe;
mod shared;

use std::io;

/// The system's words without its number: `no such file or directory`.
pub fn reason(e: &io::Error) -> String {
    let text = e.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
