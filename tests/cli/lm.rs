//! `dialoq lm`: its fields, its files, going on after a stop, and refusals.

use std::fs;
use std::sync::Arc;

use dialoq::lm::sample::Sampling;
use dialoq::lm::saved::{Saved, SavedConfig};
use dialoq::lm::shape::Head;
use dialoq::lm::vocabulary::Vocabulary;
use dialoq::lm::weights;
use dialoq::num::dice::{Key, Stream};
use dialoq::num::digest::digest_bytes;
use dialoq::world::{World, WorldSource};
use serde_json::{Value, json};

use super::{Answer, dialoq, file, path};

const TINY: &str = "--preset test --seed 3";

/// A directory that no earlier run has left anything in.
fn fresh(name: &str) -> String {
    let _ = fs::remove_dir_all(path(name));
    name.to_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn sentence(answer: &Answer) -> &str {
    assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.err);
    assert_eq!(answer.err.lines().count(), 1, "one sentence, not {}", answer.err);
    answer.err.trim_end().strip_prefix("error: ").unwrap()
}

#[test]
fn the_whole_path_is_told_in_the_fields_that_are_promised() {
    let answer = dialoq(&format!("lm all {TINY} --mode both --json")).json();
    assert_eq!(keys(&answer), ["seed", "seconds", "sft", "reward", "ppo", "optimal", "digest"]);
    assert_eq!(keys(&answer["sft"]), ["perplexity", "understood", "success", "return", "greedy_success", "greedy_return"]);
    assert_eq!(keys(&answer["reward"]), ["pairs", "pairs_left_out", "accuracy_clean", "accuracy_labels", "rm_greedy_return"]);
    let modes = answer["ppo"].as_array().unwrap();
    let names: Vec<&str> = modes.iter().map(|mode| mode["mode"].as_str().unwrap()).collect();
    assert_eq!(names, ["bandit", "dialogue"]);
    let fields = ["mode", "updates", "success", "return", "greedy_success", "greedy_return", "kl_per_reply", "understood"];
    assert_eq!(keys(&modes[0]), fields);
    assert_eq!((modes[0]["updates"].as_u64(), modes[1]["updates"].as_u64()), (Some(3), Some(2)));
    assert!(answer["optimal"]["return"].as_f64().unwrap() > 9.0);
}

#[test]
fn a_path_gone_on_with_ends_where_a_path_in_one_go_ends() {
    let whole = dialoq(&format!("lm all {TINY} --threads 1 --json")).json();
    let dir = fresh("lm-parts");
    let sft = dialoq(&format!("lm sft {TINY} --threads 2 --out {dir} --json")).json();
    assert!(sft["reward"].is_null() && sft["ppo"].as_array().unwrap().is_empty());
    assert_eq!(sft["sft"], whole["sft"]);
    dialoq(&format!("lm reward --resume --out {dir} --json")).json();
    let all = dialoq(&format!("lm all --resume --out {dir} --json")).json();
    for field in ["digest", "sft", "reward", "ppo"] {
        assert_eq!(all[field], whole[field], "{field}");
    }
}

#[test]
fn the_folder_of_a_model_can_be_opened_again() {
    let dir = fresh("lm-files");
    dialoq(&format!("lm all {TINY} --out {dir} --json")).json();
    for (name, value) in [("sft", false), ("reward", true), ("ppo-bandit", false)] {
        let read = |file: &str| fs::read(path(&dir).join(name).join(file)).unwrap();
        let (gpt, parameters) = weights::read(&read("model.safetensors")).unwrap();
        let vocabulary = Vocabulary::from_json(&String::from_utf8(read("vocabulary.json")).unwrap()).unwrap();
        let config: Value = serde_json::from_slice(&read("config.json")).unwrap();
        assert_eq!(gpt.config.vocabulary, vocabulary.len());
        assert_eq!(gpt.parameters(), parameters.len());
        assert_eq!(config["context"].as_u64().unwrap() as usize, gpt.config.context);
        assert_eq!(gpt.head == Head::Value, value);
        let world =
            || Arc::new(World::build(&WorldSource::Builtin("customer-service".into()), "standard", Some(false), &mut |_| ()).unwrap());
        let saved = SavedConfig::read(&config.to_string()).unwrap();
        let text = vocabulary.to_json();
        match Saved::open(&read("model.safetensors"), &text, &saved, world()) {
            Err(e) => assert!(value && e.to_string().contains("it is a reward model"), "{e}"),
            Ok(mut model) => {
                let start = model.scene.rule().start();
                let prompt = model.prompt("Good morning.", start, &[255; 3]);
                let said = model.reply(&prompt, start, &[255; 3], Sampling::Greedy, Key::new(1, Stream::Eval));
                assert!(!said.tokens.is_empty() && said.tokens.len() == said.log_probabilities.len());
            }
        }
    }
}

#[test]
fn preferences_and_replies_can_be_brought_along() {
    let replies: Vec<[String; 2]> = (0..80).map(|k| [format!("question {k} ?"), format!("the answer is {k} .")]).collect();
    let pairs: Vec<[String; 3]> = (0..100).map(|k| [format!("question {k} ?"), format!("the answer is {k} ."), "no".to_owned()]).collect();
    let replies = file("lm-replies.json", &serde_json::to_string(&replies).unwrap());
    let pairs = file("lm-pairs.json", &serde_json::to_string(&pairs).unwrap());
    let answer = dialoq(&format!("lm reward {TINY} --data {replies} --pairs {pairs} --json")).json();
    assert_eq!(answer["reward"]["pairs"].as_u64(), Some(90));
    assert!(answer["reward"]["accuracy_clean"].as_f64().is_some());
}

#[test]
fn pairs_with_equal_answers_are_left_out_and_counted() {
    let pair = |k: usize, chosen: &str, rejected: &str| [format!("question {k} ?"), chosen.to_owned(), rejected.to_owned()];
    let given = |name: &str, pairs: &[[String; 3]]| file(name, &serde_json::to_string(pairs).unwrap());
    let equal: Vec<[String; 3]> = (0..100).map(|k| pair(k, "yes .", "yes . ")).collect();
    let refused = dialoq(&format!("lm reward {TINY} --pairs {}", given("lm-equal.json", &equal)));
    assert!(sentence(&refused).contains("left out: 100 with two equal answers"), "{}", refused.err);
    // Equal as far as a reply may go.
    let long = "the answer is long . ".repeat(60);
    let cut: Vec<[String; 3]> = (0..100).map(|k| pair(k, &format!("{long} good"), &format!("{long} bad"))).collect();
    let refused = dialoq(&format!("lm reward {TINY} --pairs {}", given("lm-cut.json", &cut)));
    assert!(sentence(&refused).contains("the two answers of all 100 pairs are the same up to"), "{}", refused.err);
    let mixed: Vec<[String; 3]> = (0..100).map(|k| pair(k, "yes .", "no .")).chain(equal[..7].to_vec()).chain(cut[..40].to_vec()).collect();
    let answer = dialoq(&format!("lm reward {TINY} --pairs {}", given("lm-mixed.json", &mixed)));
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("left out: 7 with two equal answers"), "{}", answer.out);
    assert!(answer.out.contains("of the pairs, 40 pairs are left out: the two answers are the same up to"), "{}", answer.out);
    assert!(!answer.out.contains("nothing left out"), "{}", answer.out);
    assert!(answer.out.contains("reward model: 90 pairs; on 10 held-out pairs right on "), "{}", answer.out);
}

#[test]
fn a_directory_that_was_prepared_is_brought_along_and_told_of() {
    let dir = fresh("lm-prepared");
    assert_eq!(dialoq(&format!("data prepare -o {dir}")).code, 0);
    let answer = dialoq(&format!("lm sft {TINY} --data {dir}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let record = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let (mut replies, mut records, mut none, [mut calls, mut tools, mut behind, mut chosen]) = (0, 0, 0, [0; 4]);
    for value in fs::read_to_string(path(&dir).join("train.jsonl")).unwrap().lines().map(record) {
        records += 1;
        let turns = ["turns", "prompt"].iter().find_map(|key| value[*key].as_array()).cloned().unwrap_or_default();
        match value["kind"].as_str().unwrap() {
            "conversation" => {
                replies += turns.iter().filter(|t| t["role"] == "assistant").count();
                calls += turns.iter().map(|t| t["calls"].as_array().map_or(0, Vec::len)).sum::<usize>();
                tools += turns.iter().filter(|t| t["role"] == "tool").count();
                let rests = turns.windows(2).filter(|two| two[0]["role"] == "tool" && two[1]["role"] == "assistant").count();
                (replies, behind) = (replies - rests, behind + rests);
            }
            "preference" if turns.last().unwrap()["role"] == "tool" => behind += 1,
            "preference" => (replies, chosen) = (replies + 1, chosen + 1),
            _ => none += 1,
        }
    }
    assert!(calls > 1 && tools > 1 && behind > 1 && chosen > 1, "the corpus has some");
    let told = format!(
        "--data lm-prepared/train.jsonl: {replies} replies in {records} records; {chosen} of them are the chosen answers of pairs; left out: {none} records without a reply, \
         {calls} calls of tools, {behind} replies that rest on tools, {tools} turns of tools"
    );
    assert!(answer.out.lines().any(|line| line == told), "{told}\n{}", answer.out);
    let other = fresh("lm-unprepared");
    fs::create_dir_all(path(&other)).unwrap();
    let refused = dialoq(&format!("lm sft {TINY} --data {other}"));
    assert!(sentence(&refused).starts_with("lm-unprepared: it is a directory that dialoq data prepare did not write"), "{}", refused.err);
}

#[test]
fn calls_context_and_what_rests_on_a_tool_are_no_replies_to_learn() {
    let plain = |k: usize| json!({"messages": [{"role": "user", "content": format!("question {k} ?")}, {"role": "assistant", "content": format!("the answer is {k} .")}]});
    let calls = |k: usize| {
        json!({"messages": [
            {"role": "user", "content": format!("look up {k} .")},
            {"role": "assistant", "content": format!("wait for {k} ."), "tool_calls": [{"id": "a", "function": {"name": "zebrafish", "arguments": "{\"n\": 1}"}}]},
            {"role": "tool", "tool_call_id": "a", "content": "quokka"}, {"role": "assistant", "content": "wombat ."},
            {"role": "user", "content": "thanks ."}, {"role": "assistant", "content": "axolotl .", "weight": 0}]})
    };
    let lines: Vec<String> = (0..80).map(plain).chain((0..3).map(calls)).map(|line| line.to_string()).collect();
    let raw = file("lm-tools.jsonl", &lines.join("\n"));
    let dir = fresh("lm-tools");
    let done = dialoq(&format!("data prepare {raw} -o {dir} --no-near --split 100,0,0"));
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("tools: 3 calls, 3 turns of tools\n"), "{}", done.out);
    assert!(
        done.out.contains("marked in the files as not to be learned from (\"context\": true): 3 turns of the assistant\n"),
        "{}",
        done.out
    );
    let answer = dialoq(&format!("lm sft {TINY} --data {dir} --out {}", fresh("lm-tools-model")));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let told = "83 replies in 83 records; left out: 3 calls of tools, 3 replies that their file marks as context, \
                3 replies that rest on tools, 3 turns of tools";
    assert!(answer.out.contains(told), "{}", answer.out);
    let vocabulary = fs::read_to_string(path("lm-tools-model/sft/vocabulary.json")).unwrap();
    for word in ["zebrafish", "quokka", "wombat", "axolotl"] {
        assert!(!vocabulary.contains(word), "{word}");
    }
    // Pairs whose prompt ends with a tool's turn.
    let prompt = json!([{"role": "user", "content": "q"}, {"role": "tool", "content": "r"}]);
    let pairs = json!([{"prompt": prompt, "chosen": "a", "rejected": "b"}]);
    let refused = dialoq(&format!("lm reward {TINY} --pairs {}", file("lm-tool-pairs.json", &pairs.to_string())));
    assert!(sentence(&refused).contains("(left out: 1 pair that rests on a tool)"), "{}", refused.err);
}

#[test]
fn hostile_text_brought_along_is_cleaned_left_out_or_refused() {
    let mut rows: Vec<[String; 2]> = (0..80).map(|k| [format!("ques\u{202e}tion {k}"), format!("an \u{1b}[2J\u{0}answer {k}.")]).collect();
    rows.push(["long".to_owned(), "x".repeat(5_000_000)]);
    rows.push(["nothing".to_owned(), "\u{200b}\u{1b}[0m".to_owned()]);
    let list = file("lm-hostile.json", &serde_json::to_string(&rows).unwrap());
    let answer = dialoq(&format!("lm sft {TINY} --data {list} --out {}", fresh("lm-hostile")));
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    assert!(answer.out.contains("80 replies in 82 records; left out: 1 empty, 1 longer than 4,000 characters"), "{}", answer.out);
    let vocabulary = fs::read_to_string(path("lm-hostile/sft/vocabulary.json")).unwrap();
    let hostile = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!answer.out.chars().any(hostile) && !vocabulary.chars().any(hostile));
    fs::write(path("lm-bytes.jsonl"), b"[\"a\", \"b\"]\n[\"c\", \"\xff\"]\n").unwrap();
    let bytes = dialoq(&format!("lm sft {TINY} --data lm-bytes.jsonl"));
    assert!(sentence(&bytes).starts_with("lm-bytes.jsonl: line 2: this is not UTF-8; save it as UTF-8"), "{}", bytes.err);
}

#[test]
fn bad_input_is_refused_in_one_sentence() {
    let cases = [
        ("lm all --preset huge", "--preset: \"huge\" is not known; use small, length, thin or test"),
        ("lm all --mode trpo", "--mode: \"trpo\" is not known; use bandit, dialogue, both or dpo"),
        ("lm all --set clip=2", "--set: clip: \"2\" is not a number from 0.01 to 1"),
        ("lm all --set model=huge", "--set: model: \"huge\" is not one of tiny, small, medium, large"),
        ("lm all --lang fr", "--lang: \"fr\" is not known; use en or zh"),
        (
            "lm all --scenario virtual-assistant-large --preset test",
            "virtual-assistant-large has too many states to know which reply is better; use another scenario, or preference pairs of your own",
        ),
        (
            "lm sft --preset test --set sft-batch=1024",
            "86 replies are fewer than one batch of 1024; give more dialogues or set sft-batch lower",
        ),
    ];
    for (line, wanted) in cases {
        let answer = dialoq(line);
        let found = sentence(&answer);
        let digits = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        assert!(found == wanted || digits(found) == digits(wanted), "{line}: {found}");
    }
}

#[test]
fn a_checkpoint_that_is_none_is_refused() {
    let dir = fresh("lm-none");
    let missing = dialoq(&format!("lm all --resume --out {dir}"));
    assert!(sentence(&missing).starts_with("lm-none/checkpoint: there is no checkpoint to go on from ("));
    dialoq(&format!("lm sft {TINY} --out {dir} --json")).json();
    let again = dialoq(&format!("lm sft {TINY} --out {dir}"));
    assert_eq!(sentence(&again), "--out lm-none: there is a checkpoint already; go on from it with --resume, or give another directory");
    let file = path(&dir).join("checkpoint");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 100]).unwrap();
    let short = dialoq(&format!("lm all --resume --out {dir}"));
    assert_eq!(sentence(&short), "lm-none/checkpoint: its digest is another than it says; it was damaged");
    let mut turned = bytes.clone();
    let middle = turned.len() / 2;
    turned[middle] ^= 1;
    fs::write(&file, &turned).unwrap();
    let damaged = dialoq(&format!("lm all --resume --out {dir}"));
    assert_eq!(sentence(&damaged), "lm-none/checkpoint: its digest is another than it says; it was damaged");
    any_bit_counts(&file, &bytes, &dir);
    a_file_of_the_version_before_opens(&file, &bytes, &dir);
    what_diverges_is_kept_up_to_the_tick_before(&file, &bytes, &dir);
}

fn header(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| *b == b'\n').unwrap()
}

/// The settings, the seconds, the seed: a bit turned anywhere in the first line, or at the end, is noticed.
fn any_bit_counts(file: &std::path::Path, bytes: &[u8], dir: &str) {
    let end = header(bytes);
    for at in (1..end).step_by(23).chain([end, bytes.len() - 1]) {
        let mut turned = bytes.to_vec();
        turned[at] ^= 1 << (at % 7);
        fs::write(file, &turned).unwrap();
        let answer = dialoq(&format!("lm sft --resume --out {dir}"));
        assert_eq!(answer.code, 2, "byte {at} of the header's {end} does not count: {}", answer.err);
    }
}

/// As an earlier program wrote it: the first line says version 1, and there is no digest at the end.
fn a_file_of_the_version_before_opens(file: &std::path::Path, bytes: &[u8], dir: &str) {
    let end = header(bytes);
    let line = String::from_utf8(bytes[..end].to_vec()).unwrap().replace("\"version\":2", "\"version\":1");
    let old = [line.as_bytes(), &bytes[end..bytes.len() - 8]].concat();
    fs::write(file, &old).unwrap();
    dialoq(&format!("lm sft --resume --out {dir} --json")).json();
    fs::write(file, [&old[..], b"12345678"].concat()).unwrap();
    let longer = dialoq(&format!("lm sft --resume --out {dir}"));
    assert_eq!(sentence(&longer), "lm-none/checkpoint: its digest is another than it says; it was damaged");
}

/// Weights so large that the next stage cannot calculate with them, with digests that fit.
fn what_diverges_is_kept_up_to_the_tick_before(file: &std::path::Path, bytes: &[u8], dir: &str) {
    let end = header(bytes);
    let mut state = bytes[end + 1..bytes.len() - 8].to_vec();
    let tick = u64::from_le_bytes(state[..8].try_into().unwrap());
    // Actor, reference and mean: all weights that there are after the first stage.
    let end_of_weights = state.len() / 6 * 5;
    // What stands before the weights has any number of bytes: they begin where the numbers look like weights.
    let like = |n: &[u8; 4]| (1e-4..10.0).contains(&f32::from_le_bytes(*n).abs());
    let weights = |from: usize| state[from..end_of_weights].as_chunks::<4>().0.iter().filter(|n| like(n)).count();
    let from = (4096..4100).max_by_key(|from| weights(*from)).unwrap();
    for number in state[from..end_of_weights].as_chunks_mut::<4>().0.iter_mut().filter(|n| f32::from_le_bytes(**n).abs() > 1e-3) {
        *number = 3e37_f32.to_le_bytes();
    }
    let mut head: Value = serde_json::from_slice(&bytes[..end]).unwrap();
    head["digest"] = digest_bytes(&state).to_string().into();
    let mut forged = [head.to_string().as_bytes(), b"\n", &state].concat();
    let seal = digest_bytes(&forged).0;
    forged.extend(seal.to_le_bytes());
    fs::write(file, &forged).unwrap();
    let answer = dialoq(&format!("lm reward --resume --out {dir}"));
    assert_eq!((answer.code, answer.err.lines().count()), (1, 1), "{}", answer.err);
    let wanted = format!(
        "tick {} (reward): the weights are no numbers any more; set that stage's rate lower; {dir} holds the {tick} ticks",
        tick + 1
    );
    assert!(answer.err.contains(&wanted), "{wanted}\n{}", answer.err);
}

#[test]
fn the_knobs_are_listed_with_what_they_mean() {
    let answer = dialoq("lm all --knobs --preset length");
    assert!(answer.code == 0 && answer.out.contains("bandit-kl") && answer.out.contains("0.01"), "{}", answer.out);
}
