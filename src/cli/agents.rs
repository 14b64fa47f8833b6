//! `dialoq agents`: who can learn, by which rule, with which knobs.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::failure::Failure;
use super::output::note;
use super::show::{print_json, wrap};
use super::values::{LangName, Named, agent_names};
use crate::agents::{AGENTS, AgentEntry, find};
use crate::learn::agent::Term;
use crate::learn::knob::{Knob, KnobKind};
use crate::lm::knobs::KNOBS;
use crate::lm::live;

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq agents
  dialoq agents q-learning")]
pub struct AgentsArgs {
    /// The agent to show.
    #[arg(value_name = "NAME", value_parser = Named(agent_names), hide_possible_values = true)]
    pub name: Option<String>,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
    /// The language: en or zh. Agents have only English descriptions so far.
    #[arg(long, value_name = "LANG", ignore_case = true)]
    pub lang: Option<LangName>,
}

/// Who can be chosen: an agent of the registry, or the language model, which goes a path of its own.
struct Chosen {
    name: &'static str,
    about: &'static str,
    rule: String,
    knobs: Vec<&'static Knob>,
}

impl Chosen {
    fn agent(agent: &AgentEntry) -> Chosen {
        Chosen { name: agent.name, about: agent.about, rule: plain_rule(agent.rule, agent.terms), knobs: agent.knobs.iter().collect() }
    }

    fn model() -> Chosen {
        Chosen { name: live::NAME, about: live::ABOUT, rule: String::new(), knobs: live::WAYS.iter().chain(KNOBS).collect() }
    }
}

pub fn run(args: &AgentsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if args.lang == Some(LangName::Zh) && !args.json {
        note("note: the descriptions of agents and settings are in English so far");
    }
    if let Some(name) = &args.name {
        let chosen = if name == live::NAME { Chosen::model() } else { Chosen::agent(find(name)?) };
        if args.json {
            print_json(out, &agent_json(&chosen))?;
        } else {
            show(&chosen, out)?;
        }
        return Ok(());
    }
    let all: Vec<Chosen> = AGENTS.iter().map(Chosen::agent).chain([Chosen::model()]).collect();
    if args.json {
        return Ok(print_json(out, &json!({"agents": all.iter().map(agent_json).collect::<Vec<_>>()}))?);
    }
    let wide = all.iter().map(|a| a.name.len()).max().unwrap_or(0);
    for agent in all {
        writeln!(out, "{:wide$}  {}", agent.name, agent.about)?;
    }
    Ok(())
}

fn agent_json(agent: &Chosen) -> Value {
    json!({
        "name": agent.name,
        "about": agent.about,
        "rule": agent.rule,
        "knobs": agent.knobs.iter().map(|knob| knob_json(knob)).collect::<Vec<_>>(),
    })
}

fn knob_json(k: &Knob) -> Value {
    let mut object = json!({"name": k.name, "symbol": k.symbol});
    match k.kind {
        KnobKind::Real { min, max, .. } => object["range"] = json!([min, max]),
        KnobKind::Count { min, max } => object["range"] = json!([min as u64, max as u64]),
        KnobKind::Choice(names) => object["choices"] = json!(names),
    }
    object["default"] = match k.kind {
        KnobKind::Real { .. } => json!(k.default),
        KnobKind::Count { .. } => json!(k.default as u64),
        KnobKind::Choice(_) => json!(k.show(k.default)),
    };
    object["unit"] = json!(k.unit);
    object["live"] = json!(k.live);
    object["meaning"] = json!(k.meaning);
    object
}

fn show(agent: &Chosen, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", agent.name, agent.about)?;
    if !agent.rule.is_empty() {
        writeln!(out, "\n  {}", agent.rule.replace('\n', "\n  "))?;
    }
    agent.knobs.iter().try_for_each(|k| show_knob(out, k, &format!("default {}", k.show(k.default))))
}

/// A knob with its range, a value, and what it means.
pub fn show_knob(out: &mut dyn Write, k: &Knob, value: &str) -> std::io::Result<()> {
    let unit = if k.unit.is_empty() { String::new() } else { format!(" {}", k.unit) };
    let when = if k.live { "" } else { "; only when a run begins" };
    let symbol = if k.symbol.is_empty() { String::new() } else { format!(" ({})", k.symbol) };
    writeln!(out, "\n  {}{symbol}: {}, {value}{unit}{when}", k.name, range(k))?;
    write!(out, "{}", wrap(k.meaning, "      ", 100))
}

fn range(k: &Knob) -> String {
    match k.kind {
        KnobKind::Real { min, max, .. } => format!("{min} to {max}"),
        KnobKind::Count { min, max } => format!("a whole number from {min} to {max}"),
        KnobKind::Choice(names) => names.join(", "),
    }
}

/// The rule in its symbols: `Q(s,a) ← Q(s,a) + α (r + γ · max Q(s′,·) − Q(s,a))`.
pub fn plain_rule(rule: &str, terms: &[Term]) -> String {
    terms.iter().fold(rule.to_owned(), |text, t| text.replace(&format!("{{{}}}", t.name), t.symbol))
}
