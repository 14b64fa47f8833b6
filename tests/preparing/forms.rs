//! The rule of `whole` for all forms of one conversation: whatever form it is written in, the same comes out.

use std::cell::Cell;
use std::io::Write;

use dialoq::data::fields::Fields;
use dialoq::data::settings::Settings;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::run;
use super::whole::{Case, check, text};
use crate::support;

/// How many conversations; each is written in all forms.
const CONVERSATIONS: u32 = 25;

fn chatgpt(texts: &[String]) -> Value {
    let node = |i: usize| {
        let role = ["user", "assistant"][i % 2];
        let parent = i.checked_sub(1).map_or("root".to_owned(), |i| i.to_string());
        json!({"parent": parent, "children": [(i + 1).to_string()], "message": {"author": {"role": role}, "content": {"content_type": "text", "parts": [texts[i]]}}})
    };
    let mut mapping: Map<String, Value> = (0..texts.len()).map(|i| (i.to_string(), node(i))).collect();
    mapping.insert("root".into(), json!({"message": null, "parent": null, "children": ["0"]}));
    json!([{"title": "", "mapping": mapping, "current_node": (texts.len() - 1).to_string()}])
}

/// All forms of a conversation of four texts, some of its first two.
fn forms(texts: &[String]) -> Vec<(&'static str, String, usize)> {
    let each =
        |of: &dyn Fn(bool, &str) -> Value| -> Vec<Value> { texts.iter().enumerate().map(|(i, text)| of(i % 2 == 0, text)).collect() };
    let named =
        |who: [&'static str; 2], by: &'static str, said: &'static str| each(&|user, text| json!({by: who[usize::from(!user)], said: text}));
    let (ask, reply) = (&texts[0], &texts[1]);
    let frame = |(i, text): (usize, &String)| format!("<|im_start|>{}\n{text}<|im_end|>\n", ["user", "assistant"][i % 2]);
    let framed = texts.iter().enumerate().map(frame).collect::<Vec<_>>().concat();
    let quoted = |text: &str| text.replace('"', "\"\"");
    let halves: Vec<Value> = texts.chunks(2).map(|two| json!({"human": two[0], "assistant": two[1]})).collect();
    let mut all: Vec<(&'static str, Value, usize)> = vec![
        ("a.jsonl", json!({"messages": named(["user", "assistant"], "role", "content")}), 4),
        ("a.jsonl", json!({"messages": named(["human", "gpt"], "from", "value"), "label": true}), 4),
        ("a.jsonl", json!({"conversations": named(["user", "assistant"], "role", "content")}), 4),
        ("a.jsonl", json!({"conversation": halves}), 4),
        ("a.jsonl", json!({"items": named(["human", "gpt"], "from", "value")}), 4),
        ("a.jsonl", json!({"dialogue": named(["customer", "agent"], "speaker", "text")}), 4),
        ("a.json", chatgpt(texts), 4),
        (
            "a.json",
            json!([{"contents": each(&|user, text| json!({"role": if user { "user" } else { "model" }, "parts": [{"text": text}]}))}]),
            4,
        ),
        ("a.jsonl", json!({"text": framed}), 4),
        ("a.jsonl", json!({"prompt": ask, "completion": reply}), 2),
        (
            "a.jsonl",
            json!({"prompt": [{"role": "user", "content": ask}], "completion": [{"role": "assistant", "content": reply}], "label": false}),
            2,
        ),
        ("a.jsonl", json!({"instruction": ask, "context": "", "response": reply, "category": "made"}), 2),
        ("a.jsonl", json!({"question": ask, "answer": reply}), 2),
    ];
    let whole = |last: &str| {
        let mut side = named(["user", "assistant"], "role", "content");
        side[3]["content"] = last.into();
        side
    };
    all.push(("a.jsonl", json!({"prompt": ask, "chosen": whole(&texts[3]), "rejected": whole("something else entirely")}), 5));
    let input = json!({"messages": named(["user", "assistant"], "role", "content")[..3]});
    let said = |text: &str| json!([{"role": "assistant", "content": text}]);
    all.push((
        "a.jsonl",
        json!({"input": input, "preferred_output": said(&texts[3]), "non_preferred_output": said("something else entirely")}),
        5,
    ));
    let mut out: Vec<(&'static str, String, usize)> =
        all.into_iter().map(|(name, value, count)| (name, value.to_string(), count)).collect();
    out.push(("a.csv", format!("query,response\n\"{}\",\"{}\"\n", quoted(ask), quoted(reply)), 2));
    out
}

#[test]
fn a_conversation_is_whole_in_every_form() {
    let asked = std::env::var("DIALOQ_CONVERSATIONS").ok().map(|n| n.parse::<u32>().expect("DIALOQ_CONVERSATIONS is a number"));
    let cases = asked.map_or(CONVERSATIONS, |n| n.div_ceil(16));
    let settings = Settings::default();
    let fields = Settings { fields: Some(Fields::parse("turns=a.b,role=who.is,text=said").unwrap()), ..Settings::default() };
    let (all, left) = (Cell::new(0_u32), Cell::new(0_u32));
    support::proptest(cases)
        .run(&prop::collection::vec(text(), 4), |texts| {
            for (name, file, count) in forms(&texts) {
                let mut right = texts[..count.min(4)].to_vec();
                right.extend((count == 5).then(|| "something else entirely".to_owned()));
                let case = Case { name, file, texts: right, argument: None };
                let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packed.write_all(case.file.as_bytes()).unwrap();
                for bytes in [case.file.clone().into_bytes(), packed.finish().unwrap()] {
                    let done = run(&[(case.name, &bytes)], None, &settings).map_err(TestCaseError::fail)?;
                    all.set(all.get() + 1);
                    left.set(left.get() + u32::from(check(&case, &done)));
                }
            }
            let turn = |(i, text): (usize, &String)| json!({"who": {"is": if i % 2 == 0 { "guest" } else { "operator" }}, "said": text});
            let file = json!({"a": {"b": texts.iter().enumerate().map(turn).collect::<Vec<_>>()}}).to_string();
            let done = run(&[("a.jsonl", file.as_bytes())], None, &fields).map_err(TestCaseError::fail)?;
            check(&Case { name: "a.jsonl", file, texts: texts.clone(), argument: None }, &done);
            Ok(())
        })
        .unwrap();
    let (all, left) = (all.get(), left.get());
    assert!(all >= cases && left * 10 >= all * 7, "{left} of {all} are kept, so that the property speaks of something");
}
