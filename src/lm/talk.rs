//! Dialogues with simulated users, side by side, in text: the agent's reply is read as an act, the user's rule answers it.
//!
//! What is not understood, or says something wrong, is a pointless act: it costs a turn and patience. Dice are those of (seed, World,
//! dialogue, turn), as in `run/interaction.rs`, so that the same users meet every policy.

use super::prompt::{grown, prompt};
use super::scene::{Reading, Scene, UNHEARD};
use super::vocabulary::EOS;
use super::voice;
use crate::fields;
use crate::num::dice::{Dice, Key, Stream};
use crate::world::acts::{Act, position};
use crate::world::env::End;
use crate::world::user::{DialogueState, Ending, Event, Listed};
use crate::world::words::Speaker;

/// Rows are dialogues in progress; slots of each stand side by side.
#[derive(Clone, Debug)]
pub struct Talk {
    /// Of the users.
    keys: [Key; 2],
    /// The number of each row's dialogue, and the next one's.
    numbers: Vec<u64>,
    next: u64,
    turns: Vec<u32>,
    states: Vec<u64>,
    returns: Vec<f64>,
    /// Position of the value heard of each slot, or `UNHEARD`; and a mask of those known to be wrong.
    heard: Vec<u8>,
    rejected: Vec<u32>,
    /// What the agent sees.
    prompts: Vec<u32>,
}

fields!(Talk { numbers, next, turns, states, returns, heard, rejected, prompts });

/// What a reply led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    pub reading: Reading,
    pub reward: f32,
    pub end: End,
    pub success: bool,
    /// Of the dialogue so far.
    pub return_: f64,
    pub turns: u32,
}

impl Talk {
    /// So many dialogues, numbered from `first`.
    pub fn new(scene: &Scene, rows: usize, seed: u64, first: u64) -> Talk {
        let mut talk = Talk {
            keys: [Key::new(seed, Stream::World), Key::new(seed, Stream::Words)],
            numbers: vec![0; rows],
            next: first,
            turns: vec![0; rows],
            states: vec![0; rows],
            returns: vec![0.0; rows],
            heard: vec![UNHEARD; rows * scene.scenario.slots.len()],
            rejected: vec![0; rows * scene.scenario.slots.len()],
            prompts: vec![0; rows * scene.layout.prompt],
        };
        (0..rows).for_each(|row| talk.open(scene, row));
        talk
    }

    /// The same users as those of another key: nobody learns from them.
    #[must_use]
    pub fn with_users(scene: &Scene, rows: usize, users: Key, first: u64) -> Talk {
        let mut talk = Talk::new(scene, rows, 0, first);
        talk.keys = [users.child(0), users.child(1)];
        talk.next = first;
        (0..rows).for_each(|row| talk.open(scene, row));
        talk
    }

    /// A new dialogue in a row.
    pub fn open(&mut self, scene: &Scene, row: usize) {
        let number = self.next;
        self.next += 1;
        self.numbers[row] = number;
        self.turns[row] = 0;
        self.returns[row] = 0.0;
        let slots = slots(scene, row);
        self.heard[slots.clone()].fill(UNHEARD);
        self.rejected[slots].fill(0);
        let start = scene.rule().start();
        self.states[row] = start.code(scene.rule().slots()) as u64;
        let mut dice = Dice::at_turn(self.keys[1], number, 0);
        let greeting = speaker(scene).pick(&scene.scenario.sentences.user.greet, &mut dice).to_owned();
        let user = scene.vocabulary.encode(&greeting);
        let prompt =
            if scene.manner.history { prompt(&user, &[], scene.layout.prompt) } else { scene.prompt(&user, start, self.heard(scene, row)) };
        self.put_prompt(scene, row, &prompt);
    }

    fn put_prompt(&mut self, scene: &Scene, row: usize, prompt: &[u32]) {
        let length = scene.layout.prompt;
        self.prompts[row * length..(row + 1) * length].copy_from_slice(prompt);
    }

    pub fn rows(&self) -> usize {
        self.numbers.len()
    }

    pub fn number(&self, row: usize) -> u64 {
        self.numbers[row]
    }

    pub fn state(&self, scene: &Scene, row: usize) -> DialogueState {
        DialogueState::of_code(self.states[row] as usize, scene.rule().slots())
    }

    pub fn heard(&self, scene: &Scene, row: usize) -> &[u8] {
        &self.heard[slots(scene, row)]
    }

    pub fn prompt(&self, scene: &Scene, row: usize) -> &[u32] {
        let length = scene.layout.prompt;
        &self.prompts[row * length..(row + 1) * length]
    }

    /// All rows' prompts, one after the other.
    pub fn prompts(&self) -> &[u32] {
        &self.prompts
    }

    /// Takes a reply. A row whose dialogue has ended waits to be opened again.
    pub fn turn(&mut self, scene: &Scene, row: usize, reply: &[u32]) -> Turned {
        let s = self.state(scene, row);
        let reading = scene.read(reply, s, self.heard(scene, row));
        let act = reading.act.unwrap_or_else(|| Scene::pointless(s));
        let (number, turn) = (self.numbers[row], self.turns[row] + 1);
        let at = position(&scene.rule().acts, act).expect("an act that was read is one of the scenario's");
        let o = scene.simulator.sample(s, at, &mut Dice::at_turn(self.keys[0], number, turn));
        let mut dice = Dice::at_turn(self.keys[1], number, turn);
        let said = voice::answer(&speaker(scene), s, act, &o, &mut dice);
        self.hear(scene, row, s, act, &o);
        let said = if scene.manner.lexical { scene.fill(&said, o.next, self.heard(scene, row)) } else { said };
        self.turns[row] = turn;
        self.states[row] = o.next.code(scene.rule().slots()) as u64;
        self.returns[row] += o.reward;
        let user = scene.vocabulary.encode(&said);
        let prompt = if scene.manner.history {
            grown(self.prompt(scene, row), reply, &user, EOS)
        } else {
            scene.prompt(&user, o.next, self.heard(scene, row))
        };
        self.put_prompt(scene, row, &prompt);
        let cut = turn >= scene.rule().turn_limit;
        let end = match o.ending {
            Some(_) => End::Closed,
            None if cut => End::Cut,
            None => End::Open,
        };
        let success = o.ending == Some(Ending::Success);
        Turned { reading, reward: o.reward as f32, end, success, return_: self.returns[row], turns: turn }
    }

    /// The values that an outcome tells: any not known to be wrong; what is said again is mostly heard as before.
    fn hear(&mut self, scene: &Scene, row: usize, s: DialogueState, act: Act, o: &Listed) {
        let mut dice = Dice::at_turn(self.keys[1].child(1), self.numbers[row], self.turns[row] + 1);
        let slots = slots(scene, row);
        let (heard, rejected) = (&mut self.heard[slots.clone()], &mut self.rejected[slots]);
        for slot in 0..heard.len() {
            let doubted = act == Act::Confirm(slot as u8) && matches!(o.event, Event::Corrected | Event::Denied);
            if doubted && heard[slot] != UNHEARD {
                rejected[slot] |= 1 << heard[slot];
            }
            if o.next.slot(slot) == 0 {
                heard[slot] = UNHEARD;
                if !doubted {
                    rejected[slot] = 0;
                }
            }
        }
        for slot in voice::heard_anew(scene.rule(), s, act, o) {
            let values = scene.scenario.slots[slot].values.of(scene.manner.lang).len() as u32;
            let again = heard[slot] != UNHEARD && rejected[slot] >> heard[slot] & 1 == 0;
            if again && dice.unit() < 1.0 - scene.rule().noise(Some(slot)) {
                continue;
            }
            if rejected[slot].count_ones() >= values.min(32) {
                rejected[slot] = 0;
            }
            let open: Vec<u8> = (0..values.min(32) as u8).filter(|value| rejected[slot] >> value & 1 == 0).collect();
            heard[slot] = open[dice.below(open.len() as u32) as usize];
        }
    }
}

/// A row's places in the lists of slots.
fn slots(scene: &Scene, row: usize) -> std::ops::Range<usize> {
    let n = scene.scenario.slots.len();
    row * n..(row + 1) * n
}

pub fn speaker(scene: &Scene) -> Speaker<'_> {
    Speaker { scenario: &scene.scenario, rule: scene.rule(), lang: scene.manner.lang }
}
