//! A benchmark as a table, as JSON by cell, as comma-separated values by run.

use std::io::Write;

use serde_json::{Value, json};

use super::plan::{Job, Plan, condition_json, masks, title, yardsticks};
use super::rows::{Cell, Number, OPTIMAL, REGRET, RETURN, SUCCESS, TURNS, overall};
use crate::cli::csv;
use crate::cli::failure::Failure;
use crate::cli::show::{grouped, print_json, print_table, several};
use crate::num::bootstrap::Interval;
use crate::run::benchmark::Outcome;

/// `--dry-run`
pub fn told(out: &mut dyn Write, plan: &Plan, jobs: &[Job], outcomes: &[Option<Outcome>]) -> Result<(), Failure> {
    let learners = plan.contenders.iter().filter(|c| c.agent.learns()).count();
    let (arenas, conditions) = (plan.arenas.len(), plan.conditions.len());
    let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(n as u64)) };
    let learning = jobs.iter().filter(|job| plan.learns(job)).count();
    writeln!(
        out,
        "{} × {} × {} × {} = {} that learn",
        count(arenas, "scenario"),
        count(conditions, "condition"),
        count(learners, "agent"),
        count(plan.seeds as usize, "seed"),
        count(learning, "run")
    )?;
    writeln!(out, "{} of yardsticks ({}), which learn nothing", count(jobs.len() - learning, "run"), yardsticks(plan))?;
    let left = || jobs.iter().zip(outcomes).filter(|(_, o)| o.is_none()).map(|(job, _)| job);
    let dialogues = left().map(|job| plan.length(job)).sum::<u64>();
    Ok(writeln!(out, "to do: {}, {} of learning", count(left().count(), "run"), count(dialogues as usize, "dialogue"))?)
}

fn interval(i: Option<Interval>) -> Value {
    // What is not finite becomes null.
    i.map_or(Value::Null, |i| json!({"mean": i.mean, "low": i.low, "high": i.high}))
}

pub fn json(out: &mut dyn Write, plan: &Plan, cells: &[Cell<'_>]) -> Result<(), Failure> {
    let point = |cell: &Cell<'_>, at: usize| {
        let mean = |number: Number| interval(cell.mean(at, number));
        json!({
            "dialogues": cell.points[at],
            "success": mean(SUCCESS),
            "success_iqm": interval(cell.iqm(at, SUCCESS)),
            "return": mean(RETURN),
            "return_iqm": interval(cell.iqm(at, RETURN)),
            "turns": mean(TURNS),
            "regret": mean(REGRET),
            "optimal": mean(OPTIMAL),
        })
    };
    let cell_json = |cell: &Cell<'_>| {
        json!({
            "scenario": plan.arenas[cell.arena].source.argument(),
            "condition": plan.conditions[cell.condition].number,
            "agent": plan.contenders[cell.contender].agent.name,
            "learns": cell.learns,
            "runs": cell.runs.len(),
            "stopped": cell.stopped(),
            "unfit": cell.unfit(),
            "points": (0..cell.points.len()).map(|at| point(cell, at)).collect::<Vec<_>>(),
        })
    };
    let overall: Vec<Value> = overall(plan, cells)
        .into_iter()
        .map(|o| {
            json!({
                "scenario": o.arena.map(|a| plan.arenas[a].source.argument()),
                "dialogues": o.dialogues,
                "agent": plan.contenders[o.contender].agent.name,
                "score": interval(o.score),
            })
        })
        .collect();
    let object = json!({
        "seed": plan.seed.to_string(),
        "seeds": plan.seeds,
        "dialogues": plan.points,
        "evaluation": plan.evaluation,
        "conditions": plan.conditions.iter().map(condition_json).collect::<Vec<_>>(),
        "settings": plan.own(),
        "cells": cells.iter().map(cell_json).collect::<Vec<_>>(),
        "overall": overall,
    });
    Ok(print_json(out, &object)?)
}

/// A line for every measure of every run; a run that broke has a last line without numbers. What is not known stays empty.
pub fn csv(out: &mut dyn Write, plan: &Plan, cells: &[Cell<'_>]) -> Result<(), Failure> {
    writeln!(out, "scenario,condition,noise,masks,users,agent,seed,dialogues,success,return,turns,regret,optimal,fault")?;
    for cell in cells {
        let (scenario, c) = (plan.arenas[cell.arena].source.argument(), &plan.conditions[cell.condition]);
        let scenario = csv::cell(scenario);
        let agent = plan.contenders[cell.contender].agent.name;
        let number = |x: Option<f64>| x.filter(|x| x.is_finite()).map_or(String::new(), |x| short(x).to_string());
        for (seed, outcome) in &cell.runs {
            let head = format!("{scenario},{},{},{},{},{agent},{seed}", c.number, c.noise, masks(c), c.profile);
            for m in &outcome.measured {
                let numbers = [Some(m.success), Some(m.return_), Some(m.turns), m.regret, m.optimal].map(number).join(",");
                writeln!(out, "{head},{},{numbers},", m.dialogues)?;
            }
            if let Some(fault) = outcome.fault {
                writeln!(out, "{head},,,,,,,{fault}")?;
            }
        }
    }
    Ok(())
}

/// To a millionth, which is finer than any interval here; what rounds to nothing has no sign.
fn short(x: f64) -> f64 {
    (x * 1e6).round() / 1e6 + 0.0
}

/// `97.3 ±0.4`: the longer side of the interval; alone where one run says nothing about it.
fn with_margin(i: Option<Interval>, scale: f64, decimals: usize) -> String {
    let Some(i) = i else { return "–".to_owned() };
    // What rounds to nothing has no sign.
    let number =
        |x: f64| Some(format!("{x:.decimals$}")).filter(|text| text.parse() != Ok(0.0)).unwrap_or_else(|| format!("{:.decimals$}", 0.0));
    let half = (i.high - i.mean).max(i.mean - i.low) * scale;
    let mean = number(i.mean * scale);
    if half.is_finite() { format!("{mean} ±{half:.decimals$}") } else { mean }
}

const HEAD: [&str; 8] = ["", "after", "success %", "IQM", "return", "IQM", "regret", "optimal %"];

/// A block for every condition of every scenario, then how far each agent came.
pub fn table(out: &mut dyn Write, plan: &Plan, cells: &[Cell<'_>]) -> Result<(), Failure> {
    let seeds = several(u64::from(plan.seeds), "seed");
    writeln!(out, "{seeds} each · {} evaluation dialogues, learning off · greedy policy", grouped(plan.evaluation))?;
    for arena in 0..plan.arenas.len() {
        for condition in 0..plan.conditions.len() {
            writeln!(out, "\n{}\n", title(&plan.arenas[arena], &plan.conditions[condition]))?;
            let here: Vec<&Cell<'_>> = cells.iter().filter(|c| (c.arena, c.condition) == (arena, condition)).collect();
            let fit: Vec<Vec<String>> = here.iter().filter(|c| c.unfit().is_none()).flat_map(|c| block(plan, c)).collect();
            print_table(out, &HEAD, &fit)?;
            notes(out, plan, &here)?;
        }
    }
    scores(out, plan, cells)?;
    let interval = if plan.seeds > 1 { "± is the longer side of the 95 % interval over the seeds; " } else { "" };
    Ok(writeln!(out, "\n{interval}IQM is the mean of the middle half; regret and optimal % are exact, at the world's own discount")?)
}

fn block(plan: &Plan, cell: &Cell<'_>) -> Vec<Vec<String>> {
    let row = |at: usize| {
        let name = if at == 0 { plan.contenders[cell.contender].agent.name } else { "" };
        let after = if cell.learns { grouped(cell.points[at]) } else { "–".to_owned() };
        vec![
            name.to_owned(),
            after,
            with_margin(cell.mean(at, SUCCESS), 100.0, 1),
            with_margin(cell.iqm(at, SUCCESS), 100.0, 1),
            with_margin(cell.mean(at, RETURN), 1.0, 2),
            with_margin(cell.iqm(at, RETURN), 1.0, 2),
            with_margin(cell.mean(at, REGRET), 1.0, 3),
            with_margin(cell.mean(at, OPTIMAL), 100.0, 1),
        ]
    };
    (0..cell.points.len()).map(row).collect()
}

fn notes(out: &mut dyn Write, plan: &Plan, cells: &[&Cell<'_>]) -> Result<(), Failure> {
    for cell in cells {
        let agent = plan.contenders[cell.contender].agent.name;
        if let Some(why) = cell.unfit() {
            writeln!(out, "{agent} is left out: {why}")?;
        }
        if cell.stopped() > 0 {
            let (stopped, runs) = (cell.stopped(), cell.runs.len());
            writeln!(out, "{agent}: {stopped} of {runs} stopped before an update that is not finite and are left out from there on")?;
        }
    }
    Ok(())
}

/// Agents by scenarios after the last point.
fn scores(out: &mut dyn Write, plan: &Plan, cells: &[Cell<'_>]) -> Result<(), Failure> {
    let all = overall(plan, cells);
    let last = plan.points.last().copied().unwrap_or(0);
    writeln!(
        out,
        "\nshare of the way from random to optimal return after {} dialogues, IQM over conditions and seeds, %\n",
        grouped(last)
    )?;
    let columns: Vec<Option<usize>> = (0..plan.arenas.len()).map(Some).chain((plan.arenas.len() > 1).then_some(None)).collect();
    let name = |arena: &Option<usize>| arena.map_or("all", |a| plan.arenas[a].source.argument());
    let head: Vec<&str> = std::iter::once("").chain(columns.iter().map(name)).collect();
    let mut rows = Vec::new();
    for (contender, c) in plan.contenders.iter().enumerate() {
        let dialogues = if c.agent.learns() { last } else { 0 };
        let score = |arena: &Option<usize>| {
            let found = all.iter().find(|o| (o.arena, o.contender, o.dialogues) == (*arena, contender, dialogues));
            with_margin(found.and_then(|o| o.score), 100.0, 1)
        };
        rows.push(std::iter::once(c.agent.name.to_owned()).chain(columns.iter().map(score)).collect());
    }
    Ok(print_table(out, &head, &rows)?)
}
