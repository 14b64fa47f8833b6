//! What can be chosen: scenarios, agents, help, completions.

use super::{dialoq, file};

#[test]
fn scenarios_are_listed_and_the_default_comes_first() {
    let answer = dialoq("scenarios");
    assert!(answer.out.starts_with("customer-service\n"), "{}", answer.out);
    assert_eq!(dialoq("scenarios list").out, answer.out);
    let json = dialoq("scenarios --json").json();
    let names: Vec<&str> = json["scenarios"].as_array().expect("a list").iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(names, ["customer-service", "smart-home", "virtual-assistant", "virtual-assistant-large"]);
}

#[test]
fn a_scenario_is_shown_with_its_figures() {
    let json = dialoq("scenarios show smart-home --json").json();
    let solved = dialoq("solve --scenario smart-home --json").json();
    assert_eq!(json["optimal"], solved["optimal"]);
    assert_eq!(json["rewards"]["success"], 6.0);
    let text = dialoq("scenarios show smart-home").out;
    for part in ["smart-home: Smart home", "Tasks (misheard with 10.0 %)", "door: needs door; done wrongly -50", "75 states, 13 acts"] {
        assert!(text.contains(part), "{part} is missing from {text}");
    }
}

#[test]
fn a_file_that_is_fine_is_called_fine() {
    let path = file("fine.json", include_str!("../../assets/scenarios/smart-home.json"));
    assert_eq!(dialoq(&format!("scenarios check {path}")).out, format!("{path}: fine: 75 states, 13 acts\n"));
    // Editors on Windows put a byte order mark first.
    let path = file("marked.json", &format!("\u{feff}{}", include_str!("../../assets/scenarios/smart-home.json")));
    assert_eq!(dialoq(&format!("scenarios check {path}")).code, 0);
}

#[test]
fn an_agent_is_shown_with_its_rule_and_its_knobs() {
    let text = dialoq("agents q-learning").out;
    assert!(text.contains("Q(s,a) ← Q(s,a) + α (r + γ · max Q(s′,·) − Q(s,a))"), "{text}");
    assert!(text.contains("alpha (α): 0.0001 to 1, default 0.1\n"), "{text}");
    let json = dialoq("agents --json").json();
    let names: Vec<&str> = json["agents"].as_array().expect("a list").iter().filter_map(|a| a["name"].as_str()).collect();
    let known: Vec<&str> = dialoq::agents::AGENTS.iter().map(|a| a.name).chain(["language-model"]).collect();
    assert_eq!(names, known);
    assert_eq!((names.len(), names[0], names[names.len() - 1]), (19, "q-learning", "language-model"));
    let text = dialoq("agents language-model").out;
    assert!(text.contains("preset: small, length, thin, test, default small") && text.contains("bandit-kl (β KL): 0 to 10"), "{text}");
    assert_eq!(json["agents"][0]["knobs"][0]["name"], "alpha");
    assert_eq!(json["agents"][0]["knobs"][0]["range"], serde_json::json!([0.0001, 1.0]));
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in ["", "watch", "train", "eval", "solve", "mdp", "scenarios", "scenarios show", "agents", "completions", "env"] {
        let answer = dialoq(&format!("{command} --help"));
        assert_eq!(answer.code, 0, "{command}");
        let example = answer.out.split("Example").nth(1).unwrap_or_else(|| panic!("{command}: no example in {}", answer.out));
        assert!(example.contains("dialoq "), "{command}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = dialoq(&format!("completions {shell}")).out;
        assert!(script.contains("dialogues"), "{shell} completes flags");
        let names = script.contains("smart-home") && script.contains("expected-sarsa");
        assert!(names || ["elvish", "powershell"].contains(&shell), "{shell} completes scenarios and agents");
    }
}

#[test]
fn scenarios_speak_chinese_where_that_is_asked_for_and_agents_say_that_they_do_not() {
    let listed = dialoq("scenarios --lang zh");
    assert!(listed.out.contains("网购商店") && !listed.out.contains("mail-order"), "{}", listed.out);
    assert!(listed.err.contains("all else is in English so far"), "{}", listed.err);
    let shown = dialoq("scenarios show smart-home --lang zh");
    assert!(shown.out.starts_with("smart-home: 智能家居\n") && shown.err.contains("in English so far"), "{}", shown.out);
    let json = dialoq("scenarios --lang zh --json");
    assert_eq!((json.json()["scenarios"][1]["title"].as_str(), json.err.as_str()), (Some("智能家居"), ""));
    assert_eq!(dialoq("scenarios --lang en").err, "");
    let agents = dialoq("agents --lang zh");
    assert_eq!(agents.out, dialoq("agents").out);
    assert!(agents.err.contains("in English so far"), "{}", agents.err);
}

#[test]
fn help_names_every_scenario_that_comes_with_the_program() {
    for command in ["chat", "watch", "train", "eval", "solve", "mdp", "env", "sweep"] {
        let help = dialoq(&format!("{command} --help")).out;
        // Lines are wrapped at blanks.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for scenario in dialoq::world::SCENARIOS {
            let named = help.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == scenario.name);
            assert!(named, "{command} --help does not name {}: {help}", scenario.name);
        }
    }
}
