//! What a person's sentence tells: a wish, values, a yes or a no, each with the confidence of the understanding.

use std::collections::BTreeSet;
use std::sync::Arc;

pub use super::cues::Aim;
use super::cues::{Cues, Found, stands};
use super::keywords::{GUESSED, Keywords};
use super::meant::{Meant, aliases, meanings};
use super::shape;
use crate::lm::phrases::{self, Class};
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
    /// Tasks of which any may be meant.
    pub among: Vec<usize>,
    /// What it is for, if no wish.
    pub aim: Aim,
    /// What the sentence as a whole is.
    pub class: Class,
    pub confidence: f32,
}

impl Told {
    /// Whether it may be acted on.
    pub fn is_understood(&self) -> bool {
        self.wish.is_some() || !self.values.is_empty() || self.tone != Tone::Neither || self.aim != Aim::Task || self.is(self.class)
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
    cues: Cues,
    meant: Meant,
    /// What the scenario's users say, word for word: nothing need be guessed there.
    own: BTreeSet<String>,
}

/// Tasks that are things of the evening: an hour alone is one after noon.
const EVENING: &[&str] = &["dinner", "party"];
const YES: &[&str] = &["yes", "yeah", "yep", "yup"];
const NO: &[&str] = &["no", "nope", "nah"];
/// A yes and a no with which a Chinese sentence begins.
const BEGINS: &[(Tone, &[&str])] = &[(Tone::Yes, &["是的", "对的", "没错", "好的", "嗯"]), (Tone::No, &["不是", "不对"])];

/// Marks after which another part of a sentence begins.
const STOPS: &[char] = &['.', ',', ';', '!', '?', ':', '。', '，', '；', '！', '？', '：', '、'];

impl Ears {
    pub fn new(dialogues: Arc<Dialogues>, lang: Lang) -> Ears {
        let sentences = Understanding::of_user(&dialogues.scenario, lang);
        let wishes = Understanding::of_wishes(&dialogues.scenario, lang);
        let keywords = Keywords::new(&dialogues.scenario, lang);
        let cues = Cues::new(&dialogues.scenario, lang);
        let meant = Meant::new(&dialogues.scenario, lang, &|text| cues.words(text));
        let said = phrases::user(&dialogues.scenario, lang).into_iter().flat_map(|(_, texts)| texts);
        let own = said.map(|text| sentences.marked(&text).0.join(" ")).collect();
        Ears { dialogues, lang, sentences, wishes, keywords, cues, meant, own }
    }

    pub fn hear(&self, text: &str, asked: &Asked) -> Told {
        let Asked { pending, open, wishing } = asked;
        let text = &self.cues.mend(text);
        let slot = match pending {
            Some(Act::Ask(slot) | Act::Confirm(slot)) => Some(usize::from(*slot)),
            _ => None,
        };
        let scripted = self.own.contains(&self.sentences.marked(text).0.join(" "));
        let numbered = (0..self.dialogues.scenario.slots.len()).filter(|slot| self.has_own_numbers(*slot));
        let own = open.iter().copied().chain(numbered).find_map(|slot| self.own_value(text, slot));
        let text = own.as_ref().map_or(text.as_str(), |(text, ..)| text);
        let found = if scripted { Found::default() } else { self.cues.find(text) };
        let whole = self.sentences.understand(text);
        let parts: Vec<&str> = text.split(STOPS).map(str::trim).filter(|part| !part.is_empty()).collect();
        let (wish, among) = self.wish_by_all(text, &parts, &found, *wishing, whole.best == Class::Tell);
        let mut values = self.values(text, slot);
        if !scripted {
            self.in_other_words(text, wish.map(|(task, _)| task), slot, *wishing, &mut values);
        }
        if let Some((_, slot, heard)) = &own
            && !values.iter().any(|(other, _)| other == slot)
        {
            values.push((*slot, heard.clone()));
        }
        let (mut tone, certain) = self.tone(&whole, text, parts.first().copied());
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
        let told = Told { wish: wish.map(|(task, _)| task), values, tone, among, aim: Aim::Task, class: whole.best, confidence };
        aimed(told, &found)
    }

    /// The wish that is told or may be guessed; else those among which to ask.
    fn wish_by_all(&self, text: &str, parts: &[&str], found: &Found, wishing: bool, tells: bool) -> (Option<(usize, f32)>, Vec<usize>) {
        let learned = self.wish(text, parts);
        // Hints are enough only where nothing else is told.
        let cued = wishing && (found.strength >= 4 || !tells && learned.is_none());
        match (found.tasks.as_slice(), learned) {
            ([task], Some((own, p))) if cued && *task == own => (Some((own, p)), Vec::new()),
            ([task], _) if cued => (Some((*task, GUESSED + 0.05 * f32::from(found.strength))), Vec::new()),
            ([_, _, ..], Some((own, p))) if found.tasks.contains(&own) && found.strength >= 5 => (Some((own, p)), Vec::new()),
            ([_, _, ..], _) if cued || wishing && found.strength >= 2 => (None, found.tasks.clone()),
            _ if found.aim != Aim::Task => (None, Vec::new()),
            (_, None) => (self.keywords.task(text).filter(|_| wishing).map(|task| (task, GUESSED)), Vec::new()),
            (_, learned) => (learned, Vec::new()),
        }
    }

    /// Whether the slot's values are numbers as on a receipt: a letter and digits.
    fn has_own_numbers(&self, slot: usize) -> bool {
        let number = |value: &String| {
            let count = |is: fn(&char) -> bool| value.chars().filter(is).count();
            count(char::is_ascii_digit) >= 3 && count(|c| c.is_alphabetic()) == 1
        };
        self.dialogues.scenario.slots[slot].values.of(self.lang).iter().all(number)
    }

    /// Values that are said in other words than the scenario's; in a first sentence also those that only look like values are dropped.
    fn in_other_words(&self, text: &str, wish: Option<usize>, asked: Option<usize>, wishing: bool, values: &mut Vec<(usize, Heard)>) {
        let scenario = &self.dialogues.scenario;
        let words = self.cues.words(text);
        let ready = self.cues.text(text);
        let evening = asked.is_some() || wish.is_some_and(|task| EVENING.contains(&scenario.tasks[task].name.as_str()));
        let meant = self.meant.find(&meanings(&words, self.lang), evening);
        if wishing {
            let listed =
                |slot: usize, heard: &Heard| meant.iter().any(|(other, value)| *other == slot && heard.position == Some(*value as u8));
            values.retain(|(slot, heard)| Some(*slot) == asked || !self.meant.has(*slot) || listed(*slot, heard));
            values.retain(|(slot, heard)| Some(*slot) == asked || self.is_meant(&ready, wish, *slot, &heard.text));
        }
        let wanted = |slot: usize| Some(slot) == asked || wish.is_some_and(|task| self.dialogues.rule.needed(task, slot));
        let named = (0..scenario.slots.len()).filter(|slot| wanted(*slot)).filter_map(|slot| Some((slot, self.named(&ready, slot)?)));
        let said = meant.into_iter().filter(|(slot, _)| wishing || Some(*slot) == asked);
        for (slot, value) in said.chain(named) {
            if !values.iter().any(|(other, _)| *other == slot) {
                let text = scenario.slots[slot].values.of(self.lang)[value].clone();
                values.push((slot, Heard { text, position: Some(value as u8) }));
            }
        }
    }

    /// How many tasks need a slot.
    fn tasks_with(&self, slot: usize) -> usize {
        (0..self.dialogues.scenario.tasks.len()).filter(|task| self.dialogues.rule.needed(*task, slot)).count()
    }

    /// A value by one of its everyday names; of several the most exact.
    fn named(&self, ready: &str, slot: usize) -> Option<usize> {
        let values = self.dialogues.scenario.slots[slot].values.of(self.lang).iter().enumerate();
        let found = values.filter_map(|(k, value)| {
            let best = aliases(value, self.lang).filter(|(_, name)| stands(ready, name, self.lang)).map(|(at, _)| at).max()?;
            Some((best, k))
        });
        found.max().map(|(_, k)| k)
    }

    /// Whether a value that stands in a sentence is meant as one: no part of the wish's own name, a calendar only where one is spoken of,
    /// a department no topic.
    fn is_meant(&self, ready: &str, wish: Option<usize>, slot: usize, value: &str) -> bool {
        let name = self.dialogues.scenario.slots[slot].name.as_str();
        let any = |list: &[&str]| list.iter().any(|word| stands(ready, word, self.lang));
        let lower = value.to_lowercase();
        match (name, self.lang) {
            ("calendar", Lang::English) => any(&["calendar", "file", "under", "dates", "diary"]),
            ("calendar", Lang::Chinese) => any(&["日历", "归", "属于", "日程"]),
            ("topic", Lang::English) if any(&[&format!("with {lower}"), &format!("with the {lower}")]) => false,
            ("topic", Lang::Chinese) if any(&[&format!("{lower}部"), &format!("跟{lower}"), &format!("和{lower}")]) => false,
            _ => wish.is_none_or(|task| self.tasks_with(slot) < 2 || !self.cues.names(&self.cues.text(value), task)),
        }
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
    fn tone(&self, whole: &crate::lm::understand::Understood, text: &str, first: Option<&str>) -> (Tone, f32) {
        if let Some(tone) = begun_with(text, self.lang) {
            return (tone, 1.0 - THRESHOLD / 2.0);
        }
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
        let aim = match told.aim {
            Aim::Help => Some("you ask what it can do"),
            Aim::Person => Some("you ask for a person"),
            Aim::Insult => Some("you are angry"),
            Aim::Greeting | Aim::Task => None,
        };
        out.extend(aim.map(str::to_owned));
        if out.is_empty() && told.among.len() > 1 {
            out.push(told.among.iter().map(|task| scenario.tasks[*task].name.as_str()).collect::<Vec<_>>().join(" or "));
        }
        if out.is_empty() {
            out.push(if told.is_understood() { class_word(told.class) } else { NOT_UNDERSTOOD }.to_owned());
        }
        out.join(", ")
    }
}

/// A yes or a no with which a longer sentence begins: "yes cancel it".
fn begun_with(text: &str, lang: Lang) -> Option<Tone> {
    if lang == Lang::Chinese {
        let (tone, _) = BEGINS.iter().find(|(_, words)| words.iter().any(|word| text.len() > word.len() && text.starts_with(word)))?;
        return Some(*tone);
    }
    let words = pieces(text);
    let (first, rest) = words.split_first()?;
    match first.as_str() {
        _ if rest.is_empty() || rest.first().is_some_and(|word| word == "idea" || word == "one") => None,
        first if YES.contains(&first) => Some(Tone::Yes),
        first if NO.contains(&first) => Some(Tone::No),
        _ => None,
    }
}

/// What it is for counts where nothing else is told; a person is asked for whatever else is.
fn aimed(mut told: Told, found: &Found) -> Told {
    let bare = told.wish.is_none() && told.values.is_empty() && told.tone == Tone::Neither;
    match found.aim {
        Aim::Task => return told,
        Aim::Person => told.wish = None,
        Aim::Greeting if bare => told.class = Class::Greet,
        _ if !bare => return told,
        _ => {}
    }
    if found.aim != Aim::Greeting {
        told.class = Class::Unknown;
    }
    told.aim = found.aim;
    told.among.clear();
    told.confidence = told.confidence.max(1.0 - THRESHOLD / 2.0);
    told
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
