//! What is said: complete, varied, the same however often it is told, and true to what later comes out.

use std::collections::{BTreeMap, BTreeSet};

use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::world::acts::Act;
use dialoq::world::env::{ActionId, End, Env};
use dialoq::world::names::Lang;
use dialoq::world::tell::{Meant, SpanView, Step, Tale};
use dialoq::world::{SCENARIOS, World};

use super::compiled::dialogues;
use crate::support::built_in;

const DIALOGUES: u64 = 2_000;
const LANGS: [Lang; 2] = [Lang::English, Lang::Chinese];

fn words() -> Key {
    Key::new(41, Stream::Words)
}

/// A dialogue with any legal act, most of them sensible: pointless ones alone would end it soon.
fn steps(world: &World, dialogue: u64) -> Vec<Step> {
    let d = dialogues(world);
    let key = Key::new(41, Stream::World);
    let mut state = world.open(&mut Dice::at_turn(key, dialogue, 0));
    let mut out = Vec::new();
    for turn in 1..=world.turn_limit() {
        let mut agent = Dice::at_turn(Key::new(41, Stream::Agent), dialogue, turn);
        let sensible = |a: &u8| d.rule.sensible(d.state(state), d.rule.acts[*a as usize]);
        let legal = |a: &u8| world.legal(state) >> a & 1 == 1;
        // Few dialogues should end in their first turns.
        let early = |a: &u8| turn > 6 || !matches!(d.rule.acts[*a as usize], Act::Escalate | Act::Execute);
        let all = 0..world.actions() as u8;
        let good: Vec<u8> = all.clone().filter(|a| sensible(a) && early(a) && legal(a)).collect();
        let open: Vec<u8> = if good.is_empty() || agent.unit() < 0.1 { all.filter(legal).collect() } else { good };
        let act = ActionId(open[agent.below(open.len() as u32) as usize]);
        let o = world.step(state, act, &mut Dice::at_turn(key, dialogue, turn));
        let end = match (o.closed, turn == world.turn_limit()) {
            (true, _) => End::Closed,
            (false, true) => End::Cut,
            (false, false) => End::Open,
        };
        out.push(Step { state, act, next: o.next, reward: o.reward, end, success: o.success });
        if end != End::Open {
            break;
        }
        state = o.next;
    }
    out
}

fn text(spans: &[SpanView]) -> String {
    let part = |s: &SpanView| match s {
        SpanView::Plain(text) => text.clone(),
        SpanView::Heard { value, .. } => value.clone(),
    };
    spans.iter().map(part).collect()
}

/// Every scenario, language, dialogue: its steps and tale.
fn every_tale(mut check: impl FnMut(&str, &World, Lang, u64, &[Step], &Tale)) {
    for scenario in SCENARIOS {
        let world = built_in(scenario.name);
        for dialogue in 0..DIALOGUES {
            let steps = steps(&world, dialogue);
            for lang in LANGS {
                check(scenario.name, &world, lang, dialogue, &steps, &world.tell(words(), dialogue, &steps, lang));
            }
        }
    }
}

#[test]
fn every_sentence_is_whole() {
    every_tale(|name, _, lang, dialogue, steps, tale| {
        assert_eq!(tale.turns.len(), steps.len());
        let lines = tale.turns.iter().flat_map(|t| [text(&t.agent), text(&t.user)]).chain([tale.opening.clone()]);
        for (i, line) in lines.enumerate() {
            let place = format!("{name}, {lang:?}, dialogue {dialogue}, line {i}: \"{line}\"");
            assert!(!line.is_empty(), "{place} is empty");
            assert!(!line.contains(['{', '}']), "{place} has a hole");
            assert!(!line.contains("  "), "{place} has two spaces");
            assert_eq!(line.trim(), line, "{place} begins or ends with a space");
            assert!(!line.contains(" ?") && !line.contains(" .") && !line.contains(" ,"), "{place} has a space before a mark");
            assert!(!line.contains(".."), "{place} has two full stops");
            assert!(lang == Lang::Chinese || !line.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{place} is in Chinese");
            if lang == Lang::English {
                // Two sentences glued together: a full stop and at once a letter.
                let glued = line.as_bytes().windows(2).any(|w| b".!?".contains(&w[0]) && w[1].is_ascii_uppercase());
                assert!(!glued, "{place} has no space between two sentences");
            }
        }
        for t in &tale.turns {
            assert!(!t.note.is_empty(), "{name}: a turn of dialogue {dialogue} has no note");
        }
        assert!(!tale.ending.is_empty(), "{name}: dialogue {dialogue} ended, and nobody says how");
    });
}

#[test]
fn a_transcript_is_the_same_however_often_it_is_told() {
    every_tale(|name, world, lang, dialogue, steps, tale| {
        if dialogue % 10 == 0 {
            assert_eq!(*tale, world.tell(words(), dialogue, steps, lang), "{name}: dialogue {dialogue}");
        }
    });
}

/// The same without what hearings turned out to mean.
fn heard_only(spans: &[SpanView]) -> Vec<SpanView> {
    let strip = |s: &SpanView| match s {
        SpanView::Heard { value, .. } => SpanView::Heard { value: value.clone(), meant: Meant::Unknown },
        plain @ SpanView::Plain(_) => plain.clone(),
    };
    spans.iter().map(strip).collect()
}

fn meanings(spans: &[SpanView]) -> Vec<Meant> {
    spans.iter().filter_map(|s| if let SpanView::Heard { meant, .. } = s { Some(meant.clone()) } else { None }).collect()
}

#[test]
fn what_was_said_never_changes_afterwards() {
    every_tale(|name, world, lang, dialogue, steps, tale| {
        for n in 1..steps.len() {
            let part = world.tell(words(), dialogue, &steps[..n], lang);
            assert_eq!(part.opening, tale.opening);
            for (i, (a, b)) in part.turns.iter().zip(&tale.turns).enumerate() {
                let place = format!("{name}, {lang:?}, dialogue {dialogue}, turn {}, told at turn {n}", i + 1);
                assert_eq!((text(&a.agent), &a.note, &a.facts), (text(&b.agent), &b.note, &b.facts), "{place}");
                assert_eq!(heard_only(&a.user), heard_only(&b.user), "{place}");
            }
        }
    });
}

#[test]
fn what_was_marked_once_is_never_marked_otherwise() {
    every_tale(|name, world, lang, dialogue, steps, tale| {
        for n in 1..steps.len() {
            let part = world.tell(words(), dialogue, &steps[..n], lang);
            for (i, (a, b)) in part.turns.iter().zip(&tale.turns).enumerate() {
                for (before, after) in meanings(&a.user).into_iter().zip(meanings(&b.user)) {
                    let place = format!("{name}, {lang:?}, dialogue {dialogue}, turn {}, told at turn {n}", i + 1);
                    assert!(before == Meant::Unknown || before == after, "{place}: {before:?} became {after:?}");
                }
            }
        }
    });
}

/// The acts of a dialogue at which a slot was confirmed with a yes or a no, and the last hearing of that slot before.
#[test]
fn a_yes_marks_what_was_heard_as_right_and_a_no_never_does() {
    let (mut yes, mut no) = (0, 0);
    for scenario in SCENARIOS {
        let world = built_in(scenario.name);
        let d = dialogues(&world);
        for dialogue in 0..DIALOGUES {
            let steps = steps(&world, dialogue);
            let tale = world.tell(words(), dialogue, &steps, Lang::English);
            for (k, step) in steps.iter().enumerate() {
                let Act::Confirm(slot) = d.rule.acts[step.act.index()] else { continue };
                let note = tale.turns[k].note.as_str();
                // The value in question stands in the facts after the turn before.
                let value = if k == 0 { continue } else { &tale.turns[k - 1].facts[1 + slot as usize].value };
                let hearing = tale.turns[..k].iter().rev().flat_map(|t| t.user.iter().rev()).find_map(|s| match s {
                    SpanView::Heard { value: v, meant } if v == value => Some(meant),
                    _ => None,
                });
                let Some(meant) = hearing else { continue };
                let place = format!("{}, dialogue {dialogue}, turn {}: \"{value}\"", scenario.name, k + 1);
                if note.starts_with("yes") {
                    assert_eq!(*meant, Meant::Same, "{place} was confirmed");
                    yes += 1;
                } else if note.starts_with("no") && !note.starts_with("no answer") {
                    assert_ne!(*meant, Meant::Same, "{place} was rejected");
                    no += 1;
                }
            }
        }
    }
    println!("{yes} values confirmed, {no} rejected");
    assert!(yes > 500 && no > 50, "{yes} confirmed, {no} rejected");
}

#[test]
fn a_marked_value_is_another_one_of_its_kind() {
    let mut corrected = 0;
    every_tale(|name, _, _, dialogue, _, tale| {
        for span in tale.turns.iter().flat_map(|t| &t.user) {
            if let SpanView::Heard { value, meant: Meant::Other(meant) } = span {
                assert_ne!(value, meant, "{name}: dialogue {dialogue}");
                assert!(!meant.is_empty());
                corrected += 1;
            }
        }
    });
    assert!(corrected > 200, "{corrected} values were found to be wrong");
}

#[test]
fn a_success_leaves_nothing_of_its_task_in_doubt() {
    for scenario in SCENARIOS {
        let world = built_in(scenario.name);
        let mut successes = 0;
        for dialogue in 0..DIALOGUES {
            let steps = steps(&world, dialogue);
            if !steps.last().unwrap().success {
                continue;
            }
            successes += 1;
            let tale = world.tell(words(), dialogue, &steps, Lang::English);
            let needed: BTreeSet<&str> = tale.facts.iter().filter(|f| f.needed).map(|f| f.value.as_str()).collect();
            let mut last: BTreeMap<&str, &Meant> = BTreeMap::new();
            for span in tale.turns.iter().flat_map(|t| &t.user) {
                if let SpanView::Heard { value, meant } = span {
                    last.insert(value, meant);
                }
            }
            for value in needed.iter().filter(|v| last.contains_key(**v)) {
                assert_eq!(*last[value], Meant::Same, "{}: dialogue {dialogue}: {value}", scenario.name);
            }
        }
        assert!(successes > 50, "{}: {successes} successes", scenario.name);
    }
}

#[test]
fn common_acts_are_said_in_many_ways() {
    for scenario in SCENARIOS {
        let world = built_in(scenario.name);
        let d = dialogues(&world);
        for (lang, key) in LANGS.into_iter().zip(["en", "zh"]) {
            let mut said: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
            let mut openings = BTreeSet::new();
            for dialogue in 0..DIALOGUES / 2 {
                let steps = steps(&world, dialogue);
                let tale = world.tell(words(), dialogue, &steps, lang);
                openings.insert(tale.opening);
                for (step, told) in steps.iter().zip(&tale.turns) {
                    said.entry(step.act.0).or_default().insert(text(&told.agent));
                }
            }
            assert!(openings.len() >= 4, "{} ({key}): {} openings", scenario.name, openings.len());
            for (act, sentences) in said {
                let name = d.rule.acts[act as usize].name(&d.scenario);
                assert!(sentences.len() >= 4, "{} ({key}): \"{name}\" is said in {} ways", scenario.name, sentences.len());
            }
        }
    }
}

#[test]
fn another_dialogue_is_told_in_other_words() {
    let world = built_in("customer-service");
    let steps = steps(&world, 12);
    let tales: BTreeSet<String> = (0..20).map(|n| format!("{:?}", world.tell(words(), n, &steps, Lang::English).turns)).collect();
    assert!(tales.len() >= 18, "{} of 20 differ", tales.len());
}

#[test]
fn a_finite_mdp_is_told_in_its_own_names() {
    let world = crate::support::two_rooms();
    let step = Step { state: 0, act: ActionId(1), next: 1, reward: 0.0, end: End::Open, success: false };
    let tale = world.tell(words(), 0, &[step], Lang::English);
    assert_eq!((text(&tale.turns[0].agent), text(&tale.turns[0].user)), ("go".into(), "corridor".into()));
    assert_eq!(tale.ending, "");
}
