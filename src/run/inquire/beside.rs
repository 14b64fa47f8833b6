//! The same user and the same luck, with others in the agent's chair.

use crate::learn::agent::Agent;
use crate::run::findings::Beside;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::solve::Solution;

pub fn beside<A: Agent>(_run: &Timeline<Interaction<World, A>>, _dialogue: u64, _optimal: Option<&Solution>) -> Option<Beside> {
    None
}
