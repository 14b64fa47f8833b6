//! Data that was brought along: lists of JSON, what `dialoq data prepare` wrote, or JSON in any form that it reads. Texts are cleaned of
//! what a terminal would obey.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::failure::{Failure, reason};
use crate::cli::show::grouped;
use crate::data::elements::{Elements, Layout};
use crate::data::given::{self, Why};
use crate::data::packed;
use crate::data::record::{Body, Record, Role, Turn};
use crate::data::report::safe;
use crate::data::stages::{Fixes, unicode};
use crate::lm::ground::Given;
use crate::store::read::{self, whole};

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

/// The bytes of a file, unpacked where gzip or zstd packed them.
fn unpacked(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if packed::kind(&bytes).is_none() {
        return Ok(bytes);
    }
    let raw = Rc::new(Cell::new(bytes.len() as u64));
    let (_, text) = packed::unpacked(Cursor::new(bytes), raw)?;
    read::from(text, 0)
}

/// Values of a JSON list, or of one object a line, as they are written.
fn values(path: &str, form: &str) -> Result<Vec<String>, Failure> {
    let file = file(path)?;
    let shown = file.display();
    let wrong = |sentence: &str| Failure::Input(format!("{shown}: {sentence}"));
    let bytes = whole(&file).map_err(|e| wrong(&format!("it cannot be read ({}); give a list of {form}", reason(&e))))?;
    let bytes = unpacked(bytes).map_err(|e| wrong(&packed::damage(&e).unwrap_or_else(|| reason(&e))))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].split(|b| *b == b'\n').count();
        wrong(&format!("line {line}: this is not UTF-8; save it as UTF-8, or clean it first with dialoq data prepare"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim_start().starts_with('[') && given::is_json(text).is_ok() {
        let mut elements = Elements::new(text.as_bytes(), Layout::Depth(1), text.len());
        let mut next = || elements.read().map_err(|e| wrong(&reason(&e)));
        return std::iter::from_fn(|| next().transpose()).map(|one| Ok(String::from_utf8_lossy(&one?.bytes).into_owned())).collect();
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let right = |k: usize, what: String| wrong(&format!("line {}: {what}; give a list of {form}, or one object a line", k + 1));
    lines.map(|(k, line)| given::is_json(line.trim()).map(|()| line.to_owned()).map_err(|what| right(k, what))).collect()
}

/// Parts of records that are no text to learn from: one, and more of them.
type Part = (&'static str, &'static str);
const CALL: Part = ("call of a tool", "calls of tools");
const TOOL: Part = ("turn of a tool", "turns of tools");
const BEHIND_TOOL: Part = ("reply that rests on a tool", "replies that rest on tools");
const PAIR_BEHIND_TOOL: Part = ("pair that rests on a tool", "pairs that rest on tools");
const CONTEXT: Part = ("reply that its file marks as context", "replies that their file marks as context");
const TO_NOBODY: Part = ("reply to nobody", "replies to nobody");
const UNWANTED: Part = ("answer that its label calls unwanted", "answers that their labels call unwanted");
const ALONE: Part = ("answer that was judged alone", "answers that were judged alone");

/// What a record gives, and what of it is left out.
#[derive(Default)]
struct Found<const N: usize> {
    texts: Vec<[String; N]>,
    left: Vec<Part>,
    /// The text is the chosen answer of a pair.
    chosen: bool,
}

impl<const N: usize> Found<N> {
    fn left(part: Part) -> Found<N> {
        Found { left: vec![part], ..Found::default() }
    }

    /// The answers behind what was said last. A model that does not see what a tool said would learn to invent it.
    fn behind(prompt: &[Turn], answers: impl FnOnce(&str) -> [String; N], rests: Part) -> Found<N> {
        match prompt.last() {
            Some(last) if last.role == Role::Tool => Found::left(rests),
            Some(last) => Found { texts: vec![answers(&last.text)], ..Found::default() },
            None => Found::default(),
        }
    }
}

/// Each reply of a record with what was said before it.
fn replies_of(record: &Record) -> Found<2> {
    match &record.body {
        Body::Conversation { turns } => replies_in(turns),
        Body::Preference { prompt, chosen: reply, .. } | Body::Unpaired { prompt, completion: reply, label: true } => {
            let found = Found::behind(prompt, |asked| [asked.to_owned(), reply.clone()], BEHIND_TOOL);
            Found { chosen: matches!(record.body, Body::Preference { .. }), ..found }
        }
        Body::Unpaired { label: false, .. } => Found::left(UNWANTED),
        Body::Labelled { .. } => Found::default(),
    }
}

fn replies_in(turns: &[Turn]) -> Found<2> {
    let mut found = Found::default();
    for (k, turn) in turns.iter().enumerate() {
        found.left.extend(std::iter::repeat_n(CALL, turn.calls.len()));
        if turn.role == Role::Tool {
            found.left.push(TOOL);
        }
        let silent = !turn.calls.is_empty() && turn.text.is_empty();
        if turn.role != Role::Assistant || silent {
            continue;
        }
        match k.checked_sub(1).map(|k| &turns[k]) {
            _ if turn.context => found.left.push(CONTEXT),
            Some(before) if before.role == Role::Tool || !before.calls.is_empty() => found.left.push(BEHIND_TOOL),
            Some(before) if before.role != Role::Assistant => found.texts.push([before.text.clone(), turn.text.clone()]),
            _ => found.left.push(TO_NOBODY),
        }
    }
    found
}

fn pairs_of(record: &Record) -> Found<3> {
    match &record.body {
        Body::Preference { prompt, chosen, rejected } => {
            Found::behind(prompt, |asked| [asked.to_owned(), chosen.clone(), rejected.clone()], PAIR_BEHIND_TOOL)
        }
        Body::Unpaired { .. } => Found::left(ALONE),
        Body::Conversation { .. } | Body::Labelled { .. } => Found::default(),
    }
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

/// What the records of a file came to.
#[derive(Default)]
struct Gathered<const N: usize> {
    texts: Vec<[String; N]>,
    left: BTreeMap<&'static str, u64>,
    parts: BTreeMap<Part, u64>,
    /// How many of the texts are chosen answers of pairs.
    chosen: u64,
    /// Parts of records that the readers left out.
    beside: BTreeMap<&'static str, u64>,
    /// The first record that could not be read, and why.
    unread: Option<String>,
}

fn gathered<const N: usize>(values: &[String], of: fn(&Record) -> Found<N>) -> Gathered<N> {
    let mut all = Gathered::default();
    for (k, value) in values.iter().enumerate() {
        let records = match given::read(value) {
            Ok(records) => records,
            Err(Why::Left(what)) => {
                *all.left.entry(what).or_default() += 1;
                continue;
            }
            Err(Why::Unread(sentence)) => {
                all.unread.get_or_insert(format!("record {}: {sentence}", k + 1));
                *all.left.entry(NONE).or_default() += 1;
                continue;
            }
        };
        for (what, _) in records.iter().flat_map(|record| &record.left_out) {
            *all.beside.entry(what).or_default() += 1;
        }
        for found in records.iter().map(of) {
            found.left.iter().for_each(|part| *all.parts.entry(*part).or_default() += 1);
            if found.texts.is_empty() && found.left.is_empty() {
                *all.left.entry(NONE).or_default() += 1;
            }
            let before = all.texts.len();
            found.texts.into_iter().for_each(|texts| all.take(texts));
            all.chosen += if found.chosen { (all.texts.len() - before) as u64 } else { 0 };
        }
    }
    all
}

impl<const N: usize> Gathered<N> {
    fn take(&mut self, texts: [String; N]) {
        match cleaned(texts) {
            // Nothing tells the better of two equal answers.
            Ok(texts) if N == 3 && texts[1] == texts[2] => *self.left.entry(EQUAL).or_default() += 1,
            Ok(texts) => self.texts.push(texts),
            Err(why) => *self.left.entry(why).or_default() += 1,
        }
    }
}

/// What a file gives of what is wanted, and a sentence on what was used and what was not.
fn used<const N: usize>(path: &str, wanted: &Wanted, of: fn(&Record) -> Found<N>) -> Result<(Vec<[String; N]>, String), Failure> {
    let Wanted { flag, form, what } = wanted;
    let values = values(path, form)?;
    if values.is_empty() {
        return Err(Failure::Input(empty(path, form)?));
    }
    let Gathered { texts: out, left, parts, chosen, beside, unread } = gathered(&values, of);
    let such = unread.map_or(String::new(), |sentence| format!(" ({})", safe(&sentence, 300)));
    let told = |(why, n): (&&str, &u64)| match (*why, *what) {
        (NONE, "pairs") => format!("{} records that are no pair{such}", grouped(*n)),
        (NONE, _) => format!("{} records {NONE}{such}", grouped(*n)),
        (LONG | EMPTY | EQUAL, _) => format!("{} {why}", grouped(*n)),
        // The stage of the roles names what a record has or lacks.
        _ => format!("{} with {why}", grouped(*n)),
    };
    let part = |((one, more), n): (&Part, &u64)| format!("{} {}", grouped(*n), if *n == 1 { one } else { more });
    let also = |(what, n): (&&str, &u64)| format!("{}: {}", what.trim_end_matches(" left out"), grouped(*n));
    let rest: Vec<String> = left.iter().map(told).chain(parts.iter().map(part)).chain(beside.iter().map(also)).collect();
    let rest = if rest.is_empty() { String::new() } else { format!("; left out: {}", rest.join(", ")) };
    if out.is_empty() {
        let right = "give a list, one object a line, or what dialoq data prepare wrote";
        return Err(Failure::Input(format!(
            "{path}: nothing in it is {form}{}; {right}",
            rest.replacen("; ", " (", 1) + if rest.is_empty() { "" } else { ")" }
        )));
    }
    let (n, records) = (grouped(out.len() as u64), grouped(values.len() as u64));
    let chosen = match chosen {
        0 => String::new(),
        1 => "; 1 of them is the chosen answer of a pair".to_owned(),
        _ => format!("; {} of them are the chosen answers of pairs", grouped(chosen)),
    };
    Ok((out, format!("{flag} {}: {n} {what} in {records} records{chosen}{rest}", plain(path)?)))
}

/// The sentence on a file without a record.
fn empty(path: &str, form: &str) -> Result<String, Failure> {
    let name = plain(path)?;
    Ok(if Path::new(path).is_dir() {
        format!(
            "{name}: it holds no record, as the split left none to learn from; give more data, or prepare it again with another --split or --salt"
        )
    } else {
        format!("{name}: it holds no record; give a list of {form}, or one object a line")
    })
}

/// The name of the file that was read, for people.
fn plain(path: &str) -> Result<String, Failure> {
    let mut name = file(path)?.display().to_string();
    unicode::clean(&mut name, &mut Fixes::new());
    Ok(name)
}

pub fn brought(replies: Option<&str>, pairs: Option<&str>) -> Result<Given, Failure> {
    let mut given = Given::default();
    if let Some(path) = replies {
        let (all, told) = used(path, &REPLIES, replies_of)?;
        given.replies = all.into_iter().map(|[prompt, reply]| (prompt, reply)).collect();
        given.told.push(told);
    }
    if let Some(path) = pairs {
        let (all, told) = used(path, &PAIRS, pairs_of)?;
        given.pairs = all.into_iter().map(|[prompt, chosen, rejected]| (prompt, chosen, rejected)).collect();
        given.told.push(told);
    }
    Ok(given)
}
