//! The rule as a property: a stage may drop a record, with a reason, and replace what the report lists; it may not change the text that it
//! keeps. Conversations with all that people write into them go through, in every form that names its speakers.

use std::cell::Cell;
use std::collections::BTreeSet;

use dialoq::data::record::{Body, Record};
use dialoq::data::settings::Settings;
use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Done, labelled, pair, run};
use crate::support;

/// How many conversations, where nobody asks for another number by `DIALOQ_CONVERSATIONS`.
const CONVERSATIONS: u32 = 400;

/// What goes in and stands for one word each, and what may come out in its place.
const PERSONAL: &[(&str, &str)] = &[
    ("jo.doe@example.com", "<EMAIL>"),
    ("jürgen@müller.de", "<EMAIL>"),
    ("(415) 555-0132", "<PHONE>"),
    ("+44 20 7946 0018", "<PHONE>"),
    ("044 123 45 67", "<PHONE>"),
    ("0171/1234567", "<PHONE>"),
    ("DE89370400440532013000", "<IBAN>"),
    ("203.0.113.77", "<IP>"),
];

/// What the report may list. Whatever else it lists has no place in these conversations.
const LISTED: &[&str] = &[
    "texts brought into NFC",
    "texts with blanks to spare",
    "line ends of another kind",
    "terminal escapes",
    "control characters",
    "blanks of another kind",
    "zero-width characters",
    "bidi controls",
    "speakers renamed",
    "<EMAIL>",
    "<PHONE>",
    "<IP>",
    "<IBAN>",
    "texts about markup or code, kept as they are",
    "chosen four times as long, kept",
    "rejected four times as long, kept",
    "rejected answers that repeat themselves, kept",
];

/// Pieces of text as they are found in conversations, each of which an earlier version changed or could.
const PIECES: &[&str] = &[
    "services:\n  web:\n    image: nginx\n    user: \"1000\"\n    ports: [80]",
    "user:\n  name: &anchor x\n  agent: *anchor\n  list:\n    - a\n    -   b",
    "const pool = new Pool({\n  user: 'app',\n  host: 'localhost'\n});",
    "def even(n):\n    if n % 2 == 0:\n        return True\n\n\n    return False",
    "    indented = 1\n\ttabbed = 2",
    "fn f<T: Into<Option<a>>>(x: &mut Vec<b>) -> Result<(), String> {\n    x[0] &&= y<z;\n}",
    "List<String> names = new ArrayList<>();",
    "#include <stdio.h>\nint main(void) { return a<b && b>c; }",
    "SELECT * FROM t WHERE a<b AND c>d;\nUSER: root",
    "```yaml\nuser: x\nCustomer: y\n```",
    "~~~\nHuman: in a fence\n~~~",
    "````\n```\nAgent: inner\n```\n````",
    "```\nnever closed\nAssistant: still text",
    "Use `<p>&lt;</p>` for a paragraph, and &amp; for &.",
    "Use <b>bold</b> and <div class=\"x\"> in HTML.",
    "<!DOCTYPE html>\n<html>\n  <body><h1>Bread</h1></body>\n</html>",
    "print(\"<b>hi</b>\")",
    "Is 3<a and a>2 true? If i<n and j>m, then x < y > z.",
    "x<y and y>z, so $\\frac{a}{b} \\leq \\sum_{i<n} x_i^2$",
    "∀x ∈ ℝ: x² ≥ 0, ∑ᵢ aᵢ ≠ ∫f, √2 ≈ 1.41421356237",
    "4155550132 + 2125550187 = 6281100319",
    "415 * 555 = 230325, 1/3 = 0.333333333, 7! = 5040",
    "What is 4012888888881881 * 2?",
    "05 12 23 34 41 54, 01/02/2024 and 012/345",
    "x = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
    "| a   | b |\n|-----|---|\n| 1   | 2 |",
    "1.  one\n    - two\n        * three\n2.  four",
    "Customer: I want tea.\nAgent: Gladly.",
    "User: somebody who reads\nBot: a program\nAI: both",
    "\nHuman: be kind\n\nAssistant: I am.",
    "客服：您好，请讲。\n用户：明天早上七点叫我起床。",
    "“Quoted”, 'single', „deutsch“, «français», `code`",
    "I <3 you & me; AT&T, R&D; a & b",
    "你好，推荐一家餐馆。人均100-150元！　全角",
    "👩\u{200d}🚀 flies 🚀🚀 to 🇨🇭 ❤\u{fe0f}",
    "Zürich, naïve, Å, ﬁ, e\u{301}, 각, नमस्ते, می\u{200c}خواهم",
    "two  blanks   and\ta tab",
    "version 8.8.8.8, at 10:30, on 2019-11-06, order 3348917502, $4,155.50",
    "{\"role\": \"user\", \"content\": \"a\\n\\\"b\\\"\"}",
    "C:\\new\\table\\u0041 and \\x1b[0m as text",
    "- [ ] todo\n- [x] done\n\n---\n\n> quote\n>> deeper",
];

/// Dirt that goes.
const DIRT: &[&str] = &["\u{1b}[31m", "\u{1b}[0m", "\u{7}", "\u{200b}", "\u{202e}", "  \n", "\r\n", "\u{a0}", " \t"];

fn piece() -> Union<BoxedStrategy<String>> {
    let of = |list: &'static [&'static str]| prop::sample::select(list).prop_map(str::to_owned);
    let personal = prop::sample::select(PERSONAL).prop_map(|(word, _)| format!("write to {word} soon"));
    // Anything that can be typed, but for what would be an address or an entity by chance.
    let typed = "[ -%'-/:<-?A-~\u{c0}-\u{17f}\u{391}-\u{3c9}一-龥ぁ-ん∀-⋿😀-🙏]{1,40}";
    let words = "[a-zA-Z]{2,9}( [a-z]{1,9}){0,8}[.?!]?";
    Union::new_weighted(vec![(8, of(PIECES).boxed()), (2, of(DIRT).boxed()), (1, personal.boxed()), (2, typed.boxed()), (4, words.boxed())])
}

/// A text of some pieces, on lines of their own or one behind the other.
pub(super) fn text() -> impl Strategy<Value = String> {
    let joined = (piece(), prop::sample::select(&["\n", "\n\n", " ", "\n\n\n", ""][..]));
    ("[a-z]{3,8} ", prop::collection::vec(joined, 1..5)).prop_map(|(begin, parts)| {
        // Some texts begin with a piece, so that its first line is the text's.
        let begin = if parts.len() % 2 == 0 { begin } else { String::new() };
        begin + &parts.into_iter().map(|(piece, gap)| piece + gap).collect::<String>() + "e"
    })
}

/// The texts of one record and the file that holds them.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) file: String,
    pub(super) texts: Vec<String>,
    /// A text in the arguments of a call, and how they are written.
    pub(super) argument: Option<String>,
}

/// A conversation with a call that has a text among its arguments, given as JSON in a string or as JSON.
fn calling(texts: &[String]) -> Case {
    let arguments = json!({"path": "/tmp/a b", "text": texts[3], "more": [{"of it": texts[3], "n": 10.50}, null, true]});
    let encoded = texts[0].len().is_multiple_of(2);
    let given = if encoded { json!(serde_json::to_string_pretty(&arguments).unwrap()) } else { arguments };
    let call = json!({"id": "c1", "type": "function", "function": {"name": "write", "arguments": given}});
    let messages = json!([
        {"role": "user", "content": texts[0]}, {"role": "assistant", "content": null, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": texts[1]}, {"role": "assistant", "content": texts[2]}]);
    let kept = vec![texts[0].clone(), String::new(), texts[1].clone(), texts[2].clone()];
    Case { name: "a.jsonl", file: json!({"messages": messages}).to_string(), texts: kept, argument: Some(texts[3].clone()) }
}

/// One of the forms that name their speakers.
fn case(form: usize, texts: &[String]) -> Case {
    let pick = |i: usize| texts[i].as_str();
    let turn = |a: &str, b: &str, names: [&str; 2]| {
        texts.iter().enumerate().map(|(i, text)| json!({a: names[i % 2], b: text})).collect::<Vec<Value>>()
    };
    let (name, value, count) = match form {
        0 => ("a.jsonl", json!({"messages": turn("role", "content", ["user", "assistant"])}), 4),
        1 => ("a.json", json!([{"conversations": turn("from", "value", ["human", "gpt"])}]), 4),
        2 => ("a.json", json!([{"instruction": pick(2), "input": "", "output": pick(3), "history": [[pick(0), pick(1)]]}]), 4),
        3 => ("a.jsonl", json!({"prompt": pick(0), "chosen": pick(1), "rejected": pick(2)}), 3),
        4 => {
            let said = |text: &str| json!([{"role": "assistant", "content": text}]);
            let asked = json!([{"role": "user", "content": pick(0)}]);
            ("a.json", json!([{"prompt": asked, "chosen": said(pick(1)), "rejected": said(pick(2))}]), 3)
        }
        5 => ("a.json", json!([{"conversation_id": "d", "utterances": turn("speaker", "text", ["user", "assistant"])}]), 4),
        6 => {
            let original: Vec<Value> =
                texts.iter().enumerate().map(|(i, text)| json!([(if i % 2 == 0 { "customer" } else { "agent" }), text])).collect();
            ("a.json", json!([{"convo_id": 1, "original": original}]), 4)
        }
        9 => return calling(texts),
        7 => ("a.jsonl", json!({"slurp_id": 1, "sentence": pick(0), "scenario": "a", "action": "b"}), 1),
        _ => {
            let file = format!("text,label\n\"{}\",a\n", pick(0).replace('"', "\"\""));
            return Case { name: "a.csv", file, texts: texts[..1].to_vec(), argument: None };
        }
    };
    Case { name, file: value.to_string(), texts: texts[..count].to_vec(), argument: None }
}

/// The rule, written down once more: NFC, without controls and what cannot be seen, blanks of one kind, no blanks at the ends of lines and
/// no empty lines at either end.
fn plain(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    for escape in ["\u{1b}[31m", "\u{1b}[0m"] {
        text = text.replace(escape, "");
    }
    // Joiners that hold an emoji or a word together are no dirt; the lone one is.
    let text: String = text.chars().filter(|c| !matches!(c, '\u{7}' | '\u{200b}' | '\u{202e}')).collect();
    let text: String = text.chars().map(|c| if matches!(c, '\u{a0}' | '\u{3000}') { ' ' } else { c }).nfc().collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    lines[first..].join("\n").trim_end().to_owned()
}

/// What the text must be, with personal data replaced, and how often.
fn expected(text: &str) -> (String, u64) {
    replaced(plain(text))
}

/// A text with personal data replaced, and how often.
fn replaced(mut text: String) -> (String, u64) {
    let mut times = 0;
    for (word, put) in PERSONAL {
        times += text.matches(word).count() as u64;
        text = text.replace(word, put);
    }
    (text, times)
}

fn kept(record: &Record) -> Vec<String> {
    let mut out: Vec<String> = record.turns().iter().map(|turn| turn.text.clone()).collect();
    match record.body.kind() {
        "preference" => out.extend([pair(record).1, pair(record).2].map(str::to_owned)),
        "labelled" => out.push(labelled(record).0.to_owned()),
        "unpaired" => out.extend(judged(record).map(str::to_owned)),
        _ => {}
    }
    out
}

fn judged(record: &Record) -> Option<&str> {
    if let Body::Unpaired { completion, .. } = &record.body { Some(completion) } else { None }
}

/// Whether the record was kept. Panics where a text was changed or something was mended that nobody may.
pub(super) fn check(case: &Case, done: &Done) -> bool {
    let listed: BTreeSet<&str> = done.report.stages.iter().flat_map(|s| s.mended.keys().copied()).collect();
    assert!(listed.iter().all(|what| LISTED.contains(what)), "{listed:?}");
    let records = done.records();
    let dropped = done.files[3].lines().count();
    assert_eq!(records.len() + dropped, 1, "a record is kept or dropped with a reason: {}", done.files[3]);
    let Some(record) = records.first() else {
        let lost: Value = serde_json::from_str(&done.files[3]).unwrap();
        assert!(!lost["reason"].as_str().unwrap().is_empty() && !lost["detail"].as_str().unwrap().is_empty());
        return false;
    };
    let (right, times): (Vec<String>, Vec<u64>) = case.texts.iter().map(|text| expected(text)).unzip();
    assert_eq!(kept(record), right, "{}", case.file);
    let mut times: u64 = times.iter().sum();
    if let Some(argument) = &case.argument {
        // Not even its blanks are changed.
        let (right, more) = replaced(argument.clone());
        let arguments: Value = serde_json::from_str(&record.turns()[1].calls[0].arguments).expect("arguments are JSON");
        assert_eq!(arguments, json!({"path": "/tmp/a b", "text": right, "more": [{"of it": right, "n": 10.50}, null, true]}));
        times += 2 * more;
    }
    assert_eq!(done.report.pii.values().sum::<u64>(), times, "personal data is counted");
    true
}

#[test]
fn what_is_kept_is_what_was_there() {
    let asked = std::env::var("DIALOQ_CONVERSATIONS").ok().map(|n| n.parse().expect("DIALOQ_CONVERSATIONS is a number"));
    let cases = asked.unwrap_or(CONVERSATIONS);
    let settings = Settings::default();
    let (all, left) = (Cell::new(0_u32), Cell::new(0_u32));
    support::proptest(cases)
        .run(&(0..10_usize, prop::collection::vec(text(), 4)), |(form, texts)| {
            let case = case(form, &texts);
            let done = run(&[(case.name, case.file.as_bytes())], None, &settings).map_err(TestCaseError::fail)?;
            all.set(all.get() + 1);
            left.set(left.get() + u32::from(check(&case, &done)));
            Ok(())
        })
        .unwrap();
    let (all, left) = (all.get(), left.get());
    assert!(all >= cases && left * 10 >= all * 8, "{left} of {all} are kept, so that the property speaks of something");
}
