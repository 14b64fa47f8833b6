//! What once went wrong: text was lost or changed without a word. Each test is a kind of fault; the files that showed it are tried where
//! they lie beside the project.

use std::path::{Path, PathBuf};

use dialoq::data::settings::Settings;
use serde_json::{Value, json};

use super::{Done, chat, clean, labelled, pair, refusal, run, told};

/// A file of the cases that lie beside the project, where they do.
pub fn case(name: &str) -> Option<Vec<u8>> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/data").join(name);
    let found = std::fs::read(&path).ok();
    if found.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    found
}

pub fn prepared(name: &str, bytes: &[u8]) -> Done {
    run(&[(name, bytes)], None, &Settings::default()).expect("it is read")
}

/// Texts that hold lines which look like a speaker's.
const SPEAKERS: &[&str] = &[
    "Write it so:\n\n```yaml\nservices:\n  web:\n    image: nginx\n    user: \"1000\"\n```\n\nThen start it.",
    "const pool = new Pool({\n  user: 'app',\n  host: 'localhost'\n});",
    "Here is a sample talk:\n\nCustomer: I want tea.\nAgent: Gladly.\n\nThat is all.",
    "The roles are:\nUser: somebody who reads\nBot: a program",
    "INSERT INTO t VALUES (1);\nUSER: root\nPASSWORD: x",
    "My assistant: what a day.\nAssistant: yes it was.",
    "Human: be kind\n\nAssistant: I am.\n\nHuman: good",
    "客服：您好\n用户：你好",
    "user:\n  name: x",
];

#[test]
fn where_the_file_names_the_roles_no_text_is_split() {
    for text in SPEAKERS {
        let files = [
            ("a.jsonl", chat(&[text, text])),
            ("a.json", json!([{"conversations": [{"from": "human", "value": text}, {"from": "gpt", "value": text}]}]).to_string()),
            ("a.json", json!([{"instruction": text, "input": "", "output": text}]).to_string()),
            ("a.json", json!([{"convo_id": 1, "original": [["customer", text], ["agent", text]]}]).to_string()),
            (
                "a.json",
                json!([{"conversation_id": "d", "utterances": [{"speaker": "user", "text": text}, {"speaker": "assistant", "text": text}]}])
                    .to_string(),
            ),
            (
                "a.jsonl",
                json!({"message_tree_id": "t", "prompt": {"message_id": "p", "text": text, "role": "prompter",
                    "replies": [{"message_id": "r", "text": text, "role": "assistant", "replies": []}]}})
                .to_string(),
            ),
            (
                "a.json",
                json!([{"dialogue_id": "1", "turns": [{"speaker": "USER", "utterance": text}, {"speaker": "SYSTEM", "utterance": text}]}])
                    .to_string(),
            ),
        ];
        for (name, file) in files {
            let done = clean(name, &file);
            assert_eq!(told(&done.only()), [format!("user: {text}"), format!("assistant: {text}")], "{file}");
            assert!(!done.report.stages.iter().any(|s| s.mended.contains_key("labels inside texts")));
        }
        let messages = |said: &str| json!([{"role": "assistant", "content": said}]);
        for file in [
            json!({"prompt": format!("q {text}"), "chosen": text, "rejected": "bad"}),
            json!({"prompt": [{"role": "user", "content": format!("q {text}")}], "chosen": messages(text), "rejected": messages("bad")}),
            json!({"instruction": format!("q {text}"), "input": "", "chosen": text, "rejected": "bad"}),
            json!({"idx": 1, "instruction": format!("q {text}"), "input": "", "response1": text, "response2": "bad", "annotator1": 1, "annotator2": 1, "annotator3": 1}),
        ] {
            assert_eq!(pair(&clean("a.jsonl", &file.to_string()).only()), (vec![format!("user: q {text}")], *text, "bad"), "{file}");
        }
    }
}

#[test]
fn whole_conversations_in_one_text_are_split_outside_of_code_only() {
    let code = "so:\n\n```\n\nHuman: in code\n\nAssistant: too\n```\nand\n    Human: indented";
    let file = json!({"chosen": format!("\n\nHuman: q\n\nAssistant: {code}"), "rejected": "\n\nHuman: q\n\nAssistant: bad"});
    assert_eq!(pair(&clean("a.jsonl", &file.to_string()).only()), (vec!["user: q".to_owned()], code, "bad"));
    let file = json!({"prompt": "\n\nHuman: q\n\nAssistant:", "chosen": " good\n\nHuman: more\n\nAssistant: x", "rejected": "bad"});
    let done = clean("a.jsonl", &file.to_string());
    assert_eq!(pair(&done.only()), (vec!["user: q".to_owned()], "good", "bad"));
    assert_eq!(done.report.stages[0].mended.get("turns behind the answer of a pair"), Some(&2), "it is said");
    // A transcript that repeats its prompt.
    let file =
        json!({"prompt": "Human: q\n\nAssistant:", "chosen": "Human: q\n\nAssistant: good", "rejected": "Human: q\n\nAssistant: bad"});
    assert_eq!(pair(&clean("a.jsonl", &file.to_string()).only()), (vec!["user: q".to_owned()], "good", "bad"));
}

#[test]
fn the_cases_of_labels_come_out_as_they_are() {
    for name in ["labels.jsonl", "code_user.jsonl"] {
        let Some(bytes) = case(name) else { continue };
        let done = prepared(name, &bytes);
        let mut kept: Vec<(u64, Vec<String>)> = done.records().iter().map(|r| (r.at, told(r))).collect();
        kept.sort();
        for ((at, kept), line) in kept.iter().zip(String::from_utf8(bytes.clone()).unwrap().lines()) {
            let value: Value = serde_json::from_str(line).unwrap();
            let said = |m: &Value| format!("{}: {}", m["role"].as_str().unwrap(), m["content"].as_str().unwrap());
            let right: Vec<String> = value["messages"].as_array().unwrap().iter().map(said).collect();
            assert_eq!(*kept, right, "{name}:{at}");
        }
        assert_eq!(done.dropped().len(), 0);
    }
}

#[test]
fn the_blanks_before_and_inside_a_line_stay() {
    for text in [
        "def even(n):\n    if n % 2 == 0:\n        return True\n    return False",
        "    return x\n    y",
        "a:\n  - b\n  -   c\n\n\n\nd",
        "| a   | b |\n|-----|---|\n| 1   | 2 |",
        "\tx\ty",
        "1.  one\n    - two",
    ] {
        let done = clean("a.json", &json!([{"instruction": "  show   it", "input": text, "output": text}]).to_string());
        assert_eq!(told(&done.only()), [format!("user:   show   it\n{text}"), format!("assistant: {text}")]);
        let done = clean("a.json", &json!([{"instruction": "show it", "input": "", "output": format!("\n{text}  \n\n")}]).to_string());
        assert_eq!(told(&done.only())[1], format!("assistant: {text}"));
    }
    assert_eq!(labelled(&clean("a.csv", "text,label\n\"  two  blanks\",  a  b \n").only()), ("  two  blanks", "a b"));
    let Some(bytes) = case("indent_plain.jsonl") else { return };
    assert!(told(&prepared("a.jsonl", &bytes).only())[1].contains("\n        return True\n    return False"));
}

#[test]
fn what_only_looks_like_markup_stays() {
    for text in [
        "if (a<b && b>c) swap(a, b);",
        "Is 3<a and a>2 true?",
        "if i<n and j>m: pass",
        "x<y and y>z, so x<z.",
        "Option<a>, List<b>, Vec<i>, Map<u, p>",
        "I <3 you & me",
        "Use <b>bold</b> and <div class=\"x\"> in HTML.",
        "print(\"<b>hi</b>\")",
        "`<p>x</p>` is a paragraph",
        "```\n<p>&lt;</p>\n```",
        "<!DOCTYPE html>\n<html><body><h1>Bread</h1><p>is &amp; stays good</p></body></html>",
        "<s>[INST] hi [/INST] hello</s>",
        "10<sup>5</sup> is not 105, and <del>5</del> 4",
        "<a> and <b> are edges",
    ] {
        let done = clean("a.jsonl", &chat(&[text, "The answer is here."]));
        assert_eq!(told(&done.only())[0], format!("user: {text}"));
    }
    // What a person asks for counts for the answer as well.
    let done = clean("a.jsonl", &chat(&["Make a list in HTML, please.", "<ul><li>one &amp; two</li></ul>"]));
    assert_eq!(told(&done.only())[1], "assistant: <ul><li>one &amp; two</li></ul>");
    assert_eq!(done.report.stages[3].mended.get("texts about markup or code, kept as they are"), Some(&1));
    // Tags go before entities are decoded.
    for (text, right) in [
        ("AT&amp;T and &lt;b&gt;", "AT&T and <b>"),
        ("<p>We can&#39;t <b>find</b> it.</p>\n<p>Call <a href='x'>us</a>&nbsp;&lt;soon&gt;</p>", "We can't find it.\n\nCall us <soon>"),
        ("&lt;b&gt;x&lt;/b&gt;", "<b>x</b>"),
    ] {
        assert_eq!(told(&clean("a.jsonl", &chat(&[text, "Yes, it is."])).only())[0], format!("user: {right}"));
    }
    let Some(bytes) = case("html.jsonl") else { return };
    let mut kept: Vec<(u64, String)> = prepared("a.jsonl", &bytes).records().iter().map(|r| (r.at, r.turns()[0].text.clone())).collect();
    kept.sort();
    for ((_, text), line) in kept.iter().zip(String::from_utf8(bytes).unwrap().lines()) {
        let value: Value = serde_json::from_str(line).unwrap();
        let original = value["messages"][0]["content"].as_str().unwrap();
        assert_eq!(text, if original.contains("&amp;") { "AT&T and <b>" } else { original });
    }
    assert_eq!(kept.len(), 8);
}

#[test]
fn another_encoding_is_recognised_or_named() {
    let text = chat(&["Haben Sie Käse für “heute”?", "Ja, zwölf Sorten."]);
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let sentence = refusal("a.jsonl", &latin);
    assert!(sentence.contains("it looks like Windows-1252; save it as UTF-8, or give --encoding windows-1252"), "{sentence}");
    let chinese = chat(&["你好，推荐一家餐馆。", "好的，老地方。"]);
    let (gbk, _, _) = encoding_rs::GB18030.encode(&chinese);
    assert!(refusal("a.jsonl", &gbk).contains("GB18030"));
    let cyrillic = chat(&["Привет, как дела сегодня?", "Хорошо."]);
    let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(&cyrillic);
    assert!(refusal("a.jsonl", &cp1251).contains("name its encoding by --encoding"));
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    assert!(refusal("a.jsonl", &wide(u16::to_le_bytes)).contains("--encoding utf-16le"));
    let csv = "text,label\nKäse,a\nBrot,b\n";
    let (table, _, _) = encoding_rs::WINDOWS_1252.encode(csv);
    assert!(refusal("a.csv", &table).contains("Windows-1252"));
    for (name, bytes, right) in [
        ("windows-1252", latin.to_vec(), &text),
        ("latin-1", latin.to_vec(), &text),
        ("gbk", gbk.to_vec(), &chinese),
        ("windows-1251", cp1251.to_vec(), &cyrillic),
        ("utf-16", [b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(), &text),
        ("utf-16", [b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat(), &text),
        ("utf-16be", wide(u16::to_be_bytes), &text),
    ] {
        let encoding = dialoq::data::encoding::named(name).map(encoding_rs::Encoding::name);
        let done = run(&[("a.jsonl", &bytes)], None, &Settings { encoding, ..Settings::default() }).unwrap();
        assert_eq!(told(&done.only()), told(&clean("a.jsonl", right).only()), "{name}");
        let digest = dialoq::num::digest::digest_bytes(&bytes).to_string();
        assert_eq!((done.report.inputs[0].bytes, done.report.inputs[0].digest.as_deref()), (bytes.len() as u64, Some(digest.as_str())));
    }
    let Some(bytes) = case("latin1.jsonl") else { return };
    assert!(refusal("latin1.jsonl", &bytes).contains("looks like Windows-1252; save it as UTF-8"));
}

/// A reader that gives a byte at a time, so that every character is once cut.
struct Drops(Vec<u8>, usize);

impl std::io::Read for Drops {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let Some(byte) = self.0.get(self.1) else { return Ok(0) };
        (to[0], self.1) = (*byte, self.1 + 1);
        Ok(1)
    }
}

#[test]
fn characters_that_a_read_cuts_are_put_together() {
    use std::io::Read;
    let text = "你好 Käse 👩‍🚀 ".repeat(50);
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut out = String::new();
    dialoq::data::encoding::Decoding::new(Drops(bytes, 0), encoding_rs::UTF_16LE).read_to_string(&mut out).unwrap();
    assert_eq!(out, text);
}

#[test]
fn numbers_brackets_and_single_characters_are_no_words() {
    let zeros = "0, ".repeat(60);
    let matrix = "    [0, 0, 1, 0, 0],\n".repeat(12);
    for text in [
        "x = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        &format!("x = [{zeros}]"),
        &format!("m = [\n{matrix}]"),
        &"0".repeat(64),
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ ]]",
        "a a a a a a a a a a a a",
        "哈哈哈哈哈哈哈哈哈哈哈哈",
        &format!("| 0 | 0 | 0 |\n{}", "| 1 | 0 | 1 |\n".repeat(20)),
    ] {
        let done = clean("a.json", &json!([{"instruction": "Make it.", "input": "", "output": text}]).to_string());
        assert_eq!(told(&done.only())[1], format!("assistant: {}", text.trim_end()), "{:?}", done.dropped());
    }
    for text in ["no no no no no no no no no", &"I understand. ".repeat(20), &"a".repeat(50)] {
        let done = clean("a.json", &json!([{"instruction": "Make it.", "input": "", "output": text}]).to_string());
        assert_eq!(done.dropped().len(), 1, "{text}");
    }
    let Some(bytes) = case("zeros.jsonl") else { return };
    assert_eq!(told(&prepared("a.jsonl", &bytes).only())[1], "assistant: x = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]");
}

#[test]
fn what_json_does_not_know_costs_only_who_needs_it() {
    let with = |rest: &str| {
        format!(
            r#"{{"messages":[{{"role":"user","content":"Is it \"known\" \ud83d\ude00?"}},{{"role":"assistant","content":"Not yet."}}],{rest}}}"#
        )
    };
    for rest in [
        "\"score\":NaN",
        "\"score\": -Infinity",
        "\"s\": [1e999, Infinity, {\"x\": NaN}]",
        r#""meta": "half \ud83d a pair""#,
        r#""meta\udc00": "\\ud83d""#,
        "\"big\": 123456789012345678901234567890",
    ] {
        let done = clean("a.jsonl", &with(rest));
        assert_eq!(told(&done.only()), ["user: Is it \"known\" 😀?", "assistant: Not yet."], "{rest}");
    }
    for (rest, id) in [
        ("\"id\": 1234567890123456789012345678901234567890", "a:1234567890123456789012345678901234567890"),
        ("\"id\": 1e999", "a:1e999"),
        ("\"id\": 0.10", "a:0.10"),
        ("\"id\": NaN", "a:1"),
        ("\"id\": 7", "a:7"),
    ] {
        assert_eq!(clean("a.jsonl", &with(rest)).only().id, id);
    }
    let good = chat(&["a question", "an answer"]);
    for (line, reason, part) in [
        (
            r#"{"messages":[{"role":"user","content":"A lone \ud83d surrogate"},{"role":"assistant","content":"x"}]}"#,
            "half a character",
            "ud83d",
        ),
        (r#"{"messages":[{"role":"user","content":NaN},{"role":"assistant","content":"x"}]}"#, "not JSON", "NaN in the place of a text"),
        ("{'messages':[{'role':'user','content':'a'}]}", "not JSON", "json.dumps"),
        (r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b",}]}"#, "not JSON", "trailing comma"),
        (r#"{"messages":[{"role":"user","content":01}]}"#, "not JSON", "number"),
    ] {
        let done = clean("a.jsonl", &format!("{good}\n{line}"));
        assert_eq!(done.dropped(), [format!("read: {reason}")], "{line}");
        let lost: Value = serde_json::from_str(&done.files[3]).unwrap();
        assert!(lost["detail"].as_str().unwrap().contains(part), "{lost}");
    }
    let Some(bytes) = case("nan.jsonl") else { return };
    let mut ats: Vec<u64> = prepared("a.jsonl", &bytes).records().iter().map(|r| r.at).collect();
    ats.sort_unstable();
    assert_eq!(ats, [1, 2, 3, 4, 6]);
}

#[test]
fn numbers_in_the_place_of_texts_are_read_as_they_are_written() {
    for (number, right) in
        [("42", "42"), ("1.50", "1.50"), ("1e3", "1e3"), ("-0.0", "-0.0"), ("12345678901234567890123", "12345678901234567890123")]
    {
        let files = [
            format!(r#"[{{"conversations": [{{"from": "human", "value": {number}}}, {{"from": "gpt", "value": "It is."}}]}}]"#),
            format!(r#"[{{"messages": [{{"role": "user", "content": {number}}}, {{"role": "assistant", "content": "It is."}}]}}]"#),
            format!(r#"[{{"instruction": {number}, "input": "", "output": "It is."}}]"#),
            format!(r#"[{{"convo_id": 1, "original": [["customer", {number}], ["agent", "It is."]]}}]"#),
        ];
        for file in files {
            assert_eq!(told(&clean("a.json", &file).only()), [format!("user: {right}"), "assistant: It is.".to_owned()], "{file}");
        }
        let file = format!(r#"{{"prompt": "q", "chosen": {number}, "rejected": "bad", "margin": 0.50}}"#);
        assert_eq!(pair(&clean("a.jsonl", &file).only()).1, right);
    }
    let Some(bytes) = case("axo_empty.jsonl") else { return };
    let done = prepared("a.jsonl", &bytes);
    assert!(done.records().iter().any(|r| told(r) == ["user: 42", "assistant: A number was asked."]));
}

#[test]
fn equal_answers_are_left_out_and_counted() {
    let rows: Vec<String> =
        (0..100).map(|k| json!({"prompt": format!("question {k}"), "chosen": "yes", "rejected": "yes "}).to_string()).collect();
    let done = clean("a.jsonl", &rows.join("\n"));
    assert_eq!((done.records().len(), done.dropped().len()), (0, 100));
    assert!(done.dropped().iter().all(|reason| reason == "preference: equal answers"));
}

/// Lines and numbers of what is dropped.
type Places = &'static [(u64, u64)];

#[test]
fn a_dropped_record_has_its_number() {
    let bad = json!({"messages": [{"role": "moderator", "content": "x"}]}).to_string();
    let good = |k: usize| chat(&[&format!("question {k}"), "yes"]);
    let cases: [(&str, String, Places); 4] = [
        ("a.json", format!("[{}, {bad}, {}, {bad}, 7]", good(1), good(2)), &[(1, 2), (1, 4), (1, 5)]),
        ("a.json", format!("[{},\n{bad}]", good(1)), &[(2, 2)]),
        ("a.jsonl", format!("{}\n\n{bad}\n{{\n{bad}", good(1)), &[(3, 2), (4, 3), (5, 4)]),
        ("a.csv", "text,label\nx,a\n\"two\nlines\",b\nno label,\nthree,fields,here\n".to_owned(), &[(6, 4), (5, 3)]),
    ];
    for (name, text, right) in cases {
        let done = clean(name, &text);
        let place = |line: &str| {
            let lost: Value = serde_json::from_str(line).unwrap();
            (lost["at"].as_u64().unwrap(), lost["record"].as_u64().unwrap())
        };
        let mut found: Vec<(u64, u64)> = done.files[3].lines().map(place).collect();
        let mut right = right.to_vec();
        found.sort_unstable();
        right.sort_unstable();
        assert_eq!(found, right, "{}", done.files[3]);
        let mut ids: Vec<String> = done.records().iter().map(|r| r.id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), done.records().len(), "each has an id of its own");
    }
    // Duplicates are found when all is read.
    let done = clean("a.json", &format!("[{}, {}]", good(1), good(1)));
    let lost: Value = serde_json::from_str(&done.files[3]).unwrap();
    assert_eq!((lost["stage"].as_str().unwrap(), lost["record"].as_u64().unwrap(), lost["id"].as_str().unwrap()), ("exact", 2, "a:1#2"));
}

#[test]
fn each_kind_of_mending_is_shown_before_and_after() {
    let lines = [
        chat(&["a\u{1b}[31mred\u{1b}[0m word", "zero\u{200b}width and\u{a0}blank  \nhere"]),
        chat(&["only \u{1b}[31mred", "yes"]),
        chat(&["<p>mail <b>me</b></p>", "at jo.doe@example.com or (415) 555-0132"]),
        json!({"messages": [{"role": "human", "content": "hi"}, {"role": "human", "content": "again"}, {"role": "gpt", "content": "hello"}]})
            .to_string(),
        chat(&["Write &amp; think", "Done."]),
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    let report = serde_json::to_value(&done.report).unwrap();
    for stage in report["stages"].as_array().unwrap() {
        for (what, _) in stage["mended"].as_object().unwrap().iter().filter(|(what, _)| !what.contains("kept")) {
            let example = &stage["examples"][what];
            let text = |side: &str| example[side].as_str().unwrap_or_else(|| panic!("{what} has an example"));
            assert_ne!(text("before"), text("after"), "{what}");
        }
    }
    let example = |stage: usize, what: &str| {
        let e = &report["stages"][stage]["examples"][what];
        (e["record"].as_u64().unwrap(), e["before"].as_str().unwrap().to_owned(), e["after"].as_str().unwrap().to_owned())
    };
    // The first that shows nothing else is the better example.
    assert_eq!(example(2, "terminal escapes"), (2, "only \\x1b[31mred".into(), "only red".into()));
    let (record, before, after) = example(6, "<PHONE>");
    assert_eq!((record, after.as_str()), (3, "at <EMAIL> or <PHONE>"));
    assert!(before.contains("(000) 000-0000") && before.contains("xx.xxx@xxxxxxx.xxx"), "{before}");
    assert_eq!(example(4, "speakers renamed").1.split(':').next(), Some("human"));
    let lost = &report["shortened"].as_array().unwrap()[0];
    assert!(lost["characters_before"].as_u64() > lost["characters_after"].as_u64());
}

#[test]
fn what_no_reader_misses_is_no_loss() {
    let lines = [
        chat(&["Write &amp;amp; think &lt;3 &quot;now&quot;", "A &amp; B &#8212; done"]),
        chat(&["<p>mail <b>me</b></p>", "zero\u{200b}width\u{1b}[31m red\u{1b}[0m"]),
        chat(&["How late is it?", "Nine.", "And this is never answered."]),
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    let told: Vec<(u64, u64, u64)> =
        done.report.shortened.iter().map(|s| (s.example.record, s.characters_before, s.characters_after)).collect();
    assert_eq!(told, [(3, 40, 17)], "only what was cut");
}

#[test]
fn of_many_that_lost_text_the_ten_that_lost_most_are_told() {
    let line = |k: usize| chat(&[&format!("question number {k}"), "yes", &"more ".repeat(k + 1)]);
    let lines: Vec<String> = (0..30).map(line).collect();
    let done = run(&[("a.jsonl", lines.join("\n").as_bytes())], None, &Settings { near: None, ..Settings::default() }).unwrap();
    let told: Vec<u64> = done.report.shortened.iter().map(|s| s.example.record).collect();
    assert_eq!(told, (21..=30).rev().collect::<Vec<u64>>(), "the greatest loss first");
}
