//! `dialoq scenarios`: list those that come with the program, show one in full, check a file that someone wrote.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::args::build;
use super::failure::Failure;
use super::figures::{Figures, figures};
use super::output::note;
use super::show::{percent, print_json, score_json, score_json_without_value, several, wrap};
use super::solve::figures_table;
use super::source;
use super::values::{LangName, Named, lang, profile_names, scenario_names};
use crate::text::line;
use crate::world::names::Lang;
use crate::world::scenario::{Scenario, User};
use crate::world::{SCENARIOS, World, WorldSource};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq scenarios
  dialoq scenarios show smart-home
  dialoq scenarios check my-scenario.json")]
pub struct ScenariosArgs {
    #[command(subcommand)]
    pub what: Option<What>,
    /// Print one JSON object on one line.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of the scenarios' own texts: en or zh; the locale's by default.
    #[arg(long, global = true, value_name = "LANG", ignore_case = true)]
    pub lang: Option<LangName>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// Name the built-in scenarios (the default).
    #[command(after_help = "Example:\n  dialoq scenarios list")]
    List,
    /// Show one: tasks, slots, users, rewards, and the exact figures.
    #[command(after_help = "Example:\n  dialoq scenarios show customer-service")]
    Show {
        /// A built-in scenario or a scenario file.
        #[arg(value_name = "NAME|FILE", value_parser = Named(scenario_names), hide_possible_values = true)]
        name: String,
    },
    /// Say whether a scenario file (or a finite MDP) is fine.
    #[command(after_help = "Example:\n  dialoq scenarios check my-scenario.json")]
    Check {
        /// A scenario, or a finite MDP, in JSON.
        #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        file: String,
    },
}

pub fn run(args: ScenariosArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let lang = lang(args.lang);
    let what = args.what.unwrap_or(What::List);
    if lang == Lang::Chinese && !args.json && !matches!(what, What::Check { .. }) {
        note(ENGLISH_REST);
    }
    match what {
        What::List => list(args.json, lang, out),
        What::Show { name } => show(&name, args.json, lang, out),
        What::Check { file } => check(&file, args.json, out),
    }
}

/// Until the whole interface speaks Chinese.
pub const ENGLISH_REST: &str = "note: the scenarios' own texts are in Chinese; all else is in English so far";

fn list(json: bool, lang: Lang, out: &mut dyn Write) -> Result<(), Failure> {
    let mut objects = Vec::new();
    for builtin in SCENARIOS {
        let Some(s) = WorldSource::Builtin(builtin.name.to_owned()).scenario()? else {
            continue;
        };
        if json {
            objects.push(json!({"name": s.name, "title": s.title.of(lang), "about": s.about.of(lang), "tasks": s.tasks.len(), "slots": s.slots.len()}));
        } else {
            writeln!(out, "{}", s.name)?;
            write!(out, "{}", wrap(s.about.of(lang), "    ", 100))?;
        }
    }
    if json {
        print_json(out, &json!({"scenarios": objects}))?;
    }
    Ok(())
}

fn check(file: &str, json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let world = build(&source::any(file)?, "standard", None)?;
    let (states, actions) = (world.states_at_most(), world.actions());
    if json {
        print_json(out, &json!({"file": file, "fine": true, "states": states, "actions": actions}))?;
    } else {
        let (states, acts) = (several(states, "state"), several(u64::from(actions), "act"));
        writeln!(out, "{}: fine: {states}, {acts}", line(file))?;
    }
    Ok(())
}

fn show(name: &str, json: bool, lang: Lang, out: &mut dyn Write) -> Result<(), Failure> {
    let source = source::scenario(name)?;
    let world = build(&source, "standard", None)?;
    let Some(scenario) = source.scenario()? else {
        return Err(Failure::Input(format!("{name}: this is no scenario; use dialoq solve --mdp {name}")));
    };
    let f = world.exact().map(|_| figures(&world, world.gamma(), 0.1)).transpose()?;
    if json {
        print_json(out, &scenario_json(&scenario, &world, f.as_ref(), lang))?;
        return Ok(());
    }
    describe(&scenario, &world, lang, out)?;
    let Some(f) = f else {
        return Ok(writeln!(out, "\nToo many states for exact figures: dialoq eval judges a policy by simulated dialogues")?);
    };
    writeln!(out, "\nFigures (standard users, γ {})", world.gamma())?;
    figures_table(out, &f)
}

fn describe(s: &Scenario, world: &World, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", s.name, s.title.of(lang))?;
    write!(out, "{}\n{}", wrap(s.about.of(lang), "  ", 100), wrap(s.lesson.of(lang), "  ", 100))?;
    writeln!(out, "\nTasks (misheard with {})", percent(s.noise.task))?;
    for t in &s.tasks {
        writeln!(out, "  {}: needs {}; done wrongly {:+}", t.name, t.needs.join(", "), t.wrong)?;
    }
    writeln!(out, "\nSlots")?;
    for k in &s.slots {
        writeln!(out, "  {} ({}): misheard with {}, {} values", k.name, k.label.of(lang), percent(k.noise), k.values.of(lang).len())?;
    }
    writeln!(out, "\nUsers")?;
    for name in profile_names() {
        if let Some(u) = s.user(name) {
            writeln!(out, "  {name}: {}", user_text(u))?;
        }
    }
    let r = &s.rewards;
    let escalate = r.escalate.map_or("not possible".to_owned(), |x| format!("{x:+}"));
    writeln!(out, "\nRewards\n  a turn {:+}, success {:+}, hang-up {:+}, handing over {escalate}", r.turn, r.success, r.hang_up)?;
    let masks = if s.masks { "on" } else { "off" };
    let (states, acts) = (several(world.states_at_most(), "state"), several(u64::from(world.actions()), "act"));
    writeln!(out, "\nSize\n  {states}, {acts}, at most {}, masks {masks}", several(u64::from(s.turn_limit), "turn"))
}

fn user_text(u: &User) -> String {
    let [c1, c2, c3] = u.cooperation.map(percent);
    format!(
        "patience {} of 3, answers {c1} / {c2} / {c3} of the time at patience 1 / 2 / 3, volunteers {}, calms down {}",
        u.patience,
        percent(u.volunteers),
        percent(u.calms)
    )
}

fn scenario_json(s: &Scenario, world: &World, f: Option<&Figures>, lang: Lang) -> Value {
    let user = |u: &User| json!({"patience": u.patience, "cooperation": u.cooperation, "volunteers": u.volunteers, "calms": u.calms});
    json!({
        "name": s.name,
        "title": s.title.of(lang),
        "about": s.about.of(lang),
        "lesson": s.lesson.of(lang),
        "tasks": s.tasks.iter().map(|t| json!({"name": t.name, "needs": t.needs, "wrong": t.wrong})).collect::<Vec<_>>(),
        "slots": s.slots.iter().map(|k| json!({"name": k.name, "noise": k.noise, "values": k.values.of(lang)})).collect::<Vec<_>>(),
        "task_noise": s.noise.task,
        "users": {"easy": user(&s.users.easy), "standard": user(&s.users.standard), "unfriendly": user(&s.users.unfriendly)},
        "rewards": {"turn": s.rewards.turn, "success": s.rewards.success, "hang_up": s.rewards.hang_up, "escalate": s.rewards.escalate},
        "turn_limit": s.turn_limit,
        "masks": s.masks,
        "states": world.states_at_most(),
        "actions": world.act_names(),
        "gamma": world.gamma(),
        "optimal": f.map(|f| score_json(&f.optimal)),
        "epsilon": f.map(|f| f.epsilon),
        "optimal_with_epsilon": f.map(|f| score_json_without_value(&f.optimal_with_epsilon)),
        "random": f.map(|f| score_json(&f.random)),
    })
}
