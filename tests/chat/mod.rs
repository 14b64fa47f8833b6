//! A person talks with an agent: what is understood, how it moves the belief, and that nothing breaks it.

mod asides;
mod belief;
mod commands;
mod hostile;
mod voices;
mod whole;

use std::sync::{Arc, Mutex, PoisonError};

use dialoq::chat;
use dialoq::run::chat::{Conversation, Entry, Exchange, Opening, Voice, Wording};
use dialoq::world::names::Lang;

use crate::support::{built_in, run};

const GREEDY: Wording = Wording::Greedy;

fn opening(voice: Box<dyn Voice>, lang: Lang) -> Opening {
    Opening { voice, who: "an agent".into(), lang, wording: GREEDY, seed: 5 }
}

/// A conversation with an untrained agent of this name; transcripts go nowhere.
fn with(world: &str, agent: &str, lang: Lang) -> Box<dyn Conversation> {
    let voice = run(&built_in(world), agent, 5, &[]).voice().unwrap();
    chat::begin(Arc::new(|name, _| Ok(format!("kept as {name:?}"))))(opening(voice, lang)).unwrap()
}

/// With one who does the right thing.
fn expert(lang: Lang) -> Box<dyn Conversation> {
    with("customer-service", "optimal", lang)
}

fn said(talk: &dyn Conversation) -> Exchange {
    let last = talk.entries().iter().rev().find_map(|entry| match entry {
        Entry::Exchange(exchange) => Some((**exchange).clone()),
        Entry::Told { .. } => None,
    });
    last.expect("the agent has spoken")
}

fn say(talk: &mut dyn Conversation, text: &str) -> Exchange {
    talk.line(text);
    said(talk)
}

/// The answer to a command.
fn ask(talk: &mut dyn Conversation, command: &str) -> Vec<String> {
    talk.line(command);
    match talk.entries().last() {
        Some(Entry::Told { lines, .. }) => lines.clone(),
        other => panic!("{command} was not answered but {other:?}"),
    }
}

/// A name and a text.
type Transcript = (Option<String>, String);

/// Transcripts that were kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Transcript>>>);

impl Kept {
    fn all(&self) -> Vec<Transcript> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
