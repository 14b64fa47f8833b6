//! `dialoq env`: one JSON object a line in, one out, whatever comes in.

use serde_json::Value;

use super::dialoq_with;

/// The answers to requests, one a line.
fn ask(flags: &str, requests: &[&str]) -> Vec<Value> {
    let answer = dialoq_with(&format!("env {flags}"), &format!("{}\n", requests.join("\n")));
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    answer.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn spaces_name_the_environment_and_its_acts() {
    let spaces = &ask("", &[r#"{"op":"spaces"}"#])[0];
    assert_eq!(spaces["id"], "DeepSpeedChat-v0");
    assert_eq!(spaces["observation_space"], serde_json::json!({"type": "Discrete", "n": 237, "start": 0}));
    assert_eq!(spaces["action_space"], serde_json::json!({"type": "Discrete", "n": 12, "start": 0}));
    assert_eq!(spaces["actions"][0], "ask task");
}

#[test]
fn a_dialogue_is_served_turn_by_turn() {
    let answers = ask("--lang en", &[r#"{"op":"reset","seed":7}"#, r#"{"op":"step","action":0}"#, r#"{"op":"step","action":11}"#]);
    assert_eq!(answers[0]["observation"], 0);
    assert_eq!(answers[0]["info"]["action_mask"], serde_json::json!([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
    assert!(answers[0]["info"]["user"].as_str().is_some_and(|s| !s.is_empty()));
    let turn = &answers[1];
    assert_eq!((turn["reward"].as_f64(), &turn["terminated"], &turn["truncated"]), (Some(-2.0), &false.into(), &false.into()));
    assert_eq!(turn["info"]["turn"], 1);
    let last = &answers[2];
    assert_eq!((last["reward"].as_f64(), &last["terminated"]), (Some(-5.0), &true.into()));
    assert_eq!(last["info"]["reason"], "handed_over");
    assert_eq!(last["info"]["success"], false);
}

#[test]
fn what_cannot_be_served_is_answered_and_serving_goes_on() {
    let answers = ask(
        "",
        &[
            r#"{"op":"step","action":0}"#,
            "nonsense",
            r#"{"op":"dance"}"#,
            r#"{"op":"reset","seed":-1}"#,
            r#"{"op":"reset","options":{"colour":"red"}}"#,
            "",
            r#"{"op":"reset"}"#,
            r#"{"op":"step","action":3}"#,
            r#"{"op":"step","action":12}"#,
            r#"{"op":"step"}"#,
            r#"{"op":"step","action":0}"#,
        ],
    );
    let error = |i: usize| answers[i]["error"].as_str().unwrap_or_else(|| panic!("{i}: {}", answers[i]));
    assert_eq!(error(0), "line 1: step: no dialogue has begun; call reset first");
    assert!(error(1).starts_with("line 2: this is no request ("), "{}", error(1));
    assert_eq!(error(2), "line 3: op: there is no \"dance\"; use spaces, reset, step, render or close");
    assert_eq!(error(3), "line 4: seed: \"-1\" is not a seed; use a whole number from 0 to 18446744073709551615");
    assert_eq!(error(4), "line 5: options: there is no \"colour\"; known is lang");
    assert_eq!(answers[5]["info"]["turn"], 0, "an empty line asks nothing");
    assert_eq!(error(6), "line 8: step: action 3 (ask reason) may not be chosen here; info.action_mask allows 0, 11");
    assert_eq!(error(7), "line 9: step: 12 is not an action; actions are numbered 0 to 11");
    assert_eq!(error(8), "line 10: action: null is not a whole number");
    assert_eq!(answers[9]["info"]["turn"], 1, "the dialogue goes on where it stood");
}

#[test]
fn features_are_a_box() {
    let answers = ask("--observation features", &[r#"{"op":"spaces"}"#, r#"{"op":"reset"}"#]);
    let shape = answers[0]["observation_space"]["shape"][0].as_u64().expect("a length");
    assert_eq!(answers[0]["observation_space"]["type"], "Box");
    assert_eq!(answers[1]["observation"].as_array().map(|v| v.len() as u64), Some(shape));
}

#[test]
fn the_language_is_that_of_the_flag_the_locale_or_the_reset() {
    let opening = |flags: &str, request: &str| ask(flags, &[request])[0]["info"]["user"].as_str().expect("text").to_owned();
    assert!(!opening("--lang zh", r#"{"op":"reset"}"#).is_ascii());
    assert!(!opening("", r#"{"op":"reset","options":{"lang":"zh"}}"#).is_ascii());
    assert!(opening("", r#"{"op":"reset"}"#).is_ascii(), "the tests' locale is C");
}

#[test]
fn closing_twice_is_closing_once() {
    let answers = ask("", &[r#"{"op":"close"}"#, r#"{"op":"close"}"#, r#"{"op":"reset"}"#]);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2]["error"], "line 3: reset: the environment is closed; start a new one");
}
