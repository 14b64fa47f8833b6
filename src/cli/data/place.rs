//! The directory of the results. Files are written as `.part` and renamed at the end, the report last: a kill leaves nothing that
//! looks finished, and the same command begins anew over what it left.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::{Failure, reason};
use crate::data::prepare::SPLITS;
use crate::data::report::{FORMAT, Report};
use crate::store::write::{self, There};

pub struct Place {
    dir: PathBuf,
    made: bool,
}

const SPOOL: &str = "spool.part";
const REPORT: &str = "report.json";

fn finished() -> impl Iterator<Item = String> {
    // The report first: without it nothing of the rest is taken for finished.
    std::iter::once(REPORT.to_owned()).chain(lists().map(|n| format!("{n}.jsonl")))
}

fn lists() -> impl Iterator<Item = &'static str> {
    SPLITS.into_iter().chain(["dropped"])
}

fn parts() -> impl Iterator<Item = String> {
    lists().map(|n| format!("{n}.jsonl.part")).chain([SPOOL.to_owned(), format!("{REPORT}.part")])
}

impl Place {
    pub fn open(dir: &str, force: bool) -> Result<Place, Failure> {
        let path = PathBuf::from(dir);
        let failed = |e: &io::Error| {
            Failure::Input(format!(
                "--out {dir}: it cannot be written ({}); give a new directory in a place that you may write to",
                reason(e)
            ))
        };
        let made = !path.exists();
        fs::create_dir_all(&path).map_err(|e| failed(&e))?;
        let there: Vec<String> = fs::read_dir(&path)
            .map_err(|e| failed(&e))?
            .filter_map(Result::ok)
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        let is_ours = is_report(&path.join(REPORT));
        let began = write::there(&path.join(SPOOL)) == There::File;
        // Only beside a report are these names those of earlier results, and only beside a spool those of a run that was ended.
        let ours: Vec<String> = finished().filter(|_| is_ours || began).collect();
        let left: Vec<String> = parts().filter(|_| began).collect();
        if there.iter().any(|name| !(left.contains(name) || force && ours.contains(name))) {
            let right = if force {
                "give a directory with nothing but earlier results"
            } else {
                "give a new one, or --force to replace earlier results"
            };
            return Err(Failure::Input(format!("--out {dir}: the directory is not empty; {right}")));
        }
        for name in ours.iter().chain(&left).filter(|name| there.contains(name)) {
            fs::remove_file(path.join(name)).map_err(|e| failed(&e))?;
        }
        Ok(Place { dir: path, made })
    }

    pub fn unwritten(&self, e: &io::Error) -> Failure {
        Failure::Work(format!(
            "--out {}: it cannot be written ({}); make room and give the same command again",
            self.dir.display(),
            reason(e)
        ))
    }

    fn create(&self, name: &str) -> Result<File, Failure> {
        write::create_new(&self.dir.join(name)).map_err(|e| self.unwritten(&e))
    }

    pub fn spool(&self) -> Result<File, Failure> {
        self.create(SPOOL)
    }

    pub fn part(&self, name: &str) -> Result<File, Failure> {
        self.create(&format!("{name}.jsonl.part"))
    }

    /// Gives the files their names.
    pub fn finish(&self, report: &Report) -> Result<(), Failure> {
        let mut text = serde_json::to_vec_pretty(report).map_err(|e| self.unwritten(&e.into()))?;
        text.push(b'\n');
        let part = format!("{REPORT}.part");
        let mut file = self.create(&part)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(|e| self.unwritten(&e))?;
        let mut names = lists().map(|n| format!("{n}.jsonl")).chain([REPORT.to_owned()]);
        let renamed = names.try_for_each(|name| write::move_new(&self.dir.join(format!("{name}.part")), &self.dir.join(name)));
        renamed.and_then(|()| fs::remove_file(self.dir.join(SPOOL))).map_err(|e| self.unwritten(&e))?;
        let _ = write::settle_directory(&self.dir.join(REPORT));
        Ok(())
    }

    /// After a failure nothing half done stays; a directory that was made goes too.
    pub fn leave(&self) {
        parts().for_each(|name| drop(fs::remove_file(self.dir.join(name))));
        if self.made {
            let _ = fs::remove_dir(&self.dir);
        }
    }
}

/// True for the report of an earlier `data prepare`: only a directory with one holds its results.
fn is_report(path: &Path) -> bool {
    let text = if path.is_file() { fs::read(path).ok() } else { None };
    let report = text.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    report.is_some_and(|report| report["format"] == FORMAT)
}
