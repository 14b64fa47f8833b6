//! Random keys, mouse, pastes, windows and signals: the program stays alive, keeps to its screen, gives the terminal back whole,
//! and every session that it leaves behind learns itself again to the same digests.
//!
//! The same seed draws the same events. `DIALOQ_MONKEY_SEED` and `DIALOQ_MONKEY_EVENTS` choose others, `DIALOQ_MONKEY_REPLAY` does
//! the events that it holds (or those in a file, `@PATH`), as a failure prints them.

mod dice;
mod event;
mod eye;
mod hand;
mod keyboard;
mod life;
mod lines;
mod reach;
mod sessions;

use std::collections::VecDeque;
use std::time::Instant;

use event::Event;
use hand::Hand;
use life::{Monkey, Source};

/// A language model's path, as an agent is chosen.
const LANGUAGE: &str = dialoq::lm::live::NAME;
/// Events where nobody says how many.
const EVENTS: u64 = 400;

fn variable(name: &str) -> Option<String> {
    std::env::var(format!("DIALOQ_MONKEY_{name}")).ok().filter(|value| !value.is_empty())
}

fn number(name: &str, else_: u64) -> u64 {
    variable(name).map_or(else_, |value| value.parse().unwrap_or_else(|_| panic!("DIALOQ_MONKEY_{name} is a whole number, not {value}")))
}

/// The events that were asked for one by one.
fn script() -> Option<VecDeque<Event>> {
    let words = variable("REPLAY")?;
    let words = words.strip_prefix('@').map_or(words.clone(), |path| std::fs::read_to_string(path).unwrap());
    Some(words.split_whitespace().map(event::read).collect())
}

#[test]
fn a_monkey_at_the_keys_breaks_nothing() {
    let (seed, began) = (number("SEED", 1), Instant::now());
    let (source, count) = match script() {
        Some(events) => (Source::Script(events), u64::MAX),
        None => (Source::Hand(Box::new(Hand::new(seed))), number("EVENTS", EVENTS)),
    };
    let mut monkey = Monkey::new(seed, source);
    monkey.play(count);
    let (played, events) = (began.elapsed().as_secs_f64(), monkey.events());
    println!("{events} events in {played:.1} s, {:.0} a second, {} lives", events as f64 / played, monkey.lives);
    println!("{}", monkey.reach.report());
    let (sessions, runs) = monkey.learn_all_again();
    println!("{sessions} sessions with {runs} runs were learned again in {:.1} s", began.elapsed().as_secs_f64() - played);
}

#[test]
fn the_same_seed_draws_the_same_events() {
    let list = |seed| {
        let mut hand = Hand::new(seed);
        (0..500).map(|_| hand.next().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(1), list(1));
    assert_ne!(list(1), list(2));
}

#[test]
fn five_thousand_events_hold_every_key_of_the_table_and_every_command() {
    let mut hand = Hand::new(1);
    let typed: Vec<String> = (0..5_000)
        .filter_map(|_| match hand.next().deed {
            event::Deed::Type(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        })
        .collect();
    for binding in dialoq::tui::keys::BINDINGS {
        let forms: Vec<String> = binding.keys.iter().map(|key| keyboard::bytes(*key, false)).collect();
        assert!(typed.iter().any(|text| forms.iter().any(|form| text.ends_with(form.as_str()))), "{} is never pressed", binding.command);
    }
    for (verb, ..) in dialoq::tui::commands::verbs() {
        assert!(typed.iter().any(|text| text.starts_with(verb)), ":{verb} is never typed");
    }
}
