//! `solve`, `eval` and `mdp`: exact figures, their samples, and a world that goes out and comes back the same.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{dialoq, file, path};

fn number(v: &Value) -> f64 {
    v.as_f64().expect("a number")
}

#[test]
fn the_documented_fields_of_a_solution_are_there() {
    let json = dialoq("solve --json").json();
    let keys: Vec<&String> = json.as_object().expect("an object").keys().collect();
    assert_eq!(keys[..7], ["scenario", "states", "actions", "gamma", "sweeps", "residual", "optimal"]);
    assert_eq!(json["states"], 237);
    assert_eq!(json["actions"], 12);
    assert!(number(&json["residual"]) <= 1e-10);
}

#[test]
fn gamma_may_be_given_either_way() {
    let flag = dialoq("solve --gamma 0.9 --json").json();
    assert_eq!(flag, dialoq("solve --set gamma=0.9 --json").json());
    assert_eq!(flag["gamma"], 0.9);
}

#[test]
fn the_policy_names_an_act_for_every_state() {
    let json = dialoq("solve --scenario smart-home --policy --json").json();
    let policy = json["policy"].as_array().expect("a list");
    assert_eq!(policy.len() as u64, json["states"].as_u64().expect("a count"));
    assert_eq!(policy[0]["state"], "task unknown · patience 3");
    assert_eq!(policy[0]["acts"], serde_json::json!(["ask task"]));
    let table = dialoq("solve --scenario smart-home --policy").out;
    assert!(table.contains("task unknown · patience 3  →  ask task\n"), "{table}");
}

#[test]
fn a_world_written_as_an_mdp_loads_again_with_the_same_values() {
    let answer = dialoq("mdp --scenario customer-service --out round-trip.json --force");
    assert_eq!((answer.code, answer.out.as_str()), (0, ""), "{}", answer.err);
    let (ours, back) = (dialoq("solve --json").json(), dialoq("solve --mdp round-trip.json --json").json());
    assert_eq!((&back["states"], &back["actions"]), (&ours["states"], &ours["actions"]));
    for key in ["value", "return", "success", "turns"] {
        let gap = number(&ours["optimal"][key]) - number(&back["optimal"][key]);
        assert!(gap.abs() < 1e-9, "{key} differs by {gap}");
    }
    let written = std::fs::read_to_string(path("round-trip.json")).expect("it was written");
    assert_eq!(dialoq("mdp --scenario customer-service").out, written, "standard output gets the same");
    assert!(written.contains("refund heard · order unknown · item unknown · reason unknown · patience 3"), "states have names");
}

#[test]
fn the_sampled_figures_lie_about_the_exact_ones() {
    let json = dialoq("eval --train 2000 --dialogues 4000 --seed 3 --json").json();
    for key in ["return", "success", "turns"] {
        let (exact, sampled) = (number(&json["greedy"][key]), &json["sampled"][key]);
        let half = (number(&sampled["high"]) - number(&sampled["low"])) / 2.0;
        assert!(half > 0.0);
        assert!((number(&sampled["mean"]) - exact).abs() < 2.0 * half, "{key}: {exact} and {sampled}");
    }
    assert_eq!(json["trained"], 2000);
    assert_eq!(json["sampled"]["dialogues"], 4000);
}

#[test]
fn judging_leaves_the_learner_as_training_left_it() {
    let trained = dialoq("train --dialogues 500 --seed 3 --json").json();
    let judged = dialoq("eval --train 500 --dialogues 100 --seed 3 --json").json();
    assert_eq!(judged["digest"], trained["digest"]);
    assert_eq!(judged["greedy"], trained["greedy"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dialoq"))
        .args(["mdp", "--scenario", "customer-service"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    BufReader::with_capacity(64, child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    let done = child.wait_with_output().expect("the program ends");
    assert_eq!((done.status.code(), done.stderr.as_slice()), (Some(0), &b""[..]));
}

/// One state that gives 1 for ever: V = 1 / (1 − γ).
const FOR_EVER: &str =
    r#"{"format": "dialoq-mdp", "version": 1, "name": "for-ever", "gamma": 0.999999, "max_turns": 20, "P": [[[[1, 0, 1.0, false]]]]}"#;

#[test]
fn a_discount_close_to_1_is_solved_by_every_command() {
    let path = file("for-ever.json", FOR_EVER);
    let near = |value: &Value| (value.as_f64().unwrap() - 1e6).abs() < 0.01;
    let solved = dialoq(&format!("solve --mdp {path} --json")).json();
    assert!(near(&solved["optimal"]["value"]) && near(&solved["random"]["value"]), "{solved}");
    let trained = dialoq(&format!("train --mdp {path} --dialogues 10 --json")).json();
    assert!(near(&trained["optimal"]["value"]), "{trained}");
    let judged = dialoq(&format!("eval --mdp {path} --train 10 --dialogues 30 --json")).json();
    assert!(near(&judged["greedy"]["value"]), "{judged}");
}

#[test]
fn a_large_world_with_such_a_discount_is_refused_with_a_true_sentence() {
    // A ring of 600 states, each of which leads to the one before, against the order of the sweeps.
    let ring: Vec<String> = (0..600).map(|s| format!("[[[1, {}, 1.0, false]]]", (s + 599) % 600)).collect();
    let text = FOR_EVER.replace("[[[[1, 0, 1.0, false]]]]", &format!("[{}]", ring.join(",")));
    let answer = dialoq(&format!("solve --mdp {}", file("ring.json", &text)));
    assert_eq!((answer.code, answer.err.lines().count()), (1, 1), "{}", answer.err);
    assert!(answer.err.contains("600 states take more sweeps than that; use a smaller gamma, such as 0.999"), "{}", answer.err);
    assert!(!answer.err.contains("gamma below 1"), "{}", answer.err);
}
