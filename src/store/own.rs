//! Tells files of sessions from files of others, which are neither deleted nor replaced.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::place::Files;
use super::write::{There, there};
use crate::run::checkpoint;
use crate::run::journal::{FORMAT, Journal, JournalError};

/// Bytes of a file that say what it is.
const HEAD: u64 = 1 << 16;

fn head(file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What cannot be read is not ours.
    let _ = file.take(HEAD).read_to_end(&mut bytes);
    bytes
}

/// What the beginning of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begins {
    Empty,
    /// As a session of this name; none where the first line is torn or of another version.
    Session(Option<String>),
    Foreign,
}

pub fn begins(file: &File) -> Begins {
    let bytes = head(file);
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let ours = format!("{{\"line\":\"session\",\"format\":\"{FORMAT}\"");
    match Journal::parse(line) {
        _ if bytes.is_empty() => Begins::Empty,
        Ok(journal) => Begins::Session(Some(journal.name)),
        Err(JournalError::Version(_)) => Begins::Session(None),
        Err(_) if line.starts_with(ours.as_bytes()) || bytes.len() > 1 && ours.as_bytes().starts_with(&bytes) => Begins::Session(None),
        Err(_) => Begins::Foreign,
    }
}

/// The session that a checkpoint is of. None where the file is no checkpoint of this program.
fn session_of(path: &Path) -> Option<String> {
    if there(path) != There::File {
        return None;
    }
    let bytes = head(&File::open(path).ok()?);
    // The first line may be long; its beginning names the format, the version, the program and the session, in this order.
    let mut rest = bytes.strip_prefix(b"{")?;
    for key in ["format", "version", "program", "session"] {
        rest = rest.strip_prefix(format!("\"{key}\":").as_bytes())?;
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        let value = values.next()?.ok()?;
        rest = rest.get(values.byte_offset()..)?.strip_prefix(b",")?;
        match (key, value) {
            ("format", format) if format != checkpoint::FORMAT => return None,
            ("session", Value::String(session)) => return Some(session),
            _ => {}
        }
    }
    None
}

/// Whether the file beside a journal may be replaced by a checkpoint: there is none, or it is one of this program's.
pub fn may_hold_checkpoint(path: &Path) -> bool {
    there(path) == There::Nothing || session_of(path).is_some()
}

/// Whether the checkpoint beside a journal is that of the session, which says this name of itself.
pub fn is_own_checkpoint(files: &Files, name: Option<&str>) -> bool {
    session_of(&files.checkpoint()).is_some_and(|session| Some(session.as_str()) == name || session == files.name())
}
