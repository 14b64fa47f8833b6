//! Strings of scenario and MDP files: what a terminal would obey, what cannot be read, and what cannot be told apart is refused.

use dialoq::text::{QUOTE, SENTENCE, is_control, line, quote, sentence, short, visible};
use dialoq::world::scenario::Scenario;
use dialoq::world::{SCENARIOS, mdp};
use serde_json::{Value, json};

/// A character of each kind that is refused.
const CONTROLS: [char; 14] =
    ['\0', '\u{7}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{80}', '\u{9b}', '\u{61c}', '\u{200f}', '\u{2028}', '\u{202e}', '\u{2069}'];

fn root() -> Value {
    serde_json::from_str(SCENARIOS[1].text).unwrap()
}

/// JSON pointers of all strings.
fn strings(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::String(_) => out.push(at.to_owned()),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| strings(item, &format!("{at}/{i}"), out)),
        Value::Object(items) => items.iter().for_each(|(key, item)| strings(item, &format!("{at}/{key}"), out)),
        _ => {}
    }
}

/// `/tasks/0/wish/en/1` as `tasks[0].wish.en[1]`.
fn path(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| if part.parse::<u32>().is_ok() { format!("[{part}]") } else { format!(".{part}") });
    parts.collect::<String>().trim_start_matches('.').to_owned()
}

fn refused(root: &Value) -> String {
    Scenario::parse(&root.to_string()).map_or_else(|e| e.to_string(), |s| panic!("{} was read without a word", s.name))
}

fn is_clean(text: &str) -> bool {
    !text.contains(is_control)
}

#[test]
fn every_string_of_a_scenario_is_refused_with_its_path_where_it_has_a_control_character() {
    let mut all = Vec::new();
    strings(&root(), "", &mut all);
    assert!(all.len() > 300, "{} strings", all.len());
    for (k, pointer) in all.iter().enumerate() {
        let mut root = root();
        let string = root.pointer_mut(pointer).unwrap();
        let control = CONTROLS[k % CONTROLS.len()];
        *string = format!("{}{control}", string.as_str().unwrap()).into();
        let told = refused(&root);
        // A slot of another name is missed where a task needs it.
        let renamed = pointer.starts_with("/slots/") && pointer.ends_with("/name");
        assert!(told.starts_with(&path(pointer)) || renamed, "{pointer} with {control:?}: {told}");
        assert!(is_clean(&told), "{told:?}");
    }
}

#[test]
fn every_control_character_is_refused() {
    for control in CONTROLS {
        let mut root = root();
        root["title"]["en"] = format!("Smart{control}home").into();
        let code = u32::from(control);
        let expected =
            format!("title.en: \"Smart\\u{code:04x}home\" holds the control character U+{code:04X}; write plain text on one line");
        assert_eq!(refused(&root), expected);
    }
}

#[test]
fn every_string_of_a_scenario_is_refused_with_its_path_where_it_is_empty() {
    let mut all = Vec::new();
    strings(&root(), "", &mut all);
    for (k, pointer) in all.iter().enumerate() {
        let mut root = root();
        *root.pointer_mut(pointer).unwrap() = ["", "  ", "\u{200b}"][k % 3].into();
        let renamed = pointer.starts_with("/slots/") && pointer.ends_with("/name");
        let told = refused(&root);
        assert!(told.starts_with(&path(pointer)) || renamed, "{pointer}: {told}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let copies = [
        ("/slots/0/values/en/0", "/slots/0/values/en/2", "slots[0].values.en[2]"),
        ("/slots/1/values/zh/1", "/slots/1/values/zh/0", "slots[1].values.zh[1]"),
        ("/slots/0/short", "/slots/1/short", "slots[1].short"),
        ("/slots/0/label/en", "/slots/1/label/en", "slots[1].label.en"),
        ("/tasks/0/label/zh", "/tasks/1/label/zh", "tasks[1].label.zh"),
    ];
    for (from, to, at) in copies {
        let mut root = root();
        let text = root.pointer(from).unwrap().as_str().unwrap().to_uppercase();
        *root.pointer_mut(to).unwrap() = format!("{text} ").trim_end_matches(if to.ends_with("short") { " " } else { "" }).into();
        let told = refused(&root);
        assert!(told.starts_with(&format!("{at}: ")) && told.ends_with("; each needs a text of its own"), "{told}");
    }
}

fn rooms() -> Value {
    json!({
        "format": "dialoq-mdp", "version": 1, "name": "rooms", "states": ["left", "right"], "actions": ["stay", "go"],
        "features": [[1, 0], [0, 1]], "feature_names": ["is left", "is right"],
        "P": [[[[1, 0, 0, false]], [[1, 1, 0, false]]], [[[1, 1, 0, false]], [[1, 1, 1, true]]]],
    })
}

fn refused_mdp(root: &Value) -> String {
    mdp::parse(&root.to_string()).map_or_else(|e| e.to_string(), |m| panic!("{} was read without a word", m.name))
}

#[test]
fn names_of_an_mdp_hold_something_to_read_and_no_control_character() {
    assert!(mdp::parse(&rooms().to_string()).is_ok());
    for (pointer, at) in
        [("/name", "name"), ("/states/1", "states[1]"), ("/actions/0", "actions[0]"), ("/feature_names/1", "feature_names[1]")]
    {
        for control in CONTROLS {
            let mut root = rooms();
            *root.pointer_mut(pointer).unwrap() = format!("x{control}").into();
            let told = refused_mdp(&root);
            assert!(told.starts_with(&format!("{at}: \"x")) && is_clean(&told), "{told:?}");
        }
        let mut root = rooms();
        *root.pointer_mut(pointer).unwrap() = "".into();
        assert_eq!(refused_mdp(&root), format!("{at}: the text is empty; write at least one letter"));
    }
}

#[test]
fn two_states_or_actions_of_one_name_are_refused() {
    for (key, name) in [("states", "left"), ("actions", "stay"), ("feature_names", "is left")] {
        let mut root = rooms();
        root[key][1] = name.into();
        assert_eq!(refused_mdp(&root), format!("{key}[1]: \"{name}\" is also {key}[0]; each needs a name of its own"));
    }
}

#[test]
fn an_unknown_key_of_an_mdp_is_quoted_without_its_control_characters() {
    let mut root = rooms();
    root["\u{1b}]0;pwned\u{7}"] = 1.into();
    assert!(refused_mdp(&root).starts_with("\\u001b]0;pwned\\u0007: no such key; known are format"), "{}", refused_mdp(&root));
}

#[test]
fn a_refusal_stays_short_whatever_it_quotes() {
    let long = "ab\u{1b}\"".repeat(40_000);
    let fields = [
        "/format",
        "/version",
        "/name",
        "/title/en",
        "/masks",
        "/tasks/0/needs/0",
        "/tasks/0/done/en/0",
        "/slots/0/short",
        "/rewards/turn",
    ];
    for pointer in fields {
        let mut root = root();
        *root.pointer_mut(pointer).unwrap() = format!("{{{long}}}").into();
        let told = refused(&root);
        assert!(told.len() < 1000 && is_clean(&told), "{pointer}: {} bytes", told.len());
    }
    let mut root = root();
    root[&long] = 1.into();
    assert!(refused(&root).len() < 1000, "{}", refused(&root));
    for key in ["format", "version", "gamma", "max_turns", "states", "actions", "start", "P", "name"] {
        for value in [json!(long), json!([long]), json!({ &long: 1 }), json!([[[[1, 0, long, false]]]])] {
            let mut root = rooms();
            root[key] = value;
            if let Err(e) = mdp::parse(&root.to_string()) {
                let told = e.to_string();
                assert!(told.len() < 1000 && is_clean(&told), "{key}: {} bytes", told.len());
            }
        }
    }
}

#[test]
fn control_characters_are_written_out_as_json_writes_them() {
    assert_eq!(visible("a\u{1b}[31m\nb\tc\u{9b}\u{7f}\u{202e}"), "a\\u001b[31m\nb\tc\\u009b\\u007f\\u202e");
    assert_eq!(line("a\nb\tc\r"), "a\\u000ab\\u0009c\\u000d");
    for text in ["plain", "Käse 订单 👩‍👩‍👧 naïve", ""] {
        assert_eq!((visible(text).as_ref(), line(text).as_ref()), (text, text));
    }
    let value = json!("a\u{7f}\u{9b}\u{202e}\u{2028}\"\\");
    let shown = visible(&value.to_string()).into_owned();
    assert!(is_clean(&shown));
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value, "the same value");
}

#[test]
fn quotes_are_cut_between_symbols() {
    let count = |text: &str| short(text).chars().count();
    assert_eq!(short(&"x".repeat(QUOTE)), "x".repeat(QUOTE));
    assert_eq!(short(&"x".repeat(QUOTE + 1)), format!("{}…", "x".repeat(QUOTE - 1)));
    // A family of five characters is kept or left as one; so is a control character that is written out.
    let families = "👩‍👩‍👧".repeat(40);
    assert!(short(&families).trim_end_matches('…').ends_with("👩‍👩‍👧") && count(&families) <= QUOTE);
    let escapes = "\u{1b}".repeat(40);
    assert!(short(&escapes).trim_end_matches('…').ends_with("\\u001b") && count(&escapes) <= QUOTE);
    assert_eq!(count(&format!("a{}", "\u{301}".repeat(500))), QUOTE);
    assert_eq!(quote("a \"b\""), "\"a \\\"b\\\"\"");
}

#[test]
fn a_sentence_keeps_its_beginning_and_its_end() {
    let long = sentence(&format!("name: \"{}\" is not a name; use letters", "x".repeat(100_000)));
    assert_eq!(long, format!("name: \"{}…\" is not a name; use letters", "x".repeat(QUOTE - 1)));
    let bare = sentence(&format!("what: {}; use letters", "订".repeat(100_000)));
    assert!(bare.len() <= SENTENCE + 8 && bare.starts_with("what: 订") && bare.ends_with("订; use letters") && bare.contains('…'));
    assert_eq!(sentence("one\ntwo"), "one\\u000atwo");
    assert_eq!(sentence(&long), long);
}
