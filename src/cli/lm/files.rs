//! What the path reads and writes: data that was brought along, and a folder for each model.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::cli::failure::{Failure, reason};
use crate::lm::ground::{Given, Mode};
use crate::lm::pipeline::Pipeline;
use crate::lm::plan::Stage;
use crate::lm::shape::Gpt;
use crate::lm::weights;

fn list<T: DeserializeOwned>(path: &str, form: &str) -> Result<Vec<T>, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|e| Failure::Input(format!("{path}: it cannot be read ({}); give a JSON list of {form}", reason(&e))))?;
    let list: Vec<T> = serde_json::from_str(&text).map_err(|e| Failure::Input(format!("{path}: this is no JSON list of {form} ({e})")))?;
    if list.is_empty() { Err(Failure::Input(format!("{path}: the list is empty; give some of {form}"))) } else { Ok(list) }
}

pub fn given(replies: Option<&str>, pairs: Option<&str>) -> Result<Given, Failure> {
    Ok(Given {
        replies: replies.map_or(Ok(Vec::new()), |path| list(path, "[prompt, reply]"))?,
        pairs: pairs.map_or(Ok(Vec::new()), |path| list(path, "[prompt, chosen, rejected]"))?,
    })
}

pub fn unwritable(path: &Path, e: &std::io::Error) -> Failure {
    Failure::Input(format!("{}: it cannot be written ({})", path.display(), reason(e)))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|e| unwritable(path, &e))
}

/// A folder for the model of each stage that is over.
pub fn models(dir: &Path, pipeline: &Pipeline) -> Result<(), Failure> {
    let ground = &pipeline.ground;
    for (stage, _) in &ground.plan.stages {
        let name = match stage {
            Stage::Sft => "sft".to_owned(),
            Stage::Ppo(Mode::Dpo) => "dpo".to_owned(),
            Stage::Ppo(mode) => format!("ppo-{}", mode.name()),
            Stage::Reward | Stage::Done => continue,
        };
        if let Some(parameters) = pipeline.policy_of(*stage) {
            model(&dir.join(name), pipeline, &ground.language, parameters)?;
        }
    }
    let trained = ground.plan.end_of(Stage::Reward).is_some_and(|end| pipeline.now_at() >= end && !ground.pairs.is_empty());
    if trained {
        model(&dir.join("reward"), pipeline, &ground.valued, &pipeline.reward.parameters)?;
    }
    Ok(())
}

fn model(dir: &Path, pipeline: &Pipeline, gpt: &Gpt, parameters: &[f32]) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|e| unwritable(dir, &e))?;
    let (ground, config) = (&pipeline.ground, &gpt.config);
    let scene = &ground.scene;
    put(&dir.join("model.safetensors"), &weights::write(gpt, parameters))?;
    put(&dir.join("vocabulary.json"), scene.vocabulary.to_json().as_bytes())?;
    let object = json!({
        "format": "dialoq-model",
        "version": 1,
        "architecture": "gpt2",
        "vocabulary": config.vocabulary,
        "context": config.context,
        "width": config.width,
        "layers": config.layers,
        "heads": config.heads,
        "hidden": config.hidden,
        "prompt": scene.layout.prompt,
        "reply": scene.layout.reply,
        "scenario": ground.spec.source.argument(),
        "profile": ground.spec.profile,
        "language": if ground.spec.chinese { "zh" } else { "en" },
        "values": if scene.manner.lexical { "written" } else { "placeholders" },
        "history": scene.manner.history,
        "preset": ground.spec.preset,
        "seed": ground.spec.seed.to_string(),
    });
    let text = serde_json::to_string_pretty(&object).expect("plain values are JSON");
    put(&dir.join("config.json"), text.as_bytes())
}
