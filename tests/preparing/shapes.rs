//! Shapes that people bring: pairs of answers, answers judged alone, requests with replies, and conversations under all names.

use std::collections::BTreeMap;

use dialoq::data::formats::Format;
use dialoq::data::record::{Body, Record};
use dialoq::data::settings::Settings;
use serde_json::{Value, json};

use super::{Done, clean, labelled, pair, refusal, run, told};

fn format_of(done: &Done) -> &'static str {
    done.report.inputs[0].format.unwrap()
}

fn lines(values: &[Value]) -> String {
    values.iter().map(|v| v.to_string() + "\n").collect()
}

/// The records of one value a file, in the order of the file.
fn all(text: &str) -> (Done, Vec<Record>) {
    let settings = Settings { split: [100, 0, 0], near: None, ..Settings::default() };
    let done = run(&[("a.jsonl", text.as_bytes())], None, &settings).expect("it is read");
    let records = done.records();
    (done, records)
}

fn judged(record: &Record) -> (Vec<String>, &str, bool) {
    match &record.body {
        Body::Unpaired { completion, label, .. } => (told(record), completion, *label),
        other => panic!("an answer judged alone, not a {}", other.kind()),
    }
}

/// The first reason of what was dropped, with its sentence.
fn lost(done: &Done) -> String {
    let value: Value = serde_json::from_str(done.files[3].lines().next().expect("something was dropped")).unwrap();
    format!("{}: {}", value["reason"].as_str().unwrap(), value["detail"].as_str().unwrap())
}

fn said(role: &str, text: &str) -> Value {
    json!({"role": role, "content": text})
}

#[test]
fn pairs_of_answers_come_in_every_spelling() {
    let right = (vec!["user: Is the lift working?".to_owned()], "Yes, since this morning.", "Who knows.");
    let (q, a, b) = ("Is the lift working?", "Yes, since this morning.", "Who knows.");
    let (asks, good, bad) = (said("user", q), said("assistant", a), said("assistant", b));
    for value in [
        json!({"prompt": q, "chosen": [asks, good], "rejected": [asks, bad], "score_chosen": 8.0, "score_rejected": 2.5}),
        json!({"prompt": q, "chosen": [good], "rejected": [bad]}),
        json!({"prompt": [asks], "chosen": [asks, good], "rejected": [asks, bad]}),
        json!({"prompt": [asks], "chosen": a, "rejected": b}),
        json!({"chosen": [asks, good], "rejected": [asks, bad]}),
        json!({"question": q, "chosen": a, "rejected": b}),
        json!({"instruction": q, "chosen_response": a, "rejected_response": b, "chosen_rating": 4.5}),
        json!({"input": {"messages": [asks], "tools": []}, "preferred_output": [good], "non_preferred_output": [bad]}),
        json!({"prompt": q, "prompt_id": "7", "messages": [asks, good], "chosen": [asks, good], "rejected": [asks, bad]}),
        json!({"conversations": [{"from": "human", "value": q}], "chosen": {"from": "gpt", "value": a}, "rejected": {"from": "gpt", "value": b}}),
        json!({"prompt": q, "chosen": [{"from": "human", "value": q}, {"from": "gpt", "value": a}], "rejected": [bad]}),
        json!({"prompt": q, "completions": [{"response": b, "overall_score": 2}, {"response": a, "overall_score": 9}]}),
    ] {
        let (done, records) = all(&value.to_string());
        assert_eq!(records.len(), 1, "{value}: {}", done.files[3]);
        assert_eq!(pair(&records[0]), right, "{value}");
    }
    let scored = json!({"prompt": q, "chosen": a, "rejected": b, "score_chosen": 8.0, "score_rejected": 2.5});
    let (done, records) = all(&scored.to_string());
    let right = [("score_chosen", "8.0"), ("score_rejected", "2.5")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(records[0].labels, BTreeMap::from(right));
    assert!(done.report.inputs[0].unused.is_empty(), "{:?}", done.report.inputs[0].unused);
}

#[test]
fn sides_repeat_a_prompt_of_several_turns() {
    let (one, two, three) = (said("user", "A table for two?"), said("assistant", "At eight?"), said("user", "At nine."));
    let side =
        |last: &str| json!([{"role": "system", "content": "You take bookings."}, one, two, three, {"role": "assistant", "content": last}]);
    let right = ["system: You take bookings.", "user: A table for two?", "assistant: At eight?", "user: At nine."];
    for prompt in [json!("A table for two?"), json!("At nine."), json!([one, two, three]), Value::Null] {
        let value = json!({"prompt": prompt, "chosen": side("Nine it is."), "rejected": side("We are closed.")});
        let (done, records) = all(&value.to_string());
        assert_eq!(records.len(), 1, "{value}: {}", done.files[3]);
        assert_eq!(pair(&records[0]), (right.map(str::to_owned).to_vec(), "Nine it is.", "We are closed."));
    }
    let other = json!({"prompt": "Where is the bus?", "chosen": side("Nine it is."), "rejected": side("We are closed.")});
    let (done, records) = all(&[other.to_string(), json!({"prompt": "q", "chosen": "a b", "rejected": "c d"}).to_string()].join("\n"));
    assert_eq!(
        (records.len(), lost(&done).as_str()),
        (1, "different questions: the prompt, chosen and rejected answer different questions")
    );
}

#[test]
fn ultrafeedback_pairs_the_best_with_each_that_is_worse() {
    let answer =
        |text: &str, overall: f64, fine: f64| json!({"response": text, "overall_score": overall, "fine-grained_score": fine, "model": "m"});
    let value = json!({"source": "made", "instruction": "Name a herb.", "models": ["a", "b"], "completions": [
        answer("Perhaps gravel is one.", 10.0, 1.25), answer("Sage, which is grey.", 7.0, 4.75), answer("Thyme, in the garden.", 8.0, 4.75), answer("No idea at all.", 2.0, 2.0)]});
    let (done, records) = all(&value.to_string());
    let pairs: Vec<(Vec<String>, &str, &str)> = records.iter().map(pair).collect();
    let prompt = vec!["user: Name a herb.".to_owned()];
    let right = [(prompt.clone(), "Sage, which is grey.", "Perhaps gravel is one."), (prompt, "Sage, which is grey.", "No idea at all.")];
    assert_eq!(pairs, right, "fine scores count before overall ones, and the first of two best ones");
    assert_eq!(records[0].labels["score_chosen"], "4.75");
    let as_good = done.report.stages[0].mended.get("answers as good as the best, which give no pair");
    assert_eq!(as_good, Some(&1));
    let unused: Vec<(&str, bool)> = done.report.inputs[0].unused.iter().map(|one| (one.key.as_str(), one.meaningful)).collect();
    let right = [("completions.overall_score", true), ("completions.model", false), ("models", false), ("source", false)];
    assert_eq!(unused, right);
    let rated =
        |text: &str, n: u32| json!({"response": text, "annotations": {"honesty": {"Rating": n.to_string()}, "truth": {"Rating": "N/A"}}});
    let value = json!({"instruction": "Name a herb.", "completions": [rated("Gravel.", 1), rated("Mint.", 5)]});
    assert_eq!(pair(&all(&value.to_string()).1[0]).1, "Mint.");
    let tie = json!({"instruction": "Name a herb.", "completions": [answer("Mint.", 5.0, 5.0), answer("Sage.", 5.0, 5.0)]});
    let none = json!({"instruction": "Name a herb.", "completions": [{"response": "Mint."}, {"response": "Sage."}]});
    let (done, _) = all(&lines(&[value, tie, none]));
    assert_eq!(done.dropped(), ["read: a tie", "read: not of the format"]);
}

#[test]
fn answers_judged_alone_are_no_training_data_by_themselves() {
    let (q, a) = ("Which wine is dry?", "Vinegar is a fine dry wine.");
    let messages = json!([said("user", q), said("assistant", a)]);
    for value in [
        json!({"messages": messages, "label": false}),
        json!({"conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": a}], "kto_tag": false}),
        json!({"prompt": q, "completion": a, "label": false}),
        json!({"prompt": [said("user", q)], "completion": [said("assistant", a)], "label": false}),
        json!({"instruction": q, "input": "", "output": a, "kto_tag": false}),
        json!({"question": q, "answer": a, "label": "False"}),
    ] {
        let (done, records) = all(&value.to_string());
        assert_eq!((format_of(&done), judged(&records[0])), ("unpaired", (vec![format!("user: {q}")], a, false)), "{value}");
        assert_eq!(done.report.coverage.kinds, BTreeMap::from([("unpaired", 1)]));
    }
    let table = clean("a.csv", "prompt,completion,label\nWhich wine is dry?,Riesling is dry.,TRUE\n");
    assert_eq!(judged(&table.only()), (vec![format!("user: {q}")], "Riesling is dry.", true));
    // What is not judged there, and what has no answer, is not thereby good.
    let file = lines(&[
        json!({"messages": messages, "label": true}),
        json!({"messages": messages}),
        json!({"messages": messages, "label": null}),
        json!({"messages": [said("user", q)], "label": true}),
    ]);
    let (done, records) = all(&file);
    assert_eq!((records.len(), done.dropped().len()), (1, 3), "{}", done.files[3]);
    assert!(lost(&done).contains("\"label\" is neither true nor false"), "{}", lost(&done));
    // The same answer judged both ways.
    let (done, records) = all(&lines(&[json!({"messages": messages, "label": true}), json!({"messages": messages, "label": false})]));
    assert_eq!((records.len(), done.dropped()), (1, vec!["exact: the same text with another label".to_owned()]));
    // In a file of messages a judged answer is one all the same.
    let (done, records) = all(&lines(&[json!({"messages": messages}), json!({"messages": messages, "label": false})]));
    assert_eq!(records.iter().map(|r| r.body.kind()).collect::<Vec<_>>(), ["conversation", "unpaired"]);
    assert_eq!(done.report.inputs[0].others, BTreeMap::from([("unpaired", 1)]));
}

#[test]
fn keys_that_nothing_was_read_from_are_named() {
    let chat = json!([said("user", "Is it open?"), said("assistant", "Until nine.")]);
    let file = lines(&[
        json!({"messages": chat, "label": "toxic", "url": "x", "is_safe": false, "empty": "", "none": null, "list": []}),
        json!({"messages": [said("user", "And on Sunday?"), said("assistant", "Until six.")], "label": "fine", "responseScore": 3}),
    ]);
    let (done, records) = all(&file);
    let unused: Vec<(&str, u64, bool)> =
        done.report.inputs[0].unused.iter().map(|one| (one.key.as_str(), one.records, one.meaningful)).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(unused, [("label", 2, true), ("is_safe", 1, true), ("responseScore", 1, true), ("url", 1, false)]);
    let table = clean("a.csv", "question,answer,rating\nIs it open?,Until nine.,5\n");
    assert_eq!(table.report.inputs[0].unused[0].key, "rating");
    // Thousands of names, and names that would act on a terminal.
    let many: Vec<Value> = (0..500).map(|k| json!({"messages": chat, (format!("k{k}\u{1b}[2J\u{202e}")): 1})).collect();
    let unused = all(&lines(&many)).0.report.inputs[0].unused.clone();
    assert!(unused.len() == 64 && unused.iter().all(|one| !one.key.contains(['\u{1b}', '\u{202e}'])));
}

#[test]
fn requests_and_replies_come_under_many_names() {
    let dolly = json!({"instruction": "When was the mill built?", "context": "The mill was built in 1782.", "response": "In 1782.", "category": "closed_qa"});
    let (done, records) = all(&dolly.to_string());
    assert_eq!((format_of(&done), records[0].labels["category"].as_str()), ("dolly", "closed_qa"));
    assert_eq!(told(&records[0]), ["user: When was the mill built?\nThe mill was built in 1782.", "assistant: In 1782."]);
    let right = ["user: What is a fjord?", "assistant: A drowned valley."];
    let (q, a) = ("What is a fjord?", "A drowned valley.");
    let format = |value: &Value| {
        let (done, records) = all(&value.to_string());
        assert_eq!(told(&records[0]), right, "{value}");
        assert!(done.report.inputs[0].unused.is_empty(), "{value}");
        format_of(&done)
    };
    assert_eq!(format(&json!({"prompt": q, "completion": a})), "prompt-completion");
    assert_eq!(format(&json!({"prompt": [said("user", q)], "completion": [said("assistant", a)]})), "prompt-completion");
    assert_eq!(format(&json!({"prompt": "\n\nHuman: What is a fjord?\n\nAssistant:", "completion": a})), "prompt-completion");
    for [asks, answers] in [
        ["question", "answer"],
        ["input", "output"],
        ["query", "response"],
        ["prompt", "response"],
        ["prompt", "answer"],
        ["prompt", "reply"],
    ] {
        assert_eq!(format(&json!({asks: q, answers: a})), "pairs");
        let table = clean("a.csv", &format!("{asks};{answers}\n\"{q}\";{a}\n"));
        assert_eq!((format_of(&table), told(&table.only())), ("rows", right.map(str::to_owned).to_vec()));
    }
    assert_eq!(format(&json!({"instruction": q, "input": "", "output": a})), "alpaca");
    let (done, _) = all(&json!({"question": q, "answer": a, "response": "Another."}).to_string());
    assert_eq!(done.report.inputs[0].unused[0].key, "response", "only one reply is read");
    let whole = json!({"prompt": [said("user", q)], "completion": [said("user", q), said("assistant", a)], "system": "Be brief."});
    assert_eq!(told(&all(&whole.to_string()).1[0]), ["system: Be brief.", right[0], right[1]]);
    let table = clean("a.csv", "prompt,chosen,rejected\nWhat is a fjord?,A drowned valley.,\"A car, perhaps\"\n");
    assert_eq!(pair(&table.only()), (vec![right[0].to_owned()], a, "A car, perhaps"));
    let table = clean("a.csv", "question,category\nWhat is a fjord?,sea\n");
    assert_eq!(labelled(&table.only()), (q, "sea"));
}

#[test]
fn one_file_mixes_names_line_by_line() {
    let file = lines(&[
        json!({"conversations": [{"from": "user", "value": "one?"}, {"from": "assistant", "value": "one."}]}),
        json!({"conversations": [{"role": "user", "content": "two?"}, {"role": "assistant", "content": "two."}]}),
        json!({"messages": [{"from": "human", "value": "three?"}, {"from": "gpt", "value": "three."}]}),
        json!({"conversation": [{"from": "human", "value": "four?"}, {"from": "gpt", "value": "four."}]}),
        json!({"conversation": [{"human": "five?", "assistant": "five."}]}),
        json!({"items": [{"from": "human", "value": "six?"}, {"from": "gpt", "value": "six."}]}),
        json!({"dialogue": [{"speaker": "customer", "text": "seven?"}, {"speaker": "agent", "utterance": "seven."}]}),
        json!({"prompt": "eight?", "completion": "eight."}),
        json!({"prompt": "nine?", "chosen": "nine.", "rejected": "no."}),
    ]);
    let (done, records) = all(&file);
    assert_eq!(done.files[3], "", "nothing is lost");
    let said: Vec<String> = records.iter().flat_map(told).collect();
    let numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    let mut right: Vec<String> = numbers.iter().flat_map(|n| [format!("user: {n}?"), format!("assistant: {n}.")]).collect();
    right.push("user: nine?".to_owned());
    assert_eq!(said, right);
    let others = [("messages", 1), ("preference", 1), ("prompt-completion", 1), ("turns", 4)];
    assert_eq!((format_of(&done), &done.report.inputs[0].others), ("sharegpt", &BTreeMap::from(others)));
    // A forced format reads all as that.
    let forced = run(&[("a.jsonl", file.as_bytes())], Some(Format::ShareGpt), &Settings::default()).unwrap();
    assert_eq!((forced.records().len(), forced.dropped().len()), (2, 7));
    let (done, records) = all(&lines(&[
        json!({"items": [{"from": "human", "value": "six?"}, {"from": "gpt", "value": "six."}]}),
        json!({"items": [{"from": "human"}]}),
    ]));
    assert_eq!((records.len(), done.dropped().len()), (1, 1));
}

#[test]
fn marked_texts_are_cut_at_their_marks_only() {
    let right = ["user: Say hi.", "assistant: Hi!\n\nHuman: is a word."];
    for text in [
        "### Human: Say hi.### Assistant: Hi!\n\nHuman: is a word.",
        "### Human: Say hi.\n### Assistant: Hi!\n\nHuman: is a word.\n",
        "### Instruction:\nSay hi.\n\n### Response:\nHi!\n\nHuman: is a word.</s>",
        "<|im_start|>user\nSay hi.<|im_end|>\n<|im_start|>assistant\nHi!\n\nHuman: is a word.<|im_end|>\n",
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nSay hi.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHi!\n\nHuman: is a word.<|eot_id|>",
        "<bos><start_of_turn>user\nSay hi.<end_of_turn>\n<start_of_turn>model\nHi!\n\nHuman: is a word.<end_of_turn>\n",
        "<|user|>\nSay hi.</s>\n<|assistant|>\nHi!\n\nHuman: is a word.</s>\n",
    ] {
        let (done, records) = all(&json!({"text": text}).to_string());
        assert_eq!((format_of(&done), told(&records[0])), ("text", right.map(str::to_owned).to_vec()), "{text}");
    }
    let template = "Below is a task.\n\n### Instruction:\nAdd them.\n\n### Input:\n1 and 2\n\n### Response:\nThree.";
    assert_eq!(
        told(&all(&json!({"text": template}).to_string()).1[0]),
        ["system: Below is a task.", "user: Add them.\n1 and 2", "assistant: Three."]
    );
    // In code, and inside a line where others stand at its beginning, nothing is a mark.
    let code = "### Human: How?\n### Assistant: So:\n```\n### Human: x\n```\nor \"### Human:\" in a line.";
    assert_eq!(
        told(&all(&json!({"text": code}).to_string()).1[0]),
        ["user: How?", "assistant: So:\n```\n### Human: x\n```\nor \"### Human:\" in a line."]
    );
    let hh = json!({"text": "\n\nHuman: Say hi.\n\nAssistant: Hi!"});
    assert_eq!(told(&all(&hh.to_string()).1[0]), ["user: Say hi.", "assistant: Hi!"]);
    // With a label beside it, it is a text that somebody labelled, in a table too.
    for (name, file) in [
        ("a.jsonl", json!({"text": "Human: hi\n\nAssistant: Hi!", "label": "log"}).to_string()),
        ("a.csv", "text,label\n\"\nHuman: hi\n\nAssistant: Hi!\",log\n".to_owned()),
    ] {
        assert_eq!(labelled(&clean(name, &file).only()), ("Human: hi\n\nAssistant: Hi!", "log"), "{name}");
    }
    let open = json!({"text": "<|im_start|>user\nSay hi.<|im_end|>\n<|im_start|>assistant\nHi.<|im_end|>\n<|im_start|>user<|im_end|>"});
    let (done, records) = all(&lines(&[json!({"text": template}), open]));
    assert_eq!((records.len(), done.dropped().len()), (1, 1), "a turn without a name is told of");
    assert!(refusal("a.jsonl", br#"{"text": "just words"}"#).contains("--fields"));
}

#[test]
fn chatgpt_shows_the_path_to_its_current_node() {
    let node = |parent: Option<&str>, children: &[&str], role: &str, text: &str| {
        json!({"id": "n", "parent": parent, "children": children, "message": {"author": {"role": role}, "create_time": 1.5,
            "content": {"content_type": "text", "parts": [text]}, "recipient": "all", "metadata": {}}})
    };
    let mut hidden = node(Some("q"), &["b"], "assistant", "thinking");
    hidden["message"]["content"]["content_type"] = "thoughts".into();
    let mapping = json!({"root": {"id": "root", "message": null, "parent": null, "children": ["s"]},
        "s": node(Some("root"), &["q"], "system", ""), "q": node(Some("s"), &["a", "t"], "user", "Why is rain wet?"),
        "a": node(Some("q"), &[], "assistant", "It is not."), "t": hidden, "b": node(Some("t"), &[], "assistant", "It is water.")});
    let talk = |current: &str| {
        json!([{"title": "Rain", "create_time": 1.0, "mapping": mapping, "current_node": current, "conversation_id": "c-1"}]).to_string()
    };
    let done = clean("conversations.json", &talk("b"));
    let record = done.only();
    assert_eq!((format_of(&done), record.labels["title"].as_str(), record.id.as_str()), ("chatgpt", "Rain", "conversations:c-1"));
    assert_eq!(told(&record), ["user: Why is rain wet?", "assistant: It is water."]);
    assert_eq!(done.report.stages[0].mended["messages that ChatGPT does not show"], 1);
    assert_eq!(told(&clean("conversations.json", &talk("a")).only()), ["user: Why is rain wet?", "assistant: It is not."]);
    let good = talk("b");
    let circle = good.replace("\"parent\":null", "\"parent\":\"b\"");
    let lost_node = talk("nowhere\u{1b}[2J");
    for (text, part) in [(circle, "round in a circle"), (lost_node, "has no node \"nowhere\"")] {
        let both = format!("{},{}", text.strip_suffix(']').unwrap(), &good[1..]);
        assert!(lost(&clean("conversations.json", &both)).contains(part), "{part}");
    }
}

#[test]
fn gemini_has_contents_of_parts() {
    let value = json!({"systemInstruction": {"parts": [{"text": "Be brief."}]}, "contents": [
        {"role": "user", "parts": [{"text": "Is the "}, {"text": "tide high?"}]},
        {"role": "model", "parts": [{"text": "let me see", "thought": true}, {"functionCall": {"name": "tide", "args": {"at": 9}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "tide", "response": {"high": true}}}]},
        {"role": "model", "parts": [{"text": "Yes."}]}], "safetySettings": [1]});
    let (done, records) = all(&value.to_string());
    let turns = told(&records[0]);
    assert_eq!(format_of(&done), "gemini");
    assert_eq!(
        (turns[0].as_str(), turns[1].as_str(), turns[4].as_str()),
        ("system: Be brief.", "user: Is the tide high?", "assistant: Yes.")
    );
    assert_eq!(turns[3], "tool: {\"high\":true}");
    let call = &records[0].turns()[2].calls[0];
    assert_eq!((call.name.as_str(), call.arguments.as_str()), ("tide", "{\"at\":9}"));
    assert_eq!(done.report.stages[0].mended["thoughts of the assistant left out"], 1);
    let picture = json!({"contents": [{"role": "user", "parts": [{"text": "What is it?"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]});
    assert_eq!(all(&lines(&[value, picture])).0.dropped(), ["read: has an image"]);
    assert_eq!(done.report.inputs[0].unused[0].key, "safetySettings");
}

#[test]
fn llama_factory_has_a_system_beside_its_messages() {
    let value = json!({"messages": [said("user", "Is it cold?"), said("assistant", "A little.")], "system": "Be brief."});
    assert_eq!(told(&all(&value.to_string()).1[0]), ["system: Be brief.", "user: Is it cold?", "assistant: A little."]);
    let value = json!({"instruction": "And now?", "input": "", "output": "Warm.", "history": [["Is it cold?", "A little."]], "system": "Be brief."});
    assert_eq!(told(&all(&value.to_string()).1[0]).len(), 5);
}

#[test]
fn what_tells_nobodys_role_is_refused_with_what_is_right() {
    for (name, text, what) in [
        ("chat.txt", "[12/03/2024, 10:15:22] Anna: Hello\n[12/03/2024, 10:16:02] Ben: Hi\n", "WhatsApp"),
        ("chat.txt", "12.03.24, 10:15 - Messages are encrypted: yes\n12.03.24, 10:16 - Ben: Hi\n", "WhatsApp"),
        ("2024-03-12.json", r#"[{"user": "U01", "type": "message", "ts": "1.2", "text": "Hello"}]"#, "Slack"),
    ] {
        let sentence = refusal(name, text.as_bytes());
        assert!(sentence.contains(what) && sentence.contains("--fields prompt=…,reply=…"), "{sentence}");
    }
    assert!(refusal("a.jsonl", br#"{"ask": "x", "say": "y"}"#).contains("--fields prompt=…,reply=…"));
    assert!(refusal("a.csv", b"ask,say\nx,y\n").contains("--fields prompt=…,reply=…"));
}

#[test]
fn addresses_and_times_in_a_record_are_no_export() {
    for asked in ["It is 8.8.8.8, at 10:30 - or so: yes", "12.03.24, at noon - Ben: Hi"] {
        assert_eq!(all(&json!({"question": asked, "answer": "Fine."}).to_string()).1.len(), 1, "{asked}");
    }
}

#[test]
fn hostile_shapes_cost_a_record_and_no_more() {
    let good = json!({"prompt": "What is a fjord?", "completion": "A drowned valley."});
    for bad in [
        json!({"prompt": {"deep": [[[[]]]]}, "completion": 3}),
        json!({"prompt": [], "completion": []}),
        json!({"conversation": [{"human": null, "assistant": {}}]}),
        json!({"conversation": [[], 1, "x"]}),
        json!({"items": {"a": 1}}),
        json!({"mapping": {"a": {"message": {"author": 1, "content": []}, "parent": "a", "children": 7}}, "current_node": "a"}),
        json!({"contents": [{"parts": "x"}]}),
        json!({"completions": [{"response": 1, "score": "NaN"}], "prompt": "x"}),
        json!({"chosen": {"role": 1}, "rejected": []}),
        json!({"preferred_output": [], "non_preferred_output": [], "input": {"messages": {}}}),
        json!({"text": "<|im_start|><|im_start|><|im_end|>"}),
        json!({"text": "### Human:### Assistant:### Input:"}),
        json!({"messages": [], "label": true}),
    ] {
        let (done, records) = all(&lines(&[good.clone(), bad.clone()]));
        assert_eq!((records.len(), done.files[3].lines().count()), (1, 1), "{bad}: {}", done.files[3]);
    }
}
