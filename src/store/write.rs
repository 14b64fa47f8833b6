//! Writes files without harm to what is there: a new file never takes the place of another one, a replacement is whole or is not
//! made, and no symbolic link is followed. Every file that this program creates or replaces goes through here.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ends the name of a file that is being written.
const UNFINISHED: &str = "new";
/// Hexadecimal digits that nobody can foresee, before that ending.
const DIGITS: usize = 16;
const TRIES: usize = 32;
/// Bytes of a file's own name within the name of its draft, which would otherwise be longer than a name may be.
const NAME_MAX: usize = 220;

/// What a path leads to. Links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    Nothing,
    File,
    Directory,
    /// A symbolic link, a pipe, a device.
    Other,
}

pub fn there(path: &Path) -> There {
    match fs::symlink_metadata(path).map(|m| m.file_type()) {
        Err(_) => There::Nothing,
        Ok(kind) if kind.is_file() => There::File,
        Ok(kind) if kind.is_dir() => There::Directory,
        Ok(_) => There::Other,
    }
}

/// Creates a file to read and to append to. Fails with `AlreadyExists` where anything has this name, even a link to nothing.
pub fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create_new(true).open(path)
}

/// A file that is being written under a name of its own, beside the one that it will have. It is removed where it is not finished.
pub struct Draft {
    /// Taken when it is finished.
    file: Option<File>,
    beside: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Begins the file that will be at `path`, with the permissions of the one that is there.
    pub fn of(path: &Path) -> io::Result<Draft> {
        let (dir, name) = parts(path)?;
        for _ in 0..TRIES {
            let number = RandomState::new().hash_one(std::process::id());
            let beside = dir.join(format!("{name}.{number:0DIGITS$x}.{UNFINISHED}"));
            match create_new(&beside) {
                Ok(file) => {
                    let draft = Draft { file: Some(file), beside, path: path.to_owned() };
                    if there(path) == There::File {
                        draft.file()?.set_permissions(fs::metadata(path)?.permissions())?;
                    }
                    return Ok(draft);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub fn file(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Gives the file its name. Fails with `AlreadyExists` where anything has that name by now.
    pub fn publish(mut self) -> io::Result<File> {
        self.file()?.sync_all()?;
        move_new(&self.beside, &self.path)?;
        self.finished()
    }

    /// Gives the file its name, in the place of the file that has it. After a crash at any instant it is the old one or the new one.
    pub fn replace(mut self) -> io::Result<File> {
        self.file()?.sync_all()?;
        match there(&self.path) {
            There::Nothing | There::File => fs::rename(&self.beside, &self.path)?,
            There::Directory => return Err(io::ErrorKind::IsADirectory.into()),
            There::Other => return Err(io::Error::other("a symbolic link or a device has this name, and it stays")),
        }
        self.finished()
    }

    fn finished(&mut self) -> io::Result<File> {
        let file = self.file.take().ok_or(io::ErrorKind::NotFound)?;
        // Where a directory cannot be made certain, its names are on the disk a little later.
        let _ = settle_directory(&self.path);
        Ok(file)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.is_some() {
            // It would only take room on a disk that may have none.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Writes a new file, whole or not at all.
pub fn new(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut draft = Draft::of(path)?;
    draft.write_all(bytes)?;
    draft.publish()
}

/// Writes a file in the place of the one that is there, if any, whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut draft = Draft::of(path)?;
    draft.write_all(bytes)?;
    draft.replace()
}

/// Moves a file to a name that nothing has.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(e) if matches!(e.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound | io::ErrorKind::StorageFull) => Err(e),
        // Some file systems have no hard links: there the name is reserved by an empty file first.
        Err(_) => {
            drop(create_new(to)?);
            fs::rename(from, to).inspect_err(|_| {
                let _ = fs::remove_file(to);
            })
        }
    }
}

/// Renames whatever is at a path, a directory or a link too, to a name that nothing has.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if there(to) != There::Nothing {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Drafts of a file that a program left behind when it was killed. Nobody may be writing the file now.
pub fn remove_drafts(path: &Path) {
    let Ok((dir, name)) = parts(path) else { return };
    let is_draft = |entry: &str| {
        let number = entry.strip_prefix(&name).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(UNFINISHED)?.strip_suffix('.'));
        number.is_some_and(|n| n.len() == DIGITS && n.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
    };
    for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_draft) && there(&entry.path()) == There::File {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The directory of a path, and what the names of its drafts begin with.
fn parts(path: &Path) -> io::Result<(PathBuf, String)> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_string_lossy();
    let mut end = name.len().min(NAME_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    Ok((directory(path).to_owned(), name[..end].to_owned()))
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path can only be that of a directory.
pub fn names_directory(path: &Path) -> bool {
    path.to_string_lossy().ends_with(std::path::is_separator) || path.file_name().is_none() || path.is_dir()
}

/// Makes the names in a file's directory certain, where the system can.
pub fn settle_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(directory(path))?.sync_all()?;
    }
    Ok(())
}
