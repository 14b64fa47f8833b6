//! The simulated user: the one rule that lists every outcome of (state, act) with its probability.
//!
//! Mishearings are resolved when they matter (confirmed or acted on), not when they are heard, so the state that the agent
//! sees is Markov and finite. Simulator, compiler, solver and sentences all read this list; they cannot disagree.

use super::acts::{Act, acts};
use super::mdp::Branch;
use super::scenario::{PATIENCE_MAX, Rewards, Scenario, User};
pub use super::state::{CONFIRMED, DialogueState, HEARD, UNKNOWN};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Success,
    /// Executed, but something had been heard wrong.
    Wrong,
    HungUp,
    HandedOver,
}

/// What happened, as the sentences tell it. Which slots were volunteered is seen from the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Told,
    /// No answer: patience fell.
    Evaded,
    Yes,
    /// No, and said again.
    Corrected,
    /// No, and not said again: unknown, patience fell. A user whose task was rejected starts over and may want anything.
    Denied,
    AllYes,
    /// No to `confirm all`, and everything said again: the task by now confirmed (or it was before), or another one heard.
    Restated,
    AllDenied,
    Executed,
    Calmed,
    NotCalmed,
    HandedOver,
    /// The act made no sense: patience fell.
    Pointless,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Listed {
    pub probability: f64,
    /// The next state; where the dialogue ends, the state it ended in.
    pub next: DialogueState,
    pub reward: f64,
    pub ending: Option<Ending>,
    pub event: Event,
}

impl Listed {
    /// The outcome in a list, where its next state has this number.
    pub fn branch(&self, next: u32) -> Branch {
        let (closed, success) = (self.ending.is_some(), self.ending == Some(Ending::Success));
        Branch { probability: self.probability, reward: self.reward, next, closed, success }
    }
}

/// The numbers of a scenario with one user profile, laid out for the rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub acts: Vec<Act>,
    /// Needed slots by task, as bit masks.
    pub(super) needs: Vec<u32>,
    pub wrong: Vec<f64>,
    pub(super) slot_noise: Vec<f64>,
    pub(super) task_noise: f64,
    pub rewards: Rewards,
    pub user: User,
    pub masks: bool,
    pub keep_slots: bool,
    pub turn_limit: u32,
}

impl Rule {
    pub fn new(scenario: &Scenario, user: &User) -> Rule {
        Rule {
            acts: acts(scenario),
            needs: (0..scenario.tasks.len()).map(|t| scenario.needs(t).iter().fold(0, |m, s| m | 1 << s)).collect(),
            wrong: scenario.tasks.iter().map(|t| t.wrong).collect(),
            slot_noise: scenario.slots.iter().map(|s| s.noise).collect(),
            task_noise: scenario.noise.task,
            rewards: scenario.rewards.clone(),
            user: user.clone(),
            masks: scenario.masks,
            keep_slots: scenario.keep_slots,
            turn_limit: scenario.turn_limit,
        }
    }

    /// The same rule with every noise set to `e`.
    #[must_use]
    pub fn with_noise(mut self, e: f64) -> Rule {
        self.slot_noise.fill(e);
        self.task_noise = e;
        self
    }

    pub fn slots(&self) -> usize {
        self.slot_noise.len()
    }

    pub fn tasks(&self) -> usize {
        self.needs.len()
    }

    /// The chance that what is heard of a slot, or of the task (none), is wrong.
    pub fn noise(&self, slot: Option<usize>) -> f64 {
        slot.map_or(self.task_noise, |s| self.slot_noise[s])
    }

    pub fn needed(&self, task: usize, slot: usize) -> bool {
        self.needs[task] >> slot & 1 == 1
    }

    pub fn start(&self) -> DialogueState {
        DialogueState::start(self.user.patience)
    }

    /// How many states a dialogue can come to, were every chance strictly between 0 and 1.
    pub fn states(&self) -> u64 {
        let statuses = |needs: u32| 3_u64.pow(needs.count_ones());
        let by_task: u64 = if self.keep_slots {
            // Slots are kept whatever the task, so also where it is unknown.
            (1 + 2 * self.tasks() as u64) * statuses(self.needs.iter().fold(0, |all, needs| all | needs))
        } else {
            1 + self.needs.iter().map(|needs| 2 * statuses(*needs)).sum::<u64>()
        };
        by_task * u64::from(PATIENCE_MAX)
    }

    /// Every `DialogueState::code` is below this; it fits `u32` for up to 16 slots and 16 tasks.
    pub fn codes(&self) -> u64 {
        (1 + 2 * self.tasks() as u64) * 3_u64.pow(self.slots() as u32) * u64::from(PATIENCE_MAX)
    }

    /// Needed slots with this status.
    pub fn with_status(&self, s: DialogueState, status: u8) -> impl Iterator<Item = usize> + Clone + '_ {
        let needs = s.task().map_or(0, |t| self.needs[t]);
        (0..self.slots()).filter(move |i| needs >> i & 1 == 1 && s.slot(*i) == status)
    }

    /// Whether an act makes sense here: the mask.
    pub fn sensible(&self, s: DialogueState, act: Act) -> bool {
        let needed = |slot: u8| s.task().is_some_and(|t| self.needed(t, slot as usize));
        let task_heard = s.task_status() == HEARD;
        match act {
            Act::AskTask => s.task().is_none(),
            Act::Ask(slot) => needed(slot) && s.slot(slot as usize) == UNKNOWN,
            Act::ConfirmTask => task_heard,
            Act::Confirm(slot) => needed(slot) && s.slot(slot as usize) == HEARD,
            Act::ConfirmAll => self.with_status(s, HEARD).count() + usize::from(task_heard) >= 2,
            Act::Execute => s.task().is_some() && self.with_status(s, UNKNOWN).next().is_none(),
            Act::Repair => s.patience() < PATIENCE_MAX,
            Act::Escalate => true,
        }
    }

    /// Every outcome of (state, act), those with probability 0 among them: a change of a chance never changes the list.
    pub fn outcomes(&self, s: DialogueState, act: Act, out: &mut Vec<Listed>) {
        out.clear();
        if !self.sensible(s, act) {
            self.annoy(s, s, 1.0, Event::Pointless, out);
            return;
        }
        let c = self.user.cooperation[s.patience() as usize - 1];
        match act {
            Act::AskTask => {
                for task in 0..self.tasks() {
                    self.tell(s.with_task(Some(task), HEARD), c / self.tasks() as f64, out);
                }
                self.annoy(s, s, 1.0 - c, Event::Evaded, out);
            }
            Act::Ask(slot) => {
                self.tell(s.with_slot(slot as usize, HEARD), c, out);
                self.annoy(s, s, 1.0 - c, Event::Evaded, out);
            }
            Act::ConfirmTask => self.confirm_task(s, c, out),
            Act::Confirm(slot) => {
                let e = self.slot_noise[slot as usize];
                self.turn(s.with_slot(slot as usize, CONFIRMED), 1.0 - e, Event::Yes, out);
                self.turn(s, e * c, Event::Corrected, out);
                self.annoy(s, s.with_slot(slot as usize, UNKNOWN), e * (1.0 - c), Event::Denied, out);
            }
            Act::ConfirmAll => self.confirm_all(s, c, out),
            Act::Execute => self.execute(s, out),
            Act::Repair => {
                self.turn(s.with_patience(s.patience() + 1), self.user.calms, Event::Calmed, out);
                self.turn(s, 1.0 - self.user.calms, Event::NotCalmed, out);
            }
            Act::Escalate => out.push(Listed {
                probability: 1.0,
                next: s,
                reward: self.rewards.escalate.unwrap_or(0.0),
                ending: Some(Ending::HandedOver),
                event: Event::HandedOver,
            }),
        }
    }

    fn turn(&self, next: DialogueState, probability: f64, event: Event, out: &mut Vec<Listed>) {
        out.push(Listed { probability, next, reward: self.rewards.turn, ending: None, event });
    }

    /// Patience falls; at 0 the user hangs up.
    fn annoy(&self, from: DialogueState, next: DialogueState, probability: f64, event: Event, out: &mut Vec<Listed>) {
        if from.patience() > 1 {
            self.turn(next.with_patience(from.patience() - 1), probability, event, out);
        } else {
            let reward = self.rewards.turn + self.rewards.hang_up;
            out.push(Listed { probability, next: from, reward, ending: Some(Ending::HungUp), event });
        }
    }

    /// The user has told what `s` now holds, and may volunteer each other needed unknown slot.
    fn tell(&self, s: DialogueState, probability: f64, out: &mut Vec<Listed>) {
        let open: Vec<usize> = self.with_status(s, UNKNOWN).collect();
        let o = self.user.volunteers;
        for told in 0_u32..1 << open.len() {
            let (mut p, mut next) = (probability, s);
            for (k, slot) in open.iter().enumerate() {
                if told >> k & 1 == 1 {
                    p *= o;
                    next = next.with_slot(*slot, HEARD);
                } else {
                    p *= 1.0 - o;
                }
            }
            self.turn(next, p, Event::Told, out);
        }
    }

    fn confirm_task(&self, s: DialogueState, c: f64, out: &mut Vec<Listed>) {
        let e = self.task_noise;
        self.turn(s.with_task(s.task(), CONFIRMED), 1.0 - e, Event::Yes, out);
        self.other_tasks(s, e * c, Event::Corrected, out);
        self.annoy(s, self.change_task(s, None), e * (1.0 - c), Event::Denied, out);
    }

    /// The task heard was wrong and is said again: one of the others, each as likely.
    fn other_tasks(&self, s: DialogueState, probability: f64, event: Event, out: &mut Vec<Listed>) {
        let others = (self.tasks() - 1) as f64;
        for task in (0..self.tasks()).filter(|t| Some(*t) != s.task()) {
            self.turn(self.change_task(s, Some(task)), probability / others, event, out);
        }
    }

    /// Another task heard, or none: slots that both need stay, the others are cleared (all stay where slots are kept).
    pub fn change_task(&self, s: DialogueState, task: Option<usize>) -> DialogueState {
        let next = s.with_task(task, if task.is_some() { HEARD } else { UNKNOWN });
        if self.keep_slots {
            return next;
        }
        let needs = |t: Option<usize>| t.map_or(0, |t| self.needs[t]);
        let both = needs(s.task()) & needs(task);
        (0..self.slots()).filter(|i| both >> i & 1 == 0).fold(next, |n, i| n.with_slot(i, UNKNOWN))
    }

    /// One turn for everything heard. On a no the user says everything again (fresh draws): whether the task was right shows in the
    /// answer, so it is confirmed then, or another is heard; which slots were wrong does not show, so they stay heard.
    fn confirm_all(&self, s: DialogueState, c: f64, out: &mut Vec<Listed>) {
        let heard = self.with_status(s, HEARD);
        let slots_right: f64 = heard.clone().map(|i| 1.0 - self.slot_noise[i]).product();
        let task_right = if s.task_status() == HEARD { 1.0 - self.task_noise } else { 1.0 };
        let all_right = task_right * slots_right;
        let confirmed = heard.clone().fold(s.with_task(s.task(), CONFIRMED), |n, i| n.with_slot(i, CONFIRMED));
        self.turn(confirmed, all_right, Event::AllYes, out);
        self.turn(s.with_task(s.task(), CONFIRMED), task_right * (1.0 - slots_right) * c, Event::Restated, out);
        let mut unknown = heard.fold(s, |n, i| n.with_slot(i, UNKNOWN));
        if s.task_status() == HEARD {
            self.other_tasks(s, (1.0 - task_right) * c, Event::Restated, out);
            unknown = self.change_task(unknown, None);
        }
        self.annoy(s, unknown, (1.0 - all_right) * (1.0 - c), Event::AllDenied, out);
    }

    fn execute(&self, s: DialogueState, out: &mut Vec<Listed>) {
        let slots: f64 = self.with_status(s, HEARD).map(|i| 1.0 - self.slot_noise[i]).product();
        let right = slots * if s.task_status() == HEARD { 1.0 - self.task_noise } else { 1.0 };
        let wrong = s.task().map_or(0.0, |t| self.wrong[t]);
        for (probability, reward, ending) in [(right, self.rewards.success, Ending::Success), (1.0 - right, wrong, Ending::Wrong)] {
            let reward = self.rewards.turn + reward;
            out.push(Listed { probability, next: s, reward, ending: Some(ending), event: Event::Executed });
        }
    }
}
