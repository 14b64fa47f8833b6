//! `dialoq sweep`: its runs are those of `dialoq train`, whatever the number of cores and wherever it was interrupted.

use std::process::{Command, Stdio};
use std::time::Duration;

use dialoq::run::evaluate::next_point;
use serde_json::Value;

use super::{Answer, dialoq, file, path};

const GRID: &str = "sweep --grid alpha=0.1,0.5 --grid gamma=0.8,0.95 --seeds 3 --seed 4 --dialogues 120";

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

/// Lines that end.
fn ended(bytes: &[u8]) -> usize {
    bytes.split(|b| *b == b'\n').count() - 1
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn every_run_of_a_sweep_is_the_run_that_train_makes() {
    let answer = dialoq(&format!("{GRID} --csv"));
    let rows = rows(&answer);
    assert_eq!(rows.len(), 2 * 2 * 3, "a row for every cell and seed");
    for row in [&rows[0], &rows[4], &rows[11]] {
        let [alpha, gamma, seed] = ["alpha", "gamma", "seed"].map(|name| field(row, name));
        let train = dialoq(&format!("train --dialogues 120 --seed {seed} --set alpha={alpha} gamma={gamma} --json")).json();
        assert_eq!(field(row, "digest"), train["digest"], "α {alpha} γ {gamma} seed {seed}");
        let same = |column: &str, value: &Value| assert_eq!(field(row, column), value.to_string().trim_end_matches(".0"), "{column}");
        same("turns", &train["turns"]);
        same("return_100", &train["last_100"]["return"]);
        same("success_100", &train["last_100"]["success"]);
        same("value", &train["greedy"]["value"]);
        same("return", &train["greedy"]["return"]);
        same("success", &train["greedy"]["success"]);
        same("optimal_visited", &train["optimal_action_share"]["visited"]);
        same("optimal_weighted", &train["optimal_action_share"]["weighted"]);
        let regret = number(&train["optimal"]["value"]) - number(&train["greedy"]["value"]);
        assert!((field(row, "regret").parse::<f64>().unwrap() - regret).abs() < 1e-8);
    }
    assert_eq!(field(&rows[3], "seed"), "4", "every cell has the same seeds");
    assert_eq!(field(&rows[11], "seed"), "6");
}

#[test]
fn the_number_of_runs_at_a_time_changes_nothing() {
    let one = dialoq(&format!("{GRID} --jobs 1 --json"));
    assert_eq!(one.code, 0, "{}", one.err);
    for jobs in ["2", "7", "64"] {
        assert_eq!(dialoq(&format!("{GRID} --jobs {jobs} --json")).out, one.out, "{jobs} at a time");
    }
}

#[test]
fn the_documented_fields_are_there_and_their_means_are_those_of_the_rows() {
    let json = dialoq(&format!("{GRID} --json")).json();
    let keys = |v: &Value| v.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let top = ["scenario", "profile", "masks", "agent", "knobs", "grid", "seed", "seeds", "dialogues", "cells"];
    assert_eq!(keys(&json), top);
    let cells = json["cells"].as_array().expect("a list");
    assert_eq!(cells.len(), 4);
    let names = ["settings", "stopped", "last_100", "greedy", "regret", "optimal_action_share", "reached_90", "dialogues_to_90"];
    assert_eq!(keys(&cells[0]), names);
    assert_eq!(json["grid"].to_string(), r#"{"alpha":[0.1,0.5],"gamma":[0.8,0.95]}"#);
    assert_eq!(cells[1]["settings"].to_string(), r#"{"alpha":0.1,"gamma":0.95}"#, "the last knob moves fastest");
    assert!(json["knobs"]["epsilon"].is_number() && json["knobs"]["alpha"].is_null(), "a knob of the grid has no one value");
    let rows = rows(&dialoq(&format!("{GRID} --csv")));
    let greedy = &cells[2]["greedy"]["return"];
    let values: Vec<f64> = rows[6..9].iter().map(|row| field(row, "return").parse().unwrap()).collect();
    assert!((number(&greedy["mean"]) - values.iter().sum::<f64>() / 3.0).abs() < 1e-12);
    assert!(number(&greedy["low"]) < number(&greedy["mean"]) && number(&greedy["mean"]) < number(&greedy["high"]));
}

#[test]
fn a_sweep_cut_off_anywhere_goes_on_to_the_same_table() {
    let line = |name: &str| format!("{GRID} --out {name}");
    let whole = dialoq(&line(&file("sweep-whole.jsonl", "")));
    assert_eq!(whole.code, 0, "{}", whole.err);
    let bytes = std::fs::read(path("sweep-whole.jsonl")).unwrap();
    assert_eq!(ended(&bytes), 1 + 12, "the plan and every run");
    let header = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
    // Before, in, and at the end of the plan; in a run's line, at its end, and just before that.
    let middle = header + (bytes.len() - header) / 2;
    let after = middle + bytes[middle..].iter().position(|b| *b == b'\n').unwrap() + 1;
    for (n, cut) in [0, header / 2, header - 1, header, header + 1, middle, after - 1, after, bytes.len() - 1].into_iter().enumerate() {
        let name = format!("sweep-cut-{n}.jsonl");
        std::fs::write(path(&name), &bytes[..cut]).unwrap();
        let again = dialoq(&line(&name));
        assert_eq!((again.code, &again.out), (0, &whole.out), "cut at {cut}: {}", again.err);
        let done = ended(&bytes[..cut]).saturating_sub(1);
        let said = format!("{name}: {done} of 12 runs are there; going on with the rest\n");
        assert_eq!(again.err, if done > 0 { said } else { String::new() }, "cut at {cut}");
        let mut lines: Vec<String> = std::fs::read_to_string(path(&name)).unwrap().lines().map(str::to_owned).collect();
        let mut first: Vec<String> = String::from_utf8(bytes.clone()).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        first.sort();
        assert_eq!(lines, first, "cut at {cut}: every run is there once");
    }
    let over = dialoq(&line("sweep-whole.jsonl"));
    assert_eq!(over.err, "sweep-whole.jsonl: 12 of 12 runs are there; nothing is left to do\n");
    assert_eq!(over.out, whole.out);
    assert_eq!(std::fs::read(path("sweep-whole.jsonl")).unwrap(), bytes);
}

#[test]
fn a_sweep_that_was_killed_goes_on_and_two_never_write_one_file() {
    let name = file("sweep-killed.jsonl", "");
    let line = format!("sweep --grid alpha=0.1,0.3 --seeds 30 --dialogues 2000 --jobs 2 --out {name}");
    let lines = || std::fs::read_to_string(path(&name)).unwrap().lines().count();
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
    let second = dialoq(&line);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(second.err.contains("another sweep is writing it"), "{}", second.err);
    assert!(lines() < 61, "not all was done");
    let again = dialoq(&line);
    assert!(again.err.contains("of 60 runs are there; going on with the rest"), "{}", again.err);
    assert_eq!(again.out, dialoq(line.split(" --out").next().unwrap()).out);
}

#[test]
fn a_file_of_another_sweep_or_of_anything_else_is_refused_and_left_alone() {
    let name = file("sweep-other.jsonl", "");
    assert_eq!(dialoq(&format!("sweep --seeds 1 --dialogues 20 --out {name}")).code, 0);
    let before = std::fs::read_to_string(path(&name)).unwrap();
    let refused = |line: &str, sentence: &str| {
        let answer = dialoq(line);
        assert_eq!((answer.code, answer.out.as_str(), answer.err.lines().count()), (2, "", 1), "{line}: {}", answer.err);
        assert!(answer.err.contains(sentence), "{}", answer.err);
    };
    refused(&format!("sweep --seeds 2 --dialogues 20 --out {name}"), "it holds another sweep, whose seeds is 1, not 2;");
    refused(&format!("sweep --seeds 1 --dialogues 20 --scenario smart-home --out {name}"), "whose scenario is \"customer-service\"");
    assert_eq!(std::fs::read_to_string(path(&name)).unwrap(), before);
    for (n, text) in ["a letter to a friend", "a letter\nof two lines\n", "{\"format\": \"dialoq-session\"}\n"].into_iter().enumerate() {
        let name = file(&format!("sweep-foreign-{n}.txt"), text);
        refused(&format!("sweep --seeds 1 --dialogues 20 --out {name}"), "this is not the file of a sweep and is left as it is");
        assert_eq!(std::fs::read_to_string(path(&name)).unwrap(), text);
    }
    let broken = file("sweep-broken.jsonl", &before.replacen("\"turns\":", "\"turns\":x", 1));
    refused(&format!("sweep --seeds 1 --dialogues 20 --out {broken}"), "line 2 is not a result of this sweep;");
    refused("sweep --seeds 1 --dialogues 20 --out /nonexistent/s.jsonl", "it cannot be written (no such file or directory)");
}

#[test]
fn a_grid_that_makes_no_sense_is_refused_in_one_sentence() {
    let cases = [
        ("--grid alpha", "--grid: \"alpha\" is not a row of a grid; write it as knob=value,value, such as alpha=0.01,0.1"),
        ("--grid alpha=0.1,", "--grid: \"alpha=0.1,\" is not a row of a grid; write it as knob=value,value, such as alpha=0.01,0.1"),
        ("--grid alpha=0.1,much", "--grid: alpha: \"much\" is not a number from 0.0001 to 1"),
        ("--grid alpha=0.1,7", "--grid: alpha: \"7\" is not a number from 0.0001 to 1"),
        ("--grid alpha=0.1,0.10", "--grid: alpha: 0.1 is there twice; give each value once"),
        ("--grid alpha=0.1 --grid alpha=0.2", "--grid: alpha is there twice; give its values in one list"),
        ("--grid alpha=0.1,0.2 --set alpha=0.3", "--grid: alpha is given by --set too; give it once"),
        ("--agent random --grid alpha=0.1", "--grid: there is no knob \"alpha\"; random has none"),
        ("--seeds 0", "--seeds: \"0\" is not a number of seeds; use a whole number from 1 to 10000"),
        ("--jobs none", "--jobs: \"none\" is not a number of runs at a time; use a whole number from 1 to 1024"),
    ];
    for (flags, sentence) in cases {
        let answer = dialoq(&format!("sweep {flags}"));
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{flags}");
        assert_eq!(answer.err, format!("error: {sentence}\n"), "{flags}");
    }
    let beta = dialoq("sweep --grid beta=1").err;
    assert!(beta.starts_with("error: --grid: there is no knob \"beta\"; q-learning has alpha, gamma, epsilon,"), "{beta}");
}

#[test]
fn choices_can_be_swept_and_one_seed_has_no_interval() {
    let json = dialoq("sweep --grid epsilon-schedule=constant,linear --seeds 1 --dialogues 60 --json").json();
    assert_eq!(json["grid"].to_string(), r#"{"epsilon-schedule":["constant","linear"]}"#);
    let value = &json["cells"][0]["greedy"]["value"];
    assert!(value["mean"].is_number() && value["low"].is_null() && value["high"].is_null(), "{value}");
    assert!(!dialoq("sweep --seeds 1 --dialogues 60").out.contains('…'));
}

#[test]
fn the_way_to_ninety_percent_ends_at_a_point_fixed_beforehand() {
    let rows = rows(&dialoq("sweep --grid alpha=0.1 --seeds 3 --dialogues 4000 --set initial=2 --csv"));
    let reached: Vec<u64> = rows.iter().filter_map(|row| field(row, "dialogues_to_90").parse().ok()).collect();
    assert!(!reached.is_empty(), "some seed comes there: {rows:?}");
    for n in reached {
        let points = std::iter::successors(Some(0), |n| Some(next_point(*n)));
        let before = points.take_while(|point| *point < n).last().unwrap();
        assert_eq!(next_point(before), n);
        let share = |dialogues: u64, seed: &str| {
            let json = dialoq(&format!("train --dialogues {dialogues} --seed {seed} --set initial=2 --json")).json();
            let [greedy, best, random] = ["greedy", "optimal", "random"].map(|who| number(&json[who]["value"]));
            (greedy - random) / (best - random)
        };
        let seed = field(rows.iter().find(|row| field(row, "dialogues_to_90") == n.to_string()).unwrap(), "seed");
        assert!(share(n, seed) >= 0.9 && share(before, seed) < 0.9, "{n} of seed {seed}");
    }
}

#[test]
fn a_run_that_breaks_is_counted_and_left_out() {
    let endless = r#"{"format": "dialoq-mdp", "version": 1, "gamma": 0.9, "max_turns": 50, "P": [[[[1.0, 0, 3e38, false]]]]}"#;
    let name = file("sweep-huge.json", endless);
    let json = dialoq(&format!("sweep --mdp {name} --grid alpha=0.0001,1 --seeds 2 --dialogues 4 --json")).json();
    assert_eq!(json["cells"][1]["stopped"], 2);
    assert!(json["cells"][1]["greedy"]["return"].is_null());
    let table = dialoq(&format!("sweep --mdp {name} --grid alpha=0.0001,1 --seeds 2 --dialogues 4"));
    assert!(table.out.contains("alpha=1: 2 of 2 stopped before an update that is not finite"), "{}", table.out);
}

#[test]
fn where_no_exact_solution_exists_a_sweep_still_reports() {
    let endless = r#"{"format": "dialoq-mdp", "version": 1, "gamma": 1.0, "max_turns": 5, "P": [[[[1.0, 0, 1.0, false]]]]}"#;
    let name = file("sweep-endless.json", endless);
    let json = dialoq(&format!("sweep --mdp {name} --seeds 2 --dialogues 10 --json")).json();
    assert_eq!(json["cells"][0]["greedy"]["return"]["mean"], 5.0);
    assert!(json["cells"][0]["greedy"]["value"].is_null() && json["cells"][0]["regret"].is_null());
}
