//! When a cell was changed: last, most, or so that its state's greedy acts became others.

use crate::learn::agent::Agent;
use crate::run::findings::{Change, Found};
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn learned<A: Agent>(
    _run: &Timeline<Interaction<World, A>>,
    _state: u32,
    _act: u16,
    _change: Change,
    _keep_going: &mut dyn FnMut(f32) -> bool,
) -> Option<Found> {
    None
}
