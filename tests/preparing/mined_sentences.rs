//! Faults of English that a value brings into a sentence, looked for in all sentences of a mined scenario with all of their values.

use dialoq::world::scenario::Scenario;

const NOUNS: &[&str] = &["room", "bed", "bedroom", "bath", "day", "night", "ticket", "seat", "person", "adult", "guest", "passenger"];
const DETERMINERS: &[&str] = &["the", "a", "an", "my", "your", "our"];
const RELATIVE: &[&str] = &["today", "tomorrow", "tonight", "yesterday"];
const DAYS: &[&str] =
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april"];

/// What reads badly, if anything does.
fn fault(sentence: &str) -> Option<String> {
    let marks: Vec<char> = sentence.chars().collect();
    for (i, pair) in marks.windows(2).enumerate() {
        let letters = marks[..i].iter().rev().take_while(|c| c.is_alphabetic()).count();
        let abbreviation = pair[0] == '.' && pair[1] != '.' && letters <= 3;
        let mark = |c: char| ".,!?;".contains(c);
        if mark(pair[0]) && mark(pair[1]) && !sentence.contains("...") && !abbreviation {
            return Some(format!("{}{}", pair[0], pair[1]));
        }
        if pair[0] == ' ' && mark(pair[1]) {
            return Some("a gap before a mark".into());
        }
    }
    if sentence.chars().next().is_some_and(char::is_lowercase) {
        return Some("no capital".into());
    }
    let words: Vec<String> =
        sentence.to_lowercase().split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '$').to_owned()).collect();
    // A mark between two words keeps them apart.
    let joined: Vec<bool> = sentence.split_whitespace().map(|w| w.ends_with(|c: char| c.is_alphanumeric())).collect();
    for (i, pair) in words.windows(2).enumerate().filter(|(i, _)| joined[*i]) {
        let (first, second) = (pair[0].as_str(), pair[1].as_str());
        let determined = DETERMINERS.contains(&first);
        let ordinal = second.strip_suffix("th").or_else(|| second.strip_suffix("rd")).or_else(|| second.strip_suffix("st"));
        let bare = ordinal.is_some_and(|n| n.parse::<u32>().is_ok()) && words.get(i + 2).is_none_or(|w| w == "of");
        let plural = second.strip_suffix('s').is_some_and(|n| NOUNS.contains(&n)) || second == "people";
        let bad = first == second && !first.is_empty()
            || determined && (DETERMINERS.contains(&second) || RELATIVE.contains(&second) || DAYS.contains(&second))
            || ["on", "at", "in"].contains(&first) && RELATIVE.contains(&second)
            || first == "on" && bare
            || ["in", "arrive", "leave", "stay", "something"].contains(&first)
                && (second == "the" && dated(&words, i + 2) || DAYS[..7].contains(&second))
            || ["1", "one"].contains(&first) && plural
            || first.parse::<u32>().is_ok_and(|n| n > 1) && NOUNS.contains(&second);
        if bad {
            return Some(format!("{first} {second}"));
        }
    }
    None
}

/// Whether a word is the number of a day ("6th") with nothing or "of" behind it.
fn dated(words: &[String], at: usize) -> bool {
    let number = |w: &String| {
        w.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().is_ok() && !w.ends_with(|c: char| c.is_ascii_digit())
    };
    words.get(at).is_some_and(number) && words.get(at + 1).is_none_or(|w| w == "of")
}

/// A template with every value that it can have in one hole; other holes have their first value.
fn filled(scenario: &Scenario, template: &str, value_of: Option<usize>) -> Vec<String> {
    let mut out = vec![template.to_owned()];
    for (i, slot) in scenario.slots.iter().enumerate() {
        let named = format!("{{{}}}", slot.name);
        let hole = if Some(i) == value_of { "{value}" } else { named.as_str() };
        if out.iter().any(|s| s.contains(hole)) {
            out = out.iter().flat_map(|s| slot.values.en.iter().map(move |v| s.replace(hole, v))).take(500).collect();
        }
    }
    out
}

pub fn assert_reads_well(scenario: &Scenario) {
    let mut all: Vec<String> = Vec::new();
    for (i, slot) in scenario.slots.iter().enumerate() {
        for template in [&slot.ask, &slot.answer, &slot.volunteer, &slot.confirm, &slot.correct].into_iter().flat_map(|v| &v.en) {
            assert!(
                !template.contains(" a {value}") || !slot.values.en.iter().any(|v| v.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o'])),
                "{template}"
            );
            all.extend(filled(scenario, template, Some(i)));
        }
    }
    for task in &scenario.tasks {
        for template in [&task.wish, &task.confirm, &task.correct, &task.affirm, &task.done].into_iter().flat_map(|v| &v.en) {
            all.extend(filled(scenario, template, None));
        }
    }
    let bad: Vec<String> = all.iter().filter_map(|s| Some(format!("{}: {s}", fault(s)?))).collect();
    assert!(all.len() > 20 && bad.is_empty(), "{}: {} of {} sentences: {bad:#?}", scenario.name, bad.len(), all.len());
}

#[test]
fn faults_of_sentences_are_seen() {
    for (sentence, fault_of) in [
        ("I arrive on the the 3rd.", "the the"),
        ("I arrive on the tomorrow.", "the tomorrow"),
        ("I arrive on tomorrow.", "on tomorrow"),
        ("Book it for the a week.", "the a"),
        ("I arrive on 3rd of March.", "on 3rd"),
        ("I would like to check in the 6th of this month.", "in the"),
        ("Checking in Friday.", "in friday"),
        ("Visit on the March 8th.", "the march"),
        ("Hotel Washington D.C..", ".."),
        ("I need 1 rooms.", "1 rooms"),
        ("I need 3 room.", "3 room"),
        ("today.", "no capital"),
        ("Is it , yes?", "a gap before a mark"),
    ] {
        assert_eq!(fault(sentence).as_deref(), Some(fault_of), "{sentence}");
    }
    for sentence in [
        "I arrive on the 3rd.",
        "I check in on the 3rd of March.",
        "Hotel Washington D.C., please.",
        "I need 1 room.",
        "Well... at 5 p.m., tomorrow.",
        "A 3 star hotel on Friday!",
    ] {
        assert_eq!(fault(sentence), None, "{sentence}");
    }
}
