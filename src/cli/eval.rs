//! `dialoq eval`: the greedy policy of a trained agent, judged exactly and by dialogues sampled with learning off.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::args::{RunArgs, build, knobs_json};
use super::failure::Failure;
use super::show::{grouped, percent, print_json, print_table, score_json};
use super::train::{assess, title, train};
use super::values::dialogues;
use crate::agents::explore::pick;
use crate::num::dice::{Dice, Key, Stream};
use crate::num::stats::Moments;
use crate::run::RunSpec;
use crate::trainer::snapshot::Score;
use crate::world::World;
use crate::world::env::Env;

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

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug)]
struct Interval {
    mean: f64,
    low: f64,
    high: f64,
}

struct Sampled {
    dialogues: u64,
    return_: Interval,
    success: Interval,
    turns: Interval,
}

pub fn run(args: &EvalArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let spec = args.run.spec()?;
    let world = build(&spec.source, &spec.profile, spec.masks)?;
    let trained = train(&spec, world.clone(), args.train)?;
    let greedy = assess(&*trained.run).greedy;
    let sampled = sample(&world, &trained.run.candidate().greedy, spec.seed, args.dialogues);
    let digest = trained.run.digest().to_string();
    if args.json {
        let object = json!({
            "scenario": spec.source.argument(),
            "agent": spec.agent,
            "seed": spec.seed.to_string(),
            "knobs": knobs_json(&spec)?,
            "trained": trained.run.dialogues(),
            "digest": digest,
            "greedy": score_json(&greedy),
            "sampled": {
                "dialogues": sampled.dialogues,
                "return": interval_json(sampled.return_),
                "success": interval_json(sampled.success),
                "turns": interval_json(sampled.turns),
            },
        });
        return Ok(print_json(out, &object)?);
    }
    table(out, &spec, &greedy, &sampled, trained.run.dialogues())
}

fn interval_json(i: Interval) -> Value {
    json!({"mean": i.mean, "low": i.low, "high": i.high})
}

fn table(out: &mut dyn Write, spec: &RunSpec, greedy: &Score, s: &Sampled, trained: u64) -> Result<(), Failure> {
    writeln!(out, "{}", title(spec))?;
    writeln!(out, "greedy policy after {} dialogues of learning, V at the start {:.3}\n", grouped(trained), greedy.value)?;
    let row = |name: &str, exact: f64, i: Interval, text: &dyn Fn(f64) -> String| {
        vec![name.to_owned(), text(exact), text(i.mean), format!("{} to {}", text(i.low), text(i.high))]
    };
    let rows = [
        row("return", greedy.return_, s.return_, &|x| format!("{x:.2}")),
        row("success", greedy.success, s.success, &percent),
        row("turns", greedy.turns, s.turns, &|x| format!("{x:.2}")),
    ];
    let head = ["", "exact", &format!("{} sampled", grouped(s.dialogues)), "95 % interval"];
    Ok(print_table(out, &head, &rows)?)
}

/// Greedy dialogues with ties broken at random, from dice that training never reads.
fn sample(world: &World, greedy: &[u64], seed: u64, dialogues: u64) -> Sampled {
    let key = Key::new(seed, Stream::Eval);
    let (user_key, tie_key) = (key.child(0), key.child(1));
    let (mut returns, mut lengths, mut successes) = (Moments::default(), Moments::default(), 0);
    for dialogue in 0..dialogues {
        let mut state = world.open(&mut Dice::at_turn(user_key, dialogue, 0));
        let (mut return_, mut turn) = (0.0, 0);
        loop {
            turn += 1;
            let act = pick(greedy[state as usize], Dice::at_turn(tie_key, dialogue, turn).draw() >> 32);
            let o = world.step(state, act, &mut Dice::at_turn(user_key, dialogue, turn));
            return_ += f64::from(o.reward);
            state = o.next;
            if o.closed || turn >= world.turn_limit() {
                successes += u64::from(o.success);
                break;
            }
        }
        returns.add(return_);
        lengths.add(f64::from(turn));
    }
    Sampled { dialogues, return_: around(&returns), success: wilson(successes, dialogues), turns: around(&lengths) }
}

fn around(m: &Moments) -> Interval {
    let half = m.half_width_95();
    Interval { mean: m.mean, low: m.mean - half, high: m.mean + half }
}

/// A share's interval that also holds near 0 and 1, where the normal one shrinks to nothing.
/// Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
fn wilson(successes: u64, n: u64) -> Interval {
    let (n, z) = (n as f64, 1.959_963_984_540_054_f64);
    let p = successes as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Interval { mean: p, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}
