//! Dialogues of the greedy policy with users of their own, learning off: how good it is where nobody can count it out.

use super::beside::any;
use super::play::play;
use crate::learn::agent::{Agent, View};
use crate::num::dice::{Dice, Key};
use crate::run::findings::Played;
use crate::run::interaction::Interaction;
use crate::run::look::greedy_mask;
use crate::world::env::Env;

/// The n-th dialogue has the dice of (key, n, turn), whoever plays it: the same key is the same users. Ties are broken by dice of
/// their own.
pub fn trial<E: Env, A: Agent>(machine: &Interaction<E, A>, key: Key, dialogues: u64) -> Vec<Played> {
    let (users, ties) = (key.child(0), key.child(1));
    let world = &machine.world;
    let (mut values, mut features) = (vec![0.0_f32; world.shape().actions as usize], Vec::new());
    let mut held = |dialogue: u64| {
        let first = world.open(&mut Dice::at_turn(users, dialogue, 0));
        let choose = |state: E::State, turn: u32| {
            let (key, legal) = machine.view_of(state, &mut features);
            machine.agent.values(View { key, legal, features: &features }, &mut values);
            let greedy = greedy_mask(&values, legal);
            // A row that is no longer finite has no greedy act.
            any(if greedy == 0 { legal } else { greedy }, &mut Dice::at_turn(ties, dialogue, turn))
        };
        play(&**world, first, 0, choose, |turn| Dice::at_turn(users, dialogue, turn))
    };
    (0..dialogues).map(&mut held).collect()
}
