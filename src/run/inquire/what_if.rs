//! What if another act were taken now: the present policy plays on many times, learning off.

use crate::learn::agent::Agent;
use crate::run::findings::WhatIf;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn what_if<A: Agent>(_run: &Timeline<Interaction<World, A>>, _act: u16, _samples: u32) -> Option<WhatIf> {
    None
}
