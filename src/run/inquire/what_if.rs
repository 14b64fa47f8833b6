//! What if another act were taken now: the present policy plays on many times, learning off.

use super::play::{Played, play};
use crate::learn::agent::{Agent, View};
use crate::learn::machine::Machine;
use crate::num::dice::{Dice, Key, Stream};
use crate::num::stats::Moments;
use crate::run::findings::{Spread, WhatIf};
use crate::run::interaction::Interaction;
use crate::run::timeline::Timeline;
use crate::world::World;
use crate::world::env::{ActionId, Env};

/// The n-th dialogue of both acts meets the same dice: they are those of (seed, tick, n, turn).
pub fn what_if<A: Agent>(run: &Timeline<Interaction<World, A>>, act: u16, samples: u32) -> Option<WhatIf> {
    let machine = run.machine();
    let state = machine.state();
    if samples == 0 || act >= 64 || machine.world.legal(state) >> act & 1 == 0 {
        return None;
    }
    Some(WhatIf {
        tick: machine.now().0,
        state,
        state_text: machine.world.state_text(state),
        taken: spread(machine, machine.pending_act(), samples),
        tried: spread(machine, ActionId(act as u8), samples),
    })
}

fn spread<A: Agent>(machine: &Interaction<World, A>, first: ActionId, samples: u32) -> Spread {
    let moment = Key::new(machine.seed(), Stream::Eval).child(machine.now().0);
    let (users, choices) = (moment.child(0), moment.child(1));
    let world = &machine.world;
    let (mut weights, mut features) = (vec![0.0_f32; world.actions() as usize], Vec::new());
    let (mut moments, mut returns) = (Moments::default(), Vec::with_capacity(samples as usize));
    let (mut successes, mut turns) = (0_u32, 0_u64);
    for sample in 0..u64::from(samples) {
        let choose = |state: u32, turn: u32| {
            if turn == machine.turn() + 1 {
                return first;
            }
            let (key, legal) = machine.view_of(state, &mut features);
            machine.agent.probabilities(View { key, legal, features: &features }, &mut weights);
            let mut dice = Dice::at_turn(choices, sample, turn);
            let at = dice.weighted(weights.iter().map(|w| f64::from(*w)));
            ActionId(at.map_or(legal.trailing_zeros() as u8, |a| a as u8))
        };
        let Played { return_, success, turns: taken } =
            play(world, machine.state(), machine.turn(), choose, |turn| Dice::at_turn(users, sample, turn));
        moments.add(return_);
        returns.push(return_ as f32);
        successes += u32::from(success);
        turns += u64::from(taken);
    }
    returns.sort_by(f32::total_cmp);
    Spread {
        act: u16::from(first.0),
        act_name: world.act_view(first).name,
        returns,
        success: successes as f32 / samples as f32,
        turns: (turns as f64 / f64::from(samples)) as f32,
        mean: moments.mean as f32,
        margin: moments.half_width_95() as f32,
    }
}
