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

/// Parts of records that are no text to learn from: one, and more of them.
type Part = (&'static str, &'static str);
const CALL: Part = ("call of a tool", "calls of tools");
const TOOL: Part = ("turn of a tool", "turns of tools");
const BEHIND_TOOL: Part = ("reply that rests on a tool", "replies that rest on tools");
const PAIR_BEHIND_TOOL: Part = ("pair that rests on a tool", "pairs that rest on tools");
const CONTEXT: Part = ("reply that its file marks as context", "replies that their file marks as context");
const TO_NOBODY: Part = ("reply to nobody", "replies to nobody");

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

/// What a record gives, and what of it is left out.
struct Found<const N: usize> {
    texts: Vec<[String; N]>,
    left: Vec<Part>,
}

impl<const N: usize> Found<N> {
    fn new(texts: impl IntoIterator<Item = [String; N]>) -> Found<N> {
        Found { texts: texts.into_iter().collect(), left: Vec::new() }
    }
}

fn is(turn: &Value, role: &str) -> bool {
    turn["role"] == role
}

/// Whether what was said last before an answer is a tool's: a model that does not see it would learn to invent it.
fn behind_tool(value: &Value) -> bool {
    value["prompt"].as_array().and_then(|turns| turns.last()).is_some_and(|turn| is(turn, "tool"))
}

/// Each reply of a record with what was said before it.
fn replies_of(value: &Value) -> Found<2> {
    if let Some(turns) = value["turns"].as_array() {
        return replies_in(turns);
    }
    if behind_tool(value) {
        return Found { texts: Vec::new(), left: vec![BEHIND_TOOL] };
    }
    let pair = match value {
        Value::Array(two) if two.len() == 2 => said(&two[0]).zip(said(&two[1])),
        _ => said(&value["prompt"]).zip(said(&value["reply"]).or_else(|| said(&value["chosen"]))),
    };
    Found::new(pair.map(|(prompt, reply)| [prompt, reply]))
}

fn replies_in(turns: &[Value]) -> Found<2> {
    let mut found = Found::new([]);
    for (k, turn) in turns.iter().enumerate() {
        let calls = turn["calls"].as_array().map_or(0, Vec::len);
        found.left.extend(std::iter::repeat_n(CALL, calls));
        if is(turn, "tool") {
            found.left.push(TOOL);
        }
        let silent = calls > 0 && turn["text"].as_str().is_some_and(str::is_empty);
        if !is(turn, "assistant") || silent {
            continue;
        }
        let before = k.checked_sub(1).map(|k| &turns[k]);
        let called = |turn: &Value| is(turn, "tool") || turn["calls"].as_array().is_some_and(|calls| !calls.is_empty());
        match before {
            _ if turn["context"] == true => found.left.push(CONTEXT),
            Some(before) if called(before) => found.left.push(BEHIND_TOOL),
            Some(before) if !is(before, "assistant") => {
                found.texts.extend(said(before).zip(said(turn)).map(|(prompt, reply)| [prompt, reply]));
            }
            _ => found.left.push(TO_NOBODY),
        }
    }
    found
}

fn pairs_of(value: &Value) -> Found<3> {
    if behind_tool(value) {
        return Found { texts: Vec::new(), left: vec![PAIR_BEHIND_TOOL] };
    }
    let triple = match value {
        Value::Array(three) if three.len() == 3 => three.iter().map(said).collect::<Option<Vec<_>>>(),
        _ => ["prompt", "chosen", "rejected"].iter().map(|key| said(&value[*key])).collect(),
    };
    Found::new(triple.and_then(|three| three.try_into().ok()))
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
fn gathered<const N: usize>(path: &str, wanted: &Wanted, of: fn(&Value) -> Found<N>) -> Result<(Vec<[String; N]>, String), Failure> {
    let Wanted { flag, form, what } = wanted;
    let (values, mut out, mut left, mut parts) = (values(path, form)?, Vec::new(), BTreeMap::new(), BTreeMap::new());
    for found in values.iter().map(of) {
        found.left.iter().for_each(|part| *parts.entry(*part).or_insert(0_u64) += 1);
        if found.texts.is_empty() && found.left.is_empty() {
            *left.entry(NONE).or_insert(0_u64) += 1;
        }
        for texts in found.texts {
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
    let part = |((one, more), n): (&Part, &u64)| format!("{} {}", grouped(*n), if *n == 1 { one } else { more });
    let rest: Vec<String> = left.iter().map(told).chain(parts.iter().map(part)).collect();
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
