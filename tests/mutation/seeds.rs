//! Sound files of every kind that the program reads: what the mutations begin with.

use std::sync::Arc;

use dialoq::agents;
use dialoq::learn::machine::{Edit, Tick};
use dialoq::lm::saved::SavedConfig;
use dialoq::lm::shape::{Config, Gpt, Head};
use dialoq::lm::vocabulary::Vocabulary;
use dialoq::lm::weights;
use dialoq::num::dice::{Key, Stream};
use dialoq::run::journal::{Line, SpecLine};
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::kept::{KeptRun, PROGRAM, checkpoint};
use dialoq::world::{World, WorldSource, builtin};
use serde_json::{Value, json};

pub const MDP: &str = r#"{"format": "dialoq-mdp", "version": 1, "name": "small", "gamma": 0.9, "max_turns": 12,
 "states": ["a", "b", "c"], "actions": ["x", "y"], "start": [[0, 0.75], [1, 0.25]],
 "features": [[1, 0.5], [0, 1], [0.25, 0]], "feature_names": ["one", "two"],
 "P": [[[[1.0, 0, -0.5, false]], [[0.9, 1, 0.0, false], [0.1, 0, 0.0, false]]],
       [[], [[0.5, 2, 0.25, false], [0.25, 0, -1.0, false], [0.25, 1, 0.0, false]]],
       [[[1.0, 2, 0.1, false]], [[0.8, 2, 3.0, true], [0.2, 0, -2.0, false]]]]}"#;

pub fn scenario() -> Vec<u8> {
    builtin("smart-home").expect("a scenario of the program").text.as_bytes().to_vec()
}

fn spec(source: WorldSource, agent: &str) -> RunSpec {
    RunSpec { source, profile: "standard".into(), masks: None, agent: agent.into(), seed: 3, settings: Vec::new() }
}

fn start(spec: &RunSpec) -> Box<dyn Run> {
    let world = World::build(&spec.source, &spec.profile, spec.masks, &mut |_| ()).unwrap();
    agents::start(Arc::new(world), spec).unwrap()
}

/// A journal with a line of every kind, and the checkpoint beside it.
pub fn session(source: WorldSource, agent: &str) -> (Vec<u8>, Vec<u8>) {
    let spec = spec(source, agent);
    let mut run = start(&spec);
    let world = SpecLine::new(&spec, &run.world().digest.to_string()).with(run.kernel());
    let mut lines = vec![Line::session(PROGRAM, "sitting", "2026-11-23T16:23:00Z")];
    lines.push(Line::Run { run: 0, name: "A".into(), spec: world.clone(), parent: None });
    run.advance(Limit::ticks(50));
    let text = run.edit(Edit::Tune { knob: "gamma".into(), value: 0.8 }).unwrap();
    lines.push(Line::Edit { run: 0, tick: 50, dialogue: run.dialogues(), edit: Edit::Tune { knob: "gamma".into(), value: 0.8 }, text });
    run.advance(Limit::ticks(30));
    let head = |run: &dyn Run, id| Line::Head {
        run: id,
        tick: run.head().0,
        dialogue: run.head_dialogues(),
        digest: Some(run.digest().to_string()),
    };
    lines.push(head(&*run, 0));
    lines.push(Line::Bookmark { run: 0, tick: 20, dialogue: 3, name: "here it fell".into() });
    lines.push(Line::Bookmark { run: 0, tick: 30, dialogue: 4, name: "here too".into() });
    lines.push(Line::Unmark { run: 0, tick: 30 });
    run.seek(Tick(60), &mut |_| true);
    let mut branch = run.branch();
    lines.push(Line::Branch { run: 1, name: "B".into(), parent: 0, tick: 60, dialogue: branch.dialogues() });
    run.seek(Tick(u64::MAX), &mut |_| true);
    let text = branch.edit(Edit::Seed { seed: u64::MAX - 3 }).unwrap();
    lines.push(Line::Edit { run: 1, tick: 60, dialogue: branch.dialogues(), edit: Edit::Seed { seed: u64::MAX - 3 }, text });
    let text = branch.edit(Edit::Say { outcome: 0 }).unwrap();
    lines.push(Line::Edit { run: 1, tick: 60, dialogue: branch.dialogues(), edit: Edit::Say { outcome: 0 }, text });
    branch.advance(Limit::ticks(40));
    lines.push(head(&*branch, 1));
    lines.push(Line::Run { run: 2, name: "C".into(), spec: world, parent: Some(0) });
    lines.push(Line::Close { run: 2 });
    lines.push(Line::Here { run: 1, tick: 70 });
    let kept =
        [KeptRun { id: 0, spec: &spec, run: &*run, evaluations: &[] }, KeptRun { id: 1, spec: &spec, run: &*branch, evaluations: &[] }];
    (lines.iter().map(Line::text).collect::<String>().into_bytes(), checkpoint("sitting", &kept))
}

pub fn small() -> WorldSource {
    WorldSource::Mdp { path: "small.json".into(), text: MDP.into() }
}

pub fn talking() -> WorldSource {
    WorldSource::Builtin("smart-home".into())
}

/// Weights, vocabulary and config of a model that learned nothing.
pub fn model() -> [(&'static str, Vec<u8>); 3] {
    let words: Vec<String> = ["turn", "the", "light", "on", "in", "room", "?", ".", "yes", "no", "hello"].map(str::to_owned).to_vec();
    let vocabulary = Vocabulary::of(&words, std::iter::once("which room ?"));
    let config = Config { vocabulary: vocabulary.len(), context: 24, width: 8, layers: 1, heads: 2, hidden: 2 };
    let gpt = Gpt::new(config, Head::Language).unwrap();
    let parameters: Vec<f32> = gpt.fresh(0.1, Key::new(1, Stream::Words));
    let saved = SavedConfig {
        format: "dialoq-model".into(),
        version: 1,
        architecture: "gpt2".into(),
        vocabulary: config.vocabulary,
        context: config.context,
        width: config.width,
        layers: config.layers,
        heads: config.heads,
        hidden: config.hidden,
        prompt: 16,
        reply: 8,
        scenario: "smart-home".into(),
        profile: "standard".into(),
        language: "en".into(),
        values: "placeholders".into(),
        history: false,
        user_words: 6,
        understood_from: 0.5,
        preset: "test".into(),
        seed: "3".into(),
    };
    [
        ("model.safetensors", weights::write(&gpt, &parameters)),
        ("vocabulary.json", vocabulary.to_json().into_bytes()),
        ("config.json", serde_json::to_vec_pretty(&saved).unwrap()),
    ]
}

/// Schema and dialogues of a corpus that scenarios are mined from.
pub fn corpus() -> [(&'static str, Vec<u8>); 2] {
    let slot = |name: &str| json!({"name": name, "description": "…", "is_categorical": false, "possible_values": ["one"]});
    let intent = |name: &str, words: &str, transactional: bool, required: &[&str]| {
        json!({"name": name, "description": words, "is_transactional": transactional, "required_slots": required,
            "optional_slots": {"bed": "north", "plant": "rose"}, "result_slots": ["plant"]})
    };
    let schema = json!([{"service_name": "Gardens_1", "description": "…", "slots": [slot("plant"), slot("date"), slot("bed")], "intents": [
        intent("Water", "Water a plant", true, &["plant", "date"]), intent("Find", "Find a plant by its bed", false, &["bed"])]}]);
    let turn = |speaker: &str, said: &str, acts: Value, slots: Value, state: Value| {
        let frame = json!({"service": "Gardens_1", "actions": acts, "slots": slots, "state": state});
        json!({"speaker": speaker, "utterance": said, "frames": [frame]})
    };
    let act = |act: &str, slot: &str, values: &[&str]| json!({"act": act, "slot": slot, "values": values, "canonical_values": values});
    let state = |intent: &str, values: Value| json!({"active_intent": intent, "requested_slots": [], "slot_values": values});
    let dialogue = |i: usize| {
        let (plant, day) = (["Fuchsie", "rose", "fern"][i % 3], ["Monday", "today", "Friday"][i % 3]);
        let said = format!("For the {plant}, please.");
        let span = json!([{"slot": "plant", "start": 8, "exclusive_end": 8 + plant.len()}]);
        let first = if i.is_multiple_of(2) { "Water" } else { "Find" };
        // Three kinds of goals, without which nothing is mined.
        let bed = ["north", "south", "pond"][i % 3];
        let goal = if i % 4 == 3 { json!({"bed": [bed]}) } else { json!({"plant": [plant], "date": [day], "bed": [bed]}) };
        json!({"dialogue_id": format!("1_{i}"), "services": ["Gardens_1"], "turns": [
            turn("USER", "It is dry.", json!([act("INFORM_INTENT", "intent", &[first])]), json!([]), state(first, json!({}))),
            turn("SYSTEM", "Which plant is it?", json!([act("REQUEST", "plant", &[])]), json!([]), Value::Null),
            turn("USER", &said, json!([act("INFORM", "plant", &[plant])]), span, state(first, json!({"plant": [plant]}))),
            turn("SYSTEM", "On which day?", json!([act("REQUEST", "date", &[])]), json!([]), Value::Null),
            turn("USER", day, json!([act("INFORM", "date", &[day])]),
                json!([{"slot": "date", "start": 0, "exclusive_end": day.len()}]), state(first, goal)),
            turn("SYSTEM", "Done.", json!([act("NOTIFY_SUCCESS", "", &[])]), json!([]), Value::Null),
        ]})
    };
    let dialogues: Vec<Value> = (0..12).map(dialogue).collect();
    [("schema.json", schema.to_string().into_bytes()), ("dialogues_001.json", Value::from(dialogues).to_string().into_bytes())]
}

/// A table and lines in no known form.
pub const NAMED: [&str; 2] = [
    "q.text,Other,a,s\nWhere?,x,\"There,\nthere.\",Be brief.\nWhen?,y,Now.,\n",
    r#"{"no": 7, "ok": 1, "data": {"said": [{"by": {"name": "customer"}, "what": [{"body": "Where?"}]}, {"by": {"name": "agent"}, "what": [{"body": "There."}]}]}}
"#,
];

/// One small file of each format that `data prepare` reads.
pub const FORMATS: &[(&str, &str)] = &[
    (
        "sgd.json",
        r#"[{"dialogue_id": "1_0", "services": ["Cafes_1"], "turns": [
        {"speaker": "USER", "utterance": "Ein Café in Zürich, bitte.", "frames": [{"service": "Cafes_1", "actions": [{"act": "INFORM", "slot": "city", "values": ["Zürich"], "canonical_values": ["Zurich"]}],
            "slots": [{"slot": "city", "start": 12, "exclusive_end": 18}], "state": {"active_intent": "Find", "requested_slots": [], "slot_values": {}}}]},
        {"speaker": "SYSTEM", "utterance": "Gern.", "frames": [{"service": "Cafes_1", "actions": [{"act": "OFFER"}], "slots": []}]}]}]"#,
    ),
    (
        "multiwoz.json",
        r#"{"SNG1": {"goal": {"hotel": {"info": {"area": "east"}}, "taxi": {}, "message": ["<span class='emphasis'>x</span>"]}, "log": [
        {"text": "a hotel in the east ?", "metadata": {}, "dialog_act": {"Hotel-Inform": [["Area", "east"]]}, "span_info": []},
        {"text": "how about this one ?", "metadata": {"hotel": {"semi": {"name": "not mentioned"}}}, "dialog_act": {"Hotel-Select": [["none", "none"]]}}]}}"#,
    ),
    (
        "crosswoz.json",
        r#"{"77": {"sys-usr": [1, 2], "goal": [[1, "餐馆", "名称", ["a"], false]], "messages": [
        {"content": "你好，推荐一家餐馆。", "role": "usr", "dialog_act": [["General", "greet", "none", "none"], ["Inform", "餐馆", "人均消费", "100-150元"]], "user_state": []},
        {"content": "好的，老地方。", "role": "sys", "dialog_act": [], "sys_state": {}}], "task description": ["x"], "type": "单领域"}}"#,
    ),
    (
        "messages.jsonl",
        r#"{"messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Where is it?"}, {"type": "image_url"}]}, {"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": "find", "arguments": "{\"n\": 1}"}}]}, {"role": "tool", "content": "{}"}, {"role": "assistant", "content": "Here."}]}
{"messages": [{"role": "user", "content": "mail me@example.com, 4111 1111 1111 1111 or +1 (555) 010-9999"}, {"role": "assistant", "content": "<p>Yes &amp; no</p> ```a<b```"}]}
"#,
    ),
    (
        "sharegpt.jsonl",
        r#"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}
{"conversations": [{"from": "human", "value": "Human: more\n\nAssistant: x"}, {"from": "gpt", "value": "y y y y y y y y y y y y"}]}
"#,
    ),
    (
        "preference.jsonl",
        r#"{"prompt": [{"role": "user", "content": "q"}], "chosen": [{"role": "assistant", "content": "good"}], "rejected": [{"role": "assistant", "content": "bad"}]}
{"chosen": "\n\nHuman: q\n\nAssistant: good\n\nHuman: more\n\nAssistant: x", "rejected": "\n\nHuman: q\n\nAssistant: bad"}
{"instruction": "q", "input": "", "chosen": "good", "rejected": "bad"}
"#,
    ),
    (
        "taskmaster.json",
        r#"[{"conversation_id": "d1", "vertical": "Coffee", "instructions": "{{LIST a,b}}", "utterances": [
        {"index": 0, "speaker": "assistant", "text": "Welcome!"}, {"index": 1, "speaker": "user", "text": "A mocha.", "segments": [{"startIndex": 2, "endIndex": 7, "text": "mocha", "annotations": [{"name": "drink"}]}]}, {"index": 2, "speaker": "assistant", "text": "Sure."}]}]"#,
    ),
    (
        "rewards.json",
        r#"[{"conversation_id": "r1", "context": "[{\"role\": \"user\", \"text\": \"A mocha.\"}, {\"role\": \"agent\", \"api\": {\"find\": {\"q\": 1}}}]", "generation": "{\"role\": \"agent\", \"text\": \"good one\"}", "reward": 1.0},
        {"conversation_id": "r1", "context": "[{\"role\": \"user\", \"text\": \"A mocha.\"}, {\"role\": \"agent\", \"api\": {\"find\": {\"q\": 1}}}]", "generation": "{\"role\": \"agent\", \"text\": \"bad one\"}", "reward": 0.0}]"#,
    ),
    (
        "pandalm.json",
        r#"[{"idx": 1, "instruction": "Fix.", "input": "teh", "response1": "the", "response2": "the cat", "annotator1": 2, "annotator2": 2, "annotator3": 1},
        {"idx": 2, "instruction": "Fix.", "input": "teh", "response1": "the", "response2": "x", "annotator1": 1, "annotator2": 1, "annotator3": 1}]"#,
    ),
    (
        "alpaca.json",
        r#"[{"instruction": "And now?", "input": "at noon", "output": "Done.", "system": "Be brief.", "history": [["Hello", "Hi"]]}, {"instruction": "x", "input": "", "output": "y"}]"#,
    ),
    (
        "oasst.jsonl",
        r#"{"message_tree_id": "t", "tree_state": "ready", "prompt": {"message_id": "p", "text": "why?", "role": "prompter", "replies": [{"message_id": "a", "text": "best", "role": "assistant", "lang": "en", "rank": 0, "replies": []}, {"message_id": "b", "text": "second", "role": "assistant", "lang": "en", "rank": 1, "replies": []}]}}
"#,
    ),
    (
        "slurp.jsonl",
        r#"{"slurp_id": 1, "sentence": "hi there", "intent": "cleaning", "scenario": "iot", "action": "cleaning", "recordings": [1], "tokens": [{"surface": "hi", "id": 0}], "entities": [{"span": [0], "type": "x"}]}
"#,
    ),
    ("clinc.json", r#"{"train": [["hi there", "greet"], ["bye", "leave"]], "oos_val": []}"#),
    (
        "abcd.json",
        r#"[{"convo_id": 5, "scenario": {"flow": "refund", "subflow": "size", "order": {"products": "[{'a': 1}]"}}, "original": [["agent", "Hi!"], ["customer", "too small"], ["action", "Account pulled up"], ["agent", "Sent."]], "delexed": []}]"#,
    ),
    (
        "tcbot.json",
        r#"{"dia_acts": {"inform": [{"request_slots": [], "inform_slots": ["date"], "nl": {"agt": "", "usr": "On $date$."}}]}}"#,
    ),
    (
        "kto.jsonl",
        r#"{"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "good"}], "label": true, "system_prompt": "Be brief."}
{"messages": [{"role": "user", "content": "q q"}, {"role": "assistant", "content": "bad"}], "label": false}
{"instruction": "q", "input": "with", "output": "so so", "kto_tag": true}
"#,
    ),
    (
        "ultrafeedback.jsonl",
        r#"{"source": "x", "instruction": "q", "models": ["a", "b"], "completions": [{"response": "good", "fine-grained_score": 4.5, "overall_score": 9}, {"response": "bad", "fine-grained_score": 1.25, "overall_score": 3}, {"response": "as good", "fine-grained_score": 4.5}]}
{"prompt": "q q", "completions": [{"response": "good", "annotations": {"honesty": {"Rating": "5"}, "truth": {"Rating": "N/A"}}}, {"response": "bad", "annotations": {"honesty": {"Rating": "1"}}}]}
"#,
    ),
    (
        "openai-pairs.jsonl",
        r#"{"input": {"messages": [{"role": "user", "content": "q"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "parallel_tool_calls": true}, "preferred_output": [{"role": "assistant", "content": "good"}], "non_preferred_output": [{"role": "assistant", "content": "bad"}]}
"#,
    ),
    (
        "tools.jsonl",
        r#"{"messages": [{"role": "user", "content": "write to bob@example.com"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "mail", "arguments": "{\"to\": \"bob@example.com\", \"n\": 12345678901234567890, \"x\": 1.50}"}}]}, {"role": "tool", "tool_call_id": "c1", "content": {"ok": true}}, {"role": "assistant", "content": "Sent.", "reasoning_content": "hm", "weight": 0}], "tools": [{"function": {"name": "mail", "description": "+1 (555) 010-9999"}}]}
{"conversations": [{"from": "human", "value": "q"}, {"from": "function_call", "value": "{\"name\": \"f\", \"arguments\": {\"a\": [1]}}"}, {"from": "observation", "value": "4"}, {"from": "gpt", "value": "Four."}], "tools": "[{\"name\": \"f\"}]"}
{"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "x"}]}, {"type": "text", "text": "so?"}]}, {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Yes."}, {"type": "tool_use", "id": "u", "name": "g", "input": {"q": "你好 😀"}}]}], "system": [{"type": "text", "text": "Be brief."}]}
"#,
    ),
    (
        "dolly.jsonl",
        r#"{"instruction": "q", "context": "In the pond.", "response": "a", "category": "closed_qa"}
"#,
    ),
    (
        "completion.jsonl",
        r#"{"prompt": "\n\nHuman: q\n\nAssistant:", "completion": " a", "history": [["x", "y"]], "input": 42}
{"prompt": [{"role": "user", "content": "q q"}], "completion": [{"role": "user", "content": "q q"}, {"role": "assistant", "content": "a a"}]}
"#,
    ),
    (
        "chatgpt.json",
        r#"[{"title": "t", "conversation_id": "c", "current_node": "b", "mapping": {"r": {"message": null, "parent": null, "children": ["a"]},
        "a": {"message": {"author": {"role": "user"}, "create_time": 1.5, "content": {"content_type": "text", "parts": ["hi", null]}, "recipient": "all", "metadata": {}}, "parent": "r", "children": ["t"]},
        "t": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "thoughts", "thoughts": [{"content": "hm"}]}}, "parent": "a", "children": ["b"]},
        "b": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "hello"}]}}, "parent": "t", "children": []},
        "o": {"message": {"author": {"role": "tool"}, "content": {"content_type": "code", "text": "1"}}, "parent": "a", "children": []}}}]"#,
    ),
    (
        "gemini.jsonl",
        r#"{"systemInstruction": {"parts": {"text": "Be brief."}}, "contents": [{"role": "user", "parts": [{"text": "q"}, "r"]}, {"role": "model", "parts": [{"text": "hm", "thought": true}, {"functionCall": {"id": "c", "name": "f", "args": {"at": 9}}}]}, {"role": "user", "parts": [{"function_response": {"id": "c", "name": "f", "response": {"type": 1.0}}}]}, {"role": "model", "parts": "Yes."}], "tools": [{"functionDeclarations": []}]}
"#,
    ),
    (
        "marked.jsonl",
        r####"{"text": "### Human: q\n```\n### Human: x\n```\n### Assistant: a \"### Human:\" a"}
{"text": "Below is a task.\n\n### Instruction:\nq\n\n### Input:\nwith\n\n### Response:\na</s>"}
{"text": "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nq q<|im_end|>\n<|im_start|>assistant\n```\n<|im_start|>\n```<|im_end|>"}
{"text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\na"}
{"text": "\n\nHuman: q\n\nAssistant: a"}
"####,
    ),
    (
        "mixed.jsonl",
        r#"{"conversation": [{"human": "one?", "assistant": "one."}]}
{"items": [{"from": "human", "value": "two?"}, {"from": "gpt", "value": "two."}]}
{"dialogue": [{"speaker": "customer", "text": "three?"}, {"speaker": "agent", "utterance": "three."}], "rating": 5}
{"prompt": "four?", "chosen": "four.", "rejected": "no."}
{"question": "five?", "answer": "five.", "context": ["x"]}
{"messages": [{"role": "user", "content": "six?"}, {"role": "assistant", "content": "six."}], "label": false}
"#,
    ),
    ("rows.csv", "question;answer;rating\nq;\"a\nb\";5\n"),
    ("table.csv", "text,category\n\"hi, \"\"there\"\"\",greet\nbye,leave\n"),
    ("table.tsv", "Label\tText\ngreet\thi there\n"),
    (
        "hwu.csv",
        "answerid;scenario;intent;answer_annotation;answer_from_anno;answer_from_user\n1;iot;coffee;\"at [time : six]\";\"at six\";\"At 6!\"\n",
    ),
];

pub const PAIRS: &str = r#"["where is it ?", "in the room .", "no"]
{"prompt": "on ?", "chosen": "yes", "rejected": "no"}
{"prompt": [{"role": "user", "content": "on ?"}], "chosen": [{"content": "yes"}], "rejected": {"text": "no"}}
"#;

pub const REPLIES: &str = r#"["where is it ?", "in the room ."]
{"turns": [{"role": "user", "text": "on ?"}, {"role": "assistant", "text": "yes"}]}
{"prompt": "on ?", "reply": "yes"}
"#;

pub const REQUESTS: &str = r#"{"op": "spaces"}
{"op": "reset", "seed": 3, "options": {"profile": "easy"}}
{"op": "step", "action": 2}
{"op": "render"}
{"op": "step", "action": 0}
{"op": "reset", "seed": "5"}
{"op": "close"}
"#;

pub const TALK: &str = "hello\nturn on the light in the kitchen\nyes\n/why\nno\n/back\n/help\n/save {}/talk\n";
