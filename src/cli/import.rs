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
use crate::data::elements::{Elements, Layout};
use crate::data::mine::habits::Figure;
use crate::data::mine::{Mined, Miner, Sample, schema};
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

JSON: file, name, services, dialogues, tasks, slots, sentences, made (sentences that are the schema's words), beside (list of {figure,
corpus, scenario}: the same figure of the corpus and of 500 dialogues of the scenario with an expert agent, or null where there is none)
and, with --samples, samples (list of {place, sentence, source, utterance, times}; source and utterance are null for the schema's words).")]
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
    /// Show so many sentences of the scenario, each with the dialogue that it comes from.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20")]
    pub samples: Option<usize>,
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
    let beside = miner.habits.beside(&simulated::habits(&args.out, &text)?);
    target.fill(|file| writeln!(file, "{text}"))?;
    if args.json {
        let figures: Vec<Value> = beside.iter().map(|f| json!({"figure": f.key, "corpus": f.corpus, "scenario": f.mined})).collect();
        let mut told = json!({"file": args.out, "name": name, "services": args.service, "dialogues": miner.dialogues, "tasks": mined.tasks,
            "slots": mined.slots, "sentences": mined.sentences, "made": mined.made, "beside": figures});
        if let Some(count) = args.samples {
            told["samples"] = mined.some(count).map(sample_json).collect();
        }
        return Ok(print_json(out, &told)?);
    }
    writeln!(out, "{}: {} tasks and {} slots from {} dialogues", line(&args.out), mined.tasks, mined.slots, miner.dialogues)?;
    writeln!(out, "{} sentences, {} of them made of the schema's words", mined.sentences, mined.made)?;
    let rate = |share: crate::data::mine::Share| share.rate().map_or("not known".to_owned(), |r| format!("{:.0} %", r * 100.0));
    writeln!(out, "requests answered: {}; more told than was asked: {}", rate(miner.answered), rate(miner.volunteered))?;
    compare(out, &beside)?;
    if let Some(count) = args.samples {
        samples(out, &mined, count)?;
    }
    writeln!(out, "What was mined keeps the licence of its corpus (CC BY-SA 4.0 for Schema-Guided Dialogue).")?;
    Ok(writeln!(out, "Open it: dialoq --scenario {}", line(&args.out))?)
}

/// A table of figures of the corpus beside those of the scenario.
fn compare(out: &mut dyn Write, beside: &[Figure]) -> Result<(), Failure> {
    let shown = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.2}"));
    writeln!(out, "\n{:34}{:>10}{:>10}", "", "corpus", "scenario")?;
    for f in beside {
        writeln!(out, "{:34}{:>10}{:>10}", f.name, shown(f.corpus), shown(f.mined))?;
    }
    Ok(writeln!(out, "(the scenario: 500 dialogues with an expert agent)\n")?)
}

fn samples(out: &mut dyn Write, mined: &Mined, count: usize) -> Result<(), Failure> {
    for sample in mined.some(count) {
        writeln!(out, "{}: {}", line(&sample.place), line(&sample.sentence))?;
        match &sample.source {
            Some(said) => writeln!(out, "    {}, {} times: {}", line(&said.source), said.times, line(&said.utterance))?,
            None => writeln!(out, "    made of the schema's words")?,
        }
    }
    Ok(writeln!(out)?)
}

fn sample_json(sample: &Sample) -> Value {
    let said = sample.source.as_ref();
    json!({"place": sample.place, "sentence": sample.sentence, "source": said.map(|s| &s.source),
        "utterance": said.map(|s| &s.utterance), "times": said.map(|s| s.times)})
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
    let mut elements = Elements::new(BufReader::new(file), Layout::Depth(1), DIALOGUE);
    while let Some(element) = elements.read().map_err(|e| unread(path, &e))? {
        let parsed = match element.fault {
            Some(fault) => Err(fault),
            None => serde_json::from_slice::<Value>(&element.bytes).map_err(|e| format!("not JSON: {e}")),
        };
        let wrong = |e| Failure::Input(format!("{}: line {}: {e}", path.display(), element.line));
        miner.dialogue(&parsed.map_err(wrong)?);
    }
    Ok(())
}
