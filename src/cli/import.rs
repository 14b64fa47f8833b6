//! `dialoq import`: a scenario mined from a corpus, which opens like a built-in one.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

mod simulated;

use super::failure::{Failure, reason};
use super::show::print_json;
use super::target::Target;
use super::values::seed;
use crate::data::elements::{Elements, Layout};
use crate::data::mine::sums::Figure;
use crate::data::mine::{Mined, Miner, Origin, Sample, Share, schema};
use crate::store::read::whole;
use crate::text::line;
use crate::world::builtin;
use crate::world::scenario::Scenario;

#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Mine a scenario from Schema-Guided Dialogue: tasks, values, behaviour and sentences.
    Sgd(SgdArgs),
}

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq import sgd corpus/dev --service Restaurants_2 -o restaurants.json
  dialoq import sgd corpus/dev --service Alarm_1,Weather_1,Banks_2 -o assistant.json
  dialoq import sgd corpus/dev --service Hotels_4 -o hotels.json --samples 20
  dialoq --scenario restaurants.json              open it in the workbench

What is mined keeps the licence of its corpus: CC BY-SA 4.0 for Schema-Guided Dialogue.

JSON: file, name, services, dialogues, spans_left_out (spans that lie outside their turn), tasks, slots, sentences, negated (of those: a
sentence of the corpus behind a No), phrases (of those: phrases that suit every slot), made (of those: made from the schema's words),
made_kinds (the same by kind), compared (list of {figure,
corpus, scenario}: the same figure of the corpus and of 500 simulated dialogues with an expert agent; null where it is not known) and, with
--samples, samples (list of {place, sentence, origin (corpus, negated, phrase, schema), file, dialogue, turn (from 1), turns (of the dialogue), utterance, times}; the last six are
null for phrase and schema).")]
pub struct SgdArgs {
    /// A directory with schema.json and `dialogues_NNN.json`.
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: String,
    /// Services of the schema, as many as give three kinds of goals.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', required = true)]
    pub service: Vec<String>,
    /// The scenario to write; its name is that of the file.
    #[arg(short, long = "out", value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: String,
    /// Take the place of a file that is there.
    #[arg(long)]
    pub force: bool,
    /// Show so many sentences of the scenario, each with its place in the corpus.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20")]
    pub samples: Option<usize>,
    /// Seed of the samples and of the simulated dialogues.
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

/// One dialogue has no more bytes.
const DIALOGUE: usize = 16 << 20;

pub fn run(args: &ImportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.what {
        What::Sgd(args) => sgd(args, out),
    }
}

fn unread(path: &Path, e: &std::io::Error) -> Failure {
    let right = "give a directory with schema.json and dialogues_NNN.json";
    Failure::Input(format!("{}: it cannot be read ({}); {right}", path.display(), reason(e)))
}

fn sgd(args: &SgdArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let name = name(&args.out)?;
    let target = Target::new(&args.out, args.force)?;
    let dir = Path::new(&args.dir);
    let at = dir.join("schema.json");
    let text = whole(&at).map_err(|e| unread(&at, &e))?;
    let value: Value = serde_json::from_slice(&text).map_err(|e| Failure::Input(format!("{}: this is not JSON ({e})", at.display())))?;
    let services = schema(&value).map_err(|e| Failure::Input(format!("{}: {e}", at.display())))?;
    let mut miner = Miner::new(&services, &args.service).map_err(|e| Failure::Input(format!("--service: {e}")))?;
    let files = dialogues(dir)?;
    for file in &files {
        mine(&mut miner, file)?;
    }
    let base: Value = builtin("customer-service").and_then(|b| serde_json::from_str(b.text).ok()).unwrap_or_default();
    let mined = miner.scenario(&name, &base).map_err(|e| Failure::Input(format!("--service: {e}")))?;
    let text = serde_json::to_string_pretty(&mined.scenario).map_err(|e| Failure::Work(format!("the scenario cannot be written ({e})")))?;
    Scenario::parse(&text).map_err(|e| Failure::Work(format!("what was mined is no sound scenario: {e}")))?;
    let compared = miner.sums.compare(&simulated::sums(&args.out, &text, args.seed)?);
    target.fill(|file| writeln!(file, "{text}"))?;
    let made: usize = mined.made().values().sum();
    if args.json {
        let figures: Vec<Value> = compared.iter().map(|f| json!({"figure": f.key, "corpus": f.corpus, "scenario": f.scenario})).collect();
        let mut object = json!({"file": args.out, "name": name, "services": args.service, "dialogues": miner.dialogues,
            "spans_left_out": miner.spans_outside, "tasks": mined.tasks, "slots": mined.slots, "sentences": mined.samples.len(),
            "negated": mined.count(is_negated), "phrases": mined.count(is_phrase), "made": made, "made_kinds": mined.made(), "compared": figures});
        if let Some(count) = args.samples {
            object["samples"] = mined.draw(count, args.seed).into_iter().map(sample_json).collect();
        }
        return Ok(print_json(out, &object)?);
    }
    writeln!(out, "{}: {} tasks and {} slots from {} dialogues", line(&args.out), mined.tasks, mined.slots, miner.dialogues)?;
    if miner.spans_outside > 0 {
        writeln!(out, "spans left out, as they lie outside their turn: {}", miner.spans_outside)?;
    }
    sentences(out, &mined, made)?;
    let rate = |share: Share| share.rate().map_or("not known".to_owned(), |r| format!("{:.0} %", r * 100.0));
    writeln!(out, "turns of a user that tell more than was asked: {}", rate(miner.volunteered))?;
    compare(out, &compared)?;
    if let Some(count) = args.samples {
        samples(out, &mined.draw(count, args.seed))?;
    }
    writeln!(out, "What was mined keeps the licence of its corpus (CC BY-SA 4.0 for Schema-Guided Dialogue).")?;
    Ok(writeln!(out, "Open it: dialoq --scenario {}", line(&args.out))?)
}

fn is_negated(origin: &Origin) -> bool {
    matches!(origin, Origin::Negated(_))
}

fn is_phrase(origin: &Origin) -> bool {
    *origin == Origin::Phrase
}

/// Where the sentences come from.
fn sentences(out: &mut dyn Write, mined: &Mined, made: usize) -> Result<(), Failure> {
    let (corpus, negated, phrases) = (mined.count(|o| matches!(o, Origin::Corpus(_))), mined.count(is_negated), mined.count(is_phrase));
    let all = mined.samples.len();
    writeln!(
        out,
        "{all} sentences: {corpus} of the corpus, {negated} of the corpus behind \"No.\", {phrases} phrases that suit every slot,"
    )?;
    writeln!(out, "    {made} made from the schema's words")?;
    if made > 0 {
        let kinds: Vec<String> = mined.made().iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        writeln!(out, "    made, by kind: {}", kinds.join(", "))?;
    }
    Ok(())
}

/// A table of figures of the corpus beside those of the scenario.
fn compare(out: &mut dyn Write, figures: &[Figure]) -> Result<(), Failure> {
    let shown = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.2}"));
    writeln!(out, "\n{:36}{:>8}{:>10}", "", "corpus", "scenario")?;
    for f in figures {
        writeln!(out, "{:36}{:>8}{:>10}", f.name, shown(f.corpus), shown(f.scenario))?;
    }
    Ok(writeln!(out, "(scenario: 500 simulated dialogues with an expert agent)\n")?)
}

fn samples(out: &mut dyn Write, drawn: &[&Sample]) -> Result<(), Failure> {
    for sample in drawn {
        writeln!(out, "{}: {}", line(&sample.place), line(&sample.sentence))?;
        match sample.origin.said() {
            Some(said) => {
                let from = &said.source;
                let (file, dialogue) = (line(&from.file), line(&from.dialogue));
                let times = if said.times == 1 { "once".to_owned() } else { format!("{} times", said.times) };
                writeln!(out, "    {file}, {dialogue}, turn {} of {}, {times}: {}", from.turn, from.turns, line(&said.utterance))?;
            }
            None if is_phrase(&sample.origin) => writeln!(out, "    a phrase that suits every slot")?,
            None => writeln!(out, "    made from the schema's words")?,
        }
    }
    Ok(writeln!(out)?)
}

fn sample_json(sample: &Sample) -> Value {
    let said = sample.origin.said();
    let origin = match sample.origin {
        Origin::Corpus(_) => "corpus",
        Origin::Negated(_) => "negated",
        Origin::Phrase => "phrase",
        Origin::Schema => "schema",
    };
    json!({"place": sample.place, "sentence": sample.sentence, "origin": origin, "file": said.map(|s| &s.source.file),
        "dialogue": said.map(|s| &s.source.dialogue), "turn": said.map(|s| s.source.turn), "turns": said.map(|s| s.source.turns), "utterance": said.map(|s| &s.utterance),
        "times": said.map(|s| s.times)})
}

/// The scenario's name, which is that of its file.
fn name(out: &str) -> Result<String, Failure> {
    let path = Path::new(out);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let fits = path.extension().is_some_and(|e| e == "json")
        && (1..=24).contains(&stem.len())
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let right = "use lower-case letters, digits and -, at most 24, and .json, such as restaurants.json";
    if fits { Ok(stem) } else { Err(Failure::Input(format!("--out: {out} is no name for a scenario; {right}"))) }
}

fn dialogues(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(dir).map_err(|e| unread(dir, &e))?;
    let named = |p: &PathBuf| {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("dialogues") && p.extension().is_some_and(|e| e == "json")
    };
    let mut files: Vec<PathBuf> = entries.filter_map(Result::ok).map(|e| e.path()).filter(named).collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::Input(format!("{}: the directory holds no dialogues_NNN.json; give a split of the corpus", dir.display())));
    }
    Ok(files)
}

fn mine(miner: &mut Miner, path: &Path) -> Result<(), Failure> {
    let file = File::open(path).map_err(|e| unread(path, &e))?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut elements = Elements::new(BufReader::new(file), Layout::Depth(1), DIALOGUE);
    while let Some(element) = elements.read().map_err(|e| unread(path, &e))? {
        let parsed = match element.fault {
            Some(fault) => Err(fault),
            None => serde_json::from_slice::<Value>(&element.bytes).map_err(|e| format!("not JSON: {e}")),
        };
        let wrong = |e| Failure::Input(format!("{}: line {}: {e}", path.display(), element.line));
        miner.dialogue(&name, &parsed.map_err(wrong)?);
    }
    Ok(())
}
