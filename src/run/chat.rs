//! A person talks with an agent: the agent frozen at a moment as a voice, and what was said as plain records.
//!
//! Talking changes no run: a voice is a copy, and its dice are places of their own.

use std::sync::Arc;

use super::interaction::Interaction;
use super::look::greedy_mask;
use crate::learn::agent::{Agent, Numbers, View};
use crate::num::dice::{Dice, Key};
use crate::world::env::ActionId;
use crate::world::expert::expert;
use crate::world::names::Lang;
use crate::world::solve::Solution;
use crate::world::user::DialogueState;
use crate::world::words::Speaker;
use crate::world::{Dialogues, World};

/// A value that a person told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub text: String,
    /// Its position among the slot's values; none where the scenario does not list it.
    pub position: Option<u8>,
}

/// How a language model chooses its words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wording {
    /// The likeliest word each time.
    Greedy,
    Drawn {
        temperature: f32,
        /// 0 is all.
        top_k: u32,
        /// 1 is all.
        top_p: f32,
    },
}

/// Where a voice is asked what it would say.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub state: DialogueState,
    /// By slot; none where the state has nothing heard.
    pub heard: &'a [Option<Heard>],
    /// What the person said last.
    pub said: &'a str,
    /// What was said before: person and agent in turn.
    pub before: &'a [(String, String)],
    pub lang: Lang,
    pub wording: Wording,
    /// Of the dice: the same place and the same words get the same answer.
    pub key: Key,
}

/// An act that could be taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActChance {
    pub act: u8,
    /// Q or preference, where the agent has such numbers.
    pub value: Option<f32>,
    /// How likely it would be taken while learning; none for a language model.
    pub probability: Option<f32>,
    /// Updates of the act here, where a table counts them.
    pub visits: Option<u32>,
}

/// A word of a language model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordChance {
    pub text: String,
    pub probability: f32,
}

/// As what a language model's reply was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadAs {
    pub meaning: String,
    pub confidence: f32,
    pub understood: bool,
}

/// What a voice says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spoken {
    pub sentence: String,
    /// Position of the act; none where a reply does nothing here.
    pub act: Option<u8>,
    /// What could be done, as far as the voice weighs acts at all.
    pub acts: Vec<ActChance>,
    pub numbers: Numbers,
    /// Of a language model.
    pub words: Vec<WordChance>,
    pub reading: Option<ReadAs>,
}

/// An agent as it was at a moment.
pub trait Voice: Send {
    fn speak(&mut self, place: &Place<'_>) -> Spoken;
    fn world(&self) -> &Arc<World>;
    /// The language that it learned; none where the scenario's own sentences speak for it.
    fn lang(&self) -> Option<Lang> {
        None
    }
    /// γ of the exact values beside its own.
    fn gamma(&self) -> f64 {
        self.world().gamma()
    }
}

impl<A: Agent> Voice for Interaction<World, A> {
    fn world(&self) -> &Arc<World> {
        &self.world
    }

    fn gamma(&self) -> f64 {
        A::KNOBS.iter().position(|knob| knob.name == "gamma").map_or(self.world.gamma(), |at| self.agent.now(at))
    }

    /// The greedy act, in the scenario's own words.
    fn speak(&mut self, place: &Place<'_>) -> Spoken {
        let dialogues = self.world.dialogues.clone().expect("only worlds of dialogues are given a voice");
        let mut dice = Dice::at(place.key, 0);
        let (mut acts, mut act) = (Vec::new(), expert(&dialogues.rule, place.state));
        // Every state that a dialogue can come to is listed; a person's may be one more only in a world of chances that are 0.
        if let Some(state) = number(&dialogues, place.state) {
            let mut features = Vec::new();
            let (key, legal) = self.view_of(state, &mut features);
            let at = View { key, legal, features: &features };
            let (mut values, mut chances) = (vec![0.0_f32; self.world.actions() as usize], vec![0.0_f32; self.world.actions() as usize]);
            self.agent.values(at, &mut values);
            self.agent.probabilities(at, &mut chances);
            acts = self.weighed(key, legal, &values, &chances);
            act = one_of(greedy_mask(if A::NUMBERS == Numbers::Nothing { &chances } else { &values }, legal), &mut dice);
        }
        let speaker = Speaker { scenario: &dialogues.scenario, rule: &dialogues.rule, lang: place.lang };
        let value = |slot: usize| place.heard.get(slot)?.as_ref().map(|heard| heard.text.clone());
        let sentence = speaker.agent(place.state, dialogues.rule.acts[act.index()], &value, &mut dice);
        Spoken { sentence, act: Some(act.0), acts, numbers: A::NUMBERS, ..Spoken::default() }
    }
}

impl<A: Agent> Interaction<World, A> {
    fn weighed(&self, key: u64, legal: u64, values: &[f32], chances: &[f32]) -> Vec<ActChance> {
        let counts = self.agent.counts(key);
        let one = |act: usize| ActChance {
            act: act as u8,
            value: (A::NUMBERS != Numbers::Nothing).then_some(values[act]),
            probability: Some(chances[act]),
            visits: counts.map(|counts| counts[act].visits),
        };
        (0..values.len()).filter(|act| legal >> act & 1 == 1).map(one).collect()
    }
}

/// Of acts alike, one by the dice.
fn one_of(mask: u64, dice: &mut Dice) -> ActionId {
    let acts: Vec<u8> = (0..64).filter(|act| mask >> act & 1 == 1).collect();
    ActionId(acts[dice.below(acts.len().max(1) as u32) as usize])
}

/// A sentence of a person and what came of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    /// Empty where the agent speaks first.
    pub person: String,
    /// `refund, order A-1137`; empty where nothing was said.
    pub understood: String,
    pub confidence: f32,
    /// What the person should know: a value that was kept for later, patience that fell.
    pub notes: Vec<String>,
    /// `refund heard · order A-1137 heard · patience 3 of 3`
    pub state: String,
    pub agent: String,
    /// Whether the sentence is of the conversation itself, which asks back, and not of the agent.
    pub asked_back: bool,
    /// `ask order`; empty where nothing was done.
    pub act: String,
    /// `Q +8.31`, `h +0.20`, `61 %`; empty where there is no number.
    pub worth: String,
    /// The number itself, and the exact one beside it.
    pub value: Option<f32>,
    pub exact: Option<f64>,
    /// As what a language model's reply was understood.
    pub reading: Option<ReadAs>,
    /// How the conversation ended, with its return; empty where it goes on.
    pub ended: String,
    pub success: Option<bool>,
    pub return_: f64,
}

/// In place of what was understood.
pub const NOT_UNDERSTOOD: &str = "not understood";

impl Exchange {
    /// `understood: refund, order A-1137 (98 %)`
    pub fn heard(&self) -> String {
        match self.understood.as_str() {
            NOT_UNDERSTOOD => NOT_UNDERSTOOD.to_owned(),
            understood => format!("understood: {understood} ({:.0} %)", self.confidence * 100.0),
        }
    }

    /// What the agent knew and did: `refund heard · patience 3 of 3  |  ask item Q +8.31`.
    pub fn did(&self) -> String {
        let deed = match &self.reading {
            _ if self.asked_back && !self.ended.is_empty() => return String::new(),
            _ if self.asked_back => "the agent asks back".to_owned(),
            Some(reading) if self.act.is_empty() => format!("its reply: {}", reading.meaning),
            _ => format!("{} {}", self.act, self.worth).trim().to_owned(),
        };
        format!("{}  |  {deed}", self.state)
    }
}

/// What stands in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Exchange(Box<Exchange>),
    /// A command and its answer, line by line.
    Told {
        command: String,
        lines: Vec<String>,
    },
}

/// A conversation as screens see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatView {
    /// The run that speaks, and as of which moment: `dialogue 1,502`.
    pub run: u32,
    pub moment: String,
    /// Who one talks with, what it can do, an example.
    pub about: Vec<String>,
    pub entries: Vec<Entry>,
}

/// What the owner of a conversation has to do after a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Stay,
    /// Begin anew, with the newest voice.
    New,
    Quit,
}

/// A conversation in progress.
pub trait Conversation: Send {
    /// Takes a line of the person: a sentence, or a command such as `/why`.
    fn line(&mut self, text: &str) -> Next;
    fn entries(&self) -> &[Entry];
    fn about(&self) -> &[String];
    /// Begins anew, with another voice of the same world and language if there is one, and with who that is.
    fn renew(&mut self, voice: Option<(Box<dyn Voice>, String)>);
    /// The exact solution of its world, once it is known.
    fn know(&mut self, exact: Arc<Solution>);
}

/// Begins conversations; the error is one sentence.
pub type Begin = dyn Fn(Opening) -> Result<Box<dyn Conversation>, String> + Send + Sync;

/// What a conversation begins with.
pub struct Opening {
    pub voice: Box<dyn Voice>,
    /// `q-learning after 1,502 dialogues`
    pub who: String,
    pub lang: Lang,
    pub wording: Wording,
    pub seed: u64,
}

/// The number of a state; none where the world never comes to it.
pub fn number(dialogues: &Dialogues, state: DialogueState) -> Option<u32> {
    match dialogues.states() {
        [] => Some(state.code(dialogues.rule.slots()) as u32),
        listed => listed.iter().position(|s| *s == state).map(|at| at as u32),
    }
}
