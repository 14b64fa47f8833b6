//! How good a policy is: dialogues with held-out users, the same for every policy, nobody learning.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::corpus::any;
use super::generate::{Reply, Until};
use super::loss::likelihoods;
use super::net::{Desk, Row, Sheet, reply_places};
use super::phrases::{class_of, texts};
use super::reward::scores;
use super::sample::{Sampling, Urn};
use super::scene::Scene;
use super::shape::Gpt;
use super::talk::Talk;
use super::vocabulary::{EOS, PAD};
use crate::num::dice::{Dice, Key, Stream};
use crate::num::stats::Moments;
use crate::world::acts::Act;
use crate::world::env::End;
use crate::world::user::DialogueState;

/// Of the users that everybody is judged with: they are no seed's own.
const USERS: u64 = 0x1a9e;
/// Dialogues side by side.
const ROWS: usize = 256;

/// Means with 95 % intervals over dialogues, or over replies.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Of each dialogue, by its number: return, and 1 for success.
    pub outcomes: Vec<[f64; 2]>,
    pub success: Moments,
    pub return_: Moments,
    pub turns: Moments,
    /// Of replies.
    pub understood: Moments,
    pub length: Moments,
    pub ended: Moments,
    /// Σ ln π/π₀ over a reply's words; none are counted where nothing is compared with.
    pub kl: Moments,
    /// Different words, and pairs of neighbours, as shares of all.
    pub distinct: [f64; 2],
}

impl Figures {
    /// How much more than another speaker with the same users, dialogue by dialogue: return, success.
    pub fn gained(&self, over: &Figures) -> [Moments; 2] {
        [0, 1].map(|k| {
            let mut gain = Moments::default();
            self.outcomes.iter().zip(&over.outcomes).for_each(|(own, other)| gain.add(own[k] - other[k]));
            gain
        })
    }
}

/// Who speaks.
pub enum Speaker<'a> {
    Model {
        gpt: &'a Gpt,
        parameters: &'a [f32],
        sampling: Sampling,
        reference: Option<&'a [f32]>,
    },
    /// The reward model's favourite among one sentence for each act.
    Favourite {
        gpt: &'a Gpt,
        parameters: &'a [f32],
    },
    /// An act for each state, said in the scenario's own words.
    Acts(&'a dyn Fn(DialogueState) -> Act),
}

/// The held-out users.
pub fn users() -> Key {
    Key::new(USERS, Stream::Eval)
}

/// Replies of all rows given, by their numbers in the talk.
pub fn replies(scene: &Scene, speaker: &Speaker<'_>, talk: &Talk, rows: &[usize], turn: u64, desk: &mut Desk) -> Vec<Reply> {
    match speaker {
        Speaker::Model { gpt, parameters, sampling, .. } => {
            let prompts: Vec<u32> = rows.iter().flat_map(|row| talk.prompt(scene, *row).to_vec()).collect();
            let place = |row: usize| Key::new(talk.number(rows[row]), Stream::Eval).child(turn);
            generate(gpt, parameters, scene, prompts, *sampling, &place, desk)
        }
        Speaker::Favourite { gpt, parameters } => rows.iter().map(|row| favourite(scene, gpt, parameters, talk, *row, desk)).collect(),
        Speaker::Acts(act) => rows.iter().map(|row| said(scene, act, talk, *row, turn)).collect(),
    }
}

/// Replies to prompts, each word drawn at its place of the dice of its row.
pub fn generate(
    gpt: &Gpt,
    parameters: &[f32],
    scene: &Scene,
    prompts: Vec<u32>,
    sampling: Sampling,
    key: &(dyn Fn(usize) -> Key + Sync),
    desk: &mut Desk,
) -> Vec<Reply> {
    let batch = Batch::new(gpt, prompts, scene.layout.prompt, Vec::new(), 1).expect("prompts of the layout fit the model");
    let until = Until { end: EOS, most: scene.layout.reply };
    let sampler =
        |row: usize, place: usize, logits: &[f32]| Urn::default().choose(logits, &sampling, &mut Dice::at(key(row), place as u64));
    gpt.generate(parameters, &batch, until, &mut desk.room, sampler).expect("the layout fits the model's context")
}

fn favourite(scene: &Scene, gpt: &Gpt, parameters: &[f32], talk: &Talk, row: usize, desk: &mut Desk) -> Reply {
    let (s, heard) = (talk.state(scene, row), talk.heard(scene, row));
    let options: Vec<Vec<u32>> = scene.phrases.iter().map(|(_, texts)| scene.ended(scene.tokens(&texts[0], s, heard))).collect();
    let sequences: Vec<Vec<u32>> = options
        .iter()
        .map(|reply| {
            let mut tokens = [talk.prompt(scene, row), reply].concat();
            tokens.resize(scene.layout.total(), PAD);
            tokens
        })
        .collect();
    let rows: Vec<(&[u32], usize)> = sequences.iter().zip(&options).map(|(tokens, reply)| (&tokens[..], reply.len())).collect();
    let scores = scores(gpt, parameters, &rows, &scene.layout, desk);
    let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a))).unwrap_or(0);
    Reply { words: options[best].clone(), log_probabilities: Vec::new() }
}

fn said(scene: &Scene, act: &dyn Fn(DialogueState) -> Act, talk: &Talk, row: usize, turn: u64) -> Reply {
    let s = talk.state(scene, row);
    let mut dice = Dice::at(Key::new(talk.number(row), Stream::Eval).child(turn), 0);
    let text = any(texts(&scene.phrases, class_of(scene.rule(), s, act(s))), &mut dice);
    Reply { words: scene.ended(scene.tokens(&text, s, talk.heard(scene, row))), log_probabilities: Vec::new() }
}

/// Plays so many dialogues to their ends.
pub fn judge(scene: &Scene, speaker: &Speaker<'_>, dialogues: usize, desk: &mut Desk) -> Figures {
    let mut figures = Figures { outcomes: vec![[0.0; 2]; dialogues], ..Figures::default() };
    let (mut words, mut pairs, mut counts) = (BTreeSet::new(), BTreeSet::new(), [0_u64; 2]);
    for first in (0..dialogues).step_by(ROWS) {
        let mut talk = Talk::with_users(scene, ROWS.min(dialogues - first), users(), first as u64);
        let mut going: Vec<usize> = (0..talk.rows()).collect();
        for turn in 0.. {
            let all = replies(scene, speaker, &talk, &going, turn, desk);
            diverged(scene, speaker, &talk, &going, &all, &mut figures, desk);
            let mut on = Vec::new();
            for (row, reply) in going.iter().zip(&all) {
                figures.length.add(reply.words.len() as f64);
                figures.ended.add(f64::from(u8::from(reply.words.last() == Some(&EOS))));
                counts[0] += reply.words.len() as u64;
                counts[1] += reply.words.len().saturating_sub(1) as u64;
                words.extend(reply.words.iter().copied());
                pairs.extend(reply.words.windows(2).map(|two| (two[0], two[1])));
                let turned = talk.turn(scene, *row, &reply.words);
                figures.understood.add(f64::from(u8::from(turned.reading.understood)));
                if turned.end == End::Open {
                    on.push(*row);
                    continue;
                }
                let success = f64::from(u8::from(turned.success));
                figures.outcomes[first + *row] = [turned.return_, success];
                figures.success.add(success);
                figures.return_.add(turned.return_);
                figures.turns.add(f64::from(turned.turns));
            }
            going = on;
            if going.is_empty() {
                break;
            }
        }
    }
    figures.distinct = [words.len() as f64 / counts[0].max(1) as f64, pairs.len() as f64 / counts[1].max(1) as f64];
    figures
}

/// Adds how far each reply's probability is from the reference's.
fn diverged(scene: &Scene, speaker: &Speaker<'_>, talk: &Talk, rows: &[usize], replies: &[Reply], figures: &mut Figures, desk: &mut Desk) {
    let Speaker::Model { gpt, reference: Some(reference), .. } = speaker else { return };
    for (rows, replies) in rows.chunks(128).zip(replies.chunks(128)) {
        let prompts: Vec<&[u32]> = rows.iter().map(|row| talk.prompt(scene, *row)).collect();
        let kls = against(gpt, reference, scene, &prompts, replies, desk);
        kls.into_iter().for_each(|kl| figures.kl.add(kl));
    }
}

/// Σ (ln π − ln π₀) of each reply.
fn against(gpt: &Gpt, reference: &[f32], scene: &Scene, prompts: &[&[u32]], replies: &[Reply], desk: &mut Desk) -> Vec<f64> {
    let layout = &scene.layout;
    let sequences: Vec<Vec<u32>> = prompts
        .iter()
        .zip(replies)
        .map(|(prompt, reply)| {
            let mut tokens = [*prompt, &reply.words].concat();
            tokens.resize(layout.total(), PAD);
            tokens
        })
        .collect();
    let rows: Vec<Row<'_>> = sequences
        .iter()
        .zip(replies)
        .map(|(tokens, reply)| Row { tokens, asked: reply_places(layout.prompt, reply.words.len()) })
        .collect();
    let sheet = Sheet::new(gpt, &rows, 1);
    let outputs = gpt.outputs(reference, &sheet.batch, &mut desk.room);
    let likely = likelihoods(&outputs, &sheet.next);
    let one = |(range, reply): (&std::ops::Range<usize>, &Reply)| {
        likely[range.clone()].iter().zip(&reply.log_probabilities).map(|(l, own)| f64::from(own - l.log_probability)).sum()
    };
    sheet.rows.iter().zip(replies).map(one).collect()
}
