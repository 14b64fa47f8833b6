//! `dialoq import sgd`: a scenario mined from dialogues in the form of the corpus, which opens like a built-in one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dialoq::data::mine::{Miner, Service, schema};
use dialoq::world::scenario::Scenario;
use serde_json::{Value, json};

use super::mined_sentences::assert_reads_well;

/// Plants are offered by a search, which takes their bed alone; `height` is found and never asked for.
fn services() -> Value {
    let slot = |name: &str| json!({"name": name, "description": "…", "is_categorical": false, "possible_values": []});
    let intent = |name: &str, description: &str, transactional: bool, required: &[&str]| json!({"name": name, "description": description, "is_transactional": transactional, "required_slots": required, "optional_slots": if name == "FindPlant" { json!({"plant": "dontcare"}) } else { json!({}) }, "result_slots": ["height"]});
    json!([
        {"service_name": "Gardens_1", "description": "…", "slots": [slot("plant"), slot("date"), slot("bed"), slot("height")], "intents": [
            intent("Water", "Water a plant in the garden", true, &["plant", "date"]), intent("FindPlant", "Find a plant by its bed", false, &["bed"])]},
        {"service_name": "Doors_1", "description": "…", "slots": [slot("door")], "intents": [intent("Lock", "Lock a door", true, &["door"])]},
    ])
}

fn turn(speaker: &str, said: &str, acts: &[(&str, &str, &str)], state: Option<(&str, Value)>) -> Value {
    let actions: Vec<Value> = acts
        .iter()
        .map(|(a, s, v)| json!({"act": a, "slot": s, "values": if v.is_empty() { vec![] } else { vec![v] }, "canonical_values": []}))
        .collect();
    let span = |(_, slot, value): &&(&str, &str, &str)| {
        let start = said[..said.find(value)?].chars().count();
        Some(json!({"slot": slot, "start": start, "exclusive_end": start + value.chars().count()}))
    };
    let spans: Vec<Value> =
        acts.iter().filter(|(_, s, v)| !s.is_empty() && *s != "intent" && !v.is_empty()).filter_map(|a| span(&a)).collect();
    let mut frame = json!({"service": "Gardens_1", "actions": actions, "slots": spans});
    if let Some((intent, values)) = state {
        frame["state"] = json!({"active_intent": intent, "requested_slots": [], "slot_values": values});
    }
    json!({"speaker": speaker, "utterance": said, "frames": [frame]})
}

/// Twelve dialogues: watering, and finding with one slot or two.
fn dialogues() -> Value {
    let (plants, days, beds) = (["Fuchsie", "Königskerze", "rose", "fern"], ["Monday", "today", "Friday"], ["north", "south", "pond"]);
    let water = |i: usize| {
        let (plant, day) = (plants[i % 4], days[i % 3]);
        json!({"dialogue_id": format!("1_{i}"), "services": ["Gardens_1"], "turns": [
            turn("USER", "Something in my garden is dry.", &[("INFORM_INTENT", "intent", "Water")], Some(("Water", json!({})))),
            turn("SYSTEM", "Which plant is it?", &[("REQUEST", "plant", "")], None),
            turn("USER", &format!("Für die {plant}, please."), &[("INFORM", "plant", plant)], Some(("Water", json!({"plant": [plant]})))),
            turn("SYSTEM", "On which day?", &[("REQUEST", "date", "")], None),
            turn("USER", &format!("{day} would be good"), &[("INFORM", "date", day)], Some(("Water", json!({"plant": [plant], "date": [day]})))),
            turn("SYSTEM", "It will be watered. Enjoy!", &[("NOTIFY_SUCCESS", "", "")], None),
            turn("USER", "Splendid, bye.", &[("THANK_YOU", "", ""), ("GOODBYE", "", "")], Some(("NONE", json!({})))),
        ]})
    };
    let find = |i: usize| {
        let (bed, plant) = (beds[i % 3], plants[i % 4]);
        let values = if i.is_multiple_of(2) { json!({"bed": [bed], "height": ["low"]}) } else { json!({"bed": [bed], "plant": [plant]}) };
        json!({"dialogue_id": format!("2_{i}"), "services": ["Gardens_1"], "turns": [
            turn("USER", &format!("What grows in the {bed}?"), &[("INFORM_INTENT", "intent", "FindPlant"), ("INFORM", "bed", bed)], Some(("FindPlant", values))),
            turn("SYSTEM", "A lot.", &[("OFFER", "plant", "")], None),
        ]})
    };
    Value::Array((0..12).map(|i| if i % 2 == 0 { water(i / 2) } else { find(i / 2) }).collect())
}

fn corpus(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mining").join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("schema.json"), services().to_string()).unwrap();
    fs::write(dir.join("dialogues_001.json"), dialogues().to_string()).unwrap();
    dir
}

fn dialoq(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_dialoq")).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

#[test]
fn goals_values_and_behaviour_are_counted() {
    let mut miner = Miner::new(&schema(&services()).unwrap(), &["Gardens_1".to_owned()]).unwrap();
    dialogues().as_array().unwrap().iter().for_each(|d| miner.dialogue("dialogues_001.json", d));
    assert_eq!(miner.dialogues, 12);
    assert_eq!((miner.answered.of, miner.answered.taken), (12, 12));
    let goals = &miner.goals[&("Gardens_1".to_owned(), "FindPlant".to_owned())];
    // The height came up in a search; the intent does not take it.
    let sets: Vec<(Vec<&str>, u64)> = goals.iter().map(|(set, n)| (set.iter().map(String::as_str).collect(), *n)).collect();
    assert_eq!(sets, [(vec!["bed"], 3), (vec!["bed", "plant"], 3)]);
    assert_eq!(miner.values[&("Gardens_1".to_owned(), "date".to_owned())].len(), 3);
    // Offsets count characters: the value after "Für" is cut where it stands.
    let answers: Vec<&String> =
        miner.sentences.iter().filter(|(k, _)| k.2.contains(&("INFORM".into(), "plant".into()))).flat_map(|(_, s)| s.keys()).collect();
    assert_eq!(answers, ["Für die {plant}, please."]);
}

#[test]
fn a_mined_scenario_opens_and_is_learned() {
    let dir = corpus("opens");
    let file = dir.join("gardens.json");
    let (code, out, err) =
        dialoq(&["import", "sgd", dir.to_str().unwrap(), "--service", "Gardens_1", "-o", file.to_str().unwrap(), "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((told["dialogues"].as_u64(), told["tasks"].as_u64(), told["slots"].as_u64()), (Some(12), Some(3), Some(3)));
    let scenario = Scenario::parse(&fs::read_to_string(&file).unwrap()).unwrap();
    let plant = scenario.slots.iter().find(|s| s.name == "plant").unwrap();
    assert_eq!(plant.answer.en, ["Für die {value}, please."]);
    assert_eq!(plant.ask.en, ["Which plant is it?"]);
    assert!(scenario.tasks.iter().any(|t| t.wish.en == ["Something in my garden is dry."] && t.done.en == ["It will be watered. Enjoy!"]));
    let heads: Vec<&str> = scenario.slots.iter().map(|s| s.short.as_str()).collect();
    assert_eq!(heads, ["bed", "dat", "pla"]);
    // Two tasks of one intent are told apart by their slots.
    let labels: Vec<&str> = scenario.tasks.iter().map(|t| t.label.en.as_str()).filter(|l| l.starts_with("find plant")).collect();
    assert_eq!(labels, ["find plant", "find plant with plant"]);
    let sentences =
        |list: &[String]| list.iter().all(|s| s.ends_with(['.', '?', '!']) && s.chars().next().is_some_and(|c| !c.is_lowercase()));
    assert!(scenario.slots.iter().all(|s| [&s.ask, &s.answer, &s.volunteer, &s.confirm, &s.correct].iter().all(|t| sentences(&t.en))));
    assert!(scenario.tasks.iter().all(|t| [&t.wish, &t.confirm, &t.correct, &t.affirm, &t.done].iter().all(|t| sentences(&t.en))));
    // What the agent says means one thing, so that a language model can be understood.
    let ends: Vec<&String> = scenario.tasks.iter().flat_map(|t| &t.done.en).chain(scenario.slots.iter().flat_map(|s| &s.ask.en)).collect();
    assert_eq!(ends.iter().collect::<std::collections::BTreeSet<_>>().len(), ends.len(), "{ends:?}");
    assert_eq!(scenario.sentences.user.thanks.en, ["Splendid, bye."]);
    let (code, out, err) = dialoq(&["train", "--scenario", file.to_str().unwrap(), "--dialogues", "500", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(serde_json::from_str::<Value>(&out).is_ok());
}

#[test]
fn what_cannot_be_mined_is_said_in_one_sentence() {
    let dir = corpus("refused");
    let (dir, file) = (dir.to_str().unwrap().to_owned(), dir.join("x.json").to_str().unwrap().to_owned());
    for (args, part) in [
        (vec![dir.as_str(), "--service", "Banks_1", "-o", &file], "the schema has Doors_1, Gardens_1"),
        (vec![dir.as_str(), "--service", "Doors_1", "-o", &file], "name more services"),
        (vec!["/nowhere", "--service", "Doors_1", "-o", &file], "/nowhere/schema.json: it cannot be read"),
        (vec![dir.as_str(), "--service", "Gardens_1", "-o", "My File.json"], "is no name for a scenario"),
    ] {
        let (code, out, err) = dialoq(&[&["import", "sgd"], &args[..]].concat());
        assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1), "{err}");
        assert!(err.contains(part), "{err}");
    }
}

fn import(dir: &Path, service: &str, more: &[&str]) -> Value {
    let file = dir.join("mined.json");
    let plain = ["import", "sgd", dir.to_str().unwrap(), "--service", service, "-o", file.to_str().unwrap(), "--force", "--json"];
    let (code, out, err) = dialoq(&[&plain[..], more].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_span_outside_its_turn_costs_no_sentence_and_is_counted() {
    let dir = corpus("spans");
    let mut dialogues = dialogues();
    let mut broken = 0;
    for turn in dialogues.as_array_mut().unwrap().iter_mut().flat_map(|d| d["turns"].as_array_mut().unwrap()) {
        for span in turn["frames"][0]["slots"].as_array_mut().unwrap().iter_mut().filter(|s| s["slot"] == "plant") {
            // Behind the end, backwards, no number.
            span["exclusive_end"] = [json!(999), json!(1), json!("9")][broken % 3].clone();
            broken += 1;
        }
    }
    assert_eq!(broken, 6);
    fs::write(dir.join("dialogues_001.json"), dialogues.to_string()).unwrap();
    let told = import(&dir, "Gardens_1", &[]);
    assert_eq!((told["dialogues"].as_u64(), told["spans_left_out"].as_u64()), (Some(12), Some(6)));
    let scenario = Scenario::parse(&fs::read_to_string(dir.join("mined.json")).unwrap()).unwrap();
    let plant = scenario.slots.iter().find(|s| s.name == "plant").unwrap();
    assert_eq!(plant.answer.en, ["Für die {value}, please."], "the value is found by its words");
    let file = dir.join("mined.json");
    let args = ["import", "sgd", dir.to_str().unwrap(), "--service", "Gardens_1", "-o", file.to_str().unwrap(), "--force"];
    assert!(dialoq(&args).1.contains("spans left out, as they lie outside their turn: 6"));
}

#[test]
fn samples_have_their_place_in_the_corpus() {
    let dir = corpus("samples");
    let all = import(&dir, "Gardens_1", &["--samples", "1000"]);
    let samples = all["samples"].as_array().unwrap();
    assert_eq!(samples.len() as u64, all["sentences"].as_u64().unwrap());
    let dialogues = dialogues();
    let count = |origin: &str| samples.iter().filter(|s| s["origin"] == origin).count() as u64;
    assert_eq!((all["made"].as_u64(), all["negated"].as_u64()), (Some(count("schema")), Some(count("negated"))));
    assert_eq!(all["made_kinds"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>(), count("schema"));
    assert_eq!(all["phrases"].as_u64(), Some(count("phrase")));
    assert!(count("corpus") > 0 && count("phrase") > 0 && count("negated") > 0 && count("schema") > 0);
    for sample in samples {
        if sample["origin"] == "schema" || sample["origin"] == "phrase" {
            assert!(sample["file"].is_null() && sample["utterance"].is_null(), "{sample}");
            continue;
        }
        assert_eq!(sample["file"], "dialogues_001.json");
        let dialogue = dialogues.as_array().unwrap().iter().find(|d| d["dialogue_id"] == sample["dialogue"]).unwrap();
        let turn = &dialogue["turns"][sample["turn"].as_u64().unwrap() as usize - 1];
        assert_eq!(
            (&turn["utterance"], sample["turns"].as_u64()),
            (&sample["utterance"], Some(dialogue["turns"].as_array().unwrap().len() as u64))
        );
        assert!(!sample["sentence"].as_str().unwrap().contains('{'), "{sample}");
        assert_eq!(sample["origin"] == "negated", sample["sentence"].as_str().unwrap().starts_with("No. "), "{sample}");
    }
    // A seed draws the same each time, and other seeds draw others.
    let drawn = |seed: &str| import(&dir, "Gardens_1", &["--samples", "5", "--seed", seed])["samples"].clone();
    assert_eq!(drawn("1").as_array().unwrap().len(), 5);
    assert_eq!(drawn("1"), drawn("1"));
    assert_ne!(drawn("1"), drawn("2"));
    let file = dir.join("mined.json");
    let args =
        ["import", "sgd", dir.to_str().unwrap(), "--service", "Gardens_1", "-o", file.to_str().unwrap(), "--force", "--samples", "1000"];
    let text = dialoq(&args).1;
    assert!(text.contains("    dialogues_001.json, 1_0, turn 3 of 7, 6 times: Für die Fuchsie, please.\n"), "{text}");
    assert!(text.contains("    made from the schema's words\n") && text.contains("slot confirm 3"), "{text}");
}

#[test]
fn figures_of_the_scenario_stand_beside_those_of_the_corpus() {
    let dir = corpus("figures");
    let told = import(&dir, "Gardens_1", &["--seed", "3"]);
    let figures = told["compared"].as_array().unwrap();
    let of = |key: &str, side: &str| figures.iter().find(|f| f["figure"] == key).unwrap()[side].as_f64().unwrap();
    // Six dialogues of seven turns and six of two. Users: 6 · (1 + 1 + 1 + 2) acts in 4 turns, and 6 · 2 acts in one.
    assert_eq!((of("turns", "corpus"), of("user_acts", "corpus"), of("agent_acts", "corpus")), (4.5, 42.0 / 30.0, 1.0));
    assert_eq!(of("answered", "corpus"), 1.0);
    // The agent: 4, 3 and 5 words in one kind, 2 in the other.
    assert_eq!(of("agent_words", "corpus"), 14.0 / 4.0);
    assert!(of("turns", "scenario") >= 3.0 && of("turns", "scenario") <= 41.0);
    assert!(of("user_acts", "scenario") >= 1.0 && of("agent_acts", "scenario") >= 1.0 && of("user_words", "scenario") > 1.0);
    assert!(of("answered", "scenario") > 0.9 && of("answered", "scenario") <= 1.0, "the users answer as those of the corpus do");
    assert_eq!(told["compared"], import(&dir, "Gardens_1", &["--seed", "3"])["compared"]);
    assert_ne!(told["compared"], import(&dir, "Gardens_1", &["--seed", "4"])["compared"]);
}

/// A search for rooms in which dates, numbers and cities are said as the corpus says them.
fn rooms() -> (Value, Value) {
    let slot = |name: &str| json!({"name": name, "description": "…", "is_categorical": false, "possible_values": []});
    let intent = |name: &str, required: &[&str]| json!({"name": name, "description": "Reserve a selected room", "is_transactional": true, "required_slots": required, "optional_slots": {}});
    let schema = json!([{"service_name": "Gardens_1", "slots": [slot("date"), slot("rooms"), slot("city")], "intents": [
        intent("Book", &["date", "rooms", "city"]), intent("Find", &["city"]), intent("Move", &["date"])]}]);
    // The value stands in brackets.
    let dates = "I arrive on the [3rd].|I arrive on the [5th of March].|I arrive on [the 9th]|I arrive [tomorrow].|It would be on [Friday]..|\
                 I arrive on the [March 8th].|I arrive on [March 8th].";
    let rooms = "I need [1] room|I need [2] rooms.|Make it [3] big rooms|I need [4] rooms.|I need [1] rooms.";
    let cities = "Look in [Washington D.C.]|Look in [Rome].|I like [Paris]. look there|Look in [Bonn]!.|Yes, look in [Rome].";
    let [dates, rooms, cities] = [dates, rooms, cities].map(|list| list.split('|').collect::<Vec<_>>());
    let misspelt = json!({"dialogue_id": "4_0", "services": ["Gardens_1"], "turns": [
        turn("USER", "Luk in Rome.", &[("INFORM", "city", "Rome")], Some(("Find", json!({"city": ["Rome"]}))))]});
    let mut dialogues = vec![misspelt];
    for i in 0..60 {
        let (d, r, c) = (dates[i % dates.len()], rooms[i % rooms.len()], cities[i % cities.len()]);
        let say = |marked: &str| marked.replace(['[', ']'], "");
        let value = |marked: &str| marked.split(['[', ']']).nth(1).unwrap().to_owned();
        let [date, count, city] = [d, r, c].map(value);
        let state = json!({"date": [date], "rooms": [count], "city": [city]});
        let book = ["Book", "Find", "Move"][i % 3];
        dialogues.push(json!({"dialogue_id": format!("3_{i}"), "services": ["Gardens_1"], "turns": [
            turn("USER", &say(d), &[("INFORM", "date", &date)], Some((book, state.clone()))),
            turn("USER", &say(r), &[("INFORM", "rooms", &count)], Some((book, state.clone()))),
            turn("USER", &say(c), &[("INFORM", "city", &city)], Some((book, state))),
        ]}));
    }
    (schema, Value::Array(dialogues))
}

#[test]
fn mined_sentences_read_well_with_every_value() {
    let dir = corpus("reads");
    let (schema, dialogues) = rooms();
    fs::write(dir.join("schema.json"), schema.to_string()).unwrap();
    fs::write(dir.join("dialogues_001.json"), dialogues.to_string()).unwrap();
    import(&dir, "Gardens_1", &[]);
    let scenario = Scenario::parse(&fs::read_to_string(dir.join("mined.json")).unwrap()).unwrap();
    assert_reads_well(&scenario);
    let slot = |name: &str| scenario.slots.iter().find(|s| s.name == name).unwrap();
    // The day keeps its article, so that one sentence takes all of them.
    assert!(slot("date").values.en.contains(&"the 3rd".to_owned()) && slot("date").values.en.contains(&"the 5th of March".to_owned()));
    assert!(slot("date").answer.en.contains(&"I arrive on {value}.".to_owned()), "{:?}", slot("date").answer.en);
    assert_eq!(slot("rooms").values.en, ["2", "3", "4"], "one room is said otherwise");
    assert!(slot("rooms").answer.en.contains(&"I need {value} rooms.".to_owned()), "{:?}", slot("rooms").answer.en);
    assert!(!slot("city").values.en.iter().any(|v| v.ends_with('.')), "{:?}", slot("city").values.en);
    // Neither a word that is said once nor a yes to another question.
    assert_eq!(slot("city").answer.en, ["Look in {value}.", "Look in {value}!", "I like {value}. Look there."]);
    // "A selected room" is a room.
    assert!(scenario.tasks.iter().all(|t| t.wish.en.iter().all(|s| s.starts_with("I'd like to reserve a room"))));
}

/// Each service of the real corpus gives a scenario or a sentence, where `DIALOQ_DATA` names it.
#[test]
fn each_real_service_is_mined_or_refused() {
    let Ok(root) = std::env::var("DIALOQ_DATA") else {
        println!("skipped: DIALOQ_DATA names no directory of real data");
        return;
    };
    let dir = PathBuf::from(root).join("sgd/dev");
    let known = schema(&serde_json::from_slice(&fs::read(dir.join("schema.json")).unwrap()).unwrap()).unwrap();
    let out = corpus("real");
    let files = read_dialogues(&dir);
    let mut mined = 0;
    let single = known.keys().map(String::as_str);
    for (i, service) in single.chain(["Alarm_1,Banks_2,Weather_1", "Services_4,Travel_1"]).enumerate() {
        goals_are_taken_by_their_intents(&files, &known, service);
        let file = out.join(format!("real-{i}.json"));
        let path = file.to_str().unwrap();
        let (code, told, err) = dialoq(&["import", "sgd", dir.to_str().unwrap(), "--service", service, "-o", path, "--json"]);
        assert!(code == 0 || (code == 2 && err.contains("name more services")), "{service}: {err}");
        if code != 0 {
            continue;
        }
        mined += 1;
        let scenario = Scenario::parse(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_reads_well(&scenario);
        let told: Value = serde_json::from_str(&told).unwrap();
        let (made, all) = (told["made"].as_u64().unwrap(), told["sentences"].as_u64().unwrap());
        assert!(made <= 25 && 5 * made <= 2 * all, "{service}: {made} of {all} sentences are made from the schema's words");
        assert_eq!(dialoq(&["scenarios", "check", path]).0, 0);
        let (code, told, err) = dialoq(&["train", "--scenario", path, "--dialogues", "4000", "--json"]);
        assert_eq!((code, err.as_str()), (0, ""));
        let told: Value = serde_json::from_str(&told).unwrap();
        assert!(told["greedy"]["success"].as_f64().unwrap() > 0.85, "{service}: {}", told["greedy"]);
    }
    assert!(mined >= 9, "{mined} scenarios");
}

/// All dialogues of a directory, with the names of their files.
fn read_dialogues(dir: &Path) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("dialogues") {
            out.push((name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()));
        }
    }
    out
}

/// Counts the goals of some services: each holds slots that its intent requires or takes, and no others.
fn goals_are_taken_by_their_intents(files: &[(String, Value)], known: &BTreeMap<String, Service>, services: &str) {
    let wanted: Vec<String> = services.split(',').map(str::to_owned).collect();
    let mut miner = Miner::new(known, &wanted).unwrap();
    for (name, file) in files {
        file.as_array().unwrap().iter().for_each(|d| miner.dialogue(name, d));
    }
    for ((service, intent), goals) in &miner.goals {
        let of = &known[service].intents[intent];
        let taken = |slot: &String| of.required.contains(slot) || of.optional.contains(slot);
        assert!(goals.keys().all(|goal| goal.iter().all(taken)), "{service} {intent}: {goals:?}");
    }
}
