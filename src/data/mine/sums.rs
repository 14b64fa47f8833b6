//! How long the dialogues are and how much is done and said in them: in a corpus, and in simulated dialogues of the scenario that was
//! mined from it.

/// Sums over dialogues.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DialogueSums {
    pub dialogues: u64,
    pub user: SpeakerSums,
    pub agent: SpeakerSums,
    /// Slots that the agent asked for, and those that the user told in the next turn.
    pub asked: u64,
    pub answered: u64,
}

/// Sums over the utterances of one speaker.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SpeakerSums {
    pub utterances: u64,
    pub acts: u64,
    pub words: u64,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    /// Its name in JSON.
    pub key: &'static str,
    pub corpus: Option<f64>,
    pub scenario: Option<f64>,
}

impl DialogueSums {
    pub fn add(&mut self, user: bool, text: &str, acts: u64) {
        let side = if user { &mut self.user } else { &mut self.agent };
        side.utterances += 1;
        side.acts += acts;
        side.words += text.split_whitespace().count() as u64;
    }

    /// The same figures of both; none where there is nothing to divide by.
    pub fn compare(&self, scenario: &DialogueSums) -> [Figure; 6] {
        let mean = |a: u64, b: u64| (b > 0).then(|| a as f64 / b as f64);
        let figure = |name, key, of: &dyn Fn(&DialogueSums) -> Option<f64>| Figure { name, key, corpus: of(self), scenario: of(scenario) };
        [
            figure("turns in a dialogue (both speakers)", "turns", &|s| mean(s.user.utterances + s.agent.utterances, s.dialogues)),
            figure("acts in a user's turn", "user_acts", &|s| mean(s.user.acts, s.user.utterances)),
            figure("acts in an agent's turn", "agent_acts", &|s| mean(s.agent.acts, s.agent.utterances)),
            figure("share of answered requests", "answered", &|s| mean(s.answered, s.asked)),
            figure("words in a user's turn", "user_words", &|s| mean(s.user.words, s.user.utterances)),
            figure("words in an agent's turn", "agent_words", &|s| mean(s.agent.words, s.agent.utterances)),
        ]
    }
}
