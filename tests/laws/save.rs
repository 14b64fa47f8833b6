//! Law 3, as far as runs can be saved: the bytes are the state, and the digest is of all of them.

use std::sync::Arc;

use dialoq::agents::dqn::Dqn;
use dialoq::agents::expected_sarsa::ExpectedSarsa;
use dialoq::agents::q_learning::QLearning;
use dialoq::agents::random::Random;
use dialoq::agents::sarsa::Sarsa;
use dialoq::learn::agent::Agent;
use dialoq::learn::knob::Settings;
use dialoq::learn::machine::Machine;
use dialoq::learn::probe::Blind;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::num::digest::{digest, digest_bytes};
use dialoq::num::fields::Fields;
use dialoq::run::Run;
use dialoq::run::interaction::Interaction;
use dialoq::run::timeline::Limit;
use dialoq::world::World;
use dialoq::world::env::Env;

use super::cases;
use crate::support::two_rooms;

fn bytes(run: &dyn Run) -> Vec<u8> {
    let mut out = Vec::new();
    run.save(&mut out);
    out
}

#[test]
fn two_equal_runs_save_the_same_bytes() {
    for case in cases() {
        let (mut a, mut b) = (case.start(), case.start());
        a.advance(Limit::ticks(case.ticks / 2));
        b.advance(Limit::ticks(case.ticks / 2));
        assert_eq!(bytes(&*a), bytes(&*b), "{}", case.name);
        b.advance(Limit::ticks(1));
        assert_ne!(bytes(&*a), bytes(&*b), "{}: a turn leaves a trace", case.name);
    }
}

#[test]
fn the_digest_is_of_every_byte_saved() {
    for case in cases() {
        let mut run = case.start();
        run.advance(Limit::ticks(777));
        assert_eq!(digest_bytes(&bytes(&*run)), run.digest(), "{}", case.name);
    }
}

fn machine<A: Agent>(world: &Arc<World>) -> Interaction<World, A> {
    let agent = A::new(&world.shape(), &Settings::defaults(A::KNOBS), &mut Dice::at(Key::new(3, Stream::Init), 0));
    Interaction::new(world.clone(), agent, 3)
}

fn turn<A: Agent>(machine: &mut Interaction<World, A>, ticks: u32) {
    for _ in 0..ticks {
        machine.tick(&mut Blind);
    }
}

fn loads_back<A: Agent>() {
    let world = two_rooms();
    let mut trained = machine::<A>(&world);
    turn(&mut trained, 1234);
    let mut saved = Vec::new();
    trained.read(&mut saved);
    let mut loaded = machine::<A>(&world);
    loaded.write(&mut saved.as_slice()).unwrap();
    assert_eq!(digest(&loaded), digest(&trained), "{}", A::NAME);
    turn(&mut trained, 500);
    turn(&mut loaded, 500);
    assert_eq!(digest(&loaded), digest(&trained), "{}: goes on otherwise after loading", A::NAME);
    assert!(loaded.write(&mut &saved[..saved.len() - 1]).is_err(), "{}: a byte short must be noticed", A::NAME);
}

#[test]
fn what_was_saved_loads_back_and_goes_on_as_before() {
    loads_back::<QLearning>();
    loads_back::<Sarsa>();
    loads_back::<ExpectedSarsa>();
    loads_back::<Dqn>();
    loads_back::<Random>();
}

#[test]
fn the_digest_changes_when_any_number_changes() {
    let world = two_rooms();
    let mut trained = machine::<QLearning>(&world);
    turn(&mut trained, 1234);
    let (before, mut saved) = (digest(&trained), Vec::new());
    trained.read(&mut saved);
    for at in 0..saved.len() {
        let mut bytes = saved.clone();
        bytes[at] ^= 1;
        let mut other = machine::<QLearning>(&world);
        // A list of another length does not load at all.
        if other.write(&mut bytes.as_slice()).is_ok() {
            assert_ne!(digest(&other), before, "byte {at} of {} does not count", saved.len());
        }
    }
}
