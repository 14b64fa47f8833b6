//! Branches: an edit in the past opens a run of its own, the parent keeps its future, and each has the bits of running alone.

use std::sync::Arc;

use dialoq::agents;
use dialoq::run::timeline::Limit;
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::Trainer;
use dialoq::trainer::command::{Ask, BranchChange, Edit};
use dialoq::trainer::snapshot::{Pace, RunCard, RunId, Snapshot};

use dialoq::world::World;
use dialoq::world::setup::Setting;

use super::{at_rest, at_tick, build, curve, orders, orders_with, spec, until, until_dialogue};

fn tune(knob: &str, value: f64) -> Edit {
    Edit::Tune { knob: knob.into(), value }
}

fn started(seed: u64) -> Trainer {
    let trainer = Trainer::start(orders("q-learning", seed, Pace::Full)).unwrap();
    trainer.ask(Ask::Watch(curve()));
    trainer
}

fn card(snapshot: &Snapshot, id: RunId) -> &RunCard {
    snapshot.card(id).unwrap()
}

/// The digest of a run alone, tuned at a tick or not, after so many turns.
fn alone(seed: u64, tuned: Option<(u64, f64)>, ticks: u64) -> u64 {
    let mut run = build(&spec("q-learning", seed)).unwrap();
    if let Some((tick, alpha)) = tuned {
        run.advance(Limit::ticks(tick));
        run.tune("alpha", alpha).unwrap();
    }
    run.advance(Limit::ticks(ticks - run.now().0));
    run.digest().0
}

#[test]
fn an_edit_in_the_past_leaves_the_parents_future_untouched() {
    let trainer = started(11);
    let before = at_tick(&trainer, 500);
    let after = at_rest(&trainer, [Ask::Edit(tune("alpha", 0.5))], |s| s.runs.len() == 2);
    assert_eq!(after.focus, 1);
    let (parent, branch) = (card(&after, 0), card(&after, 1));
    assert_eq!((parent.tick, parent.head), (before.view.head, before.view.head), "the parent is back at its head");
    assert_eq!(parent.digest, Some(alone(11, None, before.view.head)));
    assert_eq!((branch.parent, branch.branched_at, branch.head), (Some(0), Some((500, before.view.dialogues)), 500));
    assert_eq!((branch.name.as_str(), branch.change.as_str()), ("B", "α 0.1 → 0.5"));
}

#[test]
fn runs_side_by_side_have_the_digests_of_running_alone() {
    let trainer = started(12);
    at_tick(&trainer, 300);
    trainer.ask(Ask::Edit(tune("alpha", 0.5)));
    trainer.ask(Ask::Run);
    let both = |s: &Snapshot| s.runs.len() == 2 && s.runs.iter().all(|card| card.head > 200_000);
    until(&trainer, "both far on", |s| both(s).then_some(()));
    let rest = at_rest(&trainer, [Ask::Pause], both);
    for (id, tuned) in [(0, None), (1, Some((300, 0.5)))] {
        let card = card(&rest, id);
        assert_eq!(card.digest, Some(alone(12, tuned, card.tick)), "run {}", card.name);
    }
}

#[test]
fn three_runs_at_a_pace_have_the_digests_of_running_alone_and_stay_together() {
    // At a pace from the start: a busy machine must not let the first run get so far that the others cannot catch up.
    let trainer = Trainer::start(orders("q-learning", 13, Pace::DialoguesPerSecond(500.0))).unwrap();
    trainer.ask(Ask::Watch(curve()));
    at_tick(&trainer, 300);
    for ask in [
        Ask::Edit(tune("alpha", 0.5)),
        Ask::SeekTick(100),
        Ask::Edit(tune("alpha", 0.9)),
        Ask::Pace(Pace::DialoguesPerSecond(500.0)),
        Ask::Run,
    ] {
        trainer.ask(ask);
    }
    let goal = until(&trainer, "three runs", |s| (s.runs.len() == 3).then(|| s.runs.iter().map(|card| card.head_dialogues).max().unwrap()));
    let far = |s: &Snapshot| s.runs.iter().all(|card| card.head_dialogues > goal + 50);
    until(&trainer, "all far on", |s| far(s).then_some(()));
    let rest = at_rest(&trainer, [Ask::Pause], far);
    for (id, tuned) in [(0, None), (1, Some((300, 0.5))), (2, Some((100, 0.9)))] {
        let card = card(&rest, id);
        assert_eq!(card.digest, Some(alone(13, tuned, card.tick)), "run {}", card.name);
    }
}

#[test]
fn a_refused_edit_in_the_past_opens_nothing() {
    let trainer = started(14);
    let before = at_tick(&trainer, 100);
    trainer.ask(Ask::Edit(tune("beta", 0.5)));
    let notice = until(&trainer, "a refusal", |s| s.notice.clone().map(|n| (n, s.runs.len(), s.view.tick, s.view.head)));
    assert!(notice.0.is_error && notice.0.text.contains("beta"));
    assert_eq!((notice.1, notice.2, notice.3), (1, 100, before.view.head));
}

#[test]
fn a_branch_without_a_change_begins_here_and_its_first_edit_is_its_difference() {
    let trainer = started(15);
    at_tick(&trainer, 200);
    let bare = at_rest(&trainer, [Ask::Branch(None)], |s| s.focus == 1);
    assert_eq!((card(&bare, 1).change.as_str(), card(&bare, 1).tick), ("", 200));
    assert_eq!(card(&bare, 1).digest, Some(alone(15, None, 200)));
    let asks = [Ask::Edit(tune("alpha", 0.3)), Ask::Edit(tune("alpha", 0.4)), Ask::StepTurns(100)];
    let tuned = at_rest(&trainer, asks, |s| s.view.tick == 300);
    assert_eq!(card(&tuned, 1).change, "α 0.1 → 0.4");
    assert!(card(&tuned, 1).settings.contains(&("alpha".to_owned(), "0.4".to_owned())));
    assert!(card(&tuned, 0).settings.contains(&("alpha".to_owned(), "0.1".to_owned())));
    assert_eq!(card(&tuned, 1).digest, Some(alone(15, Some((200, 0.4)), 300)));
}

#[test]
fn a_card_tells_what_is_tuned_for_the_world_as_it_is_in_force() {
    let trainer = Trainer::start(orders("n-step-sarsa", 19, Pace::Full)).unwrap();
    trainer.ask(Ask::Watch(curve()));
    let snapshot = at_tick(&trainer, 10);
    assert!(card(&snapshot, 0).settings.contains(&("n".to_owned(), "2".to_owned())), "{:?}", card(&snapshot, 0).settings);
}

#[test]
fn a_branch_with_a_change_is_made_at_the_head_too() {
    let trainer = started(16);
    until_dialogue(&trainer, 20);
    let before = at_rest(&trainer, [Ask::Pause], |_| true);
    let after = at_rest(&trainer, [Ask::Branch(Some(BranchChange::Edit(tune("alpha", 0.3))))], |s| s.runs.len() == 2);
    assert_eq!(card(&after, 1).branched_at, Some((before.view.tick, before.view.dialogues)));
    assert_eq!(card(&after, 0).digest, before.view.digest);
}

#[test]
fn another_agent_begins_at_the_first_dialogue_and_catches_up() {
    let trainer = Trainer::start(orders("q-learning", 17, Pace::DialoguesPerSecond(400.0))).unwrap();
    until_dialogue(&trainer, 200);
    trainer.ask(Ask::Branch(Some(BranchChange::Agent("sarsa".into()))));
    let caught = until(&trainer, "the branch at the head", |s| {
        (s.runs.len() == 2 && card(s, 1).head_dialogues >= 200 && card(s, 1).head_dialogues + 5 >= card(s, 0).head_dialogues)
            .then(|| s.clone())
    });
    let branch = card(&caught, 1);
    assert_eq!((branch.parent, branch.branched_at, branch.change.as_str()), (Some(0), None, "agent sarsa"));
    assert_eq!((branch.agent.as_str(), caught.agent.as_str()), ("sarsa", "sarsa"));
    let rest = at_rest(&trainer, [Ask::Pause], |s| s.runs.len() == 2);
    let mut run = build(&spec("sarsa", 17)).unwrap();
    run.advance(Limit::ticks(card(&rest, 1).tick));
    assert_eq!(card(&rest, 1).digest, Some(run.digest().0));
}

#[test]
fn a_run_that_is_left_in_the_past_goes_back_to_its_head() {
    let trainer = started(18);
    until_dialogue(&trainer, 50);
    at_rest(&trainer, [Ask::Pause, Ask::Branch(None), Ask::Focus(0), Ask::SeekTick(40)], |s| s.focus == 0 && s.view.tick == 40);
    let left = at_rest(&trainer, [Ask::Focus(1)], |s| s.focus == 1);
    assert_eq!(card(&left, 0).tick, card(&left, 0).head);
    assert_eq!(left.view.tick, card(&left, 1).tick);
}

#[test]
fn a_closed_run_is_gone_its_branches_stay_and_the_last_cannot_be_closed() {
    let trainer = started(19);
    until_dialogue(&trainer, 20);
    at_rest(&trainer, [Ask::Pause, Ask::Branch(None), Ask::Branch(None)], |s| s.runs.len() == 3);
    let after = at_rest(&trainer, [Ask::Close(1)], |s| s.runs.len() == 2);
    assert_eq!((after.focus, card(&after, 2).parent), (2, Some(1)));
    let last = at_rest(&trainer, [Ask::Close(2)], |s| s.runs.len() == 1);
    assert_eq!(last.focus, 0);
    let refused = at_rest(&trainer, [Ask::Close(0)], |s| s.notice.as_ref().is_some_and(|n| n.is_error));
    assert_eq!((refused.runs.len(), refused.notice.unwrap().text.as_str()), (1, "this is the last open run; :new starts another"));
}

#[test]
fn a_ninth_run_is_refused_in_a_sentence() {
    let trainer = started(20);
    until_dialogue(&trainer, 20);
    trainer.ask(Ask::Pause);
    let eight = at_rest(&trainer, (0..7).map(|_| Ask::Branch(None)), |s| s.runs.len() == 8);
    let names: String = eight.runs.iter().map(|card| card.name.as_str()).collect();
    assert_eq!((names.as_str(), eight.focus), ("ABCDEFGH", 7));
    for ask in
        [Ask::Branch(None), Ask::New { scenario: None, agent: None, seed: Some(5) }, Ask::Branch(Some(BranchChange::Agent("sarsa".into())))]
    {
        let serial = eight.notice.as_ref().map_or(0, |n| n.serial);
        let refused = at_rest(&trainer, [ask], |s| s.notice.as_ref().is_some_and(|n| n.is_error && n.serial > serial));
        assert_eq!((refused.runs.len(), refused.focus), (8, 7));
        assert!(refused.notice.unwrap().text.starts_with("eight runs are open already"));
    }
}

#[test]
fn another_scenario_closes_all_runs_and_begins_again_with_a() {
    let trainer = started(21);
    until_dialogue(&trainer, 20);
    trainer.ask(Ask::Branch(None));
    trainer.ask(Ask::New { scenario: Some("smart-home".into()), agent: None, seed: None });
    let fresh =
        until(&trainer, "the other world", |s| (s.scenario == "smart-home" && !s.runs.is_empty() && s.runs[0].id == 2).then(|| s.clone()));
    assert_eq!((fresh.runs.len(), fresh.runs[0].name.as_str(), fresh.focus), (1, "A", 2));
}

/// A run whose users are those of its spec.
fn compiled(spec: &RunSpec) -> Result<Box<dyn Run>, String> {
    let world = World::build(&spec.source, &spec.profile, spec.masks, &mut |_| {}).map_err(|e| e.to_string())?;
    agents::start(Arc::new(world), spec).map_err(|e| e.to_string())
}

#[test]
fn a_run_that_begins_beside_another_begins_in_its_changed_world() {
    let reward = Setting::Reward { name: "success".into(), value: 50.0 };
    let changes = [Setting::Profile("unfriendly".into()), Setting::Noise(Some(0.25)), reward];
    let news = |agent: Option<&str>, seed| Ask::New { scenario: None, agent: agent.map(str::to_owned), seed };
    let ways = [(news(None, None), "q-learning", 13), (news(None, Some(8)), "q-learning", 8), (news(Some("sarsa"), None), "sarsa", 13), {
        (Ask::Branch(Some(BranchChange::Agent("sarsa".into()))), "sarsa", 13)
    }];
    for (ask, agent, seed) in ways {
        let trainer =
            Trainer::start(orders_with("q-learning", 13, Pace::Full, Arc::new(|spec: &RunSpec, _: &mut dyn FnMut(f32)| compiled(spec))))
                .unwrap();
        at_tick(&trainer, 500);
        at_rest(&trainer, [Ask::Head], |s| !s.view.in_the_past());
        at_rest(&trainer, changes.clone().map(|change| Ask::Edit(Edit::World(change))), |s| {
            s.notice.as_ref().is_some_and(|n| n.text.contains("50"))
        });
        let there = at_rest(&trainer, [ask.clone(), Ask::Pause], |s| s.runs.len() == 2);
        let own = card(&there, 1);
        let setting = |name: &str| own.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(
            (setting("users"), setting("noise"), setting("reward success")),
            (Some("unfriendly"), Some("0.25"), Some("50")),
            "{ask:?}"
        );
        let mut alone = compiled(&RunSpec { profile: "unfriendly".into(), ..spec(agent, seed) }).unwrap();
        changes[1..].iter().for_each(|change| drop(alone.edit(Edit::World(change.clone())).unwrap()));
        alone.advance(Limit::ticks(own.tick));
        assert_eq!(own.digest, Some(alone.digest().0), "{ask:?}");
    }
    // Another scenario is another world.
    let trainer = started(13);
    at_tick(&trainer, 500);
    let edit = Ask::Edit(Edit::World(Setting::Noise(Some(0.25))));
    let new = Ask::New { scenario: Some("smart-home".into()), agent: None, seed: None };
    let there = at_rest(&trainer, [Ask::Head, edit, new, Ask::Pause], |s| s.scenario == "smart-home");
    assert!(there.runs[0].settings.iter().all(|(name, _)| name != "noise"));
}
