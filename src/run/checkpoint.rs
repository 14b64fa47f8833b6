//! A checkpoint: runs as they stand, so that resuming need not learn everything again. It saves time and nothing else; the
//! journal is what counts.
//!
//! One JSON line, then arrays of little-endian numbers in the order in which the line names them, then eight bytes: XXH3 of
//! all before them, little-endian.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::journal::SpecLine;
use super::stored::{Stored, StoredFrame};
use super::timeline::Entry;
use crate::learn::machine::Edit;
use crate::num::digest::{Digest, digest_bytes};
use crate::num::fields::FieldError;

pub const FORMAT: &str = "dialoq-checkpoint";
pub const VERSION: u32 = 1;
/// Bytes of the digest at the end.
const SEAL: usize = 8;

#[derive(Debug, Error, PartialEq)]
pub enum CheckpointError {
    #[error("it is damaged: its digest is not that of its bytes")]
    Damaged,
    #[error("it is not a checkpoint of dialoq")]
    Foreign,
    #[error("it is a checkpoint of version {0}, and this program reads version {VERSION}")]
    Version(u64),
    #[error("its first line cannot be read ({0})")]
    Header(String),
    #[error("its arrays are not as long as its first line says")]
    Lengths,
    #[error(transparent)]
    Fields(#[from] FieldError),
    #[error("its machine has {0} bytes too many")]
    Surplus(usize),
    #[error("its machine has another digest than its first line says")]
    Machine,
    #[error("its ticks and dialogues do not fit together")]
    Clock,
    #[error("its learning curve cannot be read")]
    Curve,
    #[error("only a run that has not begun can be loaded into")]
    NotFresh,
}

/// A run in a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub run: u32,
    pub spec: SpecLine,
    pub stored: Stored,
    /// Whatever else is known of it: evaluations.
    pub extra: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    pub program: String,
    pub session: String,
    pub parts: Vec<Part>,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Header {
    format: String,
    version: u32,
    program: String,
    session: String,
    runs: Vec<PartHeader>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PartHeader {
    run: u32,
    spec: SpecLine,
    tick: u64,
    head: u64,
    dialogues: u64,
    digest: String,
    edits: Vec<EntryLine>,
    arrays: Vec<ArrayLine>,
    extra: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLine {
    tick: u64,
    dialogue: u64,
    edit: Edit,
    text: String,
}

/// `machine` and `curve` are of the head, a `frame` of its tick.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrayLine {
    name: String,
    tick: u64,
    dialogue: u64,
    bytes: u64,
}

/// The file's bytes.
pub fn write(program: &str, session: &str, parts: &[Part]) -> Vec<u8> {
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        program: program.to_owned(),
        session: session.to_owned(),
        runs: parts.iter().map(part_header).collect(),
    };
    let line = serde_json::to_vec(&header).expect("a header of plain records can be written");
    let arrays: usize = header.runs.iter().flat_map(|r| &r.arrays).map(|a| a.bytes as usize).sum();
    let mut out = Vec::with_capacity(line.len() + 1 + arrays + SEAL);
    out.extend_from_slice(&line);
    out.push(b'\n');
    for stored in parts.iter().map(|p| &p.stored) {
        out.extend_from_slice(&stored.machine);
        out.extend_from_slice(&stored.curve);
        stored.frames.iter().for_each(|frame| out.extend_from_slice(&frame.bytes));
    }
    let seal = digest_bytes(&out).0;
    out.extend_from_slice(&seal.to_le_bytes());
    out
}

fn part_header(part: &Part) -> PartHeader {
    let s = &part.stored;
    let at_head =
        |name: &str, bytes: &[u8]| ArrayLine { name: name.to_owned(), tick: s.head, dialogue: s.head_dialogues, bytes: bytes.len() as u64 };
    let frame = |f: &StoredFrame| ArrayLine { name: "frame".to_owned(), tick: f.tick, dialogue: f.dialogues, bytes: f.bytes.len() as u64 };
    let edit = |e: &Entry| EntryLine { tick: e.tick, dialogue: e.dialogue, edit: e.edit.clone(), text: e.text.clone() };
    PartHeader {
        run: part.run,
        spec: part.spec.clone(),
        tick: s.tick,
        head: s.head,
        dialogues: s.head_dialogues,
        digest: s.digest.to_string(),
        edits: s.entries.iter().map(edit).collect(),
        arrays: [at_head("machine", &s.machine), at_head("curve", &s.curve)].into_iter().chain(s.frames.iter().map(frame)).collect(),
        extra: part.extra.clone(),
    }
}

/// Reads a file's bytes. Whether its runs fit their worlds is seen when they are loaded.
pub fn read(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let end = bytes.iter().position(|b| *b == b'\n').ok_or(CheckpointError::Foreign)?;
    let line = &bytes[..end];
    let sealed = bytes.split_last_chunk::<SEAL>().is_some_and(|(body, seal)| digest_bytes(body).0 == u64::from_le_bytes(*seal));
    if !sealed {
        // Another version may end otherwise: its number is believed if the line says whose it is.
        let told = serde_json::from_slice::<Value>(line).map_err(|_| CheckpointError::Damaged)?;
        return Err(match (told["format"].as_str(), told["version"].as_u64()) {
            (Some(FORMAT), Some(version)) if version != u64::from(VERSION) => CheckpointError::Version(version),
            (Some(FORMAT), _) => CheckpointError::Damaged,
            _ => CheckpointError::Foreign,
        });
    }
    let header: Header = serde_json::from_slice(line).map_err(|e| CheckpointError::Header(e.to_string()))?;
    if header.format != FORMAT {
        return Err(CheckpointError::Foreign);
    }
    if header.version != VERSION {
        return Err(CheckpointError::Version(u64::from(header.version)));
    }
    let mut arrays = &bytes[end + 1..bytes.len() - SEAL];
    let parts = header.runs.into_iter().map(|run| part(run, &mut arrays)).collect::<Result<_, _>>()?;
    if arrays.is_empty() {
        Ok(Checkpoint { program: header.program, session: header.session, parts })
    } else {
        Err(CheckpointError::Lengths)
    }
}

fn part(header: PartHeader, arrays: &mut &[u8]) -> Result<Part, CheckpointError> {
    let digest = u64::from_str_radix(&header.digest, 16).map_err(|_| CheckpointError::Header("a digest is not one".to_owned()))?;
    let (mut machine, mut curve, mut frames) = (Vec::new(), Vec::new(), Vec::new());
    for (place, array) in header.arrays.iter().enumerate() {
        let length = usize::try_from(array.bytes).ok().filter(|n| *n <= arrays.len()).ok_or(CheckpointError::Lengths)?;
        let (bytes, rest) = arrays.split_at(length);
        *arrays = rest;
        match (place, array.name.as_str()) {
            (0, "machine") => machine = bytes.to_vec(),
            (1, "curve") => curve = bytes.to_vec(),
            (2.., "frame") => frames.push(StoredFrame { tick: array.tick, dialogues: array.dialogue, bytes: bytes.to_vec() }),
            _ => return Err(CheckpointError::Header(format!("array {place} is called \"{}\"", array.name))),
        }
    }
    let entry = |e: EntryLine| Entry { tick: e.tick, dialogue: e.dialogue, edit: e.edit, text: e.text };
    let stored = Stored {
        tick: header.tick,
        head: header.head,
        head_dialogues: header.dialogues,
        entries: header.edits.into_iter().map(entry).collect(),
        digest: Digest(digest),
        machine,
        curve,
        frames,
    };
    Ok(Part { run: header.run, spec: header.spec, stored, extra: header.extra })
}
