//! Acting without learning in a world that is not listed: its rule is asked for every turn.

use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::world::World;
use dialoq::world::env::{ActionId, Env, Feature};

use super::{ROUNDS, SEED, median, seconds, world};

const TURNS: u64 = 2_000_000;

/// Plays so many turns; `choose` hears a state's features (where it wants them) and legal acts, and a draw.
fn turns(world: &World, features: bool, mut choose: impl FnMut(&[Feature], u64, u64) -> u8) -> u32 {
    let (users, own) = (Key::new(SEED, Stream::World), Key::new(SEED, Stream::Agent));
    let (mut dialogue, mut turn) = (0, 0);
    let mut state = world.open(&mut Dice::at_turn(users, 0, 0));
    let mut told = Vec::new();
    for tick in 0..TURNS {
        if features {
            world.features(state, &mut told);
        }
        let act = choose(&told, world.legal(state), Dice::at(own, tick).draw());
        turn += 1;
        let o = world.step(state, ActionId(act), &mut Dice::at_turn(users, dialogue, turn));
        state = o.next;
        if o.closed || turn >= world.turn_limit() {
            dialogue += 1;
            turn = 0;
            state = world.open(&mut Dice::at_turn(users, dialogue, 0));
        }
    }
    state
}

fn any(mut mask: u64, draw: u64) -> u8 {
    for _ in 0..draw % u64::from(mask.count_ones()) {
        mask &= mask - 1;
    }
    mask.trailing_zeros() as u8
}

pub fn acting() {
    let world = world("virtual-assistant-large");
    let (acts, width) = (world.actions() as usize, world.shape().features as usize);
    let mut dice = Dice::at(Key::new(SEED, Stream::Init), 0).key();
    let mut weights = vec![0.0_f32; acts * width];
    weights.iter_mut().enumerate().for_each(|(i, w)| {
        dice = dice.child(i as u64);
        *w = Dice::at(dice, 0).unit() as f32 - 0.5;
    });
    let (mut random, mut linear) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        random.push(seconds(|| turns(&world, false, |_, legal, draw| any(legal, draw))).0);
        let mut q = vec![0.0_f32; acts];
        let greedy = |features: &[Feature], legal: u64, _: u64| {
            q.fill(0.0);
            for f in features {
                let row = &weights[f.at as usize * acts..][..acts];
                q.iter_mut().zip(row).for_each(|(q, w)| *q += f.value * w);
            }
            let open = (0..acts).filter(|a| legal >> a & 1 == 1);
            open.max_by(|a, b| q[*a].total_cmp(&q[*b])).unwrap_or(0) as u8
        };
        linear.push(seconds(|| turns(&world, true, greedy)).0);
    }
    println!("acting without learning in virtual-assistant-large, median of {ROUNDS}");
    for (name, times) in [("random", random), ("greedy, linear on features", linear)] {
        println!("  {name:28} {:6.2} M turns/s", TURNS as f64 / median(times) / 1e6);
    }
}
