//! Pairs of replies to one prompt, the first one better: labels from the exact worth of the act that a reply expresses.
//!
//! Wide coverage: places of careful, careless and random dialogues; acts that make sense, acts that do not, wrong tasks and values,
//! broken sentences. What cannot be understood is worth less than anything that can.

use std::collections::BTreeMap;

use super::broken::{Breakage, broken};
use super::corpus::{Context, Lead, Mixture, any, lead, sensible};
use super::phrases::{Class, class_of, texts};
use super::scene::Scene;
use crate::num::dice::{Dice, Key};
use crate::world::acts::{Act, position};
use crate::world::env::Env;
use crate::world::solve::{Solution, solve};
use crate::world::user::DialogueState;

/// The discount of worths: nearly none, as returns are judged without one.
const GAMMA: f64 = 0.99;
/// How much less a reply is worth that cannot even be understood.
const UNPARSED: f64 = 2.0;

/// Exact worths of acts by states.
pub struct Worths {
    solution: Solution,
    actions: u32,
    /// State numbers by codes.
    numbers: Vec<u32>,
}

impl Worths {
    /// None where states are too many to be listed.
    pub fn new(scene: &Scene) -> Option<Worths> {
        let (mdp, dialogues) = (scene.world.exact()?, scene.world.dialogues.as_ref()?);
        let solution = solve(mdp, GAMMA, 0.0, &|| true)?;
        let mut numbers = vec![u32::MAX; scene.rule().codes() as usize];
        for (number, state) in dialogues.states().iter().enumerate() {
            numbers[state.code(scene.rule().slots())] = number as u32;
        }
        Some(Worths { solution, actions: scene.world.shape().actions, numbers })
    }

    pub fn solution(&self) -> &Solution {
        &self.solution
    }

    /// Q*(s, a).
    pub fn of(&self, scene: &Scene, s: DialogueState, act: Act) -> f64 {
        let number = self.numbers[s.code(scene.rule().slots())];
        let at = position(&scene.rule().acts, act).expect("an act of the scenario");
        self.solution.q(number, u32::from(at.0), self.actions)
    }

    /// The act of the highest worth; of several the first.
    pub fn best(&self, scene: &Scene, s: DialogueState) -> Act {
        let acts = &scene.rule().acts;
        let better = |a: Act, b: &Act| if self.of(scene, s, *b) > self.of(scene, s, a) { *b } else { a };
        acts.iter().fold(acts[0], better)
    }

    /// What a reply is worth.
    pub fn of_reply(&self, scene: &Scene, context: &Context, reply: &[u32]) -> f64 {
        let reading = scene.read(reply, context.state, &context.heard);
        let pointless = || self.of(scene, context.state, Scene::pointless(context.state));
        match reading.act {
            Some(act) => self.of(scene, context.state, act),
            None if reading.understood => pointless(),
            None => pointless() - UNPARSED,
        }
    }
}

/// Two replies to one prompt; `chosen` as the label says, which need not be true.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub prompt: Vec<u32>,
    pub chosen: Vec<u32>,
    pub rejected: Vec<u32>,
    /// Whether the label says what the worths say.
    pub clean: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    pub count: usize,
    pub wide: bool,
    pub gap: f64,
    /// Share of labels turned round.
    pub noise: f64,
    /// Share of labels that prefer the longer reply.
    pub length_bias: f64,
}

/// Places of dialogues that nobody learns SFT from.
fn contexts(scene: &Scene, wanted: &Wanted, mixture: &Mixture, users: Key) -> Vec<Context> {
    let mut out = Vec::new();
    let (dialogues, few) = ((wanted.count / 5).clamp(40, 4000) as u64, 300.min(wanted.count as u64 / 4));
    for number in 0..if wanted.wide { dialogues } else { few } {
        let mut dice = Dice::at(users.child(3), number);
        let leader = match (wanted.wide, dice.unit()) {
            (false, _) => mixture.lead(&mut dice),
            (true, u) if u < 0.4 => Lead::Expert(0.1),
            (true, u) if u < 0.8 => Lead::Expert(0.4),
            _ => Lead::Random,
        };
        lead(scene, users, number, leader, &mut |context, _, _| out.push(context));
    }
    out
}

/// A place of those met: a third of the time as often as they are met, else any state as often as any other. What a reward model
/// never saw in a rare state it gets wrong there, and a policy that finds such a fault stays in it.
fn place<'a>(contexts: &'a [Context], states: &BTreeMap<usize, Vec<u32>>, dice: &mut Dice) -> &'a Context {
    let at = |k: u32| &contexts[k as usize];
    if states.is_empty() || dice.unit() < 1.0 / 3.0 {
        return at(dice.below(contexts.len() as u32));
    }
    let list = states.values().nth(dice.below(states.len() as u32) as usize).expect("below their number");
    at(list[dice.below(list.len() as u32) as usize])
}

/// All words that can stand in a reply.
fn words(scene: &Scene) -> Vec<u32> {
    let mut out: Vec<u32> = scene.phrases.iter().flat_map(|(_, texts)| texts).flat_map(|text| scene.vocabulary.encode(text)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Shares of candidates, summed up: the best act, any that makes sense, any at all, a near miss of the best (the same about something else),
/// anything that can be said; the rest is broken. Without the best act and its near misses among them, the model seldom learns what to
/// put first.
const SHARES: [f64; 5] = [0.35, 0.5, 0.67, 0.8, 0.92];
const NARROW: [f64; 5] = [0.0, 0.7, 0.95, 0.95, 0.95];

/// Sentences that are easily taken for each other.
fn kind(class: Class) -> u8 {
    match class {
        Class::AskTask | Class::Ask(_) => 0,
        Class::ConfirmTask(_) | Class::Confirm(_) | Class::ConfirmNothing(_) | Class::ConfirmAll | Class::ConfirmAllNothing => 1,
        Class::Execute(_) => 2,
        _ => 3,
    }
}

struct Maker<'a> {
    scene: &'a Scene,
    worths: &'a Worths,
    words: Vec<u32>,
    wide: bool,
}

impl Maker<'_> {
    fn say(&self, context: &Context, class: Class, dice: &mut Dice) -> Vec<u32> {
        let text = any(texts(&self.scene.phrases, class), dice);
        self.scene.tokens(&text, context.state, &context.heard)
    }

    /// The same kind of sentence about something else, where there is one.
    fn near(&self, class: Class, dice: &mut Dice) -> Class {
        let others: Vec<Class> =
            self.scene.phrases.iter().map(|(other, _)| *other).filter(|other| *other != class && kind(*other) == kind(class)).collect();
        if others.is_empty() { class } else { any(&others, dice) }
    }

    fn candidate(&self, context: &Context, dice: &mut Dice) -> Vec<u32> {
        let (scene, s) = (self.scene, context.state);
        let of = |act: Act| class_of(scene.rule(), s, act);
        let u = dice.unit();
        let [best, legal, every, near, wrong] = if self.wide { SHARES } else { NARROW };
        let reply = if u < best {
            self.say(context, of(self.worths.best(scene, s)), dice)
        } else if u < legal {
            self.say(context, of(any(&sensible(scene, s), dice)), dice)
        } else if u < every {
            self.say(context, of(any(&scene.rule().acts, dice)), dice)
        } else if u < near {
            self.say(context, self.near(of(self.worths.best(scene, s)), dice), dice)
        } else if u < wrong {
            // Of another task, or with another slot's value.
            self.say(context, any(&scene.phrases, dice).0, dice)
        } else {
            let (a, b) = (any(&scene.phrases, dice).0, any(&scene.phrases, dice).0);
            let (one, other) = (self.say(context, a, dice), self.say(context, b, dice));
            let way = Breakage::drawn(dice);
            return scene.ended(broken(&one, &other, &self.words, way, &mut Dice::at(dice.key(), 0)));
        };
        scene.ended(reply)
    }
}

/// Pairs from places and candidates drawn by the key.
pub fn pairs(scene: &Scene, worths: &Worths, wanted: &Wanted, mixture: &Mixture, key: Key) -> Vec<Pair> {
    let contexts = contexts(scene, wanted, mixture, key.child(0));
    let mut states: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (at, context) in contexts.iter().enumerate().filter(|_| wanted.wide) {
        states.entry(context.state.code(scene.rule().slots())).or_default().push(at as u32);
    }
    let maker = Maker { scene, worths, words: words(scene), wide: wanted.wide };
    let mut out = Vec::with_capacity(wanted.count);
    // Most draws make a pair; the bound is for worlds in which nearly all is alike.
    for draw in 0..wanted.count as u64 * 20 {
        if out.len() == wanted.count {
            break;
        }
        let mut dice = Dice::at(key.child(1), draw);
        let context = place(&contexts, &states, &mut dice);
        let (mut first, mut second) = (Dice::at(key.child(2), draw), Dice::at(key.child(3), draw));
        let (a, b) = (maker.candidate(context, &mut first), maker.candidate(context, &mut second));
        let (worth_a, worth_b) = (worths.of_reply(scene, context, &a), worths.of_reply(scene, context, &b));
        if (worth_a - worth_b).abs() < wanted.gap || a == b {
            continue;
        }
        let a_is_better = worth_a > worth_b;
        let mut label = a_is_better;
        if dice.unit() < wanted.length_bias && a.len() != b.len() {
            label = a.len() > b.len();
        }
        if dice.unit() < wanted.noise {
            label = !label;
        }
        let (chosen, rejected) = if label { (a, b) } else { (b, a) };
        out.push(Pair { prompt: context.prompt.clone(), chosen, rejected, clean: label == a_is_better });
    }
    out
}
