//! Commands in a conversation: a line that begins with `/`.

use super::talk::{Phase, Talk};
use super::{transcript, why};
use crate::run::chat::{Entry, Exchange, Next};
use crate::world::acts::{Act, position};
use crate::world::words::Speaker;

/// Name, what may follow it, what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "why",
        "",
        "every act that the agent could have taken, with its value or its chance, and which it chose; of a language model its words",
    ),
    ("state", "", "what the agent has heard of you, item by item"),
    ("undo", "", "takes the last exchange back, as often as you like"),
    ("save", "[NAME]", "writes the conversation to a file, one JSON object a line"),
    ("person", "", "asks for a colleague, where the scenario has one"),
    ("new", "", "begins anew, with the agent as it is now"),
    ("help", "", "these lines"),
    ("quit", "", "ends the conversation"),
];

pub fn obey(talk: &mut Talk, line: &str) -> Next {
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    let lines = match name.to_lowercase().as_str() {
        "why" => why::why(talk),
        "state" => why::state(talk),
        "undo" => vec![undo(talk)],
        "save" => vec![save(talk, rest.trim())],
        "person" => match hand_over(talk) {
            Ok(()) => return Next::Stay,
            Err(sentence) => vec![sentence],
        },
        "new" => return Next::New,
        "quit" | "exit" => return Next::Quit,
        "help" | "" | "?" => help(),
        other => vec![unknown(other)],
    };
    talk.entries.push(Entry::Told { command: format!("/{line}"), lines });
    Next::Stay
}

fn help() -> Vec<String> {
    let name = |name: &str, word: &str| format!("/{name} {word}").trim_end().to_owned();
    let mut lines: Vec<String> = COMMANDS.iter().map(|(n, word, about)| format!("{:<13}{about}", name(n, word))).collect();
    lines.push(
        "What you type is taken as you typed it: the noise of the world, which misheard users while the agent learned, does not apply."
            .into(),
    );
    lines.push("Nothing that you say changes the run; talking teaches the agent nothing.".into());
    lines
}

fn unknown(name: &str) -> String {
    let near =
        COMMANDS.iter().map(|(known, ..)| *known).max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
    format!("there is no command /{name}; the nearest is /{}, and /help lists all", near.unwrap_or("help"))
}

fn undo(talk: &mut Talk) -> String {
    match talk.undo() {
        Some(said) => format!("taken back: “{said}”"),
        None => "there is nothing to take back; /undo takes back what you said".to_owned(),
    }
}

fn save(talk: &Talk, name: &str) -> String {
    let text = transcript::lines(&talk.entries);
    match (talk.keep)((!name.is_empty()).then_some(name), &text) {
        Ok(sentence) | Err(sentence) => sentence,
    }
}

/// Whether there is somebody to hand over to, and a conversation to hand over.
pub fn has_person(talk: &Talk) -> bool {
    let rule = &talk.dialogues.rule;
    rule.rewards.escalate.is_some() && position(&rule.acts, Act::Escalate).is_some() && talk.moment.phase == Phase::Open
}

/// A person asks for a person.
fn hand_over(talk: &mut Talk) -> Result<(), String> {
    if talk.moment.phase != Phase::Open {
        return Err("the conversation is over; say what you want, or /new".to_owned());
    }
    if !has_person(talk) {
        return Err("there is no colleague in this scenario to hand you over to".to_owned());
    }
    talk.remember();
    let mut exchange =
        Exchange { person: "/person".into(), understood: "you ask for a colleague".into(), confidence: 1.0, ..Exchange::default() };
    to_person(talk, &mut exchange);
    talk.entries.push(Entry::Exchange(Box::new(exchange)));
    Ok(())
}

/// The conversation goes to a colleague.
pub fn to_person(talk: &mut Talk, exchange: &mut Exchange) {
    let dialogues = talk.dialogues.clone();
    let speaker = Speaker { scenario: &dialogues.scenario, rule: &dialogues.rule, lang: talk.lang };
    let said = speaker.agent(talk.moment.belief.state, Act::Escalate, &|_| None, &mut talk.dice());
    talk.moment.return_ += dialogues.rule.rewards.escalate.unwrap_or(0.0);
    talk.end(exchange, said, "handed over to a person, as you asked", None);
}
