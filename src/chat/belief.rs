//! What the agent has heard of a person, and how a sentence moves it. The rule is the world's (`world/user.rs`), but nothing is drawn:
//! the person is there to be the truth, and never hangs up.

use super::hear::{Told, Tone};
use crate::lm::phrases::Class;
use crate::run::chat::Heard;
use crate::world::Dialogues;
use crate::world::acts::Act;
use crate::world::names::Lang;
use crate::world::scenario::PATIENCE_MAX;
use crate::world::user::{CONFIRMED, DialogueState, HEARD, UNKNOWN};

#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    pub state: DialogueState,
    /// By slot: what was heard, wherever the state has something heard.
    pub heard: Vec<Option<Heard>>,
    /// Told before it was known what for.
    pub kept: Vec<Option<Heard>>,
}

/// What a sentence came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    Moved,
    /// Small talk, which costs nothing.
    Idle,
    /// Understood, but no answer: patience fell.
    Evaded,
    /// Not understood: to be asked about.
    Lost,
    Left,
}

/// A sentence's effect, and what the person should know of it.
pub struct Heeded {
    pub came: Came,
    pub notes: Vec<String>,
}

impl Belief {
    pub fn new(dialogues: &Dialogues) -> Belief {
        let nothing = vec![None; dialogues.rule.slots()];
        Belief { state: dialogues.rule.start(), heard: nothing.clone(), kept: nothing }
    }

    /// Takes a sentence as the answer to what the agent did last.
    pub fn heed(&mut self, d: &Dialogues, lang: Lang, told: &Told, pending: Option<Act>) -> Heeded {
        if told.is(Class::Leave) && told.wish.is_none() && told.values.is_empty() {
            return Heeded { came: Came::Left, notes: Vec::new() };
        }
        let (before, mut notes) = (self.clone(), Vec::new());
        let denied = self.reply(d, told, pending);
        self.wish(d, told, pending);
        self.tell(d, lang, told, &mut notes);
        self.unkeep(d);
        if denied {
            self.annoy(d, &mut notes);
        }
        let came = match *self != before || !notes.is_empty() {
            true => Came::Moved,
            false if !told.is_understood() || told.says_nothing() => Came::Lost,
            false if [Class::Greet, Class::Thanks].iter().any(|class| told.is(*class)) => Came::Idle,
            false if pending == Some(Act::Repair) => Came::Idle,
            false => Came::Evaded,
        };
        if matches!(came, Came::Evaded | Came::Lost) {
            self.annoy(d, &mut notes);
        }
        Heeded { came, notes }
    }

    /// A yes or a no to a question; true where the no says nothing in its place.
    fn reply(&mut self, d: &Dialogues, told: &Told, pending: Option<Act>) -> bool {
        let Some(act) = pending.filter(|act| *act == Act::Repair || d.rule.sensible(self.state, *act)) else { return false };
        let value = |slot: usize| told.values.iter().find(|(own, _)| *own == slot).map(|(_, heard)| heard);
        let other_wish = told.wish.is_some_and(|task| Some(task) != self.state.task());
        match (act, told.tone) {
            (Act::ConfirmTask, Tone::No) if told.wish.is_none() => {
                self.turn_to(d, None);
                return true;
            }
            (Act::ConfirmTask, _) if !other_wish && (told.tone == Tone::Yes || told.wish.is_some()) => self.confirm_task(),
            (Act::Confirm(slot), tone) => {
                let slot = slot as usize;
                let same = value(slot).is_some_and(|heard| Some(heard) == self.heard[slot].as_ref());
                let other = value(slot).is_some() && !same;
                if tone == Tone::No && value(slot).is_none() {
                    self.forget(slot);
                    return true;
                }
                if !other && tone != Tone::No && (same || tone == Tone::Yes) {
                    self.state = self.state.with_slot(slot, CONFIRMED);
                }
            }
            (Act::ConfirmAll, tone) => return self.reply_to_all(d, told, tone, other_wish),
            (Act::Repair, tone) if tone != Tone::No && told.is_understood() && !told.is(Class::Evade) => {
                self.state = self.state.with_patience((self.state.patience() + 1).min(PATIENCE_MAX));
            }
            _ => {}
        }
        false
    }

    fn reply_to_all(&mut self, d: &Dialogues, told: &Told, tone: Tone, other_wish: bool) -> bool {
        let heard: Vec<usize> = d.rule.with_status(self.state, HEARD).collect();
        let other = told.values.iter().any(|(slot, value)| self.heard[*slot].as_ref() != Some(value));
        let named = other || told.wish.is_some();
        if tone == Tone::Yes && !other && !other_wish {
            self.confirm_task();
            for slot in heard {
                self.state = self.state.with_slot(slot, CONFIRMED);
            }
        } else if tone == Tone::No && !named {
            heard.into_iter().for_each(|slot| self.forget(slot));
            if self.state.task_status() == HEARD {
                self.turn_to(d, None);
            }
            return true;
        } else if named && !other_wish {
            // Who corrects a value has let the task stand.
            self.confirm_task();
        }
        false
    }

    fn confirm_task(&mut self) {
        self.state = self.state.with_task(self.state.task(), CONFIRMED);
    }

    fn forget(&mut self, slot: usize) {
        self.state = self.state.with_slot(slot, UNKNOWN);
        self.heard[slot] = None;
    }

    /// Another task heard, or none; what only the old one needed is another matter from now on.
    fn turn_to(&mut self, d: &Dialogues, task: Option<usize>) {
        self.state = d.rule.change_task(self.state, task);
        for (slot, heard) in self.heard.iter_mut().enumerate() {
            if self.state.slot(slot) == UNKNOWN {
                *heard = None;
            }
        }
    }

    fn wish(&mut self, d: &Dialogues, told: &Told, pending: Option<Act>) {
        let Some(task) = told.wish.filter(|task| Some(*task) != self.state.task()) else { return };
        // "Yes" and a wish to another question than that for the task is no change of mind unless it says no.
        let asked = matches!(pending, None | Some(Act::AskTask | Act::ConfirmTask | Act::ConfirmAll));
        if self.state.task().is_none() || asked || told.tone != Tone::Yes {
            self.turn_to(d, Some(task));
        }
    }

    fn tell(&mut self, d: &Dialogues, lang: Lang, told: &Told, notes: &mut Vec<String>) {
        for (slot, value) in &told.values {
            let label = d.scenario.slots[*slot].label.of(lang);
            match self.state.task() {
                None if !d.rule.keep_slots => {
                    self.kept[*slot] = Some(value.clone());
                    notes.push(format!("{label} {} is kept until it is known what you want", value.text));
                }
                Some(task) if !d.rule.keep_slots && !d.rule.needed(task, *slot) => {
                    notes.push(format!("{label}: not needed for {}", d.scenario.tasks[task].label.of(lang)));
                }
                _ if self.heard[*slot].as_ref() == Some(value) => {}
                _ => self.take(*slot, value.clone()),
            }
        }
    }

    fn take(&mut self, slot: usize, value: Heard) {
        self.state = self.state.with_slot(slot, HEARD);
        self.heard[slot] = Some(value);
    }

    /// What was kept counts as soon as it is needed, as a value volunteered does.
    fn unkeep(&mut self, d: &Dialogues) {
        let Some(task) = self.state.task() else { return };
        for slot in 0..self.kept.len() {
            let value = self.kept[slot].take().filter(|_| d.rule.needed(task, slot) && self.state.slot(slot) == UNKNOWN);
            if let Some(value) = value {
                self.take(slot, value);
            }
        }
    }

    /// Patience falls, but nobody hangs up on a person.
    pub fn annoy(&mut self, d: &Dialogues, notes: &mut Vec<String>) {
        let now = self.state.patience();
        if now > 1 {
            self.state = self.state.with_patience(now - 1);
            notes.push(format!("patience {now} → {}", now - 1));
        } else if d.scenario.rewards.escalate.is_some() {
            notes.push("patience stays at 1; a simulated user would hang up here, and /person asks for a colleague".to_owned());
        } else {
            notes.push("patience stays at 1; a simulated user would hang up here".to_owned());
        }
    }
}
