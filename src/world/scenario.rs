//! The scenario file: tasks, slots, users, rewards and sentences, as a person writes them (`assets/scenario.schema.json`).
//! Reading ends with the checks of `check.rs`, so that nothing can fail inside.

use serde::Deserialize;
use thiserror::Error;

use crate::text::quote;

/// A word or sentence in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub en: String,
    pub zh: String,
}

/// Variants of a sentence in both languages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    pub en: Vec<String>,
    pub zh: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    pub format: String,
    pub version: u32,
    pub name: String,
    pub title: Text,
    pub about: Text,
    pub lesson: Text,
    pub tasks: Vec<Task>,
    pub slots: Vec<SlotKind>,
    pub noise: TaskNoise,
    pub users: Users,
    pub rewards: Rewards,
    pub turn_limit: u32,
    /// Whether only acts that make sense may be chosen.
    pub masks: bool,
    /// Whether slots stay as they are when the task turns out to be another.
    pub keep_slots: bool,
    pub sentences: Sentences,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub name: String,
    pub label: Text,
    pub needs: Vec<String>,
    /// Reward of executing this task wrongly.
    pub wrong: f64,
    pub wish: Variants,
    pub confirm: Variants,
    pub correct: Variants,
    pub affirm: Variants,
    pub done: Variants,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotKind {
    pub name: String,
    pub short: String,
    pub label: Text,
    /// Probability that a heard value is wrong.
    pub noise: f64,
    pub values: Variants,
    pub ask: Variants,
    pub answer: Variants,
    pub volunteer: Variants,
    pub confirm: Variants,
    pub correct: Variants,
    pub summary: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskNoise {
    pub task: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Users {
    pub easy: User,
    pub standard: User,
    pub unfriendly: User,
}

/// How a user behaves. All are probabilities but `patience`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Patience at the start, 1 to 3.
    pub patience: u8,
    /// Chance of an answer at patience 1, 2, 3.
    pub cooperation: [f64; 3],
    /// Chance that another needed slot is told unasked.
    pub volunteers: f64,
    /// Chance that an apology raises patience.
    pub calms: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewards {
    pub turn: f64,
    pub success: f64,
    pub hang_up: f64,
    /// Replaces the turn's cost; none where escalating is not possible.
    pub escalate: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    pub agent: AgentSentences,
    pub user: UserSentences,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentSentences {
    pub ask_task: Variants,
    pub confirm_all: Variants,
    pub confirm_nothing: Variants,
    pub confirm_no_task: Variants,
    pub confirm_all_nothing: Variants,
    pub execute_early: Variants,
    pub repair: Variants,
    pub escalate: Variants,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSentences {
    pub greet: Variants,
    pub evade: Variants,
    pub evade_last: Variants,
    pub hang_up: Variants,
    pub yes: Variants,
    pub no: Variants,
    pub yes_all: Variants,
    pub no_all: Variants,
    pub restate: Variants,
    pub neutral: Variants,
    pub thanks: Variants,
    pub wronged: Variants,
    pub escalated: Variants,
    pub calmed: Variants,
    pub not_calmed: Variants,
    pub pointless: Variants,
}

/// Patience at most.
pub const PATIENCE_MAX: u8 = 3;

#[derive(Clone, Debug, Error, PartialEq)]
#[error("{}", super::strings::refusal(.path, .what))]
pub struct ScenarioError {
    /// JSON path: `rewards.turn`.
    pub path: String,
    pub what: String,
}

impl Scenario {
    pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let scenario: Scenario = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
            let path = e.path().to_string();
            let inner = e.into_inner();
            let path = if inner.is_syntax() || inner.is_eof() || path == "." { place(&inner) } else { path };
            ScenarioError { path, what: plain_words(&inner.to_string()) }
        })?;
        reader
            .end()
            .map_err(|e| ScenarioError { path: place(&e), what: "something stands after the end of the scenario; remove it".into() })?;
        scenario.check()?;
        super::strings::check(text)?;
        Ok(scenario)
    }

    pub fn user(&self, profile: &str) -> Option<&User> {
        match profile {
            "easy" => Some(&self.users.easy),
            "standard" => Some(&self.users.standard),
            "unfriendly" => Some(&self.users.unfriendly),
            _ => None,
        }
    }

    /// Positions of the slots that a task needs.
    pub fn needs(&self, task: usize) -> Vec<usize> {
        self.tasks[task].needs.iter().filter_map(|n| self.slots.iter().position(|s| s.name == *n)).collect()
    }
}

fn place(e: &serde_json::Error) -> String {
    format!("line {} column {}", e.line(), e.column())
}

/// Serde's messages in words that say what would be right.
fn plain_words(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some(rest) = message.strip_prefix("missing field `") {
        return format!("the key \"{}\" is missing", rest.trim_end_matches('`'));
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (name, known) = rest.split_once("`, expected ").unwrap_or((rest, ""));
        let known = known.trim_start_matches("one of ").replace('`', "");
        return format!("there is no key {} here; known are {known}", quote(name));
    }
    for prefix in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((found, expected)) = message.strip_prefix(prefix).and_then(|rest| rest.split_once(", expected ")) {
            let found = found.trim_start_matches("string ").trim_start_matches("integer ").trim_start_matches("floating point ");
            let right = match expected {
                "f64" => "a number; use one such as -1.0",
                "u8" | "u32" => "a whole number from 0 up",
                "a boolean" => "true or false",
                "a string" => "a text in quotes",
                "a sequence" => "a list [...]",
                "an array of length 3" => "a list of 3 numbers",
                other if other.starts_with("struct") => "an object {...}",
                other => other,
            };
            return format!("{found} is not {right}").replace('`', "");
        }
    }
    message.to_owned()
}
