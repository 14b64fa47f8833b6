//! The one form that every format becomes: a conversation, a preference between two answers, one answer judged alone, or a text with its
//! label.
//!
//! Written as one JSON object a line, fields in this order: `id`, `file`, `at`, `record`, `kind`, those of the kind, `labels`, `group`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
    /// As a file names it; the stage of the roles replaces it.
    #[serde(untagged)]
    Named(String),
}

/// Names of speakers as files have them, lower case.
pub const NAMES: &[(Role, &[&str])] = &[
    (Role::System, &["system", "developer"]),
    (Role::User, &["user", "human", "customer", "client", "usr", "prompter", "caller", "guest", "用户", "客户", "顾客"]),
    (
        Role::Assistant,
        &["assistant", "gpt", "agent", "bot", "chatbot", "sys", "ai", "model", "operator", "function_call", "tool_call", "客服", "助手"],
    ),
    (Role::Tool, &["tool", "function", "observation", "api", "action", "ipython", "tool_response"]),
];

impl Role {
    /// The role that a name means, if it is one of those known.
    pub fn known(name: &str) -> Option<Role> {
        let name = name.trim().to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(role, _)| role.clone())
    }

    /// A role from a file, kept as it is named unless it already has this program's name.
    pub fn read(name: &str) -> Role {
        match name {
            "system" => Role::System,
            "user" => Role::User,
            "assistant" => Role::Assistant,
            "tool" => Role::Tool,
            other => Role::Named(other.to_owned()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
            Role::Named(name) => name,
        }
    }
}

/// What a turn does, as an annotated corpus says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub act: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub slot: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Where values stand in the text. Units: characters, the end excluded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<(u32, u32)>,
}

/// A call of a tool by the assistant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub name: String,
    /// JSON on one line, without blanks between its parts, its numbers as the file writes them. A text, not a value: a value would
    /// round long numbers.
    pub arguments: String,
    /// The name that the tool's answer gives for this call; empty where the file has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub role: Role,
    /// Empty in a turn that only calls tools.
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// Tools that the assistant calls after the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// The id of the call that this turn of a tool answers; empty where the file has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answers: String,
    /// The file says that nothing is to be learned from this turn of the assistant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub context: bool,
}

impl Turn {
    pub fn new(role: Role, text: impl Into<String>) -> Turn {
        Turn { role, text: text.into(), acts: Vec::new(), calls: Vec::new(), answers: String::new(), context: false }
    }

    /// A turn with the acts that a corpus annotates.
    pub fn annotated(role: Role, text: impl Into<String>, acts: Vec<Act>) -> Turn {
        Turn { acts, ..Turn::new(role, text) }
    }

    /// A turn by a speaker's name in a file.
    pub fn of(name: &str, text: impl Into<String>) -> Turn {
        Turn::new(Role::read(name), text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Body {
    Conversation {
        turns: Vec<Turn>,
    },
    Preference {
        prompt: Vec<Turn>,
        chosen: String,
        rejected: String,
    },
    /// An answer that was judged alone: true where it is wanted (KTO, Ethayarajh et al. 2024).
    Unpaired {
        prompt: Vec<Turn>,
        completion: String,
        label: bool,
    },
    Labelled {
        text: String,
        label: String,
    },
}

impl Body {
    pub fn kind(&self) -> &'static str {
        match self {
            Body::Conversation { .. } => "conversation",
            Body::Preference { .. } => "preference",
            Body::Unpaired { .. } => "unpaired",
            Body::Labelled { .. } => "labelled",
        }
    }
}

/// The label that holds the tools which the assistant could call, as JSON.
pub const TOOLS: &str = "tools";

/// How a format says who speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speakers {
    /// The file names the speaker of each text, so that no text is split.
    #[default]
    Named,
    /// One text holds a whole conversation: a line that begins with a speaker's label begins a turn.
    InText,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The line that the record begins in, from 1.
    pub line: u64,
    /// The number of the element or row in its file, from 1.
    pub record: u64,
    /// The record before it begins in the same line.
    pub shares: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    #[serde(default)]
    pub id: String,
    pub file: String,
    /// The line that the record begins in, from 1.
    pub at: u64,
    /// The number of its element or row in the file, from 1; 0 in files of earlier versions.
    #[serde(default)]
    pub record: u64,
    #[serde(flatten)]
    pub body: Body,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Records of one group stay in one split: all paths of a tree, all answers to one instruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(skip)]
    pub speakers: Speakers,
    /// Parts of the file's record that its reader left out: why, and the text.
    #[serde(skip)]
    pub left_out: Vec<(&'static str, String)>,
}

impl Record {
    /// A record that its reader will tell where it stands.
    pub fn new(id: impl Into<String>, body: Body) -> Record {
        let (labels, speakers, left_out) = (BTreeMap::new(), Speakers::Named, Vec::new());
        Record { id: id.into(), file: String::new(), at: 0, record: 0, body, labels, group: None, speakers, left_out }
    }

    pub fn conversation(id: impl Into<String>, turns: Vec<Turn>) -> Record {
        Record::new(id, Body::Conversation { turns })
    }

    #[must_use]
    pub fn with(mut self, label: &str, value: impl Into<String>) -> Record {
        let value = value.into();
        if !value.is_empty() {
            self.labels.insert(label.to_owned(), value);
        }
        self
    }

    #[must_use]
    pub fn grouped(mut self, group: impl Into<String>) -> Record {
        self.group = Some(group.into());
        self
    }

    pub fn turns(&self) -> &[Turn] {
        match &self.body {
            Body::Conversation { turns } => turns,
            Body::Preference { prompt, .. } | Body::Unpaired { prompt, .. } => prompt,
            Body::Labelled { .. } => &[],
        }
    }

    /// Its turns, to be changed in place.
    pub fn turns_mut(&mut self) -> &mut [Turn] {
        match &mut self.body {
            Body::Conversation { turns } => turns,
            Body::Preference { prompt, .. } | Body::Unpaired { prompt, .. } => prompt,
            Body::Labelled { .. } => &mut [],
        }
    }

    /// Every text of the record, with the arguments of calls.
    pub fn each_text<'a>(&'a self, see: &mut dyn FnMut(&'a str)) {
        self.each_said(see);
        self.turns().iter().flat_map(|t| &t.calls).for_each(|call| see(&call.arguments));
    }

    /// Every text of the record and the arguments of its calls, to be changed in place.
    pub fn texts(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.said(change);
        self.turns_mut().iter_mut().flat_map(|t| &mut t.calls).for_each(|call| change(&mut call.arguments));
    }

    /// Every text of the record but the arguments of calls, which are data for a program.
    pub fn each_said<'a>(&'a self, see: &mut dyn FnMut(&'a str)) {
        self.turns().iter().for_each(|t| see(&t.text));
        match &self.body {
            Body::Conversation { .. } => {}
            Body::Preference { chosen, rejected, .. } => [chosen, rejected].into_iter().for_each(|text| see(text)),
            Body::Unpaired { completion, .. } => see(completion),
            Body::Labelled { text, .. } => see(text),
        }
    }

    /// Every text of the record but the arguments of calls, to be changed in place.
    pub fn said(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.turns_mut().iter_mut().for_each(|t| change(&mut t.text));
        match &mut self.body {
            Body::Conversation { .. } => {}
            Body::Preference { chosen, rejected, .. } => {
                change(chosen);
                change(rejected);
            }
            Body::Unpaired { completion, .. } => change(completion),
            Body::Labelled { text, .. } => change(text),
        }
    }

    /// Roles, texts and calls as one reads them: what the report shows of a record.
    pub fn tagged(&self) -> String {
        let mut out = String::new();
        let mut line = |role: &str, text: &str| {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend([role, ": ", text]);
        };
        for turn in self.turns() {
            if !turn.text.is_empty() || turn.calls.is_empty() {
                line(turn.role.name(), &turn.text);
            }
            let calls = turn.calls.iter().map(|call| format!("{} {}", call.name, call.arguments));
            calls.for_each(|call| line(&format!("{} calls", turn.role.name()), &call));
        }
        match &self.body {
            Body::Conversation { .. } => {}
            Body::Preference { chosen, rejected, .. } => {
                line("chosen", chosen);
                line("rejected", rejected);
            }
            Body::Unpaired { completion, label, .. } => line(if *label { "wanted" } else { "unwanted" }, completion),
            Body::Labelled { text, .. } => line("text", text),
        }
        out
    }
}
