//! One turn of the simulated user without the list: each chance is drawn where it stands in the rule, nothing is allocated.
//! `Rule::outcomes` lists the same outcomes with their probabilities.

use super::acts::Act;
use super::scenario::PATIENCE_MAX;
use super::user::{CONFIRMED, DialogueState, Ending, HEARD, Rule, UNKNOWN};
use crate::num::dice::Dice;

/// What an act led to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// The next state; where the dialogue ends, the state it ended in.
    pub next: DialogueState,
    pub reward: f64,
    pub ending: Option<Ending>,
}

/// Slots of two bits each, the low one set.
const LOW: u32 = 0x5555_5555;

/// The even bits side by side.
fn packed(mut bits: u32) -> u32 {
    bits = (bits | bits >> 1) & 0x3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff;
    (bits | bits >> 8) & 0xffff
}

/// Positions of the bits that are set.
fn positions(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (at < u32::BITS).then_some(at as usize)
    })
}

impl DialogueState {
    /// Bit masks of the slots with a status.
    fn slots_with(self, status: u8) -> u32 {
        packed(match status {
            UNKNOWN => !(self.slots | self.slots >> 1) & LOW,
            HEARD => self.slots & LOW,
            _ => self.slots >> 1 & LOW,
        })
    }
}

impl Rule {
    fn needed_with(&self, s: DialogueState, status: u8) -> u32 {
        s.task().map_or(0, |task| self.needs[task] & s.slots_with(status))
    }

    /// Mask of the acts that may be chosen; `sensible` says the same act by act.
    pub fn legal(&self, s: DialogueState) -> u64 {
        if !self.masks {
            return u64::MAX >> (64 - self.acts.len());
        }
        let (slots, unknown, heard) = (self.slots(), self.needed_with(s, UNKNOWN), self.needed_with(s, HEARD));
        let task_heard = u64::from(s.task_status() == HEARD);
        let bit = |on: bool| u64::from(on);
        // In the order of `acts`: ask task, ask each slot, confirm task, confirm each slot, confirm all, execute, repair, escalate.
        bit(s.task().is_none())
            | u64::from(unknown) << 1
            | task_heard << (1 + slots)
            | u64::from(heard) << (2 + slots)
            | bit(u64::from(heard.count_ones()) + task_heard >= 2) << (2 + 2 * slots)
            | bit(s.task().is_some() && unknown == 0) << (3 + 2 * slots)
            | bit(s.patience() < PATIENCE_MAX) << (4 + 2 * slots)
            | bit(self.rewards.escalate.is_some()) << (5 + 2 * slots)
    }

    /// One outcome, with the probability that `outcomes` lists.
    pub fn draw(&self, s: DialogueState, act: Act, dice: &mut Dice) -> Drawn {
        if !self.sensible(s, act) {
            return self.annoyed(s, s);
        }
        let cooperation = self.user.cooperation[s.patience() as usize - 1];
        let mut happens = |chance: f64| dice.unit() < chance;
        match act {
            Act::AskTask | Act::Ask(_) if !happens(cooperation) => self.annoyed(s, s),
            Act::AskTask => {
                let task = dice.below(self.tasks() as u32) as usize;
                self.told(s.with_task(Some(task), HEARD), dice)
            }
            Act::Ask(slot) => self.told(s.with_slot(slot as usize, HEARD), dice),
            Act::ConfirmTask if !happens(self.task_noise) => self.taken(s.with_task(s.task(), CONFIRMED)),
            Act::ConfirmTask if happens(cooperation) => self.taken(self.another_task(s, dice)),
            Act::ConfirmTask => self.annoyed(s, self.change_task(s, None)),
            Act::Confirm(slot) if !happens(self.slot_noise[slot as usize]) => self.taken(s.with_slot(slot as usize, CONFIRMED)),
            Act::Confirm(_) if happens(cooperation) => self.taken(s),
            Act::Confirm(slot) => self.annoyed(s, s.with_slot(slot as usize, UNKNOWN)),
            Act::ConfirmAll => self.all_confirmed(s, cooperation, dice),
            Act::Execute => {
                let right = happens(self.slots_right(s)) & (s.task_status() != HEARD || happens(1.0 - self.task_noise));
                let wrong = s.task().map_or(0.0, |task| self.wrong[task]);
                let (reward, ending) = if right { (self.rewards.success, Ending::Success) } else { (wrong, Ending::Wrong) };
                Drawn { next: s, reward: self.rewards.turn + reward, ending: Some(ending) }
            }
            Act::Repair if happens(self.user.calms) => self.taken(s.with_patience(s.patience() + 1)),
            Act::Repair => self.taken(s),
            Act::Escalate => Drawn { next: s, reward: self.rewards.escalate.unwrap_or(0.0), ending: Some(Ending::HandedOver) },
        }
    }

    fn taken(&self, next: DialogueState) -> Drawn {
        Drawn { next, reward: self.rewards.turn, ending: None }
    }

    /// Patience falls; at 0 the user hangs up.
    fn annoyed(&self, from: DialogueState, next: DialogueState) -> Drawn {
        if from.patience() > 1 {
            return self.taken(next.with_patience(from.patience() - 1));
        }
        Drawn { next: from, reward: self.rewards.turn + self.rewards.hang_up, ending: Some(Ending::HungUp) }
    }

    /// The user volunteers each other needed unknown slot, or does not.
    fn told(&self, s: DialogueState, dice: &mut Dice) -> Drawn {
        let volunteered = positions(self.needed_with(s, UNKNOWN)).filter(|_| dice.unit() < self.user.volunteers);
        self.taken(volunteered.fold(s, |next, slot| next.with_slot(slot, HEARD)))
    }

    fn another_task(&self, s: DialogueState, dice: &mut Dice) -> DialogueState {
        let other = dice.below(self.tasks() as u32 - 1) as usize;
        self.change_task(s, Some(other + usize::from(s.task().is_some_and(|task| other >= task))))
    }

    /// The chance that every needed slot that was heard is right.
    fn slots_right(&self, s: DialogueState) -> f64 {
        positions(self.needed_with(s, HEARD)).map(|slot| 1.0 - self.slot_noise[slot]).product()
    }

    fn all_confirmed(&self, s: DialogueState, cooperation: f64, dice: &mut Dice) -> Drawn {
        let heard = || positions(self.needed_with(s, HEARD));
        let task_heard = s.task_status() == HEARD;
        let task_wrong = task_heard && dice.unit() < self.task_noise;
        let slots_right = dice.unit() < self.slots_right(s);
        let sure = s.with_task(s.task(), CONFIRMED);
        if slots_right && !task_wrong {
            return self.taken(heard().fold(sure, |next, slot| next.with_slot(slot, CONFIRMED)));
        }
        if dice.unit() < cooperation {
            return self.taken(if task_wrong { self.another_task(s, dice) } else { sure });
        }
        let unknown = heard().fold(s, |next, slot| next.with_slot(slot, UNKNOWN));
        self.annoyed(s, if task_heard { self.change_task(unknown, None) } else { unknown })
    }
}
