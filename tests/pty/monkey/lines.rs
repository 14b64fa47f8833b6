//! What is typed where words are asked for: right, wrong and strange.

use dialoq::agents::AGENTS;
use dialoq::tui::commands;

use super::dice::{Deck, Dice};

const NUMBERS: &[&str] =
    &["0", "1", "2", "5", "17", "100", "1,200", "999999999", "18446744073709551615", "18446744073709551616", "-1", "3.5", "x", ""];
const REALS: &[&str] = &["0", "0.3", "1", "-2.5", "−4", "15", "1e-300", "-1e30", "1e39", "nan", "inf", "0.5.5", "zehn"];
const SCENARIOS: &[(u64, &str)] = &[(6, "customer-service"), (6, "smart-home"), (1, "virtual-assistant"), (2, "nowhere"), (1, "")];
const PACES: &[&str] = &["5", "60", "600", "5 turns", "40t", "full", "0", "-1", "0.01", "1e12", "nan", "inf", "turns", "60 dialogues/s"];
/// The journal of each of these lies within the test's own directory.
const NAMES: &[&str] = &[
    "kept",
    "kept-2",
    "a b",
    "名字",
    "./near",
    "../up",
    "no/such/directory",
    "x.jsonl",
    "./y.jsonl",
    ".hidden",
    "e\u{301}",
    "con?",
    "☎\u{fe0f}",
    "",
    "-x",
    "z.",
];
const KNOBS: &[&str] =
    &["alpha", "gamma", "epsilon", "lambda", "n", "kappa", "temperature", "clip", "alpha-decay", "bandit-kl", "sft-rate"];
const REWARDS: &[&str] =
    &["turn -2", "success 30", "hang-up -7.5", "escalate 0", "wrong -99", "success", "success nan", "fame 3", "turn 1e7"];
const BREAKS: &[&str] = &[
    "delta 5",
    "delta",
    "success",
    "flip",
    "below -10",
    "above 15",
    "above x",
    "dialogues 5000",
    "dialogues 0",
    "none",
    "1",
    "2",
    "0",
    "99",
    "never",
];
const SWEEPS: &[&str] = &[
    "alpha=0.1,0.3 gamma=0.9,0.95 seeds 2 dialogues 30",
    "alpha=0.1,0.2 epsilon=0.1,0.2 seeds 1 dialogues 10",
    "alpha=0.1",
    "alpha=0.1,0.3 gamma=2,3 seeds 2 dialogues 30",
    "seeds 5",
    "",
];
const WORDS: &[&str] = &[
    "refund",
    "confirmed",
    "order",
    "weather",
    "zzz",
    "a",
    "Q*",
    "bedroom light",
    "δ",
    "取消",
    "e\u{301}te\u{301}",
    "👩‍👩‍👧‍👦",
    "\u{202e}abc",
    "ß",
    "★",
    "☎\u{fe0f}❤\u{fe0f}",
];
const SENTENCES: &[&str] = &[
    "hi, I want my money back",
    "my order is A-7731",
    "yes",
    "no",
    "it is broken",
    "turn on the light in the kitchen",
    "I want to talk to a human",
    "我想退款",
    "订单号是 A-7731",
    "/why",
    "/undo",
    "/state",
    "/help",
    "/new",
    "/person",
    "/quit",
    "/save talk",
    "/save ../talk",
    "/nonsense",
    "/",
    "👍🏽 👋🏿 e\u{301}\u{301}\u{301}",
    "my order ☎\u{fe0f} is A-7731 ❤\u{fe0f} 🏳\u{fe0f}\u{200d}🌈 4\u{fe0f}\u{20e3}",
    "a\u{200b}b\u{feff}c\u{202e}d",
];

/// A word for a list to be narrowed by, or for a state to be found by.
pub fn word(dice: &mut Dice) -> String {
    dice.one(WORDS).to_owned()
}

pub fn number(dice: &mut Dice) -> String {
    dice.one(NUMBERS).to_owned()
}

pub fn stop(dice: &mut Dice) -> String {
    dice.one(BREAKS).to_owned()
}

pub fn sweep(dice: &mut Dice) -> String {
    dice.one(SWEEPS).to_owned()
}

/// Replicas take the machine's cores: no more than a few.
pub fn seeds(dice: &mut Dice) -> String {
    dice.one(&["0", "0", "2", "3", "9999", "x"]).to_owned()
}

pub fn sentence(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => dice.one(SENTENCES).repeat(12),
        1 => word(dice),
        _ => dice.one(SENTENCES).to_owned(),
    }
}

fn agent(dice: &mut Dice) -> &'static str {
    match dice.below(30) {
        0 => super::LANGUAGE,
        1 => "nobody",
        _ => AGENTS[dice.below(AGENTS.len() as u64) as usize].name,
    }
}

fn branch(dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => format!("agent {}", agent(dice)),
        1 => format!("seed {}", dice.one(NUMBERS)),
        2 => format!("users {}", users(dice)),
        3 => format!("noise {}", dice.one(REALS)),
        4 => format!("reward {}", dice.one(REWARDS)),
        5 => String::new(),
        _ => format!("{} {}", dice.one(KNOBS), dice.one(REALS)),
    }
}

fn users(dice: &mut Dice) -> &'static str {
    dice.one(&["easy", "standard", "unfriendly", "rude", ""])
}

/// What stands behind a command's verb.
pub fn words_of(verb: &str, dice: &mut Dice) -> String {
    match verb {
        "scenario" => dice.weighted(SCENARIOS).to_owned(),
        "agent" => agent(dice).to_owned(),
        "pace" => dice.one(PACES).to_owned(),
        "seed" | "goto" | "turn" | "read" => number(dice),
        "find" => word(dice),
        "seeds" => seeds(dice),
        "sweep" => sweep(dice),
        "language" => dice.one(&["english", "chinese", "zh", "中文", "klingon", ""]).to_owned(),
        "branch" => branch(dice),
        "users" => users(dice).to_owned(),
        "noise" => dice.one(&["0", "0.3", "0.5", "0.51", "scenario", "nan", ""]).to_owned(),
        "reward" => dice.one(REWARDS).to_owned(),
        "set" => dice.one(REALS).to_owned(),
        "learned" => dice.one(&["last", "most", "flip", "never", ""]).to_owned(),
        "break" => stop(dice),
        "bookmark" | "unmark" => dice.one(&["before the flip", "书签", "", "👩‍👩‍👧‍👦", "☂\u{fe0f} rain", "a  b"]).to_owned(),
        "save" => dice.one(NAMES).to_owned(),
        // A command that is new: its example, or nothing.
        other => {
            let example = commands::verbs().find(|(name, ..)| *name == other).map_or("", |(_, example, _)| example);
            if dice.percent(70) { example.strip_prefix(other).unwrap_or_default().trim().to_owned() } else { String::new() }
        }
    }
}

/// A line of the palette: a command, the name of an action, a knob, or none of these.
pub fn command(dice: &mut Dice, deck: &mut Deck) -> String {
    let verbs: Vec<&str> = commands::verbs().map(|(verb, ..)| *verb).collect();
    match dice.below(20) {
        0 => "new".into(),
        1 => format!("{} {}", word(dice), word(dice)),
        2..=4 => format!("{} {}", dice.one(KNOBS), dice.one(REALS)),
        5..=7 => {
            let names: Vec<&str> = commands::palette_bindings().map(|binding| binding.command).collect();
            dice.one(&names).to_owned()
        }
        _ => {
            let verb = verbs[deck.draw(dice, verbs.len())];
            format!("{verb} {}", words_of(verb, dice))
        }
    }
}
