//! Dialogues of a mined scenario between its users and an expert agent, counted as those of the corpus are.

use std::sync::Arc;

use crate::cli::failure::Failure;
use crate::data::mine::sums::DialogueSums;
use crate::world::acts::Act;
use crate::world::expert::expert;
use crate::world::gym::{DeepSpeedChat, Observe, Options};
use crate::world::names::Lang;
use crate::world::space::Element;
use crate::world::user::{CONFIRMED, DialogueState, HEARD, UNKNOWN};
use crate::world::{World, WorldSource};

/// Enough for means within a few percent.
const DIALOGUES: u64 = 500;

/// Simulates dialogues with standard users.
pub fn sums(path: &str, text: &str, seed: u64) -> Result<DialogueSums, Failure> {
    let source = WorldSource::Scenario { path: path.to_owned(), text: text.to_owned() };
    let world = Arc::new(World::build(&source, "standard", None, &mut |_| ())?);
    let mut env = DeepSpeedChat::new(world.clone(), Observe::State, Lang::English, seed)?;
    let Some(dialogues) = &world.dialogues else { return Ok(DialogueSums::default()) };
    let slots = dialogues.rule.slots();
    let mut sums = DialogueSums { dialogues: DIALOGUES, ..DialogueSums::default() };
    for _ in 0..DIALOGUES {
        let (mut at, info) = env.reset(None, Options::default())?;
        sums.add(true, &info.user, 1);
        while let Element::Number(state) = at {
            let before = dialogues.state(state);
            let action = expert(&dialogues.rule, before);
            let act = dialogues.rule.acts[action.index()];
            let turn = env.step(i64::from(action.0))?;
            let after = if let Element::Number(n) = turn.observation { dialogues.state(n) } else { before };
            sums.add(false, &turn.info.agent, agent_acts(act, before, slots));
            if !turn.info.user.is_empty() {
                sums.add(true, &turn.info.user, user_acts(act, before, after, slots));
            }
            if let Act::Ask(slot) = act {
                sums.asked += 1;
                sums.answered += u64::from(after.slot(usize::from(slot)) != UNKNOWN);
            }
            if turn.terminated || turn.truncated {
                break;
            }
            at = turn.observation;
        }
    }
    Ok(sums)
}

fn heard(s: DialogueState, slots: usize) -> u64 {
    (0..slots).filter(|slot| s.slot(*slot) == HEARD).count() as u64
}

/// The corpus counts an act for each slot that the agent checks.
fn agent_acts(act: Act, before: DialogueState, slots: usize) -> u64 {
    match act {
        Act::ConfirmAll => heard(before, slots) + u64::from(before.task_status() == HEARD),
        _ => 1,
    }
}

/// What the user's turn did, read off the states around it: one act for the task and each slot that it told, one for a yes or a no.
fn user_acts(act: Act, before: DialogueState, after: DialogueState, slots: usize) -> u64 {
    let fresh = (0..slots).filter(|slot| before.slot(*slot) == UNKNOWN && after.slot(*slot) != UNKNOWN).count() as u64;
    let calm = after.patience() == before.patience();
    match act {
        Act::ConfirmTask if after.task_status() != CONFIRMED && calm => 2,
        Act::Confirm(slot) if after.slot(usize::from(slot)) != CONFIRMED && calm => 2,
        Act::ConfirmAll if calm && heard(after, slots) > 0 => 1 + heard(after, slots),
        _ => (fresh + u64::from(before.task().is_none() && after.task().is_some())).max(1),
    }
}
