//! A dialogue played by a given policy: nobody learns from it.

use crate::num::dice::Dice;
use crate::world::World;
use crate::world::env::{ActionId, Env};

/// What was got, undiscounted, from the first turn played on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Played {
    pub return_: f64,
    pub success: bool,
    pub turns: u32,
}

/// Plays on from a state in which so many turns were taken, until the dialogue ends or is cut. Both closures hear the turn about to
/// be taken, counted from 1.
pub fn play(
    world: &World,
    mut state: u32,
    taken: u32,
    mut choose: impl FnMut(u32, u32) -> ActionId,
    mut dice: impl FnMut(u32) -> Dice,
) -> Played {
    let mut played = Played::default();
    for turn in taken + 1..=world.turn_limit().max(taken + 1) {
        let act = choose(state, turn);
        let outcome = world.step(state, act, &mut dice(turn));
        played.return_ += f64::from(outcome.reward);
        played.turns += 1;
        if outcome.closed {
            played.success = outcome.success;
            break;
        }
        state = outcome.next;
    }
    played
}
