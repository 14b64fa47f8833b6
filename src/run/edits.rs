//! Edits in words, and checked against the agent's knobs before they are journalled.

use super::inquire;
use super::interaction::Interaction;
use super::timeline::Timeline;
use crate::learn::agent::{Agent, View};
use crate::learn::knob;
use crate::learn::machine::{Edit, EditError};
use crate::world::World;
use crate::world::env::ActionId;
use crate::world::names::Lang;
use crate::world::setup::Setting;

/// The edit with its value in range; the machine checks the rest.
pub fn checked<A: Agent>(edit: Edit) -> Result<Edit, EditError> {
    Ok(match edit {
        Edit::Tune { knob, value } => {
            let at = knob::position(A::NAME, A::KNOBS, &knob)?;
            Edit::Tune { knob, value: A::KNOBS[at].check(value)? }
        }
        other => other,
    })
}

/// What the mark on the curve says.
pub fn text<A: Agent>(run: &Timeline<Interaction<World, A>>, edit: &Edit) -> String {
    let machine = run.machine();
    let act = |act: u8| machine.world.act_names().get(act as usize).cloned().unwrap_or_default();
    match edit {
        Edit::Tune { knob, value } => A::KNOBS.iter().position(|k| k.name == *knob).map_or_else(String::new, |at| {
            let k = &A::KNOBS[at];
            format!("{} {} → {}", k.symbol, k.show(machine.agent.settings().0[at]), k.show(*value))
        }),
        Edit::Force { act: to } => format!("you: {}", act(*to)),
        Edit::Say { outcome } => {
            // Words are the same in every language of the screen: marks are part of the journal.
            let answers = inquire::answers::answers(run, Lang::English);
            let rare = || machine.world.answer(machine.state(), machine.pending_act(), usize::from(*outcome));
            let said = answers.into_iter().find(|a| a.outcome == *outcome).map_or_else(rare, |a| a.text);
            format!("user: {said}")
        }
        Edit::Set { state, act: column, value } => {
            let state = u64::from(*state).min(machine.world.numbers() - 1) as u32;
            format!("Q({}, {}) {:.2} → {value:.2}", machine.world.state_text(state), act(*column), q(run, state, *column))
        }
        Edit::World(Setting::Profile(name)) => format!("users → {name}"),
        Edit::World(Setting::Noise(Some(value))) => format!("noise → {value}"),
        Edit::World(Setting::Noise(None)) => "noise → as the scenario says".to_owned(),
        Edit::World(Setting::Reward { name, value }) => format!("reward {name} → {value}"),
        Edit::Prefer { duel, choice } => format!("duel {duel}: {choice:?}").to_lowercase(),
        Edit::Seed { seed } => format!("seed {} → {seed}", machine.seed()),
    }
}

fn q<A: Agent>(run: &Timeline<Interaction<World, A>>, state: u32, act: u8) -> f32 {
    let machine = run.machine();
    let mut values = vec![0.0; machine.world.act_names().len()];
    let mut features = Vec::new();
    let (key, legal) = machine.view_of(state, &mut features);
    machine.agent.values(View { key, legal, features: &features }, &mut values);
    values.get(ActionId(act).index()).copied().unwrap_or(0.0)
}
