//! `dialoq data prepare` through the real binary.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("preparing").join(name)
}

/// A directory without anything from an earlier run.
fn fresh(name: &str) -> PathBuf {
    let path = path(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

/// Exit code, standard output, standard error.
fn prepare(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_dialoq")).args(["data", "prepare"]).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn names(dir: &PathBuf) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_corpus_that_comes_along_is_prepared_without_input() {
    let (a, b) = (fresh("own-a"), fresh("own-b"));
    let (code, out, err) = prepare(&["-o", a.to_str().unwrap(), "--json"]);
    assert_eq!((code, err.as_str(), out.lines().count()), (0, "", 1));
    let report: Value = serde_json::from_str(&out).unwrap();
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let right = [
        "format",
        "version",
        "inputs",
        "stages",
        "pii",
        "duplicates",
        "shortened",
        "turns",
        "words",
        "coverage",
        "splits",
        "dropped",
        "settings",
    ];
    assert_eq!(keys, right);
    let kinds = &report["coverage"]["kinds"];
    assert!(kinds["conversation"].as_u64().unwrap() >= 150 && kinds["preference"].as_u64().unwrap() >= 25, "{kinds}");
    assert!(kinds["labelled"].as_u64().unwrap() >= 60, "{kinds}");
    for stage in report["stages"].as_array().unwrap() {
        let busy = ["dropped", "mended"].iter().any(|k| !stage[*k].as_object().unwrap().is_empty());
        assert!(busy, "{} finds something in the corpus", stage["name"]);
        let lost: u64 = stage["dropped"].as_object().unwrap().values().map(|d| d["count"].as_u64().unwrap()).sum();
        if stage["name"] != "read" {
            assert_eq!(stage["rows_in"].as_u64().unwrap(), stage["rows_out"].as_u64().unwrap() + lost, "{}", stage["name"]);
        }
    }
    // The corpus speaks of no bank account, and every model that was learned from it rests on its words.
    let mut pii = report["pii"].as_object().unwrap().clone();
    assert_eq!(pii.remove("<IBAN>"), Some(0.into()));
    assert!(pii.values().all(|n| n.as_u64().unwrap() > 0), "each kind occurs: {pii:?}");
    assert_eq!(names(&a), ["dropped.jsonl", "report.json", "test.jsonl", "train.jsonl", "valid.jsonl"]);
    let kept: Value = serde_json::from_slice(&fs::read(a.join("report.json")).unwrap()).unwrap();
    assert_eq!(kept, report);
    // The same input gives the same bytes, and what was told of them is true.
    assert_eq!(prepare(&["-o", b.to_str().unwrap(), "--json"]).1, out);
    for split in report["splits"].as_array().unwrap() {
        let file = format!("{}.jsonl", split["name"].as_str().unwrap());
        let bytes = fs::read(a.join(&file)).unwrap();
        assert_eq!(bytes, fs::read(b.join(&file)).unwrap());
        assert_eq!(split["digest"], dialoq::num::digest::digest_bytes(&bytes).to_string());
        assert_eq!(split["rows"].as_u64().unwrap(), bytes.split(|b| *b == b'\n').count() as u64 - 1);
    }
}

#[test]
fn the_table_says_what_was_done() {
    let dir = fresh("table");
    let (code, out, err) = prepare(&["-o", dir.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    for part in [
        "stage",
        "dropped, with one example for each reason",
        "personal data replaced",
        "duplicates:",
        "turns",
        "words",
        "train.jsonl",
        "xxh3",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.chars().any(|c| c.is_control() && c != '\n'), "a terminal obeys nothing of it");
}

#[test]
fn a_directory_is_walked_and_what_is_no_dialogue_is_listed() {
    let dir = fresh("walk");
    fs::create_dir_all(dir.join("in/sub")).unwrap();
    fs::write(dir.join("in/b.jsonl"), super::chat(&["second file", "yes"])).unwrap();
    fs::write(dir.join("in/a.jsonl"), super::chat(&["first file", "yes"])).unwrap();
    fs::write(dir.join("in/sub/c.csv"), "text,label\nhi there,greet\n").unwrap();
    fs::write(dir.join("in/README.md"), "# what this is\n").unwrap();
    let (input, out) = (dir.join("in"), dir.join("in/out"));
    let (code, json, err) = prepare(&[input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&json).unwrap();
    let told: Vec<(String, bool)> = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["file"].as_str().unwrap().rsplit("in/").next().unwrap().to_owned(), i["refused"].is_null()))
        .collect();
    let right = [("README.md", false), ("a.jsonl", true), ("b.jsonl", true), ("sub/c.csv", true)].map(|(n, r)| (n.to_owned(), r));
    assert_eq!(told, right);
    // Results are no input of the next time.
    let again = prepare(&[input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--json", "--force"]);
    assert_eq!((again.0, again.1), (0, json));
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let dir = fresh("wrong");
    fs::create_dir_all(&dir).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        fs::write(dir.join(name), bytes).unwrap();
        dir.join(name).to_str().unwrap().to_owned()
    };
    let (pickle, good) = (file("kb.json", b"(dp1\nI0\n"), file("good.jsonl", super::chat(&["a", "b"]).as_bytes()));
    let evil = file("\u{1b}[31mevil.json", b"nope");
    let turned = file("li\u{202e}vE.json", b"nope");
    let prepared = file("train.jsonl", br#"{"id": "x", "file": "y", "at": 1, "kind": "conversation", "turns": []}"#);
    let bare = dir.join("bare").to_str().unwrap().to_owned();
    fs::create_dir_all(&bare).unwrap();
    let full = dir.to_str().unwrap().to_owned();
    let out = dir.join("new").to_str().unwrap().to_owned();
    for (args, part) in [
        (vec![pickle.as_str(), "-o", &out], "kb.json: it is a Python pickle"),
        (vec!["/nowhere/at/all", "-o", &out], "/nowhere/at/all: it cannot be read"),
        (vec![evil.as_str(), "-o", &out], "/evil.json: line 1"),
        (vec![turned.as_str(), "-o", &out], "/livE.json: line 1"),
        (vec![good.as_str(), "-o", &full], "the directory is not empty"),
        (vec![good.as_str(), "-o", &full, "--force"], "nothing but earlier results"),
        (vec![good.as_str(), "-o", &out, "--split", "90,5"], "add up to 100"),
        (vec![good.as_str(), "-o", &out, "--near", "1.5"], "is not a similarity"),
        (vec![good.as_str(), "-o", &out, "--turns", "5..2"], "range of turns"),
        (vec![good.as_str(), "-o", &out, "--chars", "0"], "\"0\" is not a whole number from 1 to 4,294,967,295"),
        (vec![prepared.as_str(), "-o", &out], "clean already; give what it was made of"),
        (vec![bare.as_str(), "-o", &bare], "it is where the results go"),
        (vec![good.as_str(), "-o", &out, "--format", "xml"], "sgd, multiwoz"),
        (vec![good.as_str(), "-o", &out, "--format", "table"], "does not fit"),
    ] {
        let (code, printed, err) = prepare(&args);
        assert_eq!((code, printed.as_str(), err.lines().count()), (2, "", 1), "{err}");
        assert!(err.starts_with("error: ") && err.contains(part), "{err}");
        assert!(!PathBuf::from(&out).exists(), "nothing is left behind");
    }
}

#[test]
fn nothing_left_is_said_and_the_reasons_are_kept() {
    let dir = fresh("nothing");
    fs::create_dir_all(&dir).unwrap();
    let file = dir.join("a.jsonl");
    fs::write(&file, super::chat(&["only a question"])).unwrap();
    let out = dir.join("out");
    let (code, _, err) = prepare(&[file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, err.lines().count()), (2, 1));
    assert!(err.contains("nothing is left") && err.contains("no answer"), "{err}");
    assert!(fs::read_to_string(out.join("dropped.jsonl")).unwrap().contains("only a question"));
}

#[test]
fn what_a_kill_left_is_begun_anew() {
    let dir = fresh("kill");
    fs::create_dir_all(&dir).unwrap();
    for name in ["train.jsonl.part", "spool.part", "report.json.part"] {
        fs::write(dir.join(name), "half a li").unwrap();
    }
    let (code, _, err) = prepare(&["-o", dir.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(names(&dir), ["dropped.jsonl", "report.json", "test.jsonl", "train.jsonl", "valid.jsonl"]);
}

#[test]
fn a_directory_without_dialogues_is_refused_with_what_was_tried() {
    let dir = fresh("nothing");
    fs::create_dir_all(dir.join("in")).unwrap();
    for (name, text) in [("LICENSE", "Free.\n"), ("NOTICE", "Also free.\n"), ("names.json", "[\"a\", \"b\"]"), ("x.yaml", "a: b\n")] {
        fs::write(dir.join("in").join(name), text).unwrap();
    }
    let (input, out) = (dir.join("in"), dir.join("out"));
    let (code, _, err) = prepare(&[input.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!(code, 2);
    let name = |name: &str| input.join(name).display().to_string().replace('\\', "/");
    let right = format!(
        "error: 4 files were tried, and none holds dialogues in a known format ({} and 1 more: it is plain text and no file of dialogues, \
         give JSON, JSON lines or CSV with a header; {}: it is a list of strings, which are no dialogues, give a list of objects; {}: it \
         is YAML, which is not imported, convert it to JSON lines or CSV with the columns text and label); dialoq data prepare --help \
         lists the formats\n",
        name("LICENSE"),
        name("names.json"),
        name("x.yaml")
    );
    assert_eq!(err, right);
}

#[test]
fn rows_and_records_are_told_apart() {
    let dir = fresh("rows");
    fs::create_dir_all(&dir).unwrap();
    let answer = |text: &str, score: u32| serde_json::json!({"response": text, "score": score});
    let many =
        serde_json::json!({"instruction": "Name a herb.", "completions": [answer("Mint.", 9), answer("Gravel.", 2), answer("Rock.", 1)]});
    let lines = [many.to_string(), "{\"instruction\": 1}".into(), many.to_string().replace("herb", "bush").replace("Mint", "Box")];
    fs::write(dir.join("a.jsonl"), lines.join("\n")).unwrap();
    let (input, out) = (dir.join("a.jsonl"), dir.join("out"));
    let (code, told, err) = prepare(&[input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--no-near"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(told.contains("\nread: 3 rows, 4 records, 1 dropped. One row may give several records: "), "{told}");
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let table: Vec<Vec<String>> = told.lines().skip(1).take(2).map(cells).collect();
    assert_eq!(table[0][..5], ["input", "format", "bytes", "rows", "records"], "{told}");
    assert_eq!(table[1][3..5], ["3", "4"], "{told}");
    let report: Value = serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!((&report["inputs"][0]["rows"], &report["inputs"][0]["records"]), (&3.into(), &4.into()));
}
