//! How a command ends when it does not succeed: one sentence, and an exit code as Unix expects it.

use std::fmt;
use std::io;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::agents::AgentError;
use crate::lm::ground::PathError;
pub use crate::store::reason;
use crate::text::{sentence, short};
use crate::world::BuildError;
use crate::world::gym::GymError;

#[derive(Debug, PartialEq)]
pub enum Failure {
    /// Something that a person gave is wrong: what, where, and what would be right.
    Input(String),
    /// The input was fine but the work came to nothing.
    Work(String),
    /// Nobody reads our output any more (`| head`): nothing to complain about.
    Unread,
}

impl Failure {
    pub fn code(&self) -> u8 {
        match self {
            Failure::Input(_) => 2,
            Failure::Work(_) => 1,
            Failure::Unread => 0,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Input(told) | Failure::Work(told) => write!(f, "error: {}", sentence(told)),
            Failure::Unread => Ok(()),
        }
    }
}

impl From<BuildError> for Failure {
    fn from(e: BuildError) -> Failure {
        Failure::Input(e.to_string())
    }
}

impl From<AgentError> for Failure {
    fn from(e: AgentError) -> Failure {
        match &e {
            AgentError::Knob(knob) => Failure::Input(format!("--set: {knob}")),
            AgentError::Unknown { name, .. } if name == crate::lm::live::NAME => {
                Failure::Input(format!("--agent: the {name} goes a path of its own; use dialoq lm all, or dialoq watch --agent {name}"))
            }
            AgentError::Unknown { .. } | AgentError::Unfit { .. } => Failure::Input(e.to_string()),
        }
    }
}

impl From<PathError> for Failure {
    fn from(e: PathError) -> Failure {
        match e {
            PathError::Knob(knob) => Failure::Input(format!("--set: {knob}")),
            other => Failure::Input(other.to_string()),
        }
    }
}

impl From<GymError> for Failure {
    fn from(e: GymError) -> Failure {
        Failure::Input(format!("--{e}"))
    }
}

/// Of standard output: files are opened and written where their path is known.
impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Failure {
        match e.kind() {
            io::ErrorKind::BrokenPipe => Failure::Unread,
            _ => Failure::Work(format!("standard output cannot be written: {}", reason(&e))),
        }
    }
}

/// What clap wants said, and the exit code: help and version on standard output with 0, all else on standard error with 2.
#[derive(Debug)]
pub struct Refusal {
    pub text: String,
    pub code: u8,
}

/// A bad value is said in one sentence; the rest keeps clap's own form, which also shows the usage.
pub fn refuse(mut e: clap::Error) -> Refusal {
    quote_briefly(&mut e);
    let e = &e;
    let code = u8::from(e.use_stderr()) * 2;
    let text = match e.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => bad_value(e),
        _ => None,
    };
    Refusal { text: text.unwrap_or_else(|| e.render().to_string()), code }
}

/// Arguments are foreign text: what clap quotes of them stays on one line and short.
fn quote_briefly(e: &mut clap::Error) {
    let brief = |text: &String| short(text).into_owned();
    let context = e.context().filter_map(|(kind, value)| match value {
        // Which values would be right is our own text.
        _ if !matches!(
            kind,
            ContextKind::InvalidArg | ContextKind::PriorArg | ContextKind::InvalidValue | ContextKind::InvalidSubcommand
        ) =>
        {
            None
        }
        ContextValue::String(text) => Some((kind, ContextValue::String(brief(text)))),
        ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(brief).collect()))),
        _ => None,
    });
    let context: Vec<(ContextKind, ContextValue)> = context.collect();
    for (kind, value) in context {
        e.insert(kind, value);
    }
}

fn bad_value(e: &clap::Error) -> Option<String> {
    let text = |kind| match e.get(kind) {
        Some(ContextValue::String(s)) => Some(s.clone()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg)?;
    let flag = argument.split(' ').next().unwrap_or(&argument);
    let value = text(ContextKind::InvalidValue)?;
    let right = match (std::error::Error::source(e), e.get(ContextKind::ValidValue)) {
        (Some(source), _) => source.to_string(),
        (None, Some(ContextValue::Strings(known))) if known.is_empty() => return None,
        (None, Some(ContextValue::Strings(known))) if value.is_empty() => format!("a value is missing; use {}", either(known)),
        (None, Some(ContextValue::Strings(known))) => format!("\"{value}\" is not known; use {}", either(known)),
        _ => return None,
    };
    Some(format!("error: {}\n", sentence(&format!("{flag}: {right}"))))
}

/// `a, b or c`
pub fn either(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => format!("{} or {}", head.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "), last.as_ref()),
    }
}
