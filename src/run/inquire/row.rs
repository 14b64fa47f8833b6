//! The values of one state, read from one machine after another into the same memory.

use crate::learn::agent::{Agent, View};
use crate::run::interaction::Interaction;
use crate::run::look::greedy_mask;
use crate::world::World;
use crate::world::env::Feature;

pub struct Row {
    state: u32,
    pub values: Vec<f32>,
    features: Vec<Feature>,
}

impl Row {
    pub fn new(world: &World, state: u32) -> Row {
        Row { state, values: vec![0.0; world.actions() as usize], features: Vec::new() }
    }

    /// Reads the values; the mask of legal acts comes back.
    pub fn read<A: Agent>(&mut self, machine: &Interaction<World, A>) -> u64 {
        let (key, legal) = machine.view_of(self.state, &mut self.features);
        machine.agent.values(View { key, legal, features: &self.features }, &mut self.values);
        legal
    }

    /// Reads the values; the mask of greedy acts comes back.
    pub fn greedy<A: Agent>(&mut self, machine: &Interaction<World, A>) -> u64 {
        let legal = self.read(machine);
        greedy_mask(&self.values, legal)
    }
}
