//! Near duplicates: the estimate against the exact similarity, clusters, and a split that keeps them together and stays as it was.

use std::collections::BTreeMap;

use dialoq::data::near::minhash::{estimate, grams, jaccard, signature};
use dialoq::data::near::words::words;
use dialoq::data::settings::Settings;
use dialoq::num::dice::{Dice, Key, Stream};

use super::{chat, clean, run};

fn dice(n: u64) -> Dice {
    Dice::at(Key::new(n, Stream::Words), 0)
}

/// So many words drawn from a vocabulary.
fn text(dice: &mut Dice, words: usize) -> Vec<String> {
    (0..words).map(|_| format!("w{}", dice.below(400))).collect()
}

/// The deviation of the estimate is √(s(1 − s) / 112) ≤ .047; the mean of 300 is off by at most three of its own deviations, .008, and
/// each one by at most four and a half.
#[test]
fn the_estimate_is_the_exact_similarity_within_its_deviation() {
    let mut dice = dice(1);
    let (mut sum, mut worst) = (0.0, 0.0_f64);
    for round in 0..300 {
        let a = text(&mut dice, 120);
        let mut b = a.clone();
        for _ in 0..round % 30 {
            let at = dice.below(120) as usize;
            b[at] = format!("x{}", dice.below(1000));
        }
        let (x, y) = (grams(&a).unwrap(), grams(&b).unwrap());
        let off = estimate(&signature(&x), &signature(&y)) - jaccard(&x, &y);
        sum += off;
        worst = worst.max(off.abs());
    }
    assert!((sum / 300.0_f64).abs() < 0.008, "biased by {}", sum / 300.0);
    assert!(worst < 0.21, "once off by {worst}");
}

#[test]
fn words_are_folded_and_chinese_characters_are_words() {
    assert_eq!(words("It's  FINE, (really)!"), ["it's", "fine", "really"]);
    assert_eq!(words("我要退货 ok吗？"), ["我", "要", "退", "货", "ok", "吗"]);
    assert!(grams(&words("four words are few")).is_none());
}

fn conversation(dice: &mut Dice) -> Vec<String> {
    (0..6).map(|_| text(dice, 12).join(" ")).collect()
}

fn line(turns: &[String]) -> String {
    chat(&turns.iter().map(String::as_str).collect::<Vec<_>>())
}

/// 200 conversations, and after each tenth one that differs in a word.
fn corpus() -> Vec<String> {
    let mut dice = dice(2);
    let mut lines = Vec::new();
    for i in 0..200 {
        let mut turns = conversation(&mut dice);
        lines.push(line(&turns));
        if i % 10 == 0 {
            turns[5].push_str(" thanks");
            lines.push(line(&turns));
        }
    }
    lines
}

#[test]
fn exact_and_near_duplicates_go_and_the_first_stays() {
    let mut lines = corpus();
    lines.push(
        lines[3]
            .to_uppercase()
            .replace("\"MESSAGES\"", "\"messages\"")
            .replace("\"ROLE\"", "\"role\"")
            .replace("\"CONTENT\"", "\"content\"")
            .replace("\"USER\"", "\"user\"")
            .replace("\"ASSISTANT\"", "\"assistant\""),
    );
    let done = run(&[("a.jsonl", lines.join("\n").as_bytes())], None, &Settings::default()).unwrap();
    assert_eq!((done.report.duplicates.exact, done.report.duplicates.near), (1, 20));
    assert_eq!(done.records().len(), 200);
    assert!(done.records().iter().all(|r| !r.tagged().contains("thanks")), "the first of each pair stays");
}

#[test]
fn near_duplicates_that_are_kept_stay_in_one_split() {
    let settings = Settings { near: None, split: [34, 33, 33], ..Settings::default() };
    let done = run(&[("a.jsonl", corpus().join("\n").as_bytes())], None, &settings).unwrap();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, file) in done.files[..3].iter().enumerate() {
        for line in file.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let opening = value["turns"][0]["text"].as_str().unwrap().to_owned();
            places.entry(opening).or_default().push(place);
        }
    }
    let pairs: Vec<&Vec<usize>> = places.values().filter(|p| p.len() == 2).collect();
    assert_eq!((places.len(), pairs.len()), (200, 20));
    assert!(pairs.iter().all(|p| p[0] == p[1]), "{pairs:?}");
    assert!(done.report.splits.iter().all(|s| s.rows > 30), "all three splits are filled");
}

#[test]
fn what_is_appended_moves_nothing() {
    let lines = corpus();
    let split = |lines: &[String]| {
        run(&[("a.jsonl", lines.join("\n").as_bytes())], None, &Settings { split: [60, 20, 20], ..Settings::default() }).unwrap()
    };
    let (part, whole) = (split(&lines[..110]), split(&lines));
    for place in 0..3 {
        assert!(whole.files[place].starts_with(&part.files[place]), "split {place} only grows");
    }
}

#[test]
fn another_salt_is_another_split() {
    let text = corpus().join("\n");
    let split = |salt: &str| run(&[("a.jsonl", text.as_bytes())], None, &Settings { salt: salt.into(), ..Settings::default() }).unwrap();
    assert_ne!(split("a").files[0], split("b").files[0]);
    assert_eq!(split("a").files, split("a").files);
}

#[test]
fn pairs_of_one_prompt_are_no_duplicates_and_stay_together() {
    let mut dice = dice(3);
    let mut lines = Vec::new();
    for i in 0..60 {
        let prompt = text(&mut dice, 60).join(" ");
        for _ in 0..3 {
            let (chosen, rejected) = (text(&mut dice, 10).join(" "), text(&mut dice, 10).join(" "));
            lines.push(serde_json::json!({"prompt": format!("{prompt} {i}"), "chosen": chosen, "rejected": rejected}).to_string());
        }
    }
    let done = run(&[("a.jsonl", lines.join("\n").as_bytes())], None, &Settings { split: [34, 33, 33], ..Settings::default() }).unwrap();
    assert_eq!(done.records().len(), 180);
    for file in &done.files[..3] {
        assert!(file.lines().count() % 3 == 0 && !file.is_empty());
    }
}

#[test]
fn another_currency_is_another_text() {
    let done = clean("a.csv", "text,label\nwhy £1?,fee\nwhy €1?,fee\nWhy £1,fee\n");
    assert_eq!((done.records().len(), done.dropped()), (2, vec!["exact: an exact duplicate".to_owned()]));
    assert!(done.files[3].contains("the words of a:2, but for case, blanks and punctuation"), "{}", done.files[3]);
}

#[test]
fn equal_texts_with_other_labels_contradict_each_other() {
    let rows = "text,label\nwhat is on my to do list,reminder\nWhat is on my to do list?,todo_list\nwhat is on my to do list,reminder\n";
    let done = super::clean("a.csv", rows);
    assert_eq!(done.dropped(), ["exact: the same text with another label", "exact: an exact duplicate"]);
    assert_eq!(done.report.duplicates.contradicting, 1);
}
