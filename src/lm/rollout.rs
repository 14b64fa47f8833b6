//! What a policy said in dialogues that run on side by side, and what came of it: the data of one PPO update.

use super::corpus::any;
use super::evaluate::generate;
use super::ground::{Ground, Mode};
use super::loss::likelihoods;
use super::net::{Desk, Row, Sheet, last_place, reply_places};
use super::plan::Rollouts;
use super::sample::Sampling;
use super::shape::Gpt;
use super::talk::Talk;
use super::vocabulary::{EOS, PAD};
use crate::fields;
use crate::num::dice::Key;
use crate::num::stats::Moments;
use crate::world::env::End;

/// Replies are numbered turn by turn: that of a row's turn t is t · rows + row.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// Each of the layout's length.
    pub tokens: Vec<u32>,
    /// Words of each reply.
    pub lengths: Vec<u32>,
    /// Of each word: ln π′ of the policy that drew it, ln π₀ of SFT, V before it, and what they are learned by.
    pub drawn: Vec<f32>,
    pub reference: Vec<f32>,
    pub values: Vec<f32>,
    pub advantages: Vec<f32>,
    pub targets: Vec<f32>,
    /// Of each reply: the reward model's score in deviations of SFT's, the world's reward, how the dialogue stood, whether it was understood.
    pub scores: Vec<f32>,
    pub rewards: Vec<f32>,
    pub ends: Vec<u8>,
    pub understood: Vec<u8>,
    /// The state before it and the values heard by then, for those who look.
    pub states: Vec<u64>,
    pub heard: Vec<u8>,
    /// V of each row's next reply.
    pub next_values: Vec<f32>,
    /// Of the dialogues that ended: how many, returns (mean and half width), successes.
    pub finished: u32,
    pub return_: f32,
    pub return_margin: f32,
    pub success: f32,
}

fields!(Rollout {
    tokens,
    lengths,
    drawn,
    reference,
    values,
    advantages,
    targets,
    scores,
    rewards,
    ends,
    understood,
    states,
    heard,
    next_values,
    finished,
    return_,
    return_margin,
    success,
});

pub const OPEN: u8 = 0;
pub const CLOSED: u8 = 1;
pub const CUT: u8 = 2;

/// The networks that look at a rollout.
pub struct Judges<'a> {
    pub actor: &'a [f32],
    pub reference: &'a [f32],
    pub critic: &'a [f32],
    pub reward: &'a [f32],
    /// Mean and deviation of SFT's scores.
    pub norm: (f32, f32),
}

/// Sequences looked at together.
const PART: usize = 128;

impl Rollout {
    pub fn new(ground: &Ground, mode: Mode) -> Rollout {
        let sizes = Rollouts::of(&ground.settings, mode);
        let (n, words, layout) = (sizes.replies(), sizes.replies() * ground.scene.layout.reply, ground.scene.layout);
        Rollout {
            tokens: vec![PAD; n * layout.total()],
            lengths: vec![0; n],
            drawn: vec![0.0; words],
            reference: vec![0.0; words],
            values: vec![0.0; words],
            advantages: vec![0.0; words],
            targets: vec![0.0; words],
            scores: vec![0.0; n],
            rewards: vec![0.0; n],
            ends: vec![OPEN; n],
            understood: vec![0; n],
            states: vec![0; n],
            heard: vec![0; n * ground.scene.scenario.slots.len()],
            next_values: vec![0.0; sizes.rows],
            finished: 0,
            return_: 0.0,
            return_margin: 0.0,
            success: 0.0,
        }
    }

    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    pub fn sequence(&self, at: usize) -> &[u32] {
        let length = self.tokens.len() / self.len();
        &self.tokens[at * length..(at + 1) * length]
    }

    /// A reply's words among all words.
    pub fn words(&self, at: usize) -> std::ops::Range<usize> {
        let most = self.drawn.len() / self.len();
        at * most..at * most + self.lengths[at] as usize
    }

    /// Lets the dialogues run on for some turns.
    pub fn play(&mut self, ground: &Ground, talk: &mut Talk, judges: &Judges<'_>, sampling: Sampling, key: Key, desk: &mut Desk) {
        let (scene, rows) = (&ground.scene, talk.rows());
        let (mut returns, mut successes) = (Moments::default(), 0);
        let slots = scene.scenario.slots.len();
        for turn in 0..self.len() / rows {
            let place = |row: usize| key.child((turn * rows + row) as u64);
            let said = generate(&ground.language, judges.actor, scene, talk.prompts().to_vec(), sampling, &place, desk);
            for (row, reply) in said.iter().enumerate() {
                let at = turn * rows + row;
                let total = scene.layout.total();
                let sequence = &mut self.tokens[at * total..(at + 1) * total];
                sequence.fill(PAD);
                sequence[..scene.layout.prompt].copy_from_slice(talk.prompt(scene, row));
                sequence[scene.layout.prompt..][..reply.words.len()].copy_from_slice(&reply.words);
                self.lengths[at] = reply.words.len() as u32;
                let words = self.words(at);
                self.drawn[words].copy_from_slice(&reply.log_probabilities);
                self.states[at] = talk.state(scene, row).code(scene.rule().slots()) as u64;
                self.heard[at * slots..(at + 1) * slots].copy_from_slice(talk.heard(scene, row));
                let turned = talk.turn(scene, row, &reply.words);
                self.rewards[at] = turned.reward;
                self.understood[at] = u8::from(turned.reading.understood);
                self.ends[at] = match turned.end {
                    End::Open => OPEN,
                    End::Closed => CLOSED,
                    End::Cut => CUT,
                };
                if turned.end != End::Open {
                    returns.add(turned.return_);
                    successes += u32::from(turned.success);
                    talk.open(scene, row);
                }
            }
        }
        self.finished = returns.count as u32;
        self.return_ = returns.mean as f32;
        self.return_margin = if returns.count > 1 { returns.half_width_95() as f32 } else { 0.0 };
        self.success = successes as f32 / returns.count.max(1) as f32;
        self.look(ground, talk, judges, desk);
    }

    /// What the networks say of it.
    fn look(&mut self, ground: &Ground, talk: &Talk, judges: &Judges<'_>, desk: &mut Desk) {
        let layout = ground.scene.layout;
        for from in (0..self.len()).step_by(PART) {
            let part = from..(from + PART).min(self.len());
            let (reference, values, scores) = {
                let rows = |asked: &dyn Fn(usize) -> std::ops::Range<usize>| {
                    part.clone().map(|at| Row { tokens: self.sequence(at), asked: asked(self.lengths[at] as usize) }).collect::<Vec<_>>()
                };
                let replies = rows(&|length| reply_places(layout.prompt, length));
                let lasts = rows(&|length| last_place(layout.prompt, length));
                let sheet = Sheet::new(&ground.language, &replies, 1);
                let outputs = ground.language.outputs(judges.reference, &sheet.batch, &mut desk.room);
                let reference: Vec<f32> = likelihoods(&outputs, &sheet.next).iter().map(|l| l.log_probability).collect();
                let values = ground.valued.outputs(judges.critic, &sheet.batch, &mut desk.room);
                let scores = ground.valued.outputs(judges.reward, &Sheet::new(&ground.valued, &lasts, 1).batch, &mut desk.room);
                (reference, values, scores)
            };
            let mut begin = 0;
            for (k, at) in part.enumerate() {
                let words = self.words(at);
                let found = begin..begin + words.len();
                self.reference[words.clone()].copy_from_slice(&reference[found.clone()]);
                self.values[words].copy_from_slice(&values[found]);
                self.scores[at] = (scores[k] - judges.norm.0) / judges.norm.1;
                begin += self.lengths[at] as usize;
            }
        }
        let next = next_values(ground, talk, &ground.valued, judges.critic, desk);
        self.next_values.copy_from_slice(&next);
    }

    /// Σ ln π′/π₀ of a reply.
    pub fn kl(&self, at: usize) -> f32 {
        self.words(at).map(|word| self.drawn[word] - self.reference[word]).sum()
    }

    pub fn ended(&self, at: usize) -> bool {
        let layout = self.sequence(at).len() - self.drawn.len() / self.len();
        self.sequence(at)[layout + self.lengths[at] as usize - 1] == EOS
    }
}

/// V where each row's next reply begins.
fn next_values(ground: &Ground, talk: &Talk, valued: &Gpt, critic: &[f32], desk: &mut Desk) -> Vec<f32> {
    let length = ground.scene.layout.prompt;
    let rows: Vec<Row<'_>> =
        (0..talk.rows()).map(|row| Row { tokens: talk.prompt(&ground.scene, row), asked: length - 1..length }).collect();
    let part = |rows: &[Row<'_>], desk: &mut Desk| valued.outputs(critic, &Sheet::new(valued, rows, 1).batch, &mut desk.room);
    rows.chunks(PART).flat_map(|rows| part(rows, desk)).collect()
}

/// Mean and deviation of the scores of SFT's own replies in held-out places.
pub fn norm(ground: &Ground, reference: &[f32], reward: &[f32], key: Key, desk: &mut Desk) -> (f32, f32) {
    const REPLIES: u64 = 512;
    if ground.contexts.is_empty() {
        return (0.0, 1.0);
    }
    let scene = &ground.scene;
    let mut moments = Moments::default();
    let drawn: Vec<Vec<u32>> = (0..REPLIES).map(|k| any(&ground.contexts, &mut crate::num::dice::Dice::at(key, k)).prompt).collect();
    for (part, prompts) in drawn.chunks(PART).enumerate() {
        let place = |row: usize| key.child((part * PART + row) as u64);
        let replies = generate(&ground.language, reference, scene, prompts.concat(), Sampling::PLAIN, &place, desk);
        let sequences: Vec<Vec<u32>> = prompts
            .iter()
            .zip(&replies)
            .map(|(prompt, reply)| {
                let mut tokens = [&prompt[..], &reply.words].concat();
                tokens.resize(scene.layout.total(), PAD);
                tokens
            })
            .collect();
        let rows: Vec<(&[u32], usize)> = sequences.iter().zip(&replies).map(|(t, r)| (&t[..], r.words.len())).collect();
        let scores = super::reward::scores(&ground.valued, reward, &rows, &scene.layout, desk);
        scores.into_iter().for_each(|score| moments.add(f64::from(score)));
    }
    (moments.mean as f32, (moments.variance().sqrt() as f32).max(1e-3))
}
