//! Layer 6: the command line, one file per command. A command reads files, calls the core, and prints a table or one line of JSON.
//!
//! Exit code 0: done, or nobody reads the output any more. 1: the work failed, or its result is not what it should be, such as a
//! damaged session that was read in part. 2: the input is wrong. `session::damage` and `session::absent` decide it for sessions. Each
//! failure is one sentence on standard error.

pub mod agents;
pub mod args;
pub mod chat;
pub mod export;
pub mod failure;
pub mod opening;
pub mod output;
pub mod session;
pub mod told;
pub mod values;
pub mod watch;

mod bench;
mod completions;
mod csv;
mod data;
mod env;
mod eval;
mod figures;
mod import;
mod jobs;
mod keeping;
mod lines;
mod lm;
mod mdp;
mod progress;
mod replay;
mod scenarios;
mod sessions;
mod show;
mod solve;
mod source;
mod sweep;
mod target;
mod train;

use std::ffi::OsString;
use std::io::Write;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::store::read::set_limit;
pub use failure::{Failure, Refusal, refuse};
use output::Output;
use watch::WatchArgs;

/// Watch reinforcement learning learn to hold a conversation with simulated users.
///
/// Without a command the workbench opens, and learning has begun.
#[derive(Debug, Parser)]
#[command(name = "dialoq", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
#[command(after_help = "Examples:
  dialoq                                          open the workbench on customer-service
  dialoq --scenario smart-home --agent sarsa --seed 7
  dialoq train --dialogues 100000 --json          learn without a screen
  dialoq solve --scenario smart-home --policy     what would be optimal

Exit codes:
  0  done; also when the reader of the output leaves early
  1  the work failed, or its result is not what it should be: a damaged session was read only in part, a digest differs, a disk is full
  2  the input is wrong: a flag, a file that is missing, unreadable, too large or of another kind, a place that is taken")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Bytes that a file which is read whole may have (scenario, MDP, session, model, data of lm): 1048576, 64M, 2G.
    #[arg(long, global = true, value_name = "BYTES", value_parser = values::bytes, default_value = "256M", allow_negative_numbers = true)]
    pub max_bytes: u64,
    /// Say nothing of how far a command is: no bars, and no lines on standard error.
    #[arg(long, global = true)]
    pub quiet: bool,
    #[command(flatten)]
    pub watch: WatchArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the workbench (what dialoq does without a command).
    Watch(WatchArgs),
    /// Learn without a screen and print what was learned.
    Train(train::TrainArgs),
    /// Train every cell of a grid of settings with several seeds, on all cores.
    Sweep(sweep::SweepArgs),
    /// Compare agents in all scenarios under six conditions of noise, masks and users.
    Bench(bench::BenchArgs),
    /// Write the curves, transcripts, tables and policies of a session for other programs.
    Export(export::ExportArgs),
    /// Judge the greedy policy of a trained agent, exactly and by sampled dialogues.
    Eval(eval::EvalArgs),
    /// Solve a world exactly: the optimal policy and what it is worth.
    Solve(solve::SolveArgs),
    /// Write a world as a finite MDP in JSON, so that anyone can check the exact solution.
    Mdp(mdp::MdpArgs),
    /// List, show or check scenarios.
    Scenarios(scenarios::ScenariosArgs),
    /// List the agents, or show one with its rule and its knobs.
    Agents(agents::AgentsArgs),
    /// List, show or delete what was kept of earlier sittings.
    Sessions(sessions::SessionsArgs),
    /// Talk with a trained agent, table or language model.
    Chat(chat::ChatArgs),
    /// Train a small language model: raw dialogues, SFT, reward model, PPO.
    Lm(lm::LmArgs),
    /// Serve a world as the environment DeepSpeedChat-v0, in JSON lines on standard input and output.
    Env(env::EnvArgs),
    /// Import, clean and split dialogues of many formats.
    Data(data::DataArgs),
    /// Mine a scenario from a corpus of dialogues.
    Import(import::ImportArgs),
    /// Print the completion script of a shell.
    Completions(completions::CompletionsArgs),
}

/// Reads a command line; a refusal is to be printed and ends the program.
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Cli, Refusal> {
    let matches = Cli::command().try_get_matches_from(line).map_err(refuse)?;
    if let Some(sentence) = values::given_twice(&matches) {
        return Err(Refusal { text: format!("error: {sentence}\n"), code: 2 });
    }
    let cli = Cli::from_arg_matches(&matches).map_err(refuse)?;
    set_limit(cli.max_bytes);
    told::set_quiet(cli.quiet);
    Ok(cli)
}

/// Runs any command but `watch`, which needs the screens and so belongs to main. What it prints goes through the filter of `Output`.
pub fn run(command: Command, out: &mut Output) -> Result<(), Failure> {
    match command {
        Command::Watch(_) => Err(Failure::Work("the workbench is opened by the program itself".into())),
        Command::Train(args) => train::run(&args, out),
        Command::Sweep(args) => sweep::run(&args, out),
        Command::Bench(args) => bench::run(&args, out),
        Command::Export(args) => export::run(&args, out),
        Command::Eval(args) => eval::run(&args, out),
        Command::Solve(args) => solve::run(&args, out),
        Command::Mdp(args) => mdp::run(&args, out),
        Command::Scenarios(args) => scenarios::run(args, out),
        Command::Agents(args) => agents::run(&args, out),
        Command::Sessions(args) => sessions::run(args, out),
        Command::Chat(args) => chat::run(&args, out),
        Command::Lm(args) => lm::run(&args, out),
        Command::Env(args) => env::run(&args, out),
        Command::Data(args) => data::run(&args, out),
        Command::Import(args) => import::run(&args, out),
        Command::Completions(args) => completions::run(&args, out),
    }?;
    Ok(out.flush()?)
}

/// Threads of this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
