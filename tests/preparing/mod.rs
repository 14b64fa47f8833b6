//! Raw dialogues become clean ones: formats, stages, duplicates, the split, the command, and the real files where there are any.

mod calls;
mod command;
mod counts;
mod faults;
mod fields;
mod formats;
mod forms;
mod hostile;
mod mined_sentences;
mod mining;
mod near;
mod packed;
mod pii;
mod real;
mod shapes;
mod silent;
mod stages;
mod whole;

use std::io::{Cursor, Read};

use dialoq::data::DataError;
use dialoq::data::formats::Format;
use dialoq::data::prepare::{Sinks, Source, prepare};
use dialoq::data::record::{Body, Call, Record, Turn};
use dialoq::data::report::Report;
use dialoq::data::settings::Settings;

/// What a preparation in memory gave.
struct Done {
    report: Report,
    /// train, valid, test, dropped
    files: [String; 4],
}

impl Done {
    fn records(&self) -> Vec<Record> {
        self.files[..3].iter().flat_map(|f| f.lines()).map(|l| serde_json::from_str(l).expect("a record a line")).collect()
    }

    fn only(&self) -> Record {
        let records = self.records();
        assert_eq!(records.len(), 1, "{}", self.files[3]);
        records.into_iter().next().expect("one")
    }

    /// stage: reason, of each dropped record in order
    fn dropped(&self) -> Vec<String> {
        let value = |l: &str| serde_json::from_str::<serde_json::Value>(l).expect("an object a line");
        let told = |v: serde_json::Value| format!("{}: {}", v["stage"].as_str().unwrap(), v["reason"].as_str().unwrap());
        self.files[3].lines().map(|l| told(value(l))).collect()
    }
}

fn source(name: &str, bytes: &[u8]) -> Source {
    let bytes = bytes.to_vec();
    let length = bytes.len() as u64;
    Source { name: name.into(), bytes: length, named: true, open: Box::new(move || Ok(Box::new(Cursor::new(bytes)) as Box<dyn Read>)) }
}

fn run(files: &[(&str, &[u8])], forced: Option<Format>, settings: &Settings) -> Result<Done, String> {
    prepared(files.iter().map(|(name, bytes)| source(name, bytes)).collect(), forced, settings)
}

fn prepared(sources: Vec<Source>, forced: Option<Format>, settings: &Settings) -> Result<Done, String> {
    let mut spool = Cursor::new(Vec::new());
    let (mut train, mut valid, mut test, mut dropped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let sinks = Sinks { spool: &mut spool, dropped: &mut dropped, splits: [&mut train, &mut valid, &mut test], seen: None };
    let report = prepare(sources, forced, settings, sinks, &mut |_| ()).map_err(|(_, e): (_, DataError)| e.to_string())?;
    let files = [train, valid, test, dropped].map(|f| String::from_utf8(f).expect("UTF-8 always"));
    Ok(Done { report, files })
}

fn clean(name: &str, text: &str) -> Done {
    run(&[(name, text.as_bytes())], None, &Settings::default()).expect("it is read")
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    run(&[(name, bytes)], None, &Settings::default()).err().expect("it is refused")
}

/// "user: …" and "assistant: …" of a record, a turn a line; calls stand in brackets behind the text.
fn told(record: &Record) -> Vec<String> {
    let call = |call: &Call| format!("[{} {}]", call.name, call.arguments);
    let turn = |t: &Turn| format!("{}: {}{}", t.role.name(), t.text, t.calls.iter().map(call).collect::<String>());
    record.turns().iter().map(turn).collect()
}

fn pair(record: &Record) -> (Vec<String>, &str, &str) {
    match &record.body {
        Body::Preference { chosen, rejected, .. } => (told(record), chosen, rejected),
        other => panic!("a preference, not a {}", other.kind()),
    }
}

fn labelled(record: &Record) -> (&str, &str) {
    match &record.body {
        Body::Labelled { text, label } => (text, label),
        other => panic!("a labelled text, not a {}", other.kind()),
    }
}

/// A line of chat messages; speakers take turns, the user first.
fn chat(texts: &[&str]) -> String {
    let message = |(i, text): (usize, &&str)| serde_json::json!({"role": if i % 2 == 0 { "user" } else { "assistant" }, "content": text});
    serde_json::json!({"messages": texts.iter().enumerate().map(message).collect::<Vec<_>>()}).to_string()
}
