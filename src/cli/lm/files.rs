//! What the path reads and writes: data that was brought along, and a folder for each model.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::failure::{Failure, reason};
use crate::lm::ground::{Given, Mode};
use crate::lm::pipeline::Pipeline;
use crate::lm::plan::Stage;
use crate::lm::saved::SavedConfig;
use crate::lm::shape::Gpt;
use crate::lm::weights;

/// Values of a JSON list, or of one object a line as `dialoq data prepare` writes them.
fn values(path: &str, form: &str) -> Result<Vec<Value>, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|e| Failure::Input(format!("{path}: it cannot be read ({}); give a list of {form}", reason(&e))))?;
    if text.trim_start().starts_with('[') && serde_json::from_str::<Vec<Value>>(&text).is_ok() {
        return Ok(serde_json::from_str(&text).unwrap_or_default());
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let wrong = |k: usize| Failure::Input(format!("{path}: line {}: this is no JSON; give a list of {form}, or one object a line", k + 1));
    lines.map(|(k, line)| serde_json::from_str(line).map_err(|_| wrong(k))).collect()
}

/// What a value says: itself, or its text, or its last turn's.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(turns) => turns.last().and_then(said),
        Value::Object(turn) => turn.get("text").or_else(|| turn.get("content")).and_then(said),
        _ => None,
    }
}

/// Each reply of a record with what was said before it.
fn replies_of(value: &Value) -> Vec<(String, String)> {
    if let Some(turns) = value["turns"].as_array() {
        let agent = |turn: &Value| turn["role"] == "assistant";
        let both = turns.windows(2).filter(|two| !agent(&two[0]) && agent(&two[1]));
        return both.filter_map(|two| Some((said(&two[0])?, said(&two[1])?))).collect();
    }
    let pair = match value {
        Value::Array(two) if two.len() == 2 => said(&two[0]).zip(said(&two[1])),
        _ => said(&value["prompt"]).zip(said(&value["reply"]).or_else(|| said(&value["chosen"]))),
    };
    pair.into_iter().collect()
}

fn pair_of(value: &Value) -> Option<(String, String, String)> {
    match value {
        Value::Array(three) if three.len() == 3 => Some((said(&three[0])?, said(&three[1])?, said(&three[2])?)),
        _ => Some((said(&value["prompt"])?, said(&value["chosen"])?, said(&value["rejected"])?)),
    }
}

pub fn given(replies: Option<&str>, pairs: Option<&str>) -> Result<Given, Failure> {
    let some = |path: &str, form: &str, count: usize| match count {
        0 => Err(Failure::Input(format!("{path}: nothing in it is {form}; give a list of {form}, or one object a line"))),
        _ => Ok(()),
    };
    let mut given = Given::default();
    if let Some(path) = replies {
        let form = "[prompt, reply]";
        given.replies = values(path, form)?.iter().flat_map(replies_of).collect();
        some(path, form, given.replies.len())?;
    }
    if let Some(path) = pairs {
        let form = "[prompt, chosen, rejected]";
        given.pairs = values(path, form)?.iter().filter_map(pair_of).collect();
        some(path, form, given.pairs.len())?;
    }
    Ok(given)
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
            Stage::Data | Stage::Reward | Stage::Done => continue,
        };
        if let Some(parameters) = pipeline.policy_of(*stage) {
            model(&dir.join(name), pipeline, &ground.language, parameters)?;
        }
    }
    if let Some((Stage::Ppo(mode), ticks)) = ground.plan.stages.last()
        && pipeline.now_at() >= ticks.end
        && *mode != Mode::Dpo
    {
        model(&dir.join("ppo-mean"), pipeline, &ground.language, &pipeline.ema)?;
    }
    let trained = ground.plan.end_of(Stage::Reward).is_some_and(|end| pipeline.now_at() >= end && !ground.pairs.is_empty());
    if trained {
        model(&dir.join("reward"), pipeline, &ground.valued, &pipeline.reward.parameters)?;
    }
    Ok(())
}

fn model(dir: &Path, pipeline: &Pipeline, gpt: &Gpt, parameters: &[f32]) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|e| unwritable(dir, &e))?;
    let ground = &pipeline.ground;
    put(&dir.join("model.safetensors"), &weights::write(gpt, parameters))?;
    put(&dir.join("vocabulary.json"), ground.scene.vocabulary.to_json().as_bytes())?;
    let text = serde_json::to_string_pretty(&SavedConfig::of(ground)).expect("plain values are JSON");
    put(&dir.join("config.json"), text.as_bytes())
}
