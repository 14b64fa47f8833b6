//! Typed commands: what a line in the palette means. Every refusal is one sentence that says what would be right.

pub mod time;

use crate::trainer::command::{Ask, Edit};
use crate::trainer::snapshot::{Entry, Pace, Snapshot};
use crate::trainer::view::{KnobKind, KnobView, Lang};
use crate::tui::keys::{Action, BINDINGS, Binding, Context};
use crate::tui::runs;
use crate::tui::widgets::number::thousands;

/// What a command does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Act(Action),
    Ask(Ask),
    Find(String),
    Read(u64),
    Speak(Lang),
    /// What needs to know the cell that is selected.
    Wish(time::Wish),
}

/// Every command that takes a word: stem, example, what it does.
pub fn verbs() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    VERBS.iter().chain(time::VERBS)
}

const VERBS: &[(&str, &str, &str)] = &[
    ("scenario", "scenario smart-home", "Closes all runs and starts over in another world; the session keeps them."),
    ("agent", "agent sarsa", "Another run from dialogue 0 on, with another way of learning."),
    ("seed", "seed 8", "Another run from dialogue 0 on, with another seed."),
    ("pace", "pace 60", "Dialogues a second; “pace 5 turns” counts turns; “pace full” is as fast as can be."),
    ("goto", "goto 1200", "Takes the learner to the start of a dialogue."),
    ("turn", "turn 9871", "Takes the learner to a turn, counted from the start."),
    ("read", "read 12", "Shows a dialogue of the past; the learner stays where it is."),
    ("find", "find refund confirmed", "Shows only the states whose words hold these."),
    ("seeds", "seeds 20", "So many silent replicas with other seeds beside every run; 0 ends them."),
    ("sweep", "sweep alpha=0.1,0.3 gamma=0.9,0.95 seeds 5 dialogues 2000", "Fills a map of two knobs beside training."),
    ("language", "language chinese", "Speaks english or chinese."),
];

/// The bindings that have a place in the palette.
pub fn palette_bindings() -> impl Iterator<Item = &'static Binding> + Clone {
    BINDINGS.iter().filter(|binding| !matches!(binding.context, Context::Over(_)))
}

/// Understands a line.
pub fn parse(line: &str, snapshot: &Snapshot) -> Result<Deed, String> {
    let line = line.trim();
    if let Some(binding) = palette_bindings().find(|binding| binding.command == line) {
        return Ok(Deed::Act(binding.action));
    }
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    if let Some(deed) = time::parse(verb, rest, snapshot) {
        return deed;
    }
    let catalogue = &snapshot.catalogue;
    let new = |scenario, agent, seed| Ask::New { scenario, agent, seed };
    let ask = match verb {
        "new" if rest.is_empty() => new(None, None, None),
        "scenario" => new(Some(named(verb, rest, &catalogue.scenarios)?), None, None),
        "agent" => new(None, Some(named(verb, rest, &catalogue.agents)?), None),
        "seed" => {
            let seed = whole(rest, "a seed is a whole number, such as seed 8")?;
            new(None, None, Some(seed))
        }
        "pace" => Ask::Pace(pace(rest)?),
        "goto" => Ask::SeekDialogue(dialogue(rest, snapshot)?),
        "turn" => {
            let tick = whole(rest, "a turn is a whole number, such as turn 9871")?;
            within(tick, snapshot.view.head, "turn")?;
            Ask::SeekTick(tick)
        }
        "seeds" => runs::seeds(rest)?,
        "sweep" => Ask::Sweep(runs::plan(rest, snapshot)?),
        "read" => return Ok(Deed::Read(past_dialogue(rest, snapshot)?)),
        "find" => return Ok(Deed::Find(rest.to_owned())),
        "language" => return language(rest),
        _ => match snapshot.view.knobs.iter().find(|knob| knob.name == verb) {
            Some(knob) => tune(knob, rest)?,
            None => {
                return Err(format!("there is no command “{line}”; ↑↓ chooses one of the list"));
            }
        },
    };
    Ok(Deed::Ask(ask))
}

fn named(what: &str, name: &str, entries: &[Entry]) -> Result<String, String> {
    if entries.iter().any(|entry| entry.name == name) {
        return Ok(name.to_owned());
    }
    let all: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let all = all.join(", ");
    Err(match name {
        "" => format!("which {what}? There are {all}"),
        _ => format!("there is no {what} “{name}”; there are {all}"),
    })
}

pub fn whole(text: &str, right: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ',' | '_')).collect();
    digits.parse().map_err(|_| match text {
        "" => right.to_owned(),
        _ => format!("“{text}” is not a whole number; {right}"),
    })
}

/// A dialogue to take the learner to.
pub fn dialogue(text: &str, snapshot: &Snapshot) -> Result<u64, String> {
    let wanted = whole(text, "give a dialogue's number, such as 1200")?;
    within(wanted, snapshot.view.head_dialogues, "dialogue")
}

/// A dialogue to be read: one that is over, counted from 0.
pub fn past_dialogue(text: &str, snapshot: &Snapshot) -> Result<u64, String> {
    let wanted = whole(text, "give a dialogue's number, such as 12")?;
    match snapshot.view.dialogues.checked_sub(1) {
        Some(last) => within(wanted, last, "dialogue"),
        None => Err("no dialogue is over yet".to_owned()),
    }
}

fn within(wanted: u64, last: u64, what: &str) -> Result<u64, String> {
    if wanted <= last {
        Ok(wanted)
    } else {
        let (wanted, last) = (thousands(wanted), thousands(last));
        Err(format!("{what} {wanted} has not been yet; the last is {last}"))
    }
}

fn pace(text: &str) -> Result<Pace, String> {
    let right = "a pace is “full”, dialogues a second such as 60, or turns such as “5 turns”";
    if text == "full" || text == "max" {
        return Ok(Pace::Full);
    }
    // `5t` as the command line takes it, `5 turns` as a person says it.
    let (count, unit) = match (text.split_once([' ', '/']), text.strip_suffix('t')) {
        (Some((count, unit)), _) => (count, unit.trim()),
        (None, Some(count)) => (count, "turns"),
        (None, None) => (text, ""),
    };
    let value = count.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0);
    let value = value.ok_or_else(|| right.to_owned())?;
    match unit.trim_end_matches("/s") {
        "" | "s" | "dialogues" | "dialogue" => Ok(Pace::DialoguesPerSecond(value)),
        "turns" | "turn" => Ok(Pace::TurnsPerSecond(value)),
        _ => Err(right.to_owned()),
    }
}

fn language(text: &str) -> Result<Deed, String> {
    match text {
        "english" | "en" => Ok(Deed::Speak(Lang::English)),
        "chinese" | "zh" | "中文" => Ok(Deed::Speak(Lang::Chinese)),
        _ => Err("the languages are english and chinese".to_owned()),
    }
}

fn tune(knob: &KnobView, text: &str) -> Result<Ask, String> {
    if !knob.live {
        return Err(format!("{} is chosen at the start and stays", knob.name));
    }
    let value = match knob.kind {
        KnobKind::Choice(choices) => choices.iter().position(|choice| *choice == text).map(|position| position as f64),
        KnobKind::Real { min, max, .. } => text.parse().ok().filter(|value: &f64| (min..=max).contains(value)),
        KnobKind::Count { min, max } => text.parse().ok().filter(|value: &f64| (min..=max).contains(value) && value.fract() == 0.0),
    };
    let value = value.ok_or_else(|| format!("{} takes {}", knob.name, range(knob)))?;
    Ok(Ask::Edit(Edit::Tune { knob: knob.name.to_owned(), value }))
}

/// `a number from 0 to 1`
pub fn range(knob: &KnobView) -> String {
    match knob.kind {
        KnobKind::Choice(choices) => format!("one of {}", choices.join(", ")),
        KnobKind::Real { min, max, .. } => format!("a number from {min} to {max}"),
        KnobKind::Count { min, max } => format!("a whole number from {min} to {max}"),
    }
}
