//! Every agent has a voice, and talking changes no run.

use std::sync::Arc;

use dialoq::agents::AGENTS;
use dialoq::chat;
use dialoq::lm::live;
use dialoq::run::RunSpec;
use dialoq::run::timeline::Limit;
use dialoq::world::names::Lang;
use dialoq::world::{SCENARIOS, WorldSource};

use super::{ask, opening, say};
use crate::support::{built_in, run, two_rooms};

#[test]
fn every_agent_speaks_and_is_not_changed_by_it() {
    for agent in AGENTS {
        let mut learner = run(&built_in("customer-service"), agent.name, 3, &[]);
        let mut silent = run(&built_in("customer-service"), agent.name, 3, &[]);
        [&mut learner, &mut silent].into_iter().for_each(|run| run.advance(Limit::dialogues(20)));
        let before = learner.digest();
        let mut talk = chat::begin(Arc::new(|_, _| Ok(String::new())))(opening(learner.voice().unwrap(), Lang::English)).unwrap();
        for text in ["I want a refund", "A-1137", "the kettle", "yes", "no", "hello"] {
            let heard = say(&mut *talk, text);
            assert!(!heard.agent.is_empty(), "{}: {heard:?}", agent.name);
        }
        ask(&mut *talk, "/why");
        assert_eq!(learner.digest(), before, "{}", agent.name);
        learner.advance(Limit::dialogues(20));
        silent.advance(Limit::dialogues(20));
        assert_eq!(learner.digest(), silent.digest(), "{}", agent.name);
    }
}

#[test]
fn an_agent_speaks_in_every_scenario() {
    for scenario in SCENARIOS {
        let mut talk = super::with(scenario.name, "q-learning", Lang::Chinese);
        assert!(!say(&mut *talk, "你好").agent.is_empty(), "{}", scenario.name);
    }
}

#[test]
fn a_finite_mdp_has_no_voice() {
    assert!(run(&two_rooms(), "q-learning", 1, &[]).voice().is_none());
}

#[test]
fn a_language_model_speaks_and_tells_its_words() {
    let settings = vec![("preset".to_owned(), "test".to_owned())];
    let source = WorldSource::Builtin("customer-service".into());
    let spec = RunSpec { source, profile: "standard".into(), masks: None, agent: live::NAME.into(), seed: 2, settings };
    let mut run = live::start(&spec, 1).unwrap();
    run.advance(Limit::ticks(30));
    let before = run.digest();
    let begin = chat::begin(Arc::new(|_, _| Ok(String::new())));
    let refused = begin(opening(run.voice().unwrap(), Lang::Chinese)).err().unwrap();
    assert!(refused.contains("learned English"), "{refused}");
    let mut talk = begin(opening(run.voice().unwrap(), Lang::English)).unwrap();
    for text in ["I want a refund, order A-1137", "the kettle", "yes", "hello"] {
        let heard = say(&mut *talk, text);
        assert!(heard.reading.is_some(), "{heard:?}");
        let why = ask(&mut *talk, "/why").join("\n");
        assert!(why.contains("its words, each with its probability"), "{why}");
    }
    assert_eq!(run.digest(), before);
}
