//! What a sentence expresses, with a confidence: multinomial logistic regression on words, pairs of words, and how much of the sentence
//! was ever seen; trained on a scenario's own sentences, and on broken ones as what cannot be understood.
//!
//! Source: Bishop 2006, §4.3.4; steps as in `AdaGrad` (Duchi et al. 2011). Training is deterministic and takes a fraction of a second.

mod everyday;
mod examples;
mod features;
mod train;
mod values;

use super::phrases::{self, Class, Phrases};
use crate::world::names::Lang;
use crate::world::scenario::Scenario;
use features::Features;
pub use train::shuffle;
use values::Values;

/// A value mentioned: slot and value by their positions; none: only that there is one (`{order}`).
pub type Mention = (usize, Option<usize>);

#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    pub best: Class,
    /// Probability of `best`.
    pub confidence: f32,
    pub slots: Vec<Mention>,
    /// The next likely, at most three.
    pub runners_up: Vec<(Class, f32)>,
}

/// A trained model of what one side says.
#[derive(Clone, Debug)]
pub struct Understanding {
    classes: Vec<Class>,
    features: Features,
    /// Features × classes.
    weights: Vec<f32>,
    values: Values,
}

/// Below this, nobody should act on what was understood.
pub const THRESHOLD: f32 = 0.5;

impl Understanding {
    /// Of the agent's replies.
    pub fn of_agent(scenario: &Scenario, lang: Lang) -> Understanding {
        let mut phrases = phrases::agent(scenario, lang);
        examples::with_summaries(&mut phrases, scenario, lang);
        Understanding::of(&phrases, scenario, lang, &examples::STRICT)
    }

    /// Of a person's or simulated user's sentences.
    pub fn of_user(scenario: &Scenario, lang: Lang) -> Understanding {
        let mut phrases = phrases::user(scenario, lang);
        everyday::with_everyday_words(&mut phrases, lang);
        examples::with_values_told(&mut phrases, scenario, lang);
        Understanding::of(&phrases, scenario, lang, &examples::TOLERANT)
    }

    /// Of a person's sentences, where a task that is said again after a no counts as a wish for it.
    pub fn of_wishes(scenario: &Scenario, lang: Lang) -> Understanding {
        let mut phrases = phrases::user(scenario, lang);
        phrases.retain(|(class, _)| *class != Class::Correct);
        for (class, texts) in &mut phrases {
            if let Class::Wish(task) = class {
                let kind = &scenario.tasks[*task as usize];
                texts.extend([&kind.correct, &kind.affirm].into_iter().flat_map(|variants| variants.of(lang).iter().cloned()));
                texts.push(kind.label.of(lang).to_owned());
            }
        }
        everyday::with_everyday_words(&mut phrases, lang);
        examples::with_values_told(&mut phrases, scenario, lang);
        Understanding::of(&phrases, scenario, lang, &examples::TOLERANT)
    }

    fn of(phrases: &Phrases, scenario: &Scenario, lang: Lang, variety: &examples::Variety) -> Understanding {
        let values = Values::new(scenario, lang);
        let classes: Vec<Class> = std::iter::once(Class::Unknown).chain(phrases.iter().map(|(class, _)| *class)).collect();
        let examples = examples::examples(phrases, &values, variety);
        let features = Features::of(&examples);
        let weights = train::train(&features, &examples, classes.len());
        Understanding { classes, features, weights, values }
    }

    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The pieces of a sentence with placeholders for values, and what they stand for.
    pub fn marked(&self, text: &str) -> (Vec<String>, Vec<Mention>) {
        self.values.find(text)
    }

    pub fn understand(&self, text: &str) -> Understood {
        let (pieces, slots) = self.values.find(text);
        if pieces.is_empty() {
            return Understood { best: Class::Unknown, confidence: 1.0, slots, runners_up: Vec::new() };
        }
        let scores = train::probabilities(&self.weights, &self.features.of_pieces(&pieces), self.classes.len());
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let named = |k: &usize| (self.classes[*k], scores[*k]);
        let (best, confidence) = named(&order[0]);
        Understood { best, confidence, slots, runners_up: order[1..].iter().take(3).map(named).collect() }
    }
}
