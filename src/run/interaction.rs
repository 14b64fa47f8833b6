//! One agent in one world: the machine that training turns.
//!
//! A tick is one turn: the pending act is taken, the agent learns and names the next; where the dialogue ended, the next one is
//! opened in the same tick, so that between ticks there is always a state and a pending act.

mod change;

use std::sync::{Arc, Mutex};

use crate::learn::agent::{Agent, Transition, View};
use crate::learn::knob;
use crate::learn::machine::{Edit, EditError, Machine, Tick, TickEnd};
use crate::learn::probe::{Probe, TurnRecord};
use crate::num::curve::Sample;
use crate::num::dice::{Dice, Key, Stream};
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Env, Feature, Outcome};
use crate::world::setup::{SettingError, Setup};

/// No answer of a person is waiting.
const UNSAID: u16 = u16::MAX;

/// States met last that an agent on features remembers.
const MET: usize = 512;
/// A place of `met` that was never written.
const NOWHERE: u64 = u64::MAX;

pub struct Interaction<E: Env, A: Agent> {
    pub world: Arc<E>,
    pub agent: A,
    world_key: Key,
    agent_key: Key,
    words_key: Key,
    /// Of world and agent dice, as of now; sentences keep the first.
    seed: u64,
    /// The outcome that a person chose for the next turn.
    said: u16,
    /// Worlds that this one was and became, shared by all copies.
    worlds: Arc<Mutex<Vec<Arc<E>>>>,
    turn_limit: u32,
    acts: usize,
    cursor: Cursor<E::State>,
    /// Keys of the states met last, for agents that keep no table by which one could see where they have been: that of tick t stands at
    /// t mod `MET`.
    met: Vec<u64>,
    /// Features of `state` and of the next one; empty where the agent wants none.
    features: Vec<Feature>,
    next_features: Vec<Feature>,
}

/// Where the interaction stands: what changes with every turn. The loop of a slice holds it in registers.
#[derive(Clone, Copy)]
struct Cursor<S> {
    tick: u64,
    /// Dialogues finished, which is also the number of the one in progress.
    dialogue: u64,
    /// Turns taken in it.
    turn: u32,
    state: S,
    /// The act about to be taken.
    act: ActionId,
    /// Undiscounted, of the dialogue in progress.
    return_: f64,
    abs_delta: f64,
}

// By hand, because the derived one would ask that the shared world be cloned too.
impl<E: Env, A: Agent> Clone for Interaction<E, A> {
    fn clone(&self) -> Self {
        Interaction {
            world: self.world.clone(),
            worlds: self.worlds.clone(),
            agent: self.agent.clone(),
            met: self.met.clone(),
            features: self.features.clone(),
            next_features: self.next_features.clone(),
            ..*self
        }
    }
}

impl<E: Env, A: Agent> Interaction<E, A> {
    pub fn new(world: Arc<E>, agent: A, seed: u64) -> Self {
        let shape = world.shape();
        let world_key = Key::new(seed, Stream::World);
        let state = world.open(&mut Dice::at_turn(world_key, 0, 0));
        let mut machine = Interaction {
            cursor: Cursor { tick: 0, dialogue: 0, turn: 0, state, act: ActionId(0), return_: 0.0, abs_delta: 0.0 },
            turn_limit: world.turn_limit(),
            acts: shape.actions as usize,
            world,
            agent,
            world_key,
            agent_key: Key::new(seed, Stream::Agent),
            words_key: Key::new(seed, Stream::Words),
            seed,
            said: UNSAID,
            worlds: Arc::default(),
            met: if A::FEATURES { vec![NOWHERE; MET] } else { Vec::new() },
            features: Vec::new(),
            next_features: Vec::new(),
        };
        // The first choice is drawn at a place of its own: turn 0's choice comes after its update.
        let mut cursor = machine.cursor;
        machine.begin(&mut cursor, Dice::at(machine.agent_key, u64::MAX >> 6));
        machine.cursor = cursor;
        machine
    }

    /// Opens the dialogue of the present number.
    #[inline(always)]
    fn begin(&mut self, c: &mut Cursor<E::State>, mut dice: Dice) {
        c.state = self.world.open(&mut Dice::at_turn(self.world_key, c.dialogue, 0));
        c.turn = 0;
        c.return_ = 0.0;
        c.abs_delta = 0.0;
        if A::FEATURES {
            self.world.features(c.state, &mut self.features);
        }
        let at = View { key: self.world.key(c.state), legal: self.world.legal(c.state), features: &self.features };
        c.act = self.agent.start(at, c.dialogue, &mut dice);
    }

    pub fn state(&self) -> E::State {
        self.cursor.state
    }

    /// Of the dice, as of now.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub fn words_key(&self) -> Key {
        self.words_key
    }

    pub fn pending_act(&self) -> ActionId {
        self.cursor.act
    }

    pub fn turn(&self) -> u32 {
        self.cursor.turn
    }

    /// What the agent makes of any state.
    pub fn view_of(&self, state: E::State, features: &mut Vec<Feature>) -> (u64, u64) {
        if A::FEATURES {
            self.world.features(state, features);
        }
        (self.world.key(state), self.world.legal(state))
    }

    /// States met last, each with how often, by number.
    pub fn met(&self) -> Vec<(u64, u32)> {
        let mut keys: Vec<u64> = self.met.iter().copied().filter(|key| *key != NOWHERE).collect();
        keys.sort_unstable();
        keys.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
    }

    #[cold]
    fn record(&self, c: &Cursor<E::State>, o: &Outcome<E::State>, end: End) -> TurnRecord {
        let at = View { key: self.world.key(c.state), legal: self.world.legal(c.state), features: &self.features };
        let (mut values, mut probabilities) = (vec![0.0; self.acts], vec![0.0; self.acts]);
        self.agent.values(at, &mut values);
        self.agent.probabilities(at, &mut probabilities);
        TurnRecord {
            tick: c.tick,
            dialogue: c.dialogue,
            turn: c.turn + 1,
            state: at.key,
            next: self.world.key(o.next),
            legal: at.legal,
            act: c.act,
            reward: o.reward,
            end,
            success: o.success,
            values,
            probabilities,
            visits: self.agent.counts(at.key).map_or_else(Vec::new, |n| n[..self.acts].iter().map(|n| n.visits).collect()),
            terms: Vec::new(),
            writes: Vec::new(),
        }
    }

    /// One turn.
    #[inline(always)]
    fn turn_once<P: Probe>(&mut self, c: &mut Cursor<E::State>, said: Option<Outcome<E::State>>, probe: &mut P) -> TickEnd {
        let mut dice = Dice::at(self.agent_key, c.tick);
        let o = said.unwrap_or_else(|| {
            let mut world_dice = Dice::at_turn(self.world_key, c.dialogue, c.turn + 1);
            self.world.step(c.state, c.act, &mut world_dice)
        });
        let end = if o.closed {
            End::Closed
        } else if c.turn + 1 >= self.turn_limit {
            End::Cut
        } else {
            End::Open
        };
        if P::ON {
            probe.turn(self.record(c, &o, end));
        }
        if A::FEATURES {
            self.world.features(o.next, &mut self.next_features);
            self.met[c.tick as usize % MET] = self.world.key(c.state);
        }
        let t = Transition {
            from: View { key: self.world.key(c.state), legal: self.world.legal(c.state), features: &self.features },
            act: c.act,
            reward: o.reward,
            to: View { key: self.world.key(o.next), legal: self.world.legal(o.next), features: &self.next_features },
            end,
        };
        c.tick += 1;
        c.turn += 1;
        c.return_ += f64::from(o.reward);
        if end == End::Open {
            c.act = self.agent.step(&t, &mut dice, probe);
            c.abs_delta += f64::from(self.agent.surprise());
            c.state = o.next;
            if A::FEATURES {
                std::mem::swap(&mut self.features, &mut self.next_features);
            }
            return TickEnd::Open;
        }
        self.agent.end(&t, &mut dice, probe);
        c.abs_delta += f64::from(self.agent.surprise());
        let sample = Sample {
            return_: c.return_ as f32,
            success: o.success,
            turns: c.turn,
            abs_delta: (c.abs_delta / f64::from(c.turn)) as f32,
            epsilon: self.agent.epsilon(),
        };
        c.dialogue += 1;
        self.begin(c, dice);
        TickEnd::Dialogue(sample)
    }
}

impl<E: Env, A: Agent> Interaction<E, A> {
    /// The turn whose outcome a person chose.
    #[cold]
    #[inline(never)]
    fn answered<P: Probe>(&mut self, probe: &mut P) -> TickEnd {
        let mut cursor = self.cursor;
        let said = self.world.outcome(cursor.state, cursor.act, self.said).ok();
        self.said = UNSAID;
        let end = self.turn_once(&mut cursor, said, probe);
        self.cursor = cursor;
        end
    }
}

impl<E: Env, A: Agent> Machine for Interaction<E, A> {
    fn now(&self) -> Tick {
        Tick(self.cursor.tick)
    }

    fn dialogues(&self) -> u64 {
        self.cursor.dialogue
    }

    fn cost(&self) -> u64 {
        self.agent.cost()
    }

    fn sound(&self) -> bool {
        self.cursor.abs_delta.is_finite()
    }

    #[inline(never)]
    fn run<P: Probe>(&mut self, ticks: u64, dialogues: u64, probe: &mut P, finished: &mut dyn FnMut(&Sample) -> bool) {
        // A copy, so that the compiler may keep it in registers.
        // Answers come with edits, between two stretches: the loop below never has to ask for one.
        if self.said != UNSAID
            && self.cursor.tick < ticks
            && self.cursor.dialogue < dialogues
            && let TickEnd::Dialogue(sample) = self.answered(probe)
            && !finished(&sample)
        {
            return;
        }
        let mut cursor = self.cursor;
        while cursor.tick < ticks && cursor.dialogue < dialogues {
            if let TickEnd::Dialogue(sample) = self.turn_once(&mut cursor, None, probe)
                && !finished(&sample)
            {
                break;
            }
        }
        self.cursor = cursor;
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        match edit {
            Edit::Tune { knob, value } => {
                let at = knob::position(A::NAME, A::KNOBS, knob)?;
                self.agent.set(at, *value, self.cursor.dialogue)?;
            }
            Edit::Force { act } => self.force(*act)?,
            Edit::Say { outcome } => {
                if let Err(count) = self.world.outcome(self.cursor.state, self.cursor.act, *outcome) {
                    return Err(EditError::Outcome { outcome: *outcome, count });
                }
                self.said = *outcome;
            }
            Edit::Set { state, act, value } => self.set(*state, *act, *value)?,
            Edit::World(setting) => {
                let setup = self.world.changed(setting)?;
                self.settle(&setup).map_err(|_| SettingError::NoUsers)?;
            }
            Edit::Seed { seed } => self.reseed(*seed),
            Edit::Prefer { .. } => return Err(EditError::NoReplies),
        }
        Ok(())
    }
}

impl<E: Env, A: Agent> Fields for Interaction<E, A> {
    fn read(&self, to: &mut dyn Sink) {
        self.cursor.tick.read(to);
        self.cursor.dialogue.read(to);
        self.cursor.turn.read(to);
        self.cursor.state.read(to);
        self.cursor.act.read(to);
        self.cursor.return_.read(to);
        self.cursor.abs_delta.read(to);
        self.seed.read(to);
        self.said.read(to);
        self.world.setup().read(to);
        if A::FEATURES {
            self.met.read(to);
        }
        self.agent.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.cursor.tick.write(from)?;
        self.cursor.dialogue.write(from)?;
        self.cursor.turn.write(from)?;
        self.cursor.state.write(from)?;
        self.cursor.act.write(from)?;
        self.cursor.return_.write(from)?;
        self.cursor.abs_delta.write(from)?;
        let (mut seed, mut setup) = (0_u64, Setup::default());
        seed.write(from)?;
        self.reseed(seed);
        self.said.write(from)?;
        setup.write(from)?;
        self.settle(&setup)?;
        if A::FEATURES {
            self.met.write(from)?;
        }
        self.agent.write(from)?;
        if A::FEATURES {
            self.world.features(self.cursor.state, &mut self.features);
        }
        Ok(())
    }
}
