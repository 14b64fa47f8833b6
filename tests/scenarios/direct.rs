//! Worlds that are not listed: the rule asked turn by turn is the same world.

use std::collections::{BTreeSet, HashMap};

use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::sampled::{judges, random};
use dialoq::world::env::{ActionId, Env};
use dialoq::world::user::{DialogueState, Rule};
use dialoq::world::{World, WorldSource};

use super::compiled::dialogues;
use crate::support::{built_in, listed};

const LARGE: &str = "virtual-assistant-large";

/// A built-in scenario on its rule alone, with masks on or off.
fn direct(name: &str, masks: bool) -> World {
    let source = WorldSource::Builtin(name.into());
    let scenario = source.scenario().unwrap().unwrap();
    let mut rule = Rule::new(&scenario, &scenario.users.standard);
    rule.masks = masks;
    World::direct(scenario, rule, built_in(name).digest)
}

/// States of a world that is not listed, as random play meets them.
fn walked(world: &World, turns: u64) -> BTreeSet<u32> {
    let mut met = BTreeSet::new();
    let mut state = world.start()[0].0;
    for turn in 0..turns {
        let mut dice = Dice::at(Key::new(5, Stream::World), turn);
        let legal: Vec<u8> = (0..64).filter(|a| world.legal(state) >> a & 1 == 1).collect();
        let act = ActionId(legal[dice.below(legal.len() as u32) as usize]);
        let o = world.step(state, act, &mut dice);
        state = if o.closed { world.start()[0].0 } else { o.next };
        met.insert(state);
    }
    met
}

#[test]
fn the_large_world_has_more_than_ten_million_states_and_is_not_listed() {
    let world = built_in(LARGE);
    assert_eq!((world.states(), world.exact().is_none()), (None, true));
    assert_eq!((world.states_at_most(), world.actions()), (17_537_553, 30));
    assert!(world.numbers() <= 1 << 32, "numbers of states fit 32 bits");
}

#[test]
fn the_number_of_states_is_known_before_they_are_listed() {
    for scenario in listed() {
        let world = built_in(scenario.name);
        assert_eq!(dialogues(&world).rule.states(), u64::from(world.states().unwrap()), "{}", scenario.name);
    }
}

#[test]
fn a_state_and_its_number_are_one() {
    let world = built_in(LARGE);
    let slots = dialogues(&world).rule.slots();
    for number in (0..world.numbers()).step_by(40_009) {
        let state = world.dialogue_state(number as u32).unwrap();
        assert_eq!(state.code(slots) as u64, number);
        assert_eq!(DialogueState::of_code(number as usize, slots), state);
    }
}

#[test]
fn the_mask_holds_exactly_the_acts_that_make_sense() {
    for scenario in listed() {
        let world = World::build(&WorldSource::Builtin(scenario.name.into()), "standard", Some(true), &mut |_| ()).unwrap();
        let rule = &dialogues(&world).rule;
        for state in dialogues(&world).states() {
            let sensible = rule.acts.iter().enumerate().filter(|(_, act)| rule.sensible(*state, **act));
            assert_eq!(rule.legal(*state), sensible.fold(0, |mask, (a, _)| mask | 1 << a), "{}: {state:?}", scenario.name);
        }
    }
}

#[test]
fn both_forms_list_the_same_outcomes() {
    for name in ["customer-service", "smart-home"] {
        for masks in [true, false] {
            let source = WorldSource::Builtin(name.into());
            let (compiled, direct) = (World::build(&source, "standard", Some(masks), &mut |_| ()).unwrap(), direct(name, masks));
            let code = |state: u32| compiled.dialogue_state(state).unwrap().code(dialogues(&direct).rule.slots()) as u32;
            for state in 0..compiled.states().unwrap() {
                assert_eq!(compiled.legal(state), direct.legal(code(state)));
                for act in 0..compiled.actions() {
                    let mut listed = compiled.outcomes(state, act).into_owned();
                    listed.iter_mut().for_each(|b| b.next = code(b.next));
                    assert_eq!(listed, *direct.outcomes(code(state), act), "{name}: act {act} in state {state}");
                }
            }
        }
    }
}

/// χ² of what was drawn against the list, over all acts of some states: the worst of many, and the whole.
fn assert_drawn_as_listed(world: &World, states: &[u32], draws: u32) {
    let (mut chi_square, mut freedom) = (0.0, 0.0);
    for state in states {
        for act in (0..world.actions()).filter(|a| world.legal(*state) >> a & 1 == 1) {
            let mut expected: HashMap<(u32, bool, bool, u64), f64> = HashMap::new();
            for b in &*world.outcomes(*state, act) {
                let next = if b.closed { 0 } else { b.next };
                *expected.entry((next, b.closed, b.success, f64::from(b.reward as f32).to_bits())).or_default() += b.probability;
            }
            let mut counts: HashMap<(u32, bool, bool, u64), u32> = HashMap::new();
            for i in 0..draws {
                let place = (u64::from(*state) << 6 | u64::from(act)) << 16 | u64::from(i);
                let o = world.step(*state, ActionId(act as u8), &mut Dice::at(Key::new(31, Stream::World), place));
                let next = if o.closed { 0 } else { o.next };
                *counts.entry((next, o.closed, o.success, f64::from(o.reward).to_bits())).or_default() += 1;
            }
            for key in counts.keys() {
                assert!(expected.get(key).is_some_and(|p| *p > 0.0), "act {act} in state {state} led to the impossible {key:?}");
            }
            let n = f64::from(draws);
            for (key, p) in expected.into_iter().filter(|(_, p)| *p * n >= 25.0 && (1.0 - *p) * n >= 25.0) {
                let z = (f64::from(counts.get(&key).copied().unwrap_or(0)) - n * p) / (n * p * (1.0 - p)).sqrt();
                // Some hundred thousand comparisons: 5.5 deviations come once in ten million.
                assert!(z.abs() < 5.5, "act {act} in state {state}: {key:?} is {z:.1} deviations from p = {p}");
                chi_square += z * z * (1.0 - p);
                freedom += 1.0 - p;
            }
        }
    }
    let z = (chi_square - freedom) / (2.0_f64 * freedom).sqrt();
    assert!(freedom > 100.0 && z.abs() < 5.0, "χ² {chi_square:.0} at {freedom:.0} degrees of freedom");
}

#[test]
fn a_turn_is_drawn_with_the_frequencies_of_its_list() {
    for (name, masks) in [("customer-service", false), ("smart-home", true)] {
        let world = direct(name, masks);
        let states: Vec<u32> = walked(&world, 20_000).into_iter().collect();
        assert!(states.len() > 50, "{name}: {} states", states.len());
        assert_drawn_as_listed(&world, &states, 2_000);
    }
}

#[test]
fn the_large_world_draws_with_the_frequencies_of_its_list_too() {
    let world = built_in(LARGE);
    let states: Vec<u32> = walked(&world, 20_000).into_iter().step_by(131).chain([world.start()[0].0]).collect();
    assert_drawn_as_listed(&world, &states, 4_000);
}

#[test]
fn dialogues_go_the_same_in_both_forms() {
    // The same dice need not give the same outcomes; with the same policy the means must agree.
    for name in ["customer-service", "virtual-assistant"] {
        let (compiled, direct) = (built_in(name), direct(name, true));
        let n = 20_000;
        let a = random(&compiled, Key::new(1, Stream::Eval), 0.95, n);
        let b = random(&direct, Key::new(2, Stream::Eval), 0.95, n);
        for (what, a, b) in
            [("value", a.value, b.value), ("return", a.return_, b.return_), ("success", a.success, b.success), ("turns", a.turns, b.turns)]
        {
            // Margins are 1.96 standard errors.
            let error = (a.margin().powi(2) + b.margin().powi(2)).sqrt() / 1.96;
            assert!((a.mean - b.mean).abs() < 4.5 * error, "{name}: {what} {} and {}", a.mean, b.mean);
        }
    }
}

#[test]
fn features_tell_the_states_of_the_large_world_apart() {
    let world = built_in(LARGE);
    let states = walked(&world, 50_000);
    let mut features = Vec::new();
    let looks: BTreeSet<Vec<u32>> = states
        .iter()
        .map(|state| {
            world.features(*state, &mut features);
            features.iter().map(|f| f.at).collect()
        })
        .collect();
    assert!(states.len() > 2_000, "{} states", states.len());
    assert_eq!(looks.len(), states.len());
}

#[test]
fn judges_meet_the_same_users_whenever_they_judge() {
    let world = built_in(LARGE);
    let judged = |key| random(&world, key, 0.95, 200);
    assert_eq!(judged(judges()), judged(judges()));
    assert_ne!(judged(judges()), judged(judges().child(7)), "other users are others");
}

#[test]
fn changing_the_users_of_a_direct_world_keeps_its_numbers() {
    use dialoq::world::setup::Setting;
    let world = built_in(LARGE);
    let other = world.under(&world.changed(&Setting::Noise(Some(0.3))).unwrap()).unwrap();
    let state = *walked(&world, 1_000).iter().last().unwrap();
    assert_eq!(world.state_text(state), other.state_text(state));
    assert_eq!((other.states(), other.numbers(), other.legal(state)), (None, world.numbers(), world.legal(state)));
}
