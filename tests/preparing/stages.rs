//! Each stage on the cases that are easily got wrong.

use dialoq::data::record::{Act, Record, Role, Speakers, Turn};
use dialoq::data::settings::Settings;
use dialoq::data::stages::{Fixes, html, roles, spans, unicode};

use super::{chat, clean, run, told};

fn cleaned(text: &str) -> String {
    let mut text = text.to_owned();
    unicode::clean(&mut text, &mut Fixes::new());
    text
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    html::clean(&mut text, &mut Fixes::new());
    text
}

#[test]
fn controls_escapes_and_blanks_are_cleaned() {
    for (text, right) in [
        ("a\u{1b}[31mred\u{1b}[0m b", "ared b"),
        ("\u{1b}]0;owned\u{7}title", "title"),
        ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
        // One that never ends takes nothing with it.
        ("\u{1b}]0;no end, all of this is said", "0;no end, all of this is said"),
        ("\u{9b}2Jgone", "gone"),
        ("\u{1b}", ""),
        ("x\u{1b}[", "x"),
        ("a\0b\u{7}c\u{7f}d\u{85}e", "abcd\ne"),
        ("\u{202e}evil\u{202c} \u{2066}x\u{2069}\u{200e}", "evil x"),
        ("zero\u{200b}width\u{feff}\u{ad}", "zerowidth"),
        ("👩\u{200d}🚀", "👩\u{200d}🚀"),
        ("e\u{301}", "é"),
        ("$1\u{a0}charge\u{3000}now", "$1 charge now"),
        ("a\r\nb\rc\n\n\n\nd", "a\nb\nc\n\n\n\nd"),
        ("  two  blanks\t\there  ", "  two  blanks\t\there"),
        ("\n \n  first\t \n\nlast \n\n", "  first\n\nlast"),
        ("```\n    code  here\n```", "```\n    code  here\n```"),
        ("plain", "plain"),
        ("tag\u{e0041}s", "tags"),
    ] {
        assert_eq!(cleaned(text), right);
        assert_eq!(cleaned(&cleaned(text)), right, "cleaning twice is cleaning once");
    }
}

#[test]
fn entities_and_tags_go_and_other_brackets_stay() {
    for (text, right) in [
        ("<span class='emphasis'>east</span> side", "east side"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("5 &lt; 6 &amp;&amp; it&rsquo;s", "5 < 6 && it’s"),
        ("&amp;quot;twice&amp;quot;", "\"twice\""),
        ("a&nbsp;b&#8203;c&#27;[31md&#x1b;[2J", "a bcd"),
        ("it&#146;s &#8212; &#x80;5 &#0;&#; &#99999999; &amp;#27;[0m", "it’s — €5 &#; &#99999999;"),
        ("x < y > z and <EMAIL>", "x < y > z and <EMAIL>"),
        ("Vec<String>, List<b>", "Vec<String>, List<b>"),
        ("<script>alert('x')</script>hi<!-- note -->", "<script>alert('x')</script>hi<!-- note -->"),
        ("I <3 you & me", "I <3 you & me"),
        ("<unclosed", "<unclosed"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ] {
        assert_eq!(unescaped(text), right);
    }
}

#[test]
fn turns_are_put_in_order() {
    let text = r#"{"conversations": [{"from": "system", "value": "Be kind."}, {"from": "gpt", "value": "Welcome!"}, {"from": "human", "value": "hi"},
        {"from": "customer", "value": "anyone?"}, {"from": "gpt", "value": " "}, {"from": "human", "value": "hello"}, {"from": "agent", "value": "Yes."},
        {"from": "human", "value": "bye"}]}"#;
    assert_eq!(told(&clean("a.json", text).only()), ["system: Be kind.", "user: hi\nanyone?\nhello", "assistant: Yes."]);
}

#[test]
fn labels_inside_texts_become_turns_only_where_a_text_holds_a_whole_conversation() {
    let text = chat(&["User: where is it?\nAgent: Which order?\nCustomer：the blue one", "Assistant: On its way."]);
    let right = ["user: User: where is it?\nAgent: Which order?\nCustomer：the blue one", "assistant: Assistant: On its way."];
    assert_eq!(told(&clean("a.jsonl", &text).only()), right);
    let whole = "User: where is it?\n  User: indented\nAgent: Which order?\n```\nCustomer: in code\n```\nCustomer：the blue one\nAssistant: On its way.";
    let mut record = Record { speakers: Speakers::InText, ..Record::conversation("x", vec![Turn::new(Role::User, whole)]) };
    roles::run(&mut record, &Settings::default(), &mut Fixes::new()).unwrap();
    let right = [
        "user: where is it?\n  User: indented",
        "assistant: Which order?\n```\nCustomer: in code\n```",
        "user: the blue one",
        "assistant: On its way.",
    ];
    assert_eq!(told(&record), right);
}

#[test]
fn a_speaker_nobody_knows_is_said() {
    let done = clean("a.jsonl", r#"{"messages": [{"role": "user", "content": "a"}, {"role": "moderator", "content": "b"}]}"#);
    assert_eq!(done.dropped(), ["roles: unknown speaker"]);
    assert!(done.files[3].contains("moderator"), "{}", done.files[3]);
}

#[test]
fn records_without_a_question_or_an_answer_go() {
    let lines = [
        chat(&["only a question"]),
        r#"{"messages": [{"role": "assistant", "content": "Delivered."}]}"#.to_owned(),
        r#"{"messages": []}"#.to_owned(),
        r#"{"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": null}]}"#.to_owned(),
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    assert_eq!(done.dropped(), ["roles: no answer", "roles: no user", "validate: no turns", "roles: no answer"]);
}

#[test]
fn lengths_have_bounds_that_can_be_set() {
    let long = "word ".repeat(900);
    let many: Vec<String> = (0..70).map(|i| format!("turn {i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let lines = [chat(&["hi", &long]), chat(&many), chat(&["hi", "hello there"])].join("\n");
    let settings = Settings { repetition: false, ..Settings::default() };
    let run = |settings: &Settings| run(&[("a.jsonl", lines.as_bytes())], None, settings).unwrap();
    assert_eq!(run(&settings).dropped(), ["lengths: a turn too long", "lengths: too many turns"]);
    assert_eq!(run(&Settings { turns: (2, 100), chars: 9000, ..settings.clone() }).dropped().len(), 0);
    assert_eq!(run(&Settings { lengths: false, ..settings.clone() }).dropped().len(), 0);
    assert_eq!(run(&Settings { words: 3, ..settings }).dropped().len(), 2);
}

#[test]
fn answers_that_go_round_in_circles_go() {
    let circle = "I understand. ".repeat(20);
    let stutter = "no ".repeat(9);
    let lines = [
        chat(&["why?", &circle]),
        chat(&["why?", &stutter]),
        chat(&["why?", &"a".repeat(50)]),
        chat(&["1", "Next song.", "2", "Next song.", "3", "Next song."]),
        chat(&["a table?", "Yes:\n----------------------------------------------------\nis one, with a ruler of many signs."]),
        chat(&["what if I say it all again and again and again and again and again and again and again and again and again?", "Fine."]),
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    let dropped = done.dropped();
    let right = ["an answer that repeats itself", "a word over and over", "a character over and over", "an answer said three times"];
    assert_eq!(dropped, right.map(|r| format!("repetition: {r}")));
}

#[test]
fn pairs_need_two_answers_to_one_question() {
    let lines = [
        r#"{"prompt": "q", "chosen": "Same answer.", "rejected": "same  answer"}"#,
        r#"{"prompt": "q", "chosen": "", "rejected": "b"}"#,
        r#"{"prompt": "q", "chosen": "one", "rejected": "two"}"#,
    ];
    let done = clean("a.jsonl", &lines.join("\n"));
    assert_eq!(done.dropped(), ["empty: empty answer", "preference: equal answers"]);
    assert_eq!(done.records().len(), 1);
}

#[test]
fn spans_follow_their_values_through_cleaning_and_joining() {
    let text = "  Große&nbsp;Lampe für   \u{1b}[1mMüller\u{1b}[0m, wie müller";
    let act = |slot: &str, value: &str, part: &str| {
        let start = text[..text.find(part).unwrap()].chars().count() as u32;
        Act {
            act: "INFORM".into(),
            slot: slot.into(),
            values: vec![value.into()],
            spans: vec![(start, start + part.chars().count() as u32)],
            ..Act::default()
        }
    };
    let turn = Turn::annotated(Role::User, text, vec![act("name", "Müller", "Müller")]);
    let mut record =
        dialoq::data::record::Record::conversation("x", vec![Turn::new(Role::User, "Ähm"), turn, Turn::new(Role::Assistant, "Ja")]);
    for stage in dialoq::data::stages::STAGES {
        (stage.run)(&mut record, &Settings::default(), &mut Fixes::new()).unwrap();
    }
    let turn = &record.turns()[0];
    assert_eq!(turn.text, "Ähm\n  Große Lampe für   Müller, wie müller");
    assert_eq!(spans::slice(&turn.text, turn.acts[0].spans[0]), "Müller");
}

#[test]
fn a_value_that_left_its_text_leaves_its_act() {
    let text = "Call 415-555-0132 at noon";
    let act =
        Act { act: "INFORM".into(), slot: "phone".into(), values: vec!["415-555-0132".into()], spans: vec![(5, 17)], ..Act::default() };
    let turns = vec![Turn::annotated(Role::User, text, vec![act]), Turn::new(Role::Assistant, "ok")];
    let mut record = dialoq::data::record::Record::conversation("x", turns);
    dialoq::data::stages::pii::run(&mut record, &Settings::default(), &mut Fixes::new()).unwrap();
    let turn = &record.turns()[0];
    assert_eq!((turn.text.as_str(), turn.acts[0].values[0].as_str()), ("Call <PHONE> at noon", "<PHONE>"));
    assert_eq!(spans::slice(&turn.text, turn.acts[0].spans[0]), "<PHONE>");
}

/// One turn with a value of `phone_number` at its place, scrubbed.
fn with_phone(text: &str, value: &str) -> Turn {
    let start = text.find(value).map(|at| text[..at].chars().count() as u32);
    let spans = start.map(|at| (at, at + value.chars().count() as u32)).into_iter().collect();
    let act = Act { act: "INFORM".into(), slot: "phone_number".into(), values: vec![value.into()], spans, ..Act::default() };
    let turns = vec![Turn::annotated(Role::Assistant, text, vec![act])];
    let mut record = dialoq::data::record::Record::conversation("x", turns);
    dialoq::data::stages::pii::run(&mut record, &Settings::default(), &mut Fixes::new()).unwrap();
    record.turns()[0].clone()
}

#[test]
fn a_number_that_only_text_or_slot_calls_a_telephone_leaves_both() {
    for (text, value, right) in [
        ("Größe: call 55 5395 4586, it is free", "55 5395 4586", "Größe: call <PHONE>, it is free"),
        ("Schön. It is 20 7071 5029.", "20 7071 5029", "Schön. It is <PHONE>."),
    ] {
        let turn = with_phone(text, value);
        assert_eq!((turn.text.as_str(), turn.acts[0].values[0].as_str()), (right, "<PHONE>"));
        assert_eq!(spans::slice(&turn.text, turn.acts[0].spans[0]), "<PHONE>");
    }
    assert_eq!(with_phone("You can reach them.", "20 7071 5029").acts[0].values[0], "<PHONE>");
}

#[test]
fn a_stage_that_is_off_changes_nothing() {
    let text = chat(&["<b>mail</b> a@example.com", "Agent: ok"]);
    let settings = Settings { html: false, pii: false, roles: false, ..Settings::default() };
    let done = run(&[("a.jsonl", text.as_bytes())], None, &settings).unwrap();
    assert_eq!(told(&done.only()), ["user: <b>mail</b> a@example.com", "assistant: Agent: ok"]);
    let off: Vec<&str> = done.report.stages.iter().filter(|s| !s.on).map(|s| s.name).collect();
    assert_eq!(off, ["html", "roles", "pii"]);
}
