//! The plan of a benchmark from its flags, and the sentence where they make none.

use serde_json::{Map, Value, json};

use super::BenchArgs;
use crate::agents::{AGENTS, AgentEntry};
use crate::cli::args::known_knobs;
use crate::cli::failure::{Failure, either};
use crate::cli::source;
use crate::cli::values::{self, dialogues};
use crate::learn::knob::{Settings, position};
use crate::num::digest::digest_bytes;
use crate::run::RunSpec;
use crate::run::benchmark::{CONDITIONS, Condition};
use crate::world::{SCENARIOS, WorldSource, builtin};

/// Points of learning, rising.
#[derive(Clone, Debug, PartialEq)]
pub struct Points(pub Vec<u64>);

/// `dqn.alpha=0.1`
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    pub agent: String,
    pub knob: String,
    pub value: String,
}

/// More measures of a run than this are a curve, which `dialoq train` keeps.
const POINTS_MAX: usize = 100;
/// A dialogue's place in the evaluation dice.
const EVALUATION_MAX: u64 = 1_000_000;

pub struct Plan {
    pub arenas: Vec<Arena>,
    pub conditions: Vec<Condition>,
    /// Yardsticks first, each group in the order of `AGENTS`.
    pub contenders: Vec<Contender>,
    pub seed: u64,
    pub seeds: u32,
    pub points: Vec<u64>,
    pub evaluation: u64,
}

pub struct Arena {
    pub source: WorldSource,
    /// The scenario's own name, by which agents know what is tuned for it.
    pub scenario: String,
    /// Of its text.
    digest: String,
}

pub struct Contender {
    pub agent: &'static AgentEntry,
    pub own: Vec<(String, String)>,
}

/// One run, by places in the plan's lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    pub arena: usize,
    pub condition: usize,
    pub contender: usize,
    /// Place among the seeds.
    pub k: u32,
}

pub fn condition(text: &str) -> Result<usize, String> {
    let wrong = || format!("\"{text}\" is not a condition; use whole numbers from 1 to {}", CONDITIONS.len());
    text.trim().parse().ok().filter(|n| (1..=CONDITIONS.len()).contains(n)).ok_or_else(wrong)
}

pub fn points(text: &str) -> Result<Points, String> {
    let list = text.split(',').map(|n| dialogues(n.trim())).collect::<Result<Vec<u64>, String>>()?;
    if list.len() > POINTS_MAX {
        return Err(format!("these are {} points; use at most {POINTS_MAX}", list.len()));
    }
    if list.is_sorted_by(|a, b| a < b) { Ok(Points(list)) } else { Err(format!("\"{text}\" does not rise; write it as 1000,4000,10000")) }
}

pub fn evaluation(text: &str) -> Result<u64, String> {
    let right = || format!("\"{text}\" is not a number of evaluation dialogues; use a whole number from 1 to {EVALUATION_MAX}");
    dialogues(text).ok().filter(|n| (1..=EVALUATION_MAX).contains(n)).ok_or_else(right)
}

pub fn setting(text: &str) -> Result<Own, String> {
    let wrong = || format!("\"{text}\" is not a setting; write it as agent.knob=value, such as q-learning.alpha=0.1");
    let (name, value) = values::setting(text).map_err(|_| wrong())?;
    match name.split_once('.') {
        Some((agent, knob)) if !agent.is_empty() && !knob.is_empty() => Ok(Own { agent: agent.into(), knob: knob.into(), value }),
        _ => Err(wrong()),
    }
}

fn refuse<T>(sentence: String) -> Result<T, Failure> {
    Err(Failure::Input(sentence))
}

/// Each thing of a list once.
fn once<T: PartialEq>(flag: &str, list: &[T], name: impl Fn(&T) -> String) -> Result<(), Failure> {
    match list.iter().enumerate().find(|(i, item)| list[..*i].contains(item)) {
        Some((_, twice)) => refuse(format!("{flag}: {} is there twice; give each one once", name(twice))),
        None => Ok(()),
    }
}

pub fn plan(args: &BenchArgs) -> Result<Plan, Failure> {
    once("--scenarios", &args.scenarios, String::clone)?;
    once("--agents", &args.agents, String::clone)?;
    once("--conditions", &args.conditions, usize::to_string)?;
    let names = || SCENARIOS.iter().map(|s| s.name.to_owned()).collect();
    let scenarios: Vec<String> = if args.scenarios.is_empty() { names() } else { args.scenarios.clone() };
    let arenas = scenarios.iter().map(|name| arena(name)).collect::<Result<_, _>>()?;
    let mut numbers = args.conditions.clone();
    numbers.sort_unstable();
    let all = |n: &Condition| numbers.is_empty() || numbers.contains(&(n.number as usize));
    Ok(Plan {
        arenas,
        conditions: CONDITIONS.into_iter().filter(all).collect(),
        contenders: contenders(args)?,
        seed: args.seed,
        seeds: args.seeds,
        points: args.dialogues.0.clone(),
        evaluation: args.evaluation,
    })
}

fn arena(name: &str) -> Result<Arena, Failure> {
    let known: Vec<&str> = SCENARIOS.iter().map(|s| s.name).collect();
    if builtin(name).is_none() && !std::path::Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        return refuse(format!("--scenarios: there is no scenario \"{name}\"; use {} or a scenario file", known.join(", ")));
    }
    let source = if builtin(name).is_some() { source::scenario(name)? } else { source::any(name)? };
    let Some(scenario) = source.scenario()? else {
        return refuse(format!("--scenarios: {name} is a finite MDP, which has no noise, masks or users to change; give a scenario"));
    };
    let digest = digest_bytes(source.text()?.as_bytes()).to_string();
    Ok(Arena { source, scenario: scenario.name, digest })
}

fn contenders(args: &BenchArgs) -> Result<Vec<Contender>, Failure> {
    let names: Vec<&str> = AGENTS.iter().map(|a| a.name).collect();
    if let Some(name) = args.agents.iter().find(|name| !names.contains(&name.as_str())) {
        return refuse(format!("--agents: there is no agent \"{name}\"; use some of {}", names.join(", ")));
    }
    let wanted = |a: &&AgentEntry| !a.learns() || args.agents.is_empty() || args.agents.iter().any(|name| name == a.name);
    let mut chosen: Vec<&'static AgentEntry> = AGENTS.iter().filter(wanted).collect();
    chosen.sort_by_key(|a| a.learns());
    for own in &args.set {
        let Some(agent) = chosen.iter().find(|a| a.name == own.agent) else {
            let there: Vec<&str> = chosen.iter().map(|a| a.name).collect();
            return refuse(format!("--set: {} is not one of the agents here; they are {}", own.agent, there.join(", ")));
        };
        let said = |e| Failure::Input(format!("--set {}: {e}", own.agent));
        agent.knobs[position(agent.name, agent.knobs, &own.knob).map_err(said)?].parse(&own.value).map_err(said)?;
    }
    let own = |agent: &AgentEntry| {
        let of = args.set.iter().filter(|own| own.agent == agent.name);
        of.map(|own| (own.knob.clone(), own.value.clone())).collect()
    };
    Ok(chosen.into_iter().map(|agent| Contender { agent, own: own(agent) }).collect())
}

impl Plan {
    /// Condition by condition, so that its world can be dropped; in each the yardsticks, then seed by seed.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for arena in 0..self.arenas.len() {
            for condition in 0..self.conditions.len() {
                let job = |contender: usize, k: u32| Job { arena, condition, contender, k };
                let (learn, know): (Vec<usize>, Vec<usize>) = (0..self.contenders.len()).partition(|c| self.contenders[*c].agent.learns());
                jobs.extend(know.into_iter().map(|c| job(c, 0)));
                jobs.extend((0..self.seeds).flat_map(|k| learn.iter().map(move |c| job(*c, k))));
            }
        }
        jobs
    }

    pub fn learns(&self, job: &Job) -> bool {
        self.contenders[job.contender].agent.learns()
    }

    /// Where a run is measured: a yardstick at once.
    pub fn points_of(&self, job: &Job) -> &[u64] {
        if self.learns(job) { &self.points } else { &[0] }
    }

    /// Dialogues of learning.
    pub fn length(&self, job: &Job) -> u64 {
        self.points_of(job).last().copied().unwrap_or(0)
    }

    /// A yardstick has the same dice whatever the first seed is.
    pub fn seed_of(&self, job: &Job) -> u64 {
        if self.learns(job) { self.seed.wrapping_add(u64::from(job.k)) } else { 0 }
    }

    pub fn spec(&self, job: &Job) -> RunSpec {
        let (condition, contender) = (&self.conditions[job.condition], &self.contenders[job.contender]);
        RunSpec {
            source: self.arenas[job.arena].source.clone(),
            profile: condition.profile.to_owned(),
            masks: Some(condition.masks),
            agent: contender.agent.name.to_owned(),
            seed: self.seed_of(job),
            settings: contender.own.clone(),
        }
    }

    /// All that a run's result follows from.
    pub fn words(&self, job: &Job) -> Value {
        let (arena, condition, contender) = (&self.arenas[job.arena], &self.conditions[job.condition], &self.contenders[job.contender]);
        let agent = contender.agent;
        let pairs: Vec<_> = agent.tuned_for(&arena.scenario).into_iter().chain(contender.own.iter().cloned()).collect();
        let settings = Settings::with(agent.name, agent.knobs, &pairs).expect("settings are read with the plan, tuned ones by tests");
        json!({
            "program": env!("CARGO_PKG_VERSION"),
            "scenario": arena.source.argument(),
            "world": arena.digest,
            "condition": condition_json(condition),
            "agent": agent.name,
            "knobs": known_knobs(agent.knobs, &settings),
            "seed": self.seed_of(job).to_string(),
            "dialogues": self.points_of(job),
            "evaluation": self.evaluation,
        })
    }

    /// Knobs as they were given, by agent.
    pub fn own(&self) -> Map<String, Value> {
        let given = self.contenders.iter().filter(|c| !c.own.is_empty());
        given
            .map(|c| (c.agent.name.to_owned(), c.own.iter().cloned().map(|(k, v)| (k, Value::from(v))).collect::<Map<_, _>>().into()))
            .collect()
    }
}

pub fn condition_json(c: &Condition) -> Value {
    json!({"number": c.number, "noise": c.noise, "masks": c.masks, "users": c.profile})
}

/// `masks on`, `masks off`
pub fn masks(condition: &Condition) -> &'static str {
    if condition.masks { "on" } else { "off" }
}

/// `customer-service · condition 3: 15 % noise, masks on, standard users`
pub fn title(arena: &Arena, c: &Condition) -> String {
    let noise = (c.noise * 100.0).round();
    format!("{} · condition {}: {noise} % noise, masks {}, {} users", arena.source.argument(), c.number, masks(c), c.profile)
}

/// The names of the yardsticks: `expert, optimal and random`.
pub fn yardsticks(plan: &Plan) -> String {
    let names: Vec<&str> = plan.contenders.iter().filter(|c| !c.agent.learns()).map(|c| c.agent.name).collect();
    either(&names).replace(" or ", " and ")
}
