//! What the agent knows in a dialogue, in 8 bytes or as one number.

use super::scenario::PATIENCE_MAX;
use crate::fields;

pub const UNKNOWN: u8 = 0;
pub const HEARD: u8 = 1;
pub const CONFIRMED: u8 = 2;
const NO_TASK: u8 = u8::MAX;

/// What the agent knows: the task, each slot's status, the user's patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DialogueState {
    task: u8,
    task_status: u8,
    patience: u8,
    /// Two bits a slot.
    pub(super) slots: u32,
}

fields!(DialogueState { task, task_status, patience, slots });

impl DialogueState {
    pub fn start(patience: u8) -> DialogueState {
        DialogueState { task: NO_TASK, task_status: UNKNOWN, patience, slots: 0 }
    }

    /// The task heard or confirmed.
    pub fn task(self) -> Option<usize> {
        (self.task != NO_TASK).then_some(self.task as usize)
    }

    pub fn task_status(self) -> u8 {
        self.task_status
    }

    pub fn patience(self) -> u8 {
        self.patience
    }

    pub fn slot(self, slot: usize) -> u8 {
        (self.slots >> (2 * slot) & 3) as u8
    }

    #[must_use]
    pub fn with_slot(mut self, slot: usize, status: u8) -> DialogueState {
        self.slots = self.slots & !(3 << (2 * slot)) | u32::from(status) << (2 * slot);
        self
    }

    #[must_use]
    pub fn with_task(mut self, task: Option<usize>, status: u8) -> DialogueState {
        self.task = task.map_or(NO_TASK, |t| t as u8);
        self.task_status = status;
        self
    }

    #[must_use]
    pub fn with_patience(mut self, patience: u8) -> DialogueState {
        self.patience = patience;
        self
    }

    /// A number below `(1 + 2·tasks) · 3^slots · 3`, different for different states.
    pub fn code(self, slots: usize) -> usize {
        let task = self.task().map_or(0, |t| 1 + 2 * t + usize::from(self.task_status == CONFIRMED));
        let statuses = (0..slots).rev().fold(0, |code, s| code * 3 + usize::from(self.slot(s)));
        (task * 3_usize.pow(slots as u32) + statuses) * usize::from(PATIENCE_MAX) + usize::from(self.patience) - 1
    }

    /// The state of a code.
    pub fn of_code(code: usize, slots: usize) -> DialogueState {
        let (mut rest, patience) = (code / usize::from(PATIENCE_MAX), code % usize::from(PATIENCE_MAX));
        let mut state = DialogueState::start(patience as u8 + 1);
        for slot in 0..slots {
            state = state.with_slot(slot, (rest % 3) as u8);
            rest /= 3;
        }
        match rest.checked_sub(1) {
            Some(task) => state.with_task(Some(task / 2), HEARD + (task % 2) as u8),
            None => state,
        }
    }
}
