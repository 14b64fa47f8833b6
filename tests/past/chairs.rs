//! A person in the agent's chair: what is marked, and who else would have got what.

use dialoq::learn::machine::{Edit, Tick};
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::Run;
use dialoq::run::look::{Exact, Lens, Shown};
use dialoq::run::timeline::Limit;
use dialoq::run::view::{Choice, Watch};
use dialoq::world::World;
use dialoq::world::env::{ActionId, Env};
use dialoq::world::setup::Setting;
use dialoq::world::solve::{Policy, evaluate};

use super::{each, here, told};
use crate::support::{built_in, exact, run};

fn update(run: &dyn Run, tick: u64) -> Choice {
    let record = run.explain(Tick(tick)).unwrap();
    let shown = Shown { update: Some(&record), ..Shown::default() };
    run.look(&Watch { update: true, ..Watch::default() }, Exact::default(), shown, &mut Lens::default()).update.unwrap().choice
}

#[test]
fn an_act_that_a_person_chose_is_marked_and_no_other() {
    each(|name, world, start| {
        let mut it = start();
        it.advance(Limit::ticks(300));
        let legal = world.legal(here(&*it));
        let (at, dialogue) = (it.now().0, it.dialogues());
        it.edit(Edit::Force { act: legal.trailing_zeros() as u8 }).unwrap();
        it.advance(Limit::dialogues(3));
        for number in dialogue..it.dialogues() {
            for turn in told(&*it, number).turns {
                assert_eq!(turn.choice == Choice::Forced, turn.tick == at, "{name}: turn {}", turn.tick);
                assert_eq!(update(&*it, turn.tick), turn.choice, "{name}: turn {}", turn.tick);
            }
        }
    });
}

/// A dialogue played by a policy that has one act in each state.
fn play(world: &World, seed: u64, dialogue: u64, acts: impl Fn(u32) -> u64) -> Option<f32> {
    let key = Key::new(seed, Stream::World);
    let mut state = world.open(&mut Dice::at_turn(key, dialogue, 0));
    let mut got = 0.0;
    for turn in 1..=world.turn_limit() {
        let mask = acts(state);
        if mask.count_ones() != 1 {
            return None;
        }
        let outcome = world.step(state, ActionId(mask.trailing_zeros() as u8), &mut Dice::at_turn(key, dialogue, turn));
        got += f64::from(outcome.reward);
        if outcome.closed {
            break;
        }
        state = outcome.next;
    }
    Some(got as f32)
}

#[test]
fn others_meet_the_user_and_the_luck_of_the_dialogue() {
    each(|name, world, start| {
        let mut it = start();
        it.advance(Limit::ticks(20_000));
        let solution = exact(world, 0.9, 0.0);
        let greedy = it.candidate().greedy;
        let mut compared = 0;
        for dialogue in (0..it.dialogues()).rev().take(40) {
            let beside = it.beside(dialogue, Some(&solution)).unwrap();
            let person: f32 = it.dialogue(dialogue).iter().map(|r| r.reward).sum();
            assert_eq!(beside.dialogue, dialogue);
            assert!((beside.person - person).abs() < 1e-4, "{name}: {} and {person}", beside.person);
            if let Some(policy) = play(world, 5, dialogue, |s| greedy[s as usize]) {
                assert_eq!(beside.policy, policy, "{name}: dialogue {dialogue}");
                compared += 1;
            }
            if let Some(optimum) = play(world, 5, dialogue, |s| solution.optimal(s, world.actions())) {
                assert_eq!(beside.optimum, Some(optimum), "{name}: dialogue {dialogue}");
                compared += 1;
            }
        }
        assert!(compared >= 15, "{name}: {compared} dialogues without a tie");
        assert_eq!(it.beside(0, None).unwrap().optimum, None, "{name}: an optimum that is not known");
    });
}

#[test]
fn over_many_dialogues_the_optimum_gets_what_is_exact_for_it() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::ticks(20_000));
    let solution = exact(&world, 0.95, 0.0);
    let wanted = evaluate(world.exact().unwrap(), &Policy::optimal(world.exact().unwrap(), &solution), 0.95).return_;
    let count = 600;
    let got: Vec<f64> = (0..count).map(|d| f64::from(it.beside(d, Some(&solution)).unwrap().optimum.unwrap())).collect();
    let mean = got.iter().sum::<f64>() / count as f64;
    let variance = got.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / (count - 1) as f64;
    let error = (variance / count as f64).sqrt();
    assert!((mean - wanted).abs() < 4.0 * error, "mean {mean} ± {error}, exactly {wanted}");
}

#[test]
fn who_acted_as_the_policy_does_got_what_it_gets() {
    let world = built_in("customer-service");
    // Greedy, and so slow that what it learns changes no greedy act: the run itself is the policy in the chair.
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::dialogues(3000));
    it.tune("epsilon", 0.0).unwrap();
    it.tune("alpha", 0.0001).unwrap();
    it.advance(Limit::dialogues(50));
    let same = (3001..3050).map(|d| it.beside(d, None).unwrap()).filter(|b| b.person == b.policy).count();
    assert!(same >= 47, "{same} of 49");
}

#[test]
fn later_changes_of_seed_and_users_leave_the_user_of_a_dialogue_alone() {
    let world = built_in("customer-service");
    let mut it = run(&world, "q-learning", 5, &[]);
    it.advance(Limit::dialogues(200));
    let solution = exact(&world, 0.95, 0.0);
    let before: Vec<_> = (150..200).map(|d| it.beside(d, Some(&solution))).collect();
    it.edit(Edit::Seed { seed: 77 }).unwrap();
    it.edit(Edit::World(Setting::Profile("unfriendly".into()))).unwrap();
    let after: Vec<_> = (150..200).map(|d| it.beside(d, Some(&solution))).collect();
    assert_eq!(before, after);
}

#[test]
fn a_dialogue_in_progress_is_compared_with_nobody() {
    each(|name, _, start| {
        let mut it = start();
        it.advance(Limit::dialogues(20));
        assert!(it.beside(19, None).is_some(), "{name}");
        assert_eq!(it.beside(20, None), None, "{name}");
        let begun = it.start_of(10).0;
        super::seek(&mut *it, begun);
        assert!(it.beside(9, None).is_some(), "{name}");
        assert_eq!(it.beside(10, None), None, "{name}: in the past the future has not been held");
    });
}
