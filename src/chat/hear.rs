//! What a person's sentence tells: a wish, values, a yes or a no, each with the confidence of the understanding.

use std::sync::Arc;

use super::keywords::{GUESSED, Keywords};
use super::shape;
use crate::lm::phrases::Class;
use crate::lm::understand::{THRESHOLD, Understanding};
use crate::lm::vocabulary::pieces;
use crate::run::chat::{Heard, NOT_UNDERSTOOD};
use crate::world::Dialogues;
use crate::world::acts::Act;
use crate::world::names::Lang;

/// A yes or a no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neither,
    Yes,
    No,
}

/// What the agent asked, as far as it helps to understand the answer.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What it did last: a bare value answers it.
    pub pending: Option<Act>,
    /// The slots that it asked about, which take values of the person's own.
    pub open: Vec<usize>,
    /// Whether a wish is waited for, which may be guessed by a word.
    pub wishing: bool,
}

/// What a sentence tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub wish: Option<usize>,
    /// Slots with their values, each slot once.
    pub values: Vec<(usize, Heard)>,
    pub tone: Tone,
    /// What the sentence as a whole is.
    pub class: Class,
    pub confidence: f32,
}

impl Told {
    /// Whether it may be acted on.
    pub fn is_understood(&self) -> bool {
        self.wish.is_some() || !self.values.is_empty() || self.tone != Tone::Neither || self.is(self.class)
    }

    /// It is about some value, but names none that is known.
    pub fn says_nothing(&self) -> bool {
        self.class == Class::Tell && self.wish.is_none() && self.values.is_empty() && self.tone == Tone::Neither
    }

    pub fn is(&self, class: Class) -> bool {
        class != Class::Unknown && self.class == class && self.confidence >= THRESHOLD
    }
}

/// Understands a person in one scenario and language.
pub struct Ears {
    pub dialogues: Arc<Dialogues>,
    pub lang: Lang,
    sentences: Understanding,
    wishes: Understanding,
    keywords: Keywords,
}

/// Marks after which another part of a sentence begins.
const STOPS: &[char] = &['.', ',', ';', '!', '?', ':', '。', '，', '；', '！', '？', '：', '、'];

impl Ears {
    pub fn new(dialogues: Arc<Dialogues>, lang: Lang) -> Ears {
        let sentences = Understanding::of_user(&dialogues.scenario, lang);
        let wishes = Understanding::of_wishes(&dialogues.scenario, lang);
        let keywords = Keywords::new(&dialogues.scenario, lang);
        Ears { dialogues, lang, sentences, wishes, keywords }
    }

    pub fn hear(&self, text: &str, asked: &Asked) -> Told {
        let Asked { pending, open, wishing } = asked;
        let slot = match pending {
            Some(Act::Ask(slot) | Act::Confirm(slot)) => Some(usize::from(*slot)),
            _ => None,
        };
        let own = open.iter().find_map(|slot| self.own_value(text, *slot));
        let text = own.as_ref().map_or(text, |(text, ..)| text);
        let mut values = self.values(text, slot);
        if let Some((_, slot, heard)) = &own
            && !values.iter().any(|(other, _)| other == slot)
        {
            values.push((*slot, heard.clone()));
        }
        let whole = self.sentences.understand(text);
        let parts: Vec<&str> = text.split(STOPS).map(str::trim).filter(|part| !part.is_empty()).collect();
        let guessed = || self.keywords.task(text).filter(|_| *wishing).map(|task| (task, GUESSED));
        let wish = self.wish(text, &parts).or_else(guessed);
        let (mut tone, certain) = self.tone(&whole, parts.first().copied());
        let asks = matches!(pending, Some(Act::ConfirmTask | Act::Confirm(_) | Act::ConfirmAll | Act::Repair | Act::Execute));
        if !asks && (wish.is_some() || !values.is_empty()) {
            // Where nothing was asked with a yes or a no, neither is meant by what else was said.
            tone = Tone::Neither;
        }
        let mut confidence = whole.confidence;
        if let (Some((_, p)), false) = (wish, matches!(whole.best, Class::Wish(_))) {
            confidence = p;
        } else if whole.best == Class::Unknown || confidence < THRESHOLD {
            let known = [(tone != Tone::Neither).then_some(certain), (!values.is_empty()).then_some(1.0 - THRESHOLD / 2.0)];
            confidence = known.into_iter().flatten().fold(confidence, f32::max);
        }
        Told { wish: wish.map(|(task, _)| task), values, tone, class: whole.best, confidence }
    }

    /// The sentence with a placeholder in place of a value of the person's own.
    fn own_value(&self, text: &str, slot: usize) -> Option<(String, usize, Heard)> {
        let kind = &self.dialogues.scenario.slots[slot];
        let (written, words) = shape::find(text, kind.values.of(self.lang))?;
        let all = pieces(text);
        let at = all.windows(words.len()).position(|window| window == words)?;
        let listed = kind.values.of(self.lang).contains(&written);
        let marked = [&all[..at], &[format!("{{{}}}", kind.name)], &all[at + words.len()..]].concat().join(" ");
        (!listed).then_some((marked, slot, Heard { text: written, position: None }))
    }

    /// Values of the scenario in a sentence; of one slot the last that is not said not to be meant.
    fn values(&self, text: &str, asked: Option<usize>) -> Vec<(usize, Heard)> {
        let (words, mentions) = self.sentences.marked(text);
        let scenario = &self.dialogues.scenario;
        let marks: Vec<usize> = (0..words.len()).filter(|at| words[*at].starts_with('{') && words[*at].ends_with('}')).collect();
        let mut out: Vec<(usize, Heard)> = Vec::new();
        for ((slot, value), at) in mentions.into_iter().zip(marks) {
            let Some(value) = value.filter(|_| !self.denied(&words[..at])) else { continue };
            let text = &scenario.slots[slot].values.of(self.lang)[value];
            // Two slots may have the same value: the one that was asked for is meant.
            let of_asked =
                asked.and_then(|asked| Some((asked, scenario.slots[asked].values.of(self.lang).iter().position(|own| own == text)?)));
            let (slot, value) = of_asked.unwrap_or((slot, value));
            out.retain(|(other, _)| *other != slot);
            out.push((slot, Heard { text: text.clone(), position: Some(value as u8) }));
        }
        out
    }

    /// Whether the words before a value say that it is not this one.
    fn denied(&self, before: &[String]) -> bool {
        let last = |k: usize| before.len().checked_sub(k).map_or("", |at| before[at].as_str());
        match self.lang {
            Lang::English => last(1) == "not" || last(2) == "not" && matches!(last(1), "the" | "a" | "in" | "at" | "on"),
            Lang::Chinese => last(2) == "不" && last(1) == "是",
        }
    }

    /// The first part decides, as in "no, the teapot"; else the whole.
    fn tone(&self, whole: &crate::lm::understand::Understood, first: Option<&str>) -> (Tone, f32) {
        let tone = |class: Class| match class {
            Class::Yes => Tone::Yes,
            Class::No | Class::Correct => Tone::No,
            _ => Tone::Neither,
        };
        let begun = first.filter(|part| pieces(part).len() <= 4).map(|part| self.sentences.understand(part));
        let all = begun.iter().chain([whole]);
        let sure = all.filter(|u| u.confidence >= THRESHOLD && tone(u.best) != Tone::Neither).map(|u| (tone(u.best), u.confidence));
        sure.into_iter().next().unwrap_or_default()
    }

    /// The likeliest wish of the whole or of one of its parts.
    fn wish(&self, text: &str, parts: &[&str]) -> Option<(usize, f32)> {
        let mut best: Option<(usize, f32)> = None;
        for part in [text].iter().chain(parts.iter().filter(|part| pieces(part).len() > 1)) {
            let understood = self.wishes.understand(part);
            if let Class::Wish(task) = understood.best
                && understood.confidence >= THRESHOLD.max(best.map_or(0.0, |(_, p)| p))
            {
                best = Some((task as usize, understood.confidence));
            }
        }
        best
    }

    /// `refund, order A-1137`
    pub fn words(&self, told: &Told) -> String {
        let scenario = &self.dialogues.scenario;
        let mut out = Vec::new();
        match told.tone {
            Tone::Yes => out.push("yes".to_owned()),
            Tone::No => out.push("no".to_owned()),
            Tone::Neither => {}
        }
        out.extend(told.wish.map(|task| scenario.tasks[task].name.clone()));
        out.extend(told.values.iter().map(|(slot, heard)| format!("{} {}", scenario.slots[*slot].name, heard.text)));
        if out.is_empty() {
            out.push(if told.is_understood() { class_word(told.class) } else { NOT_UNDERSTOOD }.to_owned());
        }
        out.join(", ")
    }
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Greet => "a greeting",
        Class::Evade => "no answer",
        Class::Thanks => "thanks",
        Class::Leave => "you leave",
        Class::Tell => "something about it, without a value",
        _ => "something else",
    }
}
