//! Words by which a wish can be guessed where the sentence is none that was learned: "refund please". A word counts for a task if it
//! stands in several of the task's sentences and hardly in any others.

use crate::lm::vocabulary::pieces;
use crate::world::names::Lang;
use crate::world::scenario::{Scenario, Variants};

/// Confidence of a guess by a word.
pub const GUESSED: f32 = 0.6;
/// Sentences of a task in which a word must stand, and how many times as many as of all others.
const OFTEN: usize = 4;
const RATHER: usize = 3;
/// A task's name and label count so many times.
const NAMED: usize = 3;
/// Letters of a word that can tell something.
const SHORTEST: usize = 4;
/// Words that ask for anything.
const QUESTIONS: &[&str] = &["where", "哪儿"];

#[derive(Clone, Debug)]
pub struct Keywords {
    lang: Lang,
    /// By task: its words.
    tasks: Vec<Vec<String>>,
}

/// Words of a text: in Chinese pairs of neighbours.
fn words(text: &str, lang: Lang) -> Vec<String> {
    let all = pieces(text);
    let word = |piece: &String| piece.chars().all(char::is_alphabetic);
    let mut out: Vec<String> = match lang {
        Lang::English => all.into_iter().filter(|piece| word(piece) && piece.chars().count() >= SHORTEST).collect(),
        Lang::Chinese => all.windows(2).filter(|two| two.iter().all(word)).map(<[String]>::concat).collect(),
    };
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether two words are forms of one: `cancel`, `cancellation`.
fn same(a: &str, b: &str, lang: Lang) -> bool {
    match lang {
        Lang::English => a.starts_with(b) || b.starts_with(a),
        Lang::Chinese => a == b,
    }
}

fn count(word: &str, texts: &[Vec<String>], lang: Lang) -> usize {
    texts.iter().filter(|text| text.iter().any(|other| same(word, other, lang))).count()
}

impl Keywords {
    pub fn new(scenario: &Scenario, lang: Lang) -> Keywords {
        let list = |all: &[&Variants]| all.iter().flat_map(|v| v.of(lang)).map(|text| words(text, lang)).collect::<Vec<_>>();
        let texts: Vec<Vec<Vec<String>>> = scenario
            .tasks
            .iter()
            .map(|task| {
                let mut texts = list(&[&task.wish, &task.correct, &task.affirm, &task.confirm]);
                texts.extend(vec![words(&format!("{} {}", task.name, task.label.of(lang)), lang); NAMED]);
                texts
            })
            .collect();
        let user = &scenario.sentences.user;
        let mut neutral = list(&[&user.greet, &user.evade, &user.yes, &user.no, &user.restate, &user.neutral, &user.thanks, &user.wronged]);
        neutral.extend(scenario.slots.iter().flat_map(|slot| list(&[&slot.answer, &slot.volunteer, &slot.correct])));
        let of_task = |task: usize| {
            let mut all: Vec<String> = texts[task].iter().flatten().cloned().collect();
            all.sort_unstable();
            all.dedup();
            let telling = |word: String| {
                let own = count(&word, &texts[task], lang);
                let others = texts.iter().enumerate().filter(|(other, _)| *other != task).map(|(_, texts)| count(&word, texts, lang));
                let others = others.sum::<usize>() + count(&word, &neutral, lang);
                (own >= OFTEN && own >= RATHER * others && !QUESTIONS.contains(&word.as_str())).then_some(word)
            };
            all.into_iter().filter_map(telling).collect()
        };
        Keywords { lang, tasks: (0..scenario.tasks.len()).map(of_task).collect() }
    }

    /// The only task that words of the text tell of.
    pub fn task(&self, text: &str) -> Option<usize> {
        let said = words(text, self.lang);
        let told = |task: &Vec<String>| said.iter().any(|word| task.iter().any(|own| same(own, word, self.lang)));
        let mut found = self.tasks.iter().enumerate().filter(|(_, task)| told(task)).map(|(task, _)| task);
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }
}
