//! The plan of a sweep from its flags, and the sentence where they make none.

use super::SweepArgs;
use crate::agents;
use crate::cli::failure::Failure;
use crate::cli::values::setting;
use crate::learn::knob::position;
use crate::run::sweep::{Axis, Plan};

/// More seeds than this tell nothing new.
const SEEDS_MAX: u32 = 10_000;
/// Every run's result is kept in memory until the end.
const RUNS_MAX: usize = 1_000_000;
const JOBS_MAX: usize = 1024;

/// `alpha=0.01,0.1,0.5`
pub fn axis(text: &str) -> Result<Axis, String> {
    let wrong = || format!("\"{text}\" is not a row of a grid; write it as knob=value,value, such as alpha=0.01,0.1");
    let (knob, values) = setting(text).map_err(|_| wrong())?;
    let values: Vec<String> = values.split(',').map(|v| v.trim().to_owned()).collect();
    if values.iter().any(String::is_empty) { Err(wrong()) } else { Ok(Axis { knob, values }) }
}

pub fn seeds(text: &str) -> Result<u32, String> {
    let wrong = || format!("\"{text}\" is not a number of seeds; use a whole number from 1 to {SEEDS_MAX}");
    text.parse().ok().filter(|n| (1..=SEEDS_MAX).contains(n)).ok_or_else(wrong)
}

pub fn jobs(text: &str) -> Result<usize, String> {
    let wrong = || format!("\"{text}\" is not a number of runs at a time; use a whole number from 1 to {JOBS_MAX}");
    text.parse().ok().filter(|n| (1..=JOBS_MAX).contains(n)).ok_or_else(wrong)
}

pub fn plan(args: &SweepArgs) -> Result<Plan, Failure> {
    let spec = args.run.spec()?;
    let agent = agents::find(&spec.agent)?;
    let refuse = |sentence: String| Err(Failure::Input(format!("--grid: {sentence}")));
    let mut axes: Vec<Axis> = Vec::with_capacity(args.grid.len());
    for Axis { knob, values } in &args.grid {
        if axes.iter().any(|a| a.knob == *knob) {
            return refuse(format!("{knob} is there twice; give its values in one list"));
        }
        if args.run.set.iter().any(|(name, _)| name == knob) {
            return refuse(format!("{knob} is given by --set too; give it once"));
        }
        let said = |e: crate::learn::knob::KnobError| Failure::Input(format!("--grid: {e}"));
        let known = &agent.knobs[position(agent.name, agent.knobs, knob).map_err(said)?];
        let mut shown: Vec<String> = Vec::with_capacity(values.len());
        for value in values {
            // As the knob itself would say it, so that 0.10 and 0.1 are one value.
            let value = known.show(known.parse(value).map_err(said)?);
            if shown.contains(&value) {
                return refuse(format!("{knob}: {value} is there twice; give each value once"));
            }
            shown.push(value);
        }
        axes.push(Axis { knob: knob.clone(), values: shown });
    }
    let runs = axes.iter().try_fold(args.seeds as usize, |runs, a| runs.checked_mul(a.values.len()));
    if runs.is_none_or(|runs| runs > RUNS_MAX) {
        return refuse(format!("these are too many runs; cells times seeds may be {RUNS_MAX}"));
    }
    Ok(Plan { spec, axes, seeds: args.seeds, dialogues: args.dialogues })
}
