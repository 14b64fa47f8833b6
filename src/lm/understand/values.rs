//! Values found in a sentence and put as placeholders: `it is {order} .` is learned once for all order numbers. Case, hyphens and spaces
//! do not count, so that `a7731` is found too.

use super::Mention;
use crate::lm::vocabulary::pieces;
use crate::world::names::Lang;
use crate::world::scenario::Scenario;

#[derive(Clone, Debug)]
pub struct Values {
    /// Letters and digits of a value, its slot, its position; longest first.
    list: Vec<(String, usize, usize)>,
    /// `{order}`
    names: Vec<String>,
    /// Pieces of the longest value, and as many as a person may cut it into.
    longest: usize,
}

/// Letters and digits alone.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

impl Values {
    pub fn new(scenario: &Scenario, lang: Lang) -> Values {
        let mut list = Vec::new();
        let mut longest = 1;
        for (i, slot) in scenario.slots.iter().enumerate() {
            for (k, value) in slot.values.of(lang).iter().enumerate() {
                list.push((plain(value), i, k));
                longest = longest.max(pieces(value).len() + 2);
            }
        }
        list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        list.retain(|(value, ..)| !value.is_empty());
        Values { list, names: scenario.slots.iter().map(|slot| format!("{{{}}}", slot.name)).collect(), longest }
    }

    /// The pieces with placeholders, and what they stand for.
    pub fn find(&self, text: &str) -> (Vec<String>, Vec<Mention>) {
        let words = pieces(text);
        let (mut out, mut mentions) = (Vec::with_capacity(words.len()), Vec::new());
        let mut at = 0;
        while at < words.len() {
            if let Some(slot) = self.names.iter().position(|name| *name == words[at]) {
                mentions.push((slot, None));
            } else if let Some((count, slot, value)) = self.at(&words[at..]) {
                mentions.push((slot, Some(value)));
                out.push(self.names[slot].clone());
                at += count;
                continue;
            }
            out.push(words[at].clone());
            at += 1;
        }
        (out, mentions)
    }

    /// The longest value that the words begin with: how many words it takes, its slot, its position.
    fn at(&self, words: &[String]) -> Option<(usize, usize, usize)> {
        let mut best: Option<(usize, usize, usize)> = None;
        let mut run = String::new();
        for (k, word) in words.iter().take(self.longest).enumerate() {
            let part = plain(word);
            // A mark between two parts of a value counts for nothing, one before or after it is no part of it.
            if part.is_empty() {
                if k == 0 {
                    return None;
                }
                continue;
            }
            run.push_str(&part);
            if let Some((_, slot, value)) = self.list.iter().find(|(value, ..)| *value == run) {
                best = Some((k + 1, *slot, *value));
            }
        }
        best
    }
}
