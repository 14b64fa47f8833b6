//! Where the agent talks: a scenario's simulated users, the words of both sides, and how a reply is read as an act.

use std::sync::Arc;

use super::notes;
use super::phrases::{self, Class, Phrases};
use super::prompt::{Layout, prompt};
use super::understand::Understanding;
use super::vocabulary::{EOS, Vocabulary, pieces, tidy};
use crate::world::World;
use crate::world::acts::Act;
use crate::world::names::Lang;
use crate::world::scenario::Scenario;
use crate::world::simulator::Simulator;
use crate::world::user::{DialogueState, Rule, UNKNOWN};

/// How texts are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manner {
    pub lang: Lang,
    /// The model writes values itself, instead of placeholders that the notes fill.
    pub lexical: bool,
    /// The prompt holds what was said before, instead of notes.
    pub history: bool,
    /// Below this confidence a reply is not understood.
    pub threshold: f32,
    /// Words of the user's last sentence that a prompt has room for.
    pub user_words: usize,
}

/// A slot of which nothing was heard.
pub const UNHEARD: u8 = u8::MAX;
/// Words of a reply of other people's that there is room for.
const ROOM: usize = 47;
/// Words of a prompt that holds what was said before.
const HISTORY: usize = 80;

pub struct Scene {
    pub world: Arc<World>,
    pub simulator: Simulator,
    pub scenario: Scenario,
    pub manner: Manner,
    pub vocabulary: Vocabulary,
    pub layout: Layout,
    pub understanding: Understanding,
    /// What the agent can say, and the same as words of the vocabulary (with placeholders).
    pub phrases: Phrases,
}

/// A reply as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub class: Class,
    pub confidence: f32,
    pub understood: bool,
    /// What it does; none where it makes no sense here, or says something wrong.
    pub act: Option<Act>,
}

impl Scene {
    /// `texts` are those of data that was brought along, and replies may be as long; `words` are known besides, as far as there is room.
    pub fn new(world: Arc<World>, manner: Manner, texts: &[String], words: &[String]) -> Option<Scene> {
        let dialogues = world.dialogues.clone()?;
        let (scenario, lang) = (dialogues.scenario.clone(), manner.lang);
        let phrases = phrases::agent(&scenario, lang);
        let user = phrases::user(&scenario, lang);
        let mut kept = notes::words(&scenario);
        kept.extend(scenario.slots.iter().map(|slot| format!("{{{}}}", slot.name)));
        kept.push("{summary}".into());
        if manner.lexical {
            kept.extend(scenario.slots.iter().flat_map(|slot| slot.values.of(lang)).flat_map(|value| pieces(value)));
            kept.extend(scenario.tasks.iter().flat_map(|task| pieces(task.label.of(lang))));
        }
        if !texts.is_empty() || !words.is_empty() {
            // Words of other people's texts shall not crowd out those of the scenario.
            kept.extend(phrases.iter().chain(&user).flat_map(|(_, texts)| texts).flat_map(|text| pieces(text)));
        }
        let said = phrases.iter().chain(&user).flat_map(|(_, texts)| texts).map(String::as_str);
        let summaries = scenario.slots.iter().map(|slot| slot.summary.of(lang));
        let vocabulary = Vocabulary::of(&kept, said.chain(summaries).chain(texts.iter().chain(words).map(String::as_str)));
        let mut scene = Scene {
            understanding: Understanding::of_agent(&scenario, lang),
            simulator: Simulator { rule: dialogues.rule.clone() },
            layout: Layout { prompt: 0, reply: 0 },
            scenario,
            world,
            manner,
            vocabulary,
            phrases,
        };
        scene.layout = scene.measure(texts);
        Some(scene)
    }

    pub fn rule(&self) -> &Rule {
        &self.simulator.rule
    }

    /// The longest reply, of texts brought along as far as there is room, and the prompt before it.
    fn measure(&self, texts: &[String]) -> Layout {
        // The longest values of each slot stand for all.
        let longest = |slot: usize| {
            let values = self.scenario.slots[slot].values.of(self.manner.lang);
            (0..values.len()).max_by_key(|k| pieces(&values[*k]).len()).unwrap_or(0) as u8
        };
        let heard: Vec<u8> = (0..self.scenario.slots.len()).map(longest).collect();
        let values = |slot: usize| self.vocabulary.encode(self.value(slot, heard[slot])).len();
        let written: usize = if self.manner.lexical { (0..heard.len()).map(values).sum() } else { 0 };
        let fixed = 3 + notes::length(&self.scenario) + written;
        let prompt = if self.manner.history { HISTORY } else { fixed + self.manner.user_words };
        let mut most = texts.iter().map(|text| self.vocabulary.encode(text).len()).max().unwrap_or(0).min(ROOM);
        for task in 0..self.scenario.tasks.len() {
            let s = (0..heard.len()).fold(self.rule().start().with_task(Some(task), 1), |s, slot| s.with_slot(slot, 1));
            for text in self.phrases.iter().flat_map(|(_, texts)| texts) {
                let text = if self.manner.lexical { self.fill(text, s, &heard) } else { text.clone() };
                most = most.max(self.vocabulary.encode(&text).len());
            }
        }
        Layout { prompt, reply: most + 1 }
    }

    pub fn value(&self, slot: usize, value: u8) -> &str {
        let values = self.scenario.slots[slot].values.of(self.manner.lang);
        &values[value as usize % values.len()]
    }

    /// A text with what was heard in its placeholders; those of which nothing was heard stay.
    pub fn fill(&self, text: &str, s: DialogueState, heard: &[u8]) -> String {
        let mut out = text.to_owned();
        if out.contains("{summary}") {
            out = out.replace("{summary}", &self.summary(s, heard));
        }
        for (i, slot) in self.scenario.slots.iter().enumerate() {
            if heard[i] != UNHEARD {
                out = out.replace(&format!("{{{}}}", slot.name), self.value(i, heard[i]));
            }
        }
        out
    }

    fn summary(&self, s: DialogueState, heard: &[u8]) -> String {
        let (lang, gap) = (self.manner.lang, if self.manner.lang == Lang::Chinese { "、" } else { ", " });
        let Some(task) = s.task() else { return "…".into() };
        let mut parts = vec![self.scenario.tasks[task].label.of(lang).to_owned()];
        for (i, slot) in self.scenario.slots.iter().enumerate() {
            if heard[i] != UNHEARD && self.rule().needed(task, i) && s.slot(i) != UNKNOWN {
                parts.push(slot.summary.of(lang).replace("{value}", self.value(i, heard[i])));
            }
        }
        parts.join(gap)
    }

    /// A text of the agent as tokens, without an end.
    pub fn tokens(&self, text: &str, s: DialogueState, heard: &[u8]) -> Vec<u32> {
        if self.manner.lexical { self.vocabulary.encode(&self.fill(text, s, heard)) } else { self.vocabulary.encode(text) }
    }

    /// A reply with its end, no longer than a reply may be.
    pub fn ended(&self, mut tokens: Vec<u32>) -> Vec<u32> {
        tokens.push(EOS);
        tokens.truncate(self.layout.reply);
        tokens
    }

    /// What the tokens say, as people read it, with the values put in.
    pub fn shown(&self, tokens: &[u32], s: DialogueState, heard: &[u8]) -> String {
        let text: Vec<u32> = tokens.iter().copied().filter(|token| *token != EOS).collect();
        let marked = tidy(&self.vocabulary.decode(&text));
        self.fill(&marked, s, heard)
    }

    /// The prompt of what a user said in a state; without notes where it holds what was said before, and with the values heard in
    /// them where the model writes values itself.
    pub fn prompt(&self, user: &[u32], s: DialogueState, heard: &[u8]) -> Vec<u32> {
        let mut notes = Vec::new();
        for (at, word) in notes::line(&self.scenario, self.rule(), s).iter().enumerate().filter(|_| !self.manner.history) {
            notes.extend(self.vocabulary.number(word));
            // The task's word comes first, then one for each slot, then patience.
            let slot = at.checked_sub(1).filter(|slot| self.manner.lexical && *slot < heard.len());
            if let Some(slot) = slot.filter(|slot| heard[*slot] != UNHEARD && s.slot(*slot) != UNKNOWN) {
                notes.extend(self.vocabulary.encode(self.value(slot, heard[slot])));
            }
        }
        prompt(user, &notes, self.layout.prompt)
    }

    /// What a reply does in a state.
    pub fn read(&self, reply: &[u32], s: DialogueState, heard: &[u8]) -> Reading {
        let text: Vec<u32> = reply.iter().copied().filter(|token| *token != EOS).collect();
        let understood = self.understanding.understand(&self.vocabulary.decode(&text));
        let (class, confidence) = (understood.best, understood.confidence);
        if class == Class::Unknown || confidence < self.manner.threshold {
            return Reading { class, confidence, understood: false, act: None };
        }
        // A value that was not heard so, or a placeholder that nothing fills, is a mistake that the user hears.
        let right = understood.slots.iter().all(|(slot, value)| match value {
            None => s.slot(*slot) != UNKNOWN,
            Some(value) => heard[*slot] as usize == *value && s.slot(*slot) != UNKNOWN,
        });
        let mentions = |slot: u8| understood.slots.iter().all(|(other, _)| *other == slot as usize) && !understood.slots.is_empty();
        let about = |task: Option<u8>| task.is_some() && task.map(usize::from) == s.task();
        let act = match class {
            Class::AskTask => Some(Act::AskTask),
            Class::Ask(slot) => Some(Act::Ask(slot)),
            Class::ConfirmTask(task) if about(task) => Some(Act::ConfirmTask),
            Class::Confirm(slot) if right && mentions(slot) => Some(Act::Confirm(slot)),
            Class::ConfirmAll if right => Some(Act::ConfirmAll),
            Class::Execute(task) if right && about(task) => Some(Act::Execute),
            Class::Repair => Some(Act::Repair),
            Class::Escalate => Some(Act::Escalate),
            _ => None,
        };
        Reading { class, confidence, understood: true, act: act.filter(|act| self.rule().sensible(s, *act)) }
    }

    /// An act that makes no sense in a state, as all that is not understood.
    pub fn pointless(s: DialogueState) -> Act {
        if s.task().is_some() { Act::AskTask } else { Act::ConfirmTask }
    }
}
