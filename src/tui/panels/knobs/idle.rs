//! Knobs that do nothing under the present choices of others: told by their names, which follow one pattern in all agents.

use crate::trainer::view::{KnobKind, KnobView};

/// The choice in force of a knob of this name.
fn choice(name: &str, knobs: &[KnobView]) -> Option<&'static str> {
    let knob = knobs.iter().find(|knob| knob.name == name)?;
    match knob.kind {
        KnobKind::Choice(choices) => choices.get(knob.value as usize).copied(),
        _ => None,
    }
}

/// Whether acts that are not greedy are taken with a chance ε.
pub fn explores_by_epsilon(knobs: &[KnobView]) -> bool {
    knobs.iter().any(|knob| knob.name == "epsilon" && !is_idle(knob, knobs))
}

/// Whether turning this knob would change nothing as long as the others stay.
pub fn is_idle(knob: &KnobView, knobs: &[KnobView]) -> bool {
    let (stem, part) = knob.name.split_once('-').unwrap_or((knob.name, ""));
    // The temperature moves as ε does.
    let schedule = choice(&format!("{stem}-schedule"), knobs).or_else(|| choice("epsilon-schedule", knobs));
    let still = match (part, schedule) {
        ("final" | "dialogues", Some(schedule)) => schedule == "constant" || schedule == "visits" && part == "dialogues",
        ("visits", Some(schedule)) => schedule != "visits",
        _ => false,
    };
    let unused = choice("exploration", knobs).is_some_and(|way| match (stem, part) {
        ("epsilon", "" | "final") => !way.contains("epsilon"),
        ("epsilon", _) => way == "ucb",
        ("temperature", _) => way != "softmax",
        ("ucb", _) => way != "ucb",
        _ => false,
    });
    let unranked = stem == "priority" && choice("prioritised", knobs) == Some("off");
    still || unused || unranked
}
