//! The rules of Gymnasium's `check_env`, and that the environment is the world that agents train in.

use std::sync::Arc;

use dialoq::agents;
use dialoq::learn::probe::Recorder;
use dialoq::num::dice::{Dice, Key, Stream};
use dialoq::run::RunSpec;
use dialoq::run::timeline::Limit;
use dialoq::world::env::End;
use dialoq::world::gym::{DeepSpeedChat, GymError, Info, Observe, Options, Reason, Turn};
use dialoq::world::names::Lang;
use dialoq::world::space::{Element, Space, SpaceError};
use dialoq::world::{World, WorldSource};

fn world(name: &str, masks: Option<bool>) -> Arc<World> {
    let source = WorldSource::Builtin(name.to_owned());
    Arc::new(World::build(&source, "standard", masks, &mut |_| {}).expect("a built-in world"))
}

fn env(observe: Observe) -> DeepSpeedChat {
    DeepSpeedChat::new(world("customer-service", None), observe, Lang::English, 1).expect("features exist")
}

fn reset(env: &mut DeepSpeedChat, seed: Option<u64>) -> (Element, Info) {
    env.reset(seed, Options::default()).expect("it is open")
}

/// One dialogue of acts drawn under the mask.
fn dialogue(env: &mut DeepSpeedChat, seed: Option<u64>, dice: &mut Dice) -> Vec<Turn> {
    let (_, mut info) = reset(env, seed);
    let mut turns: Vec<Turn> = Vec::new();
    while turns.last().is_none_or(|t| !t.terminated && !t.truncated) {
        let Element::Number(act) = env.action_space().sample(Some(&info.action_mask), dice).expect("a good mask") else {
            panic!("acts are numbers");
        };
        let turn = env.step(i64::from(act)).expect("the mask allows it");
        info = turn.info.clone();
        turns.push(turn);
    }
    turns
}

fn some_dice() -> Dice {
    Dice::at(Key::new(5, Stream::Agent), 0)
}

#[test]
fn a_seed_gives_the_same_dialogues_again_and_another_seed_others() {
    let mut env = env(Observe::State);
    let (first, state) = (reset(&mut env, Some(123)), env.generator());
    let second = reset(&mut env, None);
    assert_eq!(reset(&mut env, Some(123)), first);
    assert_eq!(env.generator(), state);
    assert_eq!(reset(&mut env, None), second);
    reset(&mut env, Some(456));
    assert_ne!(env.generator(), state);
}

#[test]
fn without_a_seed_the_generator_goes_on() {
    let mut env = env(Observe::State);
    let mut first_turn = || {
        reset(&mut env, None);
        env.step(0).expect("asking for the task makes sense at the start")
    };
    let many: Vec<Turn> = (0..20).map(|_| first_turn()).collect();
    assert!(many.iter().any(|t| t.observation != many[0].observation), "twenty users do not all answer alike");
    assert_eq!(many[19].info.dialogue, 19);
}

#[test]
fn equal_seeds_and_acts_give_equal_turns() {
    let (mut one, mut two) = (env(Observe::State), env(Observe::State));
    for seed in 0..30 {
        assert_eq!(dialogue(&mut one, Some(seed), &mut some_dice()), dialogue(&mut two, Some(seed), &mut some_dice()));
    }
}

#[test]
fn observations_lie_in_their_space_and_rewards_are_finite() {
    for observe in [Observe::State, Observe::Features] {
        let mut env = env(observe);
        let space = env.observation_space();
        assert!(space.contains(&reset(&mut env, None).0));
        for _ in 0..50 {
            for turn in dialogue(&mut env, None, &mut some_dice()) {
                assert!(space.contains(&turn.observation), "{:?}", turn.observation);
                assert!(turn.reward.is_finite());
                assert_eq!(turn.info.action_mask.len(), 12);
            }
        }
    }
}

#[test]
fn terminated_and_truncated_are_kept_apart() {
    let mut env = DeepSpeedChat::new(world("customer-service", None), Observe::State, Lang::English, 1).expect("open");
    let mut dice = some_dice();
    for _ in 0..300 {
        let turns = dialogue(&mut env, None, &mut dice);
        let last = turns.last().expect("a dialogue has a turn");
        assert!(last.terminated != last.truncated);
        assert_eq!(last.info.reason == Some(Reason::TurnLimit), last.truncated);
        assert_eq!(last.info.success, last.info.reason == Some(Reason::TaskDone));
        assert!(turns[..turns.len() - 1].iter().all(|t| t.info.reason.is_none() && !t.info.success));
    }
}

#[test]
fn a_turn_limit_truncates() {
    let text = r#"{"format": "dialoq-mdp", "version": 1, "max_turns": 3, "P": [[[[1.0, 0, 0.1, false]], []]]}"#;
    let source = WorldSource::Mdp { path: "endless".into(), text: text.into() };
    let world = Arc::new(World::build(&source, "standard", None, &mut |_| {}).expect("a good MDP"));
    let mut env = DeepSpeedChat::new(world.clone(), Observe::State, Lang::English, 1).expect("open");
    let turns = dialogue(&mut env, Some(1), &mut some_dice());
    assert_eq!(turns.len(), 3);
    assert!(turns[2].truncated && !turns[2].terminated);
    assert_eq!(turns[2].reward, 0.1, "not the 0.10000000149 that its 32 bits are");
    let refused = DeepSpeedChat::new(world, Observe::Features, Lang::English, 1).map(|_| ());
    assert_eq!(refused, Err(GymError::NoFeatures { name: "mdp".into() }));
}

#[test]
fn every_ending_has_its_reason() {
    let mut env = DeepSpeedChat::new(world("customer-service", Some(false)), Observe::State, Lang::English, 1).expect("open");
    let mut dice = some_dice();
    let reasons: Vec<Reason> = (0..4000).filter_map(|_| dialogue(&mut env, None, &mut dice).last()?.info.reason).collect();
    for reason in [Reason::TaskDone, Reason::Wrong, Reason::HungUp, Reason::HandedOver] {
        assert!(reasons.contains(&reason), "{reason:?} never came");
    }
}

#[test]
fn a_step_needs_a_dialogue_in_progress() {
    let mut env = env(Observe::State);
    assert_eq!(env.step(0), Err(GymError::NotReset { op: "step" }));
    assert_eq!(env.render(), Err(GymError::NotReset { op: "render" }));
    dialogue(&mut env, Some(1), &mut some_dice());
    assert!(matches!(env.step(0), Err(GymError::Over { .. })));
    assert!(env.render().is_ok_and(|text| text.contains("agent  ") && text.contains("end    ")));
    env.close();
    env.close();
    assert_eq!(env.step(0), Err(GymError::Closed { op: "step" }));
}

#[test]
fn an_act_outside_space_or_mask_is_refused_and_changes_nothing() {
    let (mut env, mut other) = (env(Observe::State), env(Observe::State));
    reset(&mut env, Some(9));
    reset(&mut other, Some(9));
    assert_eq!(env.step(-1), Err(GymError::NoAction { action: -1, last: 11 }));
    assert_eq!(env.step(12), Err(GymError::NoAction { action: 12, last: 11 }));
    assert!(matches!(env.step(9), Err(GymError::Masked { action: 9, .. })));
    assert_eq!(env.step(0), other.step(0));
}

#[test]
fn a_mask_is_sampled_as_gymnasium_does() {
    let (space, mut dice) = (Space::Discrete { n: 3, start: 5 }, some_dice());
    for _ in 0..100 {
        assert_eq!(space.sample(Some(&[0, 1, 0]), &mut dice), Ok(Element::Number(6)));
        assert!(space.contains(&space.sample(None, &mut dice).expect("no mask")));
    }
    assert_eq!(space.sample(Some(&[0, 0, 0]), &mut dice), Ok(Element::Number(5)), "all masked gives the start");
    assert_eq!(space.sample(Some(&[1]), &mut dice), Err(SpaceError::Length { found: 1, n: 3 }));
    assert_eq!(space.sample(Some(&[0, 2, 0]), &mut dice), Err(SpaceError::Entry { value: 2, at: 1 }));
    let vectors = Space::BoxF32 { low: 0.0, high: 1.0, shape: 4 };
    assert!(vectors.contains(&vectors.sample(None, &mut dice).expect("no mask")));
}

#[test]
fn the_environment_meets_the_users_that_training_meets() {
    let world = world("customer-service", None);
    let source = WorldSource::Builtin("customer-service".into());
    let spec = RunSpec { source, profile: "standard".into(), masks: None, agent: "random".into(), seed: 11, settings: vec![] };
    let mut run = agents::start(world.clone(), &spec).expect("an agent");
    let mut seen = Recorder::default();
    run.advance_watched(Limit::dialogues(50), &mut seen);
    let mut env = DeepSpeedChat::new(world, Observe::State, Lang::English, 0).expect("open");
    for record in &seen.turns {
        if record.turn == 1 {
            reset(&mut env, (record.dialogue == 0).then_some(11));
        }
        let turn = env.step(i64::from(record.act.0)).expect("training chose it");
        assert_eq!(turn.observation, Element::Number(record.next as u32));
        assert_eq!(turn.reward as f32, record.reward);
        assert_eq!((turn.terminated, turn.truncated), (record.end == End::Closed, record.end == End::Cut));
    }
}
