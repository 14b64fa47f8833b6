//! The journal of a session: one JSON object a line, written as things happen. Replaying it from nothing gives the same bits.

use serde::{Deserialize, Serialize};

use super::RunSpec;
use crate::learn::machine::Edit;
use crate::world::WorldSource;

pub const FORMAT: &str = "dialoq-session";
pub const VERSION: u32 = 1;

/// A line. Ticks are turns of the run, counted from 0; dialogues those finished by then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Line {
    /// The first one.
    Session {
        format: String,
        version: u32,
        program: String,
        name: String,
        began: String,
    },
    /// A run that began at dialogue 0.
    Run {
        run: u32,
        name: String,
        spec: SpecLine,
    },
    /// A run that left another one at a tick.
    Branch {
        run: u32,
        name: String,
        parent: u32,
        tick: u64,
        dialogue: u64,
    },
    /// What a person did. Edits of one run and tick take effect in their order.
    Edit {
        run: u32,
        tick: u64,
        dialogue: u64,
        edit: Edit,
        text: String,
    },
    Bookmark {
        run: u32,
        tick: u64,
        dialogue: u64,
        name: String,
    },
    Unmark {
        run: u32,
        tick: u64,
    },
    /// How far a run has come; the digest of its learner there, where it was taken.
    Head {
        run: u32,
        tick: u64,
        dialogue: u64,
        digest: Option<String>,
    },
    /// Which run the person looks at, and at which moment of it.
    Here {
        run: u32,
        tick: u64,
    },
    Close {
        run: u32,
    },
}

/// A `RunSpec` as it is written: the whole text of a world that does not come with the program, so that the file is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SpecLine {
    pub scenario: Option<String>,
    pub mdp: Option<String>,
    /// Of a file: its text. Of a built-in scenario: none.
    pub text: Option<String>,
    /// Of the world's text, so that another version of it is noticed.
    pub world: String,
    pub profile: String,
    pub masks: Option<bool>,
    pub agent: String,
    /// A whole number of 64 bits, in quotes.
    pub seed: String,
    pub settings: Vec<(String, String)>,
}

impl SpecLine {
    pub fn new(spec: &RunSpec, world: &str) -> SpecLine {
        let (scenario, mdp, text) = match &spec.source {
            WorldSource::Builtin(name) => (Some(name.clone()), None, None),
            WorldSource::Scenario { path, text } => (Some(path.clone()), None, Some(text.clone())),
            WorldSource::Mdp { path, text } => (None, Some(path.clone()), Some(text.clone())),
        };
        SpecLine {
            scenario,
            mdp,
            text,
            world: world.to_owned(),
            profile: spec.profile.clone(),
            masks: spec.masks,
            agent: spec.agent.clone(),
            seed: spec.seed.to_string(),
            settings: spec.settings.clone(),
        }
    }
}
