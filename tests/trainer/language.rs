//! A language model as a run of the workbench: it goes its path by itself, is stepped, gone back in, branched and taught by a person.

use std::sync::Arc;

use dialoq::lm::live;
use dialoq::run::view::Watch;
use dialoq::run::view::language::{Preferred, Wanted};
use dialoq::run::{Run, RunSpec};
use dialoq::trainer::command::{Ask, Edit};
use dialoq::trainer::snapshot::{Catalogue, Entry, Pace, Phase, Snapshot};
use dialoq::trainer::{Orders, Start, Trainer};

use super::{at_rest, spec, until};

/// So small that it is at its end in seconds.
fn tiny(seed: u64) -> RunSpec {
    RunSpec { settings: vec![("preset".into(), "test".into())], ..spec(live::NAME, seed) }
}

fn begin(spec: RunSpec) -> Trainer {
    let build = |spec: &RunSpec, _: &mut dyn FnMut(f32)| -> Result<Box<dyn Run>, String> {
        if spec.agent == live::NAME { live::start(spec, 2).map_err(|e| e.to_string()) } else { super::build(spec) }
    };
    let model = Entry { name: live::NAME.into(), language: true, ..Entry::default() };
    let catalogue = Arc::new(Catalogue { agents: vec![model], ..Catalogue::default() });
    let orders = Orders {
        start: Start::Fresh(spec),
        keeper: None,
        pace: Pace::DialoguesPerSecond(60.0),
        catalogue,
        build: Arc::new(build),
        talk: None,
    };
    let trainer = Trainer::start(orders).unwrap();
    let wanted = Wanted { samples: 4, word: Some((0, 0)), points: 64, duel: true, raw: true };
    trainer.ask(Ask::Watch(Watch { language: Some(wanted), ..Watch::default() }));
    trainer
}

fn end(s: &Snapshot) -> u64 {
    s.view.progress.expect("a language model is in focus").ticks
}

#[test]
fn it_goes_its_path_to_the_end_and_rests_there() {
    let trainer = begin(tiny(3));
    let last = until(&trainer, "the end of the path", |s| (s.phase == Phase::Paused && s.view.tick == end(s)).then(|| s.clone()));
    assert_eq!(last.view.progress.unwrap().stage, "done");
    assert!(last.notice.as_ref().is_some_and(|notice| notice.text.contains("gone to its end")), "{:?}", last.notice);
    let view = last.view.language.as_ref().unwrap();
    for (stage, name) in [("data", "kept"), ("sft", "loss"), ("reward", "accuracy"), ("bandit", "score"), ("bandit", "return")] {
        assert!(view.curves.iter().any(|c| (c.stage, c.name) == (stage, name) && !c.points.is_empty()), "{stage} {name}");
    }
    assert_eq!((view.samples.len(), view.before.len(), view.after.len()), (4, 4, 4));
    assert!(view.word.is_some(), "a word of the last update is explained");
    // More steps do nothing.
    let still = at_rest(&trainer, [Ask::StepTurns(5)], |_| true);
    assert_eq!((still.view.tick, still.view.digest), (last.view.tick, still.view.digest));
}

#[test]
fn going_back_and_on_again_finds_the_same_moments() {
    let trainer = begin(tiny(4));
    let here = at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0), Ask::StepTurns(9)], |s| s.view.tick == 9);
    let back = at_rest(&trainer, [Ask::BackTurns(4)], |s| s.view.tick == 5);
    assert_ne!(back.view.digest, here.view.digest);
    let again = at_rest(&trainer, [Ask::ForwardTurns(4)], |s| s.view.tick == 9);
    assert_eq!(again.view.digest, here.view.digest);
}

#[test]
fn larger_steps_go_from_look_to_look_and_from_update_to_update() {
    let trainer = begin(tiny(5));
    let first = at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0)], |s| s.view.tick == 0 && s.view.language.is_some());
    let path = first.view.language.unwrap().path.clone();
    let stage = |name: &str| *path.iter().find(|stage| stage.name == name).expect("a stage of the path");
    let (data, reward, bandit) = (stage("data"), stage("reward"), stage("bandit"));
    assert!(data.to > 50 && data.from == 0);
    assert_eq!(at_rest(&trainer, [Ask::StepDialogues(1)], |s| s.view.tick > 0).view.tick, 50);
    assert_eq!(at_rest(&trainer, [Ask::BackDialogues(1)], |s| s.view.tick == 0).view.tick, 0);
    let mut run = live::start(&tiny(5), 1).unwrap();
    assert_eq!(run.beat(1).0, 50);
    run.seek(dialoq::learn::machine::Tick(0), &mut |_| true);
    run.advance(dialoq::run::timeline::Limit::ticks(bandit.from));
    let update = run.beat(1).0 - bandit.from;
    assert_eq!((bandit.to - bandit.from) % update, 0, "updates fill the stage");
    assert_eq!(run.beat(-1).0, reward.from + (bandit.from - 1 - reward.from) / 50 * 50);
}

#[test]
fn a_persons_choice_teaches_the_reward_model_at_once_and_in_the_past_it_branches() {
    let trainer = begin(tiny(6));
    let path = at_rest(&trainer, [Ask::Pause], |s| s.view.language.is_some()).view.language.unwrap().path.clone();
    let waiting = |s: &Snapshot| s.view.language.as_ref().is_some_and(|view| view.duel.is_some());
    let from = path.iter().find(|stage| stage.name == "reward").expect("a stage of the path").from;
    at_rest(&trainer, [Ask::StepTurns(from + 3)], |s| s.view.tick >= from + 3);
    let shown = at_rest(&trainer, [Ask::SeekTick(from)], |s| s.view.tick == from && waiting(s));
    let duel = shown.view.language.as_ref().unwrap().duel.as_ref().unwrap().number;
    assert_eq!(shown.runs.len(), 1);
    let taught = at_rest(&trainer, [Ask::Edit(Edit::Prefer { duel, choice: Preferred::Left })], |s| {
        s.view.language.as_ref().is_some_and(|view| view.labels.choices == 1)
    });
    assert_eq!(taught.runs.len(), 2, "a choice in the past is a branch's");
    let labels = taught.view.language.as_ref().unwrap().labels;
    assert!(labels.after > labels.before, "what was preferred stands higher than before: {labels:?}");
}

#[test]
fn a_table_and_a_language_model_learn_side_by_side() {
    let trainer = begin(spec("q-learning", 7));
    until(&trainer, "dialogues", |s| (s.view.dialogues > 3).then_some(()));
    trainer.ask(Ask::Path(vec![("preset".into(), "test".into())]));
    until(&trainer, "minibatches", |s| (s.view.progress.is_some() && s.view.tick > 3 && s.runs.len() == 2).then_some(()));
    let table = |s: &Snapshot| s.runs.iter().find(|card| card.agent == "q-learning").map(|card| card.dialogues).unwrap();
    let then = until(&trainer, "a look", |s| Some(table(s)));
    until(&trainer, "the table to go on", |s| (table(s) > then).then_some(()));
}

#[test]
fn what_cannot_be_begun_is_said_in_a_sentence() {
    let refused = |name: &str, value: &str| {
        let spec = RunSpec { settings: vec![(name.into(), value.into())], ..spec(live::NAME, 1) };
        live::start(&spec, 1).err().map(|e| e.to_string()).unwrap_or_default()
    };
    assert_eq!(refused("preset", "huge"), "preset: \"huge\" is not one of small, length, thin, test");
    assert_eq!(refused("ppo", "loud"), "ppo: \"loud\" is not one of bandit, dialogue, both, dpo");
    assert!(refused("clipp", "1").starts_with("there is no knob \"clipp\" (did you mean \"clip\"?)"), "{}", refused("clipp", "1"));
}

/// The first tick of SFT, of which few are learned here: they take long.
fn sft(run: &dyn Run) -> u64 {
    let works: Vec<u64> = (0..run.end().unwrap().0).map(|tick| run.work(tick, tick + 1)).collect();
    works.iter().position(|work| *work > 100 * works[0]).unwrap() as u64
}

#[test]
fn a_seek_is_measured_by_work_and_ends_where_it_began_when_it_is_stopped() {
    use dialoq::learn::machine::Tick;
    use dialoq::run::timeline::Limit;
    let mut run = live::start(&tiny(8), 2).unwrap();
    run.allow(0);
    let end = run.end().unwrap().0;
    let parts = (0..end).map(|tick| run.work(tick, tick + 1)).sum::<u64>();
    assert_eq!(parts, run.work(0, end), "the work of a way is that of its ticks");
    let from = sft(&*run);
    run.advance(Limit::ticks(from + 4));
    let there = run.digest();
    let mut shares = Vec::new();
    let arrived = run.seek(Tick(from + 3), &mut |share| {
        shares.push(share);
        shares.len() as u64 <= from + 1
    });
    assert!(!arrived && (run.now().0, run.digest()) == (from + 4, there), "it stands at {}", run.now().0);
    assert!(shares.is_sorted() && shares.len() as u64 == from + 2, "{shares:?}");
    // All raw records are less than a step of SFT, and two of three such steps are two thirds of the way.
    let (data, two) = (shares[from as usize - 1], shares[from as usize + 1]);
    assert!(data < 0.2 && (0.6..0.75).contains(&two), "{data} {two}");
}

#[test]
fn the_work_of_a_path_is_weighed_by_its_stages() {
    let run = live::start(&tiny(8), 1).unwrap();
    let end = run.end().unwrap().0;
    let works: Vec<u64> = (0..end).map(|tick| run.work(tick, tick + 1)).collect();
    let (least, most) = (*works.iter().min().unwrap(), *works.iter().max().unwrap());
    // A raw record is nothing beside the judging of the reward model.
    assert!(least > 0 && most > 10_000 * least, "{least} {most}");
    assert_eq!(works.iter().position(|work| *work == most), Some(works.len() - 1 - ppo_ticks(&*run) as usize));
}

/// Ticks after the reward model's stage.
fn ppo_ticks(run: &dyn Run) -> u64 {
    let wanted = Wanted { samples: 0, word: None, points: 2, duel: false, raw: false };
    let mut lens = dialoq::run::look::Lens::default();
    let watch = Watch { language: Some(wanted), ..Watch::default() };
    let exact = dialoq::run::look::Exact { optimal: None, with_epsilon: None };
    let view = run.look(&watch, exact, dialoq::run::look::Shown::default(), &mut lens);
    let path = &view.language.as_ref().unwrap().path;
    path.iter().filter(|stage| stage.name == "bandit").map(|stage| stage.to - stage.from).sum()
}

#[test]
fn a_branch_from_the_past_of_a_path_is_that_past_and_its_parent_goes_back_to_its_head() {
    let trainer = begin(tiny(9));
    let first = at_rest(&trainer, [Ask::Pause, Ask::SeekTick(0)], |s| s.view.tick == 0);
    let mut learned = live::start(&tiny(9), 1).unwrap();
    let from = sft(&*learned);
    let left = (from + 3).saturating_sub(first.view.head);
    let head = at_rest(&trainer, [Ask::Head, Ask::StepTurns(left)], |s| s.view.tick >= from + 3);
    let past = at_rest(&trainer, [Ask::SeekTick(from + 1)], |s| s.view.tick == from + 1);
    learned.advance(dialoq::run::timeline::Limit::ticks(from + 1));
    assert_eq!(past.view.digest, Some(learned.digest().0));
    let branched = at_rest(&trainer, [Ask::Branch(None)], |s| s.runs.len() == 2);
    assert_eq!((branched.view.digest, branched.view.head), (past.view.digest, past.view.tick));
    let back = at_rest(&trainer, [Ask::Focus(0)], |s| s.focus == 0);
    assert_eq!((back.view.tick, back.view.digest), (head.view.tick, head.view.digest));
}
