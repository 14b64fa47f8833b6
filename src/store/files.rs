//! Making, opening and copying a session's files, under a lock, so that never two programs write one session.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::place::{Files, open_elsewhere};
use super::reason;
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
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
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
    fs::read(files.checkpoint()).ok()
}

/// A new, empty session; none where the name is taken.
pub(super) fn create(files: &Files) -> Result<Option<File>, String> {
    match OpenOptions::new().read(true).append(true).create_new(true).open(&files.journal) {
        Ok(file) => {
            lock(&file, files)?;
            // One without its journal is nobody's.
            let _ = fs::remove_file(files.checkpoint());
            Ok(Some(file))
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(e) => Err(format!("{}: it cannot be made ({})", files.shown(), reason(&e))),
    }
}

/// A journal's lines under a new name: the whole of it or nothing, and never in the place of another. Locked, open at its end.
pub(super) fn publish(to: &Files, bytes: &[u8]) -> Result<(File, u64), String> {
    let taken = || format!("there is already a session {}; choose another name", to.name());
    // The name is reserved first; the whole file then takes the place of the reservation.
    drop(create(to)?.ok_or_else(taken)?);
    let text = renamed(bytes, &to.name());
    replace(to, &text).map(|file| (file, text.len() as u64)).map_err(|e| {
        let _ = fs::remove_file(&to.journal);
        format!("{}: it cannot be written ({})", to.shown(), reason(&e))
    })
}

/// Puts bytes in the place of a journal: after a crash at any instant it is the old one or the new one. Locked, open at its end.
pub(super) fn replace(to: &Files, text: &[u8]) -> io::Result<File> {
    let beside = to.journal.with_extension("jsonl.new");
    let write = || {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&beside)?;
        file.set_len(0)?;
        file.write_all(text)?;
        file.sync_all()?;
        // Another one is locked by nobody: it has this name for a moment only.
        let _ = file.try_lock();
        fs::rename(&beside, &to.journal)?;
        settle_directory(&to.journal)?;
        Ok(file)
    };
    write().inspect_err(|_| {
        // It would only take room on a disk that has none.
        let _ = fs::remove_file(&beside);
    })
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
        let aside = (1..1000).map(|n| checkpoint.with_extension(format!("checkpoint.damaged-{n}"))).find(|p| !p.exists())?;
        fs::rename(&checkpoint, &aside).ok()?;
        Some(format!("the checkpoint is kept as {}", aside.display()))
    }

    pub(super) fn into_file(self) -> File {
        self.file
    }

    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

/// A copy of a file under the next free name of `NAME.jsonl.damaged-1`, …
fn aside(path: &Path, ending: &str) -> io::Result<PathBuf> {
    let bytes = fs::read(path)?;
    let mut number = 1;
    loop {
        let aside = path.with_extension(format!("{ending}.damaged-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&aside) {
            Ok(mut file) => {
                file.write_all(&bytes)?;
                file.sync_all()?;
                settle_directory(&aside)?;
                return Ok(aside);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(e) => return Err(e),
        }
    }
}

/// Makes the names in a file's directory certain, where the system can.
pub(super) fn settle_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}
