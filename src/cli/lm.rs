//! `dialoq lm`: a small language model from raw dialogues to one that learns by talking, without a screen.

mod brought;
mod files;
mod keeping;
mod kept;
mod print;

use std::io::Write;
use std::num::NonZero;
use std::time::Instant;

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::progress::Lessons;
use super::source;
use super::values::{LangName, Named, profile_names, scenario_names, seed, setting};
use crate::learn::machine::Machine;
use crate::learn::probe::Blind;
use crate::lm::ground::{Ground, Mode, Spec};
use crate::lm::knobs::PRESETS;
use crate::lm::pipeline::Pipeline;
use crate::lm::plan::Stage;
use crate::lm::report::report;
use crate::run::RunSpec;
use crate::world::solve::{Policy, Worth, evaluate};
use keeping::Keeping;
use kept::Kept;

#[derive(Clone, Debug, Args)]
pub struct LmArgs {
    #[command(subcommand)]
    pub command: LmCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub enum LmCommand {
    /// Learn to speak from raw dialogues (supervised fine-tuning).
    Sft(PathArgs),
    /// Go on to a reward model, from pairs of replies.
    Reward(PathArgs),
    /// Go on to PPO (or DPO).
    Ppo(PathArgs),
    /// The whole path.
    All(PathArgs),
}

#[derive(Clone, Debug, Args)]
#[command(
    after_long_help = "Files of --out DIR: checkpoint, and for each model a folder (sft, reward, ppo-bandit, ppo-dialogue, dpo; ppo-mean is
the running mean of the last actor) with model.safetensors, vocabulary.json and config.json.

JSON: seed, seconds, sft {perplexity, understood, success, return, greedy_success, greedy_return}, reward {pairs, pairs_left_out (equal where replies are cut), accuracy_clean,
accuracy_labels, rm_greedy_return}, ppo [{mode, updates, success, return, greedy_success, greedy_return, kl_per_reply, understood}],
optimal {success, return}, digest. Shares are from 0 to 1, returns have no discount; what was not reached is null or missing from the
list. rm_greedy_return is the true return of picking the reward model's favourite of one sentence for each act.

Examples:
  dialoq lm all                                   the whole path, in minutes
  dialoq lm all --mode both --seed 2 --json
  dialoq lm all --preset length                   watch the reward model being gamed
  dialoq lm sft --out model                       and later: dialoq lm all --resume --out model"
)]
#[command(after_help = "Examples:
  dialoq lm all                                   the whole path, in minutes
  dialoq lm all --mode both --seed 2 --json
  dialoq lm all --preset length                   watch the reward model being gamed
  dialoq lm sft --out model                       and later: dialoq lm all --resume --out model")]
pub struct PathArgs {
    /// A built-in scenario or a scenario file.
    #[arg(long, value_name = "NAME|FILE", value_parser = Named(scenario_names), hide_possible_values = true, default_value = "customer-service")]
    pub scenario: String,
    /// Kind of users: easy, standard, unfriendly.
    #[arg(long, value_name = "USERS", value_parser = Named(profile_names), hide_possible_values = true, default_value = "standard")]
    pub profile: String,
    /// The language that is spoken: en or zh.
    #[arg(long, value_name = "en|zh", hide_possible_values = true, default_value = "en")]
    pub lang: LangName,
    /// Settings together: small, length, thin.
    #[arg(long, value_name = "NAME", value_parser = preset, default_value = "small")]
    pub preset: String,
    /// What PPO learns from: the reward model's scores, the dialogue's own return, or each; or DPO in its place.
    #[arg(long, value_name = "bandit|dialogue|both|dpo", value_parser = mode, default_value = "bandit")]
    pub mode: String,
    /// Seed of all that is random: the same seed gives the same bits.
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Set knobs of the path; `dialoq lm all --knobs` lists them.
    #[arg(long, value_name = "KNOB=VALUE", value_parser = setting, num_args = 1..)]
    pub set: Vec<(String, String)>,
    /// List the knobs with their ranges and meanings, and do nothing.
    #[arg(long)]
    pub knobs: bool,
    /// Replies to learn from in place of simulated dialogues: a JSON list of [prompt, reply], JSON that data prepare reads, or what it
    /// wrote (of a directory its train.jsonl).
    #[arg(long, value_name = "FILE|DIR", value_hint = clap::ValueHint::AnyPath)]
    pub data: Option<String>,
    /// Preference pairs in place of the simulator's: a JSON list of [prompt, chosen, rejected], JSON that data prepare reads, or what
    /// it wrote (of a directory its train.jsonl).
    #[arg(long, value_name = "FILE|DIR", value_hint = clap::ValueHint::AnyPath)]
    pub pairs: Option<String>,
    /// Write the models here, and a checkpoint about every second.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub out: Option<String>,
    /// Go on from the checkpoint in --out; what the path is stands there.
    #[arg(long, requires = "out", conflicts_with_all = ["scenario", "profile", "lang", "preset", "mode", "seed", "set", "data", "pairs"])]
    pub resume: bool,
    /// Threads to calculate with; the number of cores by default. It changes no result.
    #[arg(long, value_name = "N", value_parser = super::sweep::jobs, allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

fn preset(text: &str) -> Result<String, String> {
    let known: Vec<&str> = PRESETS.iter().map(|(name, ..)| *name).collect();
    if known.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{text}\" is not known; use {}", super::failure::either(&known)))
    }
}

fn mode(text: &str) -> Result<String, String> {
    let known = ["bandit", "dialogue", "both", "dpo"];
    if known.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{text}\" is not known; use {}", super::failure::either(&known)))
    }
}

fn modes(name: &str) -> Vec<Mode> {
    match name {
        "dialogue" => vec![Mode::Dialogue],
        "both" => vec![Mode::Bandit, Mode::Dialogue],
        "dpo" => vec![Mode::Dpo],
        _ => vec![Mode::Bandit],
    }
}

impl PathArgs {
    fn spec(&self) -> Result<Spec, Failure> {
        Ok(Spec {
            source: source::scenario(&self.scenario)?,
            profile: self.profile.clone(),
            chinese: self.lang == LangName::Zh,
            preset: self.preset.clone(),
            seed: self.seed,
            settings: self.set.clone(),
            modes: modes(&self.mode),
            data: brought::brought(self.data.as_deref(), self.pairs.as_deref())?,
        })
    }
}

pub fn run(args: &LmArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (args, until) = match &args.command {
        LmCommand::Sft(args) => (args, Some(Stage::Sft)),
        LmCommand::Reward(args) => (args, Some(Stage::Reward)),
        LmCommand::Ppo(args) | LmCommand::All(args) => (args, None),
    };
    if args.knobs {
        return print::knobs(out, &args.preset, &args.set);
    }
    let begun = Instant::now();
    let kept = args.out.as_deref().map(Kept::at);
    let (spec, stored) = match kept.as_ref().filter(|_| args.resume) {
        Some(kept) => kept.load().map(|(spec, stored)| (spec, Some(stored)))?,
        None => (args.spec()?, None),
    };
    if let (Some(kept), false) = (&kept, args.resume) {
        kept.must_be_new()?;
    }
    let ground = Ground::build(&spec)?;
    let bandit = spec.modes.iter().any(|mode| *mode != Mode::Dialogue);
    if until == Some(Stage::Reward) || until.is_none() && bandit {
        ground.check_pairs()?;
    }
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut pipeline = Pipeline::new(ground, args.threads.unwrap_or(cores));
    let mut spent = 0.0;
    if let (Some(kept), Some(stored)) = (&kept, stored) {
        spent = kept.restore(&stored, &mut pipeline)?;
    }
    let keeping = kept.as_ref().map(|kept| Keeping::begin(kept, &pipeline, begun, spent));
    learn(&mut pipeline, until, keeping)?;
    let waiting = super::progress::Waiting::new("judging");
    let judged = report(&mut pipeline, &mut |_| waiting.tick());
    waiting.tick();
    drop(waiting);
    let seconds = spent + begun.elapsed().as_secs_f64();
    // Print the results even if they could not be saved.
    let written = kept.as_ref().map_or(Ok(()), |kept| kept.save(&pipeline, seconds).and_then(|()| files::models(&kept.dir, &pipeline)));
    if args.json {
        print::json(out, &pipeline, &judged, seconds)?;
    } else {
        print::table(out, &pipeline, &judged, q_table(&spec)?.as_ref(), seconds)?;
    }
    out.flush()?;
    written.map_err(|e| Failure::Work(format!("{}; what was learned is not kept", e.to_string().trim_start_matches("error: "))))
}

/// Dialogues that the table learns from.
const TABLE: u64 = 20_000;

/// What a Q-table comes to in the same world, with the acts themselves in place of sentences; none where states are too many.
fn q_table(spec: &Spec) -> Result<Option<Worth>, Failure> {
    let agent = "q-learning".to_owned();
    let (source, profile) = (spec.source.clone(), spec.profile.clone());
    let spec = RunSpec { source, profile, masks: None, agent, seed: spec.seed, settings: Vec::new() };
    let world = super::args::build(&spec.source, &spec.profile, None)?;
    if world.exact().is_none() {
        return Ok(None);
    }
    let greedy = super::train::train(&spec, world.clone(), TABLE)?.run.candidate().greedy;
    Ok(world.exact().map(|mdp| evaluate(mdp, &Policy { acts: greedy, epsilon: 0.0 }, world.gamma())))
}

fn learn(pipeline: &mut Pipeline, until: Option<Stage>, mut keeping: Option<Keeping<'_>>) -> Result<(), Failure> {
    let plan = pipeline.ground.plan.clone();
    let end = until.and_then(|stage| plan.end_of(stage)).unwrap_or_else(|| plan.end());
    let mut bar = Lessons::new(end);
    while pipeline.now().0 < end {
        pipeline.tick(&mut Blind);
        if !pipeline.sound() {
            let (tick, stage) = (pipeline.now().0, plan.at(pipeline.now().0 - 1).0.name());
            let broken = format!("tick {tick} ({stage}): the weights are no numbers any more; set that stage's rate lower");
            return Err(Failure::Work(match keeping {
                Some(keeping) => format!("{broken}; {}", keeping.end_broken(pipeline)),
                None => broken,
            }));
        }
        bar.show(pipeline.now().0, &print::latest(pipeline));
        if let Some(keeping) = &mut keeping {
            keeping.hear(pipeline);
        }
    }
    Ok(())
}
