//! `dialoq eval`: the greedy policy of a trained agent, judged exactly and by dialogues sampled with learning off.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::args::{RunArgs, build, knobs_json};
use super::failure::Failure;
use super::show::{grouped, percent, print_json, print_table, score_json};
use super::train::{assess, title, train};
use super::values::dialogues;
use crate::num::dice::{Key, Stream};
use crate::run::RunSpec;
use crate::run::sampled::{self, Interval, Sampled};
use crate::trainer::snapshot::Score;

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:
  dialoq eval --agent q-learning --train 5000 --dialogues 500")]
pub struct EvalArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Dialogues to learn from first; 0 judges the untrained agent.
    #[arg(long, value_name = "N", value_parser = dialogues, default_value = "5000", allow_negative_numbers = true)]
    pub train: u64,
    /// Dialogues to sample.
    #[arg(long, value_name = "N", value_parser = samples, default_value = "1000", allow_negative_numbers = true)]
    pub dialogues: u64,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

/// Fewer samples than this do not make the means normal, which the intervals rely on.
const SAMPLES_MIN: u64 = 30;

fn samples(text: &str) -> Result<u64, String> {
    match dialogues(text) {
        Ok(n) if n < SAMPLES_MIN => Err(format!("{n} dialogues are too few for an interval; use {SAMPLES_MIN} or more")),
        other => other,
    }
}

pub fn run(args: &EvalArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let spec = args.run.spec()?;
    let world = build(&spec.source, &spec.profile, spec.masks)?;
    let trained = train(&spec, world.clone(), args.train)?;
    let judged = assess(&*trained.run);
    let gamma = trained.run.knob_now("gamma").unwrap_or(world.gamma());
    // From dice that training never reads.
    let key = Key::new(spec.seed, Stream::Eval);
    let sampled = sampled::greedy(&world, key, gamma, args.dialogues, &mut trained.run.frozen());
    let digest = trained.run.digest().to_string();
    if args.json {
        let object = json!({
            "scenario": spec.source.argument(),
            "agent": spec.agent,
            "seed": spec.seed.to_string(),
            "knobs": knobs_json(&spec)?,
            "trained": trained.run.dialogues(),
            "digest": digest,
            "greedy": world.exact().map(|_| score_json(&judged.greedy)),
            "sampled": {
                "dialogues": sampled.dialogues,
                "return": interval_json(sampled.return_),
                "success": interval_json(sampled.success),
                "turns": interval_json(sampled.turns),
            },
        });
        return Ok(print_json(out, &object)?);
    }
    table(out, &spec, world.exact().map(|_| &judged.greedy), &sampled, trained.run.dialogues())
}

fn interval_json(i: Interval) -> Value {
    json!({"mean": i.mean, "low": i.low, "high": i.high})
}

/// `exact` is none where states are too many.
fn table(out: &mut dyn Write, spec: &RunSpec, exact: Option<&Score>, s: &Sampled, trained: u64) -> Result<(), Failure> {
    writeln!(out, "{}", title(spec))?;
    write!(out, "greedy policy after {} dialogues of learning, ", grouped(trained))?;
    match exact {
        Some(exact) => writeln!(out, "V at the start {:.3}\n", exact.value)?,
        None => writeln!(out, "V at the start {:.2} ± {:.2}\n", s.value.mean, s.value.margin())?,
    }
    let row = |name: &str, exact: Option<f64>, i: Interval, text: &dyn Fn(f64) -> String| {
        vec![name.to_owned(), exact.map_or("–".into(), text), text(i.mean), format!("{} to {}", text(i.low), text(i.high))]
    };
    let rows = [
        row("return", exact.map(|e| e.return_), s.return_, &|x| format!("{x:.2}")),
        row("success", exact.map(|e| e.success), s.success, &percent),
        row("turns", exact.map(|e| e.turns), s.turns, &|x| format!("{x:.2}")),
    ];
    let head = ["", "exact", &format!("{} sampled", grouped(s.dialogues)), "95 % interval"];
    Ok(print_table(out, &head, &rows)?)
}
