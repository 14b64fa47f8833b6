//! How people talk, in a few figures: in a corpus, and in the dialogues of the scenario that was mined from it.

/// Sums over dialogues.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Habits {
    pub dialogues: u64,
    /// Utterances and words of the user and of the agent.
    user: Side,
    agent: Side,
    /// Slots that users told.
    told: u64,
    /// Requests of a slot, and those answered in the user's next turn.
    pub asked: u64,
    pub answered: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Side {
    utterances: u64,
    words: u64,
}

/// One figure of a comparison, with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    /// A key of JSON.
    pub key: &'static str,
    pub corpus: Option<f64>,
    pub mined: Option<f64>,
}

impl Habits {
    /// One utterance, and how many slots it told.
    pub fn utterance(&mut self, user: bool, text: &str, told: u64) {
        let side = if user { &mut self.user } else { &mut self.agent };
        side.utterances += 1;
        side.words += text.split_whitespace().count() as u64;
        if user {
            self.told += told;
        }
    }

    /// The same figures of both, side by side; none where there is nothing to divide by.
    pub fn beside(&self, mined: &Habits) -> [Figure; 5] {
        let share = |a: u64, b: u64| (b > 0).then(|| a as f64 / b as f64);
        let figure = |name, key, of: &dyn Fn(&Habits) -> Option<f64>| Figure { name, key, corpus: of(self), mined: of(mined) };
        [
            figure("utterances in a dialogue", "utterances", &|h| share(h.user.utterances + h.agent.utterances, h.dialogues)),
            figure("slots told in a user's utterance", "slots_told", &|h| share(h.told, h.user.utterances)),
            figure("words in a user's utterance", "user_words", &|h| share(h.user.words, h.user.utterances)),
            figure("words in an agent's utterance", "agent_words", &|h| share(h.agent.words, h.agent.utterances)),
            figure("share of answered requests", "answered", &|h| share(h.answered, h.asked)),
        ]
    }
}
