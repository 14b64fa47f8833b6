//! What an understanding learns from: sentences as they are, slightly damaged ones that still say the same, and broken ones that say nothing.

use super::features::Example;
use super::train::shuffle;
use super::values::Values;
use crate::lm::broken::{Breakage, WAYS, broken};
use crate::lm::phrases::{Class, Phrases, texts, with_slot};
use crate::num::dice::{Dice, Key, Stream};
use crate::world::names::Lang;
use crate::world::scenario::Scenario;

/// How a side's sentences are varied.
#[derive(Clone, Copy, Debug)]
pub struct Variety {
    ways: &'static [Breakage],
    /// Broken sentences for each sound one.
    broken: u64,
    /// Whether a word that nobody knows may stand among known ones.
    tolerant: bool,
}

/// A model's replies: whatever it was not taught is a mistake.
pub const STRICT: Variety = Variety { ways: &WAYS, broken: 6, tolerant: false };
/// A person's sentences: what is cut short or said twice still says it.
pub const TOLERANT: Variety = Variety { ways: &[Breakage::Shuffled, Breakage::Random, Breakage::Repeated], broken: 2, tolerant: true };

/// No word of any language.
fn unheard_of(k: usize) -> String {
    format!("\u{1}{k}")
}

pub fn examples(phrases: &Phrases, values: &Values, variety: &Variety) -> Vec<Example> {
    let all: Vec<(usize, Vec<String>)> =
        phrases.iter().enumerate().flat_map(|(k, (_, texts))| texts.iter().map(move |text| (k + 1, values.find(text).0))).collect();
    let words: Vec<String> = all.iter().flat_map(|(_, pieces)| pieces.iter().cloned()).collect();
    let key = Key::new(1, Stream::Init);
    let mut out = Vec::new();
    for (n, (class, sentence)) in all.iter().enumerate() {
        out.extend(slightly_damaged(sentence, variety.tolerant).into_iter().map(|pieces| Example { pieces, class: *class }));
        for b in 0..variety.broken {
            let mut dice = Dice::at(key.child(n as u64), b);
            let (other_class, other) = &all[dice.below(all.len() as u32) as usize];
            let way = variety.ways[dice.below(variety.ways.len() as u32) as usize];
            // Two halves of one class may well say what it says.
            if way == Breakage::Spliced && other_class == class {
                continue;
            }
            let pieces = broken(sentence, other, &words, way, &mut dice);
            if pieces.len() > 2 && !all.iter().any(|(_, sound)| *sound == pieces) {
                out.push(Example { pieces, class: 0 });
            }
        }
    }
    // Words alone that nobody has heard of.
    let strange = |k: usize| Example { pieces: (0..=k % 8).map(unheard_of).collect(), class: 0 };
    out.extend((0..16).map(strange));
    out
}

/// The sentence itself some times, without its marks as people type in haste, and without one of its words (or with one that nobody
/// knows in its place), if it has enough of them.
fn slightly_damaged(sentence: &[String], tolerant: bool) -> Vec<Vec<String>> {
    let mut out = vec![sentence.to_vec(); 4];
    let marked = |piece: &String| piece.starts_with('{');
    let mark = |piece: &String| piece.chars().all(|c| !c.is_alphanumeric()) && !marked(piece);
    let bare: Vec<String> = sentence.iter().filter(|piece| !mark(piece)).cloned().collect();
    if bare.len() < sentence.len() && !bare.is_empty() {
        out.push(bare);
    }
    if sentence.len() >= 5 {
        let without = |k: usize| sentence.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, piece)| piece.clone()).collect();
        out.extend((0..sentence.len()).filter(|k| !marked(&sentence[*k])).map(without));
    }
    if tolerant && sentence.len() >= 3 {
        let with = |k: usize| {
            let mut strange = sentence.to_vec();
            strange[k] = unheard_of(k);
            strange
        };
        out.extend((0..sentence.len()).filter(|k| !marked(&sentence[*k])).map(with));
    }
    out
}

/// A summary written out, beside its placeholder.
pub fn with_summaries(phrases: &mut Phrases, scenario: &Scenario, lang: Lang) {
    let gap = if lang == Lang::Chinese { "、" } else { ", " };
    let mut written = Vec::new();
    for task in &scenario.tasks {
        let slots = scenario.slots.iter().filter(|slot| task.needs.contains(&slot.name));
        let parts: Vec<String> = slots.map(|slot| with_slot(slot.summary.of(lang), &slot.name)).collect();
        for count in 0..=parts.len() {
            let summary = [&[task.label.of(lang).to_owned()][..], &parts[..count]].concat().join(gap);
            written.extend(texts(phrases, Class::ConfirmAll).iter().map(|text| text.replace("{summary}", &summary)));
        }
    }
    if let Some((_, texts)) = phrases.iter_mut().find(|(class, _)| *class == Class::ConfirmAll) {
        texts.extend(written);
    }
}

/// Wishes and corrections with values told behind them, and two values told at once.
pub fn with_values_told(phrases: &mut Phrases, scenario: &Scenario, lang: Lang) {
    let told: Vec<String> = texts(phrases, Class::Tell).to_vec();
    let gap = if lang == Lang::Chinese { "" } else { " " };
    let key = Key::new(2, Stream::Init);
    for (k, (class, texts)) in phrases.iter_mut().enumerate() {
        let behind = matches!(class, Class::Wish(_) | Class::Tell | Class::Correct | Class::Yes);
        if !behind {
            continue;
        }
        let mut order = told.clone();
        shuffle(&mut order, key.child(k as u64));
        let longer: Vec<String> = texts.iter().zip(order.iter().cycle()).map(|(text, more)| format!("{text}{gap}{more}")).collect();
        texts.extend(longer);
    }
    // A bare value is an answer.
    if let Some((_, texts)) = phrases.iter_mut().find(|(class, _)| *class == Class::Tell) {
        texts.extend(scenario.slots.iter().map(|slot| format!("{{{}}}", slot.name)));
    }
}
