//! What is said is understood, what says nothing is not.

use dialoq::lm::broken::{Breakage, broken};
use dialoq::lm::phrases::{self, Class};
use dialoq::lm::understand::{THRESHOLD, Understanding};
use dialoq::lm::vocabulary::pieces;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::world::SCENARIOS;
use dialoq::world::names::Lang;
use dialoq::world::scenario::Scenario;

fn scenarios() -> impl Iterator<Item = Scenario> {
    SCENARIOS.iter().map(|s| Scenario::parse(s.text).unwrap())
}

#[test]
fn every_sentence_of_the_agent_is_understood_as_what_it_expresses() {
    for scenario in scenarios() {
        for lang in [Lang::English, Lang::Chinese] {
            let model = Understanding::of_agent(&scenario, lang);
            let (mut all, mut wrong) = (0, Vec::new());
            for (class, texts) in phrases::agent(&scenario, lang) {
                for text in texts {
                    let found = model.understand(&text);
                    all += 1;
                    if found.best != class || found.confidence < THRESHOLD {
                        wrong.push((text, found));
                    }
                }
            }
            // In the largest scenario a value in Chinese is also a task's name.
            assert!(wrong.len() * 100 <= all, "{}: {wrong:?}", scenario.name);
        }
    }
}

#[test]
fn most_broken_sentences_are_not_understood() {
    for scenario in scenarios().take(3) {
        let model = Understanding::of_agent(&scenario, Lang::English);
        let all: Vec<(Class, Vec<String>)> = phrases::agent(&scenario, Lang::English)
            .into_iter()
            .flat_map(|(class, texts)| texts.into_iter().map(move |text| (class, pieces(&text))))
            .collect();
        let words: Vec<String> = all.iter().flat_map(|(_, pieces)| pieces.clone()).collect();
        let (mut taken, mut count) = (0, 0);
        for k in 0..2000 {
            // None of the dice that training drew from.
            let mut dice = Dice::at(Key::new(99, Stream::Eval), k);
            let (one, other) = (&all[dice.below(all.len() as u32) as usize], &all[dice.below(all.len() as u32) as usize]);
            let way = Breakage::drawn(&mut dice);
            let text = broken(&one.1, &other.1, &words, way, &mut dice);
            // A sentence of a word or two, and halves of one class, may say something yet.
            if text.len() < 3 || one.0 == other.0 || all.iter().any(|(_, sound)| *sound == text) {
                continue;
            }
            let found = model.understand(&text.join(" "));
            count += 1;
            taken += u32::from(found.best != Class::Unknown && found.confidence >= THRESHOLD);
        }
        let share = f64::from(taken) / f64::from(count);
        assert!(share < 0.1, "{}: {share} of {count} broken sentences were taken for sound ones", scenario.name);
    }
}

#[test]
fn values_are_found_however_a_person_writes_them() {
    let scenario = scenarios().next().unwrap();
    let model = Understanding::of_user(&scenario, Lang::English);
    for text in ["it is A-7731.", "it is a7731", "IT IS A 7731"] {
        let found = model.understand(text);
        assert_eq!(found.slots, [(0, Some(0))], "{text}: {found:?}");
        assert_eq!(found.best, Class::Tell, "{text}: {found:?}");
    }
    let both = model.understand("I ordered the desk lamp. My order number is H-7731.");
    assert_eq!(both.slots, [(1, Some(2)), (0, Some(2))]);
}

#[test]
fn a_persons_moves_are_told_apart() {
    let scenario = scenarios().next().unwrap();
    let model = Understanding::of_user(&scenario, Lang::English);
    let cases = [
        ("I want my money back please", Class::Wish(0)),
        ("where is my parcel", Class::Wish(1)),
        ("please cancel what I ordered", Class::Wish(2)),
        ("yes", Class::Yes),
        ("Yes, that is right.", Class::Yes),
        ("no", Class::No),
        ("thank you", Class::Thanks),
        ("nope", Class::No),
        ("I don't know", Class::Evade),
        ("hello", Class::Greet),
    ];
    for (text, class) in cases {
        let found = model.understand(text);
        assert_eq!(found.best, class, "{text}: {found:?}");
    }
    let nothing = model.understand("purple elephants dance quietly upon seventeen violins");
    assert!(nothing.best == Class::Unknown || nothing.confidence < THRESHOLD, "{nothing:?}");
}

#[test]
fn hostile_text_is_understood_as_nothing() {
    let scenario = scenarios().next().unwrap();
    let model = Understanding::of_agent(&scenario, Lang::English);
    for text in ["", "\u{1b}[2J\u{0}", "\u{202e}\u{202e}", &"x".repeat(100_000), "{order} {order} {order} {order}"] {
        let found = model.understand(text);
        assert!(found.best == Class::Unknown || found.confidence < 0.9, "{:?}: {found:?}", &text[..text.len().min(20)]);
    }
}
