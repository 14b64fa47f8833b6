//! Calls of tools: the spellings that files have for them give one form, and nothing of a message is lost without a word.

use dialoq::data::prepared::records;
use dialoq::data::record::{Call, Record, Role, Turn};
use dialoq::data::settings::Settings;
use dialoq::data::stages::spans;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::faults::{case, prepared};
use super::{Done, chat, clean, pair, run, told};
use crate::support;

/// What a user asks, what the assistant says before it calls, its calls with their results, and its answer.
#[derive(Clone, Debug)]
struct Exchange {
    asked: String,
    before: Option<String>,
    calls: Vec<(String, Value, String)>,
    answer: String,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9999_i64..9999).prop_map(Value::from),
        (-999_i32..999).prop_map(|n| json!(f64::from(n) / 8.0)),
        "[a-zé一-龥\"\\\\\n\t\u{200b}\u{1b}😀 <>&]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z_ é]{1,6}", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let arguments = prop::collection::btree_map("[a-z_]{1,6}", value(), 0..4).prop_map(|map| Value::Object(map.into_iter().collect()));
    let call = ("[a-z]{3,8}", arguments, "[a-z]{3,8}").prop_map(|(name, arguments, result)| (name, arguments, format!("gives {result}")));
    let said = || "[a-z]{3,8}( [a-z]{3,8}){1,4}";
    (said(), prop::option::of(said()), prop::collection::vec(call, 0..3), said()).prop_map(|(asked, before, calls, answer)| Exchange {
        asked,
        before,
        calls,
        answer,
    })
}

/// The calls of a turn. Only one at a time fits in a `function_call`: others follow the result of the one before.
fn steps(exchange: &Exchange) -> impl Iterator<Item = (Option<&String>, &(String, Value, String))> {
    exchange.calls.iter().enumerate().map(|(k, call)| (exchange.before.as_ref().filter(|_| k == 0), call))
}

/// One conversation in four spellings: `tool_calls`, `function_call`, turns from `function_call`, and parts.
fn spellings(conversation: &[Exchange]) -> [Value; 4] {
    let [mut tools, mut function, mut turns, mut parts] = [(); 4].map(|()| Vec::<Value>::new());
    for (n, exchange) in conversation.iter().enumerate() {
        let user = json!({"role": "user", "content": exchange.asked});
        [&mut tools, &mut function, &mut parts].into_iter().for_each(|list| list.push(user.clone()));
        turns.push(json!({"from": "human", "value": exchange.asked}));
        for (k, (before, (name, arguments, result))) in steps(exchange).enumerate() {
            let id = format!("call_{n}_{k}");
            // Written as libraries write it, with blanks.
            let pretty = serde_json::to_string_pretty(arguments).unwrap();
            let call = json!({"id": id, "type": "function", "function": {"name": name, "arguments": pretty}});
            tools.push(json!({"role": "assistant", "content": before, "tool_calls": [call]}));
            tools.push(json!({"role": "tool", "tool_call_id": id, "content": result}));
            function
                .push(json!({"role": "assistant", "content": before, "function_call": {"name": name, "arguments": arguments.to_string()}}));
            function.push(json!({"role": "function", "name": name, "content": result}));
            turns.extend(before.map(|text| json!({"from": "gpt", "value": text})));
            turns.push(json!({"from": "function_call", "value": json!({"name": name, "arguments": arguments}).to_string()}));
            turns.push(json!({"from": "observation", "value": result}));
            let said = before.map(|text| json!({"type": "text", "text": text}));
            let using = json!({"type": "tool_use", "id": id, "name": name, "input": arguments});
            parts.push(json!({"role": "assistant", "content": said.into_iter().chain([using]).collect::<Vec<_>>()}));
            let answer = json!([{"type": "tool_result", "tool_use_id": id, "content": [{"type": "text", "text": result}]}]);
            parts.push(json!({"role": "user", "content": answer}));
        }
        let answer = json!({"role": "assistant", "content": exchange.answer});
        [&mut tools, &mut function, &mut parts].into_iter().for_each(|list| list.push(answer.clone()));
        turns.push(json!({"from": "gpt", "value": exchange.answer}));
    }
    [json!({"messages": tools}), json!({"messages": function}), json!({"conversations": turns}), json!({"messages": parts})]
}

/// What each of them means, with the ids of calls.
fn meant(conversation: &[Exchange]) -> Vec<Turn> {
    let mut out = Vec::new();
    for (n, exchange) in conversation.iter().enumerate() {
        out.push(Turn::new(Role::User, &exchange.asked));
        for (k, (before, (name, arguments, result))) in steps(exchange).enumerate() {
            let id = format!("call_{n}_{k}");
            let text = before.cloned().unwrap_or_default();
            let call = Call { name: name.clone(), arguments: arguments.to_string(), id: id.clone() };
            out.push(Turn { calls: vec![call], ..Turn::new(Role::Assistant, text) });
            out.push(Turn { answers: id, ..Turn::new(Role::Tool, result) });
        }
        out.push(Turn::new(Role::Assistant, &exchange.answer));
    }
    out
}

/// Role, text, calls (name, arguments, id) and the id of the answered call.
type Valued = (String, String, Vec<(String, Value, String)>, String);

/// Turns with arguments as values: what JSON text stands for counts, not which characters it escapes. `ids`: with those of calls.
fn valued(turns: &[Turn], ids: bool) -> Vec<Valued> {
    let id = |id: &String| if ids { id.clone() } else { String::new() };
    let call = |c: &Call| (c.name.clone(), serde_json::from_str(&c.arguments).expect("arguments are JSON"), id(&c.id));
    turns.iter().map(|t| (t.role.name().to_owned(), t.text.clone(), t.calls.iter().map(call).collect(), id(&t.answers))).collect()
}

#[test]
fn four_spellings_of_calls_give_one_form() {
    // Nothing but the reading of calls is asked about here.
    let settings = Settings { pii: false, repetition: false, ..Settings::default() };
    support::proptest(300)
        .run(&prop::collection::vec(exchange(), 1..4), |conversation| {
            let right = meant(&conversation);
            for (k, file) in spellings(&conversation).iter().enumerate() {
                let done = run(&[("a.jsonl", file.to_string().as_bytes())], None, &settings).map_err(TestCaseError::fail)?;
                let record = done.only();
                let ids = [0, 3].contains(&k);
                prop_assert_eq!(valued(record.turns(), ids), valued(&right, ids), "{}", file);
                // One form to the byte, but for the ids.
                let bytes = |turns: &[Turn]| turns.iter().flat_map(|t| t.calls.iter().map(|c| c.arguments.clone())).collect::<Vec<_>>();
                let first = run(&[("a.jsonl", spellings(&conversation)[0].to_string().as_bytes())], None, &settings).unwrap().only();
                prop_assert_eq!(bytes(record.turns()), bytes(first.turns()));
                let calls: usize = right.iter().map(|t| t.calls.len()).sum();
                let coverage = &done.report.coverage;
                prop_assert_eq!((coverage.calls, coverage.tool_turns, coverage.context_turns), (calls as u64, calls as u64, 0));
            }
            Ok(())
        })
        .unwrap();
}

fn messages(list: &Value) -> String {
    json!({"messages": list}).to_string()
}

fn mended(done: &Done, stage: &str) -> Vec<(String, u64)> {
    let tally = done.report.stages.iter().find(|s| s.name == stage).expect("a stage");
    tally.mended.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect()
}

#[test]
fn a_conversation_may_end_with_a_call_and_a_tool_may_answer_with_nothing() {
    let asked = json!({"role": "user", "content": "Reserve a table for two."});
    let call = |id: &str| json!({"id": id, "function": {"name": "reserve", "arguments": "{\"people\": 2}"}});
    let ends = json!([asked, {"role": "assistant", "content": null, "tool_calls": [call("a")]}]);
    assert_eq!(told(&clean("a.jsonl", &messages(&ends)).only()), ["user: Reserve a table for two.", "assistant: [reserve {\"people\":2}]"]);
    // Two calls at once, the same call again, an empty result: none of it is an empty turn, a repetition or one turn with another.
    let again = |id: &str| json!({"role": "assistant", "content": "", "tool_calls": [call(id)]});
    let empty = |id: &str| json!({"role": "tool", "tool_call_id": id, "content": ""});
    let both = json!({"role": "assistant", "tool_calls": [call("a"), call("b")]});
    let list = json!([asked, both, empty("a"), empty("b"), again("c"), again("d"), empty("d"), again("e"), {"role": "assistant", "content": "Done."}]);
    let done = clean("a.jsonl", &messages(&list));
    let one = "[reserve {\"people\":2}]";
    let right = [
        "user: Reserve a table for two.".to_owned(),
        format!("assistant: {one}{one}"),
        "tool: ".into(),
        "tool: ".into(),
        format!("assistant: {one}"),
        format!("assistant: {one}"),
        "tool: ".into(),
        format!("assistant: {one}"),
        "assistant: Done.".into(),
    ];
    assert_eq!(told(&done.only()), right);
    let answers: Vec<String> = done.only().turns().iter().map(|t| t.answers.clone()).collect();
    assert_eq!(answers.concat(), "abd", "each result names its call");
    assert_eq!((done.report.coverage.calls, done.report.coverage.tool_turns), (5, 3));
    // An empty turn of anybody else goes as before.
    let silent =
        json!([asked, {"role": "assistant", "content": " "}, {"role": "tool", "content": ""}, {"role": "assistant", "content": "Done."}]);
    assert_eq!(told(&clean("a.jsonl", &messages(&silent)).only()), ["user: Reserve a table for two.", "assistant: Done."]);
}

#[test]
fn parts_of_text_are_text_and_what_is_none_is_named() {
    let with = |part: Value| {
        let asked = json!([{"type": "text", "text": "Which bread is dark?"}, part]);
        messages(
            &json!([{"role": "user", "content": asked}, {"role": "assistant", "content": [{"type": "output_text", "text": "The rye."}]}]),
        )
    };
    for part in [
        json!({"type": "text", "value": "And soft?"}),
        json!({"type": "input_text", "text": "And soft?"}),
        json!({"text": "And soft?"}),
        json!("And soft?"),
    ] {
        assert_eq!(told(&clean("a.jsonl", &with(part)).only()), ["user: Which bread is dark?\nAnd soft?", "assistant: The rye."]);
    }
    for (part, reason, detail) in [
        (json!({"type": "image_url", "image_url": {"url": "x"}}), "has an image", "a message has an image, which is not text"),
        (json!({"type": "input_audio", "input_audio": {}}), "has a sound", "a message has a sound, which is not text"),
        (json!({"type": "video_url"}), "has a video", "a message has a video, which is not text"),
        (json!({"type": "file", "file": {"file_id": "f"}}), "has a file", "a message has a file, which is not text"),
        (json!({"type": "hologram", "text": "x"}), "has a part of an unknown type", "the unknown type \"hologram\""),
        (json!({"type": "text", "txt": "x"}), "not of the format", "a part of the type \"text\" has no \"text\""),
        (json!({"body": "x"}), "not of the format", "a part of a message has no \"type\""),
        (json!({"type": "\u{1b}[2Jx"}), "has a part of an unknown type", "the unknown type \"x\""),
    ] {
        let done = clean("a.jsonl", &with(part));
        assert_eq!(done.dropped(), [format!("read: {reason}")]);
        assert_eq!(done.report.stages[0].dropped[reason].count, 1);
        assert!(done.files[3].contains(&detail.replace('"', "\\\"")), "{detail}: {}", done.files[3]);
    }
    // A list beside the texts holds what the model saw.
    let beside = json!({"conversations": [{"from": "human", "value": "<image>What is it?"}, {"from": "gpt", "value": "A bench."}], "images": ["a.png"]});
    assert_eq!(clean("a.jsonl", &beside.to_string()).dropped(), ["read: has an image"]);
    let none = json!({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "images": [], "audio": null});
    assert_eq!(told(&clean("a.jsonl", &none.to_string()).only()), ["user: q", "assistant: a"]);
}

#[test]
fn a_refusal_is_what_the_assistant_said_and_thoughts_are_left_out_with_a_count() {
    for answer in [
        json!({"role": "assistant", "content": [{"type": "refusal", "refusal": "I will not."}]}),
        json!({"role": "assistant", "content": null, "refusal": "I will not."}),
    ] {
        let list = json!([{"role": "user", "content": "Break the lock."}, answer]);
        assert_eq!(told(&clean("a.jsonl", &messages(&list)).only()), ["user: Break the lock.", "assistant: I will not."]);
    }
    let thinks = json!([{"type": "thinking", "thinking": "Only by day."}, {"type": "text", "text": "Until six."}]);
    let list = json!([{"role": "user", "content": "How long is it open?"}, {"role": "assistant", "content": thinks}]);
    let done = clean("a.jsonl", &messages(&list));
    assert_eq!(told(&done.only()), ["user: How long is it open?", "assistant: Until six."]);
    assert_eq!(mended(&done, "read"), [("thoughts of the assistant left out".to_owned(), 1)]);
    assert_eq!(done.report.stages[0].examples["thoughts of the assistant left out"].before, "Only by day.");
}

#[test]
fn a_result_and_the_next_question_may_stand_in_one_message() {
    let parts = json!([{"type": "tool_result", "tool_use_id": "t", "content": "42"}, {"type": "text", "text": "Is that many?"}]);
    let list = json!([
        {"role": "user", "content": "Count the apples."},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "count", "input": {}}]},
        {"role": "user", "content": parts}, {"role": "assistant", "content": "It is."}]);
    let right = ["user: Count the apples.", "assistant: [count {}]", "tool: 42", "user: Is that many?", "assistant: It is."];
    assert_eq!(told(&clean("a.jsonl", &messages(&list)).only()), right);
}

#[test]
fn a_call_that_cannot_be_read_costs_its_record_with_a_reason() {
    for call in [json!("look it up"), json!("[1, 2"), json!("{\"arguments\": {}}"), json!(7)] {
        let list = json!([{"from": "human", "value": "q"}, {"from": "function_call", "value": call}, {"from": "gpt", "value": "a"}]);
        assert_eq!(clean("a.jsonl", &json!({"conversations": list}).to_string()).dropped(), ["read: a call that cannot be read"], "{call}");
    }
    // An answer of a pair is a text.
    let call = json!([{"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]);
    let bad = json!([{"role": "assistant", "content": "bad"}]);
    let file = json!({"prompt": "q", "chosen": call, "rejected": bad});
    assert_eq!(clean("a.jsonl", &file.to_string()).dropped(), ["read: an answer that calls a tool"]);
    // Its prompt may have calls.
    let prompt = json!([{"role": "user", "content": "q"}, call[0], {"role": "tool", "content": "r"}]);
    let good = json!([{"role": "assistant", "content": "good"}]);
    let done = clean("a.jsonl", &json!({"prompt": prompt, "chosen": good, "rejected": bad}).to_string());
    assert_eq!(pair(&done.only()), (vec!["user: q".into(), "assistant: [f {}]".into(), "tool: r".into()], "good", "bad"));
}

/// The arguments of the only call of a file.
fn arguments(given: &str) -> String {
    let text = format!(
        "{{\"messages\": [{{\"role\": \"user\", \"content\": \"q\"}}, {{\"role\": \"assistant\", \"function_call\": {{\"name\": \"f\", \"arguments\": {given}}}}}]}}"
    );
    let done = clean("a.jsonl", &text);
    let read = done.only();
    // What is read again is the same.
    for file in &done.files[..3] {
        let again: Vec<Record> = records(file.as_bytes()).collect::<Result<_, _>>().unwrap();
        assert!(again.iter().all(|r| *r == read));
    }
    read.turns()[1].calls[0].arguments.clone()
}

#[test]
fn arguments_are_kept_as_the_file_has_them() {
    for (given, right) in [
        (
            "{\"b\": 1,  \"a\": [1.10, 1E+3, 12345678901234567890123, 1e999, -0.0]}",
            "{\"b\":1,\"a\":[1.10,1E+3,12345678901234567890123,1e999,-0.0]}",
        ),
        ("{\"a\": \"  x \\n\\n\", \"b\": \"<b>&amp;</b>\"}", "{\"a\":\"  x \\n\\n\",\"b\":\"<b>&amp;</b>\"}"),
        ("{\"a\": \"\\u001b[2J\\u202e\\u200b\\u00e9\"}", "{\"a\":\"\\u001b[2J\\u202e\\u200bé\"}"),
        ("{\"a\": NaN, \"b\": \"\\ud83d\"}", "{\"a\":NaN,\"b\":\"\\ud83d\"}"),
        ("{\"a\": \"\\ufdd2x\", \"b\": \"\\ufdd0zzzz\"}", "{\"a\":\"\\ufdd2x\",\"b\":\"\\ufdd0zzzz\"}"),
        ("null", "{}"),
        ("\"\"", "{}"),
    ] {
        assert_eq!(arguments(given), right, "{given}");
        if given.starts_with('{') {
            // The same, encoded once more.
            assert_eq!(arguments(&Value::from(given).to_string()), right, "{given}");
        }
    }
    assert_eq!(arguments("\"to: Basel, {\""), "\"to: Basel, {\"", "what is no JSON stays a text");
}

#[test]
fn personal_data_in_arguments_is_replaced_and_counted() {
    let arguments = json!({
        "email": "kim.roe@example.org", "phone": 4_155_550_132_u64, "card": 4_012_888_888_881_881_u64, "contacts": ["020 7946 0018", "5550132"],
        "note": "mail lee@example.org\n\n", "order_id": "4155550132", "stamp": 1_699_999_999_u64, "who": {"ann@example.org": 1},
        "split": "li\u{200b}z@example.org", "long": ["x".repeat(90), "y".repeat(90), "4155550133"]});
    let call = json!({"id": "a", "function": {"name": "find", "arguments": arguments}});
    let tools = json!([{"function": {"name": "find", "description": "as in  bo@example.org", "default": 4_155_550_132_u64}}]);
    let list = json!([{"role": "user", "content": "q"}, {"role": "assistant", "tool_calls": [call]}]);
    let file = json!({"messages": list, "tools": tools}).to_string();
    let done = clean("a.jsonl", &file);
    let record = done.only();
    let kept: Value = serde_json::from_str(&record.turns()[1].calls[0].arguments).unwrap();
    let right = json!({
        "email": "<EMAIL>", "phone": "<PHONE>", "card": "<CARD>", "contacts": ["<PHONE>", "<PHONE>"], "note": "mail <EMAIL>\n\n",
        "order_id": "4155550132", "stamp": 1_699_999_999_u64, "who": {"<EMAIL>": 1}, "split": "<EMAIL>",
        "long": ["x".repeat(90), "y".repeat(90), "4155550133"]});
    assert_eq!(kept, right);
    let pii = &done.report.pii;
    assert_eq!((pii["<EMAIL>"], pii["<PHONE>"], pii["<CARD>"]), (5, 3, 1));
    let tools: Value = serde_json::from_str(&record.labels["tools"]).unwrap();
    assert_eq!(tools[0]["function"]["description"], "as in  <EMAIL>");
    // Neither the report nor what is dropped shows it.
    let dropped = run(&[("a.jsonl", file.as_bytes())], None, &Settings { turns: (9, 64), ..Settings::default() }).unwrap();
    assert_eq!(dropped.dropped(), ["lengths: too few turns"]);
    for shown in [serde_json::to_string(&done.report).unwrap(), serde_json::to_string(&dropped.report).unwrap(), dropped.files.concat()] {
        for word in ["kim.roe", "lee@", "ann@", "z@example", "bo@", "4012888", "7946", "phone\\\":415", "phone\\\\\\\":415"] {
            assert!(!shown.contains(word), "{word}: {shown}");
        }
    }
    let kept = run(&[("a.jsonl", file.as_bytes())], None, &Settings { pii: false, ..Settings::default() }).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept.only().turns()[1].calls[0].arguments).unwrap(), arguments, "--no-pii keeps it");
}

#[test]
fn a_turn_that_a_file_does_not_teach_is_context() {
    let list = json!([
        {"role": "user", "content": "Is it heated?"}, {"role": "assistant", "content": "I think so.", "weight": 0},
        {"role": "assistant", "content": "Yes, it is.", "weight": 1}, {"role": "user", "content": "All year?", "weight": 0},
        {"role": "assistant", "content": "From May on it is not.", "train": false}, {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "It is warm then.", "weight": 0.5}]);
    let done = clean("a.jsonl", &messages(&list));
    let record = done.only();
    let context: Vec<&str> = record.turns().iter().filter(|t| t.context).map(|t| t.text.as_str()).collect();
    assert_eq!(context, ["I think so.", "From May on it is not."]);
    assert_eq!(record.turns().len(), 7, "a turn to learn from stays apart from one that is context");
    assert_eq!(done.report.coverage.context_turns, 2);
    let plain = clean("a.jsonl", &chat(&["a question", "an answer"]));
    assert!(!plain.files.concat().contains("context") && !plain.files.concat().contains("calls"), "no file grows by what it has not");
}

#[test]
fn tools_stay_with_their_record() {
    let list = json!([{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]);
    let tools = json!([{"type": "function", "function": {"name": "f", "description": "two  blanks"}}]);
    let right = tools.to_string();
    let turns = json!([{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]);
    for file in [
        json!({"messages": list, "tools": tools, "parallel_tool_calls": false}),
        json!({"conversations": turns, "tools": serde_json::to_string_pretty(&tools).unwrap()}),
        json!({"messages": list, "functions": tools}),
        json!({"prompt": "q", "chosen": "a", "rejected": "b", "tools": tools}),
    ] {
        let record = clean("a.jsonl", &file.to_string()).only();
        assert_eq!(record.labels.get("tools"), Some(&right), "{file}");
        assert_eq!(record.labels.contains_key("parallel_tool_calls"), file.get("parallel_tool_calls").is_some());
    }
    for none in [json!([]), json!("[]"), json!(null), json!("")] {
        assert!(!clean("a.jsonl", &json!({"messages": list, "tools": none}).to_string()).only().labels.contains_key("tools"), "{none}");
    }
}

#[test]
fn conversations_that_differ_in_a_call_are_no_duplicates() {
    let line = |name: &str, n: u32| {
        let call = json!({"name": name, "arguments": json!({"n": n}).to_string()});
        messages(
            &json!([{"role": "user", "content": "How many?"}, {"role": "assistant", "function_call": call}, {"role": "function", "content": "ok"}, {"role": "assistant", "content": "So many."}]),
        )
    };
    let text = [line("count", 1), line("count", 2), line("add", 1), line("count", 1)].join("\n");
    let done = clean("a.jsonl", &text);
    assert_eq!((done.records().len(), done.dropped()), (3, vec!["exact: an exact duplicate".to_owned()]));
    assert!(done.files[3].contains("assistant calls: count {\\\"n\\\":1}"), "a call is shown: {}", done.files[3]);
}

#[test]
fn the_system_of_a_task_oriented_corpus_is_the_agent() {
    let act = |slot: &str, value: &str, start: i64, end: i64| json!({"intent": "inform", "domain": "hotel", "slot": slot, "value": value, "start": start, "end": end});
    let turn = |speaker: &str, said: &str, acts: Value| json!({"speaker": speaker, "utterance": said, "dialogue_acts": acts, "state": {}});
    let acts = json!({
        "categorical": [{"intent": "inform", "domain": "hotel", "slot": "stars", "value": "4"}],
        "non-categorical": [act("area", "Zürich", 11, 17), act("name", "Linde", 40, 45), act("name", "Linde", -1, 2), act("day", "today", 0, 3)],
        "binary": [{"intent": "request", "domain": "hotel", "slot": "phone"}]});
    let none = json!({"categorical": [], "non-categorical": [], "binary": []});
    for (user, system) in [("user", "system"), ("USER", "SYSTEM"), ("User", "System")] {
        let turns = [turn(user, "A hotel in Zürich with 4 stars?", acts.clone()), turn(system, "The Linde has 4.", none.clone())];
        let file = json!([{"dataset": "x", "dialogue_id": "x-1", "domains": ["hotel"], "turns": turns}]).to_string();
        let done = clean("a.json", &file);
        let record = done.only();
        assert_eq!(told(&record), ["user: A hotel in Zürich with 4 stars?", "assistant: The Linde has 4."]);
        assert_eq!(record.labels["services"], "hotel");
        let acts = &record.turns()[0].acts;
        let shown: Vec<(&str, &str, &[String])> = acts.iter().map(|a| (a.act.as_str(), a.slot.as_str(), a.values.as_slice())).collect();
        let value = |v: &str| vec![v.to_owned()];
        let (four, zurich, linde, today) = (value("4"), value("Zürich"), value("Linde"), value("today"));
        let right: [(&str, &str, &[String]); 6] = [
            ("inform", "stars", &four),
            ("inform", "area", &zurich),
            ("inform", "name", &linde),
            ("inform", "name", &linde),
            ("inform", "day", &today),
            ("request", "phone", &[]),
        ];
        assert_eq!(shown, right);
        let places: Vec<(u32, u32)> = acts.iter().flat_map(|a| a.spans.clone()).collect();
        assert_eq!(places, [(11, 17)]);
        assert_eq!(spans::slice(&record.turns()[0].text, places[0]), "Zürich");
        assert_eq!(mended(&done, "read"), [("spans outside their turns".to_owned(), 2), ("spans that hold another value".to_owned(), 1)]);
    }
    for file in [
        json!([{"conversation_id": "d", "utterances": [{"speaker": "USER", "text": "q"}, {"speaker": "SYSTEM", "text": "a"}]}]),
        json!([{"convo_id": 1, "original": [["customer", "q"], ["system", "a"]]}]),
        json!({"1": {"goal": [], "messages": [{"role": "usr", "content": "q"}, {"role": "system", "content": "a"}]}}),
    ] {
        assert_eq!(told(&clean("a.json", &file.to_string()).only()), ["user: q", "assistant: a"], "{file}");
    }
    // A chat's system is still no agent.
    let list = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]);
    assert_eq!(told(&clean("a.jsonl", &messages(&list)).only()), ["system: Be brief.", "user: q", "assistant: a"]);
}

#[test]
fn the_cases_of_calls_and_parts_come_out_as_they_are() {
    if let Some(bytes) = case("openai_tools.jsonl") {
        let done = prepared("openai_tools.jsonl", &bytes);
        let c = &done.report.coverage;
        assert_eq!((c.calls, c.tool_turns, c.context_turns), (3, 2, 1));
        assert!(done.dropped().contains(&"read: has an image".to_owned()), "{:?}", done.dropped());
    }
    if let Some(bytes) = case("lf_tools.json") {
        let record = prepared("lf_tools.json", &bytes).only();
        assert_eq!((record.turns().len(), record.turns()[2].calls[0].arguments.as_str()), (9, "{\"a\":5,\"b\":3}"));
        assert!(record.labels.contains_key("tools"));
    }
    if let Some(bytes) = case("parts_value.jsonl") {
        assert_eq!(prepared("parts_value.jsonl", &bytes).only().turns().len(), 2);
    }
    if let Some(bytes) = case("convlab3.json") {
        let record = prepared("convlab3.json", &bytes).only();
        assert_eq!((record.turns()[1].role.name(), record.turns()[0].acts[0].spans.as_slice()), ("assistant", &[(20, 21)][..]));
    }
    if let Some(bytes) = case("axo_empty.jsonl") {
        let done = prepared("axo_empty.jsonl", &bytes);
        assert!(done.records().iter().any(|r| told(r) == ["user: 42", "assistant: A number was asked."]));
    }
}
