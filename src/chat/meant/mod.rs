//! Values in other words than the scenario's: a time, a length, a number of people has many forms, and things have everyday names. What
//! a value means is read from its own text, so that any scenario's values are met by any form of them.

mod chinese;
mod english;
mod names;

pub use names::aliases;

use crate::world::names::Lang;
use crate::world::scenario::Scenario;

/// What an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Minutes since midnight.
    Clock(u32),
    /// A clock's hour of which the half of the day is not said: minutes since midnight or noon.
    Hour(u32),
    Minutes(u32),
    /// So many minutes before.
    Before(u32),
    People(u32),
    Euros(u32),
    Degrees(u32),
    /// Monday is 0.
    Weekday(u32),
    /// Days between two; months are 30 days, 0 is once.
    Every(u32),
}

/// All that a text mentions; of words made ready by `Cues::words`.
pub fn meanings(words: &[String], lang: Lang) -> Vec<Meaning> {
    match lang {
        Lang::English => english::meanings(words),
        Lang::Chinese => chinese::meanings(&words.concat()),
    }
}

/// What a scenario's values mean.
#[derive(Clone, Debug)]
pub struct Meant {
    /// By slot: its values' meanings, if every one of them has one.
    slots: Vec<Option<Vec<Meaning>>>,
}

impl Meant {
    pub fn new(scenario: &Scenario, lang: Lang, words: &dyn Fn(&str) -> Vec<String>) -> Meant {
        let of = |text: &String| meanings(&words(text), lang).first().copied();
        Meant { slots: scenario.slots.iter().map(|slot| slot.values.of(lang).iter().map(of).collect()).collect() }
    }

    /// Whether the slot's values are such as can be said in many forms.
    pub fn has(&self, slot: usize) -> bool {
        self.slots[slot].is_some()
    }

    /// Slots and values mentioned; of one slot the last. An hour alone is one of the evening where that is plain.
    pub fn find(&self, all: &[Meaning], evening: bool) -> Vec<(usize, usize)> {
        let settled = |meaning: Meaning| match meaning {
            Meaning::Hour(minutes) if evening => Meaning::Clock(minutes + 720),
            other => other,
        };
        let place =
            |values: &Vec<Meaning>| all.iter().rev().find_map(|meaning| values.iter().position(|value| settled(*meaning) == *value));
        let found = self.slots.iter().enumerate().filter_map(|(slot, values)| Some((slot, place(values.as_ref()?)?)));
        found.collect()
    }
}
