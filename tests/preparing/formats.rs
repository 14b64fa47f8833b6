//! Each format by a small file written for the purpose.

use dialoq::data::formats::{FORMATS, Format};
use dialoq::data::prepared::records;
use dialoq::data::record::Record;
use dialoq::data::stages::spans;

use super::{chat, clean, labelled, pair, refusal, run, told};

fn format_of(done: &super::Done) -> &'static str {
    done.report.inputs[0].format.unwrap()
}

#[test]
fn schema_guided_dialogue_counts_characters() {
    let text = r#"[{"dialogue_id": "1_0", "services": ["Cafés_1"], "turns": [
        {"speaker": "USER", "utterance": "Ein Café in Zürich, bitte.", "frames": [{"service": "Cafés_1",
            "actions": [{"act": "INFORM", "slot": "city", "values": ["Zürich"], "canonical_values": ["Zurich"]}, {"act": "INFORM_INTENT", "slot": "intent", "values": ["Find"]}],
            "slots": [{"slot": "city", "start": 12, "exclusive_end": 18}], "state": {"active_intent": "Find", "requested_slots": [], "slot_values": {}}}]},
        {"speaker": "SYSTEM", "utterance": "Gern.", "frames": [{"service": "Cafés_1", "actions": [{"act": "OFFER"}], "slots": []}]}]}]"#;
    let done = run(&[("train/dialogues_001.json", text.as_bytes())], None, &dialoq::data::settings::Settings::default()).unwrap();
    let record = done.only();
    assert_eq!((format_of(&done), record.id.as_str(), record.labels["services"].as_str()), ("sgd", "train/dialogues_001:1_0", "Cafés_1"));
    let turn = &record.turns()[0];
    assert_eq!(spans::slice(&turn.text, turn.acts[0].spans[0]), "Zürich");
    assert_eq!(done.report.coverage.intents.get("Find"), Some(&1));
    let two = text.replace("Zürich, bitte", "Zürich, Bern").replace("[\"Zürich\"]", "[\"Zürich\", \"Bern\"]");
    let second = r#"{"slot": "city", "start": 20, "exclusive_end": 24}, {"slot": "city", "start": 12"#;
    let record = clean("a.json", &two.replace(r#"{"slot": "city", "start": 12"#, second)).only();
    let turn = &record.turns()[0];
    let found: Vec<&str> = turn.acts[0].spans.iter().map(|span| spans::slice(&turn.text, *span)).collect();
    assert_eq!(found, ["Bern", "Zürich"], "each value has its place");
    let wrong = text.replace("\"exclusive_end\": 18", "\"exclusive_end\": 99");
    let done = clean("a.json", &wrong);
    assert_eq!(told(&done.only()), ["user: Ein Café in Zürich, bitte.", "assistant: Gern."], "the span goes, the dialogue stays");
    assert!(done.only().turns()[0].acts[0].spans.is_empty());
    assert_eq!(done.report.stages[0].mended.get("spans outside their turns"), Some(&1));
}

#[test]
fn what_was_prepared_is_read_again() {
    let done = clean("a.jsonl", &[chat(&["a question", "an answer"]), chat(&["hello", "hi"])].join("\n"));
    for file in &done.files[..3] {
        let again = records(file.as_bytes()).collect::<Result<Vec<Record>, _>>().unwrap();
        let written: String = again.iter().map(|r| serde_json::to_string(r).unwrap() + "\n").collect();
        assert_eq!(&written, file);
    }
    let wrong = records(&b"{\"id\": \"x\"}\n"[..]).next().unwrap().unwrap_err().to_string();
    assert!(wrong.starts_with("line 1: it is no prepared record"), "{wrong}");
}

#[test]
fn multiwoz_tells_speakers_by_their_belief() {
    let text = "{\r\n\"SNG1\": {\"goal\": {\"hotel\": {\"info\": {\"area\": \"east\"}}, \"taxi\": {}, \"message\": [\"<span class='emphasis'>x</span>\"]}, \"log\": [\r\n
        {\"text\": \"a hotel in the east ?\", \"metadata\": {}, \"dialog_act\": {\"Hotel-Inform\": [[\"Area\", \"east\"]]}, \"span_info\": []},\r\n
        {\"text\": \"how about this one ?\", \"metadata\": {\"hotel\": {\"semi\": {\"name\": \"not mentioned\"}}}, \"dialog_act\": {\"Hotel-Select\": [[\"none\", \"none\"]]}}]}\n}";
    let done = clean("a.json", text);
    let record = done.only();
    assert_eq!((format_of(&done), record.id.as_str(), record.labels["services"].as_str()), ("multiwoz", "a:SNG1", "hotel"));
    assert_eq!(told(&record), ["user: a hotel in the east ?", "assistant: how about this one ?"]);
    let act = &record.turns()[0].acts[0];
    assert_eq!(
        (act.service.as_str(), act.act.as_str(), act.slot.as_str(), act.values.as_slice()),
        ("Hotel", "Inform", "Area", &["east".to_owned()][..])
    );
    assert!(record.turns()[1].acts[0].values.is_empty(), "\"none\" is no value");
}

#[test]
fn crosswoz_is_chinese_and_keyed() {
    let text = r#"{"77": {"sys-usr": [1, 2], "goal": [[1, "餐馆", "名称", ["a"], false]], "messages": [
        {"content": "你好，推荐一家餐馆。", "role": "usr", "dialog_act": [["General", "greet", "none", "none"], ["Inform", "餐馆", "人均消费", "100-150元"]], "user_state": []},
        {"content": "好的，老地方。", "role": "sys", "dialog_act": [], "sys_state": {}}], "task description": ["x"], "type": "单领域"}}"#;
    let done = clean("a.json", text);
    assert_eq!(format_of(&done), "crosswoz");
    assert_eq!(told(&done.only()), ["user: 你好，推荐一家餐馆。", "assistant: 好的，老地方。"]);
    let record = done.only();
    let act = &record.turns()[0].acts[1];
    assert_eq!((act.act.as_str(), act.service.as_str(), act.values[0].as_str()), ("Inform", "餐馆", "100-150元"));
}

#[test]
fn chat_messages_may_call_tools_and_have_parts() {
    let text = r#"{"messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
        {"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": "find", "arguments": "{\"n\": 1}"}}]},
        {"role": "tool", "content": "{}"}, {"role": "assistant", "content": "Here."}]}"#
        .replace('\n', " ");
    let right = ["system: Be brief.", "user: Where is it?", "assistant: [find {\"n\":1}]", "tool: {}", "assistant: Here."];
    assert_eq!(told(&clean("a.jsonl", &text).only()), right);
    // The same, laid out over lines, as a list, and under keys.
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    for text in [format!("{pretty}\n{pretty}"), format!("[{pretty}]"), format!("{{\"train\": [{pretty}]}}")] {
        assert_eq!(told(&clean("a.json", &text).records()[0]), right);
    }
}

#[test]
fn preferences_come_in_four_spellings() {
    let right = (vec!["user: q".to_owned()], "good", "bad");
    for text in [
        r#"{"prompt": "q", "chosen": "good", "rejected": "bad"}"#,
        r#"{"prompt": [{"role": "user", "content": "q"}], "chosen": [{"role": "assistant", "content": "good"}], "rejected": [{"role": "assistant", "content": "bad"}]}"#,
        r#"{"chosen": "\n\nHuman: q\n\nAssistant: good", "rejected": "\n\nHuman: q\n\nAssistant: bad"}"#,
        r#"{"conversations": [{"from": "human", "value": "q"}], "chosen": {"from": "gpt", "value": "good"}, "rejected": {"from": "gpt", "value": "bad"}}"#,
        r#"{"prompt": "\n\nHuman: q\n\nAssistant:", "chosen": "good", "rejected": "bad"}"#,
        r#"{"instruction": "q", "input": "", "chosen": "good", "rejected": "bad"}"#,
        r#"{"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "good"}], "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "bad"}]}"#,
    ] {
        let done = clean("a.jsonl", text);
        assert_eq!(pair(&done.only()), right, "{text}");
    }
}

#[test]
fn pairs_that_part_early_are_cut_at_a_turn_or_dropped() {
    let other =
        r#"{"chosen": "\n\nHuman: q\n\nAssistant: good\n\nHuman: more\n\nAssistant: x", "rejected": "\n\nHuman: q\n\nAssistant: bad"}"#;
    assert_eq!(pair(&clean("a.jsonl", other).only()), (vec!["user: q".to_owned()], "good", "bad"));
    let questions = r#"{"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: p\n\nAssistant: a"}"#;
    assert_eq!(clean("a.jsonl", questions).dropped(), ["read: different questions"]);
    let label = r#"{"chosen": "\n\nHuman: q\n\nAssistant: Human: me", "rejected": "\n\nHuman: q\n\nAssistant: bad"}"#;
    assert_eq!(clean("a.jsonl", label).dropped(), ["roles: another speaker in an answer"]);
}

#[test]
fn alpaca_has_a_history() {
    let text = r#"[{"instruction": "And now?", "input": "at noon", "output": "Done.", "system": "Be brief.", "history": [["Hello", "Hi"]]}, {"instruction": "x", "input": "", "output": null}]"#;
    let done = clean("a.json", text);
    assert_eq!(told(&done.only()), ["system: Be brief.", "user: Hello", "assistant: Hi", "user: And now?\nat noon", "assistant: Done."]);
    assert_eq!((format_of(&done), done.dropped()), ("alpaca", vec!["read: not of the format".to_owned()]));
}

#[test]
fn taskmaster_dialogues_and_doubly_encoded_rewards() {
    let text = r#"[{"conversation_id": "d1", "vertical": "Coffee", "instructions": "{{LIST a,b}}", "utterances": [
        {"index": 0, "speaker": "assistant", "text": "Welcome!"}, {"index": 1, "speaker": "user", "text": "A mocha."}, {"index": 2, "speaker": "assistant", "text": "Sure."}]}]"#;
    assert_eq!(told(&clean("a.json", text).only()), ["user: A mocha.", "assistant: Sure."]);
    let context = serde_json::json!([{"role": "agent", "text": "Hi"}, {"role": "user", "text": "A mocha."}, {"role": "agent", "api": {"find": {"q": 1}}}, {"role": "api", "response": {"n": 2}}]);
    let row = |reply: &str, reward: f64| {
        let reply = serde_json::json!({"role": "agent", "text": reply});
        serde_json::json!({"conversation_id": "r1", "context": context.to_string(), "generation": reply.to_string(), "reward": reward})
    };
    let alone = serde_json::json!({"conversation_id": "r2", "context": "[{\"role\": \"user\", \"text\": \"x\"}]", "generation": "{\"role\": \"agent\", \"text\": \"y\"}", "reward": 1.0});
    let rows = serde_json::json!([row("good one", 1.0), row("bad one", 0.0), row("worse reply", 0.0), row("bad one", 0.0), alone]);
    let done = clean("a.json", &rows.to_string());
    assert_eq!((format_of(&done), done.records().len(), done.dropped()), ("taskmaster-rewards", 2, vec!["read: no pair".to_owned()]));
    let right = ["user: A mocha.", "assistant: [find {\"q\":1}]", "tool: {\"n\":2}"];
    assert_eq!(pair(&done.records()[0]), (right.map(str::to_owned).to_vec(), "good one", "bad one"));
    assert_eq!(done.records().iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["a:r1.1.1", "a:r1.1.2"]);
}

#[test]
fn oasst_trees_give_paths_and_pairs() {
    let reply = |text: &str, rank: u64| serde_json::json!({"message_id": text, "text": text, "role": "assistant", "lang": "en", "rank": rank, "replies": []});
    let made = serde_json::json!({"message_id": "m", "text": "made up", "role": "assistant", "synthetic": true, "rank": 0, "replies": []});
    let tree = serde_json::json!({"message_tree_id": "t", "tree_state": "ready", "prompt": {"message_id": "p", "text": "why?", "role": "prompter",
        "replies": [reply("third best", 2), reply("the best", 0), reply("second best", 1), made]}});
    let done = clean("a.jsonl", &tree.to_string());
    let records = done.records();
    let paths = records.iter().filter(|r| r.body.kind() == "conversation").count();
    let pairs: Vec<(String, String)> =
        records.iter().filter(|r| r.body.kind() == "preference").map(|r| (pair(r).1.to_owned(), pair(r).2.to_owned())).collect();
    assert_eq!((format_of(&done), paths, pairs.len()), ("oasst", 3, 3));
    assert!(pairs.contains(&("the best".into(), "third best".into())) && pairs.contains(&("second best".into(), "third best".into())));
}

#[test]
fn pandalm_follows_the_majority() {
    let row = |votes: [u8; 3], second: serde_json::Value| serde_json::json!({"idx": 1, "instruction": "Fix.", "input": "teh", "response1": "the", "response2": second, "annotator1": votes[0], "annotator2": votes[1], "annotator3": votes[2]});
    let rows = serde_json::json!([
        row([2, 2, 1], "the cat".into()),
        row([0, 0, 1], "x".into()),
        row([0, 1, 2], "x".into()),
        row([1, 1, 1], true.into())
    ]);
    let done = clean("a.json", &rows.to_string());
    assert_eq!(pair(&done.only()), (vec!["user: Fix.\nteh".to_owned()], "the cat", "the"));
    assert_eq!(done.dropped(), ["read: a tie", "read: no majority", "read: not of the format"]);
}

#[test]
fn tables_and_intents_have_texts_and_labels() {
    for (name, text, format, right) in [
        ("a.csv", "text,category\nhi there,greet\n", "table", ("hi there", "greet")),
        ("a.tsv", "Label\tText\ngreet\thi there\n", "table", ("hi there", "greet")),
        (
            "a.csv",
            "answerid;scenario;intent;answer_annotation;answer_from_anno;answer_from_user\n1;iot;coffee;\"at [time : six]\";\"at six\";\"At 6!\"\n",
            "hwu",
            ("At 6!", "iot_coffee"),
        ),
        ("a.json", r#"{"train": [["hi there", "greet"]], "oos_val": []}"#, "clinc", ("hi there", "greet")),
        (
            "a.jsonl",
            r#"{"slurp_id": 1, "sentence": "hi there", "intent": "cleaning", "scenario": "iot", "action": "cleaning", "recordings": [1]}"#,
            "slurp",
            ("hi there", "iot_cleaning"),
        ),
        (
            "a.json",
            r#"{"dia_acts": {"inform": [{"request_slots": [], "inform_slots": ["date"], "nl": {"agt": "", "usr": "On $date$."}}]}}"#,
            "tcbot",
            ("On $date$.", "inform(date)"),
        ),
    ] {
        let done = clean(name, text);
        let record = done.only();
        assert_eq!((format_of(&done), labelled(&record)), (format, right), "{text}");
    }
}

#[test]
fn abcd_has_actions_between_turns() {
    let text = r#"[{"convo_id": 5, "scenario": {"flow": "refund", "subflow": "size", "order": {"products": "[{'a': 1}]"}}, "original": [["agent", "Hi!"], ["agent", "Yes?"], ["customer", "too small"], ["action", "Account pulled up"], ["agent", "Sent."]]}]"#;
    let record = clean("a.json", text).only();
    assert_eq!(told(&record), ["user: too small", "tool: Account pulled up", "assistant: Sent."]);
    assert_eq!((record.id.as_str(), record.labels["subflow"].as_str()), ("a:5", "size"));
}

#[test]
fn a_format_can_be_forced_and_says_where_it_does_not_fit() {
    let text = r#"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "chosen": "x", "rejected": "y"}"#;
    let settings = dialoq::data::settings::Settings::default();
    assert_eq!(format_of(&clean("a.jsonl", text)), "preference");
    let done = run(&[("a.jsonl", text.as_bytes())], Some(Format::Messages), &settings).unwrap();
    assert_eq!(done.only().body.kind(), "conversation");
    let sentence = run(&[("a.jsonl", text.as_bytes())], Some(Format::Table), &settings).err().unwrap();
    assert!(sentence.contains("--format table does not fit"), "{sentence}");
    assert!(refusal("a.json", b"{\"a\": 1}").contains("--help"));
}

#[test]
fn formats_stand_in_the_order_of_their_enum() {
    assert!(FORMATS.iter().enumerate().all(|(i, f)| f.format as usize == i && Format::named(f.name) == Some(f.format)));
}
