//! Where sessions lie: the platform's state directory, or a path that a person gives.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::own::{Begins, begins, is_own_checkpoint};
use super::write::{There, names_directory, remove_drafts, there};
use super::{names, read, reason};
use crate::run::journal::{Journal, JournalError};

/// Names another directory for sessions.
pub const VARIABLE: &str = "DIALOQ_STATE_DIR";
pub const JOURNAL: &str = "jsonl";
pub const CHECKPOINT: &str = "checkpoint";
/// Sessions that nobody named or touched, kept at most.
const UNTOUCHED_KEPT: usize = 50;

/// A directory of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub dir: PathBuf,
}

/// One session's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    pub journal: PathBuf,
}

/// A session as a list shows it.
#[derive(Debug)]
pub struct Listed {
    pub name: String,
    pub files: Files,
    pub modified: SystemTime,
    /// Of journal and checkpoint together.
    pub bytes: u64,
    pub is_open: bool,
    pub journal: Result<Journal, String>,
}

impl Files {
    pub fn name(&self) -> String {
        self.journal.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
    }

    pub fn checkpoint(&self) -> PathBuf {
        self.journal.with_extension(CHECKPOINT)
    }

    /// The file itself in a sentence.
    pub fn shown(&self) -> String {
        self.journal.display().to_string()
    }

    /// The argument by which a command finds it: its name among the sessions of this person, elsewhere its path.
    pub fn argument(&self) -> String {
        let among = Place::find().is_ok_and(|place| self.journal.parent() == Some(place.dir.as_path()));
        let argument =
            if among { self.name() } else { fs::canonicalize(&self.journal).unwrap_or(self.journal.clone()).display().to_string() };
        if argument.contains(char::is_whitespace) { format!("'{argument}'") } else { argument }
    }

    pub fn read(&self) -> io::Result<Vec<u8>> {
        read::whole(&self.journal)
    }

    pub fn parse(&self) -> Result<Journal, String> {
        self.read_and_parse().map(|(_, journal)| journal)
    }

    /// The journal and its bytes. Another program may be writing the last line just now: that is no damage.
    pub fn read_and_parse(&self) -> Result<(Vec<u8>, Journal), String> {
        let was_open = self.is_open();
        let bytes = self.read().map_err(|e| format!("{}: it cannot be read ({})", self.shown(), reason(&e)))?;
        let mut journal = Journal::parse(&bytes).map_err(|e: JournalError| format!("{}: {e}", self.shown()))?;
        journal.damage.take_if(|d| !bytes[d.byte..].contains(&b'\n') && (was_open || self.is_open()));
        Ok((bytes, journal))
    }

    /// Whether a program has it open. A file that cannot be opened is not.
    pub fn is_open(&self) -> bool {
        File::open(&self.journal).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

impl Place {
    /// The sessions of this person; the error is one sentence.
    pub fn find() -> Result<Place, String> {
        let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        let dir =
            state_directory(&variable).ok_or_else(|| format!("there is no directory for sessions: neither HOME nor {VARIABLE} is set"))?;
        Ok(Place { dir })
    }

    /// Makes sure that the directory is there.
    pub fn make(&self) -> Result<(), String> {
        fs::create_dir_all(&self.dir).map_err(|e| format!("{}: the directory cannot be made ({})", self.dir.display(), reason(&e)))
    }

    pub fn files(&self, name: &str) -> Files {
        Files { journal: self.dir.join(format!("{name}.{JOURNAL}")) }
    }

    /// Whether an argument is the path of a file, and not a name.
    pub fn is_path(argument: &str) -> bool {
        argument.contains(std::path::is_separator) || Path::new(argument).extension().is_some_and(|e| e == JOURNAL)
    }

    /// The files of a new session under a name or at a path, to which `.jsonl` is added where it is missing.
    pub fn named(&self, argument: &str) -> Result<Files, String> {
        if !Place::is_path(argument) {
            names::check(argument)?;
            return Ok(self.files(argument));
        }
        let path = PathBuf::from(argument);
        if names_directory(&path) {
            return Err(format!("{argument}: this is a directory; give a session's name, or the path of its .{JOURNAL}"));
        }
        let whole = path.extension().is_some_and(|e| e == JOURNAL);
        Ok(Files { journal: if whole { path } else { PathBuf::from(format!("{argument}.{JOURNAL}")) } })
    }

    /// The session that a name or a path means.
    pub fn existing(&self, argument: &str) -> Result<Files, String> {
        // A session may have been renamed to something without our ending.
        let as_it_is = Path::new(argument);
        if Place::is_path(argument) && as_it_is.is_file() {
            return Ok(Files { journal: as_it_is.to_owned() });
        }
        let files = self.named(argument)?;
        if files.journal.is_file() {
            return Ok(files);
        }
        let as_named = Place::is_path(argument).then(|| read::other_than_file(as_it_is)).flatten();
        Err(if let Some(kind) = as_named.or_else(|| read::other_than_file(&files.journal)) {
            format!("{argument}: this is {kind}; give a session's name, or the path of its .{JOURNAL}")
        } else if Place::is_path(argument) {
            format!("{argument}: there is no such file; give a session's name, or the path of its .{JOURNAL}")
        } else {
            format!("there is no session \"{argument}\"; dialoq sessions lists them")
        })
    }

    /// All sessions, the last one written first.
    pub fn list(&self) -> Vec<Files> {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return Vec::new();
        };
        let journals = entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == JOURNAL) && p.is_file());
        let written = |journal: &PathBuf| journal.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut found: Vec<(SystemTime, PathBuf)> = journals.map(|journal| (written(&journal), journal)).collect();
        found.sort();
        found.into_iter().rev().map(|(_, journal)| Files { journal }).collect()
    }

    pub fn listed(files: Files) -> Listed {
        let size = |path: &Path| path.metadata().map_or(0, |m| m.len());
        Listed {
            name: files.name(),
            modified: files.journal.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH),
            bytes: size(&files.journal) + size(&files.checkpoint()),
            is_open: files.is_open(),
            journal: files.parse(),
            files,
        }
    }

    /// Deletes the oldest of the sessions that nobody named, touched or has open, where there are too many.
    pub fn prune(&self) {
        let unnamed = self.list().into_iter().filter(|f| names::is_automatic(&f.name()));
        let is_empty = |f: &Files| f.journal.metadata().is_ok_and(|m| m.len() == 0);
        let untouched = unnamed.filter(|f| is_empty(f) || f.parse().is_ok_and(|j| !j.is_damaged() && !j.is_touched()));
        for files in untouched.skip(UNTOUCHED_KEPT) {
            // One that cannot be deleted is met again next time.
            let _ = self.delete(&files);
        }
    }

    /// Deletes a session that no program has open. One in which nothing was written yet may be deleted in this directory only:
    /// elsewhere nobody knows whose an empty file is.
    pub fn delete(&self, files: &Files) -> Result<Deleted, String> {
        remove(files, files.journal.parent() == Some(self.dir.as_path()))
    }
}

/// What became of the files beside a session that was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    Whole,
    /// The file with the checkpoint's name is not of this session and stays.
    ButCheckpoint,
}

/// Deletes a session that no program has open, wherever it lies; the error is one sentence.
pub fn delete(files: &Files) -> Result<Deleted, String> {
    remove(files, false)
}

/// Whether a file may be deleted as a session, and the name that it gives itself.
pub fn check_deletable(files: &Files, empty_too: bool) -> Result<Option<String>, String> {
    let shown = files.shown();
    match there(&files.journal) {
        There::File => {}
        There::Nothing => return Err(format!("{shown}: there is no such file")),
        There::Directory => return Err(format!("{shown}: this is a directory; give a session's name, or the path of its .{JOURNAL}")),
        There::Other => {
            return Err(format!("{shown}: this is a link or a device, which stays as it is; give the path of the session itself"));
        }
    }
    let file = File::open(&files.journal).map_err(|e| format!("{shown}: it cannot be read ({})", reason(&e)))?;
    match begins(&file) {
        Begins::Session(name) => Ok(name),
        Begins::Empty if empty_too => Ok(None),
        Begins::Empty => Err(format!("{shown}: it is empty and may be anybody's, so it is not deleted; remove it yourself")),
        Begins::Foreign => Err(format!("{shown}: it is not a session of dialoq, so it is not deleted; dialoq sessions lists the sessions")),
    }
}

fn remove(files: &Files, empty_too: bool) -> Result<Deleted, String> {
    let failed = |e: io::Error| format!("{}: it cannot be deleted ({})", files.shown(), reason(&e));
    let name = check_deletable(files, empty_too)?;
    let file = File::open(&files.journal).map_err(failed)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(open_elsewhere(files)),
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    // A program that was killed may have left some.
    remove_drafts(&files.journal);
    let own = is_own_checkpoint(files, name.as_deref());
    if own {
        remove_drafts(&files.checkpoint());
        fs::remove_file(files.checkpoint()).map_err(failed)?;
    }
    fs::remove_file(&files.journal).map_err(failed)?;
    Ok(if there(&files.checkpoint()) == There::Nothing { Deleted::Whole } else { Deleted::ButCheckpoint })
}

pub fn open_elsewhere(files: &Files) -> String {
    format!(
        "the session {} is open in another dialoq; close it there, or open a copy with dialoq watch --replay {}",
        files.name(),
        files.argument()
    )
}

/// By the XDG base directories on Unix, by the platform's customs elsewhere.
fn state_directory(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(dir) = variable(VARIABLE) {
        return Some(PathBuf::from(dir));
    }
    let home = variable("HOME").map(PathBuf::from);
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home.map(|h| h.join("Library/Application Support"))
    } else {
        // The specification says that a path which is not absolute is to be ignored.
        let set = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
        set.or_else(|| home.map(|h| h.join(".local/state")))
    };
    base.map(|base| base.join("dialoq").join("sessions"))
}
