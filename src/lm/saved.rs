//! A model as it was saved, ready to speak: weights, vocabulary and config of one folder, and the world that it was taught in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::evaluate::generate;
use super::ground::{Ground, PathError};
use super::net::Desk;
use super::prompt::Layout;
use super::sample::Sampling;
use super::scene::{Manner, Reading, Scene};
use super::shape::{Gpt, Head};
use super::vocabulary::Vocabulary;
use super::weights;
use crate::num::dice::Key;
use crate::world::World;
use crate::world::names::Lang;
use crate::world::user::DialogueState;

const FORMAT: &str = "dialoq-model";

/// `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedConfig {
    pub format: String,
    pub version: u32,
    /// As Python's libraries call it.
    pub architecture: String,
    pub vocabulary: usize,
    pub context: usize,
    pub width: usize,
    pub layers: usize,
    pub heads: usize,
    pub hidden: usize,
    /// Tokens of a prompt, and of a reply with its end.
    pub prompt: usize,
    pub reply: usize,
    /// As the command line takes it.
    pub scenario: String,
    pub profile: String,
    pub language: String,
    pub values: String,
    pub history: bool,
    pub user_words: usize,
    pub understood_from: f32,
    pub preset: String,
    pub seed: String,
}

impl SavedConfig {
    pub fn of(ground: &Ground) -> SavedConfig {
        let (scene, config, spec) = (&ground.scene, &ground.language.config, &ground.spec);
        SavedConfig {
            format: FORMAT.into(),
            version: 1,
            architecture: "gpt2".into(),
            vocabulary: config.vocabulary,
            context: config.context,
            width: config.width,
            layers: config.layers,
            heads: config.heads,
            hidden: config.hidden,
            prompt: scene.layout.prompt,
            reply: scene.layout.reply,
            scenario: spec.source.argument().to_owned(),
            profile: spec.profile.clone(),
            language: if spec.chinese { "zh" } else { "en" }.into(),
            values: if scene.manner.lexical { "written" } else { "placeholders" }.into(),
            history: scene.manner.history,
            user_words: scene.manner.user_words,
            understood_from: scene.manner.threshold,
            preset: spec.preset.clone(),
            seed: spec.seed.to_string(),
        }
    }

    pub fn read(text: &str) -> Result<SavedConfig, PathError> {
        let config: SavedConfig =
            serde_json::from_str(text).map_err(|e| PathError::Saved(format!("config.json: it is none of dialoq's ({e})")))?;
        if config.format != FORMAT || config.version != 1 {
            let what = format!("config.json: format {} version {}; it must be {FORMAT} version 1", config.format, config.version);
            return Err(PathError::Saved(what));
        }
        Ok(config)
    }

    pub fn lang(&self) -> Lang {
        if self.language == "zh" { Lang::Chinese } else { Lang::English }
    }
}

pub struct Saved {
    pub scene: Scene,
    pub gpt: Gpt,
    pub parameters: Vec<f32>,
    pub desk: Desk,
}

/// What a model said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub tokens: Vec<u32>,
    /// With the values in their places, as people read it.
    pub text: String,
    pub reading: Reading,
    /// ln π of each token.
    pub log_probabilities: Vec<f32>,
}

impl Saved {
    /// The world is that of the config's scenario and users, without masks.
    pub fn open(model: &[u8], vocabulary: &str, config: &SavedConfig, world: Arc<World>) -> Result<Saved, PathError> {
        let (gpt, parameters) = weights::read(model)?;
        let vocabulary = Vocabulary::from_json(vocabulary).map_err(|e| PathError::Saved(e.to_string()))?;
        if gpt.head != Head::Language {
            return Err(PathError::Saved("model.safetensors: it is a reward model, which says nothing; use sft or one of ppo".into()));
        }
        let total = config.prompt.checked_add(config.reply).filter(|_| config.prompt > 0 && config.reply > 0);
        let fits = total.is_some_and(|total| total <= gpt.config.context) && config.user_words <= gpt.config.context;
        if gpt.config.vocabulary != vocabulary.len() || !fits {
            return Err(PathError::Saved("model.safetensors, vocabulary.json and config.json are not of one model".into()));
        }
        let manner = Manner {
            lang: config.lang(),
            lexical: config.values == "written",
            history: config.history,
            threshold: config.understood_from,
            user_words: config.user_words,
        };
        let scene = Scene::new(world, manner, &[], &[]).ok_or_else(|| PathError::NoUsers { name: config.scenario.clone() })?;
        let layout = Layout { prompt: config.prompt, reply: config.reply };
        Ok(Saved { scene: Scene { vocabulary, layout, ..scene }, gpt, parameters, desk: Desk::new(1) })
    }

    /// The prompt of what a user said in a state; values told stand in it as the notes have them.
    pub fn prompt(&self, user: &str, s: DialogueState, heard: &[u8]) -> Vec<u32> {
        self.scene.prompt(&self.scene.vocabulary.encode(user), s, heard)
    }

    /// What it says to a prompt.
    pub fn reply(&mut self, prompt: &[u32], s: DialogueState, heard: &[u8], sampling: Sampling, key: Key) -> Said {
        let replies = generate(&self.gpt, &self.parameters, &self.scene, prompt.to_vec(), sampling, &|_| key, &mut self.desk);
        let reply = replies.into_iter().next().expect("one prompt has one reply");
        let reading = self.scene.read(&reply.words, s, heard);
        let text = self.scene.shown(&reply.words, s, heard);
        Said { text, reading, tokens: reply.words, log_probabilities: reply.log_probabilities }
    }
}
