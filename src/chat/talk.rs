//! The conversation: sentence by sentence, with every moment kept so that it can be taken back.

use std::sync::Arc;

use super::aside::voice_anew;
use super::belief::{Belief, Came, Heeded};
use super::clean::clean;
use super::hear::{Asked, Ears, Told, Tone};
use super::words::{self, Saying};
use super::{Keep, commands};
use crate::learn::agent::Numbers;
use crate::lm::phrases::Class;
use crate::num::dice::{Dice, Key, Stream};
use crate::run::chat::{Conversation, Entry, Exchange, Heard, Next, Opening, Place, Spoken, Voice, Wording, number};
use crate::world::Dialogues;
use crate::world::acts::Act;
use crate::world::names::Lang;
use crate::world::scenario::PATIENCE_MAX;
use crate::world::solve::Solution;
use crate::world::user::{DialogueState, HEARD, UNKNOWN};

/// A key of its own among those of judging: talking meets nobody's dice.
const TALKING: u64 = 0x7a1c;

/// How a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    /// The task was carried out; the person is asked whether it was the right thing.
    Judging(usize),
    Over,
}

/// All that a sentence changes.
#[derive(Clone)]
pub(super) struct Moment {
    pub belief: Belief,
    /// What the agent did last, and whether it made sense.
    pub pending: Option<Act>,
    pub pointless: bool,
    pub phase: Phase,
    pub return_: f64,
    /// Of the conversations had, and of the sentences in this one.
    number: u64,
    turn: u64,
    /// What the voice said last, the words of the conversation apart; and in which state.
    pub spoken: Option<(Spoken, DialogueState, String)>,
    before: Vec<(String, String)>,
    /// Entries when the moment began.
    entries: usize,
}

pub(super) struct Talk {
    pub voice: Box<dyn Voice>,
    pub dialogues: Arc<Dialogues>,
    pub ears: Ears,
    pub lang: Lang,
    pub exact: Option<Arc<Solution>>,
    pub moment: Moment,
    pub keep: Arc<Keep>,
    pub entries: Vec<Entry>,
    pub who: String,
    past: Vec<Moment>,
    about: Vec<String>,
    wording: Wording,
    key: Key,
}

impl Talk {
    pub fn new(opening: Opening, keep: Arc<Keep>) -> Result<Talk, String> {
        let Opening { voice, who, lang, wording, seed } = opening;
        let dialogues = voice.world().dialogues.clone().ok_or("a finite MDP has no words to talk in; choose a scenario")?;
        if let Some(own) = voice.lang().filter(|own| *own != lang) {
            let name = |lang| if lang == Lang::Chinese { "Chinese (--lang zh)" } else { "English (--lang en)" };
            return Err(format!("this language model learned {}; it does not speak {}", name(own), name(lang)));
        }
        let ears = Ears::new(dialogues.clone(), lang);
        let moment = Moment {
            belief: Belief::new(&dialogues),
            pending: None,
            pointless: false,
            phase: Phase::Open,
            return_: 0.0,
            number: 0,
            turn: 0,
            spoken: None,
            before: Vec::new(),
            entries: 0,
        };
        let about = words::about(&dialogues, &who, lang);
        let key = Key::new(seed, Stream::Eval).child(TALKING);
        let mut talk = Talk {
            voice,
            dialogues,
            ears,
            lang,
            exact: None,
            moment,
            keep,
            entries: Vec::new(),
            who,
            past: Vec::new(),
            about,
            wording,
            key,
        };
        talk.open();
        Ok(talk)
    }

    fn place(&self) -> Key {
        self.key.child(self.moment.number).child(self.moment.turn)
    }

    /// The dice of the conversation's own words.
    pub fn dice(&self) -> Dice {
        Dice::at(self.place(), 1 << 20)
    }

    /// The agent speaks first.
    fn open(&mut self) {
        let greeting = self.dialogues.scenario.sentences.user.greet.of(self.lang).first().cloned().unwrap_or_default();
        let mut exchange = Exchange::default();
        self.speak(&greeting, &mut exchange);
        self.entries.push(Entry::Exchange(Box::new(exchange)));
        self.moment.entries = self.entries.len();
    }

    /// A conversation of its own, without a word of the agent yet.
    fn start_over(&mut self) {
        let Moment { number, entries, .. } = self.moment;
        self.moment = Moment {
            belief: Belief::new(&self.dialogues),
            pending: None,
            pointless: false,
            phase: Phase::Open,
            return_: 0.0,
            number: number + 1,
            turn: 0,
            spoken: None,
            before: Vec::new(),
            entries,
        };
    }

    pub fn undo(&mut self) -> Option<String> {
        let before = self.past.pop()?;
        let said = self.entries[before.entries..].iter().find_map(|entry| match entry {
            Entry::Exchange(exchange) => Some(exchange.person.clone()),
            Entry::Told { .. } => None,
        });
        self.entries.truncate(before.entries);
        self.moment = before;
        said
    }

    /// Keeps the moment, so that it can come back.
    pub fn remember(&mut self) {
        self.moment.entries = self.entries.len();
        self.past.push(self.moment.clone());
        self.moment.turn += 1;
    }

    fn say(&mut self, text: &str, cut: bool) {
        self.remember();
        if self.moment.phase == Phase::Over {
            self.start_over();
        }
        let mut exchange = Exchange { person: text.to_owned(), ..Exchange::default() };
        if cut {
            exchange.notes.push(format!("only the first {} characters were read", super::clean::LONGEST));
        }
        let told = self.ears.hear(text, &self.asked());
        exchange.understood = self.ears.words(&told);
        exchange.confidence = told.confidence;
        if !self.aside(text, &told, &mut exchange) {
            match self.moment.phase {
                Phase::Judging(task) => self.judge(task, text, &told, &mut exchange),
                Phase::Open | Phase::Over => self.go_on(text, &told, &mut exchange),
            }
        }
        exchange.return_ = self.moment.return_;
        self.entries.push(Entry::Exchange(Box::new(exchange)));
    }

    fn asked(&self) -> Asked {
        let (pending, state) = (self.moment.pending, self.moment.belief.state);
        let open = match pending {
            Some(Act::Ask(slot) | Act::Confirm(slot)) => vec![slot as usize],
            Some(Act::ConfirmAll) => self.dialogues.rule.with_status(state, HEARD).collect(),
            _ => Vec::new(),
        };
        let wishing = state.task().is_none() || matches!(pending, Some(Act::AskTask | Act::ConfirmTask));
        Asked { pending, open, wishing: wishing && !matches!(self.moment.phase, Phase::Judging(_)) }
    }

    fn go_on(&mut self, text: &str, told: &Told, exchange: &mut Exchange) {
        let dialogues = self.dialogues.clone();
        let d = &*dialogues;
        let pending = self.moment.pending;
        if std::mem::take(&mut self.moment.pointless) {
            let mut notes = Vec::new();
            self.moment.belief.annoy(d, &mut notes);
            exchange.notes.extend(notes.into_iter().map(|note| format!("the agent's last turn made no sense: {note}")));
        }
        let Heeded { came, notes } = self.moment.belief.heed(d, self.lang, told, pending);
        exchange.notes.extend(notes);
        match came {
            Came::Left => {
                let bye = words::say(Saying::Bye, self.lang, &mut self.dice());
                self.end(exchange, bye, "you left", None);
            }
            Came::Lost => {
                let said = self.anew(&|dice| match pending {
                    Some(Act::Ask(slot) | Act::Confirm(slot)) => words::no_value(&d.scenario, slot as usize, text, self.lang, dice),
                    _ => words::lost(&d.scenario, self.lang, dice),
                });
                self.ask_back(exchange, said);
            }
            Came::Moved | Came::Idle | Came::Evaded => self.speak(text, exchange),
        }
    }

    /// The voice takes its turn.
    fn speak(&mut self, said: &str, exchange: &mut Exchange) {
        let dialogues = self.dialogues.clone();
        let (rule, state) = (&dialogues.rule, self.moment.belief.state);
        let key = self.place();
        let Talk { voice, moment, lang, wording, entries, .. } = self;
        let place = Place { state, heard: &moment.belief.heard, said, before: &moment.before, lang: *lang, wording: *wording, key };
        let spoken = voice_anew(&mut **voice, &place, entries);
        let act = spoken.act.map(|act| rule.acts[usize::from(act)]);
        let sensible = act.is_some_and(|act| rule.sensible(state, act));
        moment.before.push((said.to_owned(), spoken.sentence.clone()));
        moment.pointless = !sensible;
        moment.pending = act;
        moment.return_ += match act {
            Some(Act::Escalate) if sensible => rule.rewards.escalate.unwrap_or(0.0),
            _ => rule.rewards.turn,
        };
        self.show(&spoken, exchange);
        match (act, state.task()) {
            (Some(Act::Execute), Some(task)) if sensible => {
                self.moment.phase = Phase::Judging(task);
                let right = words::say(Saying::Right, self.lang, &mut self.dice());
                exchange.agent = words::joined(&exchange.agent, &right, self.lang);
            }
            (Some(Act::Escalate), _) if sensible => {
                let said = exchange.agent.clone();
                self.end(exchange, said, "handed over to a person", None);
            }
            _ => {}
        }
        self.moment.spoken = Some((spoken, state, self.state()));
    }

    fn show(&self, spoken: &Spoken, exchange: &mut Exchange) {
        let scenario = &self.dialogues.scenario;
        let taken = spoken.act.and_then(|act| spoken.acts.iter().find(|other| other.act == act));
        exchange.agent.clone_from(&spoken.sentence);
        exchange.act = spoken.act.map_or_else(String::new, |act| self.dialogues.rule.acts[usize::from(act)].name(scenario));
        exchange.value = taken.and_then(|act| act.value);
        exchange.worth = match (spoken.numbers, taken, &spoken.reading) {
            (Numbers::Values, Some(act), _) if act.visits == Some(0) => "never tried here".to_owned(),
            (Numbers::Values, Some(act), _) => act.value.map_or_else(String::new, |q| format!("Q {q:+.2}").replace('-', "−")),
            (Numbers::Preferences | Numbers::Nothing, Some(act), _) => {
                act.probability.map_or_else(String::new, |p| format!("chance {}", words::percent(p)))
            }
            (_, None, Some(reading)) => format!("(understood, {})", words::percent(reading.confidence)),
            _ => String::new(),
        };
        exchange.exact = spoken.act.and_then(|act| self.exact_value(self.moment.belief.state, act));
        exchange.reading.clone_from(&spoken.reading);
        exchange.state = self.state();
        exchange.return_ = self.moment.return_;
    }

    /// Q* of an act.
    pub fn exact_value(&self, state: DialogueState, act: u8) -> Option<f64> {
        let exact = self.exact.as_ref()?;
        let actions = self.dialogues.rule.acts.len() as u32;
        let state = number(&self.dialogues, state)?;
        exact.q.get((state * actions + u32::from(act)) as usize).copied().filter(|q| q.is_finite())
    }

    /// Whether it was right is the person's to say.
    fn judge(&mut self, task: usize, text: &str, told: &Told, exchange: &mut Exchange) {
        let mut dice = self.dice();
        let rewards = self.dialogues.rule.rewards.clone();
        if told.tone == Tone::Yes || told.is(Class::Thanks) {
            self.moment.return_ += rewards.success;
            let glad = words::say(Saying::Glad, self.lang, &mut dice);
            self.end(exchange, glad, "done as you wanted", Some(true));
        } else if told.tone == Tone::No {
            self.moment.return_ += self.dialogues.rule.wrong[task];
            let sorry = words::say(Saying::Sorry, self.lang, &mut dice);
            self.end(exchange, sorry, "the wrong thing was done", Some(false));
        } else if told.is(Class::Leave) {
            let bye = words::say(Saying::Bye, self.lang, &mut dice);
            self.end(exchange, bye, "you left without saying whether it was right", None);
        } else if told.wish.is_some() {
            exchange.notes.push("a new conversation; whether the last one was right was not said".to_owned());
            self.start_over();
            self.go_on(text, told, exchange);
        } else {
            let said = self.anew(&|dice| words::say(Saying::YesOrNo, self.lang, dice));
            self.ask_back(exchange, said);
        }
    }

    /// Ends the conversation with the agent's last words.
    pub fn end(&mut self, exchange: &mut Exchange, said: String, how: &str, success: Option<bool>) {
        exchange.asked_back |= exchange.act.is_empty();
        exchange.agent = said;
        exchange.state = self.state();
        exchange.ended = format!("{how}: return {}", words::signed(self.moment.return_));
        exchange.success = success;
        exchange.return_ = self.moment.return_;
        self.moment.phase = Phase::Over;
    }

    /// `refund heard · order A-1137 confirmed · item unknown · patience 3 of 3`
    pub fn state(&self) -> String {
        let (d, belief) = (&self.dialogues, &self.moment.belief);
        let s = belief.state;
        let word = |status: u8| match status {
            UNKNOWN => "unknown",
            HEARD => "heard",
            _ => "confirmed",
        };
        let mut parts = vec![
            s.task().map_or_else(|| "task unknown".to_owned(), |task| format!("{} {}", d.scenario.tasks[task].name, word(s.task_status()))),
        ];
        for (slot, kind) in d.scenario.slots.iter().enumerate() {
            let needed = s.task().is_some_and(|task| d.rule.needed(task, slot));
            if needed || s.slot(slot) != UNKNOWN {
                let value = belief.heard[slot].as_ref().map_or_else(String::new, |heard: &Heard| format!("{} ", heard.text));
                parts.push(format!("{} {value}{}", kind.name, word(s.slot(slot))));
            }
        }
        parts.push(format!("patience {} of {PATIENCE_MAX}", s.patience()));
        parts.join(" · ")
    }
}

impl Conversation for Talk {
    fn line(&mut self, text: &str) -> Next {
        let (text, cut) = clean(text);
        match text.strip_prefix('/') {
            _ if text.is_empty() => Next::Stay,
            Some(command) => commands::obey(self, command),
            None => {
                self.say(&text, cut);
                Next::Stay
            }
        }
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn about(&self) -> &[String] {
        &self.about
    }

    fn renew(&mut self, voice: Option<(Box<dyn Voice>, String)>) {
        if let Some((voice, who)) = voice {
            self.about = words::about(&self.dialogues, &who, self.lang);
            (self.voice, self.who) = (voice, who);
        }
        self.start_over();
        self.past.clear();
        self.entries.clear();
        self.open();
    }

    fn know(&mut self, exact: Arc<Solution>) {
        self.exact = Some(exact);
    }
}
