//! The notes line: what the agent believes, as words. One for the task, one for each slot, one for the user's patience; `?` is unknown,
//! `~` heard, `✓` confirmed, `-` not needed.

use crate::world::scenario::{PATIENCE_MAX, Scenario};
use crate::world::user::{CONFIRMED, DialogueState, HEARD, Rule};

fn mark(status: u8) -> char {
    match status {
        HEARD => '~',
        CONFIRMED => '✓',
        _ => '?',
    }
}

/// How many words it has.
pub fn length(scenario: &Scenario) -> usize {
    scenario.slots.len() + 2
}

/// Every word that it can have.
pub fn words(scenario: &Scenario) -> Vec<String> {
    let mut out = vec!["task?".to_owned()];
    out.extend(scenario.tasks.iter().flat_map(|task| ["~", "✓"].map(|mark| format!("{}{mark}", task.name))));
    out.extend(scenario.slots.iter().flat_map(|slot| ["?", "~", "✓", "-"].map(|mark| format!("{}{mark}", slot.name))));
    out.extend((1..=PATIENCE_MAX).map(|patience| format!("patience{patience}")));
    out
}

/// Of a state.
pub fn line(scenario: &Scenario, rule: &Rule, s: DialogueState) -> Vec<String> {
    let task = s.task().map_or_else(|| "task?".into(), |task| format!("{}{}", scenario.tasks[task].name, mark(s.task_status())));
    let mut out = vec![task];
    for (i, slot) in scenario.slots.iter().enumerate() {
        let needed = s.task().is_some_and(|task| rule.needed(task, i));
        out.push(format!("{}{}", slot.name, if needed { mark(s.slot(i)) } else { '-' }));
    }
    out.push(format!("patience{}", s.patience()));
    out
}
