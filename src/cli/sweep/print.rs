//! What a sweep found: a table and JSON by cell, with means and their 95 % intervals over the seeds; CSV by run.

use std::io::Write;

use serde_json::{Map, Value, json};

use crate::cli::args::knobs_json;
use crate::cli::csv;
use crate::cli::failure::Failure;
use crate::cli::show::{grouped, plain, print_json, print_table, several};
use crate::cli::train::title;
use crate::num::bootstrap::{Interval, paired};
use crate::run::sweep::{Outcome, Plan};

/// A number of a run's outcome.
type Measure = fn(&Outcome) -> Option<f64>;

/// The outcomes of a cell.
fn cell<'a>(plan: &Plan, outcomes: &'a [Outcome], cell: usize) -> &'a [Outcome] {
    let seeds = plan.seeds as usize;
    &outcomes[cell * seeds..(cell + 1) * seeds]
}

/// Mean and interval over the runs that have this number; none where no run has it.
fn over(outcomes: &[Outcome], measure: Measure) -> Option<Interval> {
    let values: Vec<f64> = outcomes.iter().filter_map(measure).collect();
    (!values.is_empty()).then(|| paired(&values))
}

fn broken(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|o| o.fault.is_some()).count()
}

fn reached(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|o| o.dialogues_to_90.is_some()).count()
}

fn to_90(outcome: &Outcome) -> Option<f64> {
    outcome.dialogues_to_90.map(|n| n as f64)
}

pub fn json(out: &mut dyn Write, plan: &Plan, outcomes: &[Outcome]) -> Result<(), Failure> {
    // A number of a knob as it was typed is a number in JSON too; a choice stays text.
    let typed = |value: &String| value.parse().map_or_else(|_| Value::from(value.as_str()), Value::Number);
    let grid: Map<String, Value> =
        plan.axes.iter().map(|a| (a.knob.clone(), a.values.iter().map(typed).collect::<Vec<_>>().into())).collect();
    let mut knobs = knobs_json(&plan.spec)?;
    if let Some(knobs) = knobs.as_object_mut() {
        knobs.retain(|name, _| !grid.contains_key(name));
    }
    let cell_json = |number: usize| {
        let runs = cell(plan, outcomes, number);
        let interval = |measure: Measure| over(runs, measure).map(|i| json!({"mean": i.mean, "low": i.low, "high": i.high}));
        let settings: Map<String, Value> = plan.settings(number).iter().map(|(name, value)| (name.clone(), typed(value))).collect();
        json!({
            "settings": settings,
            "stopped": broken(runs),
            "last_100": {"return": interval(|o| o.return_100), "success": interval(|o| o.success_100)},
            "greedy": {"value": interval(|o| o.value), "return": interval(|o| o.return_), "success": interval(|o| o.success)},
            "regret": interval(|o| o.regret),
            "optimal_action_share": {"visited": interval(|o| o.optimal_visited), "weighted": interval(|o| o.optimal_weighted)},
            "reached_90": reached(runs),
            "dialogues_to_90": interval(to_90),
        })
    };
    let object = json!({
        "scenario": plan.spec.source.argument(),
        "profile": plan.spec.profile,
        "masks": plan.spec.masks,
        "agent": plan.spec.agent,
        "knobs": knobs,
        "grid": grid,
        "seed": plan.spec.seed.to_string(),
        "seeds": plan.seeds,
        "dialogues": plan.dialogues,
        "cells": (0..plan.cells()).map(cell_json).collect::<Vec<_>>(),
    });
    Ok(print_json(out, &object)?)
}

/// A line for every run: cells in the order of the grid, in each the seeds. What is not known stays empty.
pub fn csv(out: &mut dyn Write, plan: &Plan, outcomes: &[Outcome]) -> Result<(), Failure> {
    let knobs = plan.axes.iter().map(|a| a.knob.as_str());
    let columns = "seed,dialogues,turns,digest,fault,return_100,success_100,value,return,success,regret,optimal_visited,optimal_weighted,\
                   dialogues_to_90";
    writeln!(out, "{}", knobs.chain([columns]).collect::<Vec<_>>().join(","))?;
    for (run, o) in outcomes.iter().enumerate() {
        let (cell, k) = plan.place(run);
        let number = |x: Option<f64>| x.filter(|x| x.is_finite()).map_or(String::new(), |x| x.to_string());
        // These two are kept in 32 bits.
        let short = |x: Option<f64>| number(x.map(|x| plain(x as f32)));
        let count = |n: Option<u64>| n.map_or(String::new(), |n| n.to_string());
        let mut fields: Vec<String> = plan.settings(cell).into_iter().map(|(_, value)| value).collect();
        fields.extend([plan.seed(k).to_string(), o.dialogues.to_string(), o.turns.to_string(), o.digest.clone(), count(o.fault)]);
        fields.extend([short(o.return_100), short(o.success_100)]);
        let exact = [o.value, o.return_, o.success, o.regret, o.optimal_visited, o.optimal_weighted];
        fields.extend(exact.into_iter().map(number));
        fields.push(count(o.dialogues_to_90));
        writeln!(out, "{}", csv::row(&fields))?;
    }
    Ok(())
}

/// A column of the table: what stands above, the number, and how it is written.
type Column = (&'static str, Measure, fn(f64) -> String);

const COLUMNS: [Column; 7] = [
    ("last 100", |o| o.return_100, hundredths),
    ("success %", |o| o.success_100.map(|x| x * 100.0), tenths),
    ("value", |o| o.value, hundredths),
    ("return", |o| o.return_, hundredths),
    ("regret", |o| o.regret, hundredths),
    ("optimal %", |o| o.optimal_weighted.map(|x| x * 100.0), tenths),
    ("to 90 %", to_90, |x| grouped(x.round() as u64)),
];

fn hundredths(x: f64) -> String {
    format!("{x:.2}")
}

fn tenths(x: f64) -> String {
    format!("{x:.1}")
}

/// Two lines for a cell: the means, and below them their intervals.
pub fn table(out: &mut dyn Write, plan: &Plan, outcomes: &[Outcome]) -> Result<(), Failure> {
    writeln!(out, "{}", title(&plan.spec))?;
    let (cells, seeds) = (several(plan.cells() as u64, "cell"), several(u64::from(plan.seeds), "seed"));
    writeln!(out, "{cells} · {seeds} each · {} a run\n", several(plan.dialogues, "dialogue"))?;
    let mut head: Vec<&str> = plan.axes.iter().map(|a| a.knob.as_str()).collect();
    head.extend(COLUMNS.iter().map(|(name, ..)| *name).chain(["came there"]));
    let mut rows = Vec::new();
    for number in 0..plan.cells() {
        let runs = cell(plan, outcomes, number);
        let found: Vec<Option<Interval>> = COLUMNS.iter().map(|(_, measure, _)| over(runs, *measure)).collect();
        let mut means: Vec<String> = plan.settings(number).into_iter().map(|(_, value)| value).collect();
        let mut intervals = vec![String::new(); means.len()];
        for (i, (_, _, text)) in found.iter().zip(&COLUMNS) {
            means.push(i.map_or("–".into(), |i| text(i.mean)));
            intervals.push(i.filter(|i| i.low.is_finite()).map_or(String::new(), |i| format!("{}…{}", text(i.low), text(i.high))));
        }
        means.push(format!("{} of {}", reached(runs), runs.len()));
        rows.push(means);
        if intervals.iter().any(|i| !i.is_empty()) {
            rows.push(intervals);
        }
    }
    print_table(out, &head, &rows)?;
    notes(out, plan, outcomes)
}

fn notes(out: &mut dyn Write, plan: &Plan, outcomes: &[Outcome]) -> Result<(), Failure> {
    writeln!(out)?;
    for number in 0..plan.cells() {
        let runs = cell(plan, outcomes, number);
        let stopped = broken(runs);
        let settings: Vec<String> = plan.settings(number).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let name = if settings.is_empty() { "runs".to_owned() } else { settings.join(" ") };
        if stopped > 0 {
            writeln!(out, "{name}: {stopped} of {} stopped before an update that is not finite and are left out", runs.len())?;
        }
    }
    let interval = if plan.seeds > 1 { "; below each mean its 95 % interval over the seeds" } else { "" };
    writeln!(out, "last 100 (return) and success % are of the last 100 dialogues, the rest is of the greedy policy, exactly{interval}")?;
    Ok(writeln!(
        out,
        "to 90 %: dialogues until its value was nine tenths of the way from random to optimal, over the runs that came there"
    )?)
}
