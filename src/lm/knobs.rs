//! The settings of the whole path, by the field's names. Defaults are those of `presets`' "small"; the others differ in a few.

use crate::learn::knob::{Knob, KnobError, KnobKind, Settings, position};

const fn real(name: &'static str, symbol: &'static str, range: (f64, f64), default: f64, meaning: &'static str) -> Knob {
    Knob { name, symbol, kind: KnobKind::Real { min: range.0, max: range.1, log: false }, default, unit: "", live: true, meaning }
}

/// A slider of it moves by factors: what matters lies near zero.
const fn factor(name: &'static str, symbol: &'static str, range: (f64, f64), default: f64, meaning: &'static str) -> Knob {
    Knob { kind: KnobKind::Real { min: range.0, max: range.1, log: true }, ..real(name, symbol, range, default, meaning) }
}

const fn rate(name: &'static str, default: f64, meaning: &'static str) -> Knob {
    Knob { name, symbol: "η", kind: KnobKind::Real { min: 1e-6, max: 0.1, log: true }, default, unit: "", live: true, meaning }
}

/// Whole numbers shape the run, so they are set when it begins.
const fn count(name: &'static str, range: (f64, f64), default: f64, unit: &'static str, meaning: &'static str) -> Knob {
    Knob { name, symbol: "", kind: KnobKind::Count { min: range.0, max: range.1 }, default, unit, live: false, meaning }
}

pub(super) const fn choice(name: &'static str, names: &'static [&'static str], meaning: &'static str) -> Knob {
    Knob { name, symbol: "", kind: KnobKind::Choice(names), default: 0.0, unit: "", live: false, meaning }
}

const fn fixed(knob: Knob) -> Knob {
    Knob { live: false, ..knob }
}

const SHARE: (f64, f64) = (0.0, 1.0);

pub const KNOBS: &[Knob] = &[
    // The model.
    choice("model", &["tiny", "small", "medium", "large"], "Width and layers: 64 and 2, 128 and 2, 128 and 4, 256 and 4."),
    fixed(real("initial", "σ", (0.001, 1.0), 0.1, "Deviation of the first weights; with 0.02 so small a model hardly learns to copy.")),
    choice(
        "values",
        &["placeholders", "written"],
        "Whether the notes fill in the values that a reply names, or the model writes them itself.",
    ),
    choice(
        "prompt",
        &["notes", "history"],
        "What the model is shown beside the last sentence: notes of what is known, or all that was said.",
    ),
    real("understood-from", "", SHARE, 0.5, "Confidence from which a reply counts as understood."),
    // Raw dialogues.
    choice(
        "raw",
        &["cleaned", "none"],
        "Whether the raw dialogues that come along are cleaned and learned from beside the simulated ones.",
    ),
    count("dialogues", (10.0, 100_000.0), 1500.0, "dialogues", "Dialogues of the simulated mixture that SFT learns from."),
    fixed(real("expert-share", "", SHARE, 0.3, "Share of dialogues led by the expert, who errs now and then.")),
    fixed(real("hasty-share", "", SHARE, 0.4, "Share led by one who never confirms; the rest is led at random.")),
    fixed(real("act-noise", "", SHARE, 0.25, "How often the expert and the hasty one take any act that makes sense instead.")),
    // SFT.
    rate("sft-rate", 3e-3, "Learning rate of SFT at its height."),
    count("sft-epochs", (1.0, 100.0), 5.0, "epochs", "How often SFT goes through the dialogues."),
    count("sft-batch", (1.0, 1024.0), 32.0, "replies", "Replies of one step of SFT."),
    count(
        "warm-up",
        (0.0, 10_000.0),
        50.0,
        "steps",
        "Steps in which SFT's rate rises to its height, from which it falls as a cosine to 5 %.",
    ),
    real("sft-decay", "λ", SHARE, 0.1, "Weight decay of SFT."),
    choice("sft-loss", &["reply", "whole"], "Whether SFT learns the reply alone, or the prompt as well."),
    // The reward model.
    count("pairs", (64.0, 200_000.0), 40_000.0, "pairs", "Pairs of replies, one of them better, that the reward model learns from."),
    choice(
        "coverage",
        &["wide", "thin"],
        "Contexts and replies of the pairs: of many policies and beyond, or narrowly those of the dialogues.",
    ),
    fixed(real("label-noise", "", (0.0, 0.5), 0.05, "Share of labels that say the opposite.")),
    fixed(real("length-bias", "", SHARE, 0.0, "Share of labels that prefer the longer reply, whatever it says.")),
    fixed(real("gap", "", (0.0, 100.0), 0.2, "Pairs whose replies' exact worths differ by less are left out.")),
    rate("reward-rate", 2e-3, "Learning rate of the reward model at its height."),
    count("reward-epochs", (1.0, 100.0), 3.0, "epochs", "How often the reward model goes through the pairs."),
    count("reward-batch", (1.0, 1024.0), 64.0, "pairs", "Pairs of one step of the reward model."),
    real("reward-decay", "λ", SHARE, 0.01, "Weight decay of the reward model."),
    choice(
        "reward-loss",
        &["last", "divergence"],
        "Scores compared at the last word, or at every place from where the replies differ (DeepSpeed-Chat).",
    ),
    count("refit", (1.0, 200.0), 12.0, "steps", "Steps that the reward model takes when a person has chosen."),
    // PPO, both modes.
    real("clip", "ε", (0.01, 1.0), 0.2, "How far a word's probability may move, as a share, before it is pushed no more."),
    factor("value-clip", "ε V", (0.0, 100.0), 0.0, "How far a value may move in one update; 0 is no limit."),
    real("lambda", "λ", SHARE, 0.95, "How far advantages look ahead: over a reply's words (bandit), or over replies (dialogue)."),
    choice("whiten", &["on", "off"], "Whether a rollout's advantages are brought to mean 0 and deviation 1."),
    real("entropy", "β", SHARE, 0.0, "Weight of the entropy bonus."),
    factor("mixture", "PTX", (0.0, 100.0), 0.0, "Weight of SFT's loss, mixed into the actor's."),
    count("frozen", (0.0, 1000.0), 2.0, "updates", "Updates in which the critic learns alone."),
    factor("kl-limit", "KL max", (0.0, 10.0), 0.0, "Mean KL of an update after which the rest of its epochs is left out; 0 never stops."),
    choice("kl-control", &["fixed", "adaptive"], "Whether the weight of the KL stays, or follows the target."),
    factor("kl-target", "KL*", (0.01, 100.0), 2.0, "KL of a reply that an adaptive weight aims at, in nats."),
    real("rate-end", "", SHARE, 0.1, "Share of their height to which the rates of actor and critic fall, evenly, by the last update."),
    factor("gradient-norm", "‖g‖ max", (0.0, 1000.0), 1.0, "A longer gradient is scaled down to this length; 0 leaves all as they are."),
    real("ema", "", (0.0, 0.9999), 0.99, "How much of the running mean of the actor's weights an update keeps."),
    factor("score-clip", "", (0.1, 100.0), 5.0, "Largest score of the reward model that counts, in deviations of SFT's."),
    factor("reward-scale", "", (0.1, 1000.0), 10.0, "What the world's rewards are divided by in dialogue mode."),
    real("temperature", "T", (0.05, 5.0), 1.0, "Temperature at which replies are drawn in rollouts."),
    // PPO, bandit.
    count("bandit-updates", (0.0, 10_000.0), 40.0, "updates", "Updates of PPO on the reward model's scores."),
    count("bandit-dialogues", (1.0, 4096.0), 128.0, "dialogues", "Dialogues side by side in a rollout."),
    count("bandit-turns", (1.0, 100.0), 8.0, "turns", "Turns of each of them in a rollout."),
    count("bandit-minibatch", (1.0, 8192.0), 256.0, "replies", "Replies of one step."),
    count("bandit-epochs", (1.0, 20.0), 2.0, "epochs", "How often each rollout is gone through."),
    rate("bandit-actor-rate", 5e-4, "Learning rate of the actor."),
    rate("bandit-critic-rate", 1e-3, "Learning rate of the critic."),
    factor("bandit-kl", "β KL", (0.0, 10.0), 0.05, "Weight of the KL from SFT in each word's reward."),
    // PPO, dialogue.
    count("dialogue-updates", (0.0, 10_000.0), 90.0, "updates", "Updates of PPO on the world's own rewards."),
    count("dialogue-dialogues", (1.0, 4096.0), 256.0, "dialogues", "Dialogues side by side in a rollout."),
    count("dialogue-turns", (1.0, 100.0), 8.0, "turns", "Turns of each of them in a rollout."),
    count("dialogue-minibatch", (1.0, 8192.0), 512.0, "replies", "Replies of one step."),
    count("dialogue-epochs", (1.0, 20.0), 1.0, "epochs", "How often each rollout is gone through."),
    rate("dialogue-actor-rate", 5e-4, "Learning rate of the actor."),
    rate("dialogue-critic-rate", 2e-3, "Learning rate of the critic."),
    factor("dialogue-kl", "β KL", (0.0, 10.0), 0.02, "Weight of the KL from SFT in each word's reward."),
    // DPO.
    factor("dpo-beta", "β", (0.001, 10.0), 0.5, "How strongly DPO holds the policy to SFT."),
    rate("dpo-rate", 1e-4, "Learning rate of DPO at its height."),
    count("dpo-epochs", (1.0, 100.0), 1.0, "epochs", "How often DPO goes through the pairs."),
    // Evaluation.
    count("evaluation", (1.0, 100_000.0), 500.0, "dialogues", "Held-out dialogues by which each stage is judged."),
];

/// Whose knobs they are, in refusals.
pub const OWNER: &str = "the language model";

/// Name, what it is for, and what differs from the defaults.
pub type Preset = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

pub const PRESETS: &[Preset] = &[
    ("small", "the whole path in minutes", &[]),
    (
        "length",
        "labels that half prefer the longer reply: the score rises and the dialogues break",
        &[
            ("length-bias", "0.5"),
            ("bandit-kl", "0.01"),
            ("pairs", "10000"),
            ("reward-epochs", "2"),
            ("bandit-updates", "16"),
            ("rate-end", "1"),
        ],
    ),
    (
        "thin",
        "few, narrow pairs: fluent, confident, useless",
        &[("coverage", "thin"), ("pairs", "2000"), ("gap", "0.3"), ("initial", "0.02"), ("bandit-updates", "30"), ("rate-end", "1")],
    ),
    (
        "test",
        "so small that it learns next to nothing, for tests",
        &[
            ("dialogues", "30"),
            ("sft-epochs", "1"),
            ("pairs", "200"),
            ("reward-epochs", "1"),
            ("bandit-updates", "3"),
            ("bandit-dialogues", "8"),
            ("bandit-turns", "2"),
            ("bandit-minibatch", "8"),
            ("dialogue-updates", "2"),
            ("dialogue-dialogues", "8"),
            ("dialogue-turns", "2"),
            ("dialogue-minibatch", "8"),
            ("frozen", "1"),
            ("evaluation", "16"),
            ("refit", "2"),
        ],
    ),
];

/// The settings of a preset with `name=value` pairs put in.
pub fn settings(preset: &str, pairs: &[(String, String)]) -> Result<Settings, KnobError> {
    let own = PRESETS.iter().find(|(name, ..)| *name == preset).map_or(&[][..], |(_, _, own)| own);
    let own = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all: Vec<(String, String)> = own.chain(pairs.iter().cloned()).collect();
    Settings::with(OWNER, KNOBS, &all)
}

/// The value of a knob that is known to exist.
pub fn value(settings: &[f64], name: &str) -> f64 {
    settings[position(OWNER, KNOBS, name).expect("knobs are asked for by their names")]
}
