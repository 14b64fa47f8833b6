//! Turns and values as plain lists.

use dialoq::learn::machine::{Edit, Tick};
use dialoq::run::findings::Taken;
use dialoq::run::timeline::Limit;
use dialoq::world::env::Env;

use super::{each, row, seek, train, watch};
use crate::support::{run, two_rooms};

#[test]
fn the_turns_taken_are_those_that_were_watched() {
    let world = two_rooms();
    let edits =
        [(100, Edit::Force { act: 1 }), (401, Edit::Say { outcome: 0 }), (402, Edit::Force { act: 1 }), (700, Edit::Seed { seed: 9 })];
    for agent in ["q-learning", "random"] {
        let seen = watch(&mut *run(&world, agent, 5, &[]), 1000, &edits);
        let all: Vec<Taken> = seen
            .iter()
            .map(|s| &s.record)
            .map(|r| Taken { tick: r.tick, dialogue: r.dialogue, turn: r.turn - 1, state: r.state as u32, act: u16::from(r.act.0) })
            .collect();
        let mut it = run(&world, agent, 5, &[]);
        train(&mut *it, 1000, &edits);
        let digest = it.digest();
        for present in [1000, 350] {
            seek(&mut *it, present);
            for (from, count) in [(0, 1000), (99, 3), (400, 5), (697, 10), (990, 100), (1000, 5), (5000, 5), (3, 0)] {
                let wanted: Vec<Taken> = all.iter().skip(from).take(count).copied().collect();
                assert_eq!(it.taken(Tick(from as u64), count), wanted, "{agent}: {count} from {from}, seen from {present}");
            }
        }
        seek(&mut *it, 1000);
        assert_eq!(it.digest(), digest, "{agent}: asking moved the run");
    }
}

#[test]
fn values_are_those_the_agent_acts_by() {
    each(|name, world, start| {
        let mut it = start();
        it.advance(Limit::ticks(900));
        for _ in 0..30 {
            let values = it.values();
            assert_eq!(values.len() as u32, world.states().unwrap() * world.actions(), "{name}");
            for state in 0..world.states().unwrap() {
                for (act, value) in row(world, &values, state).iter().enumerate() {
                    assert_eq!(value.is_finite(), world.legal(state) >> act & 1 == 1, "{name}: ({state}, {act})");
                }
            }
            let at = it.now();
            it.advance(Limit::ticks(1));
            let record = it.explain(at).unwrap();
            assert_eq!(row(world, &values, record.state as u32), record.values, "{name}: tick {}", at.0);
        }
    });
}
