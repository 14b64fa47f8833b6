//! The sentences of a mined scenario with their sources, so that a person can judge them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Said;
use crate::num::dice::{Dice, Key, Stream};

/// A scenario, and what it was made of.
pub struct Mined {
    pub scenario: Value,
    pub tasks: usize,
    pub slots: usize,
    /// Every sentence, in the order of the scenario.
    pub samples: Vec<Sample>,
    /// What the agent says, so far.
    pub(super) met: BTreeSet<String>,
}

/// A sentence of the scenario, for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// `slot date, answer`
    pub place: String,
    /// With a value in each hole.
    pub sentence: String,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The corpus has it.
    Corpus(Said),
    /// "No." with a sentence of the corpus behind it.
    Negated(Said),
    /// A phrase that suits every slot: "It is …", "No, …".
    Phrase,
    /// The program made it from the schema's words.
    Schema,
}

/// What a user says of a value where the corpus has no sentence.
pub(super) const ANSWER: &str = "It is {value}.";
pub(super) const CORRECTION: &str = "No, {value}.";

impl Origin {
    pub fn said(&self) -> Option<&Said> {
        match self {
            Origin::Corpus(said) | Origin::Negated(said) => Some(said),
            Origin::Phrase | Origin::Schema => None,
        }
    }
}

/// A sentence on its way into the scenario.
#[derive(Clone)]
pub(super) struct Line {
    pub text: String,
    pub origin: Origin,
}

impl Mined {
    /// Takes what was found; where nothing was, a phrase or a sentence made from the schema's words.
    pub(super) fn choose(&mut self, place: &str, mut found: Vec<Line>, made: &str) -> Vec<String> {
        if found.is_empty() {
            let origin = if [ANSWER, CORRECTION].contains(&made) { Origin::Phrase } else { Origin::Schema };
            found.push(Line { text: made.to_owned(), origin });
        }
        let texts = found.iter().map(|line| line.text.clone()).collect();
        self.samples.extend(found.into_iter().map(|line| Sample { place: place.to_owned(), sentence: line.text, origin: line.origin }));
        texts
    }

    /// How many sentences were made from the schema's words, by their kind: `slot confirm` for `slot date, confirm`.
    pub fn made(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for sample in self.samples.iter().filter(|s| s.origin == Origin::Schema) {
            let what = sample.place.split(' ').next().unwrap_or_default();
            let kind = sample.place.rsplit(' ').next().unwrap_or_default();
            *out.entry(format!("{what} {kind}")).or_default() += 1;
        }
        out
    }

    /// How many sentences have this origin.
    pub fn count(&self, of: impl Fn(&Origin) -> bool) -> usize {
        self.samples.iter().filter(|s| of(&s.origin)).count()
    }

    /// So many sentences, drawn by a seed without drawing any twice, in the order of the scenario.
    pub fn draw(&self, count: usize, seed: u64) -> Vec<&Sample> {
        let key = Key::new(seed, Stream::Words);
        let mut drawn: Vec<usize> = (0..self.samples.len()).collect();
        drawn.sort_by_key(|i| Dice::at(key, *i as u64).draw());
        drawn.truncate(count);
        drawn.sort_unstable();
        drawn.into_iter().map(|i| &self.samples[i]).collect()
    }
}

/// What a user says who corrects the agent: "No." and what would be said without it.
pub(super) fn negated(found: &[Line]) -> Vec<Line> {
    let plain = found.iter().filter(|line| !opens(&line.text) && !line.text.contains('?'));
    let negate = |line: &Line| {
        let origin = line.origin.said().map_or(Origin::Schema, |said| Origin::Negated(said.clone()));
        Line { text: format!("No. {}", line.text), origin }
    };
    plain.map(negate).take(NEGATED).collect()
}

/// Whether a sentence begins with a word that answers or greets.
pub(super) fn opens(sentence: &str) -> bool {
    const OPENINGS: &[&str] = &["yes", "yeah", "yep", "sure", "ok", "okay", "hi", "hey", "hello", "no", "nope", "great", "alright", "and"];
    let first = sentence.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    OPENINGS.contains(&first.to_lowercase().as_str())
}

/// Sentences of one kind that are made in this way, at most.
const NEGATED: usize = 4;

/// Puts values into the sentences that people are shown: another one for each sentence.
pub(super) fn fill(mined: &mut Mined) {
    let slots: Vec<(String, Vec<String>)> = mined.scenario["slots"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|s| {
            let values = s["values"]["en"].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            Some((s["name"].as_str()?.to_owned(), values))
        })
        .collect();
    for (i, sample) in mined.samples.iter_mut().enumerate() {
        for (name, values) in &slots {
            let Some(value) = values.get(i % values.len().max(1)) else { continue };
            sample.sentence = sample.sentence.replace(&format!("{{{name}}}"), value);
            if sample
                .place
                .strip_prefix("slot ")
                .and_then(|rest| rest.strip_prefix(name.as_str()))
                .is_some_and(|rest| rest.starts_with(','))
            {
                sample.sentence = sample.sentence.replace("{value}", value);
            }
        }
    }
}
