//! Text that would break a screen, a parser or the memory.

use dialoq::data::elements::{Elements, Layout};
use dialoq::data::settings::Settings;

use super::{chat, clean, labelled, refusal, run, told};

#[test]
fn a_line_of_ten_megabytes_costs_itself_only() {
    let lines = [chat(&["hi", "hello"]), chat(&["big", &"x ".repeat(5_000_000)]), chat(&["bye", "goodbye"])].join("\n");
    let done = clean("a.jsonl", &lines);
    assert_eq!(done.dropped(), ["read: a record too long"]);
    let ids: Vec<String> = done.records().iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids, ["a:1", "a:3"]);
    assert!(done.files[3].len() < 10_000, "what is kept of it is short");
}

#[test]
fn a_huge_element_inside_a_document_costs_itself_only() {
    let text = format!("[{},\n{},\n{}]", chat(&["hi", "hello"]), chat(&["big", &"y".repeat(6_000_000)]), chat(&["bye", "goodbye"]));
    let done = clean("a.json", &text);
    assert_eq!((done.records().len(), done.dropped()), (2, vec!["read: a record too long".to_owned()]));
}

#[test]
fn bytes_that_are_no_text_cost_their_record() {
    let mut bytes = chat(&["a caf", "we have one, on the ground floor"]).into_bytes();
    let at = bytes.windows(3).position(|w| w == b"caf").unwrap() + 3;
    bytes.insert(at, 0xe9);
    assert!(refusal("a.jsonl", &bytes).contains("0xE9 in line 1); it looks like Windows-1252; save it as UTF-8"));
    // Among sound characters it is a slip.
    let sound = chat(&["ein Käse", "zwölf größere"]);
    let done = run(&[("a.jsonl", &[sound.as_bytes(), b"\n", &bytes].concat())], None, &Settings::default()).unwrap();
    assert_eq!((told(&done.only())[0].as_str(), done.dropped()), ("user: ein Käse", vec!["read: not UTF-8".to_owned()]));
    assert!(done.files[3].contains("0xE9"), "{}", done.files[3]);
    let noise: Vec<u8> = [&b"{\"messages\": [{\"role\": \"user\", \"content\": \""[..], &[0xff; 40], b"\"}]}"].concat();
    assert!(refusal("a.jsonl", &noise).contains("it is not UTF-8"));
    // What was lost before is kept, as one cannot tell what it was, unless it is much.
    let lost = [chat(&["a caf\u{fffd} in the old town", "yes"]), chat(&["\u{fffd}\u{fffd} a", "yes"])].join("\n");
    let done = clean("a.jsonl", &lost);
    assert_eq!(
        (told(&done.only())[0].as_str(), done.dropped()),
        ("user: a caf\u{fffd} in the old town", vec!["validate: characters lost before".to_owned()])
    );
}

#[test]
fn nothing_that_a_terminal_obeys_reaches_an_output() {
    let bad = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{0}\u{9b}31m";
    let lines = [
        chat(&[&format!("hi {bad}"), &format!("hello {bad}")]),
        serde_json::json!({"messages": [{"role": format!("boss{bad}"), "content": bad}]}).to_string(),
        format!("not JSON at all {bad}"),
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    let report = serde_json::to_string(&done.report).unwrap();
    for text in done.files.iter().chain([&report]) {
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
        for escape in ["\\u001b", "\\u0000", "\\u0007"] {
            assert!(!text.contains(escape), "{text}");
        }
    }
    assert_eq!(done.dropped().len(), 2);
}

#[test]
fn names_are_cleaned_like_texts() {
    let act = r#"{"act": "IN\u001b[2JFORM", "slot": "ci\u202ety", "values": ["x\u009b31my"]}"#;
    let text = format!(
        r#"[{{"dialogue_id": "1\u202e_\u00070", "services": ["S\u001b]0;t\u0007_1"], "turns": [
        {{"speaker": "USER", "utterance": "x", "frames": [{{"service": "S\u200b_1", "actions": [{act}], "slots": []}}]}},
        {{"speaker": "SYSTEM", "utterance": "y", "frames": []}}]}}]"#
    );
    let done = clean("a.json", &text);
    let record = done.only();
    let act = &record.turns()[0].acts[0];
    assert_eq!((record.id.as_str(), record.labels["services"].as_str()), ("a:1_0", "S_1"));
    assert_eq!((act.act.as_str(), act.slot.as_str(), act.service.as_str(), act.values[0].as_str()), ("INFORM", "city", "S_1", "xy"));
}

#[test]
fn personal_data_does_not_reach_what_was_dropped() {
    let done = clean("a.jsonl", &chat(&["only me, at me@example.com"]));
    assert!(done.files[3].contains("<EMAIL>") && !done.files[3].contains("example.com"), "{}", done.files[3]);
    let report = serde_json::to_string(&done.report).unwrap();
    assert!(!report.contains("example.com"));
}

#[test]
fn mixed_line_ends_and_a_mark_at_the_beginning_are_no_trouble() {
    let text = format!("\u{feff}{}\r\n\r\n{}\n{}", chat(&["a", "b"]), chat(&["c", "d"]), chat(&["e", "f"]));
    let done = clean("a.jsonl", &text);
    let mut ats: Vec<u64> = done.records().iter().map(|r| r.at).collect();
    ats.sort_unstable();
    assert_eq!(ats, [1, 3, 4]);
    let rows = "\u{feff}text,label\r\n\"\nfirst line\n\n\",a\r\n\"say \"\"hi\"\"\",b\r\nplain,c";
    let done = clean("a.csv", rows);
    let mut records = done.records();
    records.sort_by_key(|r| r.at);
    let texts: Vec<String> = records.iter().map(|r| labelled(r).0.to_owned()).collect();
    assert_eq!(texts, ["first line", "say \"hi\"", "plain"]);
    assert_eq!(records[1].at, 6, "rows know the line they begin in");
}

#[test]
fn a_broken_element_costs_itself_only() {
    let text = format!("[{},\n{{\"messages\": nonsense}},\n{}\n]", chat(&["a", "b"]), chat(&["c", "d"]));
    let done = clean("a.json", &text);
    assert_eq!((done.records().len(), done.dropped()), (2, vec!["read: not JSON".to_owned()]));
    let first = format!("{{\"messages\": nonsense}}\n{}", chat(&["a", "b"]));
    assert_eq!(clean("a.jsonl", &first).dropped(), ["read: not JSON"]);
    let keyed = r#"{"1": {"goal": {}, "log": [{"text": "a", "metadata": {}}, {"text": "b", "metadata": {"x": 1}}]}, "2": {"goal": oops}}"#;
    let done = clean("a.json", keyed);
    assert_eq!((done.records().len(), done.dropped()), (1, vec!["read: not JSON".to_owned()]));
    let cut = format!("{}\n{}\n{{\"messages\": [{{\"role\"", chat(&["a", "b"]), chat(&["c", "d"]));
    let done = clean("a.jsonl", &cut);
    assert_eq!((done.records().len(), done.dropped().len()), (2, 1));
}

#[test]
fn a_quote_that_is_never_closed_does_not_take_the_memory() {
    let mut rows = "text,label\ngood,a\n\"never closed,b\n".to_owned();
    rows.push_str(&"more text and more\n".repeat(400_000));
    let settings = Settings { record_bytes: 100_000, ..Settings::default() };
    let sentence = run(&[("a.csv", rows.as_bytes())], None, &settings).err().unwrap();
    assert!(sentence.contains("a row is longer than 100000 bytes; close a quote"), "{sentence}");
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = format!("{{\"messages\": {}", "[".repeat(200_000));
    assert!(refusal("a.json", deep.as_bytes()).contains("JSON"));
    let text = format!("{}\n{{\"messages\": {}{}}}", chat(&["a", "b"]), "[".repeat(5000), "]".repeat(5000));
    let done = clean("a.jsonl", &text);
    assert_eq!(done.dropped(), ["read: nested too deeply"]);
}

/// Bytes, keys and lines of all elements.
fn cut(text: &str, layout: Layout) -> Vec<(String, Vec<String>, u64)> {
    // One byte at a time, so that every place is once the end of a buffer.
    let mut elements = Elements::new(std::io::BufReader::with_capacity(1, text.as_bytes()), layout, 1000);
    let mut out = Vec::new();
    while let Some(e) = elements.read().unwrap() {
        out.push((e.fault.unwrap_or_else(|| String::from_utf8(e.bytes).unwrap()), e.keys, e.line));
    }
    out
}

#[test]
fn documents_are_cut_where_they_should_be() {
    let own = |s: &[(&str, &[&str], u64)]| {
        s.iter().map(|(t, k, l)| ((*t).to_owned(), k.iter().map(|k| (*k).to_owned()).collect(), *l)).collect::<Vec<_>>()
    };
    assert_eq!(
        cut("[{\"a\": \"]}\\\"\"},\n 2, \"x\"]\n", Layout::Depth(1)),
        own(&[("{\"a\": \"]}\\\"\"}", &[], 1), ("2", &[], 2), ("\"x\"", &[], 2)])
    );
    assert_eq!(cut("{\"k\\u0031\": {\"b\": 1},\n\"k2\": [3]}", Layout::Depth(1)), own(&[("{\"b\": 1}", &["k1"], 1), ("[3]", &["k2"], 2)]));
    assert_eq!(
        cut("{\"n\": 5, \"t\": [[1], [2]], \"v\": {\"w\": 3}}", Layout::Depth(2)),
        own(&[("[1]", &["t"], 1), ("[2]", &["t"], 1), ("3", &["v", "w"], 1)])
    );
    assert_eq!(cut("{\"a\":1}\n\n{\"a\":\n2}", Layout::Depth(0)), own(&[("{\"a\":1}", &[], 1), ("{\"a\":\n2}", &[], 3)]));
    assert_eq!(cut("[1, 2", Layout::Depth(1)).len(), 3, "the cut is told once");
    assert!(cut("[1]\n[2]", Layout::Depth(1))[1].0.contains("something follows"));
    assert_eq!(cut("a\r\n\n b", Layout::Lines), own(&[("a\r", &[], 1), (" b", &[], 3)]));
}

#[test]
fn what_is_no_dialogue_is_refused_with_what_it_is() {
    for (name, bytes, part) in [
        ("a.json", &b"(dp1\nS'city'\np2\n"[..], "Python pickle"),
        ("a.json", b"\x80\x04\x95", "Python pickle"),
        ("a.json", b"}q\0(X", "Python pickle"),
        ("a.json", b"\"{\\\"messages\\\": []}\"", "encoded twice"),
        ("a.jsonl", b"\"{\\\"a\\\": 1}\"\n\"{\\\"a\\\": 2}\"", "encoded twice"),
        ("a.json", b"[\"{\\\"messages\\\": []}\"]", "encoded twice"),
        ("a.json", b"\"hello\"", "a single JSON value"),
        ("a.json", b"42", "a single JSON value"),
        ("LICENSE", b"You may\n", "plain text"),
        ("a.jsonl", b"\x1f\x8b\x08\x00", "gzip"),
        ("a.json", b"PK\x03\x04", "zip"),
        ("a.parquet", b"PAR1", "Parquet"),
        ("a.json", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("a.json", b"\xff\xfe[\x00", "UTF-16"),
        ("a.json", b"  \n", "empty"),
        ("a.json", b"[]", "empty list"),
        ("a.json", b"[1, 2]", "numbers"),
        ("a.json", b"[\"a\"]", "strings"),
        ("a.json", b"{\"a\": tru}", "line 1 column"),
        ("a.json", b"[{\"messages\": []", "cut off"),
        ("a.json", b"[{\"service_name\": \"X\", \"slots\": []}]", "schema"),
        ("a.json", b"[{\"diaact\": \"request\", \"inform_slots\": {}}]", "goals"),
        ("a.json", b"{\"x\": 1}", "\"x\""),
        ("a.yaml", b"language: en\n", "YAML"),
        ("a.csv", b"a,b\n1,2\n", "header"),
        ("a.txt", b"hello\n", "plain text"),
        ("a.html", b"<html>", "HTML"),
    ] {
        let sentence = refusal(name, bytes);
        assert!(sentence.contains(part), "{name}: {sentence}");
        assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "one sentence: {sentence}");
    }
}
