//! Files that worlds come from: where a name or a path leads, and the sentence where it leads nowhere.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::failure::{Failure, reason};
use crate::store::read::whole;
use crate::world::{SCENARIOS, WorldSource, builtin};

/// A built-in name, else a path if it looks like one.
pub fn scenario(name: &str) -> Result<WorldSource, Failure> {
    let is_file = Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) || Path::new(name).exists();
    if builtin(name).is_some() || !is_file {
        return Ok(WorldSource::Builtin(name.to_owned()));
    }
    let known: Vec<&str> = SCENARIOS.iter().map(|s| s.name).collect();
    let text = read(name, &format!("give the path of a scenario file, or one of {}", known.join(", ")))?;
    need_json(name, &text)?;
    if format(&text).as_deref() == Some("dialoq-mdp") {
        return Err(Failure::Input(format!("--scenario: {name} is a finite MDP; open it with --mdp {name}")));
    }
    Ok(WorldSource::Scenario { path: name.to_owned(), text })
}

pub fn mdp(path: &str) -> Result<WorldSource, Failure> {
    if builtin(path).is_some() && !Path::new(path).exists() {
        return Err(Failure::Input(format!("--mdp: {path} is a scenario, not a file; open it with --scenario {path}")));
    }
    let text = read(path, "give the path of a finite MDP in JSON, as dialoq mdp writes it")?;
    if format(&text).as_deref() == Some("dialoq-scenario") {
        return Err(Failure::Input(format!("--mdp: {path} is a scenario; open it with --scenario {path}")));
    }
    Ok(WorldSource::Mdp { path: path.to_owned(), text })
}

/// Either kind of file, by what it says of itself.
pub fn any(path: &str) -> Result<WorldSource, Failure> {
    let text = read(path, "give the path of a scenario file")?;
    need_json(path, &text)?;
    let path = path.to_owned();
    match format(&text).as_deref() {
        Some("dialoq-mdp") => Ok(WorldSource::Mdp { path, text }),
        _ => Ok(WorldSource::Scenario { path, text }),
    }
}

fn need_json(path: &str, text: &str) -> Result<(), Failure> {
    let fault = |e: serde_json::Error| {
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or(&what);
        Failure::Input(format!("{path}: line {} column {}: this is not JSON ({what})", e.line(), e.column()))
    };
    serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(fault)
}

fn format(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    serde_json::from_str::<Head>(text).ok().map(|head| head.format)
}

fn read(path: &str, right: &str) -> Result<String, Failure> {
    let bytes = whole(Path::new(path)).map_err(|e| Failure::Input(format!("{path}: it cannot be read ({}); {right}", reason(&e))))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Failure::Input(format!("{path}: byte {at} is not UTF-8 text; save the file as UTF-8"))
    })?;
    // Editors on Windows put a mark first that JSON does not know.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
