//! With whom one talks: a run of a session, a saved language model, or an agent trained for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ChatArgs;
use crate::cli::args::build;
use crate::cli::failure::{Failure, reason};
use crate::cli::show::grouped;
use crate::cli::{output, session, source, train};
use crate::lm::live;
use crate::lm::saved::{Saved, SavedConfig};
use crate::run::Run;
use crate::run::chat::Voice;
use crate::store::read::{other_than_file, whole};
use crate::trainer::keeper::RestoredRun;
use crate::world::World;

pub struct Speaker {
    pub voice: Box<dyn Voice>,
    pub who: String,
    /// Of the dice of the conversation.
    pub seed: u64,
    /// Why the session is not what it says: the failure with which the conversation ends.
    pub damage: Option<Failure>,
}

pub fn find(args: &ChatArgs) -> Result<Speaker, Failure> {
    match (&args.session, &args.model) {
        (Some(session), _) => of_session(args, session),
        (None, Some(dir)) => of_model(args, Path::new(dir)),
        (None, None) => trained(args),
    }
}

fn voice(run: &dyn Run) -> Result<Box<dyn Voice>, Failure> {
    let name = run.world().name().to_owned();
    run.voice()
        .ok_or_else(|| Failure::Input(format!("{name} is a finite MDP, in which nobody says anything; choose a scenario with --scenario")))
}

/// An agent that learns before one talks with it.
fn trained(args: &ChatArgs) -> Result<Speaker, Failure> {
    if args.run.agent == live::NAME {
        let right = "train one with dialoq lm all --out DIR, then talk with dialoq chat --model DIR";
        return Err(Failure::Input(format!("--agent: a language model learns for minutes; {right}")));
    }
    let spec = args.run.spec()?;
    if spec.source.scenario()?.is_none() {
        return Err(Failure::Input(format!("--mdp: {} has no words, so nobody can talk in it; choose a scenario", spec.source.argument())));
    }
    let world = build(&spec.source, &spec.profile, spec.masks)?;
    let trained = train::train(&spec, world, args.dialogues)?;
    let (agent, scenario) = (&spec.agent, spec.source.argument());
    let who = format!("{agent} after {} dialogues of {scenario} (seed {})", grouped(args.dialogues), spec.seed);
    Ok(Speaker { voice: voice(&*trained.run)?, who, seed: spec.seed, damage: None })
}

fn of_session(args: &ChatArgs, name: &str) -> Result<Speaker, Failure> {
    let files = session::existing(name)?;
    let journal = files.parse().map_err(Failure::Input)?;
    let outcome = session::restored(&journal, &files)?;
    // The first note tells of the damage, with which this command ends.
    for note in outcome.notes.iter().skip(usize::from(journal.is_damaged())).chain(&outcome.problems) {
        output::note(&format!("note: {note}"));
    }
    let differs = outcome.problems.first().map(|problem| Failure::Work(format!("{}: {problem}", files.shown())));
    let (runs, focus) = (outcome.restored.runs, outcome.restored.focus);
    let known: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    let chosen: Option<&RestoredRun> = match &args.branch {
        Some(name) => runs.iter().rev().find(|run| run.name == *name),
        None => runs.iter().find(|run| run.id == focus),
    };
    let run = chosen.ok_or_else(|| {
        let name = args.branch.as_deref().unwrap_or("?");
        session::absent(
            &files,
            &journal,
            format!("--branch: there is no open run \"{name}\" in {}; use one of {}", files.name(), known.join(", ")),
        )
    })?;
    let when =
        if run.run.talks() { format!("dialogue {}", grouped(run.run.dialogues())) } else { format!("step {}", grouped(run.run.now().0)) };
    let who =
        format!("run {} ({} in {}) of the session {}, as of {when}", run.name, run.spec.agent, run.spec.source.argument(), files.name());
    Ok(Speaker { voice: voice(&*run.run)?, who, seed: run.run.seed(), damage: differs.or_else(|| session::damage(&files, &journal)) })
}

/// Models of a path, the most trained first.
const MODELS: &[&str] = &["ppo-dialogue", "ppo-bandit", "dpo", "sft"];
const CONFIG: &str = "config.json";

fn of_model(args: &ChatArgs, dir: &Path) -> Result<Speaker, Failure> {
    let folder = folder(dir)?;
    let read = |name: &str| {
        let path = folder.join(name);
        let right = "give a folder that dialoq lm --out wrote; each of its models has model.safetensors, vocabulary.json and config.json";
        whole(&path).map_err(|e| Failure::Input(format!("--model: {}: it cannot be read ({}); {right}", path.display(), reason(&e))))
    };
    let text = |name: &str| {
        let bytes = read(name)?;
        String::from_utf8(bytes).map_err(|_| Failure::Input(format!("--model: {}: this is not UTF-8 text", folder.join(name).display())))
    };
    let wrong = |e: crate::lm::ground::PathError| Failure::Input(format!("--model: {}: {e}", folder.display()));
    let config = SavedConfig::read(&text(CONFIG)?).map_err(wrong)?;
    let source = source::scenario(&config.scenario)?;
    let world = World::build(&source, &config.profile, Some(false), &mut |_| ())?;
    let saved = Saved::open(&read("model.safetensors")?, &text("vocabulary.json")?, &config, Arc::new(world)).map_err(wrong)?;
    let who = format!("the language model {} ({}, seed {})", folder.display(), config.scenario, config.seed);
    Ok(Speaker { voice: Box::new(saved), who, seed: args.run.seed, damage: None })
}

/// The folder of one model.
fn folder(dir: &Path) -> Result<PathBuf, Failure> {
    if dir.join(CONFIG).is_file() {
        return Ok(dir.to_owned());
    }
    let found = MODELS.iter().map(|name| dir.join(name)).find(|folder| folder.join(CONFIG).is_file());
    found.ok_or_else(|| {
        let what = match other_than_file(dir) {
            Some("a directory") => "there is no model in it that speaks",
            None if !dir.exists() => "there is no such folder",
            _ => "this is not a folder",
        };
        Failure::Input(format!("--model: {}: {what}; give a folder that dialoq lm all --out DIR wrote", dir.display()))
    })
}
