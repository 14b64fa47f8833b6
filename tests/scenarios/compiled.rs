//! The compiled world is the direct simulator's world.

use std::collections::HashMap;

use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::world::compile::compile;
use dialoq::world::env::{ActionId, Env, Outcome};
use dialoq::world::scenario::Scenario;
use dialoq::world::simulator::Simulator;
use dialoq::world::user::{DialogueState, Ending, Rule};
use dialoq::world::{Dialogues, SCENARIOS, World, WorldSource};

use crate::support::{built_in, listed};

pub fn dialogues(world: &World) -> &Dialogues {
    world.dialogues.as_ref().expect("a world of dialogues")
}

fn ids(world: &World) -> HashMap<DialogueState, u32> {
    dialogues(world).states().iter().enumerate().map(|(i, s)| (*s, i as u32)).collect()
}

#[test]
fn every_list_of_the_rule_stands_in_the_tables() {
    for scenario in listed() {
        let world = built_in(scenario.name);
        let (d, ids) = (dialogues(&world), ids(&world));
        let mut listed = Vec::new();
        for (id, state) in d.states().iter().enumerate() {
            let legal = d.rule.legal(*state);
            for (a, act) in d.rule.acts.iter().enumerate() {
                let branches = world.outcomes(id as u32, a as u32);
                if legal >> a & 1 == 0 {
                    assert!(branches.is_empty(), "{}: illegal act {a} in state {id} has outcomes", scenario.name);
                    continue;
                }
                d.rule.outcomes(*state, *act, &mut listed);
                assert_eq!(branches.len(), listed.len(), "{}: act {a} in state {id}", scenario.name);
                for (b, o) in branches.iter().zip(&listed) {
                    assert_eq!((b.probability, b.reward, b.next), (o.probability, o.reward, ids[&o.next]));
                    assert_eq!((b.closed, b.success), (o.ending.is_some(), o.ending == Some(Ending::Success)));
                }
                let total: f64 = listed.iter().map(|o| o.probability).sum();
                assert!((total - 1.0).abs() < 1e-12, "{}: act {a} in state {id} adds up to {total}", scenario.name);
            }
        }
    }
}

/// What can be seen of an outcome, as a key.
fn seen(o: &Outcome<u32>) -> (u32, u32, bool, bool) {
    (if o.closed { 0 } else { o.next }, o.reward.to_bits(), o.closed, o.success)
}

/// χ² over many lists: a small bias that hides in each of them shows in their sum.
#[derive(Default)]
struct Fit {
    chi_square: f64,
    freedom: f64,
}

impl Fit {
    fn assert_good(&self, what: &str) {
        let z = (self.chi_square - self.freedom) / (2.0 * self.freedom).sqrt();
        assert!(self.freedom > 300.0 && z.abs() < 5.0, "{what}: χ² {:.0} at {:.0} degrees of freedom", self.chi_square, self.freedom);
    }
}

/// Counts against the list: outcomes that are likely enough must be within 5.5 standard errors, impossible ones never happen.
fn assert_frequencies(world: &World, (state, act): (u32, u32), draws: u32, what: &str, fit: &mut Fit, draw: &dyn Fn(u32) -> Outcome<u32>) {
    let mut expected: HashMap<_, f64> = HashMap::new();
    for b in &*world.outcomes(state, act) {
        let o = Outcome { next: b.next, reward: b.reward as f32, closed: b.closed, success: b.success };
        *expected.entry(seen(&o)).or_default() += b.probability;
    }
    let mut counts: HashMap<_, u32> = HashMap::new();
    (0..draws).for_each(|i| *counts.entry(seen(&draw(i))).or_default() += 1);
    for key in counts.keys() {
        assert!(expected.get(key).is_some_and(|p| *p > 0.0), "{what}: act {act} in state {state} led to the impossible {key:?}");
    }
    let n = f64::from(draws);
    for (key, p) in expected.iter().filter(|(_, p)| *p * n >= 25.0 && (1.0 - *p) * n >= 25.0) {
        let got = f64::from(counts.get(key).copied().unwrap_or(0));
        let z = (got - n * p) / (n * p * (1.0 - p)).sqrt();
        // Outcomes of one list share a total: each counts for its part of their freedom.
        fit.chi_square += z * z * (1.0 - p);
        fit.freedom += 1.0 - p;
        assert!(z.abs() < 5.5, "{what}: act {act} in state {state}: {key:?} came {got} times of {n}, p = {p}: {z:.1} deviations");
    }
}

#[test]
fn tables_and_simulator_draw_with_the_frequencies_of_the_list() {
    for name in ["customer-service", "smart-home"] {
        let world = built_in(name);
        let (mut tables, mut direct) = (Fit::default(), Fit::default());
        let (d, ids) = (dialogues(&world), ids(&world));
        let simulator = Simulator { rule: d.rule.clone() };
        let key = Key::new(21, Stream::World);
        for state in 0..world.states().unwrap() {
            for act in (0..world.actions()).filter(|a| world.legal(state) >> a & 1 == 1) {
                let place = |i: u32| (u64::from(state) << 6 | u64::from(act)) << 20 | u64::from(i);
                let id = ActionId(act as u8);
                let draw = |i: u32| world.step(state, id, &mut Dice::at(key, place(i)));
                assert_frequencies(&world, (state, act), 10_000, "tables", &mut tables, &draw);
                assert_frequencies(&world, (state, act), 2_000, "simulator", &mut direct, &|i| {
                    let o = simulator.step(d.state(state), id, &mut Dice::at(key, place(i)));
                    Outcome { next: ids[&o.next], reward: o.reward, closed: o.closed, success: o.success }
                });
            }
        }
        tables.assert_good(name);
        direct.assert_good(name);
    }
}

#[test]
fn the_largest_world_draws_with_the_frequencies_of_its_list_too() {
    let world = built_in("virtual-assistant");
    let key = Key::new(22, Stream::World);
    let mut fit = Fit::default();
    for state in (0..world.states().unwrap()).step_by(997) {
        for act in (0..world.actions()).filter(|a| world.legal(state) >> a & 1 == 1) {
            let place = |i: u32| (u64::from(state) << 6 | u64::from(act)) << 20 | u64::from(i);
            let step = |i| world.step(state, ActionId(act as u8), &mut Dice::at(key, place(i)));
            assert_frequencies(&world, (state, act), 4_000, "tables", &mut fit, &step);
        }
    }
    fit.assert_good("virtual-assistant");
}

#[test]
fn a_start_is_drawn_with_its_probability() {
    let world = crate::support::two_rooms();
    let key = Key::new(23, Stream::World);
    let left = (0..100_000).filter(|i| world.open(&mut Dice::at(key, *i)) == 0).count() as f64;
    let z = (left - 75_000.0) / (100_000.0_f64 * 0.75 * 0.25).sqrt();
    assert!(z.abs() < 4.5, "{left} of 100,000 began left: {z:.1} deviations");
}

#[test]
fn the_worlds_have_as_many_states_as_is_said_of_them() {
    let sizes: Vec<(&str, u32, u32)> = listed().map(|s| (s.name, built_in(s.name).states().unwrap(), built_in(s.name).actions())).collect();
    assert_eq!(sizes, [("customer-service", 237, 12), ("smart-home", 75, 13), ("virtual-assistant", 72_171, 20)]);
}

#[test]
fn features_tell_every_state_from_every_other() {
    for name in ["customer-service", "smart-home"] {
        let world = built_in(name);
        let mut out = Vec::new();
        let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
        for state in 0..world.states().unwrap() {
            world.features(state, &mut out);
            let d = dialogues(&world);
            let ones = out.iter().filter(|f| f.value == 1.0 && f.at < world.shape().features).count();
            assert_eq!(ones, 2 + d.rule.slots(), "{name}: one feature for the task, one for each slot, one for patience");
            let twin = seen.insert(out.iter().map(|f| f.at as u8).collect(), state);
            assert_eq!(twin, None, "{name}: state {state} looks like another");
        }
    }
}

fn scenario(name: &str) -> Scenario {
    WorldSource::Builtin(name.into()).scenario().unwrap().unwrap()
}

#[test]
fn another_noise_profile_or_reward_never_renumbers_a_state() {
    for name in ["customer-service", "smart-home"] {
        let plain = scenario(name);
        let base = compile(&plain, &Rule::new(&plain, &plain.users.standard), &mut |_| ()).unwrap();
        let mut dearer = plain.clone();
        dearer.rewards.turn = 0.0;
        dearer.tasks[0].wrong = 1e5;
        let mut silent = plain.users.standard.clone();
        (silent.cooperation, silent.volunteers, silent.calms) = ([0.0; 3], 0.0, 1.0);
        let rules = [
            Rule::new(&plain, &plain.users.easy),
            Rule::new(&plain, &plain.users.unfriendly),
            Rule::new(&plain, &plain.users.standard).with_noise(0.0),
            Rule::new(&plain, &plain.users.standard).with_noise(1.0),
            Rule::new(&dearer, &plain.users.standard),
            Rule::new(&plain, &silent),
        ];
        for (i, rule) in rules.iter().enumerate() {
            let other = compile(&plain, rule, &mut |_| ()).unwrap();
            assert!(other.states == base.states, "{name}: variant {i} numbers its states otherwise");
            assert_eq!(other.mdp.rows, base.mdp.rows, "{name}: variant {i} lists other outcomes");
        }
    }
}

#[test]
fn an_unfriendly_user_begins_with_less_patience_in_the_same_numbering() {
    let build = |profile| World::build(&WorldSource::Builtin("customer-service".into()), profile, None, &mut |_| ()).unwrap();
    let (standard, unfriendly) = (build("standard"), build("unfriendly"));
    assert_eq!(standard.start(), [(0, 1.0)]);
    let start = unfriendly.start()[0].0;
    assert_eq!(unfriendly.state_text(start), "task unknown · patience 2");
    assert_eq!(standard.state_text(start), "task unknown · patience 2");
}

#[test]
fn masked_acts_have_no_outcomes_and_unmasked_ones_annoy() {
    let build = |masks| World::build(&WorldSource::Builtin("customer-service".into()), "standard", Some(masks), &mut |_| ()).unwrap();
    let (masked, free) = (build(true), build(false));
    let d = dialogues(&masked);
    let mut pointless = 0;
    for (id, state) in d.states().iter().enumerate() {
        for (a, act) in d.rule.acts.iter().enumerate() {
            let sensible = d.rule.sensible(*state, *act);
            assert_eq!(masked.outcomes(id as u32, a as u32).is_empty(), !sensible);
            let other = dialogues(&free).states().iter().position(|s| s == state).unwrap() as u32;
            let outcomes = free.outcomes(other, a as u32);
            if !sensible {
                pointless += 1;
                let [only] = *outcomes else { panic!("a pointless act has one outcome") };
                let next = dialogues(&free).state(only.next);
                assert_eq!(only.closed, state.patience() == 1, "at patience 1 a pointless act ends it");
                assert!(only.closed || next == state.with_patience(state.patience() - 1));
            }
        }
        assert_ne!(masked.legal(id as u32), 0, "state {id} has no legal act");
    }
    assert!(pointless > 500);
}

#[test]
fn every_act_is_legal_somewhere() {
    for scenario in listed() {
        let world = World::build(&WorldSource::Builtin(scenario.name.into()), "standard", Some(true), &mut |_| ()).unwrap();
        let somewhere = (0..world.states().unwrap()).fold(0, |mask, s| mask | world.legal(s));
        let missing: Vec<u32> = (0..world.actions()).filter(|a| somewhere >> a & 1 == 0).collect();
        assert!(missing.is_empty(), "{}: acts {missing:?} are never legal", scenario.name);
    }
}

#[test]
fn every_state_can_be_reached_from_the_start() {
    for name in ["customer-service", "smart-home"] {
        let world = built_in(name);
        let mut reached = vec![false; world.states().unwrap() as usize];
        let mut queue = vec![world.start()[0].0];
        reached[queue[0] as usize] = true;
        while let Some(s) = queue.pop() {
            for b in (0..world.actions()).flat_map(|a| world.outcomes(s, a).into_owned()).filter(|b| b.probability > 0.0 && !b.closed) {
                if !std::mem::replace(&mut reached[b.next as usize], true) {
                    queue.push(b.next);
                }
            }
        }
        assert!(reached.iter().all(|r| *r), "{name}: states that never come about");
    }
}

#[test]
fn state_names_are_all_different() {
    for name in ["customer-service", "smart-home"] {
        let world = built_in(name);
        let names: std::collections::BTreeSet<String> = (0..world.states().unwrap()).map(|s| world.state_text(s)).collect();
        assert_eq!(names.len() as u32, world.states().unwrap(), "{name}");
    }
}

#[test]
fn column_heads_fit_and_differ() {
    for scenario in SCENARIOS {
        let world = built_in(scenario.name);
        let heads: Vec<String> = (0..world.actions()).map(|a| world.act_view(ActionId(a as u8)).short).collect();
        for (i, head) in heads.iter().enumerate() {
            assert!(unicode_width::UnicodeWidthStr::width(head.as_str()) <= 5, "{}: {head}", scenario.name);
            assert!(!heads[..i].contains(head), "{}: {head} stands twice", scenario.name);
        }
    }
}
