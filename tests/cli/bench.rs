//! `dialoq bench`: cells of agents, conditions and scenarios, the same whatever the number of cores and wherever it was interrupted.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dialoq::agents::{self, AGENTS};
use dialoq::num::bootstrap::{Interval, interquartile, paired};
use dialoq::run::RunSpec;
use dialoq::run::benchmark::CONDITIONS;
use dialoq::run::evaluate::judge;
use dialoq::run::sampled;
use dialoq::run::timeline::Limit;
use dialoq::world::env::Env;
use dialoq::world::setup::Setting;
use dialoq::world::solve::solve;
use dialoq::world::{SCENARIOS, World, WorldSource};
use serde_json::Value;

use super::{Answer, dialoq, file, path};

const TINY: &str = "bench --agents q-learning,sarsa --scenarios customer-service,smart-home --conditions 2,5 --seeds 3 --seed 4 \
                    --dialogues 20,60 --evaluation 40";

/// Rows of comma-separated values by the names of their columns.
fn rows(answer: &Answer) -> Vec<Vec<(String, String)>> {
    assert_eq!(answer.code, 0, "{}", answer.err);
    let mut lines = answer.out.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("a line of names");
    lines.map(|fields| head.iter().cloned().zip(fields).collect()).collect()
}

fn field<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no column {name}")).1
}

fn is(row: &[(String, String)], wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|(name, value)| field(row, name) == *value)
}

fn yardsticks() -> Vec<&'static str> {
    AGENTS.iter().filter(|a| !a.learns()).map(|a| a.name).collect()
}

fn fresh(name: &str) -> String {
    // It need not be there.
    let _ = std::fs::remove_dir_all(path(name));
    name.to_owned()
}

fn kept(dir: &str) -> std::path::PathBuf {
    path(dir).join("runs.jsonl")
}

#[test]
fn the_number_of_runs_at_a_time_changes_nothing() {
    let one = dialoq(&format!("{TINY} --jobs 1 --json"));
    assert_eq!(one.code, 0, "{}", one.err);
    for jobs in ["2", "5", "64"] {
        assert_eq!(dialoq(&format!("{TINY} --jobs {jobs} --json")).out, one.out, "{jobs} at a time");
    }
}

#[test]
fn a_row_is_what_the_run_itself_says_in_that_world() {
    let rows = rows(&dialoq(&format!("{TINY} --csv")));
    let learned = 2 * 2 * 2 * 3 * 2;
    assert_eq!(rows.len(), learned + 2 * 2 * yardsticks().len(), "scenarios, conditions, agents, seeds, points, and yardsticks");
    let source = WorldSource::Builtin("customer-service".into());
    let condition = CONDITIONS[4];
    let world = World::build(&source, "unfriendly", Some(true), &mut |_| ()).unwrap();
    let world = Arc::new(world.under(&world.changed(&Setting::Noise(Some(0.15))).unwrap()).unwrap());
    let mdp = world.exact().unwrap();
    let best = solve(mdp, world.gamma(), 0.0, &|| true).unwrap();
    let spec = RunSpec { source, profile: "unfriendly".into(), masks: Some(true), agent: "sarsa".into(), seed: 6, settings: vec![] };
    let mut run = agents::start(world.clone(), &spec).unwrap();
    for dialogues in [20, 60] {
        run.advance(Limit::dialogues(dialogues - run.dialogues()));
        let verdict = judge(mdp, &best, run.candidate());
        let played = sampled::greedy(&world, condition.users(), 1.0, 40, &mut run.frozen());
        let [n, number] = [dialogues.to_string(), condition.number.to_string()];
        let ours = [("scenario", "customer-service"), ("condition", &number), ("agent", "sarsa"), ("seed", "6"), ("dialogues", &n)];
        let row = rows.iter().find(|row| is(row, &ours)).expect("a row of this run");
        assert!(is(row, &[("noise", "0.15"), ("masks", "on"), ("users", "unfriendly"), ("fault", "")]), "{row:?}");
        let same = |name: &str, x: f64| {
            assert_eq!(field(row, name).parse::<f64>().unwrap(), (x * 1e6).round() / 1e6, "{name} after {dialogues}, to a millionth");
        };
        same("success", played.success.mean);
        same("return", played.return_.mean);
        same("turns", played.turns.mean);
        same("regret", verdict.regret);
        same("optimal", verdict.optimal_share_weighted);
    }
}

/// A row's numbers are to a millionth.
fn near(said: &Value, i: &Interval, name: &str) {
    for (key, x) in [("mean", i.mean), ("low", i.low), ("high", i.high)] {
        assert!((said[key].as_f64().unwrap() - x).abs() < 2e-6, "{name}: {key} {said} is not {x}");
    }
}

#[test]
fn the_documented_fields_are_there_and_their_numbers_are_those_of_the_rows() {
    let json = dialoq(&format!("{TINY} --set sarsa.alpha=0.3 --json")).json();
    let keys = |v: &Value| v.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let help = dialoq("bench --help").out;
    let said = |names: &[&str]| names.iter().for_each(|name| assert!(help.contains(name), "--help does not tell of {name}"));
    let top = ["seed", "seeds", "dialogues", "evaluation", "conditions", "settings", "cells", "overall"];
    let cell = ["scenario", "condition", "agent", "learns", "runs", "stopped", "unfit", "points"];
    let point = ["dialogues", "success", "success_iqm", "return", "return_iqm", "turns", "regret", "optimal"];
    let whole = ["scenario", "dialogues", "agent", "score"];
    let cells = json["cells"].as_array().expect("a list");
    let learner = cells.iter().find(|c| c["agent"] == "sarsa").expect("a cell of sarsa");
    assert_eq!(keys(&json), top);
    assert_eq!(keys(learner), cell);
    assert_eq!(keys(&learner["points"][1]), point);
    assert_eq!(keys(&json["overall"][0]), whole);
    assert_eq!(keys(&json["conditions"][0]), ["number", "noise", "masks", "users"]);
    [&top[..], &cell, &point, &whole, &["number", "noise", "masks", "users"]].into_iter().for_each(said);
    assert_eq!(json["settings"].to_string(), r#"{"sarsa":{"alpha":"0.3"}}"#);
    assert_eq!(cells.len(), 2 * 2 * (2 + yardsticks().len()));

    let rows = rows(&dialoq(&format!("{TINY} --set sarsa.alpha=0.3 --csv")));
    let ours = [("scenario", "customer-service"), ("condition", "2"), ("agent", "sarsa"), ("dialogues", "60")];
    let numbers = |name: &str| rows.iter().filter(|r| is(r, &ours)).map(|r| field(r, name).parse().unwrap()).collect::<Vec<f64>>();
    for name in ["success", "return", "turns", "regret", "optimal"] {
        let i = paired(&numbers(name));
        near(&learner["points"][1][name], &i, name);
    }
    let i = interquartile(&[&numbers("return")]);
    near(&learner["points"][1]["return_iqm"], &i, "return_iqm");
    let random = cells.iter().find(|c| c["agent"] == "random").expect("a yardstick");
    assert_eq!((&random["learns"], &random["runs"], &random["points"][0]["dialogues"]), (&false.into(), &1.into(), &0.into()));
    assert!(random["points"][0]["return"]["mean"].is_number() && random["points"][0]["return"]["low"].is_null());
}

#[test]
fn a_benchmark_cut_off_anywhere_goes_on_to_the_same_table() {
    let line = |dir: &str| format!("{TINY} --out {dir}");
    let whole = dialoq(&line(&fresh("bench-whole")));
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert_eq!(whole.out, dialoq(TINY).out, "keeping changes nothing");
    let bytes = std::fs::read(kept("bench-whole")).unwrap();
    let runs = 2 * 2 * (2 * 3 + yardsticks().len());
    let ended = |bytes: &[u8]| bytes.split(|b| *b == b'\n').count() - 1;
    assert_eq!(ended(&bytes), 1 + runs, "a first line and every run");
    let header = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
    let middle = header + (bytes.len() - header) / 2;
    for (n, cut) in [0, header - 1, header, middle, bytes.len() - 1].into_iter().enumerate() {
        let dir = fresh(&format!("bench-cut-{n}"));
        std::fs::create_dir(path(&dir)).unwrap();
        std::fs::write(kept(&dir), &bytes[..cut]).unwrap();
        let again = dialoq(&line(&dir));
        assert_eq!((again.code, &again.out), (0, &whole.out), "cut at {cut}: {}", again.err);
        let done = ended(&bytes[..cut]).saturating_sub(1);
        let said = format!("{dir}: {done} of {runs} runs are there; going on with the rest\n");
        assert_eq!(again.err, if done > 0 { said } else { String::new() }, "cut at {cut}");
        assert_eq!(ended(&std::fs::read(kept(&dir)).unwrap()), 1 + runs, "cut at {cut}: every run is there once");
    }
    let over = dialoq(&line("bench-whole"));
    assert_eq!(over.err, format!("bench-whole: {runs} of {runs} runs are there; nothing is left to do\n"));
    assert_eq!((over.out, std::fs::read(kept("bench-whole")).unwrap()), (whole.out, bytes));
}

#[test]
fn another_command_adds_to_a_directory_and_takes_only_what_is_its_own() {
    let dir = fresh("bench-added");
    let line = |rest: &str| format!("bench --scenarios smart-home --conditions 3 --dialogues 30 --evaluation 20 {rest} --out {dir}");
    assert_eq!(dialoq(&line("--agents q-learning --seeds 2")).code, 0);
    let yards = yardsticks().len();
    let there = |rest: &str, said: &str| {
        let answer = dialoq(&line(rest));
        assert_eq!((answer.code, answer.err), (0, format!("{dir}: {said}\n")), "{rest}");
        assert_eq!(answer.out, dialoq(line(rest).split(" --out").next().unwrap()).out, "{rest}");
    };
    there("--agents q-learning --seeds 3", &format!("{} of {} runs are there; going on with the rest", yards + 2, yards + 3));
    there("--agents sarsa --seeds 2", &format!("{yards} of {} runs are there; going on with the rest", yards + 2));
    there(
        "--agents q-learning --seeds 2 --set q-learning.alpha=0.4",
        &format!("{yards} of {} runs are there; going on with the rest", yards + 2),
    );
    there("--agents q-learning,sarsa --seeds 2", &format!("{0} of {0} runs are there; nothing is left to do", yards + 4));
}

#[test]
fn a_dry_run_counts_and_writes_nothing() {
    let dir = fresh("bench-dry");
    let answer = dialoq(&format!("{TINY} --dry-run --out {dir}"));
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    assert!(answer.out.starts_with("2 scenarios × 2 conditions × 2 agents × 3 seeds = 24 runs that learn\n"), "{}", answer.out);
    let yards = 4 * yardsticks().len();
    assert!(answer.out.ends_with(&format!("to do: {} runs, 1,440 dialogues of learning\n", 24 + yards)), "{}", answer.out);
    assert!(!path(&dir).exists());
    assert_eq!(dialoq(&format!("{TINY} --out {dir}")).code, 0);
    assert!(dialoq(&format!("{TINY} --dry-run --out {dir}")).out.ends_with("to do: 0 runs, 0 dialogues of learning\n"));
}

#[test]
fn a_benchmark_that_was_killed_goes_on_and_two_never_write_one_directory() {
    let dir = fresh("bench-killed");
    let line = format!(
        "bench --agents q-learning --scenarios customer-service --conditions 1,2,3 --seeds 4 --dialogues 3000 --jobs 2 --out {dir}"
    );
    let lines = || std::fs::read_to_string(kept(&dir)).map_or(0, |text| text.lines().count());
    let mut child = Command::new(env!("CARGO_BIN_EXE_dialoq"))
        .args(line.split_whitespace())
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while lines() < 3 {
        assert_eq!(child.try_wait().unwrap(), None, "it is killed while it works");
        std::thread::sleep(Duration::from_millis(2));
    }
    // It holds still, so that it cannot be done before the second one looks.
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::STOP).unwrap();
    let second = dialoq(&line);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(second.err.contains("another benchmark is writing it"), "{}", second.err);
    let again = dialoq(&line);
    assert!(again.err.contains("runs are there; going on with the rest"), "{}", again.err);
    assert_eq!(again.out, dialoq(line.split(" --out").next().unwrap()).out);
}

#[test]
fn a_plan_that_makes_no_sense_is_refused_in_one_sentence() {
    let lake = file("bench-mdp.json", r#"{"format": "dialoq-mdp", "version": 1, "P": []}"#);
    let foreign = file("bench-a-file", "a letter");
    let names = AGENTS.iter().map(|a| a.name).collect::<Vec<_>>().join(", ");
    let cases = [
        ("--agents q-lerning".to_owned(), format!("--agents: there is no agent \"q-lerning\"; use some of {names}")),
        ("--agents sarsa,sarsa".into(), "--agents: sarsa is there twice; give each one once".into()),
        ("--conditions 7".into(), "--conditions: \"7\" is not a condition; use whole numbers from 1 to 6".into()),
        ("--dialogues 4000,1000".into(), "--dialogues: \"4000,1000\" does not rise; write it as 1000,4000,10000".into()),
        (
            "--dialogues many".into(),
            "--dialogues: \"many\" is not a number of dialogues; use a whole number from 0 to 1000000000000".into(),
        ),
        (
            "--evaluation 0".into(),
            "--evaluation: \"0\" is not a number of evaluation dialogues; use a whole number from 1 to 1000000".into(),
        ),
        ("--seeds 0".into(), "--seeds: \"0\" is not a number of seeds; use a whole number from 1 to 10000".into()),
        ("--set alpha=1".into(), "--set: \"alpha=1\" is not a setting; write it as agent.knob=value, such as q-learning.alpha=0.1".into()),
        ("--set q-learning.alpha=7".into(), "--set q-learning: alpha: \"7\" is not a number from 0.0001 to 1".into()),
        (
            format!("--scenarios {lake}"),
            format!("--scenarios: {lake} is a finite MDP, which has no noise, masks or users to change; give a scenario"),
        ),
        (
            "--out /dev/null/x".into(),
            "--out /dev/null/x: it cannot be made a directory (not a directory); give a directory that you may write to".into(),
        ),
    ];
    for (flags, sentence) in cases {
        let answer = dialoq(&format!("bench {flags}"));
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{flags}: {}", answer.err);
        assert_eq!(answer.err, format!("error: {sentence}\n"), "{flags}");
    }
    for (line, part) in [
        ("bench --scenarios pizza", "--scenarios: there is no scenario \"pizza\"; use customer-service, smart-home,"),
        ("bench --agents sarsa --set q-learning.alpha=0.1", "--set: q-learning is not one of the agents here; they are "),
        ("bench --set sarsa.beta=1", "--set sarsa: there is no knob \"beta\"; sarsa has alpha, gamma,"),
        (&format!("bench --out {foreign}"), "it cannot be made a directory"),
    ] {
        let answer = dialoq(line);
        assert_eq!((answer.code, answer.err.lines().count()), (2, 1), "{line}: {}", answer.err);
        assert!(answer.err.contains(part), "{line}: {}", answer.err);
    }
}

#[test]
fn what_is_tuned_for_a_scenario_can_be_read_and_differs_from_the_default() {
    for (agent, tuned) in AGENTS.iter().flat_map(|a| a.tuned.iter().map(move |t| (a, t))) {
        let name = format!("{} in {}: {}", agent.name, tuned.scenario, tuned.knob);
        assert!(SCENARIOS.iter().any(|s| s.name == tuned.scenario), "{name}");
        let knob = agent.knobs.iter().find(|k| k.name == tuned.knob).expect(&name);
        assert_ne!(knob.parse(tuned.value).expect(&name), knob.default, "{name}");
    }
}
