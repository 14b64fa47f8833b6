//! Law 4: a branch equals its parent until its first own edit, and never touches it.

use dialoq::learn::machine::Tick;
use dialoq::run::Run;
use dialoq::run::timeline::Limit;
use proptest::prelude::*;

use super::{cases, here, same, some_edit};
use crate::support::{proptest, run, two_rooms};

#[test]
fn a_branch_equals_its_parent_until_its_first_own_edit() {
    for case in cases() {
        let plan = (1..case.ticks, 0..case.ticks, 1..case.ticks, (0.0..1.0, 0.0..1.0, 0.0..1.0));
        let result = proptest(case.draws).run(&plan, |(first, back, more, (kind, which, value))| {
            let mut parent = case.start();
            parent.advance(Limit::ticks(first / 2));
            if let Some(edit) = some_edit(&*parent, kind, which, value) {
                parent.edit(edit).unwrap();
            }
            parent.advance(Limit::ticks(first - first / 2));
            // An edit that the parent made later is its own: the branch leaves after this one.
            let back = back.min(first - first / 2);
            prop_assert!(parent.seek(Tick(first - back), &mut |_| true));
            let mut branch = parent.branch();
            prop_assert_eq!((branch.now(), branch.head()), (parent.now(), parent.now()));
            prop_assert_eq!(branch.digest(), parent.digest());
            for run in [&mut parent, &mut branch] {
                // Beyond where the parent has been before.
                run.advance(Limit::ticks(back + more));
            }
            same(&*parent, &*branch, &case.name);
            prop_assert_eq!(branch.journal(), parent.journal());
            Ok(())
        });
        result.unwrap_or_else(|e| panic!("{}: {e}", case.name));
    }
}

#[test]
fn what_is_done_in_a_branch_leaves_its_parent_as_it_was() {
    for case in cases() {
        let mut parent = case.start();
        parent.advance(Limit::ticks(1_200));
        let (end, edits) = (parent.digest(), parent.journal().len());
        assert!(parent.seek(Tick(700), &mut |_| true));
        let there = parent.digest();
        let mut branch = parent.branch();
        for share in [0.1, 0.25, 0.45, 0.6, 0.75, 0.9] {
            if let Some(edit) = some_edit(&*branch, share, 0.7, 0.55) {
                branch.edit(edit).unwrap();
            }
            branch.advance(Limit::ticks(90));
        }
        assert_eq!(parent.digest(), there, "{}: the present of the parent moved", case.name);
        assert!(parent.seek(Tick(1_200), &mut |_| true));
        assert_eq!((parent.digest(), parent.journal().len()), (end, edits), "{}: the future of the parent changed", case.name);
    }
}

#[test]
fn a_branch_of_a_branch_goes_back_to_the_first_turn_of_all() {
    for case in cases() {
        let mut first = case.start();
        let at_zero = first.digest();
        first.advance(Limit::ticks(400));
        let mut second = first.branch();
        second.advance(Limit::ticks(400));
        let mut third = second.branch();
        third.advance(Limit::ticks(400));
        assert!(third.seek(Tick(400), &mut |_| true));
        assert_eq!(third.digest(), first.digest(), "{}", case.name);
        assert!(third.seek(Tick(0), &mut |_| true));
        assert_eq!(third.digest(), at_zero, "{}", case.name);
    }
}

/// The states in which dialogues begin, which the users' dice choose.
fn beginnings(run: &dyn Run, dialogues: u64) -> Vec<u64> {
    (0..dialogues).map(|n| run.dialogue(n)[0].state).collect()
}

#[test]
fn the_nth_user_of_one_run_is_the_nth_user_of_another() {
    let world = two_rooms();
    let (mut a, mut b) = (run(&world, "q-learning", 7, &[]), run(&world, "sarsa", 7, &[("alpha", "0.9"), ("epsilon", "1")]));
    let mut other = run(&world, "q-learning", 8, &[]);
    for it in [&mut a, &mut b, &mut other] {
        it.advance(Limit::dialogues(60));
    }
    assert_ne!(a.now(), b.now(), "the two act differently");
    assert_eq!(beginnings(&*a, 60), beginnings(&*b, 60));
    assert_ne!(beginnings(&*a, 60), beginnings(&*other, 60));
}

#[test]
fn another_seed_meets_its_own_users_from_there_on() {
    use dialoq::learn::machine::Edit;
    let world = two_rooms();
    let (mut plain, mut other) = (run(&world, "q-learning", 7, &[]), run(&world, "q-learning", 8, &[]));
    let mut changed = run(&world, "q-learning", 7, &[]);
    plain.advance(Limit::dialogues(80));
    other.advance(Limit::dialogues(80));
    changed.advance(Limit::dialogues(40));
    assert_eq!(changed.edit(Edit::Seed { seed: 8 }).unwrap(), "seed 7 → 8");
    changed.advance(Limit::dialogues(40));
    let found = beginnings(&*changed, 80);
    // The user of dialogue 40 was there already when the seed was changed.
    assert_eq!(found[..=40], beginnings(&*plain, 80)[..=40]);
    assert_eq!(found[41..], beginnings(&*other, 80)[41..]);
}

#[test]
fn a_branch_takes_no_more_memory_than_its_own_future() {
    let mut parent = run(&crate::support::built_in("customer-service"), "q-learning", 7, &[]);
    parent.advance(Limit::ticks(2_000_000));
    let (frames, bytes) = parent.frames();
    let branch = parent.branch();
    assert_eq!(branch.frames(), (frames, bytes), "pages are counted once, whoever else holds them");
    drop(parent);
    assert_eq!(branch.frames(), (frames, bytes));
    assert!(here(&*branch).1 > 0);
}
