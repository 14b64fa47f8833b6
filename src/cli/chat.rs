//! `dialoq chat`: a person talks with a trained agent, at a terminal or line by line from a pipe.

mod input;
mod leaving;
mod print;
mod speaker;

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use super::args::RunArgs;
use super::failure::Failure;
use super::output::Output;
use super::values::{LangName, dialogues, lang};
use crate::chat;
use crate::run::chat::{Begin, Conversation, Next, Opening, Wording};
use crate::store::conversation;
use crate::world::World;
use crate::world::solve::{Solution, solve};
use input::Lines;
use print::Printer;
use speaker::Speaker;

const HELP: &str =
    "You type, the agent answers; what it understood, its state, its act and the act's value stand under its sentence. What you type is
taken as you typed it: the noise of the world, which mishears simulated users, does not apply. Nothing that you say changes the agent.

Commands in the conversation: /why, /state, /undo, /save [NAME], /person, /new, /help, /quit. At a terminal ctrl-c clears the line, ctrl-d
ends, and lines typed before come back with the arrows. From a pipe, each line of standard input is a sentence or a command.

JSON: one object a line. person, understood, confidence (0 to 1), notes (a list), state, agent, asked_back (whether the sentence asks back
and is not the agent's own), act, value (Q, or the preference h), exact (Q* where it is known), read_as {meaning, confidence, understood}
(of a language model's reply), ended, success, return. Commands give {command, lines}. What there is not is null.

Examples:
  dialoq chat                                     a small agent is trained first, in about a second
  dialoq chat --scenario smart-home --lang zh
  dialoq chat --run 2026-11-23-1623-customer-service
  dialoq chat --model model                       a folder that dialoq lm all --out model wrote
  printf 'I want a refund\\n/why\\n' | dialoq chat --json";

#[derive(Clone, Debug, Args)]
#[command(after_help = HELP)]
pub struct ChatArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Talk with an agent of a session: its name, or the path of its .jsonl.
    #[arg(long = "run", value_name = "NAME|FILE", conflicts_with_all = ["scenario", "mdp", "profile", "masks", "agent", "set", "dialogues", "model"], value_hint = clap::ValueHint::FilePath)]
    pub session: Option<String>,
    /// Of the session, this run; the one looked at last by default.
    #[arg(long, value_name = "A", requires = "session")]
    pub branch: Option<String>,
    /// Talk with a language model: a folder that dialoq lm --out wrote, or the folder of one of its models.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "mdp", "profile", "masks", "agent", "set", "dialogues"], value_hint = clap::ValueHint::DirPath)]
    pub model: Option<String>,
    /// How many dialogues the agent learns from first, where it is trained for this.
    #[arg(long, value_name = "N", value_parser = dialogues, default_value = "5000", allow_negative_numbers = true)]
    pub dialogues: u64,
    /// The language that is spoken: en or zh; the locale's by default, a language model's own.
    #[arg(long, value_name = "en|zh", hide_possible_values = true)]
    pub lang: Option<LangName>,
    /// A language model says the likeliest word each time.
    #[arg(long, conflicts_with_all = ["temperature", "top_k", "top_p"])]
    pub greedy: bool,
    /// Temperature at which a language model's words are drawn.
    #[arg(long, value_name = "T", value_parser = temperature, default_value = "1", allow_negative_numbers = true)]
    pub temperature: f32,
    /// Draw from the K likeliest words only; 0 is all.
    #[arg(long, value_name = "K", value_parser = top_k, default_value = "0", allow_negative_numbers = true)]
    pub top_k: u32,
    /// Draw from the likeliest words that have this share of the probability together.
    #[arg(long, value_name = "P", value_parser = top_p, default_value = "1", allow_negative_numbers = true)]
    pub top_p: f32,
    /// Print one JSON object for each exchange.
    #[arg(long)]
    pub json: bool,
    /// No line editing, no colours.
    #[arg(long)]
    pub plain: bool,
}

fn temperature(text: &str) -> Result<f32, String> {
    let right = (0.05..=5.0).contains(&text.parse::<f32>().unwrap_or(f32::NAN));
    if right { Ok(text.parse().unwrap_or(1.0)) } else { Err(format!("\"{text}\" is not a temperature; use a number from 0.05 to 5")) }
}

fn top_k(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("\"{text}\" is not a number of words; use a whole number such as 20, or 0 for all"))
}

fn top_p(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(p) if p > 0.0 && p <= 1.0 => Ok(p),
        _ => Err(format!("\"{text}\" is not a share; use a number above 0 up to 1")),
    }
}

/// Who begins conversations, with transcripts written where a person wants them.
pub fn begin() -> Arc<Begin> {
    chat::begin(Arc::new(conversation::keep))
}

pub fn run(args: &ChatArgs, out: &mut Output) -> Result<(), Failure> {
    let speaker = speaker::find(args)?;
    let own = speaker.voice.lang();
    let spoken = args.lang.map_or_else(|| own.unwrap_or_else(|| lang(None)), Into::into);
    let wording =
        if args.greedy { Wording::Greedy } else { Wording::Drawn { temperature: args.temperature, top_k: args.top_k, top_p: args.top_p } };
    let Speaker { voice, who, seed, damage } = speaker;
    let (world, gamma) = (voice.world().clone(), voice.gamma());
    let opening = Opening { voice, who, lang: spoken, wording, seed };
    let mut talk = (begin())(opening).map_err(|why| Failure::Input(format!("--lang: {why}")))?;
    if world.states().is_some_and(|states| states <= QUICK) {
        learn(&mut *talk, &world, gamma);
    }
    converse(args, &mut *talk, &world, gamma, out)?;
    damage.map_or(Ok(()), Err)
}

/// Worlds of so many states are solved at the start; larger ones as soon as the person asks why.
const QUICK: u32 = 20_000;
/// Nobody waits longer for exact values.
const WAIT: Duration = Duration::from_secs(8);

fn learn(talk: &mut dyn Conversation, world: &World, gamma: f64) {
    let begun = Instant::now();
    let solved = world.exact().and_then(|mdp| solve(mdp, gamma, 0.0, &|| begun.elapsed() < WAIT));
    if let Some(solution) = solved.filter(Solution::is_settled) {
        talk.know(Arc::new(solution));
    }
}

fn converse(args: &ChatArgs, talk: &mut dyn Conversation, world: &World, gamma: f64, out: &mut Output) -> Result<(), Failure> {
    let mut lines = Lines::new(args.plain || args.json);
    let printer = Printer::new(args.json, args.plain, lines.is_typed());
    printer.about(talk.about(), out)?;
    let mut shown = 0;
    let mut solved = world.states().is_none_or(|states| states <= QUICK);
    loop {
        let entries = talk.entries();
        for entry in &entries[shown.min(entries.len())..] {
            printer.entry(entry, out)?;
        }
        shown = entries.len();
        out.flush()?;
        let Some(line) = lines.next()? else { break };
        if !solved && line.trim().eq_ignore_ascii_case("/why") {
            learn(talk, world, gamma);
            solved = true;
        }
        match talk.line(&line) {
            Next::Stay => shown = shown.min(talk.entries().len().saturating_sub(1)),
            Next::New => {
                talk.renew(None);
                shown = 0;
            }
            Next::Quit => break,
        }
    }
    Ok(())
}
