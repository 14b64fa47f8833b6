//! `dialoq bench`: every agent in every scenario under six conditions, in the form of the `PyDial` benchmark, on all cores; what is
//! done is kept and never done twice.

mod kept;
mod plan;
mod print;
mod rows;
mod work;

use std::io::Write;

use clap::Args;

use super::failure::Failure;
use super::output;
use super::values::{Named, agent_names, scenario_names, seed};
use crate::run::benchmark::Outcome;
use kept::Kept;

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq bench --dry-run                          how much there is to do
  dialoq bench --out results                      all of it; the same command goes on after a stop
  dialoq bench --agents q-learning,sarsa --scenarios smart-home --conditions 1,3,6
  dialoq bench --agents q-learning --set q-learning.alpha=0.2 --seeds 3 --dialogues 500,2000 --csv")]
#[command(after_long_help = "Conditions (chance that what is heard is wrong, masks, users):
  1: 0 %, on, standard      2: 0 %, off, standard        3: 15 %, on, standard
  4: 15 %, off, standard    5: 15 %, on, unfriendly      6: 30 %, on, standard

Learning is measured by the greedy policy (ties at random), learning off, on evaluation dialogues with the same users and the same luck
for every agent, seed and point. Agents that learn nothing are played once, as yardsticks. Intervals are 95 %, by bootstrap over the
seeds; IQM is the mean of the middle half of the seeds. Where states are enumerated, regret (V* - V at the start, with the world's
discount) and the share of optimal acts are exact.

JSON: seed, seeds, dialogues (list), evaluation, conditions (list of {number, noise, masks, users}), settings ({agent: {knob: value}} as
given), cells (list), overall (list). A cell has scenario, condition (its number), agent, learns, runs, stopped (runs that broke before
an update that is not finite; they are left out of later points), unfit (why the agent cannot act there, or null) and points: a list of
{dialogues, success, success_iqm, return, return_iqm, turns, regret, optimal}; success and optimal are shares from 0 to 1, the return has
no discount. Each number is {mean, low, high} or null; low and high are null for one run. An entry of overall has scenario (null for all
of them), dialogues, agent and score: the share of the way from random to optimal return, as {mean, low, high} of the IQM over
conditions and seeds.

CSV: a line for each run and point: scenario, condition, noise, masks, users, agent, seed, dialogues, success, return, turns, regret,
optimal, fault (the turn, from 1, that a run broke in); numbers to a millionth.

Examples:
  dialoq bench --dry-run                          how much there is to do
  dialoq bench --out results                      all of it; the same command goes on after a stop
  dialoq bench --agents q-learning,sarsa --scenarios smart-home --conditions 1,3,6
  dialoq bench --agents q-learning --set q-learning.alpha=0.2 --seeds 3 --dialogues 500,2000 --csv")]
pub struct BenchArgs {
    /// Agents that learn; all by default. `dialoq agents` lists them.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = Named(agent_names), hide_possible_values = true)]
    pub agents: Vec<String>,
    /// Built-in scenarios or scenario files; all that are built in by default.
    #[arg(long, value_name = "NAME|FILE,…", value_delimiter = ',', value_parser = Named(scenario_names), hide_possible_values = true)]
    pub scenarios: Vec<String>,
    /// Conditions by their numbers, 1 to 6; all by default. `--help` tells what they are.
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = plan::condition, allow_negative_numbers = true)]
    pub conditions: Vec<usize>,
    /// Runs of a cell: with --seed and the seeds after it, the same in all cells.
    #[arg(long, value_name = "K", value_parser = super::sweep::seeds, default_value = "10", allow_negative_numbers = true)]
    pub seeds: u32,
    /// The first seed.
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Dialogues of learning after which it is measured.
    #[arg(long, value_name = "N,…", value_parser = plan::points, default_value = "1000,4000,10000", allow_negative_numbers = true)]
    pub dialogues: plan::Points,
    /// Evaluation dialogues of each measure.
    #[arg(long, value_name = "N", value_parser = plan::evaluation, default_value = "500", allow_negative_numbers = true)]
    pub evaluation: u64,
    /// Set knobs of one agent.
    #[arg(long, value_name = "AGENT.KNOB=VALUE", value_parser = plan::setting, num_args = 1..)]
    pub set: Vec<plan::Own>,
    /// Keep every finished run in this directory; the same command goes on from there after a stop.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub out: Option<String>,
    /// Runs at a time; the number of cores by default. It changes no result.
    #[arg(long, value_name = "N", value_parser = super::sweep::jobs, allow_negative_numbers = true)]
    pub jobs: Option<usize>,
    /// Tell how many runs there are, and do none.
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object on one line.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print one line of comma-separated values for every run and measure.
    #[arg(long)]
    pub csv: bool,
}

pub fn run(args: &BenchArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let plan = plan::plan(args)?;
    let jobs = plan.jobs();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; jobs.len()];
    if args.dry_run {
        if let Some(dir) = &args.out {
            kept::look(dir, &plan, &jobs, &mut outcomes)?;
        }
        return print::told(out, &plan, &jobs, &outcomes);
    }
    let mut kept = match &args.out {
        Some(dir) => Some(Kept::open(dir, &plan, &jobs, &mut outcomes)?),
        None => None,
    };
    let pending: Vec<usize> = (0..jobs.len()).filter(|job| outcomes[*job].is_none()).collect();
    if let (Some(dir), true) = (&args.out, pending.len() < jobs.len()) {
        let rest = if pending.is_empty() { "nothing is left to do" } else { "going on with the rest" };
        // For people only: the results do not depend on it.
        output::note(&format!("{dir}: {} of {} runs are there; {rest}", jobs.len() - pending.len(), jobs.len()));
    }
    if !pending.is_empty() {
        work::work(&plan, &jobs, &pending, args.jobs, &mut |heard| {
            let Some((job, outcome)) = heard else {
                return kept.as_mut().map_or(Ok(()), Kept::look);
            };
            if let Some(kept) = &mut kept {
                kept.add(&plan, &jobs[job], &outcome)?;
            }
            outcomes[job] = Some(outcome);
            Ok(())
        })?;
    }
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|o| o.expect("every run that was not there was done")).collect();
    let rows = rows::rows(&plan, &jobs, &outcomes);
    match (args.json, args.csv) {
        (true, _) => print::json(out, &plan, &rows),
        (_, true) => print::csv(out, &plan, &rows),
        _ => print::table(out, &plan, &rows),
    }
}
