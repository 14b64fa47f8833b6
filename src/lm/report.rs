//! What a path has come to: each stage against the one before, on the same held-out users.

use super::evaluate::{Figures, Speaker};
use super::ground::Mode;
use super::knobs::value;
use super::pipeline::Pipeline;
use super::plan::Stage;
use super::reward::{accuracy, judged};
use super::sample::Sampling;
use super::sft::measured;
use crate::world::acts::Act;
use crate::world::expert::expert;
use crate::world::solve::{Policy, Worth, evaluate};
use crate::world::user::DialogueState;

/// A policy drawn from at temperature 1, and at its likeliest.
#[derive(Clone, Debug)]
pub struct Judged {
    pub drawn: Figures,
    pub greedy: Figures,
}

#[derive(Clone, Debug)]
pub struct Rewarded {
    pub pairs: usize,
    pub accuracy_clean: f64,
    pub accuracy_labels: f64,
    /// What picking its best sentence is truly worth.
    pub favourite: Figures,
    pub probes: Probes,
}

/// What a sound reward model does not fall for: deviations of SFT's scores.
#[derive(Clone, Copy, Debug, Default)]
pub struct Probes {
    pub empty: f64,
    pub repeated: f64,
    /// Of score and length, over the test pairs' replies.
    pub length_correlation: f64,
    /// Mean |σ(margin) − right| over tenths of the margin's probability: how far its certainty is from how often it is right.
    pub calibration: f64,
}

#[derive(Clone, Debug)]
pub struct Moded {
    pub mode: Mode,
    pub updates: u64,
    pub judged: Judged,
}

#[derive(Clone, Debug)]
pub struct Report {
    /// The model before it has learned anything.
    pub untrained: Figures,
    pub perplexity: f64,
    pub sft: Option<Judged>,
    pub reward: Option<Rewarded>,
    pub modes: Vec<Moded>,
    pub expert: Figures,
    /// Exactly, for who sees states and no text.
    pub optimal: Option<Worth>,
}

/// Of all stages that are over. `heard` is told what is being judged.
pub fn report(pipeline: &mut Pipeline, heard: &mut dyn FnMut(&str)) -> Report {
    let ground = pipeline.ground.clone();
    let dialogues = value(&ground.settings, "evaluation") as usize;
    let sft = pipeline.policy_of(Stage::Sft).map(<[f32]>::to_vec);
    heard("untrained");
    let fresh = ground.language.fresh(value(&ground.settings, "initial"), ground.key(1));
    let speaker = Speaker::Model { gpt: &ground.language, parameters: &fresh, sampling: Sampling::PLAIN, reference: None };
    let untrained = pipeline.judge(&speaker, dialogues);
    heard("sft");
    let perplexity = sft.as_ref().map_or(f64::NAN, |parameters| {
        measured(&ground.language, parameters, &ground.held, usize::MAX, &ground.scene.layout, pipeline.desk())
    });
    let judged = sft.as_ref().map(|parameters| judge(pipeline, parameters, dialogues));
    let over = |stage| ground.plan.end_of(stage).is_some_and(|end| pipeline.now_at() >= end);
    let rewarded = over(Stage::Reward) && !ground.pairs.is_empty();
    heard("reward");
    let reward = rewarded.then(|| reward(pipeline, dialogues));
    let mut modes = Vec::new();
    for mode in ground.spec.modes.clone() {
        let Some(parameters) = pipeline.policy_of(Stage::Ppo(mode)).map(<[f32]>::to_vec) else { continue };
        heard(mode.name());
        let updates = match mode {
            Mode::Dpo => ground.plan.stages.iter().find(|(stage, _)| *stage == Stage::Ppo(mode)).map_or(0, |(_, t)| t.end - t.start),
            _ => value(&ground.settings, &format!("{}-updates", mode.name())) as u64,
        };
        modes.push(Moded { mode, updates, judged: judge(pipeline, &parameters, dialogues) });
    }
    heard("expert");
    let rule = ground.scene.rule();
    let knows = |s: DialogueState| -> Act { rule.acts[expert(rule, s).index()] };
    let expert = pipeline.judge(&Speaker::Acts(&knows), dialogues);
    let optimal = ground.worths.as_ref().zip(ground.scene.world.exact()).map(|(worths, mdp)| {
        let policy = Policy::optimal(mdp, worths.solution());
        Worth { met: Vec::new(), ..evaluate(mdp, &policy, worths.solution().gamma) }
    });
    Report { untrained, perplexity, sft: judged, reward, modes, expert, optimal }
}

fn judge(pipeline: &mut Pipeline, parameters: &[f32], dialogues: usize) -> Judged {
    let ground = pipeline.ground.clone();
    let reference = pipeline.reference.clone();
    let mut one = |sampling| {
        let speaker = Speaker::Model { gpt: &ground.language, parameters, sampling, reference: Some(&reference) };
        pipeline.judge(&speaker, dialogues)
    };
    Judged { drawn: one(Sampling::PLAIN), greedy: one(Sampling::Greedy) }
}

/// What the reward model is worth, and what it falls for.
pub fn reward(pipeline: &mut Pipeline, dialogues: usize) -> Rewarded {
    let ground = pipeline.ground.clone();
    let parameters = pipeline.reward.parameters.clone();
    let (layout, test) = (&ground.scene.layout, &ground.test);
    let scores = judged(&ground.valued, &parameters, test, layout, pipeline.desk());
    let (accuracy_clean, accuracy_labels) = accuracy(test, &scores);
    let favourite = pipeline.judge(&Speaker::Favourite { gpt: &ground.valued, parameters: &parameters }, dialogues.min(250));
    let probes = super::probes::probes(pipeline, &parameters, &scores);
    Rewarded { pairs: ground.pairs.len(), accuracy_clean, accuracy_labels, favourite, probes }
}
