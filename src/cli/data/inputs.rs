//! The files that inputs name: directories are walked, in the order of their names.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::cli::failure::{Failure, reason};
use crate::data::RAW;
use crate::data::prepare::Source;
use crate::data::report::safe;
use crate::data::stages::{Fixes, unicode};
use crate::store::read::is_device;

/// `out` is left out of a walk: results are no input.
pub fn sources(inputs: &[String], out: &str) -> Result<Vec<Source>, Failure> {
    if inputs.is_empty() {
        return Ok(RAW.iter().map(embedded).collect());
    }
    let out = fs::canonicalize(out).ok();
    let mut found = Vec::new();
    for input in inputs {
        let right = "give files or directories with dialogues";
        let shown = plain(input);
        let unread = |e: io::Error| Failure::Input(format!("{shown}: it cannot be read ({}); {right}", reason(&e)));
        let path = Path::new(input);
        let kind = fs::metadata(path).map_err(unread)?;
        if is_device(&kind) {
            return Err(Failure::Input(format!("{shown}: this is a device, not a file; {right}")));
        }
        if !kind.is_dir() {
            found.push(file(path, kind.len(), true));
            continue;
        }
        let before = found.len();
        walk(path, out.as_deref(), &mut found).map_err(unread)?;
        if found.len() == before {
            let results = fs::canonicalize(path).ok() == out && out.is_some();
            let what = if results { "it is where the results go, which are no input" } else { "the directory holds no files" };
            return Err(Failure::Input(format!("{shown}: {what}; {right}")));
        }
    }
    Ok(found)
}

/// A name without anything that a terminal would obey.
fn plain(name: &str) -> String {
    let mut cleaned = name.to_owned();
    unicode::clean(&mut cleaned, &mut Fixes::new());
    // Blanks are part of a name that one wants to find again.
    if cleaned.replace(' ', "") == name.replace(' ', "") { name.to_owned() } else { safe(name, 4096) }
}

fn embedded(raw: &crate::data::Raw) -> Source {
    let bytes = raw.bytes;
    let open = move || Ok(Box::new(Cursor::new(bytes)) as Box<dyn Read>);
    Source { name: raw.name.to_owned(), bytes: bytes.len() as u64, named: true, open: Box::new(open) }
}

fn file(path: &Path, bytes: u64, named: bool) -> Source {
    let shown = plain(&path.to_string_lossy().replace('\\', "/"));
    let path = path.to_owned();
    let open = move || File::open(path).map(|f| Box::new(f) as Box<dyn Read>);
    Source { name: shown, bytes, named, open: Box::new(open) }
}

fn walk(dir: &Path, out: Option<&Path>, found: &mut Vec<Source>) -> io::Result<()> {
    if out.is_some() && fs::canonicalize(dir).ok().as_deref() == out {
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)?.map(|e| e.map(|e| e.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        // A link could lead round in a circle; what is hidden is not meant.
        let kind = fs::symlink_metadata(&path)?;
        if path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')) {
            continue;
        }
        if kind.is_dir() {
            walk(&path, out, found)?;
        } else if kind.is_file() {
            found.push(file(&path, kind.len(), false));
        }
    }
    Ok(())
}
