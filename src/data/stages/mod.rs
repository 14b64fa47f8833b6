//! What is done to each record, in this order. A stage changes a record, counting what it mended, or says why it is dropped.
//!
//! To add one: a file with `run`, and a line in `STAGES`.

pub mod arguments;
pub mod empty;
pub mod html;
mod iban;
pub mod labels;
pub mod lengths;
pub mod numbers;
pub mod pii;
pub mod preference;
pub mod repetition;
pub mod roles;
pub mod spans;
mod sum;
pub mod unicode;
pub mod validate;

use std::collections::BTreeMap;

use super::record::Record;
use super::settings::Settings;

/// What was mended, by its name: how often.
pub type Fixes = BTreeMap<&'static str, u64>;

pub fn count(fixes: &mut Fixes, what: &'static str, times: u64) {
    if times > 0 {
        *fixes.entry(what).or_default() += times;
    }
}

/// Why a record is dropped: a reason that many share, and what it was here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub what: &'static str,
    pub detail: String,
}

impl Reason {
    pub fn new(what: &'static str, detail: impl Into<String>) -> Reason {
        Reason { what, detail: detail.into() }
    }
}

pub type Kept = Result<(), Reason>;

pub struct Stage {
    pub name: &'static str,
    pub on: fn(&Settings) -> bool,
    pub run: fn(&mut Record, &Settings, &mut Fixes) -> Kept,
}

const fn always(_: &Settings) -> bool {
    true
}

/// Those of single records. Duplicates and preferences follow, then the split.
pub const STAGES: &[Stage] = &[
    Stage { name: "validate", on: always, run: validate::run },
    // What reaches a screen or a hash is always cleaned of controls.
    Stage { name: "unicode", on: always, run: unicode::run },
    Stage { name: "html", on: |s| s.html, run: html::run },
    Stage { name: "roles", on: |s| s.roles, run: roles::run },
    Stage { name: "empty", on: always, run: empty::run },
    Stage { name: "pii", on: |s| s.pii, run: pii::run },
    Stage { name: "lengths", on: |s| s.lengths, run: lengths::run },
    Stage { name: "repetition", on: |s| s.repetition, run: repetition::run },
];

/// Those that need all records, in their order.
pub const EXACT: &str = "exact";
pub const NEAR: &str = "near";
pub const PREFERENCE: &str = "preference";
