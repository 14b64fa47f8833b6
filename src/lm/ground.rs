//! All that a pipeline never changes: the scene, the data, the networks' shapes. It follows from the spec and is shared.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::LmError;
use super::corpus::{Context, Mixture, Texts, given, simulated};
use super::knobs::{self, value};
use super::pairs::{Pair, Wanted, Worths, pairs};
use super::plan::Plan;
use super::raw::RawCorpus;
use super::scene::{Manner, Scene};
use super::shape::{Config, Gpt, Head, PRESETS};
use crate::learn::knob::KnobError;
use crate::num::dice::{Key, Stream};
use crate::world::names::Lang;
use crate::world::{BuildError, World, WorldSource};

/// Beside the bandit and the dialogue's own return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Bandit,
    Dialogue,
    Dpo,
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Mode::Bandit => "bandit",
            Mode::Dialogue => "dialogue",
            Mode::Dpo => "dpo",
        }
    }
}

/// What makes a pipeline: with the program's version and the kernel, it fixes every bit of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub source: WorldSource,
    pub profile: String,
    pub chinese: bool,
    pub preset: String,
    pub seed: u64,
    /// Knobs that differ from the preset's.
    pub settings: Vec<(String, String)>,
    pub modes: Vec<Mode>,
    pub data: Given,
}

/// Data that was brought along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// Prompt and reply; empty: dialogues are simulated.
    pub replies: Vec<(String, String)>,
    /// Prompt, chosen, rejected; empty: pairs come from the world's exact worths.
    pub pairs: Vec<(String, String, String)>,
    /// What was used of each file and what was left out, for people.
    #[serde(default)]
    pub told: Vec<String>,
}

#[derive(Debug, Error, PartialEq)]
pub enum PathError {
    #[error(transparent)]
    World(#[from] BuildError),
    #[error(transparent)]
    Knob(#[from] KnobError),
    #[error(transparent)]
    Model(#[from] LmError),
    #[error("{name} has no users to talk to; use a scenario")]
    NoUsers { name: String },
    #[error("{name} has too many states to know which reply is better; use another scenario, or preference pairs of your own")]
    TooLarge { name: String },
    #[error("{replies} replies are fewer than one batch of {batch}; give more dialogues or set sft-batch lower")]
    Few { replies: usize, batch: usize },
    #[error(
        "the two answers of all {pairs} pairs are the same up to {room} tokens, behind which replies are cut; give pairs that differ before"
    )]
    EqualPairs { pairs: usize, room: usize },
    #[error(
        "{pairs} pairs to learn from are fewer than one batch of {batch}; give more (each tenth is held out) or set reward-batch lower"
    )]
    FewPairs { pairs: usize, batch: usize },
    #[error("{0}")]
    Saved(String),
}

pub struct Ground {
    pub spec: Spec,
    pub scene: Scene,
    pub settings: Vec<f64>,
    /// None where data was brought along, or none is wanted.
    pub raw: Option<RawCorpus>,
    pub corpus: Texts,
    /// How many replies of `corpus` are from the raw dialogues.
    pub from_raw: usize,
    /// Replies that nobody learns from.
    pub held: Texts,
    /// Places of held-out dialogues; empty where data was brought along.
    pub contexts: Vec<Context>,
    pub pairs: Vec<Pair>,
    pub test: Vec<Pair>,
    /// Pairs brought along that were left out: where replies are cut, their two answers are the same.
    pub equal: usize,
    pub worths: Option<Worths>,
    pub language: Gpt,
    pub valued: Gpt,
    pub plan: Plan,
}

/// Pairs kept for testing.
const TEST: usize = 2000;

impl Ground {
    pub fn build(spec: &Spec) -> Result<Arc<Ground>, PathError> {
        let settings = knobs::settings(&spec.preset, &spec.settings)?.0;
        let knob = |name: &str| value(&settings, name);
        let name = || spec.source.argument().to_owned();
        let world = World::build(&spec.source, &spec.profile, Some(false), &mut |_| ())?;
        let manner = Manner {
            lang: if spec.chinese { Lang::Chinese } else { Lang::English },
            lexical: knob("values") > 0.0,
            history: knob("prompt") > 0.0,
            threshold: knob("understood-from") as f32,
            user_words: 12,
        };
        let given_texts = spec.data.replies.iter().flat_map(|(a, b)| [a, b]);
        let texts: Vec<String> = given_texts.chain(spec.data.pairs.iter().flat_map(|(a, b, c)| [a, b, c])).cloned().collect();
        let raw = (knob("raw") == 0.0 && spec.data.replies.is_empty()).then(RawCorpus::of_the_program);
        let words = raw.as_ref().map_or_else(Vec::new, |raw| raw.words(manner.lang));
        let scene = Scene::new(Arc::new(world), manner, &texts, &words).ok_or_else(|| PathError::NoUsers { name: name() })?;
        let (_, width, layers, heads) = PRESETS[knob("model") as usize];
        let (vocabulary, context) = (scene.vocabulary.len(), scene.layout.total());
        let config = Config { vocabulary, context, width, layers, heads, hidden: 4 };
        let (language, valued) = (Gpt::new(config, Head::Language)?, Gpt::new(config, Head::Value)?);
        let (mut corpus, held, contexts) = corpus(spec, &scene, &settings);
        let cleaned = raw.as_ref().map_or_else(Texts::default, |raw| raw.texts(&scene));
        let from_raw = cleaned.len();
        corpus.append(cleaned);
        if corpus.len() < knob("sft-batch") as usize {
            return Err(PathError::Few { replies: corpus.len(), batch: knob("sft-batch") as usize });
        }
        let worths = Worths::new(&scene);
        let (pairs, test, equal) = labelled(spec, &scene, &settings, worths.as_ref());
        let cards = raw.as_ref().map_or(0, |raw| raw.cards.len());
        let plan = Plan::new(&settings, &spec.modes, (cards, corpus.len(), pairs.len()));
        let spec = spec.clone();
        Ok(Arc::new(Ground {
            spec,
            scene,
            settings,
            raw,
            corpus,
            from_raw,
            held,
            contexts,
            pairs,
            test,
            equal,
            worths,
            language,
            valued,
            plan,
        }))
    }

    /// Whether there is something for a reward model to learn from.
    pub fn check_pairs(&self) -> Result<(), PathError> {
        let batch = value(&self.settings, "reward-batch") as usize;
        match self.pairs.len() {
            0 if self.equal > 0 && self.test.is_empty() => Err(PathError::EqualPairs { pairs: self.equal, room: self.scene.layout.reply }),
            0 if self.equal > 0 => Err(PathError::FewPairs { pairs: 0, batch }),
            0 => Err(PathError::TooLarge { name: self.spec.source.argument().to_owned() }),
            pairs if pairs < batch => Err(PathError::FewPairs { pairs, batch }),
            _ => Ok(()),
        }
    }

    pub fn key(&self, purpose: u64) -> Key {
        Key::new(self.spec.seed, Stream::Init).child(purpose)
    }

    pub fn mixture(settings: &[f64]) -> Mixture {
        let knob = |name: &str| value(settings, name);
        Mixture { expert: knob("expert-share"), hasty: knob("hasty-share"), noise: knob("act-noise") }
    }
}

/// Replies to learn from, held-out ones, and places of the latter.
fn corpus(spec: &Spec, scene: &Scene, settings: &[f64]) -> (Texts, Texts, Vec<Context>) {
    let users = Key::new(spec.seed, Stream::Words).child(7);
    let dialogues = value(settings, "dialogues") as u64;
    let mixture = Ground::mixture(settings);
    let held = (dialogues / 10).clamp(8, 300);
    let (mut test, contexts) = simulated(scene, &mixture, users, dialogues..dialogues + held);
    if spec.data.replies.is_empty() {
        return (simulated(scene, &mixture, users, 0..dialogues).0, test, contexts);
    }
    // A tenth is held out.
    let (kept, learned): (Vec<_>, Vec<_>) = spec.data.replies.iter().cloned().enumerate().partition(|(k, _)| k % 10 == 9);
    let plain = |list: Vec<(usize, (String, String))>| given(scene, &list.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>());
    test = plain(kept);
    (plain(learned), test, contexts)
}

/// Pairs to learn from and to test with, and how many were left out because their answers are equal behind the cut.
fn labelled(spec: &Spec, scene: &Scene, settings: &[f64], worths: Option<&Worths>) -> (Vec<Pair>, Vec<Pair>, usize) {
    let knob = |name: &str| value(settings, name);
    let key = Key::new(spec.seed, Stream::Words).child(8);
    if !spec.data.pairs.is_empty() {
        let encode = |text: &str| scene.ended(scene.vocabulary.encode(text));
        let pair = |(prompt, chosen, rejected): &(String, String, String)| Pair {
            prompt: super::prompt::prompt(&scene.vocabulary.encode(prompt), &[], scene.layout.prompt),
            chosen: encode(chosen),
            rejected: encode(rejected),
            clean: true,
        };
        let differing = spec.data.pairs.iter().map(pair).filter(|pair| pair.chosen != pair.rejected);
        let (kept, learned): (Vec<_>, Vec<_>) = differing.enumerate().partition(|(k, _)| k % 10 == 9);
        let equal = spec.data.pairs.len() - kept.len() - learned.len();
        let plain = |list: Vec<(usize, Pair)>| list.into_iter().map(|(_, pair)| pair).collect();
        return (plain(learned), plain(kept), equal);
    }
    let Some(worths) = worths else { return (Vec::new(), Vec::new(), 0) };
    let count = knob("pairs") as usize;
    let mut wanted =
        Wanted { count, wide: knob("coverage") == 0.0, gap: knob("gap"), noise: knob("label-noise"), length_bias: knob("length-bias") };
    let learned = pairs(scene, worths, &wanted, &Ground::mixture(settings), key);
    wanted.count = TEST.min(count);
    (learned, pairs(scene, worths, &wanted, &Ground::mixture(settings), key.child(1)), 0)
}
