//! The journal of a session: one JSON object a line, written as things happen. Replaying it from nothing gives the same bits.

mod lines;
mod read;
mod tidy;

pub use read::{Bookmark, Damage, Journal, JournalError, LeftOut, Origin, RunRecord};
pub use tidy::tidy;

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
    /// A run that began at dialogue 0; another learner beside a run that was there names that one as its parent.
    Run {
        run: u32,
        name: String,
        spec: SpecLine,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<u32>,
    },
    /// A run that left another one at a tick. Earlier programs wrote ticks before that one's own beginning: then its ancestor is meant.
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
    /// Which run the person looks at, and at which moment of it: the head, as soon as that goes on.
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
    /// Of the matrix products of the machine it began on, where its bits are those of such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
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
            kernel: None,
        }
    }

    /// As learned with a kernel.
    #[must_use]
    pub fn with(self, kernel: Option<&str>) -> SpecLine {
        SpecLine { kernel: kernel.map(str::to_owned), ..self }
    }

    /// Whether they are of one run, wherever it went on.
    pub fn is_that_of(&self, other: &SpecLine) -> bool {
        self.clone().with(None) == other.clone().with(None)
    }

    /// The spec again; the error says what of it cannot be.
    pub fn spec(&self) -> Result<RunSpec, String> {
        let source = match (self.scenario.clone(), self.mdp.clone(), self.text.clone()) {
            (Some(name), None, None) => WorldSource::Builtin(name),
            (Some(path), None, Some(text)) => WorldSource::Scenario { path, text },
            (None, Some(path), Some(text)) => WorldSource::Mdp { path, text },
            _ => return Err("a run needs a scenario, or a file's path and text".to_owned()),
        };
        let seed = self.seed.parse().map_err(|_| format!("\"{}\" is not a seed; it is a whole number in quotes", self.seed))?;
        Ok(RunSpec {
            source,
            profile: self.profile.clone(),
            masks: self.masks,
            agent: self.agent.clone(),
            seed,
            settings: self.settings.clone(),
        })
    }
}

impl Line {
    /// The first line of a session.
    pub fn session(program: &str, name: &str, began: &str) -> Line {
        Line::Session {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: program.to_owned(),
            name: name.to_owned(),
            began: began.to_owned(),
        }
    }

    /// As it is written, its end included.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string(self).expect("a line of plain records can be written");
        text.push('\n');
        text
    }
}
