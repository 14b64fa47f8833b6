//! Data that is brought along to `dialoq lm` in the shapes that `data prepare` reads, and `--fields` on the command line.

use std::io::Write;

use dialoq::data::given;
use serde_json::{Value, json};

use super::{Answer, dialoq, file, path};

const TINY: &str = "--preset test --seed 3";

fn lines(of: impl Fn(usize) -> Value) -> String {
    (0..100).map(|k| of(k).to_string() + "\n").collect()
}

fn sentence(answer: &Answer) -> &str {
    assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.err);
    answer.err.trim_end().strip_prefix("error: ").expect("a sentence")
}

#[test]
fn pairs_of_every_shape_are_learned_from() {
    let turn = |role: &str, text: String| json!({"role": role, "content": text});
    let (ask, good) = (|k: usize| format!("question {k} ?"), |k: usize| format!("the answer is {k} ."));
    let whole = |k: usize, answer: String| json!([turn("user", ask(k)), turn("assistant", answer)]);
    let mixed = lines(|k| match k % 3 {
        0 => json!({"prompt": ask(k), "chosen": whole(k, good(k)), "rejected": whole(k, "no .".into())}),
        1 => json!({"input": {"messages": [turn("user", ask(k))]}, "preferred_output": [turn("assistant", good(k))],
            "non_preferred_output": [turn("assistant", "no .".into())]}),
        _ => json!({"instruction": ask(k), "completions": [{"response": "no .", "score": 1}, {"response": good(k), "score": 9}]}),
    });
    let answer = dialoq(&format!("lm reward {TINY} --pairs {}", file("brought-mixed.jsonl", &mixed)));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("100 pairs in 100 records; nothing left out"), "{}", answer.out);
    assert!(answer.out.contains("reward model: 90 pairs"), "{}", answer.out);
}

#[test]
fn what_is_judged_alone_is_used_where_it_is_wanted() {
    let judged = lines(|k| json!({"prompt": format!("question {k} ?"), "completion": format!("the answer is {k} ."), "label": k % 5 > 0}));
    let given = file("brought-judged.jsonl", &judged);
    let answer = dialoq(&format!("lm sft {TINY} --data {given}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let told = "80 replies in 100 records; left out: 20 answers that their labels call unwanted";
    assert!(answer.out.contains(told), "{}", answer.out);
    let refused = dialoq(&format!("lm reward {TINY} --pairs {given}"));
    assert!(sentence(&refused).contains("left out: 100 answers that were judged alone"), "{}", refused.err);
}

#[test]
fn both_commands_say_the_same_of_a_record_that_cannot_be_read() {
    let wrong = lines(|k| json!({"prompt": format!("question {k} ?"), "chosen": 7.5, "rejected": {"a": 1}}));
    let given = file("brought-wrong.jsonl", &wrong);
    let said = "a message has neither \"role\" nor \"from\"";
    for line in [format!("lm reward {TINY} --pairs {given}"), format!("data prepare {given} -o brought-none --force")] {
        let refused = dialoq(&line);
        assert!(sentence(&refused).contains(said), "{line}: {}", refused.err);
    }
}

#[test]
fn fields_are_named_on_the_command_line() {
    let given = file("brought-faq.csv", "Question,Answer,label\nHow late is it?,Nine.,x\nIs it open?,Until ten.,y\n");
    let answer = dialoq(&format!("data prepare {given} -o brought-faq --force --json --fields prompt=Question,reply=Answer")).json();
    assert_eq!(answer["settings"]["fields"], json!({"prompt": "Question", "reply": "Answer"}));
    assert_eq!(answer["coverage"]["kinds"]["conversation"], 2);
    assert_eq!(answer["inputs"][0]["unused"], json!([{"key": "label", "records": 2, "meaningful": true}]));
    let answer = dialoq(&format!("data prepare {given} -o brought-faq --force --fields prompt=Question,reply=Answer"));
    let told = "not used, though it can change what a record means: key \"label\" in 2 records";
    assert!(answer.out.contains(told), "{}", answer.out);
    let wrong = dialoq(&format!("data prepare {given} -o brought-faq --force --fields prompt=Question,reply=Anser"));
    assert!(sentence(&wrong).starts_with("--fields reply=Anser: no record has it; the first has the keys"), "{}", wrong.err);
    let own = file("brought-roles.jsonl", r#"{"talk": [{"who": "kunde", "said": "Is it late?"}, {"who": "agent", "said": "No."}]}"#);
    let wrong = dialoq(&format!("data prepare {own} -o brought-faq --force --fields turns=talk,role=who,text=said"));
    let right = "\"kunde\" is no known role; write one of system (system, developer), user (user, human, customer, ";
    assert!(sentence(&wrong).contains(right) && sentence(&wrong).contains("assistant (assistant, gpt, "), "{}", wrong.err);
    let wrong = dialoq(&format!("data prepare {given} -o brought-faq --force --fields promt=Question"));
    assert!(sentence(&wrong).contains("\"promt\" is no name of a field"), "{}", wrong.err);
}

#[test]
fn what_prepare_reads_of_odd_json_lm_reads_too() {
    let reply = |k: usize| json!({"prompt": format!("question {k} ?"), "completion": format!("the answer is {k} .")}).to_string();
    let odd = [
        r#"{"prompt": "how much ?", "completion": "much .", "score": NaN}"#.to_owned(),
        format!(r#"{{"prompt": "how deep ?", "completion": {}{}}}"#, "[".repeat(300), "]".repeat(300)),
        r#"{"messages": [{"role": "user", "content": "why ?"}, {"role": "assistant", "thinking": "hm", "content": "so ."}]}"#.to_owned(),
    ];
    let all: Vec<String> = (0..100).map(reply).chain(odd).collect();
    let right = "102 replies in 103 records; left out: 1 records without a reply (record 102: its lists and objects are nested more \
                 than 127 deep; flatten it), thoughts of the assistant: 1";
    for (name, text) in [("brought-odd.jsonl", all.join("\n")), ("brought-odd.json", format!("[{}]", all.join(",\n")))] {
        let answer = dialoq(&format!("lm sft {TINY} --data {}", file(name, &text)));
        assert_eq!(answer.code, 0, "{}", answer.err);
        assert!(answer.out.contains(right), "{}", answer.out);
    }
    let broken = file("brought-broken.jsonl", &format!("{}\n{{'prompt': 1}}\n", reply(0)));
    let refused = dialoq(&format!("lm sft {TINY} --data {broken}"));
    let sentence = sentence(&refused);
    assert!(sentence.contains("line 2: not JSON: it has single quotes") && sentence.ends_with("or one object a line"), "{sentence}");
}

#[test]
fn packed_files_are_read_and_cut_ones_are_told() {
    let pair = |k: usize| json!({"prompt": format!("question {k} ?"), "chosen": format!("the answer is {k} ."), "rejected": "no ."});
    let text = lines(pair);
    let gzip = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let zstd = ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    for (kind, bytes) in [("gzip", gzip), ("zstd", zstd)] {
        std::fs::write(path("brought-packed"), &bytes).unwrap();
        let answer = dialoq(&format!("lm sft {TINY} --data brought-packed"));
        let right = "100 replies in 100 records; 100 of them are the chosen answers of pairs; nothing left out";
        assert!(answer.out.contains(right), "{kind}: {}{}", answer.out, answer.err);
        std::fs::write(path("brought-packed"), &bytes[..bytes.len() - 3]).unwrap();
        let refused = dialoq(&format!("lm sft {TINY} --data brought-packed"));
        let sentence = sentence(&refused);
        assert!(sentence.contains(&format!("its {kind} stream ends too early")) && sentence.ends_with("fetch it again"), "{sentence}");
    }
}

#[test]
fn where_nothing_is_held_out_no_figure_is_told() {
    // Of fewer than ten, none is held out.
    let few = |of: &dyn Fn(usize) -> Value| (0..9).map(|k| of(k).to_string() + "\n").collect::<String>();
    let reply = |k: usize| json!({"prompt": format!("q {k} ?"), "completion": format!("it is {k} .")});
    let pair = |k: usize| json!({"prompt": format!("q {k} ?"), "chosen": format!("it is {k} ."), "rejected": "no ."});
    let (replies, pairs) = (file("brought-few.jsonl", &few(&reply)), file("brought-few-pairs.jsonl", &few(&pair)));
    let answer = dialoq(&format!("lm reward {TINY} --data {replies} --pairs {pairs} --set sft-batch=8 reward-batch=8"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("9 replies in 9 records; nothing left out\n"), "{}", answer.out);
    assert!(answer.out.contains("SFT: 9 replies, none is held out to judge it by, so that no perplexity is known"), "{}", answer.out);
    assert!(answer.out.contains("reward model: 9 pairs; no pair is held out to judge it by; an empty reply "), "{}", answer.out);
    let told = dialoq(&format!("lm sft {TINY} --data {replies} --set sft-batch=8 --json")).json();
    assert_eq!(told["sft"]["perplexity"], Value::Null);
}

#[test]
fn an_empty_file_is_called_empty() {
    let refused = dialoq(&format!("lm sft {TINY} --data {}", file("brought-nothing.jsonl", "\n")));
    assert_eq!(sentence(&refused), "brought-nothing.jsonl: it holds no record; give a list of [prompt, reply], or one object a line");
    let one = file("brought-one.jsonl", &(json!({"prompt": "how late ?", "completion": "nine ."}).to_string() + "\n"));
    let done = dialoq(&format!("data prepare {one} -o brought-split --force --split 0,0,100"));
    assert_eq!(done.code, 0, "{}", done.err);
    let refused = dialoq(&format!("lm sft {TINY} --data brought-split"));
    let right =
        "it holds no record, as the split left none to learn from; give more data, or prepare it again with another --split or --salt";
    assert!(sentence(&refused).ends_with(right) && sentence(&refused).contains("train.jsonl: "), "{}", refused.err);
}

#[test]
fn numbers_of_brought_records_stay_as_they_are_written() {
    let records = given::read(r#"{"prompt": "how much ?", "completion": 1.50, "context": 12345678901234567890.0}"#);
    let texts: Vec<String> = records.ok().expect("it is read")[0].turns().iter().map(|turn| turn.text.clone()).collect();
    assert_eq!(texts, ["how much ?\n12345678901234567890.0", "1.50"]);
}
