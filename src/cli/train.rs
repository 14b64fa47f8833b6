//! `dialoq train`: learning without a screen, to the same bits as with one, and how good the result is.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};

use super::args::{RunArgs, build, knobs_json};
use super::failure::Failure;
use super::figures::{Figures, figures, score};
use super::keeping::Keeping;
use super::progress::Training;
use super::replay;
use super::show::{
    SCORE_HEAD, grouped, percent, plain, print_json, print_table, rough, score_json, score_json_without_value, score_row, seconds, several,
};
use super::values::dialogues;
use crate::agents;
use crate::run::evaluate::judge;
use crate::run::sampled::{self, Sampled};
use crate::run::timeline::{Fault, Limit};
use crate::run::{Run, RunSpec};
use crate::text::line;
use crate::trainer::snapshot::Score;
use crate::world::World;
use crate::world::env::ActionId;
use crate::world::solve::{Policy, evaluate};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq train --dialogues 20000 --seed 7
  dialoq train --scenario smart-home --agent sarsa --set alpha=0.2 epsilon=0.05 --json")]
pub struct TrainArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// How many dialogues to learn from.
    #[arg(long, value_name = "N", value_parser = dialogues, default_value = "5000", allow_negative_numbers = true)]
    pub dialogues: u64,
    /// Keep the run as a session, under a name or at a path; dialoq --resume NAME opens it.
    #[arg(long, value_name = "NAME|FILE", value_hint = clap::ValueHint::FilePath)]
    pub out: Option<String>,
    /// Learn a session again, every run to its end, and compare its digests.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["scenario", "mdp", "profile", "masks", "agent", "seed", "set", "dialogues", "out"], value_hint = clap::ValueHint::FilePath)]
    pub replay: Option<String>,
    /// Of the session, only this run.
    #[arg(long = "run", value_name = "A", requires = "replay")]
    pub only: Option<String>,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

/// Learning is interrupted about this often, to show and to keep how far it is. A turn that suddenly takes a hundred times as long,
/// as when a network begins to learn, still leaves that well below a second.
const SLICE: Duration = Duration::from_millis(2);
/// Turns of the first slice, and of the longest.
const FIRST: u64 = 64;
const LONGEST: u64 = 1 << 17;

/// A run that has learned, and how long the learning alone took.
pub struct Trained {
    pub run: Box<dyn Run>,
    pub seconds: f64,
}

pub fn train(spec: &RunSpec, world: Arc<World>, dialogues: u64) -> Result<Trained, Failure> {
    train_kept(spec, world, dialogues, &mut None)
}

fn train_kept(spec: &RunSpec, world: Arc<World>, dialogues: u64, keeping: &mut Option<Keeping>) -> Result<Trained, Failure> {
    let mut run = agents::start(world, spec)?;
    if let Some(keeping) = keeping {
        keeping.opened(&*run);
    }
    let mut bar = Training::new(dialogues);
    let (mut seconds, mut ticks) = (0.0, FIRST);
    while run.dialogues() < dialogues {
        let begun = Instant::now();
        run.advance(Limit { ticks, dialogues: dialogues - run.dialogues() });
        let took = begun.elapsed();
        seconds += took.as_secs_f64();
        if let Some(fault) = run.fault() {
            let broken = broken(fault, run.world());
            return Err(match keeping.take() {
                Some(keeping) => keeping.end_broken(&*run, &broken),
                None => Failure::Work(broken),
            });
        }
        ticks = if took > SLICE { (ticks * 3 / 4).max(1) } else { (ticks * 2).min(LONGEST) };
        bar.show(run.dialogues());
        if let Some(keeping) = keeping {
            keeping.hear(&*run);
        }
    }
    Ok(Trained { run, seconds })
}

/// Where and how a number stopped being one.
fn broken(fault: &Fault, world: &World) -> String {
    let r = &fault.record;
    let after = r.writes.iter().map(|(_, _, after)| *after).find(|x| !x.is_finite()).unwrap_or(f32::NAN);
    let cell = format!("Q({}, {})", world.state_text(r.state as u32), world.act_view(ActionId(r.act.0)).name);
    format!(
        "turn {}: the update of {cell} would become {after}; values are 32-bit numbers, so lower alpha or scale the rewards down",
        grouped(fault.tick + 1)
    )
}

/// What stands beside a trained run: the exact worth of its greedy policy, and of the best ones.
pub struct Judged {
    /// Its value is NaN where γ gives it none.
    pub greedy: Score,
    /// None where the world has no finite solution at this γ.
    pub exact: Option<Exact>,
    /// In its place where states are too many.
    pub played: Option<Played>,
    /// Why there is no exact solution.
    pub note: Option<String>,
}

/// Figures of dialogues played out.
pub struct Played {
    pub greedy: Sampled,
    pub random: Score,
    pub expert: Option<Score>,
}

pub struct Exact {
    pub figures: Figures,
    pub visited: f64,
    pub weighted: f64,
}

pub fn assess(run: &dyn Run) -> Judged {
    let world = run.world();
    let gamma = run.knob_now("gamma").unwrap_or(world.gamma());
    // An agent without ε is the random one: it only explores.
    let epsilon = run.knob_now("epsilon").unwrap_or(1.0);
    let Some(mdp) = world.exact() else { return played(run, gamma) };
    let candidate = run.candidate();
    match figures(world, gamma, epsilon) {
        Ok(figures) => {
            let verdict = judge(mdp, &figures.solution, candidate);
            let exact = Exact { figures, visited: verdict.optimal_share, weighted: verdict.optimal_share_weighted };
            Judged { greedy: score(&verdict.worth), exact: Some(exact), played: None, note: None }
        }
        Err(e) => {
            let worth = evaluate(mdp, &Policy { acts: candidate.greedy, epsilon: 0.0 }, gamma);
            let note = e.to_string().replacen("error: ", "", 1);
            Judged { greedy: Score { value: f64::NAN, ..score(&worth) }, exact: None, played: None, note: Some(note) }
        }
    }
}

/// Where states cannot be listed: means over dialogues in which nobody learns.
fn played(run: &dyn Run, gamma: f64) -> Judged {
    let (world, users, n) = (run.world(), sampled::judges(), sampled::DIALOGUES);
    let greedy = sampled::greedy(world, users, gamma, n, &mut run.frozen());
    let score = |s: &Sampled| Score { value: s.value.mean, return_: s.return_.mean, success: s.success.mean, turns: s.turns.mean };
    let random = score(&sampled::random(world, users, gamma, n));
    let expert = sampled::expert(world, users, gamma, n).map(|s| score(&s));
    let note = format!(
        "{} states are too many to be listed; policies are judged by {n} dialogues each (the greedy policy's return ± {:.2}, success ± {})",
        grouped(world.states_at_most()),
        greedy.return_.margin(),
        percent(greedy.success.margin())
    );
    Judged { greedy: score(&greedy), exact: None, played: Some(Played { greedy, random, expert }), note: Some(note) }
}

pub fn run(args: &TrainArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if let Some(session) = &args.replay {
        return replay::run(session, args.only.as_deref(), args.json, out);
    }
    let spec = args.run.spec()?;
    let world = build(&spec.source, &spec.profile, spec.masks)?;
    let mut keeping = args.out.as_ref().map(|name| Keeping::begin(name, &spec)).transpose()?;
    let trained = train_kept(&spec, world, args.dialogues, &mut keeping)?;
    // Print the results even if they could not be saved.
    let session = keeping.map(|keeping| keeping.end(&*trained.run));
    let judged = assess(&*trained.run);
    if args.json {
        let knobs = knobs_json(&spec)?;
        let mut object = json(&spec, &knobs, &trained, &judged);
        if let Some(Ok(path)) = &session {
            object["session"] = path.as_str().into();
        }
        print_json(out, &object)?;
    } else {
        table(out, &spec, &trained, &judged)?;
        if let Some(Ok(path)) = &session {
            writeln!(out, "\nkept as {}", line(path))?;
        }
    }
    out.flush()?;
    session.transpose().map(|_| ())
}

fn json(spec: &RunSpec, knobs: &Value, t: &Trained, judged: &Judged) -> Value {
    let turns = t.run.now().0;
    let (count, return_, success, length) = t.run.last_100();
    let recent = |x: f32| if count == 0 { Value::Null } else { plain(x).into() };
    let (exact, played) = (judged.exact.as_ref(), judged.played.as_ref());
    let dialogues = t.run.world().dialogues.as_ref();
    let mut object = json!({
        "scenario": spec.source.argument(),
        "agent": spec.agent,
        "seed": spec.seed.to_string(),
        "knobs": knobs,
        "dialogues": t.run.dialogues(),
        "turns": turns,
        "seconds": t.seconds,
        "turns_per_s": per_second(turns, t.seconds),
        "digest": t.run.digest().to_string(),
        "last_100": {"return": recent(return_), "success": recent(success), "turns": recent(length)},
        "greedy": score_json(&judged.greedy),
        "optimal": exact.map(|e| score_json(&e.figures.optimal)),
        "optimal_with_epsilon": exact.map(|e| score_json_without_value(&e.figures.optimal_with_epsilon)),
        "optimal_action_share": exact.map(|e| json!({"visited": e.visited, "weighted": e.weighted})),
        "random": exact.map(|e| &e.figures.random).or(played.map(|p| &p.random)).map(score_json),
        "profile": dialogues.map(|_| &spec.profile),
        "masks": dialogues.map(|d| d.rule.masks),
    });
    if let Some(p) = played {
        object["expert"] = p.expert.as_ref().map(score_json).into();
        object["judged_by"] = json!({
            "dialogues": p.greedy.dialogues,
            "return_margin": p.greedy.return_.margin(),
            "success_margin": p.greedy.success.margin(),
        });
    }
    object
}

fn per_second(turns: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { turns as f64 / seconds } else { 0.0 }
}

/// The line that says which run this is.
pub fn title(spec: &RunSpec) -> String {
    let mut words = vec![line(spec.source.argument()).into_owned(), spec.agent.clone(), format!("seed {}", spec.seed)];
    if spec.profile != "standard" {
        words.push(format!("{} users", spec.profile));
    }
    if let Some(on) = spec.masks {
        words.push(format!("masks {}", if on { "on" } else { "off" }));
    }
    words.extend(spec.settings.iter().map(|(name, value)| line(&format!("{name}={value}")).into_owned()));
    words.join(" · ")
}

fn table(out: &mut dyn Write, spec: &RunSpec, t: &Trained, judged: &Judged) -> Result<(), Failure> {
    let turns = t.run.now().0;
    writeln!(out, "{}", title(spec))?;
    writeln!(
        out,
        "{} · {} · {} · {} turns/s · digest {}\n",
        several(t.run.dialogues(), "dialogue"),
        several(turns, "turn"),
        seconds(t.seconds),
        rough(per_second(turns, t.seconds)),
        t.run.digest()
    )?;
    let mut rows = Vec::new();
    let (count, return_, success, length) = t.run.last_100();
    if count > 0 {
        let recent = Score { value: f64::NAN, return_: f64::from(return_), success: f64::from(success), turns: f64::from(length) };
        rows.push(score_row(&format!("last {}", several(u64::from(count), "dialogue")), &recent));
    }
    rows.push(score_row("greedy policy", &judged.greedy));
    if let Some(e) = &judged.exact {
        if t.run.epsilon().is_some() {
            let with_epsilon = format!("optimal with ε {:.2}", e.figures.epsilon);
            rows.push(score_row(&with_epsilon, &e.figures.optimal_with_epsilon));
        }
        rows.push(score_row("optimal policy", &e.figures.optimal));
        rows.push(score_row("random policy", &e.figures.random));
    }
    if let Some(p) = &judged.played {
        rows.extend(p.expert.as_ref().map(|score| score_row("expert", score)));
        rows.push(score_row("random policy", &p.random));
    }
    print_table(out, &[&[""][..], &SCORE_HEAD].concat(), &rows)?;
    if let Some(e) = &judged.exact {
        let (visited, weighted) = (percent(e.visited), percent(e.weighted));
        writeln!(out, "\nan optimal act in {visited} of the visited states; weighted by how often the greedy policy is there, {weighted}")?;
    }
    if let (Some(rows), states) = (t.run.rows(), t.run.world().numbers()) {
        let share = 100.0 * rows.kept as f64 / states.max(1) as f64;
        let lost =
            if rows.forgotten > 0 { format!("; {} were forgotten for want of room", grouped(rows.forgotten)) } else { String::new() };
        writeln!(out, "\nthe table holds {} of at most {} states ({share:.2} %){lost}", grouped(rows.kept), grouped(states))?;
    }
    if let Some(note) = &judged.note {
        writeln!(out, "\nno exact solution: {note}")?;
    }
    Ok(())
}
