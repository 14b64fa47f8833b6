//! A scenario mined from Schema-Guided Dialogue: what users want, the values they name, how they behave, and how both sides say it.
//!
//! Measured: which slots an intent's goals have and how often, their values, how often a request is answered, how often more is told
//! than was asked, how often a checked value is changed. Not in such data, and so set: patience, mishearing, rewards. A corpus is logged
//! from one policy; what users would do after other acts is the simulator's, not the data's.

mod assemble;
mod fit;
mod samples;
pub mod sums;
mod templates;
mod values;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use samples::{Mined, Origin, Sample};

use fit::Fits;
use sums::DialogueSums;

/// Words of one slot of the schema.
#[derive(Clone, Debug, Default)]
pub struct SlotWords {
    pub description: String,
}

#[derive(Clone, Debug, Default)]
pub struct IntentWords {
    pub description: String,
    pub transactional: bool,
    pub required: Vec<String>,
    pub optional: Vec<String>,
}

impl IntentWords {
    /// Whether the intent takes this slot at all: only then can a goal of it need the slot.
    fn takes(&self, slot: &str) -> bool {
        self.required.iter().chain(&self.optional).any(|s| s == slot)
    }
}

/// What the schema says of one service.
#[derive(Clone, Debug, Default)]
pub struct Service {
    pub slots: BTreeMap<String, SlotWords>,
    pub intents: BTreeMap<String, IntentWords>,
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn all<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The words of a text without their marks, in lower case; holes are none.
fn plain_words(text: &str) -> impl Iterator<Item = String> {
    let trimmed = text.split_whitespace().filter(|w| !w.contains('{')).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    trimmed.filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// The services of a `schema.json`.
pub fn schema(value: &Value) -> Result<BTreeMap<String, Service>, String> {
    let services = value.as_array().ok_or("schema.json is not a list of services")?;
    let mut out = BTreeMap::new();
    for service in services {
        let slot = |s: &Value| (text(s, "name").to_owned(), SlotWords { description: text(s, "description").to_owned() });
        let intent = |i: &Value| {
            let words = IntentWords {
                description: text(i, "description").to_owned(),
                transactional: i.get("is_transactional").and_then(Value::as_bool).unwrap_or(false),
                required: texts(i, "required_slots"),
                optional: i.get("optional_slots").and_then(Value::as_object).into_iter().flat_map(|s| s.keys().cloned()).collect(),
            };
            (text(i, "name").to_owned(), words)
        };
        let own = Service { slots: all(service, "slots").map(slot).collect(), intents: all(service, "intents").map(intent).collect() };
        out.insert(text(service, "service_name").to_owned(), own);
    }
    Ok(out)
}

/// A slot or an intent with its service.
pub type Name = (String, String);

/// A count of chances and of those taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    pub of: u64,
    pub taken: u64,
}

impl Share {
    fn add(&mut self, taken: bool) {
        self.of += 1;
        self.taken += u64::from(taken);
    }

    /// The share where there is enough to say one.
    pub fn rate(self) -> Option<f64> {
        (self.of >= 5).then(|| self.taken as f64 / self.of as f64)
    }
}

/// Sentences by what they do: (by the user, service, acts with their slots).
pub type Key = (bool, String, BTreeSet<(String, String)>);

/// A sentence of the corpus with its values cut out: how often it was said, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub times: u64,
    pub source: Source,
    /// The utterance as it was said there.
    pub utterance: String,
}

/// A place in the corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    pub dialogue: String,
    /// Turns count from 1.
    pub turn: usize,
    /// The turns of the dialogue.
    pub turns: usize,
}

/// The slots of a goal with their values, as the last state of its intent has them.
type Goal = BTreeMap<String, String>;

/// What is gathered, dialogue by dialogue.
#[derive(Default)]
pub struct Miner {
    pub services: BTreeMap<String, Service>,
    pub dialogues: u64,
    /// How often goals of an intent had these slots.
    pub goals: BTreeMap<Name, BTreeMap<BTreeSet<String>, u64>>,
    /// As they were said.
    pub values: BTreeMap<Name, BTreeMap<String, u64>>,
    /// What a value that was said means: "SF" is "San Francisco".
    pub meant: BTreeMap<Name, BTreeMap<String, String>>,
    pub sentences: BTreeMap<Key, BTreeMap<String, Said>>,
    /// The intent that a user has in a sentence, or that an agent offers in it, by service.
    intents: BTreeMap<String, BTreeMap<String, String>>,
    fits: Fits,
    /// In how many utterances a word occurs.
    words: BTreeMap<String, u64>,
    pub sums: DialogueSums,
    /// Spans that lie outside their turn, which are left out.
    pub spans_outside: u64,
    /// Requests of a slot, and those answered in the next turn.
    pub answered: Share,
    /// Turns in which the user told a slot, and those that told another one unasked.
    pub volunteered: Share,
    /// Checked values, and those the user changed.
    pub changed: BTreeMap<Name, Share>,
}

impl Miner {
    /// Of some services of a schema.
    pub fn new(schema: &BTreeMap<String, Service>, wanted: &[String]) -> Result<Miner, String> {
        let mut services = BTreeMap::new();
        for name in wanted {
            let own = schema.get(name).ok_or_else(|| {
                let known: Vec<&str> = schema.keys().map(String::as_str).collect();
                format!("there is no service \"{name}\"; the schema has {}", known.join(", "))
            })?;
            services.insert(name.clone(), own.clone());
        }
        Ok(Miner { services, ..Miner::default() })
    }

    /// Counts one dialogue of a file.
    pub fn dialogue(&mut self, file: &str, value: &Value) {
        if !all(value, "services").any(|s| s.as_str().is_some_and(|s| self.services.contains_key(s))) {
            return;
        }
        self.dialogues += 1;
        let mut goals: BTreeMap<Name, Goal> = BTreeMap::new();
        let mut before: Option<&Value> = None;
        let turns = all(value, "turns").count();
        for (n, turn) in all(value, "turns").enumerate() {
            let user = text(turn, "speaker") == "USER";
            let frames: Vec<&Value> = all(turn, "frames").filter(|f| self.services.contains_key(text(f, "service"))).collect();
            let said = text(turn, "utterance");
            for word in plain_words(said).collect::<BTreeSet<_>>() {
                *self.words.entry(word).or_default() += 1;
            }
            for frame in &frames {
                self.spans_outside += templates::outside(frame, said);
                self.meanings(frame);
                if user {
                    self.goal(frame, &mut goals);
                    self.behaviour(frame, before);
                }
                // A sentence of two services belongs to neither.
                if all(turn, "frames").count() == 1 {
                    let source = Source { file: file.to_owned(), dialogue: text(value, "dialogue_id").to_owned(), turn: n + 1, turns };
                    self.sentence(user, frame, said, source);
                }
            }
            if !frames.is_empty() {
                self.sums.add(user, said, frames.iter().flat_map(|f| all(f, "actions")).count() as u64);
            }
            before = (!user).then(|| frames.first().copied()).flatten();
        }
        self.sums.dialogues += 1;
        for ((service, intent), goal) in goals {
            let slots: BTreeSet<String> = goal.keys().cloned().collect();
            *self.goals.entry((service.clone(), intent)).or_default().entry(slots).or_default() += 1;
            for (slot, value) in goal {
                *self.values.entry((service.clone(), slot)).or_default().entry(value).or_default() += 1;
            }
        }
    }

    /// The last state of an intent is what its user wanted, of the slots that the intent takes. What a search found (a restaurant's
    /// name) also enters the state, but nobody asked for it.
    fn goal(&self, frame: &Value, goals: &mut BTreeMap<Name, Goal>) {
        let Some(state) = frame.get("state") else { return };
        let (service, intent) = (text(frame, "service"), text(state, "active_intent"));
        let Some(words) = self.services.get(service).and_then(|s| s.intents.get(intent)) else { return };
        let given = state.get("slot_values").and_then(Value::as_object).into_iter().flatten();
        let value = |(slot, values): (&String, &Value)| Some((slot.clone(), values.get(0)?.as_str()?.trim().to_owned()));
        let goal = given.filter_map(value).filter(|(slot, value)| {
            let askable = !["dontcare", "True", "False", "None"].contains(&value.as_str());
            askable && words.takes(slot)
        });
        goals.insert((service.to_owned(), intent.to_owned()), goal.collect());
    }

    fn meanings(&mut self, frame: &Value) {
        for action in all(frame, "actions") {
            let said = texts(action, "values");
            let meant = texts(action, "canonical_values");
            if said.len() == meant.len() && !said.is_empty() {
                let name = (text(frame, "service").to_owned(), text(action, "slot").to_owned());
                self.meant.entry(name).or_default().extend(said.into_iter().zip(meant));
            }
        }
    }

    fn behaviour(&mut self, frame: &Value, before: Option<&Value>) {
        let service = text(frame, "service");
        let slots = |frame: &Value, acts: &[&str]| -> BTreeSet<String> {
            all(frame, "actions")
                .filter(|a| acts.contains(&text(a, "act")))
                .map(|a| text(a, "slot").to_owned())
                .filter(|s| !s.is_empty())
                .collect()
        };
        let told = slots(frame, &["INFORM"]);
        let before = before.filter(|b| text(b, "service") == service);
        let asked = before.map(|b| slots(b, &["REQUEST"])).unwrap_or_default();
        let checked = before.map(|b| slots(b, &["CONFIRM"])).unwrap_or_default();
        asked.iter().for_each(|slot| self.answered.add(told.contains(slot)));
        (self.sums.asked, self.sums.answered) = (self.answered.of, self.answered.taken);
        if checked.is_empty() && !told.is_empty() {
            self.volunteered.add(told.iter().any(|slot| !asked.contains(slot)) && !asked.is_empty() || asked.is_empty() && told.len() > 1);
        }
        for slot in checked {
            let changed = told.contains(&slot);
            self.changed.entry((service.to_owned(), slot)).or_default().add(changed);
        }
    }

    fn sentence(&mut self, user: bool, frame: &Value, said: &str, source: Source) {
        let acts: BTreeSet<(String, String)> =
            all(frame, "actions").map(|a| (text(a, "act").to_owned(), text(a, "slot").to_owned())).collect();
        let Some(template) = templates::delexicalise(frame, said) else { return };
        let service = text(frame, "service");
        self.fits.learn(service, &template.text, &template.fills);
        let intended = all(frame, "actions").find(|a| ["INFORM_INTENT", "OFFER_INTENT"].contains(&text(a, "act")));
        if let Some(intent) = intended.and_then(|a| a.get("values")?.get(0)?.as_str()) {
            self.intents.entry(service.to_owned()).or_default().insert(template.text.clone(), intent.to_owned());
        }
        let key = (user, service.to_owned(), acts);
        let first = || Said { times: 0, source, utterance: said.to_owned() };
        self.sentences.entry(key).or_default().entry(template.text).or_insert_with(first).times += 1;
    }
}
