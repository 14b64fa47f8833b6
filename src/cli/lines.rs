//! A file of results: JSON lines, one for each result as it is found, after a first line that says what the file is.
//! A line that a kill or a power cut tore off is made anew; a file of anything else is left alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use serde_json::Value;

use super::failure::{Failure, reason};
use super::output;
use crate::store::in_place::{bytes_of, is_in_place, write_anew};
use crate::store::read;
use crate::store::write::{There, create_new, names_directory, there};

pub struct Lines {
    file: File,
    path: String,
    /// What such files are of: `sweep`.
    of: &'static str,
    length: u64,
}

impl Lines {
    /// Opens the file or begins it with a first line. `same` compares the first line of a file that is there, `found` hears each
    /// other one with its number; where it knows nothing of it, all are left as they are.
    pub fn open(
        path: &str,
        of: &'static str,
        first: &Value,
        same: impl FnOnce(&Value) -> Result<(), Failure>,
        mut found: impl FnMut(&[u8]) -> bool,
    ) -> Result<Lines, Failure> {
        let right = "give a file in a directory that you may write to";
        let failed = |e: &io::Error| Failure::Input(format!("--out {path}: it cannot be written ({}); {right}", reason(e)));
        if names_directory(Path::new(path)) {
            return Err(Failure::Input(format!("--out {path}: this is a directory; give the path of a file")));
        }
        let is_new = there(Path::new(path)) == There::Nothing;
        if !is_new && !Path::new(path).is_file() {
            return Err(Failure::Input(format!("--out {path}: this is a link to nothing or a device; give the path of a file")));
        }
        let mut file = if is_new { create_new(Path::new(path)) } else { OpenOptions::new().read(true).write(true).open(path) }
            .map_err(|e| failed(&e))?;
        // Where files cannot be locked, nobody is kept out.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Input(format!("--out {path}: another {of} is writing it; wait for its end or give another file")));
        }
        let length = file.metadata().map_or(0, |m| m.len());
        let bytes = read::from(&mut file, length).map_err(|e| failed(&e))?;
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let mut lines = Lines { file, path: path.to_owned(), of, length: 0 };
        if whole == 0 {
            let line = first.to_string();
            if !line.as_bytes().starts_with(&bytes) {
                return Err(lines.foreign());
            }
            let begun = lines.cut(0).and_then(|()| lines.write(&line));
            return begun.map(|()| lines).map_err(|e| {
                if is_new {
                    // Nothing was in it.
                    let _ = std::fs::remove_file(path);
                }
                Failure::Work(format!("--out {path}: it cannot be written ({}); nothing of it was kept", reason(&e)))
            });
        }
        let mut there = bytes[..whole - 1].split(|b| *b == b'\n');
        let theirs: Value = serde_json::from_slice(there.next().unwrap_or_default()).map_err(|_| lines.foreign())?;
        if theirs["format"] != first["format"] {
            return Err(lines.foreign());
        }
        same(&theirs)?;
        for (number, line) in there.enumerate() {
            if !found(line) {
                let wrong = format!("line {} is not a result of this {of}; remove that line, or give another file", number + 2);
                return Err(Failure::Input(format!("--out {path}: {wrong}")));
            }
        }
        lines.cut(whole as u64).map_err(|e| failed(&e))?;
        Ok(lines)
    }

    fn foreign(&self) -> Failure {
        Failure::Input(format!("--out {}: this is not the file of a {} and is left as it is; give another one", self.path, self.of))
    }

    /// Drops what stands behind the last whole line.
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.length = length;
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length)).map(|_| ())
    }

    /// One line in one write, so that a kill tears at most this one.
    fn write(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\n");
        self.file.write_all(line.as_bytes())?;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Adds a result; where the file was removed or replaced meanwhile, it is written anew first.
    pub fn add(&mut self, line: &str) -> Result<(), Failure> {
        self.look()?;
        let rest = "the results before this one are in it, and the same command goes on from there";
        self.write(line).map_err(|e| Failure::Work(format!("--out {}: it cannot be written ({}); {rest}", self.path, reason(&e))))
    }

    /// Finds out whether the file is still in its place, and writes it anew where it is not.
    pub fn look(&mut self) -> Result<(), Failure> {
        let path = Path::new(&self.path);
        if is_in_place(&self.file, path, Some(self.length)) {
            return Ok(());
        }
        let failed = |e: io::Error| {
            let lost = "it was removed or replaced and cannot be written anew";
            Failure::Work(format!("--out {}: {lost} ({}); the results so far are lost", self.path, reason(&e)))
        };
        let bytes = bytes_of(&self.file).map_err(failed)?;
        if bytes.len() as u64 != self.length {
            let changed = "another program has changed it; its results are not to be trusted, so begin again with another file";
            return Err(Failure::Work(format!("--out {}: {changed}", self.path)));
        }
        let (file, aside) = write_anew(path, &bytes).map_err(failed)?;
        let other = aside.map_or(String::new(), |aside| format!("; what had taken its place is now {}", aside.display()));
        // For people only: the results are whole again.
        output::note(&format!("note: --out {}: it was removed or replaced and is written anew{other}", self.path));
        self.file = file;
        Ok(())
    }
}
