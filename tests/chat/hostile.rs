//! Whatever is typed, a conversation goes on.

use std::cell::RefCell;

use dialoq::chat::clean;
use dialoq::run::chat::Entry;
use dialoq::world::SCENARIOS;
use dialoq::world::names::Lang;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use super::{expert, say, with};
use crate::support::proptest;

#[test]
fn terminal_escapes_and_marks_that_hide_text_are_left_out() {
    let cases = [
        ("\u{1b}[31mhello\u{1b}[0m", "hello"),
        ("\u{1b}]0;title\u{7}hello", "hello"),
        ("\u{1b}]8;;http://x\u{1b}\\hello", "hello"),
        ("he\u{0}llo\u{8}", "he llo"),
        ("hel\u{202e}lo\u{200b}", "hello"),
        ("  two \t lines\nhere ", "two lines here"),
        ("\u{9b}31m", "31m"),
        ("", ""),
        ("\u{1b}[", ""),
    ];
    for (typed, read) in cases {
        assert_eq!(clean(typed).0, read, "{typed:?}");
    }
}

#[test]
fn ten_thousand_characters_are_cut_and_said_to_be() {
    let heard = say(&mut *expert(Lang::English), &"where is my parcel? ".repeat(500));
    assert_eq!(heard.notes.first().map(String::as_str), Some("only the first 500 characters were read"));
    assert!(heard.person.chars().count() <= 500);
    assert!(say(&mut *expert(Lang::Chinese), &"订".repeat(10_000)).person.chars().count() <= 500);
}

#[test]
fn an_empty_line_is_no_sentence() {
    let mut talk = expert(Lang::English);
    for line in ["", "   ", "\t\n", "\u{200b}", "\u{1b}[0m"] {
        talk.line(line);
    }
    assert_eq!(talk.entries().len(), 1);
}

#[test]
fn other_languages_and_marks_are_asked_about_politely() {
    for text in [
        "Où est mon colis ?",
        "Где моя посылка?",
        "أين طردي؟",
        "😀😀😀",
        "???",
        "{order}",
        "{summary}",
        "<eos>",
        "{}{}",
        "-1e999",
        "'; drop table",
    ] {
        let heard = say(&mut *expert(Lang::English), text);
        assert!(heard.state.starts_with("task unknown"), "{text}: {heard:?}");
    }
}

#[test]
fn anything_typed_is_answered_and_moves_only_what_there_is() {
    for scenario in SCENARIOS.iter().take(2) {
        let talk = RefCell::new(with(scenario.name, "random", Lang::English));
        let lines = proptest::collection::vec(any::<String>().prop_filter("no command", |text| !text.trim_start().starts_with('/')), 1..6);
        let lines = (lines, proptest::sample::select(vec!["yes", "no", "A-1137", "the kettle", "kitchen", "forget it", "unlock the door"]));
        proptest(96)
            .run(&lines, |(lines, known)| {
                let mut talk = talk.borrow_mut();
                for line in lines.iter().map(String::as_str).chain([known]) {
                    talk.line(line);
                    if let Some(Entry::Exchange(e)) = talk.entries().last() {
                        assert!(!e.agent.is_empty() && e.agent.chars().all(|c| !c.is_control()), "{line:?}: {e:?}");
                        assert!(!e.agent.contains('{'), "a placeholder was said after {line:?}: {e:?}");
                    }
                }
                Ok(())
            })
            .unwrap();
    }
}
