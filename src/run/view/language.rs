//! What a screen is shown of a pipeline: plain records, made when asked for (`look.rs`).

use std::sync::Arc;

pub use crate::learn::machine::Choice as Preferred;

/// What a screen wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub samples: usize,
    /// A word of the rollout to be explained: the sample's `number`, and the word's position.
    pub word: Option<(usize, usize)>,
    /// Points of a curve at most.
    pub points: usize,
    pub duel: bool,
    /// The raw records and what became of them.
    pub raw: bool,
}

/// Where the path stands: always known, and quickly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// `data`, `sft`, `reward`, `bandit`, `dialogue`, `dpo`, `done`.
    pub stage: &'static str,
    /// Records, minibatches and rollouts of the whole path.
    pub ticks: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelineView {
    pub scenario: String,
    pub preset: String,
    pub seed: u64,
    /// `data`, `sft`, `reward`, `bandit`, `dialogue`, `dpo`, `done`.
    pub stage: &'static str,
    pub tick: u64,
    pub ticks: u64,
    pub path: Vec<StageView>,
    pub curves: Vec<CurveView>,
    /// Latest samples: of the rollout in PPO, else of the present policy in fixed places.
    pub samples: Vec<SampleView>,
    /// The same places, as SFT spoke in them; empty until SFT is over.
    pub before: Vec<SampleView>,
    /// And as the policy speaks in them now.
    pub after: Vec<SampleView>,
    pub duel: Option<DuelView>,
    /// Where raw dialogues were cleaned, and somebody looks.
    pub raw: Option<RawView>,
    pub labels: LabelsView,
    pub alarm: Option<AlarmView>,
    pub word: Option<WordView>,
    /// What the reward model was found to be at the end of its stage: accuracy on clean labels, return and success of picking its
    /// favourite of one sentence for each act, its scores of empty and of repeating replies in deviations, the correlation of score and
    /// length, the error of its certainty.
    pub verdict: Vec<(&'static str, f32)>,
    pub facts: Vec<(&'static str, String)>,
}

/// Raw records, and how far the path has come among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawView {
    pub cards: Arc<[CardView]>,
    /// What each stage of cleaning did to all of them.
    pub rows: Arc<[CleaningView]>,
    pub seen: usize,
}

/// What became of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardView {
    pub file: String,
    /// The line that it begins in.
    pub at: u64,
    pub id: String,
    /// Roles and texts as they were read, characters that act made visible; and as they are now.
    pub raw: String,
    pub now: String,
    /// What was mended, and how often.
    pub mended: Vec<(&'static str, u64)>,
    /// The stage that dropped it, and why.
    pub lost: Option<(&'static str, &'static str)>,
}

/// A stage of cleaning: records in and out, and changes made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleaningView {
    pub name: &'static str,
    pub rows_in: u64,
    pub rows_out: u64,
    pub dropped: u64,
    pub mended: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageView {
    pub name: &'static str,
    /// Its ticks.
    pub from: u64,
    pub to: u64,
}

/// A bounded series; point k stands for the steps from k · stride on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurveView {
    pub stage: &'static str,
    pub name: &'static str,
    pub stride: u32,
    pub points: Vec<f32>,
}

/// A reply in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleView {
    /// Of the reply in the rollout, or of the fixed place.
    pub number: usize,
    /// What the user had said, and the notes, as people read them.
    pub user: String,
    pub notes: String,
    /// The reply with its values.
    pub text: String,
    pub tokens: Vec<TokenView>,
    /// What it was understood as, and how surely; "not understood" below the threshold.
    pub understood: String,
    pub confidence: f32,
    /// The reward model's score in deviations of SFT's, once there is one.
    pub score: Option<f32>,
    /// The world's, in PPO.
    pub reward: Option<f32>,
    /// Σ ln π/π₀ of its words.
    pub kl: Option<f32>,
}

/// Numbers are none where the stage has no such.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenView {
    pub text: String,
    /// ln π of the policy that drew it.
    pub log_probability: f32,
    /// ln π/π₀.
    pub log_ratio: Option<f32>,
    /// k₃ = π₀/π − 1 + ln π/π₀: never negative.
    pub kl: Option<f32>,
    pub value: Option<f32>,
    pub advantage: Option<f32>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DuelView {
    pub number: u64,
    pub user: String,
    pub notes: String,
    /// Left and right.
    pub replies: [String; 2],
    /// The reward model's scores of both.
    pub scores: [f32; 2],
}

/// What people have chosen, and what the model made of the last choice: chosen − rejected in deviations of SFT's scores, before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LabelsView {
    pub choices: u32,
    pub ties: u32,
    pub before: f32,
    pub after: f32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlarmView {
    pub mode: &'static str,
    /// Counted from 1.
    pub update: usize,
    /// Rise of the score in deviations of SFT's; the return in its best updates, and at the alarm.
    pub score: f32,
    pub best: f32,
    pub now: f32,
    /// The replies of the latest rollout that the reward model likes most and that did worst.
    pub replies: Vec<SampleView>,
}

/// One word in one update of PPO, number by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordView {
    pub reply: usize,
    pub word: usize,
    pub text: String,
    pub terms: Vec<TermView>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TermView {
    pub name: &'static str,
    pub symbol: &'static str,
    pub meaning: &'static str,
    pub value: f32,
}
