//! Values of flags: how they are read, and the sentence where they cannot be.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{ArgMatches, ValueEnum};

use crate::agents::AGENTS;
use crate::trainer::snapshot::Pace;
use crate::world::SCENARIOS;
use crate::world::gym::Observe;
use crate::world::names::Lang;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// The colours to use; auto asks the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ThemeName {
    #[default]
    Auto,
    Dark,
    Light,
    Mono,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangName {
    En,
    Zh,
}

impl From<LangName> for Lang {
    fn from(name: LangName) -> Lang {
        match name {
            LangName::En => Lang::English,
            LangName::Zh => Lang::Chinese,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ObserveName {
    #[default]
    State,
    Features,
}

impl From<ObserveName> for Observe {
    fn from(name: ObserveName) -> Observe {
        match name {
            ObserveName::State => Observe::State,
            ObserveName::Features => Observe::Features,
        }
    }
}

/// The language wanted, else that of the locale: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that says anything.
pub fn lang(wanted: Option<LangName>) -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok()).find(|v| !v.is_empty());
    let spoken = if locale.is_some_and(|l| l.to_lowercase().starts_with("zh")) { LangName::Zh } else { LangName::En };
    wanted.unwrap_or(spoken).into()
}

/// Any text, with names that a shell may complete.
#[derive(Clone, Copy)]
pub struct Named(pub fn() -> Vec<&'static str>);

impl TypedValueParser for Named {
    type Value = String;

    fn parse_ref(&self, cmd: &clap::Command, arg: Option<&clap::Arg>, value: &std::ffi::OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(cmd, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

pub fn scenario_names() -> Vec<&'static str> {
    SCENARIOS.iter().map(|s| s.name).collect()
}

pub fn agent_names() -> Vec<&'static str> {
    AGENTS.iter().map(|a| a.name).collect()
}

pub fn profile_names() -> Vec<&'static str> {
    vec!["easy", "standard", "unfriendly"]
}

pub fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("\"{text}\" is not a seed; use a whole number from 0 to {}", u64::MAX))
}

/// More dialogues than this are years of training; the bound keeps sums exact.
const DIALOGUES_MAX: u64 = 1_000_000_000_000;

pub fn dialogues(text: &str) -> Result<u64, String> {
    let plain: String = text.chars().filter(|c| *c != ',' && *c != '_').collect();
    match plain.parse() {
        Ok(n) if n <= DIALOGUES_MAX => Ok(n),
        _ => Err(format!("\"{text}\" is not a number of dialogues; use a whole number from 0 to {DIALOGUES_MAX}")),
    }
}

pub fn turn(text: &str) -> Result<u64, String> {
    let plain: String = text.chars().filter(|c| *c != ',' && *c != '_').collect();
    match plain.parse() {
        Ok(n) if n <= DIALOGUES_MAX => Ok(n),
        _ => Err(format!("\"{text}\" is not a turn; use a whole number from 0 to {DIALOGUES_MAX}")),
    }
}

/// More are no better told apart.
const REPLICAS_MAX: u32 = 100;

pub fn replicas(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(n) if n <= REPLICAS_MAX => Ok(n),
        _ => Err(format!("\"{text}\" is not a number of seeds; use a whole number from 0 to {REPLICAS_MAX}")),
    }
}

pub fn discount(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(g) if (0.0..=1.0).contains(&g) => Ok(g),
        _ => Err(format!("\"{text}\" is not a discount; use a number from 0 to 1")),
    }
}

/// `alpha=0.1`
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(format!("\"{text}\" is not a setting; write it as knob=value, such as alpha=0.1")),
    }
}

/// `1048576`, `64M`, `2G`: bytes, by powers of 1024.
pub fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("\"{text}\" is not a number of bytes; use a whole number such as 1048576, 64M or 2G");
    let digits = text.trim_end_matches(['K', 'M', 'G']);
    let factor = match &text[digits.len()..] {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err(wrong()),
    };
    match digits.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)) {
        Some(0) => Err("with 0 bytes no file could be read; use a number above 0 such as 1048576, 64M or 2G".to_owned()),
        bytes => bytes.ok_or_else(wrong),
    }
}

/// The sentence where --set gives one knob two values: nobody could tell which one is meant.
pub fn given_twice(matches: &ArgMatches) -> Option<String> {
    let mut at = matches;
    while let Some((_, deeper)) = at.subcommand() {
        at = deeper;
    }
    let given: Vec<String> = at.try_get_raw("set").ok().flatten()?.map(|v| v.to_string_lossy().into_owned()).collect();
    let pairs: Vec<(String, String)> = given.iter().filter_map(|text| setting(text).ok()).collect();
    pairs.iter().enumerate().find_map(|(k, (name, value))| {
        let (_, earlier) = pairs[..k].iter().find(|(other, _)| other == name)?;
        Some(format!("--set: {name} is given twice, as {earlier} and as {value}; give it once"))
    })
}

/// `60` dialogues a second, `5t` turns a second, `max`.
pub fn pace(text: &str) -> Result<Pace, String> {
    let wrong = || format!("\"{text}\" is not a pace; use 60 (dialogues a second), 5t (turns a second) or max");
    if text == "max" || text == "full" {
        return Ok(Pace::Full);
    }
    let (number, turns) = text.strip_suffix('t').map_or((text, false), |n| (n, true));
    match number.parse::<f64>() {
        Ok(x) if x > 0.0 && x <= 1e9 => Ok(if turns { Pace::TurnsPerSecond(x) } else { Pace::DialoguesPerSecond(x) }),
        _ => Err(wrong()),
    }
}
