//! What a person may set of the stages.

use serde::Serialize;

use super::fields::Fields;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each turns one stage on")]
pub struct Settings {
    pub html: bool,
    pub roles: bool,
    pub pii: bool,
    pub lengths: bool,
    pub repetition: bool,
    pub exact: bool,
    /// The Jaccard similarity from which two records are near duplicates; none keeps them.
    pub near: Option<f64>,
    /// Turns of a conversation, both ends included.
    pub turns: (u32, u32),
    /// Characters of a turn.
    pub chars: u32,
    /// Words of a record; a Chinese character is one.
    pub words: u32,
    /// Percent for train, valid, test.
    pub split: [u32; 3],
    /// Another salt is another split.
    pub salt: String,
    /// Bytes that one record of a file may have.
    pub record_bytes: u32,
    /// The encoding of the inputs, by a name that `encoding::named` knows; none for UTF-8.
    pub encoding: Option<&'static str>,
    /// What a person says of the keys of all inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
}

impl Settings {
    /// The similarity of near duplicates, unless another is asked for.
    pub const NEAR: f64 = 0.8;
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            html: true,
            roles: true,
            pii: true,
            lengths: true,
            repetition: true,
            exact: true,
            near: Some(Settings::NEAR),
            turns: (2, 64),
            chars: 4000,
            words: 4096,
            split: [90, 5, 5],
            salt: "dialoq".into(),
            record_bytes: 4 << 20,
            encoding: None,
            fields: None,
        }
    }
}
