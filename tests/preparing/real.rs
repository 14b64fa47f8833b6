//! The real files, where `DIALOQ_DATA` names their directory: each is imported with rows, or refused with a true sentence.

use std::fs;
use std::path::{Path, PathBuf};

use dialoq::data::settings::Settings;

use super::run;

fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { walk(&path, out) } else { out.push(path) }
    }
}

/// Files, elements or rows read, and records that came of them. Source: counted by other means in the README of the directory.
const COUNTED: &[(&str, &str, u64)] = &[
    ("abcd/abcd_sample.json", "abcd", 0),
    ("banking77/train.csv", "table", 10_003),
    ("clinc150/data_small.json", "clinc", 16_200),
    ("crosswoz/val_first8.json", "crosswoz", 8),
    ("hh_rlhf/harmless-base_test_excerpt.jsonl", "preference", 46),
    ("multiwoz21_convlab2/val_first15.json", "multiwoz", 15),
    ("pandalm/testset-v1_first607.json", "pandalm", 607),
    ("oasst/en_tree_first60.jsonl", "oasst", 60),
    ("slurp/devel.jsonl", "slurp", 2_033),
    ("taskmaster/TM-4-2024/reward/reward_00.json", "taskmaster-rewards", 500),
    ("taskmaster/TM-4-2024/reward/reward_02.json", "taskmaster-rewards", 500),
    ("tcbot/dia_act_nl_pairs.v6.json", "tcbot", 0),
];

const REFUSED: &[(&str, &str)] = &[
    ("tcbot/movie_kb.1k.json", "pickle"),
    ("tcbot/dicts.v3.json", "pickle"),
    ("sgd/dev/schema.json", "schema"),
    ("multiwoz22/schema.json", "schema"),
    ("multiwoz22/db/hotel_db.json", "no known format"),
    ("tcbot/user_goals_first_turn_template.v2.CONVERTED.json", "goals"),
    ("banking77/categories.json", "strings"),
    ("home_assistant_intents/intents.yaml", "YAML"),
];

#[test]
fn every_real_file_is_imported_or_refused_with_a_sentence() {
    let Ok(root) = std::env::var("DIALOQ_DATA") else {
        println!("skipped: DIALOQ_DATA names no directory of real data");
        return;
    };
    let mut files = Vec::new();
    walk(Path::new(&root), &mut files);
    assert!(files.len() > 100, "the directory is the one meant");
    let (mut imported, mut dialogues) = (0, 0);
    for file in &files {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(file).unwrap();
        match run(&[(&name, &bytes)], None, &Settings::default()) {
            Ok(done) => {
                let input = &done.report.inputs[0];
                assert!(done.records().len() > 1, "{name}: rows are kept");
                if let Some((_, format, rows)) = COUNTED.iter().find(|(n, ..)| *n == name) {
                    assert_eq!(input.format.unwrap(), *format, "{name}");
                    assert!(*rows == 0 || done.report.stages[0].rows_in == *rows, "{name}: {} rows", done.report.stages[0].rows_in);
                }
                if name.starts_with("sgd/") {
                    dialogues += input.records;
                    let read = &done.report.stages[0];
                    assert!(read.dropped.is_empty() && read.mended.is_empty(), "{name}: every span lies in its turn");
                }
                println!("{name}: {}, {} read, {} kept", input.format.unwrap(), done.report.stages[0].rows_in, done.records().len());
                imported += 1;
            }
            Err(sentence) => {
                assert!(sentence.len() > 20 && !sentence.contains('\n'), "{name}: {sentence}");
                let wanted = REFUSED.iter().find(|(n, _)| *n == name);
                assert!(wanted.is_none_or(|(_, part)| sentence.contains(part)), "{name}: {sentence}");
                assert!(!COUNTED.iter().any(|(n, ..)| *n == name), "{name} should be imported: {sentence}");
                println!("{name}: {sentence}");
            }
        }
    }
    assert_eq!(dialogues, 708, "of Schema-Guided Dialogue");
    assert!(imported >= 30, "{imported} files imported");
}
