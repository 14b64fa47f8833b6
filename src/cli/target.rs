//! The file that a command writes for `--out`: it takes the place of another one only with `--force`, and is whole or not there.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::failure::{Failure, reason};
use crate::store::write::{Draft, There, names_directory, there};

/// Where a result will be written, seen to be free.
pub struct Target {
    path: PathBuf,
    force: bool,
}

impl Target {
    /// Refuses at once what could not be written after the work is done.
    pub fn new(path: impl Into<PathBuf>, force: bool) -> Result<Target, Failure> {
        let target = Target { path: path.into(), force };
        let refuse = |what: &str| Err(target.refusal(what));
        if names_directory(&target.path) {
            return refuse("this is a directory; give the path of a file");
        }
        match there(&target.path) {
            There::Other => refuse("this is a link or a device, which stays as it is; give the path of a file"),
            There::File if !force => refuse("there is already such a file; give another one, or --force"),
            There::File | There::Directory | There::Nothing => match target.path.parent() {
                Some(dir) if !dir.as_os_str().is_empty() && !dir.is_dir() => {
                    refuse("its directory is not there; make the directory first, or give another path")
                }
                _ => Ok(target),
            },
        }
    }

    fn refusal(&self, what: &str) -> Failure {
        Failure::Input(format!("--out {}: {what}", self.path.display()))
    }

    /// Writes the file. After a failure nothing of it stays.
    pub fn fill(self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let draft = Draft::of(&self.path);
        let draft =
            draft.map_err(|e| self.refusal(&format!("it cannot be written ({}); give a place that you may write to", reason(&e))))?;
        let mut file = BufWriter::new(draft);
        let written = fill(&mut file).and_then(|()| file.into_inner().map_err(io::IntoInnerError::into_error));
        let finished = written.and_then(|draft| if self.force { draft.replace() } else { draft.publish() });
        match finished {
            Ok(_) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                Err(self.refusal("there is such a file by now, which stays as it is; give another one, or --force"))
            }
            Err(e) => {
                Err(Failure::Work(format!("--out {}: it cannot be written ({}); nothing of it was kept", self.path.display(), reason(&e))))
            }
        }
    }
}
