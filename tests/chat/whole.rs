//! Whole conversations, in every scenario and both languages: who answers as the scenario's users do gets what they came for.

use dialoq::run::chat::Conversation;
use dialoq::world::acts::Act;
use dialoq::world::names::Lang;
use dialoq::world::scenario::{Scenario, Variants};

use super::{say, with};
use crate::support::built_in;

/// An honest person with one wish; `k` chooses among their sentences.
struct Person<'a> {
    scenario: &'a Scenario,
    lang: Lang,
    task: usize,
    k: usize,
    told: Vec<String>,
}

impl Person<'_> {
    fn pick<'v>(&self, variants: &'v Variants) -> &'v str {
        let list = variants.of(self.lang);
        &list[self.k % list.len()]
    }

    fn answer(&mut self, act: Act) -> String {
        self.k += 1;
        let side = &self.scenario.sentences.user;
        match act {
            Act::AskTask => self.pick(&self.scenario.tasks[self.task].wish).to_owned(),
            Act::Ask(slot) => {
                let kind = &self.scenario.slots[slot as usize];
                let value = self.pick(&kind.values).to_owned();
                self.told.push(format!("{} {value} ", kind.name));
                self.pick(&kind.answer).replace("{value}", &value)
            }
            Act::ConfirmAll => self.pick(&side.yes_all).to_owned(),
            Act::Execute => self.pick(&side.thanks).to_owned(),
            Act::Repair => self.pick(&side.calmed).to_owned(),
            _ => self.pick(&side.yes).to_owned(),
        }
    }
}

fn goes_well(talk: &mut dyn Conversation, mut person: Person<'_>) {
    let rule = &built_in(&person.scenario.name).dialogues.clone().unwrap().rule;
    let mut line = person.answer(Act::AskTask);
    for _ in 0..24 {
        let exchange = say(talk, &line);
        assert!(!exchange.asked_back || !exchange.ended.is_empty(), "“{line}” was not understood: {exchange:?}");
        if !exchange.ended.is_empty() {
            assert_eq!(exchange.success, Some(true), "{exchange:?}");
            assert!(exchange.state.starts_with(&person.scenario.tasks[person.task].name), "{exchange:?}");
            assert!(person.told.iter().all(|told| exchange.state.contains(told)), "{:?} in {}", person.told, exchange.state);
            return;
        }
        let act = *rule.acts.iter().find(|act| act.name(person.scenario) == exchange.act).expect("an act was taken");
        line = person.answer(act);
    }
    panic!("the conversation has no end");
}

fn every_task(world: &str, agent: &str) {
    let scenario = &built_in(world).dialogues.clone().unwrap().scenario;
    for lang in [Lang::English, Lang::Chinese] {
        let mut talk = with(world, agent, lang);
        for task in 0..scenario.tasks.len() {
            for k in 0..4 {
                goes_well(&mut *talk, Person { scenario, lang, task, k, told: Vec::new() });
            }
        }
    }
}

#[test]
fn customer_service_does_what_a_person_wants() {
    every_task("customer-service", "optimal");
}

#[test]
fn smart_home_does_what_a_person_wants() {
    every_task("smart-home", "optimal");
}

#[test]
fn the_virtual_assistant_does_what_a_person_wants() {
    every_task("virtual-assistant", "optimal");
}

#[test]
fn a_world_beyond_listing_does_what_a_person_wants() {
    every_task("virtual-assistant-large", "expert");
}
