//! `--fields`: what a person says of keys that no format knows.

use dialoq::data::fields::Fields;
use dialoq::data::record::Body;
use dialoq::data::settings::Settings;

use super::{Done, labelled, pair, run, told};

fn named(fields: &str, name: &str, text: &str) -> Result<Done, String> {
    let fields = Some(Fields::parse(fields).expect("the fields are sound"));
    run(&[(name, text.as_bytes())], None, &Settings { fields, ..Settings::default() })
}

const RIGHT: [&str; 2] = ["user: Where do eels spawn?", "assistant: In the Sargasso Sea."];

#[test]
fn prompts_and_replies_are_found_under_any_keys() {
    for (name, text) in [
        ("a.jsonl", r#"{"ask": {"text": "Where do eels spawn?"}, "said": [{"body": "In the Sargasso Sea."}]}"#),
        ("a.json", r#"[{"ask": {"text": "Where do eels spawn?"}, "said": [{"body": "In the Sargasso Sea."}]}]"#),
        ("a.json", r#"{"version": 2, "rows": [{"ask": {"text": "Where do eels spawn?"}, "said": [{"body": "In the Sargasso Sea."}]}]}"#),
        ("a.csv", "said.0.body,Other,ask.text\nIn the Sargasso Sea.,x,Where do eels spawn?\n"),
        ("a.tsv", "said.0.body\task.text\nIn the Sargasso Sea.\tWhere do eels spawn?\n"),
        ("export", "\u{feff}\"ask.text\";\"said.0.body\"\r\n\"Where do eels spawn?\";In the Sargasso Sea.\r\n"),
    ] {
        let done = named("prompt=ask.text,reply=said.0.body", name, text).unwrap();
        assert_eq!(told(&done.only()), RIGHT, "{text}");
        assert_eq!(done.report.inputs[0].format, Some("fields"));
    }
    let csv = "Q,A,Rating\nWhere do eels spawn?,In the Sargasso Sea.,5\n";
    let done = named("prompt=Q,reply=A", "a.csv", csv).unwrap();
    assert_eq!((told(&done.only()), done.report.inputs[0].unused[0].key.as_str()), (RIGHT.map(str::to_owned).to_vec(), "Rating"));
}

#[test]
fn turns_pairs_judgements_and_labels_can_be_named() {
    let turns = r#"{"no": 7, "data": {"messages": [
        {"author": {"name": "customer"}, "content": {"body": "Where do eels spawn?"}},
        {"author": {"name": "agent"}, "content": {"body": "In the Sargasso Sea."}}]}}"#
        .replace('\n', " ");
    let done = named("turns=data.messages,role=author.name,text=content.body,id=no", "a.jsonl", &turns).unwrap();
    assert_eq!((told(&done.only()), done.only().id.as_str()), (RIGHT.map(str::to_owned).to_vec(), "a:7"));
    let pairs = r#"{"q": "Where do eels spawn?", "a": "In the Sargasso Sea.", "b": "In a bucket."}"#;
    let done = named("prompt=q,chosen=a,rejected=b", "a.jsonl", pairs).unwrap();
    assert_eq!(pair(&done.only()), (vec![RIGHT[0].to_owned()], "In the Sargasso Sea.", "In a bucket."));
    for (label, right) in [("0", false), ("true", true), ("\"1\"", true)] {
        let judged = format!(r#"{{"q": "Where do eels spawn?", "a": "In the Sargasso Sea.", "ok": {label}}}"#);
        let record = named("prompt=q,reply=a,label=ok", "a.jsonl", &judged).unwrap().only();
        assert!(matches!(&record.body, Body::Unpaired { label, .. } if *label == right), "{record:?}");
    }
    let done = named("text=words,label=topic", "a.csv", "topic,words\nfish,Where do eels spawn?\n").unwrap();
    assert_eq!(labelled(&done.only()), ("Where do eels spawn?", "fish"));
    let done = named("text=t", "a.jsonl", r####"{"t": "### Human: Where do eels spawn?### Assistant: In the Sargasso Sea."}"####).unwrap();
    assert_eq!(told(&done.only()), RIGHT);
    let known = r#"{"messages": 1, "chosen": "x", "rejected": "y", "q": "Where do eels spawn?", "a": "In the Sargasso Sea."}"#;
    assert_eq!(told(&named("prompt=q,reply=a", "a.jsonl", known).unwrap().only()), RIGHT, "what is named is read, whatever else is there");
}

#[test]
fn wrong_names_and_paths_are_told_in_one_sentence() {
    for (fields, part) in [
        ("promt=q,reply=a", "\"promt\" is no name of a field; use prompt, reply, system"),
        ("prompt,reply=a", "\"prompt\" names no key; write NAME=KEY"),
        ("prompt=,reply=a", "names no key"),
        ("", "names no key"),
        ("prompt=q,prompt=r,reply=a", "\"prompt\" is named twice"),
        ("prompt=q", "the names make no record; give prompt and reply"),
        ("role=a", "the names make no record"),
        ("prompt=q,reply=a,role=b", "\"role\" does not go with the others; with these go prompt, reply, system, label, id"),
    ] {
        let sentence = Fields::parse(fields).unwrap_err();
        assert!(sentence.contains(part) && !sentence.contains('\n'), "{sentence}");
    }
    let rows = "{\"q\": \"Where do eels spawn?\", \"a\": \"In the Sargasso Sea.\"}\n{\"q\": \"Why?\", \"a\": \"Nobody knows.\"}\n";
    for (fields, text, right) in [
        ("prompt=q,reply=answer", rows, "--fields reply=answer: no record has it; the first has the keys \"q\", \"a\""),
        ("prompt=q,reply=a.b.c", rows, "--fields reply=a.b.c: no record has it; the first has the keys \"q\", \"a\""),
        ("prompt=q,reply=a,system=s", rows, "--fields system=s: no record has it; the first has the keys \"q\", \"a\""),
        (
            "turns=t,role=who,text=x",
            "{\"t\": [{\"by\": \"user\", \"x\": \"Why?\"}]}\n",
            "--fields role=who: no turn of a record has it; the first has the keys \"t\"",
        ),
    ] {
        assert_eq!(named(fields, "a.jsonl", text).err().expect("it is refused"), right);
    }
    assert!(named("prompt=q,reply=a", "a.csv", "x,y\n1,2\n").err().unwrap().starts_with("--fields prompt=q: no record has it"));
    // One record without it costs itself.
    let done = named("prompt=q,reply=a", "a.jsonl", &(rows.to_owned() + "{\"q\": \"Where?\"}\n")).unwrap();
    assert_eq!((done.records().len(), done.dropped()), (2, vec!["read: not of the format".to_owned()]));
    let hostile = named("prompt=q,reply=\u{1b}[2J\u{202e}", "a.jsonl", rows).err().unwrap();
    assert!(!hostile.contains(['\u{1b}', '\u{202e}']), "{hostile}");
}
