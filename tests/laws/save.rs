//! Law 3, as far as runs can be saved: the bytes are the state, and the digest is of all of them.

use dialoq::num::digest::digest_bytes;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;

use super::cases;
use crate::support::{run, two_rooms};

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

#[test]
fn what_was_saved_loads_back_and_goes_on_as_before() {
    for case in cases() {
        let mut trained = case.start();
        trained.advance(Limit::ticks(case.ticks.min(1_234)));
        let stored = trained.store();
        let mut loaded = case.start();
        loaded.load(&stored).unwrap();
        assert_eq!((loaded.now(), loaded.digest()), (trained.now(), trained.digest()), "{}", case.name);
        for run in [&mut trained, &mut loaded] {
            run.advance(Limit::ticks(500));
        }
        assert_eq!(loaded.digest(), trained.digest(), "{}: goes on otherwise after loading", case.name);
        let mut short = stored.clone();
        short.machine.pop();
        assert!(case.start().load(&short).is_err(), "{}: a byte short must be noticed", case.name);
    }
}

#[test]
fn the_digest_changes_when_any_number_changes() {
    let mut trained = run(&two_rooms(), "q-learning", 3, &[]);
    trained.advance(Limit::ticks(1_234));
    let stored = trained.store();
    for at in 0..stored.machine.len() {
        let mut other = stored.clone();
        other.machine[at] ^= 1;
        let found = run(&two_rooms(), "q-learning", 3, &[]).load(&other);
        assert!(found.is_err(), "byte {at} of {} does not count", stored.machine.len());
    }
}
