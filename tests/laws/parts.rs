//! Law 1: going on in parts is going on at once.

use dialoq::run::timeline::Limit;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{cases, same};
use crate::support::proptest;

#[test]
fn advancing_in_parts_is_advancing_at_once() {
    for case in cases() {
        let part = (0..2_u8, 0..case.ticks / 4);
        let parts = vec(part, 1..6);
        let result = proptest(case.draws).run(&parts, |parts| {
            let mut in_parts = case.start();
            for (kind, n) in parts {
                in_parts.advance(if kind == 0 { Limit::ticks(n) } else { Limit::dialogues(n / 8) });
            }
            let mut at_once = case.start();
            at_once.advance(Limit::ticks(in_parts.now().0));
            same(&*in_parts, &*at_once, &case.name);
            Ok(())
        });
        result.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}

#[test]
fn advancing_by_dialogues_in_parts_is_advancing_by_dialogues_at_once() {
    for case in cases() {
        let most = case.ticks / 40;
        let result = proptest(case.draws).run(&(0..most, 0..most, 0..200_u64), |(a, b, offset)| {
            let mut in_parts = case.start();
            in_parts.advance(Limit::dialogues(a));
            // A few turns into a dialogue do not count as one.
            in_parts.advance(Limit { ticks: offset, dialogues: 1 });
            let done = in_parts.dialogues();
            in_parts.advance(Limit::dialogues(b));
            let mut at_once = case.start();
            at_once.advance(Limit::dialogues(done + b));
            if b > 0 {
                prop_assert_eq!(in_parts.turn(), 0, "a dialogue begins where a count of dialogues ends");
                same(&*in_parts, &*at_once, &case.name);
            }
            prop_assert_eq!(in_parts.dialogues(), done + b);
            Ok(())
        });
        result.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}

#[test]
fn another_seed_is_another_run() {
    for case in cases() {
        let mut here = case.start();
        let mut other = crate::support::run(&case.world, case.agent.name, 8, &[]);
        here.advance(Limit::ticks(400));
        other.advance(Limit::ticks(400));
        assert_ne!(
            (here.dialogues(), here.turn(), here.digest()),
            (other.dialogues(), other.turn(), other.digest()),
            "{}: seeds 7 and 8 made the same run",
            case.name
        );
    }
}
