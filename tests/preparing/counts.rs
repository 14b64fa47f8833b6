//! The counts of the report against counts that are made here, by other means: rows, duplicates and personal data.

use std::collections::{BTreeMap, BTreeSet};

use dialoq::data::RAW;
use dialoq::data::settings::Settings;
use serde_json::Value;

use super::{Done, chat, run};

/// The lines of a file as JSON.
fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What holds of every preparation: nothing appears or vanishes between the stages, and the files hold what the report says.
fn sums(done: &Done) {
    let stages = &done.report.stages;
    let lost: BTreeMap<&str, u64> = stages.iter().map(|s| (s.name, s.dropped.values().map(|d| d.count).sum())).collect();
    let mut counted: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in lines(&done.files[3]) {
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        *counted.entry((text("stage"), text("reason"))).or_default() += 1;
    }
    let told = stages.iter().flat_map(|s| s.dropped.iter().map(move |(why, d)| ((s.name.to_owned(), (*why).to_owned()), d.count)));
    assert_eq!(told.collect::<BTreeMap<_, _>>(), counted, "dropped.jsonl holds each reason as often as the report says");
    for pair in stages.windows(2) {
        assert_eq!(pair[0].rows_out, pair[1].rows_in, "{} hands on to {}", pair[0].name, pair[1].name);
        assert_eq!(pair[1].rows_in, pair[1].rows_out + lost[pair[1].name], "{}", pair[1].name);
    }
    let kept: u64 = done.files[..3].iter().map(|file| file.lines().count() as u64).sum();
    assert_eq!(kept, stages.last().unwrap().rows_out);
    let listed: Vec<u64> = done.report.splits.iter().map(|s| s.rows).collect();
    assert_eq!(listed, done.files[..3].iter().map(|file| file.lines().count() as u64).collect::<Vec<_>>());
    assert_eq!(done.report.inputs.iter().map(|i| i.records).sum::<u64>(), stages[0].rows_out);
    let ids: BTreeSet<String> = done.files[..3].iter().flat_map(|f| lines(f)).map(|r| r["id"].to_string()).collect();
    assert!(ids.len() as u64 <= kept);
}

#[test]
fn rows_duplicates_and_personal_data_are_counted_as_they_are() {
    // Known numbers of each, in an order without system.
    let (plain, exact, near, personal, broken) = (40_usize, 7, 5, 11, 3);
    let theme = ["kettle", "lamp", "blanket", "knife", "chair", "mug", "tent", "clock"];
    let question = |k: usize| {
        let (a, b, c) = (theme[k % 8], theme[(k * 3 + 1) % 8], theme[(k / 8 + k) % 8]);
        format!("number {k} asks whether the {a} of order {k}{k}{k} came with a {b} and why its {c} was left at the door of house {k}")
    };
    let mut rows: Vec<String> = (0..plain).map(|k| chat(&[&question(k), &format!("answer {k} says {}", theme[k % 8])])).collect();
    // The same words in other case and with other signs.
    rows.extend((0..exact).map(|k| chat(&[&question(k).to_uppercase(), &format!("Answer {k} says: {}!", theme[k % 8])])));
    let long = |k: usize, end: &str| {
        let body: Vec<String> = (0..200).map(|i| format!("word{}", (i * 7 + k * 131) % 997)).collect();
        chat(&[&format!("{} {end}", body.join(" ")), "that is long"])
    };
    rows.extend((0..near).flat_map(|k| [long(k, "today"), long(k, "tomorrow")]));
    rows.extend(
        (0..personal)
            .map(|k| chat(&[&format!("mail {k} goes to user{k}@example.com, says {}", question(k + 50)), "call +1 415 555 0132 then"])),
    );
    rows.extend((0..broken).map(|k| format!("{{\"messages\": broken {k}")));
    let done = run(&[("a.jsonl", rows.join("\n").as_bytes())], None, &Settings::default()).unwrap();
    sums(&done);
    let report = &done.report;
    assert_eq!((report.stages[0].rows_in, report.stages[0].rows_out), (rows.len() as u64, (rows.len() - broken) as u64));
    assert_eq!((report.duplicates.exact, report.duplicates.near, report.duplicates.contradicting), (exact as u64, near as u64, 0));
    assert_eq!((report.pii["<EMAIL>"], report.pii["<PHONE>"], report.pii["<CARD>"]), (personal as u64, personal as u64, 0));
    let kept: u64 = report.splits.iter().map(|s| s.rows).sum();
    assert_eq!(kept as usize, plain + near + personal);
    // Placeholders in the files are as many: nothing with personal data was dropped.
    let all = done.files[..3].concat();
    assert_eq!((all.matches("<EMAIL>").count(), all.matches("<PHONE>").count()), (personal, personal));
}

#[test]
fn the_corpus_that_comes_along_is_counted_as_it_is() {
    let files: Vec<(&str, &[u8])> = RAW.iter().map(|raw| (raw.name, raw.bytes)).collect();
    // Without the stages that drop records, whatever was replaced stands in the files.
    let settings = Settings { lengths: false, repetition: false, exact: false, near: None, ..Settings::default() };
    let done = run(&files, None, &settings).unwrap();
    sums(&done);
    sums(&run(&files, None, &Settings::default()).unwrap());
    let all = done.files[..3].concat();
    let before_pii: Vec<Value> = lines(&done.files[3])
        .into_iter()
        .filter(|l| !["read", "validate", "unicode", "html", "roles", "empty"].contains(&l["stage"].as_str().unwrap()))
        .collect();
    let later: String = before_pii.iter().map(|l| l["text"].as_str().unwrap().to_owned()).collect();
    for (kind, told) in &done.report.pii {
        assert_eq!(*told, (all.matches(kind).count() + later.matches(kind).count()) as u64, "{kind}");
    }
    // Rows of JSON lines and of tables, counted as lines.
    let rows = |name: &str| {
        RAW.iter()
            .find(|raw| raw.name.ends_with(name))
            .map(|raw| raw.bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count())
            .unwrap()
    };
    for name in ["chat-logs.jsonl", "chinese.jsonl", "preferences.jsonl"] {
        let input = done.report.inputs.iter().find(|i| i.file.ends_with(name)).unwrap();
        let lost = lines(&done.files[3]).iter().filter(|l| l["stage"] == "read" && l["file"].as_str().unwrap().ends_with(name)).count();
        assert_eq!(input.records as usize + lost, rows(name), "{name}");
    }
    // Exact duplicates, by the texts of what is left without looking for them.
    let fold = |text: &str| -> String {
        let lower = text.to_lowercase();
        lower
            .chars()
            .map(|c| if c.is_alphanumeric() || "'$£€¥￥".contains(c) { c } else { ' ' })
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for record in done.files[..3].iter().flat_map(|f| lines(f)) {
        let turns = ["turns", "prompt"].iter().find_map(|key| record[*key].as_array()).cloned().unwrap_or_default();
        let mut key: Vec<String> = turns.iter().map(|t| format!("{}:{}", t["role"], fold(t["text"].as_str().unwrap()))).collect();
        key.extend(["kind", "chosen", "rejected", "text"].iter().map(|key| fold(record[*key].as_str().unwrap_or_default())));
        *seen.entry(key.join("\n")).or_default() += 1;
    }
    let duplicates = done_with_exact(&files).report.duplicates;
    let again: u64 = seen.values().map(|n| n - 1).sum();
    assert!(again > 10, "the corpus holds some");
    assert_eq!(duplicates.exact + duplicates.contradicting, again);
}

fn done_with_exact(files: &[(&str, &[u8])]) -> Done {
    let settings = Settings { lengths: false, repetition: false, near: None, ..Settings::default() };
    run(files, None, &settings).unwrap()
}
