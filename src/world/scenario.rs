//! The scenario file: tasks, slots, users, rewards and sentences, as a person writes them (`assets/scenario.schema.json`).
//! Reading checks everything that a simulation relies on, so that nothing can fail inside.

use serde::Deserialize;
use thiserror::Error;

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
const SLOTS_MAX: usize = 16;
const TASKS_MAX: usize = 16;

#[derive(Clone, Debug, Error, PartialEq)]
#[error("{path}: {what}")]
pub struct ScenarioError {
    /// JSON path: `rewards.turn`.
    pub path: String,
    pub what: String,
}

fn bad<T>(path: impl Into<String>, what: impl Into<String>) -> Result<T, ScenarioError> {
    Err(ScenarioError { path: path.into(), what: what.into() })
}

impl Scenario {
    pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let scenario: Scenario = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
            let path = e.path().to_string();
            let inner = e.into_inner();
            let path = if inner.is_syntax() || inner.is_eof() || path == "." {
                format!("line {} column {}", inner.line(), inner.column())
            } else {
                path
            };
            ScenarioError { path, what: plain_words(&inner.to_string()) }
        })?;
        scenario.check()?;
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

    fn check(&self) -> Result<(), ScenarioError> {
        if self.format != "dialoq-scenario" {
            return bad("format", format!("\"{}\" is not a scenario; write \"dialoq-scenario\"", self.format));
        }
        if self.version != 1 {
            return bad("version", format!("version {} is not known; this program reads 1", self.version));
        }
        let id = |s: &str| !s.is_empty() && s.len() <= 24 && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !id(&self.name) {
            return bad("name", format!("\"{}\" is not a name; use lower-case letters, digits and -", self.name));
        }
        if !(3..=TASKS_MAX).contains(&self.tasks.len()) {
            return bad(
                "tasks",
                format!("there are {}; between 3 and {TASKS_MAX} are needed, so that a mishearing stays open", self.tasks.len()),
            );
        }
        if !(1..=SLOTS_MAX).contains(&self.slots.len()) {
            return bad("slots", format!("there are {}; between 1 and {SLOTS_MAX} are possible", self.slots.len()));
        }
        for (i, slot) in self.slots.iter().enumerate() {
            self.check_slot(i, slot)?;
            if self.slots[..i].iter().any(|other| other.name == slot.name) {
                return bad(format!("slots[{i}].name"), format!("\"{}\" stands twice", slot.name));
            }
        }
        for (i, task) in self.tasks.iter().enumerate() {
            self.check_task(i, task)?;
            if self.tasks[..i].iter().any(|other| other.name == task.name) {
                return bad(format!("tasks[{i}].name"), format!("\"{}\" stands twice", task.name));
            }
        }
        chance(self.noise.task, "noise.task")?;
        for (name, user) in [("easy", &self.users.easy), ("standard", &self.users.standard), ("unfriendly", &self.users.unfriendly)] {
            check_user(name, user)?;
        }
        let r = &self.rewards;
        for (name, x) in [("turn", r.turn), ("success", r.success), ("hang_up", r.hang_up), ("escalate", r.escalate.unwrap_or(0.0))] {
            finite(x, &format!("rewards.{name}"))?;
        }
        if !(1..=10_000).contains(&self.turn_limit) {
            return bad("turn_limit", format!("{} is not possible; use 1 to 10000 turns", self.turn_limit));
        }
        self.check_sentences()
    }

    fn check_slot(&self, i: usize, slot: &SlotKind) -> Result<(), ScenarioError> {
        let path = format!("slots[{i}]");
        if slot.name.is_empty() || slot.name.contains(char::is_whitespace) {
            return bad(format!("{path}.name"), "a name without spaces is needed");
        }
        if slot.short.is_empty() || unicode_width::UnicodeWidthStr::width(slot.short.as_str()) > 4 {
            return bad(format!("{path}.short"), format!("\"{}\" does not fit a column head; use 1 to 4 columns", slot.short));
        }
        chance(slot.noise, &format!("{path}.noise"))?;
        if slot.values.en.len() < 3 || slot.values.en.len() != slot.values.zh.len() {
            return bad(format!("{path}.values"), "at least 3 values are needed, and as many in zh as in en");
        }
        let with_value = [("answer", &slot.answer), ("volunteer", &slot.volunteer), ("confirm", &slot.confirm), ("correct", &slot.correct)];
        for (key, v) in with_value {
            variants(v, &format!("{path}.{key}"), &["value"])?;
        }
        variants(&slot.ask, &format!("{path}.ask"), &[])
    }

    fn check_task(&self, i: usize, task: &Task) -> Result<(), ScenarioError> {
        let path = format!("tasks[{i}]");
        if task.name.is_empty() || task.name.contains(char::is_whitespace) {
            return bad(format!("{path}.name"), "a name without spaces is needed");
        }
        if task.needs.is_empty() {
            return bad(format!("{path}.needs"), "a task needs at least one slot");
        }
        for (k, need) in task.needs.iter().enumerate() {
            if !self.slots.iter().any(|s| s.name == *need) {
                let known: Vec<&str> = self.slots.iter().map(|s| s.name.as_str()).collect();
                return bad(format!("{path}.needs[{k}]"), format!("there is no slot \"{need}\"; slots are {}", known.join(", ")));
            }
            if task.needs[..k].contains(need) {
                return bad(format!("{path}.needs[{k}]"), format!("\"{need}\" stands twice"));
            }
        }
        finite(task.wrong, &format!("{path}.wrong"))?;
        for (key, v) in [("wish", &task.wish), ("confirm", &task.confirm), ("correct", &task.correct), ("affirm", &task.affirm)] {
            variants(v, &format!("{path}.{key}"), &[])?;
        }
        let needs: Vec<&str> = task.needs.iter().map(String::as_str).collect();
        for (lang, list) in [("en", &task.done.en), ("zh", &task.done.zh)] {
            for (k, sentence) in list.iter().enumerate() {
                if let Some(odd) = placeholders(sentence).find(|p| !needs.contains(p)) {
                    let what = format!("{{{odd}}} is not known here; use {{{}}}", needs.join("}, {"));
                    return bad(format!("{path}.done.{lang}[{k}]"), what);
                }
            }
        }
        if task.done.en.is_empty() || task.done.zh.is_empty() {
            return bad(format!("{path}.done"), "at least one sentence is needed in en and in zh");
        }
        Ok(())
    }

    fn check_sentences(&self) -> Result<(), ScenarioError> {
        let a = &self.sentences.agent;
        let u = &self.sentences.user;
        let agent = [
            ("ask_task", &a.ask_task, ""),
            ("confirm_all", &a.confirm_all, "summary"),
            ("confirm_nothing", &a.confirm_nothing, "slot"),
            ("confirm_no_task", &a.confirm_no_task, ""),
            ("confirm_all_nothing", &a.confirm_all_nothing, ""),
            ("execute_early", &a.execute_early, ""),
            ("repair", &a.repair, ""),
        ];
        for (key, v, hole) in agent {
            let holes: &[&str] = if hole.is_empty() { &[] } else { &[hole] };
            variants(v, &format!("sentences.agent.{key}"), holes)?;
        }
        let user = [
            ("greet", &u.greet),
            ("evade", &u.evade),
            ("evade_last", &u.evade_last),
            ("hang_up", &u.hang_up),
            ("yes", &u.yes),
            ("no", &u.no),
            ("yes_all", &u.yes_all),
            ("no_all", &u.no_all),
            ("restate", &u.restate),
            ("thanks", &u.thanks),
            ("wronged", &u.wronged),
            ("calmed", &u.calmed),
            ("not_calmed", &u.not_calmed),
            ("pointless", &u.pointless),
        ];
        for (key, v) in user {
            variants(v, &format!("sentences.user.{key}"), &[])?;
        }
        variants(&u.neutral, "sentences.user.neutral", &["value"])?;
        if self.rewards.escalate.is_some() {
            variants(&a.escalate, "sentences.agent.escalate", &[])?;
            variants(&u.escalated, "sentences.user.escalated", &[])?;
        }
        Ok(())
    }
}

fn check_user(name: &str, user: &User) -> Result<(), ScenarioError> {
    let path = format!("users.{name}");
    if !(1..=PATIENCE_MAX).contains(&user.patience) {
        return bad(format!("{path}.patience"), format!("{} is not possible; use 1, 2 or 3", user.patience));
    }
    for (k, c) in user.cooperation.iter().enumerate() {
        chance(*c, &format!("{path}.cooperation[{k}]"))?;
    }
    chance(user.volunteers, &format!("{path}.volunteers"))?;
    chance(user.calms, &format!("{path}.calms"))
}

fn chance(p: f64, path: &str) -> Result<(), ScenarioError> {
    if (0.0..=1.0).contains(&p) { Ok(()) } else { bad(path, format!("{p} is not a probability; it lies between 0 and 1")) }
}

fn finite(x: f64, path: &str) -> Result<(), ScenarioError> {
    if x.is_finite() && x.abs() <= 1e6 { Ok(()) } else { bad(path, format!("{x} is too large; use a number between -1000000 and 1000000")) }
}

/// At least one variant in each language, each with exactly the placeholders named.
fn variants(v: &Variants, path: &str, holes: &[&str]) -> Result<(), ScenarioError> {
    for (lang, list) in [("en", &v.en), ("zh", &v.zh)] {
        if list.is_empty() {
            return bad(format!("{path}.{lang}"), "at least one sentence is needed");
        }
        for (k, sentence) in list.iter().enumerate() {
            if let Some(odd) = placeholders(sentence).find(|p| !holes.contains(p)) {
                return bad(format!("{path}.{lang}[{k}]"), format!("{{{odd}}} is not known here"));
            }
            if let Some(hole) = holes.iter().find(|h| !sentence.contains(&format!("{{{h}}}"))) {
                return bad(format!("{path}.{lang}[{k}]"), format!("{{{hole}}} is missing from the sentence"));
            }
        }
    }
    Ok(())
}

fn placeholders(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
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
        return format!("there is no key \"{name}\" here; known are {known}");
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
