//! `dialoq export`: what the runs of a session learned and how, for other programs: curves, transcripts, tables, policies, a figure.

pub mod curve;
pub mod figure;
pub mod sheet;
pub mod table;
pub mod transcripts;

mod load;
mod wanted;

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, ValueEnum};

use super::failure::{Failure, either, reason};
use super::figures::{optimum, score};
use super::progress::Waiting;
use super::target::Target;
use super::values::{LangName, lang};
use crate::run::view::Smooth;
use crate::world::solve::{Policy, Solution, evaluate};
use figure::{Figure, Line};
use load::{Loaded, Named, load};
use sheet::{Form, Sheet};
use wanted::{Dialogues, Format, dialogues, format};

#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(group = clap::ArgGroup::new("form").required(true))]
#[command(after_help = "Examples:
  dialoq export my-session --csv > curves.csv
  dialoq export my-session --jsonl --run B --last 100
  dialoq export my-session --csv --what table --out tables/
  dialoq export my-session --svg --out curves.svg")]
pub struct ExportArgs {
    /// A session's name, or the path of its .jsonl file.
    #[arg(value_name = "SESSION")]
    pub session: String,
    /// Comma-separated values: of the learning curves, unless --what says another thing.
    #[arg(long, group = "form")]
    pub csv: bool,
    /// JSON lines: of the transcripts, unless --what says another thing.
    #[arg(long, group = "form")]
    pub jsonl: bool,
    /// A figure of the learning curves.
    #[arg(long, group = "form")]
    pub svg: bool,
    /// curve, transcripts, table or policy.
    #[arg(long, value_name = "WHAT", hide_possible_values = true)]
    pub what: Option<What>,
    /// Only this run (A, B, …); all by default.
    #[arg(long, value_name = "NAME")]
    pub run: Option<String>,
    /// Of curves: a row for every dialogue, which takes as long as learning did.
    #[arg(long)]
    pub each: bool,
    /// Of transcripts: the last N dialogues; 20 by default.
    #[arg(long, value_name = "N", value_parser = wanted::last, conflicts_with = "dialogues", allow_negative_numbers = true)]
    pub last: Option<u64>,
    /// Of transcripts: these dialogues, both ends included, counted from 0 as on the screen.
    #[arg(long, value_name = "A..B", value_parser = dialogues)]
    pub dialogues: Option<Dialogues>,
    /// Language of the transcripts: en or zh; the locale's by default.
    #[arg(long, value_name = "en|zh", hide_possible_values = true)]
    pub lang: Option<LangName>,
    /// A file; or a directory, which gets a file of each kind.
    #[arg(long, value_name = "FILE|DIR", value_hint = clap::ValueHint::AnyPath)]
    pub out: Option<String>,
    /// Take the place of files that are there.
    #[arg(long, requires = "out")]
    pub force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    Curve,
    Transcripts,
    Table,
    Policy,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Curve => "curve",
            What::Transcripts => "transcripts",
            What::Table => "table",
            What::Policy => "policy",
        }
    }
}

pub fn run(args: &ExportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let format = format(args)?;
    let directory = args.out.as_ref().filter(|path| path.ends_with(std::path::is_separator) || Path::new(path).is_dir());
    let kinds = wanted::kinds(args, format, directory.is_some())?;
    let target = args.out.as_ref().filter(|_| directory.is_none()).map(|path| Target::new(path, args.force)).transpose()?;
    let mut loaded = load(&args.session)?;
    if let Some(name) = &args.run {
        let names: Vec<String> = loaded.runs.iter().map(|r| r.name.clone()).collect();
        loaded.runs.retain(|r| r.name == *name);
        if loaded.runs.is_empty() {
            return Err(loaded.absent(format!("--run: {} has no open run \"{name}\"; use {}", loaded.session, either(&names))));
        }
    }
    let finished = loaded.runs.iter().map(|r| r.run.dialogues()).max().unwrap_or(0);
    wanted::within(args, finished).map_err(|why| loaded.absent(why))?;
    let Loaded { session, runs, .. } = &loaded;
    if let Some(directory) = directory {
        std::fs::create_dir_all(directory).map_err(|e| unwritable(directory, &e))?;
        let path = |what: What| Path::new(directory).join(format!("{session}-{}.{}", what.name(), format.ending()));
        let targets = kinds.iter().map(|what| Target::new(path(*what), args.force)).collect::<Result<Vec<_>, _>>()?;
        let mut files = kinds.into_iter().zip(targets);
        files.try_for_each(|(what, target)| target.fill(|file| write(file, args, format, what, session, runs)))?;
        return loaded.whole();
    }
    match target {
        Some(target) => target.fill(|file| kinds.iter().try_for_each(|what| write(file, args, format, *what, session, runs))),
        None => Ok(kinds.iter().try_for_each(|what| write(out, args, format, *what, session, runs)).and_then(|()| out.flush())?),
    }?;
    loaded.whole()
}

fn unwritable(path: &str, e: &io::Error) -> Failure {
    Failure::Input(format!("--out {path}: it cannot be written ({}); give a place that you may write to", reason(e)))
}

/// One kind of thing, of all runs.
fn write(out: &mut dyn Write, args: &ExportArgs, format: Format, what: What, session: &str, runs: &[Named]) -> io::Result<()> {
    let form = if format == Format::Csv { Form::Csv } else { Form::JsonLines };
    let sheet = |out, head| Sheet::new(out, form, head);
    match what {
        What::Curve if format == Format::Svg => figure::draw(out, &figure_of(session, runs)),
        What::Curve => {
            let mut sheet = sheet(out, curve::HEAD)?;
            let rows = if args.each { curve::dialogues } else { curve::blocks };
            runs.iter().try_for_each(|r| rows(&mut sheet, &r.name, &*r.run))
        }
        What::Transcripts => runs.iter().try_for_each(|r| {
            let range = wanted::range(args, r.run.dialogues());
            transcripts::transcripts(out, &r.name, &*r.run, range, lang(args.lang))
        }),
        What::Table => {
            let mut sheet = sheet(out, table::TABLE_HEAD)?;
            runs.iter().try_for_each(|r| table::table(&mut sheet, &r.name, &*r.run, solution(r).as_ref()))
        }
        What::Policy => {
            let mut sheet = sheet(out, table::POLICY_HEAD)?;
            runs.iter().try_for_each(|r| table::policy(&mut sheet, &r.name, &*r.run))
        }
    }
}

fn gamma(named: &Named) -> f64 {
    named.run.knob_now("gamma").unwrap_or(named.run.world().gamma())
}

/// None where values do not settle.
fn solution(named: &Named) -> Option<Solution> {
    optimum(named.run.world(), gamma(named), &Waiting::new("solving")).ok()
}

/// Points of a line: as many as a figure can show.
const POINTS: u16 = 600;

fn figure_of(session: &str, runs: &[Named]) -> Figure {
    let line = |r: &Named| {
        let columns = curve::look(&*r.run, POINTS, Smooth::Mean100).columns;
        let points = columns.iter().map(|c| (c.to as f64, f64::from(c.smooth))).collect();
        Line { label: format!("{} · {}", r.name, r.about), points }
    };
    let mut optima: Vec<(String, f64)> = Vec::new();
    for r in runs {
        let (mdp, gamma) = (r.run.world().exact(), gamma(r));
        let best = mdp.zip(solution(r)).map(|(mdp, s)| score(&evaluate(mdp, &Policy::optimal(mdp, &s), gamma)).return_);
        let Some(best) = best else { continue };
        // Runs that learn the same thing share a line.
        if !optima.iter().any(|(_, other)| (other - best).abs() < 1e-6) {
            optima.push((format!("optimum at γ {gamma}: {best:.2}"), best));
        }
    }
    let world = runs.first().map_or(String::new(), |r| format!(" · {}", r.run.world().name()));
    Figure { title: format!("{session}{world}"), lines: runs.iter().map(line).collect(), optima }
}
