//! What is kept of conversations: transcripts where a person wants them, and the lines typed, so that they can be had again.

use std::fs;
use std::path::{Path, PathBuf};

use super::names::Moment;
use super::place::{JOURNAL, Place};
use super::reason;
use super::write::{self, names_directory};

/// Lines remembered.
const LINES: usize = 1000;
const HISTORY: &str = "chat.history";

/// Writes a transcript to a new file; the sentence to be said comes back, on an error too.
pub fn keep(name: Option<&str>, text: &str) -> Result<String, String> {
    if let Some(name) = name.filter(|name| names_directory(Path::new(name))) {
        return Err(format!("{name}: this is a directory; give the path of a file, such as /save talk.{JOURNAL}"));
    }
    let path = match name {
        Some(name) if Path::new(name).extension().is_some() => PathBuf::from(name),
        Some(name) => PathBuf::from(format!("{name}.{JOURNAL}")),
        None => PathBuf::from(automatic(Moment::now())),
    };
    let shown = path.display();
    let refused = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            format!("{shown} is there already and stays as it is; give another name, such as /save second")
        }
        _ => format!("{shown}: it cannot be written ({}); give another path, such as /save talk.{JOURNAL}", reason(&e)),
    };
    write::new(&path, text.as_bytes()).map_err(refused)?;
    Ok(format!("kept as {shown}: {} exchanges, one JSON object a line", text.lines().count()))
}

fn automatic(at: Moment) -> String {
    let Moment { year, month, day, hour, minute, second } = at;
    format!("conversation-{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}.{JOURNAL}")
}

/// The lines typed before, the oldest first.
pub fn history(place: &Place) -> Vec<String> {
    let text = fs::read(place.dir.join(HISTORY)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].iter().map(|line| (*line).to_owned()).collect()
}

/// Keeps the lines typed, the oldest first. The error is one sentence.
pub fn remember(place: &Place, lines: &[String]) -> Result<(), String> {
    place.make()?;
    let path = place.dir.join(HISTORY);
    let last = &lines[lines.len().saturating_sub(LINES)..];
    let text: String = last.iter().fold(String::new(), |text, line| text + line + "\n");
    write::replace(&path, text.as_bytes())
        .map(|_| ())
        .map_err(|e| format!("{}: what was typed cannot be kept ({})", path.display(), reason(&e)))
}
