//! The credit trail: along which updates a reward's worth travelled back through the table.

use crate::learn::agent::Agent;
use crate::learn::machine::Tick;
use crate::run::findings::Trail;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn credit<A: Agent>(_run: &Timeline<Interaction<World, A>>, _from: Tick, _keep_going: &mut dyn FnMut(f32) -> bool) -> Option<Trail> {
    None
}
