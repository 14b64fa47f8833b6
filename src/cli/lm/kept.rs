//! The checkpoint of a path: a line of JSON that says what it is, then the machine's bytes, then eight bytes: XXH3 of all before them,
//! little-endian. It is replaced at once or not at all, so that the path can be gone on with from any kill.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::files::{MODELS, unwritable, unwritten};
use crate::cli::failure::{Failure, reason};
use crate::cli::source;
use crate::lm::ground::{Given, Mode, Spec};
use crate::lm::pipeline::Pipeline;
use crate::nn::gemm::kernel;
use crate::num::digest::{digest, digest_bytes};
use crate::num::fields::Fields;
use crate::store::read::whole;
use crate::store::write::{There, remove_drafts, replace, there};

const FORMAT: &str = "dialoq-lm-checkpoint";
/// Files of version 1 have no digest at their end.
const VERSION: u32 = 2;
const NAME: &str = "checkpoint";
/// Bytes of the digest at the end.
const SEAL: usize = 8;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    version: u32,
    scenario: String,
    /// Of the scenario's text.
    text: String,
    profile: String,
    chinese: bool,
    preset: String,
    seed: String,
    settings: Vec<(String, String)>,
    modes: Vec<Mode>,
    data: Given,
    kernel: String,
    seconds: f64,
    digest: String,
}

const DAMAGED: &str = "its digest is another than it says; it was damaged";

/// The machine's bytes, from a place on, of a file whose digest is right.
fn sealed(bytes: &[u8], from: usize) -> Option<&[u8]> {
    let (body, seal) = bytes.split_last_chunk::<SEAL>()?;
    if digest_bytes(body).0 == u64::from_le_bytes(*seal) { body.get(from..) } else { None }
}

/// A checkpoint as it was read.
pub struct Stored {
    head: Head,
    bytes: Vec<u8>,
}

pub struct Kept {
    pub dir: PathBuf,
}

impl Kept {
    pub fn at(dir: &str) -> Kept {
        Kept { dir: PathBuf::from(dir) }
    }

    fn path(&self) -> PathBuf {
        self.dir.join(NAME)
    }

    /// What was learned once is not written over; and where nothing can be written, that is said before anything is learned.
    pub fn must_be_new(&self) -> Result<(), Failure> {
        let dir = self.dir.display();
        if there(&self.path()) != There::Nothing {
            return Err(Failure::Input(format!(
                "--out {dir}: there is a checkpoint already; go on from it with --resume, or give another directory"
            )));
        }
        if let Some(model) = MODELS.iter().find(|model| there(&self.dir.join(model)) != There::Nothing) {
            return Err(Failure::Input(format!("--out {dir}: there is {model} already, which would be replaced; give another directory")));
        }
        fs::create_dir_all(&self.dir).map_err(|e| {
            let right = "give a directory that you may write to";
            Failure::Input(format!("--out {dir}: it cannot be written ({}); {right}", reason(&e)))
        })
    }

    pub fn save(&self, pipeline: &Pipeline, seconds: f64) -> Result<(), Failure> {
        let spec = &pipeline.ground.spec;
        let head = Head {
            format: FORMAT.into(),
            version: VERSION,
            scenario: spec.source.argument().to_owned(),
            text: digest_bytes(spec.source.text()?.as_bytes()).to_string(),
            profile: spec.profile.clone(),
            chinese: spec.chinese,
            preset: spec.preset.clone(),
            seed: spec.seed.to_string(),
            settings: spec.settings.clone(),
            modes: spec.modes.clone(),
            data: spec.data.clone(),
            kernel: kernel().to_owned(),
            seconds,
            digest: digest(pipeline).to_string(),
        };
        let mut bytes = serde_json::to_vec(&head).expect("plain values are JSON");
        bytes.push(b'\n');
        pipeline.read(&mut bytes);
        let seal = digest_bytes(&bytes).0;
        bytes.extend_from_slice(&seal.to_le_bytes());
        fs::create_dir_all(&self.dir).map_err(|e| unwritable(&self.dir, &e))?;
        replace(&self.path(), &bytes).map(|_| ()).map_err(|e| unwritten(&self.path(), &e))
    }

    pub fn load(&self) -> Result<(Spec, Stored), Failure> {
        let path = self.path();
        let wrong = |what: String| Failure::Input(format!("{}: {what}", path.display()));
        let bytes =
            whole(&path).map_err(|e| wrong(format!("there is no checkpoint to go on from ({}); begin without --resume", reason(&e))))?;
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| wrong("this is no checkpoint of dialoq lm".into()))?;
        let head: Head = serde_json::from_slice(&bytes[..end]).map_err(|e| wrong(format!("this is no checkpoint of dialoq lm ({e})")))?;
        let state = match (head.format.as_str(), head.version) {
            (FORMAT, 1) => &bytes[end + 1..],
            (FORMAT, VERSION) => sealed(&bytes, end + 1).ok_or_else(|| wrong(DAMAGED.into()))?,
            (format, version) => {
                return Err(wrong(format!("format {format} version {version}; it must be {FORMAT} version 1 or {VERSION}")));
            }
        };
        let source = source::scenario(&head.scenario)?;
        if digest_bytes(source.text()?.as_bytes()).to_string() != head.text {
            return Err(wrong(format!("{} has changed since; put it back as it was, or begin without --resume", head.scenario)));
        }
        if head.kernel != kernel() {
            return Err(wrong(format!(
                "it was made with the {} kernel, and this machine runs {}; go on where it was made",
                head.kernel,
                kernel()
            )));
        }
        let seed = head.seed.parse().map_err(|_| wrong(format!("the seed \"{}\" is not a whole number", head.seed)))?;
        let spec = Spec {
            source,
            profile: head.profile.clone(),
            chinese: head.chinese,
            preset: head.preset.clone(),
            seed,
            settings: head.settings.clone(),
            modes: head.modes.clone(),
            data: head.data.clone(),
        };
        // A program that was killed may have left some.
        remove_drafts(&path);
        Ok((spec, Stored { head, bytes: state.to_vec() }))
    }

    /// The seconds spent so far come back.
    pub fn restore(&self, stored: &Stored, pipeline: &mut Pipeline) -> Result<f64, Failure> {
        let wrong = |what: String| Failure::Input(format!("{}: {what}", self.path().display()));
        let mut rest = &stored.bytes[..];
        pipeline.write(&mut rest).map_err(|e| wrong(e.to_string()))?;
        if !rest.is_empty() || digest(pipeline).to_string() != stored.head.digest {
            return Err(wrong(DAMAGED.into()));
        }
        Ok(stored.head.seconds)
    }
}
