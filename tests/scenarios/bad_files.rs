//! Files that someone got wrong: one for each kind of error, with the sentence that it earns.

use dialoq::world::compile::{CompileError, compile};
use dialoq::world::scenario::Scenario;
use dialoq::world::user::Rule;
use dialoq::world::{BuildError, SCENARIOS, World, WorldSource, mdp};
use serde_json::{Value, json};

/// The customer-service scenario with the value at a JSON pointer replaced.
fn changed(pointer: &str, value: Value) -> String {
    let mut root: Value = serde_json::from_str(SCENARIOS[0].text).unwrap();
    *root.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not in the scenario")) = value;
    root.to_string()
}

/// The same with a key added to (or, for null, taken from) an object.
fn keyed(pointer: &str, key: &str, value: &Value) -> String {
    let mut root: Value = serde_json::from_str(SCENARIOS[0].text).unwrap();
    let object = root.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        object.remove(key).unwrap();
    } else {
        object.insert(key.into(), value.clone());
    }
    root.to_string()
}

fn sentence(text: &str) -> String {
    match Scenario::parse(text) {
        Ok(_) => "it was read without a word".into(),
        Err(e) => e.to_string(),
    }
}

fn check(cases: &[(&str, String, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(_, text, expected)| sentence(text) != *expected)
        .map(|(what, text, expected)| format!("{what}:\n  said     {}\n  expected {expected}", sentence(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_built_in_scenario_is_sound() {
    for scenario in SCENARIOS {
        let parsed = Scenario::parse(scenario.text).unwrap();
        assert_eq!(parsed.name, scenario.name, "a scenario's name is its file's");
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_place() {
    check(&[
        (
            "text for a number",
            changed("/rewards/turn", json!("minus one")),
            "rewards.turn: \"minus one\" is not a number; use one such as -1.0",
        ),
        ("number for a text", changed("/name", json!(3)), "name: 3 is not a text in quotes"),
        ("text for a switch", changed("/masks", json!("yes")), "masks: \"yes\" is not true or false"),
        ("negative count", changed("/turn_limit", json!(-4)), "turn_limit: -4 is not a whole number from 0 up"),
        ("fraction for a count", changed("/turn_limit", json!(1.5)), "turn_limit: 1.5 is not a whole number from 0 up"),
        ("text for a list", changed("/tasks/0/needs", json!("order")), "tasks[0].needs: \"order\" is not a list [...]"),
        ("two chances", changed("/users/easy/cooperation", json!([0.5, 0.5])), "users.easy.cooperation: 2 is not a list of 3 numbers"),
        ("list for an object", changed("/rewards", json!([1])), "rewards: 1 is not an object {...}"),
    ]);
}

#[test]
fn a_missing_or_unknown_key_is_named() {
    check(&[
        ("missing", keyed("/rewards", "success", &Value::Null), "rewards: the key \"success\" is missing"),
        ("missing in a list", keyed("/slots/1", "noise", &Value::Null), "slots[1]: the key \"noise\" is missing"),
        (
            "misspelt",
            keyed("/rewards", "sucess", &json!(1)),
            "rewards.sucess: there is no key \"sucess\" here; known are turn, success, hang_up, escalate",
        ),
        ("another language", keyed("/title", "de", &json!("Dienst")), "title.de: there is no key \"de\" here; known are en or zh"),
    ]);
}

#[test]
fn a_broken_file_is_shown_by_line_and_column() {
    check(&[
        ("nothing", String::new(), "line 1 column 0: EOF while parsing a value"),
        ("half of it", "{\"format\": \"dialoq-scenario\",\n \"version\": 1,".into(), "line 2 column 14: EOF while parsing a value"),
        ("a comma too many", "{\"format\": \"dialoq-scenario\",,}".into(), "line 1 column 30: key must be a string"),
        (
            "a second object",
            format!("{} {{}}", SCENARIOS[0].text.trim_end()),
            &format!(
                "line {} column 3: something stands after the end of the scenario; remove it",
                SCENARIOS[0].text.trim_end().lines().count()
            ),
        ),
    ]);
}

#[test]
fn a_file_of_another_kind_is_refused() {
    check(&[
        ("format", changed("/format", json!("dialoq-mdp")), "format: \"dialoq-mdp\" is not a scenario; write \"dialoq-scenario\""),
        ("version", changed("/version", json!(2)), "version: version 2 is not known; this program reads 1"),
        ("name", changed("/name", json!("My Shop")), "name: \"My Shop\" is not a name; use lower-case letters, digits and -"),
    ]);
}

#[test]
fn numbers_out_of_range_are_refused() {
    check(&[
        ("slot noise", changed("/slots/0/noise", json!(1.5)), "slots[0].noise: 1.5 is not a probability; it lies between 0 and 1"),
        ("task noise", changed("/noise/task", json!(-0.1)), "noise.task: -0.1 is not a probability; it lies between 0 and 1"),
        (
            "cooperation",
            changed("/users/unfriendly/cooperation/2", json!(2)),
            "users.unfriendly.cooperation[2]: 2 is not a probability; it lies between 0 and 1",
        ),
        (
            "volunteers",
            changed("/users/easy/volunteers", json!(7)),
            "users.easy.volunteers: 7 is not a probability; it lies between 0 and 1",
        ),
        ("calms", changed("/users/standard/calms", json!(-1)), "users.standard.calms: -1 is not a probability; it lies between 0 and 1"),
        ("patience 0", changed("/users/easy/patience", json!(0)), "users.easy.patience: 0 is not possible; use 1, 2 or 3"),
        ("patience 4", changed("/users/easy/patience", json!(4)), "users.easy.patience: 4 is not possible; use 1, 2 or 3"),
        (
            "reward",
            changed("/rewards/hang_up", json!(1e9)),
            "rewards.hang_up: 1000000000 is too large; use a number between -1000000 and 1000000",
        ),
        (
            "escalate",
            changed("/rewards/escalate", json!(-2e6)),
            "rewards.escalate: -2000000 is too large; use a number between -1000000 and 1000000",
        ),
        (
            "wrong",
            changed("/tasks/1/wrong", json!(1e7)),
            "tasks[1].wrong: 10000000 is too large; use a number between -1000000 and 1000000",
        ),
        ("turn limit 0", changed("/turn_limit", json!(0)), "turn_limit: 0 is not possible; use 1 to 10000 turns"),
        ("turn limit", changed("/turn_limit", json!(20_000)), "turn_limit: 20000 is not possible; use 1 to 10000 turns"),
    ]);
}

/// The scenario with the first `n` entries of a list repeated or dropped to make `n`.
fn resized(pointer: &str, n: usize) -> String {
    let root: Value = serde_json::from_str(SCENARIOS[0].text).unwrap();
    let list = root.pointer(pointer).unwrap().as_array().unwrap();
    changed(pointer, (0..n).map(|i| list[i % list.len()].clone()).collect())
}

#[test]
fn lists_have_their_sizes() {
    check(&[
        ("two tasks", resized("/tasks", 2), "tasks: there are 2; between 3 and 16 are needed, so that a mishearing stays open"),
        ("many tasks", resized("/tasks", 17), "tasks: there are 17; between 3 and 16 are needed, so that a mishearing stays open"),
        ("no slot", resized("/slots", 0), "slots: there are 0; between 1 and 16 are possible"),
        ("many slots", resized("/slots", 17), "slots: there are 17; between 1 and 16 are possible"),
        ("two values", resized("/slots/1/values/en", 2), "slots[1].values: at least 3 values are needed, and as many in zh as in en"),
        ("fewer in Chinese", resized("/slots/1/values/zh", 7), "slots[1].values: at least 3 values are needed, and as many in zh as in en"),
        ("no needs", resized("/tasks/0/needs", 0), "tasks[0].needs: a task needs at least one slot"),
        ("nothing to say", resized("/slots/0/ask/zh", 0), "slots[0].ask.zh: at least one sentence is needed"),
        ("no word when done", resized("/tasks/2/done/en", 0), "tasks[2].done: at least one sentence is needed in en and in zh"),
        ("no greeting", resized("/sentences/user/greet/en", 0), "sentences.user.greet.en: at least one sentence is needed"),
        ("no farewell", resized("/sentences/agent/escalate/en", 0), "sentences.agent.escalate.en: at least one sentence is needed"),
    ]);
}

#[test]
fn names_are_there_once_and_fit() {
    check(&[
        ("slot twice", changed("/slots/1/name", json!("order")), "slots[1].name: \"order\" stands twice"),
        ("task twice", changed("/tasks/2/name", json!("track")), "tasks[2].name: \"track\" stands twice"),
        ("spaces", changed("/slots/0/name", json!("order number")), "slots[0].name: a name without spaces is needed"),
        ("no task name", changed("/tasks/0/name", json!("")), "tasks[0].name: a name without spaces is needed"),
        (
            "head too wide",
            changed("/slots/0/short", json!("order")),
            "slots[0].short: \"order\" does not fit a column head; use 1 to 4 columns",
        ),
        (
            "wide letters",
            changed("/slots/0/short", json!("订单号")),
            "slots[0].short: \"订单号\" does not fit a column head; use 1 to 4 columns",
        ),
        (
            "unknown slot",
            changed("/tasks/0/needs/1", json!("colour")),
            "tasks[0].needs[1]: there is no slot \"colour\"; slots are order, item, reason",
        ),
        ("need twice", changed("/tasks/0/needs/1", json!("order")), "tasks[0].needs[1]: \"order\" stands twice"),
    ]);
}

#[test]
fn sentences_have_their_holes() {
    check(&[
        (
            "hole missing",
            changed("/slots/0/answer/en/0", json!("It is that one.")),
            "slots[0].answer.en[0]: {value} is missing from the sentence",
        ),
        ("hole unknown", changed("/slots/0/confirm/zh/1", json!("{价}？")), "slots[0].confirm.zh[1]: {价} is not known here"),
        ("hole where none is", changed("/tasks/0/wish/en/2", json!("I want {item}.")), "tasks[0].wish.en[2]: {item} is not known here"),
        (
            "a slot the task has not",
            changed("/tasks/1/done/en/0", json!("{reason} noted.")),
            "tasks[1].done.en[0]: {reason} is not known here; use {order}",
        ),
        (
            "summary of nothing",
            changed("/sentences/agent/confirm_all/en/0", json!("All of it?")),
            "sentences.agent.confirm_all.en[0]: {summary} is missing from the sentence",
        ),
        (
            "neutral without a value",
            changed("/sentences/user/neutral/en/0", json!("Whatever.")),
            "sentences.user.neutral.en[0]: {value} is missing from the sentence",
        ),
        (
            "summary without a value",
            changed("/slots/2/summary/en", json!("why")),
            "slots[2].summary.en: {value} is missing from the sentence",
        ),
        (
            "a bracket left open",
            changed("/sentences/user/greet/en/0", json!("Hello {there.")),
            "sentences.user.greet.en[0]: a { stays open",
        ),
    ]);
}

#[test]
fn a_world_too_large_to_enumerate_is_refused_in_words() {
    let mut root: Value = serde_json::from_str(SCENARIOS[2].text).unwrap();
    let slots = root["slots"].as_array().unwrap().clone();
    let more = (0..14).map(|i| {
        let mut slot = slots[i % slots.len()].clone();
        slot["name"] = json!(format!("s{i}"));
        slot["short"] = json!(format!("s{i}"));
        slot["label"] = json!({"en": format!("slot {i}"), "zh": format!("{i}")});
        slot
    });
    root["slots"] = slots.iter().cloned().chain(more.take(7)).collect();
    let needs: Vec<String> = (0..7).map(|i| format!("s{i}")).collect();
    for task in root["tasks"].as_array_mut().unwrap() {
        task["needs"].as_array_mut().unwrap().extend(needs.iter().map(|n| json!(n)));
    }
    let scenario = Scenario::parse(&root.to_string()).unwrap();
    let rule = Rule::new(&scenario, &scenario.users.standard);
    let error = compile(&scenario, &rule, &mut |_| ()).err().unwrap();
    assert_eq!(error, CompileError::TooLarge { slots: 14, tasks: 5 });
    assert_eq!(
        error.to_string(),
        "slots: 14 slots and 5 tasks make more than 400000 states; use fewer slots for an exactly solvable world"
    );
}

#[test]
fn an_unknown_scenario_or_profile_is_answered_with_the_known_ones() {
    let build = |source: WorldSource, profile: &str| World::build(&source, profile, None, &mut |_| ()).err().unwrap().to_string();
    assert_eq!(
        build(WorldSource::Builtin("pizza".into()), "standard"),
        "--scenario: there is no scenario \"pizza\"; use one of customer-service, smart-home, virtual-assistant, virtual-assistant-large, or the path of a \
         scenario file"
    );
    assert_eq!(
        build(WorldSource::Builtin("smart-home".into()), "angry"),
        "--profile: there are no angry users; use easy, standard or unfriendly"
    );
    let file = WorldSource::Scenario { path: "pizza.json".into(), text: changed("/rewards/turn", json!("minus one")) };
    assert_eq!(build(file, "standard"), "pizza.json: rewards.turn: \"minus one\" is not a number; use one such as -1.0");
    let unknown = dialoq::agents::find("alphago").err().unwrap().to_string();
    let known: Vec<&str> = dialoq::agents::AGENTS.iter().map(|a| a.name).collect();
    assert_eq!(unknown, format!("--agent: there is no agent \"alphago\"; use one of {}", known.join(", ")));
}

fn plain_mdp() -> Value {
    json!({
        "format": "dialoq-mdp", "version": 1, "name": "two-rooms", "gamma": 0.9, "states": ["left", "right"], "actions": ["stay", "go"],
        "start": [[0, 1.0]], "max_turns": 100,
        "P": [[[[1.0, 0, 0.0, false]], [[0.9, 1, 0.0, false], [0.1, 0, 0.0, false]]], [[[1.0, 1, 0.0, false]], [[1.0, 1, 1.0, true]]]],
    })
}

#[test]
fn a_bad_mdp_is_answered_with_what_would_be_right() {
    assert!(mdp::parse(&plain_mdp().to_string()).is_ok());
    let cases = [
        ("/format", json!("mdp"), "format: \"mdp\" is not a finite MDP of this program; write \"dialoq-mdp\""),
        ("/version", json!(2), "version: version 2 is not known; this program reads 1"),
        ("/gamma", json!(1.5), "gamma: 1.5 is not a discount; it lies between 0 and 1"),
        ("/gamma", json!("high"), "gamma: \"high\" is not a number; use one such as -1.0"),
        ("/max_turns", json!(0), "max_turns: 0 is not a turn limit; use a whole number from 1 to 65535"),
        ("/max_turns", json!(70_000), "max_turns: 70000 is not a turn limit; use a whole number from 1 to 65535"),
        ("/states", json!(["left"]), "P: it has 2 rows for 1 states; one row for each state is needed"),
        ("/states/1", json!(5), "states[1]: 5 is not a name"),
        ("/states", json!("two"), "states: \"two\" is neither a list of names nor a count"),
        ("/actions", json!(["stay"]), "P[0]: it has 2 lists for 1 actions; an illegal act has an empty list"),
        ("/actions", json!(65), "actions: 65 actions are named, but P has 2"),
        ("/actions", vec!["act"; 65].into(), "actions: there are 65; between 1 and 64 are possible"),
        ("/states", json!(3), "states: 3 states are named, but P has 2"),
        ("/P/0/1/0/2", json!(1e39), "P[0][1][0][2]: 1000000000000000000000000000000000000000 is too large; rewards lie within 3.4e38 of 0"),
        ("/P", json!({}), "P: a list is needed here"),
        ("/P", json!([]), "P: it has 0 rows for 2 states; one row for each state is needed"),
        ("/P/1", json!([[], []]), "P[1]: every act is illegal here; at least one needs an outcome"),
        ("/P/1/0", json!(7), "P[1][0]: a list is needed here"),
        ("/P/0/1/0/0", json!(0.8), "P[0][1]: the probabilities add up to 0.9; they must add up to 1"),
        ("/P/0/1/0/0", json!(-0.5), "P[0][1][0][0]: -0.5 is not a probability; it lies between 0 and 1"),
        ("/P/0/1/0/0", json!(null), "P[0][1][0][0]: null is not a number; use one such as -1.0"),
        ("/P/0/1/0/1", json!(2), "P[0][1][0][1]: 2 is not a state; states are numbered 0 to 1"),
        ("/P/0/1/0/1", json!(0.5), "P[0][1][0][1]: 0.5 is not a state; states are numbered 0 to 1"),
        ("/P/0/1/0/2", json!("ten"), "P[0][1][0][2]: \"ten\" is not a number; use one such as -1.0"),
        ("/P/0/1/0/3", json!(2), "P[0][1][0][3]: 2 is not true or false"),
        ("/P/0/1/0", json!([1.0, 0, 0.0]), "P[0][1][0]: it has 3 parts; [probability, next_state, reward, terminated] is needed"),
        ("/start", json!([[0, 0.5]]), "start: the probabilities add up to 0.5; they must add up to 1"),
        ("/start", json!([[2, 1.0]]), "start[0]: a state from 0 to 1 and a probability from 0 to 1 are needed"),
        ("/start", json!([[0]]), "start[0]: [state, probability] is needed"),
        ("/start", json!(0), "start: a list is needed here"),
    ];
    let mut wrong = Vec::new();
    for (pointer, value, expected) in cases {
        let mut root = plain_mdp();
        *root.pointer_mut(pointer).unwrap() = value;
        let said = mdp::parse(&root.to_string()).err().map_or("nothing".into(), |e| e.to_string());
        if said != expected {
            wrong.push(format!("{pointer}:\n  said     {said}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_no_mdp_at_all_is_said_too() {
    let said = |text: &str| mdp::parse(text).unwrap_err().to_string();
    assert_eq!(said("[1]"), "the file: an object {\"format\": \"dialoq-mdp\", …} is needed");
    assert!(said("{").starts_with("line 1 column 1: this is not JSON ("), "{}", said("{"));
    let mut root = plain_mdp();
    root["Q"] = json!(1);
    assert_eq!(
        said(&root.to_string()),
        "Q: no such key; known are format, version, name, gamma, states, actions, start, max_turns, features, feature_names, P"
    );
    let error = BuildError::Mdp { path: "taxi.json".into(), error: mdp::parse("[1]").unwrap_err() };
    assert_eq!(error.to_string(), "taxi.json: the file: an object {\"format\": \"dialoq-mdp\", …} is needed");
}

#[test]
fn what_an_mdp_leaves_out_has_a_default() {
    let mut root = plain_mdp();
    for key in ["name", "gamma", "states", "actions", "start", "max_turns"] {
        root.as_object_mut().unwrap().remove(key);
    }
    let read = mdp::parse(&root.to_string()).unwrap();
    assert_eq!((read.name.as_str(), read.gamma, read.turn_limit), ("mdp", 0.95, 1000));
    assert_eq!(
        (read.states, read.actions, read.start),
        (vec!["state 0".to_owned(), "state 1".into()], vec!["action 0".to_owned(), "action 1".into()], vec![(0, 1.0)])
    );
}

#[test]
fn gymnasiums_ones_and_zeros_are_read_as_true_and_false() {
    let mut root = plain_mdp();
    *root.pointer_mut("/P/1/1/0/3").unwrap() = json!(1);
    *root.pointer_mut("/P/1/0/0/3").unwrap() = json!(0);
    assert_eq!(mdp::parse(&root.to_string()).unwrap(), mdp::parse(&plain_mdp().to_string()).unwrap());
}
