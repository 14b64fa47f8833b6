//! Text from files and arguments: whatever it holds, nothing that a terminal would obey is printed, no line is forged, no message is
//! longer than 4 kB; and cells of CSV are no formulas.

use dialoq::cli::output::Output;
use dialoq::run::RunSpec;
use dialoq::run::journal::{Line, SpecLine};
use dialoq::run::timeline::Limit;
use dialoq::text::is_control;
use dialoq::world::{SCENARIOS, World, WorldSource};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;

use super::{Answer, dialoq_in, file, path};
use crate::support::{Sink, start};

/// One of each kind: title and clearing of a terminal, 8-bit controls, bells, marks of direction, line ends of four kinds.
const EVIL: &str = "x\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\u{7f}\u{8}\u{202e}\u{2066}\u{61c}\u{200f}\u{85}\u{2028}\r\nFORGED\ty";
/// Bytes of a message.
const MESSAGE: usize = 4096;

fn check(what: &str, answer: &Answer) {
    for (name, text) in [("standard output", &answer.out), ("standard error", &answer.err)] {
        let raw = text.chars().find(|c| is_control(*c) && *c != '\n' && *c != '\t');
        assert_eq!(raw, None, "{what}: a control character on {name}: {text:?}");
        let forged = text.lines().find(|line| line.starts_with("FORGED") || line.contains('\t'));
        assert_eq!(forged, None, "{what}: a line of its own on {name}: {text}");
    }
    assert!(answer.err.len() <= MESSAGE, "{what}: {} bytes on standard error", answer.err.len());
    assert!([0, 1, 2].contains(&answer.code), "{what}: {} {}", answer.code, answer.err);
    assert!(!answer.err.contains("panicked"), "{what}: {}", answer.err);
}

fn all(words: &[&[&str]], input: &str) -> Vec<Answer> {
    let sessions = path("foreign-sessions");
    let run = |words: &&[&str]| {
        let answer = dialoq_in(words, input.as_bytes(), &sessions.display().to_string());
        check(&format!("{words:?}"), &answer);
        answer
    };
    words.iter().map(run).collect()
}

/// A world whose own names are harmless.
const ROOMS: &str = r#"{"format": "dialoq-mdp", "version": 1, "name": "rooms", "gamma": 0.9, "max_turns": 20, "actions": ["=1+1", "@x"],
 "states": ["=cmd|\"/c calc\"!A0", "-1,5"], "P": [[[[0.5, 1, 1, false], [0.5, 0, -1, false]], [[1, 0, 0, true]]], [[[1, 0, 2, false]], [[1, 1, -2, true]]]]}"#;

/// A session in that world with one run, and with these names in it.
fn session(file_name: &str, evil: &str) -> String {
    let source = WorldSource::Mdp { path: format!("{evil}.json"), text: ROOMS.into() };
    let world = Arc::new(World::build(&source, "standard", None, &mut |_| ()).unwrap());
    let spec = RunSpec { source, profile: "standard".into(), masks: None, agent: "q-learning".into(), seed: 7, settings: Vec::new() };
    let mut run = start(&world, "q-learning", 7, Vec::new());
    run.advance(Limit::dialogues(20));
    let edit = dialoq::learn::machine::Edit::Tune { knob: "alpha".into(), value: 0.5 };
    let (tick, dialogue) = (run.now().0, run.dialogues());
    run.edit(edit.clone()).unwrap();
    run.advance(Limit::dialogues(20));
    let lines = [
        Line::session(&format!("dialoq {evil}"), evil, &format!("2026-11-23T16:00:00Z{evil}")),
        Line::Run { run: 0, name: format!("A{evil}"), spec: SpecLine::new(&spec, &world.digest.to_string()), parent: None },
        Line::Edit { run: 0, tick, dialogue, edit, text: evil.to_owned() },
        Line::Bookmark { run: 0, tick, dialogue, name: evil.to_owned() },
        Line::Head { run: 0, tick: run.now().0, dialogue: run.dialogues(), digest: Some(run.digest().to_string()) },
    ];
    let text: String = lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    file(file_name, &text)
}

#[test]
fn a_session_full_of_control_characters_is_printed_without_them() {
    let name = format!("./{}", session("foreign.jsonl", EVIL));
    let name = name.as_str();
    let answers = all(
        &[
            &["sessions", "show", name],
            &["sessions", "show", name, "--json"],
            &["train", "--replay", name],
            &["train", "--replay", name, "--json"],
            &["train", "--replay", name, "--run", EVIL],
            &["export", name, "--csv"],
            &["export", name, "--csv", "--what", "table"],
            &["export", name, "--csv", "--what", "policy"],
            &["export", name, "--jsonl"],
            &["export", name, "--svg"],
            &["export", name, "--csv", "--run", EVIL],
            &["chat", "--run", name],
            &["chat", "--run", name, "--branch", EVIL],
            &["watch", "--replay", name],
        ],
        "",
    );
    assert!(answers[0].out.contains("bookmark: x\\u001b]0;pwned\\u0007"), "{}", answers[0].out);
    let shown: Value = serde_json::from_str(&answers[1].out).unwrap();
    assert_eq!(shown["runs"][0]["bookmarks"][0]["name"], EVIL, "JSON keeps the value");
    assert_eq!((answers[2].code, answers[5].code), (0, 0), "{}{}", answers[2].err, answers[5].err);
}

#[test]
fn damaged_sessions_and_evil_names_of_files_are_printed_without_control_characters() {
    let dir = path("foreign-sessions");
    std::fs::create_dir_all(&dir).unwrap();
    let good = std::fs::read_to_string(path(&session("foreign-damaged.jsonl", "fine"))).unwrap();
    let long = EVIL.repeat(2000);
    for (k, line) in
        [json!({ "line": EVIL }), json!({ "line": "bookmark", EVIL: 1 }), json!({ "line": long }), json!(long)].iter().enumerate()
    {
        std::fs::write(dir.join(format!("{k}{}.jsonl", EVIL.replace('/', ""))), format!("{good}{line}\n")).unwrap();
        std::fs::write(dir.join(format!("bad-{k}.jsonl")), format!("{line}\n{good}")).unwrap();
        let name = format!("damaged-{k}.jsonl");
        let name = format!("./{}", file(&name, &format!("{good}{line}\n")));
        all(&[&["sessions", "show", &name], &["train", "--replay", &name], &["export", &name, "--csv"], &["chat", "--run", &name]], "");
        all(&[&["sessions", "show", &format!("bad-{k}")], &["sessions", "delete", &format!("bad-{k}{EVIL}")]], "");
    }
    let listed = all(&[&["sessions"], &["sessions", "list", "--json"]], "");
    assert!(listed[0].out.contains("\\u001b]0;pwned"), "{}", listed[0].out);
}

#[test]
fn arguments_are_printed_without_control_characters() {
    let file_name = format!("{EVIL}.json");
    std::fs::write(path(&file_name), ROOMS).unwrap();
    let long = EVIL.repeat(200);
    let flag = format!("--{EVIL}");
    let fine = all(&[&["scenarios", "check", &file_name], &["solve", "--policy", "--mdp", &file_name]], "");
    assert!(fine.iter().all(|answer| answer.code == 0), "{}", fine[0].err);
    for evil in [EVIL, long.as_str()] {
        all(
            &[
                &[evil],
                &[&flag],
                &["train", &flag],
                &["train", "--seed", evil],
                &["train", "--agent", evil],
                &["train", "--scenario", evil],
                &["train", "--mdp", evil],
                &["train", "--profile", evil],
                &["train", "--masks", evil],
                &["train", "--set", evil],
                &["train", "--set", &format!("{evil}=1"), "alpha=2"],
                &["train", "--mdp", &file_name, "--dialogues", "5", "--out", &format!("/nonexistent/{evil}.jsonl")],
                &["solve", "--gamma", evil],
                &["solve", "--set", &format!("{evil}=1")],
                &["sweep", "--grid", evil],
                &["sweep", "--grid", &format!("{evil}=1,2")],
                &["bench", "--agents", evil],
                &["bench", "--scenarios", evil],
                &["bench", "--set", &format!("{evil}.x=1")],
                &["export", evil, "--csv"],
                &["export", evil, "--what", evil],
                &["agents", evil],
                &["scenarios", "show", evil],
                &["scenarios", "check", evil],
                &["sessions", "show", evil],
                &["sessions", "delete", evil],
                &["chat", "--model", evil],
                &["chat", "--run", evil],
                &["mdp", "--out", &format!("/nonexistent/{evil}")],
                &["lm", "all", "--preset", evil],
                &["data", "prepare", evil, "--out", "/nonexistent/x"],
                &["data", "prepare", "--format", evil],
                &["import", "sgd", evil, "--service", evil, "-o", "x.json"],
                &["import", "sgd", "x", "--service", "x", "-o", evil],
                &["completions", evil],
                &["watch", "--pace", evil],
                &["--turn", evil],
            ],
            "",
        );
    }
}

/// The scenario with all its strings changed.
fn infected(value: &mut Value, evil: &str) {
    match value {
        Value::String(text) => text.push_str(evil),
        Value::Array(items) => items.iter_mut().for_each(|item| infected(item, evil)),
        Value::Object(items) => items.values_mut().for_each(|item| infected(item, evil)),
        _ => {}
    }
}

#[test]
fn scenarios_and_mdps_are_refused_without_their_control_characters() {
    let (scenario, rooms): (Value, Value) = (serde_json::from_str(SCENARIOS[1].text).unwrap(), serde_json::from_str(ROOMS).unwrap());
    let mut files = Vec::new();
    for key in ["title", "tasks", "slots", "sentences", "name", "format"] {
        let mut root = scenario.clone();
        infected(&mut root[key], EVIL);
        files.push((true, root));
    }
    for key in ["name", "states", "actions", "format", "P"] {
        let mut root = rooms.clone();
        infected(&mut root[key], EVIL);
        files.push((false, if key == "P" { json!(EVIL.repeat(5000)) } else { root }));
    }
    for (is_scenario, root) in [(true, &scenario), (false, &rooms)] {
        let mut root = root.clone();
        root[EVIL.repeat(3000)] = 1.into();
        files.push((is_scenario, root));
    }
    for (k, (is_scenario, root)) in files.iter().enumerate() {
        let name = file(&format!("foreign-world-{k}.json"), &root.to_string());
        let flag = if *is_scenario { "--scenario" } else { "--mdp" };
        let mut lines = vec![vec!["scenarios", "check", &name], vec!["solve", "--policy", flag, &name], vec!["train", flag, &name]];
        lines.push(if *is_scenario { vec!["scenarios", "show", &name] } else { vec!["mdp", flag, &name] });
        lines.push(vec!["watch", flag, &name]);
        lines.push(vec!["chat", flag, &name]);
        let lines: Vec<&[&str]> = lines.iter().map(Vec::as_slice).collect();
        let codes: Vec<i32> = all(&lines, "hello\n").iter().map(|answer| answer.code).collect();
        assert!(codes.iter().all(|code| *code == 2), "{k}: {codes:?}");
    }
}

#[test]
fn an_empty_sentence_is_refused_where_it_stands() {
    let mut root: Value = serde_json::from_str(SCENARIOS[1].text).unwrap();
    root["sentences"]["user"]["no"]["en"] = json!([""]);
    let name = file("foreign-empty.json", &root.to_string());
    for line in [["scenarios", "check", &name], ["chat", "--scenario", &name]] {
        let answer = &all(&[&line], "no\n")[0];
        let told = format!("error: {name}: sentences.user.no.en[0]: the text is empty; write at least one letter\n");
        assert_eq!((answer.code, answer.err.as_str()), (2, told.as_str()));
    }
    // Marks alone are a sentence that somebody may say.
    root["sentences"]["user"]["no"]["en"] = json!(["…", "!?", "👎"]);
    let name = file("foreign-marks.json", &root.to_string());
    let answer = &all(&[&["chat", "--scenario", &name, "--dialogues", "20"]], "lights, please\nno\n/why\n")[0];
    assert_eq!(answer.code, 0, "{}", answer.err);
}

#[test]
fn what_is_typed_or_piped_comes_back_without_control_characters() {
    let input = format!("{EVIL}\n/save /nonexistent/{EVIL}\n/{EVIL}\n/why\n");
    all(&[&["chat", "--scenario", "smart-home", "--dialogues", "20"]], &input);
    all(&[&["chat", "--scenario", "smart-home", "--dialogues", "20", "--json"]], &input);
    let mut requests = String::new();
    for request in [
        json!({"op": EVIL}),
        json!({ EVIL: 1 }),
        json!(EVIL),
        json!({"op": "reset", "options": { EVIL: 1 }}),
        json!({"op": "step", "action": EVIL}),
    ] {
        requests.extend([request.to_string(), "\n".into()]);
    }
    all(&[&["env", "--scenario", "smart-home"]], &requests);
}

#[test]
fn corpora_and_folders_are_told_of_without_control_characters() {
    let message = |role: &str, text: &str| json!({"role": role, "content": text});
    let talk =
        json!({"messages": [message("user", &format!("hello {EVIL}")), message(EVIL, EVIL), message("assistant", "yes")], "id": EVIL});
    let corpora = [
        (0..4).map(|_| talk.to_string() + "\n").collect::<String>(),
        json!([{ EVIL: EVIL }, {"instruction": EVIL, "output": EVIL}]).to_string(),
        format!("text,label\n\"{EVIL}\",{EVIL}\nhello,greeting\n"),
        json!({"prompt": EVIL, "chosen": EVIL, "rejected": EVIL}).to_string(),
        EVIL.repeat(100),
    ];
    for (k, text) in corpora.iter().enumerate() {
        let name = file(&format!("{EVIL}-{k}.{}", if k == 2 { "csv" } else { "jsonl" }), text);
        let out = path(&format!("foreign-corpus-{k}"));
        let _ = std::fs::remove_dir_all(&out);
        let out = out.display().to_string();
        all(&[&["data", "prepare", &name, "--out", &out]], "");
        all(&[&["lm", "sft", "--data", &name], &["lm", "reward", "--pairs", &name]], "");
    }
    let folder = path(&format!("folder-{EVIL}"));
    std::fs::create_dir_all(&folder).unwrap();
    let schema = json!([{"service_name": EVIL, "description": EVIL, "slots": [{"name": EVIL, "description": EVIL, "is_categorical": false, "possible_values": []}], "intents": []}]);
    std::fs::write(folder.join("schema.json"), schema.to_string()).unwrap();
    std::fs::write(folder.join("config.json"), json!({"format": EVIL, EVIL: 1, "scenario": EVIL}).to_string()).unwrap();
    let folder = folder.display().to_string();
    all(
        &[&["import", "sgd", &folder, "--service", "x", "-o", "x.json"], &["import", "sgd", &folder, "--service", EVIL, "-o", "x.json"]],
        "",
    );
    all(&[&["chat", "--model", &folder]], "");
}

#[test]
fn cells_of_csv_are_no_formulas_and_numbers_stay_numbers() {
    let name = format!("./{}", session("foreign-csv.jsonl", "=2+3"));
    let table = all(&[&["export", &name, "--csv", "--what", "table"]], "").remove(0).out;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(cells[0].starts_with('A'), "{line}");
        assert!(line.contains("\"'=cmd|\"\"/c calc\"\"!A0\"") || line.contains("\"'-1,5\""), "{line}");
        assert!(line.contains(",'=1+1,") || line.contains(",'@x,"), "{line}");
    }
    let numbers = table.lines().any(|line| line.split(',').any(|cell| cell.starts_with('-') && cell.parse::<f64>().is_ok()));
    assert!(numbers, "negative values stay as they are: {table}");
    for evil in ["=a.json", "+a.json", "-a.json", "@a.json"] {
        let scenario = format!("--scenarios={}", file(evil, SCENARIOS[1].text));
        let words = ["bench", &scenario, "--agents", "random", "--conditions", "1", "--seeds", "1", "--dialogues", "5", "--csv"];
        let answer = all(&[&words], "").remove(0);
        assert_eq!(answer.code, 0, "{}", answer.err);
        assert!(answer.out.lines().skip(1).all(|line| line.starts_with(&format!("'{evil},"))), "{}", answer.out);
    }
    let kept = path("foreign-sweep.jsonl").display().to_string();
    let _ = std::fs::remove_file(&kept);
    let words = ["sweep", "--grid", "alpha=0.1", "--seeds", "1", "--dialogues", "5", "--csv", "--out", &kept];
    let sound = all(&[&words], "").remove(0);
    let digest = sound.out.lines().nth(1).and_then(|line| line.split(',').nth(4)).unwrap().to_owned();
    let changed = std::fs::read_to_string(&kept).unwrap().replace(&digest, "=1+1");
    std::fs::write(&kept, changed).unwrap();
    let answer = all(&[&words], "").remove(0);
    assert!(answer.code == 2 || answer.out.contains(",'=1+1,"), "{} {}", answer.out, answer.err);
}

#[test]
fn the_filter_takes_bytes_in_pieces_and_lets_only_its_own_style_through() {
    let whole = "a\u{1b}[1m Käse 订单 \u{9b}\u{202e}\n".as_bytes();
    let expected = "\u{1b}[2ma\\u001b[1m Käse 订单 \\u009b\\u202e\n\u{1b}[0m";
    for piece in 1..whole.len() {
        let sink = Sink::default();
        let mut out = Output::to(sink.clone());
        out.style("2").unwrap();
        whole.chunks(piece).for_each(|bytes| out.write_all(bytes).unwrap());
        out.style("0").unwrap();
        out.flush().unwrap();
        assert_eq!(String::from_utf8(sink.bytes()).unwrap(), expected, "{piece} bytes at a time");
    }
    let sink = Sink::default();
    let mut out = Output::to(sink.clone());
    out.write_all(b"a\x9b31m\xff\xe8").unwrap();
    out.flush().unwrap();
    assert_eq!(String::from_utf8(sink.bytes()).unwrap(), "a\u{fffd}31m\u{fffd}\u{fffd}");
}
