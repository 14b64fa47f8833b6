//! What was heard in a dialogue, and what it turned out to mean.
//!
//! A hearing is resolved only by what leaves no doubt (a yes, or an execution), so that what once was marked is never
//! marked otherwise. A user who starts over, or wants something else, has new values in mind: old hearings stay open then.

use super::acts::Act;
use super::compiled::Dialogues;
use super::user::{DialogueState, Ending, Event, HEARD, Listed};
use crate::num::dice::Dice;

/// One value heard: of a slot, or (none) the task. Its line shows it again when it is resolved.
pub(super) struct Hearing {
    pub slot: Option<usize>,
    pub value: usize,
    /// What it turned out to mean.
    pub truth: Option<usize>,
    /// How the hearing is shown where it is not a slot's value: the user's wish.
    pub sentence: String,
}

/// What is known of one thing that the user has in mind.
#[derive(Clone, Default)]
struct Topic {
    /// The hearing that it stands on.
    current: Option<usize>,
    /// Values known to be wrong.
    rejected: Vec<usize>,
    /// The first hearing that is about what the user has in mind now.
    since: usize,
}

pub(super) struct Hearings<'a> {
    world: &'a Dialogues,
    pub list: Vec<Hearing>,
    /// One for each slot, and the task last.
    topics: Vec<Topic>,
}

impl<'a> Hearings<'a> {
    pub fn new(world: &'a Dialogues) -> Self {
        Hearings { world, list: Vec::new(), topics: vec![Topic::default(); world.scenario.slots.len() + 1] }
    }

    fn slots(&self) -> usize {
        self.topics.len() - 1
    }

    fn task_topic(&self) -> usize {
        self.topics.len() - 1
    }

    /// The value that a topic stands on.
    fn value(&self, topic: usize) -> Option<usize> {
        self.topics[topic].current.map(|h| self.list[h].value)
    }

    pub fn slot_value(&self, slot: usize) -> Option<usize> {
        self.value(slot)
    }

    /// A new hearing of a slot: any value not known to be wrong.
    pub fn hear(&mut self, slot: usize, dice: &mut Dice) -> usize {
        let value = self.draw(slot, dice).unwrap_or_else(|| {
            self.start_over(slot);
            dice.below(self.values(slot) as u32) as usize
        });
        self.push(slot, Hearing { slot: Some(slot), value, truth: None, sentence: String::new() })
    }

    pub fn hear_task(&mut self, task: usize, sentence: String) -> usize {
        let topic = self.task_topic();
        if self.topics[topic].rejected.contains(&task) {
            self.start_over(topic);
        }
        self.push(topic, Hearing { slot: None, value: task, truth: None, sentence })
    }

    fn push(&mut self, topic: usize, hearing: Hearing) -> usize {
        self.list.push(hearing);
        self.topics[topic].current = Some(self.list.len() - 1);
        self.list.len() - 1
    }

    /// A value of a slot that may be the right one; none where all were rejected.
    fn draw(&self, slot: usize, dice: &mut Dice) -> Option<usize> {
        let open = self.open(slot);
        match self.value(slot).filter(|v| open.contains(v)) {
            // Said again and not known to be wrong: mostly the same is heard again.
            Some(same) if dice.unit() < 1.0 - self.world.rule.noise(Some(slot)) => Some(same),
            _ => any(&open, dice),
        }
    }

    /// How many values a topic may have.
    fn values(&self, topic: usize) -> usize {
        self.world.scenario.slots.get(topic).map_or(self.world.rule.tasks(), |s| s.values.en.len())
    }

    /// The values not known to be wrong.
    fn open(&self, topic: usize) -> Vec<usize> {
        (0..self.values(topic)).filter(|v| !self.topics[topic].rejected.contains(v)).collect()
    }

    /// The user has a new value in mind: what was heard before is about another.
    fn start_over(&mut self, topic: usize) {
        self.topics[topic] = Topic { since: self.list.len(), ..Topic::default() };
    }

    /// What the user has in mind is known: so all hearings of it are known too.
    fn known(&mut self, topic: usize, truth: usize) {
        let (since, slot) = (self.topics[topic].since, (topic < self.slots()).then_some(topic));
        self.list[since..].iter_mut().filter(|h| h.slot == slot).for_each(|h| h.truth = Some(truth));
    }

    fn right(&mut self, topic: usize) {
        if let Some(value) = self.value(topic) {
            self.known(topic, value);
        }
    }

    fn wrong(&mut self, topic: usize) {
        let value = self.value(topic);
        self.topics[topic].rejected.extend(value);
    }

    /// What an outcome says about earlier hearings.
    pub fn settle(&mut self, s: DialogueState, act: Act, o: &Listed, dice: &mut Dice) {
        let needed = |i: usize| s.task().is_some_and(|t| self.world.rule.needed(t, i));
        let heard: Vec<usize> = (0..self.slots()).filter(|i| s.slot(*i) == HEARD && needed(*i)).collect();
        let task = self.task_topic();
        match (act, o.event) {
            (Act::Confirm(slot), Event::Yes) => self.right(slot as usize),
            (Act::Confirm(slot), Event::Corrected | Event::Denied) => self.wrong(slot as usize),
            (Act::ConfirmTask, Event::Yes) => self.right(task),
            (Act::ConfirmTask, Event::Corrected | Event::Denied) => self.wrong(task),
            (Act::ConfirmAll, Event::Restated | Event::AllDenied) => {
                let task_wrong = o.next.task().is_some_and(|t| Some(t) != s.task());
                if task_wrong {
                    self.wrong(task);
                } else if o.next.task().is_some() {
                    self.right(task);
                }
                self.some_wrong(&heard, task_wrong, dice).into_iter().for_each(|i| self.wrong(i));
            }
            (Act::ConfirmAll, Event::AllYes) => self.all_right(&heard),
            (_, Event::Executed) if o.ending == Some(Ending::Success) => self.all_right(&heard),
            (_, Event::Executed) => self.executed_wrongly(s, &heard, dice),
            _ => {}
        }
        self.leave(s, o.next);
    }

    /// Where the user turns to another task, or starts over, what only the old one needed is another matter from now on.
    fn leave(&mut self, s: DialogueState, next: DialogueState) {
        if next.task() == s.task() {
            return;
        }
        if next.task().is_none() {
            self.start_over(self.task_topic());
        }
        let needs = |task: Option<usize>, i: usize| task.is_some_and(|t| self.world.rule.needed(t, i));
        for slot in 0..self.slots() {
            let kept = self.world.scenario.keep_slots || needs(s.task(), slot) && needs(next.task(), slot);
            if !kept {
                self.topics[slot] = Topic { since: self.list.len(), ..Topic::default() };
            }
        }
    }

    fn all_right(&mut self, heard: &[usize]) {
        self.right(self.task_topic());
        for slot in heard {
            self.right(*slot);
        }
    }

    /// Which of the heard slots were wrong, given that at least one was (or that the task was, which allows none).
    fn some_wrong(&self, heard: &[usize], task_wrong: bool, dice: &mut Dice) -> Vec<usize> {
        for _ in 0..16 {
            let wrong: Vec<usize> = heard.iter().copied().filter(|i| dice.unit() < self.world.rule.noise(Some(*i))).collect();
            if task_wrong || !wrong.is_empty() {
                return wrong;
            }
        }
        let at = dice.weighted(heard.iter().map(|i| self.world.rule.noise(Some(*i))));
        at.map(|k| heard[k]).into_iter().collect()
    }

    /// The truth is known now, but was not heard: the table of facts keeps what was.
    fn executed_wrongly(&mut self, s: DialogueState, heard: &[usize], dice: &mut Dice) {
        let slots_right: f64 = heard.iter().map(|i| 1.0 - self.world.rule.noise(Some(*i))).product();
        let e = if s.task_status() == HEARD { self.world.rule.noise(None) } else { 0.0 };
        let task_wrong = e > 0.0 && dice.unit() < e / (1.0 - (1.0 - e) * slots_right);
        let task = self.task_topic();
        if task_wrong {
            self.wrong(task);
            let truth = any(&self.open(task), dice);
            if let Some(truth) = truth {
                self.known(task, truth);
            }
        } else {
            self.right(task);
        }
        let wrong = self.some_wrong(heard, task_wrong, dice);
        for slot in heard {
            if wrong.contains(slot) {
                self.wrong(*slot);
                let truth = self.draw(*slot, dice);
                if let Some(truth) = truth {
                    self.known(*slot, truth);
                }
            } else {
                self.right(*slot);
            }
        }
    }
}

fn any(values: &[usize], dice: &mut Dice) -> Option<usize> {
    (!values.is_empty()).then(|| values[dice.below(values.len() as u32) as usize])
}
