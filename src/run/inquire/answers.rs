//! What the user could answer to the pending act, in words.

use crate::learn::agent::Agent;
use crate::run::findings::Answer;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::names::Lang;

pub fn answers<A: Agent>(_run: &Timeline<Interaction<World, A>>, _lang: Lang) -> Vec<Answer> {
    Vec::new()
}
