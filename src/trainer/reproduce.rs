//! The one command line that brings what is on the screen back.

use std::fmt::Write as _;

use super::lane::Lane;
use super::worker::Worker;
use crate::run::RunSpec;
use crate::world::WorldSource;

impl Worker {
    /// From the flags where nobody changed anything, else from the session; where none is kept, the changes stand behind as a comment.
    pub(super) fn command(&self) -> String {
        let Some(lane) = self.lane() else { return flags(&self.spec) };
        let (tick, dialogues) = (lane.run.now().0, lane.run.dialogues());
        let edits = edits(lane, tick);
        if edits.is_empty() {
            return format!("{} --turn {tick}", flags(&lane.spec));
        }
        let session = self.keep.view();
        if session.path.is_some() {
            return format!("dialoq watch --replay {} --run {} --turn {tick}", quoted(&session.name), quoted(&lane.name));
        }
        format!("{}   # here at dialogue {dialogues}, turn {tick}, after by hand: {}", flags(&lane.spec), edits.join("; "))
    }
}

fn edits(lane: &Lane, until: u64) -> Vec<String> {
    lane.run.journal().iter().filter(|e| e.tick <= until).map(|e| format!("{} at turn {}", e.text, e.tick)).collect()
}

fn flags(spec: &RunSpec) -> String {
    let name = quoted(spec.source.argument());
    let source = match spec.source {
        WorldSource::Mdp { .. } => format!("--mdp {name}"),
        _ => format!("--scenario {name}"),
    };
    let mut line = format!("dialoq watch {source} --agent {} --seed {}", spec.agent, spec.seed);
    if spec.profile != "standard" {
        let _ = write!(line, " --profile {}", spec.profile);
    }
    if let Some(masks) = spec.masks {
        line.push_str(if masks { " --masks on" } else { " --masks off" });
    }
    for (name, value) in &spec.settings {
        let _ = write!(line, " --set {name}={value}");
    }
    line
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./=+:,@".contains(&b)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
