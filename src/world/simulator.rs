//! The direct simulator: acts out the rule's list for the present state, without any table.
//! It serves worlds too large to enumerate, and the proof that the compiled form is the same world.

use std::sync::Arc;

use super::draw::Drawn;
use super::env::{ActionId, Env, Feature, Outcome, Shape, Sight};
use super::expert::expert;
use super::scenario::PATIENCE_MAX;
use super::user::{DialogueState, Ending, Listed, Rule};
use crate::num::dice::Dice;

#[derive(Clone, Debug)]
pub struct Simulator {
    pub rule: Rule,
}

impl Simulator {
    /// One outcome of the list, and what happened.
    pub fn sample(&self, state: DialogueState, act: ActionId, dice: &mut Dice) -> Listed {
        let mut list = Vec::with_capacity(32);
        self.rule.outcomes(state, self.rule.acts[act.index()], &mut list);
        let at = dice.weighted(list.iter().map(|o| o.probability));
        list[at.expect("a rule's list has a total of 1")]
    }
}

/// One-hot blocks: task (none, then heard and confirmed of each), each slot (unknown, heard, confirmed), patience.
pub fn feature_count(rule: &Rule) -> u32 {
    (1 + 2 * rule.tasks() + 3 * rule.slots() + PATIENCE_MAX as usize) as u32
}

pub fn write_features(rule: &Rule, s: DialogueState, out: &mut Vec<Feature>) {
    out.clear();
    let (tasks, slots) = (1 + 2 * rule.tasks(), rule.slots());
    let mut put = |at: usize| out.push(Feature { at: at as u32, value: 1.0 });
    put(s.task().map_or(0, |t| 2 * t + s.task_status() as usize));
    for slot in 0..slots {
        put(tasks + 3 * slot + s.slot(slot) as usize);
    }
    put(tasks + 3 * slots + s.patience() as usize - 1);
}

/// States by their codes.
struct Codes(Rule);

impl Sight for Codes {
    fn features(&self, key: u64, out: &mut Vec<Feature>) {
        write_features(&self.0, DialogueState::of_code(key as usize, self.0.slots()), out);
    }

    fn legal(&self, key: u64) -> u64 {
        self.0.legal(DialogueState::of_code(key as usize, self.0.slots()))
    }

    fn expert(&self, key: u64) -> Option<ActionId> {
        Some(expert(&self.0, DialogueState::of_code(key as usize, self.0.slots())))
    }
}

fn outcome(o: &Listed) -> Outcome<DialogueState> {
    let success = o.ending == Some(Ending::Success);
    Outcome { next: o.next, reward: o.reward as f32, closed: o.ending.is_some(), success }
}

impl Env for Simulator {
    type State = DialogueState;

    fn shape(&self) -> Shape {
        let sight = Arc::new(Codes(self.rule.clone()));
        Shape { states: None, actions: self.rule.acts.len() as u32, features: feature_count(&self.rule), legal: [].into(), sight }
    }

    fn open(&self, _: &mut Dice) -> DialogueState {
        self.rule.start()
    }

    fn key(&self, state: DialogueState) -> u64 {
        state.code(self.rule.slots()) as u64
    }

    fn legal(&self, state: DialogueState) -> u64 {
        self.rule.legal(state)
    }

    fn features(&self, state: DialogueState, out: &mut Vec<Feature>) {
        write_features(&self.rule, state, out);
    }

    fn step(&self, state: DialogueState, act: ActionId, dice: &mut Dice) -> Outcome<DialogueState> {
        let Drawn { next, reward, ending } = self.rule.draw(state, self.rule.acts[act.index()], dice);
        Outcome { next, reward: reward as f32, closed: ending.is_some(), success: ending == Some(Ending::Success) }
    }

    fn turn_limit(&self) -> u32 {
        self.rule.turn_limit
    }

    fn outcome(&self, state: DialogueState, act: ActionId, place: u16) -> Result<Outcome<DialogueState>, usize> {
        let mut list = Vec::with_capacity(32);
        self.rule.outcomes(state, self.rule.acts[act.index()], &mut list);
        list.get(place as usize).map(outcome).ok_or(list.len())
    }
}
