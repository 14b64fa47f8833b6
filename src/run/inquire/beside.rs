//! The same user and the same luck, with others in the agent's chair.

use super::play::play;
use super::row::Row;
use crate::learn::agent::Agent;
use crate::learn::machine::Machine;
use crate::num::dice::{Dice, Key, Stream};
use crate::run::findings::Beside;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::{ActionId, Env};
use crate::world::solve::Solution;

/// The user is the one that the dialogue began with: later changes of seed or users do not touch it.
pub fn beside<A: Agent>(run: &Timeline<Interaction<World, A>>, dialogue: u64, optimal: Option<&Solution>) -> Option<Beside> {
    let machine = run.machine();
    if dialogue >= machine.dialogues() {
        return None;
    }
    let person: f64 = run.dialogue(dialogue, run.now()).iter().map(|turn| f64::from(turn.reward)).sum();
    let then = run.machine_at(run.start_of(dialogue));
    let played = |mask: &mut dyn FnMut(u32) -> u64| {
        let (users, ties) = (Key::new(then.seed(), Stream::World), Key::new(then.seed(), Stream::Eval));
        let first = then.world.open(&mut Dice::at_turn(users, dialogue, 0));
        let choose = |state: u32, turn: u32| any(mask(state), &mut Dice::at_turn(ties, dialogue, turn));
        play(&then.world, first, 0, choose, |turn| Dice::at_turn(users, dialogue, turn)).return_ as f32
    };
    let actions = machine.world.actions();
    Some(Beside {
        dialogue,
        person: person as f32,
        policy: played(&mut |state| Row::new(&machine.world, state).greedy(machine)),
        optimum: optimal.map(|solution| played(&mut |state| solution.optimal(state, actions))),
    })
}

/// One of the acts of a mask, each as likely.
fn any(mut mask: u64, dice: &mut Dice) -> ActionId {
    if mask.count_ones() > 1 {
        for _ in 0..dice.below(mask.count_ones()) {
            mask &= mask - 1;
        }
    }
    ActionId(mask.trailing_zeros() as u8)
}
