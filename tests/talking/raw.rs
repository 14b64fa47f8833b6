//! The first stage of the path: the raw dialogues that come along, record by record.

use std::sync::Arc;

use dialoq::learn::machine::Machine;
use dialoq::learn::probe::{Blind, Recorder};
use dialoq::lm::ground::{Given, Ground, Mode};
use dialoq::lm::pipeline::Pipeline;
use dialoq::lm::plan::Stage;
use dialoq::lm::raw::RawCorpus;
use dialoq::lm::view::Wanted;
use dialoq::world::names::Lang;

fn ground(lang: Lang) -> Arc<Ground> {
    let mut spec = super::spec(&[Mode::Bandit], &[("raw", "cleaned")]);
    spec.chinese = lang == Lang::Chinese;
    Ground::build(&spec).unwrap()
}

#[test]
fn every_raw_record_has_a_card_that_says_what_became_of_it() {
    let raw = RawCorpus::of_the_program();
    let first = raw.rows[0];
    let unread = raw.cards.iter().filter(|card| card.lost.is_some_and(|(stage, _)| stage == "read")).count() as u64;
    assert_eq!(raw.cards.len() as u64, first.rows_out + unread);
    let dropped: u64 = raw.rows.iter().skip(1).map(|row| row.rows_in - row.rows_out).sum();
    assert_eq!(raw.cards.iter().filter(|card| card.lost.is_some()).count() as u64, dropped + unread);
    assert_eq!(raw.cards.iter().filter(|card| card.lost.is_none()).count() as u64, raw.rows.last().unwrap().rows_out);
    for card in raw.cards.iter() {
        let acts = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
        assert!(!acts(&card.raw) && !acts(&card.now), "{}:{} would act on a terminal", card.file, card.at);
    }
    let escaped = raw.cards.iter().find(|card| card.raw.contains("\\x1b")).expect("a terminal escape in the raw text is made visible");
    assert!(!escaped.now.contains("x1b"));
}

#[test]
fn clean_replies_in_the_language_are_learned_from_as_far_as_they_fit() {
    for lang in [Lang::English, Lang::Chinese] {
        let ground = ground(lang);
        let raw = ground.raw.as_ref().unwrap();
        let texts = raw.texts(&ground.scene);
        assert!(texts.len() > 5 && texts.len() == ground.from_raw, "{lang:?}: {}", texts.len());
        let simulated = Ground::build(&super::spec(&[Mode::Bandit], &[])).unwrap();
        assert!(ground.corpus.len() > texts.len() && simulated.from_raw == 0 && simulated.raw.is_none());
        let layout = ground.scene.layout;
        assert!(texts.lengths.iter().all(|length| *length as usize <= layout.reply));
        let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(raw.spoken(lang).all(|(_, reply)| han(reply) == (lang == Lang::Chinese)));
        // The scenario's own words are not crowded out.
        assert!(ground.scene.vocabulary.len() <= 1024 && simulated.scene.layout == super::ground().scene.layout);
    }
}

#[test]
fn a_tick_of_the_first_stage_is_a_record_and_is_told() {
    let ground = ground(Lang::English);
    let records = ground.raw.as_ref().unwrap().cards.len();
    assert_eq!(ground.plan.stages[0], (Stage::Data, 0..records as u64));
    let wanted = Wanted { samples: 0, word: None, points: 1000, duel: false, raw: true };
    let mut machine = Pipeline::new(ground.clone(), 1);
    let mut recorder = Recorder::default();
    let before = machine.actor.parameters.clone();
    for k in 0..records {
        assert_eq!(machine.view(&wanted).raw.unwrap().seen, k);
        machine.tick(&mut recorder);
    }
    assert_eq!(machine.actor.parameters, before, "nothing is learned yet");
    assert_eq!(machine.view(&wanted).raw.unwrap().seen, records);
    let kept = ground.raw.as_ref().unwrap().cards.iter().filter(|card| card.lost.is_none()).count();
    assert_eq!((machine.cleaned.last("kept") as usize, machine.cleaned.last("dropped") as usize), (kept, records - kept));
    assert_eq!(recorder.turns[records - 1].terms[0], ("kept", kept as f32));
    machine.tick(&mut Blind);
    assert_ne!(machine.actor.parameters, before);
}

#[test]
fn who_brings_data_along_learns_from_that_alone() {
    let mut spec = super::spec(&[Mode::Bandit], &[("raw", "cleaned"), ("sft-batch", "8")]);
    let replies = (0..40).map(|k| (format!("hello {k}"), "what can i do for you".to_owned())).collect();
    spec.data = Given { replies, ..Given::default() };
    let ground = Ground::build(&spec).unwrap();
    assert!(ground.raw.is_none() && ground.from_raw == 0);
    assert_eq!(ground.plan.stages[0].0, Stage::Sft);
    assert_eq!(ground.corpus.len(), 36);
}
