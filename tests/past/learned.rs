//! When a cell was changed, against the whole table of every turn.

use dialoq::learn::machine::Edit;
use dialoq::run::Run;
use dialoq::run::findings::{Change, Found};
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::Env;

use super::{Seen, each, greedy, row, seek, train, watch};
use crate::support::{built_in, run, two_rooms};

const TICKS: u64 = 1500;
const CHANGES: [Change; 3] = [Change::Last, Change::Largest, Change::Flip];

fn find(world: &World, seen: &[Seen], state: u32, act: u16, change: Change) -> Option<Found> {
    let value = |table: &[f32]| row(world, table, state)[act as usize];
    let found = |s: &Seen| Found { tick: s.record.tick, dialogue: s.record.dialogue, before: value(&s.before), after: value(&s.after) };
    let changed = |s: &&Seen| value(&s.before) != value(&s.after);
    let flipped = |s: &&Seen| greedy(row(world, &s.before, state)) != greedy(row(world, &s.after, state));
    match change {
        Change::Last => seen.iter().rfind(changed).map(found),
        Change::Flip => seen.iter().rfind(flipped).map(found),
        Change::Largest => {
            let size = |s: &Seen| (value(&s.after) - value(&s.before)).abs();
            seen.iter().filter(changed).reduce(|best, s| if size(s) > size(best) { s } else { best }).map(found)
        }
    }
}

/// Every legal cell of the states met first, and of the last one, which may never be met.
fn cells(world: &World) -> Vec<(u32, u16)> {
    let start = world.start()[0].0;
    let last = world.states().unwrap() - 1;
    let states = (start..(start + 4).min(last)).chain([last]);
    states.flat_map(|s| (0..world.actions() as u16).filter(move |a| world.legal(s) >> a & 1 == 1).map(move |a| (s, a))).collect()
}

fn check(it: &dyn Run, world: &World, seen: &[Seen], name: &str) {
    let digest = it.digest();
    for (state, act) in cells(world) {
        for change in CHANGES {
            let wanted = find(world, seen, state, act, change);
            assert_eq!(it.learned(state, act, change, &mut |_| true), wanted, "{name}: {change:?} of ({state}, {act})");
        }
    }
    assert_eq!(it.digest(), digest, "{name}: asking moved the run");
}

#[test]
fn the_update_that_changed_a_cell_is_found_among_all_turns() {
    each(|name, world, start| {
        let seen = watch(&mut *start(), TICKS, &[]);
        let mut it = start();
        for _ in 0..5 {
            it.advance(Limit::ticks(TICKS / 5));
            it.keep();
        }
        assert!(it.frames().0 > 4, "several frames are searched");
        check(&*it, world, &seen, name);
        // In the past the future does not count.
        seek(&mut *it, 777);
        check(&*it, world, &seen[..777], name);
    });
}

#[test]
fn what_a_person_wrote_is_not_taken_for_an_update() {
    let world = two_rooms();
    let edits = [
        (0, Edit::Set { state: 1, act: 1, value: 50.0 }),
        (200, Edit::Tune { knob: "alpha".into(), value: 0.5 }),
        (512, Edit::Set { state: 0, act: 0, value: 90.0 }),
        (900, Edit::Set { state: 2, act: 1, value: -20.0 }),
        (901, Edit::Set { state: 2, act: 1, value: 20.0 }),
        (1499, Edit::Set { state: 1, act: 1, value: -3.0 }),
    ];
    for agent in ["q-learning", "sarsa", "expected-sarsa"] {
        let seen = watch(&mut *run(&world, agent, 9, &[]), TICKS, &edits);
        let mut it = run(&world, agent, 9, &[]);
        train(&mut *it, TICKS, &edits);
        check(&*it, &world, &seen, agent);
        // Every edit keeps a frame of its moment; without them edits lie within what is replayed at one go.
        it.allow(0);
        assert_eq!(it.frames().0, 1);
        check(&*it, &world, &seen, agent);
    }
}

#[test]
fn a_cell_that_cannot_be_chosen_was_never_changed() {
    let mut it = run(&two_rooms(), "q-learning", 5, &[]);
    it.advance(Limit::ticks(1000));
    for (state, act) in [(1, 0), (0, 2), (0, 99), (3, 0)] {
        for change in CHANGES {
            assert_eq!(it.learned(state, act, change, &mut |_| true), None, "({state}, {act})");
        }
    }
}

#[test]
fn a_search_hears_its_share_and_can_be_stopped() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::ticks(200_000));
    let start = world.start()[0].0;
    let act = world.legal(start).trailing_zeros() as u16;
    let mut shares = Vec::new();
    assert!(
        it.learned(start, act, Change::Largest, &mut |share| {
            shares.push(share);
            true
        })
        .is_some()
    );
    assert!(shares.len() > 10 && shares.iter().all(|s| (0.0..=1.0).contains(s)), "{shares:?}");
    assert!(*shares.last().unwrap() > 0.9);
    assert_eq!(it.learned(start, act, Change::Largest, &mut |_| false), None);
}
