//! Layer 2: from raw dialogues to clean ones. Formats become records; stages change or drop them; near duplicates are found; a report
//! says what was done.
//!
//! The order of the stages and their defaults follow what datatrove, dolma and data-juicer do, read for dialogues: no rule made for web
//! pages is applied to a turn, and whole conversations are compared, never single turns.

mod doubled;
pub mod elements;
pub mod encoding;
pub mod examples;
pub mod fields;
mod first;
pub mod formats;
pub mod given;
mod lenient;
pub mod look;
pub mod metered;
pub mod mine;
pub mod near;
pub mod packed;
pub mod prepare;
pub mod prepared;
pub mod record;
pub mod report;
mod second;
pub mod settings;
pub mod stages;
mod table;

/// What the file of an input cannot be used for, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    #[error("{0}")]
    Refused(String),
    #[error("it cannot be read ({0}); give a file that you may read")]
    Unread(String),
    #[error("{what} cannot be written ({reason}); give a place with room that you may write to")]
    Unwritten { what: &'static str, reason: String },
}

/// Words of records that the program ships, raw as they would be found.
pub struct Raw {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

macro_rules! raw {
    ($($name:literal),* $(,)?) => {
        &[$(Raw { name: concat!("raw/", $name), bytes: include_bytes!(concat!("../../assets/corpora/raw/", $name)) }),*]
    };
}

/// The corpus that is prepared where no input is given.
pub const RAW: &[Raw] = raw!(
    "chat-logs.jsonl",
    "chinese.jsonl",
    "helpdesk-export.json",
    "intents.csv",
    "intents-home.csv",
    "instructions.json",
    "preferences.jsonl",
    "rewards.json",
    "shared.json",
    "transcripts.json",
);
