//! What edits do.

use std::sync::{Arc, PoisonError};

use super::{Interaction, UNSAID};
use crate::learn::agent::Agent;
use crate::learn::machine::EditError;
use crate::num::dice::{Key, Stream};
use crate::num::fields::FieldError;
use crate::world::env::{ActionId, Env};
use crate::world::setup::Setup;

/// Worlds kept compiled, so that going back and forth over a change of the world does not compile it again; the largest one takes
/// some 150 MB.
const WORLDS: usize = 3;

impl<E: Env, A: Agent> Interaction<E, A> {
    pub(super) fn force(&mut self, act: u8) -> Result<(), EditError> {
        let legal = self.world.legal(self.cursor.state);
        if act >= 64 || legal >> act & 1 == 0 {
            let legal: Vec<String> = (0..64).filter(|a| legal >> a & 1 == 1).map(|a| a.to_string()).collect();
            return Err(EditError::Act { act, legal: legal.join(", ") });
        }
        self.cursor.act = ActionId(act);
        // An answer was to the act before.
        self.said = UNSAID;
        Ok(())
    }

    pub(super) fn set(&mut self, state: u32, act: u8, value: f32) -> Result<(), EditError> {
        let shape = self.world.shape();
        let mask = match shape.states {
            Some(count) if state >= count => return Err(EditError::State { state, count }),
            Some(_) => shape.legal[state as usize],
            // 0 where no state has this number.
            None => shape.sight.legal(u64::from(state)),
        };
        if act >= 64 || mask >> act & 1 == 0 {
            let legal: Vec<String> = (0..64).filter(|a| mask >> a & 1 == 1).map(|a| a.to_string()).collect();
            return Err(EditError::Act { act, legal: legal.join(", ") });
        }
        if !value.is_finite() {
            return Err(EditError::Value { value });
        }
        let put = self.agent.put(u64::from(state), ActionId(act), value);
        if put { Ok(()) } else { Err(EditError::NoTable { agent: A::NAME }) }
    }

    pub(super) fn reseed(&mut self, seed: u64) {
        self.seed = seed;
        self.world_key = Key::new(seed, Stream::World);
        self.agent_key = Key::new(seed, Stream::Agent);
    }

    /// Puts the interaction into the world of a setup, compiled already or now.
    pub(super) fn settle(&mut self, setup: &Setup) -> Result<(), FieldError> {
        if self.world.setup() == *setup {
            return Ok(());
        }
        let mut worlds = self.worlds.lock().unwrap_or_else(PoisonError::into_inner);
        for world in [Some(self.world.clone()), worlds.iter().find(|w| w.setup() == *setup).cloned()].into_iter().flatten() {
            worlds.retain(|w| w.setup() != world.setup());
            worlds.push(world);
        }
        if worlds.last().is_none_or(|w| w.setup() != *setup) {
            worlds.push(Arc::new(self.world.under(setup).ok_or(FieldError::World)?));
        }
        let surplus = worlds.len().saturating_sub(WORLDS);
        worlds.drain(..surplus);
        self.world = worlds.last().expect("the world was just put there").clone();
        drop(worlds);
        self.agent.moved(&self.world.shape());
        Ok(())
    }
}
