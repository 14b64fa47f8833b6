//! A hand-written policy: what a thoughtful person who knows the trade would do, from the rule's chances and rewards alone.
//!
//! Ask for what is missing, check what is too risky to act on, calm users before they hang up, hand over whom nothing helps.
//! It looks ahead in rough sums only and plans nothing; learners are measured against it.

use super::acts::{Act, position};
use super::env::ActionId;
use super::scenario::PATIENCE_MAX;
use super::user::{CONFIRMED, DialogueState, HEARD, Rule, UNKNOWN};

/// What comes a turn later counts for so much less.
const DISCOUNT: f64 = 0.95;

/// A sensible act of every state, so a legal one under any mask.
pub fn expert(rule: &Rule, s: DialogueState) -> ActionId {
    let never = f64::NEG_INFINITY;
    let on = worth(rule, s);
    let calmer = (s.patience() < PATIENCE_MAX).then(|| worth(rule, s.with_patience(s.patience() + 1)));
    let calm = calmer.map_or(never, |worth| later(rule, worth, apologies(rule)));
    let hand_over = rule.rewards.escalate.unwrap_or(never);
    let act = if hand_over > on.max(calm) {
        Act::Escalate
    } else if calm > on {
        Act::Repair
    } else {
        forward(rule, s)
    };
    position(&rule.acts, act).expect("every scenario has the acts that an expert takes")
}

/// The act that brings the task on.
fn forward(rule: &Rule, s: DialogueState) -> Act {
    let Some(task) = s.task() else {
        return Act::AskTask;
    };
    match rule.with_status(s, UNKNOWN).next() {
        Some(slot) => Act::Ask(slot as u8),
        None => last_acts(rule, s, task).0,
    }
}

/// What going on is worth, roughly.
fn worth(rule: &Rule, s: DialogueState) -> f64 {
    let Some(task) = s.task() else {
        let any = |task| with_task(rule, s.with_task(Some(task), HEARD), task, 1.0 - rule.user.volunteers);
        return asked(rule, s, (0..rule.tasks()).map(any).sum::<f64>() / rule.tasks() as f64, 1.0, 1.0);
    };
    with_task(rule, s, task, 1.0)
}

/// The same where the task is heard and a share of the unknown slots will still have to be asked for.
fn with_task(rule: &Rule, s: DialogueState, task: usize, share: f64) -> f64 {
    let questions = questions(rule, share * rule.with_status(s, UNKNOWN).count() as f64);
    asked(rule, s, last_acts(rule, s, task).1, questions, questions)
}

/// Questions that so many unknown slots take: each answer may bring others with it.
fn questions(rule: &Rule, mut unknown: f64) -> f64 {
    let mut questions = 0.0;
    while unknown > 1.0 {
        questions += 1.0;
        unknown = (unknown - 1.0) * (1.0 - rule.user.volunteers);
    }
    questions + unknown
}

/// Once everything is heard: execute, or check first; and what that is worth.
fn last_acts(rule: &Rule, s: DialogueState, task: usize) -> (Act, f64) {
    let open = |slot: &usize| rule.needed(task, *slot) && s.slot(*slot) != CONFIRMED;
    let slots = (0..rule.slots()).filter(open).map(|slot| (Act::Confirm(slot as u8), rule.noise(Some(slot))));
    let doubted = (s.task_status() != CONFIRMED).then(|| (Act::ConfirmTask, rule.noise(None)));
    let mut doubts: Vec<(Act, f64)> = slots.chain(doubted).collect();
    doubts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all_right = |doubts: &[(Act, f64)]| doubts.iter().map(|(_, noise)| 1.0 - noise).product::<f64>();
    let (right, r) = (all_right(&doubts), &rule.rewards);
    let mut best = (Act::Execute, r.turn + right * r.success + (1.0 - right) * rule.wrong[task]);
    // Some one by one, the riskiest first, then the rest at once. A check is repeated until the answer is yes; a user who says no
    // and no more has to be asked again for all that was checked.
    let (mut turns, mut again) = (0.0, 0.0);
    for (done, (act, noise)) in doubts.iter().enumerate() {
        let (rest, right) = ((doubts.len() - done) as f64, all_right(&doubts[done..]));
        let first = if done > 0 {
            doubts[0].0
        } else if rest > 1.0 {
            Act::ConfirmAll
        } else {
            *act
        };
        let sure = asked(rule, s, r.turn + r.success, turns + 1.0 / right, again + (1.0 / right - 1.0) * rest);
        if sure > best.1 {
            best = (first, sure);
        }
        turns += 1.0 / (1.0 - noise);
        again += 1.0 / (1.0 - noise) - 1.0;
    }
    best
}

/// A worth that lies so many turns ahead, in which so many questions can be evaded. An evasion is a turn for nothing and an
/// apology, or the user hangs up.
fn asked(rule: &Rule, s: DialogueState, worth: f64, turns: f64, questions: f64) -> f64 {
    let answers = rule.user.cooperation[usize::from(s.patience()) - 1];
    if s.patience() == 1 {
        let stays = libm::pow(answers, questions);
        stays * later(rule, worth, turns) + (1.0 - stays) * (rule.rewards.turn + rule.rewards.hang_up)
    } else {
        later(rule, worth, turns + questions * (1.0 - answers) * (1.0 + apologies(rule)))
    }
}

/// A worth after so many turns.
fn later(rule: &Rule, worth: f64, turns: f64) -> f64 {
    let discount = libm::pow(DISCOUNT, turns);
    worth * discount + rule.rewards.turn * (1.0 - discount) / (1.0 - DISCOUNT)
}

/// Apologies until one calms.
fn apologies(rule: &Rule) -> f64 {
    1.0 / rule.user.calms.max(0.01)
}
