//! Raw dialogues for SFT: simulated ones of a stated mixture, or replies to prompts that were brought along.
//!
//! By default 30 % are led by an expert who errs, 40 % by a hasty one who never confirms, 30 % at random among the acts that make
//! sense: a systematic fault, so that even the likeliest reply is often not the best one.

use super::phrases::{class_of, texts};
use super::scene::Scene;
use super::talk::Talk;
use crate::num::dice::{Dice, Key};
use crate::world::acts::Act;
use crate::world::env::End;
use crate::world::expert::expert;
use crate::world::user::{DialogueState, UNKNOWN};

/// Who leads a dialogue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lead {
    /// With so much noise.
    Expert(f64),
    Hasty(f64),
    /// Any act that makes sense.
    Random,
}

/// A prompt and its reply as one sequence of the layout's length, padded behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    pub tokens: Vec<u32>,
    /// Words of each reply, with its end.
    pub lengths: Vec<u32>,
}

/// A place in a dialogue where the agent is to speak.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    pub prompt: Vec<u32>,
    pub state: DialogueState,
    pub heard: Vec<u8>,
}

impl Texts {
    pub fn push(&mut self, scene: &Scene, prompt: &[u32], reply: &[u32]) {
        self.tokens.extend(prompt);
        self.tokens.extend(reply);
        self.tokens.extend(std::iter::repeat_n(super::vocabulary::PAD, scene.layout.reply - reply.len()));
        self.lengths.push(reply.len() as u32);
    }

    pub fn append(&mut self, other: Texts) {
        self.tokens.extend(other.tokens);
        self.lengths.extend(other.lengths);
    }

    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// How many replies were too long, so that their ends are missing.
    pub fn cut(&self, length: usize) -> usize {
        (0..self.len()).filter(|at| !self.sequence(*at, length).contains(&super::vocabulary::EOS)).count()
    }

    pub fn sequence(&self, at: usize, length: usize) -> &[u32] {
        &self.tokens[at * length..(at + 1) * length]
    }
}

/// Acts that make sense in a state.
pub fn sensible(scene: &Scene, s: DialogueState) -> Vec<Act> {
    scene.rule().acts.iter().copied().filter(|act| scene.rule().sensible(s, *act)).collect()
}

/// Any of a list.
pub fn any<T: Clone>(list: &[T], dice: &mut Dice) -> T {
    list[dice.below(list.len() as u32) as usize].clone()
}

impl Lead {
    fn act(self, scene: &Scene, s: DialogueState, dice: &mut Dice) -> Act {
        let (noise, wanted) = match self {
            Lead::Random => (1.0, Act::Repair),
            Lead::Expert(noise) => (noise, scene.rule().acts[expert(scene.rule(), s).index()]),
            Lead::Hasty(noise) => (noise, hasty(scene, s)),
        };
        if dice.unit() >= noise {
            return wanted;
        }
        let confirms = |act: &Act| matches!(act, Act::ConfirmTask | Act::Confirm(_) | Act::ConfirmAll);
        let mut open = sensible(scene, s);
        if matches!(self, Lead::Hasty(_)) {
            open.retain(|act| !confirms(act));
        }
        any(&open, dice)
    }
}

/// Asks for what is missing and acts.
fn hasty(scene: &Scene, s: DialogueState) -> Act {
    let Some(task) = s.task() else { return Act::AskTask };
    let missing = (0..scene.rule().slots()).find(|slot| scene.rule().needed(task, *slot) && s.slot(*slot) == UNKNOWN);
    missing.map_or(Act::Execute, |slot| Act::Ask(slot as u8))
}

/// One dialogue, turn by turn: each place and the act taken there.
pub fn lead(scene: &Scene, users: Key, number: u64, lead: Lead, heard: &mut dyn FnMut(Context, Act, &[u32])) {
    let mut talk = Talk::with_users(scene, 1, users, number);
    for turn in 0.. {
        let mut dice = Dice::at_turn(users.child(2), number, turn);
        let s = talk.state(scene, 0);
        let act = lead.act(scene, s, &mut dice);
        let text = any(texts(&scene.phrases, class_of(scene.rule(), s, act)), &mut dice);
        let reply = scene.ended(scene.tokens(&text, s, talk.heard(scene, 0)));
        let context = Context { prompt: talk.prompt(scene, 0).to_vec(), state: s, heard: talk.heard(scene, 0).to_vec() };
        heard(context, act, &reply);
        if talk.turn(scene, 0, &reply).end != End::Open {
            return;
        }
    }
}

/// Shares of the expert and the hasty, and their noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixture {
    pub expert: f64,
    pub hasty: f64,
    pub noise: f64,
}

impl Mixture {
    pub fn lead(&self, dice: &mut Dice) -> Lead {
        let u = dice.unit();
        if u < self.expert {
            Lead::Expert(self.noise)
        } else if u < self.expert + self.hasty {
            Lead::Hasty(self.noise)
        } else {
            Lead::Random
        }
    }
}

/// Replies of so many dialogues, numbered from `first`; places of the dialogues come along.
pub fn simulated(scene: &Scene, mixture: &Mixture, users: Key, numbers: std::ops::Range<u64>) -> (Texts, Vec<Context>) {
    let (mut out, mut contexts) = (Texts::default(), Vec::new());
    for number in numbers {
        let leader = mixture.lead(&mut Dice::at(users.child(3), number));
        lead(scene, users, number, leader, &mut |context, _, reply| {
            out.push(scene, &context.prompt, reply);
            contexts.push(context);
        });
    }
    (out, contexts)
}

/// Replies to prompts, as they are written in prepared data.
pub fn given(scene: &Scene, pairs: &[(String, String)]) -> Texts {
    let mut out = Texts::default();
    for (prompt, reply) in pairs {
        let prompt = super::prompt::prompt(&scene.vocabulary.encode(prompt), &[], scene.layout.prompt);
        out.push(scene, &prompt, &scene.ended(scene.vocabulary.encode(reply)));
    }
    out
}
