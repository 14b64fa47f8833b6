//! `dialoq solve`: the exact solution of a world, and what the best policy is worth.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::args::WorldArgs;
use super::failure::Failure;
use super::figures::{Figures, figures};
use super::show::{SCORE_HEAD, print_json, print_table, score_json, score_json_without_value, score_row, several};
use super::values::{discount, seed, setting};
use crate::text::line;
use crate::world::World;
use crate::world::env::{ActionId, Env};

#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  dialoq solve --scenario smart-home
  dialoq solve --policy | head -20
  dialoq solve --mdp taxi.json --gamma 0.99 --json")]
pub struct SolveArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Discount; 0.95 by default, for a finite MDP the file's.
    #[arg(long, value_name = "G", value_parser = discount, allow_negative_numbers = true)]
    pub gamma: Option<f64>,
    /// The same as --gamma: gamma=G. And epsilon=E for the best policy that must explore (0.1 by default).
    #[arg(long, value_name = "KNOB=VALUE", value_parser = setting, num_args = 1..)]
    pub set: Vec<(String, String)>,
    /// Taken for the sake of other commands' lines: an exact solution draws nothing.
    #[arg(long, value_name = "N", value_parser = seed, hide = true)]
    pub seed: Option<u64>,
    /// Also print the optimal act of every state.
    #[arg(long)]
    pub policy: bool,
    /// Print one JSON object on one line.
    #[arg(long)]
    pub json: bool,
}

impl SolveArgs {
    /// γ and ε, the flag before the setting.
    fn knobs(&self) -> Result<(Option<f64>, f64), Failure> {
        let (mut gamma, mut epsilon) = (None, 0.1);
        for (name, value) in &self.set {
            let to_unit = |text: &str| {
                let wrong = || Failure::Input(format!("--set {name}: \"{text}\" is not a number from 0 to 1"));
                text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(wrong)
            };
            match name.as_str() {
                "gamma" => gamma = Some(to_unit(value)?),
                "epsilon" => epsilon = to_unit(value)?,
                _ => return Err(Failure::Input(format!("--set: an exact solution has no knob \"{name}\"; it has gamma, epsilon"))),
            }
        }
        Ok((self.gamma.or(gamma), epsilon))
    }
}

pub fn run(args: &SolveArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (gamma, epsilon) = args.knobs()?;
    let (source, world) = args.world.build()?;
    let gamma = gamma.unwrap_or(world.gamma());
    let f = figures(&world, gamma, epsilon)?;
    if args.json {
        let mut object = json(source.argument(), &world, &f);
        if args.policy {
            object["policy"] = policy_json(&world, &f);
        }
        return Ok(print_json(out, &object)?);
    }
    table(out, source.argument(), &world, &f)?;
    if args.policy {
        writeln!(out)?;
        print_policy(out, &world, &f)?;
    }
    Ok(())
}

fn json(scenario: &str, world: &World, f: &Figures) -> Value {
    json!({
        "scenario": scenario,
        "states": world.states(),
        "actions": world.actions(),
        "gamma": f.solution.gamma,
        "sweeps": f.solution.sweeps,
        "residual": f.solution.residual,
        "optimal": score_json(&f.optimal),
        "epsilon": f.epsilon,
        "optimal_with_epsilon": score_json_without_value(&f.optimal_with_epsilon),
        "random": score_json(&f.random),
    })
}

fn table(out: &mut dyn Write, scenario: &str, world: &World, f: &Figures) -> Result<(), Failure> {
    let (states, acts) = (several(world.states_at_most(), "state"), several(u64::from(world.actions()), "act"));
    let turns = several(u64::from(world.turn_limit()), "turn");
    let s = &f.solution;
    writeln!(out, "{}: {states}, {acts}, at most {turns}", line(scenario))?;
    writeln!(out, "γ {} · {} · residual {:.1e}\n", s.gamma, several(u64::from(s.sweeps), "sweep"), s.residual)?;
    figures_table(out, f)
}

/// The figures of a world, best first.
pub fn figures_table(out: &mut dyn Write, f: &Figures) -> Result<(), Failure> {
    let rows = [
        score_row("optimal policy", &f.optimal),
        score_row(&format!("optimal with ε {:.2}", f.epsilon), &f.optimal_with_epsilon),
        score_row("random policy", &f.random),
    ];
    Ok(print_table(out, &[&[""][..], &SCORE_HEAD].concat(), &rows)?)
}

fn best_acts(world: &World, f: &Figures, state: u32) -> Vec<String> {
    let mask = f.solution.optimal(state, world.actions());
    (0..world.actions() as u8).filter(|a| mask >> a & 1 == 1).map(|a| world.act_view(ActionId(a)).name).collect()
}

fn policy_json(world: &World, f: &Figures) -> Value {
    let state = |s: u32| json!({"state": world.state_text(s), "value": f.solution.v[s as usize], "acts": best_acts(world, f, s)});
    (0..world.states().unwrap_or(0)).map(state).collect()
}

/// A line for each state, as it is made: a reader such as `head` may stop at any.
fn print_policy(out: &mut dyn Write, world: &World, f: &Figures) -> Result<(), Failure> {
    for s in 0..world.states().unwrap_or(0) {
        writeln!(out, "{:>9.3}  {}  →  {}", f.solution.v[s as usize], world.state_text(s), best_acts(world, f, s).join(" or "))?;
    }
    Ok(())
}
