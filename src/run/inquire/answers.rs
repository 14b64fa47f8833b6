//! What the user could answer to the pending act, in words.

use crate::learn::agent::Agent;
use crate::run::findings::Answer;
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::Env;
use crate::world::names::Lang;

/// More than these nobody reads: where there are more, the likeliest.
const TOLD: usize = 400;

pub fn answers<A: Agent>(run: &Timeline<Interaction<World, A>>, lang: Lang) -> Vec<Answer> {
    let machine = run.machine();
    let (world, state, act) = (&machine.world, machine.state(), machine.pending_act());
    let last_turn = machine.turn() + 1 >= world.turn_limit();
    let listed = world.outcomes(state, u32::from(act.0));
    let mut places: Vec<usize> = (0..listed.len()).collect();
    if places.len() > TOLD {
        places.sort_by(|a, b| listed[*b].probability.total_cmp(&listed[*a].probability).then(a.cmp(b)));
        places.truncate(TOLD);
    }
    let answer = |(place, mut text): (usize, String)| {
        let b = &listed[place];
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
    let texts = world.answers(state, act, &places);
    places.into_iter().zip(texts).map(answer).collect()
}
