//! `dialoq train`: its JSON is stable, its bits are those of the seed, its settings count.

use serde_json::Value;

use super::{dialoq, file};

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_documented_fields_are_there_in_their_order() {
    let json = dialoq("train --dialogues 200 --seed 7 --json").json();
    let documented = [
        "scenario",
        "agent",
        "seed",
        "knobs",
        "dialogues",
        "turns",
        "seconds",
        "turns_per_s",
        "digest",
        "last_100",
        "greedy",
        "optimal",
        "optimal_with_epsilon",
        "optimal_action_share",
    ];
    assert_eq!(keys(&json)[..documented.len()], documented);
    assert_eq!(keys(&json["last_100"]), ["return", "success", "turns"]);
    assert_eq!(keys(&json["greedy"]), ["value", "return", "success", "turns"]);
    assert_eq!(keys(&json["optimal"]), ["value", "return", "success", "turns"]);
    assert_eq!(keys(&json["optimal_with_epsilon"]), ["return", "success", "turns"]);
    assert_eq!(keys(&json["optimal_action_share"]), ["visited", "weighted"]);
    assert_eq!(json["scenario"], "customer-service");
    assert_eq!(json["seed"], "7", "seeds are text: some languages have no whole numbers of 64 bits");
    assert_eq!(json["dialogues"], 200);
    assert_eq!(json["digest"].as_str().map(str::len), Some(16));
    assert_eq!(json["knobs"]["alpha"], 0.1);
    assert_eq!(json["knobs"]["epsilon-schedule"], "constant");
}

#[test]
fn the_same_seed_gives_the_same_digest_and_another_seed_another() {
    let digest = |line: &str| dialoq(line).json()["digest"].clone();
    let first = digest("train --dialogues 300 --seed 7 --json");
    assert_eq!(digest("train --dialogues 300 --seed 7 --json"), first);
    assert_ne!(digest("train --dialogues 300 --seed 8 --json"), first);
}

#[test]
fn settings_reach_the_learner() {
    let plain = dialoq("train --dialogues 300 --json").json();
    let set = dialoq("train --dialogues 300 --set alpha=0.3 epsilon-schedule=linear --set initial=10 --json").json();
    assert_eq!(set["knobs"]["alpha"], 0.3);
    assert_eq!(set["knobs"]["epsilon-schedule"], "linear");
    assert_eq!(set["knobs"]["initial"], 10.0);
    assert_ne!(set["digest"], plain["digest"]);
}

#[test]
fn profile_and_masks_reach_the_world() {
    let random = |line: &str| dialoq(line).json()["greedy"]["return"].as_f64().expect("a number");
    let standard = random("train --agent random --dialogues 0 --json");
    assert!(random("train --agent random --dialogues 0 --profile easy --json") > standard);
    assert!(random("train --agent random --dialogues 0 --masks off --json") < standard);
}

#[test]
fn the_random_agent_is_compared_with_the_best_that_only_explores() {
    let json = dialoq("train --agent random --dialogues 100 --json").json();
    let (greedy, explored) = (&json["greedy"]["return"], &json["optimal_with_epsilon"]["return"]);
    let gap = greedy.as_f64().expect("a number") - explored.as_f64().expect("a number");
    assert!(gap.abs() < 1e-9, "{greedy} and {explored}");
}

#[test]
fn nothing_learned_has_no_last_hundred() {
    let json = dialoq("train --dialogues 0 --json").json();
    assert!(json["last_100"]["return"].is_null());
    assert_eq!(json["turns"], 0);
}

#[test]
fn the_table_names_run_and_digest() {
    let json = dialoq("train --dialogues 300 --seed 7 --json").json();
    let answer = dialoq("train --dialogues 300 --seed 7 --set alpha=0.1");
    assert!(answer.out.starts_with("customer-service · q-learning · seed 7 · alpha=0.1\n300 dialogues · "), "{}", answer.out);
    assert!(answer.out.contains(json["digest"].as_str().expect("text")), "{}", answer.out);
    assert_eq!(answer.err, "", "no progress line without a terminal");
}

/// A chain that ends well after one good act; the file's γ is 0.5.
const CHAIN: &str = r#"{"format": "dialoq-mdp", "version": 1, "name": "chain", "gamma": 0.5, "max_turns": 20,
 "P": [[[[1.0, 1, 0.0, false]], [[1.0, 0, 0.0, false]]], [[[1.0, 1, 1.0, true]], [[1.0, 0, 0.0, false]]]]}"#;

#[test]
fn an_mdp_brings_its_own_discount_and_a_setting_overrules_it() {
    let path = file("chain.json", CHAIN);
    let json = dialoq(&format!("train --mdp {path} --dialogues 50 --json")).json();
    assert_eq!(json["knobs"]["gamma"], 0.5);
    assert_eq!(json["optimal"]["value"], 0.5);
    let json = dialoq(&format!("train --mdp {path} --dialogues 50 --set gamma=0.9 --json")).json();
    assert_eq!(json["optimal"]["value"], 0.9);
    let json = dialoq(&format!("train --mdp {path} --agent random --dialogues 50 --json")).json();
    assert_eq!(json["optimal"]["value"], 0.5, "an agent without γ is judged with the file's");
}

#[test]
fn a_number_too_large_stops_the_run_and_says_where() {
    let endless = r#"{"format": "dialoq-mdp", "version": 1, "gamma": 0.9, "max_turns": 50, "P": [[[[1.0, 0, 3e38, false]]]]}"#;
    let path = file("huge.json", endless);
    let answer = dialoq(&format!("train --mdp {path} --dialogues 50"));
    assert_eq!(answer.code, 1);
    assert_eq!(answer.err.lines().count(), 1);
    assert!(answer.err.starts_with("error: turn "), "{}", answer.err);
    assert!(answer.err.contains("the update of Q(state 0, action 0) would become inf; "), "{}", answer.err);
}

#[test]
fn where_no_exact_solution_exists_training_still_reports() {
    let endless = r#"{"format": "dialoq-mdp", "version": 1, "gamma": 1.0, "max_turns": 5, "P": [[[[1.0, 0, 1.0, false]]]]}"#;
    let path = file("endless.json", endless);
    let json = dialoq(&format!("train --mdp {path} --dialogues 10 --json")).json();
    assert_eq!(json["greedy"]["return"], 5.0);
    assert!(json["greedy"]["value"].is_null() && json["optimal"].is_null());
    let answer = dialoq(&format!("solve --mdp {path}"));
    assert_eq!((answer.code, answer.err.lines().count()), (1, 1));
    assert!(answer.err.contains("use a gamma below 1"), "{}", answer.err);
}

#[test]
fn a_world_too_large_to_list_is_learned_in_and_judged_by_dialogues() {
    let answer = dialoq("train --scenario virtual-assistant-large --dialogues 300 --seed 3 --json").json();
    assert_eq!(answer["optimal"], Value::Null, "there is no exact solution");
    assert_eq!(answer["judged_by"]["dialogues"], 500);
    let number = |path: &str| answer.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    assert!(number("/judged_by/return_margin") > 0.0);
    assert!(number("/random/return") < 0.0, "acting at random loses");
    let text = dialoq("train --scenario virtual-assistant-large --dialogues 300 --seed 3").out;
    assert!(text.contains("17,537,553 states are too many to be listed; policies are judged by 500 dialogues each"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
}

#[test]
fn eval_and_sweep_and_show_do_without_an_exact_solution() {
    let eval = dialoq("eval --scenario virtual-assistant-large --train 100 --dialogues 50 --json").json();
    assert_eq!(eval["greedy"], Value::Null);
    assert!(eval["sampled"]["return"]["low"].as_f64() < eval["sampled"]["return"]["high"].as_f64());
    let sweep = dialoq("sweep --scenario virtual-assistant-large --dialogues 50 --seeds 2 --json").json();
    assert!(sweep["cells"][0]["greedy"]["return"]["mean"].is_number() && sweep["cells"][0]["regret"].is_null(), "{sweep}");
    let show = dialoq("scenarios show virtual-assistant-large");
    assert_eq!((show.code, show.out.contains("17,537,553 states")), (0, true), "{}{}", show.out, show.err);
}
