//! The sentences of a mined scenario with their sources, so that a person can judge them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Said;

/// A scenario, and what it was made of.
pub struct Mined {
    pub scenario: Value,
    pub tasks: usize,
    pub slots: usize,
    pub sentences: usize,
    /// How many of those are the schema's words.
    pub made: usize,
    /// Every sentence, in the order of the scenario.
    pub samples: Vec<Sample>,
    /// The agent's, so far.
    pub(super) met: BTreeSet<String>,
}

/// A sentence of the scenario, for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// `slot date, answer`
    pub place: String,
    /// With a value in each hole.
    pub sentence: String,
    /// Where the corpus has it; none where it was made of the schema's words.
    pub source: Option<Said>,
}

/// A sentence on its way from the corpus into the scenario.
pub(super) struct Line {
    pub text: String,
    pub said: Said,
}

impl Mined {
    /// What was found, or what is made of the schema's words where nothing was.
    pub(super) fn choose(&mut self, place: String, found: Vec<Line>, made: &str) -> Vec<String> {
        let mut lines: Vec<(String, Option<Said>)> = found.into_iter().map(|line| (line.text, Some(line.said))).collect();
        if lines.is_empty() {
            lines.push((made.to_owned(), None));
            self.made += 1;
        }
        self.sentences += lines.len();
        self.samples.extend(lines.iter().map(|(text, source)| {
            let (place, sentence) = (place.clone(), text.clone());
            Sample { place, sentence, source: source.clone() }
        }));
        lines.into_iter().map(|(text, _)| text).collect()
    }

    /// So many sentences, evenly taken from all of them.
    pub fn some(&self, count: usize) -> impl Iterator<Item = &Sample> {
        let (all, count) = (self.samples.len(), count.min(self.samples.len()));
        (0..count).map(move |i| &self.samples[i * all / count])
    }
}

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
