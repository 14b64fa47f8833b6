//! Panels of the Language screen: the path, its curves, the replies, and what can be asked of them.

pub mod chart;
pub mod cleaning;
pub mod duel;
pub mod path;
mod records;
pub mod replies;
pub mod word;

use crate::trainer::command::Ask;
use crate::trainer::snapshot::Snapshot;
use crate::trainer::view::Watch;
use crate::trainer::view::language::{PipelineView, Wanted};
use crate::tui::model::Model;

/// Replies looked at, and points of a curve.
const SAMPLES: usize = 24;
const POINTS: usize = 512;

/// What the path looks like, where a language model is in focus and was asked about.
pub fn view(snapshot: &Snapshot) -> Option<&PipelineView> {
    snapshot.view.language.as_deref()
}

/// What several panels ask for together; each adds its part.
fn together(watch: &mut Watch) -> &mut Wanted {
    watch.language.get_or_insert(Wanted { samples: 0, word: None, points: 0, duel: false, raw: false })
}

/// Begins the path that is chosen, in the scenario in focus.
fn begin(model: &Model, snapshot: &Snapshot) -> Option<Ask> {
    Some(Ask::Path(snapshot.catalogue.paths.get(model.language.path)?.settings.clone()))
}

/// The run that is on a path already, where it is not the one in focus.
fn elsewhere(snapshot: &Snapshot) -> Option<u32> {
    let name = &snapshot.catalogue.agents.iter().find(|agent| agent.language)?.name;
    if snapshot.view.progress.is_some() { None } else { snapshot.runs.iter().rev().find(|card| card.agent == *name).map(|card| card.id) }
}

/// Keeps the cursor on a reply and a word that are there.
pub fn settle(model: &mut Model, snapshot: &Snapshot) {
    let Some(view) = view(snapshot) else {
        model.language = crate::tui::model::LanguageModel { tint: model.language.tint, path: model.language.path, ..Default::default() };
        return;
    };
    // A duel is made only for who looks, so that it must be known beforehand whether there can be one.
    let pairs = view.facts.iter().any(|(name, value)| *name == "pairs" && value != "0");
    model.language.dueling = pairs && view.path.iter().any(|stage| stage.name == "sft" && view.tick >= stage.to);
    model.language.cleaned = view.path.iter().any(|stage| stage.name == "data");
    if let Some(raw) = view.raw.as_ref().filter(|_| records::in_sight(model, view)) {
        records::settle(model, raw);
        return;
    }
    let count = replies::shown(model, view).len();
    model.language.reply = model.language.reply.min(count.saturating_sub(1));
    let words = replies::shown(model, view).get(model.language.reply).map_or(0, |sample| sample.tokens.len());
    model.language.word = model.language.word.min(words.saturating_sub(1));
    model.language.count = (count, words);
    model.language.explained = view.path.iter().any(|stage| matches!(stage.name, "bandit" | "dialogue") && view.tick > stage.from);
}

/// A stage as people read it.
pub fn stage_name(name: &str) -> &str {
    match name {
        "data" => "data",
        "sft" => "SFT",
        "reward" => "reward model",
        "bandit" => "PPO (bandit)",
        "dialogue" => "PPO (dialogue)",
        "dpo" => "DPO",
        other => other,
    }
}

/// The last point of a curve.
fn last(view: &PipelineView, stage: &str, name: &str) -> Option<f32> {
    view.curves.iter().find(|curve| curve.stage == stage && curve.name == name)?.points.last().copied()
}
