//! First sentences of people who knew no more than a scenario's title: how many are understood, task and values alike.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use dialoq::chat::hear::{Aim, Asked, Ears, Told};
use dialoq::lm::phrases::Class;
use dialoq::world::Dialogues;
use dialoq::world::names::Lang;
use serde::Deserialize;

use crate::support::built_in;

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/talking/sentences");
const OTHERS: &[&str] = &["person", "help", "greeting", "insult", "none", "ask"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    says: String,
    task: String,
    /// Values as they are written in English.
    values: BTreeMap<String, String>,
    #[serde(default)]
    foreign: BTreeMap<String, String>,
    #[serde(default)]
    among: Vec<String>,
}

fn lines(world: &str, lang: Lang, part: &str) -> Vec<Line> {
    let lang = if lang == Lang::Chinese { "zh" } else { "en" };
    let text = std::fs::read_to_string(format!("{DIR}/{world}.{lang}.{part}.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).expect("a sentence with its labels")).collect()
}

/// Whether what was heard is what the labels say.
fn is_right(d: &Dialogues, lang: Lang, line: &Line, told: &Told) -> bool {
    let task = |name: &str| d.scenario.tasks.iter().position(|task| task.name == name);
    let Some(wish) = task(&line.task) else {
        let free = told.wish.is_none();
        return match line.task.as_str() {
            "person" => told.aim == Aim::Person,
            "help" => free && told.aim == Aim::Help,
            "insult" => free && told.aim == Aim::Insult,
            "greeting" => free && told.is(Class::Greet),
            "ask" => free && told.among == line.among.iter().filter_map(|name| task(name)).collect::<Vec<_>>(),
            _ => !told.is_understood(),
        };
    };
    let slot = |name: &str| d.scenario.slots.iter().position(|slot| slot.name == name);
    let value = |slot: usize, text: &str| d.scenario.slots[slot].values.of(Lang::English).iter().position(|own| own == text);
    let found = |name: &str, text: &str| {
        let slot = slot(name).unwrap();
        let listed = d.scenario.slots[slot].values.of(lang)[value(slot, text).unwrap()].clone();
        told.values.iter().any(|(other, heard)| *other == slot && heard.text == listed)
    };
    let labelled = |at: usize, listed: bool| {
        let name = &d.scenario.slots[at].name;
        line.values.contains_key(name) || line.foreign.contains_key(name) && !listed
    };
    // What the task does not need carries no label.
    let spare = told.values.iter().filter(|(at, _)| d.rule.needed(wish, *at)).any(|(at, heard)| !labelled(*at, heard.position.is_some()));
    told.wish == Some(wish) && line.values.iter().all(|(name, text)| found(name, text)) && !spare
}

/// The share understood, and what was not.
fn understood(world: &str, lang: Lang, part: &str, ears: &Ears) -> (f64, Vec<String>) {
    let all = lines(world, lang, part);
    let asked = Asked { wishing: true, ..Asked::default() };
    let missed = |line: &Line| {
        let told = ears.hear(&line.says, &asked);
        (!is_right(&ears.dialogues, lang, line, &told)).then(|| format!("“{}” ({}): {}", line.says, line.task, ears.words(&told)))
    };
    let missed: Vec<String> = all.iter().filter_map(missed).collect();
    (1.0 - missed.len() as f64 / all.len() as f64, missed)
}

fn ears(world: &str, lang: Lang) -> Ears {
    let dialogues: Arc<Dialogues> = built_in(world).dialogues.clone().unwrap();
    Ears::new(dialogues, lang)
}

#[test]
fn labels_of_first_sentences_are_valid() {
    for (world, lang) in CASES.iter().map(|(world, lang, ..)| (*world, *lang)) {
        let d = built_in(world).dialogues.clone().unwrap();
        let mut said = HashSet::new();
        for part in ["seen", "held"] {
            for line in lines(world, lang, part) {
                // Nothing of a held-back sentence is shown.
                let at = if part == "seen" { line.says.clone() } else { format!("{world} {part}") };
                assert!(said.insert(line.says.clone()), "{at}: stands there twice");
                let task = d.scenario.tasks.iter().position(|task| task.name == line.task);
                assert!(task.is_some() || OTHERS.contains(&line.task.as_str()), "{at}: no such task");
                assert_eq!(line.task == "ask", line.among.len() > 1, "{at}: `among`");
                assert!(line.among.iter().all(|name| d.scenario.tasks.iter().any(|task| task.name == *name)), "{at}: no such task");
                for name in line.values.keys().chain(line.foreign.keys()) {
                    let slot = d.scenario.slots.iter().position(|slot| slot.name == *name).expect("a slot");
                    assert!(task.is_some_and(|task| d.rule.needed(task, slot)), "{at}: {name} is not needed");
                    let listed = line.values.get(name).is_none_or(|text| d.scenario.slots[slot].values.of(Lang::English).contains(text));
                    assert!(listed, "{at}: no such value");
                }
            }
        }
    }
}

/// Scenario, language, and the least share understood of seen and of held-back sentences.
const CASES: &[(&str, Lang, f64, f64)] = &[
    ("customer-service", Lang::English, 0.99, 0.79),
    ("customer-service", Lang::Chinese, 0.99, 0.76),
    ("smart-home", Lang::English, 0.93, 0.9),
    ("smart-home", Lang::Chinese, 0.99, 0.9),
    ("virtual-assistant", Lang::English, 0.99, 0.96),
    ("virtual-assistant", Lang::Chinese, 0.96, 0.86),
    ("virtual-assistant-large", Lang::English, 0.99, 0.9),
    ("virtual-assistant-large", Lang::Chinese, 0.99, 0.86),
];

#[test]
fn most_first_sentences_are_understood() {
    let mut low = Vec::new();
    for (world, lang, of_seen, of_held) in CASES {
        let ears = ears(world, *lang);
        let (seen, missed) = understood(world, *lang, "seen", &ears);
        // Of held-back sentences nothing but their share is known.
        let (held, _) = understood(world, *lang, "held", &ears);
        println!("{world}, {lang:?}: {seen:.3} of seen, {held:.3} of held-back sentences");
        if seen < *of_seen || held < *of_held {
            low.push(format!("{world}, {lang:?}: {seen:.3} and {held:.3}, not {of_seen} and {of_held}\n{}", missed.join("\n")));
        }
    }
    assert!(low.is_empty(), "{}", low.join("\n"));
}
