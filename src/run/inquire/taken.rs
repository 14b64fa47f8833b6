//! Turns and values as plain lists, to lay two runs side by side.

use crate::learn::agent::Agent;
use crate::learn::machine::Tick;
use crate::run::findings::Taken;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn taken<A: Agent>(_run: &Timeline<Interaction<World, A>>, _from: Tick, _count: usize) -> Vec<Taken> {
    Vec::new()
}

pub fn values<A: Agent>(_run: &Timeline<Interaction<World, A>>) -> Vec<f32> {
    Vec::new()
}
