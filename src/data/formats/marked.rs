//! Whole conversations in one text whose turns are marked: "### Human:" (Guanaco), "### Instruction:" (Alpaca's template), `ChatML` and its
//! kin, and the labels of hh-rlhf. Only the marks of one kind count in a text.

use serde_json::{Map, Value};

use super::preference::{is_talk, turns_of};
use super::{Read, id, intents};
use crate::data::elements::Element;
use crate::data::record::{Record, Speakers, Turn};
use crate::data::stages::labels;

/// Keys of such a text.
pub const TEXTS: &[&str] = &["text", "content", "conversation", "dialogue"];

/// A mark and the speaker whose turn it begins; none goes on with the turn before it.
type Marks = &'static [(&'static str, Option<&'static str>)];

const HEADS: &[Marks] = &[
    &[("### Human:", Some("user")), ("### User:", Some("user")), ("### Assistant:", Some("assistant")), ("### System:", Some("system"))],
    &[("### Instruction:", Some("user")), ("### Input:", None), ("### Response:", Some("assistant"))],
    &[("<|user|>", Some("user")), ("<|assistant|>", Some("assistant")), ("<|system|>", Some("system"))],
];

/// Ends of a turn that stand behind it.
const ENDS: &[&str] = &["</s>", "<|end|>", "<|endoftext|>"];

/// What may stand around the turns of a text.
const AROUND: &[&str] = &["<s>", "</s>", "<bos>", "<eos>", "<|begin_of_text|>", "<|end_of_text|>", "<|endoftext|>"];

/// What opens a turn, what stands behind the speaker's name, and what closes the turn: `ChatML`, Llama 3, Gemma.
const FRAMES: &[[&str; 3]] = &[
    ["<|im_start|>", "\n", "<|im_end|>"],
    ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    ["<start_of_turn>", "\n", "<end_of_turn>"],
];

enum Kind {
    Heads(Marks),
    Frames([&'static str; 3]),
    /// "Human: …" and "Assistant: …".
    Labels,
}

/// How the turns of a text are marked: a text with a person's mark and an answer's is a conversation.
fn kind(text: &str) -> Option<Kind> {
    if let Some(frame) = FRAMES.iter().find(|frame| text.matches(frame[0]).nth(1).is_some() && text.contains(frame[2])) {
        return Some(Kind::Frames(*frame));
    }
    let both =
        |marks: &&Marks| ["user", "assistant"].iter().all(|who| marks.iter().any(|(mark, of)| *of == Some(who) && text.contains(mark)));
    if let Some(marks) = HEADS.iter().find(both) {
        return Some(Kind::Heads(marks));
    }
    is_talk(text).then_some(Kind::Labels)
}

fn text(keys: &Map<String, Value>) -> Option<&str> {
    TEXTS.iter().find_map(|key| keys.get(*key)?.as_str())
}

/// Labels like "Human:" are also words that a person may write: a text with a label or an intent beside it is a labelled text, and no
/// conversation, unless it is marked in a way that nobody writes by hand.
pub fn fits(keys: &Map<String, Value>) -> bool {
    match text(keys).and_then(kind) {
        None => false,
        Some(Kind::Labels) => !intents::fits(keys),
        Some(Kind::Heads(_) | Kind::Frames(_)) => true,
    }
}

pub fn read(_: &Element, value: &Value) -> Read {
    let text = value.as_object().and_then(text).ok_or_else(|| format!("none of its keys {} holds a text", TEXTS.join(", ")))?;
    let missing = || "its text marks no turns; \"### Human:\", \"### Instruction:\", ChatML and \"Human:\" are looked for".to_owned();
    let kind = kind(text).ok_or_else(missing)?;
    let speakers = if matches!(kind, Kind::Labels) { Speakers::InText } else { Speakers::Named };
    let turns = match kind {
        Kind::Heads(marks) => headed(text, marks)?,
        Kind::Frames(frame) => framed(text, frame)?,
        Kind::Labels => turns_of(text, "user"),
    };
    Ok(vec![Record { speakers, ..Record::conversation(id(value, "id"), turns) }])
}

/// Where a mark begins and ends, and its speaker.
type Place = (usize, usize, Option<&'static str>);

/// Marks count outside of code: at the beginnings of lines, and where those begin no turn of a person and an answer, anywhere. A mark in
/// quotes is a word. Errors: marks of both kinds, of which nobody can tell which begin turns.
fn headed(text: &str, marks: Marks) -> Result<Vec<Turn>, String> {
    let (mut at, mut lines, mut inside) = (0, Vec::new(), Vec::new());
    for (line, fenced) in labels::lines(text) {
        // Lines end with one byte or with two.
        let from = at + text[at..].find(line).unwrap_or(0);
        at = from + line.len();
        for (mark, who) in marks.iter().filter(|_| !fenced) {
            let quoted = |at: usize| line[..at].ends_with(['"', '\'', '`', '“', '‘', '„', '«', '「']);
            for (at, _) in line.match_indices(mark).filter(|(at, _)| !quoted(*at)) {
                let place: Place = (from + at, from + at + mark.len(), *who);
                if at == 0 { lines.push(place) } else { inside.push(place) }
            }
        }
    }
    let both = |places: &[Place]| ["user", "assistant"].iter().all(|who| places.iter().any(|(.., of)| *of == Some(who)));
    if both(&lines) && !inside.is_empty() {
        return Err("its marks stand at the beginnings of lines and inside of lines; write each at the beginning of a line".into());
    }
    let mut places = [lines, inside].concat();
    if !both(&places) {
        return Err("outside of code and quotes its text marks no turns of a person and an answer".into());
    }
    places.sort_unstable_by_key(|place| place.0);
    let first = places.first().map_or(text.len(), |place| place.0);
    let mut turns: Vec<Turn> =
        Some(text[..first].trim()).filter(|lead| !lead.is_empty()).map(|lead| Turn::of("system", lead)).into_iter().collect();
    for (i, (_, from, who)) in places.iter().enumerate() {
        let to = places.get(i + 1).map_or(text.len(), |next| next.0);
        let said = unended(&text[*from..to]);
        match (who, turns.last_mut()) {
            (None, Some(last)) if said.trim().is_empty() || last.text.is_empty() => last.text.push_str(said),
            (None, Some(last)) => last.text.extend(["\n", said]),
            (who, _) => turns.push(Turn::of(who.unwrap_or("user"), said)),
        }
    }
    Ok(turns)
}

/// A turn without the blanks around it, which belong to its marks, and without its end.
fn unended(text: &str) -> &str {
    let text = text.strip_prefix(' ').unwrap_or(text).trim_start_matches(['\r', '\n']).trim_end();
    ENDS.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text).trim_end()
}

/// Errors: a turn without a speaker, one that another begins inside of, or a text that stands in no turn.
fn framed(text: &str, [open, named, close]: [&str; 3]) -> Result<Vec<Turn>, String> {
    let mut turns = Vec::new();
    let mut parts = text.split(open).peekable();
    let between = |text: &str| {
        let left = AROUND.iter().fold(text.to_owned(), |text, sign| text.replace(sign, ""));
        if left.trim().is_empty() { Ok(()) } else { Err(format!("a text stands outside of the turns that {open} begins")) }
    };
    between(parts.next().unwrap_or_default())?;
    while let Some(part) = parts.next() {
        let (who, said) = part.split_once(named).ok_or_else(|| format!("a turn that {open} begins names no speaker"))?;
        let (said, behind) = match said.split_once(close) {
            Some(both) => both,
            // What a model still has to say is open.
            None if parts.peek().is_none() => (said, ""),
            None => return Err(format!("{open} stands inside of a turn, before its {close}")),
        };
        between(behind)?;
        turns.push(Turn::of(who.trim(), said.trim_start_matches(['\r', '\n']).trim_end()));
    }
    // "<|im_start|>assistant" at the end asks for an answer and is none.
    if turns.last().is_some_and(|t| t.text.is_empty()) {
        turns.pop();
    }
    Ok(turns)
}
