//! A person's preferences, and what a screen is shown.

use dialoq::learn::machine::{Choice, Edit, EditError, Machine};
use dialoq::learn::probe::Blind;
use dialoq::lm::alarm::alarm;
use dialoq::lm::ground::{Given, Ground, Mode, Spec};
use dialoq::lm::pipeline::Pipeline;
use dialoq::lm::plan::Stage;
use dialoq::lm::ppo::METRICS;
use dialoq::lm::series::{Board, Series};
use dialoq::lm::view::Wanted;

use super::{ground, pipeline, spec};

const WANTED: Wanted = Wanted { samples: 4, word: Some((1, 0)), points: 100, duel: true, raw: true };

#[test]
fn the_reward_model_learns_at_once_what_a_person_prefers() {
    let mut machine = pipeline(1);
    let begun = ground().plan.end_of(Stage::Reward).unwrap();
    while machine.now().0 < begun {
        machine.tick(&mut Blind);
    }
    for number in 0..3 {
        let duel = machine.duel().unwrap();
        assert_eq!(duel.number, number);
        machine.apply(&Edit::Prefer { duel: number, choice: Choice::Right }).unwrap();
        let refit = machine.labels.refit();
        assert!(refit.after > refit.before, "{refit:?}");
    }
    machine.apply(&Edit::Prefer { duel: 3, choice: Choice::Tie }).unwrap();
    let labelled = machine.labels.labelled();
    assert_eq!((labelled.all, labelled.ties), (4, 1));
    let stale = machine.apply(&Edit::Prefer { duel: 0, choice: Choice::Left }).unwrap_err();
    assert_eq!(stale, EditError::Duel { found: 0, waiting: 4 });
}

#[test]
fn a_view_tells_every_stage() {
    let mut machine = pipeline(1);
    let plan = ground().plan.clone();
    let begun = machine.view(&WANTED);
    assert_eq!((begun.stage, begun.ticks), ("sft", plan.end()));
    assert!(begun.duel.is_none() && begun.samples.len() == 4 && begun.before.is_empty());
    while machine.now().0 + 1 < plan.end() {
        machine.tick(&mut Blind);
    }
    let view = machine.view(&WANTED);
    assert_eq!(view.stage, "dialogue");
    assert!(view.curves.iter().any(|c| c.stage == "bandit" && c.name == "return" && c.points.len() == 3));
    let sample = &view.samples[1];
    assert!(sample.score.is_some() && sample.reward.is_some() && sample.tokens.iter().all(|t| t.value.is_some()));
    let summed: f32 = sample.tokens.iter().map(|t| t.log_ratio.unwrap()).sum();
    assert!((summed - sample.kl.unwrap()).abs() < 1e-4);
    let word = view.word.unwrap();
    let term = |name: &str| word.terms.iter().find(|t| t.name == name).unwrap().value;
    assert!((term("ratio") - (term("now") - term("old")).exp()).abs() < 1e-3);
    assert!((term("raw") - (term("target") - term("value"))).abs() < 1e-5);
    assert_eq!(view.before.len(), 4);
}

#[test]
fn the_alarm_rings_when_the_score_rises_and_the_return_falls() {
    let ring = |points: &[(f32, f32)]| {
        let mut board = Board::new(METRICS);
        points.iter().for_each(|(score, return_)| board.push(&[("score", *score), ("return", *return_), ("return ±", 1.0)]));
        alarm(&board)
    };
    let rising: Vec<(f32, f32)> = (0..12).map(|k| (k as f32 * 0.2, k as f32)).collect();
    assert_eq!(ring(&rising), None);
    let gamed: Vec<(f32, f32)> = (0..12).map(|k| (k as f32 * 0.2, if k < 6 { 2.0 } else { 2.0 - 3.0 * (k - 5) as f32 })).collect();
    let alarm = ring(&gamed).unwrap();
    assert!(alarm.score > 0.3 && alarm.now < alarm.best && alarm.update > 5, "{alarm:?}");
    let noisy: Vec<(f32, f32)> = (0..12).map(|k| (k as f32 * 0.2, if k % 2 == 0 { 1.0 } else { 1.8 })).collect();
    assert_eq!(ring(&noisy), None);
}

#[test]
fn a_series_stays_within_its_memory_and_keeps_the_mean() {
    let mut series = Series::default();
    for k in 0..10_000 {
        series.push(k as f32);
    }
    assert!(series.points().len() <= 512 && series.points().len() > 200);
    let stride = f64::from(series.stride());
    for (k, point) in series.points().iter().enumerate() {
        let mean = (k as f64 + 0.5) * stride - 0.5;
        assert!((f64::from(*point) - mean).abs() < 0.01 * stride, "point {k}: {point} is not {mean}");
    }
}

#[test]
fn how_pairs_are_labelled_is_told_as_it_is() {
    let told = |spec: &Spec| {
        let path = Pipeline::new(Ground::build(spec).unwrap(), 1);
        let facts = path.view(&WANTED).facts;
        facts.into_iter().find(|(name, _)| *name == "labels").unwrap().1
    };
    let plain = spec(&[Mode::Bandit], &[]);
    assert_eq!(told(&plain), "by exact worth, 5 % turned round");
    let sure = spec(&[Mode::Bandit], &[("label-noise", "0")]);
    assert_eq!(told(&sure), "by exact worth");
    let longer = spec(&[Mode::Bandit], &[("length-bias", "0.5")]);
    assert_eq!(told(&longer), "by exact worth, 50 % by length alone, 5 % turned round");
    let pair = |k: usize| (format!("what about {k}"), format!("yes {k}"), format!("no {k}"));
    let own = Spec { data: Given { pairs: (0..400).map(pair).collect(), ..Given::default() }, ..plain };
    assert_eq!(told(&own), "as your file says");
}
