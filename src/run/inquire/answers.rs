//! What the user could answer to the pending act, in words.

use crate::learn::agent::Agent;
use crate::run::findings::Answer;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::Env;
use crate::world::mdp::Branch;
use crate::world::names::Lang;

pub fn answers<A: Agent>(run: &Timeline<Interaction<World, A>>, lang: Lang) -> Vec<Answer> {
    let machine = run.machine();
    let (world, state, act) = (&machine.world, machine.state(), machine.pending_act());
    let last_turn = machine.turn() + 1 >= world.turn_limit();
    let answer = |(place, b): (usize, &Branch)| {
        let mut text = world.answer(state, act, place);
        if last_turn && !b.closed {
            text.push_str(", turn limit reached");
        }
        Answer {
            outcome: place as u16,
            probability: b.probability,
            reward: b.reward,
            text,
            next: match (b.closed, b.success) {
                (false, _) => world.state_view(b.next, lang).text,
                (true, true) => "ends well".into(),
                (true, false) => "ends".into(),
            },
        }
    };
    world.outcomes(state, u32::from(act.0)).iter().enumerate().map(answer).collect()
}
