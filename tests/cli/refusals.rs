//! Bad input ends with one sentence that says what, where and what would be right, and with exit code 2.

use super::{dialoq, file};

const AGENTS: &str = "q-learning, sarsa, expected-sarsa, double-q, q-lambda, sarsa-lambda, n-step-sarsa, dyna-q, prioritized-sweeping, \
                      actor-critic, linear-q, linear-sarsa, dqn, a2c, ppo, expert, optimal, random";

/// The sentence, without the path of a temporary file in front.
fn refusal(line: &str) -> String {
    let answer = dialoq(line);
    assert_eq!(answer.code, 2, "{line}: {}{}", answer.out, answer.err);
    assert_eq!(answer.out, "", "{line}");
    assert_eq!(answer.err.lines().count(), 1, "{line}: one sentence, not {}", answer.err);
    let sentence = answer.err.trim_end().strip_prefix("error: ").expect("it begins with error:").to_owned();
    sentence.split_once(".json: ").map_or(sentence.clone(), |(_, rest)| rest.to_owned())
}

#[test]
fn a_bad_value_of_a_flag_is_refused_in_one_sentence() {
    let cases = [
        ("--seed x", "--seed: \"x\" is not a seed; use a whole number from 0 to 18446744073709551615"),
        ("train --seed -1", "--seed: \"-1\" is not a seed; use a whole number from 0 to 18446744073709551615"),
        ("train --agent sac", "--agent: there is no agent \"sac\"; use one of {AGENTS}"),
        ("train --set alpha=7", "--set: alpha: \"7\" is not a number from 0.0001 to 1"),
        ("train --set alpha=NaN", "--set: alpha: \"NaN\" is not a number from 0.0001 to 1"),
        ("train --set alpha", "--set: \"alpha\" is not a setting; write it as knob=value, such as alpha=0.1"),
        ("train --agent random --set alpha=1", "--set: there is no knob \"alpha\"; random has none"),
        ("train --masks maybe", "--masks: \"maybe\" is not known; use on or off"),
        ("train --profile rude", "--profile: there are no rude users; use easy, standard or unfriendly"),
        (
            "train --scenario pizza",
            "--scenario: there is no scenario \"pizza\"; use one of customer-service, smart-home, virtual-assistant, \
             virtual-assistant-large, or the path of a scenario file",
        ),
        ("train --dialogues -3", "--dialogues: \"-3\" is not a number of dialogues; use a whole number from 0 to 1000000000000"),
        ("eval --dialogues 3", "--dialogues: 3 dialogues are too few for an interval; use 30 or more"),
        ("solve --gamma 2", "--gamma: \"2\" is not a discount; use a number from 0 to 1"),
        ("solve --set alpha=1", "--set: an exact solution has no knob \"alpha\"; it has gamma, epsilon"),
        ("watch --pace fast", "--pace: \"fast\" is not a pace; use 60 (dialogues a second), 5t (turns a second) or max"),
        ("--seeds 999", "--seeds: \"999\" is not a number of seeds; use a whole number from 0 to 100"),
        ("--turn abc", "--turn: \"abc\" is not a turn; use a whole number from 0 to 1000000000000"),
        ("--theme pink", "--theme: \"pink\" is not known; use auto, dark, light or mono"),
        ("completions tcsh", "<SHELL>: \"tcsh\" is not known; use bash, elvish, fish, powershell or zsh"),
        ("agents sac", "--agent: there is no agent \"sac\"; use one of {AGENTS}"),
    ];
    for (line, sentence) in cases {
        assert_eq!(refusal(line), sentence.replace("{AGENTS}", AGENTS), "{line}");
    }
}

#[test]
fn an_unknown_knob_is_answered_with_those_that_there_are() {
    let sentence = refusal("train --set beta=1");
    assert!(sentence.starts_with("--set: there is no knob \"beta\"; q-learning has alpha, gamma, epsilon,"), "{sentence}");
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let sentence = refusal("train --mdp /nonexistent/taxi.mdp");
    assert_eq!(
        sentence,
        "/nonexistent/taxi.mdp: it cannot be read (no such file or directory); give the path of a finite MDP in JSON, as dialoq mdp writes it"
    );
    assert!(
        refusal("train --scenario /nonexistent/pizza.json").starts_with("it cannot be read (no such file or directory); give the path")
    );
}

#[test]
fn a_file_that_cannot_be_written_is_named_with_the_reason() {
    let sentence = refusal("mdp --out /nonexistent/out.txt");
    assert_eq!(sentence, "--out /nonexistent/out.txt: its directory is not there; make the directory first, or give another path");
}

#[test]
fn without_a_terminal_the_workbench_says_what_to_use_instead() {
    let sentence = "standard output is not a terminal, and the workbench needs one; use dialoq train to learn without a screen";
    assert_eq!(refusal("watch"), sentence);
    assert_eq!(refusal("--seed 7 --pace max"), sentence);
}

#[test]
fn the_workbench_refuses_bad_input_before_it_asks_for_a_terminal() {
    assert!(refusal("watch --agent sac").starts_with("--agent:"));
    let path = file("watch.json", r#"{"format": "dialoq-mdp", "version": 1, "P": [[[[0.5, 0, 0, false]]]]}"#);
    assert!(refusal(&format!("watch --mdp {path}")).starts_with("P[0][0]:"));
}

#[test]
fn a_bad_scenario_is_refused_with_its_json_path() {
    let good = include_str!("../../assets/scenarios/smart-home.json");
    let cases = [
        ("\"turn\": -1", "\"turn\": \"minus one\"", "rewards.turn: \"minus one\" is not a number; use one such as -1.0"),
        ("\"turn_limit\": 20,", "", "line 1"),
        ("\"turn_limit\": 20", "\"turn_limit\": 0", "turn_limit: 0 is not possible; use 1 to 10000 turns"),
        ("\"noise\": {\"task\": 0.1", "\"noise\": {\"task\": 1.5", "noise.task: 1.5 is not a probability; it lies between 0 and 1"),
        ("\"masks\"", "\"mask\"", "mask: there is no key \"mask\" here; known are"),
        ("\"format\": \"dialoq-scenario\"", "\"format\": \"pizza\"", "format: \"pizza\" is not a scenario; write \"dialoq-scenario\""),
    ];
    for (i, (from, to, sentence)) in cases.iter().enumerate() {
        assert!(good.contains(from), "{from} stands in the scenario");
        let path = file(&format!("scenario-{i}.json"), &good.replacen(from, to, 1));
        let said = refusal(&format!("train --scenario {path}"));
        if *sentence == "line 1" {
            assert!(said.contains("the key \"turn_limit\" is missing"), "{said}");
        } else {
            assert!(said.starts_with(sentence), "{said}");
        }
        assert_eq!(refusal(&format!("scenarios check {path}")), said);
    }
}

#[test]
fn a_file_that_is_not_json_is_called_that() {
    let path = file("plain.json", "tasks: none");
    assert!(refusal(&format!("train --scenario {path}")).starts_with("line 1 column 2: this is not JSON"));
    assert!(refusal(&format!("train --mdp {path}")).starts_with("line 1 column 2: this is not JSON"));
    assert!(refusal(&format!("scenarios check {path}")).starts_with("line 1 column 2: this is not JSON"));
}

#[test]
fn a_bad_mdp_is_refused_with_its_json_path() {
    let mdp = |p: &str, rest: &str| format!("{{\"format\": \"dialoq-mdp\", \"version\": 1, \"P\": {p}{rest}}}");
    let cases = [
        (mdp("[[[[0.5, 0, 0, false]]]]", ""), "P[0][0]: the probabilities add up to 0.5; they must add up to 1"),
        (mdp("[[[[1.0, 3, 0, false]]]]", ""), "P[0][0][0][1]: 3 is not a state; states are numbered 0 to 0"),
        (mdp("[[[[1.0, 0, \"x\", false]]]]", ""), "P[0][0][0][2]: \"x\" is not a number; use one such as -1.0"),
        (mdp("[[[]]]", ""), "P[0]: every act is illegal here; at least one needs an outcome"),
        (mdp("[[[[1.0, 0, 0, true]]]]", ", \"gamma\": 2"), "gamma: 2 is not a discount; it lies between 0 and 1"),
        (mdp("[[[[1.0, 0, 0, true]]]]", ", \"colour\": 2"), "colour: no such key; known are"),
    ];
    for (i, (text, sentence)) in cases.iter().enumerate() {
        let path = file(&format!("mdp-{i}.json"), text);
        let said = refusal(&format!("train --mdp {path}"));
        assert!(said.starts_with(sentence), "{said}");
    }
}

#[test]
fn a_file_given_to_the_wrong_flag_is_sent_to_the_right_one() {
    let mdp = file("is-mdp.json", r#"{"format": "dialoq-mdp", "version": 1, "P": [[[[1.0, 0, 0, true]]]]}"#);
    let scenario = file("is-scenario.json", include_str!("../../assets/scenarios/smart-home.json"));
    assert_eq!(refusal(&format!("train --scenario {mdp}")), format!("--scenario: {mdp} is a finite MDP; open it with --mdp {mdp}"));
    assert!(refusal(&format!("train --mdp {scenario}")).ends_with(&format!("is a scenario; open it with --scenario {scenario}")));
}

#[test]
fn flags_that_clap_refuses_keep_its_form_and_end_with_2() {
    for line in ["train --bogus", "frobnicate", "train --mdp x --profile easy", "train --seed"] {
        let answer = dialoq(line);
        assert_eq!(answer.code, 2, "{line}");
        assert!(answer.err.starts_with("error: ") && answer.err.contains("--help"), "{line}: {}", answer.err);
    }
}

#[test]
fn what_needs_every_state_is_refused_where_they_are_too_many() {
    let why = "virtual-assistant-large: 17,537,553 states are too many to be listed, so there is no exact solution; dialoq eval judges a \
               policy there by simulated dialogues";
    assert_eq!(refusal("solve --scenario virtual-assistant-large"), why);
    assert_eq!(refusal("mdp --scenario virtual-assistant-large"), why);
}
