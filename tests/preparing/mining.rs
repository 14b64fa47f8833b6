//! `dialoq import sgd`: a scenario mined from dialogues in the form of the corpus, which opens like a built-in one.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use dialoq::data::mine::{Miner, schema};
use dialoq::world::scenario::Scenario;
use serde_json::{Value, json};

fn services() -> Value {
    let slot = |name: &str| json!({"name": name, "description": "…", "is_categorical": false, "possible_values": []});
    let intent = |name: &str, description: &str, transactional: bool, required: &[&str]| json!({"name": name, "description": description, "is_transactional": transactional, "required_slots": required, "optional_slots": {}, "result_slots": []});
    json!([
        {"service_name": "Gardens_1", "description": "…", "slots": [slot("plant"), slot("date"), slot("bed")], "intents": [
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
        let values = if i.is_multiple_of(2) { json!({"bed": [bed]}) } else { json!({"bed": [bed], "plant": [plant]}) };
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
    dialogues().as_array().unwrap().iter().for_each(|d| miner.dialogue(d));
    assert_eq!(miner.dialogues, 12);
    assert_eq!((miner.answered.of, miner.answered.taken), (12, 12));
    let goals = &miner.goals[&("Gardens_1".to_owned(), "FindPlant".to_owned())];
    assert_eq!(goals.values().copied().collect::<Vec<u64>>(), [3, 3]);
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
    let mut mined = 0;
    for service in ["Restaurants_2", "Homes_1", "Services_4", "Alarm_1", "Alarm_1,Banks_2,Weather_1"] {
        assert!(service.split(',').all(|s| known.contains_key(s)));
        let file = out.join(format!("real-{mined}.json"));
        let (code, _, err) = dialoq(&["import", "sgd", dir.to_str().unwrap(), "--service", service, "-o", file.to_str().unwrap()]);
        assert!(code == 0 || (code == 2 && err.contains("name more services")), "{service}: {err}");
        if code == 0 {
            Scenario::parse(&fs::read_to_string(&file).unwrap()).unwrap();
            mined += 1;
        }
    }
    assert_eq!(mined, 4, "only Alarm_1 alone has too few goals");
}
