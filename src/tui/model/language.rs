//! What a person has chosen to see of a language model.

/// What the colour of a word says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tint {
    /// ln π/π₀: likelier than SFT made it, or less so.
    #[default]
    LogRatio,
    Kl,
    Value,
    Advantage,
}

/// Which replies are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replies {
    /// Those that learning is about: of the rollout in PPO.
    #[default]
    Latest,
    /// The same places again and again: as SFT spoke there, and as the policy speaks now.
    Places,
    /// The raw records, as they were read and as they are now.
    Raw,
    /// Those by which the reward model is gamed, while the alarm says so.
    Gaming,
}

#[derive(Clone, Debug, Default)]
pub struct LanguageModel {
    /// Which way to begin is chosen.
    pub path: usize,
    /// Position of the chart shown, among those that there are.
    pub chart: usize,
    pub tint: Tint,
    pub replies: Replies,
    /// The reply and the word under the cursor.
    pub reply: usize,
    pub word: usize,
    /// How many replies there are, and words of the one under the cursor.
    pub count: (usize, usize),
    /// The raw record under the cursor; none follows the latest.
    pub record: Option<usize>,
    /// Whether a duel waits, and whether raw dialogues were cleaned.
    pub dueling: bool,
    pub cleaned: bool,
    /// Whether a word can be explained by an update of PPO.
    pub explained: bool,
}
