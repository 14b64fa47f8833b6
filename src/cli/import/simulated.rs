//! The dialogues of a mined scenario as its users and an expert agent hold them, measured as the corpus was.

use std::sync::Arc;

use crate::cli::failure::Failure;
use crate::data::mine::habits::Habits;
use crate::world::acts::Act;
use crate::world::expert::expert;
use crate::world::gym::{DeepSpeedChat, Observe, Options};
use crate::world::names::Lang;
use crate::world::space::Element;
use crate::world::user::UNKNOWN;
use crate::world::{World, WorldSource};

/// Enough for a mean within a few percent.
const DIALOGUES: u64 = 500;

/// Plays the scenario with a fixed seed: the same figures each time.
pub fn habits(path: &str, text: &str) -> Result<Habits, Failure> {
    let source = WorldSource::Scenario { path: path.to_owned(), text: text.to_owned() };
    let world = Arc::new(World::build(&source, "standard", None, &mut |_| ())?);
    let mut env = DeepSpeedChat::new(world.clone(), Observe::State, Lang::English, 1)?;
    let Some(dialogues) = world.dialogues.clone() else { return Ok(Habits::default()) };
    let mut habits = Habits { dialogues: DIALOGUES, ..Habits::default() };
    for _ in 0..DIALOGUES {
        let (mut at, info) = env.reset(None, Options::default())?;
        habits.utterance(true, &info.user, 0);
        while let Element::Number(state) = at {
            let before = dialogues.state(state);
            let action = expert(&dialogues.rule, before);
            let turn = env.step(i64::from(action.0))?;
            let after = if let Element::Number(n) = turn.observation { dialogues.state(n) } else { before };
            let heard = (0..dialogues.rule.slots()).filter(|slot| before.slot(*slot) == UNKNOWN && after.slot(*slot) != UNKNOWN);
            habits.utterance(false, &turn.info.agent, 0);
            if !turn.info.user.is_empty() {
                habits.utterance(true, &turn.info.user, heard.count() as u64);
            }
            if let Act::Ask(slot) = dialogues.rule.acts[action.index()] {
                habits.asked += 1;
                habits.answered += u64::from(after.slot(usize::from(slot)) != UNKNOWN);
            }
            if turn.terminated || turn.truncated {
                break;
            }
            at = turn.observation;
        }
    }
    Ok(habits)
}
