//! Layer 5, beside the trainer: a person talks with an agent. Sentences are understood, move what the agent has heard, and a voice
//! (`run/chat.rs`) answers. No run is changed by it, and nothing here reads a clock or a file.

mod aside;
mod belief;
mod clean;
mod commands;
mod cues;
pub mod hear;
mod keywords;
mod meant;
mod shape;
mod talk;
mod transcript;
mod why;
mod words;

pub use clean::clean;
pub use commands::COMMANDS;
pub use transcript::{json, lines};

use std::sync::Arc;

use crate::run::chat::{Begin, Conversation, Opening};
use talk::Talk;

/// Writes a transcript: a name (none: choose one), the text; the sentence to be said comes back.
pub type Keep = dyn Fn(Option<&str>, &str) -> Result<String, String> + Send + Sync;

/// Begins conversations whose transcripts are kept so.
pub fn begin(keep: Arc<Keep>) -> Arc<Begin> {
    Arc::new(move |opening: Opening| Ok(Box::new(Talk::new(opening, keep.clone())?) as Box<dyn Conversation>))
}
