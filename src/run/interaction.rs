//! One agent in one world: the machine that training turns.
//!
//! A tick is one turn: the pending act is taken, the agent learns and names the next; where the dialogue ended, the next one is
//! opened in the same tick, so that between ticks there is always a state and a pending act.

use std::sync::Arc;

use crate::learn::agent::{Agent, Transition, View};
use crate::learn::machine::{Edit, EditError, Machine, Tick, TickEnd};
use crate::learn::probe::{Probe, TurnRecord};
use crate::num::curve::Sample;
use crate::num::dice::{Dice, Key, Stream};
use crate::num::fields::{FieldError, Fields, Sink, Source};
use crate::world::env::{ActionId, End, Env, Outcome};

pub struct Interaction<E: Env, A: Agent> {
    pub world: Arc<E>,
    pub agent: A,
    world_key: Key,
    agent_key: Key,
    words_key: Key,
    turn_limit: u32,
    acts: usize,
    tick: u64,
    /// Dialogues finished, which is also the number of the one in progress.
    dialogue: u64,
    /// Turns taken in it.
    turn: u32,
    state: E::State,
    /// The act about to be taken.
    act: ActionId,
    /// Undiscounted, of the dialogue in progress.
    return_: f64,
    abs_delta: f64,
    /// Features of `state` and of the next one; empty where the agent wants none.
    features: Vec<f32>,
    next_features: Vec<f32>,
}

// By hand, because the derived one would ask that the shared world be cloned too.
impl<E: Env, A: Agent> Clone for Interaction<E, A> {
    fn clone(&self) -> Self {
        Interaction {
            world: self.world.clone(),
            agent: self.agent.clone(),
            features: self.features.clone(),
            next_features: self.next_features.clone(),
            ..*self
        }
    }
}

impl<E: Env, A: Agent> Interaction<E, A> {
    pub fn new(world: Arc<E>, agent: A, seed: u64) -> Self {
        let shape = world.shape();
        let features = vec![0.0; if A::FEATURES { shape.features as usize } else { 0 }];
        let world_key = Key::new(seed, Stream::World);
        let mut machine = Interaction {
            state: world.open(&mut Dice::at_turn(world_key, 0, 0)),
            turn_limit: world.turn_limit(),
            acts: shape.actions as usize,
            world,
            agent,
            world_key,
            agent_key: Key::new(seed, Stream::Agent),
            words_key: Key::new(seed, Stream::Words),
            tick: 0,
            dialogue: 0,
            turn: 0,
            act: ActionId(0),
            return_: 0.0,
            abs_delta: 0.0,
            next_features: features.clone(),
            features,
        };
        // The first choice is drawn at a place of its own: turn 0's choice comes after its update.
        machine.begin(Dice::at(machine.agent_key, u64::MAX >> 6));
        machine
    }

    /// Opens the dialogue of the present number.
    #[inline(always)]
    fn begin(&mut self, mut dice: Dice) {
        self.state = self.world.open(&mut Dice::at_turn(self.world_key, self.dialogue, 0));
        self.turn = 0;
        self.return_ = 0.0;
        self.abs_delta = 0.0;
        self.sense();
        let at = View { key: self.world.key(self.state), legal: self.world.legal(self.state), features: &self.features };
        self.act = self.agent.start(at, self.dialogue, &mut dice);
    }

    #[inline(always)]
    fn sense(&mut self) {
        if A::FEATURES {
            self.world.features(self.state, &mut self.features);
        }
    }

    pub fn state(&self) -> E::State {
        self.state
    }

    pub fn words_key(&self) -> Key {
        self.words_key
    }

    pub fn pending_act(&self) -> ActionId {
        self.act
    }

    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// What the agent makes of any state.
    pub fn view_of(&self, state: E::State, features: &mut Vec<f32>) -> (u64, u64) {
        features.resize(self.features.len(), 0.0);
        if A::FEATURES {
            self.world.features(state, features);
        }
        (self.world.key(state), self.world.legal(state))
    }

    #[cold]
    fn record(&self, o: &Outcome<E::State>, end: End) -> TurnRecord {
        let at = View { key: self.world.key(self.state), legal: self.world.legal(self.state), features: &self.features };
        let (mut values, mut probabilities) = (vec![0.0; self.acts], vec![0.0; self.acts]);
        self.agent.values(at, &mut values);
        self.agent.probabilities(at, &mut probabilities);
        TurnRecord {
            tick: self.tick,
            dialogue: self.dialogue,
            turn: self.turn + 1,
            state: at.key,
            next: self.world.key(o.next),
            legal: at.legal,
            act: self.act,
            reward: o.reward,
            end,
            success: o.success,
            values,
            probabilities,
            visits: self.agent.counts(at.key).map_or_else(Vec::new, |(n, _)| n[..self.acts].to_vec()),
            terms: Vec::new(),
            writes: Vec::new(),
        }
    }
}

impl<E: Env, A: Agent> Machine for Interaction<E, A> {
    fn now(&self) -> Tick {
        Tick(self.tick)
    }

    fn dialogues(&self) -> u64 {
        self.dialogue
    }

    fn sound(&self) -> bool {
        self.abs_delta.is_finite()
    }

    #[inline(always)]
    fn tick<P: Probe>(&mut self, probe: &mut P) -> TickEnd {
        let mut world_dice = Dice::at_turn(self.world_key, self.dialogue, self.turn + 1);
        let mut dice = Dice::at(self.agent_key, self.tick);
        let o = self.world.step(self.state, self.act, &mut world_dice);
        let end = if o.closed {
            End::Closed
        } else if self.turn + 1 >= self.turn_limit {
            End::Cut
        } else {
            End::Open
        };
        if P::ON {
            probe.turn(self.record(&o, end));
        }
        if A::FEATURES {
            self.world.features(o.next, &mut self.next_features);
        }
        let t = Transition {
            from: View { key: self.world.key(self.state), legal: self.world.legal(self.state), features: &self.features },
            act: self.act,
            reward: o.reward,
            to: View { key: self.world.key(o.next), legal: self.world.legal(o.next), features: &self.next_features },
            end,
        };
        self.tick += 1;
        self.turn += 1;
        self.return_ += f64::from(o.reward);
        if end == End::Open {
            self.act = self.agent.step(&t, &mut dice, probe);
            self.abs_delta += f64::from(self.agent.surprise());
            self.state = o.next;
            if A::FEATURES {
                std::mem::swap(&mut self.features, &mut self.next_features);
            }
            return TickEnd::Open;
        }
        self.agent.end(&t, &mut dice, probe);
        self.abs_delta += f64::from(self.agent.surprise());
        let sample = Sample {
            return_: self.return_ as f32,
            success: o.success,
            turns: self.turn,
            abs_delta: (self.abs_delta / f64::from(self.turn)) as f32,
            epsilon: self.agent.epsilon(),
        };
        self.dialogue += 1;
        self.begin(dice);
        TickEnd::Dialogue(sample)
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        match edit {
            Edit::Tune { knob, value } => Ok(self.agent.set(*knob as usize, *value, self.dialogue)?),
        }
    }
}

impl<E: Env, A: Agent> Fields for Interaction<E, A> {
    fn read(&self, to: &mut dyn Sink) {
        self.tick.read(to);
        self.dialogue.read(to);
        self.turn.read(to);
        self.state.read(to);
        self.act.read(to);
        self.return_.read(to);
        self.abs_delta.read(to);
        self.agent.read(to);
    }

    fn write(&mut self, from: &mut dyn Source) -> Result<(), FieldError> {
        self.tick.write(from)?;
        self.dialogue.write(from)?;
        self.turn.write(from)?;
        self.state.write(from)?;
        self.act.write(from)?;
        self.return_.write(from)?;
        self.abs_delta.write(from)?;
        self.agent.write(from)?;
        self.sense();
        Ok(())
    }
}
