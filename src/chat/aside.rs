//! What the conversation answers itself, whatever the agent learned: a person asks what can be done, asks for a person, is angry, or
//! writes in the other language. And no question is asked twice in a row in the same words.

use super::commands;
use super::cues::Aim;
use super::hear::Told;
use super::talk::{Phase, Talk};
use super::words::{self, Saying};
use crate::num::dice::Dice;
use crate::run::chat::{Entry, Exchange, Place, Spoken, Voice};
use crate::world::acts::{Act, position};
use crate::world::names::Lang;

/// Tries to find other words.
const TRIES: u64 = 16;

impl Talk {
    /// Answers what is no matter of the task; true if it did.
    pub(super) fn aside(&mut self, text: &str, told: &Told, exchange: &mut Exchange) -> bool {
        let (dialogues, lang) = (self.dialogues.clone(), self.lang);
        let scenario = &dialogues.scenario;
        if lang == Lang::English && words::is_chinese(text) && told.wish.is_none() && told.values.is_empty() {
            let said = self.anew(&|dice| words::say(Saying::ChineseHere, lang, dice));
            self.ask_back(exchange, said);
            return true;
        }
        let said = match told.aim {
            Aim::Help => self.anew(&|dice| words::help(scenario, lang, dice)),
            Aim::Person if commands::has_person(self) => {
                commands::to_person(self, exchange);
                return true;
            }
            Aim::Person => self.anew(&|dice| words::nobody(scenario, lang, dice)),
            Aim::Insult => return self.soothe(exchange),
            _ if told.among.len() > 1 && told.values.is_empty() => self.anew(&|dice| words::which(scenario, &told.among, lang, dice)),
            Aim::Greeting | Aim::Task => return false,
        };
        self.ask_back(exchange, said);
        true
    }

    /// The agent's own soothing act, where the scenario has one; else a calm sentence.
    fn soothe(&mut self, exchange: &mut Exchange) -> bool {
        let dialogues = self.dialogues.clone();
        let lang = self.lang;
        let soothes = self.moment.phase == Phase::Open && position(&dialogues.rule.acts, Act::Repair).is_some();
        if soothes {
            let speaker = crate::world::words::Speaker { scenario: &dialogues.scenario, rule: &dialogues.rule, lang };
            let state = self.moment.belief.state;
            let said = self.anew(&|dice| speaker.agent(state, Act::Repair, &|_| None, dice));
            self.moment.return_ += dialogues.rule.rewards.turn;
            exchange.act = Act::Repair.name(&dialogues.scenario);
            exchange.notes.push("an insult is answered by the act that soothes, whatever the agent would have chosen".to_owned());
            self.moment.pending = Some(Act::Repair);
            self.ask_back(exchange, said);
        } else {
            let said = self.anew(&|dice| words::say(Saying::Calm, lang, dice));
            self.ask_back(exchange, said);
        }
        true
    }

    pub(super) fn ask_back(&self, exchange: &mut Exchange, said: String) {
        exchange.agent = said;
        exchange.asked_back = exchange.act.is_empty();
        exchange.state = self.state();
    }

    /// A sentence in other words than the last one, as far as there are any.
    pub(super) fn anew(&self, say: &dyn Fn(&mut Dice) -> String) -> String {
        let mut dice = self.dice();
        let last = last_said(&self.entries);
        let mut said = say(&mut dice);
        for _ in 0..TRIES {
            if said != last {
                break;
            }
            said = say(&mut dice);
        }
        said
    }
}

fn last_said(entries: &[Entry]) -> &str {
    let last = entries.iter().rev().find_map(|entry| match entry {
        Entry::Exchange(exchange) => Some(exchange.agent.as_str()),
        Entry::Told { .. } => None,
    });
    last.unwrap_or_default()
}

/// The voice's turn; with dice of its own once more where it would say the same again.
pub(super) fn voice_anew(voice: &mut dyn Voice, place: &Place<'_>, entries: &[Entry]) -> Spoken {
    let last = last_said(entries);
    let first = voice.speak(place);
    if first.sentence.is_empty() || first.sentence != last {
        return first;
    }
    for k in 1..=TRIES / 4 {
        let other = voice.speak(&Place { key: place.key.child(k), ..*place });
        if other.act == first.act && other.sentence != last {
            return other;
        }
    }
    first
}
