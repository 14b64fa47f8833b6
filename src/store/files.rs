//! Making, opening and copying a session's files, under a lock, so that never two programs write one session.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::own::{is_own_checkpoint, may_hold_checkpoint};
use super::place::{Files, open_elsewhere};
use super::read;
use super::reason;
use super::write::{self, Draft, There, there};
use crate::run;
use crate::run::journal::{Journal, Line};

/// A listing of sessions holds a lock for a moment.
const LOCK_TRIES: u32 = 20;
const LOCK_WAIT: Duration = Duration::from_millis(10);

/// A session that nobody else writes.
pub struct Opened {
    pub files: Files,
    pub journal: Journal,
    pub(super) file: File,
}

fn lock(file: &File, files: &Files) -> Result<(), String> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            // On a file system without locks there is nothing to go by.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    Err(open_elsewhere(files))
}

/// Opens a session to go on with it. Nothing of it is changed.
pub fn open(files: &Files) -> Result<Opened, String> {
    let failed = |e: io::Error| format!("{}: it cannot be opened ({})", files.shown(), reason(&e));
    let mut file = OpenOptions::new().read(true).append(true).open(&files.journal).map_err(failed)?;
    lock(&file, files)?;
    if !is_at(&file, &files.journal) {
        // Whoever had it open has just put another one in its place, or renamed it.
        file = OpenOptions::new().read(true).append(true).open(&files.journal).map_err(failed)?;
        lock(&file, files)?;
    }
    let length = file.metadata().map_or(0, |m| m.len());
    let bytes = read::from(&mut file, length).map_err(failed)?;
    let journal = Journal::parse(&bytes).map_err(|e| format!("{}: {e}", files.shown()))?;
    Ok(Opened { files: files.clone(), journal, file })
}

/// Whether a path still leads to an open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |m: fs::Metadata| (m.dev(), m.ino());
    file.metadata().map(place).ok() == path.metadata().map(place).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The checkpoint's bytes, if there is one.
pub fn checkpoint(files: &Files) -> Option<Vec<u8>> {
    let checkpoint = files.checkpoint();
    // A pipe or a device would have no end.
    if checkpoint.is_file() { read::whole(&checkpoint).ok() } else { None }
}

/// A new, empty session; none where the name is taken.
pub(super) fn create(files: &Files) -> Result<Option<File>, String> {
    if there(&files.journal) == There::Nothing {
        free_checkpoint(files)?;
    }
    match write::create_new(&files.journal) {
        Ok(file) => {
            lock(&file, files)?;
            Ok(Some(file))
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(e) => Err(format!("{}: it cannot be made ({})", files.shown(), reason(&e))),
    }
}

/// Makes room for the checkpoint of a new session. Only one that an earlier session of the same name left behind is removed.
fn free_checkpoint(files: &Files) -> Result<(), String> {
    let checkpoint = files.checkpoint();
    let shown = checkpoint.display();
    if there(&checkpoint) == There::Nothing {
        return Ok(());
    }
    if !is_own_checkpoint(files, None) {
        return Err(format!("{shown} is there already and is not of this session; move it, or choose another name"));
    }
    fs::remove_file(&checkpoint).map_err(|e| format!("{shown}: it cannot be removed ({})", reason(&e)))
}

/// Writes a checkpoint in the place of an earlier one, never of a file of somebody else's.
pub(super) fn replace_checkpoint(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if !may_hold_checkpoint(path) {
        return Err(io::Error::other(format!("{} is not a checkpoint of dialoq and stays", path.display())));
    }
    write::replace(path, bytes).map(|_| ())
}

/// The checkpoint of a session under the name of another one, if it can be read.
pub(super) fn copy_checkpoint(from: &Files, to: &Files) -> io::Result<()> {
    let read = checkpoint(from).and_then(|bytes| run::checkpoint::read(&bytes).ok());
    read.map_or(Ok(()), |c| write::new(&to.checkpoint(), &run::checkpoint::write(&c.program, &to.name(), &c.parts)).map(|_| ()))
}

/// Removes the checkpoint of a session, if it is the session's own.
pub(super) fn remove_checkpoint(files: &Files) -> io::Result<()> {
    if is_own_checkpoint(files, None) { fs::remove_file(files.checkpoint()) } else { Ok(()) }
}

/// A journal's lines under a new name: the whole of it or nothing, and never in the place of another. Locked, open at its end.
pub(super) fn publish(to: &Files, bytes: &[u8]) -> Result<(File, u64), String> {
    let taken = || format!("there is already a session {}; choose another name", to.name());
    if there(&to.journal) != There::Nothing {
        return Err(taken());
    }
    free_checkpoint(to)?;
    let text = renamed(bytes, &to.name());
    let file = locked(to, &text).and_then(Draft::publish).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => taken(),
        io::ErrorKind::NotFound => format!("{}: its directory is not there; make the directory first, or give another path", to.shown()),
        _ => format!("{}: it cannot be written ({}); give a place that you may write to", to.shown(), reason(&e)),
    })?;
    Ok((file, text.len() as u64))
}

/// A journal that has no name yet. Another lock than ours cannot be there: it has its own name for a moment only.
fn locked(to: &Files, text: &[u8]) -> io::Result<Draft> {
    let mut draft = Draft::of(&to.journal)?;
    draft.write_all(text)?;
    let _ = draft.file()?.try_lock();
    Ok(draft)
}

/// Puts bytes in the place of a journal: after a crash at any instant it is the old one or the new one. Locked, open at its end.
pub(super) fn replace(to: &Files, text: &[u8]) -> io::Result<File> {
    locked(to, text)?.replace()
}

/// The same lines; the first one says the new name.
fn renamed(bytes: &[u8], name: &str) -> Vec<u8> {
    let end = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| n + 1);
    let (first, rest) = bytes.split_at(end);
    match serde_json::from_slice::<Line>(first) {
        Ok(Line::Session { program, began, .. }) => [Line::session(&program, name, &began).text().as_bytes(), rest].concat(),
        _ => bytes.to_vec(),
    }
}

impl Opened {
    /// Keeps what is damaged aside and leaves what is good, ready to be gone on with; what was done, in a sentence.
    pub(super) fn mend(&mut self) -> Result<Option<String>, String> {
        let failed = |e: io::Error| format!("{}: it cannot be mended ({})", self.files.shown(), reason(&e));
        let mut note = None;
        if self.journal.is_damaged() {
            let aside = aside(&self.files.journal, "jsonl").map_err(failed)?;
            note = Some(format!("the damaged journal is kept as {}", aside.display()));
        }
        if !self.journal.left_out.is_empty() {
            let mut text = self.journal.believed(&self.files.read().map_err(failed)?);
            if !text.ends_with(b"\n") {
                text.push(b'\n');
            }
            self.file = replace(&self.files, &text).map_err(failed)?;
            return Ok(note);
        }
        if self.journal.damage.is_some() {
            self.file.set_len(self.journal.good_bytes as u64).map_err(failed)?;
        }
        if !self.journal.ends_whole {
            self.file.write_all(b"\n").map_err(failed)?;
        }
        self.file.sync_all().map_err(failed)?;
        Ok(note)
    }

    /// Moves a checkpoint that cannot be believed out of the way.
    pub(super) fn put_checkpoint_aside(&self) -> Option<String> {
        let checkpoint = self.files.checkpoint();
        let names = (1..1000).map(|n| checkpoint.with_extension(format!("checkpoint.damaged-{n}")));
        let aside = names.into_iter().find(|aside| write::move_new(&checkpoint, aside).is_ok())?;
        Some(format!("the checkpoint is kept as {}", aside.display()))
    }

    pub(super) fn into_file(self) -> File {
        self.file
    }
}

/// A copy of a file under the next free name of `NAME.jsonl.damaged-1`, …
fn aside(path: &Path, ending: &str) -> io::Result<PathBuf> {
    let bytes = fs::read(path)?;
    let mut number = 1;
    loop {
        let aside = path.with_extension(format!("{ending}.damaged-{number}"));
        match write::new(&aside, &bytes) {
            Ok(_) => return Ok(aside),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(e) => return Err(e),
        }
    }
}
