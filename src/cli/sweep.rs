//! `dialoq sweep`: a grid of settings, each cell with the same seeds, on all cores; what is done is kept and never done twice.

mod kept;
mod plan;
mod print;
mod work;

use std::io::Write;

use clap::Args;

use super::args::{RunArgs, build};
use super::failure::Failure;
use super::output;
use super::values::dialogues;
use crate::num::digest::digest_bytes;
use crate::run::sweep::{Axis, Outcome};
use kept::Kept;
pub use plan::{jobs, seeds};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq sweep --grid alpha=0.01,0.1,0.5 --grid gamma=0.8,0.95,0.99 --seeds 10
  dialoq sweep --scenario smart-home --grid epsilon=0.05,0.1,0.2 --dialogues 5000 --out epsilon.jsonl
  dialoq sweep --grid alpha=0.05,0.1,0.2 --csv > alpha.csv")]
pub struct SweepArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// A knob and its values; every combination is a cell. Without a grid there is one cell.
    #[arg(long, value_name = "KNOB=V,V,…", value_parser = plan::axis)]
    pub grid: Vec<Axis>,
    /// Runs of a cell: with --seed and the seeds after it, the same in all cells.
    #[arg(long, value_name = "K", value_parser = plan::seeds, default_value = "10", allow_negative_numbers = true)]
    pub seeds: u32,
    /// How many dialogues each run learns from.
    #[arg(long, value_name = "N", value_parser = dialogues, default_value = "2000", allow_negative_numbers = true)]
    pub dialogues: u64,
    /// Keep every finished run in this file; the same command goes on from it after a stop.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<String>,
    /// Runs at a time; the number of cores by default. It changes no result.
    #[arg(long, value_name = "N", value_parser = plan::jobs, allow_negative_numbers = true)]
    pub jobs: Option<usize>,
    /// Print one JSON object on one line.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print one line of comma-separated values for every run.
    #[arg(long)]
    pub csv: bool,
}

pub fn run(args: &SweepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let plan = plan::plan(args)?;
    let digest = digest_bytes(plan.spec.source.text()?.as_bytes()).to_string();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; plan.runs()];
    let mut kept = match &args.out {
        Some(path) => Some(Kept::open(path, &plan, &digest, &mut outcomes)?),
        None => None,
    };
    let pending: Vec<usize> = (0..plan.runs()).filter(|run| outcomes[*run].is_none()).collect();
    if let (Some(path), true) = (&args.out, pending.len() < plan.runs()) {
        let rest = if pending.is_empty() { "nothing is left to do" } else { "going on with the rest" };
        // For people only: the results do not depend on it.
        output::note(&format!("{path}: {} of {} runs are there; {rest}", plan.runs() - pending.len(), plan.runs()));
    }
    if !pending.is_empty() {
        let world = build(&plan.spec.source, &plan.spec.profile, plan.spec.masks)?;
        work::work(&plan, &world, &pending, args.jobs, &mut |heard| {
            let Some((run, outcome)) = heard else {
                return kept.as_mut().map_or(Ok(()), Kept::look);
            };
            if let Some(kept) = &mut kept {
                kept.add(&plan, run, &outcome)?;
            }
            outcomes[run] = Some(outcome);
            Ok(())
        })?;
    }
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|o| o.expect("every run that was not there was done")).collect();
    match (args.json, args.csv) {
        (true, _) => print::json(out, &plan, &outcomes),
        (_, true) => print::csv(out, &plan, &outcomes),
        _ => print::table(out, &plan, &outcomes),
    }
}
