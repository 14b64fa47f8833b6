//! Duels: two replies of the present policy to one prompt, of which a person prefers one. The reward model refits at once, on all that
//! people have preferred so far and on some of its own pairs, and shows what it learned.

use super::Pipeline;
use crate::fields;
use crate::learn::machine::{Choice, EditError};
use crate::lm::corpus::{Context, any};
use crate::lm::evaluate::generate;
use crate::lm::ground::Ground;
use crate::lm::knobs::value;
use crate::lm::net::{Desk, Net};
use crate::lm::pairs::Pair;
use crate::lm::plan::Stage;
use crate::lm::reward::{gradient, judged};
use crate::lm::sample::Sampling;
use crate::lm::vocabulary::PAD;
use crate::num::dice::Dice;

/// What is put before a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Duel {
    pub number: u64,
    pub context: Context,
    pub replies: [Vec<u32>; 2],
}

/// What the reward model made of a choice: how far it put the preferred reply above the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Refit {
    pub before: f32,
    pub after: f32,
}

/// How many choices were made, of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Labelled {
    pub all: u32,
    pub ties: u32,
}

/// Choices remembered; beyond them the oldest goes.
const KEPT: usize = 64;
/// Pairs of a step: a person's, and the model's own beside them.
const OWN: usize = 16;

/// The labels that people gave.
#[derive(Clone, Debug)]
pub struct Labels {
    prompts: Vec<u32>,
    replies: Vec<u32>,
    /// Words of chosen and rejected.
    lengths: Vec<u32>,
    /// Choices that were no ties, ties, and the last refit.
    count: u32,
    ties: u32,
    before: f32,
    after: f32,
}

fields!(Labels { prompts, replies, lengths, count, ties, before, after });

impl Labels {
    pub fn new(ground: &Ground) -> Labels {
        let layout = ground.scene.layout;
        Labels {
            prompts: vec![PAD; KEPT * layout.prompt],
            replies: vec![PAD; KEPT * 2 * layout.reply],
            lengths: vec![0; KEPT * 2],
            count: 0,
            ties: 0,
            before: 0.0,
            after: 0.0,
        }
    }

    fn put(&mut self, prompt: &[u32], chosen: &[u32], rejected: &[u32]) {
        let at = self.count as usize % KEPT;
        let reply = self.replies.len() / (2 * KEPT);
        self.prompts[at * prompt.len()..][..prompt.len()].copy_from_slice(prompt);
        for (k, words) in [chosen, rejected].into_iter().enumerate() {
            self.replies[(2 * at + k) * reply..][..words.len()].copy_from_slice(words);
            self.lengths[2 * at + k] = words.len() as u32;
        }
        self.count += 1;
    }

    /// Those remembered, latest first.
    fn pairs(&self) -> Vec<Pair> {
        let (prompt, reply) = (self.prompts.len() / KEPT, self.replies.len() / (2 * KEPT));
        let words = |k: usize| self.replies[k * reply..][..self.lengths[k] as usize].to_vec();
        let latest = (0..(self.count as usize).min(KEPT)).map(|back| (self.count as usize - 1 - back) % KEPT);
        let pair = |at: usize| Pair {
            prompt: self.prompts[at * prompt..(at + 1) * prompt].to_vec(),
            chosen: words(2 * at),
            rejected: words(2 * at + 1),
            clean: true,
        };
        latest.map(pair).collect()
    }

    pub fn labelled(&self) -> Labelled {
        Labelled { all: self.count + self.ties, ties: self.ties }
    }

    pub fn refit(&self) -> Refit {
        Refit { before: self.before, after: self.after }
    }
}

impl Pipeline {
    /// The duel that waits for a person; none before there is a reward model, or where there are no places to speak in.
    pub fn duel(&self) -> Option<Duel> {
        let ground = &self.ground;
        let begun = ground.plan.end_of(Stage::Sft).is_some_and(|end| self.tick >= end && !ground.pairs.is_empty());
        if !begun || ground.contexts.is_empty() {
            return None;
        }
        let number = u64::from(self.labels.labelled().all);
        let key = ground.key(41).child(number);
        let mut desk = Desk::new(1);
        // Two replies alike are no duel; after so many attempts they are shown nevertheless.
        let mut last = None;
        for attempt in 0..8 {
            let context = any(&ground.contexts, &mut Dice::at(key.child(0), attempt));
            let prompts = [&context.prompt[..], &context.prompt].concat();
            let place = |row: usize| key.child(1 + 2 * attempt + row as u64);
            let replies = generate(&ground.language, &self.actor.parameters, &ground.scene, prompts, Sampling::PLAIN, &place, &mut desk);
            let [a, b] = [&replies[0], &replies[1]].map(|reply| reply.words.clone());
            let differ = a != b;
            last = Some(Duel { number, context, replies: [a, b] });
            if differ {
                break;
            }
        }
        last
    }

    pub(super) fn prefer(&mut self, number: u64, choice: Choice) -> Result<(), EditError> {
        let duel = self.duel().ok_or(EditError::NoDuel)?;
        if duel.number != number {
            return Err(EditError::Duel { found: number, waiting: duel.number });
        }
        let [left, right] = &duel.replies;
        let (chosen, rejected) = match choice {
            Choice::Left => (left, right),
            Choice::Right => (right, left),
            Choice::Tie => {
                self.labels.ties += 1;
                return Ok(());
            }
        };
        self.labels.put(&duel.context.prompt, chosen, rejected);
        self.refit();
        Ok(())
    }

    /// Some steps on what people preferred, and on pairs of its own so that the rest is not forgotten.
    fn refit(&mut self) {
        let ground = self.ground.clone();
        let layout = &ground.scene.layout;
        if self.reward.parameters.iter().all(|x| *x == 0.0) {
            self.reward.begin(&self.reference);
        }
        let own = self.labels.pairs();
        let margin = |parameters: &[f32], desk: &mut Desk| {
            let (chosen, rejected) = judged(&ground.valued, parameters, &own[..1], layout, desk)[0];
            chosen - rejected
        };
        self.labels.before = margin(&self.reward.parameters, &mut self.desk);
        let mut net = Net::new(self.reward.parameters.clone());
        let diverging = value(&self.settings, "reward-loss") > 0.0;
        let rate = value(&self.settings, "reward-rate") * 0.25;
        for step in 0..value(&self.settings, "refit") as u64 {
            let key = ground.key(42).child(u64::from(self.labels.count));
            let rehearsed = (0..OWN as u64).map(|k| &ground.pairs[Dice::at(key, step * 64 + k).below(ground.pairs.len() as u32) as usize]);
            let list: Vec<&Pair> = own.iter().take(OWN).chain(rehearsed).collect();
            gradient(&ground.valued, &net.parameters, &list, layout, diverging, &mut self.desk);
            net.step(&ground.valued, &self.desk.gradient, rate, 0.0, value(&self.settings, "gradient-norm"));
        }
        self.reward.parameters = net.parameters;
        self.labels.after = margin(&self.reward.parameters, &mut self.desk);
    }
}
