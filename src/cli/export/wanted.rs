//! What is to be exported, from the flags, and the sentence where they contradict each other.

use std::ops::Range;

use super::{ExportArgs, What};
use crate::cli::failure::Failure;
use crate::cli::values;

/// Transcripts of a run, unless a person says how many.
const LAST: u64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
    Svg,
}

impl Format {
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::JsonLines => "jsonl",
            Format::Svg => "svg",
        }
    }

    /// What it is taken for first, and what else it can hold.
    fn kinds(self) -> &'static [What] {
        match self {
            Format::Csv => &[What::Curve, What::Table, What::Policy],
            Format::JsonLines => &[What::Transcripts, What::Curve, What::Table, What::Policy],
            Format::Svg => &[What::Curve],
        }
    }
}

/// The first and the last dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialogues(pub u64, pub u64);

/// `100..120`
pub fn dialogues(text: &str) -> Result<Dialogues, String> {
    let read = || {
        let (from, to) = text.split_once("..")?;
        let number = |part: &str| values::dialogues(part).ok();
        Some(Dialogues(number(from)?, number(to)?)).filter(|d| d.0 <= d.1)
    };
    read().ok_or_else(|| format!("\"{text}\" is not a range of dialogues; write it as first..last, such as 100..120"))
}

/// Whether the first dialogue asked for has been.
pub fn within(args: &ExportArgs, finished: u64) -> Result<(), String> {
    match &args.dialogues {
        Some(asked) if asked.0 >= finished => {
            let first = asked.0;
            Err(format!("--dialogues: dialogue {first} has not been yet; {finished} are over, counted from 0"))
        }
        _ => Ok(()),
    }
}

pub fn last(text: &str) -> Result<u64, String> {
    values::dialogues(text)
}

pub fn format(args: &ExportArgs) -> Result<Format, Failure> {
    match (args.csv, args.jsonl, args.svg) {
        (true, ..) => Ok(Format::Csv),
        (_, true, _) => Ok(Format::JsonLines),
        (_, _, true) => Ok(Format::Svg),
        _ => Err(Failure::Input("a format is missing; use --csv, --jsonl or --svg".into())),
    }
}

/// What is written: one kind, or every kind that the format can hold where a directory takes them.
pub fn kinds(args: &ExportArgs, format: Format, directory: bool) -> Result<Vec<What>, Failure> {
    let refuse = |sentence: &str| Err(Failure::Input(sentence.into()));
    let held = format.kinds();
    let kinds = match args.what {
        Some(what) if held.contains(&what) => vec![what],
        Some(What::Transcripts) if format == Format::Csv => {
            return refuse("--what: transcripts do not fit into rows of values; use --jsonl");
        }
        Some(_) => return refuse("--what: a figure shows learning curves only; use --csv or --jsonl"),
        None if directory => held.to_vec(),
        None => vec![held[0]],
    };
    if args.each && (format == Format::Svg || !kinds.contains(&What::Curve)) {
        return refuse("--each: there is no row for every dialogue here; use it with --csv, or with --jsonl --what curve");
    }
    if (args.last.is_some() || args.dialogues.is_some()) && !kinds.contains(&What::Transcripts) {
        let flag = if args.last.is_some() { "--last" } else { "--dialogues" };
        return refuse(&format!("{flag} chooses transcripts; use it with --jsonl"));
    }
    Ok(kinds)
}

/// The dialogues of a run whose transcripts are wanted.
pub fn range(args: &ExportArgs, finished: u64) -> Range<u64> {
    match args.dialogues {
        Some(Dialogues(first, last)) => first..last.saturating_add(1).min(finished),
        None => finished.saturating_sub(args.last.unwrap_or(LAST))..finished,
    }
}
