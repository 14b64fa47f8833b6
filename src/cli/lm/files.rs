//! What the path writes: a folder for each model.

use std::fs;
use std::path::Path;

use crate::cli::failure::{Failure, reason};
use crate::lm::ground::Mode;
use crate::lm::pipeline::Pipeline;
use crate::lm::plan::Stage;
use crate::lm::saved::SavedConfig;
use crate::lm::shape::Gpt;
use crate::lm::weights;
use crate::store::write::replace;

pub fn unwritable(path: &Path, e: &std::io::Error) -> Failure {
    Failure::Work(format!("{}: it cannot be written ({})", path.display(), reason(e)))
}

/// A place that was fine when the work began.
pub fn unwritten(path: &Path, e: &std::io::Error) -> Failure {
    Failure::Work(format!("{}: it cannot be written ({}); what was written before stays as it was", path.display(), reason(e)))
}

/// Folders of models, all that `models` may write.
pub const MODELS: [&str; 6] = ["sft", "reward", "ppo-bandit", "ppo-dialogue", "ppo-mean", "dpo"];

/// A path that is gone on with replaces its own models.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes).map(|_| ()).map_err(|e| unwritten(path, &e))
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
