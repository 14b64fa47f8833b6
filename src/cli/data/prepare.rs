//! `dialoq data prepare`: from files of any known format to train, valid and test.

use std::io::{BufWriter, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::place::Place;
use super::{inputs, show};
use crate::cli::failure::Failure;
use crate::cli::progress::Preparing;
use crate::cli::show::{grouped, print_json};
use crate::data::DataError;
use crate::data::fields::Fields;
use crate::data::formats::{FORMATS, Format};
use crate::data::prepare::{Failed, SPLITS, Sinks, Step, prepare};
use crate::data::report::{Input, Report};
use crate::data::settings::Settings;

#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(after_help = "Examples:
  dialoq data prepare -o clean                    the corpus that comes with the program
  dialoq data prepare logs/ more.jsonl -o clean
  dialoq data prepare pairs.jsonl -o clean --format preference --near 0.9 --split 80,10,10
  dialoq data prepare faq.csv.gz -o clean --fields prompt=question,reply=answer")]
#[command(
    after_long_help = "Formats: sgd (also ConvLab-3), multiwoz, crosswoz, ultrafeedback, openai-preference, preference (TRL, hh-rlhf, UltraFeedback-binarized),
unpaired (KTO), chatgpt (conversations.json), gemini, sharegpt, messages, taskmaster, taskmaster-rewards, pandalm, alpaca, oasst, slurp,
clinc, abcd, tcbot, dolly, prompt-completion, turns (a list of turns under conversation, items, dialogue …), pairs (a request and its reply:
question and answer, input and output …), text (a conversation in one text: ### Human:, ### Instruction:, ChatML), labelled (a text and its
label). Tables (CSV with commas, semicolons or tabs): table (a text and its label), hwu, and rows (columns with the names that pairs,
preference, unpaired, alpaca and dolly have in JSON). One file may mix the common forms. The report lists the other files of a directory
and says what each is. Files packed by gzip or zstd are read too (zstd with a window of at most 128 MiB).

For any other form, --fields names the keys that hold the parts of a record, in JSON, JSON lines and CSV alike:
  --fields prompt=question,reply=answer                                  a request and its reply
  --fields prompt=question,chosen=good,rejected=bad                      a pair of answers
  --fields prompt=question,reply=answer,label=ok                         an answer judged alone (true or false)
  --fields turns=data.messages,role=author.name,text=content.body        a conversation; role and text are keys of each turn
A dot leads into an object: author.name is the key name in author. A role is one of system (developer), user (human, customer, client …),
assistant (gpt, agent, bot, model …) and tool (function, observation …); the refusal of another one lists all.

UltraFeedback: the answers are compared by the first of these scores that all of them have: fine-grained_score, overall_score, score,
rating, the mean of the ratings. The best answer makes a pair with each worse one; a tie makes none. The report names every key that
nothing was read from, in the record and in its turns.

Stages, in this order: read; validate; unicode (NFC; controls, terminal escapes, zero-width and bidi characters, blanks of other kinds,
blanks at the ends of lines); html (layout tags, then entities; a record about markup or code is left alone); roles (speakers get one name
each, turns of one speaker are joined, the user begins and an answer ends; a text is split at labels such as Agent: only where the format
puts a whole conversation into one text); empty; pii (<EMAIL>, <PHONE>, <CARD>, <IP>, <SSN>, <IBAN>); lengths; repetition; exact and near
(duplicates; near ones by MinHash, 14 bands of 8, 5-grams of words; the first stays); preference (the two answers to a prompt must differ);
split (by a hash of the cluster: near duplicates, the pairs of one prompt and the paths of one tree stay together, and more files move no
record that was there).

Files in DIR: train.jsonl, valid.jsonl and test.jsonl hold one record a line: id, file, at (its line), record (its number in the file),
kind (conversation with turns; preference with prompt, chosen, rejected; unpaired with prompt, completion, label; labelled with text,
label), labels, group. A turn has role, text and acts (whose spans count characters), and where there are any: calls (list of {name,
arguments (JSON text), id}), answers (the id of the call that a tool's turn answers), context (true: not to be learned from).
dropped.jsonl holds id, file, at, record, stage, reason, detail, text. report.json is written last: without it DIR is not finished.

JSON: format, version, inputs (list of {file, format, packed, others ({format: records}), unused (list of {key, records, meaningful, partly
(the part that is read)}), bytes, rows, records, digest, refused}), stages (list of {name, on, rows_in, rows_out, mended ({what: times}),
examples ({what: {file, at, record, id, before, after}}), dropped ({reason: {count, example}})}), pii ({kind: times}), duplicates, shortened
(the ten kept records that lost most of the text that a reader sees: characters_before, characters_after, and an example), turns and words
(histograms: counts from each bound), coverage (kinds, acts, slots, intents, calls, tool_turns, context_turns), splits (list of {name, rows,
bytes, digest}), dropped, settings. Digests are XXH3 of the files' bytes.

Examples:
  dialoq data prepare -o clean                    the corpus that comes with the program
  dialoq data prepare logs/ more.jsonl -o clean
  dialoq data prepare pairs.jsonl -o clean --format preference --near 0.9 --split 80,10,10
  dialoq data prepare faq.csv.gz -o clean --fields prompt=question,reply=answer"
)]
pub struct PrepareArgs {
    /// Files or directories; the raw corpus that comes with the program by default.
    #[arg(value_name = "INPUT", value_hint = clap::ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// A new or empty directory for the results.
    #[arg(short, long = "out", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub out: String,
    /// Replace earlier results in DIR.
    #[arg(long)]
    pub force: bool,
    /// The format of all inputs; by default it is found for each file.
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(FORMATS.iter().filter(|f| f.format != Format::Fields).map(|f| f.name)), hide_possible_values = true)]
    pub format: Option<String>,
    /// The keys that hold the parts of a record, for inputs in no known format: NAME=KEY, where NAME is prompt, reply, system, chosen,
    /// rejected, label, text, turns, role or id, and a.b is the key b in a.
    #[arg(long, value_name = "NAME=KEY,...", value_parser = Fields::parse, conflicts_with = "format", allow_hyphen_values = true)]
    pub fields: Option<Fields>,
    /// Print the report as one JSON object on one line.
    #[arg(long)]
    pub json: bool,
    /// Leave entities and tags as they are.
    #[arg(long)]
    pub no_html: bool,
    /// Leave the names of speakers and the order of turns as they are.
    #[arg(long)]
    pub no_roles: bool,
    /// Leave personal data as it is.
    #[arg(long)]
    pub no_pii: bool,
    /// Keep records of any length.
    #[arg(long)]
    pub no_lengths: bool,
    /// Keep answers that repeat themselves.
    #[arg(long)]
    pub no_repetition: bool,
    /// Keep exact duplicates.
    #[arg(long)]
    pub no_exact: bool,
    /// Keep near duplicates; they still stay in one split.
    #[arg(long, conflicts_with = "near")]
    pub no_near: bool,
    /// The Jaccard similarity from which two records are near duplicates; 0.8 by default.
    #[arg(long, value_name = "S", value_parser = near, allow_negative_numbers = true)]
    pub near: Option<f64>,
    /// Turns of a conversation, both ends included.
    #[arg(long, value_name = "A..B", value_parser = turns, default_value = "2..64")]
    pub turns: (u32, u32),
    /// Characters that a turn may have.
    #[arg(long, value_name = "N", value_parser = count, default_value = "4000", allow_negative_numbers = true)]
    pub chars: u32,
    /// Words that a record may have; a Chinese character is one.
    #[arg(long, value_name = "N", value_parser = count, default_value = "4096", allow_negative_numbers = true)]
    pub words: u32,
    /// Percent for train, valid and test.
    #[arg(long, value_name = "A,B,C", value_parser = split, default_value = "90,5,5")]
    pub split: Split,
    /// Another salt is another split.
    #[arg(long, value_name = "TEXT", default_value = "dialoq")]
    pub salt: String,
    /// Bytes that one record of a file may have.
    #[arg(long, value_name = "N", value_parser = bytes, default_value = "4194304", allow_negative_numbers = true)]
    pub record_bytes: u32,
    /// The encoding of all inputs, such as windows-1252, latin-1, utf-16 or gb18030; UTF-8 by default.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<&'static str>,
}

/// Not an array, which clap would take for many values.
#[derive(Clone, Copy, Debug)]
pub struct Split([u32; 3]);

fn whole(text: &str, from: u32, to: u32) -> Result<u32, String> {
    let wrong = || format!("\"{text}\" is not a whole number from {} to {}", grouped(u64::from(from)), grouped(u64::from(to)));
    text.parse().ok().filter(|n| (from..=to).contains(n)).ok_or_else(wrong)
}

fn encoding(name: &str) -> Result<&'static str, String> {
    let right = "use the name that browsers give it, such as windows-1252, latin-1, utf-16, gb18030 or shift_jis";
    crate::data::encoding::named(name).map(encoding_rs::Encoding::name).ok_or_else(|| format!("\"{name}\" is no known encoding; {right}"))
}

fn count(text: &str) -> Result<u32, String> {
    whole(text, 1, u32::MAX)
}

fn bytes(text: &str) -> Result<u32, String> {
    whole(text, 1024, 1 << 30)
}

fn near(text: &str) -> Result<f64, String> {
    let right = "use a similarity above 0 and up to 1, such as 0.8";
    text.parse::<f64>().ok().filter(|s| *s > 0.0 && *s <= 1.0).ok_or_else(|| format!("\"{text}\" is not a similarity; {right}"))
}

fn turns(text: &str) -> Result<(u32, u32), String> {
    let pair = text.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    pair.filter(|(a, b)| a <= b && *b > 0).ok_or_else(|| format!("\"{text}\" is not a range of turns; use one such as 2..64"))
}

fn split(text: &str) -> Result<Split, String> {
    let parts: Vec<u32> = text.split(',').filter_map(|p| p.trim().parse().ok()).collect();
    let parts: Option<[u32; 3]> = parts.try_into().ok();
    let parts = parts.filter(|p| text.split(',').count() == 3 && p.iter().map(|n| u64::from(*n)).sum::<u64>() == 100);
    parts.map(Split).ok_or_else(|| format!("\"{text}\" is not a split; give three percentages that add up to 100, such as 90,5,5"))
}

fn settings(args: &PrepareArgs) -> Settings {
    Settings {
        html: !args.no_html,
        roles: !args.no_roles,
        pii: !args.no_pii,
        lengths: !args.no_lengths,
        repetition: !args.no_repetition,
        exact: !args.no_exact,
        near: (!args.no_near).then(|| args.near.unwrap_or(Settings::NEAR)),
        turns: args.turns,
        chars: args.chars,
        words: args.words,
        split: args.split.0,
        salt: args.salt.clone(),
        record_bytes: args.record_bytes,
        encoding: args.encoding,
        fields: args.fields.clone(),
    }
}

pub fn run(args: &PrepareArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let sources = inputs::sources(&args.inputs, &args.out)?;
    let place = Place::open(&args.out, args.force)?;
    let done = work(args, sources, &place);
    if done.is_err() {
        place.leave();
    }
    let report = done?;
    if args.json {
        let value = serde_json::to_value(&report).map_err(|e| Failure::Work(format!("the report cannot be written ({e})")))?;
        return Ok(print_json(out, &value)?);
    }
    Ok(show::table(out, &report, &args.out)?)
}

fn work(args: &PrepareArgs, sources: Vec<crate::data::prepare::Source>, place: &Place) -> Result<Report, Failure> {
    let settings = settings(args);
    let format = args.format.as_deref().and_then(Format::named);
    let bytes = sources.iter().map(|s| s.bytes).sum();
    let mut line = Preparing::new(bytes);
    let mut spool = place.spool()?;
    let mut dropped = BufWriter::new(place.part("dropped")?);
    let [mut train, mut valid, mut test] = [place.part(SPLITS[0])?, place.part(SPLITS[1])?, place.part(SPLITS[2])?].map(BufWriter::new);
    let sinks = Sinks { spool: &mut spool, dropped: &mut dropped, splits: [&mut train, &mut valid, &mut test], seen: None };
    let report = prepare(sources, format, &settings, sinks, &mut |step| match step {
        Step::Read(done) => line.read(done),
        Step::Compared { of } => line.write(of),
        Step::Written(done) => line.written(done),
    })
    .map_err(|failed| failure(failed, &args.out))?;
    let kept: u64 = report.splits.iter().map(|s| s.rows).sum();
    if report.inputs.iter().all(|i| i.format.is_none()) {
        return Err(Failure::Input(nothing(&report.inputs)));
    }
    for writer in [dropped, train, valid, test] {
        writer.into_inner().map_err(|e| place.unwritten(&e.into_error()))?.sync_all().map_err(|e| place.unwritten(&e))?;
    }
    place.finish(&report)?;
    if kept == 0 {
        let most =
            report.stages.iter().flat_map(|s| s.dropped.iter().map(move |(what, d)| (d.count, s.name, *what, &d.example.detail))).max();
        let why = most.map_or(String::new(), |(n, stage, what, detail)| format!(", most ({n}) by {stage}: {what}, such as: {detail}"));
        return Err(Failure::Input(format!("nothing is left of the input{why}; {}/dropped.jsonl has all of it with reasons", args.out)));
    }
    Ok(report)
}

/// Reasons that the sentence on inputs without a dialogue gives.
const REASONS: usize = 3;

/// The sentence on inputs of which none could be read: how many there are, and one file for each of the first reasons.
fn nothing(inputs: &[Input]) -> String {
    let mut whys: Vec<(&str, &str, usize)> = Vec::new();
    for input in inputs {
        let why = input.refused.as_deref().unwrap_or_default();
        match whys.iter_mut().find(|(_, other, _)| *other == why) {
            Some((.., times)) => *times += 1,
            None => whys.push((&input.file, why, 1)),
        }
    }
    let told = |(file, why, times): &(&str, &str, usize)| {
        let more = if *times > 1 { format!(" and {} more", grouped(*times as u64 - 1)) } else { String::new() };
        format!("{file}{more}: {}", why.replace("; ", ", "))
    };
    let shown: Vec<String> = whys.iter().take(REASONS).map(told).collect();
    let rest = if whys.len() > REASONS { format!("; and {} more reasons", whys.len() - REASONS) } else { String::new() };
    let files = if inputs.len() == 1 { "file was" } else { "files were" };
    let tried = format!("{} {files} tried, and none holds dialogues in a known format", grouped(inputs.len() as u64));
    format!("{tried} ({}{rest}); dialoq data prepare --help lists the formats", shown.join("; "))
}

fn failure((file, error): Failed, out: &str) -> Failure {
    match (file, &error) {
        (Some(file), _) => Failure::Input(format!("{file}: {error}")),
        (None, DataError::Refused(_)) => Failure::Input(error.to_string()),
        (None, DataError::Unwritten { .. }) => Failure::Work(format!("--out {out}: {error}")),
        (None, _) => Failure::Work(error.to_string()),
    }
}
