//! Data that was brought along: lists of JSON, or what `dialoq data prepare` wrote. Texts are cleaned of what a terminal would obey.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::failure::{Failure, reason};
use crate::cli::show::grouped;
use crate::data::stages::{Fixes, unicode};
use crate::lm::ground::Given;
use crate::store::read::whole;

/// A text has no more; longer ones are no replies, and would stand in every checkpoint.
const CHARACTERS: usize = 4000;

/// Why a record is of no use.
const NONE: &str = "without a reply";
const LONG: &str = "longer than 4,000 characters";
const EMPTY: &str = "empty";
const EQUAL: &str = "with two equal answers";

/// What is asked of a record, and how the records of a file are told of.
struct Wanted {
    flag: &'static str,
    form: &'static str,
    what: &'static str,
}

const REPLIES: Wanted = Wanted { flag: "--data", form: "[prompt, reply]", what: "replies" };
const PAIRS: Wanted = Wanted { flag: "--pairs", form: "[prompt, chosen, rejected]", what: "pairs" };

/// The file itself, or what is learned from in a directory that `dialoq data prepare` finished.
fn file(path: &str) -> Result<PathBuf, Failure> {
    let whole = Path::new(path);
    if !whole.is_dir() {
        return Ok(whole.to_owned());
    }
    let train = whole.join("train.jsonl");
    if train.is_file() && whole.join("report.json").is_file() {
        return Ok(train);
    }
    let right = "give a file, or first: dialoq data prepare";
    Err(Failure::Input(format!("{path}: it is a directory that dialoq data prepare did not write; {right} {path} -o clean")))
}

/// Values of a JSON list, or of one object a line.
fn values(path: &str, form: &str) -> Result<Vec<Value>, Failure> {
    let file = file(path)?;
    let shown = file.display();
    let bytes = whole(&file).map_err(|e| Failure::Input(format!("{shown}: it cannot be read ({}); give a list of {form}", reason(&e))))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].split(|b| *b == b'\n').count();
        Failure::Input(format!("{shown}: line {line}: this is not UTF-8; save it as UTF-8, or clean it first with dialoq data prepare"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim_start().starts_with('[')
        && let Ok(all) = serde_json::from_str(text)
    {
        return Ok(all);
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let wrong = |k: usize| Failure::Input(format!("{shown}: line {}: this is no JSON; give a list of {form}, or one object a line", k + 1));
    lines.map(|(k, line)| serde_json::from_str(line).map_err(|_| wrong(k))).collect()
}

/// What a value says: itself, or its text, or its last turn's.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(turns) => turns.last().and_then(said),
        Value::Object(turn) => turn.get("text").or_else(|| turn.get("content")).and_then(said),
        _ => None,
    }
}

/// Each reply of a record with what was said before it.
fn replies_of(value: &Value) -> Vec<[String; 2]> {
    if let Some(turns) = value["turns"].as_array() {
        let agent = |turn: &Value| turn["role"] == "assistant";
        let both = turns.windows(2).filter(|two| !agent(&two[0]) && agent(&two[1]));
        return both.filter_map(|two| Some([said(&two[0])?, said(&two[1])?])).collect();
    }
    let pair = match value {
        Value::Array(two) if two.len() == 2 => said(&two[0]).zip(said(&two[1])),
        _ => said(&value["prompt"]).zip(said(&value["reply"]).or_else(|| said(&value["chosen"]))),
    };
    pair.map(|(prompt, reply)| [prompt, reply]).into_iter().collect()
}

fn pairs_of(value: &Value) -> Vec<[String; 3]> {
    let triple = match value {
        Value::Array(three) if three.len() == 3 => three.iter().map(said).collect::<Option<Vec<_>>>(),
        _ => ["prompt", "chosen", "rejected"].iter().map(|key| said(&value[*key])).collect(),
    };
    triple.and_then(|three| three.try_into().ok()).into_iter().collect()
}

/// The texts without what a terminal would obey, or why they are of no use.
fn cleaned<const N: usize>(texts: [String; N]) -> Result<[String; N], &'static str> {
    if texts.iter().any(|text| text.chars().nth(CHARACTERS).is_some()) {
        return Err(LONG);
    }
    let texts = texts.map(|mut text| {
        unicode::clean(&mut text, &mut Fixes::new());
        text
    });
    if texts.iter().any(|text| text.trim().is_empty()) { Err(EMPTY) } else { Ok(texts) }
}

/// What a file gives of what is wanted, and a sentence on what was used and what was not.
fn gathered<const N: usize>(
    path: &str,
    wanted: &Wanted,
    of: fn(&Value) -> Vec<[String; N]>,
) -> Result<(Vec<[String; N]>, String), Failure> {
    let Wanted { flag, form, what } = wanted;
    let (values, mut out, mut left) = (values(path, form)?, Vec::new(), BTreeMap::new());
    for found in values.iter().map(of) {
        if found.is_empty() {
            *left.entry(NONE).or_insert(0_u64) += 1;
        }
        for texts in found {
            match cleaned(texts) {
                // Nothing tells the better of two equal answers.
                Ok(texts) if N == 3 && texts[1] == texts[2] => *left.entry(EQUAL).or_default() += 1,
                Ok(texts) => out.push(texts),
                Err(why) => *left.entry(why).or_default() += 1,
            }
        }
    }
    let told = |(why, n): (&&str, &u64)| match (*why, *what) {
        (NONE, "pairs") => format!("{} records that are no pair", grouped(*n)),
        (NONE, _) => format!("{} records {NONE}", grouped(*n)),
        _ => format!("{} {why}", grouped(*n)),
    };
    let rest: Vec<String> = left.iter().map(told).collect();
    let rest = if rest.is_empty() { "nothing left out".to_owned() } else { format!("left out: {}", rest.join(", ")) };
    if out.is_empty() {
        let right = "give a list, one object a line, or what dialoq data prepare wrote";
        return Err(Failure::Input(format!("{path}: nothing in it is {form} ({rest}); {right}")));
    }
    let (n, records) = (grouped(out.len() as u64), grouped(values.len() as u64));
    Ok((out, format!("{flag} {}: {n} {what} in {records} records; {rest}", plain(path)?)))
}

/// The name of the file that was read, for people.
fn plain(path: &str) -> Result<String, Failure> {
    let mut name = file(path)?.display().to_string();
    unicode::clean(&mut name, &mut Fixes::new());
    Ok(name)
}

pub fn given(replies: Option<&str>, pairs: Option<&str>) -> Result<Given, Failure> {
    let mut given = Given::default();
    if let Some(path) = replies {
        let (all, told) = gathered(path, &REPLIES, replies_of)?;
        given.replies = all.into_iter().map(|[prompt, reply]| (prompt, reply)).collect();
        given.told.push(told);
    }
    if let Some(path) = pairs {
        let (all, told) = gathered(path, &PAIRS, pairs_of)?;
        given.pairs = all.into_iter().map(|[prompt, chosen, rejected]| (prompt, chosen, rejected)).collect();
        given.told.push(told);
    }
    Ok(given)
}
