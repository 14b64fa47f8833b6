//! Nothing goes without a word: what a file holds beside the texts that a form is known by is read, named in the report, or costs its
//! record with a true reason.

use dialoq::data::fields::Fields;
use dialoq::data::look::HEAD;
use dialoq::data::settings::Settings;
use serde_json::{Value, json};

use super::{Done, pair, refusal, run, told};

/// Records in the order of the file.
fn read(values: &[Value]) -> Done {
    let text: String = values.iter().map(|value| value.to_string() + "\n").collect();
    let settings = Settings { split: [100, 0, 0], near: None, ..Settings::default() };
    run(&[("a.jsonl", text.as_bytes())], None, &settings).expect("it is read")
}

fn turns(value: &Value) -> Vec<String> {
    told(&read(std::slice::from_ref(value)).only())
}

/// Reasons with their details, in the order of the file.
fn lost(done: &Done) -> Vec<String> {
    let value = |line: &str| serde_json::from_str::<Value>(line).expect("an object a line");
    let told = |v: Value| format!("{}: {}", v["reason"].as_str().unwrap(), v["detail"].as_str().unwrap());
    done.files[3].lines().map(|line| told(value(line))).collect()
}

/// Why a record is dropped that stands behind a sound one.
fn reason(value: Value) -> String {
    let done = read(&[said("Is it late?", "Rather."), value]);
    assert_eq!(done.records().len(), 1, "{}", done.files[0]);
    lost(&done).remove(0)
}

fn said(asked: &str, reply: &str) -> Value {
    json!({"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": reply}]})
}

fn unused(done: &Done) -> Vec<&str> {
    done.report.inputs[0].unused.iter().map(|one| one.key.as_str()).collect()
}

fn with(mut value: Value, key: &str, more: Value) -> Value {
    value[key] = more;
    value
}

#[test]
fn the_systems_words_are_read_under_either_name_and_as_parts() {
    let (q, a) = ("Which bird is it?", "A wren.");
    let forms = [
        said(q, a),
        json!({"conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": a}]}),
        json!({"messages": said(q, a)["messages"], "label": true}),
        json!({"instruction": q, "input": "", "output": a}),
        json!({"prompt": q, "completion": a}),
        json!({"prompt": q, "chosen": a, "rejected": "A crow."}),
        json!({"prompt": q, "completions": [{"response": a, "score": 2}, {"response": "A crow.", "score": 1}]}),
        json!({"dialogue": [{"speaker": "customer", "text": q}, {"speaker": "agent", "text": a}]}),
    ];
    for form in forms {
        for (key, system) in [
            ("system", json!("Be brief.")),
            ("system_prompt", json!("Be brief.")),
            ("system", json!([{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}])),
        ] {
            let value = with(with(form.clone(), "system", json!("")), key, system);
            let done = read(std::slice::from_ref(&value));
            assert_eq!(told(&done.only())[0], "system: Be brief.", "{value}");
            assert!(unused(&done).is_empty(), "{value}: {:?}", unused(&done));
        }
    }
    let why = reason(with(said(q, a), "system", json!({"words": 3})));
    assert_eq!(why, "not of the format: its \"system\" is neither text nor parts of text");
}

#[test]
fn what_stands_beside_a_request_follows_it_or_is_named() {
    let (q, a) = ("How many are there?", "Five of them.");
    for (value, request) in [
        (json!({"question": q, "answer": a, "context": 42}), "user: How many are there?\n42"),
        (json!({"prompt": q, "completion": a, "context": " ", "input": "In the pond."}), "user: How many are there?\nIn the pond."),
        (json!({"prompt": q, "chosen": a, "rejected": "Six.", "input": "In the pond."}), "user: How many are there?\nIn the pond."),
        (json!({"prompt": 7, "completion": a, "context": "In the pond."}), "user: 7\nIn the pond."),
    ] {
        let done = read(std::slice::from_ref(&value));
        assert_eq!((told(&done.only())[0].as_str(), unused(&done)), (request, Vec::new()), "{value}");
    }
    for value in [
        json!({"question": q, "answer": a, "context": ["one page", "another"]}),
        json!({"instruction": q, "response": a, "context": {"page": 1}, "category": "qa"}),
        json!({"prompt": [{"role": "user", "content": q}], "completion": a, "context": "In the pond."}),
        json!({"prompt": "\n\nHuman: How many are there?\n\nAssistant:", "completion": a, "context": "In the pond."}),
    ] {
        let done = read(std::slice::from_ref(&value));
        assert_eq!((told(&done.only())[0].as_str(), unused(&done)), ("user: How many are there?", vec!["context"]), "{value}");
    }
    let both = read(&[json!({"instruction": q, "context": "In the pond.", "input": "At noon.", "response": a})]);
    assert_eq!(unused(&both), ["input"]);
    for history in [json!("Hello."), json!({"a": 1}), json!(3)] {
        let value = json!({"question": q, "answer": a, "history": history});
        assert_eq!(reason(value), "not of the format: its \"history\" is not a list of pairs of texts");
    }
    let asked = json!({"prompt": {"role": "user", "content": q}, "chosen": a, "rejected": "Six."});
    assert_eq!(pair(&read(&[asked]).only()).0, [format!("user: {q}")]);
}

#[test]
fn a_text_beside_a_persons_name_is_no_speech_of_the_user() {
    let slack = r#"{"conversation": [{"user": "U1", "text": "hello"}, {"user": "U2", "text": "yo"}]}"#;
    assert!(refusal("a.jsonl", slack.as_bytes()).contains("no known format"));
    let sound = json!({"conversation": [{"human": "Is it late?", "assistant": "Rather."}]});
    let later = json!({"conversation": [{"human": "Is it far?", "assistant": "No."}, {"user": "U1", "text": "hello"}]});
    let part = json!({"conversation": [{"human": "Is it far?", "assistant": {"text": "No."}}]});
    let done = read(&[sound, later, part]);
    assert_eq!(done.records().len(), 1);
    assert_eq!(
        lost(&done),
        [
            "not of the format: a turn has \"text\" and \"user\", which names no role",
            "not of the format: \"assistant\" of a turn is not text",
        ]
    );
    // What is null under one name stands under another.
    for asks in
        [json!({"role": "user", "content": null, "text": "Is it far?"}), json!({"from": "human", "content": null, "value": "Is it far?"})]
    {
        let value = json!({"messages": [asks, {"role": "assistant", "content": "No."}]});
        assert_eq!(turns(&value), ["user: Is it far?", "assistant: No."], "{value}");
    }
}

#[test]
fn thoughts_beside_the_content_are_counted_and_empty_calls_are_none() {
    for key in ["reasoning_content", "reasoning", "thinking"] {
        let mut value = said("Is it far?", "No.");
        value["messages"][1][key] = "The map says two miles.".into();
        value["messages"][1]["tool_calls"] = "".into();
        let done = read(std::slice::from_ref(&value));
        assert_eq!(told(&done.only()), ["user: Is it far?", "assistant: No."]);
        assert_eq!(done.report.stages[0].mended["thoughts of the assistant left out"], 1, "{key}");
    }
}

#[test]
fn geminis_parts_come_without_a_list_and_in_both_spellings() {
    let right = ["user: Is it far?", "assistant: No."];
    for (asks, says) in [
        (json!("Is it far?"), json!("No.")),
        (json!(["Is it far?"]), json!(["No."])),
        (json!({"text": "Is it far?"}), json!([{"text": "No."}, null])),
    ] {
        let value = json!({"contents": [{"role": "user", "parts": asks}, {"role": "model", "parts": says}]});
        assert_eq!(turns(&value), right, "{value}");
    }
    let [call, result] = ["function_call", "function_response"];
    let value = json!({"system_instruction": {"parts": {"text": "Be brief."}}, "contents": [
        {"role": "user", "parts": [{"text": 42}]},
        {"role": "model", "parts": [{(call): {"id": "c1", "name": "double", "args": {"type": "whole"}}}]},
        {"role": "user", "parts": [{(result): {"id": "c1", "name": "double", "response": {"type": "whole", "is": 84.50}}}]},
        {"role": "model", "parts": [{"text": "84."}]}]});
    let record = read(&[value]).only();
    assert_eq!(told(&record)[..2], ["system: Be brief.", "user: 42"]);
    assert_eq!(told(&record)[3], "tool: {\"type\":\"whole\",\"is\":84.5}");
    assert_eq!((record.turns()[2].calls[0].id.as_str(), record.turns()[3].answers.as_str()), ("c1", "c1"));
    let code = json!({"contents": [{"role": "user", "parts": [{"text": "Is it far?"}]}, {"role": "model", "parts": [{"executableCode": {"code": "1"}}]}]});
    assert!(reason(code).starts_with("has a part of an unknown type: a message has a part of the unknown type \"executableCode\""));
    let wrong = json!({"contents": [{"role": "user", "parts": true}]});
    assert_eq!(reason(wrong), "not of the format: the \"parts\" of a content are neither a list nor a text");
}

#[test]
fn what_chatgpt_does_not_show_is_counted() {
    let node = |role: &str, parent: &str, content: Value| json!({"parent": parent, "children": [], "message": {"author": {"role": role}, "content": content}});
    let text = |parts: Value| json!({"content_type": "text", "parts": parts});
    let value = json!({"title": "", "current_node": "b", "mapping": {
        "r": {"message": null, "parent": null, "children": ["u"]},
        "u": node("user", "r", json!({"content_type": "user_editable_context", "user_profile": "A sailor."})),
        "a": node("user", "u", text(json!(["Is it far?", null]))),
        "t": node("assistant", "a", json!({"content_type": "thoughts", "thoughts": [{"summary": "", "content": "Two miles."}]})),
        "b": node("assistant", "t", text(json!(["No."]))),
        "other": node("assistant", "a", text(json!(["Yes, very."])))}});
    let done = read(&[value]);
    assert_eq!(told(&done.only()), ["user: Is it far?", "assistant: No."]);
    let mended = &done.report.stages[0].mended;
    assert_eq!(mended["messages that ChatGPT does not show"], 2);
    assert_eq!(mended["messages of other branches, which ChatGPT does not show"], 1);
}

#[test]
fn marks_inside_of_turns_and_texts_between_them_cost_the_record() {
    let frame = |between: &str, reply: &str| json!({"text": format!("<|im_start|>user\nHow is it written?<|im_end|>{between}<|im_start|>assistant\n{reply}<|im_end|>\n")});
    let sound = frame("\n", "With marks.");
    assert_eq!(turns(&sound), ["user: How is it written?", "assistant: With marks."]);
    let outside = "a text stands outside of the turns that <|im_start|> begins";
    for (value, right) in [
        (
            frame("\n", "So:\n```\n<|im_start|>user\nHi<|im_end|>\n```\nthat is all"),
            "<|im_start|> stands inside of a turn, before its <|im_end|>",
        ),
        (frame("\nstray words\n", "So."), outside),
        (json!({"text": format!("You are kind.\n{}", sound["text"].as_str().unwrap())}), outside),
        (
            json!({"text": "### Human: Say it.### Assistant: Hi.\nMore.### Human: Again.\n### Assistant: Hi."}),
            "its marks stand at the beginnings of lines and inside of lines; write each at the beginning of a line",
        ),
        (
            json!({"text": "### Human: What does it do?\n```\n### Assistant: Hi.\n```\nPlease tell."}),
            "outside of code and quotes its text marks no turns of a person and an answer",
        ),
    ] {
        assert_eq!(reason(value.clone()), format!("not of the format: {right}"), "{value}");
    }
    let fenced = json!({"text": "### Human: Show it.### Assistant: So:\n```\n### Human: x\n```\nall"});
    assert_eq!(turns(&fenced), ["user: Show it.", "assistant: So:\n```\n### Human: x\n```\nall"]);
}

#[test]
fn one_answer_is_no_tie_and_deep_json_is_json() {
    let one = json!({"instruction": "Name a herb.", "completions": [{"response": "Mint.", "score": 3}]});
    assert_eq!(reason(one), "no pair: it has one answer only, which gives no pair");
    let deep = format!("{{\"messages\": {}{}}}", "[".repeat(300), "]".repeat(300));
    let text = format!("{}\n{deep}\n", said("Is it late?", "Rather."));
    let done = run(&[("a.jsonl", text.as_bytes())], None, &Settings::default()).unwrap();
    assert_eq!(lost(&done), ["nested too deeply: its lists and objects are nested more than 127 deep; flatten it"]);
    // A test of work that grew with the square of the brackets would not come to its end.
    assert!(refusal("a.json", "[".repeat(HEAD).as_bytes()).contains("nested more than"));
}

#[test]
fn three_numbers_before_a_comma_are_no_date_of_whatsapp() {
    let reply = "version 8.8.8.8, at 10:30: done - and user: root\nversion 8.8.8.8, at 10:31: done - and user: root";
    let table = format!("query,response\nWhat runs?,\"{reply}\"\n");
    let done = run(&[("a.csv", table.as_bytes())], None, &Settings { pii: false, ..Settings::default() }).unwrap();
    assert_eq!(told(&done.only()), ["user: What runs?".to_owned(), format!("assistant: {reply}")]);
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let right = "two of its columns are named \"reply\"; give each a name of its own";
    assert_eq!(refusal("a.csv", b"prompt,reply,Reply\nIs it late?,Rather.,No.\n"), right);
    let settings = |fields: &str| Settings { fields: Some(Fields::parse(fields).unwrap()), ..Settings::default() };
    let table = b"ask,reply,reply,note,note\nIs it late?,Rather.,No.,x,y\n";
    assert_eq!(run(&[("a.csv", table)], None, &settings("prompt=ask,reply=reply")).err().unwrap(), right);
    // Of columns that nothing is read from, two may be alike.
    let plain = b"ask,reply,note,note\nIs it late?,Rather.,x,y\n";
    assert_eq!(run(&[("a.csv", plain)], None, &settings("prompt=ask,reply=reply")).unwrap().records().len(), 1);
    let wide = format!("text,label,{}\nhi there,greet\n", (0..60_000).map(|i| format!("c{i}")).collect::<Vec<_>>().join(","));
    // Nor would one of work that grew with the square of the columns.
    assert!(run(&[("a.csv", wide.as_bytes())], None, &Settings::default()).is_ok());
}

#[test]
fn one_key_is_not_named_as_two_fields() {
    let sentence = Fields::parse("prompt=q,reply=q").unwrap_err();
    assert_eq!(sentence, "\"prompt\" and \"reply\" name the same key \"q\"; name another for one of them");
    assert!(Fields::parse("turns=text,role=who,text=text").is_ok(), "one stands in the record, the other in its turns");
    assert!(Fields::parse("turns=t,role=x,text=x").is_err());
    let long = Fields::parse(&format!("{}\u{1b}[2J", "x".repeat(5000))).unwrap_err();
    assert!(long.chars().count() < 200 && !long.contains('\u{1b}'), "{long}");
}

/// Unused keys with their counts, and the part that is read all the same.
fn named(done: &Done) -> Vec<String> {
    let told = |one: &dialoq::data::formats::keys::Unused| {
        let mark = if one.meaningful { "!" } else { "" };
        let partly = one.partly.map_or(String::new(), |what| format!(" ({what})"));
        format!("{mark}{} {}{partly}", one.key, one.records)
    };
    done.report.inputs[0].unused.iter().map(told).collect()
}

#[test]
fn keys_inside_a_record_that_nothing_is_read_from_are_named_and_counted() {
    let turn = |speaker: &str, text: &str| json!({"speaker": speaker, "utterance": text});
    let message = |role: &str, text: &str| json!({"role": role, "content": text});
    let unified = json!({"dialogue_id": "d", "domains": ["hotel"], "turns": [
        with(turn("user", "A room please."), "state", json!({"hotel": {"stars": "3"}})),
        with(with(turn("system", "Which one?"), "db_results", json!({"hotel": [{"name": "Sun"}]})), "state", json!({}))]});
    let frame = json!({"service": "s", "actions": [{"act": "INFORM", "canonical_values": ["x"]}], "state": {"active_intent": "Find"}});
    let sgd = json!({"dialogue_id": "d", "turns": [with(turn("USER", "A room."), "frames", json!([frame])), turn("SYSTEM", "Here.")]});
    let scored = json!({"response": "Mint.", "score": 3, "custom_system_prompt": "Be brief.", "model": "m"});
    let ultra = json!({"instruction": "Name a herb.", "completions": [scored, {"response": "Rock.", "score": 1}]});
    let gemini =
        json!({"contents": [{"role": "user", "parts": [{"text": "Far?", "mediaResolution": 1}]}, {"role": "model", "parts": "No."}]});
    let reply = json!({"message_id": "r", "role": "assistant", "text": "No.", "replies": [], "review_result": false});
    let tree = json!({"message_tree_id": "t", "prompt": {"message_id": "p", "role": "prompter", "text": "Far?", "replies": [reply]}});
    let taskmaster = json!({"conversation_id": "c", "utterances": [
        {"speaker": "USER", "text": "Tea.", "segments": [{"annotations": []}]}, {"speaker": "ASSISTANT", "text": "Yes."}]});
    let abcd =
        json!({"convo_id": 1, "original": [["customer", "Tea?"], ["agent", "Yes."]], "scenario": {"flow": "f", "personal": {"name": "x"}}});
    let parts = json!({"messages": [
        message("user", "Far?"), {"role": "assistant", "score": 0.5, "content": [{"type": "text", "text": "No.", "citations": [1]}],
            "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}, "index": 1}]}]});
    let sides = json!({"prompt": [message("user", "Far?")], "chosen": [with(message("assistant", "No."), "rating", json!(4))],
        "rejected": [message("assistant", "Yes.")]});
    let tuned = json!({"input": {"messages": [with(message("user", "Far?"), "mood", json!("glad"))], "tool_choice": "auto"},
        "preferred_output": [message("assistant", "No.")], "non_preferred_output": [message("assistant", "Yes.")]});
    let talk = json!({"dialogue": [{"speaker": "customer", "text": "Far?", "belief": {"a": 1}}, {"speaker": "agent", "text": "No."}]});
    for (value, right) in [
        (unified, &["!turns.state 1", "turns.db_results 1"][..]),
        (sgd, &["!turns.frames.state 1", "turns.frames.actions.canonical_values 1"]),
        (ultra, &["!completions.custom_system_prompt 1", "completions.model 1"]),
        (gemini, &["contents.parts.mediaResolution 1"]),
        (tree, &["!prompt.review_result 1"]),
        (taskmaster, &["utterances.segments 1"]),
        (abcd, &["scenario.personal 1"]),
        (parts, &["!messages.score 1", "messages.content.citations 1", "messages.tool_calls.index 1"]),
        (sides, &["!chosen.rating 1"]),
        (tuned, &["input.messages.mood 1", "input.tool_choice 1"]),
        (talk, &["dialogue.belief 1"]),
    ] {
        assert_eq!(named(&read(std::slice::from_ref(&value))), right, "{value}");
    }
    // A weight between nothing and one is not used; nothing and one are.
    let weighed = |weight: f64| json!({"messages": [message("user", "Far?"), with(message("assistant", "No."), "weight", json!(weight))]});
    assert_eq!(named(&read(&[weighed(0.5), weighed(1.0), weighed(0.0)])), ["!messages.weight 1"]);
    let woz = json!({"d.json": {"goal": {"hotel": {"info": {"stars": "3"}}}, "log": [
        {"text": "A room please.", "metadata": {}, "dialog_act": {}},
        {"text": "Which one?", "metadata": {"hotel": {"semi": {}}}, "dialog_act": {}, "span_info": [["a", "b", "c", 1, 2]]}]}});
    let done = run(&[("a.json", woz.to_string().as_bytes())], None, &Settings::default()).unwrap();
    let right = ["!goal 1 (only the names of its services are read)", "log.metadata 1 (only whose turn it is is read)", "log.span_info 1"];
    assert_eq!(named(&done), right);
    let own = json!({"talk": [{"who": "user", "said": {"body": "Far?"}, "mood": "glad"}, {"who": "assistant", "said": {"body": "No."}}]});
    let settings = Settings { fields: Some(Fields::parse("turns=talk,role=who,text=said.body").unwrap()), ..Settings::default() };
    assert_eq!(named(&run(&[("a.jsonl", own.to_string().as_bytes())], None, &settings).unwrap()), ["talk.mood 1"]);
}

#[test]
fn a_key_that_stands_twice_in_an_object_is_counted_with_what_was_lost() {
    let twice = "values under a key that its object has twice, of which the last was read";
    let line = r#"{"messages": [{"role": "user", "content": "Far?", "content": "Is it far?"}, {"role": "assistant", "content": "No."}], "score": NaN}"#;
    let lines = [line.to_owned(), line.replace("NaN", "1").replace("far", "late"), said("Is it new?", "Yes.").to_string()];
    let done = run(&[("a.jsonl", lines.join("\n").as_bytes())], None, &Settings::default()).unwrap();
    assert_eq!(done.records().len(), 3);
    assert!(done.records().iter().any(|record| told(record)[0] == "user: Is it far?"));
    assert_eq!(done.report.stages[0].mended[twice], 2);
    assert_eq!(done.report.stages[0].examples[twice].before, "\"content\": \"Far?\"");
    // The arguments of a call stay a text where they would lose something as JSON.
    let call = json!({"id": "c", "function": {"name": "f", "arguments": "{\"a\": 1, \"a\": 2}"}});
    let value = json!({"messages": [{"role": "user", "content": "Far?"}, {"role": "assistant", "content": null, "tool_calls": [call]}]});
    assert_eq!(turns(&value)[1], r#"assistant: [f "{\"a\": 1, \"a\": 2}"]"#);
}
