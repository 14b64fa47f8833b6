//! The laws of the design, for the path of a language model.

use dialoq::learn::machine::{Choice, Edit, Machine, Tick};
use dialoq::learn::probe::{Blind, Recorder};
use dialoq::lm::ground::Mode;
use dialoq::lm::pipeline::Pipeline;
use dialoq::lm::plan::Stage;
use dialoq::lm::view::Wanted;
use dialoq::num::digest::{Digest, digest};
use dialoq::num::fields::Fields;
use dialoq::run::timeline::{Limit, Timeline};

use super::{ground, pipeline};

fn timeline(threads: usize) -> Timeline<Pipeline> {
    Timeline::new(pipeline(threads))
}

fn end() -> u64 {
    ground().plan.end()
}

fn after(threads: usize, steps: &[u64]) -> Digest {
    let mut run = timeline(threads);
    steps.iter().for_each(|step| run.advance(Limit::ticks(*step), &mut Blind));
    run.digest()
}

#[test]
fn the_path_goes_through_all_its_stages() {
    let plan = &ground().plan;
    let stages: Vec<Stage> = plan.stages.iter().map(|(stage, _)| *stage).collect();
    assert_eq!(stages, [Stage::Sft, Stage::Reward, Stage::Ppo(Mode::Bandit), Stage::Ppo(Mode::Dialogue)]);
    let mut run = timeline(1);
    run.advance(Limit::ticks(end()), &mut Blind);
    assert!(run.fault().is_none() && run.machine().stage().0 == Stage::Done);
    let before = run.digest();
    let mut machine = run.machine().clone();
    machine.tick(&mut Blind);
    assert_eq!(machine.now(), Tick(end() + 1));
    assert_eq!(run.digest(), before);
}

#[test]
fn the_bits_are_the_same_in_any_parts_and_on_any_number_of_threads() {
    let end = end();
    let whole = after(1, &[end]);
    assert_eq!(after(2, &[end]), whole);
    assert_eq!(after(1, &[1, 4, 11, end - 16]), whole);
}

#[test]
fn stepping_back_and_forward_again_changes_nothing() {
    let mut run = timeline(2);
    let mut digests = Vec::new();
    for _ in 0..end() {
        digests.push(run.digest());
        run.advance(Limit::ticks(1), &mut Blind);
    }
    for at in [0, end() - 1, end() / 2, 1, end() - 4] {
        assert!(run.seek(Tick(at), &mut |_| true));
        assert_eq!(run.digest(), digests[at as usize], "at tick {at}");
        run.advance(Limit::ticks(1), &mut Blind);
        if let Some(next) = digests.get(at as usize + 1) {
            assert_eq!(run.digest(), *next, "after tick {at}");
        }
    }
}

#[test]
fn what_was_stored_at_any_tick_goes_on_to_the_same_end() {
    let whole = after(1, &[end()]);
    for at in [0, 3, end() / 3, end() / 2, end() - 5] {
        let mut first = pipeline(1);
        (0..at).for_each(|_| {
            first.tick(&mut Blind);
        });
        let mut bytes = Vec::new();
        first.read(&mut bytes);
        let mut second = pipeline(2);
        second.write(&mut &bytes[..]).unwrap();
        assert_eq!(digest(&second), digest(&first));
        while second.now().0 < end() {
            second.tick(&mut Blind);
        }
        assert_eq!(digest(&second), whole, "stored at tick {at}");
    }
}

#[test]
fn a_branch_is_its_parent_until_its_own_edit() {
    let mut run = timeline(1);
    run.advance(Limit::ticks(end() / 2), &mut Blind);
    let mut branch = run.branch();
    assert_eq!(branch.digest(), run.digest());
    branch.advance(Limit::ticks(3), &mut Blind);
    run.advance(Limit::ticks(3), &mut Blind);
    assert_eq!(branch.digest(), run.digest());
    let edit = Edit::Tune { knob: "clip".into(), value: 0.1 };
    branch.edit(edit, "ε 0.1".into()).unwrap();
    assert_ne!(branch.digest(), run.digest());
}

#[test]
fn edits_are_replayed_with_the_past() {
    let mut run = timeline(1);
    let begun = ground().plan.end_of(Stage::Sft).unwrap() + 1;
    run.advance(Limit::ticks(begun), &mut Blind);
    run.edit(Edit::Prefer { duel: 0, choice: Choice::Left }, "duel".into()).unwrap();
    run.advance(Limit::ticks(2), &mut Blind);
    run.edit(Edit::Tune { knob: "reward-rate".into(), value: 1e-4 }, "η".into()).unwrap();
    run.advance(Limit::ticks(end()), &mut Blind);
    let last = run.digest();
    let to = run.now();
    run.seek(Tick(2), &mut |_| true);
    run.seek(to, &mut |_| true);
    assert_eq!(run.digest(), last);
}

#[test]
fn watching_changes_nothing_and_tells_each_ticks_figures() {
    let (mut blind, mut watched, mut recorder) = (pipeline(1), pipeline(1), Recorder::default());
    let wanted = Wanted { samples: 3, word: Some((0, 0)), points: 60, duel: true, raw: true };
    while blind.now().0 < end() {
        blind.tick(&mut Blind);
        watched.tick(&mut recorder);
        if blind.now().0 % 5 == 0 {
            watched.view(&wanted);
        }
    }
    assert_eq!(digest(&watched), digest(&blind));
    assert_eq!(recorder.turns.len() as u64, end());
    assert!(recorder.turns[0].terms.iter().any(|(name, _)| *name == "loss"));
}

#[test]
fn a_fixed_setting_and_an_edit_of_another_world_are_refused() {
    let mut machine = pipeline(1);
    let refused = |machine: &mut Pipeline, edit: Edit| machine.apply(&edit).unwrap_err().to_string();
    let pairs = refused(&mut machine, Edit::Tune { knob: "pairs".into(), value: 300.0 });
    assert_eq!(pairs, "pairs is set when a run begins and cannot be changed later; start a new run with --set pairs=300");
    let force = refused(&mut machine, Edit::Force { act: 1 });
    assert_eq!(force, "a language model takes no such edit; tune one of its live settings, or prefer a reply");
    let early = refused(&mut machine, Edit::Prefer { duel: 0, choice: Choice::Tie });
    assert_eq!(early, "no two replies wait for a choice; there are some from the reward model on");
}

#[test]
fn weights_that_are_no_numbers_stop_the_run_before_the_tick_that_made_them() {
    let mut run = timeline(1);
    run.advance(Limit::ticks(2), &mut Blind);
    run.edit(Edit::Tune { knob: "sft-rate".into(), value: 0.1 }, String::new()).unwrap();
    run.edit(Edit::Tune { knob: "gradient-norm".into(), value: 0.0 }, String::new()).unwrap();
    // With such steps a model this small breaks, or it does not; either way the run stands on numbers.
    run.advance(Limit::ticks(end()), &mut Blind);
    assert!(run.machine().sound());
}

#[test]
fn a_stage_without_a_tick_is_none() {
    let ground = dialoq::lm::ground::Ground::build(&super::spec(&[Mode::Bandit], &[("bandit-updates", "0")])).unwrap();
    let stages: Vec<Stage> = ground.plan.stages.iter().map(|(stage, _)| *stage).collect();
    assert_eq!(stages, [Stage::Sft, Stage::Reward]);
    let mut machine = Pipeline::new(ground.clone(), 1);
    while machine.now().0 < ground.plan.end() {
        machine.tick(&mut Blind);
    }
    assert!(machine.policy_of(Stage::Ppo(Mode::Bandit)).is_none());
}
