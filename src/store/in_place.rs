//! Whether files that stay open for long are still in their places, and how they get back there when somebody removed, renamed,
//! replaced or cut them.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::{publish, replace};
use super::place::{Files, JOURNAL};
use super::write::rename_new;

/// The files are looked at this often, so that a removal is noticed within a second.
pub(super) const LOOK: Duration = Duration::from_millis(750);
/// Names tried for a file that has to go elsewhere.
const NAMES: u32 = 10_000;

/// Whether a path leads to this open file, and the file has this length, where one is given.
pub fn is_in_place(file: &File, path: &Path, length: Option<u64>) -> bool {
    let (Ok(open), Ok(there)) = (file.metadata(), path.metadata()) else { return false };
    length.is_none_or(|length| there.len() == length) && is_same(&open, &there)
}

#[cfg(unix)]
fn is_same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Elsewhere an open file can hardly be removed or replaced; its length says whether it was cut.
#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

/// Makes the directory of a file again.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    match path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        Some(dir) => fs::create_dir_all(dir),
        None => Ok(()),
    }
}

/// Whether another program has the file at this path open as its session; `own` is ours.
pub(super) fn is_of_another(own: &File, path: &Path) -> bool {
    !is_in_place(own, path, None) && File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Writes a file of lines anew, with its directory. What has taken its place is renamed, and its new name is returned.
pub fn write_anew(path: &Path, lines: &[u8]) -> io::Result<(File, Option<PathBuf>)> {
    make_directory(path)?;
    let aside = move_aside(path, lines)?;
    replace(&Files { journal: path.to_owned() }, lines).map(|file| (file, aside))
}

/// Renames the file that has taken the place of another, unless it is a part of that one. Returns the new name.
pub(super) fn move_aside(path: &Path, lines: &[u8]) -> io::Result<Option<PathBuf>> {
    match path.symlink_metadata() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
        Ok(there) => {
            let may_be_part = there.is_file() && there.len() <= lines.len() as u64;
            if may_be_part && fs::read(path).is_ok_and(|bytes| lines.starts_with(&bytes)) {
                return Ok(None);
            }
        }
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut names = (1..NAMES).map(|n| path.with_file_name(format!("{name}.other-{n}")));
    let aside = names.find(|name| name.symlink_metadata().is_err()).ok_or(io::ErrorKind::AlreadyExists)?;
    rename_new(path, &aside)?;
    Ok(Some(aside))
}

/// All bytes of an open file, wherever its name has gone.
pub fn bytes_of(mut file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The session under the next free name.
pub(super) fn publish_elsewhere(files: &Files, all: &[u8]) -> Result<(File, Files), String> {
    let other = |n: u32| Files { journal: files.journal.with_file_name(format!("{}-{n}.{}", files.name(), JOURNAL)) };
    let free = (2..NAMES).map(other).find(|to| to.journal.symlink_metadata().is_err());
    let to = free.ok_or_else(|| format!("there are too many sessions {}", files.name()))?;
    publish(&to, all).map(|(file, _)| (file, to))
}

/// What is said when a journal was written anew; `aside` is where the file is that had taken its place.
pub(super) fn rewritten(files: &Files, aside: Option<PathBuf>) -> String {
    let name = files.shown();
    match aside {
        None => format!("{name} was removed or cut by another program; it is written anew, and nothing is lost"),
        Some(aside) => {
            format!("another file had taken the place of {name}; that file is now {}, and the session is written anew", aside.display())
        }
    }
}
